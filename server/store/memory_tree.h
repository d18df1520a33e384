/* A sorted map that never changes: each change makes a new map that shares most of the old one. So
 * a snapshot is one reference, and readers need no lock.
 *
 * A balanced binary tree (AVL); nodes and records count their references. Invariants: keys ascend
 * from left to right; the heights of two siblings differ by at most one (pat_memory_tree_valid). */
#ifndef PAT_SERVER_STORE_MEMORY_TREE_H
#define PAT_SERVER_STORE_MEMORY_TREE_H

#include "core/base/span.h"
#include "core/base/status.h"

/* NULL is the empty map. */
typedef struct pat_memory_tree pat_memory_tree;

/* One more reference to the map, and one less. NULL is accepted. Any thread. */
const pat_memory_tree *pat_memory_tree_retain(const pat_memory_tree *map);
void pat_memory_tree_release(const pat_memory_tree *map);

/* Makes the map that has value under key (both copied) and otherwise equals map, which stays.
 * out   ret_tree  one reference, the caller's; unchanged on failure
 * fails LIMIT_MEMORY
 * time  O(log size + key + value) */
pat_status pat_memory_tree_put(const pat_memory_tree *map, pat_span key, pat_span value,
                               const pat_memory_tree **ret_tree) PAT_NONNULL(4) PAT_MUST_USE;

/* Makes the map without key. As pat_memory_tree_put. */
pat_status pat_memory_tree_remove(const pat_memory_tree *map, pat_span key,
                                  const pat_memory_tree **ret_tree) PAT_NONNULL(3) PAT_MUST_USE;

/* True, and the value (borrowed from the map), where the map has key. */
bool pat_memory_tree_find(const pat_memory_tree *map, pat_span key, pat_span *ret_value)
    PAT_NONNULL(3) PAT_MUST_USE;

/* True, and the first key (with its value; both borrowed) that is not below bound or, where after
 * is true, that is above it. */
bool pat_memory_tree_seek(const pat_memory_tree *map, pat_span bound, bool after, pat_span *ret_key,
                          pat_span *ret_value) PAT_NONNULL(4, 5) PAT_MUST_USE;

/* True where the invariants hold everywhere. time O(size): for tests */
bool pat_memory_tree_valid(const pat_memory_tree *map);

#endif
