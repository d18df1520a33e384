/* The verifiable index in the store: its buckets as records of INDEX, their hashes and all above
 * them in memory.
 *
 *   INDEX  u32be bucket number -> a bucket's record (core/index/bucket.h)
 *   META   "index" -> u8 depth: how many bits the buckets share
 *
 * The buckets repeat what SUBJECT says, so they can be made again from it at any depth; neither the
 * root nor a proof shows the depth. The writer works out what a batch changes (update), puts that
 * into the batch's own write set, and lets it be seen when the batch is durable (apply).
 * One thread at a time writes. Others read the top only under the lock under which it is applied
 * (published.h). */
#ifndef PAT_SERVER_SEQUENCER_INDEX_STORE_H
#define PAT_SERVER_SEQUENCER_INDEX_STORE_H

#include "core/index/bucket.h"
#include "core/index/top.h"
#include "server/store/store.h"

typedef struct pat_index_store pat_index_store;

/* What an IndexCommit says of the index. */
typedef struct {
  pat_hash root;
  uint64_t key_count;
} pat_index_state;

/* Opens the index that the store holds. Where it is kept at another depth, or not whole, it is
 * first made anew from SUBJECT: in many writes, the mark in META last, so that a crash meanwhile
 * only means to begin again.
 * in    store       borrowed until the index is closed
 *       depth       1..PAT_INDEX_DEPTH_MAX; 0: pat_index_store_depth(key_count)
 *       key_count   keys that are expected; only chooses the depth
 * out   ret_index   closed with pat_index_store_close
 * fails SEQUENCER_STORE   a record of INDEX is none of a bucket, or META "index" is no depth
 *       LEDGER_RECORD     a subject does not decode
 *       STORE_*, LIMIT_MEMORY
 * time  reads all buckets; one hash for each; making them anew: two hashes for each key */
pat_status pat_index_store_open(pat_store *store, unsigned depth, uint64_t key_count,
                                pat_index_store **ret_index) PAT_NONNULL_ALL PAT_MUST_USE;
/* NULL is accepted. */
void pat_index_store_close(pat_index_store *index);

/* The depth at which so many keys are kept: the smallest with at most PAT_INDEX_BUCKET_KEYS keys in
 * a bucket, on average; at least PAT_INDEX_DEPTH_MIN, at most PAT_INDEX_DEPTH_MAX. */
unsigned pat_index_store_depth(uint64_t key_count);

/* The index as it was applied last. */
pat_index_state pat_index_store_state(const pat_index_store *index) PAT_NONNULL_ALL PAT_MUST_USE;
/* Its top; see above who may read it when. Borrowed until close. */
const pat_index_top *pat_index_store_top(const pat_index_store *index) PAT_NONNULL_ALL;

/* Works out what changed subjects make of the index; what readers see stays. Forgets an update that
 * was not applied.
 * in    leaves      leaf_count changed subjects, each once, in any order: they are sorted
 *       set         gets the changed buckets
 * out   ret_next    the index with the changes
 * fails SEQUENCER_STORE  a stored bucket is damaged, is not the one that the top knows, or counts
 *                        more of a subject's entries than the change
 *       STORE_*, LIMIT_MEMORY; set may hold a part then
 * time  one pat_store_get_many; hashing of the buckets touched and of their ways to the root */
pat_status pat_index_store_update(pat_index_store *index, pat_index_leaf *leaves, size_t leaf_count,
                                  pat_write_set *set, pat_index_state *ret_next)
    PAT_NONNULL(1, 4, 5) PAT_MUST_USE;

/* Makes the last update what readers see: after its write set is durable. Without an update, does
 * nothing. */
void pat_index_store_apply(pat_index_store *index) PAT_NONNULL_ALL;

/* From where buckets are read for proofs. */
typedef struct {
  pat_store *store;
  const pat_store_snapshot *snapshot; /* NULL: the newest */
  unsigned depth;                     /* of the top in which the paths were found */
} pat_index_reader;

/* Writes the whole proof for a key, as pat_index_presence_verify and pat_index_absence_verify read
 * it.
 * in    path        of the reader's moment and depth
 * out   out         sticky: PAT_INDEX_PROOF_BYTES_MAX suffice
 *       ret_present which of the two it is
 *       ret_value   unchanged where the key is absent
 * fails SEQUENCER_STORE   the bucket is missing, damaged, or not the path's
 *       STORE_*, LIMIT_MEMORY
 * time  reads one bucket; two hashes for each of its leaves; thread-safe */
pat_status pat_index_reader_prove(const pat_index_reader *reader, const pat_hash *key,
                                  const pat_index_path *path, pat_builder *out, bool *ret_present,
                                  pat_index_value *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
