/* The log's newest checkpoint in its three forms, health, and what problems mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/api.pb-c.h"
#include "server/api/handlers.h"
#include "tests/server/api/world_port.h"

static ledger_world *world;
static world_port port;
static pat_api_response response;
static pat_err err;
static char path[300];

static int open_world(void **state) {
  (void)state;
  world = ledger_world_new((ledger_options){0});
  world_port_open(&port, world);
  return 0;
}

static int close_world(void **state) {
  (void)state;
  ledger_world_close(world);
  return 0;
}

static void check_refused(const char *at, const char *with, pat_rule rule) {
  err = (pat_err){0};
  pat_status status = world_port_get(&port, at, with, &response, &err);
  if (!pat_is_rule(status, rule)) {
    print_error("%s?%s gave %s\n", at, with, pat_rule_id(status.rule));
  }
  assert_true(pat_is_rule(status, rule));
  pat_api_response_clear(&response);
}

static const void *get(const char *at, const char *with,
                       const ProtobufCMessageDescriptor *descriptor) {
  err = (pat_err){0};
  pat_status status = world_port_get(&port, at, with, &response, &err);
  if (!pat_is_ok(status)) {
    print_error("%s?%s gave %s at %s\n", at, with, pat_rule_id(status.rule), err.place);
  }
  assert_true(pat_is_ok(status));
  assert_int_equal(response.status, 200);
  return world_port_message(&port, &response, descriptor);
}

static bool holds(pat_blob body, const char *text) {
  return memmem(body.data, body.size, text, strlen(text)) != NULL;
}

static void test_api__gives_the_checkpoint(void **state) {
  (void)state;
  assert_true(pat_is_ok(world_port_get(&port, "/checkpoint", "", &response, &err)));
  assert_int_equal(response.media, PAT_API_MEDIA_TEXT);
  assert_int_equal(response.cache, PAT_API_CACHE_SECONDS);
  assert_true(holds(response.body, world->origin.text));
  pat_api_response_clear(&response);
  const Patina__CheckpointEvent *event =
      get("/v1/checkpoint", "after=5&wait=25", &patina__checkpoint_event__descriptor);
  assert_int_equal(event->size, world->head.range.size);
  assert_int_equal(event->epoch, world->head.epoch);
  assert_int_equal(port.waited_ms, 25000);
  pat_api_response_clear(&response);
  check_refused("/v1/checkpoint", "wait=26", PAT_RULE_API_QUERY);
  check_refused("/v1/checkpoint", "after=x", PAT_RULE_API_QUERY);
}

static void test_api__streams_checkpoints(void **state) {
  (void)state;
  assert_true(pat_is_ok(world_port_get(&port, "/v1/stream", "", &response, &err)));
  assert_int_equal(response.media, PAT_API_MEDIA_EVENTS);
  char events[8192] = {0};
  pat_builder builder;
  pat_builder_init(&builder, events, sizeof(events) - 1);
  assert_true(pat_is_ok(response.feed.next(response.feed.context, 10, &builder)));
  char wanted[100];
  snprintf(wanted, sizeof(wanted), "id: %llu\ndata: {\"checkpoint\":\"",
           (unsigned long long)world->head.range.size);
  assert_memory_equal(events, wanted, strlen(wanted));
  assert_string_equal(events + pat_builder_size(&builder) - 3, "}\n\n");
  size_t size = pat_builder_size(&builder);
  assert_true(pat_is_ok(response.feed.next(response.feed.context, 10, &builder)));
  assert_int_equal(pat_builder_size(&builder), size);
  pat_api_response_clear(&response);
  pat_api_request request = {.last_event_id = PAT_SPAN_LITERAL("x")};
  pat_status status = pat_api_stream_get(&port.api, &request, &response, &err);
  assert_true(pat_is_rule(status, PAT_RULE_API_QUERY));
}

static void write_metric(void *context, pat_builder *text) {
  pat_builder_text(text, (const char *)context);
}

static void test_api__tells_its_health(void **state) {
  (void)state;
  static char metric[] = "a_metric 1\n";
  assert_true(pat_is_ok(world_port_get(&port, "/livez", "", &response, &err)));
  pat_api_response_clear(&response);
  port.ready_status = pat_refuse(PAT_RULE_STORE_NEEDS_REOPEN);
  check_refused("/readyz", "", PAT_RULE_STORE_NEEDS_REOPEN);
  port.ready_status = PAT_OK;
  assert_true(pat_is_ok(world_port_get(&port, "/readyz", "", &response, &err)));
  pat_api_response_clear(&response);
  port.api.metrics[1] = (pat_api_metrics_source){write_metric, metric};
  assert_true(pat_is_ok(world_port_get(&port, "/metrics", "", &response, &err)));
  assert_string_equal((const char *)response.body.data, "a_metric 1\n");
  pat_api_response_clear(&response);
}

static void test_api__explains_every_rule(void **state) {
  (void)state;
  for (pat_rule rule = PAT_RULE_NONE + 1; rule < PAT_RULE_COUNT; rule++) {
    snprintf(path, sizeof(path), "/problems/%s", pat_rule_id(rule));
    assert_true(pat_is_ok(world_port_get(&port, path, "", &response, &err)));
    assert_true(holds(response.body, pat_rule_message(rule)));
    pat_api_response_clear(&response);
    assert_in_range(pat_api_status_of(rule), 400, 599);
    pat_blob problem = {0};
    assert_true(pat_is_ok(pat_api_problem(pat_refuse(rule), NULL, "id", &problem)));
    pat_blob_clear(&problem);
  }
}

#define CASE(name) cmocka_unit_test(test_api__##name)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(gives_the_checkpoint),
      CASE(streams_checkpoints),
      CASE(tells_its_health),
      CASE(explains_every_rule),
  };
  return cmocka_run_group_tests(tests, open_world, close_world);
}
