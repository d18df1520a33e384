/* Media types, preferences and entity tags. */
#include "server/http/negotiate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/server/http/head_support.h"

#define GET "GET / HTTP/1.1\nHost: a\n"

static const unsigned messages = PAT_API_MEDIA_SET_MESSAGES;
static const unsigned text_only = PAT_API_MEDIA_BIT(PAT_API_MEDIA_TEXT);

static void check(const char *fields, unsigned produces, pat_api_media wanted) {
  char text[400];
  snprintf(text, sizeof(text), GET "%s", fields);
  pat_http_head head = head_of(text);
  pat_api_media given = pat_http_accepted(&head, produces);
  if (given != wanted) print_error("%s\n", fields);
  assert_int_equal(given, wanted);
}

static void test_negotiate__refuses_what_is_not_produced(void **state) {
  (void)state;
  check("Accept: text/html\n", messages, PAT_API_MEDIA_NONE);
  check("Accept: \n", messages, PAT_API_MEDIA_NONE);
  check("Accept: application/json;q=0\n", messages, PAT_API_MEDIA_NONE);
  check("Accept: */*;q=0\n", messages, PAT_API_MEDIA_NONE);
  check("Accept: application/json\n", text_only, PAT_API_MEDIA_NONE);
  check("Accept: application\n", messages, PAT_API_MEDIA_NONE);
  check("Accept: application/*x\n", messages, PAT_API_MEDIA_NONE);
  check("Accept: application/json;q=2\n", messages, PAT_API_MEDIA_NONE);
  check("Accept: application/json;q=0.0001\n", messages, PAT_API_MEDIA_NONE);
  check("Accept: application/json;q=1.001\n", messages, PAT_API_MEDIA_NONE);
  check("Accept: application/json;q=x\n", messages, PAT_API_MEDIA_NONE);
}

static void test_negotiate__chooses_what_is_liked_best(void **state) {
  (void)state;
  const pat_api_media json = PAT_API_MEDIA_JSON;
  const pat_api_media protobuf = PAT_API_MEDIA_PROTOBUF;
  check("", messages, json);
  check("Accept: */*\n", messages, json);
  check("Accept: application/*\n", messages, json);
  check("Accept: APPLICATION/JSON\n", messages, json);
  check("Accept: application/x-protobuf\n", messages, protobuf);
  check("Accept: application/json;q=0.5, application/x-protobuf\n", messages, protobuf);
  check("Accept: application/json ; q=0.5,application/x-protobuf;q=0.4\n", messages, json);
  check("Accept: application/json;q=0.500\nAccept: application/x-protobuf;q=0.501\n", messages,
        protobuf);
  check("Accept: */*, application/json;q=0\n", messages, protobuf);
  check("Accept: application/json;q=0, */*\n", messages, protobuf);
  check("Accept: application/*;q=0.1, */*\n", messages, json);
  check("Accept: text/html, application/xhtml+xml, */*;q=0.8\n", messages, json);
  check("Accept: text/plain\n", text_only, PAT_API_MEDIA_TEXT);
  check("Accept: text/*\n", text_only, PAT_API_MEDIA_TEXT);
  check("Accept: text/event-stream\n", PAT_API_MEDIA_BIT(PAT_API_MEDIA_EVENTS),
        PAT_API_MEDIA_EVENTS);
}

static pat_api_media body_media(const char *fields) {
  char text[400];
  snprintf(text, sizeof(text), "POST / HTTP/1.1\nHost: a\n%s", fields);
  pat_http_head head = head_of(text);
  return pat_http_body_media(&head, messages);
}

static void test_negotiate__knows_bodies(void **state) {
  (void)state;
  assert_int_equal(body_media(""), PAT_API_MEDIA_NONE);
  assert_int_equal(body_media("Content-Type: text/plain\n"), PAT_API_MEDIA_NONE);
  assert_int_equal(body_media("Content-Type: application/json; charset=latin1\n"),
                   PAT_API_MEDIA_NONE);
  assert_int_equal(body_media("Content-Type: application/json\nContent-Type: application/json\n"),
                   PAT_API_MEDIA_NONE);
  assert_int_equal(body_media("Content-Type: application/json, text/plain\n"), PAT_API_MEDIA_NONE);
  assert_int_equal(body_media("Content-Type: application/json\n"), PAT_API_MEDIA_JSON);
  assert_int_equal(body_media("Content-Type: Application/JSON;Charset=\"UTF-8\"\n"),
                   PAT_API_MEDIA_JSON);
  assert_int_equal(body_media("Content-Type: application/x-protobuf\n"), PAT_API_MEDIA_PROTOBUF);
}

static bool prefers(const char *fields) {
  char text[400];
  snprintf(text, sizeof(text), GET "%s", fields);
  pat_http_head head = head_of(text);
  return pat_http_prefers_async(&head);
}

static void test_negotiate__knows_preferences(void **state) {
  (void)state;
  assert_false(prefers(""));
  assert_false(prefers("Prefer: respond-asynchronously\n"));
  assert_true(prefers("Prefer: respond-async\n"));
  assert_true(prefers("Prefer: return=minimal, Respond-Async; wait=5\n"));
  assert_true(prefers("Prefer: wait=5\nPrefer: respond-async\n"));
}

static bool has_tag(const char *fields) {
  char text[400];
  snprintf(text, sizeof(text), GET "%s", fields);
  pat_http_head head = head_of(text);
  return pat_http_has_etag(&head, PAT_SPAN_LITERAL("\"ab\""));
}

static void test_negotiate__knows_entity_tags(void **state) {
  (void)state;
  assert_false(has_tag(""));
  assert_false(has_tag("If-None-Match: ab\n"));
  assert_false(has_tag("If-None-Match: \"abc\", \"a\"\n"));
  assert_false(has_tag("If-None-Match: W/\n"));
  assert_true(has_tag("If-None-Match: \"ab\"\n"));
  assert_true(has_tag("If-None-Match: \"x\", W/\"ab\"\n"));
  assert_true(has_tag("If-None-Match: *\n"));
}

#define CASE(name) cmocka_unit_test(test_negotiate__##name)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_what_is_not_produced),
      CASE(chooses_what_is_liked_best),
      CASE(knows_bodies),
      CASE(knows_preferences),
      CASE(knows_entity_tags),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
