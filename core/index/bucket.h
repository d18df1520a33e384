/* A bucket of the index: the leaves whose keys begin with the same bits, and the tree's part that
 * stands below these bits. It is what the server stores of the index, one record for each bucket.
 *
 *   record = hash[32] || ( key[32] value[40] )*     keys ascending, at least one
 *
 * hash is that of the subtree of these leaves. An inner node's hash says at which bit of the whole
 * key its branches part, and the tree's shape follows from its keys alone; so neither roots nor
 * proofs (proto/SPEC.md, section 7.8) show where buckets begin. The bits above are top.h.
 * Invariants of a pat_index_bucket: leaf_count >= 1, keys ascend strictly, hash follows from the
 * leaves. */
#ifndef PAT_CORE_INDEX_BUCKET_H
#define PAT_CORE_INDEX_BUCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "core/index/node.h"
#include "core/index/value.h"

/* A key with its value, as it stands in a record. */
typedef struct {
  pat_hash key;
  uint8_t value[PAT_INDEX_VALUE_BYTES];
} pat_index_leaf;

/* Which bucket: the first depth bits of its keys, and the number that they are, the first bit the
 * most significant. depth is at most PAT_INDEX_DEPTH_MAX; with 0 there is one bucket, number 0. */
typedef struct {
  unsigned depth;
  uint32_t number;
} pat_index_place;

typedef struct {
  pat_hash hash;
  const pat_index_leaf *leaves; /* borrowed */
  size_t leaf_count;
} pat_index_bucket;

/* Bytes of a bucket's record. */
#define PAT_INDEX_BUCKET_BYTES(leaf_count) \
  (PAT_HASH_BYTES + (size_t)(leaf_count) * sizeof(pat_index_leaf))

/* Memory of an arena that decoding a bucket of so many leaves, or merging to so many, takes. */
#define PAT_INDEX_BUCKET_ARENA_BYTES(leaf_count) \
  ((size_t)(leaf_count) * sizeof(pat_index_leaf) + 64)

/* The number of the bucket in which a key stands. time O(1) */
uint32_t pat_index_bucket_number(const pat_hash *key, unsigned depth) PAT_NONNULL_ALL;

/* A leaf of a key and its value. */
pat_index_leaf pat_index_leaf_make(const pat_hash *key,
                                   const pat_index_value *value) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads what a record says of itself, without looking at each leaf: for opening a large index,
 * whose buckets are checked whole (pat_index_bucket_decode) before they are used.
 * in    record            from the store; borrowed for the call
 * out   ret_hash          the bucket's hash as it is written there; unchanged on failure
 *       ret_leaf_count    at least 1; unchanged on failure
 * fails index.bucket      not a record's size, or its first or last key belongs elsewhere
 * time  O(1) */
pat_status pat_index_bucket_peek(pat_span record, pat_index_place place, pat_hash *ret_hash,
                                 size_t *ret_leaf_count) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads a record and checks it whole.
 * in    record        from the store; borrowed for the call
 *       arena         PAT_INDEX_BUCKET_ARENA_BYTES(leaves)
 * out   ret_bucket    leaves in the arena; unchanged on failure
 * fails index.bucket  as pat_index_bucket_peek; a key that does not ascend or is of another place;
 *                     no value; or the hash is not that of the leaves
 *       limit.memory
 * time  two hashes for each leaf */
pat_status pat_index_bucket_decode(pat_span record, pat_index_place place, pat_arena *arena,
                                   pat_index_bucket *ret_bucket) PAT_NONNULL_ALL PAT_MUST_USE;

/* Makes a bucket of leaves.
 * in    leaves        leaf_count >= 1 of them, ascending and of one place (asserted as far as it
 *                     costs nothing); borrowed for the bucket's life
 * time  two hashes for each leaf; no recursion, whatever the keys are */
pat_index_bucket pat_index_bucket_make(const pat_index_leaf *leaves,
                                       size_t leaf_count) PAT_NONNULL_ALL PAT_MUST_USE;

/* Puts changed and new leaves into a bucket.
 * in    old           NULL: the bucket was empty
 *       changes       change_count >= 1, ascending, each key once, all of the bucket's place
 *                     (asserted)
 *       arena         PAT_INDEX_BUCKET_ARENA_BYTES(leaves of old + change_count)
 * out   ret_bucket    leaves in the arena; unchanged on failure
 * fails index.bucket  a change counts no more entries than the leaf that it replaces: histories
 *                     only grow
 *       limit.memory
 * time  two hashes for each leaf */
pat_status pat_index_bucket_merge(const pat_index_bucket *old, const pat_index_leaf *changes,
                                  size_t change_count, pat_arena *arena,
                                  pat_index_bucket *ret_bucket) PAT_NONNULL(2, 4, 5) PAT_MUST_USE;

/* Writes the record: PAT_INDEX_BUCKET_BYTES(leaf_count). */
void pat_index_bucket_encode(const pat_index_bucket *bucket, pat_builder *out) PAT_NONNULL_ALL;

/* Writes the lower part of a proof: for an absent key the leaf that stands in its place, and the
 * steps inside the bucket. The upper part follows (pat_index_path_write, top.h).
 * in    bucket         the one to which pat_index_top_find leads for this key
 * out   out            sticky: that it fits shows at its end
 *       ret_present    whether the bucket holds the key
 *       ret_value      of the key; unchanged where it is absent
 * time  two hashes for each leaf */
void pat_index_bucket_prove(const pat_index_bucket *bucket, const pat_hash *key, pat_builder *out,
                            bool *ret_present, pat_index_value *ret_value) PAT_NONNULL_ALL;

#endif
