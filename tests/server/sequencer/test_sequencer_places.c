/* Places of the queue that are reserved before statements are checked: never more than there are,
 * each given back once. */
#include "tests/server/sequencer/writer_support.h"

static void test_sequencer_places__more_than_the_queue_has_is_never_taken(void **state) {
  writer *at = *state;
  assert_refused(pat_sequencer_reserve(at->sequencer, 21), SEQUENCER_BATCH);
  writer_call *too_many = writer_vehicles(at, 100, 21);
  assert_refused(writer_submit(too_many), SEQUENCER_BATCH);
  writer_call_clear(too_many);
  assert_int_equal(pat_sequencer_count(at->sequencer).reserved, 0);
}

/* Reserved places and waiting statements share the queue. */
static void test_sequencer_places__a_reserved_place_is_nobody_elses(void **state) {
  writer *at = *state;
  assert_ok(pat_sequencer_reserve(at->sequencer, 19));
  assert_refused(pat_sequencer_reserve(at->sequencer, 2), SEQUENCER_QUEUE);
  assert_ok(pat_sequencer_reserve(at->sequencer, 1));
  assert_refused(pat_sequencer_reserve(at->sequencer, 1), SEQUENCER_QUEUE);
  writer_call *other = writer_vehicles(at, 200, 1);
  assert_refused(writer_submit(other), SEQUENCER_QUEUE);
  assert_int_equal(pat_sequencer_count(at->sequencer).reserved, 20);
  pat_sequencer_unreserve(at->sequencer, 1);
  assert_ok(writer_submit(other));
  writer_assert_recorded(other);
  assert_int_equal(pat_sequencer_count(at->sequencer).reserved, 19);
  pat_sequencer_unreserve(at->sequencer, 19);
  writer_call_clear(other);
}

static pat_status submit_reserved(writer_call *call) {
  return pat_sequencer_submit_reserved(call->at->sequencer, call->submissions, call->count,
                                       call->check_only, call->outcomes);
}

static void test_sequencer_places__reserved_places_are_used_once(void **state) {
  writer *at = *state;
  assert_ok(pat_sequencer_reserve(at->sequencer, 20));
  writer_call *call = writer_vehicles(at, 300, 12);
  assert_ok(submit_reserved(call));
  writer_assert_recorded(call);
  assert_int_equal(pat_sequencer_count(at->sequencer).reserved, 8);
  assert_int_equal(pat_sequencer_count(at->sequencer).waiting, 0);
  assert_ok(pat_sequencer_reserve(at->sequencer, 12));
  pat_sequencer_unreserve(at->sequencer, 20);
  writer_call_clear(call);
}

/* Also where nothing is taken any more, places come back. */
static void test_sequencer_places__that_stopped_takes_reserved_places_back(void **state) {
  writer *at = *state;
  assert_ok(pat_sequencer_reserve(at->sequencer, 5));
  writer_call *before = writer_vehicles(at, 399, 1);
  assert_ok(writer_submit(before));
  writer_call *jumped = writer_vehicles(at, 400, 1);
  atomic_fetch_add(&at->clock.now_ms, 3600000);
  assert_refused(writer_submit(jumped), SEQUENCER_CLOCK);
  writer_call *late = writer_vehicles(at, 410, 3);
  assert_refused(submit_reserved(late), SEQUENCER_CLOCK);
  assert_int_equal(pat_sequencer_count(at->sequencer).reserved, 2);
  assert_refused(pat_sequencer_reserve(at->sequencer, 1), SEQUENCER_CLOCK);
  pat_sequencer_unreserve(at->sequencer, 2);
  writer_call_clear(before);
  writer_call_clear(jumped);
  writer_call_clear(late);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      writer_test(test_sequencer_places__more_than_the_queue_has_is_never_taken),
      writer_test(test_sequencer_places__a_reserved_place_is_nobody_elses),
      writer_test(test_sequencer_places__reserved_places_are_used_once),
      writer_test(test_sequencer_places__that_stopped_takes_reserved_places_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
