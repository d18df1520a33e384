/* Hits: pat_checkpoint_parse, pat_checkpoint_format.
 *
 * Input: a checkpoint's text. Property: what is accepted strictly is accepted tolerantly too, and
 * is exactly what it formats to. */
#include "core/base/assert.h"
#include "core/note/checkpoint.h"
#include "tests/fuzz/fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const pat_span text = pat_span_make(data, size);
  pat_checkpoint strict;
  pat_checkpoint tolerant;
  const bool accepted =
      pat_is_ok(pat_checkpoint_parse(text, PAT_CHECKPOINT_TOLERANT, &tolerant, NULL));
  if (!pat_is_ok(pat_checkpoint_parse(text, PAT_CHECKPOINT_STRICT, &strict, NULL))) {
    PAT_ASSERT(!accepted || tolerant.extensions.size > 0);
    return 0;
  }
  PAT_ASSERT(accepted);
  PAT_ASSERT(strict.extensions.size == 0);
  uint8_t buffer[512];
  pat_builder builder;
  pat_builder_init(&builder, buffer, sizeof(buffer));
  PAT_ASSERT(pat_is_ok(pat_checkpoint_format(strict.origin, &strict.head, &builder)));
  PAT_ASSERT(pat_span_equal(pat_span_make(buffer, pat_builder_size(&builder)), text));
  return 0;
}
