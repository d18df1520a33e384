/* Everybody who was enrolled so far, with their keys and grants: what the public entries of the
 * log say about who may state what. Spec: SPEC.md 4.5, 5 and 8.3. */
#ifndef PAT_CORE_AUDIT_ROSTER_H
#define PAT_CORE_AUDIT_ROSTER_H

#include <stdbool.h>

#include "core/audit/claim.h"
#include "core/audit/pool.h"
#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/model/principal_key.h"
#include "proto/state.pb-c.h"
#include "proto/statement.pb-c.h"

typedef struct {
  pat_hash id;          /* of the statement that enrolled it */
  uint32_t last_key;    /* the one that it got last: 1 + its number; 0: none */
  uint32_t key_count;   /* those that ended counted */
  uint32_t threshold;   /* keys that must sign for the root to have spoken; 0: not the root */
  uint32_t last_grant;  /* 1 + its number; 0: none */
  uint32_t grant_count; /* withdrawn ones counted */
} pat_roster_principal;

/* One key of one principal. */
typedef struct {
  pat_claim_key claim;
  pat_principal_key life;
  uint32_t before; /* the principal's key before it: 1 + its number; 0: none */
} pat_roster_key;

/* One grant. Only those for all classes count for statements about no asset, and only such
 * statements are public. */
typedef struct {
  pat_hash id;     /* of the statement that granted it */
  uint32_t before; /* the principal's grant before it: 1 + its number; 0: none */
  bool all_classes;
  bool withdrawn;
  char role[PAT_NAME_BYTES_MAX + 1];
} pat_roster_grant;

/* Zero-initialised it is empty. */
typedef struct {
  pat_pool principals; /* pat_roster_principal */
  pat_pool keys;       /* pat_roster_key */
  pat_pool grants;     /* pat_roster_grant */
} pat_roster;

/* True where one more principal, of PAT_ROOT_KEYS_MAX keys, and one more grant have room. */
bool pat_roster_has_room(const pat_roster *roster) PAT_NONNULL_ALL;

/* The principal with this number (asserted to be there). Borrowed until the next call. */
const pat_roster_principal *pat_roster_at(const pat_roster *roster,
                                          uint32_t principal) PAT_NONNULL_ALL;
/* The key with this number (asserted to be there). Borrowed until the next call. */
const pat_roster_key *pat_roster_key_at(const pat_roster *roster, uint32_t key) PAT_NONNULL_ALL;
/* The key that a principal has, the root its last one; NULL: it was revoked. Borrowed likewise. */
const pat_roster_key *pat_roster_current(const pat_roster *roster,
                                         uint32_t principal) PAT_NONNULL_ALL;

/* Adds a principal without keys; gives its number. Room in the pools (asserted). */
uint32_t pat_roster_add(pat_roster *roster, const pat_hash *id,
                        uint32_t threshold) PAT_NONNULL_ALL PAT_MUST_USE;
/* Adds a key that the entry at this index brings. public_key has PAT_PUBLIC_KEY_BYTES. */
void pat_roster_add_key(pat_roster *roster, uint32_t principal, pat_span public_key, uint64_t index)
    PAT_NONNULL(1);
/* Ends the key that a principal has and adds the next one. */
void pat_roster_rotate(pat_roster *roster, uint32_t principal, pat_span public_key, uint64_t index)
    PAT_NONNULL(1);
/* Applies a revocation at its index.
 * fails KEY_UNKNOWN  the principal never had this key; and as pat_principal_key_revoke */
pat_status pat_roster_revoke(pat_roster *roster, uint32_t principal, const Patina__KeyRevoked *body,
                             uint64_t index) PAT_NONNULL_ALL PAT_MUST_USE;

/* Adds a grant.
 * in    id    of the granting statement
 *       body  well-formed; borrowed for the call
 * fails PRINCIPAL_GRANTS  the principal has PAT_PRINCIPAL_GRANTS_MAX already */
pat_status pat_roster_grant_to(pat_roster *roster, uint32_t principal, const pat_hash *id,
                               const Patina__StandingGranted *body) PAT_NONNULL_ALL PAT_MUST_USE;

/* Withdraws a grant.
 * fails STANDING_GRANT_UNKNOWN     the principal has no such grant
 *       STANDING_WITHDRAWN_BEFORE  it holds no longer */
pat_status pat_roster_withdraw(pat_roster *roster, uint32_t principal, pat_span grant)
    PAT_NONNULL(1) PAT_MUST_USE;

/* The principals of a statement's signers, in the signers' order; a number that the roster does
 * not have is somebody who is being enrolled. */
typedef struct {
  uint32_t principals[PAT_STATEMENT_SIGNERS_MAX];
  size_t count;
} pat_roster_signers;

/* Who signs a statement about no asset, as standing is judged (core/model/standing.h): each
 * signer's principal with the roles that it holds for all classes; who is being enrolled has none.
 * out   ret_sources  as many as signers, in the arena
 * fails LIMIT_MEMORY */
pat_status pat_roster_sources(const pat_roster *roster, const pat_roster_signers *signers,
                              pat_arena *arena,
                              Patina__Source ***ret_sources) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
