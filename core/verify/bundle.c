#include "core/verify/bundle.h"

#include "core/base/assert.h"
#include "core/verify/bundle_internal.h"

/* The order of section 9.4. */
static pat_status (*const steps[])(pat_bundle__run *run) = {
    pat_bundle__form,     pat_bundle__checkpoint, pat_bundle__earlier,     pat_bundle__entries,
    pat_bundle__subjects, pat_bundle__genesis,    pat_bundle__signers,     pat_bundle__standing,
    pat_bundle__schemas,  pat_bundle__life,       pat_bundle__identifiers, pat_bundle__streams,
    pat_bundle__closure,  pat_bundle__report,
};

static pat_status run_steps(pat_bundle__run *run) {
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    PAT_TRY(steps[i](run));
  }
  return PAT_OK;
}

pat_status pat_bundle_verify(pat_span bytes, const pat_bundle_question *question, pat_arena *arena,
                             pat_bundle_report *ret_report) {
  PAT_ASSERT(pat_span_valid(bytes));
  *ret_report = (pat_bundle_report){.word = PAT_WORD_MATCHES};
  pat_bundle__run run = {.question = question,
                         .arena = arena,
                         .report = ret_report,
                         .err = &ret_report->error,
                         .bytes = bytes};
  pat_status status = run_steps(&run);
  ret_report->status = status;
  if (pat_is_ok(status)) return status;
  ret_report->word = run.is_unproven ? PAT_WORD_NOT_PROVEN : pat_word_of(status);
  ret_report->check = run.check;
  pat_word_name_rule(status, &ret_report->error);
  return status;
}

void pat_bundle__note(const pat_bundle__run *run, const char *name, pat_bundle_step step) {
  if (run->question->trace == NULL) return;
  step.check = run->check;
  step.name = name;
  run->question->trace(run->question->context, &step);
}

pat_status pat_bundle__tell(const pat_bundle__run *run, const char *name, pat_bundle_step step) {
  pat_bundle__note(run, name, step);
  return step.verdict;
}

uint32_t pat_bundle__kind(const pat_verified_entry *entry) {
  return entry->statement.kind != NULL ? (uint32_t)entry->statement.kind->number : 0;
}

/* --- an earlier report ----------------------------------------------------------------------- */

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static bool same_text(const char *a, const char *b) {
  return pat_span_equal(pat_span_text(a), pat_span_text(b));
}

static bool same_question(const Patina__ProofBundle *a, const Patina__ProofBundle *b) {
  if (a->about_case != b->about_case) return false;
  if (a->about_case == PATINA__PROOF_BUNDLE__ABOUT_ASSET) {
    return pat_span_equal(span_of(a->asset), span_of(b->asset));
  }
  return same_text(a->lookup->scheme, b->lookup->scheme) &&
         same_text(a->lookup->scope, b->lookup->scope) &&
         same_text(a->lookup->value, b->lookup->value);
}

static bool begins(const Patina__SubjectProof *older, const Patina__SubjectProof *newer) {
  if (older->n_entries > newer->n_entries) return false;
  for (size_t i = 0; i < older->n_entries; i++) {
    const Patina__SublogEntry *a = older->entries[i];
    const Patina__SublogEntry *b = newer->entries[i];
    if (a->index != b->index) return false;
    if (!pat_span_equal(span_of(a->leaf_hash), span_of(b->leaf_hash))) return false;
  }
  return true;
}

pat_status pat_bundle_compare(const pat_bundle_report *older, const pat_bundle_report *newer,
                              pat_err *reterr) {
  bool both = older->word == PAT_WORD_MATCHES && newer->word == PAT_WORD_MATCHES;
  PAT_REQUIRE_AT(both, VERIFY_BUNDLE, reterr, 0, "word");
  const Patina__ProofBundle *a = older->bundle;
  const Patina__ProofBundle *b = newer->bundle;
  PAT_REQUIRE_AT(same_question(a, b), VERIFY_BUNDLE, reterr, 0, "about");
  size_t at = 0;
  for (size_t i = 0; i < a->n_subjects; i++) {
    pat_span key = span_of(a->subjects[i]->key);
    while (at < b->n_subjects && pat_span_compare(span_of(b->subjects[at]->key), key) < 0) {
      at++;
    }
    if (at == b->n_subjects) return PAT_OK;
    if (!pat_span_equal(span_of(b->subjects[at]->key), key)) continue;
    PAT_REQUIRE_AT(begins(a->subjects[i], b->subjects[at]), VERIFY_FORK, reterr, i, "subjects");
  }
  return PAT_OK;
}
