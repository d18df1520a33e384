/* scheme_published: one version of an identifier scheme, for ever. */
#include "core/model/catalog.h"
#include "core/model/kinds/kinds.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__IdentifierScheme *scheme = statement->scheme_published->scheme;
  PAT_REQUIRE_AT(scheme != NULL, STATEMENT_MISSING, reterr, 0, "scheme");
  return pat_scheme_check(scheme, reterr);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_subject_set_add(set, PAT_SUBJECT_SCHEME,
                      pat_span_text(statement->scheme_published->scheme->name));
}

const pat_kind pat_kind__scheme_published = {
    .number = PAT_KIND_SCHEME_PUBLISHED,
    .name = "scheme_published",
    .is_public = true,
    .check = check,
    .subjects = subjects,
};
