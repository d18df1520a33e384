/* asset_registered: a thing enters the ledger, with its manufacturer bundle that never changes. */
#include "core/model/catalog.h"
#include "core/model/kinds/kinds.h"
#include "core/model/value.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__AssetRegistered *body = statement->asset_registered;
  PAT_TRY(pat_kind__size(body->asset, PAT_ASSET_ID_BYTES, "asset", reterr));
  PAT_TRY(pat_name_check(body->class_name, "class_name", reterr));
  PAT_REQUIRE_AT(body->class_version >= 1, STATEMENT_MISSING, reterr, 0, "class_version");
  return pat_attributes_check(body->attributes, body->n_attributes, false, reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  const Patina__AssetRegistered *body = statement->asset_registered;
  pat_kind__attribute_slots(list, body->attributes, body->n_attributes);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_ASSET, statement->asset_registered->asset);
}

static const ProtobufCBinaryData *asset(const Patina__Statement *statement) {
  return &statement->asset_registered->asset;
}

const pat_kind pat_kind__asset_registered = {
    .number = PAT_KIND_ASSET_REGISTERED,
    .name = "asset_registered",
    .is_public = false,
    .check = check,
    .slots = slots,
    .subjects = subjects,
    .asset = asset,
};
