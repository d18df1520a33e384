/* Keys: each is enrolled once, ever; how a principal's keys are rotated and revoked. */
#include "core/base/assert.h"
#include "core/ledger/decide.h"
#include "core/model/principal_key.h"

/* --- records --------------------------------------------------------------------------------- */

/* The record of a key; SHA-256 of it, as signers name it. */
static pat_status load_record(pat_decide *decide, pat_span signer, Patina__KeyRecord **ret_record) {
  pat_state_key key = pat_state_key_of(PAT_STATE_KEY, signer);
  ProtobufCMessage *found = NULL;
  PAT_TRY(pat_record_get(decide->view, pat_state_ledger_key(&key), &patina__key_record__descriptor,
                         decide->arena, &found));
  *ret_record = (Patina__KeyRecord *)found;
  return PAT_OK;
}

pat_status pat_decide_key_new(pat_decide *decide, ProtobufCBinaryData public_key) {
  pat_hash signer = pat_hash_of(pat_decide_span(public_key));
  Patina__KeyRecord *record = NULL;
  pat_status status = load_record(decide, pat_hash_span(&signer), &record);
  if (pat_is_rule(status, PAT_RULE_LEDGER_ABSENT)) return PAT_OK;
  PAT_TRY(status);
  return pat_refuse_at(PAT_RULE_KEY_ENROLLED_BEFORE, decide->err, 0, "key");
}

static pat_status put_record(pat_decide *decide, pat_span signer, const Patina__KeyRecord *record) {
  pat_state_key key = pat_state_key_of(PAT_STATE_KEY, signer);
  return pat_record_put(decide->view, pat_state_ledger_key(&key), &record->base, decide->arena);
}

pat_status pat_decide_put_key(pat_decide *decide, const pat_hash *principal,
                              ProtobufCBinaryData public_key) {
  Patina__KeyRecord record = PATINA__KEY_RECORD__INIT;
  record.principal = (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)(uintptr_t)principal->bytes};
  record.public_key = public_key;
  record.enrolled_index = decide->index;
  pat_hash signer = pat_hash_of(pat_decide_span(public_key));
  return put_record(decide, pat_hash_span(&signer), &record);
}

pat_status pat_decide_load_principal(pat_decide *decide, ProtobufCBinaryData id,
                                     Patina__PrincipalRecord **ret_record) {
  pat_state_key key = pat_state_key_of(PAT_STATE_PRINCIPAL, pat_decide_span(id));
  ProtobufCMessage *found = NULL;
  pat_status status = pat_record_get(decide->view, pat_state_ledger_key(&key),
                                     &patina__principal_record__descriptor, decide->arena, &found);
  PAT_REQUIRE_AT(!pat_is_rule(status, PAT_RULE_LEDGER_ABSENT), PRINCIPAL_UNKNOWN, decide->err, 0,
                 "principal");
  PAT_TRY(status);
  *ret_record = (Patina__PrincipalRecord *)found;
  return PAT_OK;
}

pat_status pat_decide_put_principal(pat_decide *decide, pat_span id,
                                    const Patina__PrincipalRecord *record) {
  pat_state_key key = pat_state_key_of(PAT_STATE_PRINCIPAL, id);
  return pat_record_put(decide->view, pat_state_ledger_key(&key), &record->base, decide->arena);
}

/* --- who may --------------------------------------------------------------------------------- */

/* The root's number among the signers; as many as signers: it is not among them. */
static size_t root_signer(const pat_decide *decide) {
  size_t at = 0;
  while (at < decide->submission->signer_count &&
         (decide->principals[at] == NULL || !decide->principals[at]->root))
    at++;
  return at;
}

static pat_status check_authority(pat_decide *decide, const Patina__PrincipalRecord *principal) {
  const pat_submission *submission = decide->submission;
  pat_hash current = {{0}};
  bool has_key = principal->n_keys > 0;
  if (has_key) current = pat_hash_of(pat_decide_span(principal->keys[0]));
  size_t root = root_signer(decide);
  bool by_root = root < submission->signer_count;
  const pat_principal_key_change change = {
      .statement = &submission->statement,
      .principals = submission->principals,
      .current = has_key ? &current : NULL,
      .root = by_root ? &submission->principals[root] : NULL,
      .root_threshold = by_root ? decide->principals[root]->threshold : 0,
  };
  return pat_principal_key_authority(&change, decide->err);
}

/* --- rotation -------------------------------------------------------------------------------- */

static void rotated_ask(pat_decide *decide) {
  pat_span principal = pat_decide_span(decide->message->key_rotated->principal);
  pat_decide_ask_state(decide, PAT_STATE_PRINCIPAL, principal);
}

static pat_status rotated_check(pat_decide *decide) {
  const Patina__KeyRotated *body = decide->message->key_rotated;
  Patina__PrincipalRecord *principal = NULL;
  PAT_TRY(pat_decide_load_principal(decide, body->principal, &principal));
  PAT_REQUIRE_AT(!principal->root, KEY_ROOT, decide->err, 0, "principal");
  size_t key_count = principal->former_keys + principal->n_keys;
  PAT_REQUIRE_AT(key_count < PAT_PRINCIPAL_KEYS_MAX, PRINCIPAL_KEYS, decide->err, 0, "principal");
  PAT_TRY(pat_decide_key_new(decide, body->key->public_key));
  return check_authority(decide, principal);
}

/* The key that the principal has ends here. */
static pat_status end_current(pat_decide *decide, Patina__PrincipalRecord *principal) {
  if (principal->n_keys == 0) return PAT_OK;
  pat_hash signer = pat_hash_of(pat_decide_span(principal->keys[0]));
  Patina__KeyRecord *record = NULL;
  PAT_TRY(load_record(decide, pat_hash_span(&signer), &record));
  record->end_case = PATINA__KEY_RECORD__END_ROTATED_INDEX;
  record->rotated_index = decide->index;
  principal->former_keys++;
  return put_record(decide, pat_hash_span(&signer), record);
}

static pat_status rotated_write(pat_decide *decide) {
  const Patina__KeyRotated *body = decide->message->key_rotated;
  Patina__PrincipalRecord *principal = NULL;
  PAT_TRY(pat_decide_load_principal(decide, body->principal, &principal));
  PAT_TRY(end_current(decide, principal));
  pat_hash id = {{0}};
  pat_span_copy(id.bytes, PAT_HASH_BYTES, pat_decide_span(body->principal));
  PAT_TRY(pat_decide_put_key(decide, &id, body->key->public_key));
  ProtobufCBinaryData public_key = body->key->public_key;
  principal->n_keys = 1;
  principal->keys = &public_key;
  return pat_decide_put_principal(decide, pat_decide_span(body->principal), principal);
}

const pat_rules pat_rules__key_rotated = {
    .number = PAT_KIND_KEY_ROTATED,
    .ask = rotated_ask,
    .check = rotated_check,
    .write = rotated_write,
};

/* --- revocation ------------------------------------------------------------------------------ */

static void revoked_ask(pat_decide *decide) {
  const Patina__KeyRevoked *body = decide->message->key_revoked;
  pat_decide_ask_state(decide, PAT_STATE_PRINCIPAL, pat_decide_span(body->principal));
  pat_decide_ask_state(decide, PAT_STATE_KEY, pat_decide_span(body->key));
}

static pat_principal_key span_of_record(const Patina__KeyRecord *record) {
  pat_principal_key key = pat_principal_key_new(record->enrolled_index);
  if (record->end_case == PATINA__KEY_RECORD__END_ROTATED_INDEX) key.until = record->rotated_index;
  if (record->end_case == PATINA__KEY_RECORD__END_REVOKED_INDEX) key.until = record->revoked_index;
  if (record->n_compromises > 0) {
    const Patina__KeyCompromise *last = record->compromises[record->n_compromises - 1];
    key.since = last->since;
    key.said_index = last->said_index;
  }
  return key;
}

/* The record of the key that is revoked, one of the principal's. */
static pat_status load_revoked(pat_decide *decide, Patina__KeyRecord **ret_record) {
  const Patina__KeyRevoked *body = decide->message->key_revoked;
  Patina__KeyRecord *record = NULL;
  pat_status status = load_record(decide, pat_decide_span(body->key), &record);
  PAT_REQUIRE_AT(!pat_is_rule(status, PAT_RULE_LEDGER_ABSENT), KEY_UNKNOWN, decide->err, 0, "key");
  PAT_TRY(status);
  bool own = pat_span_equal(pat_decide_span(record->principal), pat_decide_span(body->principal));
  PAT_REQUIRE_AT(own, KEY_UNKNOWN, decide->err, 0, "key");
  *ret_record = record;
  return PAT_OK;
}

static pat_status revoked_check(pat_decide *decide) {
  const Patina__KeyRevoked *body = decide->message->key_revoked;
  Patina__PrincipalRecord *principal = NULL;
  PAT_TRY(pat_decide_load_principal(decide, body->principal, &principal));
  PAT_REQUIRE_AT(!principal->root, KEY_ROOT, decide->err, 0, "principal");
  Patina__KeyRecord *record = NULL;
  PAT_TRY(load_revoked(decide, &record));
  pat_principal_key key = span_of_record(record);
  PAT_TRY(pat_principal_key_revoke(&key, body, decide->index, decide->err));
  return check_authority(decide, principal);
}

static pat_status add_compromise(pat_decide *decide, Patina__KeyRecord *record) {
  Patina__KeyCompromise *compromise = pat_arena_take(decide->arena, sizeof *compromise);
  PAT_REQUIRE(compromise != NULL, LIMIT_MEMORY);
  patina__key_compromise__init(compromise);
  compromise->since = decide->message->key_revoked->since;
  compromise->said_index = decide->index;
  record->compromises = pat_decide_append(decide->arena, record->compromises, record->n_compromises,
                                          sizeof compromise, &compromise);
  PAT_REQUIRE(record->compromises != NULL, LIMIT_MEMORY);
  record->n_compromises++;
  return PAT_OK;
}

static pat_status remove_current(pat_decide *decide) {
  ProtobufCBinaryData id = decide->message->key_revoked->principal;
  Patina__PrincipalRecord *principal = NULL;
  PAT_TRY(pat_decide_load_principal(decide, id, &principal));
  PAT_ASSERT(principal->n_keys == 1);
  principal->n_keys = 0;
  principal->former_keys++;
  return pat_decide_put_principal(decide, pat_decide_span(id), principal);
}

static pat_status revoked_write(pat_decide *decide) {
  const Patina__KeyRevoked *body = decide->message->key_revoked;
  Patina__KeyRecord *record = NULL;
  PAT_TRY(load_revoked(decide, &record));
  if (body->since != 0) PAT_TRY(add_compromise(decide, record));
  if (record->end_case == PATINA__KEY_RECORD__END__NOT_SET) {
    record->end_case = PATINA__KEY_RECORD__END_REVOKED_INDEX;
    record->revoked_index = decide->index;
    PAT_TRY(remove_current(decide));
  }
  return put_record(decide, pat_decide_span(body->key), record);
}

const pat_rules pat_rules__key_revoked = {
    .number = PAT_KIND_KEY_REVOKED,
    .ask = revoked_ask,
    .check = revoked_check,
    .write = revoked_write,
};
