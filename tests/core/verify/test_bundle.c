/* A bundle: what of its parts is refused, by which check and rule, and what a good one says. */
#include <string.h>

#include "tests/core/verify/bundle_scene.h"

#define WRONG(bundle, check, symbol) \
  scene_refused((bundle), PAT_WORD_DOES_NOT_MATCH, (check), PAT_RULE_##symbol)
#define UNKNOWN(bundle, check, symbol) \
  scene_refused((bundle), PAT_WORD_COULD_NOT_CHECK, (check), PAT_RULE_##symbol)
#define UNPROVEN(bundle, check, symbol) \
  scene_refused((bundle), PAT_WORD_NOT_PROVEN, (check), PAT_RULE_##symbol)

/* --- form ------------------------------------------------------------------------------------ */

static void test_bundle__refuses_bytes_that_are_no_bundle(void **state) {
  (void)state;
  pat_bundle_report report = scene_ask(PAT_SPAN_EMPTY, &scene.policy, NULL);
  assert_int_equal(report.check, PAT_CHECK_FORM);
  assert_int_equal(report.word, PAT_WORD_DOES_NOT_MATCH);
  report = scene_ask(PAT_SPAN_LITERAL("\x08\x01\x12"), &scene.policy, NULL);
  assert_int_equal(report.status.rule, PAT_RULE_BYTES_TRUNCATED);
  assert_int_equal(report.check, PAT_CHECK_FORM);
  assert_null(report.bundle);
  /* A newer version may hold anything behind its number. */
  report = scene_ask(PAT_SPAN_LITERAL("\x08\x02\xff\xff"), &scene.policy, NULL);
  assert_int_equal(report.word, PAT_WORD_COULD_NOT_CHECK);
  assert_int_equal(report.status.rule, PAT_RULE_BYTES_NEWER_FORMAT);
}

static void test_bundle__refuses_other_forms(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  bundle->version = 0;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle->version = 2;
  UNKNOWN(bundle, PAT_CHECK_FORM, BYTES_NEWER_FORMAT);
  bundle = scene_bundle();
  bundle->about_case = PATINA__PROOF_BUNDLE__ABOUT__NOT_SET;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->asset.len--;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->commit->inclusion[0].len--;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_lookup("vin", "1M8GDM9AXKP042788");
  bundle->lookup->vrf_proofs[0].len--;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
}

static void test_bundle__refuses_entries_of_another_form(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  bundle->entries[1]->entry = NULL;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->entries[1] = bundle->entries[0];
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  Patina__Source source = PATINA__SOURCE__INIT;
  Patina__Source *sources[] = {&source};
  bundle->entries[1]->entry->n_sources = 1;
  bundle->entries[1]->entry->sources = sources;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->entries[1]->inclusion[0].len--;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  Patina__ProvenEntry *entry = scene_entry(bundle, PAT_KIND_IDENTIFIER_ASSIGNED);
  ProtobufCBinaryData proof = {entry->vrf_proofs[0].len - 1, entry->vrf_proofs[0].data};
  entry->vrf_proofs = &proof;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
}

static void test_bundle__refuses_subjects_of_another_form(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  bundle->subjects[0]->key.len--;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->subjects[1] = bundle->subjects[0];
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->subjects[0]->from = 1;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->subjects[0]->n_peaks = 1;
  bundle->subjects[0]->peaks = &bundle->subjects[0]->key;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->subjects[0]->count++;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->subjects[0]->root.len = 0;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->subjects[0]->count = bundle->subjects[0]->n_entries = 0;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
  bundle = scene_bundle();
  bundle->subjects[0]->entries[0]->leaf_hash.len--;
  WRONG(bundle, PAT_CHECK_FORM, VERIFY_BUNDLE);
}

/* --- checkpoint ------------------------------------------------------------------------------ */

static void test_bundle__does_not_believe_a_checkpoint_that_nobody_vouches_for(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  pat_span bytes = lying_encode(&bundle->base, &scene.arena);
  pat_bundle_report report = scene_ask(bytes, &scene.witnessed, NULL);
  assert_int_equal(report.word, PAT_WORD_NOT_PROVEN);
  assert_int_equal(report.check, PAT_CHECK_CHECKPOINT);
  assert_int_equal(report.status.rule, PAT_RULE_POLICY_QUORUM_MISSING);
  pat_policy other = scene.policy;
  other.log_count = 0;
  report = scene_ask(bytes, &other, NULL);
  assert_int_equal(report.word, PAT_WORD_NOT_PROVEN);
  assert_int_equal(report.status.rule, PAT_RULE_POLICY_LOG);
  bundle->checkpoint = (char *)(uintptr_t) "";
  WRONG(bundle, PAT_CHECK_CHECKPOINT, NOTE_FORM);
  bundle = scene_bundle();
  size_t last = strlen(bundle->checkpoint) - 8;
  bundle->checkpoint[last] = bundle->checkpoint[last] == 'A' ? 'B' : 'A';
  WRONG(bundle, PAT_CHECK_CHECKPOINT, NOTE_SIGNATURE_WRONG);
}

static void test_bundle__asks_for_the_commit_of_its_checkpoint(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  Patina__CommitProof *commit = bundle->commit;
  bundle->commit = NULL;
  UNPROVEN(bundle, PAT_CHECK_COMMIT, VERIFY_MISSING);
  bundle->commit = commit;
  commit->leaf = scene_flipped(commit->leaf, commit->leaf.len - 1);
  WRONG(bundle, PAT_CHECK_COMMIT, TLOG_INCLUSION_ROOT);
  lying_log *log = scene_open_lie();
  log->count--; /* the last entry now stands where a commit must */
  while (log->leaves[log->count - 1].say == NULL) {
    log->count--;
  }
  lying_log_close(log);
  log->leaves[log->count - 1] = log->leaves[log->count - 2];
  scene_lie(log, PAT_WORD_DOES_NOT_MATCH, PAT_CHECK_COMMIT, PAT_RULE_VERIFY_VIEW);
}

static void test_bundle__refuses_a_commit_of_another_root(void **state) {
  (void)state;
  lying_log *log = scene_open_lie();
  lying_log_close(log);
  Patina__IndexCommit *commit = log->leaves[log->count - 1].message->commit;
  commit->log_root = scene_flipped(commit->log_root, 0);
  lying_log_rewrite(log, log->count - 1);
  scene_lie(log, PAT_WORD_DOES_NOT_MATCH, PAT_CHECK_COMMIT, PAT_RULE_VERIFY_VIEW);
  commit = log->leaves[log->count - 1].message->commit;
  commit->log_root = scene_flipped(commit->log_root, 0);
  commit->covered_size++;
  lying_log_rewrite(log, log->count - 1);
  scene_lie(log, PAT_WORD_DOES_NOT_MATCH, PAT_CHECK_COMMIT, PAT_RULE_VERIFY_VIEW);
}

static pat_bundle_report continued(Patina__ProofBundle *bundle, uint64_t size, uint8_t flip) {
  pat_tlog_head earlier = lying_log_head(scene.log, size);
  earlier.root.bytes[0] ^= flip;
  return scene_ask(lying_encode(&bundle->base, &scene.arena), &scene.policy, &earlier);
}

static void test_bundle__continues_what_the_reader_saw(void **state) {
  (void)state;
  const lying_request request = {.asset = scene.car, .earlier = 10};
  Patina__ProofBundle *bundle = lying_bundle_make(scene.log, &request, &scene.arena);
  assert_int_equal(continued(bundle, 10, 0).word, PAT_WORD_MATCHES);
  assert_int_equal(continued(bundle, 0, 0).word, PAT_WORD_MATCHES);
  assert_int_equal(continued(bundle, scene.log->count, 0).word, PAT_WORD_MATCHES);
  pat_bundle_report report = continued(bundle, 10, 1);
  assert_int_equal(report.check, PAT_CHECK_EARLIER);
  assert_int_equal(report.status.rule, PAT_RULE_TLOG_CONSISTENCY_ROOT);
  report = continued(bundle, scene.log->count, 1);
  assert_int_equal(report.status.rule, PAT_RULE_VERIFY_FORK);
  assert_int_equal(report.word, PAT_WORD_DOES_NOT_MATCH);
  report = continued(bundle, 9, 0); /* proved for another size */
  assert_int_equal(report.word, PAT_WORD_NOT_PROVEN);
  assert_int_equal(report.check, PAT_CHECK_EARLIER);
  assert_int_equal(report.status.rule, PAT_RULE_VERIFY_MISSING);
  pat_tlog_head ahead = lying_log_head(scene.log, scene.log->count);
  ahead.size++;
  report = scene_ask(lying_encode(&bundle->base, &scene.arena), &scene.policy, &ahead);
  assert_int_equal(report.status.rule, PAT_RULE_VERIFY_ROLLBACK);
}

/* --- entries --------------------------------------------------------------------------------- */

static void test_bundle__refuses_leaves_that_the_log_does_not_hold(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  Patina__ProvenEntry *entry = scene_entry(bundle, PAT_KIND_ATTESTED);
  entry->leaf = scene_flipped(entry->leaf, 9);
  WRONG(bundle, PAT_CHECK_LEAF, TLOG_INCLUSION_ROOT);
  bundle = scene_bundle();
  scene_entry(bundle, PAT_KIND_ATTESTED)->entry->logged_at_ms++;
  WRONG(bundle, PAT_CHECK_LEAF, VERIFY_VIEW);
  bundle = scene_bundle();
  scene_entry(bundle, PAT_KIND_ATTESTED)->n_inclusion--;
  WRONG(bundle, PAT_CHECK_LEAF, TLOG_INCLUSION_LENGTH);
}

static void test_bundle__refuses_other_statements(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  Patina__ProvenEntry *entry = scene_entry(bundle, PAT_KIND_ATTESTED);
  entry->entry->statement = scene_flipped(entry->entry->statement, 9);
  WRONG(bundle, PAT_CHECK_STATEMENT, ENTRY_STATEMENT);
  entry->entry->statement.len = 0;
  UNKNOWN(bundle, PAT_CHECK_STATEMENT, VERIFY_MISSING);
  /* Bare, but not a binding to another asset. */
  entry->n_signatures = 0;
  entry->entry->n_disclosures = 0;
  UNKNOWN(bundle, PAT_CHECK_STATEMENT, VERIFY_MISSING);
  bundle = scene_bundle();
  entry = scene_entry(bundle, PAT_KIND_DEVICE_BOUND);
  entry->entry->statement.len = entry->n_signatures = entry->entry->n_disclosures = 0;
  UNKNOWN(bundle, PAT_CHECK_STATEMENT, VERIFY_MISSING);
}

static void test_bundle__refuses_other_signers(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  Patina__ProvenEntry *entry = scene_entry(bundle, PAT_KIND_ATTESTED);
  Patina__Signature signature = *entry->signatures[0];
  Patina__Signature *signatures[] = {&signature, &signature};
  entry->signatures = signatures;
  signature.principal = scene_flipped(signature.principal, 0);
  WRONG(bundle, PAT_CHECK_SIGNATURES, ENTRY_SUBJECTS);
  signature.principal = scene_flipped(signature.principal, 0);
  signature.public_key = scene_flipped(signature.public_key, 0);
  WRONG(bundle, PAT_CHECK_SIGNATURES, ENTRY_SIGNATURES);
  signature.public_key = scene_flipped(signature.public_key, 0);
  signature.signature = scene_flipped(signature.signature, 0);
  WRONG(bundle, PAT_CHECK_SIGNATURES, VERIFY_VIEW);
  signature.signature.len = 0; /* the leaf has it */
  scene_matches(bundle);
  entry->n_signatures = 2;
  WRONG(bundle, PAT_CHECK_SIGNATURES, VERIFY_VIEW);
  entry->n_signatures = 1;
  entry->n_vrf_proofs = 1;
  entry->vrf_proofs = scene_entry(bundle, PAT_KIND_IDENTIFIER_ASSIGNED)->vrf_proofs;
  WRONG(bundle, PAT_CHECK_SIGNATURES, VERIFY_VIEW);
}

static void test_bundle__refuses_other_disclosures(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  Patina__HistoryEntry *entry = scene_entry(bundle, PAT_KIND_IDENTIFIER_ASSIGNED)->entry;
  entry->disclosures[0]->disclosure = scene_flipped(entry->disclosures[0]->disclosure, 20);
  WRONG(bundle, PAT_CHECK_DISCLOSURES, DISCLOSURE_DIGEST);
  bundle = scene_bundle();
  entry = scene_entry(bundle, PAT_KIND_IDENTIFIER_ASSIGNED)->entry;
  Patina__SlotDisclosure *twice[] = {entry->disclosures[0], entry->disclosures[0]};
  entry->disclosures = twice;
  entry->n_disclosures = 2;
  WRONG(bundle, PAT_CHECK_DISCLOSURES, VERIFY_VIEW);
}

/* --- subjects -------------------------------------------------------------------------------- */

static void test_bundle__refuses_subjects_that_the_index_does_not_hold(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  Patina__SubjectProof *car = scene_subject(bundle, PAT_SUBJECT_ASSET, PAT_SPAN_OF(scene.car));
  car->path = scene_flipped(car->path, car->path.len - 1);
  WRONG(bundle, PAT_CHECK_COMPLETENESS, INDEX_PROOF_ROOT);
  /* One entry fewer: the count and the sub-log say otherwise. */
  bundle = scene_bundle();
  car = scene_subject(bundle, PAT_SUBJECT_ASSET, PAT_SPAN_OF(scene.car));
  car->count--;
  car->n_entries--;
  WRONG(bundle, PAT_CHECK_COMPLETENESS, INDEX_PROOF_ROOT);
  bundle = scene_bundle();
  car = scene_subject(bundle, PAT_SUBJECT_ASSET, PAT_SPAN_OF(scene.car));
  car->entries[0]->leaf_hash = scene_flipped(car->entries[0]->leaf_hash, 0);
  WRONG(bundle, PAT_CHECK_COMPLETENESS, VERIFY_CHAIN);
  /* Nothing at all. */
  car->count = car->n_entries = car->root.len = 0;
  WRONG(bundle, PAT_CHECK_COMPLETENESS, INDEX_PROOF_FORM);
}

static void test_bundle__asks_for_every_listed_entry_and_every_subject(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  uint64_t inspection = lying_log_find(scene.log, PAT_KIND_ATTESTED, 0);
  scene_drop(bundle->entries, &bundle->n_entries, lying_bundle_entry_at(bundle, inspection));
  UNKNOWN(bundle, PAT_CHECK_COMPLETENESS, VERIFY_MISSING);
  for (size_t i = 0;; i++) {
    bundle = scene_bundle();
    if (i == bundle->n_subjects) break;
    scene_drop(bundle->subjects, &bundle->n_subjects, i);
    UNKNOWN(bundle, PAT_CHECK_COMPLETENESS, VERIFY_MISSING);
    (void)scene_reset(NULL);
  }
}

static void test_bundle__refuses_what_nothing_asks_for(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  pat_hash key = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(scene.absent));
  Patina__SubjectProof **subjects =
      lying_take(&scene.arena, (bundle->n_subjects + 1) * sizeof *subjects);
  size_t at = 0;
  while (at < bundle->n_subjects &&
         memcmp(bundle->subjects[at]->key.data, key.bytes, PAT_HASH_BYTES) < 0) {
    subjects[at] = bundle->subjects[at];
    at++;
  }
  subjects[at] = lying_bundle_subject(scene.log, &key, &scene.arena);
  for (; at < bundle->n_subjects; at++) {
    subjects[at + 1] = bundle->subjects[at];
  }
  bundle->subjects = subjects;
  bundle->n_subjects++;
  WRONG(bundle, PAT_CHECK_CLOSURE, VERIFY_BUNDLE);
}

static void test_bundle__refuses_entries_that_no_subject_lists(void **state) {
  (void)state;
  const lying_request request = {.asset = scene.absent};
  Patina__ProofBundle *bundle = lying_bundle_make(scene.log, &request, &scene.arena);
  assert_int_equal(bundle->n_entries, 1);
  uint64_t unasked = lying_log_find(scene.log, PAT_KIND_CLASS_PUBLISHED, 0);
  Patina__ProvenEntry *entries[] = {bundle->entries[0],
                                    lying_bundle_entry(scene.log, unasked, &scene.arena)};
  bundle->entries = entries;
  bundle->n_entries = 2;
  WRONG(bundle, PAT_CHECK_CLOSURE, VERIFY_BUNDLE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE_CASE(test_bundle__refuses_bytes_that_are_no_bundle),
      SCENE_CASE(test_bundle__refuses_other_forms),
      SCENE_CASE(test_bundle__refuses_entries_of_another_form),
      SCENE_CASE(test_bundle__refuses_subjects_of_another_form),
      SCENE_CASE(test_bundle__does_not_believe_a_checkpoint_that_nobody_vouches_for),
      SCENE_CASE(test_bundle__asks_for_the_commit_of_its_checkpoint),
      SCENE_CASE(test_bundle__refuses_a_commit_of_another_root),
      SCENE_CASE(test_bundle__continues_what_the_reader_saw),
      SCENE_CASE(test_bundle__refuses_leaves_that_the_log_does_not_hold),
      SCENE_CASE(test_bundle__refuses_other_statements),
      SCENE_CASE(test_bundle__refuses_other_signers),
      SCENE_CASE(test_bundle__refuses_other_disclosures),
      SCENE_CASE(test_bundle__refuses_subjects_that_the_index_does_not_hold),
      SCENE_CASE(test_bundle__asks_for_every_listed_entry_and_every_subject),
      SCENE_CASE(test_bundle__refuses_what_nothing_asks_for),
      SCENE_CASE(test_bundle__refuses_entries_that_no_subject_lists),
  };
  return cmocka_run_group_tests(tests, scene_open, scene_close);
}
