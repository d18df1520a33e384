/* identifier_assigned: a serial is read off the thing, or given to it, from now on. */
#include "core/model/catalog.h"
#include "core/model/kinds/kinds.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__IdentifierAssigned *body = statement->identifier_assigned;
  PAT_TRY(pat_kind__size(body->asset, PAT_ASSET_ID_BYTES, "asset", reterr));
  PAT_TRY(pat_name_check(body->scheme, "scheme", reterr));
  PAT_REQUIRE_AT(body->scheme_version >= 1, STATEMENT_MISSING, reterr, 0, "scheme_version");
  return pat_kind__size(body->value, PAT_HASH_BYTES, "value", reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  pat_kind__slot(list, statement->identifier_assigned->value, "value",
                 PATINA__VISIBILITY__VISIBILITY_UNSPECIFIED);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_ASSET, statement->identifier_assigned->asset);
}

static const ProtobufCBinaryData *asset(const Patina__Statement *statement) {
  return &statement->identifier_assigned->asset;
}

const pat_kind pat_kind__identifier_assigned = {
    .number = PAT_KIND_IDENTIFIER_ASSIGNED,
    .name = "identifier_assigned",
    .is_public = false,
    .identifier_count = 1,
    .check = check,
    .slots = slots,
    .subjects = subjects,
    .asset = asset,
};
