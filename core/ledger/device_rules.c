/* Contextual rules of bindings and telemetry: the bound device alone writes its stream, in
 * order, once. */
#include <string.h>

#include "core/base/assert.h"
#include "core/ledger/decide.h"
#include "core/model/catalog.h"
#include "core/model/number.h"

/* --- device_bound ---------------------------------------------------------------------------- */

static void bound_ask(pat_decide *decide) {
  const Patina__DeviceBound *body = decide->message->device_bound;
  pat_decide_ask_state(decide, PAT_STATE_STREAM, pat_decide_span(body->stream));
  pat_decide_ask_state(decide, PAT_STATE_PRINCIPAL, pat_decide_span(body->device));
  pat_decide_ask_state(decide, PAT_STATE_DEVICE, pat_decide_span(body->device));
}

static pat_status bound_prepare(pat_decide *decide) {
  return pat_decide_load_asset(decide, decide->message->device_bound->asset);
}

/* Refuses where the key is recorded. */
static pat_status check_absent(pat_decide *decide, const pat_state_key *key, pat_rule rule,
                               const char *place) {
  pat_span record;
  pat_status status = pat_view_get(decide->view, pat_state_ledger_key(key), &record);
  if (pat_is_ok(status)) return pat_refuse_at(rule, decide->err, 0, place);
  return pat_is_rule(status, PAT_RULE_LEDGER_ABSENT) ? PAT_OK : status;
}

static pat_status check_device(pat_decide *decide, ProtobufCBinaryData device) {
  pat_state_key key = pat_state_key_of(PAT_STATE_PRINCIPAL, pat_decide_span(device));
  ProtobufCMessage *found = NULL;
  pat_status status = pat_record_get(decide->view, pat_state_ledger_key(&key),
                                     &patina__principal_record__descriptor, decide->arena, &found);
  PAT_REQUIRE_AT(!pat_is_rule(status, PAT_RULE_LEDGER_ABSENT), DEVICE_UNKNOWN, decide->err, 0,
                 "device");
  PAT_TRY(status);
  Patina__PrincipalType type = ((const Patina__PrincipalRecord *)found)->type;
  PAT_REQUIRE_AT(type == PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_DEVICE, DEVICE_UNKNOWN, decide->err,
                 0, "device");
  pat_state_key binding = pat_state_key_of(PAT_STATE_DEVICE, pat_decide_span(device));
  return check_absent(decide, &binding, PAT_RULE_DEVICE_BOUND_BEFORE, "device");
}

static pat_status check_signal(pat_decide *decide, const Patina__Signal *signal) {
  const Patina__AttributeDefinition *definition =
      pat_class_attribute(decide->schema, signal->attribute);
  bool telemetry = definition != NULL && definition->bundle == PATINA__BUNDLE__BUNDLE_TELEMETRY &&
                   definition->type == PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER;
  PAT_REQUIRE_AT(telemetry, DEVICE_SIGNAL, decide->err, 0, signal->attribute);
  PAT_REQUIRE_AT(pat_unit_comparable(definition->unit, signal->unit), DEVICE_SIGNAL, decide->err, 0,
                 signal->attribute);
  return PAT_OK;
}

static pat_status bound_check(pat_decide *decide) {
  const Patina__DeviceBound *body = decide->message->device_bound;
  pat_state_key stream = pat_state_key_of(PAT_STATE_STREAM, pat_decide_span(body->stream));
  PAT_TRY(check_absent(decide, &stream, PAT_RULE_STREAM_EXISTS, "stream"));
  PAT_TRY(check_device(decide, body->device));
  PAT_REQUIRE_AT(decide->asset->n_streams < PAT_ASSET_STREAMS_MAX, ASSET_STREAMS, decide->err, 0,
                 "asset");
  for (size_t i = 0; i < body->n_signals; i++) {
    PAT_TRY(check_signal(decide, body->signals[i]));
  }
  pat_attribute_rules rules = pat_decide_bundle(decide, PATINA__BUNDLE__BUNDLE_TELEMETRY, false);
  return pat_decide_attributes(decide, &rules, body->readings, body->n_readings);
}

static pat_status bound_write(pat_decide *decide) {
  const Patina__DeviceBound *body = decide->message->device_bound;
  Patina__StreamRecord record = PATINA__STREAM_RECORD__INIT;
  record.asset = body->asset;
  record.device = body->device;
  record.bound_index = decide->index;
  record.signal_count = (uint32_t)body->n_signals;
  pat_state_key stream = pat_state_key_of(PAT_STATE_STREAM, pat_decide_span(body->stream));
  PAT_TRY(pat_record_put(decide->view, pat_state_ledger_key(&stream), &record.base, decide->arena));
  pat_state_key device = pat_state_key_of(PAT_STATE_DEVICE, pat_decide_span(body->device));
  PAT_TRY(
      pat_view_write(decide->view, pat_state_ledger_key(&device), pat_decide_span(body->stream)));
  Patina__AssetRecord *asset = decide->asset;
  asset->streams = pat_decide_append(decide->arena, asset->streams, asset->n_streams,
                                     sizeof body->stream, &body->stream);
  PAT_REQUIRE(asset->streams != NULL, LIMIT_MEMORY);
  asset->n_streams++;
  pat_state_key key = pat_state_key_of(PAT_STATE_ASSET, decide->asset_id);
  return pat_record_put(decide->view, pat_state_ledger_key(&key), &asset->base, decide->arena);
}

const pat_rules pat_rules__device_bound = {
    .number = PAT_KIND_DEVICE_BOUND,
    .ask = bound_ask,
    .prepare = bound_prepare,
    .check = bound_check,
    .write = bound_write,
};

/* --- telemetry ------------------------------------------------------------------------------- */

static pat_status load_stream(pat_decide *decide, Patina__StreamRecord **ret_stream) {
  pat_state_key key =
      pat_state_key_of(PAT_STATE_STREAM, pat_decide_span(decide->message->telemetry->stream));
  ProtobufCMessage *found = NULL;
  pat_status status = pat_record_get(decide->view, pat_state_ledger_key(&key),
                                     &patina__stream_record__descriptor, decide->arena, &found);
  PAT_REQUIRE_AT(!pat_is_rule(status, PAT_RULE_LEDGER_ABSENT), STREAM_UNKNOWN, decide->err, 0,
                 "stream");
  PAT_TRY(status);
  *ret_stream = (Patina__StreamRecord *)found;
  return PAT_OK;
}

static void telemetry_ask(pat_decide *decide) {
  pat_span stream = pat_decide_span(decide->message->telemetry->stream);
  pat_decide_ask_state(decide, PAT_STATE_STREAM, stream);
}

static pat_status telemetry_prepare(pat_decide *decide) {
  Patina__StreamRecord *stream = NULL;
  PAT_TRY(load_stream(decide, &stream));
  return pat_decide_load_asset(decide, stream->asset);
}

static pat_status check_readings(pat_decide *decide, const Patina__StreamRecord *stream) {
  const Patina__Telemetry *body = decide->message->telemetry;
  const Patina__Value *value = pat_decide_value(decide, 0);
  PAT_REQUIRE_AT(value->value_case == PATINA__VALUE__VALUE_READINGS, TELEMETRY_READINGS,
                 decide->err, 0, "readings");
  const Patina__Readings *readings = value->readings;
  PAT_REQUIRE_AT(readings->n_readings == body->count, TELEMETRY_COUNT, decide->err, 0, "count");
  for (size_t i = 0; i < readings->n_readings; i++) {
    PAT_REQUIRE_AT(readings->readings[i]->signal < stream->signal_count, TELEMETRY_READINGS,
                   decide->err, i, "readings.signal");
  }
  uint64_t last_offset = readings->readings[readings->n_readings - 1]->offset_ms;
  PAT_REQUIRE_AT(body->last_ms - body->first_ms == last_offset, TELEMETRY_TIMES, decide->err, 0,
                 "last_ms");
  return PAT_OK;
}

/* A batch follows the device's last one: by number, and by hash where none is missing between
 * them. */
static pat_status check_sequence(pat_decide *decide, const Patina__StreamRecord *stream) {
  const Patina__Telemetry *body = decide->message->telemetry;
  PAT_REQUIRE_AT(body->boot >= stream->boot, TELEMETRY_BOOT, decide->err, 0, "boot");
  if (stream->last.len == 0) {
    bool first = body->seq > 0 || body->previous.len == 0;
    PAT_REQUIRE_AT(first, TELEMETRY_CHAIN, decide->err, 0, "previous");
    return PAT_OK;
  }
  PAT_REQUIRE_AT(body->seq > stream->seq, TELEMETRY_SEQ, decide->err, 0, "seq");
  PAT_REQUIRE_AT(body->previous.len == PAT_HASH_BYTES, TELEMETRY_CHAIN, decide->err, 0, "previous");
  bool follows = body->seq - stream->seq > 1 ||
                 pat_span_equal(pat_decide_span(body->previous), pat_decide_span(stream->last));
  PAT_REQUIRE_AT(follows, TELEMETRY_CHAIN, decide->err, 0, "previous");
  return PAT_OK;
}

static pat_status telemetry_check(pat_decide *decide) {
  Patina__StreamRecord *stream = NULL;
  PAT_TRY(load_stream(decide, &stream));
  const pat_submission *submission = decide->submission;
  bool by_device =
      submission->signer_count == 1 &&
      pat_span_equal(pat_hash_span(&submission->principals[0]), pat_decide_span(stream->device));
  PAT_REQUIRE_AT(by_device, TELEMETRY_SIGNER, decide->err, 0, "signers");
  PAT_TRY(check_sequence(decide, stream));
  return check_readings(decide, stream);
}

static pat_status telemetry_write(pat_decide *decide) {
  const Patina__Telemetry *body = decide->message->telemetry;
  const pat_hash *sha256 = &decide->submission->statement.sha256;
  Patina__StreamRecord *stream = NULL;
  PAT_TRY(load_stream(decide, &stream));
  stream->boot = body->boot;
  stream->seq = body->seq;
  stream->last_ms = body->last_ms;
  stream->last = (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)(uintptr_t)sha256->bytes};
  pat_state_key key = pat_state_key_of(PAT_STATE_STREAM, pat_decide_span(body->stream));
  return pat_record_put(decide->view, pat_state_ledger_key(&key), &stream->base, decide->arena);
}

const pat_rules pat_rules__telemetry = {
    .number = PAT_KIND_TELEMETRY,
    .ask = telemetry_ask,
    .prepare = telemetry_prepare,
    .check = telemetry_check,
    .write = telemetry_write,
};
