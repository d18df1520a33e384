/* A report saved earlier and one from today are one history; a fork, or a history that was
 * rewritten, is refused, and the command line keeps both signed checkpoints as evidence. The true
 * part against a real server; the lies in process, as only the operator can tell them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#include "clients/cli/cli.h"
#include "tests/support/lying_live.h"
#include "tests/support/lying_reader.h"
#include "tests/support/temp_directory.h"

enum { CAR = 1, FILE_MAX = 1 << 20 };
static const uint8_t car[PAT_ASSET_ID_BYTES] = {CAR, CAR, CAR, CAR, CAR, CAR, CAR, CAR,
                                                CAR, CAR, CAR, CAR, CAR, CAR, CAR, CAR};

/* --- the command line ------------------------------------------------------------------------ */

static void write_file(const char *path, pat_span bytes) {
  FILE *stream = fopen(path, "wb");
  assert_non_null(stream);
  assert_int_equal(fwrite(bytes.data, 1, bytes.size, stream), bytes.size);
  assert_int_equal(fclose(stream), 0);
}

/* The one file of evidence below home, as text; NULL where there is none. */
static char *read_evidence(const char *home) {
  char path[2048];
  (void)snprintf(path, sizeof path, "%s/evidence", home);
  DIR *folder = opendir(path);
  if (folder == NULL) return NULL;
  char *text = NULL;
  for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    assert_null(text);
    (void)snprintf(path, sizeof path, "%s/evidence/%s", home, entry->d_name);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    text = calloc(1, FILE_MAX);
    assert_non_null(text);
    assert_true(fread(text, 1, FILE_MAX - 1, stream) > 0);
    (void)fclose(stream);
  }
  (void)closedir(folder);
  return text;
}

/* A reader's folder. */
typedef struct {
  temp_directory directory;
  char older[TEMP_DIRECTORY_PATH_MAX];
  char newer[TEMP_DIRECTORY_PATH_MAX];
  char policy[TEMP_DIRECTORY_PATH_MAX];
  char home[TEMP_DIRECTORY_PATH_MAX];
} desk;

static desk desk_open(pat_span older, pat_span newer, pat_span policy) {
  desk made = {.directory = temp_directory_make()};
  (void)temp_directory_join(&made.directory, "older.patina", made.older);
  (void)temp_directory_join(&made.directory, "newer.patina", made.newer);
  (void)temp_directory_join(&made.directory, "policy", made.policy);
  (void)temp_directory_join(&made.directory, "home", made.home);
  write_file(made.older, older);
  write_file(made.newer, newer);
  write_file(made.policy, policy);
  return made;
}

/* patina bundle verify newer --earlier older */
static int verify(const desk *at) {
  const char *words[] = {"bundle",   "verify",   at->newer, "--earlier", at->older,
                         "--policy", at->policy, "--home",  at->home};
  FILE *out = tmpfile();
  FILE *err = tmpfile();
  assert_non_null(out);
  assert_non_null(err);
  int code = pat_cli_run(words, sizeof words / sizeof *words, out, err);
  (void)fclose(out);
  (void)fclose(err);
  return code;
}

/* --- one history ----------------------------------------------------------------------------- */

static void test_prefix__is_the_beginning_of_a_later_report(void **state) {
  served_log *log = *state;
  served_register(log, CAR);
  served_inspect(log, CAR, "good");
  pat_span older = served_asset(log, CAR, 0);
  pat_bundle_report saved = served_read(log, "saved", older, NULL);
  assert_int_equal(saved.word, PAT_WORD_MATCHES);
  pat_tlog_head head = served_head(&saved);
  served_inspect(log, CAR, "worn");
  served_assign(log, CAR, "YS3DD78N4X7055320");

  pat_span newer = served_asset(log, CAR, head.size);
  pat_bundle_report today = served_read(log, "today", newer, &head);
  assert_int_equal(today.word, PAT_WORD_MATCHES);
  pat_status status = pat_bundle_compare(&saved, &today, NULL);
  assert_true(pat_is_ok(status));
  lying_evidence_pair(&log->evidence, "saved", "today", status);
  assert_true(today.history.n_entries > saved.history.n_entries);
  printf("one history: %zu entries at size %llu begin %zu at size %llu\n", saved.history.n_entries,
         (unsigned long long)head.size, today.history.n_entries,
         (unsigned long long)served_head(&today).size);
  /* A report that was not asked for with the older size does not prove it. */
  today = served_read(log, "today-alone", served_asset(log, CAR, 0), &head);
  assert_int_equal(today.word, PAT_WORD_NOT_PROVEN);
  assert_int_equal(today.check, PAT_CHECK_EARLIER);

  desk at = desk_open(older, newer, pat_blob_span(log->live->policy_text));
  assert_int_equal(verify(&at), PAT_EXIT_MATCHES);
  assert_null(read_evidence(at.home));
  temp_directory_remove(&at.directory);
}

/* --- lies ------------------------------------------------------------------------------------ */

/* A car with a history, and the report that its reader saved. */
typedef struct {
  lying_reader *reader;
  lying_log *log;
  pat_span older;
  pat_bundle_report saved;
  pat_tlog_head head;
  lying_request request;
} scene;

static void inspect_car(ledger_world *world, const char *result, lying_log *log) {
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, result)}};
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_attest(&draft, CAR, LEDGER_SAID(said));
  if (log == NULL) {
    (void)ledger_accept(&draft);
  } else {
    (void)lying_log_append(log, ledger_seal(&draft, NULL));
    lying_log_close(log);
  }
}

static int setup(void **state) {
  scene *s = calloc(1, sizeof *s);
  s->reader = lying_reader_open();
  ledger_world *world = s->reader->world;
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft registration = ledger_by(world, REGISTRAR);
  (void)ledger_register(&registration, CAR, LEDGER_SAID(said));
  (void)ledger_accept(&registration);
  inspect_car(world, "good", NULL);
  inspect_car(world, "rusted through", NULL);
  s->log = lying_log_of(world, s->reader->memory);
  s->request.asset = car;
  s->older = lying_served(s->reader, s->log, &s->request);
  s->saved = lying_read(s->reader, "lie-saved", s->older, NULL);
  s->head = s->saved.verdict.checkpoint.head;
  *state = s;
  return 0;
}

static int teardown(void **state) {
  scene *s = *state;
  lying_reader_close(s->reader);
  free(s);
  return 0;
}

/* Today's report of a log that says to continue what the reader saved. */
static pat_span serve(scene *s, lying_log *log) {
  s->request.earlier = log->count > s->head.size ? s->head.size : 0;
  return lying_served(s->reader, log, &s->request);
}

/* Both signed checkpoints are in the evidence, whole. */
static void assert_evidence(scene *s, pat_span newer, const char *newer_note) {
  desk at = desk_open(s->older, newer, s->reader->policy_text);
  assert_int_equal(verify(&at), PAT_EXIT_DOES_NOT_MATCH);
  char *evidence = read_evidence(at.home);
  assert_non_null(evidence);
  assert_non_null(strstr(evidence, s->saved.bundle->checkpoint));
  assert_non_null(strstr(evidence, newer_note));
  free(evidence);
  temp_directory_remove(&at.directory);
}

static void expect_refused(scene *s, const char *name, lying_log *log, pat_rule rule) {
  pat_span newer = serve(s, log);
  pat_bundle_report report = lying_read(s->reader, name, newer, &s->head);
  assert_int_equal(report.word, PAT_WORD_DOES_NOT_MATCH);
  assert_int_equal(report.check, PAT_CHECK_EARLIER);
  assert_string_equal(pat_rule_id((pat_rule)report.status.rule), pat_rule_id(rule));
  assert_evidence(s, newer, report.bundle->checkpoint);
  printf("refused with evidence: %s: V8 %s\n", name, pat_rule_id(rule));
}

/* The log as it was before its last batch, which the reader saw. */
static lying_log *without_last_batch(scene *s) {
  return lying_log_cut(s->log, s->head.size - 2, s->reader->memory);
}

static void test_prefix__refuses_a_fork(void **state) {
  scene *s = *state;
  lying_log *fork = without_last_batch(s);
  inspect_car(s->reader->world, "as new", fork);
  inspect_car(s->reader->world, "as new again", fork);
  assert_true(fork->count > s->head.size);
  expect_refused(s, "forked", fork, PAT_RULE_TLOG_CONSISTENCY_ROOT);
}

static void test_prefix__refuses_a_fork_of_the_same_size(void **state) {
  scene *s = *state;
  lying_log *fork = without_last_batch(s);
  inspect_car(s->reader->world, "as new", fork);
  assert_int_equal(fork->count, s->head.size);
  expect_refused(s, "forked-same-size", fork, PAT_RULE_VERIFY_FORK);
}

/* The entry that the reader saw gives way to another one in its place; then the log goes on. */
static void test_prefix__refuses_a_rewritten_entry(void **state) {
  scene *s = *state;
  lying_log *rewritten = lying_log_copy(s->log, s->reader->memory);
  uint64_t at = s->head.size - 2;
  rewritten->leaves[at].message->statement->logged_at_ms++;
  lying_log_rewrite(rewritten, at);
  lying_log_recommit(rewritten);
  inspect_car(s->reader->world, "worn", rewritten);
  expect_refused(s, "rewritten", rewritten, PAT_RULE_TLOG_CONSISTENCY_ROOT);
}

/* The log goes on truly, but its index forgets an entry that it told of before. */
static void test_prefix__refuses_a_forgotten_entry(void **state) {
  scene *s = *state;
  lying_log *log = lying_log_copy(s->log, s->reader->memory);
  pat_hash key = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(car));
  lying_log_unlist(log, &key, s->head.size - 2);
  lying_log_close(log);
  pat_span newer = serve(s, log);
  pat_bundle_report report = lying_read(s->reader, "forgotten", newer, &s->head);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  pat_status status = pat_bundle_compare(&s->saved, &report, NULL);
  assert_true(pat_is_rule(status, PAT_RULE_VERIFY_FORK));
  lying_evidence_pair(&s->reader->evidence, "lie-saved", "forgotten", status);
  assert_evidence(s, newer, report.bundle->checkpoint);
  printf("refused with evidence: forgotten: V33 %s\n", pat_rule_id((pat_rule)status.rule));
}

/* Less than the reader saw is refused too. By itself it is no evidence: he may mix the files up. */
static void test_prefix__refuses_less_than_was_seen(void **state) {
  scene *s = *state;
  pat_span newer = serve(s, without_last_batch(s));
  pat_bundle_report report = lying_read(s->reader, "rolled-back", newer, &s->head);
  assert_int_equal(report.check, PAT_CHECK_EARLIER);
  assert_true(pat_is_rule(report.status, PAT_RULE_VERIFY_ROLLBACK));
  desk at = desk_open(s->older, newer, s->reader->policy_text);
  assert_int_equal(verify(&at), PAT_EXIT_DOES_NOT_MATCH);
  temp_directory_remove(&at.directory);
}

static void test_prefix__accepts_what_continues(void **state) {
  scene *s = *state;
  lying_log *log = lying_log_copy(s->log, s->reader->memory);
  inspect_car(s->reader->world, "worn", log);
  pat_span newer = serve(s, log);
  pat_bundle_report report = lying_read(s->reader, "continued", newer, &s->head);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_true(pat_is_ok(pat_bundle_compare(&s->saved, &report, NULL)));
  desk at = desk_open(s->older, newer, s->reader->policy_text);
  assert_int_equal(verify(&at), PAT_EXIT_MATCHES);
  assert_null(read_evidence(at.home));
  temp_directory_remove(&at.directory);
}

#define lie_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      lie_test(test_prefix__refuses_a_fork),
      lie_test(test_prefix__refuses_a_fork_of_the_same_size),
      lie_test(test_prefix__refuses_a_rewritten_entry),
      lie_test(test_prefix__refuses_a_forgotten_entry),
      lie_test(test_prefix__refuses_less_than_was_seen),
      lie_test(test_prefix__accepts_what_continues),
      cmocka_unit_test_setup_teardown(test_prefix__is_the_beginning_of_a_later_report, served_setup,
                                      served_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
