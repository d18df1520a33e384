/* core/bytes/protobuf.h: which descriptors the codec carries, and that ours are all among them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/core/bytes/all_descriptors.h"
#include "tests/core/bytes/codec_support.h"

static void test_protobuf__supports_no_floats_at_any_depth(void **state) {
  (void)state;
  assert_false(pat_protobuf_descriptor_supported(&codec_test__with_float__descriptor));
  assert_false(pat_protobuf_descriptor_supported(&codec_test__with_double__descriptor));
  assert_false(pat_protobuf_descriptor_supported(&codec_test__inner_float__descriptor));
}

static void test_protobuf__supports_no_recursive_messages(void **state) {
  (void)state;
  assert_false(pat_protobuf_descriptor_supported(&codec_test__everything__descriptor));
}

static void test_protobuf__supports_the_subset(void **state) {
  (void)state;
  assert_true(pat_protobuf_descriptor_supported(&codec_test__scalars__descriptor));
  assert_true(pat_protobuf_descriptor_supported(&codec_test__choice__descriptor));
  assert_true(pat_protobuf_descriptor_supported(&codec_test__lists__descriptor));
  assert_true(pat_protobuf_descriptor_supported(&codec_test__empty__descriptor));
}

/* A message with the one field given. */
static bool supports_field(ProtobufCFieldDescriptor field) {
  ProtobufCMessageDescriptor message = codec_test__leaf__descriptor;
  message.n_fields = 1;
  message.fields = &field;
  return pat_protobuf_descriptor_supported(&message);
}

static void test_protobuf__supports_only_plain_and_repeated_labels(void **state) {
  (void)state;
  ProtobufCFieldDescriptor field = codec_test__leaf__descriptor.fields[2];
  assert_true(supports_field(field));
  field.label = PROTOBUF_C_LABEL_OPTIONAL;
  assert_false(supports_field(field));
  field.label = PROTOBUF_C_LABEL_REQUIRED;
  assert_false(supports_field(field));
  field.label = PROTOBUF_C_LABEL_REPEATED;
  assert_true(supports_field(field));
  field.flags = PROTOBUF_C_FIELD_FLAG_ONEOF;
  assert_false(supports_field(field));
}

static void test_protobuf__supports_no_defaults_and_no_impossible_numbers(void **state) {
  (void)state;
  static const uint32_t seven = 7;
  ProtobufCFieldDescriptor field = codec_test__leaf__descriptor.fields[2];
  field.default_value = &seven;
  assert_false(supports_field(field));
  field.default_value = NULL;
  field.id = 0;
  assert_false(supports_field(field));
  field.id = 1u << 29;
  assert_false(supports_field(field));
  field.id = (1u << 29) - 1;
  assert_true(supports_field(field));
}

static void test_protobuf__supports_no_half_made_descriptors(void **state) {
  (void)state;
  ProtobufCMessageDescriptor message = codec_test__leaf__descriptor;
  assert_true(pat_protobuf_descriptor_supported(&message));
  message.magic++;
  assert_false(pat_protobuf_descriptor_supported(&message));
  message = codec_test__leaf__descriptor;
  message.message_init = NULL;
  assert_false(pat_protobuf_descriptor_supported(&message));
  ProtobufCFieldDescriptor field = codec_test__scalars__descriptor.fields[11];
  assert_int_equal(field.type, PROTOBUF_C_TYPE_ENUM);
  assert_true(supports_field(field));
  field.descriptor = NULL;
  assert_false(supports_field(field));
}

static void test_protobuf__supports_every_message_of_the_project(void **state) {
  (void)state;
  assert_true(all_descriptors_count > 20);
  for (size_t i = 0; i < all_descriptors_count; i++) {
    if (!pat_protobuf_descriptor_supported(all_descriptors[i])) {
      fail_msg("%s", all_descriptors[i]->name);
    }
  }
}

static void test_protobuf__carries_every_message_of_the_project(void **state) {
  (void)state;
  enum { ROUNDS = 8, DEPTH = 5, SOURCE_BYTES = 8 << 20, BUFFER_BYTES = 1 << 20 };
  static _Alignas(max_align_t) uint8_t source[SOURCE_BYTES];
  static uint8_t buffers[2][BUFFER_BYTES];
  codec_random random = codec_random_seeded();
  for (size_t i = 0; i < ROUNDS * all_descriptors_count; i++) {
    const ProtobufCMessageDescriptor *descriptor = all_descriptors[i % all_descriptors_count];
    pat_arena arena;
    pat_arena_init(&arena, source, sizeof(source));
    ProtobufCMessage *message = codec_random_message(&random, descriptor, &arena, DEPTH, false);
    pat_span spans[2];
    for (size_t pass = 0; pass < 2; pass++) {
      pat_builder builder;
      pat_builder_init(&builder, buffers[pass], BUFFER_BYTES);
      assert_rule(pat_protobuf_encode(message, &builder), PAT_RULE_NONE);
      assert_rule(pat_builder_finish(&builder, &spans[pass]), PAT_RULE_NONE);
      message = codec_decode(descriptor, spans[pass]);
    }
    assert_true(pat_span_equal(spans[0], spans[1]));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_protobuf__supports_no_floats_at_any_depth),
      cmocka_unit_test(test_protobuf__supports_no_recursive_messages),
      cmocka_unit_test(test_protobuf__supports_the_subset),
      cmocka_unit_test(test_protobuf__supports_only_plain_and_repeated_labels),
      cmocka_unit_test(test_protobuf__supports_no_defaults_and_no_impossible_numbers),
      cmocka_unit_test(test_protobuf__supports_no_half_made_descriptors),
      cmocka_unit_test(test_protobuf__supports_every_message_of_the_project),
      cmocka_unit_test(test_protobuf__carries_every_message_of_the_project),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
