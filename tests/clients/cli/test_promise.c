/* patina promise: a promise held against reports of later checkpoints, without a network. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "clients/cli/cli.h"
#include "tests/clients/cli/cli_run.h"
#include "tests/support/lying_reader.h"
#include "tests/support/temp_directory.h"

enum { PATH_BYTES = TEMP_DIRECTORY_PATH_MAX, CAR = 1 };

static const uint8_t car[PAT_ASSET_ID_BYTES] = {CAR, CAR, CAR, CAR, CAR, CAR, CAR, CAR,
                                                CAR, CAR, CAR, CAR, CAR, CAR, CAR, CAR};

static temp_directory folder;
static lying_reader *reader;
static lying_log *log;
static const Patina__SignedStatement *envelope; /* what was submitted: the car's registration */
static uint64_t place;
static char policy[PATH_BYTES];
static char home[PATH_BYTES];
static char promise[PATH_BYTES];
static char bundle[PATH_BYTES];
static char statement[PATH_BYTES];

/* The car's report at the end of this log. */
static void write_bundle(lying_log *of) {
  const lying_request request = {.asset = car};
  cli_run_put(bundle, lying_served(reader, of, &request));
}

static void write_promise(const pat_hash *leaf) {
  cli_run_put(promise, lying_promise(reader, &log->leaves[place].sha256, place, leaf));
}

static int setup(void **state) {
  (void)state;
  reader = lying_reader_open();
  folder = temp_directory_make();
  (void)temp_directory_join(&folder, "policy", policy);
  (void)temp_directory_join(&folder, "home", home);
  (void)temp_directory_join(&folder, "promise", promise);
  (void)temp_directory_join(&folder, "bundle", bundle);
  (void)temp_directory_join(&folder, "statement", statement);
  cli_run_put(policy, reader->policy_text);
  ledger_world *world = reader->world;
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, CAR, LEDGER_SAID(said));
  Patina__SignedStatement *sealed = ledger_seal(&draft, NULL);
  place = world->head.range.size;
  assert_int_equal(ledger_run(world, &sealed, 1)->outcome, PAT_DECISION_ACCEPTED);
  envelope = sealed;
  log = lying_log_of(world, reader->memory);
  cli_run_put(statement, lying_encode(&envelope->base, reader->memory));
  write_promise(&log->leaves[place].hash);
  write_bundle(log);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  temp_directory_remove(&folder);
  lying_reader_close(reader);
  return 0;
}

#define VERIFY(...)                                                                             \
  CLI_RUN("promise", "verify", promise, "--bundle", bundle, "--policy", policy, "--home", home, \
          __VA_ARGS__)

static void test_promise_verify__refuses_what_is_none(void **state) {
  (void)state;
  cli_run_put(promise, PAT_SPAN_LITERAL("no promise"));
  cli_run_ended(VERIFY("--statement", statement), PAT_EXIT_DOES_NOT_MATCH);
  assert_true(cli_run_warned("does not match: V27 (form of the promise)"));
  cli_run_ended(CLI_RUN("promise", "verify", home, "--bundle", bundle, "--policy", policy),
                PAT_EXIT_NOT_FOUND);
}

static void test_promise_verify__refuses_another_key(void **state) {
  (void)state;
  pat_hash seed = pat_hash_of(PAT_SPAN_LITERAL("not the promise key"));
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  pat_sign_keypair_from_seed(seed.bytes, public_key, reader->promise_secret);
  write_promise(&log->leaves[place].hash);
  cli_run_ended(VERIFY("--json"), PAT_EXIT_DOES_NOT_MATCH);
  assert_true(cli_run_said("\"check\":\"28\""));
}

static void test_promise_verify__refuses_another_statement(void **state) {
  (void)state;
  Patina__SignedStatement other = *envelope;
  other.statement =
      lying_field(pat_span_make(other.statement.data, other.statement.len), reader->memory);
  other.statement.data[other.statement.len - 1] ^= 1;
  cli_run_put(statement, lying_encode(&other.base, reader->memory));
  cli_run_ended(VERIFY("--statement", statement), PAT_EXIT_DOES_NOT_MATCH);
  assert_true(cli_run_warned("does not match: V29 (what was promised)"));
}

static void test_promise_verify__refuses_a_wrong_report(void **state) {
  (void)state;
  pat_span bytes = lying_served(reader, log, &(const lying_request){.asset = car});
  ProtobufCBinaryData copy = lying_field(bytes, reader->memory);
  copy.data[copy.len / 2] ^= 1;
  cli_run_put(bundle, pat_span_make(copy.data, copy.len));
  cli_run_ended(VERIFY("--statement", statement), PAT_EXIT_DOES_NOT_MATCH);
  assert_false(cli_run_said("promised"));
}

static void test_promise_verify__finds_it_kept(void **state) {
  (void)state;
  cli_run_ended(VERIFY("--statement", statement), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("matches: the log kept its promise at checkpoint"));
  cli_run_ended(VERIFY("--json"), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("\"publishBy\""));
}

/* What else stands there is shown by the receipt that is made of the report. */
static void test_promise_verify__keeps_evidence_of_another_leaf(void **state) {
  (void)state;
  pat_hash other = log->leaves[place - 1].hash;
  write_promise(&other);
  cli_run_ended(VERIFY("--statement", statement), PAT_EXIT_DOES_NOT_MATCH);
  assert_true(cli_run_warned("V30 (promise kept): something else stands in the promised place"));
  assert_true(cli_run_warned("EVIDENCE against this log was kept in"));
}

static void test_promise_verify__waits_while_there_is_time(void **state) {
  (void)state;
  lying_log *before = lying_log_cut(log, place, reader->memory);
  write_bundle(before);
  cli_run_ended(VERIFY("--statement", statement), PAT_EXIT_NOT_PROVEN);
  assert_true(cli_run_warned("not proven: V30 (promise kept): no checkpoint shows yet"));
  assert_false(cli_run_warned("EVIDENCE"));
}

static void test_promise_verify__keeps_evidence_that_it_was_never_logged(void **state) {
  (void)state;
  /* A heartbeat after the time, over a log in which the place is still free. */
  lying_log *late = lying_log_cut(log, place - 1, reader->memory);
  reader->world->now_ms += LEDGER_HOUR_MS;
  lying_log_close(late);
  assert_true(late->count <= place);
  write_bundle(late);
  cli_run_ended(VERIFY("--statement", statement), PAT_EXIT_DOES_NOT_MATCH);
  assert_true(cli_run_warned("V30 (promise kept): its time is over, and its place is still free"));
  assert_true(cli_run_warned("EVIDENCE against this log was kept in"));
}

#define promise_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      promise_test(test_promise_verify__refuses_what_is_none),
      promise_test(test_promise_verify__refuses_another_key),
      promise_test(test_promise_verify__refuses_another_statement),
      promise_test(test_promise_verify__refuses_a_wrong_report),
      promise_test(test_promise_verify__finds_it_kept),
      promise_test(test_promise_verify__keeps_evidence_of_another_leaf),
      promise_test(test_promise_verify__waits_while_there_is_time),
      promise_test(test_promise_verify__keeps_evidence_that_it_was_never_logged),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
