/* The index's values and its sub-logs. */
#include "core/index/tree.h"
#include "tests/core/crypto/crypto_support.h"

static void test_index__value_refuses_other_sizes_and_counts(void **state) {
  (void)state;
  static const uint8_t zero[PAT_INDEX_VALUE_BYTES + 1];
  uint8_t bytes[PAT_INDEX_VALUE_BYTES];
  pat_index_value value = {.count = PAT_TLOG_SIZE_MAX};
  pat_index_value read = {.count = 77};
  pat_index_value_encode(&value, bytes);
  assert_accepted(pat_index_value_decode(PAT_SPAN_OF(bytes), &value));
  assert_true(value.count == PAT_TLOG_SIZE_MAX);
  value.count++;
  pat_index_value_encode(&value, bytes);
  assert_refused(pat_index_value_decode(PAT_SPAN_OF(bytes), &read), INDEX_VALUE);
  assert_refused(pat_index_value_decode(pat_span_make(zero, 40), &read), INDEX_VALUE);
  assert_refused(pat_index_value_decode(pat_span_make(bytes, 39), &read), INDEX_VALUE);
  assert_refused(pat_index_value_decode(PAT_SPAN_OF(zero), &read), INDEX_VALUE);
  assert_int_equal(read.count, 77);
}

static void test_index__sublog_commits_to_place_and_leaf(void **state) {
  (void)state;
  const pat_hash leaf = {{7}};
  uint8_t data[41] = {0, 0, 0, 0, 0, 0, 0, 1, 2, 7}; /* prefix, u64be 258, leaf hash */
  const pat_hash expected = pat_hash_of(PAT_SPAN_OF(data));
  const pat_hash hash = pat_index_sublog_leaf(258, &leaf);
  assert_true(pat_hash_equal(&hash, &expected));
  pat_tlog_range sublog = {0};
  assert_accepted(pat_index_sublog_append(&sublog, 258, &leaf));
  pat_index_value value = pat_index_value_of(&sublog);
  assert_int_equal(value.count, 1);
  assert_true(pat_hash_equal(&value.root, &expected));
  assert_accepted(pat_index_sublog_append(&sublog, 300, &leaf));
  const pat_hash second = pat_index_sublog_leaf(300, &leaf);
  const pat_hash root = pat_tlog_node_hash(&expected, &second);
  value = pat_index_value_of(&sublog);
  assert_int_equal(value.count, 2);
  assert_true(pat_hash_equal(&value.root, &root));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_index__value_refuses_other_sizes_and_counts),
      cmocka_unit_test(test_index__sublog_commits_to_place_and_leaf),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
