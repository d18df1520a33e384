/* Submitting to a real server: receipts, replays, promises, problems, batches; and its ends. */
#include <curl/curl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bytes/protobuf.h"
#include "core/envelope/promise.h"
#include "core/tlog/hash.h"
#include "proto/json/protojson.h"
#include "server/sys/file.h"
#include "server/sys/thread.h"
#include "tests/integration/live_ledger.h"

static Patina__SignedStatement *vehicle(live_ledger *live, uint32_t number, ledger_actor_id who) {
  ledger_world *world = live->world;
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, who);
  Patina__AssetRegistered *body = ledger_register(&draft, 0xee, LEDGER_SAID(said));
  memcpy(body->asset.data, &number, sizeof number);
  return ledger_seal(&draft, NULL);
}

static void assert_problem(const live_ledger *live, live_request request, long status,
                           const char *rule) {
  live_answer answer = live_ask(live, request);
  assert_int_equal(answer.status, status);
  assert_true(live_has_header(&answer, "application/problem+json"));
  if (!live_body_has(&answer, rule, strlen(rule))) fail_msg("no %s in the problem", rule);
  live_answer_clear(&answer);
}

static live_request post_of(pat_span body) {
  return (live_request){
      .path = "/v1/statements", .accept = LIVE_PROTOBUF, .type = LIVE_PROTOBUF, .body = body};
}

/* --- refusals -------------------------------------------------------------------------------- */

static void test_submit__problems_name_their_rule(void **state) {
  live_ledger *live = *state;
  assert_problem(live, post_of(PAT_SPAN_LITERAL("\xff\xff\xff")), 400, "\"rule\"");
  assert_problem(live, post_of(PAT_SPAN_LITERAL("")), 400, "api.");
  Patina__SubmitRequest empty = PATINA__SUBMIT_REQUEST__INIT;
  empty.check_only = true;
  assert_problem(live, post_of(live_encode(live, &empty.base)), 400, "api.batch-empty");
  live_request json = post_of(PAT_SPAN_LITERAL("{\"statements\": 1}"));
  json.type = LIVE_JSON;
  assert_problem(live, json, 400, "json.");
  live_request text = post_of(PAT_SPAN_LITERAL("hello"));
  text.type = "text/plain";
  assert_problem(live, text, 415, "\"rule\"");
}

static void test_submit__a_stranger_and_a_forged_signature_are_refused(void **state) {
  live_ledger *live = *state;
  Patina__SignedStatement *envelope = vehicle(live, 1, REGISTRAR);
  envelope->signatures[0]->signature.data[10] ^= 1;
  live_request forged = post_of(live_submission(live, &envelope, 1));
  assert_problem(live, forged, 403, "crypto.signature-invalid");
  Patina__SignedStatement *by_stranger = vehicle(live, 1, STRANGER);
  live_answer answer = live_ask(live, post_of(live_submission(live, &by_stranger, 1)));
  assert_true(answer.status >= 400 && answer.status < 500);
  assert_true(live_has_header(&answer, "application/problem+json"));
  live_answer_clear(&answer);
}

/* --- results --------------------------------------------------------------------------------- */

static void test_submit__a_statement_gets_201_and_again_200_with_its_receipt(void **state) {
  live_ledger *live = *state;
  Patina__SignedStatement *envelope = vehicle(live, 1, REGISTRAR);
  const Patina__SubmitResult *first = live_submit(live, &envelope, 1, 201)->results[0];
  assert_int_equal(first->outcome, PATINA__OUTCOME__OUTCOME_ACCEPTED);
  pat_tlog_head head = live_verify_receipt(live, first);
  assert_true(first->index < head.size);
  const Patina__SubmitResult *again = live_submit(live, &envelope, 1, 200)->results[0];
  assert_int_equal(again->outcome, PATINA__OUTCOME__OUTCOME_REPLAYED);
  assert_int_equal(again->index, first->index);
  assert_int_equal(again->leaf.len, first->leaf.len);
  assert_memory_equal(again->leaf.data, first->leaf.data, first->leaf.len);
  (void)live_verify_receipt(live, again);
}

static void test_submit__as_json_too(void **state) {
  live_ledger *live = *state;
  Patina__SignedStatement *envelope = vehicle(live, 2, REGISTRAR);
  Patina__SubmitRequest message = PATINA__SUBMIT_REQUEST__INIT;
  message.n_statements = 1;
  message.statements = &envelope;
  enum { TEXT_BYTES = 64 * 1024 };
  pat_builder text;
  pat_builder_init(&text, ledger_take(live->world, TEXT_BYTES), TEXT_BYTES);
  assert_ok(pat_protojson_encode(&message.base, &text));
  pat_span body;
  assert_ok(pat_builder_finish(&text, &body));
  live_request request = {
      .path = "/v1/statements", .accept = LIVE_JSON, .type = LIVE_JSON, .body = body};
  live_answer answer = live_ask(live, request);
  assert_int_equal(answer.status, 201);
  assert_true(live_has_header(&answer, "content-type: application/json"));
  ProtobufCMessage *decoded = NULL;
  assert_ok(pat_protojson_decode(&patina__submit_response__descriptor, pat_blob_span(answer.body),
                                 &live->world->memory, &decoded, NULL));
  const Patina__SubmitResponse *response = (const Patina__SubmitResponse *)decoded;
  assert_int_equal(response->n_results, 1);
  (void)live_verify_receipt(live, response->results[0]);
  live_answer_clear(&answer);
}

static void test_submit__a_promise_is_signed_by_the_genesis_key(void **state) {
  live_ledger *live = *state;
  Patina__SignedStatement *envelope = vehicle(live, 3, REGISTRAR);
  live_request request = post_of(live_submission(live, &envelope, 1));
  request.header = "Prefer: respond-async";
  live_answer answer = live_ask(live, request);
  assert_int_equal(answer.status, 202);
  assert_true(live_has_header(&answer, "preference-applied: respond-async"));
  ProtobufCMessage *decoded = NULL;
  assert_ok(pat_protobuf_decode(&patina__submit_response__descriptor, pat_blob_span(answer.body),
                                &live->world->memory, 0, &decoded, NULL));
  const Patina__SubmitResult *result = ((const Patina__SubmitResponse *)decoded)->results[0];
  assert_int_equal(result->outcome, PATINA__OUTCOME__OUTCOME_PROMISED);
  assert_non_null(result->promise);
  Patina__Promise *promise = NULL;
  assert_ok(pat_promise_verify(result->promise, live->genesis->promise_key.data,
                               &live->world->memory, &promise, NULL));
  assert_string_equal(promise->origin, live->world->origin.text);
  pat_hash leaf = pat_tlog_leaf_hash(pat_span_make(result->leaf.data, result->leaf.len));
  assert_memory_equal(promise->leaf_hash.data, leaf.bytes, PAT_HASH_BYTES);
  assert_memory_equal(promise->statement_sha256.data, result->statement_sha256.data,
                      PAT_HASH_BYTES);
  assert_int_equal(promise->index, result->index);
  assert_true(promise->publish_by_ms >= promise->accepted_at_ms);
  /* Kept: the receipt comes with a replay, at the promised place. */
  const Patina__SubmitResult *kept = live_submit(live, &envelope, 1, 200)->results[0];
  assert_int_equal(kept->index, promise->index);
  (void)live_verify_receipt(live, kept);
  live_answer_clear(&answer);
}

static void test_submit__a_check_stores_nothing(void **state) {
  live_ledger *live = *state;
  Patina__SignedStatement *envelope = vehicle(live, 4, REGISTRAR);
  Patina__SignedStatement *twice[] = {envelope, envelope};
  Patina__SubmitRequest message = PATINA__SUBMIT_REQUEST__INIT;
  message.n_statements = 2;
  message.statements = twice;
  message.check_only = true;
  live_answer answer = live_ask(live, post_of(live_encode(live, &message.base)));
  assert_int_equal(answer.status, 200);
  ProtobufCMessage *decoded = NULL;
  assert_ok(pat_protobuf_decode(&patina__submit_response__descriptor, pat_blob_span(answer.body),
                                &live->world->memory, 0, &decoded, NULL));
  const Patina__SubmitResponse *response = (const Patina__SubmitResponse *)decoded;
  assert_int_equal(response->results[0]->outcome, PATINA__OUTCOME__OUTCOME_WOULD_ACCEPT);
  assert_int_equal(response->results[1]->outcome, PATINA__OUTCOME__OUTCOME_REPLAYED);
  live_answer_clear(&answer);
  (void)live_submit(live, &envelope, 1, 201);
  /* A check of what is recorded shows its receipt. */
  message.n_statements = 1;
  answer = live_ask(live, post_of(live_encode(live, &message.base)));
  assert_ok(pat_protobuf_decode(&patina__submit_response__descriptor, pat_blob_span(answer.body),
                                &live->world->memory, 0, &decoded, NULL));
  (void)live_verify_receipt(live, ((const Patina__SubmitResponse *)decoded)->results[0]);
  live_answer_clear(&answer);
}

static void test_submit__a_batch_of_1000_has_a_result_for_each(void **state) {
  live_ledger *live = *state;
  Patina__SignedStatement *envelopes[PAT_BATCH_STATEMENTS_MAX + 1];
  for (uint32_t i = 0; i < PAT_BATCH_STATEMENTS_MAX; i++)
    envelopes[i] = vehicle(live, 10000 + i, i % 10 == 3 ? STRANGER : REGISTRAR);
  envelopes[500] = envelopes[499];
  envelopes[PAT_BATCH_STATEMENTS_MAX] = envelopes[0];
  assert_problem(live, post_of(live_submission(live, envelopes, PAT_BATCH_STATEMENTS_MAX + 1)), 413,
                 "api.batch-size");
  Patina__SubmitResponse *response = live_submit(live, envelopes, PAT_BATCH_STATEMENTS_MAX, 200);
  size_t counts[8] = {0};
  for (size_t i = 0; i < PAT_BATCH_STATEMENTS_MAX; i++) {
    const Patina__SubmitResult *result = response->results[i];
    pat_hash sha256 =
        pat_hash_of(pat_span_make(envelopes[i]->statement.data, envelopes[i]->statement.len));
    assert_memory_equal(result->statement_sha256.data, sha256.bytes, PAT_HASH_BYTES);
    assert_true((unsigned)result->outcome < 8);
    counts[result->outcome]++;
    bool refused = result->outcome == PATINA__OUTCOME__OUTCOME_REFUSED;
    assert_int_equal(refused, i % 10 == 3);
    if (refused) {
      assert_true(strlen(result->problem->rule) > 0);
    } else if (i % 50 == 0) {
      (void)live_verify_receipt(live, result);
    }
  }
  assert_int_equal(counts[PATINA__OUTCOME__OUTCOME_REFUSED], 100);
  assert_int_equal(counts[PATINA__OUTCOME__OUTCOME_REPLAYED], 1);
  assert_int_equal(counts[PATINA__OUTCOME__OUTCOME_ACCEPTED], 899);
  assert_int_equal(response->results[500]->index, response->results[499]->index);
}

/* --- the process ----------------------------------------------------------------------------- */

static void test_process__the_admin_listener_says_how_it_is(void **state) {
  live_ledger *live = *state;
  const char *const paths[] = {"/livez", "/readyz", "/metrics"};
  for (size_t i = 0; i < 3; i++) {
    live_answer answer = live_ask(live, (live_request){.path = paths[i], .admin = true});
    assert_int_equal(answer.status, 200);
    live_answer_clear(&answer);
    answer = live_ask(live, (live_request){.path = paths[i]});
    assert_int_equal(answer.status, 404); /* never on the public one */
    live_answer_clear(&answer);
  }
}

static void test_process__a_second_one_on_the_directory_is_refused(void **state) {
  live_ledger *live = *state;
  server_process second = {.pid = 0};
  int code = 0;
  assert_false(server_process_start(&second, live->files->ledger,
                                    main_path(live->files->directory.path, "second"), &code));
  assert_int_equal(code, 1);
}

/* A long poll, held by the server while it is told to stop. */
typedef struct {
  live_ledger *live;
  live_answer answer;
} long_poll;

static void poll_main(void *context) {
  long_poll *poll = context;
  poll->answer = live_ask(poll->live, (live_request){.path = "/v1/checkpoint?after=1000000&wait=25",
                                                     .accept = LIVE_JSON});
}

static void test_process__sigterm_ends_waiting_requests_and_stops_in_good_order(void **state) {
  live_ledger *live = *state;
  long_poll poll = {.live = live};
  pat_thread thread = {.started = false};
  assert_ok(pat_thread_start("poll", poll_main, &poll, &thread));
  (void)usleep(300000);
  uint64_t start = pat_env_monotonic_ms(pat_env_system());
  assert_int_equal(server_process_stop(&live->process), 0);
  assert_true(pat_env_monotonic_ms(pat_env_system()) - start < 15000);
  pat_thread_join(&thread);
  assert_int_not_equal(poll.answer.status, 0);
  live_answer_clear(&poll.answer);
  live_start(live);
  Patina__SignedStatement *envelope = vehicle(live, 77, REGISTRAR);
  (void)live_submit(live, &envelope, 1, 201);
}

static void test_process__a_command_line_that_is_not_understood_ends_with_2(void **state) {
  live_ledger *live = *state;
  const char *log = main_path(live->files->directory.path, "usage");
  char *lines[][4] = {{(char *)"init", NULL},
                      {(char *)"serve", NULL},
                      {(char *)"init", (char *)"--prefix", NULL},
                      {(char *)"init", (char *)"prefix=x", NULL},
                      {(char *)"init", (char *)"--root-threshold=0", NULL},
                      {(char *)"init", (char *)"--max-quiet-s=4294967296", NULL}};
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    pat_blob text = {0};
    assert_int_equal(server_process_run(lines[i], log), 2);
    assert_ok(pat_file_read(log, 64 * 1024, &text, NULL));
    assert_non_null(strstr((const char *)text.data, pat_rule_id(PAT_RULE_MAIN_USAGE)));
    pat_blob_clear(&text);
    assert_int_equal(unlink(log), 0);
  }
}

/* The checkpoint file cannot be replaced: the batch is durable, but nobody may be told. */
static void test_process__a_failed_commit_stops_writes_until_it_is_started_again(void **state) {
  live_ledger *live = *state;
  const char *in_the_way = main_path(live->files->ledger, "checkpoint.new");
  Patina__SignedStatement *envelope = vehicle(live, 90, REGISTRAR);
  pat_span body = live_submission(live, &envelope, 1);
  assert_int_equal(mkdir(in_the_way, 0700), 0);
  live_answer answer = live_ask(live, post_of(body));
  assert_true(answer.status >= 500);
  live_answer_clear(&answer);
  answer = live_ask(live, (live_request){.path = "/readyz", .admin = true});
  assert_int_equal(answer.status, 503);
  live_answer_clear(&answer);
  answer = live_ask(live, (live_request){.path = "/livez", .admin = true});
  assert_int_equal(answer.status, 200);
  live_answer_clear(&answer);
  assert_problem(live, post_of(body), 503, "sequencer.stopped");
  assert_int_equal(rmdir(in_the_way), 0);
  (void)server_process_stop(&live->process);
  live_start(live);
  answer = live_ask(live, (live_request){.path = "/readyz", .admin = true});
  assert_int_equal(answer.status, 200);
  live_answer_clear(&answer);
  const Patina__SubmitResult *kept = live_submit(live, &envelope, 1, 200)->results[0];
  assert_int_equal(kept->outcome, PATINA__OUTCOME__OUTCOME_REPLAYED);
  (void)live_verify_receipt(live, kept);
}

int main(void) {
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_submit__problems_name_their_rule),
      cmocka_unit_test(test_submit__a_stranger_and_a_forged_signature_are_refused),
      cmocka_unit_test(test_submit__a_statement_gets_201_and_again_200_with_its_receipt),
      cmocka_unit_test(test_submit__as_json_too),
      cmocka_unit_test(test_submit__a_promise_is_signed_by_the_genesis_key),
      cmocka_unit_test(test_submit__a_check_stores_nothing),
      cmocka_unit_test(test_submit__a_batch_of_1000_has_a_result_for_each),
      cmocka_unit_test(test_process__the_admin_listener_says_how_it_is),
      cmocka_unit_test(test_process__a_second_one_on_the_directory_is_refused),
      cmocka_unit_test(test_process__a_command_line_that_is_not_understood_ends_with_2),
      cmocka_unit_test(test_process__a_failed_commit_stops_writes_until_it_is_started_again),
      cmocka_unit_test(test_process__sigterm_ends_waiting_requests_and_stops_in_good_order),
  };
  int failed = cmocka_run_group_tests(tests, live_setup, live_teardown);
  curl_global_cleanup();
  return failed;
}
