/* class_published: one version of an asset class, for ever. */
#include "core/model/catalog.h"
#include "core/model/kinds/kinds.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__AssetClass *schema = statement->class_published->schema;
  PAT_REQUIRE_AT(schema != NULL, STATEMENT_MISSING, reterr, 0, "schema");
  return pat_class_check(schema, reterr);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_subject_set_add(set, PAT_SUBJECT_CLASS,
                      pat_span_text(statement->class_published->schema->name));
}

const pat_kind pat_kind__class_published = {
    .number = PAT_KIND_CLASS_PUBLISHED,
    .name = "class_published",
    .is_public = true,
    .check = check,
    .subjects = subjects,
};
