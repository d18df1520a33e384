#include "core/audit/edge.h"

#include "core/base/assert.h"

PAT_STATIC_ASSERT(PAT_EDGE_LEVELS *PAT_TLOG_TILE_HEIGHT == 64, "any size has its levels");

/* A tile that was full has been seen by now: the next hash begins another. */
static bool put(pat_edge *edge, uint8_t level, const pat_hash *hash, pat_hash *ret_root) {
  pat_hash *nodes = edge->levels[level].nodes;
  uint16_t at = edge->levels[level].width % PAT_TLOG_TILE_WIDTH;
  nodes[at] = *hash;
  pat_tlog_subtree_fill(nodes, at, (uint16_t)(at + 1));
  edge->levels[level].width = (uint16_t)(at + 1);
  if (at + 1 < PAT_TLOG_TILE_WIDTH) return false;
  *ret_root = nodes[pat_tlog_subtree_slot(PAT_TLOG_TILE_HEIGHT, 0)];
  return true;
}

pat_status pat_edge_append(pat_edge *edge, const pat_hash *leaf, uint8_t *ret_full) {
  PAT_REQUIRE(edge->size < PAT_TLOG_SIZE_MAX, TLOG_SIZE);
  pat_hash hash = *leaf;
  uint8_t full = 0;
  while (full < PAT_EDGE_LEVELS && put(edge, full, &hash, &hash))
    full++;
  edge->size++;
  *ret_full = full;
  return PAT_OK;
}

bool pat_edge_tile(const pat_edge *edge, uint8_t level, pat_tlog_tile *ret_tile) {
  PAT_ASSERT(level < PAT_EDGE_LEVELS);
  uint16_t width = edge->levels[level].width;
  if (width == 0) return false;
  uint64_t hashes = pat_tlog_tile_level_size(edge->size, level);
  *ret_tile = (pat_tlog_tile){.kind = PAT_TLOG_TILE_HASHES,
                              .level = level,
                              .width = width,
                              .index = (hashes - 1) / PAT_TLOG_TILE_WIDTH};
  return true;
}

pat_span pat_edge_hashes(const pat_edge *edge, uint8_t level) {
  PAT_ASSERT(level < PAT_EDGE_LEVELS);
  return pat_span_make(edge->levels[level].nodes,
                       (size_t)edge->levels[level].width * PAT_HASH_BYTES);
}
