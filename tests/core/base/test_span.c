/* core/base/span: borrowed bytes. */
#include <string.h>

#include "core/base/span.h"
#include "tests/core/base/base_support.h"

static const uint8_t abc[3] = {'a', 'b', 'c'};

static void make_null_with_size(void) { (void)pat_span_make(NULL, 1); }
static void slice_starts_behind_the_end(void) { (void)pat_span_slice(PAT_SPAN_OF(abc), 4, 0); }
static void slice_ends_behind_the_end(void) { (void)pat_span_slice(PAT_SPAN_OF(abc), 1, 3); }
static void slice_overflows(void) { (void)pat_span_slice(PAT_SPAN_OF(abc), 1, SIZE_MAX); }
static void compare_invalid_first(void) {
  (void)pat_span_compare((pat_span){NULL, 1}, PAT_SPAN_OF(abc));
}
static void compare_invalid_second(void) {
  (void)pat_span_compare(PAT_SPAN_OF(abc), (pat_span){NULL, 1});
}
static void copy_too_large(void) {
  uint8_t target[2] = {0};
  pat_span_copy(target, sizeof target, PAT_SPAN_OF(abc));
}
static void copy_invalid(void) {
  uint8_t target[2] = {0};
  pat_span_copy(target, sizeof target, (pat_span){NULL, 1});
}

static void test_span__stops_a_caller_who_breaks_the_contract(void **state) {
  (void)state;
  assert_traps(make_null_with_size);
  assert_traps(slice_starts_behind_the_end);
  assert_traps(slice_ends_behind_the_end);
  assert_traps(slice_overflows);
  assert_traps(compare_invalid_first);
  assert_traps(compare_invalid_second);
  assert_traps(copy_too_large);
  assert_traps(copy_invalid);
}

static void test_span__valid_is_data_or_nothing(void **state) {
  (void)state;
  assert_true(pat_span_valid(PAT_SPAN_EMPTY));
  assert_true(pat_span_valid((pat_span){abc, 0}));
  assert_true(pat_span_valid((pat_span){abc, 3}));
  assert_false(pat_span_valid((pat_span){NULL, 1}));
}

static void test_span__literal_keeps_embedded_nul_and_drops_the_last(void **state) {
  (void)state;
  pat_span literal = PAT_SPAN_LITERAL("patina/x\0");
  assert_int_equal(literal.size, 9);
  assert_int_equal(literal.data[8], 0);
  assert_int_equal(PAT_SPAN_LITERAL("").size, 0);
  assert_int_equal(pat_span_text("patina").size, 6);
}

static void test_span__equal_compares_size_and_every_byte(void **state) {
  (void)state;
  assert_true(pat_span_equal(PAT_SPAN_LITERAL("abc"), PAT_SPAN_OF(abc)));
  assert_true(pat_span_equal(PAT_SPAN_EMPTY, PAT_SPAN_LITERAL("")));
  assert_false(pat_span_equal(PAT_SPAN_LITERAL("ab"), PAT_SPAN_OF(abc)));
  assert_false(pat_span_equal(PAT_SPAN_LITERAL("abd"), PAT_SPAN_OF(abc)));
  assert_false(pat_span_equal(PAT_SPAN_LITERAL("bbc"), PAT_SPAN_OF(abc)));
  assert_false(pat_span_equal(PAT_SPAN_LITERAL("abc\0"), PAT_SPAN_OF(abc)));
}

static void test_span__compare_orders_as_unsigned_bytes_with_prefix_first(void **state) {
  (void)state;
  const pat_span ascending[] = {
      PAT_SPAN_EMPTY,           PAT_SPAN_LITERAL("\0"),   PAT_SPAN_LITERAL("a"),
      PAT_SPAN_LITERAL("aa"),   PAT_SPAN_LITERAL("ab"),   PAT_SPAN_LITERAL("b"),
      PAT_SPAN_LITERAL("\x7f"), PAT_SPAN_LITERAL("\x80"), PAT_SPAN_LITERAL("\xff")};
  const size_t count = sizeof ascending / sizeof ascending[0];
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < count; k++) {
      int order = pat_span_compare(ascending[i], ascending[k]);
      assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
    }
  }
}

static void test_span__starts_with(void **state) {
  (void)state;
  assert_true(pat_span_starts_with(PAT_SPAN_OF(abc), PAT_SPAN_EMPTY));
  assert_true(pat_span_starts_with(PAT_SPAN_OF(abc), PAT_SPAN_LITERAL("ab")));
  assert_true(pat_span_starts_with(PAT_SPAN_OF(abc), PAT_SPAN_LITERAL("abc")));
  assert_false(pat_span_starts_with(PAT_SPAN_OF(abc), PAT_SPAN_LITERAL("b")));
  assert_false(pat_span_starts_with(PAT_SPAN_OF(abc), PAT_SPAN_LITERAL("abcd")));
  assert_false(pat_span_starts_with(PAT_SPAN_EMPTY, PAT_SPAN_LITERAL("a")));
}

static void test_span__slice_borrows_the_part(void **state) {
  (void)state;
  pat_span part = pat_span_slice(PAT_SPAN_OF(abc), 1, 2);
  assert_ptr_equal(part.data, abc + 1);
  assert_int_equal(part.size, 2);
  assert_int_equal(pat_span_slice(PAT_SPAN_OF(abc), 3, 0).size, 0);
  assert_int_equal(pat_span_slice(PAT_SPAN_EMPTY, 0, 0).size, 0);
}

static void test_span__copy_writes_no_more_than_the_source(void **state) {
  (void)state;
  uint8_t target[5] = {9, 9, 9, 9, 9};
  pat_span_copy(target, sizeof target, PAT_SPAN_OF(abc));
  assert_memory_equal(target, "abc\x09\x09", 5);
  pat_span_copy(target, 3, PAT_SPAN_LITERAL("xyz"));
  assert_memory_equal(target, "xyz\x09\x09", 5);
  pat_span_copy(target, 0, PAT_SPAN_EMPTY);
  pat_span_copy(NULL, 0, PAT_SPAN_EMPTY);
  assert_memory_equal(target, "xyz\x09\x09", 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_span__stops_a_caller_who_breaks_the_contract),
      cmocka_unit_test(test_span__valid_is_data_or_nothing),
      cmocka_unit_test(test_span__literal_keeps_embedded_nul_and_drops_the_last),
      cmocka_unit_test(test_span__equal_compares_size_and_every_byte),
      cmocka_unit_test(test_span__compare_orders_as_unsigned_bytes_with_prefix_first),
      cmocka_unit_test(test_span__starts_with),
      cmocka_unit_test(test_span__slice_borrows_the_part),
      cmocka_unit_test(test_span__copy_writes_no_more_than_the_source),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
