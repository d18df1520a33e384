/* The header writer: dates, tags, and what each kind of response says. */
#include "server/http/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/limits.h"

static char text[PAT_HTTP_REPLY_HEAD_BYTES_MAX + 1];

static const char *date(uint64_t now_ms) {
  pat_builder builder;
  pat_builder_init(&builder, text, sizeof(text) - 1);
  pat_http_date(now_ms, &builder);
  text[pat_builder_size(&builder)] = '\0';
  return text;
}

static void test_reply__writes_dates(void **state) {
  (void)state;
  assert_string_equal(date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  assert_string_equal(date(784111777000), "Sun, 06 Nov 1994 08:49:37 GMT");
  assert_string_equal(date(951782399999), "Mon, 28 Feb 2000 23:59:59 GMT");
  assert_string_equal(date(951782400000), "Tue, 29 Feb 2000 00:00:00 GMT");
  assert_string_equal(date(4107542400000), "Mon, 01 Mar 2100 00:00:00 GMT");
  for (uint64_t day = 0; day < 150 * 366; day++) {
    time_t seconds = (time_t)(day * 86400 + 3661);
    struct tm parts;
    char wanted[64];
    assert_non_null(gmtime_r(&seconds, &parts));
    assert_true(strftime(wanted, sizeof(wanted), "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0);
    assert_string_equal(date((uint64_t)seconds * 1000), wanted);
  }
}

static const pat_http_reply plain = {.status = 200,
                                     .media = PAT_API_MEDIA_JSON,
                                     .has_length = true,
                                     .length = 5,
                                     .keep_alive = true,
                                     .request_id = "0011223344556677",
                                     .etag = "",
                                     .next = ""};

static const char *head(pat_http_reply reply) {
  pat_builder builder;
  pat_builder_init(&builder, text, sizeof(text) - 1);
  pat_http_reply_head(&reply, &builder);
  text[pat_builder_size(&builder)] = '\0';
  return text;
}

static void test_reply__says_what_a_response_is(void **state) {
  (void)state;
  assert_string_equal(head(plain),
                      "HTTP/1.1 200 OK\r\n"
                      "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                      "Request-Id: 0011223344556677\r\n"
                      "Connection: keep-alive\r\n"
                      "Content-Type: application/json\r\n"
                      "Content-Length: 5\r\n"
                      "Cache-Control: no-store\r\n"
                      "Cross-Origin-Resource-Policy: same-origin\r\n"
                      "X-Content-Type-Options: nosniff\r\n"
                      "Referrer-Policy: no-referrer\r\n"
                      "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
                      "\r\n");
}

static bool says(pat_http_reply reply, const char *line) {
  return strstr(head(reply), line) != NULL;
}

static void test_reply__follows_the_caching_asked_for(void **state) {
  (void)state;
  pat_http_reply reply = plain;
  reply.cache = PAT_API_CACHE_SECONDS;
  assert_true(says(reply, "Cache-Control: public, max-age=5\r\n"));
  reply.cache = PAT_API_CACHE_FOREVER;
  assert_true(says(reply, "Cache-Control: public, max-age=31536000, immutable\r\n"));
  reply.cache = PAT_API_CACHE_REVALIDATE;
  reply.varies = true;
  reply.etag = "\"ab\"";
  assert_true(says(reply, "Cache-Control: no-cache\r\n"));
  assert_true(says(reply, "Vary: Accept\r\n"));
  assert_true(says(reply, "ETag: \"ab\"\r\n"));
  reply.status = 304;
  assert_false(says(reply, "\r\nContent-Length"));
  assert_false(says(reply, "\r\nContent-Type"));
  assert_true(says(reply, "ETag: \"ab\"\r\n"));
}

static void test_reply__names_methods_and_origins(void **state) {
  (void)state;
  pat_http_reply reply = plain;
  reply.methods = 3;
  assert_true(says(reply, "Allow: OPTIONS, GET, HEAD, POST\r\n"));
  assert_false(says(reply, "Access-Control"));
  reply.is_public = true;
  assert_true(says(reply, "Access-Control-Allow-Origin: *\r\n"));
  assert_true(says(reply, "Access-Control-Expose-Headers: "));
  assert_false(says(reply, "Access-Control-Allow-Methods"));
  reply.is_preflight = true;
  assert_true(says(reply, "Access-Control-Allow-Methods: OPTIONS, GET, HEAD, POST\r\n"));
}

static void test_reply__fits_its_room(void **state) {
  (void)state;
  static char letters[PAT_HTTP_TARGET_BYTES_MAX];
  char cursor[PAT_API_CURSOR_BYTES_MAX];
  memset(letters, 'a', sizeof(letters));
  memset(cursor, 'c', sizeof(cursor));
  cursor[sizeof(cursor) - 1] = '\0';
  pat_http_reply reply = plain;
  reply.cache = PAT_API_CACHE_FOREVER;
  reply.is_public = reply.is_preflight = reply.varies = reply.async_applied = true;
  reply.methods = 3;
  reply.retry_after_s = UINT32_MAX;
  reply.length = SIZE_MAX;
  reply.now_ms = UINT64_MAX;
  reply.etag = "\"00112233445566778899aabbccddeeff\"";
  reply.next = cursor;
  reply.file_name = "6GT79D7N6NTVBXHPETVFEDVQPZ7.patina";
  reply.path = pat_span_make(letters, sizeof(letters) / 2);
  reply.query = reply.path;
  reply.status = 431;
  assert_non_null(strstr(head(reply), "\r\n\r\n"));
}

static void test_reply__names_the_file_of_a_report(void **state) {
  (void)state;
  pat_http_reply reply = plain;
  assert_false(says(reply, "Content-Disposition"));
  reply.file_name = "";
  assert_false(says(reply, "Content-Disposition"));
  reply.file_name = "6GT79D7N6NTVBXHPETVFEDVQPZ7.patina";
  reply.media = PAT_API_MEDIA_PROTOBUF;
  assert_true(says(reply,
                   "Content-Disposition: attachment; "
                   "filename=\"6GT79D7N6NTVBXHPETVFEDVQPZ7.patina\"\r\n"));
  reply.status = 304;
  assert_false(says(reply, "Content-Disposition"));
}

static void test_reply__tags_bodies(void **state) {
  (void)state;
  char one[PAT_HTTP_ETAG_BYTES];
  char other[PAT_HTTP_ETAG_BYTES];
  pat_http_etag(PAT_SPAN_LITERAL("abc"), one);
  assert_string_equal(one, "\"ba7816bf8f01cfea414140de5dae2223\"");
  pat_http_etag(PAT_SPAN_LITERAL("abd"), other);
  assert_string_not_equal(one, other);
}

#define CASE(name) cmocka_unit_test(test_reply__##name)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(writes_dates),
      CASE(says_what_a_response_is),
      CASE(follows_the_caching_asked_for),
      CASE(names_methods_and_origins),
      CASE(fits_its_room),
      CASE(names_the_file_of_a_report),
      CASE(tags_bodies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
