/* device_bound: a device is fitted to an asset; its telemetry is a stream of its own. */
#include "core/model/catalog.h"
#include "core/model/kinds/kinds.h"
#include "core/model/number.h"
#include "core/model/value.h"

static pat_status check_signal(const Patina__Signal *signal, pat_err *reterr) {
  PAT_TRY(pat_name_check(signal->attribute, "signals.attribute", reterr));
  PAT_TRY(pat_kind__text(signal->method, PAT_NAME_BYTES_MAX, "signals.method", reterr));
  Patina__Number unit_probe = PATINA__NUMBER__INIT;
  unit_probe.exponent = signal->exponent;
  unit_probe.unit = signal->unit;
  return pat_number_check(&unit_probe, reterr);
}

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__DeviceBound *body = statement->device_bound;
  PAT_TRY(pat_kind__size(body->asset, PAT_ASSET_ID_BYTES, "asset", reterr));
  PAT_TRY(pat_kind__size(body->stream, PAT_STREAM_ID_BYTES, "stream", reterr));
  PAT_TRY(pat_kind__size(body->device, PAT_HASH_BYTES, "device", reterr));
  PAT_REQUIRE_AT(body->n_signals >= 1 && body->n_signals <= PAT_STREAM_SIGNALS_MAX, DEVICE_SIGNALS,
                 reterr, 0, "signals");
  for (size_t i = 0; i < body->n_signals; i++) {
    PAT_TRY(check_signal(body->signals[i], reterr));
  }
  return pat_attributes_check(body->readings, body->n_readings, false, reterr);
}

static void slots(const Patina__Statement *statement, pat_slot_list *list) {
  pat_kind__attribute_slots(list, statement->device_bound->readings,
                            statement->device_bound->n_readings);
}

static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  (void)sha256;
  const Patina__DeviceBound *body = statement->device_bound;
  pat_kind__subject(set, PAT_SUBJECT_ASSET, body->asset);
  pat_kind__subject(set, PAT_SUBJECT_STREAM, body->stream);
  pat_kind__subject(set, PAT_SUBJECT_PRINCIPAL, body->device);
}

static const ProtobufCBinaryData *asset(const Patina__Statement *statement) {
  return &statement->device_bound->asset;
}

const pat_kind pat_kind__device_bound = {
    .number = PAT_KIND_DEVICE_BOUND,
    .name = "device_bound",
    .is_public = false,
    .check = check,
    .slots = slots,
    .subjects = subjects,
    .asset = asset,
};
