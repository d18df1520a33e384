#include "tests/support/ledger_draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"

/* A body in the world's memory, set as the draft's. */
#define NEW_BODY(draft, member, MEMBER, variable)                \
  (variable) = ledger_take((draft)->world, sizeof *(variable));  \
  patina__##member##__init(variable);                            \
  (draft)->message.body_case = PATINA__STATEMENT__BODY_##MEMBER; \
  (draft)->message.member = (variable)

/* --- fields and values ----------------------------------------------------------------------- */

ProtobufCBinaryData ledger_fill(ledger_world *world, uint8_t byte, size_t size) {
  uint8_t *bytes = ledger_take(world, size);
  memset(bytes, byte, size);
  return (ProtobufCBinaryData){size, bytes};
}

static ProtobufCBinaryData copy_field(ledger_world *world, pat_span span) {
  uint8_t *bytes = ledger_take(world, span.size);
  if (span.size > 0) memcpy(bytes, span.data, span.size);
  return (ProtobufCBinaryData){span.size, bytes};
}

ProtobufCBinaryData ledger_hash_field(ledger_world *world, const pat_hash *hash) {
  return copy_field(world, pat_hash_span(hash));
}

/* Different each time, the same in each run. */
static ProtobufCBinaryData fresh(ledger_world *world, size_t size) {
  world->counter++;
  pat_hash hash = pat_hash_of(pat_span_make(&world->counter, sizeof world->counter));
  return copy_field(world, pat_span_make(hash.bytes, size));
}

static char *copy_text(ledger_world *world, const char *text) {
  return (char *)copy_field(world, pat_span_make(text, strlen(text) + 1)).data;
}

Patina__Value *ledger_text(ledger_world *world, const char *text) {
  Patina__Value *value = ledger_take(world, sizeof *value);
  patina__value__init(value);
  value->value_case = PATINA__VALUE__VALUE_TEXT;
  value->text = copy_text(world, text);
  return value;
}

Patina__Value *ledger_number(ledger_world *world, int64_t mantissa, const char *unit) {
  Patina__Value *value = ledger_take(world, sizeof *value);
  patina__value__init(value);
  value->value_case = PATINA__VALUE__VALUE_NUMBER;
  value->number = ledger_take(world, sizeof *value->number);
  patina__number__init(value->number);
  value->number->mantissa = mantissa;
  value->number->unit = copy_text(world, unit);
  return value;
}

/* --- drafts ---------------------------------------------------------------------------------- */

static void list_signers(ledger_draft *draft) {
  draft->message.n_signers = draft->signer_count;
  for (size_t i = 0; i < draft->signer_count; i++)
    draft->message.signers[i] = ledger_hash_field(draft->world, &draft->signers[i]->key_hash);
}

void ledger_cosign(ledger_draft *draft, ledger_actor_id who) {
  PAT_ASSERT(draft->disclosure_count == 0);
  PAT_ASSERT(draft->signer_count < PAT_STATEMENT_SIGNERS_MAX);
  ledger_actor *actor = &draft->world->actors[who];
  size_t at = draft->signer_count;
  while (at > 0 && memcmp(draft->signers[at - 1]->key_hash.bytes, actor->key_hash.bytes,
                          PAT_HASH_BYTES) > 0) {
    draft->signers[at] = draft->signers[at - 1];
    at--;
  }
  draft->signers[at] = actor;
  draft->signer_count++;
  list_signers(draft);
}

ledger_draft ledger_by(ledger_world *world, ledger_actor_id who) {
  ledger_draft draft = {.world = world};
  patina__statement__init(&draft.message);
  draft.message.version = 1;
  draft.message.nonce = fresh(world, PAT_NONCE_BYTES);
  draft.message.issued_at_ms = world->now_ms;
  draft.message.submit_before_ms = world->now_ms + LEDGER_HOUR_MS;
  draft.message.signers =
      ledger_take(world, PAT_STATEMENT_SIGNERS_MAX * sizeof *draft.message.signers);
  draft.disclosures = ledger_take(world, (PAT_STATEMENT_SLOTS_MAX + 2) * sizeof *draft.disclosures);
  ledger_cosign(&draft, who);
  return draft;
}

ledger_draft ledger_by_two(ledger_world *world, ledger_actor_id first, ledger_actor_id second) {
  ledger_draft draft = ledger_by(world, first);
  ledger_cosign(&draft, second);
  return draft;
}

ledger_draft ledger_by_root(ledger_world *world) {
  ledger_draft draft = ledger_by(world, ROOT_A);
  if (world->options.root_threshold >= 2) ledger_cosign(&draft, ROOT_B);
  if (world->options.root_threshold >= 3) ledger_cosign(&draft, ROOT_C);
  return draft;
}

static pat_span encode(ledger_world *world, const ProtobufCMessage *message) {
  size_t size = 0;
  PAT_ASSERT(pat_is_ok(pat_protobuf_size(message, &size)));
  pat_builder builder;
  pat_builder_init(&builder, ledger_take(world, size), size);
  PAT_ASSERT(pat_is_ok(pat_protobuf_encode(message, &builder)));
  pat_span bytes;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

ProtobufCBinaryData ledger_slot(ledger_draft *draft, const char *name, Patina__Value *value) {
  Patina__Disclosure disclosure = PATINA__DISCLOSURE__INIT;
  disclosure.salt = fresh(draft->world, PAT_SALT_BYTES);
  disclosure.name = (char *)(uintptr_t)name;
  disclosure.value = value;
  pat_span bytes = encode(draft->world, &disclosure.base);
  uint16_t slot = (uint16_t)draft->disclosure_count;
  draft->disclosures[slot] = (ProtobufCBinaryData){bytes.size, (uint8_t *)(uintptr_t)bytes.data};
  draft->disclosure_count++;
  pat_hash digest = pat_disclosure_digest(&draft->message, slot, bytes);
  return ledger_hash_field(draft->world, &digest);
}

/* --- bodies ---------------------------------------------------------------------------------- */

static Patina__Key *key_of(ledger_draft *draft, ledger_actor_id who) {
  Patina__Key *key = ledger_take(draft->world, sizeof *key);
  patina__key__init(key);
  key->algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519;
  key->public_key =
      (ProtobufCBinaryData){PAT_PUBLIC_KEY_BYTES, draft->world->actors[who].public_key};
  return key;
}

Patina__PrincipalEnrolled *ledger_enrol(ledger_draft *draft, ledger_actor_id who) {
  Patina__PrincipalEnrolled *body;
  NEW_BODY(draft, principal_enrolled, PRINCIPAL_ENROLLED, body);
  body->type = PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_AUTHORITY;
  body->key = key_of(draft, who);
  body->name = ledger_slot(draft, "name", ledger_text(draft->world, "A name"));
  draft->enrolled = &draft->world->actors[who];
  return body;
}

Patina__DeviceEnrolled *ledger_enrol_device(ledger_draft *draft, ledger_actor_id who) {
  Patina__DeviceEnrolled *body;
  NEW_BODY(draft, device_enrolled, DEVICE_ENROLLED, body);
  body->key = key_of(draft, who);
  body->model = (char *)"logger 1";
  body->serial = ledger_slot(draft, "serial", ledger_text(draft->world, "0001"));
  draft->enrolled = &draft->world->actors[who];
  return body;
}

Patina__StandingGranted *ledger_grant(ledger_draft *draft, ledger_actor_id who, const char *role,
                                      const char *class_name) {
  Patina__StandingGranted *body;
  NEW_BODY(draft, standing_granted, STANDING_GRANTED, body);
  body->principal = ledger_hash_field(draft->world, &draft->world->actors[who].principal);
  body->role = copy_text(draft->world, role);
  if (class_name == NULL) return body;
  body->n_classes = 1;
  body->classes = ledger_take(draft->world, sizeof *body->classes);
  body->classes[0] = copy_text(draft->world, class_name);
  return body;
}

Patina__KeyRotated *ledger_rotate(ledger_draft *draft, ledger_actor_id who, ledger_actor_id next) {
  ledger_world *world = draft->world;
  Patina__KeyRotated *body;
  NEW_BODY(draft, key_rotated, KEY_ROTATED, body);
  body->principal = ledger_hash_field(world, &world->actors[who].principal);
  body->key = key_of(draft, next);
  world->actors[next].principal = world->actors[who].principal;
  ledger_cosign(draft, next);
  return body;
}

Patina__KeyRevoked *ledger_revoke(ledger_draft *draft, ledger_actor_id who, uint64_t since) {
  const ledger_actor *actor = &draft->world->actors[who];
  Patina__KeyRevoked *body;
  NEW_BODY(draft, key_revoked, KEY_REVOKED, body);
  body->principal = ledger_hash_field(draft->world, &actor->principal);
  body->key = ledger_hash_field(draft->world, &actor->key_hash);
  body->reason = since != 0 ? PATINA__REVOCATION_REASON__REVOCATION_REASON_COMPROMISED
                            : PATINA__REVOCATION_REASON__REVOCATION_REASON_ROUTINE;
  body->since = since;
  return body;
}

Patina__StandingWithdrawn *ledger_withdraw(ledger_draft *draft, ledger_actor_id who,
                                           const pat_hash *grant) {
  Patina__StandingWithdrawn *body;
  NEW_BODY(draft, standing_withdrawn, STANDING_WITHDRAWN, body);
  body->principal = ledger_hash_field(draft->world, &draft->world->actors[who].principal);
  body->grant = ledger_hash_field(draft->world, grant);
  return body;
}

void ledger_publish_class(ledger_draft *draft, Patina__AssetClass *schema) {
  Patina__ClassPublished *body;
  NEW_BODY(draft, class_published, CLASS_PUBLISHED, body);
  body->schema = schema;
}

void ledger_publish_scheme(ledger_draft *draft, Patina__IdentifierScheme *scheme) {
  Patina__SchemePublished *body;
  NEW_BODY(draft, scheme_published, SCHEME_PUBLISHED, body);
  body->scheme = scheme;
}

static Patina__Attribute *attribute_of(ledger_draft *draft, const ledger_said *said) {
  Patina__Attribute *attribute = ledger_take(draft->world, sizeof *attribute);
  patina__attribute__init(attribute);
  attribute->name = copy_text(draft->world, said->name);
  switch (said->how) {
    case SAID_OPEN:
      attribute->content_case = PATINA__ATTRIBUTE__CONTENT_OPEN;
      attribute->open = said->value;
      break;
    case SAID_SLOT:
      attribute->content_case = PATINA__ATTRIBUTE__CONTENT_SLOT;
      attribute->slot = ledger_slot(draft, said->name, said->value);
      break;
    case SAID_CLEARED:
      attribute->content_case = PATINA__ATTRIBUTE__CONTENT_CLEARED;
      attribute->cleared = true;
      break;
  }
  return attribute;
}

static Patina__Attribute **attributes_of(ledger_draft *draft, const ledger_said *said,
                                         size_t count) {
  Patina__Attribute **list = ledger_take(draft->world, (count + 1) * sizeof *list);
  for (size_t i = 0; i < count; i++)
    list[i] = attribute_of(draft, &said[i]);
  return list;
}

Patina__AssetRegistered *ledger_register(ledger_draft *draft, uint8_t asset,
                                         const ledger_said *said, size_t count) {
  Patina__AssetRegistered *body;
  NEW_BODY(draft, asset_registered, ASSET_REGISTERED, body);
  body->asset = ledger_fill(draft->world, asset, PAT_ASSET_ID_BYTES);
  body->class_name = (char *)"vehicle";
  body->class_version = 1;
  body->attributes = attributes_of(draft, said, count);
  body->n_attributes = count;
  return body;
}

Patina__AttributesChanged *ledger_change(ledger_draft *draft, uint8_t asset,
                                         const ledger_said *said, size_t count) {
  Patina__AttributesChanged *body;
  NEW_BODY(draft, attributes_changed, ATTRIBUTES_CHANGED, body);
  body->asset = ledger_fill(draft->world, asset, PAT_ASSET_ID_BYTES);
  body->attributes = attributes_of(draft, said, count);
  body->n_attributes = count;
  return body;
}

Patina__IdentifierAssigned *ledger_assign(ledger_draft *draft, uint8_t asset,
                                          ledger_serial serial) {
  Patina__IdentifierAssigned *body;
  NEW_BODY(draft, identifier_assigned, IDENTIFIER_ASSIGNED, body);
  body->asset = ledger_fill(draft->world, asset, PAT_ASSET_ID_BYTES);
  body->scheme = copy_text(draft->world, serial.scheme);
  body->scheme_version = serial.version;
  body->scope = copy_text(draft->world, serial.scope);
  body->value = ledger_slot(draft, "value", ledger_text(draft->world, serial.text));
  return body;
}

Patina__IdentifierReleased *ledger_release(ledger_draft *draft, uint8_t asset, ledger_serial serial,
                                           const pat_hash *assignment) {
  Patina__IdentifierReleased *body;
  NEW_BODY(draft, identifier_released, IDENTIFIER_RELEASED, body);
  body->asset = ledger_fill(draft->world, asset, PAT_ASSET_ID_BYTES);
  body->scheme = copy_text(draft->world, serial.scheme);
  body->scheme_version = serial.version;
  body->scope = copy_text(draft->world, serial.scope);
  body->value = ledger_slot(draft, "value", ledger_text(draft->world, serial.text));
  body->assignment = ledger_hash_field(draft->world, assignment);
  return body;
}

Patina__Attested *ledger_attest(ledger_draft *draft, uint8_t asset, const ledger_said *said,
                                size_t count) {
  Patina__Attested *body;
  NEW_BODY(draft, attested, ATTESTED, body);
  body->asset = ledger_fill(draft->world, asset, PAT_ASSET_ID_BYTES);
  body->claim = (char *)"inspection";
  body->fields = attributes_of(draft, said, count);
  body->n_fields = count;
  return body;
}

Patina__Corrected *ledger_correct(ledger_draft *draft, const pat_hash *target,
                                  const ledger_said *said, size_t count) {
  Patina__Corrected *body;
  NEW_BODY(draft, corrected, CORRECTED, body);
  body->asset = ledger_fill(draft->world, 1, PAT_ASSET_ID_BYTES);
  body->target = ledger_hash_field(draft->world, target);
  body->reason = PATINA__CORRECTION_REASON__CORRECTION_REASON_INCORRECT_DATA;
  body->attributes = attributes_of(draft, said, count);
  body->n_attributes = count;
  return body;
}

Patina__Retracted *ledger_retract(ledger_draft *draft, const pat_hash *target) {
  Patina__Retracted *body;
  NEW_BODY(draft, retracted, RETRACTED, body);
  body->asset = ledger_fill(draft->world, 1, PAT_ASSET_ID_BYTES);
  body->target = ledger_hash_field(draft->world, target);
  body->reason = PATINA__CORRECTION_REASON__CORRECTION_REASON_DID_NOT_OCCUR;
  return body;
}

static Patina__Signal *signal_of(ledger_world *world, const char *attribute, const char *unit) {
  Patina__Signal *signal = ledger_take(world, sizeof *signal);
  patina__signal__init(signal);
  signal->attribute = copy_text(world, attribute);
  signal->unit = copy_text(world, unit);
  signal->method = (char *)"obd_a6";
  return signal;
}

Patina__DeviceBound *ledger_bind(ledger_draft *draft, uint8_t asset, uint8_t stream) {
  Patina__DeviceBound *body;
  NEW_BODY(draft, device_bound, DEVICE_BOUND, body);
  body->asset = ledger_fill(draft->world, asset, PAT_ASSET_ID_BYTES);
  body->stream = ledger_fill(draft->world, stream, PAT_STREAM_ID_BYTES);
  body->device = ledger_hash_field(draft->world, &draft->world->actors[DEVICE].principal);
  body->n_signals = 2;
  body->signals = ledger_take(draft->world, 2 * sizeof *body->signals);
  body->signals[0] = signal_of(draft->world, "odometer", "KMT");
  body->signals[1] = signal_of(draft->world, "speed", "KMH");
  return body;
}

static Patina__Value *two_readings(ledger_world *world) {
  Patina__Value *value = ledger_take(world, sizeof *value);
  patina__value__init(value);
  value->value_case = PATINA__VALUE__VALUE_READINGS;
  value->readings = ledger_take(world, sizeof *value->readings);
  patina__readings__init(value->readings);
  value->readings->n_readings = 2;
  value->readings->readings = ledger_take(world, 2 * sizeof(void *));
  for (uint32_t i = 0; i < 2; i++) {
    Patina__Reading *reading = ledger_take(world, sizeof *reading);
    patina__reading__init(reading);
    reading->signal = i;
    reading->offset_ms = 500 * i;
    reading->reading_case = PATINA__READING__READING_MANTISSA;
    reading->mantissa = 1000 + i;
    value->readings->readings[i] = reading;
  }
  return value;
}

Patina__Telemetry *ledger_telemetry(ledger_draft *draft, uint8_t stream, uint64_t seq,
                                    const pat_hash *previous) {
  Patina__Telemetry *body;
  NEW_BODY(draft, telemetry, TELEMETRY, body);
  body->stream = ledger_fill(draft->world, stream, PAT_STREAM_ID_BYTES);
  body->boot = 1;
  body->seq = seq;
  body->first_ms = draft->world->now_ms;
  body->last_ms = draft->world->now_ms + 500;
  body->count = 2;
  if (previous != NULL) body->previous = ledger_hash_field(draft->world, previous);
  body->readings = ledger_slot(draft, "readings", two_readings(draft->world));
  return body;
}

/* --- sealing --------------------------------------------------------------------------------- */

static Patina__Signature *signature_of(const ledger_draft *draft, const pat_statement *statement,
                                       const pat_hash *principals, size_t i) {
  ledger_world *world = draft->world;
  Patina__Signature *signature = ledger_take(world, sizeof *signature);
  patina__signature__init(signature);
  uint8_t *bytes = ledger_take(world, PAT_SIGNATURE_BYTES);
  PAT_ASSERT(pat_is_ok(pat_submission_sign(world->origin.text, statement, principals,
                                           draft->signers[i]->secret, bytes)));
  signature->public_key =
      (ProtobufCBinaryData){PAT_PUBLIC_KEY_BYTES, draft->signers[i]->public_key};
  signature->principal = ledger_hash_field(world, &principals[i]);
  signature->signature = (ProtobufCBinaryData){PAT_SIGNATURE_BYTES, bytes};
  return signature;
}

static pat_statement build(const ledger_draft *draft) {
  pat_statement statement;
  pat_err err = {.offset = 0};
  pat_status status = pat_statement_build(&draft->message, &draft->world->memory, &statement, &err);
  if (!pat_is_ok(status)) {
    fail_msg("the draft is refused: %s at %s", pat_rule_id((pat_rule)status.rule), err.place);
  }
  return statement;
}

static bool speaks_as(const ledger_draft *draft, size_t i) {
  if (draft->signers[i] == draft->enrolled) return true;
  return draft->message.body_case == PATINA__STATEMENT__BODY_GENESIS;
}

Patina__SignedStatement *ledger_seal(ledger_draft *draft, pat_hash *ret_sha256) {
  ledger_world *world = draft->world;
  pat_statement statement = build(draft);
  if (draft->enrolled != NULL) draft->enrolled->principal = statement.sha256;
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  for (size_t i = 0; i < draft->signer_count; i++)
    principals[i] = speaks_as(draft, i) ? statement.sha256 : draft->signers[i]->principal;
  Patina__SignedStatement *envelope = ledger_take(world, sizeof *envelope);
  patina__signed_statement__init(envelope);
  envelope->origin = world->origin.text;
  envelope->statement = copy_field(world, statement.bytes);
  envelope->n_signatures = draft->signer_count;
  envelope->signatures = ledger_take(world, PAT_STATEMENT_SIGNERS_MAX * sizeof(void *));
  for (size_t i = 0; i < draft->signer_count; i++)
    envelope->signatures[i] = signature_of(draft, &statement, principals, i);
  envelope->n_disclosures = draft->disclosure_count;
  envelope->disclosures = draft->disclosures;
  if (ret_sha256 != NULL) *ret_sha256 = statement.sha256;
  return envelope;
}

/* --- one by one ------------------------------------------------------------------------------ */

static const pat_decision *run_one(ledger_draft *draft, pat_hash *ret_sha256) {
  Patina__SignedStatement *envelope = ledger_seal(draft, ret_sha256);
  const pat_decision *decision = ledger_run(draft->world, &envelope, 1);
  if (decision->outcome != PAT_DECISION_ACCEPTED) {
    fail_msg("not accepted: %s at %s", pat_rule_id((pat_rule)decision->status.rule),
             decision->err.place);
  }
  return decision;
}

pat_hash ledger_accept(ledger_draft *draft) {
  pat_hash sha256;
  (void)run_one(draft, &sha256);
  return sha256;
}

pat_hash ledger_accept_warned(ledger_draft *draft, const char *warning) {
  pat_hash sha256;
  const pat_decision *decision = run_one(draft, &sha256);
  bool found = warning == NULL && decision->warning_count == 0;
  for (size_t i = 0; i < decision->warning_count && warning != NULL; i++)
    found = found || strcmp(decision->warnings[i].id, warning) == 0;
  if (!found) fail_msg("not warned of %s", warning == NULL ? "nothing" : warning);
  return sha256;
}

static pat_status count_write(void *context, const pat_view_slot *slot) {
  (void)slot;
  (*(size_t *)context)++;
  return PAT_OK;
}

void ledger_refuse(ledger_draft *draft, pat_rule rule) {
  ledger_world *world = draft->world;
  Patina__SignedStatement *envelope = ledger_seal(draft, NULL);
  pat_decision *decision = NULL;
  pat_head planned;
  pat_status status = ledger_plan(world, &envelope, 1, &decision, &planned);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), "ok");
  assert_int_equal(decision->outcome, PAT_DECISION_REFUSED);
  assert_string_equal(pat_rule_id((pat_rule)decision->status.rule), pat_rule_id(rule));
  assert_int_equal(planned.range.size, world->head.range.size);
  size_t writes = 0;
  assert_true(pat_is_ok(pat_view_each_write(&world->view, count_write, &writes)));
  assert_int_equal(writes, 0);
}
