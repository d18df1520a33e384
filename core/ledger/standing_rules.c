/* Whose signatures these are, and what they may state. */
#include <string.h>

#include "core/ledger/decide.h"
#include "core/model/catalog.h"
#include "core/model/principal_key.h"
#include "core/model/standing.h"

static char root_role[] = "root";

/* True where this very statement brings the signer's key: enrols it, or rotates to it. */
static bool brings_key(const pat_decide *decide, size_t i) {
  const pat_submission *submission = decide->submission;
  pat_span principal = pat_hash_span(&submission->statement.sha256);
  const Patina__Key *key = NULL;
  switch (submission->statement.kind->number) {
    case PAT_KIND_GENESIS:
      return true; /* its own check judges keys and principals */
    case PAT_KIND_PRINCIPAL_ENROLLED:
      key = decide->message->principal_enrolled->key;
      break;
    case PAT_KIND_DEVICE_ENROLLED:
      key = decide->message->device_enrolled->key;
      break;
    case PAT_KIND_KEY_ROTATED:
      key = decide->message->key_rotated->key;
      principal = pat_decide_span(decide->message->key_rotated->principal);
      break;
    default:
      return false;
  }
  if (!pat_span_equal(pat_hash_span(&submission->principals[i]), principal)) return false;
  return pat_span_equal(submission->public_keys[i], pat_decide_span(key->public_key));
}

/* The signer's principal; left out where it is enrolled by this statement. */
static pat_status find_principal(pat_decide *decide, size_t i) {
  const ProtobufCMessage *found = NULL;
  pat_state_key key =
      pat_state_key_of(PAT_STATE_PRINCIPAL, pat_hash_span(&decide->submission->principals[i]));
  pat_status status = pat_record_get_shared(decide->view, pat_state_ledger_key(&key),
                                            &patina__principal_record__descriptor, decide->arena,
                                            decide->decoded, &found);
  if (pat_is_rule(status, PAT_RULE_LEDGER_ABSENT) && brings_key(decide, i)) return PAT_OK;
  PAT_TRY(status);
  decide->principals[i] = (const Patina__PrincipalRecord *)found;
  return PAT_OK;
}

static pat_status check_key(pat_decide *decide, size_t i) {
  const ProtobufCMessage *found = NULL;
  pat_state_key key = pat_state_key_of(PAT_STATE_KEY, pat_decide_span(decide->message->signers[i]));
  pat_status status = pat_record_get_shared(decide->view, pat_state_ledger_key(&key),
                                            &patina__key_record__descriptor, decide->arena,
                                            decide->decoded, &found);
  PAT_REQUIRE_AT(!pat_is_rule(status, PAT_RULE_LEDGER_ABSENT), SIGNER_UNKNOWN, decide->err, i,
                 "signers");
  PAT_TRY(status);
  const Patina__KeyRecord *record = (const Patina__KeyRecord *)found;
  pat_span claimed = pat_hash_span(&decide->submission->principals[i]);
  PAT_REQUIRE_AT(pat_span_equal(pat_decide_span(record->principal), claimed), SIGNER_PRINCIPAL,
                 decide->err, i, "signatures.principal");
  PAT_REQUIRE_AT(record->end_case != PATINA__KEY_RECORD__END_ROTATED_INDEX, SIGNER_ROTATED,
                 decide->err, i, "signers");
  PAT_REQUIRE_AT(record->end_case != PATINA__KEY_RECORD__END_REVOKED_INDEX, SIGNER_REVOKED,
                 decide->err, i, "signers");
  return PAT_OK;
}

static pat_status find_signer(pat_decide *decide, size_t i) {
  if (decide->submission->statement.kind->number == PAT_KIND_GENESIS) return PAT_OK;
  if (!brings_key(decide, i)) PAT_TRY(check_key(decide, i));
  return find_principal(decide, i);
}

pat_status pat_decide_signers(pat_decide *decide) {
  for (size_t i = 0; i < decide->submission->signer_count; i++) {
    PAT_TRY(find_signer(decide, i));
  }
  return PAT_OK;
}

static bool grant_counts(const Patina__GrantRecord *grant, const char *class_name) {
  if (grant->withdrawal_case != PATINA__GRANT_RECORD__WITHDRAWAL__NOT_SET) return false;
  if (grant->n_classes == 0) return true;
  return pat_roles_contain(grant->classes, grant->n_classes, class_name);
}

static size_t signatures_of(const pat_submission *submission, const pat_hash *principal) {
  size_t count = 0;
  for (size_t i = 0; i < submission->signer_count; i++) {
    if (pat_hash_equal(&submission->principals[i], principal)) count++;
  }
  return count;
}

/* Inserts a role into the ascending list, once. */
static void add_role(Patina__Source *source, char *role) {
  size_t at = source->n_roles;
  while (at > 0 && strcmp(source->roles[at - 1], role) > 0)
    at--;
  if (at > 0 && strcmp(source->roles[at - 1], role) == 0) return;
  for (size_t i = source->n_roles; i > at; i--)
    source->roles[i] = source->roles[i - 1];
  source->roles[at] = role;
  source->n_roles++;
}

static pat_status fill_source(pat_decide *decide, size_t i) {
  Patina__Source *source = &decide->sources[i];
  patina__source__init(source);
  const pat_hash *id = &decide->submission->principals[i];
  source->principal = (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)(uintptr_t)id->bytes};
  decide->source_pointers[i] = source;
  const Patina__PrincipalRecord *principal = decide->principals[i];
  if (principal == NULL) return PAT_OK;
  source->roles = pat_arena_take_array(decide->arena, principal->n_grants + 1, sizeof(char *));
  PAT_REQUIRE(source->roles != NULL, LIMIT_MEMORY);
  for (size_t grant = 0; grant < principal->n_grants; grant++) {
    if (grant_counts(principal->grants[grant], decide->class_name)) {
      add_role(source, principal->grants[grant]->role);
    }
  }
  bool root_spoke =
      principal->root && signatures_of(decide->submission, id) >= principal->threshold;
  if (root_spoke) add_role(source, root_role);
  return PAT_OK;
}

pat_status pat_decide_standing(pat_decide *decide) {
  size_t count = decide->submission->signer_count;
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(fill_source(decide, i));
  }
  /* The genesis brings the policy along: nothing stands above it. */
  if (decide->ledger->genesis == NULL) {
    decide->entitled = true;
    return PAT_OK;
  }
  /* Who may change keys, the kinds' own checks say. */
  decide->entitled = pat_principal_key_changed_by(decide->submission->statement.kind->number);
  if (decide->entitled) return PAT_OK;
  const Patina__Policy *policy = decide->ledger->genesis->policy;
  uint32_t kind = (uint32_t)decide->submission->statement.kind->number;
  decide->kind_policy = pat_policy_kind(policy, kind);
  PAT_REQUIRE_AT(decide->kind_policy != NULL, STANDING_KIND, decide->err, 0, "body");
  decide->entitled = pat_standing_for_kind(policy, kind, decide->source_pointers, count);
  PAT_REQUIRE_AT(decide->entitled || decide->kind_policy->self_declared, STANDING_MISSING,
                 decide->err, 0, "signers");
  return PAT_OK;
}

pat_status pat_decide_roles(pat_decide *decide, char *const *roles, size_t role_count,
                            const char *place) {
  bool holds = pat_standing_for_roles(roles, role_count, decide->source_pointers,
                                      decide->submission->signer_count);
  PAT_REQUIRE_AT(holds || decide->kind_policy->self_declared, STANDING_ATTRIBUTE, decide->err, 0,
                 place);
  return PAT_OK;
}
