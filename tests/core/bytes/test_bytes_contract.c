/* core/bytes: a caller who breaks a contract is stopped at once. */
#include "core/bytes/protobuf.h"
#include "core/bytes/reader.h"
#include "tests/core/base/base_support.h"
#include "tests/core/bytes/codec_test.pb-c.h"

static uint8_t buffer[16];

static void size_of(const ProtobufCMessage *message) {
  size_t size = 0;
  (void)!pat_is_ok(pat_protobuf_size(message, &size));
}

static void reader_over_invalid_span(void) {
  pat_reader reader;
  pat_reader_init(&reader, (pat_span){NULL, 1});
}
static void reader_behind_its_end(void) {
  pat_reader reader = {.input = {buffer, 1}, .offset = 2};
  uint8_t value = 0;
  (void)!pat_is_ok(pat_reader_u8(&reader, &value));
}
static void builder_behind_its_end(void) {
  pat_builder builder = {.buffer = buffer, .capacity = 1, .size = 2};
  pat_builder_u8(&builder, 0);
}
static void builder_closed_where_nothing_was_opened(void) {
  pat_builder builder;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_builder_close(&builder, 0);
}
static void builder_closed_behind_its_end(void) {
  pat_builder builder;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_builder_close(&builder, pat_builder_open(&builder) + 1);
}
static void decode_with_unknown_flags(void) {
  pat_arena arena;
  ProtobufCMessage *message = NULL;
  pat_arena_init(&arena, NULL, 0);
  (void)!pat_is_ok(pat_protobuf_decode(&codec_test__leaf__descriptor, PAT_SPAN_EMPTY, &arena, 2,
                                       &message, NULL));
}
static void encode_case_of_no_field(void) {
  CodecTest__Choice choice = CODEC_TEST__CHOICE__INIT;
  choice.kind_case = (CodecTest__Choice__KindCase)3;
  size_of(&choice.base);
}
static void encode_case_of_a_plain_field(void) {
  CodecTest__Choice choice = CODEC_TEST__CHOICE__INIT;
  choice.kind_case = (CodecTest__Choice__KindCase)1;
  size_of(&choice.base);
}
static void encode_case_of_another_oneof(void) {
  CodecTest__Choice choice = CODEC_TEST__CHOICE__INIT;
  choice.kind_case = (CodecTest__Choice__KindCase)20;
  size_of(&choice.base);
}
static void encode_set_member_without_message(void) {
  CodecTest__Choice choice = CODEC_TEST__CHOICE__INIT;
  choice.kind_case = CODEC_TEST__CHOICE__KIND_LEAF;
  size_of(&choice.base);
}
static void encode_element_without_message(void) {
  CodecTest__Lists lists = CODEC_TEST__LISTS__INIT;
  CodecTest__Leaf *leaves[] = {NULL};
  lists.n_leaves = 1;
  lists.leaves = leaves;
  size_of(&lists.base);
}
static void encode_list_without_array(void) {
  CodecTest__Lists lists = CODEC_TEST__LISTS__INIT;
  lists.n_i32 = 1;
  size_of(&lists.base);
}

static void test_reader__stops_a_caller_who_breaks_the_contract(void **state) {
  (void)state;
  assert_traps(reader_over_invalid_span);
  assert_traps(reader_behind_its_end);
}

static void test_builder__stops_a_caller_who_breaks_the_contract(void **state) {
  (void)state;
  assert_traps(builder_behind_its_end);
  assert_traps(builder_closed_where_nothing_was_opened);
  assert_traps(builder_closed_behind_its_end);
}

static void test_protobuf__stops_a_caller_who_breaks_the_contract(void **state) {
  (void)state;
  assert_traps(decode_with_unknown_flags);
  assert_traps(encode_case_of_no_field);
  assert_traps(encode_case_of_a_plain_field);
  assert_traps(encode_case_of_another_oneof);
  assert_traps(encode_set_member_without_message);
  assert_traps(encode_element_without_message);
  assert_traps(encode_list_without_array);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reader__stops_a_caller_who_breaks_the_contract),
      cmocka_unit_test(test_builder__stops_a_caller_who_breaks_the_contract),
      cmocka_unit_test(test_protobuf__stops_a_caller_who_breaks_the_contract),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
