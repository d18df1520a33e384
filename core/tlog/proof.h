/* Inclusion and consistency proofs: verified against hostile input, and built from the nodes of a
 * tree.
 *
 * Building is in two pure steps, so that a store can fetch in between what it likes and how it
 * likes: pat_tlog_*_nodes lists the perfect nodes that are needed, pat_tlog_proof_assemble makes
 * the proof of their hashes. A node at the right edge that is not whole yet is listed as the
 * perfect nodes that it is made of; assembling combines them. Spec: RFC 6962 section 2.1.1
 * and 2.1.2 (what a proof holds); RFC 9162 section 2.1.3.2 and 2.1.4.2 (how it is verified). */
#ifndef PAT_CORE_TLOG_PROOF_H
#define PAT_CORE_TLOG_PROOF_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/tlog/range.h"

/* Borrowed hashes of a proof, in the order of the RFC: from the leaf's sibling up to the root's
 * child. */
typedef struct {
  const pat_hash *items; /* may be NULL where count is 0 */
  size_t count;
} pat_tlog_hashes;

/* A proof with its own memory. */
typedef struct {
  size_t count; /* 0..PAT_CONSISTENCY_HASHES_MAX */
  pat_hash hashes[PAT_CONSISTENCY_HASHES_MAX];
} pat_tlog_proof;

/* The proof's hashes, borrowed from proof. */
pat_tlog_hashes pat_tlog_proof_hashes(const pat_tlog_proof *proof) PAT_NONNULL_ALL;

/* --- verify ---------------------------------------------------------------------------------- */

/* Computes the root that follows from a leaf and its inclusion proof, for a caller that compares it
 * himself.
 * in    index, size   the leaf's index in a tree of size leaves
 *       leaf          its leaf hash
 *       proof         borrowed for the call
 * out   ret_root      unchanged on failure
 * fails tlog.size               size above PAT_TLOG_SIZE_MAX
 *       tlog.inclusion-index    index >= size
 *       tlog.inclusion-length   not as many hashes as this leaf's path has
 * time  proof.count node hashes, at most 63 */
pat_status pat_tlog_inclusion_root(uint64_t index, uint64_t size, const pat_hash *leaf,
                                   pat_tlog_hashes proof,
                                   pat_hash *ret_root) PAT_NONNULL_ALL PAT_MUST_USE;

/* Checks that the tree with this size and root holds this leaf at this index.
 * in    index, size, leaf, proof    as for pat_tlog_inclusion_root
 *       root                        the tree's root, from a verified checkpoint
 * fails as pat_tlog_inclusion_root, and
 *       tlog.inclusion-root         the path ends in another root
 * time  as pat_tlog_inclusion_root */
pat_status pat_tlog_inclusion_verify(uint64_t index, uint64_t size, const pat_hash *leaf,
                                     pat_tlog_hashes proof,
                                     const pat_hash *root) PAT_NONNULL_ALL PAT_MUST_USE;

/* A tree's size and root, as a checkpoint states them. */
typedef struct {
  uint64_t size;
  pat_hash root;
} pat_tlog_head;

/* Checks that the newer tree continues the older one: same leaves, then more.
 * in    older, newer    heads; equal sizes need equal roots and an empty proof
 *       proof           borrowed for the call
 * fails tlog.size                 newer.size above PAT_TLOG_SIZE_MAX
 *       tlog.consistency-sizes    older.size is 0 (nothing to be consistent with) or above
 * newer.size tlog.consistency-length   not as many hashes as a proof between these sizes has
 *       tlog.consistency-root     the proof leads to another root, older or newer
 * time  at most 2 * 64 node hashes */
pat_status pat_tlog_consistency_verify(const pat_tlog_head *older, const pat_tlog_head *newer,
                                       pat_tlog_hashes proof) PAT_NONNULL_ALL PAT_MUST_USE;

/* Turns the inclusion proof of a tree's last leaf into the compact range of all leaves before it:
 * the path of the last leaf is exactly their peaks. Gives the root that the tree had one leaf
 * earlier.
 * in    size         1..PAT_TLOG_SIZE_MAX, leaves with the last one
 *       proof        the last leaf's inclusion proof, verified by the caller
 * out   ret_range    of size - 1 leaves; unchanged on failure
 * fails tlog.size                size out of range
 *       tlog.inclusion-length    not as many hashes as size - 1 has peaks
 * time  O(1) */
pat_status pat_tlog_inclusion_before_last(uint64_t size, pat_tlog_hashes proof,
                                          pat_tlog_range *ret_range) PAT_NONNULL_ALL PAT_MUST_USE;

/* --- build ----------------------------------------------------------------------------------- */

/* The perfect nodes that a proof is made of, in the order in which they are used. Proof hash k is
 * made of the next parts[k] nodes, which stand side by side from left to right. Invariant: the
 * parts add up to node_count, and only one of them is above 1. */
typedef struct {
  size_t hash_count; /* hashes of the finished proof */
  size_t node_count; /* nodes to fetch */
  uint8_t parts[PAT_CONSISTENCY_HASHES_MAX];
  pat_tlog_position nodes[PAT_TLOG_PLAN_NODES_MAX];
} pat_tlog_plan;

/* Lists the nodes for the inclusion proof of leaf `index` in the tree of `size` leaves.
 * out   ret_plan    unchanged on failure
 * fails tlog.size              size above PAT_TLOG_SIZE_MAX
 *       tlog.inclusion-index   index >= size
 * time  O(log size), no hashing */
pat_status pat_tlog_inclusion_nodes(uint64_t index, uint64_t size,
                                    pat_tlog_plan *ret_plan) PAT_NONNULL_ALL PAT_MUST_USE;

/* Lists the nodes for the consistency proof from older_size to newer_size leaves.
 * out   ret_plan    unchanged on failure; hash_count is 0 for equal sizes
 * fails tlog.size                 newer_size above PAT_TLOG_SIZE_MAX
 *       tlog.consistency-sizes    older_size is 0 or above newer_size
 * time  O(log newer_size), no hashing */
pat_status pat_tlog_consistency_nodes(uint64_t older_size, uint64_t newer_size,
                                      pat_tlog_plan *ret_plan) PAT_NONNULL_ALL PAT_MUST_USE;

/* Lists the peaks of the tree of `size` leaves, largest first: assembled they give one hash, its
 * root; unassembled they are the peaks of its compact range. For size 0 the plan has no node and no
 * hash.
 * out   ret_plan    unchanged on failure
 * fails tlog.size    size above PAT_TLOG_SIZE_MAX
 * time  O(log size), no hashing */
pat_status pat_tlog_root_nodes(uint64_t size, pat_tlog_plan *ret_plan) PAT_NONNULL_ALL PAT_MUST_USE;

/* Makes the proof of the fetched hashes.
 * in    plan         from one of the three functions above
 *       fetched      plan->node_count hashes, in the order of plan->nodes
 * out   ret_proof    plan->hash_count hashes
 * fails never
 * time  at most node_count - hash_count node hashes */
void pat_tlog_proof_assemble(const pat_tlog_plan *plan, const pat_hash *fetched,
                             pat_tlog_proof *ret_proof) PAT_NONNULL(1, 3);

/* Where nodes come from, for a caller that reads them one by one. */
typedef struct {
  void *context; /* borrowed; handed back to read */
  /* Gives the hash of a perfect node. Its failures pass through unchanged. */
  pat_status (*read)(void *context, pat_tlog_position at, pat_hash *ret_hash);
} pat_tlog_source;

/* Fetches the plan's nodes from source and assembles the proof.
 * out   ret_proof    unchanged on failure
 * fails whatever source->read fails with
 * time  node_count reads */
pat_status pat_tlog_proof_build(const pat_tlog_plan *plan, const pat_tlog_source *source,
                                pat_tlog_proof *ret_proof) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
