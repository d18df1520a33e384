/* The engine over RocksDB: one column family per table, one synced write-ahead log for all. */
#include <rocksdb/c.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "server/store/engine.h"
#include "server/store/rocksdb_directory.h"
#include "server/store/rocksdb_options.h"
#include "server/sys/file.h"
#include "server/sys/log.h"
#include "server/sys/mem.h"

enum {
  /* The engine insists on a family of its own; ours follow. */
  FAMILY_DEFAULT = 0,
  FAMILY_COUNT = 1 + PAT_TABLE_COUNT,
  BATCH_BYTES_KEPT = 32 * 1024 * 1024,
  GET_MANY_CHUNK = 128, /* keys of one call, so that its arrays fit on the stack */
};

typedef struct {
  pat_store base;
  rocksdb_t *db;
  rocksdb_column_family_handle_t *families[FAMILY_COUNT];
  rocksdb_readoptions_t *read_newest;
  rocksdb_writeoptions_t *write_durable;
  rocksdb_writeoptions_t *write_lazy;
  rocksdb_writebatch_t *batch; /* empty between writes, of which there is one at a time */
  uint64_t free_space_bytes_min;
  char directory[PAT_PATH_BYTES_MAX + 1];
} rocks_store;

typedef struct {
  pat_store_snapshot base;
  const rocksdb_snapshot_t *snapshot;
  rocksdb_readoptions_t *read;
  rocksdb_readoptions_t *read_past_cache; /* leaves the block cache as it is */
} rocks_snapshot;

typedef struct {
  pat_store_cursor base;
  rocksdb_iterator_t *iterator;
  rocksdb_readoptions_t *read;
  bool started;
  pat_blob to; /* the iterator borrows it */
} rocks_cursor;

/* The engine counts each comparison of keys in memory of the thread's own; nobody reads it. */
static void stop_counting(void) { rocksdb_set_perf_level(rocksdb_disable); }

static rocks_store *store_of(pat_store *store) { return (rocks_store *)store; }

static const char *chars(pat_span bytes) { return (const char *)bytes.data; }

static rocksdb_column_family_handle_t *family_of(const rocks_store *self, pat_table table) {
  PAT_ASSERT(table < PAT_TABLE_COUNT);
  return self->families[1 + table];
}

/* --- errors ---------------------------------------------------------------------------------- */

/* The engine's only error is a text that it allocated. */
typedef struct {
  char *text; /* NULL: none */
} rocks_error;

static void error_clear(rocks_error *error) {
  if (error->text != NULL) rocksdb_free(error->text);
  error->text = NULL;
}

static pat_rule error_rule(const rocks_error *error) {
  pat_span text = pat_span_text(error->text);
  if (pat_span_starts_with(text, PAT_SPAN_LITERAL("Corruption:"))) return PAT_RULE_STORE_CORRUPT;
  bool locked = strstr(error->text, "While lock file") != NULL ||
                strstr(error->text, "lock hold by current process") != NULL;
  return locked ? PAT_RULE_FILE_LOCKED : PAT_RULE_STORE_IO;
}

/* OK where there is no error; else logs it and refuses by rule. */
static pat_status check_as(const rocks_error *error, pat_rule rule, const char *step,
                           pat_err *reterr) {
  if (error->text == NULL) return PAT_OK;
  pat_status status = pat_refuse_at(rule, reterr, 0, error->text);
  PAT_LOG(PAT_LOG_ERROR, "store.engine_error", pat_log_text("step", step), pat_log_rule(status),
          pat_log_text("message", error->text));
  return status;
}

static pat_status check(const rocks_error *error, const char *step) {
  if (error->text == NULL) return PAT_OK;
  return check_as(error, error_rule(error), step, NULL);
}

/* --- reading --------------------------------------------------------------------------------- */

static const rocksdb_readoptions_t *read_options(const rocks_store *self,
                                                 const pat_store_snapshot *snapshot) {
  return snapshot == NULL ? self->read_newest : ((const rocks_snapshot *)snapshot)->read;
}

static rocksdb_readoptions_t *read_options_new(const rocksdb_snapshot_t *snapshot) {
  rocksdb_readoptions_t *options = rocksdb_readoptions_create();
  rocksdb_readoptions_set_verify_checksums(options, 1);
  if (snapshot != NULL) rocksdb_readoptions_set_snapshot(options, snapshot);
  return options;
}

static pat_status rocks_get(pat_store *store, const pat_store_snapshot *snapshot, pat_store_key key,
                            pat_blob *ret_value) {
  rocks_store *self = store_of(store);
  PAT_CLEANUP(error_clear) rocks_error error = {NULL};
  rocksdb_pinnableslice_t *pinned =
      rocksdb_get_pinned_cf(self->db, read_options(self, snapshot), family_of(self, key.table),
                            chars(key.bytes), key.bytes.size, &error.text);
  PAT_TRY(check(&error, "get"));
  PAT_REQUIRE(pinned != NULL, STORE_NOT_FOUND);
  size_t size = 0;
  const char *data = rocksdb_pinnableslice_value(pinned, &size);
  pat_status status = pat_blob_copy(pat_span_make(data, size), ret_value);
  rocksdb_pinnableslice_destroy(pinned);
  return status;
}

/* Keys of one table, ascending, that are read at once. */
typedef struct {
  const char *keys[GET_MANY_CHUNK];
  size_t key_sizes[GET_MANY_CHUNK];
  rocksdb_pinnableslice_t *values[GET_MANY_CHUNK]; /* NULL where absent */
  rocks_error errors[GET_MANY_CHUNK];
  size_t count;
} get_chunk;

static void get_chunk_clear(get_chunk *chunk) {
  for (size_t i = 0; i < chunk->count; i++) {
    if (chunk->values[i] != NULL) rocksdb_pinnableslice_destroy(chunk->values[i]);
    error_clear(&chunk->errors[i]);
  }
  chunk->count = 0;
}

typedef struct {
  const rocks_snapshot *at;
  const pat_store_key *keys;
  pat_blob *ret_values;
} get_request;

/* Buckets of the index are read all over the table, each once: they would only drive out of the
 * cache what is read again. */
static const rocksdb_readoptions_t *read_options_of(const rocks_snapshot *at, pat_table table) {
  return table == PAT_TABLE_INDEX ? at->read_past_cache : at->read;
}

/* Reads the keys at the given positions, and puts each value at its key's position. */
static pat_status get_chunk_read(rocks_store *self, const get_request *request,
                                 const uint32_t *positions, size_t count) {
  PAT_ASSERT(count <= GET_MANY_CHUNK);
  PAT_STATIC_ASSERT(sizeof(rocks_error) == sizeof(char *), "errors is handed over as char **");
  PAT_CLEANUP(get_chunk_clear) get_chunk chunk = {.count = count};
  for (size_t i = 0; i < count; i++) {
    chunk.keys[i] = chars(request->keys[positions[i]].bytes);
    chunk.key_sizes[i] = request->keys[positions[i]].bytes.size;
  }
  const pat_table table = request->keys[positions[0]].table;
  rocksdb_batched_multi_get_cf(self->db, read_options_of(request->at, table),
                               family_of(self, table), count, chunk.keys, chunk.key_sizes,
                               chunk.values, &chunk.errors[0].text, true);
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(check(&chunk.errors[i], "get many"));
    if (chunk.values[i] == NULL) continue;
    size_t size = 0;
    const char *data = rocksdb_pinnableslice_value(chunk.values[i], &size);
    PAT_TRY(pat_blob_copy(pat_span_make(data, size), &request->ret_values[positions[i]]));
  }
  return PAT_OK;
}

/* How many of the positions a chunk takes: those of one table. */
static size_t chunk_size(const pat_store_key *keys, const uint32_t *positions, size_t count) {
  const pat_table table = keys[positions[0]].table;
  size_t size = 1;
  while (size < count && size < GET_MANY_CHUNK && keys[positions[size]].table == table)
    size++;
  return size;
}

/* In the order of the keys: what is read for one is still at hand for its neighbour. */
static pat_status get_chunks(rocks_store *self, const get_request *request, size_t count) {
  PAT_CLEANUP(pat_mem_free_at) uint32_t *positions = pat_mem_new_array(count, sizeof *positions);
  PAT_REQUIRE(positions != NULL, LIMIT_MEMORY);
  pat_store_order(request->keys, count, positions);
  size_t size = 0;
  for (size_t done = 0; done < count; done += size) {
    size = chunk_size(request->keys, positions + done, count - done);
    PAT_TRY(get_chunk_read(self, request, positions + done, size));
  }
  return PAT_OK;
}

static pat_status rocks_snapshot_open(pat_store *store, pat_store_snapshot **ret_snapshot) {
  rocks_snapshot *snapshot = pat_mem_new(sizeof *snapshot);
  PAT_REQUIRE(snapshot != NULL, LIMIT_MEMORY);
  snapshot->snapshot = rocksdb_create_snapshot(store_of(store)->db);
  snapshot->read = read_options_new(snapshot->snapshot);
  snapshot->read_past_cache = read_options_new(snapshot->snapshot);
  rocksdb_readoptions_set_fill_cache(snapshot->read_past_cache, 0);
  *ret_snapshot = &snapshot->base;
  return PAT_OK;
}

static void rocks_snapshot_close(pat_store *store, pat_store_snapshot *snapshot) {
  rocks_snapshot *self = (rocks_snapshot *)snapshot;
  rocksdb_readoptions_destroy(self->read);
  rocksdb_readoptions_destroy(self->read_past_cache);
  rocksdb_release_snapshot(store_of(store)->db, self->snapshot);
  pat_mem_free(self);
}

static pat_status rocks_get_many(pat_store *store, const pat_store_snapshot *snapshot,
                                 const pat_store_key *keys, size_t count, pat_blob *ret_values) {
  rocks_store *self = store_of(store);
  get_request request = {(const rocks_snapshot *)snapshot, keys, ret_values};
  stop_counting();
  if (snapshot != NULL) return get_chunks(self, &request, count);
  pat_store_snapshot *now = NULL;
  PAT_TRY(rocks_snapshot_open(store, &now));
  request.at = (const rocks_snapshot *)now;
  const pat_status status = get_chunks(self, &request, count);
  rocks_snapshot_close(store, now);
  return status;
}

static rocksdb_iterator_t *iterator_new(rocks_store *self, const rocks_cursor *cursor,
                                        pat_store_range range) {
  if (pat_blob_is_set(cursor->to)) {
    rocksdb_readoptions_set_iterate_upper_bound(cursor->read, chars(pat_blob_span(cursor->to)),
                                                cursor->to.size);
  }
  rocksdb_iterator_t *iterator =
      rocksdb_create_iterator_cf(self->db, cursor->read, family_of(self, range.table));
  if (range.from.size == 0) {
    rocksdb_iter_seek_to_first(iterator);
  } else {
    rocksdb_iter_seek(iterator, chars(range.from), range.from.size);
  }
  return iterator;
}

static pat_status rocks_cursor_open(pat_store *store, const pat_store_snapshot *snapshot,
                                    pat_store_range range, pat_store_cursor **ret_cursor) {
  PAT_CLEANUP(pat_blob_clear) pat_blob to = {0};
  if (range.to.size > 0) PAT_TRY(pat_blob_copy(range.to, &to));
  rocks_cursor *cursor = pat_mem_new(sizeof *cursor);
  PAT_REQUIRE(cursor != NULL, LIMIT_MEMORY);
  cursor->to = pat_blob_take(&to);
  cursor->read =
      read_options_new(snapshot == NULL ? NULL : ((const rocks_snapshot *)snapshot)->snapshot);
  cursor->iterator = iterator_new(store_of(store), cursor, range);
  *ret_cursor = &cursor->base;
  return PAT_OK;
}

static pat_status rocks_cursor_next(pat_store *store, pat_store_cursor *cursor, pat_span *ret_key,
                                    pat_span *ret_value) {
  (void)store;
  rocks_cursor *self = (rocks_cursor *)cursor;
  /* The engine forbids stepping where there is nothing; an end stays an end. */
  if (self->started && rocksdb_iter_valid(self->iterator)) rocksdb_iter_next(self->iterator);
  self->started = true;
  if (!rocksdb_iter_valid(self->iterator)) {
    PAT_CLEANUP(error_clear) rocks_error error = {NULL};
    rocksdb_iter_get_error(self->iterator, &error.text);
    PAT_TRY(check(&error, "cursor"));
    return pat_refuse(PAT_RULE_STORE_END);
  }
  size_t key_size = 0;
  size_t value_size = 0;
  const char *key = rocksdb_iter_key(self->iterator, &key_size);
  const char *value = rocksdb_iter_value(self->iterator, &value_size);
  *ret_key = pat_span_make(key, key_size);
  *ret_value = pat_span_make(value, value_size);
  return PAT_OK;
}

static void rocks_cursor_close(pat_store *store, pat_store_cursor *cursor) {
  (void)store;
  rocks_cursor *self = (rocks_cursor *)cursor;
  rocksdb_iter_destroy(self->iterator);
  rocksdb_readoptions_destroy(self->read);
  pat_blob_clear(&self->to);
  pat_mem_free(self);
}

/* --- writing --------------------------------------------------------------------------------- */

/* The engine aborts the process when the disk fills up, so it must never come to that. */
static pat_status rocks_check_room(pat_store *store, uint64_t bytes) {
  const rocks_store *self = store_of(store);
  uint64_t available = 0;
  pat_status status = pat_file_free_space(self->directory, &available, NULL);
  PAT_REQUIRE(pat_is_ok(status), STORE_IO);
  bool enough = pat_rocksdb_directory_has_space(available, self->free_space_bytes_min, bytes);
  PAT_REQUIRE(enough, STORE_SPACE_LOW);
  return PAT_OK;
}

static void add_to_batch(const rocks_store *self, pat_write write, rocksdb_writebatch_t *batch) {
  rocksdb_column_family_handle_t *family = family_of(self, write.table);
  switch (write.kind) {
    case PAT_WRITE_PUT:
      rocksdb_writebatch_put_cf(batch, family, chars(write.key), write.key.size, chars(write.value),
                                write.value.size);
      break;
    case PAT_WRITE_DELETE:
      rocksdb_writebatch_delete_cf(batch, family, chars(write.key), write.key.size);
      break;
  }
}

/* The memory of a batch is kept for the next one, unless it is unusually much. */
static void clear_batch(rocks_store *self) {
  size_t size = 0;
  (void)rocksdb_writebatch_data(self->batch, &size);
  if (size <= BATCH_BYTES_KEPT) {
    rocksdb_writebatch_clear(self->batch);
    return;
  }
  rocksdb_writebatch_destroy(self->batch);
  self->batch = rocksdb_writebatch_create();
}

static pat_status rocks_write(pat_store *store, const pat_write_set *set, bool durable) {
  rocks_store *self = store_of(store);
  PAT_TRY(rocks_check_room(store, pat_write_set_bytes(set)));
  size_t count = pat_write_set_count(set);
  PAT_CLEANUP(pat_mem_free_at) uint32_t *positions = pat_mem_new_array(count, sizeof *positions);
  PAT_REQUIRE(positions != NULL, LIMIT_MEMORY);
  /* The engine puts each key into a sorted list: neighbours are found where the last one was. */
  PAT_TRY(pat_write_set_order(set, positions));
  for (size_t i = 0; i < count; i++)
    add_to_batch(self, pat_write_set_at(set, positions[i]), self->batch);
  PAT_CLEANUP(error_clear) rocks_error error = {NULL};
  stop_counting();
  rocksdb_write(self->db, durable ? self->write_durable : self->write_lazy, self->batch,
                &error.text);
  clear_batch(self);
  /* Never "no": a batch whose sync failed is in the log, and replayed when the store is opened. */
  return check_as(&error, PAT_RULE_STORE_COMMIT_UNKNOWN, "write", NULL);
}

static pat_status rocks_sync(pat_store *store) {
  PAT_CLEANUP(error_clear) rocks_error error = {NULL};
  rocksdb_flush_wal(store_of(store)->db, 1, &error.text);
  return check_as(&error, PAT_RULE_STORE_COMMIT_UNKNOWN, "sync", NULL);
}

/* --- opening and closing --------------------------------------------------------------------- */

static void rocks_close(pat_store *store) {
  rocks_store *self = store_of(store);
  for (size_t i = 0; i < FAMILY_COUNT; i++) {
    if (self->families[i] != NULL) rocksdb_column_family_handle_destroy(self->families[i]);
  }
  if (self->db != NULL) rocksdb_close(self->db);
  rocksdb_readoptions_destroy(self->read_newest);
  rocksdb_writeoptions_destroy(self->write_durable);
  rocksdb_writeoptions_destroy(self->write_lazy);
  rocksdb_writebatch_destroy(self->batch);
  pat_store_clear_base(store);
  pat_mem_free(self);
}

static const pat_store_engine rocks_engine = {
    .version = PAT_STORE_ENGINE_VERSION,
    .name = "rocksdb",
    .get = rocks_get,
    .get_many = rocks_get_many,
    .write = rocks_write,
    .snapshot_open = rocks_snapshot_open,
    .snapshot_close = rocks_snapshot_close,
    .cursor_open = rocks_cursor_open,
    .cursor_next = rocks_cursor_next,
    .cursor_close = rocks_cursor_close,
    .sync = rocks_sync,
    .check_room = rocks_check_room,
    .close = rocks_close,
};

static rocks_store *rocks_new(const pat_store_rocksdb_options *options) {
  rocks_store *self = pat_mem_new(sizeof *self);
  if (self == NULL) return NULL;
  pat_store_init_base(&self->base, &rocks_engine);
  pat_span_copy(self->directory, PAT_PATH_BYTES_MAX, pat_span_text(options->directory));
  uint64_t reserve = options->free_space_bytes_min;
  self->free_space_bytes_min = reserve == 0 ? PAT_STORE_FREE_SPACE_BYTES_MIN : reserve;
  self->read_newest = read_options_new(NULL);
  self->write_durable = rocksdb_writeoptions_create();
  rocksdb_writeoptions_set_sync(self->write_durable, 1);
  self->write_lazy = rocksdb_writeoptions_create();
  self->batch = rocksdb_writebatch_create();
  return self;
}

static bool is_known_family(const char *name) {
  if (strcmp(name, "default") == 0) return true;
  for (int table = 0; table < PAT_TABLE_COUNT; table++)
    if (strcmp(name, pat_table_name((pat_table)table)) == 0) return true;
  return false;
}

/* A table that this program does not know was made by a newer one. */
static pat_status check_families(const char *path, const rocksdb_options_t *options,
                                 pat_err *reterr) {
  PAT_CLEANUP(error_clear) rocks_error error = {NULL};
  size_t count = 0;
  char **names = rocksdb_list_column_families(options, path, &count, &error.text);
  if (error.text != NULL) return check_as(&error, error_rule(&error), "list tables", reterr);
  bool known = true;
  for (size_t i = 0; i < count; i++)
    known = known && is_known_family(names[i]);
  rocksdb_list_column_families_destroy(names, count);
  PAT_REQUIRE(known, STORE_FORMAT_NEWER);
  return PAT_OK;
}

static pat_status open_families(rocks_store *self, const pat_rocksdb_options *options,
                                pat_err *reterr) {
  const char *names[FAMILY_COUNT] = {[FAMILY_DEFAULT] = "default"};
  const rocksdb_options_t *family_options[FAMILY_COUNT] = {[FAMILY_DEFAULT] = options->common};
  for (int table = 0; table < PAT_TABLE_COUNT; table++) {
    names[1 + table] = pat_table_name((pat_table)table);
    family_options[1 + table] = pat_rocksdb_options_of(options, (pat_table)table);
  }
  PAT_CLEANUP(error_clear) rocks_error error = {NULL};
  self->db = rocksdb_open_column_families(options->common, self->directory, FAMILY_COUNT, names,
                                          family_options, self->families, &error.text);
  if (error.text != NULL) return check_as(&error, error_rule(&error), "open", reterr);
  PAT_ASSERT(self->db != NULL);
  return PAT_OK;
}

static pat_status open_directory(rocks_store *self, const pat_store_rocksdb_options *wanted,
                                 pat_err *reterr) {
  PAT_TRY(pat_file_make_directory(self->directory, reterr));
  bool exists = false;
  PAT_TRY(pat_rocksdb_directory_look(self->directory, &exists, reterr));
  PAT_TRY(pat_rocksdb_directory_check_space(self->directory, reterr));
  PAT_CLEANUP(pat_rocksdb_options_clear)
  pat_rocksdb_options options = pat_rocksdb_options_new(wanted, !exists);
  if (exists) PAT_TRY(check_families(self->directory, options.common, reterr));
  PAT_TRY(open_families(self, &options, reterr));
  return pat_store_check_format(&self->base, PAT_STORE_FORMAT);
}

pat_status pat_store_rocksdb_open(const pat_store_rocksdb_options *options, pat_store **ret_store,
                                  pat_err *reterr) {
  PAT_ASSERT(options->directory != NULL);
  size_t size = strlen(options->directory);
  PAT_REQUIRE_AT(size >= 1 && size <= PAT_PATH_BYTES_MAX, FILE_PATH, reterr, 0, NULL);
  rocks_store *self = rocks_new(options);
  PAT_REQUIRE(self != NULL, LIMIT_MEMORY);
  PAT_CLEANUP(pat_store_close_at) pat_store *store = &self->base;
  PAT_TRY(open_directory(self, options, reterr));
  *ret_store = store;
  store = NULL;
  return PAT_OK;
}
