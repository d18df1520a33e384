/* Files of the command line: bounded reads, whole writes, key files. "-" is standard input or
 * output.
 *
 * Where a call fails, reterr's place holds the path or what the system said. */
#ifndef PAT_CLIENTS_CLI_FILES_H
#define PAT_CLIENTS_CLI_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/base/status.h"

/* Reads a whole file, or standard input.
 * in    size_max   bytes
 * out   ret_bytes  in the arena, and a NUL behind it; unchanged on failure
 * fails FILE_MISSING, FILE_TOO_LARGE, FILE_NOT_REGULAR (a directory), FILE_IO, LIMIT_MEMORY */
pat_status pat_files_read(pat_arena *arena, const char *path, size_t size_max, pat_span *ret_bytes,
                          pat_err *reterr) PAT_NONNULL(1, 2, 4) PAT_MUST_USE;

/* As pat_files_read, and refuses a file that its group or others may read or write.
 * fails FILE_MODE, and as pat_files_read; the caller wipes the bytes */
pat_status pat_files_read_secret(pat_arena *arena, const char *path, size_t size_max,
                                 pat_span *ret_bytes, pat_err *reterr)
    PAT_NONNULL(1, 2, 4) PAT_MUST_USE;

/* Replaces a file as one: whoever reads it sees the old bytes or the new ones. "-" writes to
 * standard output.
 * fails FILE_IO, FILE_PATH */
pat_status pat_files_write(const char *path, pat_span bytes, pat_err *reterr)
    PAT_NONNULL(1) PAT_MUST_USE;

/* Makes a file that must not exist yet, with this mode (0600 for secrets), durable on return.
 * fails FILE_EXISTS, FILE_IO, FILE_PATH */
pat_status pat_files_create(const char *path, unsigned mode, pat_span bytes, pat_err *reterr)
    PAT_NONNULL(1) PAT_MUST_USE;

/* Makes a directory (mode 0700) and those above it that are missing.
 * fails FILE_NOT_DIRECTORY, FILE_IO, FILE_PATH */
pat_status pat_files_make_directory(const char *path, pat_err *reterr) PAT_NONNULL(1) PAT_MUST_USE;

/* True where something has this path. */
bool pat_files_exists(const char *path) PAT_NONNULL_ALL;

/* Removes a file; one that is not there is no failure. fails FILE_IO */
pat_status pat_files_remove(const char *path, pat_err *reterr) PAT_NONNULL(1) PAT_MUST_USE;

/* A path made of parts, in the arena: "dir" "/" "name" ".pub". fails FILE_PATH, LIMIT_MEMORY */
pat_status pat_files_path(pat_arena *arena, const char *const *parts, size_t part_count,
                          const char **ret_path) PAT_NONNULL_ALL PAT_MUST_USE;

/* Fills size bytes from the system's random generator. fails INTERNAL */
pat_status pat_files_entropy(uint8_t *ret_bytes, size_t size) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
