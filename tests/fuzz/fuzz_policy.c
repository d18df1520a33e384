/* Hits: pat_policy_parse, pat_policy_judge.
 *
 * Input: a policy file. Properties: an accepted policy keeps its invariant (groups behind their
 * members, thresholds within them), and a note that nobody signed is refused by it. */
#include "core/base/assert.h"
#include "core/note/policy.h"
#include "tests/fuzz/fuzz_target.h"

static pat_policy policy;

static void check_invariant(void) {
  uint16_t members[PAT_POLICY_PARTIES_MAX] = {0};
  PAT_ASSERT(policy.party_count <= PAT_POLICY_PARTIES_MAX);
  PAT_ASSERT(policy.quorum == PAT_POLICY_NO_QUORUM || policy.quorum < policy.party_count);
  for (size_t i = 0; i < policy.party_count; i++) {
    const pat_policy_party *party = &policy.parties[i];
    if (party->is_group) PAT_ASSERT(party->threshold >= 1);
    if (party->is_group) PAT_ASSERT(party->threshold <= members[i]);
    if (!party->is_member) continue;
    PAT_ASSERT(party->parent > i);
    PAT_ASSERT(party->parent < policy.party_count);
    members[party->parent]++;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const pat_span unsigned_note = PAT_SPAN_LITERAL(
      "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\xe2\x80\x94 a AAAAAAA=\n");
  pat_policy_verdict verdict;
  pat_err err = {0};
  const pat_status status = pat_policy_parse(pat_span_make(data, size), &policy, &err);
  if (!pat_is_ok(status)) {
    PAT_ASSERT(err.rule == (pat_rule)status.rule);
    PAT_ASSERT(err.offset <= size);
    return 0;
  }
  check_invariant();
  PAT_ASSERT(!pat_is_ok(
      pat_policy_judge(&policy, unsigned_note, PAT_CHECKPOINT_TOLERANT, &verdict, NULL)));
  return 0;
}
