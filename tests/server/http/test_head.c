/* The pure check of a head: every rule, and what a good head says. */
#include "server/http/head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/server/http/head_support.h"

enum { BODY_MAX = 100 };

static void check(const char *text, pat_rule rule, const char *place) {
  pat_http_head head = head_of(text);
  pat_http_framing untouched = {.content_length = 77};
  pat_err err = {0};
  pat_status status = pat_http_head_check(&head, BODY_MAX, &untouched, &err);
  if (!pat_is_rule(status, rule)) print_error("%s\n gave %s\n", text, pat_rule_id(status.rule));
  assert_true(pat_is_rule(status, rule));
  assert_int_equal(untouched.content_length, 77);
  assert_string_equal(err.place, place);
}

static pat_http_framing accepted(const char *text) {
  pat_http_head head = head_of(text);
  pat_http_framing framing = {0};
  pat_status status = pat_http_head_check(&head, BODY_MAX, &framing, NULL);
  if (!pat_is_ok(status)) print_error("%s\n gave %s\n", text, pat_rule_id(status.rule));
  assert_true(pat_is_ok(status));
  return framing;
}

#define GET  "GET / HTTP/1.1\nHost: a\n"
#define POST "POST / HTTP/1.1\nHost: a\n"

static void test_head__refuses_bad_form(void **state) {
  (void)state;
  check("GET x HTTP/1.1\nHost: a\n", PAT_RULE_HTTP_REQUEST_FORM, "");
  check("GET /a\"b HTTP/1.1\nHost: a\n", PAT_RULE_HTTP_REQUEST_FORM, "");
  check("GET /a\x80 HTTP/1.1\nHost: a\n", PAT_RULE_HTTP_REQUEST_FORM, "");
  check("GET /a?b^ HTTP/1.1\nHost: a\n", PAT_RULE_HTTP_REQUEST_FORM, "");
  check(GET "X y: z\n", PAT_RULE_HTTP_REQUEST_FORM, "");
  check(GET ": z\n", PAT_RULE_HTTP_REQUEST_FORM, "");
  check(GET "X: \x01\n", PAT_RULE_HTTP_REQUEST_FORM, "");
  check(GET "X: \x7f\n", PAT_RULE_HTTP_REQUEST_FORM, "");
  check("GET / HTTP/1.1\n", PAT_RULE_HTTP_REQUEST_FORM, "Host");
  check(GET "Host: a\n", PAT_RULE_HTTP_REQUEST_FORM, "Host");
  check("GET / HTTP/1.0\nHost: a\nhOsT: b\n", PAT_RULE_HTTP_REQUEST_FORM, "Host");
  check("GET / HTTP/0.9\nHost: a\n", PAT_RULE_HTTP_VERSION, "");
  check("GET / HTTP/1.10\nHost: a\n", PAT_RULE_HTTP_VERSION, "");
  pat_http_head head = head_of(GET);
  head.lines_bad = true;
  pat_http_framing framing = {0};
  assert_true(pat_is_rule(pat_http_head_check(&head, BODY_MAX, &framing, NULL),
                          PAT_RULE_HTTP_REQUEST_FORM));
}

static void test_head__refuses_ambiguous_bodies(void **state) {
  (void)state;
  const char *length = "Content-Length";
  const char *coding = "Transfer-Encoding";
  check(POST "Content-Length: 1\nContent-Length: 1\n", PAT_RULE_HTTP_BODY_FRAMING, length);
  check(POST "Content-Length: 1, 1\n", PAT_RULE_HTTP_BODY_FRAMING, length);
  check(POST "Content-Length: \n", PAT_RULE_HTTP_BODY_FRAMING, length);
  check(POST "Content-Length: 1a\n", PAT_RULE_HTTP_BODY_FRAMING, length);
  check(POST "Content-Length: +1\n", PAT_RULE_HTTP_BODY_FRAMING, length);
  check(POST "Content-Length: 18446744073709551616\n", PAT_RULE_HTTP_BODY_FRAMING, length);
  check(POST "Content-Length: 1\nTransfer-Encoding: chunked\n", PAT_RULE_HTTP_BODY_FRAMING, coding);
  check(POST "Transfer-Encoding: chunked\nContent-Length: 1\n", PAT_RULE_HTTP_BODY_FRAMING, coding);
  check(POST "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n", PAT_RULE_HTTP_BODY_FRAMING,
        coding);
  check(POST "Transfer-Encoding: gzip, chunked\n", PAT_RULE_HTTP_BODY_FRAMING, coding);
  check(POST "Transfer-Encoding: identity\n", PAT_RULE_HTTP_BODY_FRAMING, coding);
  check("POST / HTTP/1.0\nTransfer-Encoding: chunked\n", PAT_RULE_HTTP_BODY_FRAMING, coding);
  check("PUT / HTTP/1.1\nHost: a\nContent-Length: 1\nTransfer-Encoding: chunked\n",
        PAT_RULE_HTTP_BODY_FRAMING, coding);
  check(GET "Content-Length: x\n", PAT_RULE_HTTP_BODY_FRAMING, length);
}

static void test_head__refuses_bodies_that_do_not_fit(void **state) {
  (void)state;
  check(POST, PAT_RULE_HTTP_LENGTH_REQUIRED, "");
  check(GET "Content-Length: 1\n", PAT_RULE_HTTP_BODY_UNEXPECTED, "");
  check(GET "Transfer-Encoding: chunked\n", PAT_RULE_HTTP_BODY_UNEXPECTED, "");
  check("HEAD / HTTP/1.1\nHost: a\nContent-Length: 1\n", PAT_RULE_HTTP_BODY_UNEXPECTED, "");
  check("OPTIONS / HTTP/1.1\nHost: a\nContent-Length: 1\n", PAT_RULE_HTTP_BODY_UNEXPECTED, "");
  check(POST "Content-Length: 101\n", PAT_RULE_HTTP_BODY_SIZE, "");
  check(POST "Content-Length: 18446744073709551615\n", PAT_RULE_HTTP_BODY_SIZE, "");
  check(POST "Content-Length: 1\nExpect: 200-ok\n", PAT_RULE_HTTP_EXPECTATION, "Expect");
  assert_int_equal(accepted(POST "Content-Length: 100\n").content_length, 100);
  assert_int_equal(accepted(POST "content-length: 99\n").content_length, 99);
  assert_int_equal(accepted(GET "Content-Length: 0\n").content_length, 0);
}

static void check_size(const pat_http_head *head, pat_rule rule) {
  pat_http_framing framing = {0};
  pat_status status = pat_http_head_check(head, BODY_MAX, &framing, NULL);
  assert_int_equal(status.rule, rule);
}

static void test_head__bounds_every_size(void **state) {
  (void)state;
  static char letters[PAT_HTTP_HEAD_BYTES_MAX + 2];
  memset(letters, 'a', sizeof(letters));
  letters[0] = '/';
  pat_http_head head = head_of(GET);
  head.bytes = PAT_HTTP_HEAD_BYTES_MAX - 1;
  check_size(&head, PAT_RULE_NONE);
  head.bytes++;
  check_size(&head, PAT_RULE_NONE);
  head.bytes++;
  check_size(&head, PAT_RULE_HTTP_HEAD_SIZE);
  head.bytes = 0;
  head.query = pat_span_make(letters + 1, 7);
  for (size_t size = PAT_HTTP_TARGET_BYTES_MAX - 1; size <= PAT_HTTP_TARGET_BYTES_MAX + 1; size++) {
    head.path = pat_span_make(letters, size - 7);
    check_size(&head,
               size <= PAT_HTTP_TARGET_BYTES_MAX ? PAT_RULE_NONE : PAT_RULE_HTTP_TARGET_SIZE);
  }
  head = head_of(GET);
  head.fields[1].name = PAT_SPAN_LITERAL("X");
  head.field_count = 2;
  for (size_t size = PAT_HTTP_HEADER_BYTES_MAX - 1; size <= PAT_HTTP_HEADER_BYTES_MAX + 1; size++) {
    head.fields[1].value = pat_span_make(letters, size);
    check_size(&head, size <= PAT_HTTP_HEADER_BYTES_MAX ? PAT_RULE_NONE : PAT_RULE_HTTP_HEAD_SIZE);
  }
  head.fields[1].value = PAT_SPAN_EMPTY;
  for (size_t i = 2; i < PAT_HTTP_HEADERS_MAX; i++)
    head.fields[i] = head.fields[1];
  head.field_count = PAT_HTTP_HEADERS_MAX - 2;
  check_size(&head, PAT_RULE_NONE);
  head.field_count++;
  check_size(&head, PAT_RULE_NONE);
  head.field_count++;
  check_size(&head, PAT_RULE_HTTP_HEAD_SIZE);
}

static void test_head__says_what_the_request_wants(void **state) {
  (void)state;
  assert_int_equal(accepted(GET).method, PAT_HTTP_GET);
  assert_int_equal(accepted("HEAD / HTTP/1.1\nHost: a\n").method, PAT_HTTP_HEAD);
  assert_int_equal(accepted("OPTIONS / HTTP/1.1\nHost: a\n").method, PAT_HTTP_OPTIONS);
  assert_int_equal(accepted("DELETE / HTTP/1.1\nHost: a\n").method, PAT_HTTP_UNTAKEN);
  assert_int_equal(accepted("Get / HTTP/1.1\nHost: a\n").method, PAT_HTTP_UNKNOWN);
  assert_true(accepted(POST "Transfer-Encoding: Chunked\n").chunked);
  assert_true(accepted(POST "Content-Length: 1\nExpect: 100-Continue\n").expects_continue);
  assert_true(accepted(GET).keep_alive);
  assert_false(accepted(GET "Connection: close\n").keep_alive);
  assert_true(accepted(GET "Connection: x, Keep-Alive\n").keep_alive);
  assert_false(accepted("GET / HTTP/1.0\n").keep_alive);
  assert_true(accepted("GET / HTTP/1.0\nConnection: keep-alive\n").keep_alive);
}

static void test_head__takes_lists_apart(void **state) {
  (void)state;
  pat_span list = PAT_SPAN_LITERAL(" a ,,b\t, c");
  static const char *const wanted[] = {"a", "", "b", "c"};
  pat_span item = PAT_SPAN_EMPTY;
  for (size_t i = 0; i < 4; i++) {
    assert_true(pat_http_list_next(&list, ',', &item));
    assert_true(pat_span_equal(item, pat_span_text(wanted[i])));
  }
  assert_false(pat_http_list_next(&list, ',', &item));
}

#define CASE(name) cmocka_unit_test(test_head__##name)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_bad_form),
      CASE(refuses_ambiguous_bodies),
      CASE(refuses_bodies_that_do_not_fit),
      CASE(bounds_every_size),
      CASE(says_what_the_request_wants),
      CASE(takes_lists_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
