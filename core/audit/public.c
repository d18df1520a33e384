/* Public entries: what stands in clear is judged as the log had to judge it (declared in
 * replay_internal.h). */
#include <string.h>

#include "core/audit/match.h"
#include "core/audit/replay_internal.h"
#include "core/base/assert.h"
#include "core/envelope/genesis.h"
#include "core/model/catalog.h"
#include "core/model/standing.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static const Patina__Statement *message_of(const pat_replay_entry *judged) {
  return judged->statement.message;
}

/* --- whose statement it is ------------------------------------------------------------------- */

static pat_status decode_statement(pat_replay_entry *judged) {
  pat_statement *statement = &judged->statement;
  PAT_TRY(pat_statement_decode(span_of(judged->entry->statement), judged->scratch, statement,
                               judged->err));
  PAT_REQUIRE_AT(statement->kind->is_public, ENTRY_STATEMENT, judged->err, 0, "statement");
  /* The genesis is leaf 0, and no other leaf is one. */
  bool is_genesis = statement->kind->number == PAT_KIND_GENESIS;
  PAT_REQUIRE_AT(is_genesis == (judged->index == 0), GENESIS_FIRST, judged->err, 0, "body");
  return PAT_OK;
}

/* The key that this very statement brings, or NULL. */
static const ProtobufCBinaryData *brought_key(const pat_replay_entry *judged) {
  const Patina__Statement *message = message_of(judged);
  if (message->body_case == PATINA__STATEMENT__BODY_KEY_ROTATED) {
    return &message->key_rotated->key->public_key;
  }
  if (message->body_case == PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED) {
    return &message->principal_enrolled->key->public_key;
  }
  if (message->body_case == PATINA__STATEMENT__BODY_DEVICE_ENROLLED) {
    return &message->device_enrolled->key->public_key;
  }
  return NULL;
}

static void add_own_key(pat_replay_entry *judged, ProtobufCBinaryData public_key,
                        uint32_t principal) {
  PAT_ASSERT(judged->key_count < PAT_CLAIM_KEYS_MAX);
  pat_claim_key *key = &judged->keys[judged->key_count++];
  key->key_hash = pat_hash_of(span_of(public_key));
  key->principal = principal;
  pat_span_copy(key->public_key, PAT_PUBLIC_KEY_BYTES, span_of(public_key));
}

/* The number of a principal that was enrolled before. */
static pat_status find_principal(const pat_replay_entry *judged, ProtobufCBinaryData id,
                                 uint32_t *ret_principal) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_PRINCIPAL, span_of(id));
  const pat_history *history = pat_histories_find(&judged->replay->histories, &key);
  bool is_enrolled = history != NULL && history->kind == PAT_HISTORY_PRINCIPAL;
  PAT_REQUIRE_AT(is_enrolled, PRINCIPAL_UNKNOWN, judged->err, 0, "principal");
  *ret_principal = history->principal;
  return PAT_OK;
}

/* Whose the key is that this statement brings: the number that is given next, or the one of the
 * principal that rotates to it. */
static pat_status find_holder(const pat_replay_entry *judged, uint32_t *ret_principal) {
  const Patina__Statement *message = message_of(judged);
  if (message->body_case == PATINA__STATEMENT__BODY_KEY_ROTATED) {
    return find_principal(judged, message->key_rotated->principal, ret_principal);
  }
  *ret_principal = judged->replay->roster.principals.count;
  return PAT_OK;
}

/* Who may have signed: principals enrolled before, then whose key is brought here. */
static pat_status find_candidates(pat_replay_entry *judged) {
  if (judged->index == 0) {
    const Patina__GenesisParameters *parameters = message_of(judged)->genesis->parameters;
    for (size_t i = 0; i < parameters->n_root_keys; i++)
      add_own_key(judged, parameters->root_keys[i], 0);
    return PAT_OK;
  }
  PAT_TRY(pat_replay__candidates(judged));
  const ProtobufCBinaryData *own = brought_key(judged);
  if (own == NULL) return PAT_OK;
  uint32_t holder = 0;
  PAT_TRY(find_holder(judged, &holder));
  PAT_REQUIRE_AT(judged->key_count < PAT_CLAIM_KEYS_MAX, AUDIT_SIGNER, judged->err, 0,
                 "signatures");
  add_own_key(judged, *own, holder);
  return PAT_OK;
}

/* Of the candidates the statement's signers alone are kept, in their order. */
static pat_status keep_signers(pat_replay_entry *judged) {
  const Patina__Statement *message = message_of(judged);
  pat_rule unknown = judged->index == 0 ? PAT_RULE_GENESIS_SIGNERS : PAT_RULE_AUDIT_SIGNER;
  pat_claim_key kept[PAT_STATEMENT_SIGNERS_MAX];
  for (size_t i = 0; i < message->n_signers; i++) {
    size_t at = 0;
    while (at < judged->key_count &&
           !pat_span_equal(pat_hash_span(&judged->keys[at].key_hash), span_of(message->signers[i])))
      at++;
    if (at == judged->key_count) return pat_refuse_at(unknown, judged->err, i, "signers");
    kept[i] = judged->keys[at];
    judged->signers.principals[i] = kept[i].principal;
  }
  judged->signers.count = message->n_signers;
  judged->key_count = message->n_signers;
  for (size_t i = 0; i < judged->key_count; i++)
    judged->keys[i] = kept[i];
  return PAT_OK;
}

static pat_hash principal_id(const pat_replay_entry *judged, uint32_t number) {
  const pat_roster *roster = &judged->replay->roster;
  if (number >= roster->principals.count) return judged->statement.sha256;
  return pat_roster_at(roster, number)->id;
}

static void fill_principals(const pat_replay_entry *judged,
                            pat_hash ret_principals[PAT_STATEMENT_SIGNERS_MAX]) {
  for (size_t i = 0; i < judged->signers.count; i++)
    ret_principals[i] = principal_id(judged, judged->signers.principals[i]);
}

static pat_status match_entry(pat_replay_entry *judged) {
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  fill_principals(judged, principals);
  return pat_match_entry(judged->entry, &judged->statement, principals, judged->err);
}

/* --- whether it may be said ------------------------------------------------------------------ */

static pat_status check_genesis(pat_replay_entry *judged) {
  const Patina__Genesis *genesis = message_of(judged)->genesis;
  pat_origin origin;
  PAT_TRY(pat_genesis_origin(genesis, judged->scratch, &origin));
  PAT_REQUIRE_AT(strcmp(origin.text, judged->replay->origin) == 0, GENESIS_ORIGIN, judged->err, 0,
                 "genesis");
  PAT_REQUIRE_AT(judged->signers.count >= genesis->parameters->root_threshold, GENESIS_SIGNERS,
                 judged->err, 0, "signers");
  return PAT_OK;
}

static pat_status check_times(const pat_replay_entry *judged) {
  const Patina__Policy *policy = judged->replay->genesis->policy;
  const Patina__Statement *message = message_of(judged);
  uint64_t now_ms = judged->entry->logged_at_ms;
  uint64_t ahead_ms = message->issued_at_ms > now_ms ? message->issued_at_ms - now_ms : 0;
  PAT_REQUIRE_AT(now_ms <= message->submit_before_ms, STATEMENT_EXPIRED, judged->err, 0,
                 "submit_before_ms");
  PAT_REQUIRE_AT(ahead_ms <= policy->clock_skew_ms, STATEMENT_FUTURE, judged->err, 0,
                 "issued_at_ms");
  PAT_REQUIRE_AT(message->submit_before_ms - message->issued_at_ms <= policy->submit_window_ms,
                 STATEMENT_WINDOW, judged->err, 0, "submit_before_ms");
  return PAT_OK;
}

static pat_status check_standing(const pat_replay_entry *judged) {
  const Patina__Policy *policy = judged->replay->genesis->policy;
  uint32_t kind = (uint32_t)judged->statement.kind->number;
  const Patina__KindPolicy *rule = pat_policy_kind(policy, kind);
  PAT_REQUIRE_AT(rule != NULL, STANDING_KIND, judged->err, 0, "body");
  Patina__Source **sources = NULL;
  PAT_TRY(pat_roster_sources(&judged->replay->roster, &judged->signers, judged->scratch, &sources));
  bool entitled = pat_standing_for_kind(policy, kind, sources, judged->signers.count);
  PAT_REQUIRE_AT(entitled || rule->self_declared, STANDING_MISSING, judged->err, 0, "signers");
  return PAT_OK;
}

pat_status pat_replay__public_check(pat_replay_entry *judged) {
  PAT_TRY(decode_statement(judged));
  PAT_TRY(find_candidates(judged));
  PAT_TRY(keep_signers(judged));
  PAT_TRY(match_entry(judged));
  if (judged->index == 0) return check_genesis(judged);
  PAT_TRY(check_times(judged));
  /* Who may change keys, no policy says: it is judged with the change itself. */
  bool is_key_change = pat_principal_key_changed_by(judged->statement.kind->number);
  return is_key_change ? PAT_OK : check_standing(judged);
}

/* --- what follows from it -------------------------------------------------------------------- */

static pat_history *history_of(const pat_replay_entry *judged, pat_subject_kind kind, pat_span id) {
  pat_hash key = pat_subject_key(kind, id);
  pat_history *history = pat_histories_find(&judged->replay->histories, &key);
  PAT_ASSERT(history != NULL); /* match_entry has seen it among the entry's */
  return history;
}

/* A key is enrolled once, ever: its history has this one entry. */
static pat_status check_key_new(pat_replay_entry *judged, ProtobufCBinaryData public_key) {
  pat_history *history = history_of(judged, PAT_SUBJECT_KEY, span_of(public_key));
  PAT_REQUIRE_AT(history->count == 1, KEY_ENROLLED_BEFORE, judged->err, 0, "key");
  history->kind = PAT_HISTORY_PUBLIC;
  return PAT_OK;
}

/* Nothing can be recorded of a principal, or issued by it, before it is enrolled. */
static pat_status name_history(pat_replay_entry *judged, pat_subject_kind kind, pat_history_kind as,
                               uint32_t principal) {
  pat_history *history = history_of(judged, kind, pat_hash_span(&judged->statement.sha256));
  PAT_REQUIRE_AT(history->count == 1, AUDIT_ENROLMENT, judged->err, 0, "subjects");
  history->kind = (uint8_t)as;
  history->principal = principal;
  return PAT_OK;
}

static pat_status enrol(pat_replay_entry *judged, const ProtobufCBinaryData *keys, size_t count,
                        uint32_t threshold) {
  uint32_t principal =
      pat_roster_add(&judged->replay->roster, &judged->statement.sha256, threshold);
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(check_key_new(judged, keys[i]));
    pat_roster_add_key(&judged->replay->roster, principal, span_of(keys[i]), judged->index);
  }
  PAT_TRY(name_history(judged, PAT_SUBJECT_PRINCIPAL, PAT_HISTORY_PRINCIPAL, principal));
  return name_history(judged, PAT_SUBJECT_ISSUED, PAT_HISTORY_ISSUED, principal);
}

/* The parameters live as long as the replay, the leaf's bytes do not. */
static pat_status keep_genesis(pat_replay_entry *judged) {
  pat_arena *keep = judged->replay->keep;
  pat_span bytes = judged->statement.bytes;
  uint8_t *copy = pat_arena_take(keep, bytes.size);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, bytes.size, bytes);
  pat_statement kept;
  PAT_TRY(pat_statement_decode(pat_span_make(copy, bytes.size), keep, &kept, judged->err));
  judged->replay->genesis = kept.message->genesis->parameters;
  return PAT_OK;
}

static pat_status begin(pat_replay_entry *judged) {
  PAT_TRY(keep_genesis(judged));
  const Patina__GenesisParameters *parameters = judged->replay->genesis;
  history_of(judged, PAT_SUBJECT_POLICY, pat_span_text(parameters->policy->name))->kind =
      PAT_HISTORY_PUBLIC;
  return enrol(judged, parameters->root_keys, parameters->n_root_keys, parameters->root_threshold);
}

/* The root was enrolled first. */
static const uint32_t root_number = 0;

/* Those who sign may change the keys of this principal. */
static pat_status check_authority(const pat_replay_entry *judged, const pat_hash *current) {
  const pat_roster_principal *root = pat_roster_at(&judged->replay->roster, root_number);
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  fill_principals(judged, principals);
  const pat_principal_key_change change = {.statement = &judged->statement,
                                           .principals = principals,
                                           .current = current,
                                           .root = &root->id,
                                           .root_threshold = root->threshold};
  return pat_principal_key_authority(&change, judged->err);
}

/* The principal whose keys are changed, and the hash of the one that it has; NULL: none. */
static pat_status find_changed(const pat_replay_entry *judged, ProtobufCBinaryData id,
                               uint32_t *ret_principal, const pat_hash **ret_current) {
  uint32_t principal = 0;
  PAT_TRY(find_principal(judged, id, &principal));
  PAT_REQUIRE_AT(principal != root_number, KEY_ROOT, judged->err, 0, "principal");
  const pat_roster_key *current = pat_roster_current(&judged->replay->roster, principal);
  *ret_current = current != NULL ? &current->claim.key_hash : NULL;
  *ret_principal = principal;
  return PAT_OK;
}

static pat_status rotate(pat_replay_entry *judged) {
  const Patina__KeyRotated *body = message_of(judged)->key_rotated;
  pat_roster *roster = &judged->replay->roster;
  uint32_t principal = 0;
  const pat_hash *current = NULL;
  PAT_TRY(find_changed(judged, body->principal, &principal, &current));
  PAT_REQUIRE_AT(pat_roster_at(roster, principal)->key_count < PAT_PRINCIPAL_KEYS_MAX,
                 PRINCIPAL_KEYS, judged->err, 0, "principal");
  PAT_TRY(check_key_new(judged, body->key->public_key));
  PAT_TRY(check_authority(judged, current));
  pat_roster_rotate(roster, principal, span_of(body->key->public_key), judged->index);
  return PAT_OK;
}

static pat_status revoke(pat_replay_entry *judged) {
  const Patina__KeyRevoked *body = message_of(judged)->key_revoked;
  uint32_t principal = 0;
  const pat_hash *current = NULL;
  PAT_TRY(find_changed(judged, body->principal, &principal, &current));
  pat_status status = pat_roster_revoke(&judged->replay->roster, principal, body, judged->index);
  if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, judged->err, 0, "key");
  return check_authority(judged, current);
}

static pat_status grant(pat_replay_entry *judged) {
  const Patina__StandingGranted *body = message_of(judged)->standing_granted;
  uint32_t principal = 0;
  PAT_TRY(find_principal(judged, body->principal, &principal));
  pat_status status =
      pat_roster_grant_to(&judged->replay->roster, principal, &judged->statement.sha256, body);
  return pat_is_ok(status) ? status
                           : pat_refuse_at((pat_rule)status.rule, judged->err, 0, "principal");
}

static pat_status withdraw(pat_replay_entry *judged) {
  const Patina__StandingWithdrawn *body = message_of(judged)->standing_withdrawn;
  uint32_t principal = 0;
  PAT_TRY(find_principal(judged, body->principal, &principal));
  pat_status status = pat_roster_withdraw(&judged->replay->roster, principal, span_of(body->grant));
  return pat_is_ok(status) ? status : pat_refuse_at((pat_rule)status.rule, judged->err, 0, "grant");
}

/* Versions have no gaps: each is the number of its entry in the history of the name. */
static pat_status check_version(pat_replay_entry *judged, pat_subject_kind kind, const char *name,
                                uint32_t version) {
  pat_history *history = history_of(judged, kind, pat_span_text(name));
  PAT_REQUIRE_AT(version == history->count, CATALOG_VERSION, judged->err, 0, name);
  history->kind = PAT_HISTORY_PUBLIC;
  return PAT_OK;
}

pat_status pat_replay__public_apply(pat_replay_entry *judged) {
  const Patina__Statement *message = message_of(judged);
  switch (judged->statement.kind->number) {
    case PAT_KIND_GENESIS:
      return begin(judged);
    case PAT_KIND_PRINCIPAL_ENROLLED:
    case PAT_KIND_DEVICE_ENROLLED:
      return enrol(judged, brought_key(judged), 1, 0);
    case PAT_KIND_KEY_ROTATED:
      return rotate(judged);
    case PAT_KIND_KEY_REVOKED:
      return revoke(judged);
    case PAT_KIND_STANDING_GRANTED:
      return grant(judged);
    case PAT_KIND_STANDING_WITHDRAWN:
      return withdraw(judged);
    case PAT_KIND_CLASS_PUBLISHED:
      return check_version(judged, PAT_SUBJECT_CLASS, message->class_published->schema->name,
                           message->class_published->schema->version);
    case PAT_KIND_SCHEME_PUBLISHED:
      return check_version(judged, PAT_SUBJECT_SCHEME, message->scheme_published->scheme->name,
                           message->scheme_published->scheme->version);
    case PAT_KIND_ASSET_REGISTERED:
    case PAT_KIND_ATTRIBUTES_CHANGED:
    case PAT_KIND_IDENTIFIER_ASSIGNED:
    case PAT_KIND_IDENTIFIER_RELEASED:
    case PAT_KIND_ATTESTED:
    case PAT_KIND_CORRECTED:
    case PAT_KIND_RETRACTED:
    case PAT_KIND_DEVICE_BOUND:
    case PAT_KIND_TELEMETRY:
      break; /* private: decode_statement has refused them */
  }
  return pat_refuse(PAT_RULE_ENTRY_STATEMENT);
}
