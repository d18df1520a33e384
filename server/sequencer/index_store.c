#include "server/sequencer/index_store.h"

#include <stdlib.h>

#include "core/base/assert.h"
#include "core/bytes/reader.h"
#include "server/sequencer/index_rebuild.h"
#include "server/sequencer/keys.h"
#include "server/sys/log.h"
#include "server/sys/mem.h"

struct pat_index_store {
  pat_store *store;
  pat_index_top top;
  pat_index_state state;
  bool marked; /* META says the depth */

  /* The update under way: every changed node of the top, and what the index is then. */
  pat_index_top_change *changes;
  size_t change_capacity;
  size_t change_count;
  pat_index_state next;
  pat_arena scratch; /* for one bucket */
};

/* What a bucket's record breaks, the store breaks. */
static pat_status as_store(pat_status status) {
  PAT_REQUIRE(!pat_is_rule(status, PAT_RULE_INDEX_BUCKET), SEQUENCER_STORE);
  return status;
}

/* --- opening --------------------------------------------------------------------------------- */

unsigned pat_index_store_depth(uint64_t key_count) {
  unsigned depth = PAT_INDEX_DEPTH_MIN;
  while (depth < PAT_INDEX_DEPTH_MAX && key_count > (uint64_t)PAT_INDEX_BUCKET_KEYS << depth)
    depth++;
  return depth;
}

static pat_status load_bucket(pat_index_store *index, pat_span key, pat_span record) {
  pat_reader reader;
  pat_reader_init(&reader, key);
  uint32_t number = 0;
  PAT_REQUIRE(pat_is_ok(pat_reader_u32be(&reader, &number)), SEQUENCER_STORE);
  PAT_REQUIRE(pat_is_ok(pat_reader_finish(&reader)), SEQUENCER_STORE);
  PAT_REQUIRE(number >> index->top.depth == 0, SEQUENCER_STORE);
  const pat_index_place place = {index->top.depth, number};
  pat_hash hash;
  size_t leaf_count = 0;
  PAT_TRY(as_store(pat_index_bucket_peek(record, place, &hash, &leaf_count)));
  pat_index_top_load(&index->top, number, &hash);
  index->state.key_count += leaf_count;
  return PAT_OK;
}

static pat_status load(pat_index_store *index) {
  enum { PROGRESS_BUCKETS = 1024 * 1024 };
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  const pat_store_range all = {.table = PAT_TABLE_INDEX};
  PAT_TRY(pat_store_cursor_open(index->store, NULL, all, &cursor));
  for (uint64_t count = 1;; count++) {
    pat_span key;
    pat_span record;
    const pat_status status = pat_store_cursor_next(cursor, &key, &record);
    if (pat_is_rule(status, PAT_RULE_STORE_END)) break;
    PAT_TRY(status);
    PAT_TRY(load_bucket(index, key, record));
    if (count % PROGRESS_BUCKETS == 0)
      PAT_LOG(PAT_LOG_NOTICE, "index.loading", pat_log_number("buckets", count),
              pat_log_number("keys", index->state.key_count));
  }
  pat_index_top_load_end(&index->top);
  index->state.root = pat_index_top_root(&index->top);
  return PAT_OK;
}

static void close_at(pat_index_store **index) { pat_index_store_close(*index); }

pat_status pat_index_store_open(pat_store *store, unsigned depth, uint64_t key_count,
                                pat_index_store **ret_index) {
  PAT_ASSERT(depth <= PAT_INDEX_DEPTH_MAX);
  const unsigned wanted = depth == 0 ? pat_index_store_depth(key_count) : depth;
  PAT_CLEANUP(close_at) pat_index_store *index = pat_mem_new(sizeof *index);
  PAT_REQUIRE(index != NULL, LIMIT_MEMORY);
  index->store = store;
  pat_hash *heap = pat_mem_new_array(PAT_INDEX_TOP_HASHES(wanted), sizeof *heap);
  PAT_REQUIRE(heap != NULL, LIMIT_MEMORY);
  pat_index_top_init(&index->top, heap, wanted);
  unsigned marked = 0;
  PAT_TRY(pat_index_read_mark(store, &marked));
  index->marked = marked == wanted;
  if (!index->marked) PAT_TRY(pat_index_rebuild(store, wanted, &index->marked));
  PAT_TRY(load(index));
  *ret_index = index;
  index = NULL;
  return PAT_OK;
}

void pat_index_store_close(pat_index_store *index) {
  if (index == NULL) return;
  pat_mem_free(index->top.heap);
  pat_mem_free(index->changes);
  pat_mem_free(index->scratch.base);
  pat_mem_free(index);
}

pat_index_state pat_index_store_state(const pat_index_store *index) { return index->state; }

const pat_index_top *pat_index_store_top(const pat_index_store *index) { return &index->top; }

/* --- the buckets that an update changes ------------------------------------------------------ */

/* One of them: its changes are leaves [from, from + count). */
typedef struct {
  uint32_t number;
  size_t from;
  size_t count;
  pat_sequencer_key key;
} dirty;

static int compare_leaves(const void *a, const void *b) {
  const pat_index_leaf *left = a;
  const pat_index_leaf *right = b;
  return pat_span_compare(pat_hash_span(&left->key), pat_hash_span(&right->key));
}

static size_t group(const pat_index_leaf *leaves, size_t leaf_count, unsigned depth,
                    dirty *ret_buckets) {
  size_t count = 0;
  for (size_t i = 0; i < leaf_count; i++) {
    const uint32_t number = pat_index_bucket_number(&leaves[i].key, depth);
    if (count > 0 && ret_buckets[count - 1].number == number) {
      ret_buckets[count - 1].count++;
    } else {
      ret_buckets[count++] = (dirty){number, i, 1, pat_bucket_key(number)};
    }
  }
  return count;
}

/* The changed buckets of one update. It reads the index and writes nothing but what it is given
 * here. */
typedef struct {
  const pat_index_store *index;
  const pat_index_leaf *leaves;
  const dirty *buckets;
  size_t count;
  pat_arena *scratch;
  pat_index_top_change *changes; /* count, to be filled */
  pat_write_set *set;
  uint64_t new_keys;
} update_work;

/* Memory for one bucket as it is and as it will be, and for its record. */
static pat_status reserve_scratch(pat_arena *scratch, size_t old_count, size_t new_count) {
  const size_t size = PAT_INDEX_BUCKET_ARENA_BYTES(old_count) +
                      PAT_INDEX_BUCKET_ARENA_BYTES(new_count) + PAT_INDEX_BUCKET_BYTES(new_count) +
                      PAT_INDEX_BUCKET_ARENA_BYTES(0);
  if (size > scratch->capacity) {
    void *memory = pat_mem_resize(scratch->base, 2 * size, 1);
    PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
    pat_arena_init(scratch, memory, 2 * size);
  }
  pat_arena_reset_to(scratch, 0);
  return PAT_OK;
}

/* The stored bucket must be the one that the top knows: not damaged, not an older one, not lost. */
static pat_status read_old(const update_work *work, uint32_t number, pat_blob record,
                           pat_index_bucket *ret_old) {
  const pat_index_top *top = &work->index->top;
  const pat_index_place place = {top->depth, number};
  pat_hash known;
  const bool expected = pat_index_top_bucket(top, number, &known);
  PAT_REQUIRE(expected == pat_blob_is_set(record), SEQUENCER_STORE);
  if (!expected) return PAT_OK;
  PAT_TRY(as_store(pat_index_bucket_decode(pat_blob_span(record), place, work->scratch, ret_old)));
  PAT_REQUIRE(pat_hash_equal(&ret_old->hash, &known), SEQUENCER_STORE);
  return PAT_OK;
}

static pat_status change_bucket(update_work *work, size_t i, pat_blob record) {
  const dirty *bucket = &work->buckets[i];
  const size_t old_count = record.size / sizeof *work->leaves;
  PAT_TRY(reserve_scratch(work->scratch, old_count, old_count + bucket->count));
  pat_index_bucket old = {.leaf_count = 0};
  PAT_TRY(read_old(work, bucket->number, record, &old));
  pat_index_bucket merged;
  PAT_TRY(as_store(pat_index_bucket_merge(old.leaf_count == 0 ? NULL : &old,
                                          &work->leaves[bucket->from], bucket->count, work->scratch,
                                          &merged)));
  PAT_TRY(pat_index_put_bucket(work->set, bucket->number, &merged, work->scratch));
  work->changes[i] = (pat_index_top_change){bucket->number, merged.hash};
  work->new_keys += merged.leaf_count - old.leaf_count;
  return PAT_OK;
}

/* The buckets as they are stored; absent where there is none yet. */
typedef struct {
  pat_blob *blobs;
  size_t count;
} record_list;

static void record_list_clear(record_list *list) {
  for (size_t i = 0; i < list->count; i++)
    pat_blob_clear(&list->blobs[i]);
  pat_mem_free(list->blobs);
}

static pat_status change_all(update_work *work) {
  PAT_CLEANUP(pat_mem_free_at)
  pat_store_key *keys = pat_mem_resize(NULL, work->count, sizeof *keys);
  PAT_REQUIRE(keys != NULL, LIMIT_MEMORY);
  PAT_CLEANUP(record_list_clear) record_list records = {.count = work->count};
  records.blobs = pat_mem_new_array(work->count, sizeof *records.blobs);
  if (records.blobs == NULL) records.count = 0;
  PAT_REQUIRE(records.blobs != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < work->count; i++)
    keys[i] = (pat_store_key){PAT_TABLE_INDEX, pat_sequencer_key_span(&work->buckets[i].key)};
  PAT_TRY(pat_store_get_many(work->index->store, NULL, keys, work->count, records.blobs));
  for (size_t i = 0; i < work->count; i++)
    PAT_TRY(change_bucket(work, i, records.blobs[i]));
  return PAT_OK;
}

/* --- updating -------------------------------------------------------------------------------- */

static pat_status reserve_changes(pat_index_store *index, size_t bucket_count) {
  const size_t wanted = PAT_INDEX_TOP_CHANGES(bucket_count, index->top.depth);
  if (wanted <= index->change_capacity) return PAT_OK;
  pat_index_top_change *changes = pat_mem_resize(index->changes, wanted, sizeof *changes);
  PAT_REQUIRE(changes != NULL, LIMIT_MEMORY);
  index->changes = changes;
  index->change_capacity = wanted;
  return PAT_OK;
}

static pat_status change_buckets(pat_index_store *index, const pat_index_leaf *leaves,
                                 size_t leaf_count, pat_write_set *set) {
  PAT_CLEANUP(pat_mem_free_at) dirty *buckets = pat_mem_resize(NULL, leaf_count, sizeof *buckets);
  PAT_REQUIRE(buckets != NULL, LIMIT_MEMORY);
  const size_t count = group(leaves, leaf_count, index->top.depth, buckets);
  PAT_TRY(reserve_changes(index, count));
  update_work work = {.index = index,
                      .leaves = leaves,
                      .buckets = buckets,
                      .count = count,
                      .scratch = &index->scratch,
                      .changes = index->changes,
                      .set = set};
  PAT_TRY(change_all(&work));
  index->change_count = count;
  index->next.key_count += work.new_keys;
  return PAT_OK;
}

static void forget(pat_index_store *index) {
  index->change_count = 0;
  index->next = index->state;
}

pat_status pat_index_store_update(pat_index_store *index, pat_index_leaf *leaves, size_t leaf_count,
                                  pat_write_set *set, pat_index_state *ret_next) {
  forget(index);
  if (leaf_count > 0) {
    qsort(leaves, leaf_count, sizeof *leaves, compare_leaves);
    PAT_TRY(change_buckets(index, leaves, leaf_count, set));
    index->change_count = pat_index_top_plan(&index->top, index->changes, index->change_count);
    index->next.root = index->changes[index->change_count - 1].hash;
  }
  /* The first batch of a log: opening an empty one writes nothing. */
  if (!index->marked) PAT_TRY(pat_index_mark(set, index->top.depth));
  *ret_next = index->next;
  return PAT_OK;
}

void pat_index_store_apply(pat_index_store *index) {
  if (index->change_count == 0) return;
  pat_index_top_apply(&index->top, index->changes, index->change_count);
  index->state = index->next;
  index->marked = true;
  index->change_count = 0;
}

/* --- proving --------------------------------------------------------------------------------- */

static pat_status read_record(const pat_index_reader *reader, uint32_t number,
                              pat_blob *ret_record) {
  const pat_sequencer_key key = pat_bucket_key(number);
  const pat_store_key store_key = {PAT_TABLE_INDEX, pat_sequencer_key_span(&key)};
  const pat_status status = pat_store_get(reader->store, reader->snapshot, store_key, ret_record);
  PAT_REQUIRE(!pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND), SEQUENCER_STORE);
  return status;
}

pat_status pat_index_reader_prove(const pat_index_reader *reader, const pat_hash *key,
                                  const pat_index_path *path, pat_builder *out, bool *ret_present,
                                  pat_index_value *ret_value) {
  if (path->empty) {
    *ret_present = false;
    return PAT_OK;
  }
  PAT_CLEANUP(pat_blob_clear) pat_blob record = {0};
  PAT_TRY(read_record(reader, path->bucket, &record));
  const size_t size = PAT_INDEX_BUCKET_ARENA_BYTES(record.size / sizeof(pat_index_leaf));
  PAT_CLEANUP(pat_mem_free_at) void *memory = pat_mem_resize(NULL, size, 1);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena arena;
  pat_arena_init(&arena, memory, size);
  const pat_index_place place = {reader->depth, path->bucket};
  pat_index_bucket bucket;
  PAT_TRY(as_store(pat_index_bucket_decode(pat_blob_span(record), place, &arena, &bucket)));
  PAT_REQUIRE(pat_hash_equal(&bucket.hash, &path->bucket_hash), SEQUENCER_STORE);
  pat_index_bucket_prove(&bucket, key, out, ret_present, ret_value);
  pat_index_path_write(path, out);
  return PAT_OK;
}
