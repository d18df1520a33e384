#include "tests/server/sequencer/writer_support.h"

#include <string.h>
#include <time.h>

#include "server/sequencer/keys.h"
#include "server/sys/mem.h"

enum { PATIENCE_MS = 10000 };

static void pause_ms(long ms) {
  struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  (void)nanosleep(&time, NULL);
}

/* --- the clock ------------------------------------------------------------------------------- */

static uint64_t clock_now(void *context) {
  writer_clock *clock = context;
  while (atomic_load(&clock->shut))
    pause_ms(1);
  return atomic_load(&clock->now_ms);
}

static uint64_t clock_monotonic(void *context) {
  writer_clock *clock = context;
  return atomic_load(&clock->monotonic_ms);
}

static void clock_random(void *context, uint8_t *ret_bytes, size_t size) {
  (void)context;
  memset(ret_bytes, 0, size);
}

void writer_clock_init(writer_clock *clock, uint64_t now_ms) {
  atomic_init(&clock->now_ms, now_ms);
  atomic_init(&clock->monotonic_ms, 1000000);
  atomic_init(&clock->shut, false);
  clock->env = (pat_env){.now_ms = clock_now,
                         .monotonic_ms = clock_monotonic,
                         .random_bytes = clock_random,
                         .context = clock};
}

void writer_clock_advance(writer_clock *clock, uint64_t by_ms) {
  atomic_fetch_add(&clock->monotonic_ms, by_ms);
  atomic_fetch_add(&clock->now_ms, by_ms);
}

/* --- the writer ------------------------------------------------------------------------------ */

static void open_sequencer(writer *at) {
  at->options.committer = at->log->committer;
  at->options.published = &at->log->published;
  at->options.env = &at->clock.env;
  assert_ok(pat_sequencer_open(&at->options, &at->sequencer));
}

int writer_setup(void **state) {
  writer *at = pat_mem_new(sizeof *at);
  void *log = NULL;
  (void)seq_setup(&log);
  at->log = log;
  writer_clock_init(&at->clock, at->log->world->now_ms);
  at->options = (pat_sequencer_options){.batch_max = 10, .queue_max = 20};
  open_sequencer(at);
  *state = at;
  return 0;
}

int writer_teardown(void **state) {
  writer *at = *state;
  atomic_store(&at->clock.shut, false);
  pat_sequencer_close(at->sequencer);
  void *log = at->log;
  (void)seq_teardown(&log);
  pat_mem_free(at);
  return 0;
}

void writer_restart(writer *at) {
  pat_sequencer_close(at->sequencer);
  open_sequencer(at);
}

/* --- calls ----------------------------------------------------------------------------------- */

writer_call *writer_call_of(writer *at, Patina__SignedStatement *const *envelopes, size_t count) {
  ledger_world *world = at->log->world;
  writer_call *call = ledger_take(world, sizeof *call);
  call->at = at;
  call->count = count;
  call->submissions = ledger_take(world, count * sizeof *call->submissions);
  for (size_t i = 0; i < count; i++)
    call->submissions[i] = *ledger_check(world, envelopes[i]);
  call->outcomes = pat_mem_new_array(count, sizeof *call->outcomes);
  atomic_init(&call->done, false);
  return call;
}

writer_call *writer_vehicles(writer *at, uint32_t first, size_t count) {
  Patina__SignedStatement *envelopes[PAT_BATCH_STATEMENTS_MAX];
  for (uint32_t i = 0; i < count; i++)
    envelopes[i] = seq_vehicle_numbered(at->log->world, first + i);
  return writer_call_of(at, envelopes, count);
}

void writer_call_clear(writer_call *call) {
  for (size_t i = 0; i < call->count; i++)
    pat_sequencer_outcome_clear(&call->outcomes[i]);
  pat_mem_free(call->outcomes);
}

pat_status writer_submit(writer_call *call) {
  call->status = pat_sequencer_submit(call->at->sequencer, call->submissions, call->count,
                                      call->check_only, call->outcomes);
  atomic_store(&call->done, true);
  return call->status;
}

static void submit_main(void *context) { (void)writer_submit(context); }

void writer_start(writer_call *call) {
  assert_ok(pat_thread_start("caller", submit_main, call, &call->thread));
}

pat_status writer_join(writer_call *call) {
  pat_thread_join(&call->thread);
  assert_true(atomic_load(&call->done));
  return call->status;
}

void writer_await_waiting(writer *at, uint64_t count) {
  for (int waited = 0; waited < PATIENCE_MS; waited++) {
    if (pat_sequencer_count(at->sequencer).waiting == count) return;
    pause_ms(1);
  }
  fail_msg("the queue never held %u", (unsigned)count);
}

void writer_await_commits(writer *at, uint64_t count) {
  for (int waited = 0; waited < PATIENCE_MS; waited++) {
    if (pat_sequencer_count(at->sequencer).commits == count) return;
    pause_ms(1);
  }
  fail_msg("%u commits were not counted", (unsigned)count);
}

pat_published_head writer_await_size(writer *at, uint64_t size) {
  pat_published_head head = pat_published_wait(&at->log->published, size, PATIENCE_MS);
  if (head.size <= size) fail_msg("nothing was published");
  return head;
}

void writer_assert_recorded(writer_call *call) {
  for (size_t i = 0; i < call->count; i++) {
    pat_sequencer_outcome *outcome = &call->outcomes[i];
    if (outcome->outcome == PAT_DECISION_REFUSED) {
      fail_msg("statement %zu: %s", i, pat_rule_id((pat_rule)outcome->status.rule));
    }
    assert_int_equal(outcome->outcome, PAT_DECISION_ACCEPTED);
    pat_sequencer_key key = pat_number_key(outcome->index);
    pat_blob leaf = seq_get(call->at->log->store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key));
    assert_true(pat_span_equal(pat_blob_span(leaf), pat_blob_span(outcome->leaf)));
    pat_hash hash = pat_tlog_leaf_hash(pat_blob_span(leaf));
    assert_memory_equal(hash.bytes, outcome->leaf_hash.bytes, PAT_HASH_BYTES);
    seq_assert_included(call->at->log, outcome->index, &hash);
    pat_blob_clear(&leaf);
  }
}
