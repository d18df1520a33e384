/* core/bytes/reader.h: a cursor that never passes its end and stays failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/bytes/builder.h"
#include "core/bytes/reader.h"

static pat_reader reader_over(pat_span input) {
  pat_reader reader;
  pat_reader_init(&reader, input);
  return reader;
}

static void assert_rule(pat_status status, pat_rule rule) {
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
}

static void test_reader__refuses_integers_one_byte_short(void **state) {
  (void)state;
  static const uint8_t zeros[8] = {0};
  uint8_t u8 = 7;
  uint16_t u16 = 7;
  uint32_t u32 = 7;
  uint64_t u64 = 7;
  pat_reader reader = reader_over(PAT_SPAN_EMPTY);
  assert_rule(pat_reader_u8(&reader, &u8), PAT_RULE_BYTES_TRUNCATED);
  reader = reader_over(pat_span_make(zeros, 1));
  assert_rule(pat_reader_u16be(&reader, &u16), PAT_RULE_BYTES_TRUNCATED);
  reader = reader_over(pat_span_make(zeros, 3));
  assert_rule(pat_reader_u32be(&reader, &u32), PAT_RULE_BYTES_TRUNCATED);
  reader = reader_over(pat_span_make(zeros, 7));
  assert_rule(pat_reader_u64be(&reader, &u64), PAT_RULE_BYTES_TRUNCATED);
  assert_int_equal(u8 + u16 + u32 + u64, 28); /* untouched */
}

static void test_reader__stays_failed_after_the_first_failure(void **state) {
  (void)state;
  pat_reader reader = reader_over(PAT_SPAN_LITERAL("\x01\x02\x03"));
  uint32_t u32 = 0;
  uint8_t u8 = 9;
  uint64_t u64 = 9;
  pat_span taken = PAT_SPAN_LITERAL("x");
  assert_rule(pat_reader_u32be(&reader, &u32), PAT_RULE_BYTES_TRUNCATED);
  assert_rule(pat_reader_refuse(&reader, PAT_RULE_BYTES_HEX), PAT_RULE_BYTES_TRUNCATED);
  assert_rule(pat_reader_u8(&reader, &u8), PAT_RULE_BYTES_TRUNCATED);
  assert_rule(pat_reader_uvarint(&reader, &u64), PAT_RULE_BYTES_TRUNCATED);
  assert_rule(pat_reader_take(&reader, 0, &taken), PAT_RULE_BYTES_TRUNCATED);
  assert_rule(pat_reader_rest(&reader, &taken), PAT_RULE_BYTES_TRUNCATED);
  assert_rule(pat_reader_finish(&reader), PAT_RULE_BYTES_TRUNCATED);
  assert_int_equal(u8, 9);
  assert_int_equal(u64, 9);
  assert_int_equal(taken.size, 1);
  assert_int_equal(pat_reader_offset(&reader), 0);
  assert_int_equal(pat_reader_left(&reader), 0);
}

static void test_reader__refuses_taking_more_than_is_left(void **state) {
  (void)state;
  pat_span taken = PAT_SPAN_EMPTY;
  pat_reader reader = reader_over(PAT_SPAN_LITERAL("abc"));
  assert_rule(pat_reader_take(&reader, 4, &taken), PAT_RULE_BYTES_TRUNCATED);
  reader = reader_over(PAT_SPAN_LITERAL("abc"));
  assert_rule(pat_reader_take(&reader, SIZE_MAX, &taken), PAT_RULE_BYTES_TRUNCATED);
  reader = reader_over(PAT_SPAN_LITERAL("abc"));
  assert_rule(pat_reader_take(&reader, 2, &taken), PAT_RULE_NONE);
  assert_rule(pat_reader_take(&reader, SIZE_MAX - 1, &taken), PAT_RULE_BYTES_TRUNCATED);
  assert_true(pat_span_equal(taken, PAT_SPAN_LITERAL("ab")));
}

static void test_reader__refuses_trailing_bytes_and_stays_so(void **state) {
  (void)state;
  pat_reader reader = reader_over(PAT_SPAN_LITERAL("ab"));
  uint8_t byte = 0;
  assert_rule(pat_reader_u8(&reader, &byte), PAT_RULE_NONE);
  assert_rule(pat_reader_finish(&reader), PAT_RULE_BYTES_TRAILING);
  assert_rule(pat_reader_u8(&reader, &byte), PAT_RULE_BYTES_TRAILING);
}

static pat_status read_varint(pat_span bytes, uint64_t *ret_value) {
  pat_reader reader = reader_over(bytes);
  PAT_TRY(pat_reader_uvarint(&reader, ret_value));
  return pat_reader_finish(&reader);
}

static void test_reader__refuses_varints_that_are_not_shortest(void **state) {
  (void)state;
  uint64_t value = 3;
  assert_rule(read_varint(PAT_SPAN_LITERAL("\x80\x00"), &value), PAT_RULE_BYTES_VARINT_OVERLONG);
  assert_rule(read_varint(PAT_SPAN_LITERAL("\xff\x00"), &value), PAT_RULE_BYTES_VARINT_OVERLONG);
  assert_rule(read_varint(PAT_SPAN_LITERAL("\xff\x80\x80\x00"), &value),
              PAT_RULE_BYTES_VARINT_OVERLONG);
  assert_rule(read_varint(PAT_SPAN_LITERAL("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00"), &value),
              PAT_RULE_BYTES_VARINT_OVERLONG);
  assert_int_equal(value, 3);
}

static void test_reader__refuses_varints_beyond_64_bits(void **state) {
  (void)state;
  uint64_t value = 3;
  assert_rule(read_varint(PAT_SPAN_LITERAL("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), &value),
              PAT_RULE_BYTES_VARINT_RANGE);
  assert_rule(read_varint(PAT_SPAN_LITERAL("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), &value),
              PAT_RULE_BYTES_VARINT_RANGE);
  assert_rule(read_varint(PAT_SPAN_LITERAL("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"), &value),
              PAT_RULE_BYTES_VARINT_RANGE);
  assert_int_equal(value, 3);
}

static void test_reader__refuses_a_cut_varint(void **state) {
  (void)state;
  uint64_t value = 3;
  assert_rule(read_varint(PAT_SPAN_EMPTY, &value), PAT_RULE_BYTES_TRUNCATED);
  assert_rule(read_varint(PAT_SPAN_LITERAL("\x80"), &value), PAT_RULE_BYTES_TRUNCATED);
  assert_rule(read_varint(PAT_SPAN_LITERAL("\x80\x80\x80\x80\x80\x80\x80\x80\x80"), &value),
              PAT_RULE_BYTES_TRUNCATED);
  assert_int_equal(value, 3);
}

static void test_reader__reads_varints_at_every_size(void **state) {
  (void)state;
  for (unsigned bits = 0; bits <= 64; bits++) {
    uint64_t edge = bits == 64 ? 0 : (uint64_t)1 << bits;
    for (int delta = -1; delta <= 1; delta++) {
      uint8_t buffer[10];
      pat_builder builder;
      pat_span bytes = PAT_SPAN_EMPTY;
      uint64_t expected = edge + (uint64_t)(int64_t)delta;
      uint64_t value = 0;
      pat_builder_init(&builder, buffer, sizeof(buffer));
      pat_builder_uvarint(&builder, expected);
      assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_NONE);
      assert_rule(read_varint(bytes, &value), PAT_RULE_NONE);
      assert_true(value == expected);
      assert_int_equal(bytes.size, pat_builder_uvarint_size(expected));
    }
  }
}

static void test_reader__reads_big_endian_and_keeps_count(void **state) {
  (void)state;
  pat_reader reader =
      reader_over(PAT_SPAN_LITERAL("\x01\x02\x03\x04\x05\x06\x07\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff"
                                   "rest"));
  uint8_t u8 = 0;
  uint16_t u16 = 0;
  uint32_t u32 = 0;
  uint64_t u64 = 0;
  pat_span rest = PAT_SPAN_EMPTY;
  assert_rule(pat_reader_u8(&reader, &u8), PAT_RULE_NONE);
  assert_rule(pat_reader_u16be(&reader, &u16), PAT_RULE_NONE);
  assert_rule(pat_reader_u32be(&reader, &u32), PAT_RULE_NONE);
  assert_rule(pat_reader_u64be(&reader, &u64), PAT_RULE_NONE);
  assert_int_equal(u8, 0x01);
  assert_int_equal(u16, 0x0203);
  assert_int_equal(u32, 0x04050607);
  assert_true(u64 == 0xf8f9fafbfcfdfeff);
  assert_int_equal(pat_reader_offset(&reader), 15);
  assert_int_equal(pat_reader_left(&reader), 4);
  assert_rule(pat_reader_rest(&reader, &rest), PAT_RULE_NONE);
  assert_true(pat_span_equal(rest, PAT_SPAN_LITERAL("rest")));
  assert_rule(pat_reader_rest(&reader, &rest), PAT_RULE_NONE);
  assert_int_equal(rest.size, 0);
  assert_rule(pat_reader_finish(&reader), PAT_RULE_NONE);
}

static void test_reader__valid_sees_a_broken_invariant(void **state) {
  (void)state;
  pat_reader reader = reader_over(PAT_SPAN_LITERAL("ab"));
  assert_true(pat_reader_valid(&reader));
  reader.offset = 2;
  assert_true(pat_reader_valid(&reader));
  reader.offset = 3;
  assert_false(pat_reader_valid(&reader));
  reader = (pat_reader){.input = {NULL, 1}, .offset = 0};
  assert_false(pat_reader_valid(&reader));
  assert_false(pat_reader_valid(NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reader__refuses_integers_one_byte_short),
      cmocka_unit_test(test_reader__stays_failed_after_the_first_failure),
      cmocka_unit_test(test_reader__refuses_taking_more_than_is_left),
      cmocka_unit_test(test_reader__refuses_trailing_bytes_and_stays_so),
      cmocka_unit_test(test_reader__refuses_varints_that_are_not_shortest),
      cmocka_unit_test(test_reader__refuses_varints_beyond_64_bits),
      cmocka_unit_test(test_reader__refuses_a_cut_varint),
      cmocka_unit_test(test_reader__reads_varints_at_every_size),
      cmocka_unit_test(test_reader__reads_big_endian_and_keeps_count),
      cmocka_unit_test(test_reader__valid_sees_a_broken_invariant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
