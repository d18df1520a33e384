#include "core/index/value.h"

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/reader.h"

PAT_STATIC_ASSERT(PAT_INDEX_VALUE_BYTES == 8 + PAT_HASH_BYTES, "count and root");

/* u64be || hash: the form of a value and of a sub-log's leaf alike. */
static void encode(uint64_t number, const pat_hash *hash,
                   uint8_t ret_bytes[PAT_INDEX_VALUE_BYTES]) {
  pat_builder builder;
  pat_builder_init(&builder, ret_bytes, PAT_INDEX_VALUE_BYTES);
  pat_builder_u64be(&builder, number);
  pat_builder_span(&builder, pat_hash_span(hash));
  PAT_ASSERT(pat_builder_size(&builder) == PAT_INDEX_VALUE_BYTES);
}

void pat_index_value_encode(const pat_index_value *value,
                            uint8_t ret_bytes[PAT_INDEX_VALUE_BYTES]) {
  encode(value->count, &value->root, ret_bytes);
}

pat_status pat_index_value_decode(pat_span bytes, pat_index_value *ret_value) {
  PAT_ASSERT(pat_span_valid(bytes));
  PAT_REQUIRE(bytes.size == PAT_INDEX_VALUE_BYTES, INDEX_VALUE);
  pat_reader reader;
  pat_reader_init(&reader, bytes);
  pat_index_value value = {0};
  pat_span root = PAT_SPAN_EMPTY;
  PAT_TRY(pat_reader_u64be(&reader, &value.count));
  PAT_TRY(pat_reader_take(&reader, PAT_HASH_BYTES, &root));
  PAT_TRY(pat_reader_finish(&reader));
  PAT_REQUIRE(value.count >= 1, INDEX_VALUE);
  PAT_REQUIRE(value.count <= PAT_TLOG_SIZE_MAX, INDEX_VALUE);
  pat_span_copy(value.root.bytes, sizeof value.root.bytes, root);
  *ret_value = value;
  return PAT_OK;
}

pat_hash pat_index_sublog_leaf(uint64_t log_index, const pat_hash *leaf) {
  uint8_t bytes[PAT_INDEX_VALUE_BYTES];
  encode(log_index, leaf, bytes);
  return pat_tlog_leaf_hash(PAT_SPAN_OF(bytes));
}

pat_status pat_index_sublog_append(pat_tlog_range *sublog, uint64_t log_index,
                                   const pat_hash *leaf) {
  const pat_hash hash = pat_index_sublog_leaf(log_index, leaf);
  return pat_tlog_range_append(sublog, &hash);
}

pat_index_value pat_index_value_of(const pat_tlog_range *sublog) {
  return (pat_index_value){.count = sublog->size, .root = pat_tlog_range_root(sublog)};
}
