/* core/bytes/builder.h: never writes past its maximum, and says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/bytes/builder.h"
#include "core/bytes/reader.h"

static void assert_rule(pat_status status, pat_rule rule) {
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
}

/* One of each: 1 + 2 + 4 + 8 + 2 + 3 + 4 + 3 + 1 = 28 bytes. */
enum { ONE_OF_EACH_BYTES = 28 };
static void write_one_of_each(pat_builder *builder) {
  pat_builder_u8(builder, 0x01);
  pat_builder_u16be(builder, 0x0203);
  pat_builder_u32be(builder, 0x04050607);
  pat_builder_u64be(builder, 0x08090a0b0c0d0e0f);
  pat_builder_uvarint(builder, 300);
  pat_builder_span(builder, PAT_SPAN_LITERAL("a\0b"));
  pat_builder_text(builder, "text");
  pat_builder_decimal(builder, 907);
  pat_builder_char(builder, '\n');
}

static void test_builder__refuses_every_capacity_below_the_need(void **state) {
  (void)state;
  for (size_t capacity = 0; capacity <= ONE_OF_EACH_BYTES + 1; capacity++) {
    uint8_t buffer[ONE_OF_EACH_BYTES + 2];
    for (size_t i = 0; i < sizeof(buffer); i++) {
      buffer[i] = 0xee;
    }
    pat_builder builder;
    pat_span bytes = PAT_SPAN_LITERAL("untouched");
    pat_builder_init(&builder, buffer, capacity);
    write_one_of_each(&builder);
    bool fits = capacity >= ONE_OF_EACH_BYTES;
    assert_rule(pat_builder_finish(&builder, &bytes), fits ? PAT_RULE_NONE : PAT_RULE_BYTES_FULL);
    assert_int_equal(bytes.size, fits ? ONE_OF_EACH_BYTES : 9);
    for (size_t i = capacity; i < sizeof(buffer); i++) {
      assert_int_equal(buffer[i], 0xee);
    }
  }
}

static void test_builder__stays_failed_where_later_values_would_fit(void **state) {
  (void)state;
  uint8_t buffer[4];
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, buffer, sizeof(buffer));
  pat_builder_u8(&builder, 1);
  pat_builder_u32be(&builder, 2);
  pat_builder_u8(&builder, 3);
  assert_int_equal(pat_builder_size(&builder), 1);
  assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_BYTES_FULL);
}

static void test_builder__counts_without_a_buffer_up_to_its_maximum(void **state) {
  (void)state;
  pat_builder builder;
  pat_span bytes = PAT_SPAN_LITERAL("x");
  pat_builder_init(&builder, NULL, ONE_OF_EACH_BYTES);
  write_one_of_each(&builder);
  assert_int_equal(pat_builder_size(&builder), ONE_OF_EACH_BYTES);
  assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_NONE);
  assert_int_equal(bytes.size, 0);
  pat_builder_init(&builder, NULL, ONE_OF_EACH_BYTES - 1);
  write_one_of_each(&builder);
  assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_BYTES_FULL);
}

static void test_builder__writes_what_the_header_says(void **state) {
  (void)state;
  static const uint8_t expected[] =
      "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\xac\x02"
      "a\0b"
      "text"
      "907\n";
  uint8_t buffer[ONE_OF_EACH_BYTES];
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, buffer, sizeof(buffer));
  write_one_of_each(&builder);
  assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_NONE);
  assert_int_equal(bytes.size, sizeof(expected) - 1);
  assert_memory_equal(bytes.data, expected, sizeof(expected) - 1);
}

static void test_builder__writes_decimals_at_the_ends_of_the_range(void **state) {
  (void)state;
  uint8_t buffer[64];
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, buffer, sizeof(buffer));
  pat_builder_decimal(&builder, 0);
  pat_builder_char(&builder, ' ');
  pat_builder_decimal(&builder, 10);
  pat_builder_char(&builder, ' ');
  pat_builder_decimal(&builder, UINT64_MAX);
  assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_NONE);
  assert_true(pat_span_equal(bytes, PAT_SPAN_LITERAL("0 10 18446744073709551615")));
}

static void test_builder__valid_sees_a_broken_invariant(void **state) {
  (void)state;
  pat_builder builder = {.buffer = NULL, .capacity = 1, .size = 1};
  assert_true(pat_builder_valid(&builder));
  builder.size = 2;
  assert_false(pat_builder_valid(&builder));
  assert_false(pat_builder_valid(NULL));
}

/* --- a length in front ----------------------------------------------------------------------- */

enum { RUN_BYTES_MAX = 16384 };

/* "<" and a length in front of a run of count bytes, each different from its neighbours. */
static void write_run(pat_builder *builder, size_t count) {
  static uint8_t run[RUN_BYTES_MAX];
  for (size_t i = 0; i < count; i++)
    run[i] = (uint8_t)(i % 251);
  pat_builder_char(builder, '<');
  size_t opened = pat_builder_open(builder);
  pat_builder_span(builder, pat_span_make(run, count));
  pat_builder_close(builder, opened);
}

static size_t size_of_run(size_t count) { return 1 + pat_builder_uvarint_size(count) + count; }

/* Where the length does not fit, its bytes are not written either. */
static void test_builder__refuses_a_length_without_room(void **state) {
  (void)state;
  static uint8_t buffer[RUN_BYTES_MAX + 8];
  const size_t counts[] = {0, 127, 128, 16383, 16384};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    size_t need = size_of_run(counts[i]);
    for (size_t missing = 0; missing <= 2 && missing <= need; missing++) {
      pat_builder builder;
      pat_span bytes = PAT_SPAN_LITERAL("before");
      buffer[need - missing] = 0xee;
      pat_builder_init(&builder, buffer, need - missing);
      write_run(&builder, counts[i]);
      pat_rule expected = missing == 0 ? PAT_RULE_NONE : PAT_RULE_BYTES_FULL;
      assert_rule(pat_builder_finish(&builder, &bytes), expected);
      assert_int_equal(buffer[need - missing], 0xee);
    }
  }
}

static void test_builder__puts_the_length_in_front(void **state) {
  (void)state;
  static uint8_t buffer[RUN_BYTES_MAX + 8];
  const size_t counts[] = {0, 1, 127, 128, 255, 256, 257, 300, 513, 16383, 16384};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    pat_builder builder;
    pat_builder counter;
    pat_span bytes = PAT_SPAN_EMPTY;
    pat_builder_init(&builder, buffer, sizeof buffer);
    pat_builder_init(&counter, NULL, sizeof buffer);
    write_run(&builder, counts[i]);
    write_run(&counter, counts[i]);
    assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_NONE);
    assert_int_equal(bytes.size, size_of_run(counts[i]));
    assert_int_equal(pat_builder_size(&counter), bytes.size);
    uint64_t length = 0;
    pat_reader reader;
    pat_reader_init(&reader, pat_span_slice(bytes, 1, bytes.size - 1));
    assert_rule(pat_reader_uvarint(&reader, &length), PAT_RULE_NONE);
    assert_int_equal(length, counts[i]);
    assert_int_equal(bytes.data[0], '<');
    for (size_t at = 0; at < counts[i]; at++)
      assert_int_equal(bytes.data[bytes.size - counts[i] + at], at % 251);
  }
}

static void test_builder__nests_lengths(void **state) {
  (void)state;
  uint8_t buffer[512];
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, buffer, sizeof buffer);
  size_t outer = pat_builder_open(&builder);
  write_run(&builder, 2);
  write_run(&builder, 200);
  pat_builder_close(&builder, outer);
  pat_builder_char(&builder, '>');
  assert_rule(pat_builder_finish(&builder, &bytes), PAT_RULE_NONE);
  assert_int_equal(bytes.size, 2 + 4 + 203 + 1);
  assert_memory_equal(bytes.data, "\xcf\x01<\x02\x00\x01<\xc8\x01\x00\x01\x02", 12);
  assert_int_equal(bytes.data[bytes.size - 1], '>');
}

static void test_builder__that_failed_closes_nothing(void **state) {
  (void)state;
  uint8_t buffer[4] = {0};
  pat_builder builder;
  pat_builder_init(&builder, buffer, 2);
  size_t opened = pat_builder_open(&builder);
  pat_builder_text(&builder, "ab");
  pat_builder_close(&builder, opened);
  pat_builder_close(&builder, pat_builder_open(&builder));
  assert_int_equal(pat_builder_size(&builder), 1);
  assert_int_equal(buffer[0], 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_builder__refuses_every_capacity_below_the_need),
      cmocka_unit_test(test_builder__stays_failed_where_later_values_would_fit),
      cmocka_unit_test(test_builder__counts_without_a_buffer_up_to_its_maximum),
      cmocka_unit_test(test_builder__writes_what_the_header_says),
      cmocka_unit_test(test_builder__writes_decimals_at_the_ends_of_the_range),
      cmocka_unit_test(test_builder__refuses_a_length_without_room),
      cmocka_unit_test(test_builder__puts_the_length_in_front),
      cmocka_unit_test(test_builder__nests_lengths),
      cmocka_unit_test(test_builder__that_failed_closes_nothing),
      cmocka_unit_test(test_builder__valid_sees_a_broken_invariant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
