/* Watching connections: late ones are cut off, also the first one after a long rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/watch.h"

enum { PLACES = 2, PATIENCE_MS = 10000, REST_MS = 1000 };

static pat_http_watch watch;
static int pair[2]; /* ours, and the client's */

static int set_up(void **state) {
  (void)state;
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  assert_true(pat_is_ok(pat_http_watch_start(&watch, pat_env_system(), PLACES)));
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  pat_http_watch_stop(&watch);
  (void)close(pair[0]);
  (void)close(pair[1]);
  return 0;
}

/* Whether our side of the connection reads its end within so many milliseconds. */
static bool is_cut_off(int within_ms) {
  struct pollfd waited = {.fd = pair[0], .events = POLLIN};
  return poll(&waited, 1, within_ms) == 1;
}

static void test_watch__cuts_off_late_connections(void **state) {
  (void)state;
  size_t place = pat_http_watch_set(&watch, pair[0], 1);
  assert_true(is_cut_off(PATIENCE_MS));
  pat_http_watch_unset(&watch, place);
}

static void test_watch__wakes_after_a_rest(void **state) {
  (void)state;
  pat_http_watch_unset(&watch, pat_http_watch_set(&watch, pair[0], 0));
  assert_false(is_cut_off(REST_MS)); /* the thread sleeps by then */
  size_t place = pat_http_watch_set(&watch, pair[0], 1);
  assert_true(is_cut_off(PATIENCE_MS));
  pat_http_watch_unset(&watch, place);
}

static void test_watch__lets_go_who_is_not_late(void **state) {
  (void)state;
  size_t place = pat_http_watch_set(&watch, pair[0], PATIENCE_MS);
  assert_false(is_cut_off(REST_MS));
  pat_http_watch_unset(&watch, place);
  assert_false(is_cut_off(REST_MS));
}

/* More than there are places for are not watched, and nothing else. */
static void test_watch__has_so_many_places(void **state) {
  (void)state;
  for (size_t i = 0; i < PLACES; i++)
    assert_int_equal(pat_http_watch_set(&watch, pair[1], PATIENCE_MS), i);
  assert_int_equal(pat_http_watch_set(&watch, pair[0], 1), PLACES);
  pat_http_watch_unset(&watch, PLACES);
  assert_false(is_cut_off(REST_MS));
  for (size_t i = 0; i < PLACES; i++)
    pat_http_watch_unset(&watch, i);
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_watch__##name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(cuts_off_late_connections),
      CASE(wakes_after_a_rest),
      CASE(lets_go_who_is_not_late),
      CASE(has_so_many_places),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
