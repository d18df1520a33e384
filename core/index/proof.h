/* Verifying that the index holds a value for a key, or that it holds none.
 *
 *   presence = ( uvarint(bit) || sibling[32] )*, from the leaf to the root, bits strictly
 *              decreasing
 *   absence  = nothing, for the empty map; otherwise the leaf that stands where the key would:
 *              uvarint(size) || key || uvarint(size) || value, and its steps as above, where both
 *              keys agree at every listed bit
 *
 * Each proof has one form: over-long numbers and bytes behind the last step are refused. */
#ifndef PAT_CORE_INDEX_PROOF_H
#define PAT_CORE_INDEX_PROOF_H

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/index/node.h"
#include "core/index/value.h"

/* 256 steps of a bit (2) and a hash (32), and a leaf with its sizes. */
#define PAT_INDEX_PROOF_BYTES_MAX (256 * 34 + 1 + 32 + 1 + 40)

/* Checks that the map with this root holds this value for this key.
 * in    root     from a verified commit record
 *       proof    a stranger's bytes; borrowed for the call
 * fails index.proof-form     cut short, an over-long number, or trailing bytes
 *       index.proof-order    bits not strictly decreasing, or one of 256 or more
 *       index.proof-root     the steps lead to another root
 * time  one hash for each step, at most 256 */
pat_status pat_index_presence_verify(const pat_hash *root, const pat_hash *key,
                                     const pat_index_value *value,
                                     pat_span proof) PAT_NONNULL_ALL PAT_MUST_USE;

/* Checks that the map with this root holds nothing for this key.
 * in    root, proof               as for pat_index_presence_verify
 * fails as pat_index_presence_verify, and
 *       index.proof-form          the other leaf's key or value is not of the size that our maps
 *                                 hold
 *       index.proof-same-key      the other leaf is this very key's
 *       index.proof-path          at a listed bit the two keys differ: it is not this key's place
 * time  one hash for each step, at most 256 */
pat_status pat_index_absence_verify(const pat_hash *root, const pat_hash *key,
                                    pat_span proof) PAT_NONNULL_ALL PAT_MUST_USE;

/* The same two for any map of this construction, with keys and values of
 * 0..PAT_INDEX_ITEM_BYTES_MAX bytes: for the published vectors and for other implementations' maps.
 * fails as above, and
 *       index.proof-size    a key or value larger than PAT_INDEX_ITEM_BYTES_MAX */
pat_status pat_index_generic_presence_verify(const pat_hash *root, pat_span key, pat_span value,
                                             pat_span proof) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_index_generic_absence_verify(const pat_hash *root, pat_span key,
                                            pat_span proof) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
