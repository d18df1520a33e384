/* The committer: one batch after the other from decision to published checkpoint, on one thread.
 *
 * The order that keeps every promise (the simulation checks it):
 *   1. decide the batch (core/ledger), fetching what it needs from the store
 *   2. work out what the changed subjects make of the verifiable index; close the batch with its
 *      IndexCommit
 *   3. sign the checkpoint; write leaves, records, tiles, buckets and the note as one, durably
 *   4. replace the checkpoint file, durably
 *   5. publish: from here on readers see it, and the caller acknowledges
 * A failure once the batch is being closed means *unknown*: the committer refuses further work
 * until it is opened again. */
#ifndef PAT_SERVER_SEQUENCER_COMMITTER_H
#define PAT_SERVER_SEQUENCER_COMMITTER_H

#include "core/ledger/ledger.h"
#include "core/note/signed_note.h"
#include "server/sequencer/frontier.h"
#include "server/sequencer/published.h"
#include "server/store/store.h"

/* The operator's keys. The log's name is pinned by the genesis; vrf and promise keys too. */
typedef struct {
  uint8_t log_secret[PAT_SIGN_SECRET_BYTES]; /* signs checkpoints */
  uint8_t log_public[PAT_PUBLIC_KEY_BYTES];
  uint8_t vrf_secret[PAT_VRF_SECRET_BYTES];
  uint8_t promise_secret[PAT_SIGN_SECRET_BYTES];
} pat_log_keys;

/* Where the checkpoint published last is kept, apart from the store. Both functions promise and
 * refuse as those of server/sys/checkpoint_file.h do. */
typedef struct {
  pat_status (*write)(void *context, pat_span note);
  pat_status (*read)(void *context, pat_blob *ret_note, pat_err *reterr);
  void *context; /* borrowed */
} pat_checkpoint_place;

typedef struct {
  pat_store *store;           /* borrowed */
  const char *directory;      /* of the checkpoint file; borrowed; NULL: none is kept (tests) */
  pat_checkpoint_place place; /* instead of the directory's file, where its write is not NULL */
  const char *origin;         /* borrowed */
  const pat_log_keys *keys;   /* borrowed */
  pat_published *published;   /* borrowed: told of every checkpoint */
  size_t batch_bytes;         /* memory of one batch's plan, and of its view; 0: enough for any */
  unsigned index_depth;       /* bits above the index's buckets; 0: as its keys ask for */
} pat_committer_options;

typedef struct pat_committer pat_committer;

/* Opens the log that the store holds, or an empty one, and publishes its last checkpoint.
 * Compares: the log's root with the tiles, the index's root, made of its buckets' hashes, with the
 * last IndexCommit, the store with the checkpoint file, the genesis with the origin. An index kept
 * at another depth is first made anew from the subjects.
 * Then replaces the checkpoint file, also by the same: what is read need not be durable yet.
 * out   ret_committer  closed with pat_committer_close
 * fails SEQUENCER_BEHIND   the store is behind the checkpoint published last: an older copy; it
 *                          must never sign again
 *       SEQUENCER_FORK     the store contradicts the checkpoint published last
 *       SEQUENCER_STORE    the store contradicts itself
 *       LEDGER_RECORD      its head, or a subject of an index made anew, is not a record
 *       GENESIS_ORIGIN     it is another log's store
 *       note.*, checkpoint.*  the checkpoint file is not this log's, or damaged
 *       STORE_*, FILE_*, LIMIT_MEMORY
 * time  reads the index's buckets, one hash for each; logs what it found */
pat_status pat_committer_open(const pat_committer_options *options, pat_committer **ret_committer,
                              pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);
/* Before published is cleared and the store closed. NULL is accepted. */
void pat_committer_close(pat_committer *committer);

/* Decides a batch without committing it: decisions are valid until the next call.
 * fails LIMIT_MEMORY  too large at once: give a part of it
 *       STORE_*, SEQUENCER_STOPPED */
pat_status pat_committer_decide(pat_committer *committer,
                                pat_batch *batch) PAT_MUST_USE PAT_NONNULL_ALL;

/* Commits the batch decided last; publishes its checkpoint. A batch without an accepted
 * statement commits nothing, unless heartbeat is true (not in an empty log: asserted).
 * out   ret_size  of the published tree that holds the batch
 * fails SEQUENCER_STOPPED  an earlier failure: open again
 *       LIMIT_MEMORY       where the committer still works (pat_committer_state): nothing was
 *                          done; decide and commit a part of the batch
 *       STORE_SPACE_LOW    likewise; decide and commit again when there is space
 *       STORE_IO and others of reading, likewise
 *       SEQUENCER_STORE    the stored index is damaged; the committer is stopped now
 *       STORE_COMMIT_UNKNOWN and others: unknown; the committer is stopped now */
pat_status pat_committer_commit(pat_committer *committer, const pat_batch *batch, bool heartbeat,
                                uint64_t *ret_size) PAT_MUST_USE PAT_NONNULL_ALL;

/* The genesis' parameters; NULL before it is logged. Borrowed until close. */
const Patina__GenesisParameters *pat_committer_genesis(const pat_committer *committer)
    PAT_NONNULL_ALL;
/* logged_at of the last leaf, 0 in an empty log. */
uint64_t pat_committer_time_ms(const pat_committer *committer) PAT_NONNULL_ALL;
/* OK while it works; else why it stopped. */
pat_status pat_committer_state(const pat_committer *committer) PAT_NONNULL_ALL;

#endif
