/* One audit of a log: its tiles, then every leaf replayed, with the signatures verified beside. */
#ifndef PAT_CLIENTS_CLI_AUDIT_RUN_H
#define PAT_CLIENTS_CLI_AUDIT_RUN_H

#include "clients/cli/audit/mirror.h"
#include "core/audit/replay.h"

/* What an audit found. */
typedef struct {
  pat_replay_tally tally;
  uint64_t subjects;
  uint64_t verified; /* signatures, in this run */
  uint64_t verified_before;
  uint64_t milliseconds; /* of the replay */
  uint64_t bad_index;    /* of the leaf that is refused, where has_bad */
  bool has_bad;
} pat_audit_found;

/* A replayed log, with the memory that it lies in. Zero-initialise; clear with
 * pat_audited_clear. */
typedef struct {
  pat_replay replay;
  void *pools[PAT_REPLAY_POOL_COUNT];
  pat_hash *said;
  pat_arena keep;
  pat_arena scratch;
  pat_tlog_head earlier; /* asked for: a tree that may be this one's beginning; size 0: none */
  bool earlier_fits;     /* set: it is */
} pat_audited;

/* Fits PAT_CLEANUP. */
void pat_audited_clear(pat_audited *audited) PAT_NONNULL_ALL;

/* Audits the tree of a checkpoint that is believed to be the log's.
 * in    head     its size and root; size above 0
 *       audited  zero but for `earlier`
 * out   audited    the replay, whole where nothing fails; the caller clears it in any case
 *       ret_found  also filled on failure
 * fails audit.tile, audit.root; the rules of pat_replay_leaf, pat_claim_verify and pat_replay_end,
 *       with the log index; and as pat_mirror_tile, limit.memory
 * time  bounded by one signature verification for each signature, on all processors */
pat_status pat_audit_run(pat_mirror *mirror, const pat_tlog_head *head, pat_audited *audited,
                         pat_audit_found *ret_found) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
