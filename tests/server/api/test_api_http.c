/* The interface as clients see it: the real routes behind real listeners, over a ledger in memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/http/server.h"
#include "tests/server/api/world_port.h"
#include "tests/server/http/http_support.h"

static ledger_world *world;
static world_port port;
static http_test_server public_side;
static http_test_server admin_side;
static char text[1 << 20];
static char value[512];

static void listen_for(http_test_server *side, pat_api_routes routes) {
  pat_http_options options = {.address = "127.0.0.1",
                              .threads = 4,
                              .routes = routes,
                              .api = &port.api,
                              .env = pat_env_system()};
  assert_true(pat_is_ok(pat_http_server_start(&options, &side->server, NULL)));
}

static int start(void **state) {
  (void)state;
  world = ledger_world_new((ledger_options){0});
  world_port_open(&port, world);
  listen_for(&public_side, pat_api_public_routes());
  listen_for(&admin_side, pat_api_admin_routes());
  port.api.metrics[0] = (pat_api_metrics_source){pat_http_server_write_metrics, public_side.server};
  return 0;
}

static int stop(void **state) {
  (void)state;
  http_test_stop(&public_side);
  http_test_stop(&admin_side);
  ledger_world_close(world);
  return 0;
}

static int ask(const http_test_server *side, const char *method, const char *target,
               const char *rest) {
  static char request[1 << 16];
  snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s", method,
           target, rest);
  (void)http_test_exchange(side, request, strlen(request), text, sizeof(text));
  return http_test_status(text);
}

static void test_api__answers_over_http(void **state) {
  (void)state;
  assert_int_equal(ask(&public_side, "GET", "/checkpoint", "\r\n"), 200);
  assert_string_equal(http_test_field(text, "Content-Type", value), "text/plain; charset=utf-8");
  assert_string_equal(http_test_field(text, "Cache-Control", value), "public, max-age=5");
  assert_string_equal(http_test_field(text, "Access-Control-Allow-Origin", value), "*");
  assert_int_equal(ask(&public_side, "GET", "/tile/entries/000.p/3", "\r\n"), 200);
  assert_string_equal(http_test_body(text), "tile 1 0 0 3");
  assert_int_equal(ask(&public_side, "GET", "/v1/classes/vehicle", "\r\n"), 200);
  assert_string_equal(http_test_field(text, "Vary", value), "Accept");
  assert_non_null(strstr(http_test_body(text), "\"name\":\"vehicle\""));
  assert_int_equal(ask(&public_side, "GET", "/openapi.json", "\r\n"), 200);
  assert_int_equal(ask(&public_side, "GET", "/v1/stream", "Accept: application/json\r\n\r\n"), 406);
}

static void test_api__explains_failures_over_http(void **state) {
  (void)state;
  assert_int_equal(ask(&public_side, "GET", "/v1/assets/01", "\r\n"), 400);
  assert_non_null(strstr(text, "\"type\":\"/problems/crypto.base32.length\""));
  assert_string_equal(http_test_field(text, "Access-Control-Allow-Origin", value), "*");
  assert_int_equal(ask(&public_side, "GET", "/problems/crypto.base32.length", "\r\n"), 200);
  assert_int_equal(ask(&public_side, "GET", "/tile/9/000", "\r\n"), 404);
  assert_int_equal(ask(&public_side, "POST", "/v1/statements",
                       "Content-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"state\":1}"),
                   400);
  assert_non_null(strstr(text, "\"pointer\":\"/state\""));
  assert_string_equal(http_test_field(text, "Access-Control-Allow-Origin", value), "");
}

static void test_api__keeps_admin_to_its_listener(void **state) {
  (void)state;
  static const char *const paths[] = {"/livez", "/readyz", "/metrics"};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(ask(&public_side, "GET", paths[i], "\r\n"), 404);
    assert_int_equal(ask(&admin_side, "GET", paths[i], "\r\n"), 200);
  }
  assert_non_null(strstr(text, "patina_http_requests_total{route=\"/checkpoint\""));
  assert_int_equal(ask(&admin_side, "GET", "/checkpoint", "\r\n"), 404);
  port.ready_status = pat_refuse(PAT_RULE_STORE_NEEDS_REOPEN);
  assert_int_equal(ask(&admin_side, "GET", "/readyz", "\r\n"), 503);
  port.ready_status = PAT_OK;
}

#define CASE(name) cmocka_unit_test(test_api__##name)

int main(void) {
  const struct CMUnitTest tests[] = {CASE(answers_over_http), CASE(explains_failures_over_http),
                                     CASE(keeps_admin_to_its_listener)};
  return cmocka_run_group_tests(tests, start, stop);
}
