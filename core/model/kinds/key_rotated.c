/* key_rotated: a principal's next key. Both keys sign: possession of the new one is proven here,
 * whose the other signatures must be is judged against the log. */
#include "core/model/kinds/kinds.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__KeyRotated *body = statement->key_rotated;
  PAT_TRY(pat_kind__size(body->principal, PAT_HASH_BYTES, "principal", reterr));
  PAT_TRY(pat_kind__key(body->key, reterr));
  return pat_kind__key_signs(statement, body->key, reterr);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_PRINCIPAL, statement->key_rotated->principal);
  pat_kind__subject(set, PAT_SUBJECT_KEY, statement->key_rotated->key->public_key);
}

const pat_kind pat_kind__key_rotated = {
    .number = PAT_KIND_KEY_ROTATED,
    .name = "key_rotated",
    .is_public = true,
    .check = check,
    .subjects = subjects,
};
