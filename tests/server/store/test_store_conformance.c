/* What store.h promises, tried on every engine. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/limits.h"
#include "server/sys/thread.h"
#include "tests/server/store/store_support.h"
#include "tests/support/test_random.h"

static const uint8_t long_key[PAT_STORE_KEY_BYTES_MAX + 1] = {'k'};

static pat_store *store_at(void **state) { return ((store_fixture *)*state)->store; }

/* --- refusals -------------------------------------------------------------------------------- */

static void test_store__refuses_keys_that_are_empty_or_too_long(void **state) {
  pat_store *store = store_at(state);
  pat_blob value = {0};
  pat_store_key empty = {PAT_TABLE_LEAF, PAT_SPAN_EMPTY};
  pat_store_key longer = {PAT_TABLE_LEAF, PAT_SPAN_OF(long_key)};
  pat_store_key longest = {PAT_TABLE_LEAF, pat_span_make(long_key, PAT_STORE_KEY_BYTES_MAX)};
  assert_refused(pat_store_get(store, NULL, empty, &value), STORE_KEY_LENGTH);
  assert_refused(pat_store_get(store, NULL, longer, &value), STORE_KEY_LENGTH);
  assert_refused(pat_store_get(store, NULL, longest, &value), STORE_NOT_FOUND);
  assert_refused(pat_store_get_many(store, NULL, &longer, 1, &value), STORE_KEY_LENGTH);
  pat_store_cursor *cursor = NULL;
  pat_store_range range = {.table = PAT_TABLE_LEAF, .from = PAT_SPAN_OF(long_key)};
  assert_refused(pat_store_cursor_open(store, NULL, range, &cursor), STORE_KEY_LENGTH);
  range = (pat_store_range){.table = PAT_TABLE_LEAF, .to = PAT_SPAN_OF(long_key)};
  assert_refused(pat_store_cursor_open(store, NULL, range, &cursor), STORE_KEY_LENGTH);
  assert_null(cursor);
}

static void test_store__says_not_found_and_leaves_the_output(void **state) {
  pat_store *store = store_at(state);
  store_support_put(store, PAT_TABLE_LEAF, "a", "1");
  store_support_expect(store, NULL, PAT_TABLE_LEAF, "b", NULL);
  store_support_expect(store, NULL, PAT_TABLE_TILE, "a", NULL);
}

static void check_format_rule(pat_store *store, pat_span value, pat_rule rule) {
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  pat_span key = PAT_SPAN_LITERAL(PAT_STORE_FORMAT_KEY);
  assert_ok(pat_write_set_put(&set, PAT_TABLE_META, key, value));
  assert_ok(pat_store_write(store, &set, true));
  pat_status status = pat_store_check_format(store, 2);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
}

static void test_store__refuses_formats_that_are_newer_older_or_unreadable(void **state) {
  pat_store *store = store_at(state);
  check_format_rule(store, PAT_SPAN_LITERAL("\0\0\0\3"), PAT_RULE_STORE_FORMAT_NEWER);
  check_format_rule(store, PAT_SPAN_LITERAL("\1\0\0\2"), PAT_RULE_STORE_FORMAT_NEWER);
  check_format_rule(store, PAT_SPAN_LITERAL("\0\0\0\1"), PAT_RULE_STORE_FORMAT_OLDER);
  check_format_rule(store, PAT_SPAN_LITERAL("\0\0\0\0"), PAT_RULE_STORE_FORMAT_MISSING);
  check_format_rule(store, PAT_SPAN_LITERAL("\0\0\2"), PAT_RULE_STORE_FORMAT_MISSING);
  check_format_rule(store, PAT_SPAN_LITERAL("\0\0\0\2\0"), PAT_RULE_STORE_FORMAT_MISSING);
  check_format_rule(store, PAT_SPAN_LITERAL("\0\0\0\2"), PAT_RULE_NONE);
}

static void test_store__refuses_records_without_a_format(void **state) {
  pat_store *store = store_at(state);
  store_support_put(store, PAT_TABLE_META, PAT_STORE_FORMAT_KEY, NULL);
  store_support_put(store, PAT_TABLE_COMMIT, "a", "1");
  assert_refused(pat_store_check_format(store, 1), STORE_FORMAT_MISSING);
  store_support_expect(store, NULL, PAT_TABLE_META, PAT_STORE_FORMAT_KEY, NULL);
  store_support_put(store, PAT_TABLE_COMMIT, "a", NULL);
  assert_ok(pat_store_check_format(store, 9));
  assert_refused(pat_store_check_format(store, 8), STORE_FORMAT_NEWER);
}

/* --- reading and writing --------------------------------------------------------------------- */

static void test_store__a_new_store_carries_its_format_and_nothing_else(void **state) {
  pat_store *store = store_at(state);
  for (int table = 0; table < PAT_TABLE_COUNT; table++) {
    const char *keys = table == PAT_TABLE_META ? PAT_STORE_FORMAT_KEY : "";
    store_support_expect_keys(store, NULL, (pat_store_range){.table = (pat_table)table}, keys);
  }
  assert_ok(pat_store_check_format(store, PAT_STORE_FORMAT));
  assert_false(pat_store_needs_reopen(store));
}

static void test_store__tables_are_apart_and_empty_values_are_there(void **state) {
  pat_store *store = store_at(state);
  store_support_put(store, PAT_TABLE_LEAF, "a", "leaf");
  store_support_put(store, PAT_TABLE_TILE, "a", "");
  store_support_expect(store, NULL, PAT_TABLE_LEAF, "a", "leaf");
  store_support_expect(store, NULL, PAT_TABLE_TILE, "a", "");
  store_support_put(store, PAT_TABLE_LEAF, "a", "other");
  store_support_expect(store, NULL, PAT_TABLE_LEAF, "a", "other");
  store_support_put(store, PAT_TABLE_LEAF, "a", NULL);
  store_support_expect(store, NULL, PAT_TABLE_LEAF, "a", NULL);
  store_support_expect(store, NULL, PAT_TABLE_TILE, "a", "");
  store_support_put(store, PAT_TABLE_LEAF, "never there", NULL);
}

static void test_store__a_write_set_is_applied_in_its_order(void **state) {
  pat_store *store = store_at(state);
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  pat_span a = PAT_SPAN_LITERAL("a");
  pat_span b = PAT_SPAN_LITERAL("b");
  assert_ok(pat_write_set_put(&set, PAT_TABLE_STATE, a, PAT_SPAN_LITERAL("1")));
  assert_ok(pat_write_set_put(&set, PAT_TABLE_STATE, b, PAT_SPAN_LITERAL("2")));
  assert_ok(pat_write_set_delete(&set, PAT_TABLE_STATE, a));
  assert_ok(pat_write_set_put(&set, PAT_TABLE_STATE, b, PAT_SPAN_LITERAL("3")));
  assert_ok(pat_store_write(store, &set, false));
  store_support_expect(store, NULL, PAT_TABLE_STATE, "a", NULL);
  store_support_expect(store, NULL, PAT_TABLE_STATE, "b", "3");
}

static void test_store__an_empty_write_and_a_sync_change_nothing(void **state) {
  pat_store *store = store_at(state);
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  assert_ok(pat_store_write(store, &set, false));
  assert_ok(pat_store_write(store, &set, true));
  assert_ok(pat_store_sync(store));
  store_support_expect_keys(store, NULL, (pat_store_range){.table = PAT_TABLE_LEAF}, "");
}

static void test_store__get_many_answers_in_order_across_tables(void **state) {
  pat_store *store = store_at(state);
  store_support_put(store, PAT_TABLE_LEAF, "a", "1");
  store_support_put(store, PAT_TABLE_COMMIT, "z", "");
  pat_store_key keys[] = {
      store_support_key(PAT_TABLE_COMMIT, "z"), store_support_key(PAT_TABLE_LEAF, "missing"),
      store_support_key(PAT_TABLE_LEAF, "a"), store_support_key(PAT_TABLE_LEAF, "a")};
  pat_blob values[4];
  assert_ok(pat_store_get_many(store, NULL, keys, 4, values));
  assert_true(pat_blob_is_set(values[0]));
  assert_int_equal(values[0].size, 0);
  assert_false(pat_blob_is_set(values[1]));
  assert_string_equal((const char *)values[2].data, "1");
  assert_string_equal((const char *)values[3].data, "1");
  for (size_t i = 0; i < 4; i++)
    pat_blob_clear(&values[i]);
  assert_ok(pat_store_get_many(store, NULL, NULL, 0, NULL));
}

enum { MANY = 1000 };
/* Every third is absent. */
static void check_many(pat_store *store, const pat_store_key *keys) {
  static pat_blob values[MANY];
  assert_ok(pat_store_get_many(store, NULL, keys, MANY, values));
  for (size_t i = 0; i < MANY; i++) {
    assert_int_equal(pat_blob_is_set(values[i]), i % 3 != 0);
    if (i % 3 != 0) assert_true(pat_span_equal(pat_blob_span(values[i]), keys[i].bytes));
    pat_blob_clear(&values[i]);
  }
}

static void test_store__get_many_takes_more_keys_than_any_chunk(void **state) {
  store_fixture *at = *state;
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  const pat_table tables[] = {PAT_TABLE_LEAF, PAT_TABLE_SUBJECT, PAT_TABLE_INDEX};
  static uint16_t names[MANY];
  static pat_store_key keys[MANY];
  for (size_t i = 0; i < MANY; i++) { /* each twice, of three tables by turns */
    names[i] = (uint16_t)(i / 6);
    keys[i] = (pat_store_key){tables[i % 3], pat_span_make(&names[i], sizeof names[i])};
    if (i % 3 != 0) assert_ok(pat_write_set_put(&set, keys[i].table, keys[i].bytes, keys[i].bytes));
  }
  assert_ok(pat_store_write(at->store, &set, true));
  check_many(at->store, keys);
  if (at->persistent) store_support_reopen(at); /* now from its files */
  check_many(at->store, keys);
}

static void test_store__holds_values_of_a_mebibyte(void **state) {
  enum { SIZE = 1024 * 1024 };
  pat_store *store = store_at(state);
  PAT_CLEANUP(pat_blob_clear) pat_blob large = {0};
  assert_ok(pat_blob_init(SIZE, &large));
  test_random random = test_random_make(5);
  test_random_bytes(&random, large.data, large.size);
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  pat_span longest = pat_span_make(long_key, PAT_STORE_KEY_BYTES_MAX);
  assert_ok(pat_write_set_put(&set, PAT_TABLE_STATEMENT, longest, pat_blob_span(large)));
  assert_ok(pat_store_write(store, &set, true));
  pat_blob found = {0};
  assert_ok(pat_store_get(store, NULL, (pat_store_key){PAT_TABLE_STATEMENT, longest}, &found));
  assert_true(pat_span_equal(pat_blob_span(found), pat_blob_span(large)));
  pat_blob_clear(&found);
}

/* --- order and moments ----------------------------------------------------------------------- */

static pat_store_range range_of(const char *from, const char *to) {
  return (pat_store_range){PAT_TABLE_NEAR, pat_span_text(from), pat_span_text(to)};
}

static void test_store__cursors_give_keys_in_order_within_their_bounds(void **state) {
  pat_store *store = store_at(state);
  static const char *const keys[] = {"b", "a", "ab", "\xff", "c", "aa", "\x7f", "B"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    store_support_put(store, PAT_TABLE_NEAR, keys[i], "v");
  }
  store_support_put(store, PAT_TABLE_SUBLOG, "aaa", "another table");
  store_support_expect_keys(store, NULL, range_of("", ""), "B a aa ab b c \x7f \xff");
  store_support_expect_keys(store, NULL, range_of("a", "b"), "a aa ab");
  store_support_expect_keys(store, NULL, range_of("aaa", "ac"), "ab");
  store_support_expect_keys(store, NULL, range_of("b", ""), "b c \x7f \xff");
  store_support_expect_keys(store, NULL, range_of("", "a"), "B");
  store_support_expect_keys(store, NULL, range_of("b", "b"), "");
  store_support_expect_keys(store, NULL, range_of("c", "a"), "");
}

static void test_store__a_snapshot_sees_nothing_later(void **state) {
  pat_store *store = store_at(state);
  store_support_put(store, PAT_TABLE_NEAR, "a", "old");
  store_support_put(store, PAT_TABLE_NEAR, "b", "old");
  pat_store_snapshot *snapshot = NULL;
  assert_ok(pat_store_snapshot_open(store, &snapshot));
  store_support_put(store, PAT_TABLE_NEAR, "a", "new");
  store_support_put(store, PAT_TABLE_NEAR, "b", NULL);
  store_support_put(store, PAT_TABLE_NEAR, "c", "new");

  store_support_expect(store, snapshot, PAT_TABLE_NEAR, "a", "old");
  store_support_expect(store, snapshot, PAT_TABLE_NEAR, "b", "old");
  store_support_expect(store, snapshot, PAT_TABLE_NEAR, "c", NULL);
  store_support_expect_keys(store, snapshot, range_of("", ""), "a b");
  pat_store_key keys[] = {store_support_key(PAT_TABLE_NEAR, "a"),
                          store_support_key(PAT_TABLE_NEAR, "c")};
  pat_blob values[2];
  assert_ok(pat_store_get_many(store, snapshot, keys, 2, values));
  assert_string_equal((const char *)values[0].data, "old");
  assert_false(pat_blob_is_set(values[1]));
  pat_blob_clear(&values[0]);
  pat_store_snapshot_close(store, snapshot);
  pat_store_snapshot_close(store, NULL);

  store_support_expect(store, NULL, PAT_TABLE_NEAR, "a", "new");
  store_support_expect_keys(store, NULL, range_of("", ""), "a c");
}

static void test_store__a_cursor_stays_at_its_moment_while_others_write(void **state) {
  pat_store *store = store_at(state);
  store_support_put(store, PAT_TABLE_NEAR, "a", "1");
  store_support_put(store, PAT_TABLE_NEAR, "b", "2");
  pat_store_cursor *cursor = NULL;
  assert_ok(pat_store_cursor_open(store, NULL, range_of("", ""), &cursor));
  pat_span key;
  pat_span value;
  assert_ok(pat_store_cursor_next(cursor, &key, &value));
  store_support_put(store, PAT_TABLE_NEAR, "aa", "new");
  store_support_put(store, PAT_TABLE_NEAR, "b", "new");
  assert_true(pat_span_equal(key, PAT_SPAN_LITERAL("a")));
  assert_ok(pat_store_cursor_next(cursor, &key, &value));
  assert_true(pat_span_equal(key, PAT_SPAN_LITERAL("b")));
  assert_true(pat_span_equal(value, PAT_SPAN_LITERAL("2")));
  assert_refused(pat_store_cursor_next(cursor, &key, &value), STORE_END);
  pat_store_cursor_close(cursor);
  pat_store_cursor_close(NULL);
}

/* --- against a reference --------------------------------------------------------------------- */

enum { REFERENCE_KEYS = 200, ROUNDS = 400, ITEMS_PER_ROUND_MAX = 20 };

/* Value numbers by key; 0: absent. One per table, and one older copy for a snapshot. */
typedef struct {
  uint32_t values[PAT_TABLE_COUNT][REFERENCE_KEYS];
} reference;

typedef struct {
  char text[16];
  size_t size;
} name;

/* Key lengths differ, so that prefixes occur; the order of names is the order of numbers. */
static name name_of(size_t number) {
  name made = {.size = 0};
  for (size_t left = number;; left /= 7) {
    made.text[made.size++] = (char)('0' + left % 7);
    if (left < 7) break;
  }
  return made;
}

static void random_round(test_random *random, reference *expected, pat_write_set *set) {
  size_t items = 1 + test_random_below(random, ITEMS_PER_ROUND_MAX);
  for (size_t i = 0; i < items; i++) {
    size_t table = 1 + test_random_below(random, PAT_TABLE_COUNT - 1);
    size_t number = test_random_below(random, REFERENCE_KEYS);
    name key = name_of(number);
    pat_span bytes = pat_span_make(key.text, key.size);
    uint32_t value = test_random_below(random, 3) == 0 ? 0 : (uint32_t)test_random_u64(random) | 1;
    expected->values[table][number] = value;
    if (value == 0) {
      assert_ok(pat_write_set_delete(set, (pat_table)table, bytes));
    } else {
      pat_span content = pat_span_make(&value, sizeof value);
      assert_ok(pat_write_set_put(set, (pat_table)table, bytes, content));
    }
  }
}

static void check_points(pat_store *store, const pat_store_snapshot *snapshot, pat_table table,
                         const reference *expected) {
  static name names[REFERENCE_KEYS];
  static pat_store_key keys[REFERENCE_KEYS];
  static pat_blob values[REFERENCE_KEYS];
  for (size_t i = 0; i < REFERENCE_KEYS; i++) {
    names[i] = name_of(i);
    keys[i] = (pat_store_key){table, pat_span_make(names[i].text, names[i].size)};
  }
  assert_ok(pat_store_get_many(store, snapshot, keys, REFERENCE_KEYS, values));
  for (size_t i = 0; i < REFERENCE_KEYS; i++) {
    uint32_t value = expected->values[table][i];
    assert_int_equal(pat_blob_is_set(values[i]), value != 0);
    if (value != 0) assert_memory_equal(values[i].data, &value, sizeof value);
    pat_blob_clear(&values[i]);
  }
}

/* Counts the keys and checks that they ascend; check_points has compared what they hold. */
static void check_walk(pat_store *store, const pat_store_snapshot *snapshot, pat_table table,
                       const reference *expected) {
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  assert_ok(pat_store_cursor_open(store, snapshot, (pat_store_range){.table = table}, &cursor));
  size_t present = 0;
  for (size_t i = 0; i < REFERENCE_KEYS; i++)
    present += expected->values[table][i] != 0;
  char last[16] = {0};
  size_t last_size = 0;
  for (size_t i = 0; i < present; i++) {
    pat_span key;
    pat_span value;
    assert_ok(pat_store_cursor_next(cursor, &key, &value));
    assert_true(pat_span_compare(pat_span_make(last, last_size), key) < 0);
    pat_span_copy(last, sizeof last, key);
    last_size = key.size;
  }
  pat_span end;
  assert_refused(pat_store_cursor_next(cursor, &end, &end), STORE_END);
}

static void check_all(pat_store *store, const pat_store_snapshot *snapshot,
                      const reference *expected) {
  for (int table = 1; table < PAT_TABLE_COUNT; table++) {
    check_points(store, snapshot, (pat_table)table, expected);
    check_walk(store, snapshot, (pat_table)table, expected);
  }
}

static void test_store__equals_a_reference_under_random_writes(void **state) {
  store_fixture *at = *state;
  test_random random = test_random_announced(__func__, 0x57012E);
  static reference expected;
  static reference older;
  memset(&expected, 0, sizeof expected);
  pat_store_snapshot *snapshot = NULL;
  for (size_t round = 0; round < ROUNDS; round++) {
    if (round % 50 == 0) {
      if (snapshot != NULL) check_all(at->store, snapshot, &older);
      pat_store_snapshot_close(at->store, snapshot);
      snapshot = NULL;
      if (at->persistent) store_support_reopen(at);
      check_all(at->store, NULL, &expected);
      older = expected;
      assert_ok(pat_store_snapshot_open(at->store, &snapshot));
    }
    PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
    pat_write_set_init(&set);
    random_round(&random, &expected, &set);
    assert_ok(pat_store_write(at->store, &set, round % 8 == 0));
  }
  check_all(at->store, snapshot, &older);
  check_all(at->store, NULL, &expected);
  pat_store_snapshot_close(at->store, snapshot);
}

/* --- threads --------------------------------------------------------------------------------- */

enum { READERS = 3, COMMITS = 300, TWINS = 5 };

typedef struct {
  pat_store *store;
  atomic_bool done;
  atomic_uint torn; /* reads that saw part of a write */
  atomic_uint lost; /* reads that went back in time */
  atomic_uint reads;
} race;

static pat_table twin_table(size_t i) { return (pat_table)(1 + i); }

/* Every commit puts one number under the same key of several tables. */
static void write_number(pat_store *store, uint32_t number) {
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  for (size_t i = 0; i < TWINS; i++) {
    assert_ok(pat_write_set_put(&set, twin_table(i), PAT_SPAN_LITERAL("twin"),
                                pat_span_make(&number, sizeof number)));
  }
  assert_ok(pat_store_write(store, &set, number % 64 == 0));
}

static uint32_t number_in(pat_blob blob) {
  uint32_t number = 0;
  pat_span_copy(&number, sizeof number, pat_blob_span(blob));
  return number;
}

static void read_numbers(void *context) {
  race *on = context;
  uint32_t last = 0;
  pat_store_key keys[TWINS];
  for (size_t i = 0; i < TWINS; i++)
    keys[i] = store_support_key(twin_table(i), "twin");
  while (!atomic_load(&on->done)) {
    pat_blob values[TWINS];
    if (!pat_is_ok(pat_store_get_many(on->store, NULL, keys, TWINS, values))) abort();
    uint32_t first = number_in(values[0]);
    for (size_t i = 0; i < TWINS; i++) {
      if (number_in(values[i]) != first) atomic_fetch_add(&on->torn, 1);
      pat_blob_clear(&values[i]);
    }
    if (first < last) atomic_fetch_add(&on->lost, 1);
    last = first;
    atomic_fetch_add(&on->reads, 1);
  }
}

static void walk_numbers(void *context) {
  race *on = context;
  while (!atomic_load(&on->done)) {
    pat_store_snapshot *snapshot = NULL;
    if (!pat_is_ok(pat_store_snapshot_open(on->store, &snapshot))) abort();
    pat_blob one = {0};
    pat_store_key key = store_support_key(twin_table(0), "twin");
    if (!pat_is_ok(pat_store_get(on->store, snapshot, key, &one))) abort();
    pat_store_cursor *cursor = NULL;
    pat_store_range range = {.table = twin_table(TWINS - 1)};
    if (!pat_is_ok(pat_store_cursor_open(on->store, snapshot, range, &cursor))) abort();
    pat_span name_found;
    pat_span value;
    if (!pat_is_ok(pat_store_cursor_next(cursor, &name_found, &value))) abort();
    if (!pat_span_equal(value, pat_blob_span(one))) atomic_fetch_add(&on->torn, 1);
    pat_store_cursor_close(cursor);
    pat_blob_clear(&one);
    pat_store_snapshot_close(on->store, snapshot);
  }
}

static void test_store__readers_see_whole_writes_while_one_writes(void **state) {
  race on = {.store = store_at(state)};
  write_number(on.store, 1);
  pat_thread threads[READERS + 1] = {{.started = false}};
  for (size_t i = 0; i < READERS; i++) {
    assert_ok(pat_thread_start("reader", read_numbers, &on, &threads[i]));
  }
  assert_ok(pat_thread_start("walker", walk_numbers, &on, &threads[READERS]));
  for (uint32_t number = 2; number < COMMITS; number++)
    write_number(on.store, number);
  while (atomic_load(&on.reads) == 0) {
  }
  atomic_store(&on.done, true);
  for (size_t i = 0; i <= READERS; i++)
    pat_thread_join(&threads[i]);
  assert_int_equal(atomic_load(&on.torn), 0);
  assert_int_equal(atomic_load(&on.lost), 0);
}

#define CASE(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, store_support_tear_down)

#define SUITE(set_up)                                                                 \
  {                                                                                   \
    CASE(test_store__refuses_keys_that_are_empty_or_too_long, set_up),                \
        CASE(test_store__says_not_found_and_leaves_the_output, set_up),               \
        CASE(test_store__refuses_formats_that_are_newer_older_or_unreadable, set_up), \
        CASE(test_store__refuses_records_without_a_format, set_up),                   \
        CASE(test_store__a_new_store_carries_its_format_and_nothing_else, set_up),    \
        CASE(test_store__tables_are_apart_and_empty_values_are_there, set_up),        \
        CASE(test_store__a_write_set_is_applied_in_its_order, set_up),                \
        CASE(test_store__an_empty_write_and_a_sync_change_nothing, set_up),           \
        CASE(test_store__get_many_answers_in_order_across_tables, set_up),            \
        CASE(test_store__get_many_takes_more_keys_than_any_chunk, set_up),            \
        CASE(test_store__holds_values_of_a_mebibyte, set_up),                         \
        CASE(test_store__cursors_give_keys_in_order_within_their_bounds, set_up),     \
        CASE(test_store__a_snapshot_sees_nothing_later, set_up),                      \
        CASE(test_store__a_cursor_stays_at_its_moment_while_others_write, set_up),    \
        CASE(test_store__equals_a_reference_under_random_writes, set_up),             \
        CASE(test_store__readers_see_whole_writes_while_one_writes, set_up),          \
  }

int main(void) {
  const struct CMUnitTest memory[] = SUITE(store_support_memory);
  const struct CMUnitTest rocksdb[] = SUITE(store_support_rocksdb);
  const struct CMUnitTest wrapped[] = SUITE(store_support_wrapped);
  return cmocka_run_group_tests_name("memory", memory, NULL, NULL) +
         cmocka_run_group_tests_name("rocksdb", rocksdb, NULL, NULL) +
         cmocka_run_group_tests_name("wrapped", wrapped, NULL, NULL);
}
