/* Hits: pat_protobuf_decode, pat_protobuf_encode, pat_protobuf_size, pat_reader_*, pat_builder_*,
 * pat_utf8_valid_no_nul, pat_arena_*.
 *
 * Input: one byte that chooses message and flags, then the message's bytes. Property: they are
 * refused, leaving the arena as it was, or they are exactly what the decoded message encodes to. */
#include <stdalign.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "tests/core/bytes/codec_test.pb-c.h"
#include "tests/fuzz/fuzz_target.h"

enum { ARENA_BYTES = 1 << 20, INPUT_BYTES_MAX = 1 << 16 };

static const ProtobufCMessageDescriptor *const descriptors[] = {
    &codec_test__everything__descriptor, &codec_test__scalars__descriptor,
    &codec_test__choice__descriptor,     &codec_test__lists__descriptor,
    &codec_test__leaf__descriptor,       &codec_test__newer_choice__descriptor,
    &codec_test__empty__descriptor,
};
enum { DESCRIPTOR_COUNT = sizeof(descriptors) / sizeof(descriptors[0]), FLAG_BIT = 0x80 };

static alignas(max_align_t) uint8_t arena_memory[ARENA_BYTES];
static uint8_t encoded[INPUT_BYTES_MAX];

static void check_round_trip(const ProtobufCMessage *message, pat_span bytes) {
  pat_builder builder;
  pat_span again = PAT_SPAN_EMPTY;
  size_t size = 0;
  pat_builder_init(&builder, encoded, sizeof(encoded));
  PAT_ASSERT(pat_is_ok(pat_protobuf_encode(message, &builder)));
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &again)));
  PAT_ASSERT(pat_span_equal(again, bytes));
  PAT_ASSERT(pat_is_ok(pat_protobuf_size(message, &size)));
  PAT_ASSERT(size == bytes.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > INPUT_BYTES_MAX) return 0;
  pat_arena arena;
  pat_arena_init(&arena, arena_memory, sizeof(arena_memory));
  pat_span bytes = pat_span_slice(pat_span_make(data, size), 1, size - 1);
  unsigned flags = (data[0] & FLAG_BIT) != 0 ? PAT_PROTOBUF_OPEN_TOP : 0;
  const ProtobufCMessageDescriptor *descriptor = descriptors[data[0] % FLAG_BIT % DESCRIPTOR_COUNT];
  ProtobufCMessage *message = NULL;
  pat_err err = {0};
  pat_status status = pat_protobuf_decode(descriptor, bytes, &arena, flags, &message, &err);
  if (pat_is_ok(status)) {
    check_round_trip(message, bytes);
    return 0;
  }
  PAT_ASSERT(message == NULL);
  PAT_ASSERT(pat_arena_mark(&arena) == 0);
  PAT_ASSERT(err.rule == (pat_rule)status.rule);
  PAT_ASSERT(err.offset <= bytes.size);
  return 0;
}
