/* The index in the store, without a ledger above it: against the whole tree, over plain keys. */
#include <string.h>

#include "core/index/proof.h"
#include "core/index/tree.h"
#include "server/sequencer/index_rebuild.h"
#include "server/sequencer/index_store.h"
#include "server/sequencer/keys.h"
#include "server/sys/mem.h"
#include "tests/server/sequencer/sequencer_support.h"
#include "tests/support/failing_mem.h"
#include "tests/support/test_random.h"
#include "tests/support/wrapped_store.h"

enum { KEYS_MAX = 16384, DEPTH = 4, DEEPER = 14 };

typedef struct {
  test_random random;
  pat_store *store;
  pat_index_store *index;
  pat_index_tree tree;
  pat_index_node *nodes;
  pat_hash known[KEYS_MAX];
  pat_index_value values[KEYS_MAX];
  size_t count;
  pat_index_leaf leaves[KEYS_MAX];
} fixture;

static int setup(void **state) {
  fixture *at = pat_mem_new(sizeof *at);
  at->random = test_random_announced("index store", 11);
  assert_ok(pat_store_memory_open(&at->store));
  assert_ok(pat_index_store_open(at->store, DEPTH, 0, &at->index));
  at->nodes = pat_mem_new_array(PAT_INDEX_NODES_FOR(KEYS_MAX), sizeof *at->nodes);
  pat_index_tree_init(&at->tree, at->nodes, PAT_INDEX_NODES_FOR(KEYS_MAX));
  *state = at;
  return 0;
}

static int teardown(void **state) {
  fixture *at = *state;
  pat_index_store_close(at->index);
  pat_store_close(at->store);
  pat_mem_free(at->nodes);
  pat_mem_free(at);
  return 0;
}

/* Changes of so many keys, in no order, a third of them known before; the tree gets them too. */
static size_t choose(fixture *at, size_t wanted) {
  const size_t before = at->count;
  for (size_t n = 0; n < wanted; n++) {
    const bool old = n < before && n % 3 == 0;
    const size_t i = old ? n : at->count++;
    assert_true(i < KEYS_MAX);
    if (!old) test_random_bytes(&at->random, at->known[i].bytes, PAT_HASH_BYTES);
    at->values[i].count++;
    test_random_bytes(&at->random, at->values[i].root.bytes, PAT_HASH_BYTES);
    at->leaves[n] = pat_index_leaf_make(&at->known[i], &at->values[i]);
    assert_ok(pat_index_tree_put(&at->tree, &at->known[i], &at->values[i]));
  }
  return wanted;
}

static void expect_state(const pat_index_state *got, fixture *at) {
  seq_assert_hash(got->root, pat_index_tree_root(&at->tree));
  assert_int_equal(got->key_count, at->tree.key_count);
}

static pat_status update(fixture *at, size_t count, pat_write_set *set) {
  pat_index_state next;
  pat_write_set_init(set);
  return pat_index_store_update(at->index, at->leaves, count, set, &next);
}

static void commit(fixture *at, size_t wanted) {
  const size_t count = choose(at, wanted);
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  pat_index_state next;
  const pat_index_state before = pat_index_store_state(at->index);
  assert_ok(pat_index_store_update(at->index, at->leaves, count, &set, &next));
  expect_state(&next, at);
  const pat_index_state still = pat_index_store_state(at->index);
  seq_assert_hash(still.root, before.root);
  assert_int_equal(still.key_count, before.key_count);
  assert_ok(pat_store_write(at->store, &set, true));
  pat_index_store_apply(at->index);
  const pat_index_state now = pat_index_store_state(at->index);
  expect_state(&now, at);
}

static void open_again(fixture *at, unsigned depth) {
  pat_index_store_close(at->index);
  at->index = NULL;
  assert_ok(pat_index_store_open(at->store, depth, 0, &at->index));
}

/* --- refusals -------------------------------------------------------------------------------- */

static void test_index_store__refuses_a_bucket_that_is_not_the_one_it_knows(void **state) {
  fixture *at = *state;
  commit(at, 200);
  const uint32_t number = pat_index_bucket_number(&at->known[0], DEPTH);
  const pat_sequencer_key key = pat_bucket_key(number);
  const pat_span span = pat_sequencer_key_span(&key);
  PAT_CLEANUP(pat_blob_clear) pat_blob older = seq_get(at->store, PAT_TABLE_INDEX, span);
  commit(at, 200);
  PAT_CLEANUP(pat_blob_clear) pat_blob newer = seq_get(at->store, PAT_TABLE_INDEX, span);
  at->values[0].count++;
  at->leaves[0] = pat_index_leaf_make(&at->known[0], &at->values[0]);
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  /* whole, but of an earlier time */
  seq_put(at->store, PAT_TABLE_INDEX, span, pat_blob_span(older));
  assert_refused(update(at, 1, &set), SEQUENCER_STORE);
  seq_delete(at->store, PAT_TABLE_INDEX, span);
  assert_refused(update(at, 1, &set), SEQUENCER_STORE);
  for (size_t byte = 0; byte < newer.size; byte += 7) {
    newer.data[byte] ^= 0x10;
    seq_put(at->store, PAT_TABLE_INDEX, span, pat_blob_span(newer));
    assert_refused(update(at, 1, &set), SEQUENCER_STORE);
    newer.data[byte] ^= 0x10;
  }
  seq_put(at->store, PAT_TABLE_INDEX, span, pat_blob_span(newer));
  assert_ok(update(at, 1, &set));
}

static void test_index_store__refuses_a_history_that_does_not_grow(void **state) {
  fixture *at = *state;
  commit(at, 10);
  at->leaves[0] = pat_index_leaf_make(&at->known[3], &at->values[3]);
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  assert_refused(update(at, 1, &set), SEQUENCER_STORE);
}

static void test_index_store__proves_nothing_from_a_bucket_of_another_time(void **state) {
  fixture *at = *state;
  commit(at, 200);
  const uint32_t number = pat_index_bucket_number(&at->known[0], DEPTH);
  const pat_sequencer_key key = pat_bucket_key(number);
  PAT_CLEANUP(pat_blob_clear)
  pat_blob older = seq_get(at->store, PAT_TABLE_INDEX, pat_sequencer_key_span(&key));
  commit(at, 200);
  seq_put(at->store, PAT_TABLE_INDEX, pat_sequencer_key_span(&key), pat_blob_span(older));
  const pat_index_reader reader = {at->store, NULL, DEPTH};
  uint8_t bytes[PAT_INDEX_PROOF_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, bytes, sizeof bytes);
  pat_index_path path;
  pat_index_top_find(pat_index_store_top(at->index), &at->known[0], &path);
  bool present = false;
  pat_index_value value;
  assert_refused(pat_index_reader_prove(&reader, &at->known[0], &path, &builder, &present, &value),
                 SEQUENCER_STORE);
  assert_false(present);
  assert_int_equal(pat_builder_size(&builder), 0);
}

static void test_index_store__a_failed_update_leaves_nothing_to_apply(void **state) {
  fixture *at = *state;
  commit(at, 50);
  const pat_index_state before = pat_index_store_state(at->index);
  pat_store *inner = at->store;
  at->store = wrapped_store_new(inner);
  open_again(at, DEPTH);
  for (size_t i = 0; i < 5; i++)
    at->values[i].count++;
  for (size_t i = 0; i < 5; i++)
    at->leaves[i] = pat_index_leaf_make(&at->known[i], &at->values[i]);
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  wrapped_store_fail(at->store,
                     (wrapped_failure){WRAPPED_GET_MANY, 1, WRAPPED_BEFORE, PAT_RULE_STORE_IO});
  assert_refused(update(at, 5, &set), STORE_IO);
  pat_index_store_apply(at->index);
  pat_index_state now = pat_index_store_state(at->index);
  seq_assert_hash(now.root, before.root);
  bool failed = true;
  for (size_t n = 1; failed; n++) {
    failing_mem_start(n, false);
    const pat_status status = update(at, 5, &set);
    pat_write_set_clear(&set);
    failed = failing_mem_has_failed();
    failing_mem_stop();
    if (failed) assert_refused(status, LIMIT_MEMORY);
    if (failed) pat_index_store_apply(at->index);
    now = pat_index_store_state(at->index);
    seq_assert_hash(now.root, before.root);
  }
  pat_index_store_close(at->index);
  pat_store_close(at->store);
  at->store = inner;
  assert_ok(pat_index_store_open(at->store, DEPTH, 0, &at->index));
}

static void test_index_store__its_writer_refuses_keys_that_do_not_ascend(void **state) {
  fixture *at = *state;
  (void)choose(at, 2);
  if (memcmp(&at->leaves[0], &at->leaves[1], PAT_HASH_BYTES) > 0) {
    const pat_index_leaf first = at->leaves[0];
    at->leaves[0] = at->leaves[1];
    at->leaves[1] = first;
  }
  PAT_CLEANUP(pat_index_writer_clear) pat_index_writer writer;
  pat_index_writer_start(&writer, at->store, DEPTH);
  assert_ok(pat_index_writer_add(&writer, &at->leaves[1]));
  assert_refused(pat_index_writer_add(&writer, &at->leaves[1]), SEQUENCER_STORE);
  assert_refused(pat_index_writer_add(&writer, &at->leaves[0]), SEQUENCER_STORE);
}

/* --- what it does ---------------------------------------------------------------------------- */

static void test_index_store__is_the_tree_while_it_grows_and_when_opened_again(void **state) {
  fixture *at = *state;
  static const size_t sizes[] = {1, 1, 2, 30, 300, 700, 3, 900};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    commit(at, sizes[i]);
    open_again(at, DEPTH);
    const pat_index_state now = pat_index_store_state(at->index);
    expect_state(&now, at);
  }
}

/* Thousands of buckets in one update. */
static void test_index_store__after_large_updates_it_is_the_same(void **state) {
  fixture *at = *state;
  open_again(at, DEEPER);
  commit(at, 3000);
  commit(at, 3000);
  commit(at, 5000);
  open_again(at, DEEPER);
  const pat_index_state now = pat_index_store_state(at->index);
  expect_state(&now, at);
}

/* Whichever bucket it meets. */
static void test_index_store__one_damaged_bucket_of_many_fails_the_update(void **state) {
  fixture *at = *state;
  open_again(at, DEEPER);
  commit(at, 6000);
  const pat_index_state before = pat_index_store_state(at->index);
  for (size_t i = 0; i < 6000; i++) { /* the first and the last bucket */
    const pat_sequencer_key key =
        pat_bucket_key(pat_index_bucket_number(&at->leaves[i].key, DEEPER));
    if (i > 0 && i < 5999) continue;
    pat_blob kept = seq_get(at->store, PAT_TABLE_INDEX, pat_sequencer_key_span(&key));
    seq_flip(at->store, PAT_TABLE_INDEX, pat_sequencer_key_span(&key), PAT_HASH_BYTES + 40);
    PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
    pat_write_set_init(&set);
    pat_index_state next;
    for (size_t k = 0; k < 6000; k++)
      at->leaves[k].value[0] = 1; /* many more entries */
    assert_refused(pat_index_store_update(at->index, at->leaves, 6000, &set, &next),
                   SEQUENCER_STORE);
    pat_index_store_apply(at->index);
    seq_assert_hash(pat_index_store_state(at->index).root, before.root);
    seq_put(at->store, PAT_TABLE_INDEX, pat_sequencer_key_span(&key), pat_blob_span(kept));
    pat_blob_clear(&kept);
    assert_ok(pat_index_store_update(at->index, at->leaves, 6000, &set, &next));
  }
}

static void test_index_store__proves_what_the_tree_proves(void **state) {
  fixture *at = *state;
  commit(at, 500);
  const pat_index_top *top = pat_index_store_top(at->index);
  const pat_index_reader reader = {at->store, NULL, top->depth};
  const pat_hash root = pat_index_tree_root(&at->tree);
  for (size_t i = 0; i < 200; i++) {
    uint8_t bytes[PAT_INDEX_PROOF_BYTES_MAX];
    uint8_t expected[PAT_INDEX_PROOF_BYTES_MAX];
    pat_builder builder;
    pat_builder expected_builder;
    pat_builder_init(&builder, bytes, sizeof bytes);
    pat_builder_init(&expected_builder, expected, sizeof expected);
    pat_hash key = at->known[i];
    if (i % 2 == 1) key.bytes[i % PAT_HASH_BYTES] ^= 0x20;
    pat_index_path path;
    pat_index_top_find(top, &key, &path);
    bool present = false;
    bool expected_present = false;
    pat_index_value value;
    assert_ok(pat_index_reader_prove(&reader, &key, &path, &builder, &present, &value));
    pat_index_tree_prove(&at->tree, &key, &expected_builder, &expected_present);
    assert_int_equal(present, expected_present);
    assert_int_equal(pat_builder_size(&builder), pat_builder_size(&expected_builder));
    assert_memory_equal(bytes, expected, pat_builder_size(&builder));
    const pat_span proof = pat_span_make(bytes, pat_builder_size(&builder));
    if (present) assert_ok(pat_index_presence_verify(&root, &key, &value, proof));
  }
}

static void test_index_store__an_empty_one_writes_nothing_until_its_first_batch(void **state) {
  fixture *at = *state;
  unsigned depth = 77;
  assert_ok(pat_index_read_mark(at->store, &depth));
  assert_int_equal(depth, 0);
  commit(at, 3);
  assert_ok(pat_index_read_mark(at->store, &depth));
  assert_int_equal(depth, DEPTH);
}

static void test_index_store__half_made_anew_it_is_made_anew_again(void **state) {
  fixture *at = *state;
  commit(at, 100);
  /* A crash took the mark's write with it; there are no subjects to make it of. */
  seq_delete(at->store, PAT_TABLE_META, PAT_SPAN_LITERAL("index"));
  open_again(at, DEPTH);
  const pat_index_state now = pat_index_store_state(at->index);
  assert_int_equal(now.key_count, 0);
  seq_assert_hash(now.root, pat_index_empty_root());
  pat_store_cursor *cursor = NULL;
  pat_span key;
  pat_span value;
  const pat_store_range all = {.table = PAT_TABLE_INDEX};
  assert_ok(pat_store_cursor_open(at->store, NULL, all, &cursor));
  assert_refused(pat_store_cursor_next(cursor, &key, &value), STORE_END);
  pat_store_cursor_close(cursor);
}

static void test_index_store__written_in_ascending_order_it_is_the_same(void **state) {
  fixture *at = *state;
  commit(at, 1000);
  const pat_index_state before = pat_index_store_state(at->index);
  pat_store *other = NULL;
  assert_ok(pat_store_memory_open(&other));
  PAT_CLEANUP(pat_index_writer_clear) pat_index_writer writer;
  pat_index_writer_start(&writer, other, 7);
  for (size_t i = 0; i < 1000; i++) /* an update sorts them */
    assert_ok(pat_index_writer_add(&writer, &at->leaves[i]));
  assert_ok(pat_index_writer_finish(&writer));
  pat_index_store *index = NULL;
  assert_ok(pat_index_store_open(other, 7, 0, &index));
  const pat_index_state now = pat_index_store_state(index);
  seq_assert_hash(now.root, before.root);
  assert_int_equal(now.key_count, before.key_count);
  pat_index_store_close(index);
  pat_store_close(other);
}

static void test_index_store__depth_follows_the_keys_at_its_limits(void **state) {
  (void)state;
  const uint64_t first = (uint64_t)PAT_INDEX_BUCKET_KEYS << PAT_INDEX_DEPTH_MIN;
  const uint64_t last = (uint64_t)PAT_INDEX_BUCKET_KEYS << (PAT_INDEX_DEPTH_MAX - 1);
  assert_int_equal(pat_index_store_depth(0), PAT_INDEX_DEPTH_MIN);
  assert_int_equal(pat_index_store_depth(first - 1), PAT_INDEX_DEPTH_MIN);
  assert_int_equal(pat_index_store_depth(first), PAT_INDEX_DEPTH_MIN);
  assert_int_equal(pat_index_store_depth(first + 1), PAT_INDEX_DEPTH_MIN + 1);
  assert_int_equal(pat_index_store_depth(last), PAT_INDEX_DEPTH_MAX - 1);
  assert_int_equal(pat_index_store_depth(last + 1), PAT_INDEX_DEPTH_MAX);
  assert_int_equal(pat_index_store_depth(4 * last), PAT_INDEX_DEPTH_MAX);
  assert_int_equal(pat_index_store_depth(UINT64_MAX), PAT_INDEX_DEPTH_MAX);
}

#define index_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      index_test(test_index_store__refuses_a_bucket_that_is_not_the_one_it_knows),
      index_test(test_index_store__refuses_a_history_that_does_not_grow),
      index_test(test_index_store__proves_nothing_from_a_bucket_of_another_time),
      index_test(test_index_store__a_failed_update_leaves_nothing_to_apply),
      index_test(test_index_store__its_writer_refuses_keys_that_do_not_ascend),
      index_test(test_index_store__is_the_tree_while_it_grows_and_when_opened_again),
      index_test(test_index_store__after_large_updates_it_is_the_same),
      index_test(test_index_store__one_damaged_bucket_of_many_fails_the_update),
      index_test(test_index_store__proves_what_the_tree_proves),
      index_test(test_index_store__an_empty_one_writes_nothing_until_its_first_batch),
      index_test(test_index_store__half_made_anew_it_is_made_anew_again),
      index_test(test_index_store__written_in_ascending_order_it_is_the_same),
      cmocka_unit_test(test_index_store__depth_follows_the_keys_at_its_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
