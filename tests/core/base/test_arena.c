/* core/base/arena: memory from the caller. */
#include <stdalign.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "tests/core/base/base_support.h"

enum { UNIT = alignof(max_align_t), CAPACITY = 8 * UNIT };

static alignas(max_align_t) uint8_t memory[CAPACITY];

static pat_arena fresh(size_t capacity) {
  memset(memory, 0xa5, sizeof memory);
  pat_arena arena;
  pat_arena_init(&arena, memory, capacity);
  return arena;
}

static void init_without_memory(void) {
  pat_arena arena;
  pat_arena_init(&arena, NULL, 1);
}
static void init_unaligned(void) {
  pat_arena arena;
  pat_arena_init(&arena, memory + 1, UNIT);
}
static void take_from_broken(void) {
  pat_arena arena = {.base = memory, .capacity = 1, .used = 2};
  (void)!pat_arena_take(&arena, 1);
}
static void reset_forwards(void) {
  pat_arena arena = {.base = memory, .capacity = UNIT, .used = 0};
  pat_arena_reset_to(&arena, 1);
}

static void test_arena__stops_a_caller_who_breaks_the_contract(void **state) {
  (void)state;
  assert_traps(init_without_memory);
  assert_traps(init_unaligned);
  assert_traps(take_from_broken);
  assert_traps(reset_forwards);
}

static void test_arena__gives_null_one_byte_above_what_is_left(void **state) {
  (void)state;
  pat_arena arena = fresh(CAPACITY);
  assert_null(pat_arena_take(&arena, CAPACITY + 1));
  assert_int_equal(arena.used, 0);
  assert_non_null(pat_arena_take(&arena, CAPACITY - 1));
  assert_null(pat_arena_take(&arena, 1));
  arena = fresh(CAPACITY);
  assert_non_null(pat_arena_take(&arena, CAPACITY));
  assert_null(pat_arena_take(&arena, 0));
}

/* A caller turns the NULL into this rule; nobody else has a reason to name it. */
static void test_arena__full_is_refused_as_limit_memory(void **state) {
  (void)state;
  pat_status refused = pat_refuse(PAT_RULE_LIMIT_MEMORY);
  assert_int_equal(refused.category, PAT_CATEGORY_LIMIT);
  assert_string_equal(pat_rule_id(PAT_RULE_LIMIT_MEMORY), "limit.memory");
}

static void test_arena__gives_null_where_a_size_overflows(void **state) {
  (void)state;
  pat_arena arena = fresh(CAPACITY);
  assert_null(pat_arena_take(&arena, SIZE_MAX));
  assert_null(pat_arena_take(&arena, SIZE_MAX - UNIT + 1));
  assert_null(pat_arena_take_array(&arena, SIZE_MAX / 2 + 1, 2));
  assert_null(pat_arena_take_array(&arena, 2, SIZE_MAX / 2 + 1));
  assert_int_equal(arena.used, 0);
}

static void test_arena__gives_zeroed_aligned_memory_that_does_not_overlap(void **state) {
  (void)state;
  pat_arena arena = fresh(CAPACITY);
  uint8_t *first = pat_arena_take(&arena, 1);
  uint8_t *second = pat_arena_take(&arena, UNIT + 1);
  uint8_t *third = pat_arena_take_array(&arena, 3, 2);
  assert_ptr_equal(first, memory);
  assert_ptr_equal(second, memory + UNIT);
  assert_ptr_equal(third, memory + (ptrdiff_t)3 * UNIT);
  for (size_t i = 0; i < arena.used; i++)
    assert_int_equal(memory[i], 0);
  assert_int_equal(memory[arena.used], 0xa5);
}

static void test_arena__nothing_is_a_valid_pointer_of_its_own(void **state) {
  (void)state;
  pat_arena arena = fresh(CAPACITY);
  void *first = pat_arena_take(&arena, 0);
  void *second = pat_arena_take_array(&arena, 0, SIZE_MAX);
  void *third = pat_arena_take_array(&arena, SIZE_MAX, 0);
  assert_non_null(first);
  assert_ptr_not_equal(first, second);
  assert_ptr_not_equal(second, third);
}

static void test_arena__without_memory_gives_nothing(void **state) {
  (void)state;
  pat_arena arena;
  pat_arena_init(&arena, NULL, 0);
  assert_null(pat_arena_take(&arena, 0));
}

static void test_arena__reset_gives_back_what_came_after_the_mark(void **state) {
  (void)state;
  pat_arena arena = fresh(CAPACITY);
  void *kept = pat_arena_take(&arena, UNIT);
  size_t mark = pat_arena_mark(&arena);
  uint8_t *given_up = pat_arena_take(&arena, UNIT);
  given_up[0] = 7;
  pat_arena_reset_to(&arena, mark);
  uint8_t *again = pat_arena_take(&arena, UNIT);
  assert_ptr_equal(again, given_up);
  assert_ptr_not_equal(again, kept);
  assert_int_equal(again[0], 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_arena__stops_a_caller_who_breaks_the_contract),
      cmocka_unit_test(test_arena__gives_null_one_byte_above_what_is_left),
      cmocka_unit_test(test_arena__full_is_refused_as_limit_memory),
      cmocka_unit_test(test_arena__gives_null_where_a_size_overflows),
      cmocka_unit_test(test_arena__gives_zeroed_aligned_memory_that_does_not_overlap),
      cmocka_unit_test(test_arena__nothing_is_a_valid_pointer_of_its_own),
      cmocka_unit_test(test_arena__without_memory_gives_nothing),
      cmocka_unit_test(test_arena__reset_gives_back_what_came_after_the_mark),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
