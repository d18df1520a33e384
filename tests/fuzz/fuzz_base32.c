/* Hits: pat_base32_asset_decode, pat_base32_asset_encode.
 *
 * Input: an asset id as typed; 16 bytes are read as an id, too. Properties: an accepted text means
 * the same id as its one written form, and every id is read back from its written form. */
#include <string.h>

#include "core/base/assert.h"
#include "core/crypto/base32.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/fuzz_target.h"

static void check_written(const uint8_t id[PAT_ASSET_ID_BYTES]) {
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  uint8_t again[PAT_ASSET_ID_BYTES] = {0};
  pat_base32_asset_encode(id, text);
  PAT_ASSERT(strlen(text) == PAT_BASE32_ASSET_SYMBOLS);
  PAT_ASSERT(pat_is_ok(pat_base32_asset_decode(pat_span_text(text), again, NULL)));
  PAT_ASSERT(memcmp(id, again, sizeof again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  uint8_t id[PAT_ASSET_ID_BYTES] = {0};
  pat_err err = {.offset = 0};
  pat_status status = pat_base32_asset_decode(pat_span_make(data, size), id, &err);
  if (pat_is_ok(status)) check_written(id);
  if (!pat_is_ok(status)) {
    fuzz_check_refusal(status, &err);
    PAT_ASSERT(err.offset <= size);
  }
  if (size == PAT_ASSET_ID_BYTES) check_written(data);
  return 0;
}
