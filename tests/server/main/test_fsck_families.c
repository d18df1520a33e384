/* patinad fsck: of every family of records that the store has, whichever that are, a bit is
 * flipped, a record is removed, and one is put beside them. A family that is new is damaged here
 * without anybody thinking of it, and fails the test until it has a name. */
#include <string.h>

#include "core/ledger/record.h"
#include "tests/server/main/fsck_support.h"
#include "tests/support/test_random.h"

enum { FAMILIES_MAX = 64, KEY_MAX = 128 };

/* Records of one table whose keys begin with this byte, or of a table as a whole. */
typedef struct {
  pat_table table;
  int prefix; /* -1: the whole table */
  size_t count;
} family;

static family families[FAMILIES_MAX];
static size_t family_count;

/* What the place begins with. */
static const char *name_of(const family *of) {
  static const char *const states[1 << 8] = {
      ['A'] = "asset ",  ['C'] = "class ",         ['D'] = "device ",         ['I'] = "identifier ",
      ['K'] = "key ",    ['P'] = "principal ",     ['R'] = "retracted ",      ['S'] = "scheme ",
      ['T'] = "stream ", ['c'] = "class version ", ['s'] = "scheme version ",
  };
  static const char *const metas[1 << 8] = {
      ['h'] = "head", ['i'] = "", /* another depth is seen at the buckets */['n'] = "note"};
  static const char *const tables[PAT_TABLE_COUNT] = {
      [PAT_TABLE_LEAF] = "leaf ",          [PAT_TABLE_TILE] = "tile",
      [PAT_TABLE_STATEMENT] = "statement", [PAT_TABLE_SUBJECT] = "subject",
      [PAT_TABLE_SUBLOG] = "sub-log",      [PAT_TABLE_NEAR] = "near ",
      [PAT_TABLE_COMMIT] = "commit",       [PAT_TABLE_INDEX] = "bucket",
  };
  if (of->table == PAT_TABLE_STATE) return states[of->prefix];
  if (of->table == PAT_TABLE_META) return metas[of->prefix];
  return tables[of->table];
}

static bool is_of(const family *of, pat_table table, pat_span key) {
  return of->table == table && (of->prefix < 0 || of->prefix == key.data[0]);
}

static void count_record(pat_table table, pat_span key) {
  bool by_prefix = table == PAT_TABLE_STATE || table == PAT_TABLE_META;
  /* The format is looked at when a store is opened, before anything else. */
  if (table == PAT_TABLE_META && key.data[0] == 'f') return;
  for (size_t i = 0; i < family_count; i++) {
    if (!is_of(&families[i], table, key)) continue;
    families[i].count++;
    return;
  }
  assert_true(family_count < FAMILIES_MAX);
  families[family_count++] = (family){table, by_prefix ? key.data[0] : -1, 1};
}

typedef void (*visitor)(pat_table table, pat_span key);

static void each_record(visitor visit) {
  for (pat_table table = 0; table < PAT_TABLE_COUNT; table++) {
    pat_store_cursor *cursor = NULL;
    const pat_store_range all = {.table = table};
    assert_ok(pat_store_cursor_open(fsck_base.log.store, NULL, all, &cursor));
    pat_span key;
    pat_span value;
    while (pat_is_ok(pat_store_cursor_next(cursor, &key, &value)))
      visit(table, key);
    pat_store_cursor_close(cursor);
  }
}

/* The record of the family with this number. */
typedef struct {
  const family *of;
  size_t left;
  uint8_t key[KEY_MAX];
  size_t key_size;
} search;

static search sought;

static void find_record(pat_table table, pat_span key) {
  if (!is_of(sought.of, table, key) || sought.key_size > 0) return;
  if (sought.left-- > 0) return;
  assert_true(key.size <= KEY_MAX);
  memcpy(sought.key, key.data, key.size);
  sought.key_size = key.size;
}

static pat_span pick(const family *of, size_t number) {
  sought = (search){.of = of, .left = number};
  each_record(find_record);
  assert_true(sought.key_size > 0);
  return pat_span_make(sought.key, sought.key_size);
}

static void expect_named(const family *of, const char *what) {
  pat_status status = fsck_check();
  const char *name = name_of(of);
  if (name == NULL) fail_msg("table %d, prefix %c: a family without a name", of->table, of->prefix);
  bool named = !pat_is_ok(status) && fsck_err.place[0] != '\0' &&
               strncmp(fsck_err.place, name, strlen(name)) == 0;
  if (named) return;
  fail_msg("%s in table %s, prefix %d: %s at \"%s\"", what, pat_table_name(of->table), of->prefix,
           pat_rule_id((pat_rule)status.rule), fsck_err.place);
}

static void damage(const family *of, test_random *random) {
  pat_span key = pick(of, test_random_below(random, of->count));
  pat_blob record = seq_get(fsck_store, of->table, key);
  if (record.size > 0) {
    size_t byte = test_random_below(random, record.size);
    seq_flip(fsck_store, of->table, key, byte);
    expect_named(of, "a bit flipped");
    seq_put(fsck_store, of->table, key, pat_blob_span(record));
  }
  seq_delete(fsck_store, of->table, key);
  bool is_mark = of->table == PAT_TABLE_META && of->prefix == 'i';
  if (!is_mark) expect_named(of, "a record removed"); /* without it the index is made anew */
  seq_put(fsck_store, of->table, key, pat_blob_span(record));
  pat_blob_clear(&record);
}

/* A record beside another, under a key that nothing leads to. */
static void add_one(const family *of) {
  pat_span key = pick(of, of->count - 1);
  pat_blob record = seq_get(fsck_store, of->table, key);
  for (size_t i = of->prefix >= 0 ? 1 : 0; i < key.size; i++)
    sought.key[i] = 0xfe;
  bool looked_for = of->table != PAT_TABLE_META; /* META is read by names; notes are counted */
  seq_put(fsck_store, of->table, key, pat_blob_span(record));
  if (looked_for) expect_named(of, "a record added");
  seq_delete(fsck_store, of->table, key);
  pat_blob_clear(&record);
}

static void test_fsck__names_every_family_that_is_damaged(void **state) {
  (void)state;
  enum { ROUNDS = 3 };
  test_random random = test_random_announced("fsck_families", 24);
  family_count = 0;
  each_record(count_record);
  for (size_t i = 0; i < family_count; i++) {
    for (int round = 0; round < ROUNDS; round++)
      damage(&families[i], &random);
    add_one(&families[i]);
  }
  assert_ok(fsck_check()); /* all of it was put back */
}

/* The log of this test has a record of each kind, so that none is passed over. */
static void test_fsck__has_every_family_to_look_at(void **state) {
  (void)state;
  static const char prefixes[] = "ACDIKPRSTcs";
  family_count = 0;
  each_record(count_record);
  for (pat_table table = 0; table < PAT_TABLE_COUNT; table++) {
    bool seen = false;
    for (size_t i = 0; i < family_count; i++)
      seen |= families[i].table == table;
    if (!seen) fail_msg("no record in table %s", pat_table_name(table));
  }
  for (const char *prefix = prefixes; *prefix != '\0'; prefix++) {
    bool seen = false;
    for (size_t i = 0; i < family_count; i++)
      seen |= families[i].table == PAT_TABLE_STATE && families[i].prefix == *prefix;
    if (!seen) fail_msg("no record of state %c", *prefix);
  }
}

/* One bad record does not hide those of other families. */
static void test_fsck__names_the_first_of_each_family(void **state) {
  (void)state;
  static const unsigned char prefixes[] = "AIT";
  family of = {.table = PAT_TABLE_STATE};
  for (const unsigned char *prefix = prefixes; *prefix != '\0'; prefix++) {
    of.prefix = *prefix;
    seq_flip(fsck_store, PAT_TABLE_STATE, pick(&of, 0), 3);
  }
  of = (family){PAT_TABLE_NEAR, -1, 1};
  seq_flip(fsck_store, PAT_TABLE_NEAR, pick(&of, 0), 3);
  seq_delete(fsck_store, PAT_TABLE_NEAR, pick(&of, 5));
  fsck_expect_bad(PAT_RULE_FSCK_RECORD, "asset ");
  assert_int_equal(fsck_report.finding_count, 4);
  static const char *const names[] = {"asset ", "identifier ", "stream ", "near "};
  for (size_t i = 0; i < 4; i++)
    assert_memory_equal(fsck_report.findings[i].place, names[i], strlen(names[i]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      fsck_test(test_fsck__has_every_family_to_look_at),
      fsck_test(test_fsck__names_every_family_that_is_damaged),
      fsck_test(test_fsck__names_the_first_of_each_family),
  };
  return cmocka_run_group_tests(tests, fsck_group_setup, fsck_group_teardown);
}
