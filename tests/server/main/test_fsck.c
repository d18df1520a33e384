/* patinad fsck: whatever is damaged, missing or too much in a store is named by rule and record. */
#include <stdio.h>
#include <string.h>

#include "core/index/bucket.h"
#include "core/ledger/record.h"
#include "server/sequencer/keys.h"
#include "tests/server/main/fsck_support.h"

/* The first key of a table that begins so; count: of all of them. */
static pat_blob find_key(pat_table table, pat_span prefix, size_t *ret_count) {
  pat_store_cursor *cursor = NULL;
  pat_store_range all = {table, prefix, PAT_SPAN_EMPTY};
  assert_ok(pat_store_cursor_open(fsck_store, NULL, all, &cursor));
  pat_blob first = {0};
  pat_span key;
  pat_span value;
  *ret_count = 0;
  while (pat_is_ok(pat_store_cursor_next(cursor, &key, &value))) {
    if (*ret_count == 0) assert_ok(pat_blob_copy(key, &first));
    *ret_count += 1;
  }
  pat_store_cursor_close(cursor);
  assert_true(*ret_count > 0);
  return first;
}

/* A record of the table is flipped, then removed, then there is one too many. */
typedef struct {
  pat_table table;
  const char *name;
  size_t byte;           /* that is flipped */
  pat_rule flipped;      /* the rule that notices it */
  size_t extra_key_size; /* of a record that nobody asks for */
} damage;

static void expect_each(const damage *row, pat_span key) {
  seq_flip(fsck_store, row->table, key, row->byte);
  fsck_expect_bad(row->flipped, row->name);
  seq_flip(fsck_store, row->table, key, row->byte);
  assert_ok(fsck_check());
  pat_blob kept = seq_get(fsck_store, row->table, key);
  seq_delete(fsck_store, row->table, key);
  fsck_expect_bad(PAT_RULE_FSCK_MISSING, row->name);
  seq_put(fsck_store, row->table, key, pat_blob_span(kept));
  uint8_t extra[64];
  memset(extra, 0xfe, sizeof extra);
  seq_put(fsck_store, row->table, pat_span_make(extra, row->extra_key_size), pat_blob_span(kept));
  pat_blob_clear(&kept);
  fsck_expect_bad(PAT_RULE_FSCK_EXTRA, row->name);
}

static void expect_table(const damage *row) {
  size_t count = 0;
  pat_blob key = find_key(row->table, PAT_SPAN_EMPTY, &count);
  expect_each(row, pat_blob_span(key));
  pat_blob_clear(&key);
}

static void test_fsck__names_tables_that_are_damaged(void **state) {
  (void)state;
  expect_table(&(damage){PAT_TABLE_TILE, "tile", 5, PAT_RULE_FSCK_RECORD, 9});
}

static void test_fsck__names_subjects_that_are_damaged(void **state) {
  (void)state;
  /* The last byte is of a peak. */
  size_t count = 0;
  pat_blob key = find_key(PAT_TABLE_SUBJECT, PAT_SPAN_EMPTY, &count);
  pat_blob record = seq_get(fsck_store, PAT_TABLE_SUBJECT, pat_blob_span(key));
  const damage row = {PAT_TABLE_SUBJECT, "subject", record.size - 1, PAT_RULE_FSCK_RECORD, 32};
  expect_each(&row, pat_blob_span(key));
  seq_put(fsck_store, PAT_TABLE_SUBJECT, pat_blob_span(key), PAT_SPAN_LITERAL("x"));
  fsck_expect_bad(PAT_RULE_FSCK_RECORD, "subject");
  pat_blob_clear(&record);
  pat_blob_clear(&key);
}

static void test_fsck__names_sub_logs_that_are_damaged(void **state) {
  (void)state;
  expect_table(&(damage){PAT_TABLE_SUBLOG, "sub-log", 7, PAT_RULE_FSCK_RECORD, 40});
}

static void test_fsck__names_a_sub_log_that_is_missing(void **state) {
  (void)state;
  size_t count = 0;
  pat_blob key = find_key(PAT_TABLE_SUBLOG, PAT_SPAN_EMPTY, &count);
  pat_span subject = pat_span_slice(pat_blob_span(key), 0, PAT_HASH_BYTES);
  pat_blob next = find_key(PAT_TABLE_SUBLOG, subject, &count);
  while (pat_span_starts_with(pat_blob_span(next), subject)) {
    seq_delete(fsck_store, PAT_TABLE_SUBLOG, pat_blob_span(next));
    pat_blob_clear(&next);
    next = find_key(PAT_TABLE_SUBLOG, subject, &count);
  }
  pat_blob_clear(&next);
  pat_blob_clear(&key);
  fsck_expect_bad(PAT_RULE_FSCK_MISSING, "sub-log");
}

static void test_fsck__names_commits_that_are_damaged(void **state) {
  (void)state;
  expect_table(&(damage){PAT_TABLE_COMMIT, "commit", 7, PAT_RULE_FSCK_RECORD, 8});
}

static void test_fsck__names_notes_that_are_damaged(void **state) {
  (void)state;
  pat_sequencer_key key = pat_note_key_of_size(2);
  pat_span span = pat_sequencer_key_span(&key);
  seq_flip(fsck_store, PAT_TABLE_META, span, 100);
  assert_false(pat_is_ok(fsck_check()));
  assert_string_equal(fsck_err.place, "note 2");
  seq_flip(fsck_store, PAT_TABLE_META, span, 100);
  pat_blob note = seq_get(fsck_store, PAT_TABLE_META, span);
  seq_delete(fsck_store, PAT_TABLE_META, span);
  fsck_expect_bad(PAT_RULE_FSCK_MISSING, "note 2");
  seq_put(fsck_store, PAT_TABLE_META, span, pat_blob_span(note));
  pat_blob_clear(&note);
  /* The log's own signature under another tree of that size. */
  pat_tlog_head other = {.size = 2};
  char signed_note[2048];
  seq_put(fsck_store, PAT_TABLE_META, span,
          fsck_sign_head(&other, signed_note, sizeof signed_note));
  fsck_expect_bad(PAT_RULE_FSCK_RECORD, "note 2");
}

static void test_fsck__names_a_note_too_many(void **state) {
  (void)state;
  pat_sequencer_key key = pat_note_key_of_size(3);
  seq_put(fsck_store, PAT_TABLE_META, pat_sequencer_key_span(&key), PAT_SPAN_LITERAL("x"));
  fsck_expect_bad(PAT_RULE_FSCK_EXTRA, "note");
}

static void test_fsck__names_buckets_that_are_damaged(void **state) {
  (void)state;
  expect_table(&(damage){PAT_TABLE_INDEX, "bucket", 3, PAT_RULE_INDEX_BUCKET, 4});
}

/* A bucket that is whole by itself, but counts one entry too many. */
static void test_fsck__names_a_bucket_that_says_something_else(void **state) {
  (void)state;
  size_t count = 0;
  pat_blob key = find_key(PAT_TABLE_INDEX, PAT_SPAN_EMPTY, &count);
  pat_blob record = seq_get(fsck_store, PAT_TABLE_INDEX, pat_blob_span(key));
  size_t leaf_count = (record.size - PAT_HASH_BYTES) / sizeof(pat_index_leaf);
  pat_index_leaf *leaves = ledger_take(fsck_base.log.world, leaf_count * sizeof *leaves);
  memcpy(leaves, record.data + PAT_HASH_BYTES, leaf_count * sizeof *leaves);
  leaves[0].value[7]++;
  pat_index_bucket bucket = pat_index_bucket_make(leaves, leaf_count);
  pat_builder builder;
  pat_builder_init(&builder, record.data, record.size);
  pat_index_bucket_encode(&bucket, &builder);
  seq_put(fsck_store, PAT_TABLE_INDEX, pat_blob_span(key), pat_blob_span(record));
  pat_blob_clear(&record);
  pat_blob_clear(&key);
  fsck_expect_bad(PAT_RULE_FSCK_RECORD, "bucket");
}

static void test_fsck__names_an_index_of_an_impossible_depth(void **state) {
  (void)state;
  seq_put(fsck_store, PAT_TABLE_META, PAT_SPAN_LITERAL("index"), PAT_SPAN_LITERAL("\x63"));
  fsck_expect_bad(PAT_RULE_FSCK_RECORD, "index");
}

static void test_fsck__says_where_no_index_is_kept(void **state) {
  (void)state;
  seq_delete(fsck_store, PAT_TABLE_META, PAT_SPAN_LITERAL("index"));
  assert_ok(fsck_check());
  assert_false(fsck_report.index_kept);
}

/* --- leaves ---------------------------------------------------------------------------------- */

static pat_sequencer_key leaf_key(uint64_t index) { return pat_number_key(index); }

static void test_fsck__names_a_leaf_that_is_damaged(void **state) {
  (void)state;
  size_t at = audit_log_find(&fsck_base.leaves, FSCK_PRIVATE_FROM, 0);
  pat_sequencer_key key = leaf_key(at);
  char place[32];
  (void)snprintf(place, sizeof place, "leaf %zu: signatures", at);
  /* Within the statement's hash: all that is left to notice it is the signature. */
  seq_flip(fsck_store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key), 20);
  fsck_expect_bad(PAT_RULE_CRYPTO_SIGNATURE_INVALID, place);
}

static void test_fsck__names_a_commit_that_commits_to_something_else(void **state) {
  (void)state;
  size_t at = audit_log_find_commit(&fsck_base.leaves, FSCK_PRIVATE_FROM);
  pat_sequencer_key key = leaf_key(at);
  pat_span honest = ledger_leaf(fsck_base.log.world, at);
  seq_flip(fsck_store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key), honest.size - 1);
  char place[48];
  (void)snprintf(place, sizeof place, "leaf %zu: index_root", at);
  fsck_expect_bad(PAT_RULE_AUDIT_INDEX_ROOT, place);
}

static void test_fsck__names_a_leaf_that_is_missing(void **state) {
  (void)state;
  pat_sequencer_key key = leaf_key(7);
  seq_delete(fsck_store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key));
  fsck_expect_bad(PAT_RULE_FSCK_MISSING, "leaf 7");
}

static void test_fsck__names_the_last_leaf_where_it_is_missing(void **state) {
  (void)state;
  pat_sequencer_key key = leaf_key(fsck_base.leaves.count); /* the heartbeat's */
  seq_delete(fsck_store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key));
  char place[32];
  (void)snprintf(place, sizeof place, "leaf %zu", fsck_base.leaves.count);
  fsck_expect_bad(PAT_RULE_FSCK_MISSING, place);
}

static void test_fsck__names_a_leaf_too_many(void **state) {
  (void)state;
  pat_sequencer_key key = leaf_key(fsck_base.leaves.count + 1);
  seq_put(fsck_store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key), PAT_SPAN_LITERAL("x"));
  fsck_expect_bad(PAT_RULE_FSCK_EXTRA, "leaf");
}

static void test_fsck__names_a_head_that_is_damaged(void **state) {
  (void)state;
  pat_blob head = seq_get(fsck_store, PAT_TABLE_META, PAT_SPAN_LITERAL("head"));
  /* A bit of the first peak: behind the size's and the peak's tags. */
  seq_flip(fsck_store, PAT_TABLE_META, PAT_SPAN_LITERAL("head"), 12);
  fsck_expect_bad(PAT_RULE_FSCK_RECORD, "head");
  seq_put(fsck_store, PAT_TABLE_META, PAT_SPAN_LITERAL("head"), PAT_SPAN_LITERAL("x"));
  fsck_expect_bad(PAT_RULE_FSCK_RECORD, "head");
  seq_delete(fsck_store, PAT_TABLE_META, PAT_SPAN_LITERAL("head"));
  fsck_expect_bad(PAT_RULE_FSCK_MISSING, "head");
  pat_blob_clear(&head);
}

/* --- what was published ---------------------------------------------------------------------- */

static pat_status check_published(const pat_tlog_head *head) {
  char note[2048];
  pat_fsck_input input = fsck_usual_input();
  input.published = fsck_sign_head(head, note, sizeof note);
  return fsck_check_input(input);
}

static void test_fsck__compares_with_what_was_published(void **state) {
  (void)state;
  pat_tlog_head ahead = {.size = FSCK_LEAVES + 100};
  fsck_expect(check_published(&ahead), PAT_RULE_SEQUENCER_BEHIND, "checkpoint");
  pat_tlog_head forked = {.size = 100};
  fsck_expect(check_published(&forked), PAT_RULE_SEQUENCER_FORK, "checkpoint");
  pat_fsck_input input = fsck_usual_input();
  input.published = PAT_SPAN_LITERAL("nothing of the kind");
  assert_false(pat_is_ok(fsck_check_input(input)));
  assert_string_equal(fsck_err.place, "checkpoint");
  input.published = PAT_SPAN_EMPTY;
  assert_ok(fsck_check_input(input));
}

static void test_fsck__names_keys_that_are_not_the_genesis(void **state) {
  (void)state;
  pat_log_public_keys other = fsck_base.keys;
  other.promise[0] ^= 1;
  pat_fsck_input input = fsck_usual_input();
  input.keys = &other;
  fsck_expect(fsck_check_input(input), PAT_RULE_MAIN_KEYS, "keys");
}

static void test_fsck__finds_a_whole_store_whole(void **state) {
  (void)state;
  assert_ok(fsck_check());
  assert_int_equal(fsck_report.leaves, fsck_base.leaves.count + 1);
  assert_int_equal(fsck_report.tiles, 1);
  assert_int_equal(fsck_report.notes, fsck_report.tally.commits);
  assert_true(fsck_report.index_kept);
  assert_true(fsck_report.buckets > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      fsck_test(test_fsck__names_a_commit_that_commits_to_something_else),
      fsck_test(test_fsck__names_tables_that_are_damaged),
      fsck_test(test_fsck__names_subjects_that_are_damaged),
      fsck_test(test_fsck__names_sub_logs_that_are_damaged),
      fsck_test(test_fsck__names_a_sub_log_that_is_missing),
      fsck_test(test_fsck__names_commits_that_are_damaged),
      fsck_test(test_fsck__names_notes_that_are_damaged),
      fsck_test(test_fsck__names_a_note_too_many),
      fsck_test(test_fsck__names_buckets_that_are_damaged),
      fsck_test(test_fsck__names_a_bucket_that_says_something_else),
      fsck_test(test_fsck__names_an_index_of_an_impossible_depth),
      fsck_test(test_fsck__says_where_no_index_is_kept),
      fsck_test(test_fsck__names_a_leaf_that_is_damaged),
      fsck_test(test_fsck__names_a_leaf_that_is_missing),
      fsck_test(test_fsck__names_the_last_leaf_where_it_is_missing),
      fsck_test(test_fsck__names_a_leaf_too_many),
      fsck_test(test_fsck__names_a_head_that_is_damaged),
      fsck_test(test_fsck__compares_with_what_was_published),
      fsck_test(test_fsck__names_keys_that_are_not_the_genesis),
      fsck_test(test_fsck__finds_a_whole_store_whole),
  };
  return cmocka_run_group_tests(tests, fsck_group_setup, fsck_group_teardown);
}
