/* Tiles: the files in which a log of c2sp.org/tlog-tiles shows its tree and its entries, and the
 * whole subtree in which a store keeps one hash tile.
 *
 * A hash tile of level L and index N holds up to 256 consecutive nodes of tree level 8 * L; an
 * entry bundle of index N holds the entries of the leaves [256 * N, 256 * N + width).
 *
 * A stored subtree is a hash tile with the seven levels above it and its root: 256 hashes of height
 * 0, then 128 of height 1, and so on to 1 of height 8. (height, index) names a hash; those that
 * are not whole yet (only in the rightmost subtree of a level) are unspecified. */
#ifndef PAT_CORE_TLOG_TILE_H
#define PAT_CORE_TLOG_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "core/bytes/reader.h"
#include "core/tlog/range.h"

#define PAT_TLOG_TILE_HEIGHT    8
#define PAT_TLOG_TILE_WIDTH     256 /* hashes or entries of a full tile */
#define PAT_TLOG_SUBTREE_HASHES 511
#define PAT_TLOG_SUBTREE_BYTES  16352

typedef enum { PAT_TLOG_TILE_HASHES = 0, PAT_TLOG_TILE_ENTRIES } pat_tlog_tile_kind;

/* Invariant (pat_tlog_tile_valid): level <= PAT_TLOG_TILE_LEVEL_MAX, 0 for entries;
 * index <= PAT_TLOG_TILE_INDEX_MAX; width 1..256. */
typedef struct {
  pat_tlog_tile_kind kind;
  uint8_t level;
  uint16_t width; /* 256: full; below: partial */
  uint64_t index;
} pat_tlog_tile;

/* True where the invariant holds. */
bool pat_tlog_tile_valid(const pat_tlog_tile *tile) PAT_NONNULL_ALL;

/* Writes the tile's path without a leading slash, as "tile/0/x001/x234/067.p/8" or
 * "tile/entries/000".
 * in    tile    valid (asserted)
 * out   out     at most PAT_TLOG_TILE_PATH_BYTES_MAX bytes more; sticky, so look at its end
 * fails never by itself
 * time  O(1) */
void pat_tlog_tile_path(const pat_tlog_tile *tile, pat_builder *out) PAT_NONNULL_ALL;

/* Reads a path that begins with "tile/". There is exactly one path for a tile: padding, signs and
 * leading zeros that pat_tlog_tile_path would not write are refused.
 * in    path        borrowed for the call, a stranger's bytes
 * out   ret_tile    unchanged on failure
 *       reterr      may be NULL
 * fails tlog.tile-path     not the one form of a tile's path
 *       tlog.tile-level    level above 63
 *       tlog.tile-index    index above PAT_TLOG_TILE_INDEX_MAX
 *       tlog.tile-width    width not 1..255 after ".p/"
 * time  O(path.size), refused at once above PAT_TLOG_TILE_PATH_BYTES_MAX */
pat_status pat_tlog_tile_parse(pat_span path, pat_tlog_tile *ret_tile, pat_err *reterr)
    PAT_NONNULL(2) PAT_MUST_USE;

/* How many perfect nodes of tile level `level` a tree of tree_size leaves has: floor(size /
 * 256^level). in    level    0..PAT_TLOG_TILE_LEVEL_MAX */
uint64_t pat_tlog_tile_level_size(uint64_t tree_size, uint8_t level);

/* How wide the tile (level, index) is in a tree of tree_size leaves: 0 it does not exist, 256 it is
 * full, between: it is the partial tile of its level. For entry bundles ask for level 0. */
uint16_t pat_tlog_tile_width(uint64_t tree_size, uint8_t level, uint64_t index);

/* True where a tree of tree_size leaves holds all of this tile, so that its bytes can never change.
 * A partial tile narrower than what the tree holds by now counts: an older checkpoint may need it.
 */
bool pat_tlog_tile_within(const pat_tlog_tile *tile, uint64_t tree_size) PAT_NONNULL_ALL;

/* Where a stored subtree keeps a node. */
typedef struct {
  uint8_t tile_level;  /* of the hash tile whose subtree holds the node */
  uint64_t tile_index; /* within that level */
  uint8_t height;      /* 0..7 inside the subtree */
  uint8_t index;       /* within that height: 0..(256 >> height) - 1 */
} pat_tlog_place;

/* Finds the subtree and the place inside it that hold a perfect node.
 * in    at    level < 64 (asserted)
 * time  O(1) */
pat_tlog_place pat_tlog_tile_find(pat_tlog_position at);

/* Completes the inner hashes of a subtree after hashes [from, to) of height 0 were written:
 * computes every node that became whole by them, and no other.
 * in    nodes      the hashes; [0, to) of height 0 are set, and all whole nodes of [0, from)
 *       from, to   from <= to <= 256 (asserted)
 * out   nodes      updated in place
 * time  to - from node hashes at most, plus 8 */
void pat_tlog_subtree_fill(pat_hash nodes[PAT_TLOG_SUBTREE_HASHES], uint16_t from,
                           uint16_t to) PAT_NONNULL_ALL;

/* The place of (height, index) among a subtree's hashes, counted in hashes.
 * in    height 0..8, index < 256 >> height (asserted) */
size_t pat_tlog_subtree_slot(uint8_t height, uint16_t index);

/* Reads one hash out of a stored subtree.
 * in    subtree        PAT_TLOG_SUBTREE_BYTES as stored; borrowed for the call
 *       height, index  as for pat_tlog_subtree_slot (asserted)
 * out   ret_hash       unchanged on failure
 * fails tlog.subtree-size    the stored bytes are not a subtree
 * time  O(1) */
pat_status pat_tlog_subtree_read(pat_span subtree, uint8_t height, uint16_t index,
                                 pat_hash *ret_hash) PAT_NONNULL_ALL PAT_MUST_USE;

/* Appends one entry to a bundle: u16be size || bytes.
 * in    entry    0..PAT_LEAF_BYTES_MAX bytes
 * out   out      sticky: that it fits shows at its end
 * fails tlog.entry-size    larger than PAT_LEAF_BYTES_MAX; out is unchanged
 * time  O(entry.size) */
pat_status pat_tlog_bundle_append(pat_builder *out, pat_span entry) PAT_NONNULL_ALL PAT_MUST_USE;

/* Splits an entry bundle into its entries; they must be exactly `width`.
 * in    bundle         a stranger's bytes
 *       width          1..256, from the tile's path (asserted)
 * out   ret_entries    the first `width` are set, borrowed from bundle; unspecified on failure
 *       reterr         may be NULL
 * fails bytes.truncated    fewer entries, or one that is cut short
 *       bytes.trailing     more bytes after the last entry
 * time  O(width) */
pat_status pat_tlog_bundle_decode(pat_span bundle, uint16_t width,
                                  pat_span ret_entries[PAT_TLOG_TILE_WIDTH], pat_err *reterr)
    PAT_NONNULL(3) PAT_MUST_USE;

#endif
