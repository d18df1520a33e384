/* The tiles that follow from leaf hashes are those that the tree has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/audit/edge.h"

static pat_hash leaf_hash(uint64_t index) {
  return pat_tlog_leaf_hash(pat_span_make(&index, sizeof index));
}

/* The root of count leaves from `first` on, which is a perfect node. */
static pat_hash root_of(uint64_t first, uint64_t count) {
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  for (uint64_t i = 0; i < count; i++) {
    pat_hash hash = leaf_hash(first + i);
    assert_true(pat_is_ok(pat_tlog_range_append(&range, &hash)));
  }
  return pat_tlog_range_root(&range);
}

static void check_level(const pat_edge *edge, uint8_t level) {
  pat_tlog_tile tile;
  uint64_t below = UINT64_C(1) << (level * PAT_TLOG_TILE_HEIGHT);
  if (!pat_edge_tile(edge, level, &tile)) {
    assert_true(edge->size < below);
    return;
  }
  assert_true(pat_tlog_tile_valid(&tile));
  assert_int_equal(tile.width, pat_tlog_tile_width(edge->size, level, tile.index));
  pat_span hashes = pat_edge_hashes(edge, level);
  assert_int_equal(hashes.size, (size_t)tile.width * PAT_HASH_BYTES);
  uint64_t last = tile.index * PAT_TLOG_TILE_WIDTH + tile.width - 1;
  pat_hash expected = root_of(last * below, below);
  assert_memory_equal(hashes.data + hashes.size - PAT_HASH_BYTES, expected.bytes, PAT_HASH_BYTES);
}

static void test_edge__refuses_more_leaves_than_a_tree_may_have(void **state) {
  (void)state;
  static pat_edge edge;
  edge = (pat_edge){.size = PAT_TLOG_SIZE_MAX - 1};
  pat_hash hash = leaf_hash(0);
  uint8_t full = 0;
  assert_true(pat_is_ok(pat_edge_append(&edge, &hash, &full)));
  assert_true(pat_is_rule(pat_edge_append(&edge, &hash, &full), PAT_RULE_TLOG_SIZE));
  assert_int_equal(edge.size, PAT_TLOG_SIZE_MAX);
}

static void test_edge__holds_the_tiles_of_every_size(void **state) {
  (void)state;
  enum { SIZES = 256 * 256 + 300, LOOKED_AT = 97 };
  static pat_edge edge;
  for (uint64_t size = 1; size <= SIZES; size++) {
    pat_hash hash = leaf_hash(size - 1);
    uint8_t full = 99;
    assert_true(pat_is_ok(pat_edge_append(&edge, &hash, &full)));
    assert_int_equal(full, size % 65536 == 0 ? 2 : size % 256 == 0 ? 1 : 0);
    bool looked_at = size % LOOKED_AT == 0 || size % 256 < 2;
    for (uint8_t level = 0; looked_at && level < 3; level++)
      check_level(&edge, level);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_edge__refuses_more_leaves_than_a_tree_may_have),
      cmocka_unit_test(test_edge__holds_the_tiles_of_every_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
