/* The look over a JSON text before a tree is built of it: jansson recurses once per nesting level
 * and takes some 100 bytes of heap per value, so both are bounded first. */
#include "core/base/limits.h"
#include "proto/json/protojson_internal.h"

/* The index behind the string whose opening quote is at start; text.size where it does not end. */
static size_t skip_string(pat_span text, size_t start) {
  size_t at = start + 1;
  while (at < text.size && text.data[at] != '"')
    at += text.data[at] == '\\' ? 2 : 1;
  return at < text.size ? at + 1 : text.size;
}

pat_status pat_protojson__scan(pat_span text, pat_err *reterr) {
  size_t depth = 0;
  size_t values = 1;
  size_t at = 0;
  while (at < text.size) {
    uint8_t c = text.data[at];
    if (c == '{' || c == '[') depth++;
    if ((c == '}' || c == ']') && depth > 0) depth--;
    if (c == '{' || c == '[' || c == ',') values++;
    PAT_REQUIRE_AT(depth <= PAT_JSON_DEPTH_MAX, JSON_DEPTH, reterr, at, "");
    PAT_REQUIRE_AT(values <= PAT_JSON_VALUES_MAX, JSON_VALUES, reterr, at, "");
    at = c == '"' ? skip_string(text, at) : at + 1;
  }
  return PAT_OK;
}
