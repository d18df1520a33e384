#include "clients/cli/envelope_file.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes/protobuf.h"
#include "proto/json/protojson.h"

static void json_clear(json_t **json) { json_decref(*json); }

static void text_clear(char **text) { free(*text); }

static json_t *load(pat_span bytes) {
  return json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, NULL);
}

bool pat_envelope_is_draft(pat_span bytes) {
  if (bytes.size == 0 || bytes.data[0] != '{') return false;
  PAT_CLEANUP(json_clear) json_t *json = load(bytes);
  /* Of a signed statement, "statement" is bytes: base 64 text. */
  return json_is_object(json_object_get(json, "statement"));
}

pat_status pat_envelope_decode(pat_span bytes, pat_arena *arena,
                               Patina__SignedStatement **ret_envelope, pat_err *reterr) {
  ProtobufCMessage *message = NULL;
  if (bytes.size > 0 && bytes.data[0] == '{') {
    PAT_TRY(pat_protojson_decode(&patina__signed_statement__descriptor, bytes, arena, &message,
                                 reterr));
  } else {
    PAT_TRY(pat_protobuf_decode(&patina__signed_statement__descriptor, bytes, arena, 0, &message,
                                reterr));
  }
  *ret_envelope = (Patina__SignedStatement *)message;
  return PAT_OK;
}

/* The values of a draft; each is taken once. */
typedef struct {
  pat_draft *draft;
  json_t *values;
  size_t taken;
  pat_err *reterr;
} value_supply;

static pat_status decode_part(pat_draft *draft, const ProtobufCMessageDescriptor *descriptor,
                              json_t *json, ProtobufCMessage **ret_message, pat_err *reterr) {
  PAT_CLEANUP(text_clear) char *text = json_dumps(json, JSON_COMPACT);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  return pat_protojson_decode(descriptor, pat_span_text(text), draft->arena, ret_message, reterr);
}

/* The next value of this name; NULL where there is none. */
static json_t *next_value(const value_supply *supply, const char *name) {
  size_t i = 0;
  json_t *item = NULL;
  json_array_foreach(supply->values, i, item) {
    const char *has = json_string_value(json_object_get(item, "name"));
    if (has == NULL || strcmp(has, name) != 0) continue;
    json_t *value = json_object_get(item, "value");
    if (value != NULL) return item;
  }
  return NULL;
}

static pat_status take_slot(value_supply *supply, const char *name, ProtobufCBinaryData *ret_slot) {
  json_t *item = next_value(supply, name);
  PAT_REQUIRE_AT(item != NULL, CLI_DRAFT, supply->reterr, supply->taken, name);
  ProtobufCMessage *value = NULL;
  PAT_TRY(decode_part(supply->draft, &patina__value__descriptor, json_object_get(item, "value"),
                      &value, supply->reterr));
  json_object_del(item, "value");
  supply->taken++;
  return pat_draft_disclose(supply->draft, name, (Patina__Value *)value, ret_slot, supply->reterr);
}

static pat_status fill_attributes(value_supply *supply, Patina__Attribute **attributes,
                                  size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (attributes[i]->content_case != PATINA__ATTRIBUTE__CONTENT__NOT_SET) continue;
    attributes[i]->content_case = PATINA__ATTRIBUTE__CONTENT_SLOT;
    PAT_TRY(take_slot(supply, attributes[i]->name, &attributes[i]->slot));
  }
  return PAT_OK;
}

static pat_status fill_field(value_supply *supply, const char *name, bool required,
                             ProtobufCBinaryData *field) {
  if (field->len > 0 || (!required && next_value(supply, name) == NULL)) return PAT_OK;
  return take_slot(supply, name, field);
}

static pat_status fill_body(value_supply *supply, Patina__Statement *message) {
  switch (message->body_case) {
    case PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED:
      return fill_field(supply, "name", true, &message->principal_enrolled->name);
    case PATINA__STATEMENT__BODY_ASSET_REGISTERED:
      return fill_attributes(supply, message->asset_registered->attributes,
                             message->asset_registered->n_attributes);
    case PATINA__STATEMENT__BODY_ATTRIBUTES_CHANGED:
      return fill_attributes(supply, message->attributes_changed->attributes,
                             message->attributes_changed->n_attributes);
    case PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED:
      return fill_field(supply, "value", true, &message->identifier_assigned->value);
    case PATINA__STATEMENT__BODY_IDENTIFIER_RELEASED:
      return fill_field(supply, "value", true, &message->identifier_released->value);
    case PATINA__STATEMENT__BODY_ATTESTED:
      return fill_attributes(supply, message->attested->fields, message->attested->n_fields);
    case PATINA__STATEMENT__BODY_CORRECTED:
      PAT_TRY(fill_attributes(supply, message->corrected->attributes,
                              message->corrected->n_attributes));
      return fill_field(supply, "note", false, &message->corrected->note);
    case PATINA__STATEMENT__BODY_RETRACTED:
      return fill_field(supply, "note", false, &message->retracted->note);
    case PATINA__STATEMENT__BODY_DEVICE_ENROLLED:
      return fill_field(supply, "serial", false, &message->device_enrolled->serial);
    case PATINA__STATEMENT__BODY_DEVICE_BOUND:
      return fill_attributes(supply, message->device_bound->readings,
                             message->device_bound->n_readings);
    case PATINA__STATEMENT__BODY_TELEMETRY:
      return fill_field(supply, "readings", true, &message->telemetry->readings);
    default:
      return PAT_OK;
  }
}

/* Takes the body and the date from the file; the rest of the header is the draft's own. */
static void adopt(pat_draft *draft, const Patina__Statement *message) {
  Patina__Statement header = draft->message;
  draft->message = *message;
  draft->message.version = header.version;
  draft->message.nonce = header.nonce;
  draft->message.n_signers = header.n_signers;
  draft->message.signers = header.signers;
  draft->message.issued_at_ms = header.issued_at_ms;
  draft->message.submit_before_ms = header.submit_before_ms;
  if (header.occurred[0] != '\0') draft->message.occurred = header.occurred;
}

pat_status pat_envelope_fill(pat_draft *draft, pat_span bytes, pat_err *reterr) {
  PAT_CLEANUP(json_clear) json_t *json = load(bytes);
  json_t *statement = json_object_get(json, "statement");
  PAT_REQUIRE_AT(json_is_object(statement), CLI_DRAFT, reterr, 0, "statement");
  ProtobufCMessage *message = NULL;
  PAT_TRY(decode_part(draft, &patina__statement__descriptor, statement, &message, reterr));
  adopt(draft, (const Patina__Statement *)message);
  value_supply supply = {draft, json_object_get(json, "values"), 0, reterr};
  PAT_TRY(fill_body(&supply, &draft->message));
  PAT_REQUIRE_AT(supply.taken == json_array_size(supply.values), CLI_DRAFT, reterr, supply.taken,
                 "values");
  return PAT_OK;
}
