/* The hash tiles that a log must serve, computed again from its leaf hashes: at each tile level the
 * one tile that is not full yet. Spec: c2sp.org/tlog-tiles; SPEC.md 7.4. */
#ifndef PAT_CORE_AUDIT_EDGE_H
#define PAT_CORE_AUDIT_EDGE_H

#include "core/base/status.h"
#include "core/tlog/tile.h"

enum { PAT_EDGE_LEVELS = 8 };

/* Zero-initialised it is the edge of the empty tree. Invariant: width of a level is 0..256; the
 * nodes that this many hashes make whole are set, with those above them in the tile's subtree. */
typedef struct {
  uint64_t size; /* leaves */
  struct {
    uint16_t width;
    pat_hash nodes[PAT_TLOG_SUBTREE_HASHES]; /* as pat_tlog_subtree_slot places them */
  } levels[PAT_EDGE_LEVELS];
} pat_edge;

/* Appends a leaf hash.
 * out   ret_full   how many levels' tiles are full now that were not before, from level 0 up: 0 to
 *                  PAT_EDGE_LEVELS. They can be looked at until the next append begins new ones
 * fails TLOG_SIZE  the tree has PAT_TLOG_SIZE_MAX leaves; nothing has changed
 * time  O(1) amortised, at most 64 node hashes */
pat_status pat_edge_append(pat_edge *edge, const pat_hash *leaf,
                           uint8_t *ret_full) PAT_NONNULL_ALL PAT_MUST_USE;

/* The tile that the edge holds at a level: full right after it became so, else partial.
 * gives false where there is none: no hash of that level since the last full tile */
bool pat_edge_tile(const pat_edge *edge, uint8_t level, pat_tlog_tile *ret_tile) PAT_NONNULL_ALL;

/* The hashes of that tile as it is served, borrowed until the next append. */
pat_span pat_edge_hashes(const pat_edge *edge, uint8_t level) PAT_NONNULL_ALL;

#endif
