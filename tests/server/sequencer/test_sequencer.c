/* The sequencer: what it refuses, how it keeps time, and how it ends. */
#include <string.h>

#include "server/sys/mem.h"
#include "tests/server/sequencer/writer_support.h"
#include "tests/support/wrapped_store.h"

enum { JUMP_MS = 5 * 60 * 1000 };

static uint64_t published_size(writer *at) { return pat_published_get(&at->log->published).size; }

/* A registration by nobody with standing, which a world's policy refuses in class vehicle. */
static writer_call *refused_call(writer *at) {
  ledger_world *world = at->log->world;
  ledger_draft draft = ledger_by(world, STRANGER);
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  (void)ledger_register(&draft, 1, LEDGER_SAID(said));
  Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
  return writer_call_of(at, &envelope, 1);
}

/* --- the queue ------------------------------------------------------------------------------- */

static void test_sequencer__a_full_queue_refuses_and_decides_nothing(void **state) {
  writer *at = *state;
  atomic_store(&at->clock.shut, true);
  writer_call *first = writer_vehicles(at, 0, 10);
  writer_call *second = writer_vehicles(at, 10, 9);
  writer_call *too_many = writer_vehicles(at, 100, 2);
  writer_call *last = writer_vehicles(at, 200, 1);
  writer_start(first);
  writer_await_waiting(at, 10);
  writer_start(second);
  writer_await_waiting(at, 19);
  assert_refused(writer_submit(too_many), SEQUENCER_QUEUE);
  assert_int_equal(too_many->outcomes[0].outcome, PAT_DECISION_REFUSED);
  writer_start(last); /* exactly as many as may wait */
  writer_await_waiting(at, 20);
  atomic_store(&at->clock.shut, false);
  assert_ok(writer_join(first));
  assert_ok(writer_join(second));
  assert_ok(writer_join(last));
  assert_int_equal(pat_sequencer_count(at->sequencer).accepted, 20);
  assert_int_equal(pat_sequencer_count(at->sequencer).waiting, 0);
  assert_ok(writer_submit(too_many));
  writer_assert_recorded(first);
  writer_assert_recorded(too_many);
  writer_call_clear(first);
  writer_call_clear(second);
  writer_call_clear(too_many);
  writer_call_clear(last);
}

/* The writer's log over a wrapper that fails so; gives the store below. */
static pat_store *wrap_store(writer *at, wrapped_failure failure) {
  pat_sequencer_close(at->sequencer);
  at->sequencer = NULL;
  seq_close(at->log);
  pat_store *inner = at->log->store;
  at->log->store = wrapped_store_new(inner);
  assert_ok(seq_open(at->log));
  wrapped_store_fail(at->log->store, failure);
  writer_restart(at);
  return inner;
}

/* Opens the log again over the store below. */
static void unwrap_store(writer *at, pat_store *inner) {
  pat_sequencer_close(at->sequencer);
  at->sequencer = NULL;
  seq_close(at->log);
  pat_store_close(at->log->store);
  at->log->store = inner;
  assert_ok(seq_open(at->log));
  writer_restart(at);
}

static void test_sequencer__after_a_failed_commit_nothing_is_taken(void **state) {
  writer *at = *state;
  pat_store *inner = wrap_store(
      at, (wrapped_failure){WRAPPED_WRITE, 1, WRAPPED_AFTER, PAT_RULE_STORE_COMMIT_UNKNOWN});
  writer_call *call = writer_vehicles(at, 0, 3);
  uint64_t size = published_size(at);
  assert_refused(writer_submit(call), STORE_COMMIT_UNKNOWN);
  assert_refused(pat_sequencer_state(at->sequencer), SEQUENCER_STOPPED);
  writer_call *next = writer_vehicles(at, 10, 1);
  assert_refused(writer_submit(next), SEQUENCER_STOPPED);
  assert_int_equal(published_size(at), size);
  assert_int_equal(pat_sequencer_count(at->sequencer).accepted, 0);
  /* Opened again it turns out to be durable; submitting the same again is a replay. */
  unwrap_store(at, inner);
  writer_call_clear(call);
  call->outcomes = pat_mem_new_array(call->count, sizeof *call->outcomes);
  assert_ok(writer_submit(call));
  assert_int_equal(call->outcomes[2].outcome, PAT_DECISION_REPLAYED);
  writer_call_clear(call);
  writer_call_clear(next);
}

/* The next look at the free space finds too little. */
static pat_store *take_away_space(writer *at) {
  return wrap_store(
      at, (wrapped_failure){WRAPPED_CHECK_ROOM, 1, WRAPPED_BEFORE, PAT_RULE_STORE_SPACE_LOW});
}

static void test_sequencer__without_space_a_batch_is_refused_and_may_come_again(void **state) {
  writer *at = *state;
  pat_store *inner = take_away_space(at);
  writer_call *call = writer_vehicles(at, 0, 3);
  uint64_t size = published_size(at);
  assert_refused(writer_submit(call), STORE_SPACE_LOW);
  assert_int_equal(published_size(at), size);
  assert_ok(pat_sequencer_state(at->sequencer));
  writer_call_clear(call);
  call->outcomes = pat_mem_new_array(call->count, sizeof *call->outcomes);
  assert_ok(writer_submit(call));
  writer_assert_recorded(call);
  writer_call_clear(call);
  unwrap_store(at, inner);
}

static void test_sequencer__a_beat_without_space_is_put_off(void **state) {
  writer *at = *state;
  pat_store *inner = take_away_space(at);
  uint64_t size = published_size(at);
  writer_clock_advance(&at->clock, 60000);
  assert_int_equal(pat_published_wait(&at->log->published, size, 1300).size, size);
  assert_int_equal(wrapped_store_count(at->log->store, WRAPPED_CHECK_ROOM), 1);
  assert_ok(pat_sequencer_state(at->sequencer));
  writer_clock_advance(&at->clock, 5000);
  assert_int_equal(writer_await_size(at, size).size, size + 1);
  unwrap_store(at, inner);
}

static void test_sequencer__what_is_only_checked_is_not_stored(void **state) {
  writer *at = *state;
  uint64_t size = published_size(at);
  writer_call *call = writer_vehicles(at, 0, 3);
  call->check_only = true;
  assert_ok(writer_submit(call));
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(call->outcomes[i].outcome, PAT_DECISION_ACCEPTED);
  assert_int_equal(published_size(at), size);
  assert_int_equal(pat_sequencer_count(at->sequencer).accepted, 0);
  assert_int_equal(pat_sequencer_count(at->sequencer).commits, 0);
  writer_call_clear(call);
  call->outcomes = pat_mem_new_array(call->count, sizeof *call->outcomes);
  call->check_only = false;
  assert_ok(writer_submit(call));
  writer_assert_recorded(call);
  writer_call_clear(call);
}

static void test_sequencer__checks_of_two_callers_do_not_see_each_other(void **state) {
  writer *at = *state;
  Patina__SignedStatement *same = seq_vehicle(at->log->world, 7);
  writer_call *calls[3];
  atomic_store(&at->clock.shut, true);
  for (size_t i = 0; i < 3; i++) {
    calls[i] = writer_call_of(at, &same, 1);
    calls[i]->check_only = true;
    writer_start(calls[i]);
    writer_await_waiting(at, i + 1);
  }
  atomic_store(&at->clock.shut, false);
  for (size_t i = 0; i < 3; i++) {
    assert_ok(writer_join(calls[i]));
    assert_int_equal(calls[i]->outcomes[0].outcome, PAT_DECISION_ACCEPTED);
    writer_call_clear(calls[i]);
  }
}

static void test_sequencer__replays_and_refusals_commit_nothing(void **state) {
  writer *at = *state;
  writer_call *call = writer_vehicles(at, 0, 2);
  assert_ok(writer_submit(call));
  uint64_t index = call->outcomes[1].index;
  uint64_t size = published_size(at);
  writer_call_clear(call);
  call->outcomes = pat_mem_new_array(call->count, sizeof *call->outcomes);
  assert_ok(writer_submit(call));
  assert_int_equal(call->outcomes[1].outcome, PAT_DECISION_REPLAYED);
  assert_int_equal(call->outcomes[1].index, index);
  writer_call *refused = refused_call(at);
  assert_ok(writer_submit(refused));
  assert_int_equal(refused->outcomes[0].outcome, PAT_DECISION_REFUSED);
  assert_false(pat_is_ok(refused->outcomes[0].status));
  assert_int_equal(published_size(at), size);
  pat_sequencer_counters counters = pat_sequencer_count(at->sequencer);
  assert_int_equal(counters.commits, 1);
  assert_int_equal(counters.accepted, 2);
  assert_int_equal(counters.replayed, 2);
  assert_int_equal(counters.refused, 1);
  writer_call_clear(call);
  writer_call_clear(refused);
}

/* --- large batches --------------------------------------------------------------------------- */

static void use_small_memory(writer *at) {
  pat_sequencer_close(at->sequencer);
  at->sequencer = NULL;
  seq_close(at->log);
  at->log->options.batch_bytes = 400 * 1024;
  assert_ok(seq_open(at->log));
  at->options.batch_max = 300;
  at->options.queue_max = 300;
  writer_restart(at);
}

static void test_sequencer__a_batch_larger_than_the_memory_is_halved(void **state) {
  writer *at = *state;
  use_small_memory(at);
  pat_tlog_head before = seq_checkpoint(at->log);
  writer_call *call = writer_vehicles(at, 0, 300);
  assert_ok(writer_submit(call));
  writer_assert_recorded(call);
  assert_true(pat_sequencer_count(at->sequencer).commits > 1);
  assert_int_equal(published_size(at),
                   before.size + 300 + pat_sequencer_count(at->sequencer).commits);
  seq_assert_extends(at->log, &before);
  assert_ok(pat_sequencer_state(at->sequencer));
  writer_call_clear(call);
}

static Patina__SignedStatement *large_change(ledger_world *world, uint8_t asset) {
  enum { TAGS = 120, TAG_BYTES = 4000 };
  char text[TAG_BYTES + 1];
  memset(text, 'x', TAG_BYTES);
  text[TAG_BYTES] = '\0';
  ledger_said said[TAGS];
  for (size_t i = 0; i < TAGS; i++)
    said[i] = (ledger_said){"tags", SAID_OPEN, ledger_text(world, text)};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_change(&draft, asset, said, TAGS);
  return ledger_seal(&draft, NULL);
}

static void test_sequencer__one_statement_too_large_for_the_memory_is_refused_alone(void **state) {
  writer *at = *state;
  use_small_memory(at);
  Patina__SignedStatement *vehicle = seq_vehicle(at->log->world, 1);
  writer_call *registration = writer_call_of(at, &vehicle, 1);
  assert_ok(writer_submit(registration));
  Patina__SignedStatement *large = large_change(at->log->world, 1);
  writer_call *call = writer_call_of(at, &large, 1);
  assert_refused(writer_submit(call), LIMIT_MEMORY);
  assert_ok(pat_sequencer_state(at->sequencer));
  writer_call *next = writer_vehicles(at, 50, 1);
  assert_ok(writer_submit(next));
  writer_assert_recorded(next);
  writer_call_clear(registration);
  writer_call_clear(call);
  writer_call_clear(next);
}

/* --- the clock ------------------------------------------------------------------------------- */

static void test_sequencer__a_jump_of_the_clock_stops_it(void **state) {
  writer *at = *state;
  const int64_t jumps[] = {JUMP_MS + 1, -(JUMP_MS + 1)};
  for (uint32_t i = 0; i < 2; i++) {
    writer_restart(at);
    writer_clock_advance(&at->clock, (uint64_t)(i == 0 ? 0 : 2 * JUMP_MS));
    writer_call *before = writer_vehicles(at, 10 * i, 1);
    assert_ok(writer_submit(before));
    atomic_fetch_add(&at->clock.now_ms, (uint64_t)jumps[i]);
    uint64_t size = published_size(at);
    writer_call *call = writer_vehicles(at, 10 * i + 1, 1);
    assert_refused(writer_submit(call), SEQUENCER_CLOCK);
    assert_refused(pat_sequencer_state(at->sequencer), SEQUENCER_CLOCK);
    assert_int_equal(published_size(at), size);
    /* It stays so, also when the clock is right again, until somebody has looked. */
    atomic_fetch_sub(&at->clock.now_ms, (uint64_t)jumps[i]);
    assert_refused(writer_submit(call), SEQUENCER_CLOCK);
    writer_restart(at);
    assert_ok(writer_submit(call));
    writer_call_clear(before);
    writer_call_clear(call);
  }
}

static void test_sequencer__a_clock_within_the_bound_is_no_jump(void **state) {
  writer *at = *state;
  writer_call *before = writer_vehicles(at, 0, 1);
  assert_ok(writer_submit(before));
  atomic_fetch_add(&at->clock.now_ms, JUMP_MS);
  writer_call *call = writer_vehicles(at, 1, 1);
  assert_ok(writer_submit(call));
  assert_int_equal(call->outcomes[0].accepted_at_ms, before->outcomes[0].accepted_at_ms + JUMP_MS);
  writer_call_clear(before);
  writer_call_clear(call);
}

static void test_sequencer__a_log_far_ahead_of_the_clock_takes_nothing(void **state) {
  writer *at = *state;
  atomic_fetch_sub(&at->clock.now_ms, JUMP_MS + 1);
  writer_restart(at);
  writer_call *call = writer_vehicles(at, 0, 1);
  assert_refused(writer_submit(call), SEQUENCER_CLOCK);
  assert_refused(pat_sequencer_state(at->sequencer), SEQUENCER_CLOCK);
  writer_call_clear(call);
}

static void test_sequencer__a_clock_a_little_behind_is_waited_for(void **state) {
  writer *at = *state;
  uint64_t log_time = at->log->world->now_ms;
  atomic_fetch_sub(&at->clock.now_ms, 1000);
  writer_call *call = writer_vehicles(at, 0, 1);
  writer_start(call);
  writer_await_waiting(at, 1);
  assert_int_equal(pat_published_wait(&at->log->published, published_size(at), 150).time_ms,
                   log_time);
  assert_false(atomic_load(&call->done));
  writer_clock_advance(&at->clock, 1000);
  assert_ok(writer_join(call));
  assert_int_equal(call->outcomes[0].accepted_at_ms, log_time);
  writer_assert_recorded(call);
  writer_call_clear(call);
}

static void test_sequencer__recorded_times_never_fall(void **state) {
  writer *at = *state;
  uint64_t last = at->log->world->now_ms;
  for (uint32_t i = 0; i < 20; i++) {
    writer_clock_advance(&at->clock, i % 3 * 500);
    if (i % 5 == 4) atomic_fetch_sub(&at->clock.now_ms, 200);
    writer_call *call = writer_vehicles(at, i, 1);
    writer_start(call);
    if (i % 5 == 4) writer_clock_advance(&at->clock, 200);
    assert_ok(writer_join(call));
    assert_true(call->outcomes[0].accepted_at_ms >= last);
    last = call->outcomes[0].accepted_at_ms;
    assert_int_equal(pat_published_get(&at->log->published).time_ms, last);
    writer_call_clear(call);
  }
}

/* --- heartbeats ------------------------------------------------------------------------------ */

static void test_sequencer__a_quiet_log_beats(void **state) {
  writer *at = *state;
  pat_tlog_head before = seq_checkpoint(at->log);
  writer_clock_advance(&at->clock, 59000);
  assert_int_equal(pat_published_wait(&at->log->published, before.size, 1300).size, before.size);
  writer_clock_advance(&at->clock, 1000);
  pat_published_head head = writer_await_size(at, before.size);
  assert_int_equal(head.size, before.size + 1);
  assert_int_equal(head.time_ms, at->log->world->now_ms + 60000);
  writer_await_commits(at, 1);
  seq_assert_extends(at->log, &before);
}

static void test_sequencer__a_log_that_was_closed_was_quiet(void **state) {
  writer *at = *state;
  uint64_t size = published_size(at);
  writer_clock_advance(&at->clock, 40000);
  writer_restart(at);
  assert_int_equal(pat_published_wait(&at->log->published, size, 100).size, size);
  writer_clock_advance(&at->clock, 20000);
  assert_int_equal(writer_await_size(at, size).size, size + 1);
}

static void test_sequencer__refused_statements_do_not_put_off_a_beat(void **state) {
  writer *at = *state;
  uint64_t size = published_size(at);
  writer_call *call = refused_call(at);
  for (int i = 0; i < 3; i++) {
    writer_clock_advance(&at->clock, 20000);
    assert_ok(writer_submit(call));
  }
  (void)writer_await_size(at, size);
  assert_int_equal(pat_sequencer_count(at->sequencer).refused, 3);
  writer_call_clear(call);
}

/* --- the end --------------------------------------------------------------------------------- */

static void close_main(void *context) { pat_sequencer_close(context); }

static void test_sequencer__closing_finishes_what_waits_and_takes_nothing_new(void **state) {
  writer *at = *state;
  writer_call *calls[4];
  atomic_store(&at->clock.shut, true);
  for (uint32_t i = 0; i < 4; i++) {
    calls[i] = writer_vehicles(at, 10 * i, 4);
    writer_start(calls[i]);
    writer_await_waiting(at, 4 * (i + 1));
  }
  pat_thread closer = {.started = false};
  assert_ok(pat_thread_start("closer", close_main, at->sequencer, &closer));
  while (pat_is_ok(pat_sequencer_state(at->sequencer)))
    ;
  writer_call *late = writer_vehicles(at, 900, 1);
  assert_refused(writer_submit(late), SEQUENCER_STOPPED);
  atomic_store(&at->clock.shut, false);
  pat_thread_join(&closer);
  at->sequencer = NULL;
  for (size_t i = 0; i < 4; i++) {
    assert_ok(writer_join(calls[i]));
    writer_assert_recorded(calls[i]);
    writer_call_clear(calls[i]);
  }
  writer_call_clear(late);
}

static void test_sequencer__closing_does_not_wait_for_a_clock(void **state) {
  writer *at = *state;
  atomic_fetch_sub(&at->clock.now_ms, 1000);
  writer_call *call = writer_vehicles(at, 0, 1);
  writer_start(call);
  writer_await_waiting(at, 1);
  pat_sequencer_close(at->sequencer);
  at->sequencer = NULL;
  assert_refused(writer_join(call), SEQUENCER_STOPPED);
  writer_call_clear(call);
}

/* --- waiting for a checkpoint ---------------------------------------------------------------- */

static void test_sequencer__a_waiter_is_woken_by_size_stop_or_time(void **state) {
  writer *at = *state;
  uint64_t size = published_size(at);
  assert_int_equal(pat_published_wait(&at->log->published, 0, 10000).size, size);
  const pat_env *env = pat_env_system();
  uint64_t start = pat_env_monotonic_ms(env);
  /* Smaller checkpoints than the one waited for do not make the waiting longer. */
  writer_call *call = writer_vehicles(at, 0, 1);
  writer_start(call);
  assert_true(pat_published_wait(&at->log->published, size + 1000, 200).size >= size);
  uint64_t waited = pat_env_monotonic_ms(env) - start;
  assert_true(waited >= 200);
  assert_ok(writer_join(call));
  pat_published_stop(&at->log->published);
  (void)pat_published_wait(&at->log->published, size + 1000, 100000);
  writer_call_clear(call);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      writer_test(test_sequencer__a_full_queue_refuses_and_decides_nothing),
      writer_test(test_sequencer__after_a_failed_commit_nothing_is_taken),
      writer_test(test_sequencer__without_space_a_batch_is_refused_and_may_come_again),
      writer_test(test_sequencer__a_beat_without_space_is_put_off),
      writer_test(test_sequencer__what_is_only_checked_is_not_stored),
      writer_test(test_sequencer__checks_of_two_callers_do_not_see_each_other),
      writer_test(test_sequencer__replays_and_refusals_commit_nothing),
      writer_test(test_sequencer__a_batch_larger_than_the_memory_is_halved),
      writer_test(test_sequencer__one_statement_too_large_for_the_memory_is_refused_alone),
      writer_test(test_sequencer__a_jump_of_the_clock_stops_it),
      writer_test(test_sequencer__a_clock_within_the_bound_is_no_jump),
      writer_test(test_sequencer__a_log_far_ahead_of_the_clock_takes_nothing),
      writer_test(test_sequencer__a_clock_a_little_behind_is_waited_for),
      writer_test(test_sequencer__recorded_times_never_fall),
      writer_test(test_sequencer__a_quiet_log_beats),
      writer_test(test_sequencer__a_log_that_was_closed_was_quiet),
      writer_test(test_sequencer__refused_statements_do_not_put_off_a_beat),
      writer_test(test_sequencer__closing_finishes_what_waits_and_takes_nothing_new),
      writer_test(test_sequencer__closing_does_not_wait_for_a_clock),
      writer_test(test_sequencer__a_waiter_is_woken_by_size_stop_or_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
