#include "core/index/node.h"

#include "core/base/assert.h"
#include "core/bytes/builder.h"

#define UVARINT_BYTES_MAX 10

pat_hash pat_index_empty_root(void) { return pat_hash_of(PAT_SPAN_EMPTY); }

/* A number's varint, in the caller's buffer. */
static pat_span uvarint(uint64_t number, uint8_t buffer[UVARINT_BYTES_MAX]) {
  pat_builder builder;
  pat_builder_init(&builder, buffer, UVARINT_BYTES_MAX);
  pat_builder_uvarint(&builder, number);
  return pat_span_make(buffer, pat_builder_size(&builder));
}

pat_hash pat_index_leaf_hash(pat_span key, pat_span value) {
  uint8_t key_size[UVARINT_BYTES_MAX];
  uint8_t value_size[UVARINT_BYTES_MAX];
  const pat_span parts[] = {PAT_SPAN_LITERAL("\x00"), uvarint(key.size, key_size), key,
                            uvarint(value.size, value_size), value};
  return pat_hash_of_parts(parts, 5);
}

pat_hash pat_index_inner_hash(uint32_t bit, const pat_hash *left, const pat_hash *right) {
  uint8_t number[UVARINT_BYTES_MAX];
  const pat_span parts[] = {PAT_SPAN_LITERAL("\x01"), uvarint(bit, number), pat_hash_span(left),
                            pat_hash_span(right)};
  return pat_hash_of_parts(parts, 4);
}

unsigned pat_index_key_bit(pat_span key, uint32_t bit) {
  PAT_ASSERT(pat_span_valid(key));
  const size_t at = bit / 8;
  if (at == key.size) return 0;
  if (at > key.size) return 1;
  return key.data[at] >> (7 - bit % 8) & 1u;
}

uint32_t pat_index_first_difference(const pat_hash *a, const pat_hash *b) {
  for (uint32_t i = 0; i < PAT_HASH_BYTES; i++) {
    const unsigned difference = (unsigned)(a->bytes[i] ^ b->bytes[i]);
    if (difference != 0) return 8 * i + (uint32_t)__builtin_clz(difference) - 24;
  }
  return PAT_INDEX_KEY_BITS;
}
