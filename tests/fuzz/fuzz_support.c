#include "tests/fuzz/fuzz_support.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

pat_arena *fuzz_arena(void) {
  static pat_arena arena;
  if (arena.base == NULL) {
    void *memory = malloc(ARENA_BYTES);
    PAT_ASSERT(memory != NULL);
    pat_arena_init(&arena, memory, ARENA_BYTES);
  }
  pat_arena_reset_to(&arena, 0);
  return &arena;
}

ProtobufCMessage *fuzz_decode(const ProtobufCMessageDescriptor *descriptor, pat_span bytes,
                              pat_arena *arena) {
  ProtobufCMessage *message = NULL;
  pat_err err = {.offset = 0};
  pat_status status = pat_protobuf_decode(descriptor, bytes, arena, 0, &message, &err);
  if (!pat_is_ok(status)) fuzz_check_refusal(status, &err);
  return message;
}

pat_span fuzz_encode(const ProtobufCMessage *message, pat_arena *arena) {
  size_t size = 0;
  PAT_ASSERT(pat_is_ok(pat_protobuf_size(message, &size)));
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, fuzz_take(arena, size), size);
  PAT_ASSERT(pat_is_ok(pat_protobuf_encode(message, &builder)));
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  PAT_ASSERT(bytes.size == size);
  return bytes;
}

void fuzz_check_encoding(const ProtobufCMessage *message, pat_span bytes, pat_arena *arena) {
  size_t mark = pat_arena_mark(arena);
  PAT_ASSERT(pat_span_equal(fuzz_encode(message, arena), bytes));
  pat_arena_reset_to(arena, mark);
}

void fuzz_check_refusal(pat_status status, const pat_err *err) {
  PAT_ASSERT(status.rule > PAT_RULE_NONE);
  PAT_ASSERT(status.rule < PAT_RULE_COUNT);
  PAT_ASSERT(status.category == (uint16_t)pat_rule_category((pat_rule)status.rule));
  PAT_ASSERT(memchr(err->place, '\0', sizeof err->place) != NULL);
  if (err->rule == PAT_RULE_NONE) return; /* no place was told */
  PAT_ASSERT(err->rule == (pat_rule)status.rule);
}

void *fuzz_take(pat_arena *arena, size_t size) {
  void *memory = pat_arena_take(arena, size);
  PAT_ASSERT(memory != NULL);
  return memory;
}

ProtobufCBinaryData fuzz_copy(pat_arena *arena, pat_span bytes) {
  ProtobufCBinaryData copy = {bytes.size, fuzz_take(arena, bytes.size)};
  pat_span_copy(copy.data, copy.len, bytes);
  return copy;
}

pat_span fuzz_span(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }
