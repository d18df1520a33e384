/* The roll: principals whose enrolment and standing were verified from the log's own entries.
 *
 * A reader fetches the history of every signer, and of everybody who gave those standing, adds
 * them all, and then judges the whole roll: each enrolment, grant and withdrawal must itself
 * have been signed by enrolled keys with the standing that the policy asks for at that index,
 * down to the genesis. Only a judged roll says who held which roles. What it cannot know is that
 * the newest events of a principal were left out: that needs the index's proof.
 *
 * Pure: no I/O. */
#ifndef PAT_CORE_VERIFY_ROLL_H
#define PAT_CORE_VERIFY_ROLL_H

#include "core/model/principal_key.h"
#include "core/verify/entry.h"
#include "proto/state.pb-c.h"

/* A grant, and when it ended. */
typedef struct pat_roll_grant {
  pat_hash grant; /* SHA-256 of the granting statement */
  const Patina__StandingGranted *body;
  uint64_t granted_index;
  uint64_t withdrawn_index; /* UINT64_MAX: it holds */
  struct pat_roll_grant *next;
} pat_roll_grant;

/* A key of a principal, and when it was valid. */
typedef struct {
  pat_span public_key;
  pat_hash signer; /* SHA-256 of it, as statements name it */
  pat_principal_key life;
} pat_roll_key;

/* One principal. */
typedef struct {
  pat_hash id;
  Patina__PrincipalType type;
  const char *name; /* as disclosed; "" where it is withheld or there is none */
  uint64_t enrolled_index;
  bool root;
  uint32_t threshold; /* keys that must sign; 1 except for the root */
  pat_roll_key *keys; /* as they came */
  size_t key_count;
  pat_roll_grant *grants; /* newest first */
  size_t grant_count;
  const pat_verified_entry *const *events; /* ascending by index */
  size_t event_count;
} pat_roll_principal;

/* Begin with pat_roll_init. */
typedef struct pat_roll {
  pat_arena *arena;
  const Patina__GenesisParameters *genesis;
  pat_hash root;             /* the root's principal id */
  pat_roll_principal *items; /* PAT_BUNDLE_PRINCIPALS_MAX, as they were added */
  uint16_t *order;           /* of items, ascending by id */
  size_t count;
} pat_roll;

/* Starts an empty roll under a verified genesis. fails limit.memory */
pat_status pat_roll_init(pat_roll *roll, pat_arena *arena,
                         const pat_statement *genesis) PAT_NONNULL_ALL PAT_MUST_USE;

/* Adds a principal by its whole history.
 * in    events  verified one by one, ascending; borrowed for the roll's life
 * fails verify.chain       they are not the principal's events one after the other
 *       verify.enrolment   the first does not enrol this principal
 *       verify.key-change  its keys are rotated or revoked as no log may record it; who signed that
 *                          is judged later
 *       verify.missing     there are none
 *       verify.bundle-size more than PAT_BUNDLE_PRINCIPALS_MAX principals, or more than
 *                          PAT_PRINCIPAL_GRANTS_MAX grants or PAT_PRINCIPAL_KEYS_MAX keys of this
 *                          one
 *       limit.memory
 * time  O(event_count + principals) */
pat_status pat_roll_add(pat_roll *roll, const pat_hash *id, const pat_verified_entry *const *events,
                        size_t event_count, pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

/* The principal with this id, or NULL. time O(log principals) */
const pat_roll_principal *pat_roll_find(const pat_roll *roll, const pat_hash *id) PAT_NONNULL_ALL;

/* Judges every enrolment, key change, grant and withdrawal on the roll.
 * fails verify.missing    a signer is not on the roll
 *       verify.enrolment  a signer's key was not his by then
 *       verify.key        a signer's key was his no longer
 *       verify.standing   the signers had no standing for it, or may not change these keys */
pat_status pat_roll_judge(const pat_roll *roll, pat_err *reterr) PAT_NONNULL(1) PAT_MUST_USE;

/* Checks that a signer's key is his: on the roll, brought by an earlier entry or by this one, and
 * not ended by an earlier one.
 * in    signer  number of the signer
 * out   ret_principal  borrowed from roll
 * fails verify.missing, verify.enrolment, verify.key */
pat_status pat_roll_signer(const pat_roll *roll, const pat_verified_entry *verified, size_t signer,
                           const pat_roll_principal **ret_principal, pat_err *reterr)
    PAT_NONNULL(1, 2, 4) PAT_MUST_USE;

/* Who signed an entry, with the roles that counted then: what the ledger calls the sources.
 * in    class_name   of the asset it is about; "" where it is about none
 * out   ret_sources  signer_count of them, in the arena
 * fails verify.missing, verify.enrolment, verify.key, limit.memory */
pat_status pat_roll_sources(const pat_roll *roll, const pat_verified_entry *verified,
                            const char *class_name, Patina__Source ***ret_sources, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* Checks that the policy admits a statement from these sources. The genesis, entry 0, brings the
 * policy along and is above it; who may change a principal's keys, section 4.5 says instead.
 * fails verify.standing; verify.missing where the principal is not on the roll */
pat_status pat_roll_standing(const pat_roll *roll, const pat_verified_entry *verified,
                             Patina__Source *const *sources, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Checks the sources that a view states against those that follow from the roll, and that the
 * policy admits the statement from them.
 * fails as pat_roll_sources, verify.sources, verify.standing */
pat_status pat_roll_check(const pat_roll *roll, const pat_verified_entry *verified,
                          const char *class_name, pat_err *reterr)
    PAT_NONNULL(1, 2, 3) PAT_MUST_USE;

#endif
