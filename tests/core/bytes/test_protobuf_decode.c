/* core/bytes/protobuf.h, decoding: one refusal for each rule, then what is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/bytes/codec_support.h"

#define LEAF       (&codec_test__leaf__descriptor)
#define SCALARS    (&codec_test__scalars__descriptor)
#define CHOICE     (&codec_test__choice__descriptor)
#define LISTS      (&codec_test__lists__descriptor)
#define EVERYTHING (&codec_test__everything__descriptor)

#define MINUS_ONE "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"

static void test_protobuf__refuses_impossible_tags(void **state) {
  (void)state;
  codec_refuses(LEAF, B("\x00\x01"), PAT_RULE_BYTES_PROTOBUF_TAG, 0, "");
  codec_refuses(LEAF, B("\x02\x01"), PAT_RULE_BYTES_PROTOBUF_TAG, 0, "");
  codec_refuses(LEAF, B("\x18\x01\x1b\x1c"), PAT_RULE_BYTES_PROTOBUF_TAG, 2, ""); /* group start */
  codec_refuses(LEAF, B("\x1c"), PAT_RULE_BYTES_PROTOBUF_TAG, 0, "");             /* group end */
  codec_refuses(LEAF, B("\x1e\x01"), PAT_RULE_BYTES_PROTOBUF_TAG, 0, "");
  codec_refuses(LEAF, B("\x1f\x01"), PAT_RULE_BYTES_PROTOBUF_TAG, 0, "");
}

static void test_protobuf__refuses_field_numbers_above_the_largest(void **state) {
  (void)state;
  /* 2^29 - 2 is unknown, 2^29 - 1 is Scalars.farthest, 2^29 does not exist; nor what wraps to 3. */
  codec_refuses(SCALARS, B("\xf0\xff\xff\xff\x0f\x01"), PAT_RULE_BYTES_PROTOBUF_UNKNOWN_FIELD, 0,
                "");
  CodecTest__Scalars *scalars = (void *)codec_decode(SCALARS, B("\xf8\xff\xff\xff\x0f\x01"));
  assert_int_equal(scalars->farthest, 1);
  codec_refuses(SCALARS, B("\x80\x80\x80\x80\x10\x01"), PAT_RULE_BYTES_PROTOBUF_TAG, 0, "");
  codec_refuses(LEAF, B("\x98\x80\x80\x80\x80\x80\x80\x80\x80\x01\x01"),
                PAT_RULE_BYTES_PROTOBUF_TAG, 0, "");
}

static void test_protobuf__refuses_descending_fields(void **state) {
  (void)state;
  codec_refuses(LEAF, B("\x18\x01\x0a\x01n"), PAT_RULE_BYTES_PROTOBUF_ORDER, 2, "");
  codec_refuses(LEAF, B("\x0a\x01n\x18\x01\x0a\x01n"), PAT_RULE_BYTES_PROTOBUF_ORDER, 5, "");
  codec_refuses(LISTS, B("\x6a\x01s\x0a\x01\x01"), PAT_RULE_BYTES_PROTOBUF_ORDER, 3, "");
  codec_refuses(LISTS, B("\x6a\x01s\x72\x01y\x6a\x01s"), PAT_RULE_BYTES_PROTOBUF_ORDER, 6, "");
}

static void test_protobuf__refuses_repeated_singular_fields(void **state) {
  (void)state;
  codec_refuses(LEAF, B("\x18\x01\x18\x01"), PAT_RULE_BYTES_PROTOBUF_REPEATED_FIELD, 2, "count");
  codec_refuses(LEAF, B("\x0a\x01n\x0a\x01n"), PAT_RULE_BYTES_PROTOBUF_REPEATED_FIELD, 3, "name");
  codec_refuses(SCALARS, B("\x7a\x00\x7a\x00"), PAT_RULE_BYTES_PROTOBUF_REPEATED_FIELD, 2, "leaf");
  codec_refuses(CHOICE, B("\x10\x00\x10\x00"), PAT_RULE_BYTES_PROTOBUF_REPEATED_FIELD, 2, "number");
}

static void test_protobuf__refuses_a_packed_list_in_two_parts(void **state) {
  (void)state;
  codec_refuses(LISTS, B("\x0a\x01\x01\x0a\x01\x01"), PAT_RULE_BYTES_PROTOBUF_REPEATED_FIELD, 3,
                "i32[1]");
}

static void test_protobuf__refuses_unknown_fields(void **state) {
  (void)state;
  codec_refuses(LEAF, B("\x20\x01"), PAT_RULE_BYTES_PROTOBUF_UNKNOWN_FIELD, 0, "");
  codec_refuses(CHOICE, B("\x1a\x00"), PAT_RULE_BYTES_PROTOBUF_UNKNOWN_FIELD, 0, "");
  codec_refuses(&codec_test__empty__descriptor, B("\x0a\x00"),
                PAT_RULE_BYTES_PROTOBUF_UNKNOWN_FIELD, 0, "");
  codec_refuses(EVERYTHING, B("\x0a\x05\x7a\x03\x22\x01x"), PAT_RULE_BYTES_PROTOBUF_UNKNOWN_FIELD,
                4, "scalars.leaf");
}

static void test_protobuf__refuses_the_wire_type_of_another_kind(void **state) {
  (void)state;
  codec_refuses(LEAF, B("\x08\x01"), PAT_RULE_BYTES_PROTOBUF_WIRE_TYPE, 0, "name");
  codec_refuses(LEAF, B("\x1a\x01n"), PAT_RULE_BYTES_PROTOBUF_WIRE_TYPE, 0, "count");
  codec_refuses(LEAF, B("\x1d\x01\x00\x00\x00"), PAT_RULE_BYTES_PROTOBUF_WIRE_TYPE, 0, "count");
  codec_refuses(SCALARS, B("\x38\x01"), PAT_RULE_BYTES_PROTOBUF_WIRE_TYPE, 0, "f32");
  codec_refuses(SCALARS, B("\x3a\x04\x01\x02\x03\x04"), PAT_RULE_BYTES_PROTOBUF_WIRE_TYPE, 0,
                "f32");
  codec_refuses(SCALARS, B("\x78\x01"), PAT_RULE_BYTES_PROTOBUF_WIRE_TYPE, 0, "leaf");
  codec_refuses(LISTS, B("\x09\x01\x02\x03\x04\x05\x06\x07\x08"), PAT_RULE_BYTES_PROTOBUF_WIRE_TYPE,
                0, "i32[0]");
  codec_refuses(LISTS, B("\x68\x01"), PAT_RULE_BYTES_PROTOBUF_WIRE_TYPE, 0, "texts[0]");
}

static void test_protobuf__refuses_unpacked_lists(void **state) {
  (void)state;
  codec_refuses(LISTS, B("\x08\x01"), PAT_RULE_BYTES_PROTOBUF_UNPACKED, 0, "i32[0]");
  codec_refuses(LISTS, B("\x3d\x01\x02\x03\x04"), PAT_RULE_BYTES_PROTOBUF_UNPACKED, 0, "f32[0]");
  codec_refuses(LISTS, B("\x41\x01\x02\x03\x04\x05\x06\x07\x08"), PAT_RULE_BYTES_PROTOBUF_UNPACKED,
                0, "f64[0]");
  codec_refuses(LISTS, B("\x58\x01"), PAT_RULE_BYTES_PROTOBUF_UNPACKED, 0, "flags[0]");
}

static void test_protobuf__refuses_empty_packed_lists(void **state) {
  (void)state;
  codec_refuses(LISTS, B("\x0a\x00"), PAT_RULE_BYTES_PROTOBUF_EMPTY_PACKED, 1, "i32[0]");
  codec_refuses(LISTS, B("\x3a\x00"), PAT_RULE_BYTES_PROTOBUF_EMPTY_PACKED, 1, "f32[0]");
}

static void test_protobuf__refuses_lengths_past_the_end_of_their_message(void **state) {
  (void)state;
  codec_refuses(LEAF, B("\x0a\x03na"), PAT_RULE_BYTES_PROTOBUF_LENGTH, 1, "name");
  codec_refuses(LEAF, B("\x0a" MINUS_ONE "n"), PAT_RULE_BYTES_PROTOBUF_LENGTH, 1, "name");
  codec_refuses(LISTS, B("\x0a\x02\x01"), PAT_RULE_BYTES_PROTOBUF_LENGTH, 1, "i32[0]");
  codec_refuses(LISTS, B("\x6a\x01s\x6a\x02s"), PAT_RULE_BYTES_PROTOBUF_LENGTH, 4, "texts[1]");
  /* The inner text would fit in the input, but not in the message around it. */
  codec_refuses(SCALARS, B("\x7a\x03\x0a\x02n\x80\x01\x01"), PAT_RULE_BYTES_PROTOBUF_LENGTH, 3,
                "leaf.name");
}

static void test_protobuf__refuses_a_cut_last_element(void **state) {
  (void)state;
  codec_refuses(LISTS, B("\x0a\x02\x01\x80"), PAT_RULE_BYTES_PROTOBUF_LENGTH, 1, "i32[0]");
  codec_refuses(LISTS, B("\x3a\x05\x01\x02\x03\x04\x05"), PAT_RULE_BYTES_PROTOBUF_LENGTH, 1,
                "f32[0]");
  codec_refuses(LISTS, B("\x42\x07\x01\x02\x03\x04\x05\x06\x07"), PAT_RULE_BYTES_PROTOBUF_LENGTH, 1,
                "f64[0]");
}

static void test_protobuf__refuses_bytes_that_end_too_soon(void **state) {
  (void)state;
  codec_refuses(LEAF, B("\x80"), PAT_RULE_BYTES_TRUNCATED, 0, "");
  codec_refuses(LEAF, B("\x18"), PAT_RULE_BYTES_TRUNCATED, 1, "count");
  codec_refuses(LEAF, B("\x18\x80"), PAT_RULE_BYTES_TRUNCATED, 1, "count");
  codec_refuses(LEAF, B("\x0a"), PAT_RULE_BYTES_TRUNCATED, 1, "name");
  codec_refuses(SCALARS, B("\x3d\x01\x02\x03"), PAT_RULE_BYTES_TRUNCATED, 1, "f32");
  codec_refuses(SCALARS, B("\x41\x01\x02\x03\x04\x05\x06\x07"), PAT_RULE_BYTES_TRUNCATED, 1, "f64");
}

static void test_protobuf__refuses_overlong_varints_everywhere(void **state) {
  (void)state;
  codec_refuses(LEAF, B("\x98\x00\x01"), PAT_RULE_BYTES_VARINT_OVERLONG, 0, "");      /* a tag */
  codec_refuses(LEAF, B("\x18\x81\x00"), PAT_RULE_BYTES_VARINT_OVERLONG, 1, "count"); /* a value */
  codec_refuses(LEAF, B("\x0a\x81\x00n"), PAT_RULE_BYTES_VARINT_OVERLONG, 1, "name"); /* a length */
  codec_refuses(LISTS, B("\x0a\x03\x01\x81\x00"), PAT_RULE_BYTES_VARINT_OVERLONG, 3, "i32[1]");
}

static void test_protobuf__refuses_varints_beyond_64_bits(void **state) {
  (void)state;
  codec_refuses(SCALARS, B("\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
                PAT_RULE_BYTES_VARINT_RANGE, 1, "u64");
}

static void test_protobuf__refuses_written_defaults(void **state) {
  (void)state;
  codec_refuses(SCALARS, B("\x08\x00"), PAT_RULE_BYTES_PROTOBUF_DEFAULT_WRITTEN, 1, "i32");
  codec_refuses(SCALARS, B("\x28\x00"), PAT_RULE_BYTES_PROTOBUF_DEFAULT_WRITTEN, 1, "s32");
  codec_refuses(SCALARS, B("\x3d\x00\x00\x00\x00"), PAT_RULE_BYTES_PROTOBUF_DEFAULT_WRITTEN, 1,
                "f32");
  codec_refuses(SCALARS, B("\x41\x00\x00\x00\x00\x00\x00\x00\x00"),
                PAT_RULE_BYTES_PROTOBUF_DEFAULT_WRITTEN, 1, "f64");
  codec_refuses(SCALARS, B("\x58\x00"), PAT_RULE_BYTES_PROTOBUF_DEFAULT_WRITTEN, 1, "flag");
  codec_refuses(SCALARS, B("\x60\x00"), PAT_RULE_BYTES_PROTOBUF_DEFAULT_WRITTEN, 1, "colour");
  codec_refuses(SCALARS, B("\x6a\x00"), PAT_RULE_BYTES_PROTOBUF_DEFAULT_WRITTEN, 1, "text");
  codec_refuses(SCALARS, B("\x72\x00"), PAT_RULE_BYTES_PROTOBUF_DEFAULT_WRITTEN, 1, "data");
}

static void test_protobuf__refuses_two_members_of_one_oneof(void **state) {
  (void)state;
  codec_refuses(CHOICE, B("\x10\x01\x22\x01t"), PAT_RULE_BYTES_PROTOBUF_ONEOF_TWICE, 3, "text");
  codec_refuses(CHOICE, B("\x10\x00\x42\x00"), PAT_RULE_BYTES_PROTOBUF_ONEOF_TWICE, 3, "leaf");
  CodecTest__Choice *choice = (void *)codec_decode(CHOICE, B("\x10\x00\xa0\x01\x00"));
  assert_int_equal(choice->kind_case, CODEC_TEST__CHOICE__KIND_NUMBER);
  assert_int_equal(choice->only_case, CODEC_TEST__CHOICE__ONLY_PRESENT);
}

static void test_protobuf__refuses_bools_other_than_0_and_1(void **state) {
  (void)state;
  codec_refuses(SCALARS, B("\x58\x02"), PAT_RULE_BYTES_PROTOBUF_BOOL, 1, "flag");
  codec_refuses(CHOICE, B("\x30" MINUS_ONE), PAT_RULE_BYTES_PROTOBUF_BOOL, 1, "flag");
  codec_refuses(LISTS, B("\x5a\x03\x00\x01\x02"), PAT_RULE_BYTES_PROTOBUF_BOOL, 4, "flags[2]");
}

static void test_protobuf__refuses_enum_values_outside_the_schema(void **state) {
  (void)state;
  codec_refuses(SCALARS, B("\x60\x02"), PAT_RULE_BYTES_PROTOBUF_ENUM, 1, "colour");
  codec_refuses(SCALARS, B("\x60\x06"), PAT_RULE_BYTES_PROTOBUF_ENUM, 1, "colour");
  codec_refuses(SCALARS, B("\x60" MINUS_ONE), PAT_RULE_BYTES_PROTOBUF_ENUM, 1, "colour");
  codec_refuses(LISTS, B("\x62\x02\x05\x04"), PAT_RULE_BYTES_PROTOBUF_ENUM, 3, "colours[1]");
  /* 2^32 + 1 would be RED in 32 bits. */
  codec_refuses(SCALARS, B("\x60\x81\x80\x80\x80\x10"), PAT_RULE_BYTES_PROTOBUF_RANGE, 1, "colour");
}

static void test_protobuf__accepts_every_enum_value_of_the_schema(void **state) {
  (void)state;
  CodecTest__Lists *lists = (void *)codec_decode(
      LISTS, B("\x62\x0d\x00\x01\x05\xfd\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
  assert_int_equal(lists->n_colours, 4);
  assert_int_equal(lists->colours[3], CODEC_TEST__COLOUR__COLOUR_COLD);
}

static void test_protobuf__int32_range_below_at_and_above(void **state) {
  (void)state;
  CodecTest__Scalars *scalars = (void *)codec_decode(SCALARS, B("\x08\xfe\xff\xff\xff\x07"));
  assert_int_equal(scalars->i32, INT32_MAX - 1);
  scalars = (void *)codec_decode(SCALARS, B("\x08\xff\xff\xff\xff\x07"));
  assert_int_equal(scalars->i32, INT32_MAX);
  codec_refuses(SCALARS, B("\x08\x80\x80\x80\x80\x08"), PAT_RULE_BYTES_PROTOBUF_RANGE, 1, "i32");
  scalars = (void *)codec_decode(SCALARS, B("\x08\x80\x80\x80\x80\xf8\xff\xff\xff\xff\x01"));
  assert_int_equal(scalars->i32, INT32_MIN);
  codec_refuses(SCALARS, B("\x08\xff\xff\xff\xff\xf7\xff\xff\xff\xff\x01"),
                PAT_RULE_BYTES_PROTOBUF_RANGE, 1, "i32");
  /* -1 as five bytes is 2^32 - 1, not a negative number. */
  codec_refuses(SCALARS, B("\x08\xff\xff\xff\xff\x0f"), PAT_RULE_BYTES_PROTOBUF_RANGE, 1, "i32");
}

static void test_protobuf__uint32_and_sint32_range_below_at_and_above(void **state) {
  (void)state;
  CodecTest__Scalars *scalars = (void *)codec_decode(SCALARS, B("\x18\xfe\xff\xff\xff\x0f"));
  assert_true(scalars->u32 == UINT32_MAX - 1);
  scalars = (void *)codec_decode(SCALARS, B("\x18\xff\xff\xff\xff\x0f"));
  assert_true(scalars->u32 == UINT32_MAX);
  codec_refuses(SCALARS, B("\x18\x80\x80\x80\x80\x10"), PAT_RULE_BYTES_PROTOBUF_RANGE, 1, "u32");
  scalars = (void *)codec_decode(SCALARS, B("\x28\xfe\xff\xff\xff\x0f"));
  assert_int_equal(scalars->s32, INT32_MAX);
  scalars = (void *)codec_decode(SCALARS, B("\x28\xff\xff\xff\xff\x0f"));
  assert_int_equal(scalars->s32, INT32_MIN);
  codec_refuses(SCALARS, B("\x28\x80\x80\x80\x80\x10"), PAT_RULE_BYTES_PROTOBUF_RANGE, 1, "s32");
  codec_refuses(LISTS, B("\x1a\x05\x80\x80\x80\x80\x10"), PAT_RULE_BYTES_PROTOBUF_RANGE, 2,
                "u32[0]");
}

static void test_protobuf__refuses_text_that_is_not_utf8(void **state) {
  (void)state;
  codec_refuses(LEAF, B("\x0a\x01\xff"), PAT_RULE_BYTES_PROTOBUF_UTF8, 1, "name");
  codec_refuses(LEAF, B("\x0a\x02\xc0\x80"), PAT_RULE_BYTES_PROTOBUF_UTF8, 1, "name");
  codec_refuses(LEAF,
                B("\x0a\x03"
                  "a\0b"),
                PAT_RULE_BYTES_PROTOBUF_UTF8, 1, "name");
  codec_refuses(LISTS, B("\x6a\x01s\x6a\x01\x00"), PAT_RULE_BYTES_PROTOBUF_UTF8, 4, "texts[1]");
}

static void test_protobuf__place_names_no_message_that_was_left(void **state) {
  (void)state;
  codec_refuses(SCALARS, B("\x7a\x02\x18\x01\x80\x01\x00"), PAT_RULE_BYTES_PROTOBUF_DEFAULT_WRITTEN,
                6, "far");
  codec_refuses(EVERYTHING, B("\x22\x02\x0a\x00\x22\x04\x0a\x02\x58\x02"),
                PAT_RULE_BYTES_PROTOBUF_BOOL, 9, "children[1].scalars.flag");
}

/* An Everything within an Everything, depth levels in all; the buffer must hold 3 bytes a level. */
static pat_span nest(uint8_t *buffer, size_t capacity, size_t depth) {
  size_t first = capacity;
  for (size_t level = 1; level < depth; level++) {
    size_t size = capacity - first;
    assert_true(size < 0x80 && first >= 2);
    buffer[--first] = (uint8_t)size;
    buffer[--first] = 0x22;
  }
  return pat_span_make(buffer + first, capacity - first);
}

static void test_protobuf__depth_below_at_and_above_the_limit(void **state) {
  (void)state;
  uint8_t buffer[128];
  codec_decode(EVERYTHING, nest(buffer, sizeof(buffer), PAT_PROTOBUF_DEPTH_MAX - 1));
  codec_decode(EVERYTHING, nest(buffer, sizeof(buffer), PAT_PROTOBUF_DEPTH_MAX));
  pat_arena arena = codec_fresh_arena();
  ProtobufCMessage *message = NULL;
  pat_err err = {0};
  pat_span bytes = nest(buffer, sizeof(buffer), PAT_PROTOBUF_DEPTH_MAX + 1);
  assert_rule(pat_protobuf_decode(EVERYTHING, bytes, &arena, 0, &message, &err),
              PAT_RULE_BYTES_PROTOBUF_DEPTH);
  assert_int_equal(err.offset, 2 * PAT_PROTOBUF_DEPTH_MAX - 1);
  assert_int_equal(strlen(err.place), sizeof(err.place) - 1); /* the long path is cut to fit */
}

static pat_status decode_open(const ProtobufCMessageDescriptor *descriptor, pat_span bytes,
                              pat_err *reterr) {
  pat_arena arena = codec_fresh_arena();
  ProtobufCMessage *message = NULL;
  pat_status status =
      pat_protobuf_decode(descriptor, bytes, &arena, PAT_PROTOBUF_OPEN_TOP, &message, reterr);
  assert_true(pat_is_ok(status) == (message != NULL));
  return status;
}

static void test_protobuf__open_top_tells_newer_from_broken(void **state) {
  (void)state;
  pat_err err = {0};
  pat_status newer = decode_open(CHOICE, B("\x10\x01\x1a\x02hi\xf0\x01\x01"), &err);
  assert_rule(newer, PAT_RULE_BYTES_NEWER_FORMAT);
  assert_int_equal(newer.category, PAT_CATEGORY_UNSUPPORTED);
  assert_int_equal(err.offset, 2);
  /* Above all known numbers, and a new repeated field. */
  assert_rule(decode_open(CHOICE, B("\xc2\x02\x00"), NULL), PAT_RULE_BYTES_NEWER_FORMAT);
  assert_rule(decode_open(CHOICE, B("\xc2\x02\x00\xc2\x02\x01x"), NULL),
              PAT_RULE_BYTES_NEWER_FORMAT);
  assert_rule(decode_open(CHOICE, B("\x10\x01"), NULL), PAT_RULE_NONE);
}

static void test_protobuf__open_top_still_refuses_what_is_not_canonical(void **state) {
  (void)state;
  /* After the newer field: a written default, a lower number, a length past the end. */
  assert_rule(decode_open(CHOICE, B("\x1a\x01x\xf0\x01\x00"), NULL),
              PAT_RULE_BYTES_PROTOBUF_DEFAULT_WRITTEN);
  assert_rule(decode_open(CHOICE, B("\x1a\x01x\x10\x01"), NULL), PAT_RULE_BYTES_PROTOBUF_ORDER);
  assert_rule(decode_open(CHOICE, B("\xc2\x02\x01x\x1a\x01x"), NULL),
              PAT_RULE_BYTES_PROTOBUF_ORDER);
  assert_rule(decode_open(CHOICE, B("\x1a\x05x"), NULL), PAT_RULE_BYTES_PROTOBUF_LENGTH);
  assert_rule(decode_open(CHOICE, B("\x1a\x81\x00x"), NULL), PAT_RULE_BYTES_VARINT_OVERLONG);
  /* A number cannot be a new member, and nested messages are closed. */
  assert_rule(decode_open(CHOICE, B("\x18\x01"), NULL), PAT_RULE_BYTES_PROTOBUF_UNKNOWN_FIELD);
  assert_rule(decode_open(CHOICE, B("\x1d\x01\x02\x03\x04"), NULL),
              PAT_RULE_BYTES_PROTOBUF_UNKNOWN_FIELD);
  assert_rule(decode_open(SCALARS, B("\x7a\x03\x22\x01x"), NULL),
              PAT_RULE_BYTES_PROTOBUF_UNKNOWN_FIELD);
}

static void test_protobuf__refuses_where_the_arena_is_too_small(void **state) {
  (void)state;
  pat_span bytes =
      B("\x0a\x02\x08\x01\x1a\x10\x0a\x02\x01\x02\x6a\x01s\x6a\x01t\x7a\x04\x0a\x02na\x22\x02\x0a"
        "\x00");
  pat_arena big = codec_fresh_arena();
  ProtobufCMessage *message = NULL;
  assert_rule(pat_protobuf_decode(EVERYTHING, bytes, &big, 0, &message, NULL), PAT_RULE_NONE);
  size_t need = pat_arena_mark(&big);
  for (size_t capacity = 0; capacity < need; capacity++) {
    pat_arena small = codec_fresh_arena();
    small.capacity = capacity;
    message = NULL;
    assert_rule(pat_protobuf_decode(EVERYTHING, bytes, &small, 0, &message, NULL),
                PAT_RULE_LIMIT_MEMORY);
    assert_null(message);
    assert_int_equal(pat_arena_mark(&small), 0);
  }
}

static void test_protobuf__empty_input_is_the_message_of_defaults(void **state) {
  (void)state;
  CodecTest__Scalars *scalars = (void *)codec_decode(SCALARS, PAT_SPAN_EMPTY);
  assert_ptr_equal(scalars->base.descriptor, SCALARS);
  assert_string_equal(scalars->text, "");
  assert_int_equal(scalars->data.len, 0);
  assert_null(scalars->leaf);
}

static void test_protobuf__strings_are_copied_and_bytes_borrowed(void **state) {
  (void)state;
  static const uint8_t input[] = "\x0a\x02hi\x12\x02\x00\x01\x18\x07";
  CodecTest__Leaf *leaf = (void *)codec_decode(LEAF, pat_span_make(input, sizeof(input) - 1));
  assert_string_equal(leaf->name, "hi");
  assert_ptr_equal(leaf->data.data, input + 6);
  assert_int_equal(leaf->data.len, 2);
  assert_int_equal(leaf->count, 7);
}

static void test_protobuf__set_oneof_members_may_be_defaults(void **state) {
  (void)state;
  CodecTest__Choice *choice = (void *)codec_decode(CHOICE, B("\x22\x00"));
  assert_int_equal(choice->kind_case, CODEC_TEST__CHOICE__KIND_TEXT);
  assert_string_equal(choice->text, "");
  choice = (void *)codec_decode(CHOICE, B("\x2a\x00"));
  assert_int_equal(choice->kind_case, CODEC_TEST__CHOICE__KIND_DATA);
  choice = (void *)codec_decode(CHOICE, B("\x38\x00"));
  assert_int_equal(choice->kind_case, CODEC_TEST__CHOICE__KIND_COLOUR);
  choice = (void *)codec_decode(CHOICE, B("\x42\x00"));
  assert_int_equal(choice->kind_case, CODEC_TEST__CHOICE__KIND_LEAF);
  assert_non_null(choice->leaf);
}

static void test_protobuf__elements_may_be_defaults(void **state) {
  (void)state;
  CodecTest__Lists *lists = (void *)codec_decode(
      LISTS, B("\x0a\x01\x00\x6a\x00\x6a\x01s\x6a\x00\x72\x00\x7a\x00\x7a\x00"));
  assert_int_equal(lists->n_i32, 1);
  assert_int_equal(lists->n_texts, 3);
  assert_string_equal(lists->texts[1], "s");
  assert_string_equal(lists->texts[2], "");
  assert_int_equal(lists->n_datas, 1);
  assert_int_equal(lists->n_leaves, 2);
  assert_ptr_equal(lists->leaves[1]->base.descriptor, LEAF);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_protobuf__refuses_impossible_tags),
      cmocka_unit_test(test_protobuf__refuses_field_numbers_above_the_largest),
      cmocka_unit_test(test_protobuf__refuses_descending_fields),
      cmocka_unit_test(test_protobuf__refuses_repeated_singular_fields),
      cmocka_unit_test(test_protobuf__refuses_a_packed_list_in_two_parts),
      cmocka_unit_test(test_protobuf__refuses_unknown_fields),
      cmocka_unit_test(test_protobuf__refuses_the_wire_type_of_another_kind),
      cmocka_unit_test(test_protobuf__refuses_unpacked_lists),
      cmocka_unit_test(test_protobuf__refuses_empty_packed_lists),
      cmocka_unit_test(test_protobuf__refuses_lengths_past_the_end_of_their_message),
      cmocka_unit_test(test_protobuf__refuses_a_cut_last_element),
      cmocka_unit_test(test_protobuf__refuses_bytes_that_end_too_soon),
      cmocka_unit_test(test_protobuf__refuses_overlong_varints_everywhere),
      cmocka_unit_test(test_protobuf__refuses_varints_beyond_64_bits),
      cmocka_unit_test(test_protobuf__refuses_written_defaults),
      cmocka_unit_test(test_protobuf__refuses_two_members_of_one_oneof),
      cmocka_unit_test(test_protobuf__refuses_bools_other_than_0_and_1),
      cmocka_unit_test(test_protobuf__refuses_enum_values_outside_the_schema),
      cmocka_unit_test(test_protobuf__accepts_every_enum_value_of_the_schema),
      cmocka_unit_test(test_protobuf__int32_range_below_at_and_above),
      cmocka_unit_test(test_protobuf__uint32_and_sint32_range_below_at_and_above),
      cmocka_unit_test(test_protobuf__refuses_text_that_is_not_utf8),
      cmocka_unit_test(test_protobuf__place_names_no_message_that_was_left),
      cmocka_unit_test(test_protobuf__depth_below_at_and_above_the_limit),
      cmocka_unit_test(test_protobuf__open_top_tells_newer_from_broken),
      cmocka_unit_test(test_protobuf__open_top_still_refuses_what_is_not_canonical),
      cmocka_unit_test(test_protobuf__refuses_where_the_arena_is_too_small),
      cmocka_unit_test(test_protobuf__empty_input_is_the_message_of_defaults),
      cmocka_unit_test(test_protobuf__strings_are_copied_and_bytes_borrowed),
      cmocka_unit_test(test_protobuf__set_oneof_members_may_be_defaults),
      cmocka_unit_test(test_protobuf__elements_may_be_defaults),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
