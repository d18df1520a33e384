/* The published inclusion and consistency proofs, good and bad, and the roots of RFC 6962's
 * reference tree. */
#include "core/tlog/range.h"
#include "tests/conformance/conformance_support.h"

typedef struct {
  size_t good;
  size_t bad;
} outcome;

static void judge(const json_t *vector, bool accepted, outcome *tally) {
  const bool wanted = !json_is_true(json_object_get(vector, "wantErr"));
  if (accepted != wanted)
    fail_msg("%s: %s", json_string_value(json_object_get(vector, "path")),
             accepted ? "accepted" : "refused");
  if (wanted)
    tally->good++;
  else
    tally->bad++;
}

static void judge_inclusion(json_t *vector, void *context) {
  pat_hash leaf;
  pat_hash root;
  pat_tlog_proof proof;
  const bool accepted =
      conformance_hash(json_object_get(vector, "leafHash"), &leaf) &&
      conformance_hash(json_object_get(vector, "root"), &root) &&
      conformance_hashes(json_object_get(vector, "proof"), &proof) &&
      pat_is_ok(pat_tlog_inclusion_verify(conformance_number(vector, "leafIdx"),
                                          conformance_number(vector, "treeSize"), &leaf,
                                          pat_tlog_proof_hashes(&proof), &root));
  judge(vector, accepted, context);
}

static void judge_consistency(json_t *vector, void *context) {
  pat_tlog_head older = {.size = conformance_number(vector, "size1")};
  pat_tlog_head newer = {.size = conformance_number(vector, "size2")};
  pat_tlog_proof proof;
  const bool accepted =
      conformance_hash(json_object_get(vector, "root1"), &older.root) &&
      conformance_hash(json_object_get(vector, "root2"), &newer.root) &&
      conformance_hashes(json_object_get(vector, "proof"), &proof) &&
      pat_is_ok(pat_tlog_consistency_verify(&older, &newer, pat_tlog_proof_hashes(&proof)));
  judge(vector, accepted, context);
}

static void test_merkle__published_inclusion_proofs(void **state) {
  (void)state;
  outcome tally = {0};
  const size_t count = conformance_each_json("merkle/inclusion", judge_inclusion, &tally);
  print_message("%zu vectors: %zu good, %zu bad\n", count, tally.good, tally.bad);
  assert_true(tally.good > 0);
  assert_true(tally.bad > 0);
}

static void test_merkle__published_consistency_proofs(void **state) {
  (void)state;
  outcome tally = {0};
  const size_t count = conformance_each_json("merkle/consistency", judge_consistency, &tally);
  print_message("%zu vectors: %zu good, %zu bad\n", count, tally.good, tally.bad);
  assert_true(tally.good > 0);
  assert_true(tally.bad > 0);
}

static void assert_root_is(const pat_tlog_range *range, const json_t *hex) {
  pat_hash expected;
  const pat_hash root = pat_tlog_range_root(range);
  assert_int_equal(support_unhex(json_string_value(hex), expected.bytes, sizeof expected.bytes),
                   PAT_HASH_BYTES);
  assert_true(pat_hash_equal(&root, &expected));
}

static void test_merkle__reference_roots_of_sizes_0_to_8(void **state) {
  (void)state;
  json_t *vectors = support_vectors("rfc6962_roots.json");
  const json_t *leaves = json_object_get(vectors, "leaf_inputs_hex");
  const json_t *roots = json_object_get(vectors, "root_hashes_hex_by_size");
  pat_tlog_range range = {0};
  assert_int_equal(json_array_size(leaves), 8);
  assert_int_equal(json_array_size(roots), 9);
  assert_root_is(&range, json_array_get(roots, 0));
  for (size_t i = 0; i < json_array_size(leaves); i++) {
    uint8_t data[64];
    const size_t size =
        support_unhex(json_string_value(json_array_get(leaves, i)), data, sizeof data);
    const pat_hash leaf = pat_tlog_leaf_hash(pat_span_make(data, size));
    assert_accepted(pat_tlog_range_append(&range, &leaf));
    assert_root_is(&range, json_array_get(roots, i + 1));
  }
  json_decref(vectors);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_merkle__published_inclusion_proofs),
      cmocka_unit_test(test_merkle__published_consistency_proofs),
      cmocka_unit_test(test_merkle__reference_roots_of_sizes_0_to_8),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
