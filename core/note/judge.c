/* Judging a checkpoint by a policy (declared in policy.h). */
#include "core/base/assert.h"
#include "core/note/policy.h"

/* The log that signed, among those whose origin this is. The keys of other logs are verified too: a
 * wrong signature in the name of any known key makes the note unbelievable. */
static pat_status judge_log(const pat_policy *policy, const pat_note *note, pat_span origin,
                            size_t *ret_log) {
  bool listed = false;
  bool has_signed = false;
  size_t log = 0;
  for (size_t i = 0; i < policy->log_count; i++) {
    bool present = false;
    PAT_TRY(pat_note_verify_key(note, &policy->logs[i].key, &present));
    if (!pat_span_equal(policy->logs[i].key.name, origin)) continue;
    listed = true;
    if (!present || has_signed) continue;
    has_signed = true;
    log = i;
  }
  PAT_REQUIRE(listed, POLICY_LOG);
  PAT_REQUIRE(has_signed, NOTE_UNSIGNED);
  *ret_log = log;
  return PAT_OK;
}

static void count_witness(pat_policy_verdict *verdict, uint64_t seconds) {
  if (verdict->witness_count == 0 || seconds < verdict->seconds_first)
    verdict->seconds_first = seconds;
  if (seconds > verdict->seconds_last) verdict->seconds_last = seconds;
  verdict->witness_count++;
}

/* One pass is enough: a group stands behind all of its members. */
static pat_status judge_parties(const pat_policy *policy, const pat_note *note,
                                pat_policy_verdict *verdict) {
  uint16_t members[PAT_POLICY_PARTIES_MAX] = {0}; /* of each group, that witnessed */
  for (size_t i = 0; i < policy->party_count; i++) {
    const pat_policy_party *party = &policy->parties[i];
    pat_cosignature cosignature = {0};
    if (!party->is_group) PAT_TRY(pat_cosignature_verify(note, &party->key, &cosignature));
    if (cosignature.present) count_witness(verdict, cosignature.seconds);
    verdict->witnessed[i] = party->is_group ? members[i] >= party->threshold : cosignature.present;
    if (!party->is_member || !verdict->witnessed[i]) continue;
    PAT_ASSERT(party->parent > i);
    members[party->parent]++;
  }
  return PAT_OK;
}

static pat_status judge(const pat_policy *policy, const pat_note *note,
                        pat_policy_verdict *verdict) {
  PAT_TRY(judge_log(policy, note, verdict->checkpoint.origin, &verdict->log));
  PAT_TRY(judge_parties(policy, note, verdict));
  if (policy->quorum == PAT_POLICY_NO_QUORUM) return PAT_OK;
  PAT_ASSERT(policy->quorum < policy->party_count);
  PAT_REQUIRE(verdict->witnessed[policy->quorum], POLICY_QUORUM_MISSING);
  return PAT_OK;
}

pat_status pat_policy_judge(const pat_policy *policy, pat_span bytes, pat_checkpoint_mode mode,
                            pat_policy_verdict *ret_verdict, pat_err *reterr) {
  PAT_ASSERT(policy->party_count <= PAT_POLICY_PARTIES_MAX);
  pat_note note;
  PAT_TRY(pat_note_parse(bytes, &note, reterr));
  pat_policy_verdict verdict = {0};
  PAT_TRY(pat_checkpoint_parse(note.text, mode, &verdict.checkpoint, reterr));
  const pat_status status = judge(policy, &note, &verdict);
  if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, reterr, 0, "checkpoint");
  *ret_verdict = verdict;
  return PAT_OK;
}

/* --- auditors -------------------------------------------------------------------------------- */

bool pat_policy_is_auditor(const pat_policy_party *party) {
  return !party->is_group &&
         pat_span_starts_with(party->name, PAT_SPAN_LITERAL(PAT_POLICY_AUDITOR));
}

bool pat_policy_requires_auditor(const pat_policy *policy) {
  PAT_ASSERT(policy->party_count <= PAT_POLICY_PARTIES_MAX);
  if (policy->quorum == PAT_POLICY_NO_QUORUM) return false;
  uint16_t members[PAT_POLICY_PARTIES_MAX] = {0};
  bool holds = false;
  for (size_t i = 0; i <= policy->quorum; i++) {
    const pat_policy_party *party = &policy->parties[i];
    holds = party->is_group ? members[i] >= party->threshold : !pat_policy_is_auditor(party);
    if (party->is_member && holds) members[party->parent]++;
  }
  return !holds;
}
