#include "clients/cli/import/json_cut.h"

static bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* The object's extent. */
typedef struct {
  size_t size; /* 0: its end is not in the window */
  size_t depth_max;
} object_extent;

static object_extent measure(pat_span text) {
  object_extent extent = {0, 0};
  size_t depth = 0;
  bool in_text = false;
  for (size_t i = 0; i < text.size; i++) {
    uint8_t c = text.data[i];
    if (in_text) {
      if (c == '\\') i++;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      depth++;
      if (depth > extent.depth_max) extent.depth_max = depth;
    } else if (c == '}' || c == ']') {
      depth--;
      if (depth > 0) continue;
      extent.size = i + 1;
      return extent;
    }
  }
  return extent;
}

static pat_status cut_object(pat_json_cutter *cutter, pat_span window, size_t from, bool at_end,
                             pat_json_piece *ret_piece) {
  pat_span rest = pat_span_slice(window, from, window.size - from);
  object_extent extent = measure(rest);
  size_t size = extent.size > 0 ? extent.size : rest.size;
  PAT_REQUIRE(size <= PAT_IMPORT_ROW_BYTES_MAX, IMPORT_ROW_SIZE);
  if (extent.size == 0) {
    PAT_REQUIRE(!at_end, IMPORT_JSON_ARRAY);
    *ret_piece = (pat_json_piece){.size = 0};
    return PAT_OK;
  }
  bool deep = extent.depth_max > PAT_JSON_DEPTH_MAX;
  *ret_piece = (pat_json_piece){.size = from + extent.size,
                                .object = pat_span_slice(rest, 0, extent.size),
                                .status = deep ? pat_refuse(PAT_RULE_IMPORT_JSON) : PAT_OK};
  cutter->comma = false;
  cutter->objects++;
  return PAT_OK;
}

/* What stands at the first byte that is no space. */
static pat_status cut_at(pat_json_cutter *cutter, pat_span window, size_t at, bool at_end,
                         pat_json_piece *ret_piece) {
  uint8_t c = window.data[at];
  PAT_REQUIRE(!cutter->ended, IMPORT_JSON_ARRAY);
  if (!cutter->begun) {
    PAT_REQUIRE(c == '[', IMPORT_JSON_ARRAY);
    cutter->begun = true;
  } else if (c == ']') {
    PAT_REQUIRE(!cutter->comma, IMPORT_JSON_ARRAY);
    cutter->ended = true;
  } else if (c == ',') {
    PAT_REQUIRE(!cutter->comma && cutter->objects > 0, IMPORT_JSON_ARRAY);
    cutter->comma = true;
  } else {
    PAT_REQUIRE(c == '{', IMPORT_JSON_ARRAY);
    PAT_REQUIRE(cutter->comma || cutter->objects == 0, IMPORT_JSON_ARRAY);
    return cut_object(cutter, window, at, at_end, ret_piece);
  }
  *ret_piece = (pat_json_piece){.size = at + 1};
  return PAT_OK;
}

pat_status pat_json_cut(pat_json_cutter *cutter, pat_span window, bool at_end,
                        pat_json_piece *ret_piece) {
  size_t at = 0;
  while (at < window.size && is_space(window.data[at]))
    at++;
  if (at < window.size) return cut_at(cutter, window, at, at_end, ret_piece);
  PAT_REQUIRE(!at_end || cutter->ended, IMPORT_JSON_ARRAY);
  *ret_piece = (pat_json_piece){.size = at};
  return PAT_OK;
}
