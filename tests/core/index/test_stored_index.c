/* Buckets and top together are the tree: for any keys, at any depth, after any history of changes
 * they have its root and give its proofs, byte for byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/index/proof.h"
#include "core/index/tree.h"
#include "tests/core/crypto/crypto_support.h"
#include "tests/core/index/stored_index.h"

enum { KEYS_MAX = 600, EPOCHS = 12, PROBES = 60 };

/* Where the keys of a run lie. */
typedef enum {
  SPREAD = 0, /* anywhere */
  CROWDED,    /* in few buckets: the first bits of most are one of three */
  ONE_BUCKET, /* all agree in their first 40 bits */
  LATE,       /* many part from another key only in their last bits */
  PATTERN_COUNT
} pattern;

typedef struct {
  support_random random;
  pattern keys;
  pat_index_tree tree;
  pat_index_node nodes[PAT_INDEX_NODES_FOR(KEYS_MAX)];
  pat_hash known[KEYS_MAX];
  pat_index_value values[KEYS_MAX];
  size_t count;
  stored_index *stored;
} run;

static pat_hash new_key(run *run) {
  pat_hash key;
  support_random_fill(&run->random, key.bytes, sizeof key.bytes);
  if (run->keys == CROWDED && support_random_below(&run->random, 8) > 0) {
    key.bytes[0] = (uint8_t)(0x55 * support_random_below(&run->random, 3));
    key.bytes[1] = 0;
  }
  if (run->keys == ONE_BUCKET) memset(key.bytes, 0xa5, 5);
  if (run->keys == LATE && run->count > 0 && support_random_below(&run->random, 4) > 0) {
    key = run->known[support_random_below(&run->random, run->count)];
    support_flip(key.bytes, 255 - support_random_below(&run->random, 12));
  }
  return key;
}

static run *start(const char *name, pattern keys, unsigned depth) {
  run *started = calloc(1, sizeof *started);
  assert_non_null(started);
  char what[64];
  (void)snprintf(what, sizeof what, "%s, keys %d, depth %u", name, (int)keys, depth);
  started->random = support_random_start(what);
  started->keys = keys;
  started->stored = stored_new(depth);
  pat_index_tree_init(&started->tree, started->nodes, PAT_INDEX_NODES_FOR(KEYS_MAX));
  return started;
}

static void end(run *run) {
  stored_free(run->stored);
  free(run);
}

static size_t find(const run *run, const pat_hash *key) {
  size_t i = 0;
  while (i < run->count && !pat_hash_equal(&run->known[i], key))
    i++;
  return i;
}

static int compare_leaves(const void *a, const void *b) { return memcmp(a, b, PAT_HASH_BYTES); }

/* Chooses changes, old and new keys, each once; the tree gets them too. */
static size_t choose(run *run, size_t wanted, pat_index_leaf *leaves) {
  size_t count = 0;
  bool taken[KEYS_MAX] = {false};
  for (size_t n = 0; n < wanted; n++) {
    const bool old = run->count > 0 && support_random_below(&run->random, 3) == 0;
    const pat_hash key =
        old ? run->known[support_random_below(&run->random, run->count)] : new_key(run);
    const size_t at = find(run, &key);
    if (at == KEYS_MAX || taken[at]) continue;
    taken[at] = true;
    run->known[at] = key;
    run->values[at].count += 1 + support_random_below(&run->random, 3);
    support_random_fill(&run->random, run->values[at].root.bytes, PAT_HASH_BYTES);
    if (at == run->count) run->count++;
    leaves[count++] = pat_index_leaf_make(&key, &run->values[at]);
    assert_accepted(pat_index_tree_put(&run->tree, &key, &run->values[at]));
  }
  qsort(leaves, count, sizeof *leaves, compare_leaves);
  return count;
}

static void expect_same_root(run *run) {
  const pat_hash expected = pat_index_tree_root(&run->tree);
  const pat_hash root = pat_index_top_root(&run->stored->top);
  assert_memory_equal(root.bytes, expected.bytes, sizeof root.bytes);
}

/* The proof is the tree's, verifies for its key and claim, and for nothing near. */
static void expect_proof(run *run, const pat_hash *key) {
  uint8_t expected_bytes[PAT_INDEX_PROOF_BYTES_MAX];
  uint8_t bytes[PAT_INDEX_PROOF_BYTES_MAX];
  const pat_hash root = pat_index_tree_root(&run->tree);
  pat_builder builder;
  pat_builder_init(&builder, expected_bytes, sizeof expected_bytes);
  bool expected_present = false;
  pat_index_tree_prove(&run->tree, key, &builder, &expected_present);
  bool present = false;
  pat_index_value value = {.count = 0};
  const pat_span proof = stored_prove(run->stored, key, bytes, &present, &value);
  assert_int_equal(present, expected_present);
  assert_int_equal(proof.size, pat_builder_size(&builder));
  assert_memory_equal(bytes, expected_bytes, proof.size);
  if (!present) {
    assert_accepted(pat_index_absence_verify(&root, key, proof));
    assert_int_equal(value.count, 0);
    return;
  }
  assert_accepted(pat_index_presence_verify(&root, key, &value, proof));
  assert_false(pat_is_ok(pat_index_absence_verify(&root, key, proof)));
  value.count++;
  assert_refused(pat_index_presence_verify(&root, key, &value, proof), INDEX_PROOF_ROOT);
}

static void probe(run *run) {
  for (size_t n = 0; n < PROBES; n++) {
    const bool old = run->count > 0 && n % 2 == 0;
    pat_hash key = old ? run->known[support_random_below(&run->random, run->count)] : new_key(run);
    expect_proof(run, &key);
    support_flip(key.bytes,
                 support_random_below(&run->random, PAT_INDEX_KEY_BITS)); /* a near one */
    expect_proof(run, &key);
  }
}

static void live(run *run) {
  pat_index_leaf leaves[128];
  for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
    expect_same_root(run);
    const size_t wanted = epoch == 1 ? 1 : support_random_below(&run->random, 100);
    const pat_hash before = pat_index_top_root(&run->stored->top);
    const size_t count = choose(run, epoch == 0 ? 0 : wanted, leaves);
    /* Worked out first, seen by nobody, and forgotten. */
    const pat_hash planned = stored_update(run->stored, leaves, count, false);
    const pat_hash still = pat_index_top_root(&run->stored->top);
    assert_memory_equal(still.bytes, before.bytes, sizeof before.bytes);
    const pat_hash root = stored_update(run->stored, leaves, count, true);
    assert_memory_equal(root.bytes, planned.bytes, sizeof root.bytes);
    expect_same_root(run);
    probe(run);
  }
  stored_expect_reload(run->stored);
}

static void test_stored_index__is_the_tree_at_any_depth_and_for_any_keys(void **state) {
  (void)state;
  static const unsigned depths[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 16};
  for (int keys = 0; keys < PATTERN_COUNT; keys++) {
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
      run *run = start("history", (pattern)keys, depths[i]);
      live(run);
      end(run);
    }
  }
}

static void test_stored_index__is_empty_at_first(void **state) {
  (void)state;
  for (unsigned depth = 0; depth < 6; depth++) {
    run *run = start("empty", SPREAD, depth);
    const pat_hash key = new_key(run);
    expect_same_root(run);
    expect_proof(run, &key);
    pat_hash hash;
    assert_false(pat_index_top_bucket(&run->stored->top, 0, &hash));
    stored_expect_reload(run->stored);
    end(run);
  }
}

/* With one leaf every key's proof of absence ends in it, wherever its own bucket is. */
static void test_stored_index__with_one_leaf_proves_all_else_absent_by_it(void **state) {
  (void)state;
  run *run = start("one leaf", SPREAD, 8);
  pat_index_leaf leaf;
  assert_int_equal(choose(run, 1, &leaf), 1);
  (void)stored_update(run->stored, &leaf, 1, true);
  for (unsigned bit = 0; bit < PAT_INDEX_KEY_BITS; bit++) {
    uint8_t bytes[PAT_INDEX_PROOF_BYTES_MAX];
    pat_index_value value;
    bool present = true;
    pat_hash key = leaf.key;
    support_flip(key.bytes, bit);
    const pat_span proof = stored_prove(run->stored, &key, bytes, &present, &value);
    assert_false(present);
    assert_int_equal(proof.size, 1 + PAT_HASH_BYTES + 1 + PAT_INDEX_VALUE_BYTES);
    expect_proof(run, &key);
  }
  end(run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_stored_index__is_the_tree_at_any_depth_and_for_any_keys),
      cmocka_unit_test(test_stored_index__is_empty_at_first),
      cmocka_unit_test(test_stored_index__with_one_leaf_proves_all_else_absent_by_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
