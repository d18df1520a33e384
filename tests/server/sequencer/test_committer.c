/* The committer: batches as the pure plan decides them, durable before they are published. */
#include <string.h>
#include <unistd.h>

#include "server/sequencer/committer_internal.h"
#include "server/sequencer/keys.h"
#include "server/sys/checkpoint_file.h"
#include "tests/server/sequencer/sequencer_support.h"
#include "tests/support/wrapped_store.h"

/* --- refusals -------------------------------------------------------------------------------- */

static void test_committer__a_refused_batch_commits_nothing(void **state) {
  seq_log *log = *state;
  pat_tlog_head before = seq_checkpoint(log);
  ledger_draft draft = ledger_by(log->world, STRANGER);
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(log->world, "Saab")}};
  (void)ledger_register(&draft, 1, LEDGER_SAID(said));
  Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
  seq_batch *batch = seq_batch_of(log, &envelope, 1);
  uint64_t size = 0;
  assert_ok(seq_run(log, batch, &size));
  assert_int_equal(batch->decisions[0].outcome, PAT_DECISION_REFUSED);
  assert_int_equal(size, before.size);
  assert_int_equal(seq_checkpoint(log).size, before.size);
}

static void test_committer__a_batch_too_large_for_its_memory_leaves_it_working(void **state) {
  seq_log *log = *state;
  seq_close(log);
  log->options.batch_bytes = 224 * 1024;
  assert_ok(seq_open(log));
  enum { MANY = 200 };
  Patina__SignedStatement *envelopes[MANY];
  for (uint32_t i = 0; i < MANY; i++)
    envelopes[i] = seq_vehicle_numbered(log->world, i);
  uint64_t size = 0;
  size_t count = MANY;
  pat_status status = seq_run(log, seq_batch_of(log, envelopes, count), &size);
  assert_refused(status, LIMIT_MEMORY);
  while (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY) && count > 10) {
    assert_ok(pat_committer_state(log->committer));
    count -= 10;
    status = seq_run(log, seq_batch_of(log, envelopes, count), &size);
  }
  assert_ok(status);
  assert_int_equal(size, seq_checkpoint(log).size);
  seq_close(log);
  assert_ok(seq_open(log));
}

static void test_committer__after_a_failed_write_it_refuses_until_opened_again(void **state) {
  seq_log *log = *state;
  pat_tlog_head before = seq_checkpoint(log);
  pat_store *inner = log->store;
  log->store = wrapped_store_new(inner);
  seq_close(log);
  assert_ok(seq_open(log));
  wrapped_store_fail(log->store, (wrapped_failure){WRAPPED_WRITE, 1, WRAPPED_BEFORE,
                                                   PAT_RULE_STORE_COMMIT_UNKNOWN});
  uint64_t size = 0;
  seq_batch *batch = seq_three(log);
  assert_refused(seq_run(log, batch, &size), STORE_COMMIT_UNKNOWN);
  assert_refused(pat_committer_state(log->committer), SEQUENCER_STOPPED);
  assert_refused(pat_committer_decide(log->committer, &batch->batch), SEQUENCER_STOPPED);
  assert_refused(pat_committer_commit(log->committer, &batch->batch, false, &size),
                 SEQUENCER_STOPPED);
  assert_int_equal(pat_published_get(&log->published).size, before.size);
  seq_close(log);
  pat_store_close(log->store);
  log->store = inner;
  assert_ok(seq_open(log));
  assert_int_equal(seq_checkpoint(log).size, before.size);
}

/* --- opening: what must be refused ----------------------------------------------------------- */

static void assert_open_refused(seq_log *log, pat_rule rule) {
  assert_null(log->committer);
  pat_status status = seq_open(log);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_null(log->committer);
  assert_int_equal(pat_published_get(&log->published).size, 0);
  seq_close(log);
}

static void test_committer__a_store_behind_the_checkpoint_is_refused(void **state) {
  seq_log *log = *state;
  pat_store *older = seq_copy(log->store);
  uint64_t size = 0;
  assert_ok(seq_run(log, seq_three(log), &size));
  seq_close(log);
  pat_store *newer = log->store;
  log->store = older;
  assert_open_refused(log, PAT_RULE_SEQUENCER_BEHIND);
  assert_string_equal(log->err.place, "checkpoint");
  /* An empty store is the oldest of all. */
  assert_ok(pat_store_memory_open(&log->store));
  pat_store_close(older);
  assert_open_refused(log, PAT_RULE_SEQUENCER_BEHIND);
  pat_store_close(log->store);
  log->store = newer;
  assert_ok(seq_open(log));
}

static void sign_checkpoint(const seq_log *log, pat_tlog_head head, const pat_log_keys *keys) {
  uint8_t text_bytes[1024];
  uint8_t note_bytes[2048];
  pat_builder text;
  pat_builder note;
  pat_builder_init(&text, text_bytes, sizeof text_bytes);
  pat_builder_init(&note, note_bytes, sizeof note_bytes);
  assert_ok(pat_checkpoint_format(pat_span_text(log->options.origin), &head, &text));
  pat_span body;
  assert_ok(pat_builder_finish(&text, &body));
  pat_note_key key;
  assert_ok(pat_note_key_make(pat_span_text(log->options.origin), PAT_NOTE_TYPE_ED25519,
                              keys->log_public, &key));
  assert_ok(pat_note_sign(body, &key, keys->log_secret, &note));
  pat_span signed_note;
  assert_ok(pat_builder_finish(&note, &signed_note));
  assert_ok(pat_checkpoint_file_write(log->directory.path, signed_note, NULL));
}

static void test_committer__another_history_of_the_same_size_is_a_fork(void **state) {
  seq_log *log = *state;
  pat_tlog_head head = seq_checkpoint(log);
  seq_close(log);
  pat_tlog_head other = head;
  other.root.bytes[0] ^= 1;
  sign_checkpoint(log, other, &log->keys);
  assert_open_refused(log, PAT_RULE_SEQUENCER_FORK);
  /* A smaller one that is no prefix, too. */
  other.size--;
  sign_checkpoint(log, other, &log->keys);
  assert_open_refused(log, PAT_RULE_SEQUENCER_FORK);
  sign_checkpoint(log, head, &log->keys);
  assert_ok(seq_open(log));
}

static void test_committer__a_checkpoint_file_of_another_key_or_of_no_note_is_refused(
    void **state) {
  seq_log *log = *state;
  pat_tlog_head head = seq_checkpoint(log);
  seq_close(log);
  pat_log_keys stranger = log->keys;
  pat_hash seed = pat_hash_of(PAT_SPAN_LITERAL("another key"));
  pat_sign_keypair_from_seed(seed.bytes, stranger.log_public, stranger.log_secret);
  sign_checkpoint(log, head, &stranger);
  assert_false(pat_is_ok(seq_open(log)));
  seq_close(log);
  assert_ok(pat_checkpoint_file_write(log->directory.path, PAT_SPAN_LITERAL("nothing\n"), NULL));
  assert_false(pat_is_ok(seq_open(log)));
  seq_close(log);
  sign_checkpoint(log, head, &log->keys);
  assert_ok(seq_open(log));
}

static void test_committer__another_logs_store_is_refused_before_anything_is_signed(void **state) {
  seq_log *log = *state;
  seq_close(log);
  char path[TEMP_DIRECTORY_PATH_MAX];
  (void)unlink(temp_directory_join(&log->directory, PAT_CHECKPOINT_FILE_NAME, path));
  log->options.origin =
      "other.example/0000000000000000000000000000000000000000000000000000000000000000";
  assert_open_refused(log, PAT_RULE_GENESIS_ORIGIN);
  assert_int_not_equal(access(path, F_OK), 0);
  log->options.origin = log->world->origin.text;
  assert_ok(seq_open(log));
}

/* Opening must refuse after one bit of a record was changed; and work again after it was put
 * back. */
static void assert_flip_refused(seq_log *log, pat_table table, pat_span key, size_t byte) {
  seq_flip(log->store, table, key, byte);
  pat_status status = seq_open(log);
  seq_close(log);
  seq_flip(log->store, table, key, byte);
  if (pat_is_ok(status)) fail_msg("table %s, byte %zu: not noticed", pat_table_name(table), byte);
  if (pat_is_rule(status, PAT_RULE_INTERNAL)) fail_msg("internal");
  assert_ok(seq_open(log));
  seq_close(log);
}

static void test_committer__any_bit_of_the_head_is_noticed(void **state) {
  seq_log *log = *state;
  seq_close(log);
  pat_blob head = seq_get(log->store, PAT_TABLE_META, PAT_SPAN_LITERAL("head"));
  for (size_t byte = 0; byte < head.size; byte++)
    assert_flip_refused(log, PAT_TABLE_META, PAT_SPAN_LITERAL("head"), byte);
  pat_blob_clear(&head);
}

static void test_committer__any_bit_of_a_leaf_in_the_last_tile_is_noticed(void **state) {
  seq_log *log = *state;
  uint64_t size = seq_checkpoint(log).size;
  assert_true(size < PAT_TLOG_TILE_WIDTH);
  seq_close(log);
  for (uint64_t index = 0; index < size; index++) {
    pat_sequencer_key key = pat_number_key(index);
    assert_flip_refused(log, PAT_TABLE_LEAF, pat_sequencer_key_span(&key), 5);
  }
  pat_sequencer_key last = pat_number_key(size - 1);
  pat_blob leaf = seq_get(log->store, PAT_TABLE_LEAF, pat_sequencer_key_span(&last));
  for (size_t byte = 0; byte < leaf.size; byte++)
    assert_flip_refused(log, PAT_TABLE_LEAF, pat_sequencer_key_span(&last), byte);
  pat_blob_clear(&leaf);
}

/* The first key of a table. */
static pat_blob first_key(pat_store *store, pat_table table) {
  pat_store_cursor *cursor = NULL;
  pat_store_range all = {table, PAT_SPAN_EMPTY, PAT_SPAN_EMPTY};
  assert_ok(pat_store_cursor_open(store, NULL, all, &cursor));
  pat_span key;
  pat_span value;
  assert_ok(pat_store_cursor_next(cursor, &key, &value));
  pat_blob copy = {0};
  assert_ok(pat_blob_copy(key, &copy));
  pat_store_cursor_close(cursor);
  return copy;
}

static const pat_span index_mark = {(const uint8_t *)"index", 5};

/* Opens with the index made anew from the subjects. */
static pat_status open_anew(seq_log *log) {
  seq_delete(log->store, PAT_TABLE_META, index_mark);
  return seq_open(log);
}

static void assert_anew_refused(seq_log *log) {
  assert_refused(open_anew(log), SEQUENCER_STORE);
  assert_string_equal(log->err.place, "index");
  seq_close(log);
}

static void test_committer__a_changed_or_lost_subject_is_noticed_by_an_index_made_anew(
    void **state) {
  seq_log *log = *state;
  seq_close(log);
  pat_blob key = first_key(log->store, PAT_TABLE_SUBJECT);
  pat_blob value = seq_get(log->store, PAT_TABLE_SUBJECT, pat_blob_span(key));
  seq_flip(log->store, PAT_TABLE_SUBJECT, pat_blob_span(key), value.size - 1);
  assert_anew_refused(log);
  seq_delete(log->store, PAT_TABLE_SUBJECT, pat_blob_span(key));
  assert_anew_refused(log);
  seq_put(log->store, PAT_TABLE_SUBJECT, pat_blob_span(key), pat_blob_span(value));
  pat_hash another = pat_hash_of(pat_blob_span(key));
  seq_put(log->store, PAT_TABLE_SUBJECT, pat_hash_span(&another), pat_blob_span(value));
  assert_anew_refused(log);
  seq_delete(log->store, PAT_TABLE_SUBJECT, pat_hash_span(&another));
  assert_ok(open_anew(log));
  pat_blob_clear(&key);
  pat_blob_clear(&value);
}

static void test_committer__a_changed_or_lost_bucket_is_noticed_when_opened(void **state) {
  seq_log *log = *state;
  seq_close(log);
  pat_blob key = first_key(log->store, PAT_TABLE_INDEX);
  pat_blob value = seq_get(log->store, PAT_TABLE_INDEX, pat_blob_span(key));
  for (size_t byte = 0; byte < PAT_HASH_BYTES; byte++)
    assert_flip_refused(log, PAT_TABLE_INDEX, pat_blob_span(key), byte);
  seq_delete(log->store, PAT_TABLE_INDEX, pat_blob_span(key));
  assert_open_refused(log, PAT_RULE_SEQUENCER_STORE);
  assert_string_equal(log->err.place, "index");
  seq_put(log->store, PAT_TABLE_INDEX, pat_blob_span(key), PAT_SPAN_LITERAL("short"));
  assert_open_refused(log, PAT_RULE_SEQUENCER_STORE);
  assert_string_equal(log->err.place, "index");
  seq_put(log->store, PAT_TABLE_INDEX, pat_blob_span(key), pat_blob_span(value));
  seq_put(log->store, PAT_TABLE_INDEX, PAT_SPAN_LITERAL("no number"), pat_blob_span(value));
  assert_open_refused(log, PAT_RULE_SEQUENCER_STORE);
  seq_delete(log->store, PAT_TABLE_INDEX, PAT_SPAN_LITERAL("no number"));
  assert_ok(seq_open(log));
  pat_blob_clear(&key);
  pat_blob_clear(&value);
}

static void flip_all_buckets(pat_store *store, size_t byte) {
  for (uint32_t number = 0; number < 8; number++) {
    const pat_sequencer_key key = pat_bucket_key(number);
    pat_blob value = {0};
    const pat_store_key store_key = {PAT_TABLE_INDEX, pat_sequencer_key_span(&key)};
    if (!pat_is_ok(pat_store_get(store, NULL, store_key, &value))) continue;
    pat_blob_clear(&value);
    seq_flip(store, PAT_TABLE_INDEX, pat_sequencer_key_span(&key), byte);
  }
}

static void test_committer__a_changed_leaf_of_a_bucket_stops_the_batch_that_needs_it(void **state) {
  seq_log *log = *state;
  uint64_t size = seq_checkpoint(log).size;
  uint64_t committed = 0;
  flip_all_buckets(log->store, PAT_HASH_BYTES + PAT_HASH_BYTES + 20); /* the first value's root */
  assert_refused(seq_run(log, seq_three(log), &committed), SEQUENCER_STORE);
  assert_refused(pat_committer_state(log->committer), SEQUENCER_STOPPED);
  assert_int_equal(pat_published_get(&log->published).size, size);
  seq_close(log);
  flip_all_buckets(log->store, PAT_HASH_BYTES + PAT_HASH_BYTES + 20);
  assert_ok(seq_open(log));
  assert_ok(seq_run(log, seq_three(log), &committed));
}

static void test_committer__an_index_mark_that_is_no_depth_is_refused(void **state) {
  seq_log *log = *state;
  seq_close(log);
  const uint8_t beyond = PAT_INDEX_DEPTH_MAX + 1;
  const pat_span wrong[] = {PAT_SPAN_EMPTY, PAT_SPAN_LITERAL("\0"), PAT_SPAN_LITERAL("\3\3"),
                            pat_span_make(&beyond, 1)};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    seq_put(log->store, PAT_TABLE_META, index_mark, wrong[i]);
    assert_open_refused(log, PAT_RULE_SEQUENCER_STORE);
    assert_string_equal(log->err.place, "index");
  }
  assert_ok(open_anew(log));
}

static void test_committer__a_lost_head_is_no_empty_log(void **state) {
  seq_log *log = *state;
  seq_close(log);
  char path[TEMP_DIRECTORY_PATH_MAX];
  (void)unlink(temp_directory_join(&log->directory, PAT_CHECKPOINT_FILE_NAME, path));
  seq_delete(log->store, PAT_TABLE_META, PAT_SPAN_LITERAL("head"));
  assert_open_refused(log, PAT_RULE_SEQUENCER_STORE);
}

static void test_committer__a_changed_subtree_is_noticed(void **state) {
  seq_log *log = *state;
  while (log->committer->head.range.size < 300)
    seq_beat(log);
  seq_close(log);
  pat_sequencer_key key = pat_tile_key(0, 0);
  for (size_t byte = 0; byte < PAT_TLOG_SUBTREE_BYTES; byte += 1021)
    assert_flip_refused(log, PAT_TABLE_TILE, pat_sequencer_key_span(&key), byte);
  seq_delete(log->store, PAT_TABLE_TILE, pat_sequencer_key_span(&key));
  assert_open_refused(log, PAT_RULE_SEQUENCER_STORE);
}

/* --- what it does ---------------------------------------------------------------------------- */

static void test_committer__an_empty_log_takes_its_genesis_and_nothing_before(void **state) {
  seq_log *log = *state;
  assert_int_equal(pat_published_get(&log->published).size, 0);
  assert_null(pat_committer_genesis(log->committer));
  assert_int_equal(pat_committer_time_ms(log->committer), 0);
  Patina__SignedStatement *early = seq_vehicle(log->world, 1);
  seq_batch *refused = seq_batch_of(log, &early, 1);
  uint64_t size = 0;
  assert_ok(seq_run(log, refused, &size));
  assert_int_equal(refused->decisions[0].outcome, PAT_DECISION_REFUSED);
  ledger_draft draft = ledger_by_root(log->world);
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  draft.message.genesis = (Patina__Genesis *)(uintptr_t)log->world->genesis;
  Patina__SignedStatement *genesis = ledger_seal(&draft, NULL);
  seq_batch *batch = seq_batch_of(log, &genesis, 1);
  assert_ok(seq_run(log, batch, &size));
  assert_int_equal(batch->decisions[0].outcome, PAT_DECISION_ACCEPTED);
  assert_int_equal(size, 2);
  assert_non_null(pat_committer_genesis(log->committer));
  assert_int_equal(pat_committer_genesis(log->committer)->max_quiet_s, 60);
  seq_assert_included(log, 0, &batch->decisions[0].leaf_hash);
  seq_close(log);
  assert_ok(seq_open(log));
  assert_non_null(pat_committer_genesis(log->committer));
  assert_int_equal(seq_checkpoint(log).size, 2);
}

static void assert_same_as_world(const seq_log *log) {
  const pat_head *head = &log->committer->head;
  const pat_head *expected = &log->world->head;
  assert_int_equal(head->range.size, expected->range.size);
  assert_int_equal(head->epoch, expected->epoch);
  assert_int_equal(head->last_commit_index, expected->last_commit_index);
  assert_int_equal(head->time_ms, expected->time_ms);
  seq_assert_hash(seq_root(log), pat_tlog_range_root(&expected->range));
  seq_assert_hash(pat_index_store_state(log->committer->index).root,
                  pat_index_tree_root(&log->world->index));
}

static void test_committer__batches_are_what_the_pure_plan_makes(void **state) {
  seq_log *log = *state;
  assert_same_as_world(log);
  for (uint32_t round = 0; round < 40; round++) {
    pat_tlog_head older = seq_checkpoint(log);
    log->world->now_ms += 1000;
    Patina__SignedStatement *envelopes[16];
    size_t count = 1 + round % 16;
    for (uint32_t i = 0; i < count; i++)
      envelopes[i] = seq_vehicle_numbered(log->world, round * 100 + i);
    seq_batch *batch = seq_batch_of(log, envelopes, count);
    uint64_t size = 0;
    assert_ok(seq_run(log, batch, &size));
    (void)ledger_run(log->world, envelopes, count);
    assert_same_as_world(log);
    assert_int_equal(size, older.size + count + 1); /* one IndexCommit for the whole batch */
    seq_assert_extends(log, &older);
    for (size_t i = 0; i < count; i++)
      seq_assert_included(log, batch->decisions[i].index, &batch->decisions[i].leaf_hash);
  }
}

static void test_committer__opened_again_it_is_the_same(void **state) {
  seq_log *log = *state;
  uint64_t size = 0;
  assert_ok(seq_run(log, seq_three(log), &size));
  pat_head head = log->committer->head;
  pat_hash index_root = pat_index_store_state(log->committer->index).root;
  pat_tlog_head checkpoint = seq_checkpoint(log);
  seq_close(log);
  assert_ok(seq_open(log));
  assert_int_equal(log->committer->head.range.size, head.range.size);
  assert_int_equal(log->committer->head.epoch, head.epoch);
  assert_int_equal(log->committer->head.time_ms, head.time_ms);
  seq_assert_hash(seq_root(log), pat_tlog_range_root(&head.range));
  seq_assert_hash(pat_index_store_state(log->committer->index).root, index_root);
  seq_assert_hash(seq_checkpoint(log).root, checkpoint.root);
  assert_int_equal(pat_published_get(&log->published).epoch, head.epoch);
  assert_int_equal(pat_published_get(&log->published).time_ms, head.time_ms);
}

static void test_committer__opened_at_any_depth_its_index_is_the_same(void **state) {
  seq_log *log = *state;
  const pat_index_state before = pat_index_store_state(log->committer->index);
  static const unsigned depths[] = {1, 2, 8, 12, 3, 0, 3};
  for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
    seq_close(log);
    log->options.index_depth = depths[i];
    assert_ok(seq_open(log));
    const pat_index_state now = pat_index_store_state(log->committer->index);
    seq_assert_hash(now.root, before.root);
    assert_int_equal(now.key_count, before.key_count);
    pat_blob mark = seq_get(log->store, PAT_TABLE_META, index_mark);
    assert_int_equal(mark.size, 1);
    assert_int_equal(mark.data[0], depths[i] == 0 ? PAT_INDEX_DEPTH_MIN : depths[i]);
    pat_blob_clear(&mark);
  }
  uint64_t size = 0;
  assert_ok(seq_run(log, seq_three(log), &size));
}

static void test_committer__a_heartbeat_is_a_commit_of_its_own(void **state) {
  seq_log *log = *state;
  pat_published_head before = pat_published_get(&log->published);
  log->world->now_ms += 60000;
  seq_beat(log);
  pat_published_head after = pat_published_get(&log->published);
  assert_int_equal(after.size, before.size + 1);
  assert_int_equal(after.epoch, before.epoch + 1);
  assert_int_equal(after.time_ms, log->world->now_ms);
  assert_int_equal(seq_checkpoint(log).size, after.size);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      seq_test(test_committer__a_refused_batch_commits_nothing),
      seq_test(test_committer__a_batch_too_large_for_its_memory_leaves_it_working),
      seq_test(test_committer__after_a_failed_write_it_refuses_until_opened_again),
      seq_test(test_committer__a_store_behind_the_checkpoint_is_refused),
      seq_test(test_committer__another_history_of_the_same_size_is_a_fork),
      seq_test(test_committer__a_checkpoint_file_of_another_key_or_of_no_note_is_refused),
      seq_test(test_committer__another_logs_store_is_refused_before_anything_is_signed),
      seq_test(test_committer__any_bit_of_the_head_is_noticed),
      seq_test(test_committer__any_bit_of_a_leaf_in_the_last_tile_is_noticed),
      seq_test(test_committer__a_changed_or_lost_subject_is_noticed_by_an_index_made_anew),
      seq_test(test_committer__a_changed_or_lost_bucket_is_noticed_when_opened),
      seq_test(test_committer__a_changed_leaf_of_a_bucket_stops_the_batch_that_needs_it),
      seq_test(test_committer__an_index_mark_that_is_no_depth_is_refused),
      seq_test(test_committer__a_lost_head_is_no_empty_log),
      seq_test(test_committer__a_changed_subtree_is_noticed),
      seq_test_empty(test_committer__an_empty_log_takes_its_genesis_and_nothing_before),
      seq_test(test_committer__batches_are_what_the_pure_plan_makes),
      seq_test(test_committer__opened_again_it_is_the_same),
      seq_test(test_committer__opened_at_any_depth_its_index_is_the_same),
      seq_test(test_committer__a_heartbeat_is_a_commit_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
