#include "core/verify/shown.h"

#include "core/base/assert.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* The bundle's subject of that number, where the receipt's leaf links it; else NULL. */
static const Patina__SubjectProof *linked_at(const pat_verified_receipt *receipt,
                                             const pat_bundle_report *bundle, size_t i) {
  const Patina__SubjectProof *subject = bundle->bundle->subjects[i];
  pat_hash key;
  pat_span_copy(key.bytes, sizeof key.bytes, span_of(subject->key));
  return pat_verify_has_subject(receipt->entry, &key) ? subject : NULL;
}

/* The two are of one log, and one size of it has one root. */
static pat_status check_log(const pat_verified_receipt *receipt, const pat_bundle_report *bundle,
                            pat_err *reterr) {
  const pat_checkpoint *held = &receipt->verdict.checkpoint;
  const pat_checkpoint *shown = &bundle->verdict.checkpoint;
  size_t index = (size_t)receipt->index;
  bool same_log = pat_span_equal(held->origin, shown->origin);
  PAT_REQUIRE_AT(same_log, VERIFY_BUNDLE, reterr, index, "origin");
  bool fork =
      held->head.size == shown->head.size && !pat_hash_equal(&held->head.root, &shown->head.root);
  PAT_REQUIRE_AT(!fork, VERIFY_FORK, reterr, index, "root");
  return PAT_OK;
}

/* The bundle reaches the entry, and says nothing else of its place. */
static pat_status check_place(const pat_verified_receipt *receipt, const pat_bundle_report *bundle,
                              pat_err *reterr) {
  const pat_tlog_head *head = &bundle->verdict.checkpoint.head;
  size_t index = (size_t)receipt->index;
  PAT_REQUIRE_AT(receipt->index < head->size, VERIFY_MISSING, reterr, index, "checkpoint");
  /* The bundle's last leaf is its commit. */
  PAT_REQUIRE_AT(receipt->index != head->size - 1, VERIFY_FORK, reterr, index, "commit");
  return PAT_OK;
}

static pat_status check_subject(const pat_verified_receipt *receipt,
                                const Patina__SubjectProof *subject, pat_err *reterr) {
  size_t index = (size_t)receipt->index;
  for (size_t i = 0; i < subject->n_entries; i++) {
    if (subject->entries[i]->index != receipt->index) continue;
    bool same =
        pat_span_equal(span_of(subject->entries[i]->leaf_hash), pat_hash_span(&receipt->leaf_hash));
    PAT_REQUIRE_AT(same, VERIFY_FORK, reterr, index, "subjects.entries.leaf_hash");
    return PAT_OK;
  }
  return pat_refuse_at(PAT_RULE_VERIFY_HIDDEN, reterr, index, "subjects.entries");
}

pat_status pat_verify_shown(const pat_verified_receipt *receipt, const pat_bundle_report *bundle,
                            pat_err *reterr) {
  PAT_ASSERT(bundle->word == PAT_WORD_MATCHES);
  PAT_TRY(check_log(receipt, bundle, reterr));
  size_t linked = 0;
  for (size_t i = 0; i < bundle->bundle->n_subjects; i++)
    linked += linked_at(receipt, bundle, i) != NULL ? 1 : 0;
  PAT_REQUIRE_AT(linked > 0, VERIFY_BUNDLE, reterr, (size_t)receipt->index, "about");
  PAT_TRY(check_place(receipt, bundle, reterr));
  for (size_t i = 0; i < bundle->bundle->n_subjects; i++) {
    const Patina__SubjectProof *subject = linked_at(receipt, bundle, i);
    if (subject != NULL) PAT_TRY(check_subject(receipt, subject, reterr));
  }
  return PAT_OK;
}
