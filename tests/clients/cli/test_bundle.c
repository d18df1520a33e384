/* patina bundle: files are checked without a network, and a server that lies is found out. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "core/bytes/builder.h"
#include "core/crypto/base32.h"
#include "tests/clients/audit/audit_server.h"
#include "tests/clients/cli/cli_run.h"
#include "tests/core/verify/bundle_scene.h"

enum { PATH_BYTES = TEMP_DIRECTORY_PATH_MAX };

static temp_directory folder;
static char policy_path[PATH_BYTES];
static char home[PATH_BYTES];
static char id[PAT_BASE32_ASSET_TEXT_BYTES];

/* --- files ----------------------------------------------------------------------------------- */

/* The path of a file in the folder; lives until the next call but three. */
static const char *path_of(const char *name) {
  static char paths[4][PATH_BYTES];
  static size_t next;
  next = (next + 1) % 4;
  return temp_directory_join(&folder, name, paths[next]);
}

static void write_file(const char *name, pat_span bytes) { cli_run_put(path_of(name), bytes); }

static const char *write_bundle(const char *name, const Patina__ProofBundle *bundle) {
  write_file(name, lying_encode(&bundle->base, &scene.arena));
  return path_of(name);
}

/* A policy that trusts the scene's log, at this address; more: witnesses and a quorum. */
static void write_policy(unsigned port, const char *more) {
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  uint8_t text[4096];
  char address[64];
  pat_builder builder;
  pat_builder_init(&builder, text, sizeof text);
  pat_builder_span(&builder, PAT_SPAN_LITERAL("log "));
  pat_note_key key = lying_log_key(scene.world, secret);
  pat_note_key_format(&key, &builder);
  (void)snprintf(address, sizeof address, " http://127.0.0.1:%u\n", port);
  pat_builder_span(&builder, pat_span_text(address));
  pat_builder_span(&builder, PAT_SPAN_LITERAL("witness auditor.example "));
  key = lying_witness_key(0, secret);
  pat_note_key_format(&key, &builder);
  pat_builder_span(&builder, pat_span_text(more));
  pat_span bytes;
  assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  write_file("policy", bytes);
}

static int open_all(void **state) {
  (void)scene_open(state);
  folder = temp_directory_make();
  (void)temp_directory_join(&folder, "policy", policy_path);
  (void)temp_directory_join(&folder, "home", home);
  pat_base32_asset_encode(scene.car, id);
  return 0;
}

static int close_all(void **state) {
  temp_directory_remove(&folder);
  return scene_close(state);
}

static int each(void **state) {
  write_policy(1, "\nquorum none\n");
  return scene_reset(state);
}

static int verify(const char *path) {
  return CLI_RUN("bundle", "verify", path, "--policy", policy_path, "--home", home);
}

/* --- files ----------------------------------------------------------------------------------- */

static void test_bundle_verify__says_the_word_and_the_check(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  bundle->commit = NULL;
  cli_run_ended(verify(write_bundle("b", bundle)), PAT_EXIT_NOT_PROVEN);
  assert_true(cli_run_warned("not proven: V10 (commit)"));
  bundle = scene_bundle();
  Patina__SubjectProof *car = scene_subject(bundle, PAT_SUBJECT_ASSET, PAT_SPAN_OF(scene.car));
  car->path = scene_flipped(car->path, car->path.len - 1);
  cli_run_ended(verify(write_bundle("b", bundle)), PAT_EXIT_DOES_NOT_MATCH);
  assert_true(cli_run_warned("does not match: V22 (completeness)"));
  assert_false(cli_run_said("state="));
  bundle = scene_bundle();
  scene_drop(bundle->subjects, &bundle->n_subjects, 0);
  cli_run_ended(verify(write_bundle("b", bundle)), PAT_EXIT_COULD_NOT_CHECK);
  assert_true(cli_run_warned("could not check: V22 (completeness)"));
  int code = CLI_RUN("bundle", "verify", path_of("b"), "--policy", policy_path, "--json");
  cli_run_ended(code, PAT_EXIT_COULD_NOT_CHECK);
  assert_true(cli_run_said("\"check\":\"22\""));
  cli_run_ended(verify(path_of("nosuch")), PAT_EXIT_NOT_FOUND);
}

static void test_bundle_verify__shows_what_matches(void **state) {
  (void)state;
  cli_run_ended(verify(write_bundle("b", scene_bundle())), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("state=matches"));
  assert_true(cli_run_said("complete according to this log's index at checkpoint"));
  assert_true(cli_run_said("1M8GDM9AXKP042788"));
  cli_run_ended(CLI_RUN("bundle", "verify", path_of("b"), "--policy", policy_path, "-q"),
                PAT_EXIT_MATCHES);
  assert_string_equal(cli_run_out, "");
  cli_run_ended(CLI_RUN("bundle", "verify", path_of("b"), "--policy", policy_path, "--json"),
                PAT_EXIT_MATCHES);
  assert_true(cli_run_said("\"state\":\"matches\""));
  assert_true(cli_run_said("\"complete\":\"claimed\""));
}

/* The car with so many more inspections, each entered years after it was made. */
static const char *write_late(size_t count) {
  const lying_request request = {.asset = scene.car};
  lying_log *log = scene_open_lie();
  for (size_t i = 0; i < count; i++) {
    ledger_draft draft = ledger_by(scene.world, INSPECTOR);
    const ledger_said said[] = {{"result", SAID_OPEN, ledger_text(scene.world, "pass")}};
    (void)ledger_attest(&draft, 1, LEDGER_SAID(said));
    draft.message.occurred = (char *)(uintptr_t) "2001-05-01";
    (void)lying_log_append(log, ledger_seal(&draft, NULL));
  }
  lying_log_close(log);
  return write_bundle("late", lying_bundle_make(log, &request, &scene.arena));
}

static size_t late_lines(void) {
  size_t count = 0;
  for (const char *at = cli_run_out; (at = strstr(at, "entry.late")) != NULL; at++)
    count++;
  return count;
}

static void test_bundle_verify__folds_what_was_entered_late(void **state) {
  (void)state;
  cli_run_ended(verify(write_late(3)), PAT_EXIT_MATCHES);
  assert_int_equal(late_lines(), 3);
  assert_true(cli_run_said("entry.late                   entry "));
  cli_run_ended(verify(write_late(4)), PAT_EXIT_MATCHES);
  assert_int_equal(late_lines(), 1);
  assert_true(cli_run_said("entry.late                   4 entries, recorded long after"));
  cli_run_ended(CLI_RUN("bundle", "verify", path_of("late"), "--policy", policy_path, "--all"),
                PAT_EXIT_MATCHES);
  assert_int_equal(late_lines(), 4);
}

static void test_bundle_verify__names_the_auditor_who_confirms(void **state) {
  (void)state;
  write_policy(1, "\nquorum auditor.example\n");
  cli_run_ended(verify(write_bundle("b", scene_bundle())), PAT_EXIT_NOT_PROVEN);
  const lying_request request = {.asset = scene.car, .witness_count = 1};
  write_bundle("b", lying_bundle_make(scene.log, &request, &scene.arena));
  cli_run_ended(verify(path_of("b")), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("confirmed by auditor auditor.example"));
  assert_true(cli_run_said(", 1 witness\n"));
}

static void test_bundle_verify__shows_look_ups_and_what_is_absent(void **state) {
  (void)state;
  cli_run_ended(verify(write_bundle("b", scene_lookup("chassis", "ABC123"))), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("chassis ABC123 scope ford spans=2 state=matches"));
  cli_run_ended(verify(write_bundle("b", scene_lookup("chassis", "ABC124"))), PAT_EXIT_NOT_FOUND);
  assert_true(cli_run_said("nothing recorded under any published version of chassis"));
  const lying_request request = {.asset = scene.absent};
  write_bundle("b", lying_bundle_make(scene.log, &request, &scene.arena));
  cli_run_ended(verify(path_of("b")), PAT_EXIT_NOT_FOUND);
  assert_true(cli_run_said("statements=0 state=matches"));
  cli_run_ended(CLI_RUN("bundle", "verify", path_of("b"), "--policy", policy_path, "-q"),
                PAT_EXIT_NOT_FOUND);
}

static void test_bundle_verify__explains_every_step(void **state) {
  (void)state;
  write_bundle("b", scene_bundle());
  int code = CLI_RUN("bundle", "verify", path_of("b"), "--policy", policy_path, "--explain");
  cli_run_ended(code, PAT_EXIT_MATCHES);
  static const char *const steps[] = {"V7  checkpoint", "V10 commit",    "V11 leaf entry",
                                      "V11 path entry", "V13 signature", "V22 presence",
                                      "V22 sub-log",    "V15 key",       "V17 standing"};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    if (!cli_run_said(steps[i])) fail_msg("no step %s", steps[i]);
  }
  code = CLI_RUN("bundle", "verify", path_of("b"), "--policy", policy_path, "--explain", "--json");
  cli_run_ended(code, PAT_EXIT_MATCHES);
  assert_true(cli_run_said("\"steps\":[{\"check\":\"31\""));
}

static void test_bundle_inspect__says_what_a_file_holds(void **state) {
  (void)state;
  write_bundle("b", scene_bundle());
  cli_run_ended(CLI_RUN("bundle", "inspect", path_of("b")), PAT_EXIT_MATCHES);
  assert_true(cli_run_said(id));
  assert_true(cli_run_said(scene.world->origin.text));
  assert_true(cli_run_warned("Nothing of this was checked"));
  write_file("b", PAT_SPAN_LITERAL("not a bundle"));
  cli_run_ended(CLI_RUN("bundle", "inspect", path_of("b")), PAT_EXIT_DOES_NOT_MATCH);
}

/* --- an earlier bundle ----------------------------------------------------------------------- */

static int verify_after(const char *newer, const char *older) {
  return CLI_RUN("bundle", "verify", newer, "--earlier", older, "--policy", policy_path, "--home",
                 home);
}

static void test_bundle_verify__continues_an_earlier_bundle(void **state) {
  (void)state;
  uint64_t inspection = lying_log_find(scene.log, PAT_KIND_ATTESTED, 0);
  lying_log *before = lying_log_cut(scene.log, inspection + 2, &scene.arena);
  const lying_request first = {.asset = scene.car};
  const lying_request then = {.asset = scene.car, .earlier = before->count};
  write_bundle("older", lying_bundle_make(before, &first, &scene.arena));
  write_bundle("newer", lying_bundle_make(scene.log, &then, &scene.arena));
  cli_run_ended(verify_after(path_of("newer"), path_of("older")), PAT_EXIT_MATCHES);
  assert_true(cli_run_said("state=matches"));
  /* The proof is for another size, or there is none. */
  write_bundle("newer", scene_bundle());
  cli_run_ended(verify_after(path_of("newer"), path_of("older")), PAT_EXIT_NOT_PROVEN);
  /* The wrong way round is no evidence. */
  cli_run_ended(verify_after(path_of("older"), path_of("newer")), PAT_EXIT_DOES_NOT_MATCH);
  assert_false(cli_run_warned("EVIDENCE"));
  write_bundle("other", scene_lookup("vin", "1M8GDM9AXKP042788"));
  cli_run_ended(verify_after(path_of("newer"), path_of("other")), PAT_EXIT_DOES_NOT_MATCH);
}

static void test_bundle_verify__keeps_a_fork_as_evidence(void **state) {
  (void)state;
  uint64_t inspection = lying_log_find(scene.log, PAT_KIND_ATTESTED, 0);
  lying_log *other = lying_log_cut(scene.log, inspection + 2, &scene.arena);
  ledger_draft draft = ledger_by(scene.world, INSPECTOR);
  const ledger_said failed[] = {{"result", SAID_OPEN, ledger_text(scene.world, "fail")}};
  ledger_attest(&draft, 1, LEDGER_SAID(failed));
  lying_log_add(other, ledger_seal(&draft, NULL));
  const lying_request request = {.asset = scene.car, .earlier = other->count};
  write_bundle("older", lying_bundle_make(other, &request, &scene.arena));
  write_bundle("newer", lying_bundle_make(scene.log, &request, &scene.arena));
  cli_run_ended(verify_after(path_of("newer"), path_of("older")), PAT_EXIT_DOES_NOT_MATCH);
  assert_true(cli_run_warned("EVIDENCE against this log was kept in"));
}

/* --- a server that says what it likes -------------------------------------------------------- */

static audit_server server;

static void serve_folder(const char *name) { (void)mkdir(path_of(name), 0700); }

static void serve(void) {
  pat_tlog_head head = lying_log_head(scene.log, scene.log->count);
  char name[PATH_BYTES];
  serve_folder("v1");
  serve_folder("v1/assets");
  serve_folder("v1/entries");
  (void)snprintf(name, sizeof name, "v1/assets/%s", id);
  serve_folder(name);
  write_file("checkpoint", pat_span_text(lying_log_note(scene.log, &head, 0, &scene.arena)));
  audit_server_open(&server, folder.path);
  write_policy(server.port, "\nquorum none\n");
}

static void serve_bundle(const Patina__ProofBundle *bundle) {
  char name[PATH_BYTES];
  (void)snprintf(name, sizeof name, "v1/assets/%s/bundle", id);
  write_bundle(name, bundle);
}

static void test_asset__finds_a_lying_server_out(void **state) {
  (void)state;
  serve();
  serve_bundle(scene_bundle());
  const char *const words[] = {"asset", "history", id, "--policy", policy_path, "--home", home};
  cli_run_ended(cli_run(words, 7), PAT_EXIT_MATCHES);
  const lying_request request = {.asset = scene.other};
  serve_bundle(lying_bundle_make(scene.log, &request, &scene.arena)); /* of another asset */
  cli_run_ended(cli_run(words, 7), PAT_EXIT_DOES_NOT_MATCH);
  Patina__ProofBundle *bundle = scene_bundle();
  Patina__SubjectProof *car = scene_subject(bundle, PAT_SUBJECT_ASSET, PAT_SPAN_OF(scene.car));
  car->count = --car->n_entries;
  serve_bundle(bundle); /* the newest entry is left out */
  cli_run_ended(cli_run(words, 7), PAT_EXIT_DOES_NOT_MATCH);
  assert_true(cli_run_warned("V22"));
  assert_false(cli_run_said("said by"));
  char last[PATH_BYTES];
  (void)snprintf(last, sizeof last, "v1/entries/%zu", scene.log->count - 1);
  write_file(last, PAT_SPAN_LITERAL("\xff")); /* no message at all */
  cli_run_ended(CLI_RUN("log", "info", "--policy", policy_path, "--home", home),
                PAT_EXIT_COULD_NOT_CHECK);
  assert_true(cli_run_warned(pat_rule_id(PAT_RULE_CLI_ANSWER)));
  audit_server_close(&server);
}

static void test_bundle_get__writes_only_what_matches(void **state) {
  (void)state;
  serve();
  Patina__ProofBundle *bundle = scene_bundle();
  serve_bundle(bundle);
  const char *to = path_of("got");
  const char *const words[] = {"bundle",   "get",       id,       "-o", to,
                               "--policy", policy_path, "--home", home};
  cli_run_ended(cli_run(words, 9), PAT_EXIT_MATCHES);
  cli_run_ended(verify(to), PAT_EXIT_MATCHES);
  assert_int_equal(remove(to), 0);
  bundle->commit = NULL;
  serve_bundle(bundle);
  cli_run_ended(cli_run(words, 9), PAT_EXIT_NOT_PROVEN);
  assert_int_not_equal(access(to, F_OK), 0);
  cli_run_ended(CLI_RUN("bundle", "get", id, "--policy", policy_path), PAT_EXIT_USAGE);
  cli_run_ended(CLI_RUN("bundle", "get", "a", "b", "-o", to, "--policy", policy_path),
                PAT_EXIT_USAGE);
  audit_server_close(&server);
}

#define CASE(name) cmocka_unit_test_setup(name, each)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_bundle_verify__says_the_word_and_the_check),
      CASE(test_bundle_verify__continues_an_earlier_bundle),
      CASE(test_bundle_verify__keeps_a_fork_as_evidence),
      CASE(test_asset__finds_a_lying_server_out),
      CASE(test_bundle_get__writes_only_what_matches),
      CASE(test_bundle_verify__shows_what_matches),
      CASE(test_bundle_verify__folds_what_was_entered_late),
      CASE(test_bundle_verify__names_the_auditor_who_confirms),
      CASE(test_bundle_verify__shows_look_ups_and_what_is_absent),
      CASE(test_bundle_verify__explains_every_step),
      CASE(test_bundle_inspect__says_what_a_file_holds),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
