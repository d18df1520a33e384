/* core/bytes/text.h: one form of each text, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/bytes/text.h"

static void assert_rule(pat_status status, pat_rule rule) {
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
}

static void test_text__u64_refuses_every_other_form(void **state) {
  (void)state;
  static const char *const refused[] = {"",  "00", "01", "-1", "+1",   " 1",  "1 ",  "1a",
                                        "a", "/",  ":",  "-",  "0x10", "1.0", "1_0", "\xd9\xa1"};
  uint64_t value = 42;
  for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
    assert_rule(pat_text_u64(pat_span_text(refused[i]), &value), PAT_RULE_BYTES_TEXT_NUMBER);
  }
  assert_rule(pat_text_u64(PAT_SPAN_LITERAL("1\0"), &value), PAT_RULE_BYTES_TEXT_NUMBER);
  assert_int_equal(value, 42);
}

static void test_text__u64_range_below_at_and_above(void **state) {
  (void)state;
  uint64_t value = 42;
  assert_rule(pat_text_u64(PAT_SPAN_LITERAL("18446744073709551616"), &value),
              PAT_RULE_BYTES_TEXT_RANGE);
  assert_rule(pat_text_u64(PAT_SPAN_LITERAL("18446744073709551620"), &value),
              PAT_RULE_BYTES_TEXT_RANGE);
  assert_rule(pat_text_u64(PAT_SPAN_LITERAL("36893488147419103233"), &value),
              PAT_RULE_BYTES_TEXT_RANGE);
  assert_rule(pat_text_u64(PAT_SPAN_LITERAL("99999999999999999999999x"), &value),
              PAT_RULE_BYTES_TEXT_NUMBER);
  assert_int_equal(value, 42);
  assert_rule(pat_text_u64(PAT_SPAN_LITERAL("18446744073709551615"), &value), PAT_RULE_NONE);
  assert_true(value == UINT64_MAX);
  assert_rule(pat_text_u64(PAT_SPAN_LITERAL("18446744073709551614"), &value), PAT_RULE_NONE);
  assert_true(value == UINT64_MAX - 1);
  assert_rule(pat_text_u64(PAT_SPAN_LITERAL("0"), &value), PAT_RULE_NONE);
  assert_int_equal(value, 0);
}

static void test_text__i64_refuses_every_other_form(void **state) {
  (void)state;
  static const char *const refused[] = {"", "-", "--1", "-0", "-01", "+1", "- 1", "1-", "00"};
  int64_t value = 42;
  for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
    assert_rule(pat_text_i64(pat_span_text(refused[i]), &value), PAT_RULE_BYTES_TEXT_NUMBER);
  }
  assert_int_equal(value, 42);
}

static void test_text__i64_range_below_at_and_above(void **state) {
  (void)state;
  int64_t value = 42;
  assert_rule(pat_text_i64(PAT_SPAN_LITERAL("9223372036854775808"), &value),
              PAT_RULE_BYTES_TEXT_RANGE);
  assert_rule(pat_text_i64(PAT_SPAN_LITERAL("-9223372036854775809"), &value),
              PAT_RULE_BYTES_TEXT_RANGE);
  assert_rule(pat_text_i64(PAT_SPAN_LITERAL("-18446744073709551616"), &value),
              PAT_RULE_BYTES_TEXT_RANGE);
  assert_int_equal(value, 42);
  assert_rule(pat_text_i64(PAT_SPAN_LITERAL("9223372036854775807"), &value), PAT_RULE_NONE);
  assert_true(value == INT64_MAX);
  assert_rule(pat_text_i64(PAT_SPAN_LITERAL("-9223372036854775808"), &value), PAT_RULE_NONE);
  assert_true(value == INT64_MIN);
  assert_rule(pat_text_i64(PAT_SPAN_LITERAL("-9223372036854775807"), &value), PAT_RULE_NONE);
  assert_true(value == INT64_MIN + 1);
  assert_rule(pat_text_i64(PAT_SPAN_LITERAL("-1"), &value), PAT_RULE_NONE);
  assert_int_equal(value, -1);
  assert_rule(pat_text_i64(PAT_SPAN_LITERAL("0"), &value), PAT_RULE_NONE);
  assert_int_equal(value, 0);
}

static void test_text__line_refuses_an_unended_line_and_the_end(void **state) {
  (void)state;
  pat_reader reader;
  pat_span line = PAT_SPAN_LITERAL("untouched");
  pat_reader_init(&reader, PAT_SPAN_LITERAL("a\nb"));
  assert_rule(pat_text_line(&reader, &line), PAT_RULE_NONE);
  assert_true(pat_span_equal(line, PAT_SPAN_LITERAL("a")));
  assert_rule(pat_text_line(&reader, &line), PAT_RULE_BYTES_TEXT_LINE);
  assert_rule(pat_reader_finish(&reader), PAT_RULE_BYTES_TEXT_LINE);
  assert_true(pat_span_equal(line, PAT_SPAN_LITERAL("a")));
  pat_reader_init(&reader, PAT_SPAN_EMPTY);
  assert_rule(pat_text_line(&reader, &line), PAT_RULE_BYTES_TRUNCATED);
}

static void test_text__line_splits_at_line_feeds_only(void **state) {
  (void)state;
  pat_reader reader;
  pat_span line = PAT_SPAN_EMPTY;
  pat_reader_init(&reader, PAT_SPAN_LITERAL("\none\r\n\0two\n"));
  assert_rule(pat_text_line(&reader, &line), PAT_RULE_NONE);
  assert_int_equal(line.size, 0);
  assert_rule(pat_text_line(&reader, &line), PAT_RULE_NONE);
  assert_true(pat_span_equal(line, PAT_SPAN_LITERAL("one\r")));
  assert_rule(pat_text_line(&reader, &line), PAT_RULE_NONE);
  assert_true(pat_span_equal(line, PAT_SPAN_LITERAL("\0two")));
  assert_rule(pat_reader_finish(&reader), PAT_RULE_NONE);
}

/* UTF-8 by its definition: decode loosely, then compare with the shortest encoding. An independent
 * second opinion for the exhaustive test. */
static size_t write_utf8(uint32_t code_point, uint8_t bytes[4]) {
  if (code_point < 0x80) {
    bytes[0] = (uint8_t)code_point;
    return 1;
  }
  size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
  static const uint8_t leads[5] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = size - 1; i > 0; i--) {
    bytes[i] = (uint8_t)(0x80 | (code_point & 0x3f));
    code_point >>= 6;
  }
  bytes[0] = (uint8_t)(leads[size] | code_point);
  return size;
}

static void test_text__utf8_accepts_exactly_the_scalar_values(void **state) {
  (void)state;
  for (uint32_t code_point = 0; code_point < 0x200000; code_point++) {
    uint8_t bytes[4];
    size_t size = write_utf8(code_point, bytes);
    bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
    bool expected = code_point <= 0x10ffff && !surrogate;
    if (pat_utf8_valid(pat_span_make(bytes, size)) != expected) fail_msg("U+%04X", code_point);
    if (size > 1 && pat_utf8_valid(pat_span_make(bytes, size - 1))) fail_msg("cut %X", code_point);
  }
}

static void test_text__utf8_refuses_known_bad_forms(void **state) {
  (void)state;
  static const char *const refused[] = {
      "\x80",
      "\xbf",
      "\xc0\xaf",
      "\xc1\xbf",
      "\xe0\x80\xaf",
      "\xe0\x9f\xbf",
      "\xf0\x80\x80\xaf",
      "\xf0\x8f\xbf\xbf",
      "\xed\xa0\x80",
      "\xed\xbf\xbf",
      "\xf4\x90\x80\x80",
      "\xf5\x80\x80\x80",
      "\xfe",
      "\xff",
      "\xc2",
      "\xc2\x20",
      "\xc2\xc2",
      "\xe1\x80",
      "\xe1\x80\x20",
      "\xe1\x80\xc0",
      "\xf1\x80\x80",
      "\xf1\x80\x80\x7f",
      "ok\xff",
  };
  for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
    if (pat_utf8_valid(pat_span_text(refused[i]))) fail_msg("accepted row %zu", i);
  }
}

/* Long text is judged in blocks: one bad byte is found wherever it stands, and so is a character
 * that lies across the end of a block. */
static void test_text__utf8_in_long_text_finds_every_position(void **state) {
  (void)state;
  enum { BYTES = 100 };
  uint8_t bytes[BYTES];
  for (size_t size = 1; size <= BYTES; size++) {
    for (size_t at = 0; at < size; at++) {
      memset(bytes, 'a', sizeof bytes);
      pat_span text = pat_span_make(bytes, size);
      assert_true(pat_utf8_valid_no_nul(text));
      bytes[at] = 0xff;
      assert_false(pat_utf8_valid(text));
      bytes[at] = 0x80;
      assert_false(pat_utf8_valid(text));
      bytes[at] = 0;
      assert_true(pat_utf8_valid(text));
      assert_false(pat_utf8_valid_no_nul(text));
      bytes[at] = 0xc3;
      assert_false(pat_utf8_valid(text));
      if (at + 1 == size) continue;
      bytes[at + 1] = 0xaf;
      assert_true(pat_utf8_valid_no_nul(text));
    }
  }
}

static void test_text__utf8_nul_is_told_apart(void **state) {
  (void)state;
  assert_true(pat_utf8_valid(PAT_SPAN_LITERAL("a\0b")));
  assert_false(pat_utf8_valid_no_nul(PAT_SPAN_LITERAL("a\0b")));
  assert_false(pat_utf8_valid_no_nul(PAT_SPAN_LITERAL("a\0")));
  assert_false(pat_utf8_valid_no_nul(PAT_SPAN_LITERAL("a\xff")));
  assert_true(pat_utf8_valid_no_nul(PAT_SPAN_LITERAL("na\xc3\xafve \xf0\x9f\x8e\xbb")));
  assert_true(pat_utf8_valid_no_nul(PAT_SPAN_EMPTY));
}

static void test_text__hex_decode_refuses_other_lengths_and_digits(void **state) {
  (void)state;
  static const char *const refused[] = {"",     "0",    "000",  "00000", "000000", "0A0a", "0g00",
                                        "000 ", " 000", "0x00", "00/0",  "00:0",   "00`0"};
  uint8_t bytes[2] = {0xee, 0xee};
  for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
    assert_rule(pat_hex_decode(pat_span_text(refused[i]), bytes, 2), PAT_RULE_BYTES_HEX);
  }
  assert_int_equal(bytes[0], 0xee);
  assert_int_equal(bytes[1], 0xee);
}

static void test_text__hex_encode_needs_room_for_the_nul(void **state) {
  (void)state;
  char text[6] = "?????";
  assert_rule(pat_hex_encode(PAT_SPAN_LITERAL("\x01\xfe"), text, 0), PAT_RULE_BYTES_FULL);
  assert_rule(pat_hex_encode(PAT_SPAN_LITERAL("\x01\xfe"), text, 4), PAT_RULE_BYTES_FULL);
  assert_string_equal(text, "?????");
  assert_rule(pat_hex_encode(PAT_SPAN_LITERAL("\x01\xfe"), text, 5), PAT_RULE_NONE);
  assert_string_equal(text, "01fe");
  assert_rule(pat_hex_encode(PAT_SPAN_EMPTY, text, 1), PAT_RULE_NONE);
  assert_string_equal(text, "");
}

static void test_text__hex_round_trips_every_byte(void **state) {
  (void)state;
  for (unsigned value = 0; value <= 0xff; value++) {
    uint8_t byte = (uint8_t)value;
    uint8_t back = 0;
    char text[3];
    assert_rule(pat_hex_encode(pat_span_make(&byte, 1), text, sizeof(text)), PAT_RULE_NONE);
    assert_rule(pat_hex_decode(pat_span_text(text), &back, 1), PAT_RULE_NONE);
    assert_int_equal(back, byte);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text__u64_refuses_every_other_form),
      cmocka_unit_test(test_text__u64_range_below_at_and_above),
      cmocka_unit_test(test_text__i64_refuses_every_other_form),
      cmocka_unit_test(test_text__i64_range_below_at_and_above),
      cmocka_unit_test(test_text__line_refuses_an_unended_line_and_the_end),
      cmocka_unit_test(test_text__line_splits_at_line_feeds_only),
      cmocka_unit_test(test_text__utf8_accepts_exactly_the_scalar_values),
      cmocka_unit_test(test_text__utf8_refuses_known_bad_forms),
      cmocka_unit_test(test_text__utf8_in_long_text_finds_every_position),
      cmocka_unit_test(test_text__utf8_nul_is_told_apart),
      cmocka_unit_test(test_text__hex_decode_refuses_other_lengths_and_digits),
      cmocka_unit_test(test_text__hex_encode_needs_room_for_the_nul),
      cmocka_unit_test(test_text__hex_round_trips_every_byte),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
