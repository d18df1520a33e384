/* key_revoked: a principal's key ends; a compromise may be dated back. It belongs to the
 * principal's history alone: a key's own history holds the one entry that brought it. */
#include "core/model/kinds/kinds.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__KeyRevoked *body = statement->key_revoked;
  PAT_TRY(pat_kind__size(body->principal, PAT_HASH_BYTES, "principal", reterr));
  PAT_TRY(pat_kind__size(body->key, PAT_HASH_BYTES, "key", reterr));
  PAT_REQUIRE_AT(body->reason != PATINA__REVOCATION_REASON__REVOCATION_REASON_UNSPECIFIED,
                 KEY_REASON, reterr, 0, "reason");
  bool compromised = body->reason == PATINA__REVOCATION_REASON__REVOCATION_REASON_COMPROMISED;
  PAT_REQUIRE_AT(body->since == 0 || compromised, KEY_REASON, reterr, 0, "since");
  return PAT_OK;
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_PRINCIPAL, statement->key_revoked->principal);
}

const pat_kind pat_kind__key_revoked = {
    .number = PAT_KIND_KEY_REVOKED,
    .name = "key_revoked",
    .is_public = true,
    .check = check,
    .subjects = subjects,
};
