/* retracted: takes an earlier statement back; both stay in the history. */
#include "core/model/kinds/kinds.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__Retracted *body = statement->retracted;
  PAT_TRY(pat_kind__size(body->asset, PAT_ASSET_ID_BYTES, "asset", reterr));
  PAT_TRY(pat_kind__size(body->target, PAT_HASH_BYTES, "target", reterr));
  PAT_TRY(pat_kind__reason(body->reason, reterr));
  if (body->note.len == 0) return PAT_OK;
  return pat_kind__size(body->note, PAT_HASH_BYTES, "note", reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  pat_kind__slot(list, statement->retracted->note, "note", PATINA__VISIBILITY__VISIBILITY_PUBLIC);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_ASSET, statement->retracted->asset);
}

static const ProtobufCBinaryData *asset(const Patina__Statement *statement) {
  return &statement->retracted->asset;
}

const pat_kind pat_kind__retracted = {
    .number = PAT_KIND_RETRACTED,
    .name = "retracted",
    .is_public = false,
    .check = check,
    .slots = slots,
    .subjects = subjects,
    .asset = asset,
};
