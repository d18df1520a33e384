/* standing_granted: a role for a principal, in some asset classes or in all. */
#include <string.h>

#include "core/model/catalog.h"
#include "core/model/kinds/kinds.h"

static pat_status check_classes(const Patina__StandingGranted *body, pat_err *reterr) {
  PAT_REQUIRE_AT(body->n_classes <= PAT_GRANT_CLASSES_MAX, STANDING_CLASSES, reterr, 0, "classes");
  for (size_t i = 0; i < body->n_classes; i++) {
    PAT_TRY(pat_name_check(body->classes[i], "classes", reterr));
    PAT_REQUIRE_AT(i == 0 || strcmp(body->classes[i - 1], body->classes[i]) < 0, STANDING_CLASSES,
                   reterr, 0, "classes");
  }
  return PAT_OK;
}

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__StandingGranted *body = statement->standing_granted;
  PAT_TRY(pat_kind__size(body->principal, PAT_HASH_BYTES, "principal", reterr));
  PAT_TRY(pat_name_check(body->role, "role", reterr));
  PAT_REQUIRE_AT(strcmp(body->role, "root") != 0, STANDING_ROOT, reterr, 0, "role");
  return check_classes(body, reterr);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_PRINCIPAL, statement->standing_granted->principal);
}

const pat_kind pat_kind__standing_granted = {
    .number = PAT_KIND_STANDING_GRANTED,
    .name = "standing_granted",
    .is_public = true,
    .check = check,
    .subjects = subjects,
};
