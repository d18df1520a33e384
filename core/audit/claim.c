#include "core/audit/claim.h"

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"
#include "core/crypto/dsse.h"
#include "core/crypto/sign.h"
#include "core/envelope/submission.h"

enum {
  /* origin, hash, all subjects and the count, with their tags and sizes */
  DIGEST_BYTES_MAX =
      4 + PAT_ORIGIN_BYTES_MAX + (PAT_ENTRY_SUBJECTS_MAX + 1) * (PAT_HASH_BYTES + 2) + 8,
  MESSAGE_BYTES_MAX =
      DIGEST_BYTES_MAX + sizeof PAT_STATEMENT_DIGEST_TYPE + PAT_DSSE_OVERHEAD_BYTES_MAX,
  ALIGNMENT_BYTES = 3 * 16,
};
PAT_STATIC_ASSERT(MESSAGE_BYTES_MAX + PAT_STATEMENT_SIGNERS_MAX * PAT_SIGNATURE_BYTES +
                          PAT_CLAIM_KEYS_MAX * sizeof(pat_claim_key) + ALIGNMENT_BYTES <=
                      PAT_CLAIM_BYTES_MAX,
                  "a claim fits in what the header asks for");

/* The StatementDigest that follows from the entry alone. */
static pat_status write_digest(const char *origin, const Patina__Entry *entry,
                               uint8_t buffer[DIGEST_BYTES_MAX], pat_span *ret_digest) {
  ProtobufCBinaryData keys[PAT_ENTRY_SUBJECTS_MAX];
  Patina__StatementDigest digest = PATINA__STATEMENT_DIGEST__INIT;
  digest.n_subject_keys = entry->n_subjects - entry->identifier_count;
  PAT_ASSERT(digest.n_subject_keys <= PAT_ENTRY_SUBJECTS_MAX);
  for (size_t i = 0; i < digest.n_subject_keys; i++)
    keys[i] = entry->subjects[i]->key;
  digest.origin = (char *)(uintptr_t)origin;
  digest.statement_sha256 = entry->statement_sha256;
  digest.subject_keys = keys;
  digest.identifier_count = entry->identifier_count;
  pat_builder builder;
  pat_builder_init(&builder, buffer, DIGEST_BYTES_MAX);
  PAT_TRY(pat_protobuf_encode(&digest.base, &builder));
  return pat_builder_finish(&builder, ret_digest);
}

static pat_status write_message(const char *origin, const Patina__Entry *entry, pat_arena *arena,
                                pat_span *ret_message) {
  uint8_t buffer[DIGEST_BYTES_MAX];
  pat_dsse_payload payload = {.type = PAT_SPAN_LITERAL(PAT_STATEMENT_DIGEST_TYPE)};
  PAT_TRY(write_digest(origin, entry, buffer, &payload.body));
  size_t size_max = payload.type.size + payload.body.size + PAT_DSSE_OVERHEAD_BYTES_MAX;
  uint8_t *memory = pat_arena_take(arena, size_max);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, memory, size_max);
  pat_dsse_pae(&builder, payload);
  return pat_builder_finish(&builder, ret_message);
}

static pat_status copy_signatures(const Patina__Entry *entry, pat_arena *arena,
                                  const uint8_t **ret_signatures) {
  uint8_t *copy = pat_arena_take_array(arena, entry->n_signatures, PAT_SIGNATURE_BYTES);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < entry->n_signatures; i++) {
    pat_span_copy(copy + i * PAT_SIGNATURE_BYTES, PAT_SIGNATURE_BYTES,
                  pat_span_make(entry->signatures[i].data, entry->signatures[i].len));
  }
  *ret_signatures = copy;
  return PAT_OK;
}

/* A copy in the order in which signers stand. */
static pat_status sort_keys(const pat_claim_parts *parts, pat_arena *arena,
                            const pat_claim_key **ret_keys) {
  const pat_claim_key *keys = parts->keys;
  pat_claim_key *sorted = pat_arena_take_array(arena, parts->key_count, sizeof *sorted);
  PAT_REQUIRE(sorted != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < parts->key_count; i++) {
    size_t at = i;
    for (; at > 0; at--) {
      pat_span before = pat_hash_span(&sorted[at - 1].key_hash);
      if (pat_span_compare(before, pat_hash_span(&keys[i].key_hash)) <= 0) break;
      sorted[at] = sorted[at - 1];
    }
    sorted[at] = keys[i];
  }
  *ret_keys = sorted;
  return PAT_OK;
}

pat_status pat_claim_make(const pat_claim_parts *parts, pat_arena *arena, pat_claim *ret_claim) {
  const Patina__Entry *entry = parts->entry;
  PAT_ASSERT(entry->n_signatures <= PAT_STATEMENT_SIGNERS_MAX);
  PAT_REQUIRE(parts->key_count >= entry->n_signatures, AUDIT_SIGNER);
  PAT_REQUIRE(parts->key_count <= PAT_CLAIM_KEYS_MAX, AUDIT_SIGNER);
  pat_claim claim = {
      .index = parts->index, .signature_count = entry->n_signatures, .key_count = parts->key_count};
  PAT_TRY(write_message(parts->origin, entry, arena, &claim.message));
  PAT_TRY(copy_signatures(entry, arena, &claim.signatures));
  PAT_TRY(sort_keys(parts, arena, &claim.keys));
  *ret_claim = claim;
  return PAT_OK;
}

/* --- verifying ------------------------------------------------------------------------------- */

/* The first key at *at or behind it that made the signature; *at moves behind that one. */
static pat_status find_signer(const pat_claim *claim, const uint8_t *signature, size_t *at,
                              uint32_t *ret_principal) {
  for (; *at < claim->key_count; (*at)++) {
    const pat_claim_key *key = &claim->keys[*at];
    if (!pat_is_ok(pat_sign_verify(key->public_key, claim->message, signature))) continue;
    *ret_principal = key->principal;
    (*at)++;
    return PAT_OK;
  }
  return pat_refuse(PAT_RULE_CRYPTO_SIGNATURE_INVALID);
}

static bool has_signed(const uint32_t *principals, size_t count, uint32_t principal) {
  for (size_t i = 0; i < count; i++) {
    if (principals[i] == principal) return true;
  }
  return false;
}

pat_status pat_claim_verify(const pat_claim *claim) {
  PAT_ASSERT(claim->signature_count <= PAT_STATEMENT_SIGNERS_MAX);
  PAT_ASSERT(claim->key_count >= claim->signature_count);
  uint32_t signers[PAT_STATEMENT_SIGNERS_MAX];
  size_t at = 0;
  for (size_t i = 0; i < claim->signature_count; i++) {
    PAT_TRY(find_signer(claim, claim->signatures + i * PAT_SIGNATURE_BYTES, &at, &signers[i]));
  }
  for (size_t i = 0; i < claim->key_count; i++) {
    PAT_REQUIRE(has_signed(signers, claim->signature_count, claim->keys[i].principal),
                AUDIT_SIGNER);
  }
  return PAT_OK;
}
