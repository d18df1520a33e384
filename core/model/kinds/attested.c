/* attested: an observation or opinion: an inspection, a step of a provenance, an attribution. */
#include "core/model/catalog.h"
#include "core/model/kinds/kinds.h"
#include "core/model/value.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__Attested *body = statement->attested;
  PAT_TRY(pat_kind__size(body->asset, PAT_ASSET_ID_BYTES, "asset", reterr));
  PAT_TRY(pat_name_check(body->claim, "claim", reterr));
  PAT_REQUIRE_AT(body->n_fields >= 1, STATEMENT_MISSING, reterr, 0, "fields");
  return pat_attributes_check(body->fields, body->n_fields, false, reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  pat_kind__attribute_slots(list, statement->attested->fields, statement->attested->n_fields);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_ASSET, statement->attested->asset);
}

static const ProtobufCBinaryData *asset(const Patina__Statement *statement) {
  return &statement->attested->asset;
}

const pat_kind pat_kind__attested = {
    .number = PAT_KIND_ATTESTED,
    .name = "attested",
    .is_public = false,
    .check = check,
    .slots = slots,
    .subjects = subjects,
    .asset = asset,
};
