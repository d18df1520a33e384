/* Verifying proofs (declared in proof.h). Every loop runs over a count that was checked first. */
#include "core/tlog/proof.h"

#include "core/base/assert.h"

pat_tlog_hashes pat_tlog_proof_hashes(const pat_tlog_proof *proof) {
  PAT_ASSERT(proof->count <= PAT_CONSISTENCY_HASHES_MAX);
  return (pat_tlog_hashes){.items = proof->hashes, .count = proof->count};
}

static unsigned bit_length(uint64_t value) {
  return value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);
}

/* How the path from a leaf to the root goes: up to the level where it meets the right edge of the
 * tree it has a sibling on either side; from there on only on its left, one for each bit left in
 * the index. */
typedef struct {
  unsigned inner;  /* hashes before it meets the edge */
  unsigned border; /* hashes after */
} path_shape;

static path_shape path_shape_of(uint64_t index, uint64_t size) {
  PAT_ASSERT(index < size);
  PAT_ASSERT(size <= PAT_TLOG_SIZE_MAX);
  const unsigned inner = bit_length(index ^ (size - 1));
  PAT_ASSERT(inner < 64);
  return (path_shape){.inner = inner, .border = (unsigned)pat_tlog_peak_count(index >> inner)};
}

pat_status pat_tlog_inclusion_root(uint64_t index, uint64_t size, const pat_hash *leaf,
                                   pat_tlog_hashes proof, pat_hash *ret_root) {
  PAT_REQUIRE(size <= PAT_TLOG_SIZE_MAX, TLOG_SIZE);
  PAT_REQUIRE(index < size, TLOG_INCLUSION_INDEX);
  const path_shape shape = path_shape_of(index, size);
  PAT_REQUIRE(proof.count == shape.inner + shape.border, TLOG_INCLUSION_LENGTH);
  pat_hash hash = *leaf;
  for (unsigned i = 0; i < proof.count; i++) {
    const bool on_left = i >= shape.inner || (index >> i & 1u) != 0;
    hash = on_left ? pat_tlog_node_hash(&proof.items[i], &hash)
                   : pat_tlog_node_hash(&hash, &proof.items[i]);
  }
  *ret_root = hash;
  return PAT_OK;
}

pat_status pat_tlog_inclusion_verify(uint64_t index, uint64_t size, const pat_hash *leaf,
                                     pat_tlog_hashes proof, const pat_hash *root) {
  pat_hash computed = {{0}};
  PAT_TRY(pat_tlog_inclusion_root(index, size, leaf, proof, &computed));
  PAT_REQUIRE(pat_hash_equal(&computed, root), TLOG_INCLUSION_ROOT);
  return PAT_OK;
}

/* The older tree's last whole subtree is where the path starts: its level is the number of zeros
 * that the older size ends in. Where that subtree is the whole older tree, its hash is the older
 * root, which the verifier has; otherwise it is the proof's first hash. */
static pat_status consistency_roots(const pat_tlog_head *older, uint64_t newer_size,
                                    pat_tlog_hashes proof, pat_hash ret_roots[2]) {
  const unsigned level = (unsigned)__builtin_ctzll(older->size);
  const path_shape shape = path_shape_of(older->size - 1, newer_size);
  PAT_ASSERT(shape.inner > level);
  const unsigned inner = shape.inner - level;
  const bool seeded = (older->size & (older->size - 1)) != 0;
  PAT_REQUIRE(proof.count == (size_t)inner + shape.border + seeded, TLOG_CONSISTENCY_LENGTH);
  const pat_hash *steps = seeded ? proof.items + 1 : proof.items;
  const uint64_t index = (older->size - 1) >> level;
  pat_hash old_root = seeded ? proof.items[0] : older->root;
  pat_hash new_root = old_root;
  for (unsigned i = 0; i < inner + shape.border; i++) {
    const bool on_left = i >= inner || (index >> i & 1u) != 0;
    if (on_left) old_root = pat_tlog_node_hash(&steps[i], &old_root);
    new_root = on_left ? pat_tlog_node_hash(&steps[i], &new_root)
                       : pat_tlog_node_hash(&new_root, &steps[i]);
  }
  ret_roots[0] = old_root;
  ret_roots[1] = new_root;
  return PAT_OK;
}

pat_status pat_tlog_consistency_verify(const pat_tlog_head *older, const pat_tlog_head *newer,
                                       pat_tlog_hashes proof) {
  PAT_REQUIRE(newer->size <= PAT_TLOG_SIZE_MAX, TLOG_SIZE);
  PAT_REQUIRE(older->size >= 1, TLOG_CONSISTENCY_SIZES);
  PAT_REQUIRE(older->size <= newer->size, TLOG_CONSISTENCY_SIZES);
  pat_hash roots[2] = {older->root, older->root};
  if (older->size == newer->size)
    PAT_REQUIRE(proof.count == 0, TLOG_CONSISTENCY_LENGTH);
  else
    PAT_TRY(consistency_roots(older, newer->size, proof, roots));
  PAT_REQUIRE(pat_hash_equal(&roots[0], &older->root), TLOG_CONSISTENCY_ROOT);
  PAT_REQUIRE(pat_hash_equal(&roots[1], &newer->root), TLOG_CONSISTENCY_ROOT);
  return PAT_OK;
}

pat_status pat_tlog_inclusion_before_last(uint64_t size, pat_tlog_hashes proof,
                                          pat_tlog_range *ret_range) {
  PAT_REQUIRE(size >= 1, TLOG_SIZE);
  PAT_REQUIRE(size <= PAT_TLOG_SIZE_MAX, TLOG_SIZE);
  PAT_REQUIRE(proof.count == pat_tlog_peak_count(size - 1), TLOG_INCLUSION_LENGTH);
  pat_tlog_range_init(ret_range);
  ret_range->size = size - 1;
  for (size_t i = 0; i < proof.count; i++)
    ret_range->peaks[i] = proof.items[proof.count - 1 - i];
  return PAT_OK;
}
