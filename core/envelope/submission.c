#include "core/envelope/submission.h"

#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"
#include "core/crypto/dsse.h"

enum {
  /* origin, hash, all subjects and the count, with their tags */
  DIGEST_BYTES_MAX =
      4 + PAT_ORIGIN_BYTES_MAX + (PAT_ENTRY_SUBJECTS_MAX + 1) * (PAT_HASH_BYTES + 2) + 8,
  PAE_BYTES_MAX =
      DIGEST_BYTES_MAX + sizeof(PAT_STATEMENT_DIGEST_TYPE) + PAT_DSSE_OVERHEAD_BYTES_MAX,
};
PAT_STATIC_ASSERT(DIGEST_BYTES_MAX <= 2048, "the header promises that 2 KiB suffice");

static ProtobufCBinaryData binary_of(pat_span span) {
  /* protobuf-c's type is not const; the encoder only reads. */
  return (ProtobufCBinaryData){span.size, (uint8_t *)(uintptr_t)span.data};
}

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

pat_status pat_submission_digest(const char *origin, const pat_statement *statement,
                                 const pat_subject_set *subjects, pat_builder *builder) {
  ProtobufCBinaryData keys[PAT_ENTRY_SUBJECTS_MAX];
  for (size_t i = 0; i < subjects->count; i++) {
    keys[i] = binary_of(pat_hash_span(&subjects->keys[i]));
  }
  Patina__StatementDigest digest = PATINA__STATEMENT_DIGEST__INIT;
  digest.origin = (char *)(uintptr_t)origin;
  digest.statement_sha256 = binary_of(pat_hash_span(&statement->sha256));
  digest.n_subject_keys = subjects->count;
  digest.subject_keys = keys;
  digest.identifier_count = (uint32_t)statement->kind->identifier_count;
  return pat_protobuf_encode(&digest.base, builder);
}

/* The payload that is signed, in the caller's buffer. */
static pat_status digest_payload(const char *origin, const pat_statement *statement,
                                 const pat_subject_set *subjects, uint8_t buffer[DIGEST_BYTES_MAX],
                                 pat_dsse_payload *ret_payload) {
  pat_builder builder;
  pat_builder_init(&builder, buffer, DIGEST_BYTES_MAX);
  PAT_TRY(pat_submission_digest(origin, statement, subjects, &builder));
  ret_payload->type = PAT_SPAN_LITERAL(PAT_STATEMENT_DIGEST_TYPE);
  return pat_builder_finish(&builder, &ret_payload->body);
}

pat_status pat_submission_sign(const char *origin, const pat_statement *statement,
                               const pat_hash *principals,
                               const uint8_t secret[PAT_SIGN_SECRET_BYTES],
                               uint8_t ret_signature[PAT_SIGNATURE_BYTES]) {
  pat_subject_set subjects;
  pat_statement_subjects(statement, principals, &subjects);
  uint8_t buffer[DIGEST_BYTES_MAX];
  uint8_t scratch[PAE_BYTES_MAX];
  pat_dsse_payload payload;
  PAT_TRY(digest_payload(origin, statement, &subjects, buffer, &payload));
  return pat_dsse_sign(secret, payload, scratch, sizeof scratch, ret_signature);
}

pat_status pat_submission_verify(const char *origin, const pat_statement *statement,
                                 const pat_subject_set *subjects,
                                 const uint8_t public_key[PAT_PUBLIC_KEY_BYTES],
                                 const uint8_t signature[PAT_SIGNATURE_BYTES]) {
  uint8_t buffer[DIGEST_BYTES_MAX];
  uint8_t scratch[PAE_BYTES_MAX];
  pat_dsse_payload payload;
  PAT_TRY(digest_payload(origin, statement, subjects, buffer, &payload));
  return pat_dsse_verify(public_key, payload, scratch, sizeof scratch, signature);
}

static pat_status take_signature(const Patina__Signature *signature, size_t i,
                                 pat_submission *submission, pat_err *reterr) {
  PAT_REQUIRE_AT(signature->public_key.len == PAT_PUBLIC_KEY_BYTES, SUBMISSION_SIGNATURES, reterr,
                 i, "signatures.public_key");
  PAT_REQUIRE_AT(signature->principal.len == PAT_HASH_BYTES, SUBMISSION_SIGNATURES, reterr, i,
                 "signatures.principal");
  PAT_REQUIRE_AT(signature->signature.len == PAT_SIGNATURE_BYTES, SUBMISSION_SIGNATURES, reterr, i,
                 "signatures.signature");
  pat_hash key_hash = pat_hash_of(span_of(signature->public_key));
  pat_span signer = span_of(submission->statement.message->signers[i]);
  PAT_REQUIRE_AT(pat_span_equal(pat_hash_span(&key_hash), signer), SUBMISSION_KEY, reterr, i,
                 "signatures.public_key");
  submission->public_keys[i] = span_of(signature->public_key);
  submission->signatures[i] = span_of(signature->signature);
  pat_span_copy(submission->principals[i].bytes, PAT_HASH_BYTES, span_of(signature->principal));
  return PAT_OK;
}

static pat_status check_signatures(const char *origin, const Patina__SignedStatement *envelope,
                                   pat_submission *submission, pat_err *reterr) {
  size_t count = submission->statement.message->n_signers;
  PAT_REQUIRE_AT(envelope->n_signatures == count, SUBMISSION_SIGNATURES, reterr, 0, "signatures");
  submission->signer_count = count;
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(take_signature(envelope->signatures[i], i, submission, reterr));
  }
  pat_statement_subjects(&submission->statement, submission->principals, &submission->subjects);
  for (size_t i = 0; i < count; i++) {
    pat_status verdict =
        pat_submission_verify(origin, &submission->statement, &submission->subjects,
                              submission->public_keys[i].data, submission->signatures[i].data);
    PAT_REQUIRE_AT(pat_is_ok(verdict), CRYPTO_SIGNATURE_INVALID, reterr, i, "signatures.signature");
  }
  return PAT_OK;
}

static pat_status check_disclosures(const Patina__SignedStatement *envelope, pat_arena *arena,
                                    pat_submission *submission, pat_err *reterr) {
  size_t count = submission->statement.slot_count;
  PAT_REQUIRE_AT(envelope->n_disclosures == count, SUBMISSION_DISCLOSURES, reterr, 0,
                 "disclosures");
  Patina__Disclosure **disclosures = pat_arena_take_array(arena, count, sizeof *disclosures);
  pat_span *bytes = pat_arena_take_array(arena, count, sizeof *bytes);
  PAT_REQUIRE(disclosures != NULL && bytes != NULL, LIMIT_MEMORY);
  for (size_t slot = 0; slot < count; slot++) {
    bytes[slot] = span_of(envelope->disclosures[slot]);
    PAT_TRY(pat_disclosure_decode(&submission->statement, slot, bytes[slot], arena,
                                  &disclosures[slot], reterr));
  }
  submission->disclosures = disclosures;
  submission->disclosure_bytes = bytes;
  return PAT_OK;
}

pat_status pat_submission_check(const char *origin, const Patina__SignedStatement *envelope,
                                pat_arena *arena, pat_submission *ret_submission, pat_err *reterr) {
  PAT_REQUIRE_AT(strcmp(envelope->origin, origin) == 0, SUBMISSION_OTHER_LOG, reterr, 0, "origin");
  pat_submission submission = {.signer_count = 0};
  PAT_TRY(pat_statement_decode(span_of(envelope->statement), arena, &submission.statement, reterr));
  PAT_TRY(check_signatures(origin, envelope, &submission, reterr));
  PAT_TRY(check_disclosures(envelope, arena, &submission, reterr));
  *ret_submission = submission;
  return PAT_OK;
}
