/* The verifiable index as a tree in the caller's memory: the plain reference implementation.
 *
 * A path-compressed binary tree over keys of 32 bytes. Nodes stand in one array and name each
 * other by number, so the caller may move them to a larger array. Keys are never removed.
 * Invariant: node_count == 0 and no key, or node_count == 2 * key_count - 1; the bits of inner
 * nodes grow on every way down; a node that is not clean has no clean node above it. */
#ifndef PAT_CORE_INDEX_TREE_H
#define PAT_CORE_INDEX_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "core/index/node.h"
#include "core/index/value.h"

#define PAT_INDEX_NODES_FOR(keys) (2 * (keys))

/* One node; its content belongs to tree.c. */
typedef struct {
  pat_hash hash;         /* where clean */
  pat_hash key;          /* leaf only */
  pat_index_value value; /* leaf only */
  uint32_t child[2];     /* inner only */
  uint16_t bit;          /* inner: the bit where its keys part; leaf: PAT_INDEX_KEY_BITS */
  bool clean;            /* hash is up to date */
} pat_index_node;

typedef struct {
  pat_index_node *nodes; /* borrowed */
  uint32_t capacity;     /* nodes */
  uint32_t node_count;
  uint32_t key_count;
  uint32_t root; /* where node_count > 0 */
} pat_index_tree;

/* Makes an empty tree over the caller's nodes.
 * in    nodes      capacity nodes, borrowed for the tree's life; PAT_INDEX_NODES_FOR(n) hold n
 *                  keys */
void pat_index_tree_init(pat_index_tree *ret_tree, pat_index_node *nodes, uint32_t capacity)
    PAT_NONNULL(1);

/* Moves the tree to a larger array; the old one may be given up afterwards.
 * in    nodes      capacity nodes, not overlapping the old ones; capacity >= node_count (asserted)
 * time  O(node_count) */
void pat_index_tree_move(pat_index_tree *tree, pat_index_node *nodes,
                         uint32_t capacity) PAT_NONNULL_ALL;

/* Sets the value of a key, new or not.
 * fails index.full    no room for another key; the tree is unchanged
 * time  O(depth), at most 256 steps; no hashing */
pat_status pat_index_tree_put(pat_index_tree *tree, const pat_hash *key,
                              const pat_index_value *value) PAT_NONNULL_ALL PAT_MUST_USE;

/* Looks a key up.
 * out   ret_value    unchanged where the key is absent
 * gives true where the key is present
 * time  O(depth) */
bool pat_index_tree_get(const pat_index_tree *tree, const pat_hash *key,
                        pat_index_value *ret_value) PAT_NONNULL_ALL;

/* The root hash. Rehashes only what puts have touched since the last call.
 * time  O(touched nodes) hashes */
pat_hash pat_index_tree_root(pat_index_tree *tree) PAT_NONNULL_ALL PAT_MUST_USE;

/* Writes the proof that a key is present with its value, or that it is absent, as
 * pat_index_presence_verify and pat_index_absence_verify (proof.h) read it.
 * out   out            sticky: that it fits shows at its end; PAT_INDEX_PROOF_BYTES_MAX suffice
 *       ret_present    which of the two it is
 * time  O(depth), and hashing as pat_index_tree_root */
void pat_index_tree_prove(pat_index_tree *tree, const pat_hash *key, pat_builder *out,
                          bool *ret_present) PAT_NONNULL_ALL;

#endif
