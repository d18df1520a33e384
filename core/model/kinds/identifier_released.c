/* identifier_released: an assignment ends; the value may be assigned to another asset. */
#include "core/model/catalog.h"
#include "core/model/kinds/kinds.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__IdentifierReleased *body = statement->identifier_released;
  PAT_TRY(pat_kind__size(body->asset, PAT_ASSET_ID_BYTES, "asset", reterr));
  PAT_TRY(pat_name_check(body->scheme, "scheme", reterr));
  PAT_REQUIRE_AT(body->scheme_version >= 1, STATEMENT_MISSING, reterr, 0, "scheme_version");
  PAT_TRY(pat_kind__size(body->value, PAT_HASH_BYTES, "value", reterr));
  return pat_kind__size(body->assignment, PAT_HASH_BYTES, "assignment", reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  pat_kind__slot(list, statement->identifier_released->value, "value",
                 PATINA__VISIBILITY__VISIBILITY_UNSPECIFIED);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_ASSET, statement->identifier_released->asset);
}

static const ProtobufCBinaryData *asset(const Patina__Statement *statement) {
  return &statement->identifier_released->asset;
}

const pat_kind pat_kind__identifier_released = {
    .number = PAT_KIND_IDENTIFIER_RELEASED,
    .name = "identifier_released",
    .is_public = false,
    .identifier_count = 1,
    .check = check,
    .slots = slots,
    .subjects = subjects,
    .asset = asset,
};
