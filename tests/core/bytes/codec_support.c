#include "tests/core/bytes/codec_support.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/bytes/protobuf_internal.h"

enum { ARENA_BYTES = 4 << 20, LIST_MAX = 4, TEXT_BYTES_MAX = 12, BYTES_MAX = 12 };

static alignas(max_align_t) uint8_t arena_memory[ARENA_BYTES];

void assert_rule(pat_status status, pat_rule rule) {
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
}

pat_arena codec_fresh_arena(void) {
  pat_arena arena;
  pat_arena_init(&arena, arena_memory, sizeof(arena_memory));
  return arena;
}

ProtobufCMessage *codec_decode(const ProtobufCMessageDescriptor *descriptor, pat_span bytes) {
  pat_arena arena = codec_fresh_arena();
  ProtobufCMessage *message = NULL;
  pat_err err = {0};
  pat_status status = pat_protobuf_decode(descriptor, bytes, &arena, 0, &message, &err);
  if (!pat_is_ok(status)) {
    fail_msg("%s at %zu (%s)", pat_rule_id((pat_rule)status.rule), err.offset, err.place);
  }
  assert_int_equal(err.rule, PAT_RULE_NONE);
  return message;
}

void codec_refuses(const ProtobufCMessageDescriptor *descriptor, pat_span bytes, pat_rule rule,
                   size_t offset, const char *place) {
  pat_arena arena = codec_fresh_arena();
  ProtobufCMessage *message = NULL;
  pat_err err = {0};
  assert_rule(pat_protobuf_decode(descriptor, bytes, &arena, 0, &message, &err), rule);
  assert_int_equal(err.rule, rule);
  assert_int_equal(err.offset, offset);
  assert_string_equal(err.place, place);
  assert_null(message);
  assert_int_equal(pat_arena_mark(&arena), 0);
  assert_rule(pat_protobuf_decode(descriptor, bytes, &arena, 0, &message, NULL), rule);
}

codec_random codec_random_seeded(void) {
  const char *text = getenv("PATINA_SEED");
  uint64_t seed = text == NULL ? 0x5eed0fc0dec : strtoull(text, NULL, 0);
  printf("PATINA_SEED=%llu\n", (unsigned long long)seed);
  return (codec_random){seed == 0 ? 1 : seed};
}

static uint64_t next_u64(codec_random *random) {
  random->state ^= random->state >> 12;
  random->state ^= random->state << 25;
  random->state ^= random->state >> 27;
  return random->state * 0x2545f4914f6cdd1d;
}

uint32_t codec_random_below(codec_random *random, uint32_t limit) {
  assert_true(limit > 0);
  return (uint32_t)((next_u64(random) >> 32) % limit);
}

/* Small, large and edge values alike: a random number of low bits, sometimes all of them set. */
static uint64_t random_bits(codec_random *random, unsigned width) {
  unsigned bits = codec_random_below(random, width + 1);
  if (bits == 0) return 0;
  uint64_t mask = UINT64_MAX >> (64 - bits);
  return (codec_random_below(random, 4) == 0 ? UINT64_MAX : next_u64(random)) & mask;
}

static uint64_t random_raw(codec_random *random, const ProtobufCFieldDescriptor *field) {
  bool wide = pat_protobuf__value_size(field->type) == sizeof(uint64_t);
  uint64_t bits = random_bits(random, wide ? 64 : 32);
  if (field->type == PROTOBUF_C_TYPE_BOOL) return bits & 1;
  if (field->type == PROTOBUF_C_TYPE_INT32) return (uint64_t)(int64_t)(int32_t)(uint32_t)bits;
  if (field->type != PROTOBUF_C_TYPE_ENUM) return bits;
  const ProtobufCEnumDescriptor *values = field->descriptor;
  int value = values->values[codec_random_below(random, values->n_values)].value;
  return (uint64_t)(int64_t)value;
}

static void *must_take(pat_arena *arena, size_t count, size_t size) {
  void *taken = pat_arena_take_array(arena, count, size);
  assert_non_null(taken);
  return taken;
}

static char *random_text(codec_random *random, pat_arena *arena, bool may_be_empty) {
  static const char *const characters[] = {
      "a", "Z", "0", " ", "\x7f", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x8e\xbb", "\xef\xbf\xbf"};
  pat_builder builder;
  char *text = must_take(arena, 4 * TEXT_BYTES_MAX + 1, 1);
  pat_builder_init(&builder, text, 4 * TEXT_BYTES_MAX);
  uint32_t size = codec_random_below(random, TEXT_BYTES_MAX) + (may_be_empty ? 0 : 1);
  for (uint32_t i = 0; i < size; i++) {
    pat_builder_text(&builder, characters[codec_random_below(random, 9)]);
  }
  return text;
}

static ProtobufCBinaryData random_bytes(codec_random *random, pat_arena *arena) {
  size_t size = codec_random_below(random, BYTES_MAX);
  uint8_t *data = must_take(arena, size, 1);
  for (size_t i = 0; i < size; i++) {
    data[i] = (uint8_t)next_u64(random);
  }
  return (ProtobufCBinaryData){.len = size, .data = data};
}

/* One more struct of the random message, and how many levels may still stand below it. */
typedef struct {
  codec_random *random;
  pat_arena *arena;
  bool plain;
} maker;

static ProtobufCMessage *make_message(const maker *self,
                                      const ProtobufCMessageDescriptor *descriptor, unsigned depth);

static void make_value(const maker *self, const ProtobufCFieldDescriptor *field, void *value,
                       unsigned depth) {
  if (pat_protobuf__is_scalar(field->type)) {
    pat_protobuf__store_raw(field->type, value, random_raw(self->random, field));
  } else if (field->type == PROTOBUF_C_TYPE_STRING) {
    bool may_be_empty = !(self->plain && pat_protobuf__in_oneof(field));
    pat_protobuf__store_pointer(value, random_text(self->random, self->arena, may_be_empty));
  } else if (field->type == PROTOBUF_C_TYPE_BYTES) {
    ProtobufCBinaryData data = random_bytes(self->random, self->arena);
    pat_span_copy(value, sizeof(data), pat_span_make(&data, sizeof(data)));
  } else {
    pat_protobuf__store_pointer(value, make_message(self, field->descriptor, depth));
  }
}

static void make_list(const maker *self, const ProtobufCFieldDescriptor *field,
                      ProtobufCMessage *message, unsigned depth) {
  size_t size = pat_protobuf__value_size(field->type);
  size_t count = codec_random_below(self->random, LIST_MAX);
  if (count == 0) return;
  uint8_t *array = must_take(self->arena, count, size);
  for (size_t i = 0; i < count; i++) {
    make_value(self, field, array + i * size, depth);
  }
  pat_protobuf__store_count(pat_protobuf__at(message, field->quantifier_offset), count);
  pat_protobuf__store_pointer(pat_protobuf__at(message, field->offset), array);
}

static ProtobufCMessage *make_message(const maker *self,
                                      const ProtobufCMessageDescriptor *descriptor,
                                      unsigned depth) {
  ProtobufCMessage *message = must_take(self->arena, 1, descriptor->sizeof_message);
  descriptor->message_init(message);
  for (unsigned i = 0; i < descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && depth == 0) continue;
    if (codec_random_below(self->random, 3) == 0) continue;
    void *quantifier = pat_protobuf__at(message, field->quantifier_offset);
    unsigned below = depth == 0 ? 0 : depth - 1;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
      make_list(self, field, message, below);
      continue;
    }
    bool in_oneof = pat_protobuf__in_oneof(field);
    if (in_oneof && pat_protobuf__load_case(quantifier) != 0) continue;
    if (in_oneof) pat_protobuf__store_case(quantifier, field->id);
    make_value(self, field, pat_protobuf__at(message, field->offset), below);
  }
  return message;
}

ProtobufCMessage *codec_random_message(codec_random *random,
                                       const ProtobufCMessageDescriptor *descriptor,
                                       pat_arena *arena, unsigned depth, bool plain) {
  maker self = {.random = random, .arena = arena, .plain = plain};
  return make_message(&self, descriptor, depth);
}
