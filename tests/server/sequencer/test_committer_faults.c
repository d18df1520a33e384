/* The committer in trouble: crashes between its steps, and every store call and allocation
 * failing. */
#include <string.h>
#include <unistd.h>

#include "server/sequencer/committer_internal.h"
#include "server/sys/checkpoint_file.h"
#include "tests/server/sequencer/sequencer_support.h"
#include "tests/support/failing_mem.h"
#include "tests/support/wrapped_store.h"

/* --- crashes --------------------------------------------------------------------------------- */

static void test_committer_faults__a_batch_durable_but_not_published_is_published_when_opened(
    void **state) {
  seq_log *log = *state;
  pat_blob old_file = {0};
  assert_ok(pat_checkpoint_file_read(log->directory.path, &old_file, NULL));
  uint64_t size = 0;
  assert_ok(seq_run(log, seq_three(log), &size));
  seq_close(log);
  assert_ok(pat_checkpoint_file_write(log->directory.path, pat_blob_span(old_file), NULL));
  assert_ok(seq_open(log));
  assert_int_equal(seq_checkpoint(log).size, size); /* compares the file, too */
  seq_close(log);
  char path[TEMP_DIRECTORY_PATH_MAX];
  assert_int_equal(unlink(temp_directory_join(&log->directory, PAT_CHECKPOINT_FILE_NAME, path)), 0);
  assert_ok(seq_open(log));
  assert_int_equal(seq_checkpoint(log).size, size);
  pat_blob_clear(&old_file);
}

static void test_committer_faults__a_file_that_cannot_be_written_stops_it(void **state) {
  seq_log *log = *state;
  pat_tlog_head before = seq_checkpoint(log);
  log->committer->options.directory = "/nonexistent/patina";
  uint64_t size = 0;
  assert_false(pat_is_ok(seq_run(log, seq_three(log), &size)));
  assert_refused(pat_committer_state(log->committer), SEQUENCER_STOPPED);
  assert_int_equal(pat_published_get(&log->published).size, before.size);
  seq_close(log);
  assert_ok(seq_open(log));
  assert_int_equal(seq_checkpoint(log).size, before.size + 4); /* it was durable */
}

/* Opens the store again as a new process would, and says whether it holds the batch. Fails the test
 * where it holds half of it. */
static bool holds_batch(seq_log *log, const seq_batch *batch, pat_tlog_head before) {
  seq_close(log);
  assert_ok(seq_open(log));
  pat_tlog_head now = {log->committer->head.range.size, seq_root(log)};
  pat_blob record = {0};
  size_t found = 0;
  for (size_t i = 0; i < batch->batch.count; i++) {
    pat_span key = pat_hash_span(&batch->submissions[i]->statement.sha256);
    pat_store_key store_key = {PAT_TABLE_STATEMENT, key};
    if (!pat_is_ok(pat_store_get(log->store, NULL, store_key, &record))) continue;
    pat_blob_clear(&record);
    found++;
  }
  if (now.size == before.size) {
    seq_assert_hash(now.root, before.root);
    assert_int_equal(found, 0);
    return false;
  }
  assert_int_equal(now.size, before.size + batch->batch.count + 1);
  assert_int_equal(found, batch->batch.count);
  assert_int_equal(seq_checkpoint(log).size, now.size);
  return true;
}

static void fail_one_call(seq_log *log, pat_store *base, wrapped_failure failure, bool *ret_ended) {
  pat_store *copy = seq_copy(base);
  log->store = wrapped_store_new(copy);
  assert_ok(seq_open(log));
  pat_tlog_head before = {log->committer->head.range.size, seq_root(log)};
  seq_batch *batch = seq_three(log);
  wrapped_store_fail(log->store, failure);
  uint64_t size = 0;
  pat_status status = seq_run(log, batch, &size);
  *ret_ended = wrapped_store_count(log->store, failure.operation) < failure.at;
  bool published = pat_published_get(&log->published).size > before.size;
  assert_int_equal(pat_is_ok(status), published);
  assert_int_equal(pat_is_ok(status), *ret_ended);
  wrapped_store_fail(log->store, (wrapped_failure){WRAPPED_SYNC, 0, WRAPPED_BEFORE, PAT_RULE_NONE});
  bool held = holds_batch(log, batch, before);
  if (pat_is_ok(status)) assert_true(held);
  bool written = failure.operation == WRAPPED_WRITE && failure.moment == WRAPPED_AFTER;
  written = written || failure.operation == WRAPPED_SNAPSHOT_OPEN; /* durable, not published */
  if (!pat_is_ok(status)) assert_int_equal(held, written);
  seq_close(log);
  pat_store_close(log->store);
  pat_store_close(copy);
}

static void test_committer_faults__any_failing_store_call_leaves_the_old_or_the_new_state(
    void **state) {
  seq_log *log = *state;
  seq_close(log);
  log->directory.path[0] = '\0';
  pat_store *base = log->store;
  const wrapped_operation operations[] = {WRAPPED_GET, WRAPPED_GET_MANY, WRAPPED_WRITE,
                                          WRAPPED_SNAPSHOT_OPEN};
  for (size_t i = 0; i < 4; i++) {
    for (int moment = WRAPPED_BEFORE; moment <= WRAPPED_AFTER; moment++) {
      bool ended = false;
      for (size_t at = 1; !ended; at++) {
        pat_rule rule =
            operations[i] == WRAPPED_WRITE ? PAT_RULE_STORE_COMMIT_UNKNOWN : PAT_RULE_STORE_IO;
        wrapped_failure failure = {operations[i], at, (wrapped_moment)moment, rule};
        fail_one_call(log, base, failure, &ended);
      }
    }
  }
  log->store = base;
}

static void test_committer_faults__any_failing_store_call_while_opening_is_told(void **state) {
  seq_log *log = *state;
  seq_close(log);
  pat_store *base = log->store;
  log->store = wrapped_store_new(base);
  const wrapped_operation operations[] = {WRAPPED_GET, WRAPPED_CURSOR_OPEN, WRAPPED_CURSOR_NEXT,
                                          WRAPPED_SNAPSHOT_OPEN};
  for (size_t i = 0; i < 4; i++) {
    pat_status status = pat_refuse(PAT_RULE_STORE_IO);
    for (size_t at = 1; !pat_is_ok(status); at++) {
      wrapped_store_fail(log->store,
                         (wrapped_failure){operations[i], at, WRAPPED_BEFORE, PAT_RULE_STORE_IO});
      status = seq_open(log);
      if (!pat_is_ok(status)) assert_refused(status, STORE_IO);
      seq_close(log);
    }
  }
  pat_store_close(log->store);
  log->store = base;
}

static void test_committer_faults__any_failing_allocation_leaves_the_old_or_the_new_state(
    void **state) {
  seq_log *log = *state;
  seq_close(log);
  log->directory.path[0] = '\0';
  pat_store *base = log->store;
  bool failed = true;
  size_t runs = 0;
  for (size_t at = 1; failed; at++, runs++) {
    log->store = seq_copy(base);
    assert_ok(seq_open(log));
    pat_tlog_head before = {log->committer->head.range.size, seq_root(log)};
    seq_batch *batch = seq_three(log);
    uint64_t size = 0;
    failing_mem_start(at, false);
    pat_status status = seq_run(log, batch, &size);
    failed = failing_mem_has_failed();
    failing_mem_stop();
    assert_int_equal(pat_is_ok(status), !failed);
    bool held = holds_batch(log, batch, before);
    if (pat_is_ok(status)) assert_true(held);
    seq_close(log);
    pat_store_close(log->store);
  }
  print_message("%zu allocations\n", runs - 1);
  assert_true(runs > 10);
  log->store = base;
}

static void test_committer_faults__any_failing_store_call_while_the_index_is_made_anew_is_told(
    void **state) {
  seq_log *log = *state;
  seq_close(log);
  pat_store *base = log->store;
  log->store = wrapped_store_new(base);
  const wrapped_operation operations[] = {WRAPPED_CURSOR_OPEN, WRAPPED_CURSOR_NEXT, WRAPPED_WRITE};
  const unsigned old_depth = log->options.index_depth;
  for (size_t i = 0; i < 3; i++) {
    pat_status status = pat_refuse(PAT_RULE_STORE_IO);
    for (size_t at = 1; !pat_is_ok(status); at++) {
      const pat_rule rule =
          operations[i] == WRAPPED_WRITE ? PAT_RULE_STORE_COMMIT_UNKNOWN : PAT_RULE_STORE_IO;
      wrapped_store_fail(log->store,
                         (wrapped_failure){operations[i], at, (wrapped_moment)(at % 2), rule});
      log->options.index_depth = old_depth + 1;
      status = seq_open(log);
      seq_close(log);
      pat_store_close(log->store); /* as a new process opens it, which may want the old depth */
      log->store = wrapped_store_new(base);
      log->options.index_depth = old_depth;
      assert_ok(seq_open(log));
      seq_close(log);
    }
  }
  pat_store_close(log->store);
  log->store = base;
  assert_ok(seq_open(log));
}

static bool open_once(void *context) {
  seq_log *log = context;
  bool opened = pat_is_ok(seq_open(log));
  seq_close(log);
  return opened;
}

static void test_committer_faults__any_failing_allocation_while_opening_is_told(void **state) {
  seq_log *log = *state;
  seq_close(log);
  assert_true(failing_mem_torture(open_once, log) > 5);
  bool failed = true;
  size_t at = 1;
  for (; failed; at++) {
    seq_delete(log->store, PAT_TABLE_META, PAT_SPAN_LITERAL("index")); /* it is made anew */
    failing_mem_start(at, false);
    bool opened = open_once(log);
    failed = failing_mem_has_failed();
    failing_mem_stop();
    assert_int_equal(opened, !failed);
  }
  assert_true(at > 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      seq_test(test_committer_faults__a_batch_durable_but_not_published_is_published_when_opened),
      seq_test(test_committer_faults__a_file_that_cannot_be_written_stops_it),
      seq_test(test_committer_faults__any_failing_store_call_leaves_the_old_or_the_new_state),
      seq_test(test_committer_faults__any_failing_store_call_while_opening_is_told),
      seq_test(test_committer_faults__any_failing_store_call_while_the_index_is_made_anew_is_told),
      seq_test(test_committer_faults__any_failing_allocation_leaves_the_old_or_the_new_state),
      seq_test(test_committer_faults__any_failing_allocation_while_opening_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
