/* Every kind of lie that an operator can tell in the leaves themselves is refused at the leaf that
 * tells it, also where he makes everything else fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/envelope/entry.h"
#include "tests/core/audit/audit_expect.h"

/* --- the honest log -------------------------------------------------------------------------- */

static void test_replay__accepts_an_honest_log(void **state) {
  audit_log *log = *state;
  audit_run run;
  audit_run_open(&run, log->world->origin.text, log->count);
  for (size_t i = 0; i < log->count; i++) {
    pat_status status = audit_run_leaf(&run, ledger_leaf(log->world, i));
    if (!pat_is_ok(status)) {
      fail_msg("leaf %zu: %s (%s)", i, pat_rule_id((pat_rule)status.rule), run.err.place);
    }
  }
  pat_hash root;
  assert_true(pat_is_ok(pat_replay_end(&run.replay, &root)));
  pat_hash expected = pat_tlog_range_root(&log->world->head.range);
  assert_memory_equal(root.bytes, expected.bytes, PAT_HASH_BYTES);
  const pat_replay_tally *tally = &run.replay.tally;
  assert_int_equal(tally->commits + tally->public_entries + tally->private_entries, log->count);
  assert_int_equal(tally->identifiers, 2);
  assert_int_equal(tally->private_entries, 26);
  assert_int_equal(tally->assets, 21); /* one car and four batches of five; the stream is none */
  audit_run_close(&run);
}

static void test_replay__accepts_what_the_support_seals(void **state) {
  audit_log *log = *state;
  audit_log_seal(log);
  for (size_t i = 0; i < log->count; i++) {
    pat_span honest = ledger_leaf(log->world, i);
    assert_int_equal(log->bytes[i].size, honest.size);
    assert_memory_equal(log->bytes[i].data, honest.data, honest.size);
  }
}

/* --- leaves ---------------------------------------------------------------------------------- */

static void test_replay__refuses_every_flipped_bit_of_a_leaf(void **state) {
  audit_log *log = *state;
  audit_log_seal(log);
  size_t at = audit_log_find(log, 40, 0);
  size_t commit = audit_log_find_commit(log, at);
  uint8_t bytes[4096];
  pat_span honest = log->bytes[at];
  for (size_t bit = 0; bit < honest.size * 8; bit += 7) {
    audit_run run;
    audit_run_open(&run, log->world->origin.text, log->count);
    memcpy(bytes, honest.data, honest.size);
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    log->bytes[at] = pat_span_make(bytes, honest.size);
    pat_status status = audit_run_all(&run, log);
    if (pat_is_ok(status)) fail_msg("bit %zu may be flipped", bit);
    /* The commit of the batch at the latest does not fit. */
    assert_in_range(run.index, at, commit);
    audit_run_close(&run);
  }
}

static void test_replay__refuses_a_leaf_of_a_newer_format_as_such(void **state) {
  audit_log *log = *state;
  audit_log_seal(log);
  static const uint8_t newer[] = {0x1a, 0x01, 0x00};
  size_t at = log->count - 1;
  log->bytes[at] = PAT_SPAN_OF(newer);
  audit_run run;
  audit_run_open(&run, log->world->origin.text, log->count);
  assert_true(pat_is_rule(audit_run_all(&run, log), PAT_RULE_BYTES_NEWER_FORMAT));
  assert_int_equal(run.index, at);
  audit_run_close(&run);
}

static void lie_time(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  leaf->statement->logged_at_ms = LEDGER_START_MS - 1;
}

static void lie_commit_time(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  leaf->commit->time_ms = LEDGER_START_MS - 1;
}

static void test_replay__refuses_a_clock_that_falls(void **state) {
  audit_log *log = *state;
  audit_expect_lie(log, audit_log_find(log, 50, 0), lie_time, PAT_RULE_AUDIT_TIME);
}

static void test_replay__refuses_a_commit_whose_clock_falls(void **state) {
  audit_log *log = *state;
  audit_expect_lie(log, audit_log_find_commit(log, 50), lie_commit_time, PAT_RULE_AUDIT_TIME);
}

static void test_replay__refuses_a_statement_twice(void **state) {
  audit_log *log = *state;
  size_t at = audit_log_find(log, 40, 0);
  audit_log_insert(log, at + 1, log->leaves[at]);
  Patina__LogEntry *again = ledger_take(log->world, sizeof *again);
  audit_log_seal(log);
  assert_true(pat_is_ok(pat_entry_decode(log->bytes[at], &log->world->memory, &again, NULL)));
  log->leaves[at + 1] = again;
  audit_expect(log, at + 1, PAT_RULE_AUDIT_REPEATED);
}

/* --- links ----------------------------------------------------------------------------------- */

/* Of the entry's links one that is not the subject's first. */
static Patina__SubjectLink *later_link(Patina__Entry *entry) {
  for (size_t i = 0; i < entry->n_subjects; i++) {
    if (entry->subjects[i]->seq > 0) return entry->subjects[i];
  }
  fail_msg("no later link");
  return NULL;
}

static void lie_seq(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  later_link(leaf->statement)->seq++;
}

static void lie_previous(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  later_link(leaf->statement)->previous_index--;
}

static void lie_first(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  Patina__SubjectLink *link = later_link(leaf->statement);
  link->seq = 0;
  link->previous_case = PATINA__SUBJECT_LINK__PREVIOUS__NOT_SET;
}

static void test_replay__refuses_a_wrong_sequence_number(void **state) {
  audit_expect_lie(*state, audit_log_find(*state, 40, 0), lie_seq, PAT_RULE_AUDIT_LINK);
}

static void test_replay__refuses_a_wrong_previous_index(void **state) {
  audit_expect_lie(*state, audit_log_find(*state, 40, 0), lie_previous, PAT_RULE_AUDIT_LINK);
}

static void test_replay__refuses_a_history_that_begins_anew(void **state) {
  audit_expect_lie(*state, audit_log_find(*state, 40, 0), lie_first, PAT_RULE_AUDIT_LINK);
}

/* --- commits --------------------------------------------------------------------------------- */

static void lie_log_root(audit_log *log, Patina__LogEntry *leaf) {
  leaf->commit->log_root = audit_own(log, leaf->commit->log_root);
  audit_flip(&leaf->commit->log_root);
}

static void lie_index_root(audit_log *log, Patina__LogEntry *leaf) {
  leaf->commit->index_root = audit_own(log, leaf->commit->index_root);
  audit_flip(&leaf->commit->index_root);
}

static void lie_key_count(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  leaf->commit->key_count++;
}

static void lie_epoch(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  leaf->commit->epoch++;
}

static void lie_previous_commit(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  leaf->commit->previous_index--;
}

static void lie_covered(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  leaf->commit->covered_size++;
}

static void test_replay__refuses_commits_that_commit_to_something_else(void **state) {
  static const struct {
    audit_lie lie;
    pat_rule rule;
  } rows[] = {
      {lie_log_root, PAT_RULE_AUDIT_LOG_ROOT},      {lie_index_root, PAT_RULE_AUDIT_INDEX_ROOT},
      {lie_key_count, PAT_RULE_AUDIT_INDEX_ROOT},   {lie_epoch, PAT_RULE_AUDIT_COMMIT},
      {lie_previous_commit, PAT_RULE_AUDIT_COMMIT}, {lie_covered, PAT_RULE_AUDIT_COMMIT},
  };
  audit_log *log = *state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    audit_expect_lie(log, audit_log_find_commit(log, 30), rows[i].lie, rows[i].rule);
}

static void test_replay__refuses_an_entry_that_is_not_indexed(void **state) {
  audit_log *log = *state;
  log->skip_index = true;
  log->lie_at = audit_log_find(log, 40, 0);
  audit_expect(log, audit_log_find_commit(log, log->lie_at), PAT_RULE_AUDIT_INDEX_ROOT);
}

static void test_replay__refuses_a_log_that_ends_without_a_commit(void **state) {
  audit_log *log = *state;
  /* Two commits stand at the end: a heartbeat's, and that of the last statement. */
  log->count -= 2;
  audit_expect(log, log->count, PAT_RULE_AUDIT_END);
}

static void test_replay__refuses_a_log_without_leaves(void **state) {
  audit_log *log = *state;
  log->count = 0;
  audit_expect(log, 0, PAT_RULE_AUDIT_END);
}

/* --- genesis --------------------------------------------------------------------------------- */

static void test_replay__refuses_a_log_that_begins_otherwise(void **state) {
  audit_log *log = *state;
  audit_log_remove(log, 0);
  audit_expect(log, 0, PAT_RULE_GENESIS_FIRST); /* a commit */
  audit_log_remove(log, 0);
  audit_expect(log, 0, PAT_RULE_GENESIS_FIRST); /* a public statement */
  while (log->leaves[0]->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT ||
         log->leaves[0]->statement->statement.len > 0)
    audit_log_remove(log, 0);
  audit_expect(log, 0, PAT_RULE_GENESIS_FIRST); /* a private one */
}

static void test_replay__refuses_a_genesis_that_is_not_alone(void **state) {
  audit_log *log = *state;
  audit_log_remove(log, 1);
  audit_expect(log, 1, PAT_RULE_GENESIS_FIRST);
}

static void test_replay__refuses_a_second_genesis(void **state) {
  audit_log *log = *state;
  ledger_draft draft = ledger_by_root(log->world);
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  draft.message.genesis = (Patina__Genesis *)(uintptr_t)log->world->genesis;
  audit_expect_logged(log, &draft, PAT_RULE_GENESIS_FIRST);
}

static void test_replay__refuses_another_logs_leaves(void **state) {
  audit_log *log = *state;
  audit_log_seal(log);
  audit_run run;
  audit_run_open(&run, "test.example/ledger/another", log->count);
  assert_true(pat_is_rule(audit_run_all(&run, log), PAT_RULE_GENESIS_ORIGIN));
  assert_int_equal(run.index, 0);
  audit_run_close(&run);
}

/* A genesis statement of this world by whom it may not be. */
static void expect_genesis_by(audit_log *log, ledger_draft draft) {
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  draft.message.genesis = (Patina__Genesis *)(uintptr_t)log->world->genesis;
  pat_hash mine;
  (void)ledger_seal(&draft, &mine);
  for (size_t i = 0; i < draft.signer_count; i++)
    draft.signers[i]->principal = mine;
  log->leaves[0] = audit_leaf_of(log, &draft);
  audit_expect(log, 0, PAT_RULE_GENESIS_SIGNERS);
}

static void test_replay__refuses_a_genesis_by_too_few(void **state) {
  audit_log *log = *state;
  expect_genesis_by(log, ledger_by(log->world, ROOT_A));
}

static void test_replay__refuses_a_genesis_by_others(void **state) {
  audit_log *log = *state;
  expect_genesis_by(log, ledger_by_two(log->world, ROOT_A, KEEPER));
}

/* --- room ------------------------------------------------------------------------------------ */

static void test_replay__refuses_a_leaf_without_room(void **state) {
  audit_log *log = *state;
  audit_log_seal(log);
  audit_run run;
  audit_run_open(&run, log->world->origin.text, log->count);
  pat_claim claim;
  pat_status status =
      pat_replay_leaf(&run.replay, log->bytes[0], &run.scratch, &run.claims, &claim, &run.err);
  assert_true(pat_is_rule(status, PAT_RULE_LIMIT_MEMORY));
  audit_run_close(&run);
}

/* With any less than what suffices it is memory that is refused, and nothing else. */
static void test_replay__refuses_every_memory_that_is_too_small(void **state) {
  enum { STEP_BYTES = 200, ENOUGH_BYTES = 64 * 1024 };
  audit_log *log = *state;
  audit_log_seal(log);
  for (int which = 0; which < 2; which++) {
    pat_status status = pat_refuse(PAT_RULE_LIMIT_MEMORY);
    for (size_t capacity = 0; !pat_is_ok(status); capacity += STEP_BYTES) {
      assert_true(capacity < ENOUGH_BYTES);
      audit_run run;
      audit_run_open(&run, log->world->origin.text, log->count);
      *(which == 0 ? &run.scratch.capacity : &run.keep.capacity) = capacity;
      status = audit_run_all(&run, log);
      assert_true(pat_is_ok(status) || pat_is_rule(status, PAT_RULE_LIMIT_MEMORY));
      audit_run_close(&run);
    }
  }
}

static void test_replay__refuses_more_statements_than_its_table_holds(void **state) {
  audit_log *log = *state;
  audit_log_seal(log);
  audit_run run;
  audit_run_open(&run, log->world->origin.text, 0);
  assert_true(pat_is_rule(audit_run_all(&run, log), PAT_RULE_LIMIT_MEMORY));
  audit_run_close(&run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      audit_test(test_replay__refuses_every_flipped_bit_of_a_leaf),
      audit_test(test_replay__refuses_a_leaf_of_a_newer_format_as_such),
      audit_test(test_replay__refuses_a_clock_that_falls),
      audit_test(test_replay__refuses_a_commit_whose_clock_falls),
      audit_test(test_replay__refuses_a_statement_twice),
      audit_test(test_replay__refuses_a_wrong_sequence_number),
      audit_test(test_replay__refuses_a_wrong_previous_index),
      audit_test(test_replay__refuses_a_history_that_begins_anew),
      audit_test(test_replay__refuses_commits_that_commit_to_something_else),
      audit_test(test_replay__refuses_an_entry_that_is_not_indexed),
      audit_test(test_replay__refuses_a_log_that_ends_without_a_commit),
      audit_test(test_replay__refuses_a_log_without_leaves),
      audit_test(test_replay__refuses_a_log_that_begins_otherwise),
      audit_test(test_replay__refuses_a_genesis_that_is_not_alone),
      audit_test(test_replay__refuses_a_second_genesis),
      audit_test(test_replay__refuses_another_logs_leaves),
      audit_test(test_replay__refuses_a_genesis_by_too_few),
      audit_test(test_replay__refuses_a_genesis_by_others),
      audit_test(test_replay__refuses_a_leaf_without_room),
      audit_test(test_replay__refuses_every_memory_that_is_too_small),
      audit_test(test_replay__refuses_more_statements_than_its_table_holds),
      audit_test(test_replay__accepts_an_honest_log),
      audit_test(test_replay__accepts_what_the_support_seals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
