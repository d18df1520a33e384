/* A compact range [0, size): the least that must be kept of a Merkle tree to append to it and to
 * know its root: the roots of its perfect subtrees ("peaks"), largest and leftmost first.
 *
 * Invariant (pat_tlog_range_valid): size <= PAT_TLOG_SIZE_MAX, and exactly the first
 * pat_tlog_peak_count(size) peaks are meaningful: one per bit set in size.
 * Spec: RFC 6962 section 2.1 (the tree that the peaks belong to). */
#ifndef PAT_CORE_TLOG_RANGE_H
#define PAT_CORE_TLOG_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/tlog/hash.h"

/* Where a node stands: it covers the leaves [index << level, (index + 1) << level). */
typedef struct {
  uint8_t level;  /* 0 for leaves; < 64 */
  uint64_t index; /* within its level, from the left, from 0 */
} pat_tlog_position;

/* A perfect node: its place and its hash. */
typedef struct {
  pat_tlog_position at;
  pat_hash hash;
} pat_tlog_node;

/* Zero-initialised it is the empty range. */
typedef struct {
  uint64_t size; /* leaves */
  pat_hash peaks[PAT_TLOG_PEAKS_MAX];
} pat_tlog_range;

/* Makes the range empty.
 * out   ret_range    size 0
 * fails never */
void pat_tlog_range_init(pat_tlog_range *ret_range) PAT_NONNULL_ALL;

/* True where the invariant above holds.
 * time  O(1) */
bool pat_tlog_range_valid(const pat_tlog_range *range) PAT_NONNULL_ALL;

/* How many peaks a tree of this size has: the bits set in size; 0..64. */
size_t pat_tlog_peak_count(uint64_t size);

/* Appends one leaf.
 * in    leaf     its leaf hash
 * fails tlog.size    the tree already holds PAT_TLOG_SIZE_MAX leaves; the range is unchanged
 * time  O(1) amortised, at most 63 node hashes; no allocation */
pat_status pat_tlog_range_append(pat_tlog_range *range,
                                 const pat_hash *leaf) PAT_NONNULL_ALL PAT_MUST_USE;

/* Appends one leaf and tells which perfect nodes exist now that did not before: the leaf itself,
 * then its ancestors as far as they became whole, lowest first. A store writes exactly these.
 * in    leaf         its leaf hash
 * out   ret_nodes    the first *ret_count are written; unchanged on failure
 *       ret_count    1..PAT_TLOG_PEAKS_MAX
 * fails tlog.size    as pat_tlog_range_append
 * time  O(1) amortised, at most 63 node hashes; no allocation */
pat_status pat_tlog_range_append_nodes(pat_tlog_range *range, const pat_hash *leaf,
                                       pat_tlog_node ret_nodes[PAT_TLOG_PEAKS_MAX],
                                       size_t *ret_count) PAT_NONNULL_ALL PAT_MUST_USE;

/* The root of the tree of range->size leaves.
 * fails never
 * time  at most 63 node hashes */
pat_hash pat_tlog_range_root(const pat_tlog_range *range) PAT_NONNULL_ALL PAT_MUST_USE;

/* The peaks as bytes: 32 for each, largest first. The size is not among them: keep it beside.
 * owns  the span is borrowed from range until range changes
 * fails never */
pat_span pat_tlog_range_peaks(const pat_tlog_range *range) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads a range back from its size and its peaks' bytes. That the hashes are the right ones is for
 * the caller to check, by the root.
 * in    size         leaves
 *       peaks        as pat_tlog_range_peaks gives them; borrowed for the call
 * out   ret_range    unchanged on failure
 * fails tlog.size           size above PAT_TLOG_SIZE_MAX
 *       tlog.range-peaks    not exactly 32 bytes for each bit set in size
 * time  O(1) */
pat_status pat_tlog_range_decode(uint64_t size, pat_span peaks,
                                 pat_tlog_range *ret_range) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
