/* What is published: the newest checkpoint and the right edge of its tree. Written by the
 * committer, read by all. */
#ifndef PAT_SERVER_SEQUENCER_PUBLISHED_H
#define PAT_SERVER_SEQUENCER_PUBLISHED_H

#include "server/sequencer/frontier.h"
#include "server/sys/thread.h"

/* size 0: nothing is published yet. */
typedef struct {
  uint64_t size;
  uint64_t epoch;
  uint64_t time_ms; /* of its IndexCommit */
} pat_published_head;

/* Invariant: head.size never falls; frontier belongs to head. */
typedef struct {
  pat_mutex mutex;
  pat_condition changed;
  pat_published_head head;
  pat_frontier frontier;
  bool stopping;
} pat_published;

/* Nothing is published yet. Cleared by the caller when no thread uses it any more. */
void pat_published_init(pat_published *published) PAT_NONNULL_ALL;
void pat_published_clear(pat_published *published) PAT_NONNULL_ALL;

/* Publishes a larger tree and wakes all who wait. Asserts that it does not shrink. */
void pat_published_set(pat_published *published, pat_published_head head,
                       const pat_frontier *frontier) PAT_NONNULL_ALL;

/* The newest head. */
pat_published_head pat_published_get(pat_published *published) PAT_NONNULL_ALL;
/* The newest head with a copy of its tree's right edge (130 KB). */
pat_published_head pat_published_edge(pat_published *published,
                                      pat_frontier *ret_frontier) PAT_NONNULL_ALL;

/* Waits until more than size leaves are published, at most wait_ms, or until the server stops;
 * gives the newest head. */
pat_published_head pat_published_wait(pat_published *published, uint64_t size,
                                      uint64_t wait_ms) PAT_NONNULL_ALL;

/* Wakes all who wait and lets nobody wait any more. */
void pat_published_stop(pat_published *published) PAT_NONNULL_ALL;

#endif
