/* A running sequencer over a seq_log, a clock that tests set while it runs, and callers in threads
 * of their own. */
#ifndef PAT_TESTS_SERVER_SEQUENCER_WRITER_SUPPORT_H
#define PAT_TESTS_SERVER_SEQUENCER_WRITER_SUPPORT_H

#include <stdatomic.h>

#include "tests/server/sequencer/sequencer_support.h"

/* The clock. While the gate is shut, whoever asks for the time waits, so that a test can hold the
 * writer in the middle of its work. */
typedef struct {
  atomic_uint_fast64_t now_ms;
  atomic_uint_fast64_t monotonic_ms;
  atomic_bool shut;
  pat_env env;
} writer_clock;

void writer_clock_init(writer_clock *clock, uint64_t now_ms);
/* Moves both clocks. */
void writer_clock_advance(writer_clock *clock, uint64_t by_ms);

typedef struct {
  seq_log *log;
  writer_clock clock;
  pat_sequencer_options options; /* batch_max 10, queue_max 20 */
  pat_sequencer *sequencer;
} writer;

/* *state is a writer over the log of seq_setup, at the log's time. */
int writer_setup(void **state);
int writer_teardown(void **state);
#define writer_test(function) \
  cmocka_unit_test_setup_teardown(function, writer_setup, writer_teardown)

/* Closes the sequencer and opens another one, with the options as they are now. */
void writer_restart(writer *at);

/* Statements on their way. */
typedef struct {
  writer *at;
  pat_submission *submissions; /* in the world's memory */
  size_t count;
  bool check_only;
  pat_sequencer_outcome *outcomes;
  pat_status status;
  atomic_bool done;
  pat_thread thread;
} writer_call;

/* A call for sealed statements; in the world's memory. Clear it with writer_call_clear. */
writer_call *writer_call_of(writer *at, Patina__SignedStatement *const *envelopes, size_t count);
/* Of count vehicles that are not registered yet, numbered from first. */
writer_call *writer_vehicles(writer *at, uint32_t first, size_t count);
void writer_call_clear(writer_call *call);

/* Submits and returns when it is done. */
pat_status writer_submit(writer_call *call);
/* Submits in a thread; writer_join waits for it. */
void writer_start(writer_call *call);
pat_status writer_join(writer_call *call);

/* Waits until so many statements are in the queue, or fails the test after 10 s. */
void writer_await_waiting(writer *at, uint64_t count);
/* Waits until so many commits are counted, which is after they are published; fails likewise. */
void writer_await_commits(writer *at, uint64_t count);
/* Waits until more than size leaves are published; fails the test after 10 s. */
pat_published_head writer_await_size(writer *at, uint64_t size);

/* Fails unless every statement of the call was accepted, has its leaf in the store, and is
 * included in the published checkpoint. */
void writer_assert_recorded(writer_call *call);

#endif
