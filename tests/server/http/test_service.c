/* A request's way through the service, without sockets: what requests share, and that each gives
 * back what it took. */
#include "server/http/service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/limits.h"
#include "tests/server/http/head_support.h"

enum { WAITING_MAX = 3, ANSWER_BYTES = 32 * 1024 };

static pat_status handle(pat_api *api, const pat_api_request *request,
                         pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)request;
  (void)reterr;
  ret_response->status = 204;
  return PAT_OK;
}

static const pat_api_route routes[] = {
    {PAT_API_POST, "/things", handle, PAT_API_ROUTE_WAITS, PAT_API_MEDIA_SET_MESSAGES,
     PAT_API_MEDIA_SET_MESSAGES, ""},
    {PAT_API_GET, "/wait", handle, PAT_API_ROUTE_WAITS, PAT_API_MEDIA_SET_MESSAGES, 0, ""},
};

/* A client that has sent so many bytes of a body, and keeps what comes back. */
typedef struct {
  size_t left;
  char answer[ANSWER_BYTES];
  size_t used;
} client;

static ptrdiff_t read_zeros(void *context, uint8_t *buffer, size_t size) {
  client *one = context;
  size_t now = one->left < size ? one->left : size;
  memset(buffer, 0, now);
  one->left -= now;
  return (ptrdiff_t)now;
}

static void bound(void *context, uint64_t within_ms) {
  (void)context;
  (void)within_ms;
}

static bool keep(void *context, pat_span bytes) {
  client *one = context;
  assert_true(bytes.size < ANSWER_BYTES - one->used);
  memcpy(one->answer + one->used, bytes.data, bytes.size);
  one->used += bytes.size;
  one->answer[one->used] = '\0';
  return true;
}

static pat_http_service service;
static client one;

static int make_service(void **state) {
  (void)state;
  service = (pat_http_service){.env = pat_env_system(),
                               .routes = {routes, sizeof routes / sizeof routes[0]},
                               .body_bytes_max = PAT_REQUEST_BODY_BYTES_MAX,
                               .body_ms_max = UINT64_MAX,
                               .waiting_max = WAITING_MAX};
  return 0;
}

/* Serves a request with so many bytes of a body. rule NULL: it is answered with 204. */
static void check(const char *text, size_t body_bytes, const char *rule) {
  pat_http_head head = head_of(text);
  one = (client){.left = body_bytes};
  pat_http_io io = {.read = read_zeros, .bound = bound, .write = keep, .context = &one};
  bool kept = pat_http_serve(&service, &head, &io);
  const char *status = rule == NULL ? "HTTP/1.1 204 " : "HTTP/1.1 503 ";
  assert_memory_equal(one.answer, status, strlen(status));
  if (rule == NULL) assert_true(kept);
  if (rule == NULL) return;
  assert_non_null(strstr(one.answer, rule));
  assert_non_null(strstr(one.answer, "\r\nRetry-After: 1\r\n"));
}

#define POST \
  "POST /things HTTP/1.1\nHost: a\nContent-Type: application/x-protobuf\nContent-Length: "
#define GET "GET /wait HTTP/1.1\nHost: a\n"

static void check_post(size_t taken, bool large, const char *rule) {
  atomic_store(&service.bodies_bytes, taken);
  assert_int_equal(PAT_HTTP_SMALL_BODY_BYTES, 65536);
  check(large ? POST "65537\n" : POST "65536\n", large ? 65537 : 65536, rule);
  assert_int_equal(atomic_load(&service.bodies_bytes), taken);
}

static void test_service__large_bodies_end_at_their_bound(void **state) {
  (void)state;
  check_post(PAT_HTTP_BODIES_BYTES_MAX - 65536, true, "\"rule\":\"http.bodies-full\"");
  check_post(PAT_HTTP_BODIES_BYTES_MAX, true, "\"rule\":\"http.bodies-full\"");
  check_post(PAT_HTTP_BODIES_BYTES_MAX - 65537, true, NULL);
  check_post(PAT_HTTP_BODIES_BYTES_MAX - 65538, true, NULL);
}

static void test_service__small_bodies_do_not_count(void **state) {
  (void)state;
  check_post(PAT_HTTP_BODIES_BYTES_MAX, false, NULL);
}

static void test_service__readers_and_writers_wait_apart(void **state) {
  (void)state;
  atomic_store(&service.readers_waiting, WAITING_MAX);
  check(GET, 0, "\"rule\":\"http.waiting-full\"");
  check(POST "1\n", 1, NULL);
  assert_int_equal(atomic_load(&service.readers_waiting), WAITING_MAX);
  atomic_store(&service.readers_waiting, WAITING_MAX - 1);
  atomic_store(&service.writers_waiting, WAITING_MAX);
  check(POST "1\n", 1, "\"rule\":\"http.waiting-full\"");
  check(GET, 0, NULL);
  assert_int_equal(atomic_load(&service.readers_waiting), WAITING_MAX - 1);
  assert_int_equal(atomic_load(&service.writers_waiting), WAITING_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_service__large_bodies_end_at_their_bound, make_service),
      cmocka_unit_test_setup(test_service__small_bodies_do_not_count, make_service),
      cmocka_unit_test_setup(test_service__readers_and_writers_wait_apart, make_service),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
