/* Files: bounded reads, durable writes, key files, directory locks. Paths are borrowed and at most
 * PAT_PATH_BYTES_MAX long. Where a call fails with a rule below, reterr's place says which step of
 * the system failed and how ("fsync: Input/output error"). */
#ifndef PAT_SERVER_SYS_FILE_H
#define PAT_SERVER_SYS_FILE_H

#include "core/base/span.h"
#include "core/base/status.h"
#include "server/sys/blob.h"

/* Reads a whole regular file.
 * in    size_max   bytes; a larger file is refused
 * out   ret_bytes  cleared by the caller; unchanged on failure
 * fails FILE_MISSING, FILE_TOO_LARGE, FILE_NOT_REGULAR, FILE_IO, FILE_PATH, LIMIT_MEMORY */
pat_status pat_file_read(const char *path, size_t size_max, pat_blob *ret_bytes, pat_err *reterr)
    PAT_NONNULL(1, 3) PAT_MUST_USE;

/* Replaces a file's content as one: after a crash the path holds the old bytes or the new ones.
 * Writes path + ".new", syncs it, renames it over path and syncs the directory, so it is durable on
 * return. One writer at a time per path. in    mode   permissions, as in 0644; not affected by the
 * umask fails FILE_IO (whether path holds the old or the new bytes is unknown), FILE_PATH */
pat_status pat_file_replace(const char *path, unsigned mode, pat_span bytes, pat_err *reterr)
    PAT_NONNULL(1) PAT_MUST_USE;

/* Makes a key file: mode 0600, durable on return, never overwriting.
 * fails FILE_EXISTS, FILE_IO, FILE_PATH */
pat_status pat_file_create_secret(const char *path, pat_span bytes, pat_err *reterr)
    PAT_NONNULL(1) PAT_MUST_USE;

/* Reads a key file, refusing one that others may read or write.
 * fails FILE_MODE  the file's group or others have rights on it
 *       and as pat_file_read; the caller clears ret_bytes with pat_blob_wipe */
pat_status pat_file_read_secret(const char *path, size_t size_max, pat_blob *ret_bytes,
                                pat_err *reterr) PAT_NONNULL(1, 3) PAT_MUST_USE;

/* Says whether anything has this path.
 * fails FILE_IO, FILE_PATH */
pat_status pat_file_exists(const char *path, bool *ret_exists, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Makes a directory with mode 0700, and those above it that are missing. One that is already there
 * is left as it is. fails FILE_NOT_DIRECTORY  something else has that path FILE_IO, FILE_PATH */
pat_status pat_file_make_directory(const char *path, pat_err *reterr) PAT_NONNULL(1) PAT_MUST_USE;

/* Writes directory "/" name into ret_path (NUL-terminated).
 * fails FILE_PATH  it does not fit in path_capacity bytes */
pat_status pat_file_join(const char *directory, const char *name, char *ret_path,
                         size_t path_capacity) PAT_NONNULL_ALL PAT_MUST_USE;

/* Free bytes that this process may use on the file system of path.
 * fails FILE_IO, FILE_PATH */
pat_status pat_file_free_space(const char *path, uint64_t *ret_bytes, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Holds a directory for this process. Zero-initialise; descriptor is valid where held is true. */
typedef struct {
  bool held;
  int descriptor;
} pat_file_lock;

/* Locks the file directory/"lock", making it where missing. The lock ends with pat_file_lock_close
 * or with the process, however it ends; the file stays. out   ret_lock   unchanged on failure fails
 * FILE_LOCKED  another process (or another lock of this one) holds it FILE_MISSING (no such
 * directory), FILE_IO, FILE_PATH */
pat_status pat_file_lock_open(const char *directory, pat_file_lock *ret_lock, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;
/* Accepts a lock that is not held. Fits PAT_CLEANUP. */
void pat_file_lock_close(pat_file_lock *lock) PAT_NONNULL_ALL;

#endif
