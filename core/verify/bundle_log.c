/* Steps 2, 3 and 6: the checkpoint (V7), its commit (V10), what it continues (V8), and the
 * genesis (V9). */
#include "core/envelope/genesis.h"
#include "core/verify/bundle_internal.h"
#include "core/verify/log.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_hash hash_of_field(ProtobufCBinaryData field) {
  pat_hash hash;
  pat_span_copy(hash.bytes, sizeof hash.bytes, span_of(field));
  return hash;
}

/* --- checkpoint ------------------------------------------------------------------------------ */

static pat_status copy_origin(pat_bundle__run *run, pat_span origin) {
  char *text = pat_arena_take(run->arena, origin.size + 1);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  pat_span_copy(text, origin.size, origin);
  run->report->origin = text;
  return PAT_OK;
}

static pat_status check_checkpoint(pat_bundle__run *run) {
  run->check = PAT_CHECK_CHECKPOINT;
  pat_bundle_report *report = run->report;
  pat_span note = pat_span_text(run->bundle->checkpoint);
  pat_status status = pat_policy_judge(run->question->policy, note, PAT_CHECKPOINT_STRICT,
                                       &report->verdict, run->err);
  const pat_checkpoint *checkpoint = &report->verdict.checkpoint;
  PAT_TRY(pat_bundle__tell(run, "checkpoint",
                           (pat_bundle_step){.bytes = note,
                                             .number = checkpoint->head.size,
                                             .expected = pat_hash_span(&checkpoint->head.root),
                                             .verdict = status}));
  PAT_TRY(copy_origin(run, checkpoint->origin));
  report->has_checkpoint = true;
  run->place = (pat_verify_place){report->origin, checkpoint->head};
  return PAT_OK;
}

/* --- commit ---------------------------------------------------------------------------------- */

static pat_status tell_commit(const pat_bundle__run *run, pat_status verdict) {
  pat_span bytes = span_of(run->bundle->commit->leaf);
  pat_hash hash = pat_tlog_leaf_hash(bytes);
  return pat_bundle__tell(run, "commit",
                          (pat_bundle_step){.has_index = true,
                                            .index = run->commit_index,
                                            .bytes = bytes,
                                            .computed = pat_hash_span(&hash),
                                            .expected = pat_hash_span(&run->place.head.root),
                                            .number = run->bundle->commit->n_inclusion,
                                            .verdict = verdict});
}

static pat_status check_commit(pat_bundle__run *run) {
  run->check = PAT_CHECK_COMMIT;
  run->is_unproven = run->bundle->commit == NULL;
  PAT_REQUIRE_AT(run->bundle->commit != NULL, VERIFY_MISSING, run->err, 0, "commit");
  const Patina__CommitProof *proof = run->bundle->commit;
  run->commit_index = run->place.head.size - 1; /* of an empty log: outside of it, so refused */
  const pat_verify_served served = {run->commit_index, span_of(proof->leaf), proof->inclusion,
                                    proof->n_inclusion};
  const Patina__IndexCommit *commit = NULL;
  PAT_TRY(tell_commit(run, pat_verify_commit(&run->place, &served, run->arena, &commit, run->err)));
  pat_bundle__note(run, "log root",
                   (pat_bundle_step){.number = commit->covered_size,
                                     .computed = span_of(commit->log_root),
                                     .expected = span_of(commit->log_root)});
  run->index_root = hash_of_field(commit->index_root);
  run->report->commit_time_ms = commit->time_ms;
  run->report->epoch = commit->epoch;
  return PAT_OK;
}

pat_status pat_bundle__checkpoint(pat_bundle__run *run) {
  PAT_TRY(check_checkpoint(run));
  return check_commit(run);
}

/* --- an earlier checkpoint ------------------------------------------------------------------- */

static pat_status check_consistency(pat_bundle__run *run, const pat_tlog_head *older) {
  const Patina__EarlierCheckpoint *earlier = run->bundle->earlier;
  run->is_unproven = earlier == NULL || earlier->size != older->size;
  PAT_REQUIRE_AT(!run->is_unproven, VERIFY_MISSING, run->err, 0, "earlier");
  PAT_REQUIRE_AT(earlier->n_hashes <= PAT_CONSISTENCY_HASHES_MAX, TLOG_CONSISTENCY_LENGTH, run->err,
                 0, "earlier.hashes");
  pat_hash hashes[PAT_CONSISTENCY_HASHES_MAX];
  for (size_t i = 0; i < earlier->n_hashes; i++) {
    hashes[i] = hash_of_field(earlier->hashes[i]);
  }
  return pat_verify_advance(older, &run->place.head, (pat_tlog_hashes){hashes, earlier->n_hashes});
}

static pat_status check_earlier(pat_bundle__run *run, const pat_tlog_head *older) {
  if (older->size > 0 && older->size < run->place.head.size) return check_consistency(run, older);
  return pat_verify_advance(older, &run->place.head, (pat_tlog_hashes){NULL, 0});
}

pat_status pat_bundle__earlier(pat_bundle__run *run) {
  run->check = PAT_CHECK_EARLIER;
  const pat_tlog_head *older = run->question->earlier;
  if (older == NULL) return PAT_OK;
  pat_status verdict = check_earlier(run, older);
  return pat_bundle__tell(
      run, "earlier checkpoint",
      (pat_bundle_step){
          .number = older->size, .expected = pat_hash_span(&older->root), .verdict = verdict});
}

/* --- genesis --------------------------------------------------------------------------------- */

static bool is_root_key(const Patina__GenesisParameters *parameters, pat_span key) {
  for (size_t i = 0; i < parameters->n_root_keys; i++) {
    if (pat_span_equal(span_of(parameters->root_keys[i]), key)) return true;
  }
  return false;
}

/* Its signatures were verified with those of all entries (V13). */
static pat_status check_root(const pat_verified_entry *first,
                             const Patina__GenesisParameters *parameters, pat_err *reterr) {
  PAT_REQUIRE_AT(first->signer_count >= parameters->root_threshold, VERIFY_GENESIS, reterr, 0,
                 "signers");
  for (size_t i = 0; i < first->signer_count; i++) {
    PAT_REQUIRE_AT(is_root_key(parameters, first->public_keys[i]), VERIFY_GENESIS, reterr, i,
                   "signers");
    PAT_REQUIRE_AT(pat_hash_equal(&first->principals[i], &first->statement.sha256), VERIFY_GENESIS,
                   reterr, i, "signatures.principal");
  }
  return PAT_OK;
}

static pat_status check_genesis(pat_bundle__run *run, pat_origin *ret_origin) {
  bool there = run->entry_count > 0 && run->entries[0].verified.index == 0;
  PAT_REQUIRE_AT(there, VERIFY_MISSING, run->err, 0, "entries");
  const pat_verified_entry *first = &run->entries[0].verified;
  PAT_REQUIRE_AT(pat_bundle__kind(first) == PAT_KIND_GENESIS, VERIFY_GENESIS, run->err, 0, "kind");
  const Patina__Genesis *genesis = first->statement.message->genesis;
  PAT_TRY(pat_genesis_origin(genesis, run->arena, ret_origin));
  bool same = pat_span_equal(pat_span_text(ret_origin->text), pat_span_text(run->report->origin));
  PAT_REQUIRE_AT(same, VERIFY_GENESIS, run->err, 0, "origin");
  PAT_TRY(check_root(first, genesis->parameters, run->err));
  run->genesis = genesis->parameters;
  return PAT_OK;
}

pat_status pat_bundle__genesis(pat_bundle__run *run) {
  run->check = PAT_CHECK_GENESIS;
  pat_origin named = {.text = ""};
  pat_status verdict = check_genesis(run, &named);
  PAT_TRY(pat_bundle__tell(run, "genesis",
                           (pat_bundle_step){.has_index = true,
                                             .computed = pat_span_text(named.text),
                                             .expected = pat_span_text(run->report->origin),
                                             .verdict = verdict}));
  run->report->max_quiet_s = run->genesis->max_quiet_s;
  run->roll = pat_arena_take(run->arena, sizeof *run->roll);
  PAT_REQUIRE(run->roll != NULL, LIMIT_MEMORY);
  return pat_roll_init(run->roll, run->arena, &run->entries[0].verified.statement);
}
