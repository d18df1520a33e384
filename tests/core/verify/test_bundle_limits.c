/* The limits of bundles: one below, at, and one above. */
#include <stdlib.h>

#include "tests/core/verify/bundle_scene.h"

/* --- bytes ----------------------------------------------------------------------------------- */

static void test_bundle__takes_so_many_bytes(void **state) {
  (void)state;
  uint8_t *bytes = calloc(1, PAT_BUNDLE_BYTES_MAX + 1);
  assert_non_null(bytes);
  bytes[0] = 0x0a; /* no bundle: what is not too large fails by its encoding */
  for (size_t size = PAT_BUNDLE_BYTES_MAX - 1; size <= PAT_BUNDLE_BYTES_MAX + 1; size++) {
    pat_bundle_report report = scene_ask(pat_span_make(bytes, size), &scene.policy, NULL);
    assert_int_equal(report.check, PAT_CHECK_FORM);
    bool large = pat_is_rule(report.status, PAT_RULE_VERIFY_BUNDLE_SIZE);
    assert_int_equal(large, size > PAT_BUNDLE_BYTES_MAX);
    assert_int_equal(report.word, large ? PAT_WORD_COULD_NOT_CHECK : PAT_WORD_DOES_NOT_MATCH);
  }
  free(bytes);
}

/* --- entries and subjects -------------------------------------------------------------------- */

/* A bundle of so many empty entries and absent subjects: its checkpoint is none. */
static pat_bundle_report crowd(size_t entry_count, size_t subject_count) {
  pat_arena *arena = &scene.arena;
  Patina__ProofBundle bundle = PATINA__PROOF_BUNDLE__INIT;
  bundle.version = 1;
  bundle.about_case = PATINA__PROOF_BUNDLE__ABOUT_ASSET;
  bundle.asset = lying_field(PAT_SPAN_OF(scene.car), arena);
  bundle.n_entries = entry_count;
  bundle.entries = lying_take(arena, (entry_count + 1) * sizeof *bundle.entries);
  for (size_t i = 0; i < entry_count; i++) {
    bundle.entries[i] = lying_take(arena, sizeof *bundle.entries[i]);
    patina__proven_entry__init(bundle.entries[i]);
    bundle.entries[i]->entry = lying_take(arena, sizeof *bundle.entries[i]->entry);
    patina__history_entry__init(bundle.entries[i]->entry);
    bundle.entries[i]->entry->index = i;
  }
  bundle.n_subjects = subject_count;
  bundle.subjects = lying_take(arena, (subject_count + 1) * sizeof *bundle.subjects);
  for (size_t i = 0; i < subject_count; i++) {
    bundle.subjects[i] = lying_take(arena, sizeof *bundle.subjects[i]);
    patina__subject_proof__init(bundle.subjects[i]);
    uint8_t key[PAT_HASH_BYTES] = {(uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
    bundle.subjects[i]->key = lying_field(PAT_SPAN_OF(key), arena);
  }
  return scene_verify(&bundle);
}

static void expect_crowd(size_t entry_count, size_t subject_count, bool large) {
  pat_bundle_report report = crowd(entry_count, subject_count);
  (void)scene_reset(NULL);
  assert_int_equal(report.check, large ? PAT_CHECK_FORM : PAT_CHECK_CHECKPOINT);
  assert_int_equal(report.word, large ? PAT_WORD_COULD_NOT_CHECK : PAT_WORD_DOES_NOT_MATCH);
  assert_int_equal(report.status.rule, large ? PAT_RULE_VERIFY_BUNDLE_SIZE : PAT_RULE_NOTE_FORM);
}

static void test_bundle__takes_so_many_entries(void **state) {
  (void)state;
  expect_crowd(PAT_BUNDLE_ENTRIES_MAX - 1, 0, false);
  expect_crowd(PAT_BUNDLE_ENTRIES_MAX, 0, false);
  expect_crowd(PAT_BUNDLE_ENTRIES_MAX + 1, 0, true);
}

static void test_bundle__takes_so_many_subjects(void **state) {
  (void)state;
  expect_crowd(0, PAT_BUNDLE_SUBJECTS_MAX - 1, false);
  expect_crowd(0, PAT_BUNDLE_SUBJECTS_MAX, false);
  expect_crowd(0, PAT_BUNDLE_SUBJECTS_MAX + 1, true);
}

/* --- spans ----------------------------------------------------------------------------------- */

/* Assigns one number to car 2 until it was assigned so often, and looks it up. */
static void expect_spans(lying_log *log, size_t *made, size_t count) {
  lying_log_reopen(log);
  for (; *made < count; (*made)++) {
    ledger_draft draft = ledger_by(scene.world, REGISTRAR);
    ledger_assign(&draft, 2, (ledger_serial){"chassis", 1, "ford", "SPAN1"});
    (void)lying_log_append(log, ledger_seal(&draft, NULL));
  }
  lying_log_close(log);
  const lying_request request = {.scheme = "chassis", .scope = "ford", .value = "SPAN1"};
  const Patina__ProofBundle *bundle = lying_bundle_make(log, &request, &scene.arena);
  if (count <= PAT_IDENTIFIER_SPANS_MAX) {
    scene_matches(bundle);
  } else {
    scene_refused(bundle, PAT_WORD_COULD_NOT_CHECK, PAT_CHECK_SPANS, PAT_RULE_VERIFY_BUNDLE_SIZE);
  }
}

static void test_bundle__takes_so_many_spans_of_one_identifier(void **state) {
  (void)state;
  lying_log *log = lying_log_copy(scene.log, &scene.arena);
  size_t made = 0;
  for (size_t count = PAT_IDENTIFIER_SPANS_MAX - 1; count <= PAT_IDENTIFIER_SPANS_MAX + 1; count++)
    expect_spans(log, &made, count);
}

/* --- principals and grants ------------------------------------------------------------------- */

/* A principal's history as it was verified: its enrolment, and grants to it. Signatures and leaves
 * are not looked at here. */
typedef struct {
  pat_hash id;
  Patina__Key key;
  Patina__PrincipalEnrolled enrolled;
  Patina__Statement statement;
  const pat_verified_entry **events;
} fake_principal;

static const pat_verified_entry *fake_event(const fake_principal *fake, uint64_t seq,
                                            const Patina__Statement *message,
                                            pat_kind_number kind) {
  Patina__SubjectLink *link = lying_take(&scene.arena, sizeof *link);
  Patina__Entry *entry = lying_take(&scene.arena, sizeof *entry);
  pat_verified_entry *event = lying_take(&scene.arena, sizeof *event);
  patina__subject_link__init(link);
  patina__entry__init(entry);
  pat_hash key = pat_subject_key(PAT_SUBJECT_PRINCIPAL, pat_hash_span(&fake->id));
  link->key = lying_field(pat_hash_span(&key), &scene.arena);
  link->seq = seq;
  link->previous_case = PATINA__SUBJECT_LINK__PREVIOUS_PREVIOUS_INDEX;
  link->previous_index = seq; /* entry n stands at n + 1 */
  entry->n_subjects = 1;
  entry->subjects = lying_take(&scene.arena, sizeof link);
  entry->subjects[0] = link;
  Patina__ProvenEntry *proven = lying_take(&scene.arena, sizeof *proven);
  patina__proven_entry__init(proven);
  proven->entry = lying_take(&scene.arena, sizeof *proven->entry);
  patina__history_entry__init(proven->entry);
  event->index = seq + 1;
  event->entry = entry;
  event->proven = proven;
  event->statement = (pat_statement){
      .sha256 = fake->id, .message = message, .kind = pat_kind_find((uint32_t)kind)};
  return event;
}

static fake_principal *fake_enrolled(uint32_t number, size_t grant_count) {
  fake_principal *fake = lying_take(&scene.arena, sizeof *fake);
  fake->id = pat_hash_of(PAT_SPAN_OF(((uint32_t[]){number})));
  patina__key__init(&fake->key);
  patina__principal_enrolled__init(&fake->enrolled);
  patina__statement__init(&fake->statement);
  fake->key.public_key = lying_field(pat_hash_span(&fake->id), &scene.arena);
  fake->enrolled.key = &fake->key;
  fake->statement.principal_enrolled = &fake->enrolled;
  fake->events = lying_take(&scene.arena, (grant_count + 1) * sizeof *fake->events);
  fake->events[0] = fake_event(fake, 0, &fake->statement, PAT_KIND_PRINCIPAL_ENROLLED);
  for (size_t i = 0; i < grant_count; i++) {
    Patina__Statement *statement = lying_take(&scene.arena, sizeof *statement);
    Patina__StandingGranted *granted = lying_take(&scene.arena, sizeof *granted);
    patina__statement__init(statement);
    patina__standing_granted__init(granted);
    granted->principal = lying_field(pat_hash_span(&fake->id), &scene.arena);
    statement->standing_granted = granted;
    fake->events[i + 1] = fake_event(fake, i + 1, statement, PAT_KIND_STANDING_GRANTED);
  }
  return fake;
}

static pat_status add(pat_roll *roll, uint32_t number, size_t grant_count) {
  const fake_principal *fake = fake_enrolled(number, grant_count);
  return pat_roll_add(roll, &fake->id, fake->events, grant_count + 1, NULL);
}

static void begin(pat_roll *roll) {
  Patina__Statement *message = lying_take(&scene.arena, sizeof *message);
  patina__statement__init(message);
  message->genesis = (Patina__Genesis *)(uintptr_t)scene.world->genesis;
  const pat_statement genesis = {.message = message};
  assert_true(pat_is_ok(pat_roll_init(roll, &scene.arena, &genesis)));
}

static void test_roll__takes_so_many_principals(void **state) {
  (void)state;
  pat_roll roll;
  begin(&roll);
  for (uint32_t i = 0; i < PAT_BUNDLE_PRINCIPALS_MAX; i++) {
    assert_true(pat_is_ok(add(&roll, i, 0)));
  }
  pat_status status = add(&roll, PAT_BUNDLE_PRINCIPALS_MAX, 0);
  assert_int_equal(status.rule, PAT_RULE_VERIFY_BUNDLE_SIZE);
  for (uint32_t i = 0; i <= PAT_BUNDLE_PRINCIPALS_MAX; i++) {
    pat_hash id = pat_hash_of(PAT_SPAN_OF(((uint32_t[]){i})));
    const pat_roll_principal *found = pat_roll_find(&roll, &id);
    assert_int_equal(found != NULL, i < PAT_BUNDLE_PRINCIPALS_MAX);
    if (found != NULL) assert_true(pat_hash_equal(&found->id, &id));
  }
}

static void test_roll__takes_so_many_grants_of_one_principal(void **state) {
  (void)state;
  pat_roll roll;
  begin(&roll);
  assert_true(pat_is_ok(add(&roll, 1, PAT_PRINCIPAL_GRANTS_MAX - 1)));
  assert_true(pat_is_ok(add(&roll, 2, PAT_PRINCIPAL_GRANTS_MAX)));
  pat_status status = add(&roll, 3, PAT_PRINCIPAL_GRANTS_MAX + 1);
  assert_int_equal(status.rule, PAT_RULE_VERIFY_BUNDLE_SIZE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE_CASE(test_bundle__takes_so_many_bytes),
      SCENE_CASE(test_bundle__takes_so_many_entries),
      SCENE_CASE(test_bundle__takes_so_many_subjects),
      SCENE_CASE(test_bundle__takes_so_many_spans_of_one_identifier),
      SCENE_CASE(test_roll__takes_so_many_principals),
      SCENE_CASE(test_roll__takes_so_many_grants_of_one_principal),
  };
  return cmocka_run_group_tests(tests, scene_open, scene_close);
}
