/* What is published: the newest checkpoint, the right edge of its tree, the index's top and the
 * store, all of one moment. Written by the committer, read by all.
 *
 * A reader who needs more than one of them takes a view: it holds the moment of one checkpoint,
 * however many are published meanwhile, so that all that is read through it belongs together. What
 * a view holds (a snapshot of the store, 130 KB) is given back when the last one of its moment is
 * cleared. */
#ifndef PAT_SERVER_SEQUENCER_PUBLISHED_H
#define PAT_SERVER_SEQUENCER_PUBLISHED_H

#include "server/sequencer/frontier.h"
#include "server/sequencer/index_store.h"
#include "server/sys/thread.h"

/* size 0: nothing is published yet. */
typedef struct {
  uint64_t size;
  uint64_t epoch;
  uint64_t time_ms; /* of its IndexCommit */
} pat_published_head;

/* --- moments: the writer's side -------------------------------------------------------------- */

/* A checkpoint with all that belongs to it; it counts those who hold it. Nothing in it changes once
 * it is published. Invariant: from then on the frontier, and the snapshot, are head's. */
typedef struct pat_moment pat_moment;

/* Makes a moment that nobody else knows, with a copy of frontier (NULL: an empty tree).
 * out   ret_moment  the caller's; given up with pat_moment_release, or by publishing it
 * fails LIMIT_MEMORY */
pat_status pat_moment_new(const pat_frontier *frontier, pat_moment **ret_moment) PAT_MUST_USE
    PAT_NONNULL(2);
/* Its right edge: the writer appends to it until it is published. Borrowed. */
pat_frontier *pat_moment_frontier(pat_moment *moment) PAT_NONNULL_ALL;
/* Fixes the store's present state for it: right after the batch is durable, before the next.
 * in    store  borrowed until the moment is given up by all who hold it
 * fails STORE_IO, LIMIT_MEMORY */
pat_status pat_moment_seal(pat_moment *moment, pat_store *store,
                           pat_published_head head) PAT_MUST_USE PAT_NONNULL_ALL;
/* One more who holds it, and one less; the last one frees it. NULL is accepted. Any thread. */
pat_moment *pat_moment_retain(pat_moment *moment);
void pat_moment_release(pat_moment *moment);
/* For PAT_CLEANUP. */
void pat_moment_release_at(pat_moment **moment) PAT_NONNULL_ALL;

/* --- what is published ----------------------------------------------------------------------- */

/* Invariant: head.size never falls; moment, where there is one, is head's, and the top of index is
 * that of the moment. */
typedef struct {
  pat_mutex mutex;
  pat_condition changed;
  pat_published_head head;
  pat_moment *moment;     /* NULL: nothing is published yet */
  pat_index_store *index; /* borrowed from the writer; NULL: there is none, no views */
  bool stopping;
} pat_published;

/* Nothing is published yet. Cleared by the caller when no thread uses it any more, and before the
 * store is closed. */
void pat_published_init(pat_published *published) PAT_NONNULL_ALL;
void pat_published_clear(pat_published *published) PAT_NONNULL_ALL;

/* Publishes a larger tree, lets the index's last update be seen with it, and wakes all who wait.
 * Asserts that the tree does not shrink.
 * in    moment  sealed; one more holds it
 *       index   borrowed until pat_published_withdraw; its update is applied in here */
void pat_published_set(pat_published *published, pat_moment *moment,
                       pat_index_store *index) PAT_NONNULL_ALL;
/* The writer ends and takes its index back: there are no new views; heads and edges stay. */
void pat_published_withdraw(pat_published *published) PAT_NONNULL_ALL;

/* The newest head. */
pat_published_head pat_published_get(pat_published *published) PAT_NONNULL_ALL;
/* The newest head with a copy of its tree's right edge (130 KB). Asks for nothing else of that
 * moment; else take a view, which copies nothing. */
pat_published_head pat_published_edge(pat_published *published,
                                      pat_frontier *ret_frontier) PAT_NONNULL_ALL;

/* Waits until more than size leaves are published, at most wait_ms, or until the server stops;
 * gives the newest head. */
pat_published_head pat_published_wait(pat_published *published, uint64_t size,
                                      uint64_t wait_ms) PAT_NONNULL_ALL;

/* Wakes all who wait and lets nobody wait any more. */
void pat_published_stop(pat_published *published) PAT_NONNULL_ALL;

/* --- views: one moment for a reader ---------------------------------------------------------- */

typedef struct pat_published_key pat_published_key;

/* Zero-initialise; cleared with pat_published_view_clear. The fields may be read; what they point
 * to is borrowed until the view is cleared. One view may be used by several threads. */
typedef struct {
  pat_published_head head;
  pat_store *store;
  const pat_store_snapshot *snapshot; /* every table at head: pass it to pat_store_get and others */
  const pat_frontier *frontier;       /* with store, what a pat_tree_reader needs */
  pat_index_state index;              /* the root and key count of head's IndexCommit */
  size_t key_count;
  pat_published_key *keys; /* owned: each key with its way through the index's top */
  unsigned index_depth;    /* of that top */
  pat_moment *moment;      /* held */
} pat_published_view;

/* Takes the newest checkpoint with all that belongs to it, and for each key what has to be known at
 * this moment to prove it later.
 * in    keys      count of them, any order, repeats allowed; copied. NULL where count is 0
 * out   ret_view  unchanged on failure; cleared by the caller, before the store is closed
 * fails SEQUENCER_STOPPED  nothing is published, or the writer is closed
 *       LIMIT_MEMORY
 * time  O(count * depth) under the lock, no hashing, no I/O: some microseconds a key, and about a
 *       kilobyte of memory each */
pat_status pat_published_view_take(pat_published *published, const pat_hash *keys, size_t count,
                                   pat_published_view *ret_view) PAT_MUST_USE PAT_NONNULL(1, 4);

/* Writes the proof that the index at the view's head holds a value for key number i of
 * pat_published_view_take, or none: what pat_index_presence_verify and pat_index_absence_verify
 * read, with view->index.root.
 * in    i            below view->key_count (asserted)
 * out   out          sticky: PAT_INDEX_PROOF_BYTES_MAX suffice
 *       ret_present  which of the two it is
 *       ret_value    unchanged where the key is absent
 * fails SEQUENCER_STORE  the store's part of the index is damaged
 *       STORE_*, LIMIT_MEMORY
 * time  reads one bucket; two hashes for each key in it (8 on average); thread-safe */
pat_status pat_published_view_prove(const pat_published_view *view, size_t i, pat_builder *out,
                                    bool *ret_present,
                                    pat_index_value *ret_value) PAT_MUST_USE PAT_NONNULL_ALL;

/* Gives all of it up; the view may be taken again. A zeroed or cleared view is accepted. */
void pat_published_view_clear(pat_published_view *view) PAT_NONNULL_ALL;

#endif
