/* What the listener refuses, over real sockets of the loopback, with raw bytes. */
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

/* The request is refused by this rule, and the connection closed at once. */
static void check_refused_bytes(const char *request, size_t size, int status, const char *rule) {
  struct timespec before;
  struct timespec after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  http_test_exchange(&shared, request, size, text, sizeof(text));
  clock_gettime(CLOCK_MONOTONIC, &after);
  if (http_test_status(text) != status) print_error("%.200s\n gave %.300s\n", request, text);
  assert_int_equal(http_test_status(text), status);
  assert_string_equal(http_test_field(text, "Content-Type", value), "application/problem+json");
  assert_string_equal(http_test_field(text, "Connection", value), "close");
  char wanted[100];
  snprintf(wanted, sizeof(wanted), "\"rule\":\"%s\"", rule);
  if (strstr(text, wanted) == NULL) print_error("%s: no %s in %s\n", request, wanted, text);
  assert_non_null(strstr(text, wanted));
  assert_true(after.tv_sec - before.tv_sec < 3);
}

static void check_refused(const char *request, int status, const char *rule) {
  check_refused_bytes(request, strlen(request), status, rule);
}

#define HOST "Host: a\r\n"
#define JSON "Content-Type: application/json\r\n"

static void test_server__refuses_bodies_framed_twice(void **state) {
  (void)state;
  static const char *const heads[] = {
      "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
      "Content-Length: 2\r\nContent-Length: 2\r\n",
      "Content-Length: 2\r\nContent-Length: 3\r\n",
      "Content-Length: 2, 2\r\n",
      "Content-Length: 2 2\r\n",
      "Content-Length: +2\r\n",
      "Content-Length: 2x\r\n",
      "Content-Length: 0x2\r\n",
      "Content-Length: 02\r\n",
      "Content-Length: -2\r\n",
      "Content-Length: \r\n",
      "Content-Length: 99999999999999999999\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
  };
  for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
    char request[400];
    snprintf(request, sizeof(request), "POST /things HTTP/1.1\r\n" HOST JSON "%s\r\n{}", heads[i]);
    check_refused(request, 400, "http.body-framing");
  }
}

static void test_server__refuses_codings_it_does_not_know(void **state) {
  (void)state;
  static const char *const codings[] = {"gzip",     "gzip, chunked", "chunked, gzip",
                                        "identity", "xchunked",      "chunked;a=b"};
  for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++) {
    char request[400];
    snprintf(request, sizeof(request),
             "POST /things HTTP/1.1\r\n" HOST JSON
             "Transfer-Encoding: %s\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
             codings[i]);
    http_test_exchange(&shared, request, strlen(request), text, sizeof(text));
    assert_int_equal(http_test_status(text), 400);
    assert_string_equal(http_test_field(text, "Connection", value), "close");
  }
}

static void test_server__refuses_lines_that_are_not_http(void **state) {
  (void)state;
  static const char *const requests[] = {
      "GET /things/a HTTP/1.1\n" HOST "\r\n",
      "GET /things/a HTTP/1.1\r\nHost: a\n\r\nX: y\r\n\r\n",
      "GET /things/a HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
      "GET /things/a HTTP/1.1\r\nHost: a\n\n",
      "GET /things/a HTTP/1.1\nHost: a\n\n",
      "GET  /things/a HTTP/1.1\r\n" HOST "\r\n",
      "GET /things/a  HTTP/1.1\r\n" HOST "\r\n",
      "GET /things/a HTTP/1.1\r\nHost : a\r\n\r\n",
      "GET /things/a HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
      "POST /things HTTP/1.1\r\n" HOST JSON "X: y\r\n z\r\nContent-Length: 2\r\n\r\n{}",
      "GET /things/a HTTP/1.1\r\n: b\r\n" HOST "\r\n",
      "GET /things/a HTTP/1.1\r\n" HOST ": b\r\n\r\n",
      "GET /things/a HTTP/1.1\r\nno colon\r\n" HOST "\r\n",
      "GET /things/a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET /things/a HTTP/1.1\r\nX: y\r\n\r\n",
      "GET /things/a HTTP/1.1\r\nX(: y\r\n" HOST "\r\n",
      "GET /things/\"a HTTP/1.1\r\n" HOST "\r\n",
      "GET /things/a#b HTTP/1.1\r\n" HOST "\r\n",
      "GET things HTTP/1.1\r\n" HOST "\r\n",
      "GET /things/a\r\n" HOST "\r\n",
      "GET\r\n\r\n",
      "BREW /things/a HTTP/1.1\r\n" HOST "\r\n",
      "get /things/a HTTP/1.1\r\n" HOST "\r\n",
      "\x16\x03\x01\x02\r\n\r\n",
  };
  for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
    check_refused(requests[i], 400, "http.request-form");
  }
  check_refused_bytes("GET /things/a HTTP/1.1\r\nHost: a\0b\r\n\r\n", 38, 400, "http.request-form");
}

static void test_server__refuses_other_versions(void **state) {
  (void)state;
  check_refused("GET /things/a HTTP/2.0\r\n" HOST "\r\n", 505, "http.version");
  check_refused("GET /things/a HTTP/1.2\r\n" HOST "\r\n", 505, "http.version");
}

static size_t long_head(char *request, size_t value_bytes) {
  size_t used = (size_t)sprintf(request, "GET /things/a HTTP/1.1\r\n" HOST "X: ");
  memset(request + used, 'y', value_bytes);
  return used + value_bytes + (size_t)sprintf(request + used + value_bytes, "\r\n\r\n");
}

static void test_server__refuses_large_heads(void **state) {
  (void)state;
  static char request[64 * 1024];
  size_t size = long_head(request, PAT_HTTP_HEADER_BYTES_MAX);
  http_test_exchange(&shared, request, size, text, sizeof(text));
  assert_int_equal(http_test_status(text), 200);
  size = long_head(request, PAT_HTTP_HEADER_BYTES_MAX + 1);
  check_refused_bytes(request, size, 431, "http.head-size");
  size = long_head(request, PAT_HTTP_HEAD_BYTES_MAX);
  check_refused_bytes(request, size, 431, "http.head-size");
  size = long_head(request, 60 * 1024);
  http_test_exchange(&shared, request, size, text, sizeof(text));
  assert_in_range(http_test_status(text), 400, 431);
  assert_string_equal(http_test_field(text, "Connection", value), "close");
}

static size_t many_fields(char *request, size_t count) {
  size_t used = (size_t)sprintf(request, "GET /things/a HTTP/1.1\r\n" HOST);
  for (size_t i = 1; i < count; i++)
    used += (size_t)sprintf(request + used, "X: y\r\n");
  return used + (size_t)sprintf(request + used, "\r\n");
}

static void test_server__refuses_many_fields(void **state) {
  (void)state;
  static char request[8 * 1024];
  size_t size = many_fields(request, PAT_HTTP_HEADERS_MAX - 1);
  http_test_exchange(&shared, request, size, text, sizeof(text));
  assert_int_equal(http_test_status(text), 200);
  check_refused_bytes(request, many_fields(request, PAT_HTTP_HEADERS_MAX), 431, "http.head-size");
  check_refused_bytes(request, many_fields(request, PAT_HTTP_HEADERS_MAX + 1), 431,
                      "http.head-size");
}

static void long_target(char *request, size_t path_bytes) {
  size_t used = (size_t)sprintf(request, "GET /things/");
  memset(request + used, 'a', path_bytes - strlen("/things/"));
  sprintf(request + used + path_bytes - strlen("/things/"), " HTTP/1.1\r\n" HOST "\r\n");
}

static void test_server__refuses_long_targets(void **state) {
  (void)state;
  static char request[8 * 1024];
  long_target(request, PAT_HTTP_TARGET_BYTES_MAX);
  http_test_exchange(&shared, request, strlen(request), text, sizeof(text));
  assert_int_equal(http_test_status(text), 200);
  long_target(request, PAT_HTTP_TARGET_BYTES_MAX + 1);
  check_refused(request, 414, "http.target-size");
}

static size_t post_of(char *request, size_t body_bytes, bool chunked) {
  size_t used = (size_t)sprintf(request, "POST /things HTTP/1.1\r\n" HOST JSON);
  used += (size_t)(chunked ? sprintf(request + used, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n",
                                     body_bytes)
                           : sprintf(request + used, "Content-Length: %zu\r\n\r\n", body_bytes));
  memset(request + used, 'b', body_bytes);
  used += body_bytes;
  return used + (chunked ? (size_t)sprintf(request + used, "\r\n0\r\n\r\n") : 0);
}

static void test_server__refuses_large_bodies(void **state) {
  (void)state;
  static char request[32 * 1024];
  for (int chunked = 0; chunked <= 1; chunked++) {
    for (size_t size = 4095; size <= 4096; size++) {
      http_test_exchange(&shared, request, post_of(request, size, chunked), text, sizeof(text));
      assert_int_equal(http_test_status(text), 201);
    }
    check_refused_bytes(request, post_of(request, 4097, chunked), 413, "http.body-size");
    check_refused_bytes(request, post_of(request, 20000, chunked), 413, "http.body-size");
  }
  check_refused("POST /things HTTP/1.1\r\n" HOST JSON "Content-Length: 9999999999\r\n\r\n", 413,
                "http.body-size");
}

static void check_cut(const char *request, const char *rule) {
  int connection = http_test_connect(&shared);
  http_test_send(connection, request, strlen(request));
  shutdown(connection, SHUT_WR);
  http_test_receive(connection, text, sizeof(text), false);
  assert_int_equal(http_test_status(text), 400);
  assert_non_null(strstr(text, rule));
  assert_true(http_test_closed(connection));
  close(connection);
}

static void test_server__refuses_bodies_cut_short(void **state) {
  (void)state;
  check_cut("POST /things HTTP/1.1\r\n" HOST JSON "Content-Length: 9\r\n\r\n{}",
            "http.body-truncated");
  check_cut("POST /things HTTP/1.1\r\n" HOST JSON "Transfer-Encoding: chunked\r\n\r\n9\r\n{}",
            "http.body-truncated");
  check_cut("POST /things HTTP/1.1\r\n" HOST JSON "Transfer-Encoding: chunked\r\n\r\n2\r\n{}",
            "http.body-truncated");
  check_cut("GET /things/a HTTP/1.1\r\nHost:", "http.request-form");
}

static void test_server__refuses_bad_chunks(void **state) {
  (void)state;
  static const char *const chunks[] = {"2;a=b\r\n{}\r\n0\r\n\r\n",
                                       "2\n{}\n0\n\n",
                                       "x\r\n",
                                       "2\r\n{}x\r\n0\r\n\r\n",
                                       "-2\r\n{}\r\n",
                                       " 2\r\n{}\r\n",
                                       "0x2\r\n{}\r\n0\r\n\r\n",
                                       "\r\n2\r\n{}\r\n0\r\n\r\n"};
  for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
    char request[300];
    snprintf(request, sizeof(request),
             "POST /things HTTP/1.1\r\n" HOST JSON "Transfer-Encoding: chunked\r\n\r\n%s",
             chunks[i]);
    check_refused(request, 400, "http.body-truncated");
  }
  http_test_exchange(&shared,
                     "POST /things HTTP/1.1\r\n" HOST JSON
                     "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                     strlen("POST /things HTTP/1.1\r\n" HOST JSON
                            "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"),
                     text, sizeof(text));
}

static void test_server__refuses_what_does_not_fit_the_method(void **state) {
  (void)state;
  check_refused("POST /things HTTP/1.1\r\n" HOST JSON "\r\n", 411, "http.length-required");
  check_refused("GET /things/a HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}", 400,
                "http.body-unexpected");
  check_refused("POST /things HTTP/1.1\r\n" HOST JSON
                "Expect: a-miracle\r\nContent-Length: 2\r\n\r\n{}",
                417, "http.expectation");
}

/* Refusals that leave the connection usable: two of them on one connection. */
static void check_kept(const char *request, int status, const char *rule) {
  int connection = http_test_connect(&shared);
  bool is_head = strncmp(request, "HEAD", 4) == 0;
  for (int i = 0; i < 2; i++) {
    http_test_send(connection, request, strlen(request));
    assert_true(http_test_receive(connection, text, sizeof(text), is_head) > 0);
    if (http_test_status(text) != status) print_error("%s gave %s\n", request, text);
    assert_int_equal(http_test_status(text), status);
    assert_string_equal(http_test_field(text, "Connection", value), "keep-alive");
    if (rule != NULL) assert_non_null(strstr(text, rule));
    assert_int_equal(strlen(http_test_field(text, "Request-Id", value)), 16);
    if (rule != NULL) assert_non_null(strstr(http_test_body(text), value));
  }
  close(connection);
}

static void test_server__refuses_unknown_addresses_and_methods(void **state) {
  (void)state;
  check_kept("GET /nothing HTTP/1.1\r\n" HOST "\r\n", 404, "http.route");
  check_kept("GET / HTTP/1.1\r\n" HOST "\r\n", 404, "http.route");
  check_kept("GET /things/a/b HTTP/1.1\r\n" HOST "\r\n", 404, "http.route");
  check_kept("GET /things/%61 HTTP/1.1\r\n" HOST "\r\n", 404, "http.route");
  check_kept("GET /x/../things/a HTTP/1.1\r\n" HOST "\r\n", 404, "http.route");
  check_kept("GET //things/a HTTP/1.1\r\n" HOST "\r\n", 404, "http.route");
  check_kept("GET /things/ HTTP/1.1\r\n" HOST "\r\n", 404, "http.route");
  check_kept("DELETE /things/a HTTP/1.1\r\n" HOST "\r\n", 405, "http.method");
  assert_string_equal(http_test_field(text, "Allow", value), "OPTIONS, GET, HEAD");
  check_kept("GET /things HTTP/1.1\r\n" HOST "\r\n", 405, "http.method");
  assert_string_equal(http_test_field(text, "Allow", value), "OPTIONS, POST");
  check_kept("HEAD /things HTTP/1.1\r\n" HOST "\r\n", 405, NULL);
  check_kept("PROPFIND /things HTTP/1.1\r\n" HOST "\r\n", 501, "http.method-unknown");
  check_kept("GET /things/a?colour=1 HTTP/1.1\r\n" HOST "\r\n", 400, "\"pointer\":\"colour\"");
  check_kept("GET /fails HTTP/1.1\r\n" HOST "\r\n", 400, "\"pointer\":\"/a/0\"");
}

static void test_server__refuses_media_types(void **state) {
  (void)state;
  check_kept("GET /things/a HTTP/1.1\r\n" HOST "Accept: text/html\r\n\r\n", 406,
             "http.not-acceptable");
  const char *body = "\r\nContent-Length: 2\r\n\r\n{}";
  char request[300];
  snprintf(request, sizeof(request), "POST /things HTTP/1.1\r\n" HOST "Content-Type: text/plain%s",
           body);
  check_refused(request, 415, "http.media-type");
  snprintf(request, sizeof(request), "POST /things HTTP/1.1\r\nHost: a%s", body);
  check_refused(request, 415, "http.media-type");
}

#define CASE(name) cmocka_unit_test(test_server__##name)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_bodies_framed_twice),
      CASE(refuses_codings_it_does_not_know),
      CASE(refuses_lines_that_are_not_http),
      CASE(refuses_other_versions),
      CASE(refuses_large_heads),
      CASE(refuses_many_fields),
      CASE(refuses_long_targets),
      CASE(refuses_large_bodies),
      CASE(refuses_bodies_cut_short),
      CASE(refuses_bad_chunks),
      CASE(refuses_what_does_not_fit_the_method),
      CASE(refuses_unknown_addresses_and_methods),
      CASE(refuses_media_types),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
