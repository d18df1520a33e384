#include "core/tlog/range.h"

#include "core/base/assert.h"

/* pat_tlog_range_peaks hands the array out as bytes. */
PAT_STATIC_ASSERT(sizeof(pat_hash) == PAT_HASH_BYTES, "hashes lie side by side without padding");

void pat_tlog_range_init(pat_tlog_range *ret_range) { *ret_range = (pat_tlog_range){0}; }

bool pat_tlog_range_valid(const pat_tlog_range *range) { return range->size <= PAT_TLOG_SIZE_MAX; }

size_t pat_tlog_peak_count(uint64_t size) {
  size_t count = 0;
  for (; size > 0; size &= size - 1)
    count++;
  return count;
}

static pat_tlog_node node_at(uint8_t level, uint64_t index, const pat_hash *hash) {
  return (pat_tlog_node){.at = {.level = level, .index = index}, .hash = *hash};
}

/* Each bit set at the low end of the size is a peak that the new leaf completes into the next one,
 * as carrying does when one is added to a number. nodes may be NULL. */
static size_t climb(pat_tlog_range *range, const pat_hash *leaf, pat_tlog_node *nodes) {
  size_t peak_count = pat_tlog_peak_count(range->size);
  pat_hash hash = *leaf;
  uint8_t level = 0;
  if (nodes) nodes[0] = node_at(0, range->size, &hash);
  while ((range->size >> level & 1u) != 0) {
    PAT_ASSERT(peak_count > 0);
    hash = pat_tlog_node_hash(&range->peaks[--peak_count], &hash);
    level++;
    if (nodes) nodes[level] = node_at(level, range->size >> level, &hash);
  }
  PAT_ASSERT(peak_count < PAT_TLOG_PEAKS_MAX);
  range->peaks[peak_count] = hash;
  range->size++;
  return (size_t)level + 1;
}

pat_status pat_tlog_range_append(pat_tlog_range *range, const pat_hash *leaf) {
  PAT_ASSERT(pat_tlog_range_valid(range));
  PAT_REQUIRE(range->size < PAT_TLOG_SIZE_MAX, TLOG_SIZE);
  (void)climb(range, leaf, NULL);
  return PAT_OK;
}

pat_status pat_tlog_range_append_nodes(pat_tlog_range *range, const pat_hash *leaf,
                                       pat_tlog_node ret_nodes[PAT_TLOG_PEAKS_MAX],
                                       size_t *ret_count) {
  PAT_ASSERT(pat_tlog_range_valid(range));
  PAT_REQUIRE(range->size < PAT_TLOG_SIZE_MAX, TLOG_SIZE);
  *ret_count = climb(range, leaf, ret_nodes);
  return PAT_OK;
}

pat_hash pat_tlog_range_root(const pat_tlog_range *range) {
  PAT_ASSERT(pat_tlog_range_valid(range));
  size_t left = pat_tlog_peak_count(range->size);
  if (left == 0) return pat_tlog_empty_root();
  pat_hash root = range->peaks[--left];
  while (left > 0)
    root = pat_tlog_node_hash(&range->peaks[--left], &root);
  return root;
}

pat_span pat_tlog_range_peaks(const pat_tlog_range *range) {
  PAT_ASSERT(pat_tlog_range_valid(range));
  return pat_span_make(range->peaks, pat_tlog_peak_count(range->size) * PAT_HASH_BYTES);
}

pat_status pat_tlog_range_decode(uint64_t size, pat_span peaks, pat_tlog_range *ret_range) {
  PAT_ASSERT(pat_span_valid(peaks));
  PAT_REQUIRE(size <= PAT_TLOG_SIZE_MAX, TLOG_SIZE);
  PAT_REQUIRE(peaks.size == pat_tlog_peak_count(size) * PAT_HASH_BYTES, TLOG_RANGE_PEAKS);
  pat_tlog_range_init(ret_range);
  ret_range->size = size;
  pat_span_copy(ret_range->peaks, sizeof ret_range->peaks, peaks);
  return PAT_OK;
}
