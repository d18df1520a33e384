#include "tests/core/index/stored_index.h"

#include <stdlib.h>
#include <string.h>

#include "core/index/proof.h"
#include "tests/core/crypto/crypto_support.h"

stored_index *stored_new(unsigned depth) {
  stored_index *index = calloc(1, sizeof *index);
  assert_non_null(index);
  index->heap = calloc(PAT_INDEX_TOP_HASHES(depth), sizeof *index->heap);
  index->records = calloc((size_t)1 << depth, sizeof *index->records);
  assert_non_null(index->heap);
  assert_non_null(index->records);
  pat_index_top_init(&index->top, index->heap, depth);
  return index;
}

void stored_free(stored_index *index) {
  for (size_t i = 0; i < (size_t)1 << index->top.depth; i++)
    free(index->records[i].bytes);
  free(index->records);
  free(index->heap);
  free(index);
}

static pat_arena arena_of(size_t size, void **ret_memory) {
  pat_arena arena;
  *ret_memory = malloc(size);
  assert_non_null(*ret_memory);
  pat_arena_init(&arena, *ret_memory, size);
  return arena;
}

static size_t leaves_of(stored_record record) {
  return record.size == 0 ? 0 : (record.size - PAT_HASH_BYTES) / sizeof(pat_index_leaf);
}

pat_status stored_decode(const stored_index *index, uint32_t number, void **ret_memory,
                         pat_index_bucket *ret_bucket) {
  const stored_record record = index->records[number];
  pat_arena arena = arena_of(PAT_INDEX_BUCKET_ARENA_BYTES(leaves_of(record)), ret_memory);
  return pat_index_bucket_decode(pat_span_make(record.bytes, record.size),
                                 (pat_index_place){index->top.depth, number}, &arena, ret_bucket);
}

static stored_record encode(const pat_index_bucket *bucket) {
  stored_record record = {.size = PAT_INDEX_BUCKET_BYTES(bucket->leaf_count)};
  record.bytes = malloc(record.size);
  assert_non_null(record.bytes);
  pat_builder builder;
  pat_span written;
  pat_builder_init(&builder, record.bytes, record.size);
  pat_index_bucket_encode(bucket, &builder);
  assert_accepted(pat_builder_finish(&builder, &written));
  assert_int_equal(written.size, record.size);
  return record;
}

/* Gives the record that the bucket has after the changes, and its hash. */
static stored_record change(const stored_index *index, uint32_t number,
                            const pat_index_leaf *changes, size_t count, pat_hash *ret_hash) {
  pat_index_bucket old;
  pat_index_bucket merged;
  void *old_memory = NULL;
  void *memory = NULL;
  const size_t old_count = leaves_of(index->records[number]);
  if (old_count > 0) assert_accepted(stored_decode(index, number, &old_memory, &old));
  pat_arena arena = arena_of(PAT_INDEX_BUCKET_ARENA_BYTES(old_count + count), &memory);
  assert_accepted(
      pat_index_bucket_merge(old_count > 0 ? &old : NULL, changes, count, &arena, &merged));
  *ret_hash = merged.hash;
  const stored_record record = encode(&merged);
  free(memory);
  free(old_memory);
  return record;
}

/* The number of leaves at the front that are of the first one's bucket. */
static size_t run_of(const stored_index *index, const pat_index_leaf *leaves, size_t count) {
  size_t run = 1;
  const uint32_t number = pat_index_bucket_number(&leaves[0].key, index->top.depth);
  while (run < count && pat_index_bucket_number(&leaves[run].key, index->top.depth) == number)
    run++;
  return run;
}

pat_hash stored_update(stored_index *index, const pat_index_leaf *leaves, size_t count,
                       bool apply) {
  pat_index_top_change *changes =
      calloc(PAT_INDEX_TOP_CHANGES(count, index->top.depth) + 1, sizeof *changes);
  assert_non_null(changes);
  size_t buckets = 0;
  for (size_t i = 0, run = 0; i < count; i += run) {
    run = run_of(index, &leaves[i], count - i);
    const uint32_t number = pat_index_bucket_number(&leaves[i].key, index->top.depth);
    const stored_record record = change(index, number, &leaves[i], run, &changes[buckets].hash);
    changes[buckets++].node = number;
    stored_record *place = &index->records[number];
    free(apply ? place->bytes : record.bytes);
    if (apply) *place = record;
  }
  const size_t changed = pat_index_top_plan(&index->top, changes, buckets);
  assert_true(changed <= PAT_INDEX_TOP_CHANGES(buckets, index->top.depth));
  pat_hash root = pat_index_top_root(&index->top);
  if (changed > 0) root = changes[changed - 1].hash;
  if (apply) pat_index_top_apply(&index->top, changes, changed);
  free(changes);
  return root;
}

pat_span stored_prove(const stored_index *index, const pat_hash *key, uint8_t *buffer,
                      bool *ret_present, pat_index_value *ret_value) {
  pat_index_path path;
  pat_builder builder;
  pat_span proof = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, buffer, PAT_INDEX_PROOF_BYTES_MAX);
  pat_index_top_find(&index->top, key, &path);
  *ret_present = false;
  if (path.empty) return proof;
  pat_index_bucket bucket;
  void *memory = NULL;
  assert_accepted(stored_decode(index, path.bucket, &memory, &bucket));
  assert_true(pat_hash_equal(&bucket.hash, &path.bucket_hash));
  pat_index_bucket_prove(&bucket, key, &builder, ret_present, ret_value);
  pat_index_path_write(&path, &builder);
  assert_accepted(pat_builder_finish(&builder, &proof));
  free(memory);
  return proof;
}

void stored_expect_reload(const stored_index *index) {
  const unsigned depth = index->top.depth;
  pat_hash *heap = calloc(PAT_INDEX_TOP_HASHES(depth), sizeof *heap);
  assert_non_null(heap);
  pat_index_top top;
  pat_index_top_init(&top, heap, depth);
  for (uint32_t number = 0; number < UINT32_C(1) << depth; number++) {
    const stored_record record = index->records[number];
    pat_hash hash;
    size_t count = 0;
    if (record.bytes == NULL) continue;
    assert_accepted(pat_index_bucket_peek(pat_span_make(record.bytes, record.size),
                                          (pat_index_place){depth, number}, &hash, &count));
    assert_int_equal(count, leaves_of(record));
    pat_index_top_load(&top, number, &hash);
  }
  pat_index_top_load_end(&top);
  assert_memory_equal(heap, index->heap, PAT_INDEX_TOP_HASHES(depth) * sizeof *heap);
  free(heap);
}
