/* attributes_changed: new values of the consumer bundle, against the version the signer knew. */
#include "core/model/kinds/kinds.h"
#include "core/model/value.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__AttributesChanged *body = statement->attributes_changed;
  PAT_TRY(pat_kind__size(body->asset, PAT_ASSET_ID_BYTES, "asset", reterr));
  PAT_REQUIRE_AT(body->n_attributes >= 1, STATEMENT_MISSING, reterr, 0, "attributes");
  return pat_attributes_check(body->attributes, body->n_attributes, true, reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  const Patina__AttributesChanged *body = statement->attributes_changed;
  pat_kind__attribute_slots(list, body->attributes, body->n_attributes);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_ASSET, statement->attributes_changed->asset);
}

static const ProtobufCBinaryData *asset(const Patina__Statement *statement) {
  return &statement->attributes_changed->asset;
}

const pat_kind pat_kind__attributes_changed = {
    .number = PAT_KIND_ATTRIBUTES_CHANGED,
    .name = "attributes_changed",
    .is_public = false,
    .check = check,
    .slots = slots,
    .subjects = subjects,
    .asset = asset,
};
