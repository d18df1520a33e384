#include "server/sequencer/index_rebuild.h"

#include "core/base/assert.h"
#include "core/ledger/ledger.h"
#include "server/sequencer/keys.h"
#include "server/sys/log.h"
#include "server/sys/mem.h"

enum {
  CHUNK_BYTES = 8 * 1024 * 1024, /* of one write */
  PROGRESS_KEYS = 1024 * 1024,
  SUBJECT_ARENA_BYTES = 64 * 1024, /* 64 peaks, decoded */
};

/* --- the mark -------------------------------------------------------------------------------- */

static pat_store_key mark_key(void) {
  return (pat_store_key){PAT_TABLE_META, PAT_SPAN_LITERAL("index")};
}

pat_status pat_index_mark(pat_write_set *set, unsigned depth) {
  PAT_ASSERT(depth >= 1);
  PAT_ASSERT(depth <= PAT_INDEX_DEPTH_MAX);
  const uint8_t byte = (uint8_t)depth;
  return pat_write_set_put(set, mark_key().table, mark_key().bytes, pat_span_make(&byte, 1));
}

pat_status pat_index_read_mark(pat_store *store, unsigned *ret_depth) {
  PAT_CLEANUP(pat_blob_clear) pat_blob value = {0};
  pat_status status = pat_store_get(store, NULL, mark_key(), &value);
  if (pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND)) {
    *ret_depth = 0;
    return PAT_OK;
  }
  PAT_TRY(status);
  PAT_REQUIRE(value.size == 1, SEQUENCER_STORE);
  PAT_REQUIRE(value.data[0] >= 1, SEQUENCER_STORE);
  PAT_REQUIRE(value.data[0] <= PAT_INDEX_DEPTH_MAX, SEQUENCER_STORE);
  *ret_depth = value.data[0];
  return PAT_OK;
}

/* --- writing buckets ------------------------------------------------------------------------- */

pat_status pat_index_put_bucket(pat_write_set *set, uint32_t number, const pat_index_bucket *bucket,
                                pat_arena *arena) {
  const size_t size = PAT_INDEX_BUCKET_BYTES(bucket->leaf_count);
  uint8_t *bytes = pat_arena_take(arena, size);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, bytes, size);
  pat_index_bucket_encode(bucket, &builder);
  pat_span record;
  PAT_TRY(pat_builder_finish(&builder, &record));
  const pat_sequencer_key key = pat_bucket_key(number);
  return pat_write_set_put(set, PAT_TABLE_INDEX, pat_sequencer_key_span(&key), record);
}

void pat_index_writer_start(pat_index_writer *writer, pat_store *store, unsigned depth) {
  PAT_ASSERT(depth >= 1);
  PAT_ASSERT(depth <= PAT_INDEX_DEPTH_MAX);
  *writer = (pat_index_writer){.store = store, .depth = depth};
  pat_write_set_init(&writer->set);
}

void pat_index_writer_clear(pat_index_writer *writer) {
  pat_write_set_clear(&writer->set);
  pat_mem_free(writer->leaves);
  *writer = (pat_index_writer){.leaves = NULL};
}

/* Not durable: what is lost is lost from the end, and with it the mark. */
static pat_status write_chunk(pat_store *store, pat_write_set *set) {
  if (pat_write_set_bytes(set) < CHUNK_BYTES) return PAT_OK;
  PAT_TRY(pat_store_write(store, set, false));
  pat_write_set_reset(set);
  return PAT_OK;
}

static pat_status flush_bucket(pat_index_writer *writer) {
  if (writer->leaf_count == 0) return PAT_OK;
  const pat_index_bucket bucket = pat_index_bucket_make(writer->leaves, writer->leaf_count);
  const size_t size = PAT_INDEX_BUCKET_BYTES(bucket.leaf_count) + PAT_INDEX_BUCKET_ARENA_BYTES(0);
  PAT_CLEANUP(pat_mem_free_at) void *memory = pat_mem_resize(NULL, size, 1);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena arena;
  pat_arena_init(&arena, memory, size);
  const uint32_t number = pat_index_bucket_number(&writer->leaves[0].key, writer->depth);
  PAT_TRY(pat_index_put_bucket(&writer->set, number, &bucket, &arena));
  writer->leaf_count = 0;
  return write_chunk(writer->store, &writer->set);
}

static pat_status make_room(pat_index_writer *writer) {
  if (writer->leaf_count < writer->leaf_capacity) return PAT_OK;
  const size_t capacity = writer->leaf_capacity == 0 ? 64 : 2 * writer->leaf_capacity;
  pat_index_leaf *leaves = pat_mem_resize(writer->leaves, capacity, sizeof *leaves);
  PAT_REQUIRE(leaves != NULL, LIMIT_MEMORY);
  writer->leaves = leaves;
  writer->leaf_capacity = capacity;
  return PAT_OK;
}

/* Whether the key is of the bucket that is being gathered. */
static bool belongs(const pat_index_writer *writer, const pat_hash *key) {
  return pat_index_bucket_number(key, writer->depth) ==
         pat_index_bucket_number(&writer->leaves[0].key, writer->depth);
}

pat_status pat_index_writer_add(pat_index_writer *writer, const pat_index_leaf *leaf) {
  if (writer->leaf_count > 0) {
    const pat_hash *last = &writer->leaves[writer->leaf_count - 1].key;
    const int order = pat_span_compare(pat_hash_span(last), pat_hash_span(&leaf->key));
    PAT_REQUIRE(order < 0, SEQUENCER_STORE);
    if (!belongs(writer, &leaf->key)) PAT_TRY(flush_bucket(writer));
  }
  PAT_TRY(make_room(writer));
  writer->leaves[writer->leaf_count++] = *leaf;
  writer->key_count++;
  if (writer->key_count % PROGRESS_KEYS == 0)
    PAT_LOG(PAT_LOG_NOTICE, "index.rebuilding", pat_log_number("keys", writer->key_count));
  return PAT_OK;
}

pat_status pat_index_writer_finish(pat_index_writer *writer) {
  PAT_TRY(flush_bucket(writer));
  PAT_TRY(pat_index_mark(&writer->set, writer->depth));
  return pat_store_write(writer->store, &writer->set, true);
}

/* --- rebuilding ------------------------------------------------------------------------------ */

/* Removes the mark first, so that what is half removed is never taken for whole. */
static pat_status remove_all(pat_store *store) {
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  PAT_TRY(pat_store_cursor_open(store, NULL, (pat_store_range){.table = PAT_TABLE_INDEX}, &cursor));
  PAT_TRY(pat_write_set_delete(&set, mark_key().table, mark_key().bytes));
  for (;;) {
    pat_span key;
    pat_span value;
    const pat_status status = pat_store_cursor_next(cursor, &key, &value);
    if (pat_is_rule(status, PAT_RULE_STORE_END)) break;
    PAT_TRY(status);
    PAT_TRY(pat_write_set_delete(&set, PAT_TABLE_INDEX, key));
    PAT_TRY(write_chunk(store, &set));
  }
  const bool nothing = pat_write_set_count(&set) == 1;
  return nothing ? PAT_OK : pat_store_write(store, &set, false);
}

static pat_status add_subject(pat_index_writer *writer, pat_span key, pat_span value,
                              pat_arena *arena) {
  pat_arena_reset_to(arena, 0);
  pat_changed_subject subject;
  PAT_TRY(pat_ledger_subject_value(key, value, arena, &subject));
  const pat_index_value index_value = {subject.count, subject.root};
  const pat_index_leaf leaf = pat_index_leaf_make(&subject.key, &index_value);
  return pat_index_writer_add(writer, &leaf);
}

static pat_status add_subjects(pat_index_writer *writer) {
  PAT_CLEANUP(pat_mem_free_at) void *memory = pat_mem_resize(NULL, SUBJECT_ARENA_BYTES, 1);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena arena;
  pat_arena_init(&arena, memory, SUBJECT_ARENA_BYTES);
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  const pat_store_range all = {.table = PAT_TABLE_SUBJECT};
  PAT_TRY(pat_store_cursor_open(writer->store, NULL, all, &cursor));
  for (;;) {
    pat_span key;
    pat_span value;
    const pat_status status = pat_store_cursor_next(cursor, &key, &value);
    if (pat_is_rule(status, PAT_RULE_STORE_END)) return PAT_OK;
    PAT_TRY(status);
    PAT_TRY(add_subject(writer, key, value, &arena));
  }
}

pat_status pat_index_rebuild(pat_store *store, unsigned depth, bool *ret_marked) {
  PAT_TRY(remove_all(store));
  PAT_CLEANUP(pat_index_writer_clear) pat_index_writer writer;
  pat_index_writer_start(&writer, store, depth);
  PAT_TRY(add_subjects(&writer));
  const bool any = writer.key_count > 0;
  if (any) PAT_TRY(pat_index_writer_finish(&writer));
  if (any)
    PAT_LOG(PAT_LOG_NOTICE, "index.rebuilt", pat_log_number("keys", writer.key_count),
            pat_log_number("depth", depth));
  *ret_marked = any;
  return PAT_OK;
}
