/* Entries of a history with all that a reader needs to check them: what several resources share.
 *
 * The audience rule stands here: of a statement's disclosures only those that are OPEN or PUBLIC
 * are given out. */
#ifndef PAT_SERVER_API_PROVEN_H
#define PAT_SERVER_API_PROVEN_H

#include "proto/api.pb-c.h"
#include "proto/ledger.pb-c.h"
#include "server/api/support.h"

/* A part of a subject's sub-log at a checkpoint. */
typedef struct {
  pat_hash subject;
  uint64_t size;    /* of the checkpoint: no entry at or behind it */
  uint64_t from;    /* number in the sub-log */
  size_t limit;     /* 1..PAT_API_FOLD_ENTRIES_MAX */
  bool with_proofs; /* false: leaf, inclusion and VRF proofs are left out */
} pat_api_range;

typedef struct {
  Patina__ProvenEntry **items;
  size_t count;
} pat_api_entries;

/* Reads a range, fewer than limit where the subject ends, or where the entries hold more than
 * PAT_API_PAGE_BYTES_MAX together (with_proofs only; then at least one).
 * fails STORE_CORRUPT, LIMIT_MEMORY */
pat_status pat_api_proven_read(const pat_api *api, const pat_api_range *range, pat_arena *arena,
                               pat_api_entries *ret_entries) PAT_NONNULL_ALL PAT_MUST_USE;

/* One entry of the log by its index, without its inclusion path. It holds the whole record while it
 * is read: memory as large as that record is needed. fails STORE_CORRUPT, LIMIT_MEMORY */
pat_status pat_api_proven_leaf(const pat_api *api, uint64_t index, pat_arena *arena,
                               Patina__ProvenEntry **ret_proven) PAT_NONNULL_ALL PAT_MUST_USE;

/* One entry of the log by its index, without a subject. As above. */
pat_status pat_api_proven_entry(const pat_api *api, uint64_t index, uint64_t size, pat_arena *arena,
                                Patina__ProvenEntry **ret_entry) PAT_NONNULL_ALL PAT_MUST_USE;

/* The identifier's history at a checkpoint: spans assigned later are left out, and releases
 * recorded later are not yet. fails STORE_NOT_FOUND, STORE_CORRUPT, LIMIT_MEMORY */
pat_status pat_api_identifier_history(const pat_api *api, pat_span key, uint64_t size,
                                      pat_arena *arena, Patina__IdentifierHistory **ret_history)
    PAT_NONNULL_ALL PAT_MUST_USE;

#endif
