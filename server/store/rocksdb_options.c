#include "server/store/rocksdb_options.h"

#include "core/base/assert.h"
#include "core/base/limits.h"

enum {
  BLOOM_BITS_PER_KEY = 10,
  BLOCK_BYTES = 8 * 1024,
  INDEX_BLOCK_BYTES = 2 * 1024,
  TABLE_FORMAT_VERSION = 5,
  CHECKSUM_XXH3 = 4, /* the packaged build computes CRC-32C in software */
  OPEN_FILES_MAX = 512,
  BACKGROUND_JOBS = 2,
  MEMTABLES_PER_FAMILY = 4,
  INFO_LOG_WARNINGS = 2,
  INFO_LOG_FILES = 4,
  INFO_LOG_BYTES_MAX = 1024 * 1024,
  WAL_PER_MEMTABLES = 4,
};

static void set_blocks(rocksdb_options_t *options, rocksdb_cache_t *cache, size_t block_bytes) {
  rocksdb_block_based_table_options_t *table = rocksdb_block_based_options_create();
  rocksdb_block_based_options_set_block_cache(table, cache);
  rocksdb_block_based_options_set_block_size(table, block_bytes);
  rocksdb_block_based_options_set_filter_policy(
      table, rocksdb_filterpolicy_create_bloom_full(BLOOM_BITS_PER_KEY));
  rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1);
  rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(table, 1);
  rocksdb_block_based_options_set_format_version(table, TABLE_FORMAT_VERSION);
  rocksdb_block_based_options_set_checksum(table, CHECKSUM_XXH3);
  rocksdb_options_set_block_based_table_factory(options, table);
  rocksdb_block_based_options_destroy(table); /* the options hold a copy */
}

static void set_durability(rocksdb_options_t *options) {
  rocksdb_options_set_paranoid_checks(options, 1);
  rocksdb_options_set_use_fsync(options, 0); /* fdatasync: the same promise for our files */
  rocksdb_options_set_manual_wal_flush(options, 0);
  rocksdb_options_set_atomic_flush(options, 0); /* the log already makes batches whole */
  rocksdb_options_set_recycle_log_file_num(options, 0);
  /* Only a record that a crash cut off at the end may be missing; any other damage is refused. */
  rocksdb_options_set_wal_recovery_mode(options, rocksdb_tolerate_corrupted_tail_records_recovery);
}

static void set_memory(rocksdb_options_t *options, size_t memtable_bytes) {
  rocksdb_options_set_db_write_buffer_size(options, memtable_bytes);
  rocksdb_options_set_write_buffer_size(options, memtable_bytes);
  rocksdb_options_set_max_write_buffer_number(options, MEMTABLES_PER_FAMILY);
  rocksdb_options_set_max_total_wal_size(options, (uint64_t)memtable_bytes * WAL_PER_MEMTABLES);
  rocksdb_options_set_max_open_files(options, OPEN_FILES_MAX);
  rocksdb_options_set_max_background_jobs(options, BACKGROUND_JOBS);
  rocksdb_options_set_level_compaction_dynamic_level_bytes(options, 1);
}

static void set_info_log(rocksdb_options_t *options) {
  rocksdb_options_set_info_log_level(options, INFO_LOG_WARNINGS);
  rocksdb_options_set_keep_log_file_num(options, INFO_LOG_FILES);
  rocksdb_options_set_max_log_file_size(options, INFO_LOG_BYTES_MAX);
  rocksdb_options_set_stats_dump_period_sec(options, 0);
}

/* A bucket is read alone, as keys are digests, and it is digests for the most part: a block as
 * small as a few buckets is read and checked faster, and compressing it would gain nothing. */
static rocksdb_options_t *index_options_new(rocksdb_options_t *common, rocksdb_cache_t *cache) {
  rocksdb_options_t *options = rocksdb_options_create_copy(common);
  rocksdb_options_set_compression(options, rocksdb_no_compression);
  set_blocks(options, cache, INDEX_BLOCK_BYTES);
  return options;
}

pat_rocksdb_options pat_rocksdb_options_new(const pat_store_rocksdb_options *wanted, bool create) {
  const size_t memtable_bytes = wanted->memtable_bytes;
  const size_t cache_bytes = wanted->cache_bytes;
  rocksdb_options_t *common = rocksdb_options_create();
  rocksdb_options_set_create_if_missing(common, create);
  rocksdb_options_set_create_missing_column_families(common, 1);
  rocksdb_options_set_compression(common, rocksdb_lz4_compression);
  set_durability(common);
  set_memory(common, memtable_bytes == 0 ? PAT_STORE_MEMTABLE_BYTES_DEFAULT : memtable_bytes);
  set_info_log(common);
  rocksdb_cache_t *cache =
      rocksdb_cache_create_lru(cache_bytes == 0 ? PAT_STORE_CACHE_BYTES_DEFAULT : cache_bytes);
  set_blocks(common, cache, BLOCK_BYTES);
  const pat_rocksdb_options options = {common, index_options_new(common, cache)};
  rocksdb_cache_destroy(cache); /* the options hold it now */
  return options;
}

void pat_rocksdb_options_clear(pat_rocksdb_options *options) {
  if (options->common != NULL) rocksdb_options_destroy(options->common);
  if (options->index != NULL) rocksdb_options_destroy(options->index);
  *options = (pat_rocksdb_options){NULL, NULL};
}

const rocksdb_options_t *pat_rocksdb_options_of(const pat_rocksdb_options *options,
                                                pat_table table) {
  PAT_ASSERT(table < PAT_TABLE_COUNT);
  return table == PAT_TABLE_INDEX ? options->index : options->common;
}
