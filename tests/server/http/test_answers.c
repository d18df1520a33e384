/* What the listener answers, over real sockets of the loopback. */
#include "server/http/server.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/limits.h"
#include "tests/server/http/http_support.h"

enum { TEXT_BYTES = 2 << 20 };

static http_test_server shared;
static char text[TEXT_BYTES];
static char value[512];

static int start(void **state) {
  (void)state;
  http_test_start(&shared, (pat_http_options){.body_bytes_max = 4096, .idle_ms = 1000});
  return 0;
}

static int stop(void **state) {
  (void)state;
  http_test_stop(&shared);
  return 0;
}

#define HOST "Host: a\r\n"
#define JSON "Content-Type: application/json\r\n"

static size_t post_of(char *request, size_t body_bytes, bool chunked) {
  size_t used = (size_t)sprintf(request, "POST /things HTTP/1.1\r\n" HOST JSON);
  used += (size_t)(chunked ? sprintf(request + used, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n",
                                     body_bytes)
                           : sprintf(request + used, "Content-Length: %zu\r\n\r\n", body_bytes));
  memset(request + used, 'b', body_bytes);
  used += body_bytes;
  return used + (chunked ? (size_t)sprintf(request + used, "\r\n0\r\n\r\n") : 0);
}

static void test_answers__answers_and_keeps_the_connection(void **state) {
  (void)state;
  int connection = http_test_connect(&shared);
  for (int i = 0; i < 20; i++) {
    const char *request = "GET /things/abc HTTP/1.1\r\n" HOST "\r\n";
    http_test_send(connection, request, strlen(request));
    http_test_receive(connection, text, sizeof(text), false);
    assert_int_equal(http_test_status(text), 200);
    assert_string_equal(http_test_body(text), "{\"id\":\"abc\"}");
    char post[300];
    size_t size = post_of(post, 10, i % 2 == 0);
    http_test_send(connection, post, size);
    http_test_receive(connection, text, sizeof(text), false);
    assert_int_equal(http_test_status(text), 201);
    assert_non_null(strstr(text, "\"size\":10"));
  }
  close(connection);
}

static void test_answers__answers_pipelined_requests_in_order(void **state) {
  (void)state;
  const char *requests = "GET /things/a HTTP/1.1\r\n" HOST
                         "\r\n"
                         "POST /things HTTP/1.1\r\n" HOST JSON
                         "Content-Length: 2\r\n\r\n{}"
                         "GET /nothing HTTP/1.1\r\n" HOST
                         "\r\n"
                         "GET /things/b HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
  int connection = http_test_connect(&shared);
  http_test_send(connection, requests, strlen(requests));
  static const int statuses[] = {200, 201, 404, 200};
  for (size_t i = 0; i < 4; i++) {
    http_test_receive(connection, text, sizeof(text), false);
    assert_int_equal(http_test_status(text), statuses[i]);
  }
  assert_string_equal(http_test_body(text), "{\"id\":\"b\"}");
  assert_true(http_test_closed(connection));
  close(connection);
}

/* A request hidden in what a lenient reader would take for a body is never answered. */
static void test_answers__never_answers_a_smuggled_request(void **state) {
  (void)state;
  const char *request = "POST /things HTTP/1.1\r\n" HOST JSON
                        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                        "GET /things/smuggled HTTP/1.1\r\n" HOST "\r\n";
  http_test_exchange(&shared, request, strlen(request), text, sizeof(text));
  assert_int_equal(http_test_status(text), 400);
  assert_null(strstr(text, "smuggled"));
}

static void test_answers__answers_head_without_a_body(void **state) {
  (void)state;
  int connection = http_test_connect(&shared);
  const char *request = "HEAD /things/abc HTTP/1.1\r\n" HOST "\r\n";
  http_test_send(connection, request, strlen(request));
  http_test_receive(connection, text, sizeof(text), true);
  assert_int_equal(http_test_status(text), 200);
  assert_string_equal(http_test_field(text, "Content-Length", value), "12");
  request = "GET /things/x HTTP/1.1\r\n" HOST "\r\n";
  http_test_send(connection, request, strlen(request));
  http_test_receive(connection, text, sizeof(text), false);
  assert_string_equal(http_test_body(text), "{\"id\":\"x\"}");
  close(connection);
}

static void test_answers__answers_304_for_a_known_etag(void **state) {
  (void)state;
  const char *request = "GET /tiles/0/000 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
  http_test_exchange(&shared, request, strlen(request), text, sizeof(text));
  assert_int_equal(http_test_status(text), 200);
  assert_string_equal(http_test_body(text), "0/000");
  char etag[512];
  http_test_field(text, "ETag", etag);
  assert_int_equal(strlen(etag), 34);
  char again[900];
  snprintf(again, sizeof(again),
           "GET /tiles/0/000 HTTP/1.1\r\n" HOST
           "If-None-Match: \"x\", W/%s\r\nConnection: close\r\n\r\n",
           etag);
  http_test_exchange(&shared, again, strlen(again), text, sizeof(text));
  assert_int_equal(http_test_status(text), 304);
  assert_string_equal(http_test_body(text), "");
  assert_string_equal(http_test_field(text, "ETag", value), etag);
  assert_string_equal(http_test_field(text, "Content-Length", value), "");
  assert_string_equal(http_test_field(text, "Cache-Control", value),
                      "public, max-age=31536000, immutable");
}

static void test_answers__negotiates_and_says_so(void **state) {
  (void)state;
  const char *request = "GET /things/a HTTP/1.1\r\n" HOST
                        "Accept: application/x-protobuf\r\nConnection: close\r\n\r\n";
  http_test_exchange(&shared, request, strlen(request), text, sizeof(text));
  assert_string_equal(http_test_field(text, "Content-Type", value), "application/x-protobuf");
  assert_string_equal(http_test_field(text, "Vary", value), "Accept");
  request = "POST /things HTTP/1.1\r\n" HOST JSON
            "Prefer: respond-async\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
  http_test_exchange(&shared, request, strlen(request), text, sizeof(text));
  assert_non_null(strstr(text, "\"async\":1"));
  assert_string_equal(http_test_field(text, "Preference-Applied", value), "respond-async");
  assert_string_equal(http_test_field(text, "Cache-Control", value), "no-store");
}

static void test_answers__asks_for_bodies_on_expectation(void **state) {
  (void)state;
  int connection = http_test_connect(&shared);
  const char *head =
      "POST /things HTTP/1.1\r\n" HOST JSON "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  http_test_send(connection, head, strlen(head));
  http_test_receive(connection, text, sizeof(text), true);
  assert_string_equal(text, "HTTP/1.1 100 Continue\r\n\r\n");
  http_test_send(connection, "{}", 2);
  http_test_receive(connection, text, sizeof(text), false);
  assert_int_equal(http_test_status(text), 201);
  close(connection);
}

static void check_cors(const char *request, const char *origin, const char *methods) {
  http_test_exchange(&shared, request, strlen(request), text, sizeof(text));
  assert_string_equal(http_test_field(text, "Access-Control-Allow-Origin", value), origin);
  assert_string_equal(http_test_field(text, "Access-Control-Allow-Methods", value), methods);
  assert_string_equal(http_test_field(text, "Access-Control-Allow-Credentials", value), "");
  assert_string_equal(http_test_field(text, "X-Content-Type-Options", value), "nosniff");
  assert_string_equal(http_test_field(text, "Referrer-Policy", value), "no-referrer");
}

#define FOREIGN HOST "Origin: https://other.example\r\nConnection: close\r\n"

static void test_answers__lets_any_origin_read_what_is_public(void **state) {
  (void)state;
  check_cors("GET /things/a HTTP/1.1\r\n" FOREIGN "\r\n", "*", "");
  check_cors("OPTIONS /things/a HTTP/1.1\r\n" FOREIGN "Access-Control-Request-Method: GET\r\n\r\n",
             "*", "OPTIONS, GET, HEAD");
  assert_int_equal(http_test_status(text), 204);
  check_cors("OPTIONS /things HTTP/1.1\r\n" FOREIGN "Access-Control-Request-Method: POST\r\n\r\n",
             "", "");
  check_cors("POST /things HTTP/1.1\r\n" FOREIGN JSON "Content-Length: 2\r\n\r\n{}", "", "");
  assert_int_equal(http_test_status(text), 201);
  check_cors("GET /nothing HTTP/1.1\r\n" FOREIGN "\r\n", "", "");
}

static void test_answers__links_to_the_next_page(void **state) {
  (void)state;
  const char *request =
      "GET /pages?limit=5&cursor=old HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
  http_test_exchange(&shared, request, strlen(request), text, sizeof(text));
  assert_string_equal(http_test_field(text, "Link", value),
                      "</pages?limit=5&cursor=abc_-1>; rel=\"next\"");
}

static void test_answers__sends_large_bodies_whole(void **state) {
  (void)state;
  const char *request = "GET /big HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
  http_test_exchange(&shared, request, strlen(request), text, sizeof(text));
  assert_int_equal(strlen(http_test_body(text)), 1 << 20);
}

#define CASE(name) cmocka_unit_test(test_answers__##name)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(answers_and_keeps_the_connection), CASE(answers_pipelined_requests_in_order),
      CASE(never_answers_a_smuggled_request), CASE(answers_head_without_a_body),
      CASE(answers_304_for_a_known_etag),     CASE(negotiates_and_says_so),
      CASE(asks_for_bodies_on_expectation),   CASE(lets_any_origin_read_what_is_public),
      CASE(links_to_the_next_page),           CASE(sends_large_bodies_whole),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
