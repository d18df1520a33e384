/* Stored subtrees and entry bundles: what stands behind a tile's path (declared in tile.h). */
#include "core/base/assert.h"
#include "core/tlog/tile.h"

PAT_STATIC_ASSERT(PAT_TLOG_SUBTREE_HASHES == 2 * PAT_TLOG_TILE_WIDTH - 1, "a full binary tree");
PAT_STATIC_ASSERT(PAT_TLOG_SUBTREE_BYTES == PAT_TLOG_SUBTREE_HASHES * PAT_HASH_BYTES,
                  "hashes lie side by side");

size_t pat_tlog_subtree_slot(uint8_t height, uint16_t index) {
  PAT_ASSERT(height <= PAT_TLOG_TILE_HEIGHT);
  PAT_ASSERT(index < PAT_TLOG_TILE_WIDTH >> height);
  const size_t all = 2 * PAT_TLOG_TILE_WIDTH;
  return all - (all >> height) + index;
}

void pat_tlog_subtree_fill(pat_hash nodes[PAT_TLOG_SUBTREE_HASHES], uint16_t from, uint16_t to) {
  PAT_ASSERT(from <= to);
  PAT_ASSERT(to <= PAT_TLOG_TILE_WIDTH);
  for (uint8_t height = 1; height <= PAT_TLOG_TILE_HEIGHT; height++) {
    for (unsigned i = from >> height; i < (unsigned)to >> height; i++) {
      const size_t left = pat_tlog_subtree_slot((uint8_t)(height - 1), (uint16_t)(2 * i));
      const size_t parent = pat_tlog_subtree_slot(height, (uint16_t)i);
      nodes[parent] = pat_tlog_node_hash(&nodes[left], &nodes[left + 1]);
    }
  }
}

pat_status pat_tlog_subtree_read(pat_span subtree, uint8_t height, uint16_t index,
                                 pat_hash *ret_hash) {
  const size_t slot = pat_tlog_subtree_slot(height, index);
  PAT_REQUIRE(subtree.size == PAT_TLOG_SUBTREE_BYTES, TLOG_SUBTREE_SIZE);
  pat_span_copy(ret_hash->bytes, sizeof ret_hash->bytes,
                pat_span_slice(subtree, slot * PAT_HASH_BYTES, PAT_HASH_BYTES));
  return PAT_OK;
}

pat_status pat_tlog_bundle_append(pat_builder *out, pat_span entry) {
  PAT_ASSERT(pat_span_valid(entry));
  PAT_REQUIRE(entry.size <= PAT_LEAF_BYTES_MAX, TLOG_ENTRY_SIZE);
  pat_builder_u16be(out, (uint16_t)entry.size);
  pat_builder_span(out, entry);
  return PAT_OK;
}

static pat_status read_entry(pat_reader *reader, pat_span *ret_entry) {
  uint16_t size = 0;
  PAT_TRY(pat_reader_u16be(reader, &size));
  return pat_reader_take(reader, size, ret_entry);
}

pat_status pat_tlog_bundle_decode(pat_span bundle, uint16_t width,
                                  pat_span ret_entries[PAT_TLOG_TILE_WIDTH], pat_err *reterr) {
  PAT_ASSERT(width >= 1);
  PAT_ASSERT(width <= PAT_TLOG_TILE_WIDTH);
  pat_reader reader;
  pat_reader_init(&reader, bundle);
  pat_status status = PAT_OK;
  for (uint16_t i = 0; i < width && pat_is_ok(status); i++)
    status = read_entry(&reader, &ret_entries[i]);
  if (pat_is_ok(status)) status = pat_reader_finish(&reader);
  if (pat_is_ok(status)) return PAT_OK;
  return pat_refuse_at((pat_rule)status.rule, reterr, pat_reader_offset(&reader), "entry");
}
