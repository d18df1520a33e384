#include "core/model/principal_key.h"

#include "core/base/assert.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

bool pat_principal_key_changed_by(pat_kind_number kind) {
  return kind == PAT_KIND_KEY_ROTATED || kind == PAT_KIND_KEY_REVOKED;
}

pat_principal_key pat_principal_key_new(uint64_t from) {
  return (pat_principal_key){.from = from, .until = PAT_KEY_NEVER, .since = PAT_KEY_NEVER};
}

bool pat_principal_key_valid(const pat_principal_key *key, uint64_t index) {
  return key->from <= index && index <= key->until;
}

/* PAT_KEY_NEVER is above every index. */
static bool may_date_back(const pat_principal_key *key, uint64_t since, uint64_t index) {
  if (since < key->from || since >= index) return false;
  return since < key->until && since < key->since;
}

pat_status pat_principal_key_revoke(pat_principal_key *key, const Patina__KeyRevoked *body,
                                    uint64_t index, pat_err *reterr) {
  bool is_current = key->until == PAT_KEY_NEVER;
  if (body->since == 0) {
    PAT_REQUIRE_AT(is_current, KEY_ENDED_BEFORE, reterr, 0, "key");
  } else {
    PAT_REQUIRE_AT(may_date_back(key, body->since, index), KEY_SINCE, reterr, 0, "since");
    key->since = body->since;
    key->said_index = index;
  }
  if (is_current) key->until = index;
  return PAT_OK;
}

/* --- who may --------------------------------------------------------------------------------- */

static bool is_signer(const pat_principal_key_change *change, size_t i, pat_span signer) {
  return pat_span_equal(span_of(change->statement->message->signers[i]), signer);
}

static bool signs_for(const pat_principal_key_change *change, size_t i, pat_span principal) {
  return pat_span_equal(pat_hash_span(&change->principals[i]), principal);
}

/* Enough of the root's keys sign, and nobody else but the signer with the number beside. */
static bool root_signs(const pat_principal_key_change *change, size_t beside) {
  if (change->root == NULL) return false;
  size_t count = change->statement->message->n_signers;
  size_t keys = 0;
  for (size_t i = 0; i < count; i++) {
    if (i == beside) continue;
    if (!signs_for(change, i, pat_hash_span(change->root))) return false;
    keys++;
  }
  return keys >= change->root_threshold;
}

/* The key that the principal has signs, and nobody else but the signer with the number beside. */
static bool current_signs(const pat_principal_key_change *change, size_t beside,
                          pat_span principal) {
  size_t count = change->statement->message->n_signers;
  size_t others = 0;
  for (size_t i = 0; i < count; i++) {
    if (i == beside) continue;
    bool own = signs_for(change, i, principal);
    if (!own || !is_signer(change, i, pat_hash_span(change->current))) return false;
    others++;
  }
  return others == 1;
}

/* The number of the new key's signature, which the kind's own check has seen. */
static size_t new_signer(const pat_principal_key_change *change, const Patina__KeyRotated *body) {
  pat_hash signer = pat_hash_of(span_of(body->key->public_key));
  size_t at = 0;
  while (!is_signer(change, at, pat_hash_span(&signer))) {
    at++;
    PAT_ASSERT(at < change->statement->message->n_signers);
  }
  return at;
}

static bool may_rotate(const pat_principal_key_change *change, const Patina__KeyRotated *body) {
  size_t at = new_signer(change, body);
  pat_span principal = span_of(body->principal);
  if (!signs_for(change, at, principal)) return false;
  if (change->current == NULL) return root_signs(change, at);
  return current_signs(change, at, principal);
}

static bool may_revoke(const pat_principal_key_change *change, const Patina__KeyRevoked *body) {
  bool from_now = body->since == 0 && change->current != NULL;
  if (from_now && current_signs(change, SIZE_MAX, span_of(body->principal))) return true;
  return root_signs(change, SIZE_MAX);
}

pat_status pat_principal_key_authority(const pat_principal_key_change *change, pat_err *reterr) {
  const Patina__Statement *message = change->statement->message;
  bool may = message->body_case == PATINA__STATEMENT__BODY_KEY_ROTATED
                 ? may_rotate(change, message->key_rotated)
                 : may_revoke(change, message->key_revoked);
  PAT_REQUIRE_AT(may, KEY_AUTHORITY, reterr, 0, "signers");
  return PAT_OK;
}
