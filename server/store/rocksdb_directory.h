/* What a directory holds, before RocksDB is let in. */
#ifndef PAT_SERVER_STORE_ROCKSDB_DIRECTORY_H
#define PAT_SERVER_STORE_ROCKSDB_DIRECTORY_H

#include "core/base/status.h"

/* Says whether a store is there already. One that lost its CURRENT file must not be taken for none:
 * the engine would begin a new, empty one over its records.
 * in    path        an existing directory
 * out   ret_exists  unchanged on failure
 * fails STORE_CORRUPT  there are records, but nothing that names them
 *       STORE_IO       the directory cannot be read */
pat_status pat_rocksdb_directory_look(const char *path, bool *ret_exists, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Bytes of the write-ahead logs: what opening the store reads back and writes out as tables.
 * fails STORE_IO  the directory cannot be read */
pat_status pat_rocksdb_directory_log_bytes(const char *path, uint64_t *ret_bytes, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Opening a store writes too: new files, and as tables whatever its logs hold. The engine ends the
 * process where the disk fills up meanwhile, so this is asked first.
 * fails STORE_SPACE_LOW   there is not enough space for that
 *       STORE_IO, FILE_IO  it cannot be told */
pat_status pat_rocksdb_directory_check_space(const char *path, pat_err *reterr)
    PAT_NONNULL(1) PAT_MUST_USE;

/* True where bytes more may be written: the log, the flushed table and its compaction can each hold
 * them once, and reserve bytes stay free after that.
 * in    available  free bytes of the file system */
bool pat_rocksdb_directory_has_space(uint64_t available, uint64_t reserve, uint64_t bytes);

#endif
