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

const pat_claim_key *pat_roster_key(const pat_roster *roster, uint32_t principal, uint32_t i) {
  const pat_roster_principal *holder = principal_at(roster, principal);
  PAT_ASSERT(i < holder->key_count);
  PAT_ASSERT(holder->first_key + i < roster->keys.count);
  return (const pat_claim_key *)roster->keys.items + holder->first_key + i;
}

uint32_t pat_roster_add(pat_roster *roster, const pat_hash *id, uint32_t threshold) {
  uint32_t number = pat_pool_take(&roster->principals, 1);
  *principal_at(roster, number) =
      (pat_roster_principal){.id = *id, .first_key = roster->keys.count, .threshold = threshold};
  return number;
}

void pat_roster_add_key(pat_roster *roster, pat_span public_key) {
  PAT_ASSERT(roster->principals.count > 0);
  uint32_t holder = roster->principals.count - 1;
  uint32_t number = pat_pool_take(&roster->keys, 1);
  pat_claim_key *key = (pat_claim_key *)roster->keys.items + number;
  key->key_hash = pat_hash_of(public_key);
  key->principal = holder;
  pat_span_copy(key->public_key, PAT_PUBLIC_KEY_BYTES, public_key);
  principal_at(roster, holder)->key_count++;
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
