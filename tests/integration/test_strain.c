/* Bad input, slow clients and too many of them, against a real server: each refusal names its rule,
 * the server goes on answering, keeps its memory within bounds, and stores nothing of what it
 * refused. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/strain.h"

enum {
  SLOW_MS_MAX = 90000,                /* until both slow clients are cut off */
  MEMORY_KIB_PER_CONNECTION = 128,    /* what the server may grow by for each connection, */
  MEMORY_KIB_OF_REQUESTS = 384 * 1024 /* and for all the requests of these tests */
};

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED true
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED false
#endif

/* --- refusals -------------------------------------------------------------------------------- */

#define POST     "POST /v1/statements HTTP/1.1\r\nHost: a\r\n"
#define PROTOBUF "Content-Type: application/x-protobuf\r\n"
#define JSON     "Content-Type: application/json\r\n"
#define GET      "GET /v1/checkpoint HTTP/1.1\r\nHost: a\r\n"

/* One request that is refused. */
typedef struct {
  const char *bytes;
  size_t body_bytes; /* zeros after the bytes */
  bool ends;         /* the client then stops sending */
  int status;
  const char *rule;
  const char *place; /* a member of the problem; NULL: none is asked for */
  bool closed;       /* the server closes the connection */
} refusal;

static const refusal refusals[] = {
    {POST PROTOBUF "Content-Length: 16777217\r\n\r\n", 0, false, 413, "http.body-size", NULL, true},
    {POST PROTOBUF "Content-Length: 18446744073709551615\r\n\r\n", 0, false, 413, "http.body-size",
     NULL, true},
    {POST PROTOBUF "Transfer-Encoding: chunked\r\n\r\n1000002\r\n", 16777217, false, 413,
     "http.body-size", NULL, true},
    {POST PROTOBUF "Content-Length: 1000\r\n\r\n", 999, true, 400, "http.body-truncated", NULL,
     true},
    {POST PROTOBUF "Transfer-Encoding: chunked\r\n\r\n10\r\nabc", 0, true, 400,
     "http.body-truncated", NULL, true},
    {POST PROTOBUF "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 0, false, 400,
     "http.body-truncated", NULL, true},
    {POST "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 0, false, 415,
     "http.media-type", "\"pointer\":\"Content-Type\"", true},
    {POST "Content-Length: 2\r\n\r\n{}", 0, false, 415, "http.media-type",
     "\"pointer\":\"Content-Type\"", true},
    {POST JSON "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 0,
     false, 400, "http.body-framing", "\"pointer\":\"Transfer-Encoding\"", true},
    {POST JSON "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 0, false, 400,
     "http.body-framing", "\"pointer\":\"Content-Length\"", true},
    {POST JSON "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 0, false, 400,
     "http.body-framing", "\"pointer\":\"Content-Length\"", true},
    {POST JSON "\r\n", 0, false, 411, "http.length-required", NULL, true},
    {POST JSON "Expect: gold\r\nContent-Length: 2\r\n\r\n{}", 0, false, 417, "http.expectation",
     "\"pointer\":\"Expect\"", true},
    {GET "Host: b\r\n\r\n", 0, false, 400, "http.request-form", "\"pointer\":\"Host\"", true},
    {"GET /v1/checkpoint HTTP/1.1\nHost: a\n\n", 0, false, 400, "http.request-form", NULL, true},
    {"GET /v1/checkpoint HTTP/3.0\r\nHost: a\r\n\r\n", 0, false, 505, "http.version", NULL, true},
    {GET "Content-Length: 2\r\n\r\n{}", 0, false, 400, "http.body-unexpected", NULL, true},
    {GET "Accept: text/html\r\n\r\n", 0, false, 406, "http.not-acceptable",
     "\"pointer\":\"Accept\"", false},
    {"GET /v1/no/such HTTP/1.1\r\nHost: a\r\n\r\n", 0, false, 404, "http.route", NULL, false},
    {"GET /tile/../../keys/log.key HTTP/1.1\r\nHost: a\r\n\r\n", 0, false, 400, "tlog.tile-path",
     NULL, false},
    {"DELETE /v1/entries/0 HTTP/1.1\r\nHost: a\r\n\r\n", 0, false, 405, "http.method", NULL, false},
    {"GET /v1/entries/0?x=1 HTTP/1.1\r\nHost: a\r\n\r\n", 0, false, 400, "api.query",
     "\"pointer\":\"x\"", false},
    {POST JSON "Content-Length: 9\r\n\r\n{\"a\":1}{}", 0, false, 400, "json.syntax", NULL, false},
    {POST JSON "Content-Length: 16\r\n\r\n{\"statements\":3}", 0, false, 400, "json.type",
     "\"pointer\":\"/statements\"", false},
    {POST JSON "Content-Length: 7\r\n\r\n{\"a\":1}", 0, false, 400, "json.unknown-field",
     "\"pointer\":\"/a\"", false},
    {POST JSON "Content-Length: 2\r\n\r\n{}", 0, false, 400, "api.batch-empty",
     "\"pointer\":\"/statements\"", false},
    {POST PROTOBUF "Content-Length: 3\r\n\r\n\xff\xff\xff", 0, false, 400, "bytes.truncated", NULL,
     false},
    {POST PROTOBUF "Content-Length: 2\r\n\r\n\x7a\x01", 0, false, 400,
     "bytes.protobuf.unknown-field", NULL, false},
    {POST PROTOBUF "Content-Length: 2\r\n\r\n\x08\x01", 0, false, 400, "bytes.protobuf.wire-type",
     "\"pointer\":", false},
    {POST PROTOBUF "Content-Length: 3\r\n\r\n\x0a\x05\x0a", 0, false, 400, "bytes.protobuf.length",
     "\"pointer\":\"statements", false},
};

static void check_refusal(const live_ledger *live, const refusal *refused) {
  static raw_answer answer;
  int connection = raw_connect(live->process.port);
  raw_send_text(connection, refused->bytes);
  raw_send_body(connection, refused->body_bytes);
  if (refused->ends) raw_end(connection);
  raw_receive(connection, &answer);
  strain_assert_problem(&answer, refused->status, refused->rule);
  if (refused->place != NULL) strain_assert_has(&answer, refused->place);
  strain_assert_has(&answer,
                    refused->closed ? "\r\nConnection: close\r\n" : "Connection: keep-alive\r\n");
  if (refused->closed) assert_true(raw_closed(connection));
  (void)close(connection);
}

static void test_strain__bad_requests_are_refused_by_rule_and_change_nothing(void **state) {
  live_ledger *live = *state;
  uint64_t before = strain_log_size(live);
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
    check_refusal(live, &refusals[i]);
  assert_int_equal(strain_log_size(live), before);
  strain_assert_accepts(live);
}

static void send_post(int connection, pat_span body) {
  char head[256];
  (void)snprintf(head, sizeof head, POST PROTOBUF "Content-Length: %zu\r\n\r\n", body.size);
  raw_send_text(connection, head);
  raw_send(connection, body);
}

static void check_post(live_ledger *live, pat_span body, int status, const char *rule) {
  static raw_answer answer;
  int connection = raw_connect(live->process.port);
  send_post(connection, body);
  raw_receive(connection, &answer);
  strain_assert_problem(&answer, status, rule);
  (void)close(connection);
}

static void test_strain__batches_are_refused_whole(void **state) {
  live_ledger *live = *state;
  uint64_t before = strain_log_size(live);
  Patina__SignedStatement *envelopes[PAT_BATCH_STATEMENTS_MAX + 1];
  for (size_t i = 0; i <= PAT_BATCH_STATEMENTS_MAX; i++)
    envelopes[i] = strain_vehicle(live);
  pat_span body = live_submission(live, envelopes, PAT_BATCH_STATEMENTS_MAX + 1);
  check_post(live, body, 413, "api.batch-size");
  body = live_submission(live, envelopes, 1);
  check_post(live, pat_span_slice(body, 0, body.size - 1), 400, "bytes.protobuf.length");
  envelopes[0]->signatures[0]->signature.data[3] ^= 1;
  check_post(live, live_submission(live, envelopes, 1), 403, "crypto.signature-invalid");
  assert_int_equal(strain_log_size(live), before);
  /* Nothing of the batch is recorded: what was valid in it is new. */
  const Patina__SubmitResult *result = live_submit(live, &envelopes[1], 1, 201)->results[0];
  assert_int_equal(result->outcome, PATINA__OUTCOME__OUTCOME_ACCEPTED);
}

/* --- many and slow connections --------------------------------------------------------------- */

/* Connections that say nothing, and two that say what they say slowly. */
typedef struct {
  int idle[STRAIN_IDLE_MAX];
  size_t idle_count;
  int rest[STRAIN_IDLE_MAX]; /* the other threads, where all are to be taken */
  size_t rest_count;
  int slow_head;
  int slow_body;
} crowd;

static void open_crowd(const live_ledger *live, crowd *people) {
  people->idle_count = strain_idle_count();
  for (size_t i = 0; i < people->idle_count; i++)
    people->idle[i] = raw_connect(live->process.port);
  people->slow_head = raw_connect(live->process.port);
  raw_send_text(people->slow_head, GET "X: ");
  people->slow_body = raw_connect(live->process.port);
  raw_send_text(people->slow_body, POST PROTOBUF "Content-Length: 1000\r\n\r\n");
}

static void close_crowd(const crowd *people) {
  for (size_t i = 0; i < people->idle_count; i++)
    (void)close(people->idle[i]);
  for (size_t i = 0; i < people->rest_count; i++)
    (void)close(people->rest[i]);
}

static size_t held_of(const int *connections, size_t count) {
  size_t held = 0;
  for (size_t i = 0; i < count; i++)
    held += raw_is_held(connections[i]) ? 1 : 0;
  return held;
}

/* Another client's request on a connection of its own. */
static void assert_answered(const live_ledger *live) {
  static raw_answer answer;
  uint64_t start = pat_env_monotonic_ms(pat_env_system());
  int connection = raw_connect(live->process.port);
  raw_send_text(connection, GET "\r\n");
  raw_receive(connection, &answer);
  (void)close(connection);
  assert_int_equal(answer.status, 200);
  uint64_t took = pat_env_monotonic_ms(pat_env_system()) - start;
  if (took > strain_seen.slowest_ms) strain_seen.slowest_ms = took;
  strain_seen.answered++;
}

/* With every thread held, a request waits until one is free; the admin listener has its own. */
static void check_all_threads_taken(const live_ledger *live, crowd *people) {
  static raw_answer answer;
  people->rest_count = strain_thread_count() - people->idle_count - 2;
  for (size_t i = 0; i < people->rest_count; i++)
    people->rest[i] = raw_connect(live->process.port);
  (void)usleep(200000);
  int late = raw_connect(live->process.port);
  raw_send_text(late, GET "\r\n");
  assert_false(raw_readable(late, 700));
  live_answer alive = live_ask(live, (live_request){.path = "/livez", .admin = true});
  assert_int_equal(alive.status, 200);
  live_answer_clear(&alive);
  assert_int_equal(held_of(people->rest, people->rest_count), people->rest_count);
  (void)close(people->rest[--people->rest_count]);
  raw_receive(late, &answer);
  assert_int_equal(answer.status, 200);
  (void)close(late);
  for (size_t i = 0; i < people->rest_count; i++)
    (void)close(people->rest[i]);
  people->rest_count = 0;
}

/* Both drip a byte at a time until the server has had enough of them; others are answered. */
static void check_slow_ones_cut_off(const live_ledger *live, const crowd *people) {
  static raw_answer answer;
  uint64_t start = pat_env_monotonic_ms(pat_env_system());
  while (raw_is_held(people->slow_head) || raw_is_held(people->slow_body)) {
    assert_true(pat_env_monotonic_ms(pat_env_system()) - start < SLOW_MS_MAX);
    if (raw_is_held(people->slow_head)) raw_send_text(people->slow_head, "x");
    if (raw_is_held(people->slow_body)) raw_send_text(people->slow_body, "x");
    assert_answered(live);
    (void)usleep(200000);
  }
  raw_receive(people->slow_head, &answer);
  strain_assert_problem(&answer, 400, "http.request-form");
  assert_true(raw_closed(people->slow_head));
  raw_receive(people->slow_body, &answer);
  strain_assert_problem(&answer, 408, "http.timeout");
  strain_assert_has(&answer, "\r\nRetry-After: 1\r\n");
  assert_true(raw_closed(people->slow_body));
  (void)close(people->slow_head);
  (void)close(people->slow_body);
}

static void test_strain__idle_and_slow_clients_keep_nobody_else_waiting(void **state) {
  live_ledger *live = *state;
  static crowd people;
  uint64_t before = strain_log_size(live);
  open_crowd(live, &people);
  for (size_t i = 0; i < 50; i++)
    assert_answered(live);
  strain_seen.idle_held = held_of(people.idle, people.idle_count);
  assert_int_equal(strain_seen.idle_held, people.idle_count);
  check_all_threads_taken(live, &people);
  assert_int_equal(strain_log_size(live), before);
  strain_assert_accepts(live); /* a writer, too, while they are held */
  assert_int_equal(held_of(people.idle, people.idle_count), people.idle_count);
  check_slow_ones_cut_off(live, &people);
  close_crowd(&people);
  strain_assert_accepts(live);
}

/* --- too much at once ------------------------------------------------------------------------ */

static void test_strain__readers_who_wait_have_a_cap_and_leave_writers_room(void **state) {
  live_ledger *live = *state;
  static raw_answer answer;
  static int streams[STRAIN_IDLE_MAX];
  const char *request = "GET /v1/stream HTTP/1.1\r\nHost: a\r\n\r\n";
  for (size_t i = 0; i < strain_waiting_max(); i++) {
    streams[i] = raw_connect(live->process.port);
    raw_send_text(streams[i], request);
    raw_receive(streams[i], &answer);
    assert_int_equal(answer.status, 200);
    strain_assert_has(&answer, "text/event-stream");
  }
  int more = raw_connect(live->process.port);
  raw_send_text(more, request);
  raw_receive(more, &answer);
  strain_assert_problem(&answer, 503, "http.waiting-full");
  strain_assert_has(&answer, "\r\nRetry-After: 1\r\n");
  (void)close(more);
  strain_assert_accepts(live);
  for (size_t i = 0; i < strain_waiting_max(); i++)
    (void)close(streams[i]);
}

static void test_strain__large_bodies_share_a_bound(void **state) {
  live_ledger *live = *state;
  static raw_answer answer;
  enum { CLIENTS = 24, REFUSED_MIN = CLIENTS - PAT_HTTP_BODIES_BYTES_MAX / (16 << 20) };
  int clients[CLIENTS];
  for (size_t i = 0; i < CLIENTS; i++) {
    clients[i] = raw_connect(live->process.port);
    raw_send_text(clients[i], POST PROTOBUF "Content-Length: 16777216\r\n\r\n");
    raw_send_body(clients[i], (8 << 20) + 1);
  }
  size_t refused = 0;
  for (size_t round = 0; round < 100 && refused < REFUSED_MIN; round++) {
    refused = CLIENTS - held_of(clients, CLIENTS);
    (void)usleep(200000);
  }
  assert_in_range(refused, REFUSED_MIN, CLIENTS - 1);
  strain_assert_accepts(live); /* a small one is not in their way */
  for (size_t i = 0; i < CLIENTS; i++) {
    if (!raw_is_held(clients[i])) {
      raw_receive(clients[i], &answer);
      strain_assert_problem(&answer, 503, "http.bodies-full");
      strain_assert_has(&answer, "\r\nRetry-After: 1\r\n");
    }
    (void)close(clients[i]);
  }
}

/* What all of this cost the server. */
static void test_strain__memory_stays_within_its_bound(void **state) {
  live_ledger *live = *state;
  strain_seen.memory_after_kib = strain_memory_peak_kib(live);
  if (IS_SANITIZED) return; /* a sanitizer keeps what is freed */
  assert_true(strain_seen.memory_after_kib - strain_seen.memory_before_kib <
              MEMORY_KIB_OF_REQUESTS + strain_thread_count() * MEMORY_KIB_PER_CONNECTION);
}

/* --- a full queue ---------------------------------------------------------------------------- */

static uint64_t statements_waiting(const live_ledger *live) {
  live_answer answer = live_ask(live, (live_request){.path = "/metrics", .admin = true});
  assert_int_equal(answer.status, 200);
  const char *name = "\npatina_statements_waiting ";
  const char *found = strstr((const char *)answer.body.data, name);
  assert_non_null(found);
  uint64_t waiting = strtoull(found + strlen(name), NULL, 10);
  live_answer_clear(&answer);
  return waiting;
}

static pat_span batch_of_1000(live_ledger *live, Patina__SignedStatement **ret_first) {
  Patina__SignedStatement *envelopes[PAT_BATCH_STATEMENTS_MAX];
  for (size_t i = 0; i < PAT_BATCH_STATEMENTS_MAX; i++)
    envelopes[i] = strain_vehicle(live);
  *ret_first = envelopes[0];
  return live_submission(live, envelopes, PAT_BATCH_STATEMENTS_MAX);
}

/* Small commits, and room for one batch: while it is worked off, there is none for
 * another. */
static void test_strain__a_full_queue_says_when_to_come_back(void **state) {
  live_ledger *live = *state;
  static const char *const flags[] = {"--batch-max=4", "--queue-max=1000", NULL};
  static raw_answer answer;
  strain_restart(live, flags);
  Patina__SignedStatement *first = NULL;
  pat_span long_work = batch_of_1000(live, &first);
  pat_span too_much = batch_of_1000(live, &first);
  int working = raw_connect(live->process.port);
  send_post(working, long_work);
  while (statements_waiting(live) == 0)
    assert_true(raw_is_held(working));
  int late = raw_connect(live->process.port);
  send_post(late, too_much);
  raw_receive(late, &answer);
  strain_assert_problem(&answer, 503, "sequencer.queue");
  strain_assert_has(&answer, "\r\nRetry-After: 1\r\n");
  assert_true(raw_is_held(working)); /* still at work: it was not kept from it */
  raw_receive(working, &answer);
  assert_int_equal(answer.status, 200);
  (void)close(working);
  (void)close(late);
  /* Nothing of the refused batch is recorded. */
  const Patina__SubmitResult *result = live_submit(live, &first, 1, 201)->results[0];
  assert_int_equal(result->outcome, PATINA__OUTCOME__OUTCOME_ACCEPTED);
}

/* --- degraded states ------------------------------------------------------------------------- */

/* The state is told with its rule and in words; the process is alive, and readers are served. */
static void assert_degraded(live_ledger *live, const char *rule) {
  char wanted[128];
  live_answer answer = live_ask(live, (live_request){.path = "/readyz", .admin = true});
  assert_int_equal(answer.status, 503);
  assert_true(live_has_header(&answer, "content-type: application/problem+json"));
  assert_true(live_has_header(&answer, "retry-after: "));
  (void)snprintf(wanted, sizeof wanted, "\"rule\":\"%s\"", rule);
  if (!live_body_has(&answer, wanted, strlen(wanted))) fail_msg("no %s", wanted);
  const char *message = pat_rule_message(pat_rule_find(rule));
  assert_true(live_body_has(&answer, message, strlen(message)));
  strain_count_refusal(rule);
  live_answer_clear(&answer);
  answer = live_ask(live, (live_request){.path = "/livez", .admin = true});
  assert_int_equal(answer.status, 200);
  live_answer_clear(&answer);
  Patina__SignedStatement *envelope = strain_vehicle(live);
  check_post(live, live_submission(live, &envelope, 1), 503, rule);
  (void)strain_log_size(live);
}

static void test_strain__readiness_names_what_is_wrong(void **state) {
  live_ledger *live = *state;
  static const char *const no_room[] = {"--free-space-mib-min=1048576", NULL};
  strain_restart(live, no_room);
  assert_degraded(live, "store.space-low");
  strain_restart(live, NULL);
  strain_assert_accepts(live);
  const char *in_the_way = main_path(live->files->ledger, "checkpoint.new");
  assert_int_equal(mkdir(in_the_way, 0700), 0);
  Patina__SignedStatement *envelope = strain_vehicle(live);
  live_answer answer = live_ask(live, (live_request){.path = "/v1/statements",
                                                     .accept = LIVE_PROTOBUF,
                                                     .type = LIVE_PROTOBUF,
                                                     .body = live_submission(live, &envelope, 1)});
  assert_true(answer.status >= 500);
  live_answer_clear(&answer);
  assert_degraded(live, "sequencer.stopped");
  assert_int_equal(rmdir(in_the_way), 0);
  (void)server_process_stop(&live->process);
  live_start(live);
  strain_assert_accepts(live);
}

/* --- */

static int strain_setup(void **state) {
  struct rlimit files;
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max; /* the server inherits it */
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
  (void)live_setup(state);
  live_ledger *live = *state;
  strain_restart(live, NULL);
  strain_assert_accepts(live);
  strain_seen.memory_before_kib = strain_memory_peak_kib(live);
  return 0;
}

int main(void) {
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_strain__bad_requests_are_refused_by_rule_and_change_nothing),
      cmocka_unit_test(test_strain__batches_are_refused_whole),
      cmocka_unit_test(test_strain__idle_and_slow_clients_keep_nobody_else_waiting),
      cmocka_unit_test(test_strain__readers_who_wait_have_a_cap_and_leave_writers_room),
      cmocka_unit_test(test_strain__large_bodies_share_a_bound),
      cmocka_unit_test(test_strain__memory_stays_within_its_bound),
      cmocka_unit_test(test_strain__a_full_queue_says_when_to_come_back),
      cmocka_unit_test(test_strain__readiness_names_what_is_wrong),
  };
  int failed = cmocka_run_group_tests(tests, strain_setup, live_teardown);
  strain_print_figures();
  curl_global_cleanup();
  return failed;
}
