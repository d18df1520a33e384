#include "core/audit/roster.h"

#include "core/base/assert.h"

static char root_role[] = "root";

static pat_roster_principal *principal_at(const pat_roster *roster, uint32_t number) {
  PAT_ASSERT(number < roster->principals.count);
  return (pat_roster_principal *)roster->principals.items + number;
}

static pat_roster_grant *grant_at(const pat_roster *roster, uint32_t number) {
  PAT_ASSERT(number < roster->grants.count);
  return (pat_roster_grant *)roster->grants.items + number;
}

bool pat_roster_has_room(const pat_roster *roster) {
  return pat_pool_has_room(&roster->principals, 1) &&
         pat_pool_has_room(&roster->keys, PAT_ROOT_KEYS_MAX) &&
         pat_pool_has_room(&roster->grants, 1);
}

const pat_roster_principal *pat_roster_at(const pat_roster *roster, uint32_t principal) {
  return principal_at(roster, principal);
}

uint32_t pat_roster_add(pat_roster *roster, const pat_hash *id, uint32_t threshold) {
  uint32_t number = pat_pool_take(&roster->principals, 1);
  *principal_at(roster, number) = (pat_roster_principal){.id = *id, .threshold = threshold};
  return number;
}

/* --- keys ------------------------------------------------------------------------------------ */

static pat_roster_key *key_at(const pat_roster *roster, uint32_t number) {
  PAT_ASSERT(number < roster->keys.count);
  return (pat_roster_key *)roster->keys.items + number;
}

const pat_roster_key *pat_roster_key_at(const pat_roster *roster, uint32_t key) {
  return key_at(roster, key);
}

static pat_roster_key *current_key(const pat_roster *roster, uint32_t principal) {
  uint32_t last = principal_at(roster, principal)->last_key;
  if (last == 0) return NULL;
  pat_roster_key *key = key_at(roster, last - 1);
  return key->life.until == PAT_KEY_NEVER ? key : NULL;
}

const pat_roster_key *pat_roster_current(const pat_roster *roster, uint32_t principal) {
  return current_key(roster, principal);
}

void pat_roster_add_key(pat_roster *roster, uint32_t principal, pat_span public_key,
                        uint64_t index) {
  pat_roster_principal *holder = principal_at(roster, principal);
  uint32_t number = pat_pool_take(&roster->keys, 1);
  pat_roster_key *key = key_at(roster, number);
  key->claim.key_hash = pat_hash_of(public_key);
  key->claim.principal = principal;
  pat_span_copy(key->claim.public_key, PAT_PUBLIC_KEY_BYTES, public_key);
  key->life = pat_principal_key_new(index);
  key->before = holder->last_key;
  holder->last_key = number + 1;
  holder->key_count++;
}

void pat_roster_rotate(pat_roster *roster, uint32_t principal, pat_span public_key,
                       uint64_t index) {
  pat_roster_key *current = current_key(roster, principal);
  if (current != NULL) current->life.until = index;
  pat_roster_add_key(roster, principal, public_key, index);
}

pat_status pat_roster_revoke(pat_roster *roster, uint32_t principal, const Patina__KeyRevoked *body,
                             uint64_t index) {
  pat_span signer = pat_span_make(body->key.data, body->key.len);
  uint32_t at = principal_at(roster, principal)->last_key;
  while (at != 0 && !pat_span_equal(pat_hash_span(&key_at(roster, at - 1)->claim.key_hash), signer))
    at = key_at(roster, at - 1)->before;
  PAT_REQUIRE(at != 0, KEY_UNKNOWN);
  return pat_principal_key_revoke(&key_at(roster, at - 1)->life, body, index, NULL);
}

/* --- grants ---------------------------------------------------------------------------------- */

pat_status pat_roster_grant_to(pat_roster *roster, uint32_t principal, const pat_hash *id,
                               const Patina__StandingGranted *body) {
  pat_roster_principal *holder = principal_at(roster, principal);
  PAT_REQUIRE(holder->grant_count < PAT_PRINCIPAL_GRANTS_MAX, PRINCIPAL_GRANTS);
  uint32_t number = pat_pool_take(&roster->grants, 1);
  pat_roster_grant *grant = grant_at(roster, number);
  *grant = (pat_roster_grant){
      .id = *id, .before = holder->last_grant, .all_classes = body->n_classes == 0};
  pat_span_copy(grant->role, PAT_NAME_BYTES_MAX, pat_span_text(body->role));
  holder->last_grant = number + 1;
  holder->grant_count++;
  return PAT_OK;
}

pat_status pat_roster_withdraw(pat_roster *roster, uint32_t principal, pat_span grant) {
  uint32_t at = principal_at(roster, principal)->last_grant;
  while (at != 0 && !pat_span_equal(pat_hash_span(&grant_at(roster, at - 1)->id), grant))
    at = grant_at(roster, at - 1)->before;
  PAT_REQUIRE(at != 0, STANDING_GRANT_UNKNOWN);
  PAT_REQUIRE(!grant_at(roster, at - 1)->withdrawn, STANDING_WITHDRAWN_BEFORE);
  grant_at(roster, at - 1)->withdrawn = true;
  return PAT_OK;
}

/* --- roles ----------------------------------------------------------------------------------- */

static bool root_spoke(const pat_roster *roster, const pat_roster_signers *signers,
                       uint32_t number) {
  size_t count = 0;
  for (size_t i = 0; i < signers->count; i++)
    count += signers->principals[i] == number ? 1 : 0;
  uint32_t threshold = principal_at(roster, number)->threshold;
  return threshold > 0 && count >= threshold;
}

static pat_status fill_source(const pat_roster *roster, const pat_roster_signers *signers,
                              uint32_t number, pat_arena *arena, Patina__Source *source) {
  patina__source__init(source);
  if (number >= roster->principals.count) return PAT_OK;
  pat_roster_principal *principal = principal_at(roster, number);
  source->principal = (ProtobufCBinaryData){PAT_HASH_BYTES, principal->id.bytes};
  source->roles = pat_arena_take_array(arena, principal->grant_count + 1, sizeof *source->roles);
  PAT_REQUIRE(source->roles != NULL, LIMIT_MEMORY);
  for (uint32_t at = principal->last_grant; at != 0; at = grant_at(roster, at - 1)->before) {
    pat_roster_grant *grant = grant_at(roster, at - 1);
    if (grant->all_classes && !grant->withdrawn) source->roles[source->n_roles++] = grant->role;
  }
  if (root_spoke(roster, signers, number)) source->roles[source->n_roles++] = root_role;
  return PAT_OK;
}

pat_status pat_roster_sources(const pat_roster *roster, const pat_roster_signers *signers,
                              pat_arena *arena, Patina__Source ***ret_sources) {
  Patina__Source *sources = pat_arena_take_array(arena, signers->count, sizeof *sources);
  Patina__Source **pointers = pat_arena_take_array(arena, signers->count, sizeof *pointers);
  PAT_REQUIRE(sources != NULL && pointers != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < signers->count; i++) {
    PAT_TRY(fill_source(roster, signers, signers->principals[i], arena, &sources[i]));
    pointers[i] = &sources[i];
  }
  *ret_sources = pointers;
  return PAT_OK;
}
