/* Step 4: every entry by itself (V11 to V14). */
#include "core/base/assert.h"
#include "core/verify/bundle_internal.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* --- what a reader who follows is told ------------------------------------------------------- */

/* Only for him: the path is walked once more. */
static pat_status tell_path(const pat_bundle__run *run, const Patina__ProvenEntry *proven,
                            const pat_hash *leaf, pat_status verdict) {
  if (run->question->trace == NULL) return verdict;
  pat_hash path[PAT_PROOF_HASHES_MAX];
  size_t count = proven->n_inclusion < PAT_PROOF_HASHES_MAX ? proven->n_inclusion : 0;
  for (size_t i = 0; i < count; i++) {
    pat_span_copy(path[i].bytes, PAT_HASH_BYTES, span_of(proven->inclusion[i]));
  }
  pat_hash root = {{0}};
  bool led = pat_is_ok(pat_tlog_inclusion_root(proven->entry->index, run->place.head.size, leaf,
                                               (pat_tlog_hashes){path, count}, &root));
  return pat_bundle__tell(run, "path",
                          (pat_bundle_step){.has_index = true,
                                            .index = proven->entry->index,
                                            .number = proven->n_inclusion,
                                            .bytes = pat_span_make(path, count * PAT_HASH_BYTES),
                                            .computed = led ? pat_hash_span(&root) : PAT_SPAN_EMPTY,
                                            .expected = pat_hash_span(&run->place.head.root),
                                            .verdict = verdict});
}

static pat_status tell_leaf(const pat_bundle__run *run, const Patina__ProvenEntry *proven,
                            pat_status verdict) {
  if (run->question->trace == NULL) return verdict;
  pat_hash hash = pat_tlog_leaf_hash(span_of(proven->leaf));
  pat_bundle__note(run, "leaf",
                   (pat_bundle_step){.has_index = true,
                                     .index = proven->entry->index,
                                     .bytes = span_of(proven->leaf),
                                     .computed = pat_hash_span(&hash)});
  return tell_path(run, proven, &hash, verdict);
}

static pat_status tell_statement(const pat_bundle__run *run, const pat_verified_entry *verified,
                                 pat_status verdict) {
  const pat_statement *statement = &verified->statement;
  pat_bundle_step step = {.has_index = true,
                          .index = verified->index,
                          .expected = span_of(verified->entry->statement_sha256),
                          .verdict = verdict};
  if (statement->kind != NULL) {
    step.bytes = statement->bytes;
    step.computed = pat_hash_span(&statement->sha256);
    step.text = statement->kind->name;
  }
  return pat_bundle__tell(run, "statement", step);
}

static pat_status tell_signatures(const pat_bundle__run *run, const pat_verified_entry *verified,
                                  pat_status verdict) {
  for (size_t i = 0; i < verified->signer_count; i++) {
    pat_bundle__note(run, "signature",
                     (pat_bundle_step){.has_index = true,
                                       .index = verified->index,
                                       .key = verified->public_keys[i],
                                       .bytes = span_of(verified->entry->signatures[i]),
                                       .verdict = verdict});
  }
  return verdict;
}

/* --- bare entries ---------------------------------------------------------------------------- */

/* Marks the subject of whom this entry enrols, so that later bare entries are known as his. */
static void mark_principal(const pat_bundle__run *run, const pat_verified_entry *verified) {
  switch (pat_bundle__kind(verified)) {
    case PAT_KIND_GENESIS:
    case PAT_KIND_PRINCIPAL_ENROLLED:
    case PAT_KIND_DEVICE_ENROLLED:
      break;
    default:
      return;
  }
  pat_hash key = pat_subject_key(PAT_SUBJECT_PRINCIPAL, pat_hash_span(&verified->statement.sha256));
  pat_bundle__subject *subject = pat_bundle__find(run, pat_hash_span(&key));
  if (subject != NULL) subject->is_principal = true;
}

/* A binding to another asset, in a device's history: it gives no standing. */
static bool may_be_bare(const pat_bundle__run *run, const pat_verified_entry *verified) {
  const Patina__ProvenEntry *proven = verified->proven;
  if (proven->n_signatures > 0 || proven->n_vrf_proofs > 0) return false;
  if (proven->entry->n_disclosures > 0) return false;
  size_t principals = 0;
  for (size_t i = 0; i < verified->entry->n_subjects; i++) {
    const pat_bundle__subject *subject =
        pat_bundle__find(run, span_of(verified->entry->subjects[i]->key));
    if (subject == NULL) continue;
    if (!subject->is_principal) return false;
    principals++;
  }
  return principals > 0;
}

static bool is_bare(const pat_verified_entry *verified) {
  return verified->proven->entry->statement.len == 0 && verified->entry->statement.len == 0;
}

/* --- the step -------------------------------------------------------------------------------- */

static pat_status check_content(pat_bundle__run *run, pat_verified_entry *verified) {
  PAT_TRY(
      tell_statement(run, verified, pat_verify_entry_statement(verified, run->arena, run->err)));
  run->check = PAT_CHECK_SIGNATURES;
  PAT_TRY(tell_signatures(run, verified,
                          pat_verify_entry_signatures(run->place.origin, verified, run->err)));
  run->check = PAT_CHECK_DISCLOSURES;
  pat_status disclosed = pat_verify_entry_disclosures(verified, run->arena, run->err);
  if (verified->proven->entry->n_disclosures == 0) return disclosed;
  return pat_bundle__tell(run, "disclosures",
                          (pat_bundle_step){.has_index = true,
                                            .index = verified->index,
                                            .number = verified->proven->entry->n_disclosures,
                                            .verdict = disclosed});
}

static pat_status check_entry(pat_bundle__run *run, const Patina__ProvenEntry *proven,
                              pat_verified_entry *verified) {
  run->check = PAT_CHECK_LEAF;
  PAT_TRY(tell_leaf(run, proven,
                    pat_verify_entry_leaf(&run->place, proven, run->arena, verified, run->err)));
  run->check = PAT_CHECK_STATEMENT;
  bool bare = is_bare(verified) && may_be_bare(run, verified);
  if (!bare) PAT_TRY(check_content(run, verified));
  mark_principal(run, verified);
  return PAT_OK;
}

pat_status pat_bundle__entries(pat_bundle__run *run) {
  PAT_ASSERT(run->entry_count == run->bundle->n_entries);
  for (size_t i = 0; i < run->entry_count; i++) {
    pat_status status = check_entry(run, run->bundle->entries[i], &run->entries[i].verified);
    if (pat_is_ok(status)) continue;
    /* The entry's own index says more than a place within it. */
    run->err->offset = (size_t)run->bundle->entries[i]->entry->index;
    return status;
  }
  return PAT_OK;
}
