/* Contextual rules of genesis, enrolments and standing. */
#include <string.h>

#include "core/base/assert.h"
#include "core/envelope/genesis.h"
#include "core/ledger/decide.h"

/* --- principals ------------------------------------------------------------------------------ */

static const pat_hash *own_id(const pat_decide *decide) {
  return &decide->submission->statement.sha256;
}

static pat_status write_principal(pat_decide *decide, Patina__PrincipalType type,
                                  ProtobufCBinaryData public_key) {
  Patina__PrincipalRecord record = PATINA__PRINCIPAL_RECORD__INIT;
  record.type = type;
  record.n_keys = 1;
  record.keys = &public_key;
  record.threshold = 1;
  record.enrolled_index = decide->index;
  PAT_TRY(pat_decide_put_key(decide, own_id(decide), public_key));
  return pat_decide_put_principal(decide, pat_hash_span(own_id(decide)), &record);
}

/* --- genesis --------------------------------------------------------------------------------- */

static bool is_root_key(const Patina__GenesisParameters *parameters, pat_span public_key) {
  for (size_t i = 0; i < parameters->n_root_keys; i++) {
    if (pat_span_equal(pat_decide_span(parameters->root_keys[i]), public_key)) return true;
  }
  return false;
}

static pat_status check_root_signers(pat_decide *decide,
                                     const Patina__GenesisParameters *parameters) {
  const pat_submission *submission = decide->submission;
  for (size_t i = 0; i < submission->signer_count; i++) {
    PAT_REQUIRE_AT(is_root_key(parameters, submission->public_keys[i]), GENESIS_SIGNERS,
                   decide->err, i, "signers");
    PAT_REQUIRE_AT(pat_hash_equal(&submission->principals[i], &submission->statement.sha256),
                   SIGNER_PRINCIPAL, decide->err, i, "signatures.principal");
  }
  PAT_REQUIRE_AT(submission->signer_count >= parameters->root_threshold, GENESIS_SIGNERS,
                 decide->err, 0, "signers");
  return PAT_OK;
}

static pat_status genesis_check(pat_decide *decide) {
  PAT_REQUIRE_AT(decide->index == 0, GENESIS_FIRST, decide->err, 0, "genesis");
  const Patina__Genesis *body = decide->message->genesis;
  pat_origin origin;
  PAT_TRY(pat_genesis_origin(body, decide->arena, &origin));
  PAT_REQUIRE_AT(strcmp(origin.text, decide->ledger->origin) == 0, GENESIS_ORIGIN, decide->err, 0,
                 "genesis");
  return check_root_signers(decide, body->parameters);
}

static pat_status genesis_write(pat_decide *decide) {
  const Patina__GenesisParameters *parameters = decide->message->genesis->parameters;
  Patina__PrincipalRecord record = PATINA__PRINCIPAL_RECORD__INIT;
  record.type = PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_AUTHORITY;
  record.n_keys = parameters->n_root_keys;
  record.keys = parameters->root_keys;
  record.threshold = parameters->root_threshold;
  record.root = true;
  for (size_t i = 0; i < parameters->n_root_keys; i++) {
    PAT_TRY(pat_decide_put_key(decide, own_id(decide), parameters->root_keys[i]));
  }
  return pat_decide_put_principal(decide, pat_hash_span(own_id(decide)), &record);
}

const pat_rules pat_rules__genesis = {
    .number = PAT_KIND_GENESIS,
    .check = genesis_check,
    .write = genesis_write,
};

/* --- enrolment ------------------------------------------------------------------------------- */

static pat_status enrolled_check(pat_decide *decide) {
  PAT_TRY(pat_decide_key_new(decide, decide->message->principal_enrolled->key->public_key));
  return pat_decide_text(decide, 0, "name");
}

static pat_status enrolled_write(pat_decide *decide) {
  const Patina__PrincipalEnrolled *body = decide->message->principal_enrolled;
  return write_principal(decide, body->type, body->key->public_key);
}

const pat_rules pat_rules__principal_enrolled = {
    .number = PAT_KIND_PRINCIPAL_ENROLLED,
    .check = enrolled_check,
    .write = enrolled_write,
};

static pat_status device_check(pat_decide *decide) {
  const Patina__DeviceEnrolled *body = decide->message->device_enrolled;
  PAT_TRY(pat_decide_key_new(decide, body->key->public_key));
  return body->serial.len == 0 ? PAT_OK : pat_decide_text(decide, 0, "serial");
}

static pat_status device_write(pat_decide *decide) {
  return write_principal(decide, PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_DEVICE,
                         decide->message->device_enrolled->key->public_key);
}

const pat_rules pat_rules__device_enrolled = {
    .number = PAT_KIND_DEVICE_ENROLLED,
    .check = device_check,
    .write = device_write,
};

/* --- standing -------------------------------------------------------------------------------- */

static void granted_ask(pat_decide *decide) {
  pat_span principal = pat_decide_span(decide->message->standing_granted->principal);
  pat_decide_ask_state(decide, PAT_STATE_PRINCIPAL, principal);
}

static pat_status granted_check(pat_decide *decide) {
  Patina__PrincipalRecord *principal = NULL;
  PAT_TRY(
      pat_decide_load_principal(decide, decide->message->standing_granted->principal, &principal));
  PAT_REQUIRE_AT(principal->n_grants < PAT_PRINCIPAL_GRANTS_MAX, PRINCIPAL_GRANTS, decide->err, 0,
                 "principal");
  return PAT_OK;
}

static pat_status granted_write(pat_decide *decide) {
  const Patina__StandingGranted *body = decide->message->standing_granted;
  const pat_hash *sha256 = &decide->submission->statement.sha256;
  Patina__PrincipalRecord *principal = NULL;
  PAT_TRY(pat_decide_load_principal(decide, body->principal, &principal));
  Patina__GrantRecord grant = PATINA__GRANT_RECORD__INIT;
  grant.grant = (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)(uintptr_t)sha256->bytes};
  grant.role = body->role;
  grant.n_classes = body->n_classes;
  grant.classes = body->classes;
  grant.granted_index = decide->index;
  Patina__GrantRecord *pointer = &grant;
  principal->grants = pat_decide_append(decide->arena, principal->grants, principal->n_grants,
                                        sizeof pointer, &pointer);
  PAT_REQUIRE(principal->grants != NULL, LIMIT_MEMORY);
  principal->n_grants++;
  return pat_decide_put_principal(decide, pat_decide_span(body->principal), principal);
}

const pat_rules pat_rules__standing_granted = {
    .number = PAT_KIND_STANDING_GRANTED,
    .ask = granted_ask,
    .check = granted_check,
    .write = granted_write,
};

static Patina__GrantRecord *find_grant(const Patina__PrincipalRecord *principal,
                                       ProtobufCBinaryData id) {
  for (size_t i = 0; i < principal->n_grants; i++) {
    if (pat_span_equal(pat_decide_span(principal->grants[i]->grant), pat_decide_span(id))) {
      return principal->grants[i];
    }
  }
  return NULL;
}

static void withdrawn_ask(pat_decide *decide) {
  pat_span principal = pat_decide_span(decide->message->standing_withdrawn->principal);
  pat_decide_ask_state(decide, PAT_STATE_PRINCIPAL, principal);
}

static pat_status withdrawn_check(pat_decide *decide) {
  const Patina__StandingWithdrawn *body = decide->message->standing_withdrawn;
  Patina__PrincipalRecord *principal = NULL;
  PAT_TRY(pat_decide_load_principal(decide, body->principal, &principal));
  const Patina__GrantRecord *grant = find_grant(principal, body->grant);
  PAT_REQUIRE_AT(grant != NULL, STANDING_GRANT_UNKNOWN, decide->err, 0, "grant");
  PAT_REQUIRE_AT(grant->withdrawal_case == PATINA__GRANT_RECORD__WITHDRAWAL__NOT_SET,
                 STANDING_WITHDRAWN_BEFORE, decide->err, 0, "grant");
  return PAT_OK;
}

static pat_status withdrawn_write(pat_decide *decide) {
  const Patina__StandingWithdrawn *body = decide->message->standing_withdrawn;
  Patina__PrincipalRecord *principal = NULL;
  PAT_TRY(pat_decide_load_principal(decide, body->principal, &principal));
  Patina__GrantRecord *grant = find_grant(principal, body->grant);
  PAT_ASSERT(grant != NULL);
  grant->withdrawal_case = PATINA__GRANT_RECORD__WITHDRAWAL_WITHDRAWN_INDEX;
  grant->withdrawn_index = decide->index;
  return pat_decide_put_principal(decide, pat_decide_span(body->principal), principal);
}

const pat_rules pat_rules__standing_withdrawn = {
    .number = PAT_KIND_STANDING_WITHDRAWN,
    .ask = withdrawn_ask,
    .check = withdrawn_check,
    .write = withdrawn_write,
};
