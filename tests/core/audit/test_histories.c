/* Histories and the index over them, against the plain tree of core/index. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/audit/histories.h"
#include "core/index/tree.h"
#include "tests/support/test_random.h"

enum { SUBJECTS = 400, STEPS = 4000, ROOTS_EVERY = 7 };

typedef struct {
  pat_histories histories;
  pat_history items[SUBJECTS];
  pat_history_branch branches[SUBJECTS];
  pat_hash peaks[SUBJECTS * PAT_HISTORY_PEAKS_MAX];
} storage;

static storage *open_storage(void) {
  storage *made = calloc(1, sizeof *made);
  assert_non_null(made);
  made->histories.items = (pat_pool){made->items, 0, SUBJECTS};
  made->histories.branches = (pat_pool){made->branches, 0, SUBJECTS};
  made->histories.peaks = (pat_pool){made->peaks, 0, SUBJECTS * PAT_HISTORY_PEAKS_MAX};
  return made;
}

static pat_hash leaf_of(uint64_t index) {
  return pat_tlog_leaf_hash(pat_span_make(&index, sizeof index));
}

static pat_status append(storage *kept, pat_subject_link link, uint64_t index) {
  pat_hash leaf = leaf_of(index);
  pat_history *history = NULL;
  return pat_histories_append(&kept->histories, &link, index, &leaf, &history);
}

/* --- refusals -------------------------------------------------------------------------------- */

static void test_histories__refuses_links_that_do_not_follow(void **state) {
  (void)state;
  storage *kept = open_storage();
  pat_subject_link link = {.key = {{5}}, .seq = 1};
  assert_true(pat_is_rule(append(kept, link, 10), PAT_RULE_AUDIT_LINK));
  assert_int_equal(kept->histories.items.count, 0);
  link.seq = 0;
  assert_true(pat_is_ok(append(kept, link, 10)));
  assert_true(pat_is_rule(append(kept, link, 11), PAT_RULE_AUDIT_LINK));
  link.seq = 1;
  link.previous_index = 9;
  assert_true(pat_is_rule(append(kept, link, 11), PAT_RULE_AUDIT_LINK));
  pat_hash before = pat_histories_root(&kept->histories);
  link.previous_index = 10;
  link.seq = 2;
  assert_true(pat_is_rule(append(kept, link, 11), PAT_RULE_AUDIT_LINK));
  pat_hash after = pat_histories_root(&kept->histories);
  assert_memory_equal(before.bytes, after.bytes, PAT_HASH_BYTES);
  link.seq = 1;
  assert_true(pat_is_ok(append(kept, link, 11)));
  free(kept);
}

/* As many entries as are counted in 32 bits, and not one more. */
static void test_histories__refuses_more_entries_than_it_counts(void **state) {
  (void)state;
  storage *kept = open_storage();
  pat_subject_link link = {.key = {{5}}};
  assert_true(pat_is_ok(append(kept, link, 10)));
  link.previous_index = 10;
  kept->items[0].count = UINT32_MAX; /* 32 peaks; their values do not matter */
  link.seq = UINT32_MAX;
  assert_true(pat_is_rule(append(kept, link, 11), PAT_RULE_LIMIT_MEMORY));
  kept->items[0].count = UINT32_MAX - 1;
  kept->histories.peaks.count = PAT_HISTORY_PEAKS_MAX;
  link.seq = UINT32_MAX - 1;
  assert_true(pat_is_ok(append(kept, link, 11)));
  assert_int_equal(kept->items[0].count, UINT32_MAX);
  free(kept);
}

static void test_histories__says_when_there_is_no_room(void **state) {
  (void)state;
  storage *kept = open_storage();
  assert_true(pat_histories_has_room(&kept->histories, SUBJECTS));
  assert_false(pat_histories_has_room(&kept->histories, SUBJECTS + 1));
  pat_subject_link link = {.key = {{5}}};
  assert_true(pat_is_ok(append(kept, link, 10)));
  assert_true(pat_histories_has_room(&kept->histories, SUBJECTS - 1));
  assert_false(pat_histories_has_room(&kept->histories, SUBJECTS));
  free(kept);
}

static void test_histories__finds_nothing_that_is_not_there(void **state) {
  (void)state;
  storage *kept = open_storage();
  pat_hash key = {{5}};
  assert_null(pat_histories_find(&kept->histories, &key));
  assert_true(pat_is_ok(append(kept, (pat_subject_link){.key = {{6}}}, 1)));
  assert_null(pat_histories_find(&kept->histories, &key));
  free(kept);
}

/* --- the index ------------------------------------------------------------------------------- */

/* The same entries in the plain tree, with sub-logs of their own. */
typedef struct {
  pat_index_tree tree;
  pat_index_node nodes[PAT_INDEX_NODES_FOR(SUBJECTS)];
  pat_hash keys[SUBJECTS];
  pat_tlog_range sublogs[SUBJECTS];
  uint64_t last[SUBJECTS];
} plain;

/* Keys that agree in many bits make deep trees. */
static pat_hash make_key(test_random *random) {
  pat_hash key;
  test_random_bytes(random, key.bytes, sizeof key.bytes);
  uint64_t shared = test_random_below(random, PAT_HASH_BYTES);
  if (test_random_below(random, 2) == 0) memset(key.bytes, 0, (size_t)shared);
  return key;
}

static void step(storage *kept, plain *oracle, size_t at, uint64_t index) {
  pat_hash leaf = leaf_of(index);
  const pat_subject_link link = {oracle->keys[at], oracle->sublogs[at].size, oracle->last[at]};
  assert_true(pat_is_ok(append(kept, link, index)));
  assert_true(pat_is_ok(pat_index_sublog_append(&oracle->sublogs[at], index, &leaf)));
  oracle->last[at] = index;
  pat_index_value value = pat_index_value_of(&oracle->sublogs[at]);
  assert_true(pat_is_ok(pat_index_tree_put(&oracle->tree, &oracle->keys[at], &value)));
  const pat_history *history = pat_histories_find(&kept->histories, &oracle->keys[at]);
  assert_non_null(history);
  pat_index_value got = pat_histories_value(&kept->histories, history);
  assert_int_equal(got.count, value.count);
  assert_memory_equal(got.root.bytes, value.root.bytes, PAT_HASH_BYTES);
}

static void test_histories__have_the_root_of_the_plain_tree(void **state) {
  (void)state;
  test_random random = test_random_announced("histories", 20261122);
  storage *kept = open_storage();
  plain *oracle = calloc(1, sizeof *oracle);
  assert_non_null(oracle);
  pat_index_tree_init(&oracle->tree, oracle->nodes, PAT_INDEX_NODES_FOR(SUBJECTS));
  for (size_t i = 0; i < SUBJECTS; i++)
    oracle->keys[i] = make_key(&random);
  pat_hash root = pat_histories_root(&kept->histories);
  pat_hash expected = pat_index_tree_root(&oracle->tree);
  assert_memory_equal(root.bytes, expected.bytes, PAT_HASH_BYTES);
  for (uint64_t i = 0; i < STEPS; i++) {
    step(kept, oracle, (size_t)test_random_below(&random, SUBJECTS), 2 * i + 1);
    if (i % ROOTS_EVERY != 0) continue;
    root = pat_histories_root(&kept->histories);
    expected = pat_index_tree_root(&oracle->tree);
    assert_memory_equal(root.bytes, expected.bytes, PAT_HASH_BYTES);
  }
  /* Runs of hashes that were given back are used again. */
  assert_true(kept->histories.peaks.count < SUBJECTS * 6);
  free(oracle);
  free(kept);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_histories__refuses_links_that_do_not_follow),
      cmocka_unit_test(test_histories__refuses_more_entries_than_it_counts),
      cmocka_unit_test(test_histories__says_when_there_is_no_room),
      cmocka_unit_test(test_histories__finds_nothing_that_is_not_there),
      cmocka_unit_test(test_histories__have_the_root_of_the_plain_tree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
