/* Threads that verify signatures while the replay goes on.
 *
 * Claims travel in batches, in the log's order; batches are finished in any order and taken back in
 * the order in which they were given, so that the first bad record is found, whoever found it. */
#ifndef PAT_CLIENTS_CLI_AUDIT_WORKERS_H
#define PAT_CLIENTS_CLI_AUDIT_WORKERS_H

#include "core/audit/claim.h"
#include "core/tlog/proof.h"
#include "core/tlog/tile.h"

/* The claims of some leaves that follow each other. */
typedef struct {
  pat_arena arena; /* of the claims */
  pat_claim claims[PAT_TLOG_TILE_WIDTH];
  size_t count;
  pat_tlog_head head; /* of the tree that ends with them: what is judged when they are */
  pat_status status;  /* of the first claim that fails */
  uint64_t bad_index; /* its entry */
} pat_batch_of_claims;

typedef struct pat_workers pat_workers;

/* Starts threads. fails limit.memory */
pat_status pat_workers_open(size_t threads, pat_workers **ret_workers) PAT_NONNULL_ALL PAT_MUST_USE;

/* Ends the threads; what they have not verified is left. Accepts NULL. Fits PAT_CLEANUP. */
void pat_workers_close(pat_workers **workers) PAT_NONNULL_ALL;

/* An empty batch to be filled; NULL while all are under way: take one back first. */
pat_batch_of_claims *pat_workers_empty(pat_workers *workers) PAT_NONNULL_ALL;

/* Gives the batch that pat_workers_empty gave last to the threads. */
void pat_workers_give(pat_workers *workers) PAT_NONNULL_ALL;

/* Takes the oldest batch back that was given, as soon as it is verified; NULL where there is none.
 * Borrowed until it is given again by pat_workers_empty. */
const pat_batch_of_claims *pat_workers_take(pat_workers *workers) PAT_NONNULL_ALL;

#endif
