#include "server/sys/blob.h"

#include <string.h>

#include "core/base/assert.h"
#include "server/sys/mem.h"

pat_status pat_blob_init(size_t size, pat_blob *ret_blob) {
  PAT_REQUIRE(size < SIZE_MAX, LIMIT_MEMORY);
  uint8_t *data = pat_mem_new(size + 1);
  PAT_REQUIRE(data != NULL, LIMIT_MEMORY);
  *ret_blob = (pat_blob){.data = data, .size = size};
  return PAT_OK;
}

pat_status pat_blob_copy(pat_span source, pat_blob *ret_blob) {
  PAT_ASSERT(pat_span_valid(source));
  pat_blob copy = {0};
  PAT_TRY(pat_blob_init(source.size, &copy));
  pat_span_copy(copy.data, copy.size, source);
  *ret_blob = copy;
  return PAT_OK;
}

void pat_blob_clear(pat_blob *blob) {
  if (blob == NULL) return;
  PAT_ASSERT(blob->data != NULL || blob->size == 0);
  pat_mem_free(blob->data);
  *blob = (pat_blob){0};
}

void pat_blob_wipe(pat_blob *blob) {
  if (blob == NULL) return;
  if (blob->data != NULL) explicit_bzero(blob->data, blob->size);
  pat_blob_clear(blob);
}

pat_blob pat_blob_take(pat_blob *blob) {
  pat_blob taken = *blob;
  *blob = (pat_blob){0};
  return taken;
}
