#include "server/sequencer/frontier.h"

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/tlog/hash.h"
#include "server/sequencer/keys.h"

PAT_STATIC_ASSERT(sizeof(pat_hash) * PAT_TLOG_SUBTREE_HASHES == PAT_TLOG_SUBTREE_BYTES,
                  "a subtree is stored as its hashes, without padding");

/* --- appending ------------------------------------------------------------------------------- */

static pat_status append_at(pat_frontier *frontier, uint8_t level, const pat_hash *hash,
                            pat_write_set *set, bool *ret_full) {
  uint64_t index = pat_tlog_tile_level_size(frontier->size, level) / PAT_TLOG_TILE_WIDTH;
  pat_hash *nodes = frontier->levels[level].nodes;
  uint16_t width = frontier->levels[level].width;
  nodes[pat_tlog_subtree_slot(0, width)] = *hash;
  pat_tlog_subtree_fill(nodes, width, (uint16_t)(width + 1));
  *ret_full = width + 1 == PAT_TLOG_TILE_WIDTH;
  if (!*ret_full) {
    frontier->levels[level].width++;
    return PAT_OK;
  }
  pat_sequencer_key key = pat_tile_key(level, index);
  frontier->levels[level].width = 0;
  return pat_write_set_put(set, PAT_TABLE_TILE, pat_sequencer_key_span(&key),
                           pat_span_make(nodes, PAT_TLOG_SUBTREE_BYTES));
}

pat_status pat_frontier_append(pat_frontier *frontier, const pat_hash *leaf, pat_write_set *set) {
  pat_hash hash = *leaf;
  bool full = true;
  for (uint8_t level = 0; full && level < PAT_FRONTIER_LEVELS; level++) {
    PAT_TRY(append_at(frontier, level, &hash, set, &full));
    if (full) hash = frontier->levels[level].nodes[pat_tlog_subtree_slot(8, 0)];
  }
  frontier->size++;
  return PAT_OK;
}

/* --- loading --------------------------------------------------------------------------------- */

/* What the tree's size promises must be there. */
static pat_status get_promised(pat_store *store, pat_table table, const pat_sequencer_key *key,
                               pat_blob *ret_value) {
  pat_store_key store_key = {table, pat_sequencer_key_span(key)};
  pat_status status = pat_store_get(store, NULL, store_key, ret_value);
  PAT_REQUIRE(!pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND), SEQUENCER_STORE);
  return status;
}

static pat_status load_leaf_hash(pat_store *store, uint64_t index, pat_hash *ret_hash) {
  PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
  pat_sequencer_key key = pat_number_key(index);
  PAT_TRY(get_promised(store, PAT_TABLE_LEAF, &key, &leaf));
  *ret_hash = pat_tlog_leaf_hash(pat_blob_span(leaf));
  return PAT_OK;
}

/* The root of a full subtree, computed anew from its lowest row: every hash that is stored must be
 * the one that follows from it. */
static pat_status load_subtree_root(pat_store *store, uint8_t level, uint64_t index,
                                    pat_hash *ret_hash) {
  PAT_CLEANUP(pat_blob_clear) pat_blob subtree = {0};
  pat_sequencer_key key = pat_tile_key(level, index);
  PAT_TRY(get_promised(store, PAT_TABLE_TILE, &key, &subtree));
  PAT_REQUIRE(subtree.size == PAT_TLOG_SUBTREE_BYTES, SEQUENCER_STORE);
  pat_hash nodes[PAT_TLOG_SUBTREE_HASHES];
  pat_span_copy(nodes, sizeof nodes, pat_blob_span(subtree));
  pat_tlog_subtree_fill(nodes, 0, PAT_TLOG_TILE_WIDTH);
  bool same = pat_span_equal(pat_span_make(nodes, sizeof nodes), pat_blob_span(subtree));
  PAT_REQUIRE(same, SEQUENCER_STORE);
  *ret_hash = nodes[pat_tlog_subtree_slot(8, 0)];
  return PAT_OK;
}

static pat_status load_level(pat_store *store, uint8_t level, pat_frontier *frontier) {
  uint64_t nodes_of_level = pat_tlog_tile_level_size(frontier->size, level);
  uint16_t width = (uint16_t)(nodes_of_level % PAT_TLOG_TILE_WIDTH);
  uint64_t first = nodes_of_level - width;
  pat_hash *nodes = frontier->levels[level].nodes;
  for (uint16_t i = 0; i < width; i++) {
    pat_hash *target = &nodes[pat_tlog_subtree_slot(0, i)];
    if (level == 0) {
      PAT_TRY(load_leaf_hash(store, first + i, target));
    } else {
      PAT_TRY(load_subtree_root(store, (uint8_t)(level - 1), first + i, target));
    }
  }
  pat_tlog_subtree_fill(nodes, 0, width);
  frontier->levels[level].width = width;
  return PAT_OK;
}

pat_status pat_frontier_load(pat_store *store, uint64_t size, pat_frontier *ret_frontier) {
  *ret_frontier = (pat_frontier){.size = size};
  for (unsigned level = 0; level < PAT_FRONTIER_LEVELS; level++) {
    PAT_TRY(load_level(store, (uint8_t)level, ret_frontier));
  }
  return PAT_OK;
}

/* --- reading --------------------------------------------------------------------------------- */

static bool is_partial(const pat_frontier *frontier, uint8_t level, uint64_t index) {
  return index == pat_tlog_tile_level_size(frontier->size, level) / PAT_TLOG_TILE_WIDTH;
}

static pat_status load_subtree(pat_tree_reader *reader, uint8_t level, uint64_t index) {
  bool at_hand = pat_blob_is_set(reader->subtree) && reader->subtree_level == level &&
                 reader->subtree_index == index;
  if (at_hand) return PAT_OK;
  pat_blob_clear(&reader->subtree);
  pat_sequencer_key key = pat_tile_key(level, index);
  pat_store_key store_key = {PAT_TABLE_TILE, pat_sequencer_key_span(&key)};
  PAT_TRY(pat_store_get(reader->store, NULL, store_key, &reader->subtree));
  reader->subtree_level = level;
  reader->subtree_index = index;
  return PAT_OK;
}

static pat_status read_node(void *context, pat_tlog_position at, pat_hash *ret_hash) {
  pat_tree_reader *reader = context;
  pat_tlog_place place = pat_tlog_tile_find(at);
  if (is_partial(reader->frontier, place.tile_level, place.tile_index)) {
    *ret_hash = reader->frontier->levels[place.tile_level]
                    .nodes[pat_tlog_subtree_slot(place.height, place.index)];
    return PAT_OK;
  }
  PAT_TRY(load_subtree(reader, place.tile_level, place.tile_index));
  return pat_tlog_subtree_read(pat_blob_span(reader->subtree), place.height, place.index, ret_hash);
}

pat_tlog_source pat_tree_reader_source(pat_tree_reader *reader) {
  return (pat_tlog_source){reader, read_node};
}

void pat_tree_reader_clear(pat_tree_reader *reader) { pat_blob_clear(&reader->subtree); }

pat_status pat_tree_reader_tile(pat_tree_reader *reader, const pat_tlog_tile *tile,
                                pat_blob *ret_bytes) {
  PAT_ASSERT(tile->kind == PAT_TLOG_TILE_HASHES);
  size_t size = (size_t)tile->width * PAT_HASH_BYTES;
  if (is_partial(reader->frontier, tile->level, tile->index)) {
    const pat_hash *nodes = reader->frontier->levels[tile->level].nodes;
    return pat_blob_copy(pat_span_make(nodes, size), ret_bytes);
  }
  PAT_TRY(load_subtree(reader, tile->level, tile->index));
  PAT_REQUIRE(reader->subtree.size == PAT_TLOG_SUBTREE_BYTES, SEQUENCER_STORE);
  return pat_blob_copy(pat_span_slice(pat_blob_span(reader->subtree), 0, size), ret_bytes);
}

pat_status pat_tree_reader_root(pat_tree_reader *reader, uint64_t size, pat_hash *ret_root) {
  if (size == 0) {
    *ret_root = pat_tlog_empty_root();
    return PAT_OK;
  }
  pat_tlog_plan plan;
  PAT_TRY(pat_tlog_root_nodes(size, &plan));
  pat_tlog_source source = pat_tree_reader_source(reader);
  pat_tlog_proof proof;
  PAT_TRY(pat_tlog_proof_build(&plan, &source, &proof));
  *ret_root = proof.hashes[0];
  return PAT_OK;
}
