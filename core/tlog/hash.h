/* RFC 6962 Merkle tree hashing over SHA-256: the three hashes that everything in the log rests on.
 *
 * The prefix byte keeps leaves and inner nodes apart, so that no node can be passed off as a leaf.
 * Spec: RFC 6962 section 2.1; RFC 9162 section 2.1.1. */
#ifndef PAT_CORE_TLOG_HASH_H
#define PAT_CORE_TLOG_HASH_H

#include "core/base/attributes.h"
#include "core/base/span.h"
#include "core/crypto/hash.h"

/* Hashes one entry's bytes into a leaf hash: SHA-256(0x00 || data).
 * in    data    the entry, any size, borrowed for the call
 * fails never
 * time  O(data.size); no allocation */
pat_hash pat_tlog_leaf_hash(pat_span data) PAT_MUST_USE;

/* Hashes two children into their parent: SHA-256(0x01 || left || right).
 * in    left, right    borrowed for the call; may be the same
 * fails never
 * time  O(1) */
pat_hash pat_tlog_node_hash(const pat_hash *left,
                            const pat_hash *right) PAT_NONNULL_ALL PAT_MUST_USE;

/* The root of the tree without leaves: SHA-256 of no bytes.
 * fails never
 * time  O(1) */
pat_hash pat_tlog_empty_root(void) PAT_MUST_USE;

#endif
