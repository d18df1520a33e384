/* core/bytes/builder.h: never writes past its maximum, and says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/bytes/builder.h"

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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_builder__refuses_every_capacity_below_the_need),
      cmocka_unit_test(test_builder__stays_failed_where_later_values_would_fit),
      cmocka_unit_test(test_builder__counts_without_a_buffer_up_to_its_maximum),
      cmocka_unit_test(test_builder__writes_what_the_header_says),
      cmocka_unit_test(test_builder__writes_decimals_at_the_ends_of_the_range),
      cmocka_unit_test(test_builder__valid_sees_a_broken_invariant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
