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

/* Audits the tree of a checkpoint that is believed to be the log's.
 * in    head     its size and root; size above 0
 * out   ret_found  also filled on failure
 * fails audit.tile, audit.root; the rules of pat_replay_leaf, pat_claim_verify and pat_replay_end,
 *       with the log index; and as pat_mirror_tile, limit.memory
 * time  bounded by one signature verification for each signature, on all processors */
pat_status pat_audit_run(pat_mirror *mirror, const pat_tlog_head *head,
                         pat_audit_found *ret_found) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
