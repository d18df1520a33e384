/* Hits: pat_key_text_decode, pat_key_text_encode, pat_text_line, pat_base64_decode.
 *
 * Input: a key file's text. Properties: it is refused under each header, leaving the key as it was,
 * or accepted under one header only and exactly what its key is written as. */
#include <string.h>

#include "core/base/assert.h"
#include "core/envelope/key_text.h"
#include "tests/fuzz/fuzz_target.h"

static const char *const headers[] = {PAT_KEY_TEXT_SECRET, PAT_KEY_TEXT_PUBLIC, PAT_KEY_TEXT_VRF};
enum { HEADERS = sizeof headers / sizeof headers[0] };

static bool accepted_under(pat_span text, const char *header) {
  pat_key_text key;
  pat_key_text untouched;
  memset(&key, 0xa5, sizeof key);
  untouched = key;
  if (!pat_is_ok(pat_key_text_decode(text, header, &key))) {
    PAT_ASSERT(memcmp(&key, &untouched, sizeof key) == 0);
    return false;
  }
  uint8_t buffer[PAT_KEY_TEXT_BYTES_MAX];
  pat_builder builder;
  pat_span again = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, buffer, sizeof buffer);
  PAT_ASSERT(pat_is_ok(pat_key_text_encode(&key, header, &builder)));
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &again)));
  PAT_ASSERT(pat_span_equal(again, text));
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t accepted = 0;
  for (size_t i = 0; i < HEADERS; i++)
    accepted += accepted_under(pat_span_make(data, size), headers[i]) ? 1 : 0;
  PAT_ASSERT(accepted <= 1);
  return 0;
}
