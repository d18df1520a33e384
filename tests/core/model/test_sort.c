/* Sorting: every permutation of a few items, and many random items. */
#include "core/model/sort.h"

#include "tests/core/model/fold_support.h"
#include "tests/support/test_random.h"

enum { MANY = 1000 };

static int compare(const void *a, const void *b) {
  int left = *(const int *)a;
  int right = *(const int *)b;
  return (left > right) - (left < right);
}

static void assert_sorted(const void **items, size_t count) {
  for (size_t i = 1; i < count; i++)
    assert_true(compare(items[i - 1], items[i]) <= 0);
}

/* Every sequence of count digits below count: all orders, and all ways to repeat. */
static void test_sort__sorts_every_short_sequence(void **state) {
  (void)state;
  for (size_t count = 0; count <= 6; count++) {
    size_t sequences = 1;
    for (size_t i = 0; i < count; i++)
      sequences *= count;
    for (size_t sequence = 0; sequence < sequences; sequence++) {
      int values[6];
      const void *items[6];
      size_t rest = sequence;
      int sum = 0;
      for (size_t i = 0; i < count; i++) {
        values[i] = (int)(rest % count);
        rest /= count;
        sum += 1 << (4 * values[i]);
        items[i] = &values[i];
      }
      pat_sort_pointers(items, count, compare);
      assert_sorted(items, count);
      for (size_t i = 0; i < count; i++)
        sum -= 1 << (4 * *(const int *)items[i]);
      assert_int_equal(sum, 0);
    }
  }
}

static void test_sort__finds_what_is_there_and_nothing_else(void **state) {
  (void)state;
  test_random random = test_random_announced("test_sort", 20261122);
  static int values[MANY];
  static const void *items[MANY];
  for (size_t i = 0; i < MANY; i++) {
    values[i] = 2 * (int)test_random_below(&random, 4 * MANY);
    items[i] = &values[i];
  }
  pat_sort_pointers(items, MANY, compare);
  assert_sorted(items, MANY);
  for (size_t i = 0; i < MANY; i++) {
    size_t at = pat_sort_find(items, MANY, &values[i], compare);
    assert_true(at < MANY);
    assert_int_equal(*(const int *)items[at], values[i]);
    int absent = values[i] + 1;
    assert_int_equal(pat_sort_find(items, MANY, &absent, compare), MANY);
  }
  assert_int_equal(pat_sort_find(items, 0, &values[0], compare), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sort__sorts_every_short_sequence),
      cmocka_unit_test(test_sort__finds_what_is_there_and_nothing_else),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
