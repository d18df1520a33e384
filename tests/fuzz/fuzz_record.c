/* Hits: pat_head_decode, pat_tlog_range_decode, pat_ledger_subject_value.
 *
 * Input: one byte that chooses, then a HeadRecord or a SubjectRecord as a damaged store gives it
 * back; the bytes are read as peaks, too. Properties: it is refused, or the range is whole and its
 * peaks are those that were read. */
#include "core/base/assert.h"
#include "core/ledger/ledger.h"
#include "proto/ledger.pb-c.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"

static const ProtobufCMessageDescriptor *const descriptors[] = {
    &patina__head_record__descriptor,
    &patina__subject_record__descriptor,
};
enum { DESCRIPTORS = sizeof descriptors / sizeof descriptors[0] };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  if (size < 1) return mutate_message(descriptors[0], data, size, size_max, seed);
  const ProtobufCMessageDescriptor *descriptor = descriptors[data[0] % DESCRIPTORS];
  return 1 + mutate_message(descriptor, data + 1, size - 1, size_max - 1, seed);
}

static void check_head(pat_span record, pat_arena *arena) {
  pat_head head;
  if (!pat_is_ok(pat_head_decode(record, arena, &head))) return;
  PAT_ASSERT(pat_tlog_range_valid(&head.range));
  PAT_ASSERT(head.has_commit == (head.range.size > 0));
  PAT_ASSERT(!head.has_commit || head.last_commit_index < head.range.size);
  pat_hash root = pat_tlog_range_root(&head.range);
  PAT_ASSERT(pat_tlog_range_append(&head.range, &root).rule != PAT_RULE_INTERNAL);
}

static void check_subject(pat_span record, pat_arena *arena) {
  const pat_hash key = {{1}};
  pat_changed_subject subject;
  pat_status status = pat_ledger_subject_value(pat_hash_span(&key), record, arena, &subject);
  if (!pat_is_ok(status)) return;
  PAT_ASSERT(pat_span_equal(pat_hash_span(&subject.key), pat_hash_span(&key)));
}

static void check_range(uint8_t bits, pat_span peaks) {
  pat_tlog_range range;
  uint64_t size = (UINT64_C(1) << bits % 64) - 1;
  if (!pat_is_ok(pat_tlog_range_decode(size, peaks, &range))) return;
  PAT_ASSERT(pat_tlog_range_valid(&range));
  PAT_ASSERT(pat_span_equal(pat_tlog_range_peaks(&range), peaks));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  pat_span bytes = pat_span_slice(pat_span_make(data, size), 1, size - 1);
  if (data[0] % DESCRIPTORS == 0) check_head(bytes, fuzz_arena());
  if (data[0] % DESCRIPTORS == 1) check_subject(bytes, fuzz_arena());
  check_range(data[0], bytes);
  return 0;
}
