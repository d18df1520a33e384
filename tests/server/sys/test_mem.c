#include "server/sys/mem.h"

#include <stdalign.h>
#include <string.h>

#include "server/sys/blob.h"
#include "tests/server/sys/sys_support.h"
#include "tests/support/failing_mem.h"

static void test_mem__refuses_products_that_overflow(void **state) {
  (void)state;
  assert_null(pat_mem_new_array(SIZE_MAX / 2, 3));
  void *block = pat_mem_new(4);
  assert_null(pat_mem_resize(block, SIZE_MAX / 2, 3));
  pat_mem_free(block);
}

static void test_mem__gives_null_where_the_nth_allocation_fails(void **state) {
  (void)state;
  failing_mem_start(2, false);
  void *first = pat_mem_new(1);
  void *second = pat_mem_new(1);
  void *third = pat_mem_new(1);
  assert_non_null(first);
  assert_null(second);
  assert_non_null(third);
  assert_int_equal(failing_mem_held(), 2);
  pat_mem_free(first);
  pat_mem_free(third);
  assert_int_equal(failing_mem_held(), 0);
  failing_mem_stop();
}

static void test_mem__a_block_survives_a_failed_resize(void **state) {
  (void)state;
  failing_mem_start(2, false);
  char *block = pat_mem_new(3);
  assert_non_null(block);
  block[2] = 'x';
  assert_null(pat_mem_resize(block, 300, 1));
  assert_int_equal(block[2], 'x');
  pat_mem_free(block);
  failing_mem_stop();
}

static void test_mem__new_is_zeroed_aligned_and_never_null_for_nothing(void **state) {
  (void)state;
  uint8_t *block = pat_mem_new(1000);
  assert_non_null(block);
  for (size_t i = 0; i < 1000; i++)
    assert_int_equal(block[i], 0);
  assert_int_equal((uintptr_t)block % alignof(max_align_t), 0);
  pat_mem_free(block);
  void *nothing = pat_mem_new(0);
  assert_non_null(nothing);
  pat_mem_free(nothing);
  pat_mem_free(NULL);
}

static void test_mem__cleanup_frees_what_was_not_taken(void **state) {
  (void)state;
  failing_mem_start(0, false);
  char *taken = NULL;
  {
    PAT_CLEANUP(pat_mem_free_at) char *kept = pat_mem_new(1);
    PAT_CLEANUP(pat_mem_free_at) char *given = pat_mem_new(1);
    assert_non_null(kept);
    taken = pat_mem_take(&given);
    assert_null(given);
  }
  assert_int_equal(failing_mem_held(), 1);
  pat_mem_free(taken);
  assert_int_equal(failing_mem_held(), 0);
  failing_mem_stop();
}

static void test_blob__refuses_without_memory_and_leaves_its_output(void **state) {
  (void)state;
  pat_blob blob = {0};
  assert_refused(pat_blob_init(SIZE_MAX, &blob), LIMIT_MEMORY);
  failing_mem_start(1, false);
  assert_refused(pat_blob_copy(PAT_SPAN_LITERAL("abc"), &blob), LIMIT_MEMORY);
  failing_mem_stop();
  assert_false(pat_blob_is_set(blob));
}

static void test_blob__is_set_even_when_empty_and_closed_by_a_nul(void **state) {
  (void)state;
  pat_blob blob = {0};
  assert_ok(pat_blob_copy(PAT_SPAN_EMPTY, &blob));
  assert_true(pat_blob_is_set(blob));
  assert_int_equal(blob.data[0], 0);
  pat_blob_clear(&blob);
  assert_ok(pat_blob_copy(PAT_SPAN_LITERAL("abc"), &blob));
  assert_string_equal((const char *)blob.data, "abc");
  pat_blob moved = pat_blob_take(&blob);
  assert_false(pat_blob_is_set(blob));
  assert_span(pat_blob_span(moved), "abc");
  pat_blob_wipe(&moved);
  assert_false(pat_blob_is_set(moved));
  pat_blob_clear(NULL);
  pat_blob_wipe(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mem__refuses_products_that_overflow),
      cmocka_unit_test(test_mem__gives_null_where_the_nth_allocation_fails),
      cmocka_unit_test(test_mem__a_block_survives_a_failed_resize),
      cmocka_unit_test(test_mem__new_is_zeroed_aligned_and_never_null_for_nothing),
      cmocka_unit_test(test_mem__cleanup_frees_what_was_not_taken),
      cmocka_unit_test(test_blob__refuses_without_memory_and_leaves_its_output),
      cmocka_unit_test(test_blob__is_set_even_when_empty_and_closed_by_a_nul),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
