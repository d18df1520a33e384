#include "core/tlog/hash.h"

#include "core/base/assert.h"

pat_hash pat_tlog_leaf_hash(pat_span data) {
  PAT_ASSERT(pat_span_valid(data));
  const pat_span parts[] = {PAT_SPAN_LITERAL("\x00"), data};
  return pat_hash_of_parts(parts, 2);
}

pat_hash pat_tlog_node_hash(const pat_hash *left, const pat_hash *right) {
  const pat_span parts[] = {PAT_SPAN_LITERAL("\x01"), pat_hash_span(left), pat_hash_span(right)};
  return pat_hash_of_parts(parts, 3);
}

pat_hash pat_tlog_empty_root(void) { return pat_hash_of(PAT_SPAN_EMPTY); }
