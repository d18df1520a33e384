/* Every tree of up to 64 leaves: every inclusion proof and every consistency proof is what the
 * RFC's recursive definition says, verifies, and does not verify with anything about it changed. */
#include "tests/core/crypto/crypto_support.h"
#include "tests/core/tlog/oracle.h"

#define SIZE_MAX_TESTED 64
#define FLIPS           16 /* turned bits of each proof, spread over it */

static pat_hash leaves[SIZE_MAX_TESTED];
static pat_hash roots[SIZE_MAX_TESTED + 1];
static pat_tlog_source source = {leaves, oracle_read};

static int set_up(void **state) {
  (void)state;
  oracle_leaves(leaves, SIZE_MAX_TESTED);
  for (size_t size = 0; size <= SIZE_MAX_TESTED; size++)
    roots[size] = oracle_root(leaves, 0, size);
  return 0;
}

static void assert_same_proof(const pat_tlog_proof *a, const pat_tlog_proof *b) {
  assert_int_equal(a->count, b->count);
  for (size_t i = 0; i < a->count; i++)
    assert_true(pat_hash_equal(&a->hashes[i], &b->hashes[i]));
}

static void inclusion_refuses_changes(size_t index, size_t size, pat_tlog_proof proof) {
  const size_t bits = proof.count * 256;
  for (size_t i = 0; i < FLIPS && bits > 0; i++) {
    const size_t bit = (i * bits / FLIPS + index * 7 + size) % bits;
    support_flip((uint8_t *)proof.hashes, bit);
    assert_refused(pat_tlog_inclusion_verify(index, size, &leaves[index],
                                             pat_tlog_proof_hashes(&proof), &roots[size]),
                   TLOG_INCLUSION_ROOT);
    support_flip((uint8_t *)proof.hashes, bit);
  }
  pat_tlog_hashes cut = pat_tlog_proof_hashes(&proof);
  for (cut.count = 0; cut.count <= proof.count + 2; cut.count++) {
    if (cut.count == proof.count) continue;
    assert_refused(pat_tlog_inclusion_verify(index, size, &leaves[index], cut, &roots[size]),
                   TLOG_INCLUSION_LENGTH);
  }
}

/* The same proof for any other index of the same tree, leaf or root. */
static void inclusion_refuses_other_claims(size_t index, size_t size, const pat_tlog_proof *proof) {
  const pat_tlog_hashes hashes = pat_tlog_proof_hashes(proof);
  for (size_t other = 0; other < size + 2; other++) {
    if (other == index) continue;
    assert_false(
        pat_is_ok(pat_tlog_inclusion_verify(other, size, &leaves[index], hashes, &roots[size])));
  }
  const pat_hash *wrong = &leaves[(index + 1) % SIZE_MAX_TESTED];
  assert_refused(pat_tlog_inclusion_verify(index, size, wrong, hashes, &roots[size]),
                 TLOG_INCLUSION_ROOT);
  assert_refused(pat_tlog_inclusion_verify(index, size, &leaves[index], hashes, &roots[size - 1]),
                 TLOG_INCLUSION_ROOT);
}

static void test_exhaustive__inclusion_of_every_leaf_in_every_tree(void **state) {
  (void)state;
  for (size_t size = 1; size <= SIZE_MAX_TESTED; size++) {
    for (size_t index = 0; index < size; index++) {
      pat_tlog_plan plan;
      pat_tlog_proof proof;
      const pat_tlog_proof expected = oracle_inclusion(leaves, index, size);
      assert_accepted(pat_tlog_inclusion_nodes(index, size, &plan));
      assert_accepted(pat_tlog_proof_build(&plan, &source, &proof));
      assert_same_proof(&proof, &expected);
      assert_accepted(pat_tlog_inclusion_verify(index, size, &leaves[index],
                                                pat_tlog_proof_hashes(&proof), &roots[size]));
      inclusion_refuses_changes(index, size, proof);
      inclusion_refuses_other_claims(index, size, &proof);
    }
  }
}

static void consistency_refuses_changes(pat_tlog_head older, pat_tlog_head newer,
                                        pat_tlog_proof proof) {
  const size_t bits = proof.count * 256;
  for (size_t i = 0; i < FLIPS && bits > 0; i++) {
    const size_t bit = (i * bits / FLIPS + older.size * 5 + newer.size) % bits;
    support_flip((uint8_t *)proof.hashes, bit);
    assert_refused(pat_tlog_consistency_verify(&older, &newer, pat_tlog_proof_hashes(&proof)),
                   TLOG_CONSISTENCY_ROOT);
    support_flip((uint8_t *)proof.hashes, bit);
  }
  pat_tlog_hashes cut = pat_tlog_proof_hashes(&proof);
  for (cut.count = 0; cut.count <= proof.count + 2; cut.count++) {
    if (cut.count == proof.count) continue;
    assert_refused(pat_tlog_consistency_verify(&older, &newer, cut), TLOG_CONSISTENCY_LENGTH);
  }
}

static void consistency_refuses_other_claims(pat_tlog_head older, pat_tlog_head newer,
                                             const pat_tlog_proof *proof) {
  const pat_tlog_hashes hashes = pat_tlog_proof_hashes(proof);
  for (size_t bit = 0; bit < 256; bit += 37) {
    support_flip(older.root.bytes, bit);
    assert_false(pat_is_ok(pat_tlog_consistency_verify(&older, &newer, hashes)));
    support_flip(older.root.bytes, bit);
    support_flip(newer.root.bytes, bit);
    assert_refused(pat_tlog_consistency_verify(&older, &newer, hashes), TLOG_CONSISTENCY_ROOT);
    support_flip(newer.root.bytes, bit);
  }
}

static void test_exhaustive__consistency_of_every_two_trees(void **state) {
  (void)state;
  for (size_t newer_size = 1; newer_size <= SIZE_MAX_TESTED; newer_size++) {
    for (size_t older_size = 1; older_size <= newer_size; older_size++) {
      const pat_tlog_head older = {.size = older_size, .root = roots[older_size]};
      const pat_tlog_head newer = {.size = newer_size, .root = roots[newer_size]};
      pat_tlog_plan plan;
      pat_tlog_proof proof;
      const pat_tlog_proof expected = oracle_consistency(leaves, older_size, newer_size);
      assert_accepted(pat_tlog_consistency_nodes(older_size, newer_size, &plan));
      assert_accepted(pat_tlog_proof_build(&plan, &source, &proof));
      assert_same_proof(&proof, &expected);
      assert_accepted(pat_tlog_consistency_verify(&older, &newer, pat_tlog_proof_hashes(&proof)));
      consistency_refuses_changes(older, newer, proof);
      consistency_refuses_other_claims(older, newer, &proof);
    }
  }
}

static void test_exhaustive__root_of_every_tree_from_its_nodes(void **state) {
  (void)state;
  for (size_t size = 1; size <= SIZE_MAX_TESTED; size++) {
    pat_tlog_plan plan;
    pat_tlog_proof proof;
    assert_accepted(pat_tlog_root_nodes(size, &plan));
    assert_accepted(pat_tlog_proof_build(&plan, &source, &proof));
    assert_int_equal(proof.count, 1);
    assert_true(pat_hash_equal(&proof.hashes[0], &roots[size]));
  }
}

static void test_exhaustive__last_leafs_path_is_the_tree_before_it(void **state) {
  (void)state;
  for (size_t size = 1; size <= SIZE_MAX_TESTED; size++) {
    const pat_tlog_proof proof = oracle_inclusion(leaves, size - 1, size);
    pat_tlog_range range;
    assert_accepted(pat_tlog_inclusion_before_last(size, pat_tlog_proof_hashes(&proof), &range));
    const pat_hash before = pat_tlog_range_root(&range);
    assert_true(pat_hash_equal(&before, &roots[size - 1]));
    assert_accepted(pat_tlog_range_append(&range, &leaves[size - 1]));
    const pat_hash after = pat_tlog_range_root(&range);
    assert_true(pat_hash_equal(&after, &roots[size]));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exhaustive__inclusion_of_every_leaf_in_every_tree),
      cmocka_unit_test(test_exhaustive__consistency_of_every_two_trees),
      cmocka_unit_test(test_exhaustive__root_of_every_tree_from_its_nodes),
      cmocka_unit_test(test_exhaustive__last_leafs_path_is_the_tree_before_it),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
