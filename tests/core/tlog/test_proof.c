/* Proofs at the edges of their limits; tests/conformance has the exhaustive comparison and the
 * published vectors. */
#include "core/tlog/proof.h"

#include "tests/core/crypto/crypto_support.h"
#include "tests/core/tlog/oracle.h"

static const pat_hash zero;

static void test_proof__inclusion_refuses_an_index_outside_the_tree(void **state) {
  (void)state;
  pat_tlog_plan plan;
  const pat_tlog_hashes none = {0};
  assert_refused(pat_tlog_inclusion_verify(0, 0, &zero, none, &zero), TLOG_INCLUSION_INDEX);
  assert_refused(pat_tlog_inclusion_verify(1, 1, &zero, none, &zero), TLOG_INCLUSION_INDEX);
  assert_refused(pat_tlog_inclusion_verify(UINT64_MAX, 1, &zero, none, &zero),
                 TLOG_INCLUSION_INDEX);
  assert_refused(pat_tlog_inclusion_nodes(0, 0, &plan), TLOG_INCLUSION_INDEX);
  assert_refused(pat_tlog_inclusion_nodes(8, 8, &plan), TLOG_INCLUSION_INDEX);
  assert_accepted(pat_tlog_inclusion_verify(0, 1, &zero, none, &zero));
}

static void test_proof__refuses_trees_above_the_largest_size(void **state) {
  (void)state;
  static pat_hash hashes[PAT_CONSISTENCY_HASHES_MAX];
  const pat_tlog_hashes proof = {hashes, 63};
  const uint64_t above = PAT_TLOG_SIZE_MAX + 1;
  const pat_tlog_head older = {.size = 1};
  const pat_tlog_head newer = {.size = above};
  pat_tlog_plan plan;
  pat_tlog_range range;
  pat_hash root;
  assert_refused(pat_tlog_inclusion_root(0, above, &zero, proof, &root), TLOG_SIZE);
  assert_refused(pat_tlog_inclusion_root(0, UINT64_MAX, &zero, proof, &root), TLOG_SIZE);
  assert_refused(pat_tlog_inclusion_nodes(0, above, &plan), TLOG_SIZE);
  assert_refused(pat_tlog_consistency_verify(&older, &newer, proof), TLOG_SIZE);
  assert_refused(pat_tlog_consistency_nodes(1, above, &plan), TLOG_SIZE);
  assert_refused(pat_tlog_root_nodes(above, &plan), TLOG_SIZE);
  assert_refused(pat_tlog_inclusion_before_last(above, proof, &range), TLOG_SIZE);
  assert_refused(pat_tlog_inclusion_before_last(0, (pat_tlog_hashes){0}, &range), TLOG_SIZE);
  assert_accepted(pat_tlog_inclusion_root(0, PAT_TLOG_SIZE_MAX, &zero, proof, &root));
}

static void test_proof__refuses_one_hash_more_or_fewer_in_the_largest_tree(void **state) {
  (void)state;
  static pat_hash hashes[PAT_CONSISTENCY_HASHES_MAX];
  const uint64_t size = PAT_TLOG_SIZE_MAX;
  pat_hash root;
  for (size_t count = 0; count <= PAT_CONSISTENCY_HASHES_MAX; count++) {
    const pat_tlog_hashes proof = {hashes, count};
    const pat_status status = pat_tlog_inclusion_root(size / 2, size, &zero, proof, &root);
    if (count == 63)
      assert_accepted(status);
    else
      assert_refused(status, TLOG_INCLUSION_LENGTH);
  }
}

static void test_proof__consistency_refuses_sizes_without_a_proof(void **state) {
  (void)state;
  const pat_tlog_head empty = {.size = 0, .root = pat_tlog_empty_root()};
  const pat_tlog_head one = {.size = 1};
  const pat_tlog_head two = {.size = 2};
  pat_tlog_plan plan;
  assert_refused(pat_tlog_consistency_verify(&empty, &empty, (pat_tlog_hashes){0}),
                 TLOG_CONSISTENCY_SIZES);
  assert_refused(pat_tlog_consistency_verify(&empty, &one, (pat_tlog_hashes){0}),
                 TLOG_CONSISTENCY_SIZES);
  assert_refused(pat_tlog_consistency_verify(&two, &one, (pat_tlog_hashes){0}),
                 TLOG_CONSISTENCY_SIZES);
  assert_refused(pat_tlog_consistency_nodes(0, 1, &plan), TLOG_CONSISTENCY_SIZES);
  assert_refused(pat_tlog_consistency_nodes(2, 1, &plan), TLOG_CONSISTENCY_SIZES);
}

static void test_proof__consistency_of_equal_sizes_needs_equal_roots_and_no_hash(void **state) {
  (void)state;
  const pat_tlog_head a = {.size = 3, .root = {{1}}};
  const pat_tlog_head b = {.size = 3, .root = {{2}}};
  const pat_tlog_hashes one = {&zero, 1};
  assert_refused(pat_tlog_consistency_verify(&a, &b, (pat_tlog_hashes){0}), TLOG_CONSISTENCY_ROOT);
  assert_refused(pat_tlog_consistency_verify(&a, &a, one), TLOG_CONSISTENCY_LENGTH);
  assert_accepted(pat_tlog_consistency_verify(&a, &a, (pat_tlog_hashes){0}));
}

/* Every plan of any two sizes stays inside its arrays and lists whole nodes of the tree only. */
static void test_proof__plans_of_large_trees_list_whole_nodes_only(void **state) {
  (void)state;
  support_random random = support_random_start("plans");
  for (size_t round = 0; round < 3000; round++) {
    const uint64_t size =
        (support_random_next(&random) >> (1 + support_random_below(&random, 62))) + 1;
    const uint64_t other = support_random_next(&random) % size;
    pat_tlog_plan plans[3];
    assert_accepted(pat_tlog_inclusion_nodes(other, size, &plans[0]));
    assert_accepted(pat_tlog_consistency_nodes(other + 1, size, &plans[1]));
    assert_accepted(pat_tlog_root_nodes(size, &plans[2]));
    for (size_t p = 0; p < 3; p++) {
      size_t parts = 0;
      for (size_t i = 0; i < plans[p].hash_count; i++)
        parts += plans[p].parts[i];
      assert_int_equal(parts, plans[p].node_count);
      for (size_t i = 0; i < plans[p].node_count; i++) {
        const pat_tlog_position at = plans[p].nodes[i];
        assert_true(at.index < size >> at.level);
      }
    }
  }
}

/* A tree whose nodes are all alike at a level: large enough to reach the limits, still computable.
 * */
static pat_status read_uniform(void *context, pat_tlog_position at, pat_hash *ret_hash) {
  const pat_hash *levels = context;
  *ret_hash = levels[at.level];
  return PAT_OK;
}

static pat_hash uniform_root(pat_tlog_source *source, uint64_t size) {
  pat_tlog_plan plan;
  pat_tlog_proof root;
  assert_accepted(pat_tlog_root_nodes(size, &plan));
  assert_accepted(pat_tlog_proof_build(&plan, source, &root));
  assert_int_equal(root.count, 1);
  return root.hashes[0];
}

static void test_proof__holds_in_trees_of_up_to_the_largest_size(void **state) {
  (void)state;
  pat_hash levels[64] = {{{1}}};
  for (size_t i = 1; i < 64; i++)
    levels[i] = pat_tlog_node_hash(&levels[i - 1], &levels[i - 1]);
  pat_tlog_source source = {levels, read_uniform};
  support_random random = support_random_start("large trees");
  for (size_t round = 0; round < 300; round++) {
    const uint64_t size = round == 0 ? PAT_TLOG_SIZE_MAX : (support_random_next(&random) >> 1) + 1;
    const uint64_t index = round == 0 ? size - 1 : support_random_next(&random) % size;
    const pat_tlog_head newer = {.size = size, .root = uniform_root(&source, size)};
    const pat_tlog_head older = {.size = index + 1, .root = uniform_root(&source, index + 1)};
    pat_tlog_plan plan;
    pat_tlog_proof proof;
    assert_accepted(pat_tlog_inclusion_nodes(index, size, &plan));
    assert_accepted(pat_tlog_proof_build(&plan, &source, &proof));
    assert_accepted(pat_tlog_inclusion_verify(index, size, &levels[0],
                                              pat_tlog_proof_hashes(&proof), &newer.root));
    assert_accepted(pat_tlog_consistency_nodes(index + 1, size, &plan));
    assert_accepted(pat_tlog_proof_build(&plan, &source, &proof));
    assert_accepted(pat_tlog_consistency_verify(&older, &newer, pat_tlog_proof_hashes(&proof)));
  }
}

static pat_status read_failing(void *context, pat_tlog_position at, pat_hash *ret_hash) {
  size_t *left = context;
  (void)at;
  if (*left == 0) return pat_refuse(PAT_RULE_TLOG_SUBTREE_SIZE);
  --*left;
  *ret_hash = zero;
  return PAT_OK;
}

static void test_proof__build_passes_the_sources_failure_on(void **state) {
  (void)state;
  pat_tlog_plan plan;
  pat_tlog_proof proof = {.count = 77};
  assert_accepted(pat_tlog_inclusion_nodes(5, 1000, &plan));
  for (size_t i = 0; i < plan.node_count; i++) {
    size_t left = i;
    const pat_tlog_source source = {&left, read_failing};
    assert_refused(pat_tlog_proof_build(&plan, &source, &proof), TLOG_SUBTREE_SIZE);
    assert_int_equal(proof.count, 77);
  }
}

static void test_proof__before_last_refuses_other_lengths(void **state) {
  (void)state;
  static pat_hash hashes[4];
  pat_tlog_range range = {.size = 77};
  assert_refused(pat_tlog_inclusion_before_last(8, (pat_tlog_hashes){hashes, 2}, &range),
                 TLOG_INCLUSION_LENGTH);
  assert_refused(pat_tlog_inclusion_before_last(8, (pat_tlog_hashes){hashes, 4}, &range),
                 TLOG_INCLUSION_LENGTH);
  assert_int_equal(range.size, 77);
  assert_accepted(pat_tlog_inclusion_before_last(8, (pat_tlog_hashes){hashes, 3}, &range));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_proof__inclusion_refuses_an_index_outside_the_tree),
      cmocka_unit_test(test_proof__refuses_trees_above_the_largest_size),
      cmocka_unit_test(test_proof__refuses_one_hash_more_or_fewer_in_the_largest_tree),
      cmocka_unit_test(test_proof__consistency_refuses_sizes_without_a_proof),
      cmocka_unit_test(test_proof__consistency_of_equal_sizes_needs_equal_roots_and_no_hash),
      cmocka_unit_test(test_proof__plans_of_large_trees_list_whole_nodes_only),
      cmocka_unit_test(test_proof__holds_in_trees_of_up_to_the_largest_size),
      cmocka_unit_test(test_proof__build_passes_the_sources_failure_on),
      cmocka_unit_test(test_proof__before_last_refuses_other_lengths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
