#include "clients/cli/audit/tree.h"

#include <inttypes.h>

#include "core/audit/edge.h"
#include "core/base/assert.h"

/* One pass over the tiles. The edge is large, so it lies in the run's arena. */
typedef struct {
  pat_mirror *mirror;
  pat_bar *bar;
  pat_tree_check *check;
  pat_edge *edge;
  pat_tlog_range range;
  bool used_kept; /* a tile that was here before has been believed */
} tree_pass;

static pat_status name_tile(tree_pass *pass, const pat_tlog_tile *tile, uint64_t leaf) {
  char text[64];
  snprintf(text, sizeof text, "tile %u/%" PRIu64 ", log index %" PRIu64, tile->level, tile->index,
           leaf);
  return pat_refuse_at(PAT_RULE_AUDIT_TILE, &pass->mirror->cli->error, 0, text);
}

static pat_status load(tree_pass *pass, const pat_tlog_tile *tile, pat_span *ret_bytes) {
  bool kept = false;
  PAT_TRY(pat_mirror_tile(pass->mirror, tile, ret_bytes, &kept));
  pass->used_kept |= kept;
  bool whole = ret_bytes->size == (size_t)tile->width * PAT_HASH_BYTES;
  return whole ? PAT_OK : name_tile(pass, tile, pass->range.size);
}

/* The served tile of this level must be the one that follows from the tiles below it. */
static pat_status compare_level(tree_pass *pass, uint8_t level) {
  pat_tlog_tile tile;
  if (!pat_edge_tile(pass->edge, level, &tile)) return PAT_OK;
  size_t mark = pat_arena_mark(&pass->mirror->cli->arena);
  pat_span served;
  PAT_TRY(load(pass, &tile, &served));
  pat_span computed = pat_edge_hashes(pass->edge, level);
  size_t same = 0;
  while (same < tile.width &&
         pat_span_equal(pat_span_slice(served, same * PAT_HASH_BYTES, PAT_HASH_BYTES),
                        pat_span_slice(computed, same * PAT_HASH_BYTES, PAT_HASH_BYTES)))
    same++;
  pat_arena_reset_to(&pass->mirror->cli->arena, mark);
  if (same == tile.width) return PAT_OK;
  uint64_t first = tile.index * PAT_TLOG_TILE_WIDTH + same;
  return name_tile(pass, &tile, first << (level * PAT_TLOG_TILE_HEIGHT));
}

static pat_status take_leaf_hash(tree_pass *pass, const pat_hash *hash) {
  uint8_t full = 0;
  PAT_TRY(pat_edge_append(pass->edge, hash, &full));
  PAT_TRY(pat_tlog_range_append(&pass->range, hash));
  /* Level 0 is where the hashes come from. */
  for (uint8_t level = 1; level < full; level++) {
    PAT_TRY(compare_level(pass, level));
  }
  pat_tree_check *check = pass->check;
  if (pass->range.size != check->judged.size) return PAT_OK;
  pat_hash root = pat_tlog_range_root(&pass->range);
  check->judged_fits = pat_hash_equal(&root, &check->judged.root);
  return PAT_OK;
}

static pat_status take_tile(tree_pass *pass, uint64_t index) {
  pat_arena *arena = &pass->mirror->cli->arena;
  size_t mark = pat_arena_mark(arena);
  const pat_tlog_tile tile = {.kind = PAT_TLOG_TILE_HASHES,
                              .width = pat_tlog_tile_width(pass->check->head.size, 0, index),
                              .index = index};
  pat_span bytes;
  PAT_TRY(load(pass, &tile, &bytes));
  for (size_t i = 0; i < tile.width; i++) {
    pat_hash hash;
    pat_span_copy(hash.bytes, PAT_HASH_BYTES,
                  pat_span_slice(bytes, i * PAT_HASH_BYTES, PAT_HASH_BYTES));
    PAT_TRY(take_leaf_hash(pass, &hash));
  }
  pat_arena_reset_to(arena, mark);
  return PAT_OK;
}

/* The tiles that are not full were not looked at on the way. */
static pat_status compare_partial(tree_pass *pass) {
  for (unsigned level = 1; level < PAT_EDGE_LEVELS; level++) {
    if (pass->edge->levels[level].width == PAT_TLOG_TILE_WIDTH) continue;
    PAT_TRY(compare_level(pass, (uint8_t)level));
  }
  return PAT_OK;
}

static pat_status walk(tree_pass *pass) {
  const pat_tlog_head *head = &pass->check->head;
  uint64_t tiles = (head->size + PAT_TLOG_TILE_WIDTH - 1) / PAT_TLOG_TILE_WIDTH;
  for (uint64_t index = 0; index < tiles; index++) {
    PAT_TRY(take_tile(pass, index));
    pat_bar_tell(pass->bar, pass->range.size);
  }
  PAT_TRY(compare_partial(pass));
  pat_hash root = pat_tlog_range_root(&pass->range);
  PAT_REQUIRE(pat_hash_equal(&root, &head->root), AUDIT_ROOT);
  return PAT_OK;
}

static pat_status walk_once(pat_mirror *mirror, pat_bar *bar, pat_tree_check *check,
                            bool *ret_used_kept) {
  pat_arena *arena = &mirror->cli->arena;
  size_t mark = pat_arena_mark(arena);
  tree_pass pass = {.mirror = mirror, .bar = bar, .check = check};
  pass.edge = pat_arena_take(arena, sizeof *pass.edge);
  PAT_REQUIRE(pass.edge != NULL, LIMIT_MEMORY);
  check->judged_fits = false;
  pat_status status = walk(&pass);
  *ret_used_kept = pass.used_kept;
  pat_arena_reset_to(arena, mark);
  return status;
}

pat_status pat_tree_verify(pat_mirror *mirror, pat_bar *bar, pat_tree_check *check) {
  bool used_kept = false;
  pat_status status = walk_once(mirror, bar, check, &used_kept);
  bool may_be_ours = status.category == PAT_CATEGORY_CORRUPT && used_kept;
  if (!may_be_ours) return status;
  mirror->cli->error = (pat_err){.offset = 0};
  mirror->refetch = true;
  return walk_once(mirror, bar, check, &used_kept);
}
