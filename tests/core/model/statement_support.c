#include "tests/core/model/statement_support.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"

enum { ARENA_BYTES = 96 * 1024 * 1024 };

pat_arena arena;

int statement_setup(void **state) {
  (void)state;
  void *memory = malloc(ARENA_BYTES);
  PAT_ASSERT(memory != NULL);
  pat_arena_init(&arena, memory, ARENA_BYTES);
  return 0;
}

int statement_teardown(void **state) {
  (void)state;
  free(arena.base);
  return 0;
}

void *room(size_t size) {
  void *memory = pat_arena_take(&arena, size);
  PAT_ASSERT(memory != NULL);
  return memory;
}

ProtobufCBinaryData filled(uint8_t byte, size_t size) {
  uint8_t *bytes = room(size);
  memset(bytes, byte, size);
  return (ProtobufCBinaryData){size, bytes};
}

static char *text_copy(const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = room(size);
  memcpy(copy, text, size);
  return copy;
}

static Patina__Attribute *attribute(const char *name) {
  Patina__Attribute *made = room(sizeof *made);
  patina__attribute__init(made);
  made->name = text_copy(name);
  return made;
}

Patina__Attribute *open_text(const char *name, size_t size) {
  Patina__Attribute *made = attribute(name);
  made->content_case = PATINA__ATTRIBUTE__CONTENT_OPEN;
  made->open = room(sizeof *made->open);
  patina__value__init(made->open);
  made->open->value_case = PATINA__VALUE__VALUE_TEXT;
  made->open->text = room(size + 1);
  memset(made->open->text, 'x', size);
  return made;
}

Patina__Attribute *slotted(const char *name, uint8_t digest) {
  Patina__Attribute *made = attribute(name);
  made->content_case = PATINA__ATTRIBUTE__CONTENT_SLOT;
  made->slot = filled(digest, PAT_HASH_BYTES);
  return made;
}

static Patina__Attribute **one_text(void) {
  Patina__Attribute **list = room(sizeof *list);
  list[0] = open_text("colour", 3);
  return list;
}

/* --- samples --------------------------------------------------------------------------------- */

enum { NEW_KEY = 0x42 }; /* what the enrolled public key is filled with */

/* Signed by the new key, and by the one whose hash is filled with 1. */
static void sign_by_new_key(Patina__Statement *message) {
  ProtobufCBinaryData key = filled(NEW_KEY, PAT_PUBLIC_KEY_BYTES);
  pat_hash hash = pat_hash_of(pat_span_make(key.data, key.len));
  PAT_ASSERT(hash.bytes[0] > 1);
  message->n_signers = 2;
  message->signers = room(2 * sizeof *message->signers);
  message->signers[0] = filled(1, PAT_HASH_BYTES);
  message->signers[1] = filled(0, PAT_HASH_BYTES);
  memcpy(message->signers[1].data, hash.bytes, PAT_HASH_BYTES);
}

static Patina__Key *new_key(void) {
  Patina__Key *key = room(sizeof *key);
  patina__key__init(key);
  key->algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519;
  key->public_key = filled(NEW_KEY, PAT_PUBLIC_KEY_BYTES);
  return key;
}

static void set_genesis(Patina__Statement *message) {
  Patina__Policy *policy = room(sizeof *policy);
  patina__policy__init(policy);
  policy->name = (char *)"test";
  policy->late_after_ms = policy->clock_skew_ms = 1000;
  policy->submit_window_ms = policy->promise_within_ms = 1000;
  Patina__GenesisParameters *parameters = room(sizeof *parameters);
  patina__genesis_parameters__init(parameters);
  parameters->nonce = filled(3, PAT_GENESIS_NONCE_BYTES);
  parameters->n_root_keys = 2;
  parameters->root_keys = room((PAT_ROOT_KEYS_MAX + 1) * sizeof *parameters->root_keys);
  for (uint8_t i = 0; i <= PAT_ROOT_KEYS_MAX; i++)
    parameters->root_keys[i] = filled((uint8_t)(10 + i), PAT_PUBLIC_KEY_BYTES);
  parameters->root_threshold = 1;
  parameters->vrf_key = filled(4, PAT_PUBLIC_KEY_BYTES);
  parameters->promise_key = filled(5, PAT_PUBLIC_KEY_BYTES);
  parameters->max_quiet_s = 1;
  parameters->policy = policy;
  message->genesis = room(sizeof *message->genesis);
  patina__genesis__init(message->genesis);
  message->genesis->prefix = (char *)"example.org/ledger";
  message->genesis->parameters = parameters;
}

static void set_principal(Patina__Statement *message) {
  Patina__PrincipalEnrolled *body = room(sizeof *body);
  patina__principal_enrolled__init(body);
  body->type = PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_KEEPER;
  body->key = new_key();
  body->name = filled(6, PAT_HASH_BYTES);
  message->principal_enrolled = body;
  sign_by_new_key(message);
}

static void set_rotated(Patina__Statement *message) {
  Patina__KeyRotated *body = room(sizeof *body);
  patina__key_rotated__init(body);
  body->principal = filled(7, PAT_HASH_BYTES);
  body->key = new_key();
  message->key_rotated = body;
  sign_by_new_key(message);
}

static void set_revoked(Patina__Statement *message) {
  Patina__KeyRevoked *body = room(sizeof *body);
  patina__key_revoked__init(body);
  body->principal = filled(7, PAT_HASH_BYTES);
  body->key = filled(18, PAT_HASH_BYTES);
  body->reason = PATINA__REVOCATION_REASON__REVOCATION_REASON_COMPROMISED;
  body->since = 4;
  message->key_revoked = body;
}

static void set_granted(Patina__Statement *message) {
  Patina__StandingGranted *body = room(sizeof *body);
  patina__standing_granted__init(body);
  body->principal = filled(7, PAT_HASH_BYTES);
  body->role = (char *)"inspector";
  message->standing_granted = body;
}

static void set_withdrawn(Patina__Statement *message) {
  Patina__StandingWithdrawn *body = room(sizeof *body);
  patina__standing_withdrawn__init(body);
  body->principal = filled(7, PAT_HASH_BYTES);
  body->grant = filled(8, PAT_HASH_BYTES);
  message->standing_withdrawn = body;
}

static void set_class(Patina__Statement *message) {
  Patina__AttributeDefinition *definition = room(sizeof *definition);
  patina__attribute_definition__init(definition);
  definition->name = (char *)"colour";
  definition->bundle = PATINA__BUNDLE__BUNDLE_CONSUMER;
  definition->type = PATINA__VALUE_TYPE__VALUE_TYPE_TEXT;
  definition->visibility = PATINA__VISIBILITY__VISIBILITY_OPEN;
  Patina__AssetClass *schema = room(sizeof *schema);
  patina__asset_class__init(schema);
  schema->name = (char *)"vehicle";
  schema->version = 1;
  schema->n_attributes = 1;
  schema->attributes = room(sizeof *schema->attributes);
  schema->attributes[0] = definition;
  message->class_published = room(sizeof *message->class_published);
  patina__class_published__init(message->class_published);
  message->class_published->schema = schema;
}

static void set_scheme(Patina__Statement *message) {
  Patina__IdentifierScheme *scheme = room(sizeof *scheme);
  patina__identifier_scheme__init(scheme);
  scheme->name = (char *)"engine";
  scheme->version = 1;
  scheme->normalisation = PATINA__NORMALISATION__NORMALISATION_TRIM;
  scheme->uniqueness = PATINA__UNIQUENESS__UNIQUENESS_WEAK;
  scheme->visibility = PATINA__VISIBILITY__VISIBILITY_PUBLIC;
  scheme->length_min = 1;
  scheme->length_max = 20;
  message->scheme_published = room(sizeof *message->scheme_published);
  patina__scheme_published__init(message->scheme_published);
  message->scheme_published->scheme = scheme;
}

static void set_registered(Patina__Statement *message) {
  Patina__AssetRegistered *body = room(sizeof *body);
  patina__asset_registered__init(body);
  body->asset = filled(9, PAT_ASSET_ID_BYTES);
  body->class_name = (char *)"vehicle";
  body->class_version = 1;
  message->asset_registered = body;
}

static void set_changed(Patina__Statement *message) {
  Patina__AttributesChanged *body = room(sizeof *body);
  patina__attributes_changed__init(body);
  body->asset = filled(9, PAT_ASSET_ID_BYTES);
  body->n_attributes = 1;
  body->attributes = one_text();
  message->attributes_changed = body;
}

static void set_assigned(Patina__Statement *message) {
  Patina__IdentifierAssigned *body = room(sizeof *body);
  patina__identifier_assigned__init(body);
  body->asset = filled(9, PAT_ASSET_ID_BYTES);
  body->scheme = (char *)"engine";
  body->scheme_version = 1;
  body->value = filled(12, PAT_HASH_BYTES);
  message->identifier_assigned = body;
}

static void set_released(Patina__Statement *message) {
  Patina__IdentifierReleased *body = room(sizeof *body);
  patina__identifier_released__init(body);
  body->asset = filled(9, PAT_ASSET_ID_BYTES);
  body->scheme = (char *)"engine";
  body->scheme_version = 1;
  body->value = filled(12, PAT_HASH_BYTES);
  body->assignment = filled(13, PAT_HASH_BYTES);
  message->identifier_released = body;
}

static void set_attested(Patina__Statement *message) {
  Patina__Attested *body = room(sizeof *body);
  patina__attested__init(body);
  body->asset = filled(9, PAT_ASSET_ID_BYTES);
  body->claim = (char *)"inspection";
  body->n_fields = 1;
  body->fields = one_text();
  message->attested = body;
}

static void set_corrected(Patina__Statement *message) {
  Patina__Corrected *body = room(sizeof *body);
  patina__corrected__init(body);
  body->asset = filled(9, PAT_ASSET_ID_BYTES);
  body->target = filled(14, PAT_HASH_BYTES);
  body->reason = PATINA__CORRECTION_REASON__CORRECTION_REASON_INCORRECT_DATA;
  body->n_attributes = 1;
  body->attributes = one_text();
  message->corrected = body;
}

static void set_retracted(Patina__Statement *message) {
  Patina__Retracted *body = room(sizeof *body);
  patina__retracted__init(body);
  body->asset = filled(9, PAT_ASSET_ID_BYTES);
  body->target = filled(14, PAT_HASH_BYTES);
  body->reason = PATINA__CORRECTION_REASON__CORRECTION_REASON_DID_NOT_OCCUR;
  message->retracted = body;
}

static void set_device(Patina__Statement *message) {
  Patina__DeviceEnrolled *body = room(sizeof *body);
  patina__device_enrolled__init(body);
  body->key = new_key();
  body->model = (char *)"logger";
  message->device_enrolled = body;
  sign_by_new_key(message);
}

static void set_bound(Patina__Statement *message) {
  Patina__Signal *signal = room(sizeof *signal);
  patina__signal__init(signal);
  signal->attribute = (char *)"odometer";
  signal->unit = (char *)"KMT";
  signal->method = (char *)"displayed";
  Patina__DeviceBound *body = room(sizeof *body);
  patina__device_bound__init(body);
  body->asset = filled(9, PAT_ASSET_ID_BYTES);
  body->stream = filled(15, PAT_STREAM_ID_BYTES);
  body->device = filled(16, PAT_HASH_BYTES);
  body->n_signals = 1;
  body->signals = room((PAT_STREAM_SIGNALS_MAX + 1) * sizeof *body->signals);
  for (size_t i = 0; i <= PAT_STREAM_SIGNALS_MAX; i++)
    body->signals[i] = signal;
  message->device_bound = body;
}

static void set_telemetry(Patina__Statement *message) {
  Patina__Telemetry *body = room(sizeof *body);
  patina__telemetry__init(body);
  body->stream = filled(15, PAT_STREAM_ID_BYTES);
  body->first_ms = 1000;
  body->last_ms = 1000;
  body->count = 1;
  body->readings = filled(17, PAT_HASH_BYTES);
  message->telemetry = body;
}

Patina__Statement *sample(pat_kind_number kind) {
  static const struct {
    pat_kind_number kind;
    void (*set)(Patina__Statement *message);
  } makers[] = {
      {PAT_KIND_GENESIS, set_genesis},
      {PAT_KIND_PRINCIPAL_ENROLLED, set_principal},
      {PAT_KIND_KEY_ROTATED, set_rotated},
      {PAT_KIND_KEY_REVOKED, set_revoked},
      {PAT_KIND_STANDING_GRANTED, set_granted},
      {PAT_KIND_STANDING_WITHDRAWN, set_withdrawn},
      {PAT_KIND_CLASS_PUBLISHED, set_class},
      {PAT_KIND_SCHEME_PUBLISHED, set_scheme},
      {PAT_KIND_ASSET_REGISTERED, set_registered},
      {PAT_KIND_ATTRIBUTES_CHANGED, set_changed},
      {PAT_KIND_IDENTIFIER_ASSIGNED, set_assigned},
      {PAT_KIND_IDENTIFIER_RELEASED, set_released},
      {PAT_KIND_ATTESTED, set_attested},
      {PAT_KIND_CORRECTED, set_corrected},
      {PAT_KIND_RETRACTED, set_retracted},
      {PAT_KIND_DEVICE_ENROLLED, set_device},
      {PAT_KIND_DEVICE_BOUND, set_bound},
      {PAT_KIND_TELEMETRY, set_telemetry},
  };
  Patina__Statement *message = room(sizeof *message);
  patina__statement__init(message);
  message->version = 1;
  message->nonce = filled(2, PAT_NONCE_BYTES);
  message->n_signers = 1;
  message->signers = room(sizeof *message->signers);
  message->signers[0] = filled(1, PAT_HASH_BYTES);
  message->issued_at_ms = 1000;
  message->submit_before_ms = 2000;
  message->body_case = (Patina__Statement__BodyCase)kind;
  for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
    if (makers[i].kind == kind) makers[i].set(message);
  }
  return message;
}

/* --- verdicts -------------------------------------------------------------------------------- */

pat_span encoded(const ProtobufCMessage *message) {
  size_t size = 0;
  assert_accepted(pat_protobuf_size(message, &size));
  pat_builder builder;
  pat_builder_init(&builder, room(size), size);
  assert_accepted(pat_protobuf_encode(message, &builder));
  pat_span bytes;
  assert_accepted(pat_builder_finish(&builder, &bytes));
  return bytes;
}

pat_statement accept(const Patina__Statement *message) {
  pat_statement statement;
  pat_err err = {.offset = 0};
  pat_status status = pat_statement_decode(encoded(&message->base), &arena, &statement, &err);
  if (!pat_is_ok(status)) print_message("at %s\n", err.place);
  assert_accepted(status);
  return statement;
}

void refuse(const Patina__Statement *message, pat_rule rule) {
  pat_statement statement = {.slot_count = 77};
  pat_status status = pat_statement_decode(encoded(&message->base), &arena, &statement, NULL);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_int_equal(statement.slot_count, 77);
}
