/* The order in which rows are sent: every order is as likely as every other one. */
#include "clients/cli/import/places.h"

#include <math.h>
#include <stdio.h>

#include "core/base/limits.h"
#include "tests/clients/import/import_support.h"
#include "tests/support/test_random.h"

enum { ROWS = 4000, ORDERS = 24, DRAWS = 24000 };

static test_random random_state;

static pat_status seeded(uint8_t *ret_bytes, size_t size) {
  test_random_bytes(&random_state, ret_bytes, size);
  return PAT_OK;
}

static size_t calls_left;

static pat_status failing(uint8_t *ret_bytes, size_t size) {
  if (calls_left == 0) return pat_refuse(PAT_RULE_INTERNAL);
  calls_left--;
  return seeded(ret_bytes, size);
}

static pat_places numbered(size_t count) {
  pat_places places = {.count = 0};
  for (size_t i = 0; i < count; i++) {
    pat_place place = {.offset = i * 7, .size = 5, .number = (uint32_t)i + 1};
    import_ok(pat_places_add(&places, &place));
  }
  return places;
}

static void test_places__refuses_more_rows_than_the_limit(void **state) {
  (void)state;
  pat_place one = {.number = 1};
  pat_places places = {.items = malloc(sizeof one), .count = PAT_IMPORT_ROWS_MAX};
  assert_non_null(places.items);
  import_refused(pat_places_add(&places, &one), IMPORT_ROWS);
  places.count = 0;
  places.capacity = 1;
  import_ok(pat_places_add(&places, &one));
  pat_places_clear(&places);
  /* One below, and at the limit: memory is all that it takes, and it is given here. */
  places = (pat_places){.items = calloc(PAT_IMPORT_ROWS_MAX, sizeof one),
                        .count = PAT_IMPORT_ROWS_MAX - 2,
                        .capacity = PAT_IMPORT_ROWS_MAX};
  assert_non_null(places.items);
  import_ok(pat_places_add(&places, &one));
  import_ok(pat_places_add(&places, &one));
  import_refused(pat_places_add(&places, &one), IMPORT_ROWS);
  pat_places_clear(&places);
}

static void test_places__fails_where_nothing_random_is_to_be_had(void **state) {
  (void)state;
  pat_places places = numbered(ROWS);
  for (calls_left = 0; calls_left < 2; calls_left++) {
    size_t calls = calls_left;
    import_refused(pat_places_shuffle(&places, failing), INTERNAL);
    calls_left = calls;
  }
  pat_places_clear(&places);
}

static void test_places__keeps_every_row_once_and_whole(void **state) {
  (void)state;
  bool seen[ROWS] = {false};
  pat_places places = numbered(ROWS);
  import_ok(pat_places_shuffle(&places, seeded));
  assert_int_equal(places.count, ROWS);
  for (size_t i = 0; i < ROWS; i++) {
    const pat_place *place = &places.items[i];
    assert_in_range(place->number, 1, ROWS);
    assert_false(seen[place->number - 1]);
    seen[place->number - 1] = true;
    assert_int_equal(place->offset, ((uint64_t)place->number - 1) * 7);
    assert_int_equal(place->size, 5);
  }
  pat_places_clear(&places);
}

/* All 24 orders of four rows come up about as often: chi squared with 23 degrees of freedom stays
 * below 70 but once in 10^6 tries. */
static void test_places__prefers_no_order(void **state) {
  (void)state;
  size_t counts[4 * 4 * 4] = {0};
  for (size_t draw = 0; draw < DRAWS; draw++) {
    pat_places places = numbered(4);
    import_ok(pat_places_shuffle(&places, seeded));
    size_t order = 0;
    for (size_t i = 0; i < 3; i++)
      order = order * 4 + places.items[i].number - 1;
    counts[order]++;
    pat_places_clear(&places);
  }
  double squares = 0;
  size_t orders = 0;
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    if (counts[i] == 0) continue;
    double apart = (double)counts[i] - (double)DRAWS / ORDERS;
    squares += apart * apart / ((double)DRAWS / ORDERS);
    orders++;
  }
  assert_int_equal(orders, ORDERS);
  assert_true(squares < 70);
}

/* Spearman's rank correlation of the order with the numbers. */
static double correlation(const pat_place *items, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) {
    double apart = (double)items[i].number - 1 - (double)i;
    sum += apart * apart;
  }
  double n = (double)count;
  return 1 - 6 * sum / (n * (n * n - 1));
}

static void test_places__the_order_tells_nothing_of_the_source(void **state) {
  (void)state;
  pat_places places = numbered(ROWS);
  assert_true(correlation(places.items, ROWS) > 0.999);
  import_ok(pat_places_shuffle(&places, seeded));
  double found = correlation(places.items, ROWS);
  printf("rank_correlation=%.3f\n", found);
  assert_true(fabs(found) < 5 / sqrt(ROWS - 1.0));
  pat_places_clear(&places);
}

/* A run that is killed, and another that puts what is left in an order of its own. */
static void test_places__two_runs_tell_nothing_either(void **state) {
  (void)state;
  enum { SENT = ROWS / 3 };
  bool sent[ROWS] = {false};
  pat_places first = numbered(ROWS);
  import_ok(pat_places_shuffle(&first, seeded));
  pat_places left = {.count = 0};
  for (size_t i = 0; i < SENT; i++)
    sent[first.items[i].number - 1] = true;
  for (uint32_t i = 0; i < ROWS; i++) {
    pat_place place = {.number = i + 1};
    if (!sent[i]) import_ok(pat_places_add(&left, &place));
  }
  import_ok(pat_places_shuffle(&left, seeded));
  for (size_t i = 0; i < left.count; i++)
    first.items[SENT + i] = left.items[i];
  assert_true(fabs(correlation(first.items, ROWS)) < 5 / sqrt(ROWS - 1.0));
  pat_places_clear(&left);
  pat_places_clear(&first);
}

int main(void) {
  random_state = test_random_announced("test_places", 4711);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_places__refuses_more_rows_than_the_limit),
      cmocka_unit_test(test_places__fails_where_nothing_random_is_to_be_had),
      cmocka_unit_test(test_places__keeps_every_row_once_and_whole),
      cmocka_unit_test(test_places__prefers_no_order),
      cmocka_unit_test(test_places__the_order_tells_nothing_of_the_source),
      cmocka_unit_test(test_places__two_runs_tell_nothing_either),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
