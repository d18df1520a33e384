#include "server/store/store.h"

#include <stdlib.h>

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/bytes/builder.h"
#include "core/bytes/reader.h"
#include "server/store/engine.h"
#include "server/sys/log.h"

enum { FORMAT_BYTES = 4 };

void pat_store_init_base(pat_store *store, const pat_store_engine *engine) {
  PAT_ASSERT(engine->version == PAT_STORE_ENGINE_VERSION);
  store->engine = engine;
  pat_mutex_init(&store->write_mutex);
  atomic_init(&store->needs_reopen, false);
}

void pat_store_clear_base(pat_store *store) { pat_mutex_clear(&store->write_mutex); }

static int compare_keys(const void *a, const void *b, void *context) {
  const pat_store_key *keys = context;
  const pat_store_key *left = &keys[*(const uint32_t *)a];
  const pat_store_key *right = &keys[*(const uint32_t *)b];
  if (left->table != right->table) return left->table < right->table ? -1 : 1;
  return pat_span_compare(left->bytes, right->bytes);
}

void pat_store_order(const pat_store_key *keys, size_t count, uint32_t *ret_positions) {
  PAT_ASSERT(count <= UINT32_MAX);
  for (size_t i = 0; i < count; i++)
    ret_positions[i] = (uint32_t)i;
  qsort_r(ret_positions, count, sizeof *ret_positions, compare_keys, (void *)(uintptr_t)keys);
}

static pat_status check_key(pat_store_key key) {
  PAT_ASSERT(key.table < PAT_TABLE_COUNT);
  PAT_ASSERT(pat_span_valid(key.bytes));
  PAT_REQUIRE(key.bytes.size >= 1, STORE_KEY_LENGTH);
  PAT_REQUIRE(key.bytes.size <= PAT_STORE_KEY_BYTES_MAX, STORE_KEY_LENGTH);
  return PAT_OK;
}

static void check_snapshot(const pat_store *store, const pat_store_snapshot *snapshot) {
  if (snapshot != NULL) PAT_ASSERT(snapshot->store == store);
}

/* --- reading --------------------------------------------------------------------------------- */

pat_status pat_store_get(pat_store *store, const pat_store_snapshot *snapshot, pat_store_key key,
                         pat_blob *ret_value) {
  check_snapshot(store, snapshot);
  PAT_TRY(check_key(key));
  return store->engine->get(store, snapshot, key, ret_value);
}

pat_status pat_store_get_many(pat_store *store, const pat_store_snapshot *snapshot,
                              const pat_store_key *keys, size_t count, pat_blob *ret_values) {
  check_snapshot(store, snapshot);
  if (count == 0) return PAT_OK;
  PAT_ASSERT(keys != NULL);
  PAT_ASSERT(ret_values != NULL);
  for (size_t i = 0; i < count; i++)
    PAT_TRY(check_key(keys[i]));
  for (size_t i = 0; i < count; i++)
    ret_values[i] = (pat_blob){0};
  pat_status status = store->engine->get_many(store, snapshot, keys, count, ret_values);
  if (pat_is_ok(status)) return PAT_OK;
  for (size_t i = 0; i < count; i++)
    pat_blob_clear(&ret_values[i]);
  return status;
}

pat_status pat_store_snapshot_open(pat_store *store, pat_store_snapshot **ret_snapshot) {
  pat_store_snapshot *snapshot = NULL;
  PAT_TRY(store->engine->snapshot_open(store, &snapshot));
  PAT_ASSERT(snapshot != NULL);
  snapshot->store = store;
  *ret_snapshot = snapshot;
  return PAT_OK;
}

void pat_store_snapshot_close(pat_store *store, pat_store_snapshot *snapshot) {
  if (snapshot == NULL) return;
  check_snapshot(store, snapshot);
  store->engine->snapshot_close(store, snapshot);
}

pat_status pat_store_cursor_open(pat_store *store, const pat_store_snapshot *snapshot,
                                 pat_store_range range, pat_store_cursor **ret_cursor) {
  check_snapshot(store, snapshot);
  PAT_ASSERT(range.table < PAT_TABLE_COUNT);
  PAT_REQUIRE(range.from.size <= PAT_STORE_KEY_BYTES_MAX, STORE_KEY_LENGTH);
  PAT_REQUIRE(range.to.size <= PAT_STORE_KEY_BYTES_MAX, STORE_KEY_LENGTH);
  pat_store_cursor *cursor = NULL;
  PAT_TRY(store->engine->cursor_open(store, snapshot, range, &cursor));
  PAT_ASSERT(cursor != NULL);
  cursor->store = store;
  *ret_cursor = cursor;
  return PAT_OK;
}

pat_status pat_store_cursor_next(pat_store_cursor *cursor, pat_span *ret_key, pat_span *ret_value) {
  return cursor->store->engine->cursor_next(cursor->store, cursor, ret_key, ret_value);
}

void pat_store_cursor_close(pat_store_cursor *cursor) {
  if (cursor != NULL) cursor->store->engine->cursor_close(cursor->store, cursor);
}

void pat_store_cursor_close_at(pat_store_cursor **cursor) {
  pat_store_cursor_close(*cursor);
  *cursor = NULL;
}

/* --- writing --------------------------------------------------------------------------------- */

/* Remembers that a write's outcome is unknown. The write mutex is held. */
static pat_status note_outcome(pat_store *store, pat_status status) {
  if (pat_is_rule(status, PAT_RULE_STORE_COMMIT_UNKNOWN)) {
    atomic_store(&store->needs_reopen, true);
    PAT_LOG(PAT_LOG_ERROR, "store.commit_unknown", pat_log_text("engine", store->engine->name));
  }
  return status;
}

pat_status pat_store_write(pat_store *store, const pat_write_set *set, bool durable) {
  PAT_ASSERT(pat_write_set_valid(set));
  bool empty = pat_write_set_count(set) == 0;
  if (empty && durable) return pat_store_sync(store);
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&store->write_mutex);
  PAT_REQUIRE(!atomic_load(&store->needs_reopen), STORE_NEEDS_REOPEN);
  if (empty) return PAT_OK;
  return note_outcome(store, store->engine->write(store, set, durable));
}

pat_status pat_store_sync(pat_store *store) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&store->write_mutex);
  PAT_REQUIRE(!atomic_load(&store->needs_reopen), STORE_NEEDS_REOPEN);
  return note_outcome(store, store->engine->sync(store));
}

pat_status pat_store_check_room(pat_store *store, uint64_t bytes) {
  PAT_REQUIRE(!atomic_load(&store->needs_reopen), STORE_NEEDS_REOPEN);
  return store->engine->check_room == NULL ? PAT_OK : store->engine->check_room(store, bytes);
}

bool pat_store_needs_reopen(pat_store *store) { return atomic_load(&store->needs_reopen); }

void pat_store_close(pat_store *store) {
  if (store != NULL) store->engine->close(store);
}

void pat_store_close_at(pat_store **store) {
  pat_store_close(*store);
  *store = NULL;
}

/* --- format ---------------------------------------------------------------------------------- */

static pat_store_key format_key(void) {
  return (pat_store_key){PAT_TABLE_META, PAT_SPAN_LITERAL(PAT_STORE_FORMAT_KEY)};
}

/* OK where the table holds no key. */
static pat_status check_table_empty(pat_store *store, pat_table table) {
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  PAT_TRY(pat_store_cursor_open(store, NULL, (pat_store_range){.table = table}, &cursor));
  pat_span key;
  pat_span value;
  pat_status status = pat_store_cursor_next(cursor, &key, &value);
  PAT_REQUIRE(!pat_is_ok(status), STORE_FORMAT_MISSING);
  return pat_is_rule(status, PAT_RULE_STORE_END) ? PAT_OK : status;
}

static pat_status mark_format(pat_store *store, uint32_t format) {
  for (int table = 0; table < PAT_TABLE_COUNT; table++) {
    PAT_TRY(check_table_empty(store, (pat_table)table));
  }
  uint8_t bytes[FORMAT_BYTES];
  pat_builder builder;
  pat_builder_init(&builder, bytes, sizeof bytes);
  pat_builder_u32be(&builder, format);
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  PAT_TRY(pat_write_set_put(&set, PAT_TABLE_META, format_key().bytes, PAT_SPAN_OF(bytes)));
  return pat_store_write(store, &set, true);
}

static pat_status read_format(pat_span bytes, uint32_t *ret_format) {
  PAT_REQUIRE(bytes.size == FORMAT_BYTES, STORE_FORMAT_MISSING);
  pat_reader reader;
  pat_reader_init(&reader, bytes);
  uint32_t format = 0;
  PAT_TRY(pat_reader_u32be(&reader, &format));
  PAT_REQUIRE(format != 0, STORE_FORMAT_MISSING);
  *ret_format = format;
  return PAT_OK;
}

pat_status pat_store_check_format(pat_store *store, uint32_t format_expected) {
  PAT_ASSERT(format_expected > 0);
  PAT_CLEANUP(pat_blob_clear) pat_blob value = {0};
  pat_status status = pat_store_get(store, NULL, format_key(), &value);
  if (pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND)) return mark_format(store, format_expected);
  PAT_TRY(status);
  uint32_t format = 0;
  PAT_TRY(read_format(pat_blob_span(value), &format));
  PAT_REQUIRE(format <= format_expected, STORE_FORMAT_NEWER);
  PAT_REQUIRE(format >= format_expected, STORE_FORMAT_OLDER);
  return PAT_OK;
}
