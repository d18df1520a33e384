/* Of the keys that signed a history, those that are recorded as compromised at a checkpoint: part
 * of what the fold is given (SPEC.md section 8.1). */
#ifndef PAT_SERVER_API_COMPROMISED_H
#define PAT_SERVER_API_COMPROMISED_H

#include "server/api/key_set.h"
#include "server/api/proven.h"

typedef struct pat_api_compromised_key pat_api_compromised_key;

/* Zero-initialised it is empty. */
typedef struct {
  pat_api_key_set known; /* signers that were looked up */
  pat_api_compromised_key *last;
  size_t count;
} pat_api_compromised;

/* Looks up the signers of these entries.
 * in    size   of the checkpoint: what was recorded behind it does not count
 *       arena  holds what is found
 * fails STORE_CORRUPT, LIMIT_MEMORY
 * time  one read of the store for each signer that was not looked up before */
pat_status pat_api_compromised_add(pat_api_compromised *compromised, const pat_api *api,
                                   uint64_t size, const pat_api_entries *entries,
                                   pat_arena *arena) PAT_NONNULL_ALL PAT_MUST_USE;

/* Gives them to a history, ascending by signer. fails LIMIT_MEMORY */
pat_status pat_api_compromised_give(const pat_api_compromised *compromised, pat_arena *arena,
                                    Patina__AssetHistory *history) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
