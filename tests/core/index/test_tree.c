/* The index's tree and its proofs: against a recursive oracle over plain lists of keys, the
 * published vectors of the construction, and every way of changing a proof. */
#include "core/index/tree.h"

#include <stdio.h>
#include <string.h>

#include "core/index/proof.h"
#include "tests/core/crypto/crypto_support.h"
#include "tests/core/index/index_oracle.h"

/* --- published vectors ----------------------------------------------------------------------- */

static const struct {
  const char *items; /* key=value pairs in base 16 */
  const char *root;
} vectors[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"ab=cd", "e2803f59293564e96b6c5c16157cec731a294631aefb5d08d18630ed6a27184c"},
    {"12=aa 1234=bb", "fdc14c0c7b5792f43d902121bad7c3adac246ce0ae9278745ecb0843e6324b45"},
    {"ab=01 ab00=02 ab00fe=04 ab00ff=03 ab01=05",
     "d3dc99aeacd7edf707a7b5f12753a5069726c3b6520c71fa44027e4a1ed63290"},
};

/* Reads the pairs into storage; gives how many there are. */
static size_t read_items(const char *text, uint8_t *storage, map_item *ret_items) {
  size_t count = 0;
  while (*text != '\0') {
    char digits[2][64] = {{0}};
    const int read = sscanf(text, "%63[0-9a-f]=%63[0-9a-f]", digits[0], digits[1]);
    assert_int_equal(read, 2);
    pat_span *parts[] = {&ret_items[count].key, &ret_items[count].value};
    for (size_t i = 0; i < 2; i++) {
      *parts[i] = pat_span_make(storage, support_unhex(digits[i], storage, 32));
      storage += parts[i]->size;
    }
    text += strlen(digits[0]) + strlen(digits[1]) + 1;
    if (*text == ' ') text++;
    count++;
  }
  return count;
}

static void test_index__published_maps_have_their_roots_and_proofs(void **state) {
  (void)state;
  for (size_t v = 0; v < sizeof vectors / sizeof vectors[0]; v++) {
    uint8_t storage[256];
    map_item items[8];
    pat_hash root;
    const size_t count = read_items(vectors[v].items, storage, items);
    support_unhex(vectors[v].root, root.bytes, sizeof root.bytes);
    const pat_hash computed = oracle_map(items, count, 0);
    assert_true(pat_hash_equal(&computed, &root));
    for (size_t i = 0; i < count; i++) {
      uint8_t buffer[512];
      pat_builder proof;
      pat_builder_init(&proof, buffer, sizeof buffer);
      oracle_steps(items, count, items[i].key, &proof);
      const pat_span steps = pat_span_make(buffer, pat_builder_size(&proof));
      assert_accepted(
          pat_index_generic_presence_verify(&root, items[i].key, items[i].value, steps));
      assert_refused(pat_index_generic_presence_verify(&root, items[i].key, items[i].key, steps),
                     INDEX_PROOF_ROOT);
    }
  }
}

static void test_index__published_maps_prove_absence(void **state) {
  (void)state;
  static const char *const absent[] = {"", "ab", "ac", "12", "1235", "123400", "ab00fd", "ab0000"};
  for (size_t v = 0; v < sizeof vectors / sizeof vectors[0]; v++) {
    uint8_t storage[256];
    map_item items[8];
    pat_hash root;
    const size_t count = read_items(vectors[v].items, storage, items);
    support_unhex(vectors[v].root, root.bytes, sizeof root.bytes);
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
      uint8_t key_bytes[8];
      uint8_t steps[512];
      uint8_t buffer[512];
      pat_builder proof;
      pat_builder tail;
      const pat_span key = pat_span_make(key_bytes, support_unhex(absent[i], key_bytes, 8));
      map_item other = {0};
      pat_builder_init(&tail, steps, sizeof steps);
      pat_builder_init(&proof, buffer, sizeof buffer);
      if (count > 0) other = oracle_steps(items, count, key, &tail);
      if (count > 0) {
        pat_builder_uvarint(&proof, other.key.size);
        pat_builder_span(&proof, other.key);
        pat_builder_uvarint(&proof, other.value.size);
        pat_builder_span(&proof, other.value);
      }
      pat_builder_span(&proof, pat_span_make(steps, pat_builder_size(&tail)));
      const pat_status status = pat_index_generic_absence_verify(
          &root, key, pat_span_make(buffer, pat_builder_size(&proof)));
      if (count > 0 && pat_span_equal(other.key, key))
        assert_refused(status, INDEX_PROOF_SAME_KEY);
      else
        assert_accepted(status);
    }
  }
}

/* --- tree ------------------------------------------------------------------------------------ */

static pat_hash keys[ORACLE_KEYS_MAX];
static uint8_t values[ORACLE_KEYS_MAX][PAT_INDEX_VALUE_BYTES];
static pat_index_node nodes[PAT_INDEX_NODES_FOR(ORACLE_KEYS_MAX)];
static map_item all[ORACLE_KEYS_MAX];

/* Keys of a few patterns, so that some part early and some only in their last bits. */
static void make_keys(support_random *random) {
  for (size_t i = 0; i < ORACLE_KEYS_MAX; i++) {
    support_random_fill(random, keys[i].bytes, sizeof keys[i].bytes);
    if (i % 4 == 1) keys[i] = keys[i - 1];
    if (i % 4 == 1) support_flip(keys[i].bytes, 255 - i % 9);
    if (i % 4 == 2) keys[i] = keys[i - 2];
    if (i % 4 == 2) support_flip(keys[i].bytes, 120 + i % 16);
    const pat_index_value value = {.count = i + 1, .root = {{(uint8_t)i}}};
    pat_index_value_encode(&value, values[i]);
    all[i] = (map_item){pat_hash_span(&keys[i]), PAT_SPAN_OF(values[i])};
  }
}

static pat_index_value value_of(size_t i) {
  pat_index_value value;
  assert_accepted(pat_index_value_decode(PAT_SPAN_OF(values[i]), &value));
  return value;
}

static void put(pat_index_tree *tree, size_t i) {
  const pat_index_value value = value_of(i);
  assert_accepted(pat_index_tree_put(tree, &keys[i], &value));
}

static void test_index__put_refuses_a_key_beyond_its_room(void **state) {
  (void)state;
  support_random random = support_random_start("room");
  make_keys(&random);
  pat_index_tree tree;
  const pat_index_value value = value_of(0);
  pat_index_tree_init(&tree, NULL, 0);
  assert_refused(pat_index_tree_put(&tree, &keys[0], &value), INDEX_FULL);
  pat_index_tree_init(&tree, nodes, 4);
  put(&tree, 0);
  put(&tree, 1);
  const pat_hash before = pat_index_tree_root(&tree);
  assert_refused(pat_index_tree_put(&tree, &keys[2], &value), INDEX_FULL);
  const pat_hash after = pat_index_tree_root(&tree);
  assert_true(pat_hash_equal(&before, &after));
  assert_int_equal(tree.key_count, 2);
  static pat_index_node more[8];
  pat_index_tree_move(&tree, more, 8);
  put(&tree, 2);
  const pat_hash root = pat_index_tree_root(&tree);
  const pat_hash expected = oracle_map(all, 3, 0);
  assert_true(pat_hash_equal(&root, &expected));
}

static void test_index__root_is_the_oracles_after_every_put(void **state) {
  (void)state;
  support_random random = support_random_start("growing");
  make_keys(&random);
  pat_index_tree tree;
  pat_index_tree_init(&tree, nodes, PAT_INDEX_NODES_FOR(ORACLE_KEYS_MAX));
  for (size_t count = 0; count <= ORACLE_KEYS_MAX; count++) {
    const pat_hash root = pat_index_tree_root(&tree);
    const pat_hash expected = oracle_map(all, count, 0);
    assert_true(pat_hash_equal(&root, &expected));
    assert_int_equal(tree.key_count, count);
    if (count < ORACLE_KEYS_MAX) put(&tree, count);
  }
}

static void test_index__root_follows_updates_of_values(void **state) {
  (void)state;
  support_random random = support_random_start("updates");
  make_keys(&random);
  pat_index_tree tree;
  pat_index_tree_init(&tree, nodes, PAT_INDEX_NODES_FOR(ORACLE_KEYS_MAX));
  for (size_t i = 0; i < ORACLE_KEYS_MAX; i++)
    put(&tree, i);
  for (size_t round = 0; round < 40; round++) {
    for (size_t k = 0; k < round % 5 + 1; k++) {
      const size_t i = support_random_below(&random, ORACLE_KEYS_MAX);
      support_flip(values[i], 64 + support_random_below(&random, 256));
      put(&tree, i);
    }
    const pat_hash root = pat_index_tree_root(&tree);
    const pat_hash expected = oracle_map(all, ORACLE_KEYS_MAX, 0);
    assert_true(pat_hash_equal(&root, &expected));
    assert_int_equal(tree.key_count, ORACLE_KEYS_MAX);
  }
}

static void test_index__root_does_not_depend_on_the_order_of_puts(void **state) {
  (void)state;
  support_random random = support_random_start("orders");
  make_keys(&random);
  const pat_hash expected = oracle_map(all, ORACLE_KEYS_MAX, 0);
  for (size_t round = 0; round < 50; round++) {
    size_t order[ORACLE_KEYS_MAX];
    pat_index_tree tree;
    pat_index_tree_init(&tree, nodes, PAT_INDEX_NODES_FOR(ORACLE_KEYS_MAX));
    for (size_t i = 0; i < ORACLE_KEYS_MAX; i++) {
      const size_t j = support_random_below(&random, i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    for (size_t i = 0; i < ORACLE_KEYS_MAX; i++) {
      put(&tree, order[i]);
      if (support_random_below(&random, 8) == 0) {
        const pat_hash partial = pat_index_tree_root(&tree); /* leaves some hashes clean */
        assert_int_equal(sizeof partial, PAT_HASH_BYTES);
      }
    }
    const pat_hash root = pat_index_tree_root(&tree);
    assert_true(pat_hash_equal(&root, &expected));
  }
}

static void test_index__get_finds_what_was_put_and_nothing_else(void **state) {
  (void)state;
  support_random random = support_random_start("get");
  make_keys(&random);
  pat_index_tree tree;
  pat_index_value value = {.count = 77};
  pat_index_tree_init(&tree, nodes, PAT_INDEX_NODES_FOR(ORACLE_KEYS_MAX));
  assert_false(pat_index_tree_get(&tree, &keys[0], &value));
  for (size_t i = 0; i < ORACLE_KEYS_MAX / 2; i++)
    put(&tree, i);
  for (size_t i = 0; i < ORACLE_KEYS_MAX; i++) {
    value.count = 77;
    assert_int_equal(pat_index_tree_get(&tree, &keys[i], &value), i < ORACLE_KEYS_MAX / 2);
    assert_int_equal(value.count, i < ORACLE_KEYS_MAX / 2 ? i + 1 : 77);
  }
}

/* --- proofs ---------------------------------------------------------------------------------- */

static pat_span prove(pat_index_tree *tree, size_t i, uint8_t *buffer, bool expected_present) {
  pat_builder builder;
  pat_span proof = PAT_SPAN_EMPTY;
  bool present = !expected_present;
  pat_builder_init(&builder, buffer, PAT_INDEX_PROOF_BYTES_MAX);
  pat_index_tree_prove(tree, &keys[i], &builder, &present);
  assert_accepted(pat_builder_finish(&builder, &proof));
  assert_int_equal(present, expected_present);
  return proof;
}

static pat_status verify(const pat_hash *root, size_t i, pat_span proof, bool present) {
  const pat_index_value value = value_of(i);
  return present ? pat_index_presence_verify(root, &keys[i], &value, proof)
                 : pat_index_absence_verify(root, &keys[i], proof);
}

/* The first half of the keys is present, the other half absent. */
static pat_index_tree half_full(const char *name) {
  support_random random = support_random_start(name);
  pat_index_tree tree;
  make_keys(&random);
  pat_index_tree_init(&tree, nodes, PAT_INDEX_NODES_FOR(ORACLE_KEYS_MAX));
  for (size_t i = 0; i < ORACLE_KEYS_MAX / 2; i++)
    put(&tree, i);
  return tree;
}

static void test_index__proofs_verify_for_their_key_and_claim_only(void **state) {
  (void)state;
  pat_index_tree tree = half_full("claims");
  const pat_hash root = pat_index_tree_root(&tree);
  for (size_t i = 0; i < ORACLE_KEYS_MAX; i++) {
    uint8_t buffer[PAT_INDEX_PROOF_BYTES_MAX];
    const bool present = i < ORACLE_KEYS_MAX / 2;
    const pat_span proof = prove(&tree, i, buffer, present);
    assert_accepted(verify(&root, i, proof, present));
    assert_false(pat_is_ok(verify(&root, i, proof, !present)));
    assert_false(pat_is_ok(verify(&keys[0], i, proof, present)));
    if (present) assert_false(pat_is_ok(verify(&root, (i + 1) % ORACLE_KEYS_MAX, proof, true)));
  }
}

static void test_index__proofs_with_any_bit_turned_or_cut_are_refused(void **state) {
  (void)state;
  pat_index_tree tree = half_full("turned bits");
  const pat_hash root = pat_index_tree_root(&tree);
  for (size_t i = 0; i < ORACLE_KEYS_MAX; i += 11) {
    uint8_t buffer[PAT_INDEX_PROOF_BYTES_MAX + 1] = {0};
    const bool present = i < ORACLE_KEYS_MAX / 2;
    const pat_span proof = prove(&tree, i, buffer, present);
    for (size_t bit = 0; bit < proof.size * 8; bit++) {
      support_flip(buffer, bit);
      assert_false(pat_is_ok(verify(&root, i, proof, present)));
      support_flip(buffer, bit);
    }
    for (size_t size = 0; size < proof.size; size++)
      assert_false(pat_is_ok(verify(&root, i, pat_span_make(buffer, size), present)));
    buffer[proof.size] = 0; /* whatever an earlier, longer proof left there */
    assert_false(pat_is_ok(verify(&root, i, pat_span_make(buffer, proof.size + 1), present)));
  }
}

static void test_index__absence_refuses_the_key_itself_as_the_other_leaf(void **state) {
  (void)state;
  pat_index_tree tree = half_full("same key");
  const pat_hash root = pat_index_tree_root(&tree);
  uint8_t steps[PAT_INDEX_PROOF_BYTES_MAX];
  uint8_t buffer[PAT_INDEX_PROOF_BYTES_MAX];
  const pat_span proof = prove(&tree, 3, steps, true);
  pat_builder builder;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_builder_uvarint(&builder, PAT_HASH_BYTES);
  pat_builder_span(&builder, pat_hash_span(&keys[3]));
  pat_builder_uvarint(&builder, PAT_INDEX_VALUE_BYTES);
  pat_builder_span(&builder, PAT_SPAN_OF(values[3]));
  pat_builder_span(&builder, proof);
  const pat_span denial = pat_span_make(buffer, pat_builder_size(&builder));
  assert_refused(pat_index_absence_verify(&root, &keys[3], denial), INDEX_PROOF_SAME_KEY);
  /* the same bytes say nothing about a key that parts from it at a listed bit */
  pat_hash elsewhere = keys[3];
  support_flip(elsewhere.bytes, 0);
  assert_refused(pat_index_absence_verify(&root, &elsewhere, denial), INDEX_PROOF_PATH);
}

/* Steps over a made-up map: any sequence of bits can be given its own root. */
static pat_span made_up(const uint64_t *bits, size_t count, uint8_t *buffer, pat_hash *ret_root) {
  static const pat_hash sibling = {{9}};
  pat_builder builder;
  pat_hash hash = pat_index_leaf_hash(pat_hash_span(&keys[0]), PAT_SPAN_OF(values[0]));
  pat_builder_init(&builder, buffer, PAT_INDEX_PROOF_BYTES_MAX);
  for (size_t i = 0; i < count; i++) {
    const uint32_t bit = (uint32_t)bits[i];
    pat_builder_uvarint(&builder, bits[i]);
    pat_builder_span(&builder, pat_hash_span(&sibling));
    hash = pat_index_key_bit(pat_hash_span(&keys[0]), bit) == 0
               ? pat_index_inner_hash(bit, &hash, &sibling)
               : pat_index_inner_hash(bit, &sibling, &hash);
  }
  *ret_root = hash;
  return pat_span_make(buffer, pat_builder_size(&builder));
}

static void test_index__steps_out_of_order_are_refused_even_with_their_root(void **state) {
  (void)state;
  support_random random = support_random_start("order");
  make_keys(&random);
  uint8_t buffer[PAT_INDEX_PROOF_BYTES_MAX];
  pat_hash root;
  pat_span proof = made_up((const uint64_t[]){255, 7, 0}, 3, buffer, &root);
  assert_accepted(verify(&root, 0, proof, true));
  proof = made_up((const uint64_t[]){7, 7}, 2, buffer, &root);
  assert_refused(verify(&root, 0, proof, true), INDEX_PROOF_ORDER);
  proof = made_up((const uint64_t[]){7, 8}, 2, buffer, &root);
  assert_refused(verify(&root, 0, proof, true), INDEX_PROOF_ORDER);
  proof = made_up((const uint64_t[]){256}, 1, buffer, &root);
  assert_refused(verify(&root, 0, proof, true), INDEX_PROOF_ORDER);
  proof = made_up((const uint64_t[]){UINT64_C(1) << 32}, 1, buffer, &root);
  assert_refused(verify(&root, 0, proof, true), INDEX_PROOF_ORDER);
}

static void test_index__over_long_numbers_are_refused(void **state) {
  (void)state;
  pat_hash root;
  uint8_t buffer[PAT_INDEX_PROOF_BYTES_MAX];
  support_random random = support_random_start("over-long");
  make_keys(&random);
  const pat_span proof = made_up((const uint64_t[]){5}, 1, buffer, &root);
  uint8_t longer[64] = {0x85, 0x00};
  pat_span_copy(longer + 2, sizeof longer - 2, pat_span_slice(proof, 1, proof.size - 1));
  assert_accepted(verify(&root, 0, proof, true));
  assert_refused(verify(&root, 0, pat_span_make(longer, proof.size + 1), true), INDEX_PROOF_FORM);
}

static void test_index__the_deepest_tree_has_the_largest_proof(void **state) {
  (void)state;
  static pat_index_node deep[PAT_INDEX_NODES_FOR(257)];
  pat_index_tree tree;
  const pat_index_value value = {.count = 1};
  pat_index_tree_init(&tree, deep, PAT_INDEX_NODES_FOR(257));
  const pat_hash zero = {{0}};
  assert_accepted(pat_index_tree_put(&tree, &zero, &value));
  for (size_t bit = 0; bit < 256; bit++) {
    pat_hash key = zero;
    support_flip(key.bytes, bit / 8 * 8 + (7 - bit % 8));
    assert_accepted(pat_index_tree_put(&tree, &key, &value));
  }
  uint8_t buffer[PAT_INDEX_PROOF_BYTES_MAX];
  pat_builder builder;
  pat_span proof = PAT_SPAN_EMPTY;
  bool present = false;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_index_tree_prove(&tree, &zero, &builder, &present);
  assert_accepted(pat_builder_finish(&builder, &proof));
  assert_true(present);
  assert_int_equal(proof.size, 256 * 33 + 128);
  const pat_hash root = pat_index_tree_root(&tree);
  assert_accepted(pat_index_presence_verify(&root, &zero, &value, proof));
}

static void test_index__generic_proofs_refuse_items_above_the_limit(void **state) {
  (void)state;
  static uint8_t large[PAT_INDEX_ITEM_BYTES_MAX + 1];
  const pat_span at = pat_span_make(large, PAT_INDEX_ITEM_BYTES_MAX);
  const pat_span above = PAT_SPAN_OF(large);
  const pat_hash root = pat_index_leaf_hash(at, at);
  const pat_hash empty = pat_index_empty_root();
  assert_accepted(pat_index_generic_presence_verify(&root, at, at, PAT_SPAN_EMPTY));
  assert_refused(pat_index_generic_presence_verify(&root, above, at, PAT_SPAN_EMPTY),
                 INDEX_PROOF_SIZE);
  assert_refused(pat_index_generic_presence_verify(&root, at, above, PAT_SPAN_EMPTY),
                 INDEX_PROOF_SIZE);
  assert_accepted(pat_index_generic_absence_verify(&empty, at, PAT_SPAN_EMPTY));
  assert_refused(pat_index_generic_absence_verify(&empty, above, PAT_SPAN_EMPTY), INDEX_PROOF_SIZE);
  assert_refused(
      pat_index_generic_absence_verify(&root, PAT_SPAN_EMPTY, PAT_SPAN_LITERAL("\x81\x08")),
      INDEX_PROOF_SIZE);
}

/* The proof of absence that a map with this one leaf gives. */
static pat_status deny_by_leaf(size_t key_size, size_t value_size) {
  static const uint8_t bytes[64] = {1};
  const pat_span other = pat_span_make(bytes, key_size);
  const pat_span value = pat_span_make(bytes, value_size);
  const pat_hash root = pat_index_leaf_hash(other, value);
  const pat_hash key = {{0xac}};
  uint8_t buffer[128];
  pat_builder proof;
  pat_builder_init(&proof, buffer, sizeof buffer);
  pat_builder_uvarint(&proof, key_size);
  pat_builder_span(&proof, other);
  pat_builder_uvarint(&proof, value_size);
  pat_builder_span(&proof, value);
  return pat_index_absence_verify(&root, &key, pat_span_make(buffer, pat_builder_size(&proof)));
}

static void test_index__absence_refuses_another_leaf_of_other_sizes(void **state) {
  (void)state;
  assert_accepted(deny_by_leaf(32, 40));
  assert_refused(deny_by_leaf(31, 40), INDEX_PROOF_FORM);
  assert_refused(deny_by_leaf(33, 40), INDEX_PROOF_FORM);
  assert_refused(deny_by_leaf(32, 39), INDEX_PROOF_FORM);
  assert_refused(deny_by_leaf(32, 41), INDEX_PROOF_FORM);
  const pat_span proof = PAT_SPAN_LITERAL("\x01\xab\x01\xcd");
  const pat_hash root = pat_index_leaf_hash(PAT_SPAN_LITERAL("\xab"), PAT_SPAN_LITERAL("\xcd"));
  const pat_hash key = {{0xac}};
  assert_refused(pat_index_absence_verify(&root, &key, proof), INDEX_PROOF_FORM);
  assert_accepted(pat_index_generic_absence_verify(&root, pat_hash_span(&key), proof));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_index__put_refuses_a_key_beyond_its_room),
      cmocka_unit_test(test_index__proofs_verify_for_their_key_and_claim_only),
      cmocka_unit_test(test_index__proofs_with_any_bit_turned_or_cut_are_refused),
      cmocka_unit_test(test_index__absence_refuses_the_key_itself_as_the_other_leaf),
      cmocka_unit_test(test_index__absence_refuses_another_leaf_of_other_sizes),
      cmocka_unit_test(test_index__steps_out_of_order_are_refused_even_with_their_root),
      cmocka_unit_test(test_index__over_long_numbers_are_refused),
      cmocka_unit_test(test_index__generic_proofs_refuse_items_above_the_limit),
      cmocka_unit_test(test_index__published_maps_have_their_roots_and_proofs),
      cmocka_unit_test(test_index__published_maps_prove_absence),
      cmocka_unit_test(test_index__root_is_the_oracles_after_every_put),
      cmocka_unit_test(test_index__root_follows_updates_of_values),
      cmocka_unit_test(test_index__root_does_not_depend_on_the_order_of_puts),
      cmocka_unit_test(test_index__get_finds_what_was_put_and_nothing_else),
      cmocka_unit_test(test_index__the_deepest_tree_has_the_largest_proof),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
