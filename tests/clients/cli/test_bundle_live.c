/* Reports of a real server's log: fetched, kept, and checked when the server is gone. */
#include <stdio.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "core/bytes/protobuf.h"
#include "core/crypto/base32.h"
#include "tests/clients/cli/cli_run.h"
#include "tests/integration/live_ledger.h"

enum { PATH_BYTES = TEMP_DIRECTORY_PATH_MAX };

static live_ledger *live;
static char policy[PATH_BYTES];
static char home[PATH_BYTES];
static char first[PATH_BYTES];
static char second[PATH_BYTES];
static char server[64];
static char id[PAT_BASE32_ASSET_TEXT_BYTES];
static char absent[PAT_BASE32_ASSET_TEXT_BYTES];

#define LOG "--policy", policy, "--home", home, "--server", server

static void name_asset(uint8_t number, char text[PAT_BASE32_ASSET_TEXT_BYTES]) {
  uint8_t asset[PAT_ASSET_ID_BYTES];
  memset(asset, number, sizeof asset);
  pat_base32_asset_encode(asset, text);
}

static int setup(void **state) {
  (void)live_setup(state);
  live = *state;
  live_register_secret(live);
  const temp_directory *directory = &live->files->directory;
  (void)snprintf(policy, sizeof policy, "%s", main_path(live->files->ledger, "policy.txt"));
  (void)temp_directory_join(directory, "home", home);
  (void)temp_directory_join(directory, "first.patina", first);
  (void)temp_directory_join(directory, "second.patina", second);
  (void)snprintf(server, sizeof server, "http://127.0.0.1:%u", live->process.port);
  name_asset(1, id);
  name_asset(99, absent);
  return 0;
}

static void attest(const char *result) {
  const ledger_said said[] = {{"result", SAID_OPEN, ledger_text(live->world, result)}};
  ledger_draft draft = ledger_by(live->world, INSPECTOR);
  (void)ledger_attest(&draft, 1, LEDGER_SAID(said));
  (void)live_accept(live, &draft);
}

static void test_bundle_live__shows_and_finds_with_proof(void **state) {
  (void)state;
  cli_run_ended(CLI_RUN("asset", "show", id, LOG), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("complete according to this log's index at checkpoint"));
  assert_true(cli_run_said("state=matches"));
  cli_run_ended(CLI_RUN("asset", "history", id, LOG), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("asset_registered"));
  cli_run_ended(CLI_RUN("asset", "find", "vin", LIVE_SECRET_VIN, "--save", first, LOG),
                PAT_EXIT_MATCHES);
  assert_true(cli_run_said(id));
  cli_run_ended(CLI_RUN("bundle", "verify", first, "--policy", policy), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("spans=1 state=matches"));
}

static void test_bundle_live__proves_that_nothing_is_recorded(void **state) {
  (void)state;
  cli_run_ended(CLI_RUN("identifier", "find", "vin", "1M8GDM9AXKP042788", "--save", first, LOG),
                PAT_EXIT_NOT_FOUND);
  assert_true(cli_run_said("nothing recorded under any published version of vin"));
  cli_run_ended(CLI_RUN("bundle", "verify", first, "--policy", policy), PAT_EXIT_NOT_FOUND);
  assert_true(cli_run_said("spans=0 state=matches"));
  cli_run_ended(CLI_RUN("asset", "find", "vin", "1M8", LOG), PAT_EXIT_USAGE);
  cli_run_ended(CLI_RUN("asset", "find", "nosuch", "1", LOG), PAT_EXIT_NOT_FOUND);
  cli_run_ended(CLI_RUN("asset", "show", absent, LOG), PAT_EXIT_NOT_FOUND);
  assert_true(cli_run_warned("nothing is recorded about this asset: the log proves it"));
  cli_run_ended(CLI_RUN("bundle", "get", absent, "-o", first, LOG), PAT_EXIT_NOT_FOUND);
  cli_run_ended(CLI_RUN("bundle", "verify", first, "--policy", policy), PAT_EXIT_NOT_FOUND);
}

static void test_bundle_live__continues_an_earlier_bundle(void **state) {
  (void)state;
  cli_run_ended(CLI_RUN("bundle", "get", id, "-o", first, LOG), PAT_EXIT_MATCHES);
  attest("fail");
  cli_run_ended(CLI_RUN("bundle", "get", id, "--since", first, "-o", second, LOG),
                PAT_EXIT_MATCHES);
  cli_run_ended(CLI_RUN("bundle", "verify", second, "--earlier", first, "--policy", policy),
                PAT_EXIT_MATCHES);
  cli_run_ended(CLI_RUN("bundle", "get", "--lookup", "vin", LIVE_SECRET_VIN, "-o", second, LOG),
                PAT_EXIT_MATCHES);
}

/* Has the newest checkpoint audited and cosigned, and writes a policy that asks for the auditor. */
static void audit_for(const char *key, const char *cosigned, const char *asks) {
  cli_run_ended(CLI_RUN("key", "gen", "--name", "auditor", "-o", key), PAT_EXIT_MATCHES);
  cli_run_ended(CLI_RUN("log", "audit", "--json", "--cosign", key, "--name", "audit.example",
                        "--out", cosigned, LOG),
                PAT_EXIT_MATCHES);
  static const char member[] = "\"witness\":\"";
  const char *found = strstr(cli_run_out, member);
  assert_non_null(found);
  found += sizeof member - 1;
  FILE *trusted = fopen(policy, "r");
  FILE *file = fopen(asks, "w");
  assert_true(trusted != NULL && file != NULL);
  char line[1024];
  assert_non_null(fgets(line, sizeof line, trusted)); /* log <vkey> <url> */
  (void)fclose(trusted);
  (void)fprintf(file, "%switness auditor %.*s\nquorum auditor\n", line, (int)strcspn(found, "\""),
                found);
  assert_int_equal(fclose(file), 0);
}

static void test_bundle_live__an_auditor_confirms(void **state) {
  (void)state;
  char key[PATH_BYTES];
  char cosigned[PATH_BYTES];
  char asks[PATH_BYTES];
  (void)temp_directory_join(&live->files->directory, "auditor.key", key);
  (void)temp_directory_join(&live->files->directory, "cosigned", cosigned);
  (void)temp_directory_join(&live->files->directory, "asks", asks);
  audit_for(key, cosigned, asks);
  cli_run_ended(CLI_RUN("bundle", "get", id, "-o", first, LOG), PAT_EXIT_MATCHES);
  cli_run_ended(CLI_RUN("bundle", "verify", first, "--policy", asks), PAT_EXIT_NOT_PROVEN);
  cli_run_ended(CLI_RUN("bundle", "verify", first, "--policy", asks, "--checkpoint", cosigned),
                PAT_EXIT_MATCHES);
  assert_true(cli_run_said("confirmed by auditor"));
  cli_run_ended(CLI_RUN("bundle", "get", id, "--checkpoint", cosigned, "-o", second, LOG),
                PAT_EXIT_MATCHES);
  cli_run_ended(CLI_RUN("bundle", "verify", second, "--policy", asks), PAT_EXIT_MATCHES);
  attest("pass");
  cli_run_ended(CLI_RUN("bundle", "get", id, "-o", first, LOG), PAT_EXIT_MATCHES);
  cli_run_ended(CLI_RUN("bundle", "verify", first, "--policy", asks, "--checkpoint", cosigned),
                PAT_EXIT_USAGE);
}

static void keep(const char *path, const ProtobufCMessage *message) {
  cli_run_put(path, live_encode(live, message));
}

/* The promise with which the log answers before it publishes; then it has published. */
static const Patina__SignedPromise *take_promise(Patina__SignedStatement *envelope) {
  live_answer answer = live_ask(live, (live_request){.path = "/v1/statements",
                                                     .accept = LIVE_PROTOBUF,
                                                     .type = LIVE_PROTOBUF,
                                                     .header = "Prefer: respond-async",
                                                     .body = live_submission(live, &envelope, 1)});
  assert_int_equal(answer.status, 202);
  ProtobufCMessage *decoded = NULL;
  ProtobufCBinaryData copy = {answer.body.size, ledger_take(live->world, answer.body.size)};
  memcpy(copy.data, answer.body.data, copy.len);
  assert_ok(pat_protobuf_decode(&patina__submit_response__descriptor,
                                pat_span_make(copy.data, copy.len), &live->world->memory, 0,
                                &decoded, NULL));
  live_answer_clear(&answer);
  const Patina__SubmitResult *result = ((const Patina__SubmitResponse *)decoded)->results[0];
  assert_non_null(result->promise);
  (void)live_submit(live, &envelope, 1, 200);
  return result->promise;
}

static void test_bundle_live__a_promise_is_kept(void **state) {
  (void)state;
  const ledger_said said[] = {{"make", SAID_OPEN, ledger_text(live->world, "Saab")}};
  ledger_draft draft = ledger_by(live->world, REGISTRAR);
  (void)ledger_register(&draft, 7, LEDGER_SAID(said));
  Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
  keep(first, &take_promise(envelope)->base);
  keep(second, &envelope->base);
  cli_run_ended(CLI_RUN("promise", "verify", first, "--statement", second, LOG), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("matches: the log kept its promise at checkpoint"));
  envelope->statement.len--;
  keep(second, &envelope->base);
  cli_run_ended(CLI_RUN("promise", "verify", first, "--statement", second, LOG),
                PAT_EXIT_DOES_NOT_MATCH);
  assert_true(cli_run_warned("does not match: V29"));
}

static void test_bundle_live__needs_no_server_to_be_checked(void **state) {
  (void)state;
  cli_run_ended(CLI_RUN("bundle", "get", id, "-o", first, LOG), PAT_EXIT_MATCHES);
  server_process_kill(&live->process);
  cli_run_ended(CLI_RUN("asset", "show", id, LOG), PAT_EXIT_COULD_NOT_CHECK);
  cli_run_ended(CLI_RUN("bundle", "verify", first, "--policy", policy), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("state=matches"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bundle_live__proves_that_nothing_is_recorded),
      cmocka_unit_test(test_bundle_live__shows_and_finds_with_proof),
      cmocka_unit_test(test_bundle_live__continues_an_earlier_bundle),
      cmocka_unit_test(test_bundle_live__an_auditor_confirms),
      cmocka_unit_test(test_bundle_live__a_promise_is_kept),
      cmocka_unit_test(test_bundle_live__needs_no_server_to_be_checked),
  };
  return cmocka_run_group_tests(tests, setup, live_teardown);
}
