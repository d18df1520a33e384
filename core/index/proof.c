#include "core/index/proof.h"

#include "core/base/assert.h"
#include "core/bytes/reader.h"

/* Two bytes of padding can tell a key from one that it begins (node.h). */
#define GENERIC_BITS_MAX (8 * (PAT_INDEX_ITEM_BYTES_MAX + 2))

/* Where a proof starts, and what its steps must keep to. */
typedef struct {
  pat_span key;      /* the key in question */
  pat_span leaf_key; /* the key of the leaf that the proof starts from */
  pat_hash hash;     /* so far */
  uint32_t bit_end;  /* bits are below this */
} proof_walk;

static pat_status step(proof_walk *walk, pat_reader *reader) {
  uint64_t number = 0;
  pat_span bytes = PAT_SPAN_EMPTY;
  PAT_REQUIRE(pat_is_ok(pat_reader_uvarint(reader, &number)), INDEX_PROOF_FORM);
  PAT_REQUIRE(number < walk->bit_end, INDEX_PROOF_ORDER);
  PAT_REQUIRE(pat_is_ok(pat_reader_take(reader, PAT_HASH_BYTES, &bytes)), INDEX_PROOF_FORM);
  const uint32_t bit = (uint32_t)number;
  const unsigned side = pat_index_key_bit(walk->key, bit);
  PAT_REQUIRE(side == pat_index_key_bit(walk->leaf_key, bit), INDEX_PROOF_PATH);
  pat_hash sibling;
  pat_span_copy(sibling.bytes, sizeof sibling.bytes, bytes);
  walk->hash = side == 0 ? pat_index_inner_hash(bit, &walk->hash, &sibling)
                         : pat_index_inner_hash(bit, &sibling, &walk->hash);
  walk->bit_end = bit;
  return PAT_OK;
}

/* The bits decrease strictly, so there are fewer steps than bits whatever the proof's size. */
static pat_status walk_to_root(proof_walk *walk, pat_reader *reader, const pat_hash *root) {
  PAT_ASSERT(walk->bit_end <= GENERIC_BITS_MAX);
  while (pat_reader_left(reader) > 0)
    PAT_TRY(step(walk, reader));
  PAT_REQUIRE(pat_is_ok(pat_reader_finish(reader)), INDEX_PROOF_FORM);
  PAT_REQUIRE(pat_hash_equal(&walk->hash, root), INDEX_PROOF_ROOT);
  return PAT_OK;
}

static pat_status read_item(pat_reader *reader, pat_span *ret_item) {
  uint64_t size = 0;
  PAT_REQUIRE(pat_is_ok(pat_reader_uvarint(reader, &size)), INDEX_PROOF_FORM);
  PAT_REQUIRE(size <= PAT_INDEX_ITEM_BYTES_MAX, INDEX_PROOF_SIZE);
  PAT_REQUIRE(pat_is_ok(pat_reader_take(reader, (size_t)size, ret_item)), INDEX_PROOF_FORM);
  return PAT_OK;
}

static pat_status verify_presence(const pat_hash *root, pat_span key, pat_span value,
                                  pat_span proof, uint32_t bit_end) {
  PAT_ASSERT(pat_span_valid(proof));
  pat_reader reader;
  pat_reader_init(&reader, proof);
  proof_walk walk = {
      .key = key, .leaf_key = key, .hash = pat_index_leaf_hash(key, value), .bit_end = bit_end};
  return walk_to_root(&walk, &reader, root);
}

/* fixed_size: the other leaf's key and value have the sizes that our own maps hold. */
static pat_status verify_absence(const pat_hash *root, pat_span key, pat_span proof,
                                 bool fixed_size) {
  PAT_ASSERT(pat_span_valid(proof));
  pat_reader reader;
  pat_reader_init(&reader, proof);
  proof_walk walk = {.key = key, .bit_end = fixed_size ? PAT_INDEX_KEY_BITS : GENERIC_BITS_MAX};
  if (proof.size == 0) {
    walk.hash = pat_index_empty_root();
    return walk_to_root(&walk, &reader, root);
  }
  pat_span value = PAT_SPAN_EMPTY;
  PAT_TRY(read_item(&reader, &walk.leaf_key));
  PAT_TRY(read_item(&reader, &value));
  PAT_REQUIRE(!fixed_size || walk.leaf_key.size == PAT_HASH_BYTES, INDEX_PROOF_FORM);
  PAT_REQUIRE(!fixed_size || value.size == PAT_INDEX_VALUE_BYTES, INDEX_PROOF_FORM);
  PAT_REQUIRE(!pat_span_equal(walk.leaf_key, key), INDEX_PROOF_SAME_KEY);
  walk.hash = pat_index_leaf_hash(walk.leaf_key, value);
  return walk_to_root(&walk, &reader, root);
}

pat_status pat_index_presence_verify(const pat_hash *root, const pat_hash *key,
                                     const pat_index_value *value, pat_span proof) {
  uint8_t bytes[PAT_INDEX_VALUE_BYTES];
  pat_index_value_encode(value, bytes);
  return verify_presence(root, pat_hash_span(key), PAT_SPAN_OF(bytes), proof, PAT_INDEX_KEY_BITS);
}

pat_status pat_index_absence_verify(const pat_hash *root, const pat_hash *key, pat_span proof) {
  return verify_absence(root, pat_hash_span(key), proof, true);
}

pat_status pat_index_generic_presence_verify(const pat_hash *root, pat_span key, pat_span value,
                                             pat_span proof) {
  PAT_REQUIRE(key.size <= PAT_INDEX_ITEM_BYTES_MAX, INDEX_PROOF_SIZE);
  PAT_REQUIRE(value.size <= PAT_INDEX_ITEM_BYTES_MAX, INDEX_PROOF_SIZE);
  return verify_presence(root, key, value, proof, GENERIC_BITS_MAX);
}

pat_status pat_index_generic_absence_verify(const pat_hash *root, pat_span key, pat_span proof) {
  PAT_REQUIRE(key.size <= PAT_INDEX_ITEM_BYTES_MAX, INDEX_PROOF_SIZE);
  return verify_absence(root, key, proof, false);
}
