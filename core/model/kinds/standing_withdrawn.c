/* standing_withdrawn: ends one grant. What was stated under it keeps its standing. */
#include "core/model/kinds/kinds.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__StandingWithdrawn *body = statement->standing_withdrawn;
  PAT_TRY(pat_kind__size(body->principal, PAT_HASH_BYTES, "principal", reterr));
  return pat_kind__size(body->grant, PAT_HASH_BYTES, "grant", reterr);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_PRINCIPAL, statement->standing_withdrawn->principal);
}

const pat_kind pat_kind__standing_withdrawn = {
    .number = PAT_KIND_STANDING_WITHDRAWN,
    .name = "standing_withdrawn",
    .is_public = true,
    .check = check,
    .subjects = subjects,
};
