/* Requests that hold their threads: the cap, event streams, slow clients, draining and stopping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/server/http/http_support.h"

#define HOST "Host: a\r\n"

static char text[1 << 16];
static char value[512];

static uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Waits until the counter has this value; fails the test after 5 s. */
static void await(atomic_uint *counter, unsigned wanted) {
  uint64_t end = now_ms() + 5000;
  while (atomic_load(counter) != wanted && now_ms() < end)
    usleep(2000);
  assert_int_equal(atomic_load(counter), wanted);
}

static int ask(const http_test_server *test, const char *request) {
  int connection = http_test_connect(test);
  http_test_send(connection, request, strlen(request));
  return connection;
}

static const char wait_request[] = "GET /wait HTTP/1.1\r\n" HOST "\r\n";
static const char stream_request[] = "GET /stream HTTP/1.1\r\n" HOST "\r\n";

static void test_waiting__refuses_more_than_the_share(void **state) {
  (void)state;
  http_test_server test;
  http_test_start(&test, (pat_http_options){.threads = 16}); /* a quarter: 4 */
  int waiting[4];
  for (unsigned i = 0; i < 4; i++) {
    waiting[i] = ask(&test, wait_request);
    await(&http_test.in_wait, i + 1);
  }
  int refused = ask(&test, stream_request);
  assert_true(http_test_receive(refused, text, sizeof(text), false) > 0);
  assert_int_equal(http_test_status(text), 503);
  assert_string_equal(http_test_field(text, "Retry-After", value), "1");
  assert_non_null(strstr(text, "http.waiting-full"));
  const char *other = "GET /things/a HTTP/1.1\r\n" HOST "\r\n";
  http_test_send(refused, other, strlen(other));
  assert_true(http_test_receive(refused, text, sizeof(text), false) > 0);
  assert_int_equal(http_test_status(text), 200);
  close(refused);
  atomic_store(&http_test.released, true);
  for (unsigned i = 0; i < 4; i++) {
    assert_true(http_test_receive(waiting[i], text, sizeof(text), false) > 0);
    assert_int_equal(http_test_status(text), 200);
    close(waiting[i]);
  }
  await(&http_test.in_wait, 0);
  int again = ask(&test, wait_request);
  assert_true(http_test_receive(again, text, sizeof(text), false) > 0);
  assert_int_equal(http_test_status(text), 200);
  close(again);
  http_test_stop(&test);
}

static void read_until(int connection, const char *wanted) {
  size_t used = 0;
  text[0] = '\0';
  while (strstr(text, wanted) == NULL && used + 1 < sizeof(text)) {
    ssize_t got = recv(connection, text + used, 1, 0);
    if (got <= 0) fail_msg("no %s in %s", wanted, text);
    used += (size_t)got;
    text[used] = '\0';
  }
}

static void test_waiting__streams_events(void **state) {
  (void)state;
  http_test_server test;
  http_test_start(&test, (pat_http_options){.threads = 8});
  int connection = ask(&test, stream_request);
  assert_true(http_test_receive(connection, text, sizeof(text), true) > 0);
  assert_int_equal(http_test_status(text), 200);
  assert_string_equal(http_test_field(text, "Content-Type", value), "text/event-stream");
  assert_string_equal(http_test_field(text, "Connection", value), "close");
  assert_string_equal(http_test_field(text, "Content-Length", value), "");
  for (unsigned event = 1; event <= 3; event++) {
    atomic_store(&http_test.event, event);
    read_until(connection, "\n\n");
    char wanted[50];
    snprintf(wanted, sizeof(wanted), "id: %u\ndata: {}\n\n", event);
    assert_string_equal(text, wanted);
  }
  assert_int_equal(atomic_load(&http_test.feeds_open), 1);
  close(connection);
  /* The next event finds the client gone, and gives the place back. */
  uint64_t end = now_ms() + 5000;
  for (unsigned event = 4; atomic_load(&http_test.feeds_open) != 0 && now_ms() < end; event++) {
    atomic_store(&http_test.event, event);
    usleep(20000);
  }
  assert_int_equal(atomic_load(&http_test.feeds_open), 0);
  http_test_stop(&test);
}

static void test_waiting__head_of_a_stream_ends(void **state) {
  (void)state;
  http_test_server test;
  http_test_start(&test, (pat_http_options){.threads = 4});
  int connection = ask(&test, "HEAD /stream HTTP/1.1\r\n" HOST "\r\n");
  assert_true(http_test_receive(connection, text, sizeof(text), true) > 0);
  assert_int_equal(http_test_status(text), 200);
  assert_true(http_test_closed(connection));
  close(connection);
  await(&http_test.feeds_open, 0);
  http_test_stop(&test);
}

static void test_waiting__stopping_ends_streams(void **state) {
  (void)state;
  http_test_server test;
  http_test_start(&test, (pat_http_options){.threads = 8});
  int connection = ask(&test, stream_request);
  assert_true(http_test_receive(connection, text, sizeof(text), true) > 0);
  uint64_t before = now_ms();
  http_test_stop(&test);
  assert_true(now_ms() - before < 4000);
  assert_int_equal(atomic_load(&http_test.feeds_open), 0);
  close(connection);
}

static void test_waiting__draining_refuses_new_requests(void **state) {
  (void)state;
  http_test_server test;
  http_test_start(&test, (pat_http_options){.threads = 8});
  int running = ask(&test, wait_request);
  await(&http_test.in_wait, 1);
  pat_http_server_drain(test.server);
  int late = ask(&test, "GET /things/a HTTP/1.1\r\n" HOST "\r\n");
  assert_true(http_test_receive(late, text, sizeof(text), false) > 0);
  assert_int_equal(http_test_status(text), 503);
  assert_non_null(strstr(text, "http.stopping"));
  assert_string_equal(http_test_field(text, "Retry-After", value), "1");
  close(late);
  atomic_store(&http_test.released, true);
  assert_true(http_test_receive(running, text, sizeof(text), false) > 0);
  assert_int_equal(http_test_status(text), 200);
  close(running);
  http_test_stop(&test);
}

/* A client that drips its head, and one that drips its body, are cut off within the time set. */
static void test_waiting__cuts_slow_clients_off(void **state) {
  (void)state;
  static const char *const starts[] = {
      "GET /things/a HTTP/1.1\r\n" HOST "X: ",
      "POST /things HTTP/1.1\r\n" HOST
      "Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n"};
  http_test_server test;
  http_test_start(&test, (pat_http_options){.threads = 4, .request_ms = 500, .body_ms = 500});
  for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
    uint64_t before = now_ms();
    int connection = ask(&test, starts[i]);
    struct timeval wait = {.tv_usec = 100000};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    ssize_t got = -1;
    while (got < 0 && now_ms() - before < 5000) {
      http_test_send(connection, "y", 1);
      got = recv(connection, text, sizeof(text) - 1, 0);
    }
    assert_true(got > 0);
    text[got] = '\0';
    assert_int_equal(http_test_status(text), i == 0 ? 400 : 408);
    assert_non_null(strstr(text, i == 0 ? "http.request-form" : "http.timeout"));
    assert_true(now_ms() - before < 3000);
    close(connection);
  }
  http_test_stop(&test);
}

/* Connections that say nothing do not keep the server from stopping. */
static void test_waiting__stops_with_idle_connections(void **state) {
  (void)state;
  http_test_server test;
  http_test_start(&test, (pat_http_options){.threads = 4});
  int silent[3];
  for (size_t i = 0; i < 3; i++)
    silent[i] = http_test_connect(&test);
  const char *request = "GET /things/a HTTP/1.1\r\n" HOST "\r\n";
  http_test_send(silent[0], request, strlen(request));
  assert_true(http_test_receive(silent[0], text, sizeof(text), false) > 0);
  uint64_t before = now_ms();
  http_test_stop(&test);
  assert_true(now_ms() - before < 5000);
  for (size_t i = 0; i < 3; i++)
    close(silent[i]);
}

static void check_not_started(pat_http_options options) {
  static const pat_api_routes none = {NULL, 0};
  pat_http_server *server = NULL;
  pat_err err = {0};
  options.routes = none;
  options.env = pat_env_system();
  pat_status status = pat_http_server_start(&options, &server, &err);
  assert_true(pat_is_rule(status, PAT_RULE_HTTP_LISTEN));
  assert_string_equal(err.place, options.address);
  assert_null(server);
}

static void test_waiting__refuses_addresses(void **state) {
  (void)state;
  check_not_started((pat_http_options){.address = "0.0.0.0", .threads = 1});
  check_not_started((pat_http_options){.address = "192.0.2.1", .threads = 1});
  check_not_started((pat_http_options){.address = "192.0.2.1", .threads = 1, .allow_remote = true});
  check_not_started((pat_http_options){.address = "localhost", .threads = 1});
  check_not_started((pat_http_options){.address = "127.0.0.1:80,0.0.0.0", .threads = 1});
  check_not_started((pat_http_options){.address = "::1", .threads = 1});
  http_test_server test;
  http_test_start(&test, (pat_http_options){.threads = 1});
  check_not_started((pat_http_options){
      .address = "127.0.0.1", .threads = 1, .port = pat_http_server_port(test.server)});
  http_test_stop(&test);
  pat_http_server_stop(NULL);
}

static void test_waiting__counts_what_it_answers(void **state) {
  (void)state;
  http_test_server test;
  http_test_start(&test, (pat_http_options){.threads = 4});
  for (int i = 0; i < 3; i++) {
    int connection = ask(&test, "GET /things/a HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    assert_true(http_test_receive(connection, text, sizeof(text), false) > 0);
    assert_true(http_test_closed(connection));
    close(connection);
  }
  char metrics[8192] = {0};
  pat_builder builder;
  pat_builder_init(&builder, metrics, sizeof(metrics) - 1);
  pat_http_server_write_metrics(test.server, &builder);
  assert_non_null(strstr(metrics,
                         "patina_http_requests_total{route=\"/things/{id}\",method=\"GET\","
                         "class=\"2xx\"} 3\n"));
  assert_non_null(strstr(metrics, "patina_http_requests_running 0\n"));
  http_test_stop(&test);
}

#define CASE(name) cmocka_unit_test(test_waiting__##name)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_addresses),      CASE(refuses_more_than_the_share),
      CASE(cuts_slow_clients_off),  CASE(draining_refuses_new_requests),
      CASE(streams_events),         CASE(head_of_a_stream_ends),
      CASE(stopping_ends_streams),  CASE(stops_with_idle_connections),
      CASE(counts_what_it_answers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
