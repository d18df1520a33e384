/* The committer's inside, shared by committer.c (the batches) and recover.c (opening). */
#ifndef PAT_SERVER_SEQUENCER_COMMITTER_INTERNAL_H
#define PAT_SERVER_SEQUENCER_COMMITTER_INTERNAL_H

#include "core/ledger/record.h"
#include "server/sequencer/committer.h"
#include "server/sys/mem.h"

/* Published schemas that statements stood on lately. A statement names its asset only, so that its
 * schema becomes known when a round has fetched the asset; asked for at the start, it saves the
 * next batch that round. Keys only: what they stand for is read anew. */
enum { PAT_COMMITTER_HINTS_MAX = 16 };
typedef struct {
  pat_state_key keys[PAT_COMMITTER_HINTS_MAX]; /* size 0: none yet */
  size_t next;                                 /* the place that is used next, the oldest one */
} pat_committer_hints;

struct pat_committer {
  pat_committer_options options;
  pat_note_key log_key;
  pat_ledger ledger;
  pat_status state; /* not OK: stopped, why */

  pat_head head;
  pat_moment *moment; /* head's, held: its frontier is where the next batch goes on */
  pat_index_store *index;

  /* Memory of the genesis, for the committer's life; of the view and of the plan, for a batch. */
  pat_arena genesis_arena;
  pat_arena view_arena;
  pat_arena plan_arena;

  pat_view view;
  pat_committer_hints hints;
  pat_head planned; /* after the batch decided last, without its commit */
  pat_write_set writes;
};

enum {
  PAT_COMMITTER_GENESIS_BYTES = 1024 * 1024,
  PAT_COMMITTER_BATCH_BYTES = 192 * 1024 * 1024, /* reserved, touched on demand */
  PAT_COMMITTER_CLOSE_BYTES = 64 * 1024,         /* what closing a batch takes at most */
};

/* Signs the checkpoint of a head into builder. */
pat_status pat_committer__sign(const pat_committer *committer, const pat_tlog_range *range,
                               pat_builder *builder) PAT_MUST_USE PAT_NONNULL_ALL;

/* Keeps a note as the checkpoint published last, durably, where one is kept at all. fails as
 * pat_checkpoint_place.write: old or new */
pat_status pat_committer__keep_checkpoint(const pat_committer *committer,
                                          pat_span note) PAT_MUST_USE PAT_NONNULL_ALL;

/* The checkpoint published last. out ret_note: cleared by the caller; unset where none is ever
 * kept. fails as pat_checkpoint_place.read, FILE_MISSING among them */
pat_status pat_committer__kept_checkpoint(const pat_committer *committer, pat_blob *ret_note,
                                          pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* Reads the genesis from leaf 0 and keeps it. */
pat_status pat_committer__load_genesis(pat_committer *committer, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* Seals the moment of a head: the store is read as it is now. fails STORE_IO, LIMIT_MEMORY */
pat_status pat_committer__seal(const pat_committer *committer,
                               pat_moment *moment) PAT_MUST_USE PAT_NONNULL_ALL;

/* Brings a new committer to what the store holds. */
pat_status pat_committer__recover(pat_committer *committer, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

#endif
