#include "tests/fuzz/reseal.h"

#include <string.h>

#include "core/base/assert.h"
#include "tests/fuzz/fuzz_support.h"

/* An envelope under way. */
typedef struct {
  const ledger_world *world;
  pat_arena *arena;
  ProtobufCBinaryData bytes; /* of the statement, to be written to */
  pat_statement statement;
  const ledger_actor *actors[PAT_STATEMENT_SIGNERS_MAX]; /* ascending by key hash */
  size_t actor_count;
} sealing;

void reseal_references(ProtobufCBinaryData bytes, const resealed *renewed, size_t count) {
  for (size_t at = 0; at + PAT_HASH_BYTES <= bytes.len; at++) {
    for (size_t i = 0; i < count; i++) {
      if (memcmp(bytes.data + at, renewed[i].before.bytes, PAT_HASH_BYTES) != 0) continue;
      memcpy(bytes.data + at, renewed[i].after.bytes, PAT_HASH_BYTES);
      break;
    }
  }
}

void reseal_slot(const pat_statement *statement, size_t slot, pat_span disclosure) {
  PAT_ASSERT(slot < statement->slot_count);
  pat_hash digest = pat_disclosure_digest(statement->message, (uint16_t)slot, disclosure);
  pat_span place = statement->slots[slot].digest;
  PAT_ASSERT(place.size == PAT_HASH_BYTES);
  /* the slot borrows from the statement's bytes, which are the caller's to write to */
  memcpy((uint8_t *)(uintptr_t)place.data, digest.bytes, PAT_HASH_BYTES);
}

static bool decode(sealing *sealing) {
  return pat_is_ok(
      pat_statement_decode(fuzz_span(sealing->bytes), sealing->arena, &sealing->statement, NULL));
}

static const ledger_actor *find_actor(const ledger_world *world, pat_span key_hash) {
  for (size_t id = 0; id < ACTOR_COUNT; id++) {
    if (pat_span_equal(pat_hash_span(&world->actors[id].key_hash), key_hash))
      return &world->actors[id];
  }
  return &world->actors[key_hash.data[0] % ACTOR_COUNT];
}

static bool add_actor(sealing *sealing, const ledger_actor *actor) {
  size_t at = sealing->actor_count;
  for (; at > 0; at--) {
    const ledger_actor *before = sealing->actors[at - 1];
    if (before == actor) return false;
    if (memcmp(before->key_hash.bytes, actor->key_hash.bytes, PAT_HASH_BYTES) < 0) break;
    sealing->actors[at] = before;
  }
  sealing->actors[at] = actor;
  sealing->actor_count++;
  return true;
}

static bool choose_signers(sealing *sealing) {
  const Patina__Statement *message = sealing->statement.message;
  for (size_t i = 0; i < message->n_signers; i++) {
    const ledger_actor *actor = find_actor(sealing->world, fuzz_span(message->signers[i]));
    if (!add_actor(sealing, actor)) return false;
  }
  for (size_t i = 0; i < message->n_signers; i++)
    memcpy(message->signers[i].data, sealing->actors[i]->key_hash.bytes, PAT_HASH_BYTES);
  return true;
}

static bool enrols(const pat_statement *statement, const ledger_actor *actor) {
  const Patina__Statement *message = statement->message;
  const Patina__Key *key = NULL;
  if (statement->kind->number == PAT_KIND_PRINCIPAL_ENROLLED)
    key = message->principal_enrolled->key;
  if (statement->kind->number == PAT_KIND_DEVICE_ENROLLED) key = message->device_enrolled->key;
  return key != NULL && pat_span_equal(fuzz_span(key->public_key), PAT_SPAN_OF(actor->public_key));
}

static Patina__Signature *sign(sealing *sealing, const pat_hash *principals, size_t i) {
  Patina__Signature *signature = fuzz_take(sealing->arena, sizeof *signature);
  uint8_t *bytes = fuzz_take(sealing->arena, PAT_SIGNATURE_BYTES);
  const ledger_actor *actor = sealing->actors[i];
  PAT_ASSERT(pat_is_ok(pat_submission_sign(sealing->world->origin.text, &sealing->statement,
                                           principals, actor->secret, bytes)));
  patina__signature__init(signature);
  signature->public_key = fuzz_copy(sealing->arena, PAT_SPAN_OF(actor->public_key));
  signature->principal = fuzz_copy(sealing->arena, pat_hash_span(&principals[i]));
  signature->signature = (ProtobufCBinaryData){PAT_SIGNATURE_BYTES, bytes};
  return signature;
}

static void sign_all(sealing *sealing, Patina__SignedStatement *envelope) {
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  for (size_t i = 0; i < sealing->actor_count; i++) {
    const ledger_actor *actor = sealing->actors[i];
    principals[i] =
        enrols(&sealing->statement, actor) ? sealing->statement.sha256 : actor->principal;
  }
  envelope->n_signatures = sealing->actor_count;
  envelope->signatures =
      fuzz_take(sealing->arena, sealing->actor_count * sizeof *envelope->signatures);
  for (size_t i = 0; i < sealing->actor_count; i++)
    envelope->signatures[i] = sign(sealing, principals, i);
}

bool reseal_envelope(const ledger_world *world, Patina__SignedStatement *envelope,
                     const resealed *renewed, size_t count, pat_arena *arena,
                     resealed *ret_renewed) {
  sealing sealing = {.world = world, .arena = arena};
  sealing.bytes = fuzz_copy(arena, fuzz_span(envelope->statement));
  if (!decode(&sealing)) return false;
  pat_hash before = sealing.statement.sha256;
  reseal_references(sealing.bytes, renewed, count);
  if (!choose_signers(&sealing)) return false;
  for (size_t i = 0; i < envelope->n_disclosures && i < sealing.statement.slot_count; i++)
    reseal_slot(&sealing.statement, i, fuzz_span(envelope->disclosures[i]));
  if (!decode(&sealing)) return false;
  sign_all(&sealing, envelope);
  envelope->origin = (char *)(uintptr_t)world->origin.text;
  envelope->statement = sealing.bytes;
  *ret_renewed = (resealed){before, sealing.statement.sha256};
  return true;
}
