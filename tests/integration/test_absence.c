/* An unknown number answers "nothing recorded" with a proof; once it is registered, the old proof
 * fails against the new checkpoint and still holds against the old one. Against a real server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/crypto/hash.h"
#include "tests/support/lying_live.h"

#define VIN      "YS3DD78N4X7055320"
#define VIN_MISS "YS3DD78N4X7055321" /* never registered */

enum { CAR = 7, OTHER = 8 };

/* The one subject of a look-up's bundle that is there without entries. */
static Patina__SubjectProof **absent_of(Patina__ProofBundle *bundle) {
  Patina__SubjectProof **found = NULL;
  for (size_t i = 0; i < bundle->n_subjects; i++) {
    if (bundle->subjects[i]->count == 0) found = &bundle->subjects[i];
  }
  assert_non_null(found);
  return found;
}

static Patina__SubjectProof **same_subject(Patina__ProofBundle *bundle,
                                           const Patina__SubjectProof *subject) {
  for (size_t i = 0; i < bundle->n_subjects; i++) {
    if (memcmp(bundle->subjects[i]->key.data, subject->key.data, PAT_HASH_BYTES) == 0)
      return &bundle->subjects[i];
  }
  fail_msg("no such subject");
  return NULL;
}

static pat_span encode(served_log *log, const Patina__ProofBundle *bundle) {
  return live_encode(log->live, &bundle->base);
}

/* Asks for a number that nobody registered. */
static pat_span ask_absent(served_log *log, const char *name) {
  pat_span bundle = served_lookup(log, "vin", VIN);
  pat_bundle_report report = served_read(log, name, bundle, NULL);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_false(report.recorded);
  assert_int_equal(report.answer_count, 1);
  assert_true(report.answers[0].possible);
  assert_int_equal(report.answers[0].history->n_spans, 0);
  return bundle;
}

/* The old proof under the new checkpoint: everything else of the new bundle is true. */
static pat_bundle_report read_old_under_new(served_log *log, pat_span before, pat_span after) {
  Patina__ProofBundle *old = served_open(log, before);
  Patina__ProofBundle *new = served_open(log, after);
  Patina__SubjectProof *denied = *absent_of(old);
  *same_subject(new, denied) = denied;
  return served_read(log, "old-proof-under-new-checkpoint", encode(log, new), NULL);
}

/* The new checkpoint and commit over the whole old bundle. */
static pat_bundle_report read_new_over_old(served_log *log, pat_span before, pat_span after) {
  Patina__ProofBundle *old = served_open(log, before);
  const Patina__ProofBundle *new = served_open(log, after);
  old->checkpoint = new->checkpoint;
  old->commit = new->commit;
  return served_read(log, "old-bundle-under-new-checkpoint", encode(log, old), NULL);
}

static void test_absence__ends_when_it_is_registered(void **state) {
  served_log *log = *state;
  served_register(log, OTHER);
  served_assign(log, OTHER, "YS3ED48E5Y3070016");
  pat_span before = ask_absent(log, "before");
  served_register(log, CAR);
  pat_span between = ask_absent(log, "registered-without-number");
  served_assign(log, CAR, VIN);
  pat_span after = served_lookup(log, "vin", VIN);
  pat_bundle_report report = served_read(log, "after", after, NULL);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_true(report.recorded);
  assert_int_equal(report.answers[0].history->n_spans, 1);
  uint64_t assigned = report.answers[0].history->spans[0]->assigned_index;

  report = read_old_under_new(log, between, after);
  assert_int_equal(report.word, PAT_WORD_DOES_NOT_MATCH);
  assert_int_equal(report.check, PAT_CHECK_COMPLETENESS);
  printf("refused: the old proof under the new checkpoint: V22 %s\n",
         pat_rule_id((pat_rule)report.status.rule));
  report = read_new_over_old(log, before, after);
  assert_int_equal(report.word, PAT_WORD_DOES_NOT_MATCH);
  printf("refused: the old bundle under the new checkpoint: V%d %s\n", (int)report.check,
         pat_rule_id((pat_rule)report.status.rule));

  report = served_read(log, "before-again", before, NULL);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_false(report.recorded);
  uint64_t size = served_head(&report).size;
  assert_true(size <= assigned);
  printf("holds: nothing recorded at size %llu; assigned at %llu\n", (unsigned long long)size,
         (unsigned long long)assigned);
}

/* The number beside it stays absent, with a proof at the newest checkpoint; an asset that nobody
 * registered is absent too. */
static void test_absence__of_others_goes_on(void **state) {
  served_log *log = *state;
  served_register(log, CAR);
  served_assign(log, CAR, VIN);
  pat_bundle_report report = served_read(log, "beside", served_lookup(log, "vin", VIN_MISS), NULL);
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  assert_false(report.recorded);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_absence__ends_when_it_is_registered, served_setup,
                                      served_teardown),
      cmocka_unit_test_setup_teardown(test_absence__of_others_goes_on, served_setup,
                                      served_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
