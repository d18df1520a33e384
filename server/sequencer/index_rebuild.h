/* Making the stored index (index_store.h) anew: all its buckets, from keys in ascending order. */
#ifndef PAT_SERVER_SEQUENCER_INDEX_REBUILD_H
#define PAT_SERVER_SEQUENCER_INDEX_REBUILD_H

#include "core/index/bucket.h"
#include "server/store/store.h"

/* Writes buckets as they become whole. Start with pat_index_writer_start; the fields are private.
 * Invariant: leaves[0..leaf_count) are of one bucket and ascend. */
typedef struct {
  pat_store *store;
  unsigned depth;
  pat_write_set set;
  pat_index_leaf *leaves; /* of the bucket that is being gathered */
  size_t leaf_count;
  size_t leaf_capacity;
  uint64_t key_count; /* of all */
} pat_index_writer;

/* Starts over an INDEX table without records.
 * in    store    borrowed until pat_index_writer_clear
 *       depth    1..PAT_INDEX_DEPTH_MAX (asserted) */
void pat_index_writer_start(pat_index_writer *writer, pat_store *store,
                            unsigned depth) PAT_NONNULL_ALL;
/* Adds a key.
 * fails SEQUENCER_STORE  the key does not ascend
 *       STORE_*, LIMIT_MEMORY */
pat_status pat_index_writer_add(pat_index_writer *writer,
                                const pat_index_leaf *leaf) PAT_MUST_USE PAT_NONNULL_ALL;
/* Writes what is left and, last, the depth into META, durably: from then on the index is whole.
 * fails STORE_*, LIMIT_MEMORY */
pat_status pat_index_writer_finish(pat_index_writer *writer) PAT_MUST_USE PAT_NONNULL_ALL;
void pat_index_writer_clear(pat_index_writer *writer) PAT_NONNULL_ALL;

/* Makes the index of all subjects that SUBJECT holds, at this depth; what INDEX held before is
 * removed first. Where there is neither, nothing is written. A crash on the way leaves an index
 * without its mark in META, which is made anew again.
 * out   ret_marked       META says the depth now; false: there is no subject
 * fails LEDGER_RECORD    a subject does not decode
 *       STORE_*, LIMIT_MEMORY
 * time  two hashes for each subject; logs its progress */
pat_status pat_index_rebuild(pat_store *store, unsigned depth,
                             bool *ret_marked) PAT_MUST_USE PAT_NONNULL_ALL;

/* Adds the mark of a whole index to a write set: META "index" -> u8 depth. fails as
 * pat_write_set_put */
pat_status pat_index_mark(pat_write_set *set, unsigned depth) PAT_MUST_USE PAT_NONNULL_ALL;
/* Reads it. out ret_depth: 0 where there is none. fails SEQUENCER_STORE, STORE_*, LIMIT_MEMORY */
pat_status pat_index_read_mark(pat_store *store, unsigned *ret_depth) PAT_MUST_USE PAT_NONNULL_ALL;

/* Puts a bucket's record into a write set. fails LIMIT_MEMORY, and as pat_write_set_put */
pat_status pat_index_put_bucket(pat_write_set *set, uint32_t number, const pat_index_bucket *bucket,
                                pat_arena *arena) PAT_MUST_USE PAT_NONNULL_ALL;

#endif
