/* corrected: what should have been said; it stands beside the statement that it corrects. */
#include "core/model/kinds/kinds.h"
#include "core/model/value.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__Corrected *body = statement->corrected;
  PAT_TRY(pat_kind__size(body->asset, PAT_ASSET_ID_BYTES, "asset", reterr));
  PAT_TRY(pat_kind__size(body->target, PAT_HASH_BYTES, "target", reterr));
  PAT_TRY(pat_kind__reason(body->reason, reterr));
  PAT_REQUIRE_AT(body->reason != PATINA__CORRECTION_REASON__CORRECTION_REASON_DID_NOT_OCCUR,
                 STATEMENT_REASON, reterr, 0, "reason");
  PAT_REQUIRE_AT(body->n_attributes >= 1, STATEMENT_MISSING, reterr, 0, "attributes");
  PAT_TRY(pat_attributes_check(body->attributes, body->n_attributes, false, reterr));
  if (body->note.len == 0) return PAT_OK;
  return pat_kind__size(body->note, PAT_HASH_BYTES, "note", reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  const Patina__Corrected *body = statement->corrected;
  pat_kind__attribute_slots(list, body->attributes, body->n_attributes);
  pat_kind__slot(list, body->note, "note", PATINA__VISIBILITY__VISIBILITY_PUBLIC);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_ASSET, statement->corrected->asset);
}

static const ProtobufCBinaryData *asset(const Patina__Statement *statement) {
  return &statement->corrected->asset;
}

const pat_kind pat_kind__corrected = {
    .number = PAT_KIND_CORRECTED,
    .name = "corrected",
    .is_public = false,
    .check = check,
    .slots = slots,
    .subjects = subjects,
    .asset = asset,
};
