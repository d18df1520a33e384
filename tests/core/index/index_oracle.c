#include "tests/core/index/index_oracle.h"

static unsigned oracle_bit(pat_span key, size_t bit) {
  uint8_t byte = bit / 8 == key.size ? 0x00 : 0xff;
  if (bit / 8 < key.size) byte = key.data[bit / 8];
  return byte >> (7 - bit % 8) & 1u;
}

static pat_span oracle_uvarint(uint64_t number, uint8_t buffer[10]) {
  size_t size = 0;
  for (; number >= 0x80; number >>= 7)
    buffer[size++] = (uint8_t)(number | 0x80);
  buffer[size++] = (uint8_t)number;
  return pat_span_make(buffer, size);
}

static pat_hash oracle_leaf(map_item item) {
  uint8_t a[10];
  uint8_t b[10];
  const pat_span parts[] = {PAT_SPAN_LITERAL("\0"), oracle_uvarint(item.key.size, a), item.key,
                            oracle_uvarint(item.value.size, b), item.value};
  return pat_hash_of_parts(parts, 5);
}

/* The first bit from `bit` on in which the keys are not all alike. */
static size_t oracle_parting(const map_item *items, size_t count, size_t bit) {
  for (;; bit++)
    for (size_t i = 1; i < count; i++)
      if (oracle_bit(items[i].key, bit) != oracle_bit(items[0].key, bit)) return bit;
}

static size_t oracle_select(const map_item *items, size_t count, size_t bit, unsigned side,
                            map_item *ret_items) {
  size_t selected = 0;
  for (size_t i = 0; i < count; i++)
    if (oracle_bit(items[i].key, bit) == side) ret_items[selected++] = items[i];
  return selected;
}

pat_hash oracle_map(const map_item *items, size_t count, size_t bit) {
  if (count == 0) return pat_hash_of(PAT_SPAN_EMPTY);
  if (count == 1) return oracle_leaf(items[0]);
  bit = oracle_parting(items, count, bit);
  pat_hash sides[2];
  for (unsigned side = 0; side < 2; side++) {
    map_item selected[ORACLE_KEYS_MAX];
    const size_t selected_count = oracle_select(items, count, bit, side, selected);
    sides[side] = oracle_map(selected, selected_count, bit + 1);
  }
  uint8_t number[10];
  const pat_span parts[] = {PAT_SPAN_LITERAL("\1"), oracle_uvarint(bit, number),
                            pat_hash_span(&sides[0]), pat_hash_span(&sides[1])};
  return pat_hash_of_parts(parts, 4);
}

map_item oracle_steps(const map_item *items, size_t count, pat_span key, pat_builder *out) {
  if (count == 1) return items[0];
  const size_t bit = oracle_parting(items, count, 0);
  map_item own[ORACLE_KEYS_MAX];
  map_item other[ORACLE_KEYS_MAX];
  const unsigned side = oracle_bit(key, bit);
  const size_t own_count = oracle_select(items, count, bit, side, own);
  const size_t other_count = oracle_select(items, count, bit, 1 - side, other);
  const map_item found = oracle_steps(own, own_count, key, out);
  const pat_hash sibling = oracle_map(other, other_count, bit + 1);
  pat_builder_uvarint(out, bit);
  pat_builder_span(out, pat_hash_span(&sibling));
  return found;
}
