/* Tiles: one path for each, their widths at the specification's example sizes, stored subtrees. */
#include "core/tlog/tile.h"

#include "tests/core/crypto/crypto_support.h"
#include "tests/core/tlog/oracle.h"

static const struct {
  const char *path;
  pat_tlog_tile tile;
} known[] = {
    {"tile/0/000", {.width = 256}},
    {"tile/0/999", {.width = 256, .index = 999}},
    {"tile/0/x001/000", {.width = 256, .index = 1000}},
    {"tile/0/x001/x234/067", {.width = 256, .index = 1234067}},
    {"tile/63/x001/x234/067.p/1", {.level = 63, .width = 1, .index = 1234067}},
    {"tile/10/000.p/255", {.level = 10, .width = 255}},
    {"tile/entries/000", {.kind = PAT_TLOG_TILE_ENTRIES, .width = 256}},
    {"tile/entries/x273/112.p/112", {.kind = PAT_TLOG_TILE_ENTRIES, .width = 112, .index = 273112}},
    {"tile/entries/x036/x028/x797/x018/x963/967.p/255",
     {.kind = PAT_TLOG_TILE_ENTRIES, .width = 255, .index = PAT_TLOG_TILE_INDEX_MAX}},
};

static const char *const malformed[] = {
    "",
    "tile",
    "tile/",
    "/tile/0/000",
    "tile//000",
    "tile/0",
    "tile/0/",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/001/002",
    "tile/0/x001",
    "tile/0/x001/",
    "tile/0/x001/x002",
    "tile/0/x000/001",
    "tile/0/x000/x001/002",
    "tile/0/x01/002",
    "tile/0/X001/002",
    "tile/0/-01",
    "tile/0/+01",
    "tile/0/ 01",
    "tile/0/0a1",
    "tile/00/000",
    "tile/01/000",
    "tile/-1/000",
    "tile/+1/000",
    "tile/data/000",
    "tile/Entries/000",
    "tile/entries",
    "tile/entries/",
    "tile/0/000/",
    "tile/0/000?",
    "tile/0/000.",
    "tile/0/000.p",
    "tile/0/000.p/",
    "tile/0/000.p/01",
    "tile/0/000.p/+1",
    "tile/0/000.p/1/",
    "tile/0/000.P/1",
    "tile/0/000.p//1",
    "tile/0/000p/1",
    "tile/0/.p/1",
    "tile/0/../000",
    "tile/0/000.p/1.p/1",
    "tile/0/x000/x000/x000/x000/x000/x000/x000/x000/000",
};

static void refuse(const char *path, pat_rule rule) {
  pat_tlog_tile tile = {.index = 77};
  pat_err error = {0};
  const pat_status status = pat_tlog_tile_parse(pat_span_text(path), &tile, &error);
  if (status.rule != rule)
    fail_msg("\"%s\": %s, not %s", path, pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_int_equal(error.rule, rule);
  assert_int_equal(tile.index, 77);
}

static void test_tile__parse_refuses_every_other_form(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
    refuse(malformed[i], PAT_RULE_TLOG_TILE_PATH);
  assert_refused(pat_tlog_tile_parse(PAT_SPAN_LITERAL("tile/0/00\0"), &(pat_tlog_tile){0}, NULL),
                 TLOG_TILE_PATH);
}

static void test_tile__parse_refuses_numbers_above_their_limits(void **state) {
  (void)state;
  refuse("tile/64/000", PAT_RULE_TLOG_TILE_LEVEL);
  refuse("tile/0/000.p/0", PAT_RULE_TLOG_TILE_WIDTH);
  refuse("tile/0/000.p/256", PAT_RULE_TLOG_TILE_WIDTH);
  refuse("tile/0/000.p/99999999999999999999999", PAT_RULE_TLOG_TILE_WIDTH);
  refuse("tile/0/x036/x028/x797/x018/x963/968", PAT_RULE_TLOG_TILE_INDEX);
  refuse("tile/0/x999/x999/x999/x999/x999/x999/999", PAT_RULE_TLOG_TILE_INDEX);
  pat_tlog_tile tile;
  assert_accepted(pat_tlog_tile_parse(pat_span_text("tile/63/000"), &tile, NULL));
  assert_accepted(
      pat_tlog_tile_parse(pat_span_text("tile/0/x036/x028/x797/x018/x963/966"), &tile, NULL));
}

static void test_tile__path_and_parse_agree(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    pat_tlog_tile tile = {0};
    uint8_t buffer[PAT_TLOG_TILE_PATH_BYTES_MAX];
    pat_builder builder;
    pat_span path;
    assert_accepted(pat_tlog_tile_parse(pat_span_text(known[i].path), &tile, NULL));
    assert_int_equal(tile.kind, known[i].tile.kind);
    assert_int_equal(tile.level, known[i].tile.level);
    assert_int_equal(tile.width, known[i].tile.width);
    assert_true(tile.index == known[i].tile.index);
    pat_builder_init(&builder, buffer, sizeof buffer);
    pat_tlog_tile_path(&tile, &builder);
    assert_accepted(pat_builder_finish(&builder, &path));
    assert_true(pat_span_equal(path, pat_span_text(known[i].path)));
  }
}

/* Any turned bit either is refused or names another tile by its one path. */
static void test_tile__one_turned_bit_never_names_the_same_tile(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    const pat_span path = pat_span_text(known[i].path);
    for (size_t bit = 0; bit < path.size * 8; bit++) {
      uint8_t changed[PAT_TLOG_TILE_PATH_BYTES_MAX];
      pat_span_copy(changed, sizeof changed, path);
      support_flip(changed, bit);
      const pat_span other = pat_span_make(changed, path.size);
      pat_tlog_tile tile = {0};
      if (!pat_is_ok(pat_tlog_tile_parse(other, &tile, NULL))) continue;
      uint8_t buffer[PAT_TLOG_TILE_PATH_BYTES_MAX];
      pat_builder builder;
      pat_span again;
      pat_builder_init(&builder, buffer, sizeof buffer);
      pat_tlog_tile_path(&tile, &builder);
      assert_accepted(pat_builder_finish(&builder, &again));
      assert_true(pat_span_equal(again, other));
    }
  }
}

static void test_tile__width_is_that_of_the_specifications_examples(void **state) {
  (void)state;
  assert_int_equal(pat_tlog_tile_width(70000, 0, 272), 256);
  assert_int_equal(pat_tlog_tile_width(70000, 0, 273), 112);
  assert_int_equal(pat_tlog_tile_width(70000, 0, 274), 0);
  assert_int_equal(pat_tlog_tile_width(70000, 1, 0), 256);
  assert_int_equal(pat_tlog_tile_width(70000, 1, 1), 17);
  assert_int_equal(pat_tlog_tile_width(70000, 2, 0), 1);
  assert_int_equal(pat_tlog_tile_width(70000, 3, 0), 0);
  assert_int_equal(pat_tlog_tile_width(256, 0, 0), 256);
  assert_int_equal(pat_tlog_tile_width(256, 0, 1), 0);
  assert_int_equal(pat_tlog_tile_width(256, 1, 0), 1);
  assert_int_equal(pat_tlog_tile_width(0, 0, 0), 0);
  assert_int_equal(pat_tlog_tile_width(PAT_TLOG_SIZE_MAX, 0, PAT_TLOG_TILE_INDEX_MAX), 255);
  assert_int_equal(pat_tlog_tile_width(PAT_TLOG_SIZE_MAX, 7, 0), 127);
  assert_int_equal(pat_tlog_tile_width(PAT_TLOG_SIZE_MAX, 8, 0), 0);
  assert_int_equal(pat_tlog_tile_width(PAT_TLOG_SIZE_MAX, 63, 0), 0);
}

static void test_tile__within_holds_for_older_partial_tiles_too(void **state) {
  (void)state;
  pat_tlog_tile tile = {.width = 112, .index = 273};
  assert_false(pat_tlog_tile_within(&tile, 69999));
  assert_true(pat_tlog_tile_within(&tile, 70000));
  assert_true(pat_tlog_tile_within(&tile, 80000));
  tile.width = 256;
  assert_false(pat_tlog_tile_within(&tile, 70143));
  assert_true(pat_tlog_tile_within(&tile, 70144));
}

static void test_tile__find_gives_the_place_of_a_node(void **state) {
  (void)state;
  pat_tlog_place place = pat_tlog_tile_find((pat_tlog_position){.level = 0, .index = 511});
  assert_int_equal(place.tile_level, 0);
  assert_int_equal(place.tile_index, 1);
  assert_int_equal(place.height, 0);
  assert_int_equal(place.index, 255);
  place = pat_tlog_tile_find((pat_tlog_position){.level = 7, .index = 5});
  assert_int_equal(place.tile_level, 0);
  assert_int_equal(place.tile_index, 2);
  assert_int_equal(place.height, 7);
  assert_int_equal(place.index, 1);
  place = pat_tlog_tile_find((pat_tlog_position){.level = 8, .index = 300});
  assert_int_equal(place.tile_level, 1);
  assert_int_equal(place.tile_index, 1);
  assert_int_equal(place.height, 0);
  assert_int_equal(place.index, 44);
  place = pat_tlog_tile_find((pat_tlog_position){.level = 62, .index = 0});
  assert_int_equal(place.tile_level, 7);
  assert_int_equal(place.height, 6);
}

/* --- stored subtrees ------------------------------------------------------------------------- */

static void test_subtree__read_refuses_other_sizes(void **state) {
  (void)state;
  static const uint8_t bytes[PAT_TLOG_SUBTREE_BYTES + 1];
  pat_hash hash;
  assert_refused(
      pat_tlog_subtree_read(pat_span_make(bytes, PAT_TLOG_SUBTREE_BYTES - 1), 8, 0, &hash),
      TLOG_SUBTREE_SIZE);
  assert_refused(
      pat_tlog_subtree_read(pat_span_make(bytes, PAT_TLOG_SUBTREE_BYTES + 1), 8, 0, &hash),
      TLOG_SUBTREE_SIZE);
  assert_accepted(pat_tlog_subtree_read(pat_span_make(bytes, PAT_TLOG_SUBTREE_BYTES), 8, 0, &hash));
}

static void test_subtree__filled_in_steps_has_every_whole_node_and_no_other(void **state) {
  (void)state;
  static pat_hash leaves[PAT_TLOG_TILE_WIDTH];
  static pat_hash nodes[PAT_TLOG_SUBTREE_HASHES];
  oracle_leaves(leaves, PAT_TLOG_TILE_WIDTH);
  support_random random = support_random_start("subtree");
  const pat_hash zero = {{0}};
  for (uint16_t from = 0; from < PAT_TLOG_TILE_WIDTH;) {
    const size_t left = (size_t)PAT_TLOG_TILE_WIDTH - from;
    const size_t most = left < 40 ? left : 40;
    const uint16_t to = (uint16_t)(from + 1 + support_random_below(&random, most));
    for (uint16_t i = from; i < to; i++)
      nodes[i] = leaves[i];
    pat_tlog_subtree_fill(nodes, from, to);
    from = to;
    for (uint8_t height = 0; height <= PAT_TLOG_TILE_HEIGHT; height++) {
      for (uint16_t i = 0; i < PAT_TLOG_TILE_WIDTH >> height; i++) {
        pat_hash expected = zero;
        pat_hash read = zero;
        if ((i + 1) << height <= to)
          assert_accepted(oracle_read(leaves, (pat_tlog_position){height, i}, &expected));
        assert_accepted(pat_tlog_subtree_read(PAT_SPAN_OF(nodes), height, i, &read));
        assert_true(pat_hash_equal(&read, &expected));
      }
    }
  }
  assert_int_equal(pat_tlog_subtree_slot(8, 0), 510);
}

/* --- entry bundles --------------------------------------------------------------------------- */

static void test_bundle__append_refuses_an_entry_above_the_limit(void **state) {
  (void)state;
  static uint8_t entry[PAT_LEAF_BYTES_MAX + 1];
  static uint8_t buffer[PAT_LEAF_BYTES_MAX + 2];
  pat_span entries[PAT_TLOG_TILE_WIDTH];
  pat_builder builder;
  pat_span bundle;
  pat_builder_init(&builder, buffer, sizeof buffer);
  assert_refused(pat_tlog_bundle_append(&builder, PAT_SPAN_OF(entry)), TLOG_ENTRY_SIZE);
  assert_int_equal(pat_builder_size(&builder), 0);
  assert_accepted(pat_tlog_bundle_append(&builder, pat_span_make(entry, PAT_LEAF_BYTES_MAX)));
  assert_accepted(pat_builder_finish(&builder, &bundle));
  assert_accepted(pat_tlog_bundle_decode(bundle, 1, entries, NULL));
  assert_int_equal(entries[0].size, PAT_LEAF_BYTES_MAX);
}

static void test_bundle__decode_refuses_fewer_and_more_entries(void **state) {
  (void)state;
  const pat_span bundle = PAT_SPAN_LITERAL("\0\1a\0\0\0\2bc");
  pat_span entries[PAT_TLOG_TILE_WIDTH];
  pat_err error = {0};
  assert_refused(pat_tlog_bundle_decode(bundle, 2, entries, &error), BYTES_TRAILING);
  assert_refused(pat_tlog_bundle_decode(bundle, 4, entries, &error), BYTES_TRUNCATED);
  for (size_t size = 0; size < bundle.size; size++)
    assert_refused(pat_tlog_bundle_decode(pat_span_slice(bundle, 0, size), 3, entries, &error),
                   BYTES_TRUNCATED);
  assert_int_equal(error.rule, PAT_RULE_BYTES_TRUNCATED);
  assert_accepted(pat_tlog_bundle_decode(bundle, 3, entries, &error));
  assert_true(pat_span_equal(entries[0], pat_span_text("a")));
  assert_int_equal(entries[1].size, 0);
  assert_true(pat_span_equal(entries[2], pat_span_text("bc")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tile__parse_refuses_every_other_form),
      cmocka_unit_test(test_tile__parse_refuses_numbers_above_their_limits),
      cmocka_unit_test(test_tile__path_and_parse_agree),
      cmocka_unit_test(test_tile__one_turned_bit_never_names_the_same_tile),
      cmocka_unit_test(test_tile__width_is_that_of_the_specifications_examples),
      cmocka_unit_test(test_tile__within_holds_for_older_partial_tiles_too),
      cmocka_unit_test(test_tile__find_gives_the_place_of_a_node),
      cmocka_unit_test(test_subtree__read_refuses_other_sizes),
      cmocka_unit_test(test_subtree__filled_in_steps_has_every_whole_node_and_no_other),
      cmocka_unit_test(test_bundle__append_refuses_an_entry_above_the_limit),
      cmocka_unit_test(test_bundle__decode_refuses_fewer_and_more_entries),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
