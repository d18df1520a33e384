/* Hits: pat_protojson_decode, pat_protojson_encode, pat_protobuf_encode, pat_protobuf_decode.
 *
 * Input: one byte that chooses the message, then JSON text. Property: the text is refused, leaving
 * the arena as it was, or what it means has one canonical encoding and one JSON text that mean the
 * same. */
#include <stdalign.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "proto/api.pb-c.h"
#include "proto/json/protojson.h"
#include "tests/fuzz/fuzz_target.h"

enum { ARENA_BYTES = 8 << 20, INPUT_BYTES_MAX = 1 << 16, OUTPUT_BYTES = 4 << 20 };

static const ProtobufCMessageDescriptor *const descriptors[] = {
    &patina__submit_request__descriptor, &patina__value__descriptor,
    &patina__asset_class__descriptor,    &patina__lookup_request__descriptor,
    &patina__submit_result__descriptor,  &patina__statement__descriptor,
    &patina__number__descriptor,         &patina__asset_state__descriptor,
};
enum { DESCRIPTOR_COUNT = sizeof(descriptors) / sizeof(descriptors[0]) };

static alignas(max_align_t) uint8_t arena_memory[ARENA_BYTES];
static uint8_t first_bytes[OUTPUT_BYTES];
static uint8_t again_bytes[OUTPUT_BYTES];
static uint8_t text_bytes[OUTPUT_BYTES];

static pat_span canonical(const ProtobufCMessage *message, uint8_t *room) {
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, room, OUTPUT_BYTES);
  PAT_ASSERT(pat_is_ok(pat_protobuf_encode(message, &builder)));
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

static void check_meaning(const ProtobufCMessage *message, pat_arena *arena) {
  pat_span bytes = canonical(message, first_bytes);
  ProtobufCMessage *again = NULL;
  PAT_ASSERT(pat_is_ok(pat_protobuf_decode(message->descriptor, bytes, arena, 0, &again, NULL)));
  pat_builder builder;
  pat_span text = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, text_bytes, sizeof(text_bytes));
  PAT_ASSERT(pat_is_ok(pat_protojson_encode(again, &builder)));
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &text)));
  PAT_ASSERT(pat_is_ok(pat_protojson_decode(message->descriptor, text, arena, &again, NULL)));
  PAT_ASSERT(pat_span_equal(canonical(again, again_bytes), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > INPUT_BYTES_MAX) return 0;
  pat_arena arena;
  pat_arena_init(&arena, arena_memory, sizeof(arena_memory));
  pat_span text = pat_span_slice(pat_span_make(data, size), 1, size - 1);
  ProtobufCMessage *message = NULL;
  pat_err err = {0};
  pat_status status =
      pat_protojson_decode(descriptors[data[0] % DESCRIPTOR_COUNT], text, &arena, &message, &err);
  if (pat_is_ok(status)) {
    check_meaning(message, &arena);
    return 0;
  }
  PAT_ASSERT(message == NULL);
  PAT_ASSERT(pat_arena_mark(&arena) == 0);
  PAT_ASSERT(err.rule == (pat_rule)status.rule);
  return 0;
}
