/* Entries that the log may not accept: by whom it was not, of which it was not, or what nobody may
 * say. Each is refused at its leaf, although everything else is made to fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/audit/match.h"
#include "tests/core/audit/audit_expect.h"
#include "tests/support/ledger_catalog.h"

/* --- signatures ------------------------------------------------------------------------------ */

static void lie_signature(audit_log *log, Patina__LogEntry *leaf) {
  leaf->statement->signatures[0] = audit_own(log, leaf->statement->signatures[0]);
  audit_flip(&leaf->statement->signatures[0]);
}

static void lie_statement(audit_log *log, Patina__LogEntry *leaf) {
  leaf->statement->statement_sha256 = audit_own(log, leaf->statement->statement_sha256);
  audit_flip(&leaf->statement->statement_sha256);
}

static void test_public__refuses_a_wrong_signature(void **state) {
  audit_log *log = *state;
  audit_expect_lie(log, audit_log_find(log, 40, 0), lie_signature,
                   PAT_RULE_CRYPTO_SIGNATURE_INVALID);
  audit_expect_lie(log, audit_log_find(log, 2, PAT_KIND_STANDING_GRANTED), lie_signature,
                   PAT_RULE_CRYPTO_SIGNATURE_INVALID);
}

static void test_public__refuses_signatures_over_another_statement(void **state) {
  audit_expect_lie(*state, audit_log_find(*state, 40, 0), lie_statement,
                   PAT_RULE_CRYPTO_SIGNATURE_INVALID);
}

static void test_public__refuses_another_statements_text(void **state) {
  audit_expect_lie(*state, audit_log_find(*state, 2, PAT_KIND_STANDING_GRANTED), lie_statement,
                   PAT_RULE_ENTRY_STATEMENT);
}

/* One of the signatures is dropped, of a public and of a private entry. */
static void lie_fewer(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  assert_true(leaf->statement->n_signatures == 2);
  leaf->statement->n_signatures = 1;
}

static size_t find_with_two_signatures(const audit_log *log, uint32_t kind) {
  size_t at = audit_log_find(log, 2, kind);
  while (log->leaves[at]->statement->n_signatures != 2)
    at = audit_log_find(log, at + 1, kind);
  return at;
}

static void test_public__refuses_an_entry_with_a_signature_missing(void **state) {
  audit_log *log = *state;
  audit_expect_lie(log, find_with_two_signatures(log, PAT_KIND_PRINCIPAL_ENROLLED), lie_fewer,
                   PAT_RULE_ENTRY_SIGNATURES);
}

static void test_public__refuses_a_private_entry_with_a_signature_missing(void **state) {
  audit_log *log = *state;
  /* By the inspector and a registrar: one of two principals did not sign. */
  audit_expect_lie(log, find_with_two_signatures(log, 0), lie_fewer, PAT_RULE_AUDIT_SIGNER);
}

/* The root has three keys, two of which sign: found out from the signatures. */
static void test_public__refuses_a_wrong_signature_of_the_root(void **state) {
  audit_log *log = *state;
  size_t at = find_with_two_signatures(log, 0);
  at = find_with_two_signatures(log, 0) + 1;
  while (log->leaves[at]->entry_case != PATINA__LOG_ENTRY__ENTRY_STATEMENT ||
         log->leaves[at]->statement->n_signatures != 2)
    at++;
  assert_int_equal(log->leaves[at]->statement->statement.len, 0);
  audit_expect_lie(log, at, lie_signature, PAT_RULE_CRYPTO_SIGNATURE_INVALID);
}

static void test_public__refuses_a_key_that_is_not_enrolled_yet(void **state) {
  audit_log *log = *state;
  /* The registrar's enrolment comes behind the car that it registers. */
  size_t car = audit_log_find(log, 2, 0);
  size_t enrolment = audit_log_find(log, 2, PAT_KIND_PRINCIPAL_ENROLLED);
  Patina__LogEntry *moved = log->leaves[car];
  audit_log_remove(log, car);
  audit_log_insert(log, enrolment, moved);
  audit_expect(log, enrolment, PAT_RULE_AUDIT_SIGNER);
}

static void test_public__refuses_a_public_statement_by_a_stranger(void **state) {
  audit_log *log = *state;
  ledger_draft draft = ledger_by(log->world, STRANGER);
  (void)ledger_grant(&draft, KEEPER, "registrar", NULL);
  size_t at = audit_log_find(log, 2, PAT_KIND_STANDING_GRANTED);
  log->leaves[at] = audit_leaf_of(log, &draft);
  audit_expect(log, at, PAT_RULE_AUDIT_SIGNER);
}

/* --- subjects -------------------------------------------------------------------------------- */

/* Drops the link of this subject. */
static void drop_link(Patina__Entry *entry, const pat_hash *key) {
  size_t kept = 0;
  for (size_t i = 0; i < entry->n_subjects; i++) {
    if (memcmp(entry->subjects[i]->key.data, key->bytes, PAT_HASH_BYTES) == 0) continue;
    entry->subjects[kept++] = entry->subjects[i];
  }
  assert_int_equal(kept + 1, entry->n_subjects);
  entry->n_subjects = kept;
}

static void test_public__refuses_a_public_entry_with_a_subject_missing(void **state) {
  audit_log *log = *state;
  size_t at = audit_log_find(log, 2, PAT_KIND_STANDING_GRANTED);
  pat_hash key = pat_subject_key(PAT_SUBJECT_PRINCIPAL,
                                 pat_hash_span(&log->world->actors[REGISTRAR].principal));
  drop_link(log->leaves[at]->statement, &key);
  audit_expect(log, at, PAT_RULE_ENTRY_SUBJECTS);
}

static void test_public__refuses_an_entry_left_out_of_what_its_signer_issued(void **state) {
  audit_log *log = *state;
  pat_hash key =
      pat_subject_key(PAT_SUBJECT_ISSUED, pat_hash_span(&log->world->actors[REGISTRAR].principal));
  size_t at = audit_log_find(log, 2, 0);
  drop_link(log->leaves[at]->statement, &key);
  audit_expect(log, at, PAT_RULE_AUDIT_SIGNER);
}

static void test_public__refuses_a_private_entry_with_a_subject_missing(void **state) {
  audit_log *log = *state;
  uint8_t id[PAT_ASSET_ID_BYTES];
  memset(id, 1, sizeof id);
  pat_hash key = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(id));
  size_t at = audit_log_find(log, 2, 0);
  drop_link(log->leaves[at]->statement, &key);
  audit_expect(log, at, PAT_RULE_CRYPTO_SIGNATURE_INVALID);
}

static void lie_identifier(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  Patina__Entry *entry = leaf->statement;
  assert_int_equal(entry->identifier_count, 1);
  /* The asset's history takes the identifier's place. */
  entry->subjects[entry->n_subjects - 1]->key = entry->subjects[0]->key;
}

static void test_public__refuses_a_history_that_is_and_is_not_behind_a_vrf(void **state) {
  audit_log *log = *state;
  size_t at = audit_log_find(log, 2, 0);
  while (log->leaves[at]->statement->identifier_count == 0)
    at = audit_log_find(log, at + 1, 0);
  lie_identifier(log, log->leaves[at]);
  /* Within one entry already: the second link does not follow the first. */
  audit_expect(log, at, PAT_RULE_AUDIT_LINK);
}

static void test_public__refuses_a_private_entry_of_a_public_history(void **state) {
  audit_log *log = *state;
  size_t at = audit_log_find(log, 2, 0);
  while (log->leaves[at]->statement->identifier_count == 0)
    at = audit_log_find(log, at + 1, 0);
  /* Nobody signs the identifier's place: an operator may put anything there. */
  pat_hash class_key = pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("vehicle"));
  Patina__Entry *entry = log->leaves[at]->statement;
  entry->subjects[entry->n_subjects - 1]->key = ledger_hash_field(log->world, &class_key);
  audit_expect(log, at, PAT_RULE_ENTRY_SUBJECTS);
}

/* As many subjects, but another one. */
static void test_public__refuses_a_public_entry_of_another_subject(void **state) {
  audit_log *log = *state;
  size_t at = audit_log_find(log, 2, PAT_KIND_STANDING_GRANTED);
  pat_hash key = pat_subject_key(PAT_SUBJECT_PRINCIPAL,
                                 pat_hash_span(&log->world->actors[REGISTRAR].principal));
  Patina__Entry *entry = log->leaves[at]->statement;
  for (size_t i = 0; i < entry->n_subjects; i++) {
    if (memcmp(entry->subjects[i]->key.data, key.bytes, PAT_HASH_BYTES) != 0) continue;
    entry->subjects[i]->key = audit_own(log, entry->subjects[i]->key);
    entry->subjects[i]->key.data[PAT_HASH_BYTES - 1] ^= 1;
  }
  audit_expect(log, at, PAT_RULE_ENTRY_SUBJECTS);
}

/* --- statements in clear --------------------------------------------------------------------- */

/* What is private must not stand in a leaf, also where its signers would not mind. */
static void test_public__refuses_a_private_statement_in_clear(void **state) {
  audit_log *log = *state;
  const ledger_said said[] = {{"make", SAID_OPEN, ledger_text(log->world, "Saab")}};
  ledger_draft draft = ledger_by(log->world, REGISTRAR);
  (void)ledger_register(&draft, 77, LEDGER_SAID(said));
  Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
  Patina__LogEntry *leaf = audit_leaf_of(log, &draft);
  leaf->statement->statement = envelope->statement;
  size_t at = log->count - 1;
  audit_log_insert(log, at, leaf);
  audit_expect(log, at, PAT_RULE_ENTRY_STATEMENT);
}

/* A leaf that hides a public statement looks like a private one: whoever holds the statement
 * notices. */
static void test_match__refuses_a_public_statement_that_is_hidden(void **state) {
  audit_log *log = *state;
  ledger_draft draft = ledger_by_root(log->world);
  (void)ledger_grant(&draft, KEEPER, "registrar", NULL);
  const pat_submission *submission = ledger_check(log->world, ledger_seal(&draft, NULL));
  Patina__Entry *entry = audit_leaf_of(log, &draft)->statement;
  const pat_statement *statement = &submission->statement;
  assert_true(pat_is_ok(pat_match_entry(entry, statement, submission->principals, NULL)));
  entry->statement.len = 0;
  pat_status status = pat_match_entry(entry, statement, submission->principals, NULL);
  assert_true(pat_is_rule(status, PAT_RULE_ENTRY_STATEMENT));
}

/* --- what the log may not accept ------------------------------------------------------------- */

static void test_public__refuses_a_second_enrolment_of_a_key(void **state) {
  audit_log *log = *state;
  ledger_draft draft = ledger_by(log->world, KEEPER);
  (void)ledger_enrol(&draft, KEEPER);
  audit_expect_logged(log, &draft, PAT_RULE_KEY_ENROLLED_BEFORE);
}

static void test_public__refuses_a_grant_without_standing(void **state) {
  audit_log *log = *state;
  ledger_draft draft = ledger_by(log->world, KEEPER);
  (void)ledger_grant(&draft, INSPECTOR, "registrar", NULL);
  audit_expect_logged(log, &draft, PAT_RULE_STANDING_MISSING);
}

static void test_public__refuses_the_root_below_its_threshold(void **state) {
  audit_log *log = *state;
  ledger_draft draft = ledger_by(log->world, ROOT_A);
  (void)ledger_grant(&draft, INSPECTOR, "registrar", NULL);
  audit_expect_logged(log, &draft, PAT_RULE_STANDING_MISSING);
}

/* A grant for one class does not count for statements about none. */
static void test_public__refuses_standing_of_one_class_for_statements_about_none(void **state) {
  audit_log *log = *state;
  ledger_draft draft = ledger_by_two(log->world, REGISTRAR, KEEPER);
  (void)ledger_withdraw(&draft, KEEPER, &log->world->actors[KEEPER].principal);
  audit_expect_logged(log, &draft, PAT_RULE_STANDING_MISSING);
}

static void test_public__refuses_a_grant_to_nobody(void **state) {
  audit_log *log = *state;
  ledger_draft draft = ledger_by_root(log->world);
  ledger_grant(&draft, INSPECTOR, "registrar", NULL)->principal =
      ledger_fill(log->world, 0x33, PAT_HASH_BYTES);
  audit_expect_logged(log, &draft, PAT_RULE_PRINCIPAL_UNKNOWN);
}

static void test_public__refuses_a_withdrawal_of_nothing(void **state) {
  audit_log *log = *state;
  pat_hash nothing = {{1}};
  ledger_draft draft = ledger_by_root(log->world);
  (void)ledger_withdraw(&draft, KEEPER, &nothing);
  audit_expect_logged(log, &draft, PAT_RULE_STANDING_GRANT_UNKNOWN);
}

static void test_public__refuses_a_withdrawal_twice(void **state) {
  audit_log *log = *state;
  size_t at = audit_log_find(log, 60, PAT_KIND_STANDING_GRANTED);
  pat_hash granted;
  memcpy(granted.bytes, log->leaves[at]->statement->statement_sha256.data, PAT_HASH_BYTES);
  ledger_draft draft = ledger_by_root(log->world);
  (void)ledger_withdraw(&draft, KEEPER, &granted);
  audit_expect_logged(log, &draft, PAT_RULE_STANDING_WITHDRAWN_BEFORE);
}

static void test_public__refuses_a_grant_too_many(void **state) {
  audit_log *log = *state;
  audit_run run;
  audit_log_seal(log);
  audit_run_open(&run, log->world->origin.text, log->count + PAT_PRINCIPAL_GRANTS_MAX);
  assert_true(pat_is_ok(audit_run_all(&run, log)));
  Patina__StandingGranted body = PATINA__STANDING_GRANTED__INIT;
  body.role = (char *)"registrar";
  pat_hash id = {{7}};
  pat_roster *roster = &run.replay.roster;
  for (size_t i = 0; i < PAT_PRINCIPAL_GRANTS_MAX; i++)
    assert_true(pat_is_ok(pat_roster_grant_to(roster, 0, &id, &body)));
  assert_true(pat_is_rule(pat_roster_grant_to(roster, 0, &id, &body), PAT_RULE_PRINCIPAL_GRANTS));
  audit_run_close(&run);
}

static void test_public__refuses_a_version_that_does_not_follow(void **state) {
  audit_log *log = *state;
  Patina__AssetClass *schema = ledger_class_vehicle(&log->world->memory);
  schema->version = 3;
  ledger_draft draft = ledger_by_root(log->world);
  ledger_publish_class(&draft, schema);
  audit_expect_logged(log, &draft, PAT_RULE_CATALOG_VERSION);
}

static void test_public__refuses_a_scheme_that_is_published_twice(void **state) {
  audit_log *log = *state;
  ledger_draft draft = ledger_by_root(log->world);
  ledger_publish_scheme(&draft, ledger_scheme_vin(&log->world->memory));
  audit_expect_logged(log, &draft, PAT_RULE_CATALOG_VERSION);
}

static ledger_draft timely(audit_log *log) {
  ledger_draft draft = ledger_by_root(log->world);
  (void)ledger_grant(&draft, KEEPER, "registrar", NULL);
  return draft;
}

static void test_public__refuses_statements_out_of_time(void **state) {
  audit_log *log = *state;
  uint64_t now_ms = log->world->now_ms;
  ledger_draft draft = timely(log);
  draft.message.issued_at_ms = now_ms - LEDGER_HOUR_MS;
  draft.message.submit_before_ms = now_ms - 1;
  audit_expect_logged(log, &draft, PAT_RULE_STATEMENT_EXPIRED);
  audit_log_remove(log, log->count - 2);
  draft = timely(log);
  draft.message.issued_at_ms = now_ms + 60001;
  draft.message.submit_before_ms = now_ms + 60001;
  audit_expect_logged(log, &draft, PAT_RULE_STATEMENT_FUTURE);
  audit_log_remove(log, log->count - 2);
  draft = timely(log);
  draft.message.submit_before_ms = now_ms + LEDGER_DAY_MS + 1;
  audit_expect_logged(log, &draft, PAT_RULE_STATEMENT_WINDOW);
  audit_log_remove(log, log->count - 2);
  draft = timely(log); /* at the very limits */
  draft.message.issued_at_ms = now_ms;
  draft.message.submit_before_ms = now_ms + LEDGER_DAY_MS;
  audit_log_insert(log, log->count - 1, audit_leaf_of(log, &draft));
  audit_expect(log, log->count, PAT_RULE_NONE);
}

static void forget_withdrawals(Patina__Policy *policy) {
  for (size_t i = 0; i < policy->n_kinds; i++) {
    if (policy->kinds[i]->kind != PAT_KIND_STANDING_WITHDRAWN) continue;
    for (policy->n_kinds--; i < policy->n_kinds; i++)
      policy->kinds[i] = policy->kinds[i + 1];
  }
}

static void test_public__refuses_a_kind_that_the_policy_does_not_name(void **state) {
  audit_log *log = *state;
  ledger_world_close(log->world);
  ledger_world *world = ledger_world_new((ledger_options){.adjust = forget_withdrawals});
  ledger_draft draft = ledger_by_root(world);
  (void)ledger_grant(&draft, KEEPER, "registrar", "vehicle");
  pat_hash granted = ledger_accept(&draft);
  audit_log_take(log, world);
  draft = ledger_by_root(world);
  (void)ledger_withdraw(&draft, KEEPER, &granted);
  audit_expect_logged(log, &draft, PAT_RULE_STANDING_KIND);
}

/* Something of a principal stands before its enrolment: here behind an identifier's place. */
static void test_public__refuses_a_principal_before_its_enrolment(void **state) {
  audit_log *log = *state;
  pat_hash key = pat_subject_key(PAT_SUBJECT_PRINCIPAL,
                                 pat_hash_span(&log->world->actors[STRANGER].principal));
  size_t at = audit_log_find(log, 2, 0);
  while (log->leaves[at]->statement->identifier_count == 0)
    at = audit_log_find(log, at + 1, 0);
  Patina__Entry *entry = log->leaves[at]->statement;
  entry->subjects[entry->n_subjects - 1]->key = ledger_hash_field(log->world, &key);
  size_t enrolment = audit_log_find(log, 60, PAT_KIND_PRINCIPAL_ENROLLED);
  audit_expect(log, enrolment, PAT_RULE_ENTRY_SUBJECTS);
}

static void test_public__refuses_what_was_issued_before_the_enrolment(void **state) {
  audit_log *log = *state;
  /* A sponsor's own statement names the stranger as a principal to bind to: any private entry can
   * name a subject that nobody has yet. */
  pat_hash key = pat_subject_key(PAT_SUBJECT_PRINCIPAL,
                                 pat_hash_span(&log->world->actors[STRANGER].principal));
  ledger_draft draft = ledger_by(log->world, INSTALLER);
  Patina__DeviceBound *body = ledger_bind(&draft, 1, 9);
  body->device = ledger_hash_field(log->world, &log->world->actors[STRANGER].principal);
  size_t enrolment = audit_log_find(log, 60, PAT_KIND_PRINCIPAL_ENROLLED);
  Patina__LogEntry *leaf = audit_leaf_of(log, &draft);
  leaf->statement->logged_at_ms = log->leaves[enrolment]->statement->logged_at_ms;
  bool named = false;
  for (size_t i = 0; i < leaf->statement->n_subjects; i++)
    named |= memcmp(leaf->statement->subjects[i]->key.data, key.bytes, PAT_HASH_BYTES) == 0;
  assert_true(named);
  audit_log_insert(log, enrolment, leaf);
  audit_expect(log, enrolment + 1, PAT_RULE_AUDIT_ENROLMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      audit_test(test_public__refuses_a_wrong_signature),
      audit_test(test_public__refuses_signatures_over_another_statement),
      audit_test(test_public__refuses_another_statements_text),
      audit_test(test_public__refuses_an_entry_with_a_signature_missing),
      audit_test(test_public__refuses_a_private_entry_with_a_signature_missing),
      audit_test(test_public__refuses_a_wrong_signature_of_the_root),
      audit_test(test_public__refuses_a_key_that_is_not_enrolled_yet),
      audit_test(test_public__refuses_a_public_statement_by_a_stranger),
      audit_test(test_public__refuses_a_public_entry_with_a_subject_missing),
      audit_test(test_public__refuses_an_entry_left_out_of_what_its_signer_issued),
      audit_test(test_public__refuses_a_private_entry_with_a_subject_missing),
      audit_test(test_public__refuses_a_history_that_is_and_is_not_behind_a_vrf),
      audit_test(test_public__refuses_a_private_entry_of_a_public_history),
      audit_test(test_public__refuses_a_public_entry_of_another_subject),
      audit_test(test_public__refuses_a_private_statement_in_clear),
      audit_test(test_match__refuses_a_public_statement_that_is_hidden),
      audit_test(test_public__refuses_a_second_enrolment_of_a_key),
      audit_test(test_public__refuses_a_grant_without_standing),
      audit_test(test_public__refuses_the_root_below_its_threshold),
      audit_test(test_public__refuses_standing_of_one_class_for_statements_about_none),
      audit_test(test_public__refuses_a_grant_to_nobody),
      audit_test(test_public__refuses_a_withdrawal_of_nothing),
      audit_test(test_public__refuses_a_withdrawal_twice),
      audit_test(test_public__refuses_a_grant_too_many),
      audit_test(test_public__refuses_a_version_that_does_not_follow),
      audit_test(test_public__refuses_a_scheme_that_is_published_twice),
      audit_test(test_public__refuses_statements_out_of_time),
      audit_test(test_public__refuses_a_kind_that_the_policy_does_not_name),
      audit_test(test_public__refuses_a_principal_before_its_enrolment),
      audit_test(test_public__refuses_what_was_issued_before_the_enrolment),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
