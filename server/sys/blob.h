/* A run of bytes that somebody owns: what files and the store hand out. Memory of sys/mem.h.
 *
 * data is NULL for a blob that holds nothing (absent); a blob that is set, even an empty one, has
 * data. There is always one NUL byte behind the last one, so text needs no copy. */
#ifndef PAT_SERVER_SYS_BLOB_H
#define PAT_SERVER_SYS_BLOB_H

#include "core/base/span.h"
#include "core/base/status.h"

/* Zero-initialise. Invariant: data NULL implies size 0. */
typedef struct {
  uint8_t *data;
  size_t size; /* bytes, without the closing NUL */
} pat_blob;

/* Makes a blob of size zeroed bytes.
 * out   ret_blob   unchanged on failure; the caller clears it with pat_blob_clear
 * fails LIMIT_MEMORY */
pat_status pat_blob_init(size_t size, pat_blob *ret_blob) PAT_NONNULL_ALL PAT_MUST_USE;

/* Makes a blob with a copy of source's bytes. As pat_blob_init. */
pat_status pat_blob_copy(pat_span source, pat_blob *ret_blob) PAT_NONNULL_ALL PAT_MUST_USE;

/* Frees the bytes and makes the blob absent. NULL and absent blobs are accepted. */
void pat_blob_clear(pat_blob *blob);

/* As pat_blob_clear, after overwriting the bytes: for secrets. */
void pat_blob_wipe(pat_blob *blob);

/* Moves the bytes out, leaving blob absent. */
pat_blob pat_blob_take(pat_blob *blob) PAT_NONNULL_ALL PAT_MUST_USE;

/* The bytes, borrowed until the blob is cleared. */
static inline pat_span pat_blob_span(pat_blob blob) {
  return (pat_span){.data = blob.data, .size = blob.size};
}

/* True where the blob holds something, even if that is no byte. */
static inline bool pat_blob_is_set(pat_blob blob) { return blob.data != NULL; }

#endif
