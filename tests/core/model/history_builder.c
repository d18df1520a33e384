#include "tests/core/model/history_builder.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/model/statement.h"
#include "tests/core/model/history_catalog.h"

enum { MEMORY_BYTES = 16 * 1024 * 1024 };

static void *take(history *self, size_t count, size_t size) {
  void *memory = pat_arena_take_array(&self->arena, count, size);
  PAT_ASSERT(memory != NULL);
  return memory;
}

/* Room for one more pointer: lists in a history are short, so each step copies. */
static void **grow(history *self, void **items, size_t count) {
  void **grown = take(self, count + 1, sizeof *grown);
  for (size_t i = 0; i < count; i++)
    grown[i] = items[i];
  return grown;
}

char *history_text(history *self, const char *content) {
  size_t size = strlen(content);
  char *copy = take(self, size + 1, 1);
  pat_span_copy(copy, size + 1, pat_span_text(content));
  return copy;
}

ProtobufCBinaryData history_fill(history *self, uint8_t byte, size_t size) {
  uint8_t *data = take(self, size, 1);
  memset(data, byte, size);
  return (ProtobufCBinaryData){size, data};
}

static ProtobufCBinaryData hash_field(history *self, pat_hash hash) {
  ProtobufCBinaryData field = history_fill(self, 0, PAT_HASH_BYTES);
  pat_span_copy(field.data, field.len, pat_hash_span(&hash));
  return field;
}

static pat_span encode(history *self, const ProtobufCMessage *message) {
  size_t size = 0;
  PAT_ASSERT(pat_is_ok(pat_protobuf_size(message, &size)));
  pat_builder builder;
  pat_builder_init(&builder, take(self, size, 1), size);
  PAT_ASSERT(pat_is_ok(pat_protobuf_encode(message, &builder)));
  pat_span bytes;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

static ProtobufCBinaryData field_of(pat_span bytes) {
  return (ProtobufCBinaryData){bytes.size, (uint8_t *)bytes.data};
}

/* --- the history ----------------------------------------------------------------------------- */

history *history_new(void) {
  history *self = calloc(1, sizeof *self);
  PAT_ASSERT(self != NULL);
  self->memory = malloc(MEMORY_BYTES);
  PAT_ASSERT(self->memory != NULL);
  pat_arena_init(&self->arena, self->memory, MEMORY_BYTES);
  self->message = take(self, 1, sizeof *self->message);
  patina__asset_history__init(self->message);
  self->message->asset = history_fill(self, HISTORY_ASSET, PAT_ASSET_ID_BYTES);
  self->message->schema = history_catalog_class();
  self->message->policy = history_catalog_policy();
  self->signer_count = 1;
  self->occurred = "";
  self->issued_at_ms = HISTORY_2024_MS;
  self->logged_after_ms = 1000;
  self->next_index = 100;
  return self;
}

void history_free(history *self) {
  if (self == NULL) return;
  free(self->memory);
  free(self);
}

void history_by(history *self, signer who) {
  self->signers[0] = who;
  self->signer_count = 1;
}

/* How statements name the key of a signer. */
static ProtobufCBinaryData signer_field(history *self, signer who) {
  return history_fill(self, (uint8_t)(0x10 + who), 32);
}

Patina__CompromisedKey *history_compromise(history *self, signer who, uint64_t since,
                                           uint64_t revoked_index) {
  Patina__CompromisedKey *key = take(self, 1, sizeof *key);
  patina__compromised_key__init(key);
  key->signer = signer_field(self, who);
  key->since = since;
  key->revoked_index = revoked_index;
  Patina__CompromisedKey **grown = take(self, self->message->n_compromised + 1, sizeof *grown);
  for (size_t i = 0; i < self->message->n_compromised; i++)
    grown[i] = self->message->compromised[i];
  grown[self->message->n_compromised++] = key;
  self->message->compromised = grown;
  return key;
}

pat_hash history_hash(const Patina__HistoryEntry *entry) {
  return pat_hash_of(pat_span_make(entry->statement.data, entry->statement.len));
}

pat_span history_bytes(history *self) { return encode(self, &self->message->base); }

/* --- values ---------------------------------------------------------------------------------- */

static Patina__Value *value_new(history *self, Patina__Value__ValueCase value_case) {
  Patina__Value *value = take(self, 1, sizeof *value);
  patina__value__init(value);
  value->value_case = value_case;
  return value;
}

Patina__Value *text(history *self, const char *content) {
  Patina__Value *value = value_new(self, PATINA__VALUE__VALUE_TEXT);
  value->text = history_text(self, content);
  return value;
}

Patina__Value *number(history *self, int64_t mantissa, int32_t exponent, const char *unit) {
  Patina__Value *value = value_new(self, PATINA__VALUE__VALUE_NUMBER);
  value->number = take(self, 1, sizeof *value->number);
  patina__number__init(value->number);
  value->number->mantissa = mantissa;
  value->number->exponent = exponent;
  value->number->unit = history_text(self, unit);
  return value;
}

Patina__Value *km(history *self, int64_t kilometres) { return number(self, kilometres, 0, "KMT"); }
Patina__Value *miles(history *self, int64_t count) { return number(self, count, 0, "SMI"); }

/* --- statements ------------------------------------------------------------------------------ */

/* A statement under way, and the disclosures of its slots. */
typedef struct {
  history *self;
  Patina__Statement message;
  Patina__SlotDisclosure *disclosures[64];
  size_t disclosure_count;
  uint32_t slot_count;
} draft;

static draft begin(history *self) {
  draft result = {.self = self};
  patina__statement__init(&result.message);
  result.message.version = 1;
  result.message.nonce = history_fill(self, (uint8_t)(self->counter & 0xff), PAT_NONCE_BYTES);
  result.message.nonce.data[0] = (uint8_t)(self->counter++ >> 8);
  result.message.n_signers = self->signer_count;
  result.message.signers = take(self, self->signer_count, sizeof *result.message.signers);
  for (size_t i = 0; i < self->signer_count; i++)
    result.message.signers[i] = signer_field(self, self->signers[i]);
  result.message.issued_at_ms = self->issued_at_ms;
  result.message.submit_before_ms = self->issued_at_ms + HISTORY_DAY_MS;
  result.message.occurred = history_text(self, self->occurred);
  return result;
}

/* Commits to a value in the next slot; keeps the disclosure unless it is withheld. */
static ProtobufCBinaryData commit(draft *statement, const char *name, Patina__Value *value,
                                  bool withheld) {
  history *self = statement->self;
  Patina__Disclosure disclosure = PATINA__DISCLOSURE__INIT;
  disclosure.salt = history_fill(self, (uint8_t)(0x80 + statement->slot_count), PAT_SALT_BYTES);
  disclosure.name = history_text(self, name);
  disclosure.value = value;
  pat_span bytes = encode(self, &disclosure.base);
  uint16_t slot = (uint16_t)statement->slot_count++;
  if (!withheld) {
    Patina__SlotDisclosure *kept = take(self, 1, sizeof *kept);
    patina__slot_disclosure__init(kept);
    kept->slot = slot;
    kept->disclosure = field_of(bytes);
    PAT_ASSERT(statement->disclosure_count < 64);
    statement->disclosures[statement->disclosure_count++] = kept;
  }
  return hash_field(self, pat_disclosure_digest(&statement->message, slot, bytes));
}

static Patina__Attribute **attributes(draft *statement, const said *says, size_t count) {
  Patina__Attribute **list = take(statement->self, count, sizeof *list);
  for (size_t i = 0; i < count; i++) {
    Patina__Attribute *attribute = list[i] = take(statement->self, 1, sizeof *attribute);
    patina__attribute__init(attribute);
    attribute->name = history_text(statement->self, says[i].name);
    if (says[i].how == SAY_OPEN) {
      attribute->content_case = PATINA__ATTRIBUTE__CONTENT_OPEN;
      attribute->open = says[i].value;
    } else if (says[i].how == SAY_CLEARED) {
      attribute->content_case = PATINA__ATTRIBUTE__CONTENT_CLEARED;
      attribute->cleared = true;
    } else {
      attribute->content_case = PATINA__ATTRIBUTE__CONTENT_SLOT;
      attribute->slot = commit(statement, says[i].name, says[i].value, says[i].how == SAY_WITHHELD);
    }
  }
  return list;
}

static Patina__HistoryEntry *entry_new(draft *statement) {
  history *self = statement->self;
  Patina__HistoryEntry *entry = take(self, 1, sizeof *entry);
  patina__history_entry__init(entry);
  entry->index = self->next_index;
  entry->logged_at_ms = self->issued_at_ms + self->logged_after_ms;
  entry->statement = field_of(encode(self, &statement->message.base));
  entry->n_disclosures = statement->disclosure_count;
  entry->disclosures = take(self, statement->disclosure_count, sizeof *entry->disclosures);
  for (size_t i = 0; i < statement->disclosure_count; i++)
    entry->disclosures[i] = statement->disclosures[i];
  entry->n_sources = self->signer_count;
  entry->sources = take(self, self->signer_count, sizeof *entry->sources);
  for (size_t i = 0; i < self->signer_count; i++) {
    entry->sources[i] = take(self, 1, sizeof *entry->sources[i]);
    patina__source__init(entry->sources[i]);
    entry->sources[i]->principal = history_fill(self, (uint8_t)(0x40 + self->signers[i]), 32);
    history_catalog_roles(self->signers[i], entry->sources[i]);
  }
  self->next_index += 10;
  self->issued_at_ms += HISTORY_DAY_MS;
  return entry;
}

static Patina__HistoryEntry *finish(draft *statement) {
  Patina__AssetHistory *message = statement->self->message;
  Patina__HistoryEntry *entry = entry_new(statement);
  void **grown = grow(statement->self, (void **)message->entries, message->n_entries);
  grown[message->n_entries++] = entry;
  message->entries = (Patina__HistoryEntry **)grown;
  return entry;
}

Patina__HistoryEntry *history_register(history *self, const said *says, size_t count) {
  draft statement = begin(self);
  Patina__AssetRegistered body = PATINA__ASSET_REGISTERED__INIT;
  body.asset = self->message->asset;
  body.class_name = self->message->schema->name;
  body.class_version = self->message->schema->version;
  body.n_attributes = count;
  body.attributes = attributes(&statement, says, count);
  statement.message.body_case = PATINA__STATEMENT__BODY_ASSET_REGISTERED;
  statement.message.asset_registered = &body;
  return finish(&statement);
}

Patina__HistoryEntry *history_change(history *self, const said *says, size_t count) {
  draft statement = begin(self);
  Patina__AttributesChanged body = PATINA__ATTRIBUTES_CHANGED__INIT;
  body.asset = self->message->asset;
  body.n_attributes = count;
  body.attributes = attributes(&statement, says, count);
  statement.message.body_case = PATINA__STATEMENT__BODY_ATTRIBUTES_CHANGED;
  statement.message.attributes_changed = &body;
  return finish(&statement);
}

Patina__HistoryEntry *history_attest(history *self, const char *claim, const said *says,
                                     size_t count) {
  draft statement = begin(self);
  Patina__Attested body = PATINA__ATTESTED__INIT;
  body.asset = self->message->asset;
  body.claim = history_text(self, claim);
  body.n_fields = count;
  body.fields = attributes(&statement, says, count);
  statement.message.body_case = PATINA__STATEMENT__BODY_ATTESTED;
  statement.message.attested = &body;
  return finish(&statement);
}

Patina__HistoryEntry *history_correct(history *self, const Patina__HistoryEntry *target,
                                      const said *says, size_t count) {
  draft statement = begin(self);
  Patina__Corrected body = PATINA__CORRECTED__INIT;
  body.asset = self->message->asset;
  body.target = hash_field(self, history_hash(target));
  body.reason = PATINA__CORRECTION_REASON__CORRECTION_REASON_INCORRECT_DATA;
  body.n_attributes = count;
  body.attributes = attributes(&statement, says, count);
  body.note = commit(&statement, "note", text(self, "misread"), false);
  statement.message.body_case = PATINA__STATEMENT__BODY_CORRECTED;
  statement.message.corrected = &body;
  return finish(&statement);
}

Patina__HistoryEntry *history_retract(history *self, const Patina__HistoryEntry *target) {
  draft statement = begin(self);
  Patina__Retracted body = PATINA__RETRACTED__INIT;
  body.asset = self->message->asset;
  body.target = hash_field(self, history_hash(target));
  body.reason = PATINA__CORRECTION_REASON__CORRECTION_REASON_WRONG_OBJECT;
  statement.message.body_case = PATINA__STATEMENT__BODY_RETRACTED;
  statement.message.retracted = &body;
  return finish(&statement);
}

Patina__HistoryEntry *history_assign(history *self, const char *scheme, const said *value) {
  draft statement = begin(self);
  Patina__IdentifierAssigned body = PATINA__IDENTIFIER_ASSIGNED__INIT;
  body.asset = self->message->asset;
  body.scheme = history_text(self, scheme);
  body.scheme_version = 1;
  body.value = commit(&statement, "value", value->value, value->how == SAY_WITHHELD);
  statement.message.body_case = PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED;
  statement.message.identifier_assigned = &body;
  return finish(&statement);
}

Patina__HistoryEntry *history_release(history *self, const Patina__HistoryEntry *assignment) {
  draft statement = begin(self);
  Patina__IdentifierReleased body = PATINA__IDENTIFIER_RELEASED__INIT;
  body.asset = self->message->asset;
  body.scheme = history_text(self, "vin");
  body.scheme_version = 1;
  body.value = commit(&statement, "value", text(self, "released"), true);
  body.assignment = hash_field(self, history_hash(assignment));
  statement.message.body_case = PATINA__STATEMENT__BODY_IDENTIFIER_RELEASED;
  statement.message.identifier_released = &body;
  return finish(&statement);
}

/* --- devices --------------------------------------------------------------------------------- */

static Patina__Signal *signal_new(history *self, const char *attribute, const char *unit) {
  Patina__Signal *signal = take(self, 1, sizeof *signal);
  patina__signal__init(signal);
  signal->attribute = history_text(self, attribute);
  signal->unit = history_text(self, unit);
  signal->method = history_text(self, "displayed");
  return signal;
}

Patina__HistoryEntry *history_bind(history *self, uint8_t stream, const said *readings,
                                   size_t count) {
  draft statement = begin(self);
  Patina__Signal *signals[] = {signal_new(self, "odometer", "KMT"),
                               signal_new(self, "tyre_pressure", "KPA")};
  Patina__DeviceBound body = PATINA__DEVICE_BOUND__INIT;
  body.asset = self->message->asset;
  body.stream = history_fill(self, stream, PAT_STREAM_ID_BYTES);
  body.device = history_fill(self, 0x40 + DEVICE, PAT_HASH_BYTES);
  body.signals = signals;
  body.n_signals = sizeof signals / sizeof signals[0];
  body.n_readings = count;
  body.readings = attributes(&statement, readings, count);
  statement.message.body_case = PATINA__STATEMENT__BODY_DEVICE_BOUND;
  statement.message.device_bound = &body;
  return finish(&statement);
}

static Patina__Value *readings_value(history *self, const metered *readings, size_t count) {
  Patina__Value *value = value_new(self, PATINA__VALUE__VALUE_READINGS);
  value->readings = take(self, 1, sizeof *value->readings);
  patina__readings__init(value->readings);
  value->readings->n_readings = count;
  value->readings->readings = take(self, count, sizeof *value->readings->readings);
  for (size_t i = 0; i < count; i++) {
    Patina__Reading *reading = take(self, 1, sizeof *reading);
    patina__reading__init(reading);
    reading->signal = readings[i].signal;
    reading->offset_ms = readings[i].offset_ms;
    if (readings[i].unreadable) {
      reading->reading_case = PATINA__READING__READING_STATUS;
      reading->status = PATINA__READING_STATUS__READING_STATUS_UNREADABLE;
    } else {
      reading->reading_case = PATINA__READING__READING_MANTISSA;
      reading->mantissa = readings[i].mantissa;
    }
    value->readings->readings[i] = reading;
  }
  return value;
}

/* The stream with this id, sorted in where it is new. */
static Patina__StreamHistory *stream_of(history *self, uint8_t id) {
  Patina__AssetHistory *message = self->message;
  size_t at = 0;
  while (at < message->n_streams && message->streams[at]->stream.data[0] < id)
    at++;
  if (at < message->n_streams && message->streams[at]->stream.data[0] == id) {
    return message->streams[at];
  }
  Patina__StreamHistory *stream = take(self, 1, sizeof *stream);
  patina__stream_history__init(stream);
  stream->stream = history_fill(self, id, PAT_STREAM_ID_BYTES);
  void **grown = grow(self, (void **)message->streams, message->n_streams);
  for (size_t i = message->n_streams; i > at; i--)
    grown[i] = grown[i - 1];
  grown[at] = stream;
  message->streams = (Patina__StreamHistory **)grown;
  message->n_streams++;
  return stream;
}

Patina__HistoryEntry *history_batch(history *self, uint8_t stream, uint64_t seq, bool withheld,
                                    const metered *readings, size_t count) {
  PAT_ASSERT(count > 0);
  draft statement = begin(self);
  Patina__Telemetry body = PATINA__TELEMETRY__INIT;
  body.stream = history_fill(self, stream, PAT_STREAM_ID_BYTES);
  body.boot = 1;
  body.seq = seq;
  body.first_ms = self->issued_at_ms;
  body.last_ms = self->issued_at_ms + readings[count - 1].offset_ms;
  body.count = (uint32_t)count;
  body.readings = commit(&statement, "readings", readings_value(self, readings, count), withheld);
  statement.message.body_case = PATINA__STATEMENT__BODY_TELEMETRY;
  statement.message.telemetry = &body;
  Patina__HistoryEntry *entry = entry_new(&statement);
  Patina__StreamHistory *target = stream_of(self, stream);
  void **grown = grow(self, (void **)target->entries, target->n_entries);
  grown[target->n_entries++] = entry;
  target->entries = (Patina__HistoryEntry **)grown;
  return entry;
}

Patina__HistoryEntry *history_odometer(history *self, signer who, const char *day,
                                       Patina__Value *value) {
  history_by(self, who);
  self->occurred = day;
  const said fields[] = {{"odometer", SAY_SLOT, value}};
  Patina__HistoryEntry *entry = history_attest(self, "inspection", fields, 1);
  self->occurred = "";
  return entry;
}

/* --- identifiers ----------------------------------------------------------------------------- */

Patina__IdentifierHistory *history_identifier(history *self, uint8_t key, const char *scheme,
                                              Patina__Uniqueness uniqueness) {
  Patina__AssetHistory *message = self->message;
  Patina__IdentifierHistory *identifier = take(self, 1, sizeof *identifier);
  patina__identifier_history__init(identifier);
  identifier->key = history_fill(self, key, PAT_HASH_BYTES);
  identifier->scheme = history_text(self, scheme);
  identifier->uniqueness = uniqueness;
  void **grown = grow(self, (void **)message->identifiers, message->n_identifiers);
  size_t at = message->n_identifiers;
  for (; at > 0 && message->identifiers[at - 1]->key.data[0] > key; at--)
    grown[at] = grown[at - 1];
  grown[at] = identifier;
  message->identifiers = (Patina__IdentifierHistory **)grown;
  message->n_identifiers++;
  return identifier;
}

Patina__AssignmentSpan *history_span(history *self, Patina__IdentifierHistory *identifier,
                                     uint8_t asset, uint64_t assigned_index,
                                     const Patina__HistoryEntry *assignment) {
  Patina__AssignmentSpan *span = take(self, 1, sizeof *span);
  patina__assignment_span__init(span);
  span->asset = history_fill(self, asset, PAT_ASSET_ID_BYTES);
  span->assigned_index = assigned_index;
  span->assignment = assignment == NULL ? history_fill(self, 0xee, PAT_HASH_BYTES)
                                        : hash_field(self, history_hash(assignment));
  void **grown = grow(self, (void **)identifier->spans, identifier->n_spans);
  grown[identifier->n_spans++] = span;
  identifier->spans = (Patina__AssignmentSpan **)grown;
  return span;
}
