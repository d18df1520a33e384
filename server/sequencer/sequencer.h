/* The sequencer: a bounded queue, and one thread that takes statements from it in groups and
 * commits each group as one.
 *
 * Callers check form and signatures first (core/envelope); what waits here is only what is left
 * to decide. A caller blocks until its statements are decided and, where accepted, published.
 * The queue counts statements, so memory is bounded by what the callers hold. Its places can be
 * reserved before statements are checked, so that none is checked only to be refused for want of
 * one. */
#ifndef PAT_SERVER_SEQUENCER_SEQUENCER_H
#define PAT_SERVER_SEQUENCER_SEQUENCER_H

#include "server/sequencer/committer.h"
#include "server/sys/env.h"

/* What became of one statement; cleared with pat_sequencer_outcome_clear. */
typedef struct {
  pat_decision_outcome outcome;
  pat_status status; /* REFUSED: why */
  pat_err err;       /* REFUSED: where */
  uint64_t index;    /* ACCEPTED, REPLAYED */
  pat_blob leaf;     /* ACCEPTED */
  pat_hash leaf_hash;
  pat_identifier_proof identifier_proofs[PAT_STATEMENT_IDENTIFIERS_MAX];
  size_t identifier_count;
  pat_blob
      warnings; /* a SubmitResult with only its warnings, canonical; unset where there are none */
  uint64_t accepted_at_ms; /* ACCEPTED: its logged_at */
} pat_sequencer_outcome;

void pat_sequencer_outcome_clear(pat_sequencer_outcome *outcome) PAT_NONNULL_ALL;

typedef struct {
  pat_committer *committer; /* borrowed; used by the sequencer's thread alone until it is closed */
  pat_published *published; /* borrowed */
  const pat_env *env;       /* borrowed */
  size_t batch_max;         /* statements of one commit, 1 to PAT_GROUP_STATEMENTS_MAX */
  size_t queue_max;         /* statements that may wait or have a place, at least batch_max */
} pat_sequencer_options;

typedef struct pat_sequencer pat_sequencer;

/* Counters since the start, for metrics. */
typedef struct {
  uint64_t commits; /* with heartbeats */
  uint64_t accepted;
  uint64_t refused;
  uint64_t replayed;
  uint64_t waiting;  /* statements in the queue now */
  uint64_t reserved; /* places kept now for statements that are being checked */
} pat_sequencer_counters;

/* Starts the thread. out ret_sequencer: closed with pat_sequencer_close. fails SYS_THREAD,
 * LIMIT_MEMORY */
pat_status pat_sequencer_open(const pat_sequencer_options *options,
                              pat_sequencer **ret_sequencer) PAT_MUST_USE PAT_NONNULL_ALL;
/* Takes nothing new, finishes what waits, ends the thread, and returns when every caller of
 * pat_sequencer_submit has left it; nobody may call it after. NULL is accepted. */
void pat_sequencer_close(pat_sequencer *sequencer);

/* Keeps places in the queue for statements that are still to be checked. Who got them gives each
 * back, by pat_sequencer_unreserve or by submitting a statement in it.
 * fails, and keeps none:
 *       SEQUENCER_BATCH    more than the queue has at all
 *       SEQUENCER_QUEUE    so many are not free now
 *       SEQUENCER_STOPPED, SEQUENCER_CLOCK  as pat_sequencer_submit */
pat_status pat_sequencer_reserve(pat_sequencer *sequencer,
                                 size_t count) PAT_MUST_USE PAT_NONNULL_ALL;
void pat_sequencer_unreserve(pat_sequencer *sequencer, size_t count) PAT_NONNULL_ALL;

/* Has statements decided in order; those that are accepted are published when this returns.
 * in    submissions   count of them, 1 to PAT_BATCH_STATEMENTS_MAX; borrowed for the call
 *       check_only    says what would happen; nothing is stored
 * out   ret_outcomes  count, zeroed by the caller before, cleared by it after
 * fails SEQUENCER_QUEUE    the queue is full; nothing was decided
 *       SEQUENCER_BATCH    it could not even be empty enough; nothing was decided
 *       SEQUENCER_STOPPED  it is being closed, or has failed before
 *       SEQUENCER_CLOCK    the clock jumped
 *       LIMIT_MEMORY       one statement alone is too large for the memory of a plan
 *       STORE_COMMIT_UNKNOWN and others
 * A request that spans several commits may fail in a later one. So after every failure but the
 * first two it is unknown what is recorded: submit the same again; what is recorded is replayed. */
pat_status pat_sequencer_submit(pat_sequencer *sequencer, const pat_submission *submissions,
                                size_t count, bool check_only,
                                pat_sequencer_outcome *ret_outcomes) PAT_MUST_USE PAT_NONNULL_ALL;

/* As pat_sequencer_submit, in count reserved places (asserted), which are given back whatever comes
 * of it. Never fails with SEQUENCER_QUEUE or SEQUENCER_BATCH. */
pat_status pat_sequencer_submit_reserved(
    pat_sequencer *sequencer, const pat_submission *submissions, size_t count, bool check_only,
    pat_sequencer_outcome *ret_outcomes) PAT_MUST_USE PAT_NONNULL_ALL;

/* OK where writes are taken; else why not. */
pat_status pat_sequencer_state(pat_sequencer *sequencer) PAT_NONNULL_ALL;
pat_sequencer_counters pat_sequencer_count(pat_sequencer *sequencer) PAT_NONNULL_ALL;

#endif
