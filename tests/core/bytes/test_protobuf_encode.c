/* core/bytes/protobuf.h, encoding: structs that are refused, then the bytes of the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/core/bytes/codec_support.h"

enum { BUFFER_BYTES = 512, BEFORE_BYTES = 2 };

/* Refused behind two bytes that stand already: these stay, and the builder can go on. */
static void refuses(const ProtobufCMessage *message, pat_rule rule) {
  uint8_t buffer[BUFFER_BYTES];
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  size_t size = 77;
  pat_builder_init(&builder, buffer, sizeof(buffer));
  pat_builder_u16be(&builder, 0x4142);
  assert_rule(pat_protobuf_encode(message, &builder), rule);
  assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_NONE);
  assert_true(pat_span_equal(bytes, B("AB")));
  pat_builder_init(&builder, NULL, SIZE_MAX);
  assert_rule(pat_protobuf_encode(message, &builder), rule);
  assert_int_equal(pat_builder_size(&builder), 0);
  assert_rule(pat_protobuf_size(message, &size), rule);
  assert_int_equal(size, 77);
}

static void writes(const ProtobufCMessage *message, pat_span expected) {
  uint8_t buffer[BUFFER_BYTES];
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  size_t size = 0;
  pat_builder_init(&builder, buffer, sizeof(buffer));
  assert_rule(pat_protobuf_encode(message, &builder), PAT_RULE_NONE);
  assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_NONE);
  assert_int_equal(bytes.size, expected.size);
  assert_memory_equal(bytes.data, expected.data, expected.size);
  assert_rule(pat_protobuf_size(message, &size), PAT_RULE_NONE);
  assert_int_equal(size, expected.size);
}

static void test_protobuf__encode_refuses_text_that_is_not_utf8(void **state) {
  (void)state;
  char bad[] = "ok\xff";
  char *texts[] = {bad};
  CodecTest__Leaf leaf = CODEC_TEST__LEAF__INIT;
  leaf.count = 5;
  leaf.name = bad;
  refuses(&leaf.base, PAT_RULE_BYTES_PROTOBUF_UTF8);
  CodecTest__Scalars outer = CODEC_TEST__SCALARS__INIT;
  outer.i32 = 1;
  outer.leaf = &leaf;
  refuses(&outer.base, PAT_RULE_BYTES_PROTOBUF_UTF8);
  CodecTest__Lists lists = CODEC_TEST__LISTS__INIT;
  lists.n_texts = 1;
  lists.texts = texts;
  refuses(&lists.base, PAT_RULE_BYTES_PROTOBUF_UTF8);
}

static void test_protobuf__encode_refuses_enums_and_bools_outside_the_schema(void **state) {
  (void)state;
  CodecTest__Scalars scalars = CODEC_TEST__SCALARS__INIT;
  scalars.colour = (CodecTest__Colour)2;
  refuses(&scalars.base, PAT_RULE_BYTES_PROTOBUF_ENUM);
  scalars.colour = CODEC_TEST__COLOUR__COLOUR_NONE;
  scalars.flag = 2;
  refuses(&scalars.base, PAT_RULE_BYTES_PROTOBUF_BOOL);
  CodecTest__Lists lists = CODEC_TEST__LISTS__INIT;
  protobuf_c_boolean flags[] = {0, 1, -1};
  lists.n_flags = 3;
  lists.flags = flags;
  refuses(&lists.base, PAT_RULE_BYTES_PROTOBUF_BOOL);
  lists.n_flags = 2;
  writes(&lists.base, B("\x5a\x02\x00\x01"));
}

static void test_protobuf__encode_refuses_carried_unknown_fields(void **state) {
  (void)state;
  CodecTest__Leaf leaf = CODEC_TEST__LEAF__INIT;
  ProtobufCMessageUnknownField unknown = {0};
  leaf.base.n_unknown_fields = 1;
  leaf.base.unknown_fields = &unknown;
  refuses(&leaf.base, PAT_RULE_BYTES_PROTOBUF_UNKNOWN_FIELD);
  CodecTest__Scalars outer = CODEC_TEST__SCALARS__INIT;
  outer.leaf = &leaf;
  refuses(&outer.base, PAT_RULE_BYTES_PROTOBUF_UNKNOWN_FIELD);
}

static void test_protobuf__encode_depth_below_at_and_above_the_limit(void **state) {
  (void)state;
  CodecTest__Everything levels[PAT_PROTOBUF_DEPTH_MAX + 1];
  CodecTest__Everything *children[PAT_PROTOBUF_DEPTH_MAX + 1];
  for (size_t i = 0; i <= PAT_PROTOBUF_DEPTH_MAX; i++) {
    codec_test__everything__init(&levels[i]);
    children[i] = &levels[i];
    levels[i].children = i == 0 ? NULL : &children[i - 1];
    levels[i].n_children = i == 0 ? 0 : 1;
  }
  size_t size = 0;
  assert_rule(pat_protobuf_size(&levels[PAT_PROTOBUF_DEPTH_MAX - 2].base, &size), PAT_RULE_NONE);
  assert_int_equal(size, 2 * (PAT_PROTOBUF_DEPTH_MAX - 2));
  assert_rule(pat_protobuf_size(&levels[PAT_PROTOBUF_DEPTH_MAX - 1].base, &size), PAT_RULE_NONE);
  assert_int_equal(size, 2 * (PAT_PROTOBUF_DEPTH_MAX - 1));
  refuses(&levels[PAT_PROTOBUF_DEPTH_MAX].base, PAT_RULE_BYTES_PROTOBUF_DEPTH);
}

static void test_protobuf__encode_refuses_a_builder_without_room(void **state) {
  (void)state;
  CodecTest__Leaf leaf = CODEC_TEST__LEAF__INIT;
  char name[] = "name";
  leaf.name = name;
  leaf.count = 300;
  CodecTest__Scalars outer = CODEC_TEST__SCALARS__INIT;
  outer.leaf = &leaf;
  outer.far = 1;
  size_t need = 0;
  assert_rule(pat_protobuf_size(&outer.base, &need), PAT_RULE_NONE);
  assert_int_equal(need, 14);
  for (size_t capacity = 0; capacity <= need; capacity++) {
    uint8_t buffer[BUFFER_BYTES];
    pat_builder builder;
    pat_builder_init(&builder, buffer, capacity);
    pat_rule expected = capacity < need ? PAT_RULE_BYTES_FULL : PAT_RULE_NONE;
    assert_rule(pat_protobuf_encode(&outer.base, &builder), expected);
    pat_builder_init(&builder, NULL, capacity);
    assert_rule(pat_protobuf_encode(&outer.base, &builder), expected);
  }
}

static void test_protobuf__encode_keeps_a_failed_builder_failed(void **state) {
  (void)state;
  uint8_t buffer[BUFFER_BYTES];
  pat_builder builder;
  pat_builder_init(&builder, buffer, 1);
  pat_builder_u16be(&builder, 1);
  CodecTest__Leaf leaf = CODEC_TEST__LEAF__INIT;
  assert_rule(pat_protobuf_encode(&leaf.base, &builder), PAT_RULE_BYTES_FULL);
}

static void test_protobuf__encode_writes_every_scalar(void **state) {
  (void)state;
  CodecTest__Scalars scalars = CODEC_TEST__SCALARS__INIT;
  writes(&scalars.base, PAT_SPAN_EMPTY);
  uint8_t data[] = {0};
  char text[] = "t";
  CodecTest__Leaf leaf = CODEC_TEST__LEAF__INIT;
  scalars = (CodecTest__Scalars){.base = PROTOBUF_C_MESSAGE_INIT(&codec_test__scalars__descriptor),
                                 .i32 = -1,
                                 .i64 = INT64_MIN,
                                 .u32 = 128,
                                 .u64 = 1,
                                 .s32 = -1,
                                 .s64 = INT64_MIN,
                                 .f32 = 0x04030201,
                                 .f64 = 0x0807060504030201,
                                 .sf32 = -2,
                                 .sf64 = -2,
                                 .flag = 1,
                                 .colour = CODEC_TEST__COLOUR__COLOUR_BLUE,
                                 .text = text,
                                 .data = {.len = 1, .data = data},
                                 .leaf = &leaf,
                                 .far = 1,
                                 .farthest = 1};
  writes(&scalars.base,
         B("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
           "\x10\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"
           "\x18\x80\x01\x20\x01\x28\x01"
           "\x30\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
           "\x3d\x01\x02\x03\x04\x41\x01\x02\x03\x04\x05\x06\x07\x08"
           "\x4d\xfe\xff\xff\xff\x51\xfe\xff\xff\xff\xff\xff\xff\xff"
           "\x58\x01\x60\x05\x6a\x01t\x72\x01\x00\x7a\x00\x80\x01\x01\xf8\xff\xff\xff\x0f\x01"));
}

static void test_protobuf__encode_writes_set_oneof_members_alone(void **state) {
  (void)state;
  CodecTest__Choice choice = CODEC_TEST__CHOICE__INIT;
  choice.number = 7; /* its case says: not set */
  writes(&choice.base, PAT_SPAN_EMPTY);
  choice.kind_case = CODEC_TEST__CHOICE__KIND_NUMBER;
  choice.number = 0;
  choice.only_case = CODEC_TEST__CHOICE__ONLY_PRESENT;
  writes(&choice.base, B("\x10\x00\xa0\x01\x00"));
  choice.only_case = CODEC_TEST__CHOICE__ONLY__NOT_SET;
  choice.kind_case = CODEC_TEST__CHOICE__KIND_TEXT;
  choice.text = NULL;
  writes(&choice.base, B("\x22\x00"));
  CodecTest__Leaf leaf = CODEC_TEST__LEAF__INIT;
  choice.kind_case = CODEC_TEST__CHOICE__KIND_LEAF;
  choice.leaf = &leaf;
  choice.after = 1;
  writes(&choice.base, B("\x42\x00\xf0\x01\x01"));
}

static void test_protobuf__encode_takes_null_for_absent(void **state) {
  (void)state;
  CodecTest__Leaf leaf = CODEC_TEST__LEAF__INIT;
  leaf.name = NULL;
  writes(&leaf.base, PAT_SPAN_EMPTY);
  char *texts[] = {NULL};
  CodecTest__Lists lists = CODEC_TEST__LISTS__INIT;
  lists.n_texts = 1;
  lists.texts = texts;
  writes(&lists.base, B("\x6a\x00"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_protobuf__encode_refuses_text_that_is_not_utf8),
      cmocka_unit_test(test_protobuf__encode_refuses_enums_and_bools_outside_the_schema),
      cmocka_unit_test(test_protobuf__encode_refuses_carried_unknown_fields),
      cmocka_unit_test(test_protobuf__encode_depth_below_at_and_above_the_limit),
      cmocka_unit_test(test_protobuf__encode_refuses_a_builder_without_room),
      cmocka_unit_test(test_protobuf__encode_keeps_a_failed_builder_failed),
      cmocka_unit_test(test_protobuf__encode_writes_every_scalar),
      cmocka_unit_test(test_protobuf__encode_writes_set_oneof_members_alone),
      cmocka_unit_test(test_protobuf__encode_takes_null_for_absent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
