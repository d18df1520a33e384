/* What a bundle answers: identifiers and look-ups, what is absent, the history to fold, and what
 * came before. */
#include "core/model/fold.h"
#include "tests/core/verify/bundle_scene.h"

#define WRONG(bundle, check, symbol) \
  scene_refused((bundle), PAT_WORD_DOES_NOT_MATCH, (check), PAT_RULE_##symbol)
#define UNPROVEN(bundle, check, symbol) \
  scene_refused((bundle), PAT_WORD_NOT_PROVEN, (check), PAT_RULE_##symbol)

/* --- identifiers ----------------------------------------------------------------------------- */

static void test_bundle__refuses_proofs_of_other_identifiers(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_bundle();
  Patina__ProvenEntry *vin = scene_entry(bundle, PAT_KIND_IDENTIFIER_ASSIGNED);
  Patina__ProvenEntry *chassis = scene_entry(bundle, PAT_KIND_IDENTIFIER_RELEASED);
  vin->vrf_proofs = chassis->vrf_proofs;
  WRONG(bundle, PAT_CHECK_IDENTIFIER, CRYPTO_VRF_PROOF_INVALID);
  vin->n_vrf_proofs = 0; /* then it could not be checked, and the history matches */
  pat_bundle_report report = scene_verify(bundle);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_int_equal(report.unchecked_count, 1);
  vin->n_vrf_proofs = 1;
  vin->entry->n_disclosures = 0;
  report = scene_verify(bundle);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_int_equal(report.unchecked_count, 1);
}

static void test_bundle__proves_what_a_look_up_finds(void **state) {
  (void)state;
  pat_bundle_report report = scene_verify(scene_lookup("chassis", "abc-123"));
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_true(report.recorded);
  assert_int_equal(report.answer_count, 1);
  const Patina__IdentifierHistory *history = report.answers[0].history;
  assert_string_equal(report.answers[0].normalised, "ABC123");
  assert_int_equal(history->n_spans, 2);
  assert_memory_equal(history->spans[0]->asset.data, scene.car, PAT_ASSET_ID_BYTES);
  assert_memory_equal(history->spans[0]->assignment.data, scene.chassis.bytes, PAT_HASH_BYTES);
  assert_int_equal(history->spans[0]->release_case,
                   PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX);
  assert_memory_equal(history->spans[1]->asset.data, scene.other, PAT_ASSET_ID_BYTES);
  assert_int_equal(history->spans[1]->release_case, PATINA__ASSIGNMENT_SPAN__RELEASE__NOT_SET);
}

static void test_bundle__proves_that_nothing_is_recorded(void **state) {
  (void)state;
  pat_bundle_report report = scene_verify(scene_lookup("chassis", "ABC124"));
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_false(report.recorded);
  assert_true(report.answers[0].possible);
  report = scene_verify(scene_lookup("vin", "no VIN"));
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_false(report.recorded);
  assert_false(report.answers[0].possible);
  const lying_request request = {.asset = scene.absent};
  report = scene_verify(lying_bundle_make(scene.log, &request, &scene.arena));
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_false(report.recorded);
}

static void test_bundle__asks_for_the_proof_of_each_version(void **state) {
  (void)state;
  Patina__ProofBundle *bundle = scene_lookup("chassis", "ABC123");
  ProtobufCBinaryData proof = bundle->lookup->vrf_proofs[0];
  bundle->lookup->vrf_proofs[0].len = 0;
  UNPROVEN(bundle, PAT_CHECK_ABSENCE, VERIFY_MISSING);
  bundle->lookup->n_vrf_proofs = 0;
  UNPROVEN(bundle, PAT_CHECK_ABSENCE, VERIFY_MISSING);
  ProtobufCBinaryData two[] = {proof, {0, NULL}};
  bundle->lookup->vrf_proofs = two;
  bundle->lookup->n_vrf_proofs = 2; /* of a version that nobody published */
  WRONG(bundle, PAT_CHECK_IDENTIFIER, VERIFY_IDENTIFIER);
  bundle = scene_lookup("vin", "no VIN");
  bundle->lookup->vrf_proofs = &proof; /* of a value that can have none */
  WRONG(bundle, PAT_CHECK_IDENTIFIER, VERIFY_IDENTIFIER);
  bundle = scene_lookup("chassis", "ABC123");
  bundle->lookup->vrf_proofs[0] = scene_flipped(proof, 40);
  WRONG(bundle, PAT_CHECK_IDENTIFIER, CRYPTO_VRF_PROOF_INVALID);
}

/* --- what matches ---------------------------------------------------------------------------- */

static void test_bundle__gives_a_history_to_fold(void **state) {
  (void)state;
  pat_bundle_report report = scene_verify(scene_bundle());
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_true(report.recorded);
  assert_int_equal(report.unchecked_count, 0);
  assert_int_equal(report.history.n_identifiers, 2);
  assert_int_equal(report.history.n_streams, 1);
  assert_int_equal(report.history.streams[0]->n_entries, 2);
  assert_int_equal(report.max_quiet_s, scene.world->genesis->parameters->max_quiet_s);
  Patina__AssetState *folded = NULL;
  assert_true(pat_is_ok(pat_fold(&report.history, &scene.arena, &folded, NULL)));
  assert_int_equal(folded->entries, report.history.n_entries);
  assert_false(folded->self_declared);
  assert_string_equal(folded->records[0]->sources[0]->roles[0], "inspector");
}

static void test_bundle__is_confirmed_by_an_auditor_alone(void **state) {
  (void)state;
  const lying_request request = {.asset = scene.car, .witness_count = 2};
  pat_span bytes =
      lying_encode(&lying_bundle_make(scene.log, &request, &scene.arena)->base, &scene.arena);
  pat_bundle_report report = scene_ask(bytes, &scene.witnessed, NULL);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_false(report.confirmed);
  report = scene_ask(bytes, &scene.audited, NULL);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_true(report.confirmed);
}

static void test_bundle__lets_bindings_to_other_assets_be_bare(void **state) {
  (void)state;
  lying_log *log = scene_open_lie();
  ledger_draft draft = ledger_by(scene.world, INSTALLER);
  ledger_bind(&draft, 2, 8);
  uint64_t index = lying_log_append(log, ledger_seal(&draft, NULL));
  lying_log_close(log);
  const lying_request request = {.asset = scene.car, .bare_bindings = true, .bare_public = true};
  Patina__ProofBundle *bundle = lying_bundle_make(log, &request, &scene.arena);
  const Patina__ProvenEntry *bare = bundle->entries[lying_bundle_entry_at(bundle, index)];
  assert_int_equal(bare->entry->statement.len, 0);
  scene_matches(bundle);
}

static void test_bundle_compare__finds_the_older_history_at_the_beginning(void **state) {
  (void)state;
  uint64_t inspection = lying_log_find(scene.log, PAT_KIND_ATTESTED, 0);
  lying_log *before = lying_log_cut(scene.log, inspection + 2, &scene.arena);
  const lying_request request = {.asset = scene.car};
  pat_bundle_report older = scene_verify(lying_bundle_make(before, &request, &scene.arena));
  pat_bundle_report newer = scene_verify(scene_bundle());
  assert_int_equal(older.word, PAT_WORD_MATCHES);
  assert_true(pat_is_ok(pat_bundle_compare(&older, &newer, NULL)));
  pat_status status = pat_bundle_compare(&newer, &older, NULL);
  assert_int_equal(status.rule, PAT_RULE_VERIFY_FORK);
  pat_bundle_report other = scene_verify(scene_lookup("vin", "1M8GDM9AXKP042788"));
  status = pat_bundle_compare(&older, &other, NULL);
  assert_int_equal(status.rule, PAT_RULE_VERIFY_BUNDLE);
  newer.word = PAT_WORD_NOT_PROVEN;
  status = pat_bundle_compare(&older, &newer, NULL);
  assert_int_equal(status.rule, PAT_RULE_VERIFY_BUNDLE);
}

static void count_step(void *context, const pat_bundle_step *step) {
  size_t *counts = context;
  counts[step->check]++;
  if (!pat_is_ok(step->verdict)) counts[0]++;
}

static void test_bundle__tells_its_steps(void **state) {
  (void)state;
  size_t counts[PAT_CHECK_PREFIX + 1] = {0};
  const pat_bundle_question question = {
      .policy = &scene.policy, .context = counts, .trace = count_step};
  Patina__ProofBundle *bundle = scene_bundle();
  pat_bundle_report report;
  pat_status status = pat_bundle_verify(lying_encode(&bundle->base, &scene.arena), &question,
                                        &scene.arena, &report);
  assert_true(pat_is_ok(status));
  assert_int_equal(counts[0], 0);
  assert_int_equal(counts[PAT_CHECK_CHECKPOINT], 1);
  assert_int_equal(counts[PAT_CHECK_LEAF], 2 * bundle->n_entries);
  assert_true(counts[PAT_CHECK_SIGNATURES] > bundle->n_entries);
  assert_true(counts[PAT_CHECK_COMPLETENESS] >= 2 * bundle->n_subjects);
  assert_true(counts[PAT_CHECK_ENROLMENT] > 0);
  assert_int_equal(counts[PAT_CHECK_STREAMS], 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE_CASE(test_bundle__refuses_proofs_of_other_identifiers),
      SCENE_CASE(test_bundle__proves_what_a_look_up_finds),
      SCENE_CASE(test_bundle__proves_that_nothing_is_recorded),
      SCENE_CASE(test_bundle__asks_for_the_proof_of_each_version),
      SCENE_CASE(test_bundle__gives_a_history_to_fold),
      SCENE_CASE(test_bundle__is_confirmed_by_an_auditor_alone),
      SCENE_CASE(test_bundle__lets_bindings_to_other_assets_be_bare),
      SCENE_CASE(test_bundle_compare__finds_the_older_history_at_the_beginning),
      SCENE_CASE(test_bundle__tells_its_steps),
  };
  return cmocka_run_group_tests(tests, scene_open, scene_close);
}
