/* What an entry claims to be signed by: one message, its signatures, and the keys that they may be
 * of. The replay makes claims, one after the other; verifying them needs nothing else, so that it
 * can be done later, in any order, and by several threads.
 *
 * A private entry names no keys. Its signers are known by their principals, whose `issued`
 * subjects it belongs to; where one of those has several keys (the root), it is found out which of
 * them signed. Signatures stand in the order of their keys' hashes. Spec: SPEC.md 4.1 and 7.1. */
#ifndef PAT_CORE_AUDIT_CLAIM_H
#define PAT_CORE_AUDIT_CLAIM_H

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/crypto/hash.h"
#include "proto/log.pb-c.h"

enum {
  PAT_CLAIM_KEYS_MAX = PAT_ROOT_KEYS_MAX + PAT_STATEMENT_SIGNERS_MAX,
  PAT_CLAIM_BYTES_MAX = 4096, /* what one claim takes of an arena, at most */
};

/* A key that may have signed. */
typedef struct {
  pat_hash key_hash;
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint32_t principal; /* its number in the roster */
} pat_claim_key;

/* Everything but the index lies in the arena that the claim was made in. */
typedef struct {
  uint64_t index;            /* of the entry in the log */
  pat_span message;          /* what Ed25519 was given */
  const uint8_t *signatures; /* PAT_SIGNATURE_BYTES each */
  size_t signature_count;
  const pat_claim_key *keys; /* ascending by hash; as many as signatures, or more */
  size_t key_count;
} pat_claim;

/* What a claim is made of, all borrowed. */
typedef struct {
  const char *origin; /* of the log */
  uint64_t index;
  const Patina__Entry *entry; /* well-formed (pat_entry_decode) */
  const pat_claim_key *keys;  /* in any order, each once */
  size_t key_count;
} pat_claim_parts;

/* Makes the claim of an entry.
 * in    parts  borrowed for the call; the claim holds copies
 * out   ret_claim  unchanged on failure
 * fails AUDIT_SIGNER  fewer keys than signatures, or more than PAT_CLAIM_KEYS_MAX
 *       LIMIT_MEMORY  arena has not PAT_CLAIM_BYTES_MAX left */
pat_status pat_claim_make(const pat_claim_parts *parts, pat_arena *arena,
                          pat_claim *ret_claim) PAT_NONNULL_ALL PAT_MUST_USE;

/* Verifies a claim: each signature is by one of the keys, in their order, and each principal among
 * the keys' signed.
 * fails CRYPTO_SIGNATURE_INVALID  a signature is by none of the keys that it may be of
 *       AUDIT_SIGNER              a principal is named that did not sign
 * time  one Ed25519 verification for each signature; for the root's, up to one for each key */
pat_status pat_claim_verify(const pat_claim *claim) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
