/* A small log that another implementation wrote: its checkpoints, tiles and entry bundles at every
 * size from 0 to 8, and all proofs among them. */
#include <stdio.h>

#include "core/note/checkpoint.h"
#include "core/tlog/tile.h"
#include "tests/conformance/conformance_support.h"

#define SIZE_LAST 8

static pat_note_key log_key(uint8_t *buffer, size_t capacity) {
  pat_span text = conformance_read("tessera_log/vkey.txt", buffer, capacity);
  if (text.size > 0 && text.data[text.size - 1] == '\n')
    text = pat_span_slice(text, 0, text.size - 1);
  pat_note_key key;
  assert_accepted(pat_note_key_parse(text, &key, NULL));
  return key;
}

/* The head that the log signed at this size. */
static pat_tlog_head signed_head(unsigned size) {
  uint8_t key_text[256];
  uint8_t bytes[1024];
  char name[64];
  pat_checkpoint checkpoint;
  const pat_note_key key = log_key(key_text, sizeof key_text);
  (void)snprintf(name, sizeof name, "tessera_log/checkpoint.%u", size);
  const pat_span note = conformance_read(name, bytes, sizeof bytes);
  assert_accepted(pat_checkpoint_open(note, &key, PAT_CHECKPOINT_STRICT, &checkpoint, NULL));
  assert_int_equal(checkpoint.head.size, size);
  return checkpoint.head;
}

static pat_span read_tile(pat_tlog_tile_kind kind, unsigned width, uint8_t *buffer,
                          size_t capacity) {
  char name[96] = "tessera_log/";
  const pat_tlog_tile tile = {.kind = kind, .width = (uint16_t)width};
  pat_builder path;
  pat_builder_init(&path, name + 12, sizeof name - 13);
  pat_tlog_tile_path(&tile, &path);
  return conformance_read(name, buffer, capacity);
}

static void read_leaves(unsigned size, pat_hash ret_leaves[SIZE_LAST]) {
  const pat_span tile =
      read_tile(PAT_TLOG_TILE_HASHES, size, (uint8_t *)ret_leaves, SIZE_LAST * PAT_HASH_BYTES);
  assert_int_equal(tile.size, size * PAT_HASH_BYTES);
}

static pat_status read_node(void *context, pat_tlog_position at, pat_hash *ret_hash) {
  const pat_tlog_place place = pat_tlog_tile_find(at);
  assert_int_equal(place.tile_level, 0);
  assert_int_equal(place.tile_index, 0);
  const pat_hash *nodes = context;
  *ret_hash = nodes[pat_tlog_subtree_slot(place.height, place.index)];
  return PAT_OK;
}

static void test_tessera_log__roots_follow_from_the_tiles(void **state) {
  (void)state;
  for (unsigned size = 0; size <= SIZE_LAST; size++) {
    const pat_tlog_head head = signed_head(size);
    pat_hash leaves[SIZE_LAST];
    pat_tlog_range range = {0};
    if (size > 0) read_leaves(size, leaves);
    for (unsigned i = 0; i < size; i++)
      assert_accepted(pat_tlog_range_append(&range, &leaves[i]));
    const pat_hash root = pat_tlog_range_root(&range);
    assert_true(pat_hash_equal(&root, &head.root));
  }
}

static void test_tessera_log__leaf_hashes_follow_from_the_entries(void **state) {
  (void)state;
  for (unsigned size = 1; size <= SIZE_LAST; size++) {
    uint8_t buffer[1024];
    pat_hash leaves[SIZE_LAST];
    pat_span entries[PAT_TLOG_TILE_WIDTH];
    read_leaves(size, leaves);
    const pat_span bundle = read_tile(PAT_TLOG_TILE_ENTRIES, size, buffer, sizeof buffer);
    assert_accepted(pat_tlog_bundle_decode(bundle, (uint16_t)size, entries, NULL));
    for (unsigned i = 0; i < size; i++) {
      const pat_hash leaf = pat_tlog_leaf_hash(entries[i]);
      assert_true(pat_hash_equal(&leaf, &leaves[i]));
    }
    uint8_t again_buffer[1024];
    pat_builder again;
    pat_builder_init(&again, again_buffer, sizeof again_buffer);
    for (unsigned i = 0; i < size; i++)
      assert_accepted(pat_tlog_bundle_append(&again, entries[i]));
    assert_true(pat_span_equal(bundle, pat_span_make(again_buffer, pat_builder_size(&again))));
  }
}

static void test_tessera_log__every_entry_is_included_at_every_size(void **state) {
  (void)state;
  static pat_hash nodes[PAT_TLOG_SUBTREE_HASHES];
  read_leaves(SIZE_LAST, nodes);
  pat_tlog_subtree_fill(nodes, 0, SIZE_LAST);
  const pat_tlog_source source = {nodes, read_node};
  for (unsigned size = 1; size <= SIZE_LAST; size++) {
    const pat_tlog_head head = signed_head(size);
    for (unsigned index = 0; index < size; index++) {
      pat_tlog_plan plan;
      pat_tlog_proof proof;
      assert_accepted(pat_tlog_inclusion_nodes(index, size, &plan));
      assert_accepted(pat_tlog_proof_build(&plan, &source, &proof));
      assert_accepted(pat_tlog_inclusion_verify(index, size, &nodes[index],
                                                pat_tlog_proof_hashes(&proof), &head.root));
    }
  }
}

static void test_tessera_log__every_two_checkpoints_are_consistent(void **state) {
  (void)state;
  static pat_hash nodes[PAT_TLOG_SUBTREE_HASHES];
  read_leaves(SIZE_LAST, nodes);
  pat_tlog_subtree_fill(nodes, 0, SIZE_LAST);
  const pat_tlog_source source = {nodes, read_node};
  for (unsigned newer_size = 1; newer_size <= SIZE_LAST; newer_size++) {
    const pat_tlog_head newer = signed_head(newer_size);
    for (unsigned older_size = 1; older_size <= newer_size; older_size++) {
      const pat_tlog_head older = signed_head(older_size);
      pat_tlog_plan plan;
      pat_tlog_proof proof;
      assert_accepted(pat_tlog_consistency_nodes(older_size, newer_size, &plan));
      assert_accepted(pat_tlog_proof_build(&plan, &source, &proof));
      assert_accepted(pat_tlog_consistency_verify(&older, &newer, pat_tlog_proof_hashes(&proof)));
    }
  }
}

static void test_tessera_log__a_checkpoint_with_any_bit_turned_is_refused(void **state) {
  (void)state;
  uint8_t key_text[256];
  uint8_t bytes[1024];
  const pat_note_key key = log_key(key_text, sizeof key_text);
  const pat_span note = conformance_read("tessera_log/checkpoint.5", bytes, sizeof bytes);
  for (size_t bit = 0; bit < note.size * 8; bit++) {
    pat_checkpoint checkpoint = {0};
    support_flip(bytes, bit);
    assert_false(
        pat_is_ok(pat_checkpoint_open(note, &key, PAT_CHECKPOINT_TOLERANT, &checkpoint, NULL)));
    assert_int_equal(checkpoint.head.size, 0);
    support_flip(bytes, bit);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tessera_log__roots_follow_from_the_tiles),
      cmocka_unit_test(test_tessera_log__leaf_hashes_follow_from_the_entries),
      cmocka_unit_test(test_tessera_log__every_entry_is_included_at_every_size),
      cmocka_unit_test(test_tessera_log__every_two_checkpoints_are_consistent),
      cmocka_unit_test(test_tessera_log__a_checkpoint_with_any_bit_turned_is_refused),
  };
  if (!pat_is_ok(pat_crypto_init())) return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
