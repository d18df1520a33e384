/* Compact ranges: every small size against the recursive definition, and the largest size there
 * is. */
#include "core/tlog/range.h"

#include "tests/core/crypto/crypto_support.h"
#include "tests/core/tlog/oracle.h"

#define LEAVES_MAX 300

static void test_range__refuses_more_leaves_than_a_tree_can_have(void **state) {
  (void)state;
  const pat_hash leaf = {{1}};
  pat_tlog_range range = {.size = PAT_TLOG_SIZE_MAX - 1};
  pat_tlog_node nodes[PAT_TLOG_PEAKS_MAX];
  size_t count = 0;
  assert_accepted(pat_tlog_range_append(&range, &leaf));
  assert_true(range.size == PAT_TLOG_SIZE_MAX);
  assert_refused(pat_tlog_range_append(&range, &leaf), TLOG_SIZE);
  assert_refused(pat_tlog_range_append_nodes(&range, &leaf, nodes, &count), TLOG_SIZE);
  assert_true(range.size == PAT_TLOG_SIZE_MAX);
  assert_int_equal(count, 0);
}

static void test_range__decode_refuses_other_than_one_peak_for_each_bit(void **state) {
  (void)state;
  static const uint8_t bytes[65 * PAT_HASH_BYTES];
  pat_tlog_range range = {.size = 77};
  assert_refused(pat_tlog_range_decode(5, pat_span_make(bytes, 63), &range), TLOG_RANGE_PEAKS);
  assert_refused(pat_tlog_range_decode(5, pat_span_make(bytes, 65), &range), TLOG_RANGE_PEAKS);
  assert_refused(pat_tlog_range_decode(5, pat_span_make(bytes, 32), &range), TLOG_RANGE_PEAKS);
  assert_refused(pat_tlog_range_decode(0, pat_span_make(bytes, 32), &range), TLOG_RANGE_PEAKS);
  assert_refused(
      pat_tlog_range_decode(PAT_TLOG_SIZE_MAX + 1, pat_span_make(bytes, PAT_HASH_BYTES), &range),
      TLOG_SIZE);
  assert_int_equal(range.size, 77);
  assert_accepted(pat_tlog_range_decode(5, pat_span_make(bytes, 64), &range));
  assert_accepted(pat_tlog_range_decode(PAT_TLOG_SIZE_MAX,
                                        pat_span_make(bytes, (size_t)63 * PAT_HASH_BYTES), &range));
  assert_true(pat_tlog_range_valid(&range));
}

static void test_range__root_is_that_of_the_definition_at_every_size(void **state) {
  (void)state;
  static pat_hash leaves[LEAVES_MAX];
  oracle_leaves(leaves, LEAVES_MAX);
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  for (size_t size = 0; size < LEAVES_MAX; size++) {
    const pat_hash expected = oracle_root(leaves, 0, size);
    const pat_hash root = pat_tlog_range_root(&range);
    assert_true(pat_hash_equal(&root, &expected));
    assert_accepted(pat_tlog_range_append(&range, &leaves[size]));
  }
}

static void test_range__appending_names_exactly_the_nodes_that_became_whole(void **state) {
  (void)state;
  static pat_hash leaves[LEAVES_MAX];
  oracle_leaves(leaves, LEAVES_MAX);
  pat_tlog_range range = {0};
  for (size_t i = 0; i < LEAVES_MAX; i++) {
    pat_tlog_node nodes[PAT_TLOG_PEAKS_MAX];
    size_t count = 0;
    assert_accepted(pat_tlog_range_append_nodes(&range, &leaves[i], nodes, &count));
    size_t whole = 1;
    while ((i + 1) % ((size_t)1 << whole) == 0)
      whole++;
    assert_int_equal(count, whole);
    for (size_t k = 0; k < count; k++) {
      pat_hash expected = {{0}};
      assert_int_equal(nodes[k].at.level, k);
      assert_int_equal(nodes[k].at.index, i >> k);
      assert_accepted(oracle_read(leaves, nodes[k].at, &expected));
      assert_true(pat_hash_equal(&nodes[k].hash, &expected));
    }
  }
}

static void test_range__peaks_and_size_give_the_range_back(void **state) {
  (void)state;
  static pat_hash leaves[LEAVES_MAX];
  oracle_leaves(leaves, LEAVES_MAX);
  pat_tlog_range range = {0};
  for (size_t i = 0; i + 1 < LEAVES_MAX; i++) {
    pat_tlog_range again = {0};
    assert_accepted(pat_tlog_range_append(&range, &leaves[i]));
    assert_accepted(pat_tlog_range_decode(range.size, pat_tlog_range_peaks(&range), &again));
    assert_accepted(pat_tlog_range_append(&again, &leaves[i + 1]));
    const pat_hash expected = oracle_root(leaves, 0, i + 2);
    const pat_hash root = pat_tlog_range_root(&again);
    assert_true(pat_hash_equal(&root, &expected));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_range__refuses_more_leaves_than_a_tree_can_have),
      cmocka_unit_test(test_range__decode_refuses_other_than_one_peak_for_each_bit),
      cmocka_unit_test(test_range__root_is_that_of_the_definition_at_every_size),
      cmocka_unit_test(test_range__appending_names_exactly_the_nodes_that_became_whole),
      cmocka_unit_test(test_range__peaks_and_size_give_the_range_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
