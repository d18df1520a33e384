/* A growing set of 32-byte keys in an arena: what a bundle holds already. */
#ifndef PAT_SERVER_API_KEY_SET_H
#define PAT_SERVER_API_KEY_SET_H

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/crypto/hash.h"

typedef struct {
  pat_hash key;
  bool taken;
} pat_api_key_slot;

/* Zero-initialised it is empty. Invariant: capacity is 0 or a power of two, at most half of it
 * taken. */
typedef struct {
  pat_api_key_slot *slots;
  size_t capacity;
  size_t count;
} pat_api_key_set;

/* Adds a key.
 * out   ret_is_new  false where the set has it already
 * fails LIMIT_MEMORY; the set is unchanged
 * time  O(1) amortised, for keys that nobody can choose at will (hashes, log indices) */
pat_status pat_api_key_set_add(pat_api_key_set *set, const pat_hash *key, pat_arena *arena,
                               bool *ret_is_new) PAT_NONNULL_ALL PAT_MUST_USE;

/* A log index as a key of its own kind of set. */
pat_hash pat_api_key_of_index(uint64_t index);

#endif
