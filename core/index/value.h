/* What the verifiable index holds for a subject: how many entries name it, and the root of the
 * sub-log that lists them.
 *
 * A sub-log is an RFC 6962 tree of its own; its leaf n says at which log index the subject's entry
 * n stands and what that entry's leaf hash is. The count is part of the value because a root alone
 * does not commit to how many leaves it covers. */
#ifndef PAT_CORE_INDEX_VALUE_H
#define PAT_CORE_INDEX_VALUE_H

#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/tlog/range.h"

#define PAT_INDEX_VALUE_BYTES 40 /* u64be count || root */

typedef struct {
  uint64_t count; /* entries of the subject, at least 1 in a map */
  pat_hash root;  /* of its sub-log */
} pat_index_value;

/* Writes the value's bytes: u64be count || root.
 * out   ret_bytes    all of them */
void pat_index_value_encode(const pat_index_value *value,
                            uint8_t ret_bytes[PAT_INDEX_VALUE_BYTES]) PAT_NONNULL_ALL;

/* Reads a value's bytes.
 * in    bytes        a stranger's; borrowed for the call
 * out   ret_value    unchanged on failure
 * fails index.value    not PAT_INDEX_VALUE_BYTES, a count of 0, or one above PAT_TLOG_SIZE_MAX */
pat_status pat_index_value_decode(pat_span bytes,
                                  pat_index_value *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;

/* The leaf hash of one entry of a sub-log: RFC 6962 leaf of u64be log index || leaf hash.
 * in    log_index    where the entry stands in the log
 *       leaf         the entry's leaf hash in the log
 * time  one hash */
pat_hash pat_index_sublog_leaf(uint64_t log_index,
                               const pat_hash *leaf) PAT_NONNULL_ALL PAT_MUST_USE;

/* Appends an entry to a subject's sub-log.
 * in    sublog, log_index, leaf    as for pat_index_sublog_leaf; log indices grow (the caller's
 *                                  duty)
 * fails tlog.size    the sub-log is full; it is unchanged
 * time  O(1) amortised */
pat_status pat_index_sublog_append(pat_tlog_range *sublog, uint64_t log_index,
                                   const pat_hash *leaf) PAT_NONNULL_ALL PAT_MUST_USE;

/* The value that the index holds for a subject with this sub-log.
 * time  at most 63 node hashes */
pat_index_value pat_index_value_of(const pat_tlog_range *sublog) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
