/* The log's right edge: every node and tile that it gives, against a naive tree. */
#include <string.h>

#include "server/sequencer/keys.h"
#include "server/sys/mem.h"
#include "tests/server/sequencer/sequencer_support.h"
#include "tests/support/wrapped_store.h"

enum { LEAVES_MAX = 65538, ROWS = 17 };

/* The naive tree: all perfect nodes of all heights, each computed from its children. */
typedef struct {
  pat_hash *rows[ROWS];
} oracle;

static pat_hash leaf_of(uint64_t number) {
  return pat_tlog_leaf_hash(pat_span_make(&number, sizeof number));
}

static void oracle_make(oracle *tree) {
  for (unsigned height = 0; height < ROWS; height++) {
    size_t width = (size_t)LEAVES_MAX >> height;
    tree->rows[height] = pat_mem_new_array(width + 1, sizeof(pat_hash));
    assert_non_null(tree->rows[height]);
    for (size_t i = 0; i < width; i++) {
      tree->rows[height][i] = height == 0 ? leaf_of(i)
                                          : pat_tlog_node_hash(&tree->rows[height - 1][2 * i],
                                                               &tree->rows[height - 1][2 * i + 1]);
    }
  }
}

static void oracle_clear(oracle *tree) {
  for (unsigned height = 0; height < ROWS; height++)
    pat_mem_free(tree->rows[height]);
}

/* RFC 6962's definition, by recursion over the largest power of two below the size. */
static pat_hash oracle_root(const oracle *tree, uint64_t first, uint64_t size) {
  if (size == 0) return pat_tlog_empty_root();
  unsigned height = 0;
  while (((uint64_t)1 << (height + 1)) <= size)
    height++;
  uint64_t left = (uint64_t)1 << height;
  pat_hash left_root = tree->rows[height][first >> height];
  if (left == size) return left_root;
  pat_hash right_root = oracle_root(tree, first + left, size - left);
  return pat_tlog_node_hash(&left_root, &right_root);
}

/* What the tests grow: a store, an edge, and what was written of it. */
typedef struct {
  oracle tree;
  pat_store *store;
  pat_frontier frontier;
  pat_write_set set;
  size_t tiles_written;
} growth;

static int set_up(void **state) {
  growth *grown = pat_mem_new(sizeof *grown);
  oracle_make(&grown->tree);
  assert_ok(pat_store_memory_open(&grown->store));
  pat_write_set_init(&grown->set);
  *state = grown;
  return 0;
}

static int tear_down(void **state) {
  growth *grown = *state;
  oracle_clear(&grown->tree);
  pat_write_set_clear(&grown->set);
  pat_store_close(grown->store);
  pat_mem_free(grown);
  return 0;
}

static void flush(growth *grown) {
  grown->tiles_written += pat_write_set_count(&grown->set);
  assert_ok(pat_store_write(grown->store, &grown->set, false));
  pat_write_set_reset(&grown->set);
}

/* Appends up to size; leaves too, as loading an edge reads them. */
static void grow_to(growth *grown, uint64_t size) {
  while (grown->frontier.size < size) {
    uint64_t number = grown->frontier.size;
    assert_ok(pat_frontier_append(&grown->frontier, &grown->tree.rows[0][number], &grown->set));
  }
  flush(grown);
}

/* Puts the leaves that loading reads: those of the last tile. */
static void put_leaves(growth *grown) {
  uint64_t size = grown->frontier.size;
  for (uint64_t i = size - size % PAT_TLOG_TILE_WIDTH; i < size; i++) {
    pat_sequencer_key key = pat_number_key(i);
    seq_put(grown->store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key),
            pat_span_make(&i, sizeof i));
  }
}

static void assert_hash(const pat_hash *got, const pat_hash *expected) {
  assert_memory_equal(got->bytes, expected->bytes, PAT_HASH_BYTES);
}

static void assert_node(const growth *grown, const pat_tlog_source *source, pat_tlog_position at) {
  pat_hash got;
  assert_ok(source->read(source->context, at, &got));
  assert_hash(&got, &grown->tree.rows[at.level][at.index]);
}

/* Every perfect node from the level-th row on; step leaves nodes out of large trees. */
static void assert_nodes(const growth *grown, const pat_tlog_source *source, uint64_t step) {
  uint64_t size = grown->frontier.size;
  for (uint8_t level = 0; level < ROWS && (size >> level) > 0; level++) {
    uint64_t width = size >> level;
    for (uint64_t i = 0; i < width; i += step)
      assert_node(grown, source, (pat_tlog_position){.level = level, .index = i});
    assert_node(grown, source, (pat_tlog_position){.level = level, .index = width - 1});
  }
}

static void assert_tile(growth *grown, pat_tree_reader *reader, pat_tlog_tile tile) {
  pat_blob bytes = {0};
  assert_ok(pat_tree_reader_tile(reader, &tile, &bytes));
  assert_int_equal(bytes.size, (size_t)tile.width * PAT_HASH_BYTES);
  const pat_hash *row = grown->tree.rows[8 * tile.level];
  assert_memory_equal(bytes.data, &row[tile.index * PAT_TLOG_TILE_WIDTH], bytes.size);
  pat_blob_clear(&bytes);
}

/* A tile at its widest, and a narrower one of it as an older checkpoint asks for. */
static void assert_widths(growth *grown, pat_tree_reader *reader, uint8_t level, uint64_t index) {
  uint64_t size = grown->frontier.size;
  uint16_t width = pat_tlog_tile_width(size, level, index);
  pat_tlog_tile tile = {
      .kind = PAT_TLOG_TILE_HASHES, .level = level, .index = index, .width = width};
  assert_tile(grown, reader, tile);
  tile.width = (uint16_t)(1 + size % width);
  assert_tile(grown, reader, tile);
}

/* Every step-th tile of each level, and the last one. */
static void assert_tiles(growth *grown, pat_tree_reader *reader, uint64_t step) {
  for (uint8_t level = 0; 8 * level < ROWS; level++) {
    uint64_t nodes = pat_tlog_tile_level_size(grown->frontier.size, level);
    if (nodes == 0) break;
    uint64_t last = (nodes - 1) / PAT_TLOG_TILE_WIDTH;
    for (uint64_t i = 0; i < last; i += step)
      assert_widths(grown, reader, level, i);
    assert_widths(grown, reader, level, last);
  }
}

static void assert_all(growth *grown, uint64_t step) {
  pat_tree_reader reader = {.store = grown->store, .frontier = &grown->frontier};
  pat_tlog_source source = pat_tree_reader_source(&reader);
  assert_nodes(grown, &source, step);
  assert_tiles(grown, &reader, step > 255 ? step / 255 : 1);
  pat_hash root;
  assert_ok(pat_tree_reader_root(&reader, grown->frontier.size, &root));
  pat_hash expected = oracle_root(&grown->tree, 0, grown->frontier.size);
  assert_hash(&root, &expected);
  pat_tree_reader_clear(&reader);
}

/* What is read back equals what was appended: widths, and the nodes that are whole. */
static void assert_loads(growth *grown) {
  put_leaves(grown);
  pat_frontier *loaded = pat_mem_new(sizeof *loaded);
  assert_ok(pat_frontier_load(grown->store, grown->frontier.size, loaded));
  assert_int_equal(loaded->size, grown->frontier.size);
  for (size_t level = 0; level < PAT_FRONTIER_LEVELS; level++)
    assert_int_equal(loaded->levels[level].width, grown->frontier.levels[level].width);
  pat_tree_reader reader = {.store = grown->store, .frontier = loaded};
  pat_tlog_source source = pat_tree_reader_source(&reader);
  assert_nodes(grown, &source, grown->frontier.size > 1000 ? 97 : 1);
  pat_tree_reader_clear(&reader);
  /* And it goes on from there as the appended one does. */
  pat_frontier *appended = pat_mem_new(sizeof *appended);
  *appended = grown->frontier;
  pat_hash next = leaf_of(12345);
  assert_ok(pat_frontier_append(loaded, &next, &grown->set));
  assert_ok(pat_frontier_append(appended, &next, &grown->set));
  pat_write_set_reset(&grown->set);
  pat_tree_reader a = {.store = grown->store, .frontier = loaded};
  pat_tree_reader b = {.store = grown->store, .frontier = appended};
  bool whole = appended->levels[0].width == 0; /* a tile that only the write set holds now */
  pat_hash roots[2];
  if (!whole) {
    assert_ok(pat_tree_reader_root(&a, loaded->size, &roots[0]));
    assert_ok(pat_tree_reader_root(&b, loaded->size, &roots[1]));
    assert_hash(&roots[0], &roots[1]);
  }
  pat_tree_reader_clear(&a);
  pat_tree_reader_clear(&b);
  pat_mem_free(loaded);
  pat_mem_free(appended);
}

static void test_frontier__an_edge_without_its_leaf_or_subtree_is_refused(void **state) {
  growth *grown = *state;
  grow_to(grown, 600);
  put_leaves(grown);
  pat_frontier *loaded = pat_mem_new(sizeof *loaded);
  pat_sequencer_key leaf = pat_number_key(599);
  seq_delete(grown->store, PAT_TABLE_LEAF, pat_sequencer_key_span(&leaf));
  assert_refused(pat_frontier_load(grown->store, 600, loaded), SEQUENCER_STORE);
  put_leaves(grown);
  assert_ok(pat_frontier_load(grown->store, 600, loaded));
  pat_sequencer_key tile = pat_tile_key(0, 1);
  seq_delete(grown->store, PAT_TABLE_TILE, pat_sequencer_key_span(&tile));
  assert_refused(pat_frontier_load(grown->store, 600, loaded), SEQUENCER_STORE);
  seq_put(grown->store, PAT_TABLE_TILE, pat_sequencer_key_span(&tile), PAT_SPAN_LITERAL("short"));
  assert_refused(pat_frontier_load(grown->store, 600, loaded), SEQUENCER_STORE);
  pat_mem_free(loaded);
}

static void test_frontier__a_bit_changed_anywhere_in_a_subtree_is_noticed(void **state) {
  growth *grown = *state;
  grow_to(grown, 600);
  put_leaves(grown);
  pat_frontier *loaded = pat_mem_new(sizeof *loaded);
  pat_sequencer_key tile = pat_tile_key(0, 1);
  pat_span key = pat_sequencer_key_span(&tile);
  const size_t bytes[] = {0, 255 * 32, 256 * 32, 300 * 32 + 7, PAT_TLOG_SUBTREE_BYTES - 1};
  for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
    seq_flip(grown->store, PAT_TABLE_TILE, key, bytes[i]);
    assert_refused(pat_frontier_load(grown->store, 600, loaded), SEQUENCER_STORE);
    seq_flip(grown->store, PAT_TABLE_TILE, key, bytes[i]);
  }
  assert_ok(pat_frontier_load(grown->store, 600, loaded));
  pat_mem_free(loaded);
}

static void test_frontier__a_failing_store_is_told(void **state) {
  growth *grown = *state;
  grow_to(grown, 600);
  put_leaves(grown);
  pat_store *store = wrapped_store_new(grown->store);
  pat_frontier *loaded = pat_mem_new(sizeof *loaded);
  for (size_t at = 1; at <= 600 % 256 + 2; at += 13) {
    wrapped_store_fail(store,
                       (wrapped_failure){WRAPPED_GET, at, WRAPPED_BEFORE, PAT_RULE_STORE_IO});
    assert_refused(pat_frontier_load(store, 600, loaded), STORE_IO);
  }
  pat_mem_free(loaded);
  pat_store_close(store);
}

static void test_frontier__every_node_and_tile_up_to_600_leaves(void **state) {
  growth *grown = *state;
  for (uint64_t size = 1; size <= 600; size++) {
    grow_to(grown, size);
    assert_all(grown, size % 16 == 0 || size % 256 < 3 ? 1 : 7);
    if (size % 16 < 2 || size % 256 > 253) assert_loads(grown);
  }
}

static void test_frontier__every_size_around_a_full_tile_of_tiles(void **state) {
  growth *grown = *state;
  for (uint64_t size = 65534; size <= 65538; size++) {
    grow_to(grown, size);
    assert_all(grown, 251);
    assert_loads(grown);
  }
}

static void test_frontier__a_full_subtree_is_written_once(void **state) {
  growth *grown = *state;
  grow_to(grown, 255);
  assert_int_equal(grown->tiles_written, 0);
  grow_to(grown, 256);
  assert_int_equal(grown->tiles_written, 1);
  grow_to(grown, 65535);
  assert_int_equal(grown->tiles_written, 255);
  grow_to(grown, 65536);
  assert_int_equal(grown->tiles_written, 257); /* the last of level 0, and the first of level 1 */
  grow_to(grown, 65538);
  assert_int_equal(grown->tiles_written, 257);
}

static void test_frontier__roots_of_all_smaller_trees(void **state) {
  growth *grown = *state;
  grow_to(grown, 600);
  pat_tree_reader reader = {.store = grown->store, .frontier = &grown->frontier};
  for (uint64_t size = 0; size <= 600; size++) {
    pat_hash root;
    assert_ok(pat_tree_reader_root(&reader, size, &root));
    pat_hash expected = oracle_root(&grown->tree, 0, size);
    assert_hash(&root, &expected);
  }
  pat_tree_reader_clear(&reader);
}

static void test_frontier__an_empty_log_loads(void **state) {
  growth *grown = *state;
  pat_frontier *loaded = pat_mem_new(sizeof *loaded);
  assert_ok(pat_frontier_load(grown->store, 0, loaded));
  assert_int_equal(loaded->size, 0);
  pat_mem_free(loaded);
}

#define grow_test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      grow_test(test_frontier__an_edge_without_its_leaf_or_subtree_is_refused),
      grow_test(test_frontier__a_bit_changed_anywhere_in_a_subtree_is_noticed),
      grow_test(test_frontier__a_failing_store_is_told),
      grow_test(test_frontier__every_node_and_tile_up_to_600_leaves),
      grow_test(test_frontier__every_size_around_a_full_tile_of_tiles),
      grow_test(test_frontier__a_full_subtree_is_written_once),
      grow_test(test_frontier__roots_of_all_smaller_trees),
      grow_test(test_frontier__an_empty_log_loads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
