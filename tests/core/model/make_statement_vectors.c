#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/model/statement.h"
#include "tests/core/model/history_builder.h"
#include "tests/core/model/history_catalog.h"
#include "tests/core/model/make_vectors.h"

/* The statements of one history, and a file that takes them. */
typedef struct {
  history *self;
  vector_file *file;
} making;

static pat_span span_of(const Patina__HistoryEntry *entry) {
  return pat_span_make(entry->statement.data, entry->statement.len);
}

static void add(making *made, const char *name, pat_span bytes) {
  vector_add(made->file, name, NULL, bytes, pat_call_statement);
}

static pat_span encode(making *made, const ProtobufCMessage *message) {
  size_t size = 0;
  PAT_ASSERT(pat_is_ok(pat_protobuf_size(message, &size)));
  uint8_t *room = pat_arena_take(&made->self->arena, size);
  PAT_ASSERT(room != NULL);
  pat_builder builder;
  pat_builder_init(&builder, room, size);
  PAT_ASSERT(pat_is_ok(pat_protobuf_encode(message, &builder)));
  pat_span bytes;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

/* --- accepted -------------------------------------------------------------------------------- */

static void add_asset_kinds(making *made) {
  history *self = made->self;
  const said make[] = {{"make", SAY_OPEN, text(self, "Volvo")},
                       {"mass", SAY_SLOT, number(self, 1200, 0, "KGM")}};
  Patina__HistoryEntry *registration = history_register(self, make, 2);
  add(made, "asset-registered", span_of(registration));
  const said colour[] = {{"colour", SAY_OPEN, text(self, "red")}};
  add(made, "attributes-changed", span_of(history_change(self, colour, 1)));
  const said vin = {NULL, SAY_SLOT, text(self, "YV1LW5542V2345678")};
  Patina__HistoryEntry *assignment = history_assign(self, "vin", &vin);
  add(made, "identifier-assigned", span_of(assignment));
  add(made, "identifier-released", span_of(history_release(self, assignment)));
  self->signer_count = 2;
  self->signers[1] = INSPECTOR;
  self->occurred = "1955~";
  const said odometer[] = {{"odometer", SAY_SLOT, km(self, 100)}};
  add(made, "attested", span_of(history_attest(self, "inspection", odometer, 1)));
  self->occurred = "";
  add(made, "corrected", span_of(history_correct(self, registration, make, 2)));
  add(made, "retracted", span_of(history_retract(self, assignment)));
  add(made, "device-bound", span_of(history_bind(self, 7, odometer, 1)));
  const metered reading = {0, 0, 100, false};
  add(made, "telemetry", span_of(history_batch(self, 7, 1, false, &reading, 1)));
}

/* A statement by the signer whose key has this hash. */
static Patina__Statement public_statement(history *self, ProtobufCBinaryData *key_hash) {
  Patina__Statement message = PATINA__STATEMENT__INIT;
  message.version = 1;
  message.nonce = history_fill(self, 0x33, PAT_NONCE_BYTES);
  message.signers = key_hash;
  message.n_signers = 1;
  message.issued_at_ms = HISTORY_2024_MS;
  message.submit_before_ms = HISTORY_2024_MS + 1;
  return message;
}

static void add_public_kinds(making *made) {
  history *self = made->self;
  ProtobufCBinaryData signed_by = history_fill(self, 0x10, PAT_HASH_BYTES);
  Patina__Statement message = public_statement(self, &signed_by);
  Patina__ClassPublished published = PATINA__CLASS_PUBLISHED__INIT;
  published.schema = history_catalog_class();
  message.body_case = PATINA__STATEMENT__BODY_CLASS_PUBLISHED;
  message.class_published = &published;
  add(made, "class-published", encode(made, &message.base));
  Patina__StandingGranted granted = PATINA__STANDING_GRANTED__INIT;
  granted.principal = history_fill(self, 0x41, PAT_HASH_BYTES);
  granted.role = history_text(self, "inspector");
  message.body_case = PATINA__STATEMENT__BODY_STANDING_GRANTED;
  message.standing_granted = &granted;
  add(made, "standing-granted", encode(made, &message.base));
  Patina__Key key = PATINA__KEY__INIT;
  key.algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519;
  key.public_key = history_fill(self, 0x55, PAT_PUBLIC_KEY_BYTES);
  pat_hash key_hash = pat_hash_of(pat_span_make(key.public_key.data, key.public_key.len));
  Patina__PrincipalEnrolled enrolled = PATINA__PRINCIPAL_ENROLLED__INIT;
  enrolled.type = PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_INSPECTOR;
  enrolled.key = &key;
  enrolled.name = history_fill(self, 0x66, PAT_HASH_BYTES);
  message.body_case = PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED;
  message.principal_enrolled = &enrolled;
  add(made, "key-without-possession", encode(made, &message.base));
  pat_span_copy(signed_by.data, signed_by.len, pat_hash_span(&key_hash));
  add(made, "principal-enrolled", encode(made, &message.base));
}

static void add_key_changes(making *made) {
  history *self = made->self;
  ProtobufCBinaryData signed_by = history_fill(self, 0x10, PAT_HASH_BYTES);
  Patina__Statement message = public_statement(self, &signed_by);
  Patina__Key key = PATINA__KEY__INIT;
  key.algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519;
  key.public_key = history_fill(self, 0x56, PAT_PUBLIC_KEY_BYTES);
  Patina__KeyRotated rotated = PATINA__KEY_ROTATED__INIT;
  rotated.principal = history_fill(self, 0x41, PAT_HASH_BYTES);
  rotated.key = &key;
  message.body_case = PATINA__STATEMENT__BODY_KEY_ROTATED;
  message.key_rotated = &rotated;
  add(made, "rotation-without-possession", encode(made, &message.base));
  pat_hash key_hash = pat_hash_of(pat_span_make(key.public_key.data, key.public_key.len));
  pat_span_copy(signed_by.data, signed_by.len, pat_hash_span(&key_hash));
  add(made, "key-rotated", encode(made, &message.base));
  Patina__KeyRevoked revoked = PATINA__KEY_REVOKED__INIT;
  revoked.principal = rotated.principal;
  revoked.key = history_fill(self, 0x57, PAT_HASH_BYTES);
  message.body_case = PATINA__STATEMENT__BODY_KEY_REVOKED;
  message.key_revoked = &revoked;
  add(made, "revocation-without-reason", encode(made, &message.base));
  revoked.reason = PATINA__REVOCATION_REASON__REVOCATION_REASON_ROUTINE;
  add(made, "key-revoked", encode(made, &message.base));
  revoked.since = 7;
  add(made, "routine-since", encode(made, &message.base));
  revoked.reason = PATINA__REVOCATION_REASON__REVOCATION_REASON_COMPROMISED;
  add(made, "key-compromised-since", encode(made, &message.base));
}

/* --- refused --------------------------------------------------------------------------------- */

static void add_headers(making *made) {
  history *self = made->self;
  ProtobufCBinaryData signers[9];
  for (size_t i = 0; i < 9; i++)
    signers[i] = history_fill(self, (uint8_t)(i + 1), PAT_HASH_BYTES);
  Patina__StandingGranted granted = PATINA__STANDING_GRANTED__INIT;
  granted.principal = history_fill(self, 0x41, PAT_HASH_BYTES);
  granted.role = history_text(self, "inspector");
  Patina__Statement good = public_statement(self, signers);
  good.body_case = PATINA__STATEMENT__BODY_STANDING_GRANTED;
  good.standing_granted = &granted;
  Patina__Statement bad = good;
  bad.version = 2;
  add(made, "version-2", encode(made, &bad.base));
  bad = good;
  bad.nonce.len--;
  add(made, "short-nonce", encode(made, &bad.base));
  bad = good;
  bad.n_signers = 8;
  add(made, "eight-signers", encode(made, &bad.base));
  bad.n_signers = 9;
  add(made, "nine-signers", encode(made, &bad.base));
  bad.n_signers = 0;
  add(made, "no-signer", encode(made, &bad.base));
  bad = good;
  bad.submit_before_ms--;
  add(made, "submit-when-issued", encode(made, &bad.base));
  bad.submit_before_ms--;
  add(made, "submit-before-issued", encode(made, &bad.base));
  bad = good;
  bad.occurred = history_text(self, "yesterday");
  add(made, "occurred-no-date", encode(made, &bad.base));
  bad = good;
  bad.body_case = PATINA__STATEMENT__BODY__NOT_SET;
  add(made, "no-body", encode(made, &bad.base));
  bad = good;
  granted.role = history_text(self, "root");
  add(made, "grants-root", encode(made, &bad.base));
}

/* Bytes that are no canonical statement. */
static void add_bytes(making *made) {
  pat_span good = span_of(
      history_change(made->self, &(const said){"colour", SAY_OPEN, text(made->self, "red")}, 1));
  uint8_t bytes[512];
  PAT_ASSERT(good.size + 4 <= sizeof bytes);
  pat_span_copy(bytes, sizeof bytes, good);
  add(made, "nothing", PAT_SPAN_EMPTY);
  add(made, "truncated", pat_span_make(bytes, good.size - 1));
  static const uint8_t newer[] = {0xa2, 0x06, 0x00}; /* member 100, empty */
  pat_span_copy(bytes + good.size, 4, PAT_SPAN_OF(newer));
  add(made, "newer-member", pat_span_make(bytes, good.size + sizeof newer));
  static const uint8_t trailing[] = {0x08, 0x01}; /* version again */
  pat_span_copy(bytes + good.size, 4, PAT_SPAN_OF(trailing));
  add(made, "version-at-the-end", pat_span_make(bytes, good.size + sizeof trailing));
  static const uint8_t overlong[] = {0x08, 0x81, 0x00};
  add(made, "overlong-varint", PAT_SPAN_OF(overlong));
  static const uint8_t zero[] = {0x08, 0x00};
  add(made, "default-written", PAT_SPAN_OF(zero));
}

void make_statement_vectors(vector_run *run) {
  vector_file file;
  vector_begin(&file, run, "statement/statement.json", "statement");
  history *self = history_new();
  making made = {.self = self, .file = &file};
  add_asset_kinds(&made);
  add_public_kinds(&made);
  add_key_changes(&made);
  add_headers(&made);
  add_bytes(&made);
  vector_end(&file);
  history_free(self);
}
