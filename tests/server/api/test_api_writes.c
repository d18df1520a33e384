/* Writing: one statement, batches, replays, promises, and what is refused before the ledger is
 * asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/bytes/protobuf.h"
#include "proto/api.pb-c.h"
#include "proto/json/protojson.h"
#include "tests/server/api/world_port.h"

static ledger_world *world;
static world_port port;
static pat_api_response response;
static pat_err err;
static uint8_t body[4 << 20];

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

static Patina__SignedStatement *registration(uint8_t asset) {
  ledger_said made[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, asset, LEDGER_SAID(made));
  return ledger_seal(&draft, NULL);
}

static pat_span encode(Patina__SubmitRequest *message, pat_api_media media) {
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, body, sizeof(body));
  pat_status status = media == PAT_API_MEDIA_JSON ? pat_protojson_encode(&message->base, &builder)
                                                  : pat_protobuf_encode(&message->base, &builder);
  assert_true(pat_is_ok(status));
  assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

typedef struct {
  const char *path;
  pat_api_media media;
  bool check_only;
  bool async;
} how;

static pat_status post(Patina__SignedStatement **statements, size_t count, how with) {
  Patina__SubmitRequest message = PATINA__SUBMIT_REQUEST__INIT;
  message.statements = statements;
  message.n_statements = count;
  message.check_only = with.check_only;
  port.envelopes = statements;
  port.envelope_count = count;
  pat_api_media media = with.media == PAT_API_MEDIA_NONE ? PAT_API_MEDIA_JSON : with.media;
  pat_api_request request = {.body = encode(&message, media),
                             .body_media = media,
                             .accept = media,
                             .respond_async = with.async};
  err = (pat_err){0};
  pat_status status = world_port_post(&port, with.path == NULL ? "/v1/statements" : with.path,
                                      request, &response, &err);
  assert_int_equal(port.places_held, 0); /* whatever came of it */
  return status;
}

static const Patina__SubmitResponse *answer(void) {
  return world_port_message(&port, &response, &patina__submit_response__descriptor);
}

static void check_refused(Patina__SignedStatement *statement, how with, pat_rule rule) {
  size_t calls = port.submit_calls;
  pat_status status = post(&statement, 1, with);
  if (!pat_is_rule(status, rule)) print_error("gave %s\n", pat_rule_id(status.rule));
  assert_true(pat_is_rule(status, rule));
  assert_int_equal(port.submit_calls, calls);
  pat_api_response_clear(&response);
}

static void test_api__refuses_batches_without_statements(void **state) {
  (void)state;
  assert_true(pat_is_rule(post(NULL, 0, (how){0}), PAT_RULE_API_BATCH_EMPTY));
  assert_string_equal(err.place, "/statements");
}

static void test_api__refuses_batches_that_are_too_large(void **state) {
  (void)state;
  static Patina__SignedStatement *many[PAT_BATCH_STATEMENTS_MAX + 1];
  static Patina__SignedStatement empty = PATINA__SIGNED_STATEMENT__INIT;
  for (size_t i = 0; i <= PAT_BATCH_STATEMENTS_MAX; i++)
    many[i] = &empty;
  assert_true(
      pat_is_rule(post(many, PAT_BATCH_STATEMENTS_MAX + 1, (how){0}), PAT_RULE_API_BATCH_SIZE));
  for (size_t count = PAT_BATCH_STATEMENTS_MAX - 1; count <= PAT_BATCH_STATEMENTS_MAX; count++) {
    assert_true(pat_is_ok(post(many, count, (how){.media = PAT_API_MEDIA_PROTOBUF})));
    assert_int_equal(answer()->n_results, count);
    pat_api_response_clear(&response);
  }
  assert_int_equal(port.submit_calls, 0);
}

/* A full queue refuses before anything is verified: a bad signature is not even found. */
static void test_api__refuses_at_once_where_the_queue_is_full(void **state) {
  (void)state;
  Patina__SignedStatement *batch[] = {registration(20), registration(21)};
  batch[0]->signatures[0]->signature.data[5] ^= 1;
  for (size_t call = 1; call <= 2; call++) {
    port.reserve_fails_at = port.reserve_calls + call;
    pat_status status = post(batch, 2, (how){0});
    assert_true(pat_is_rule(status, PAT_RULE_SEQUENCER_QUEUE));
  }
  port.reserve_fails_at = port.reserve_calls + 1;
  check_refused(batch[0], (how){0}, PAT_RULE_SEQUENCER_QUEUE);
  assert_int_equal(pat_api_status_of(PAT_RULE_SEQUENCER_QUEUE), 503);
  assert_true(pat_api_retry_after_s(PAT_RULE_SEQUENCER_QUEUE) > 0);
}

/* Trying again would never help. */
static void test_api__says_what_is_too_large_for_the_queue(void **state) {
  (void)state;
  assert_int_equal(pat_api_status_of(PAT_RULE_SEQUENCER_BATCH), 413);
  assert_int_equal(pat_api_retry_after_s(PAT_RULE_SEQUENCER_BATCH), 0);
}

static void test_api__refuses_bad_signatures_itself(void **state) {
  (void)state;
  Patina__SignedStatement *statement = registration(20);
  statement->signatures[0]->signature.data[5] ^= 1;
  check_refused(statement, (how){0}, PAT_RULE_CRYPTO_SIGNATURE_INVALID);
  statement->signatures[0]->signature.data[5] ^= 1;
  char *origin = statement->origin;
  statement->origin = ledger_text(world, "another.example/log")->text;
  check_refused(statement, (how){0}, PAT_RULE_SUBMISSION_OTHER_LOG);
  statement->origin = origin;
  check_refused(statement, (how){.path = "/v1/telemetry"}, PAT_RULE_API_TELEMETRY_ONLY);
}

static void test_api__refuses_bodies_that_are_no_request(void **state) {
  (void)state;
  pat_api_request request = {.body = PAT_SPAN_LITERAL("{\"statements\":[{\"origin\":1}]}"),
                             .body_media = PAT_API_MEDIA_JSON};
  pat_status status = world_port_post(&port, "/v1/statements", request, &response, &err);
  assert_true(pat_is_rule(status, PAT_RULE_JSON_TYPE));
  assert_string_equal(err.place, "/statements/0/origin");
  request.body_media = PAT_API_MEDIA_PROTOBUF;
  status = world_port_post(&port, "/v1/statements", request, &response, &err);
  assert_false(pat_is_ok(status));
  assert_int_equal(port.places_held, 0);
}

static void test_api__passes_the_ledgers_failures_on(void **state) {
  (void)state;
  Patina__SignedStatement *statement = registration(21);
  port.submit_status = pat_refuse(PAT_RULE_STORE_SPACE_LOW);
  assert_true(pat_is_rule(post(&statement, 1, (how){0}), PAT_RULE_STORE_SPACE_LOW));
  port.submit_status = PAT_OK;
  assert_int_equal(pat_api_status_of(PAT_RULE_STORE_SPACE_LOW), 503);
  assert_true(pat_api_retry_after_s(PAT_RULE_STORE_SPACE_LOW) > 0);
}

static void test_api__accepts_and_replays(void **state) {
  (void)state;
  for (int round = 0; round < 2; round++) {
    pat_api_media media = round == 0 ? PAT_API_MEDIA_JSON : PAT_API_MEDIA_PROTOBUF;
    Patina__SignedStatement *statement = registration((uint8_t)(30 + round));
    assert_true(pat_is_ok(post(&statement, 1, (how){.media = media})));
    assert_int_equal(response.status, 201);
    assert_int_equal(response.media, media);
    uint64_t index = answer()->results[0]->index;
    assert_int_equal(answer()->results[0]->outcome, PATINA__OUTCOME__OUTCOME_ACCEPTED);
    assert_true(answer()->results[0]->leaf.len > 0);
    assert_int_equal(port.submit_wait, PAT_PORT_WAIT_RECEIPT);
    pat_api_response_clear(&response);
    assert_true(pat_is_ok(post(&statement, 1, (how){.media = media})));
    assert_int_equal(response.status, 200);
    assert_int_equal(answer()->results[0]->outcome, PATINA__OUTCOME__OUTCOME_REPLAYED);
    assert_int_equal(answer()->results[0]->index, index);
    pat_api_response_clear(&response);
  }
}

static void test_api__refuses_what_the_ledger_refuses(void **state) {
  (void)state;
  Patina__SignedStatement *first = registration(40);
  Patina__SignedStatement *second = registration(40);
  assert_true(pat_is_ok(post(&first, 1, (how){0})));
  pat_api_response_clear(&response);
  assert_true(pat_is_rule(post(&second, 1, (how){0}), PAT_RULE_ASSET_EXISTS));
  assert_int_equal(pat_api_status_of(PAT_RULE_ASSET_EXISTS), 409);
}

static void test_api__promises_when_asked_to(void **state) {
  (void)state;
  Patina__SignedStatement *statement = registration(41);
  assert_true(pat_is_ok(post(&statement, 1, (how){.async = true})));
  assert_int_equal(port.submit_wait, PAT_PORT_WAIT_PROMISE);
  assert_int_equal(response.status, 202);
  assert_true(response.async_applied);
  pat_api_response_clear(&response);
}

static void test_api__only_checks_when_asked_to(void **state) {
  (void)state;
  uint64_t size = world->head.range.size;
  Patina__SignedStatement *statement = registration(42);
  assert_true(pat_is_ok(post(&statement, 1, (how){.check_only = true, .async = true})));
  assert_int_equal(port.submit_wait, PAT_PORT_CHECK_ONLY);
  assert_int_equal(response.status, 200);
  assert_false(response.async_applied);
  assert_int_equal(answer()->results[0]->outcome, PATINA__OUTCOME__OUTCOME_WOULD_ACCEPT);
  assert_int_equal(world->head.range.size, size);
  pat_api_response_clear(&response);
}

/* Each item of a batch has its own result, in the order sent, and refused ones their own
 * problem. */
static void check_items(uint8_t first, pat_api_media media) {
  Patina__SignedStatement *batch[] = {registration(first), registration(first + 1),
                                      registration(first), registration(first + 2)};
  batch[1]->signatures[0]->signature.data[0] ^= 1;
  assert_true(pat_is_ok(post(batch, 4, (how){.media = media})));
  assert_int_equal(response.status, 200);
  assert_int_equal(response.media, media);
  const Patina__SubmitResponse *given = answer();
  assert_int_equal(given->n_results, 4);
  static const int outcomes[] = {PATINA__OUTCOME__OUTCOME_ACCEPTED,
                                 PATINA__OUTCOME__OUTCOME_REFUSED, PATINA__OUTCOME__OUTCOME_REFUSED,
                                 PATINA__OUTCOME__OUTCOME_ACCEPTED};
  for (size_t i = 0; i < 4; i++) {
    const Patina__SubmitResult *result = given->results[i];
    assert_int_equal(result->outcome, outcomes[i]);
    assert_int_equal(result->leaf.len > 0, outcomes[i] == PATINA__OUTCOME__OUTCOME_ACCEPTED);
    pat_hash hash = pat_hash_of(pat_span_make(batch[i]->statement.data, batch[i]->statement.len));
    assert_memory_equal(result->statement_sha256.data, hash.bytes, sizeof(hash.bytes));
  }
  assert_string_equal(given->results[1]->problem->rule, "crypto.signature-invalid");
  assert_int_equal(given->results[1]->problem->status, 403);
  assert_string_equal(given->results[2]->problem->rule, "asset.exists");
  assert_string_equal(given->results[2]->problem->instance, "0011223344556677");
  assert_string_equal(given->results[2]->problem->type, "/problems/asset.exists");
  pat_api_response_clear(&response);
}

static void test_api__answers_batches_item_by_item(void **state) {
  (void)state;
  check_items(50, PAT_API_MEDIA_JSON);
  check_items(54, PAT_API_MEDIA_PROTOBUF);
}

static void test_api__takes_telemetry(void **state) {
  (void)state;
  enum { ASSET = 60, STREAM = 61 };
  ledger_said made[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, ASSET, LEDGER_SAID(made));
  (void)ledger_accept(&draft);
  draft = ledger_by(world, INSTALLER);
  (void)ledger_bind(&draft, ASSET, STREAM);
  (void)ledger_accept(&draft);
  draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, STREAM, 1, NULL);
  Patina__SignedStatement *batch = ledger_seal(&draft, NULL);
  assert_true(pat_is_ok(post(&batch, 1, (how){.path = "/v1/telemetry"})));
  assert_int_equal(response.status, 201);
  pat_api_response_clear(&response);
}

#define CASE(name) cmocka_unit_test(test_api__##name)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_batches_without_statements),
      CASE(refuses_batches_that_are_too_large),
      CASE(refuses_at_once_where_the_queue_is_full),
      CASE(says_what_is_too_large_for_the_queue),
      CASE(refuses_bad_signatures_itself),
      CASE(refuses_bodies_that_are_no_request),
      CASE(passes_the_ledgers_failures_on),
      CASE(accepts_and_replays),
      CASE(refuses_what_the_ledger_refuses),
      CASE(promises_when_asked_to),
      CASE(only_checks_when_asked_to),
      CASE(answers_batches_item_by_item),
      CASE(takes_telemetry),
  };
  return cmocka_run_group_tests(tests, open_world, close_world);
}
