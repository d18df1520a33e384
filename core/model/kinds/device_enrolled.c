/* device_enrolled: a device and its key. Public, so that auditors can check what it signs. */
#include "core/model/kinds/kinds.h"

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__DeviceEnrolled *body = statement->device_enrolled;
  PAT_TRY(pat_kind__key(body->key, reterr));
  PAT_TRY(pat_kind__key_signs(statement, body->key, reterr));
  PAT_REQUIRE_AT(statement->n_signers >= 2, DEVICE_ENROLLER, reterr, 0, "signers");
  PAT_TRY(pat_kind__text(body->model, PAT_NAME_BYTES_MAX, "model", reterr));
  if (body->serial.len == 0) return PAT_OK;
  return pat_kind__size(body->serial, PAT_HASH_BYTES, "serial", reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  pat_kind__slot(list, statement->device_enrolled->serial, "serial",
                 PATINA__VISIBILITY__VISIBILITY_RESTRICTED);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  pat_subject_set_add(set, PAT_SUBJECT_PRINCIPAL, pat_hash_span(sha256));
  pat_kind__subject(set, PAT_SUBJECT_KEY, statement->device_enrolled->key->public_key);
}

const pat_kind pat_kind__device_enrolled = {
    .number = PAT_KIND_DEVICE_ENROLLED,
    .name = "device_enrolled",
    .is_public = true,
    .check = check,
    .slots = slots,
    .subjects = subjects,
};
