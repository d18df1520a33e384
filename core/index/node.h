/* Hashing of the index's Patricia tree, and the bits of its keys.
 *
 *   empty = SHA-256("")
 *   leaf  = SHA-256(0x00 || uvarint(key size) || key || uvarint(value size) || value)
 *   inner = SHA-256(0x01 || uvarint(bit) || left || right)
 *
 * bit is the absolute number, from the most significant bit of the first byte, of the first bit in
 * which the keys below differ: those with a 0 are on the left. The shape of the tree follows from
 * its keys alone, not from the order in which they came. */
#ifndef PAT_CORE_INDEX_NODE_H
#define PAT_CORE_INDEX_NODE_H

#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/crypto/hash.h"

#define PAT_INDEX_KEY_BITS 256 /* of our own maps, whose keys are SHA-256 digests */

/* The root of a map without keys. */
pat_hash pat_index_empty_root(void) PAT_MUST_USE;

/* Hashes a key with its value. time O(sizes) */
pat_hash pat_index_leaf_hash(pat_span key, pat_span value) PAT_MUST_USE;

/* Hashes two branches that part at this bit. time O(1) */
pat_hash pat_index_inner_hash(uint32_t bit, const pat_hash *left,
                              const pat_hash *right) PAT_NONNULL_ALL PAT_MUST_USE;

/* The bit of a key, 0 or 1. A key of any size is read as if the bytes 00 FF FF FF ... followed it,
 * so that no key is the beginning of another. */
unsigned pat_index_key_bit(pat_span key, uint32_t bit);

/* The first bit in which two keys of 32 bytes differ; PAT_INDEX_KEY_BITS where they are equal. */
uint32_t pat_index_first_difference(const pat_hash *a, const pat_hash *b) PAT_NONNULL_ALL;

#endif
