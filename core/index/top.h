/* The top of the index: the hashes of its first levels, in memory, above the buckets (bucket.h).
 *
 * A heap: node 1 is the root, the children of n are 2n and 2n + 1, and bucket b of 2^depth is node
 * 2^depth + b. A hash of zeros stands for an empty subtree. A node with one empty child has the
 * other child's hash, so that the tree stays path-compressed; else
 * inner(bit = the node's level, left, right).
 * Readers of a top need its owner's word that nobody applies changes meanwhile.
 * Invariant: every node above the buckets follows from its two children. */
#ifndef PAT_CORE_INDEX_TOP_H
#define PAT_CORE_INDEX_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/bytes/builder.h"
#include "core/index/node.h"

/* Hashes of a heap; number 0 is never used. */
#define PAT_INDEX_TOP_HASHES(depth) ((size_t)2 << (depth))

typedef struct {
  pat_hash *heap; /* borrowed: PAT_INDEX_TOP_HASHES(depth) */
  unsigned depth; /* bits above the buckets, 0..PAT_INDEX_DEPTH_MAX */
  uint32_t open;  /* while loading: the node loaded last; else 0 */
} pat_index_top;

/* A node's hash to come. */
typedef struct {
  uint32_t node;
  pat_hash hash;
} pat_index_top_change;

/* The most changes that follow from so many changed buckets. */
#define PAT_INDEX_TOP_CHANGES(buckets, depth) ((size_t)(buckets) * ((depth) + 1u))

/* Makes the top of an empty index.
 * in    heap     PAT_INDEX_TOP_HASHES(depth) zeroed hashes, borrowed for the top's life
 *       depth    at most PAT_INDEX_DEPTH_MAX (asserted) */
void pat_index_top_init(pat_index_top *ret_top, pat_hash *heap, unsigned depth) PAT_NONNULL_ALL;

/* Loads one bucket into the top of an empty index: all of them, in ascending order (asserted), then
 * pat_index_top_load_end. Until then the top is not to be asked.
 * time  O(1) hashes, amortised; memory of levels without buckets is not touched */
void pat_index_top_load(pat_index_top *top, uint32_t bucket, const pat_hash *hash) PAT_NONNULL_ALL;
void pat_index_top_load_end(pat_index_top *top) PAT_NONNULL_ALL;

/* Works out what changed buckets change above them; the top stays as it is.
 * in    changes         bucket_count of them: node = bucket number (not the heap's), ascending
 *                       (asserted), hash; room for PAT_INDEX_TOP_CHANGES(bucket_count, depth)
 * out   changes         every changed node with its hash, buckets first, the root last
 * gives their number; 0 where bucket_count is 0
 * time  O(changed nodes) hashes */
size_t pat_index_top_plan(const pat_index_top *top, pat_index_top_change *changes,
                          size_t bucket_count) PAT_NONNULL_ALL;

/* Makes planned changes true. time O(change_count), no hashing */
void pat_index_top_apply(pat_index_top *top, const pat_index_top_change *changes,
                         size_t change_count) PAT_NONNULL(1);

/* The hash that the top has for a bucket; false: the bucket is empty. */
bool pat_index_top_bucket(const pat_index_top *top, uint32_t bucket,
                          pat_hash *ret_hash) PAT_NONNULL_ALL;

/* The index root. */
pat_hash pat_index_top_root(const pat_index_top *top) PAT_NONNULL_ALL PAT_MUST_USE;

/* The way from the root to the bucket in which a key's proof ends, and the siblings beside it: a
 * copy, valid when the top has moved on. */
typedef struct {
  bool empty;           /* the whole index is; nothing else is set then */
  uint32_t bucket;      /* the key's own, or where that is empty the one in whose place it lies */
  pat_hash bucket_hash; /* what its record must have */
  unsigned step_count;
  struct {
    uint8_t bit;
    pat_hash sibling;
  } steps[PAT_INDEX_DEPTH_MAX]; /* from the root down */
} pat_index_path;

/* Finds the way for a key. Where its side of a node is empty the way goes down the other, without a
 * step: so a proof of absence ends in the leaf that stands where the key would.
 * out   ret_path    all of it
 * time  O(depth), no hashing */
void pat_index_top_find(const pat_index_top *top, const pat_hash *key,
                        pat_index_path *ret_path) PAT_NONNULL_ALL;

/* Writes the upper part of a proof, behind what pat_index_bucket_prove wrote.
 * out   out    sticky: that it fits shows at its end */
void pat_index_path_write(const pat_index_path *path, pat_builder *out) PAT_NONNULL_ALL;

#endif
