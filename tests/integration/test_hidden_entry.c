/* A server that hides an entry is caught, each time naming the entry: by a reader with a bundle, by
 * the submitter with his receipt, by an auditor who replays the log, or by whoever holds a promise.
 *
 * With PATINA_EVIDENCE everything that was judged is kept, for tests/show/hidden-entry. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/cli/exit_code.h"
#include "tests/clients/cli/cli_run.h"
#include "tests/integration/receipt_command.h"
#include "tests/support/lying_reader.h"

#define assert_rule(status_, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(status_).rule), pat_rule_id(PAT_RULE_##symbol))
#define assert_ok(status_) assert_string_equal(pat_rule_id((pat_rule)(status_).rule), "ok")

#define VIN "YS3DD78N4X7055320"

enum { CAR = 1 };
static const uint8_t car[PAT_ASSET_ID_BYTES] = {CAR, CAR, CAR, CAR, CAR, CAR, CAR, CAR,
                                                CAR, CAR, CAR, CAR, CAR, CAR, CAR, CAR};

/* A car with a history, and what somebody would like to hide of it: its newest inspection. */
typedef struct {
  lying_reader *reader;
  lying_log *log;
  const Patina__SignedStatement *unwelcome; /* the inspection */
  const Patina__SignedStatement *vin;       /* the assignment of the identifier */
  uint64_t unwelcome_at;
  uint64_t vin_at;
  lying_request request;
} scene;

/* Logs a draft in the true log; gives its envelope. */
static const Patina__SignedStatement *log_draft(ledger_world *world, ledger_draft *draft,
                                                uint64_t *ret_index) {
  Patina__SignedStatement *envelope = ledger_seal(draft, NULL);
  *ret_index = world->head.range.size;
  const pat_decision *decision = ledger_run(world, &envelope, 1);
  assert_int_equal(decision->outcome, PAT_DECISION_ACCEPTED);
  return envelope;
}

static ledger_draft draft_inspection(ledger_world *world, const char *result) {
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, result)}};
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_attest(&draft, CAR, LEDGER_SAID(said));
  return draft;
}

static int setup(void **state) {
  scene *s = calloc(1, sizeof *s);
  s->reader = lying_reader_open();
  ledger_world *world = s->reader->world;
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft registration = ledger_by(world, REGISTRAR);
  (void)ledger_register(&registration, CAR, LEDGER_SAID(said));
  (void)ledger_accept(&registration);
  ledger_draft assignment = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&assignment, CAR, (ledger_serial){"vin", 1, "", VIN});
  s->vin = log_draft(world, &assignment, &s->vin_at);
  ledger_draft good = draft_inspection(world, "good");
  (void)ledger_accept(&good);
  ledger_draft bad = draft_inspection(world, "rusted through");
  s->unwelcome = log_draft(world, &bad, &s->unwelcome_at);
  s->log = lying_log_of(world, s->reader->memory);
  s->request.asset = car;
  *state = s;
  return 0;
}

static int teardown(void **state) {
  scene *s = *state;
  lying_reader_close(s->reader);
  free(s);
  return 0;
}

/* --- what everybody sees --------------------------------------------------------------------- */

static pat_bundle_report read_served(scene *s, const char *name, lying_log *log) {
  return lying_read(s->reader, name, lying_served(s->reader, log, &s->request), NULL);
}

/* A bundle whose check ends with this number and rule, at this entry. */
static void assert_read(const char *lie, const pat_bundle_report *report, pat_check check,
                        uint64_t index) {
  assert_int_equal(report->check, check);
  assert_int_equal(report->error.offset, index);
  lying_caught(lie, "reader", index, report->status);
}

static pat_status submitted(scene *s, lying_log *log, uint64_t index,
                            const Patina__SignedStatement *envelope) {
  const lying_leaf *leaf = &log->leaves[index];
  pat_span proof = leaf->vrf_count == 0
                       ? PAT_SPAN_EMPTY
                       : pat_span_make(leaf->vrf_proofs[0].data, leaf->vrf_proofs[0].len);
  pat_err err = {.offset = 0};
  return lying_submitted(s->reader, envelope, lying_receipt(s->reader, log, index), proof, &err);
}

/* What the submitter is told by the real command, who holds his receipt against a bundle. */
static void assert_commanded(scene *s, const receipt_files *files, int wanted, bool is_evidence) {
  bool kept = false;
  cli_run_ended(receipt_command(s->reader, files, &kept), wanted);
  assert_int_equal(kept, is_evidence);
}

/* The same, where the bundle hides the entry: it is named, and both files are kept. */
static void assert_held(scene *s, const char *lie, uint64_t index, const receipt_files *files) {
  char named[128];
  (void)snprintf(named, sizeof named, "the receipt proves entry %" PRIu64 ",", index);
  assert_commanded(s, files, PAT_EXIT_DOES_NOT_MATCH, true);
  assert_true(cli_run_warned(named));
  assert_true(cli_run_warned("does not show it: the log hides it"));
  assert_true(cli_run_warned("verify.hidden"));
  lying_caught(lie, "submitter", index, pat_refuse(PAT_RULE_VERIFY_HIDDEN));
}

static bool listed(const pat_bundle_report *report, uint64_t index) {
  bool found = false;
  for (size_t i = 0; i < report->bundle->n_entries; i++)
    found = found || report->bundle->entries[i]->entry->index == index;
  return found;
}

static void assert_audited(scene *s, const char *lie, lying_log *log, uint64_t index,
                           pat_rule rule) {
  uint64_t at = 0;
  pat_status status = lying_audited(s->reader, log, &at);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_int_equal(at, index);
  lying_caught(lie, "auditor", index, status);
}

static void test_hidden_entry__finds_nothing_in_a_true_log(void **state) {
  scene *s = *state;
  pat_bundle_report report = read_served(s, "true", s->log);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_true(listed(&report, s->unwelcome_at));
  assert_ok(submitted(s, s->log, s->unwelcome_at, s->unwelcome));
  assert_ok(submitted(s, s->log, s->vin_at, s->vin));
  uint64_t at = 0;
  assert_ok(lying_audited(s->reader, s->log, &at));
}

/* What seems hidden and is not: shown, newer than the bundle, or about another car. */
static void test_hidden_entry__holds_a_receipt_against_true_bundles(void **state) {
  scene *s = *state;
  const lying_request look_up = {.scheme = "vin", .value = VIN};
  receipt_files files = {s->unwelcome, lying_receipt(s->reader, s->log, s->unwelcome_at),
                         lying_served(s->reader, s->log, &s->request)};
  assert_commanded(s, &files, PAT_EXIT_MATCHES, false);
  assert_true(cli_run_said("shows the entry"));
  lying_log *older = lying_log_cut(s->log, s->unwelcome_at, s->reader->memory);
  files.bundle = lying_served(s->reader, older, &s->request);
  assert_commanded(s, &files, PAT_EXIT_NOT_PROVEN, false);
  files.bundle = lying_served(s->reader, s->log, &look_up);
  assert_commanded(s, &files, PAT_EXIT_USAGE, false);
  files = (receipt_files){s->vin, lying_receipt(s->reader, s->log, s->vin_at), files.bundle};
  assert_commanded(s, &files, PAT_EXIT_MATCHES, false);
}

/* --- dropped from the served history --------------------------------------------------------- */

static void drop_entry(Patina__ProofBundle *bundle, uint64_t index) {
  size_t at = lying_bundle_entry_at(bundle, index);
  bundle->n_entries--;
  for (size_t i = at; i < bundle->n_entries; i++)
    bundle->entries[i] = bundle->entries[i + 1];
}

static void test_hidden_entry__dropped_from_the_served_history(void **state) {
  scene *s = *state;
  Patina__ProofBundle *bundle = lying_bundle_make(s->log, &s->request, s->reader->memory);
  drop_entry(bundle, s->unwelcome_at);
  pat_span bytes = lying_encode(&bundle->base, s->reader->memory);
  pat_bundle_report report = lying_read(s->reader, "dropped", bytes, NULL);
  assert_int_equal(report.word, PAT_WORD_COULD_NOT_CHECK);
  assert_read("dropped from the history", &report, PAT_CHECK_COMPLETENESS, s->unwelcome_at);
}

/* Neither served nor listed: the index has a root that another history leads to. Which entry it is,
 * the submitter's receipt says. */
static void test_hidden_entry__dropped_from_history_and_list(void **state) {
  scene *s = *state;
  lying_log *shorter = lying_log_copy(s->log, s->reader->memory);
  pat_hash key = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(car));
  lying_log_unlist(shorter, &key, s->unwelcome_at);
  lying_log_recommit(shorter);
  Patina__ProofBundle *lie = lying_bundle_make(shorter, &s->request, s->reader->memory);
  const Patina__ProofBundle *truth = lying_bundle_make(s->log, &s->request, s->reader->memory);
  lie->checkpoint = truth->checkpoint;
  lie->commit = truth->commit;
  for (size_t i = 0; i < lie->n_entries; i++)
    lie->entries[i] = truth->entries[lying_bundle_entry_at(truth, lie->entries[i]->entry->index)];
  pat_span bytes = lying_encode(&lie->base, s->reader->memory);
  pat_bundle_report report = lying_read(s->reader, "dropped-and-unlisted", bytes, NULL);
  assert_int_equal(report.word, PAT_WORD_DOES_NOT_MATCH);
  assert_int_equal(report.check, PAT_CHECK_COMPLETENESS);
  assert_false(listed(&report, s->unwelcome_at));
  lying_caught("dropped from history and list", "reader", s->unwelcome_at, report.status);
}

/* --- logged, but not indexed ----------------------------------------------------------------- */

static void test_hidden_entry__logged_but_not_indexed(void **state) {
  scene *s = *state;
  lying_log *log = lying_log_copy(s->log, s->reader->memory);
  pat_hash key = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(car));
  lying_log_unlist(log, &key, s->unwelcome_at);
  lying_log_recommit(log);
  /* By itself the bundle is whole: complete according to this log's index. */
  pat_bundle_report report = read_served(s, "not-indexed", log);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  /* The submitter knows better: his receipt proves the entry, whose leaf links the car. */
  assert_ok(submitted(s, log, s->unwelcome_at, s->unwelcome));
  const receipt_files files = {s->unwelcome, lying_receipt(s->reader, log, s->unwelcome_at),
                               lying_served(s->reader, log, &s->request)};
  assert_held(s, "logged but not indexed", s->unwelcome_at, &files);
  /* So does the receipt that he got before the lie: there is no third log. */
  const receipt_files old = {s->unwelcome, lying_receipt(s->reader, s->log, s->unwelcome_at),
                             files.bundle};
  assert_commanded(s, &old, PAT_EXIT_DOES_NOT_MATCH, true);
  /* The auditor stops at the commit of the batch, which was this entry alone. */
  uint64_t at = 0;
  pat_status status = lying_audited(s->reader, log, &at);
  assert_rule(status, AUDIT_INDEX_ROOT);
  assert_int_equal(at, s->unwelcome_at + 1);
  lying_caught("logged but not indexed", "auditor", at - 1, status);
}

/* An assignment that the index leaves out of its identifier's history: looked up, the number would
 * have no record. */
static void test_hidden_entry__assigned_but_not_indexed(void **state) {
  scene *s = *state;
  lying_log *log = lying_log_cut(s->log, s->vin_at + 2, s->reader->memory);
  const Patina__Entry *entry = log->leaves[s->vin_at].message->statement;
  pat_hash key;
  memcpy(key.bytes, entry->subjects[entry->n_subjects - 1]->key.data, PAT_HASH_BYTES);
  lying_log_unlist(log, &key, s->vin_at);
  lying_log_recommit(log);
  const lying_request look_up = {.scheme = "vin", .value = VIN};
  pat_bundle_report report =
      lying_read(s->reader, "vin-not-indexed", lying_served(s->reader, log, &look_up), NULL);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_false(report.recorded);
  const receipt_files files = {s->vin, lying_receipt(s->reader, log, s->vin_at),
                               lying_served(s->reader, log, &look_up)};
  assert_held(s, "assigned but not indexed", s->vin_at, &files);
  /* The car's own report contradicts it. */
  report = read_served(s, "car-of-vin-not-indexed", log);
  assert_read("assigned but not indexed", &report, PAT_CHECK_SPANS, s->vin_at);
  uint64_t at = 0;
  pat_status status = lying_audited(s->reader, log, &at);
  assert_rule(status, AUDIT_INDEX_ROOT);
  assert_int_equal(at, s->vin_at + 1);
  lying_caught("assigned but not indexed", "auditor", at - 1, status);
}

/* --- logged without a subject ---------------------------------------------------------------- */

static void unlink_subject(lying_log *log, uint64_t index, size_t at) {
  Patina__Entry *entry = log->leaves[index].message->statement;
  pat_hash key;
  memcpy(key.bytes, entry->subjects[at]->key.data, PAT_HASH_BYTES);
  lying_log_unlist(log, &key, index);
  entry->n_subjects--;
  for (size_t i = at; i < entry->n_subjects; i++)
    entry->subjects[i] = entry->subjects[i + 1];
  lying_log_rewrite(log, index);
  lying_log_recommit(log);
}

static size_t link_of(const lying_log *log, uint64_t index, const pat_hash *key) {
  const Patina__Entry *entry = log->leaves[index].message->statement;
  size_t at = 0;
  while (memcmp(entry->subjects[at]->key.data, key->bytes, PAT_HASH_BYTES) != 0)
    at++;
  return at;
}

static void test_hidden_entry__logged_without_its_asset(void **state) {
  scene *s = *state;
  lying_log *log = lying_log_copy(s->log, s->reader->memory);
  pat_hash key = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(car));
  unlink_subject(log, s->unwelcome_at, link_of(log, s->unwelcome_at, &key));
  pat_status status = submitted(s, log, s->unwelcome_at, s->unwelcome);
  assert_rule(status, ENTRY_SUBJECTS);
  lying_caught("logged without its asset", "submitter", s->unwelcome_at, status);
  assert_audited(s, "logged without its asset", log, s->unwelcome_at,
                 PAT_RULE_CRYPTO_SIGNATURE_INVALID);
}

static void test_hidden_entry__logged_without_its_signer(void **state) {
  scene *s = *state;
  lying_log *log = lying_log_copy(s->log, s->reader->memory);
  pat_hash key = pat_subject_key(PAT_SUBJECT_ISSUED,
                                 pat_hash_span(&s->reader->world->actors[INSPECTOR].principal));
  unlink_subject(log, s->unwelcome_at, link_of(log, s->unwelcome_at, &key));
  pat_bundle_report report = read_served(s, "without-signer", log);
  assert_int_equal(report.word, PAT_WORD_DOES_NOT_MATCH);
  assert_read("logged without its signer", &report, PAT_CHECK_SIGNATURES, s->unwelcome_at);
  pat_status status = submitted(s, log, s->unwelcome_at, s->unwelcome);
  assert_rule(status, ENTRY_SUBJECTS);
  lying_caught("logged without its signer", "submitter", s->unwelcome_at, status);
  assert_audited(s, "logged without its signer", log, s->unwelcome_at, PAT_RULE_AUDIT_SIGNER);
}

static void test_hidden_entry__logged_without_its_identifier(void **state) {
  scene *s = *state;
  lying_log *log = lying_log_cut(s->log, s->vin_at + 2, s->reader->memory);
  Patina__Entry *entry = log->leaves[s->vin_at].message->statement;
  entry->identifier_count = 0;
  unlink_subject(log, s->vin_at, entry->n_subjects - 1);
  log->leaves[s->vin_at].vrf_count = 0;
  pat_bundle_report report = read_served(s, "without-identifier", log);
  assert_read("logged without its identifier", &report, PAT_CHECK_SIGNATURES, s->vin_at);
  pat_status status = submitted(s, log, s->vin_at, s->vin);
  assert_rule(status, ENTRY_SUBJECTS);
  lying_caught("logged without its identifier", "submitter", s->vin_at, status);
  assert_audited(s, "logged without its identifier", log, s->vin_at,
                 PAT_RULE_CRYPTO_SIGNATURE_INVALID);
}

/* Only who knows the value can tell: what stands behind a VRF key the log does not show. */
static void test_hidden_entry__logged_with_another_identifier(void **state) {
  scene *s = *state;
  lying_log *log = lying_log_cut(s->log, s->vin_at + 2, s->reader->memory);
  Patina__Entry *entry = log->leaves[s->vin_at].message->statement;
  Patina__SubjectLink *link = entry->subjects[entry->n_subjects - 1];
  pat_hash key;
  memcpy(key.bytes, link->key.data, PAT_HASH_BYTES);
  lying_log_unlist(log, &key, s->vin_at);
  key.bytes[7] ^= 1;
  link->key = lying_field(pat_hash_span(&key), s->reader->memory);
  lying_log_rewrite(log, s->vin_at);
  lying_log_list(log, &key, s->vin_at);
  lying_log_recommit(log);
  pat_bundle_report report = read_served(s, "other-identifier", log);
  assert_int_equal(report.word, PAT_WORD_DOES_NOT_MATCH);
  assert_read("logged with another identifier", &report, PAT_CHECK_IDENTIFIER, s->vin_at);
  pat_status status = submitted(s, log, s->vin_at, s->vin);
  assert_rule(status, VERIFY_IDENTIFIER);
  lying_caught("logged with another identifier", "submitter", s->vin_at, status);
  uint64_t at = 0;
  assert_ok(lying_audited(s->reader, log, &at));
}

/* --- promised, but never logged -------------------------------------------------------------- */

/* The true log as it was when the unwelcome inspection was promised its place, and the promise. */
typedef struct {
  lying_log *log;
  pat_hash statement;
  pat_span promise;
  uint64_t index;
} promised;

static promised promise_it(scene *s) {
  const lying_leaf *leaf = &s->log->leaves[s->unwelcome_at];
  promised p = {.statement = leaf->sha256, .index = s->unwelcome_at};
  p.promise = lying_promise(s->reader, &leaf->sha256, s->unwelcome_at, &leaf->hash);
  p.log = lying_log_cut(s->log, s->unwelcome_at, s->reader->memory);
  return p;
}

static void test_hidden_entry__promised_and_logged(void **state) {
  scene *s = *state;
  promised p = promise_it(s);
  const lying_broken held = {.promise = p.promise,
                             .receipt = lying_receipt(s->reader, s->log, s->unwelcome_at)};
  assert_ok(lying_promised(s->reader, "promise-kept", &p.statement, &held));
}

static void test_hidden_entry__promised_but_something_else_logged(void **state) {
  scene *s = *state;
  promised p = promise_it(s);
  ledger_draft other = draft_inspection(s->reader->world, "as new");
  uint64_t at = lying_log_append(p.log, ledger_seal(&other, NULL));
  lying_log_close(p.log);
  assert_int_equal(at, p.index);
  const lying_broken held = {.promise = p.promise,
                             .receipt = lying_receipt(s->reader, p.log, p.index)};
  pat_status status = lying_promised(s->reader, "promise-other", &p.statement, &held);
  assert_rule(status, VERIFY_FORK);
  lying_caught("promised, but something else logged", "holder", p.index, status);
}

static void test_hidden_entry__promised_but_never_logged(void **state) {
  scene *s = *state;
  promised p = promise_it(s);
  /* In time nothing is proven yet. */
  const lying_broken early = {.promise = p.promise,
                              .commit = lying_receipt(s->reader, p.log, p.log->count - 1)};
  assert_rule(lying_promised(s->reader, "promise-early", &p.statement, &early), VERIFY_MISSING);
  /* A heartbeat after the time, over a log in which the place is still free. */
  lying_log *late = lying_log_cut(p.log, p.index - 1, s->reader->memory);
  s->reader->world->now_ms += LEDGER_HOUR_MS;
  lying_log_close(late);
  assert_true(late->count <= p.index);
  const lying_broken held = {.promise = p.promise,
                             .commit = lying_receipt(s->reader, late, late->count - 1)};
  pat_status status = lying_promised(s->reader, "promise-broken", &p.statement, &held);
  assert_rule(status, VERIFY_ROLLBACK);
  lying_caught("promised, but never logged", "holder", p.index, status);
}

#define hidden_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      hidden_test(test_hidden_entry__dropped_from_the_served_history),
      hidden_test(test_hidden_entry__dropped_from_history_and_list),
      hidden_test(test_hidden_entry__logged_but_not_indexed),
      hidden_test(test_hidden_entry__assigned_but_not_indexed),
      hidden_test(test_hidden_entry__logged_without_its_asset),
      hidden_test(test_hidden_entry__logged_without_its_signer),
      hidden_test(test_hidden_entry__logged_without_its_identifier),
      hidden_test(test_hidden_entry__logged_with_another_identifier),
      hidden_test(test_hidden_entry__promised_but_something_else_logged),
      hidden_test(test_hidden_entry__promised_but_never_logged),
      hidden_test(test_hidden_entry__promised_and_logged),
      hidden_test(test_hidden_entry__holds_a_receipt_against_true_bundles),
      hidden_test(test_hidden_entry__finds_nothing_in_a_true_log),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
