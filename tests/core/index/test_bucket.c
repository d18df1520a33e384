/* Buckets of the index: what a record must be, and what may be merged into it. Their hashes and
 * proofs are held against the whole tree in test_stored_index.c. */
#include "core/index/bucket.h"

#include <stdlib.h>
#include <string.h>

#include "core/index/tree.h"
#include "tests/core/crypto/crypto_support.h"

enum { LEAVES = 9, DEPTH = 12, NUMBER = 0xabc };

static uint8_t memory[64 * 1024];

static pat_index_leaf leaf_of(uint8_t number, uint64_t count) {
  pat_hash key = {{0xab, 0xc0, number}};
  const pat_index_value value = {.count = count, .root = {{number, 1}}};
  return pat_index_leaf_make(&key, &value);
}

static void fill(pat_index_leaf *leaves, size_t count) {
  for (size_t i = 0; i < count; i++)
    leaves[i] = leaf_of((uint8_t)(7 * i), i + 1);
}

static pat_span record_of(const pat_index_leaf *leaves, size_t count, uint8_t *buffer) {
  const pat_index_bucket bucket = pat_index_bucket_make(leaves, count);
  pat_builder builder;
  pat_builder_init(&builder, buffer, 1024);
  pat_index_bucket_encode(&bucket, &builder);
  return pat_span_make(buffer, pat_builder_size(&builder));
}

static pat_status decode(pat_span record, pat_index_place place, pat_index_bucket *ret_bucket) {
  pat_arena arena;
  pat_arena_init(&arena, memory, sizeof memory);
  return pat_index_bucket_decode(record, place, &arena, ret_bucket);
}

static const pat_index_place here = {DEPTH, NUMBER};

/* --- refusals -------------------------------------------------------------------------------- */

static void test_bucket__refuses_a_record_of_another_size(void **state) {
  (void)state;
  pat_index_leaf leaves[LEAVES];
  uint8_t buffer[1024];
  pat_index_bucket bucket;
  pat_hash hash;
  size_t count = 77;
  fill(leaves, LEAVES);
  const pat_span record = record_of(leaves, LEAVES, buffer);
  for (size_t size = 0; size <= record.size + 1; size++) {
    const bool whole = size > PAT_HASH_BYTES && (size - PAT_HASH_BYTES) % sizeof *leaves == 0;
    const pat_span cut = pat_span_make(buffer, size);
    if (size == record.size) {
      assert_accepted(decode(cut, here, &bucket));
    } else {
      assert_refused(decode(cut, here, &bucket), INDEX_BUCKET);
    }
    count = 77;
    if (whole) {
      assert_accepted(pat_index_bucket_peek(cut, here, &hash, &count));
      assert_int_equal(count, (size - PAT_HASH_BYTES) / sizeof *leaves);
    } else {
      assert_refused(pat_index_bucket_peek(cut, here, &hash, &count), INDEX_BUCKET);
      assert_int_equal(count, 77);
    }
  }
}

static void test_bucket__refuses_a_record_with_any_bit_turned(void **state) {
  (void)state;
  pat_index_leaf leaves[LEAVES];
  uint8_t buffer[1024];
  pat_index_bucket bucket = {.leaf_count = 77};
  fill(leaves, LEAVES);
  const pat_span record = record_of(leaves, LEAVES, buffer);
  for (size_t bit = 0; bit < SUPPORT_BITS(record.size); bit++) {
    support_flip(buffer, bit);
    assert_refused(decode(record, here, &bucket), INDEX_BUCKET);
    support_flip(buffer, bit);
  }
  assert_int_equal(bucket.leaf_count, 77);
  assert_accepted(decode(record, here, &bucket));
}

/* Leaves as they are, under no hash of theirs. */
static pat_status decode_leaves(const pat_index_leaf *leaves, size_t count) {
  uint8_t buffer[1024] = {0};
  pat_index_bucket bucket;
  memcpy(buffer + PAT_HASH_BYTES, leaves, count * sizeof *leaves);
  return decode(pat_span_make(buffer, PAT_INDEX_BUCKET_BYTES(count)), here, &bucket);
}

static void test_bucket__refuses_keys_that_do_not_ascend_or_stand_elsewhere(void **state) {
  (void)state;
  pat_index_leaf leaves[2] = {leaf_of(3, 1), leaf_of(2, 1)};
  assert_refused(decode_leaves(leaves, 2), INDEX_BUCKET);
  leaves[1] = leaves[0];
  assert_refused(decode_leaves(leaves, 2), INDEX_BUCKET);
  /* One bit below the border it may differ, at the border it may not. */
  uint8_t buffer[1024];
  pat_index_bucket bucket;
  for (unsigned bit = DEPTH - 1; bit <= DEPTH; bit++) {
    pat_index_leaf leaf = leaf_of(3, 1);
    leaf.key.bytes[bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
    const pat_span record = record_of(&leaf, 1, buffer);
    pat_hash hash;
    size_t count = 0;
    if (bit < DEPTH) {
      assert_refused(decode(record, here, &bucket), INDEX_BUCKET);
      assert_refused(pat_index_bucket_peek(record, here, &hash, &count), INDEX_BUCKET);
    } else {
      assert_accepted(decode(record, here, &bucket));
      assert_accepted(pat_index_bucket_peek(record, here, &hash, &count));
    }
  }
}

static void test_bucket__refuses_a_value_that_is_none(void **state) {
  (void)state;
  pat_index_leaf leaf = leaf_of(3, 1);
  uint8_t buffer[1024];
  pat_index_bucket bucket;
  leaf.value[7] = 0; /* a count of 0 */
  assert_refused(decode(record_of(&leaf, 1, buffer), here, &bucket), INDEX_BUCKET);
  leaf.value[7] = 1;
  assert_accepted(decode(record_of(&leaf, 1, buffer), here, &bucket));
}

static void test_bucket__says_when_its_memory_is_too_small(void **state) {
  (void)state;
  pat_index_leaf leaves[LEAVES];
  uint8_t buffer[1024];
  pat_index_bucket bucket;
  pat_arena arena;
  fill(leaves, LEAVES);
  const pat_span record = record_of(leaves, LEAVES, buffer);
  pat_arena_init(&arena, memory, LEAVES * sizeof *leaves - 1);
  assert_refused(pat_index_bucket_decode(record, here, &arena, &bucket), LIMIT_MEMORY);
  pat_arena_init(&arena, memory, LEAVES * sizeof *leaves - 1);
  assert_refused(pat_index_bucket_merge(NULL, leaves, LEAVES, &arena, &bucket), LIMIT_MEMORY);
  pat_arena_init(&arena, memory, PAT_INDEX_BUCKET_ARENA_BYTES(LEAVES));
  assert_accepted(pat_index_bucket_decode(record, here, &arena, &bucket));
}

static void test_bucket__refuses_a_history_that_does_not_grow(void **state) {
  (void)state;
  pat_index_leaf leaves[LEAVES];
  pat_index_bucket merged = {.leaf_count = 77};
  pat_arena arena;
  fill(leaves, LEAVES);
  const pat_index_bucket old = pat_index_bucket_make(leaves, LEAVES);
  pat_index_leaf change = leaf_of(7 * 4, 4); /* it has 5 entries */
  for (uint64_t count = 4; count <= 6; count++) {
    change = leaf_of(7 * 4, count);
    pat_arena_init(&arena, memory, sizeof memory);
    const pat_status status = pat_index_bucket_merge(&old, &change, 1, &arena, &merged);
    if (count <= 5) {
      assert_refused(status, INDEX_BUCKET);
      assert_int_equal(merged.leaf_count, 77);
    } else {
      assert_accepted(status);
      assert_int_equal(merged.leaf_count, LEAVES);
    }
  }
}

/* --- what it does ---------------------------------------------------------------------------- */

static void test_bucket__merging_keeps_what_is_not_changed_and_the_order(void **state) {
  (void)state;
  pat_index_leaf leaves[LEAVES];
  fill(leaves, LEAVES);
  const pat_index_bucket old = pat_index_bucket_make(leaves, LEAVES);
  const pat_index_leaf changes[] = {leaf_of(1, 1), leaf_of(14, 9), leaf_of(200, 1)};
  pat_index_bucket merged;
  pat_arena arena;
  pat_arena_init(&arena, memory, sizeof memory);
  assert_accepted(pat_index_bucket_merge(&old, changes, 3, &arena, &merged));
  assert_int_equal(merged.leaf_count, LEAVES + 2);
  assert_memory_equal(&merged.leaves[0], &leaves[0], sizeof leaves[0]);
  assert_memory_equal(&merged.leaves[1], &changes[0], sizeof leaves[0]);
  assert_memory_equal(&merged.leaves[2], &leaves[1], sizeof leaves[0]);
  assert_memory_equal(&merged.leaves[3], &changes[1], sizeof leaves[0]);
  assert_memory_equal(&merged.leaves[4], &leaves[3], 6 * sizeof leaves[0]);
  assert_memory_equal(&merged.leaves[10], &changes[2], sizeof leaves[0]);
}

/* Keys that part from one another at every bit: the deepest stack that there can be. */
static void test_bucket__hashes_keys_that_part_at_every_bit(void **state) {
  (void)state;
  static pat_index_leaf leaves[PAT_INDEX_KEY_BITS + 1];
  static pat_index_node nodes[PAT_INDEX_NODES_FOR(PAT_INDEX_KEY_BITS + 1)];
  const size_t count = PAT_INDEX_KEY_BITS + 1;
  for (int ones = 0; ones < 2; ones++) {
    pat_index_tree tree;
    pat_index_tree_init(&tree, nodes, sizeof nodes / sizeof nodes[0]);
    for (size_t i = 0; i < count; i++) {
      /* i zeros and a one behind them, from the last; or the other way round */
      const size_t at = ones ? i : count - 1 - i;
      pat_hash key;
      memset(key.bytes, ones ? 0xff : 0, sizeof key.bytes);
      if (at < PAT_INDEX_KEY_BITS) key.bytes[at / 8] ^= (uint8_t)(0x80u >> at % 8);
      const pat_index_value value = {.count = i + 1, .root = {{1}}};
      leaves[i] = pat_index_leaf_make(&key, &value);
      assert_accepted(pat_index_tree_put(&tree, &key, &value));
    }
    const pat_index_bucket bucket = pat_index_bucket_make(leaves, count);
    const pat_hash root = pat_index_tree_root(&tree);
    assert_true(pat_hash_equal(&bucket.hash, &root));
  }
}

static void test_bucket__number_is_the_first_bits_of_the_key(void **state) {
  (void)state;
  const pat_hash key = {{0xde, 0xad, 0xbe, 0xef, 0xff}};
  const struct {
    unsigned depth;
    uint32_t number;
  } cases[] = {{0, 0},
               {1, 1},
               {2, 3},
               {4, 0xd},
               {18, 0x37ab6},
               {PAT_INDEX_DEPTH_MAX - 1, 0xdeadbeefu >> 5},
               {PAT_INDEX_DEPTH_MAX, 0xdeadbeefu >> 4}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    assert_int_equal(pat_index_bucket_number(&key, cases[i].depth), cases[i].number);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bucket__refuses_a_record_of_another_size),
      cmocka_unit_test(test_bucket__refuses_a_record_with_any_bit_turned),
      cmocka_unit_test(test_bucket__refuses_keys_that_do_not_ascend_or_stand_elsewhere),
      cmocka_unit_test(test_bucket__refuses_a_value_that_is_none),
      cmocka_unit_test(test_bucket__says_when_its_memory_is_too_small),
      cmocka_unit_test(test_bucket__refuses_a_history_that_does_not_grow),
      cmocka_unit_test(test_bucket__merging_keeps_what_is_not_changed_and_the_order),
      cmocka_unit_test(test_bucket__hashes_keys_that_part_at_every_bit),
      cmocka_unit_test(test_bucket__number_is_the_first_bits_of_the_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
