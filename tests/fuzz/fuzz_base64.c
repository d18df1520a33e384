/* Hits: pat_base64_decode, pat_base64_encode, pat_hex_decode, pat_hex_encode.
 *
 * Input: base 64 text, read as bytes and as base 16 too. Properties: an accepted text is exactly
 * what its bytes are written as, it is refused where there is one byte less of room, and all bytes
 * are read back from what they are written as. */
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/text.h"
#include "core/crypto/base64.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/fuzz_target.h"

enum { INPUT_BYTES_MAX = 4096 };

static void check_written(pat_span bytes) {
  static uint8_t buffer[PAT_BASE64_TEXT_BYTES(INPUT_BYTES_MAX)];
  static uint8_t again[INPUT_BYTES_MAX];
  pat_builder builder;
  pat_span text = PAT_SPAN_EMPTY;
  size_t size = 0;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_base64_encode(&builder, bytes);
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &text)));
  PAT_ASSERT(text.size == PAT_BASE64_TEXT_BYTES(bytes.size));
  PAT_ASSERT(pat_is_ok(pat_base64_decode(text, again, bytes.size, &size, NULL)));
  PAT_ASSERT(pat_span_equal(pat_span_make(again, size), bytes));
}

static void check_read(pat_span text, pat_span bytes) {
  static uint8_t buffer[INPUT_BYTES_MAX + 4];
  pat_builder builder;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_base64_encode(&builder, bytes);
  PAT_ASSERT(pat_span_equal(pat_span_make(buffer, pat_builder_size(&builder)), text));
  if (bytes.size == 0) return;
  uint8_t less[INPUT_BYTES_MAX];
  size_t size = 0;
  PAT_ASSERT(
      pat_is_rule(pat_base64_decode(text, less, bytes.size - 1, &size, NULL), PAT_RULE_BYTES_FULL));
}

static void check_hex(pat_span text) {
  static uint8_t bytes[INPUT_BYTES_MAX];
  static char again[INPUT_BYTES_MAX + 2];
  size_t size = text.size / 2;
  if (!pat_is_ok(pat_hex_decode(text, bytes, size))) return;
  PAT_ASSERT(pat_is_ok(pat_hex_encode(pat_span_make(bytes, size), again, sizeof again)));
  PAT_ASSERT(pat_span_equal(pat_span_text(again), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t bytes[INPUT_BYTES_MAX];
  if (size > INPUT_BYTES_MAX) return 0;
  pat_span text = pat_span_make(data, size);
  size_t count = 0;
  pat_err err = {.offset = 0};
  pat_status status = pat_base64_decode(text, bytes, sizeof bytes, &count, &err);
  if (pat_is_ok(status)) check_read(text, pat_span_make(bytes, count));
  if (!pat_is_ok(status)) {
    fuzz_check_refusal(status, &err);
    PAT_ASSERT(err.offset <= size);
  }
  check_written(text);
  check_hex(text);
  return 0;
}
