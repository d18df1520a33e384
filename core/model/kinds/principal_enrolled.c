/* principal_enrolled: a new principal and its key. It gives no standing. */
#include "core/model/kinds/kinds.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__PrincipalEnrolled *body = statement->principal_enrolled;
  PAT_REQUIRE_AT(body->type != PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_UNSPECIFIED, PRINCIPAL_TYPE,
                 reterr, 0, "type");
  PAT_REQUIRE_AT(body->type != PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_DEVICE, PRINCIPAL_TYPE,
                 reterr, 0, "type");
  PAT_TRY(pat_kind__key(body->key, reterr));
  PAT_TRY(pat_kind__key_signs(statement, body->key, reterr));
  return pat_kind__size(body->name, PAT_HASH_BYTES, "name", reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  pat_kind__slot(list, statement->principal_enrolled->name, "name",
                 PATINA__VISIBILITY__VISIBILITY_PUBLIC);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  pat_subject_set_add(set, PAT_SUBJECT_PRINCIPAL, pat_hash_span(sha256));
  pat_kind__subject(set, PAT_SUBJECT_KEY, statement->principal_enrolled->key->public_key);
}

const pat_kind pat_kind__principal_enrolled = {
    .number = PAT_KIND_PRINCIPAL_ENROLLED,
    .name = "principal_enrolled",
    .is_public = true,
    .check = check,
    .slots = slots,
    .subjects = subjects,
};
