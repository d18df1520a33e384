/* The bytes of a source: read once from its beginning to its end, and then again at any place.
 *
 * What cannot be read twice (a pipe) is copied as it is read, to a file below $TMPDIR (else /tmp)
 * that is nobody else's to read and has no name any more, so that it is gone with the process. */
#ifndef PAT_CLIENTS_CLI_IMPORT_SOURCE_H
#define PAT_CLIENTS_CLI_IMPORT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/status.h"

/* Zero-initialise with pat_source_open. */
typedef struct {
  FILE *file;
  bool own_file;
  FILE *copy;     /* of what cannot be read twice; else NULL */
  uint64_t start; /* where in the file the source begins */
  uint64_t bytes; /* read so far, at most PAT_IMPORT_BYTES_MAX */
} pat_source;

/* Opens a source; "-" is standard input.
 * fails file.missing, file.io */
pat_status pat_source_open(const char *path, pat_source *ret_source, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Fits PAT_CLEANUP. */
void pat_source_close(pat_source *source) PAT_NONNULL_ALL;

/* Reads on: as many bytes as there is room for, fewer at the end alone.
 * in    capacity  bytes
 * out   ret_end   nothing follows
 * fails file.io, file.too-large (more than PAT_IMPORT_BYTES_MAX) */
pat_status pat_source_read(pat_source *source, uint8_t *bytes, size_t capacity, size_t *ret_size,
                           bool *ret_end) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads bytes again that were read before.
 * in    offset  from the source's first byte
 * fails file.io, import.source (they are not there any more) */
pat_status pat_source_read_at(pat_source *source, uint64_t offset, uint8_t *bytes,
                              size_t size) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
