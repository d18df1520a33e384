/* The right edge of the log's tree in memory: at each tile level the one subtree that is not
 * full yet.
 *
 * Full subtrees go to the store once, as a whole, and never change; what is here is rebuilt from
 * the store when the server starts. A copy of a frontier is a picture of one moment: readers
 * hold one while the sequencer works on the next. */
#ifndef PAT_SERVER_SEQUENCER_FRONTIER_H
#define PAT_SERVER_SEQUENCER_FRONTIER_H

#include "core/tlog/proof.h"
#include "core/tlog/tile.h"
#include "server/store/store.h"

enum { PAT_FRONTIER_LEVELS = 8 };

/* Invariant: width of level L = floor(size / 256^L) mod 256, and the nodes that this many hashes
 * make whole are set. */
typedef struct {
  uint64_t size; /* leaves */
  struct {
    uint16_t width;
    pat_hash nodes[PAT_TLOG_SUBTREE_HASHES];
  } levels[PAT_FRONTIER_LEVELS];
} pat_frontier;

/* Appends a leaf hash; subtrees that become full by it are put into set. fails LIMIT_MEMORY,
 * STORE_WRITE_SET */
pat_status pat_frontier_append(pat_frontier *frontier, const pat_hash *leaf,
                               pat_write_set *set) PAT_MUST_USE PAT_NONNULL_ALL;

/* Reads the right edge of a tree of size leaves back from the store: leaves of the last tile, and
 * the full subtrees below the partial tiles, each checked whole.
 * fails STORE_*; SEQUENCER_STORE (one is missing, or its hashes do not fit together)
 * time  at most 255 leaves, and per level 255 subtrees of 255 hashes */
pat_status pat_frontier_load(pat_store *store, uint64_t size,
                             pat_frontier *ret_frontier) PAT_MUST_USE PAT_NONNULL_ALL;

/* Where the nodes of a published tree come from: the frontier, else the store, one subtree kept
 * at hand. Zero-initialise all but the first two; clear with pat_tree_reader_clear. For one
 * thread. */
typedef struct {
  pat_store *store;
  const pat_frontier *frontier;
  pat_blob subtree;
  uint8_t subtree_level;
  uint64_t subtree_index;
} pat_tree_reader;

/* The reader as a source of nodes for pat_tlog_proof_build; borrowed. */
pat_tlog_source pat_tree_reader_source(pat_tree_reader *reader) PAT_NONNULL_ALL;
void pat_tree_reader_clear(pat_tree_reader *reader) PAT_NONNULL_ALL;

/* The 32-byte hashes of a hash tile that lies within the tree. fails STORE_*, LIMIT_MEMORY */
pat_status pat_tree_reader_tile(pat_tree_reader *reader, const pat_tlog_tile *tile,
                                pat_blob *ret_bytes) PAT_MUST_USE PAT_NONNULL_ALL;

/* The root of the tree's first size leaves. fails STORE_* */
pat_status pat_tree_reader_root(pat_tree_reader *reader, uint64_t size,
                                pat_hash *ret_root) PAT_MUST_USE PAT_NONNULL_ALL;

#endif
