/* core/bytes/protobuf.h, over random messages: one encoding each, and none beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/core/bytes/codec_support.h"

enum {
  ROUNDS = 300,
  MUTATION_ROUNDS = 60,
  MUTATED_BYTES_MAX = 400,
  DEPTH = 4,
  BUFFER_BYTES = 1 << 18,
  SOURCE_BYTES = 4 << 20
};

static const ProtobufCMessageDescriptor *const descriptors[] = {
    &codec_test__leaf__descriptor,       &codec_test__scalars__descriptor,
    &codec_test__choice__descriptor,     &codec_test__lists__descriptor,
    &codec_test__everything__descriptor,
};
enum { DESCRIPTOR_COUNT = sizeof(descriptors) / sizeof(descriptors[0]) };

static _Alignas(max_align_t) uint8_t source_memory[SOURCE_BYTES];
static uint8_t first_buffer[BUFFER_BYTES];
static uint8_t second_buffer[BUFFER_BYTES];

static pat_span encode(const ProtobufCMessage *message, uint8_t buffer[BUFFER_BYTES]) {
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, buffer, BUFFER_BYTES);
  assert_rule(pat_protobuf_encode(message, &builder), PAT_RULE_NONE);
  assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_NONE);
  return bytes;
}

static ProtobufCMessage *random_message(codec_random *random,
                                        const ProtobufCMessageDescriptor *descriptor, bool plain) {
  pat_arena arena;
  pat_arena_init(&arena, source_memory, sizeof(source_memory));
  unsigned depth = codec_random_below(random, DEPTH);
  return codec_random_message(random, descriptor, &arena, depth, plain);
}

static void test_protobuf__random_messages_round_trip(void **state) {
  (void)state;
  codec_random random = codec_random_seeded();
  for (unsigned round = 0; round < ROUNDS; round++) {
    const ProtobufCMessageDescriptor *descriptor = descriptors[round % DESCRIPTOR_COUNT];
    const ProtobufCMessage *message = random_message(&random, descriptor, false);
    pat_span bytes = encode(message, first_buffer);
    size_t size = 0;
    assert_rule(pat_protobuf_size(message, &size), PAT_RULE_NONE);
    assert_int_equal(size, bytes.size);
    assert_true(pat_span_equal(encode(codec_decode(descriptor, bytes), second_buffer), bytes));
  }
}

static void test_protobuf__plain_messages_encode_as_protobuf_c_does(void **state) {
  (void)state;
  codec_random random = codec_random_seeded();
  for (unsigned round = 0; round < ROUNDS; round++) {
    const ProtobufCMessageDescriptor *descriptor = descriptors[round % DESCRIPTOR_COUNT];
    const ProtobufCMessage *message = random_message(&random, descriptor, true);
    pat_span bytes = encode(message, first_buffer);
    assert_int_equal(protobuf_c_message_get_packed_size(message), bytes.size);
    protobuf_c_message_pack(message, second_buffer);
    assert_memory_equal(second_buffer, first_buffer, bytes.size);
  }
}

/* Refused, or the one encoding of what it decodes to. Returns whether it was accepted. */
static bool accepted_only_if_canonical(const ProtobufCMessageDescriptor *descriptor,
                                       pat_span bytes) {
  pat_arena arena = codec_fresh_arena();
  ProtobufCMessage *message = NULL;
  pat_status status = pat_protobuf_decode(descriptor, bytes, &arena, 0, &message, NULL);
  if (!pat_is_ok(status)) return false;
  assert_true(pat_span_equal(encode(message, second_buffer), bytes));
  return true;
}

static void test_protobuf__single_bit_mutations_are_refused_or_canonical(void **state) {
  (void)state;
  codec_random random = codec_random_seeded();
  unsigned accepted = 0;
  unsigned refused = 0;
  for (unsigned round = 0; round < MUTATION_ROUNDS; round++) {
    const ProtobufCMessageDescriptor *descriptor = descriptors[round % DESCRIPTOR_COUNT];
    pat_span bytes = encode(random_message(&random, descriptor, false), first_buffer);
    for (size_t bit = 0; bit < 8 * bytes.size && bit < 8 * MUTATED_BYTES_MAX; bit++) {
      first_buffer[bit / 8] ^= (uint8_t)(1u << bit % 8);
      bool fine = accepted_only_if_canonical(descriptor, bytes);
      accepted += fine;
      refused += !fine;
      first_buffer[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
  }
  print_message("%u mutations accepted, %u refused\n", accepted, refused);
  assert_true(accepted > 0 && refused > 0);
}

static void test_protobuf__cut_messages_are_refused_or_canonical(void **state) {
  (void)state;
  codec_random random = codec_random_seeded();
  for (unsigned round = 0; round < MUTATION_ROUNDS; round++) {
    const ProtobufCMessageDescriptor *descriptor = descriptors[round % DESCRIPTOR_COUNT];
    pat_span bytes = encode(random_message(&random, descriptor, false), first_buffer);
    for (size_t size = 0; size < bytes.size && size < MUTATED_BYTES_MAX; size++) {
      (void)accepted_only_if_canonical(descriptor, pat_span_slice(bytes, 0, size));
    }
  }
}

/* Every input of four bytes out of those that matter at the edges. */
static void test_protobuf__all_short_inputs_are_refused_or_canonical(void **state) {
  (void)state;
  static const uint8_t alphabet[] = {0x00, 0x01, 0x02, 0x05, 0x08, 0x0a, 0x0d, 0x10, 0x12,
                                     0x18, 0x22, 0x42, 0x61, 0x6a, 0x7a, 0x7f, 0x80, 0xff};
  enum { LETTERS = sizeof(alphabet), WORDS = LETTERS * LETTERS * LETTERS * LETTERS };
  for (unsigned word = 0; word < WORDS; word++) {
    uint8_t bytes[4];
    unsigned rest = word;
    for (size_t i = 0; i < sizeof(bytes); i++) {
      bytes[i] = alphabet[rest % LETTERS];
      rest /= LETTERS;
    }
    for (size_t i = 0; i < DESCRIPTOR_COUNT; i++) {
      (void)accepted_only_if_canonical(descriptors[i], PAT_SPAN_OF(bytes));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_protobuf__random_messages_round_trip),
      cmocka_unit_test(test_protobuf__plain_messages_encode_as_protobuf_c_does),
      cmocka_unit_test(test_protobuf__single_bit_mutations_are_refused_or_canonical),
      cmocka_unit_test(test_protobuf__cut_messages_are_refused_or_canonical),
      cmocka_unit_test(test_protobuf__all_short_inputs_are_refused_or_canonical),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
