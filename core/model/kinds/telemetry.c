/* telemetry: a batch of readings, signed by the bound device, on a stream of its own. */
#include "core/model/kinds/kinds.h"

static pat_status check_chain(const Patina__Telemetry *body, pat_err *reterr) {
  if (body->previous.len == 0) return PAT_OK;
  return pat_kind__size(body->previous, PAT_HASH_BYTES, "previous", reterr);
}

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__Telemetry *body = statement->telemetry;
  PAT_TRY(pat_kind__size(body->stream, PAT_STREAM_ID_BYTES, "stream", reterr));
  PAT_REQUIRE_AT(body->first_ms > 0, TELEMETRY_TIMES, reterr, 0, "first_ms");
  PAT_REQUIRE_AT(body->last_ms >= body->first_ms, TELEMETRY_TIMES, reterr, 0, "last_ms");
  PAT_REQUIRE_AT(body->count >= 1 && body->count <= PAT_READINGS_MAX, TELEMETRY_COUNT, reterr, 0,
                 "count");
  PAT_TRY(check_chain(body, reterr));
  return pat_kind__size(body->readings, PAT_HASH_BYTES, "readings", reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  pat_kind__slot(list, statement->telemetry->readings, "readings",
                 PATINA__VISIBILITY__VISIBILITY_RESTRICTED);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  pat_kind__subject(set, PAT_SUBJECT_STREAM, statement->telemetry->stream);
}

const pat_kind pat_kind__telemetry = {
    .number = PAT_KIND_TELEMETRY,
    .name = "telemetry",
    .is_public = false,
    .check = check,
    .slots = slots,
    .subjects = subjects,
};
