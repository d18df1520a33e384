#include "clients/cli/draft.h"

#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"
#include "core/model/value.h"

ProtobufCBinaryData pat_draft_field(pat_span span) {
  /* protobuf-c's type is not const; the encoder only reads. */
  return (ProtobufCBinaryData){span.size, (uint8_t *)(uintptr_t)span.data};
}

pat_span pat_draft_span(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

pat_status pat_draft_encode(pat_arena *arena, const ProtobufCMessage *message,
                            pat_span *ret_bytes) {
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(message, &size));
  uint8_t *buffer = pat_arena_take(arena, size);
  PAT_REQUIRE(buffer != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, buffer, size);
  PAT_TRY(pat_protobuf_encode(message, &builder));
  return pat_builder_finish(&builder, ret_bytes);
}

/* A copy of a field in the arena. */
static pat_status keep(pat_arena *arena, pat_span bytes, ProtobufCBinaryData *ret_field) {
  uint8_t *copy = pat_arena_take(arena, bytes.size);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, bytes.size, bytes);
  *ret_field = (ProtobufCBinaryData){bytes.size, copy};
  return PAT_OK;
}

static int compare_keys(const pat_key *a, const pat_key *b) {
  return pat_span_compare(pat_hash_span(&a->key_hash), pat_hash_span(&b->key_hash));
}

static pat_status sort_signers(pat_draft *draft, pat_err *reterr) {
  const pat_draft_start *start = &draft->start;
  PAT_REQUIRE_AT(start->key_count >= 1 && start->key_count <= PAT_STATEMENT_SIGNERS_MAX, CLI_SIGNER,
                 reterr, 0, "signers");
  for (size_t i = 0; i < start->key_count; i++) {
    size_t at = i;
    while (at > 0 && compare_keys(&start->keys[i], draft->signers[at - 1]) < 0) {
      draft->signers[at] = draft->signers[at - 1];
      at--;
    }
    draft->signers[at] = &start->keys[i];
  }
  for (size_t i = 0; i < start->key_count; i++) {
    const pat_key *signer = draft->signers[i];
    bool repeated = i > 0 && compare_keys(signer, draft->signers[i - 1]) == 0;
    PAT_REQUIRE_AT(!repeated, CLI_SIGNER, reterr, i, signer->name);
    bool known = signer->has_principal || signer == start->enrols;
    PAT_REQUIRE_AT(known, CLI_PRINCIPAL, reterr, i, signer->path);
    draft->signer_hashes[i] = pat_draft_field(pat_hash_span(&signer->key_hash));
  }
  return PAT_OK;
}

pat_status pat_draft_begin(pat_draft *draft, pat_arena *arena, const pat_draft_start *start,
                           pat_err *reterr) {
  draft->arena = arena;
  draft->start = *start;
  draft->disclosure_count = 0;
  PAT_TRY(sort_signers(draft, reterr));
  PAT_TRY(start->entropy(draft->nonce, sizeof draft->nonce));
  patina__statement__init(&draft->message);
  draft->message.version = 1;
  draft->message.nonce = pat_draft_field(PAT_SPAN_OF(draft->nonce));
  draft->message.n_signers = start->key_count;
  draft->message.signers = draft->signer_hashes;
  draft->message.issued_at_ms = start->now_ms;
  draft->message.submit_before_ms = start->now_ms + start->window_ms;
  draft->message.occurred = (char *)(uintptr_t)start->occurred;
  return PAT_OK;
}

pat_status pat_draft_disclose(pat_draft *draft, const char *name, const Patina__Value *value,
                              ProtobufCBinaryData *ret_slot, pat_err *reterr) {
  PAT_REQUIRE_AT(draft->disclosure_count < PAT_STATEMENT_SLOTS_MAX, STATEMENT_SLOTS, reterr, 0,
                 name);
  PAT_TRY(pat_value_check(value, reterr));
  uint8_t salt[PAT_SALT_BYTES];
  PAT_TRY(draft->start.entropy(salt, sizeof salt));
  Patina__Disclosure disclosure = PATINA__DISCLOSURE__INIT;
  disclosure.salt = pat_draft_field(PAT_SPAN_OF(salt));
  disclosure.name = (char *)(uintptr_t)name;
  disclosure.value = (Patina__Value *)(uintptr_t)value;
  pat_span bytes;
  PAT_TRY(pat_draft_encode(draft->arena, &disclosure.base, &bytes));
  PAT_REQUIRE_AT(bytes.size <= PAT_DISCLOSURE_BYTES_MAX, DISCLOSURE_SIZE, reterr, 0, name);
  pat_hash digest =
      pat_disclosure_digest(&draft->message, (uint16_t)draft->disclosure_count, bytes);
  PAT_TRY(keep(draft->arena, pat_hash_span(&digest), ret_slot));
  draft->disclosures[draft->disclosure_count] = pat_draft_field(bytes);
  draft->disclosure_count++;
  return PAT_OK;
}

pat_status pat_draft_disclose_text(pat_draft *draft, const char *name, const char *text,
                                   ProtobufCBinaryData *ret_slot, pat_err *reterr) {
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_TEXT;
  value.text = (char *)(uintptr_t)text;
  return pat_draft_disclose(draft, name, &value, ret_slot, reterr);
}

static void principals_of(const pat_draft *draft, const pat_statement *statement,
                          pat_hash *ret_principals) {
  for (size_t i = 0; i < draft->start.key_count; i++) {
    bool enrolled = draft->signers[i] == draft->start.enrols;
    ret_principals[i] = enrolled ? statement->sha256 : draft->signers[i]->principal;
  }
}

static pat_status fill_signature(const pat_draft *draft, const pat_statement *statement,
                                 const pat_hash *principals, size_t i,
                                 Patina__Signature *signature) {
  const pat_key *signer = draft->signers[i];
  patina__signature__init(signature);
  PAT_TRY(keep(draft->arena, PAT_SPAN_OF(signer->public_key), &signature->public_key));
  PAT_TRY(keep(draft->arena, pat_hash_span(&principals[i]), &signature->principal));
  if (!signer->has_secret) return PAT_OK;
  uint8_t bytes[PAT_SIGNATURE_BYTES];
  PAT_TRY(pat_submission_sign(draft->start.origin, statement, principals, signer->secret, bytes));
  return keep(draft->arena, PAT_SPAN_OF(bytes), &signature->signature);
}

static pat_status check_disclosures(const pat_draft *draft, const pat_statement *statement,
                                    pat_err *reterr) {
  PAT_REQUIRE_AT(statement->slot_count == draft->disclosure_count, SUBMISSION_DISCLOSURES, reterr,
                 draft->disclosure_count, "values");
  for (size_t slot = 0; slot < statement->slot_count; slot++) {
    Patina__Disclosure *disclosure = NULL;
    PAT_TRY(pat_disclosure_decode(statement, slot, pat_draft_span(draft->disclosures[slot]),
                                  draft->arena, &disclosure, reterr));
  }
  return PAT_OK;
}

static pat_status make_envelope(pat_draft *draft, const pat_statement *statement,
                                Patina__SignedStatement **ret_signed) {
  size_t count = draft->start.key_count;
  Patina__SignedStatement *envelope = pat_arena_take(draft->arena, sizeof *envelope);
  Patina__Signature *signatures = pat_arena_take_array(draft->arena, count, sizeof *signatures);
  Patina__Signature **pointers = pat_arena_take_array(draft->arena, count, sizeof *pointers);
  PAT_REQUIRE(envelope != NULL && signatures != NULL && pointers != NULL, LIMIT_MEMORY);
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  principals_of(draft, statement, principals);
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(fill_signature(draft, statement, principals, i, &signatures[i]));
    pointers[i] = &signatures[i];
  }
  patina__signed_statement__init(envelope);
  envelope->origin = (char *)(uintptr_t)draft->start.origin;
  envelope->statement = pat_draft_field(statement->bytes);
  envelope->n_signatures = count;
  envelope->signatures = pointers;
  envelope->n_disclosures = draft->disclosure_count;
  envelope->disclosures = draft->disclosures;
  *ret_signed = envelope;
  return PAT_OK;
}

pat_status pat_draft_finish(pat_draft *draft, Patina__SignedStatement **ret_signed,
                            pat_statement *ret_statement, pat_err *reterr) {
  pat_statement statement;
  PAT_TRY(pat_statement_build(&draft->message, draft->arena, &statement, reterr));
  PAT_TRY(check_disclosures(draft, &statement, reterr));
  PAT_TRY(make_envelope(draft, &statement, ret_signed));
  if (ret_statement != NULL) *ret_statement = statement;
  return PAT_OK;
}

static pat_status read_principals(const Patina__SignedStatement *envelope,
                                  const pat_statement *statement, pat_hash *ret_principals,
                                  pat_err *reterr) {
  PAT_REQUIRE_AT(envelope->n_signatures == statement->message->n_signers, CLI_DRAFT, reterr, 0,
                 "signatures");
  for (size_t i = 0; i < envelope->n_signatures; i++) {
    pat_span principal = pat_draft_span(envelope->signatures[i]->principal);
    PAT_REQUIRE_AT(principal.size == PAT_HASH_BYTES, CLI_DRAFT, reterr, i, "signatures.principal");
    pat_span_copy(ret_principals[i].bytes, PAT_HASH_BYTES, principal);
  }
  return PAT_OK;
}

static pat_status find_signer(const pat_statement *statement, const pat_key *key, size_t *ret_at,
                              pat_err *reterr) {
  for (size_t i = 0; i < statement->message->n_signers; i++) {
    pat_span signer = pat_draft_span(statement->message->signers[i]);
    if (!pat_span_equal(signer, pat_hash_span(&key->key_hash))) continue;
    *ret_at = i;
    return PAT_OK;
  }
  return pat_refuse_at(PAT_RULE_CLI_SIGNER, reterr, 0, key->path);
}

pat_status pat_draft_add_signature(pat_arena *arena, Patina__SignedStatement *envelope,
                                   const pat_key *key, pat_err *reterr) {
  PAT_REQUIRE_AT(key->has_secret, CLI_SIGNER, reterr, 0, key->path);
  pat_statement statement;
  PAT_TRY(pat_statement_decode(pat_draft_span(envelope->statement), arena, &statement, reterr));
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  PAT_TRY(read_principals(envelope, &statement, principals, reterr));
  size_t at = 0;
  PAT_TRY(find_signer(&statement, key, &at, reterr));
  bool foreign = key->has_principal && !pat_hash_equal(&key->principal, &principals[at]);
  PAT_REQUIRE_AT(!foreign, CLI_SIGNER, reterr, at, key->path);
  Patina__Signature *signature = envelope->signatures[at];
  PAT_REQUIRE_AT(signature->signature.len == 0, CLI_SIGNER, reterr, at, key->path);
  uint8_t bytes[PAT_SIGNATURE_BYTES];
  PAT_TRY(pat_submission_sign(envelope->origin, &statement, principals, key->secret, bytes));
  PAT_TRY(keep(arena, PAT_SPAN_OF(key->public_key), &signature->public_key));
  return keep(arena, PAT_SPAN_OF(bytes), &signature->signature);
}

size_t pat_draft_missing(const Patina__SignedStatement *envelope) {
  size_t missing = 0;
  for (size_t i = 0; i < envelope->n_signatures; i++) {
    if (envelope->signatures[i]->signature.len == 0) missing++;
  }
  return missing;
}
