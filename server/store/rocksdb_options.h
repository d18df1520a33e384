/* What RocksDB is opened with: durability, memory, and the form of its files. */
#ifndef PAT_SERVER_STORE_ROCKSDB_OPTIONS_H
#define PAT_SERVER_STORE_ROCKSDB_OPTIONS_H

#include <rocksdb/c.h>
#include <stdbool.h>

#include "server/store/store.h"

typedef struct {
  rocksdb_options_t *common; /* of the whole, and of each table that has none of its own */
  rocksdb_options_t *index;
} pat_rocksdb_options;

/* Makes the options; both share one block cache.
 * in    wanted   borrowed for the call; its zeros are filled with defaults
 *       create   whether a directory without a store is made one
 * owns  cleared by the caller, when the store is open, with pat_rocksdb_options_clear */
pat_rocksdb_options pat_rocksdb_options_new(const pat_store_rocksdb_options *wanted,
                                            bool create) PAT_NONNULL_ALL PAT_MUST_USE;
void pat_rocksdb_options_clear(pat_rocksdb_options *options) PAT_NONNULL_ALL;

/* Those of a table's family; borrowed from options. */
const rocksdb_options_t *pat_rocksdb_options_of(const pat_rocksdb_options *options,
                                                pat_table table) PAT_NONNULL_ALL;

#endif
