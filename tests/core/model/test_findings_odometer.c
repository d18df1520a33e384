/* Findings over odometers, and the near misses that they must leave alone. */
#include "tests/core/model/fold_support.h"

#define LOWER  "odometer.lower"
#define MIX_UP "odometer.unit-mix-up"

/* Two readings; says how many findings of each kind the odometer rules make of them. */
static void assert_pair(history *self, Patina__Value *first, const char *first_day,
                        Patina__Value *second, const char *second_day, const char *expected) {
  history_odometer(self, INSPECTOR, first_day, first);
  history_odometer(self, GARAGE, second_day, second);
  Patina__AssetState *result = fold(self);
  assert_int_equal(finding_count(result, LOWER), strcmp(expected, LOWER) == 0);
  assert_int_equal(finding_count(result, MIX_UP), strcmp(expected, MIX_UP) == 0);
  history_free(self);
}

/* --- odometer.lower -------------------------------------------------------------------------- */

static void test_findings_odometer__lower_carries_entries_and_values(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2024-01-05", km(self, 100000));
  history_odometer(self, GARAGE, "2024-02-05", km(self, 90000));
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->n_findings, 1);
  assert_finding(result, LOWER, "odometer", 110, 120);
  assert_int_equal(result->findings[0]->n_values, 2);
  assert_int_equal(result->findings[0]->values[0]->number->mantissa, 100000);
  assert_int_equal(result->findings[0]->values[1]->number->mantissa, 90000);
  assert_false(fact_named(result, "odometer")->conflicting);
  history_free(self);
}

static void test_findings_odometer__is_compared_by_occurrence_not_by_log_order(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2024-02-05", km(self, 90000));
  history_odometer(self, GARAGE, "2024-01-05", km(self, 100000));
  Patina__AssetState *result = fold(self);
  assert_finding(result, LOWER, "odometer", 110, 120);
  assert_int_equal(result->findings[0]->values[0]->number->mantissa, 90000);
  history_free(self);
  self = history_registered();
  assert_pair(self, km(self, 100000), "2024-02-05", km(self, 90000), "2024-01-05", "none");
}

static void test_findings_odometer__not_lower_is_left_alone(void **state) {
  (void)state;
  history *self = history_registered();
  assert_pair(self, km(self, 100), "2024-01-05", km(self, 100), "2024-02-05", "none");
  self = history_registered();
  assert_pair(self, km(self, 100), "2024-01-05", km(self, 101), "2024-02-05", "none");
}

/* A difference that the last digit can explain is none: one unit of the coarser reading. */
static void test_findings_odometer__lower_starts_above_the_last_digit(void **state) {
  (void)state;
  history *self = history_registered();
  assert_pair(self, km(self, 1000), "2024-01-05", km(self, 999), "2024-02-05", "none");
  self = history_registered();
  assert_pair(self, km(self, 1000), "2024-01-05", km(self, 998), "2024-02-05", LOWER);
  self = history_registered();
  assert_pair(self, number(self, 10019, -1, "KMT"), "2024-01-05", km(self, 1001), "2024-02-05",
              "none");
  self = history_registered();
  assert_pair(self, number(self, 121, 3, "KMT"), "2024-01-05", km(self, 120000), "2024-02-05",
              "none");
  self = history_registered();
  assert_pair(self, number(self, 121, 3, "KMT"), "2024-01-05", km(self, 119999), "2024-02-05",
              LOWER);
}

static void test_findings_odometer__units_are_compared_exactly(void **state) {
  (void)state;
  history *self = history_registered(); /* 100,000 mi are 160,934.4 km */
  assert_pair(self, miles(self, 100000), "2024-01-05", km(self, 160934), "2024-02-05", "none");
  self = history_registered();
  assert_pair(self, miles(self, 100000), "2024-01-05", km(self, 160000), "2024-02-05", LOWER);
  self = history_registered();
  assert_pair(self, km(self, 160934), "2024-01-05", miles(self, 100001), "2024-02-05", "none");
}

/* What the dates leave open is not compared, whichever order the log has. */
static void test_findings_odometer__dates_that_overlap_are_left_alone(void **state) {
  (void)state;
  history *self = history_registered();
  assert_pair(self, km(self, 1000), "2023", km(self, 500), "2023-06", "none");
  self = history_registered();
  assert_pair(self, km(self, 1000), "2023-06-01", km(self, 500), "2023-06", "none");
  self = history_registered();
  assert_pair(self, km(self, 1000), "2023-06-01", km(self, 500), "2023-06-01", "none");
  self = history_registered();
  assert_pair(self, km(self, 1000), "../2023", km(self, 500), "2023-12-31", "none");
  self = history_registered();
  assert_pair(self, km(self, 1000), "2023", km(self, 500), "2024-01", LOWER);
}

static void test_findings_odometer__moments_of_one_day_are_compared(void **state) {
  (void)state;
  history *self = history_registered();
  self->issued_at_ms += HISTORY_DAY_MS / 2;
  history_odometer(self, INSPECTOR, "", km(self, 1000));
  self->issued_at_ms -= HISTORY_DAY_MS - 1;
  history_odometer(self, INSPECTOR, "", km(self, 500));
  assert_finding(fold(self), LOWER, "odometer", 110, 120);
  self->issued_at_ms -= HISTORY_DAY_MS + 2;
  self->message->n_entries--;
  history_odometer(self, INSPECTOR, "", km(self, 500));
  assert_int_equal(finding_count(fold(self), LOWER), 0);
  history_free(self);
}

/* A coarse date between two sharp ones does not hide that the second fell below the first. */
static void test_findings_odometer__open_date_hides_nothing(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2023-01-05", km(self, 100000));
  history_odometer(self, GARAGE, "2023", km(self, 60000));
  history_odometer(self, GARAGE, "2023-08-05", km(self, 90000));
  Patina__AssetState *result = fold(self);
  assert_finding(result, LOWER, "odometer", 110, 130);
  history_free(self);
}

/* A keying error between consistent neighbours is one finding, and so is a sustained drop. */
static void test_findings_odometer__spike_and_drop_are_one_finding_each(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2023-01-05", km(self, 50000));
  history_odometer(self, GARAGE, "2023-02-05", km(self, 510000));
  history_odometer(self, GARAGE, "2023-03-05", km(self, 52000));
  history_odometer(self, GARAGE, "2023-04-05", km(self, 53000));
  assert_finding(fold(self), LOWER, "odometer", 120, 130);
  history_free(self);
  self = history_registered();
  history_odometer(self, INSPECTOR, "2023-01-05", km(self, 250000));
  history_odometer(self, GARAGE, "2023-02-05", km(self, 52000));
  history_odometer(self, GARAGE, "2023-03-05", km(self, 53000));
  assert_finding(fold(self), LOWER, "odometer", 110, 120);
  history_free(self);
}

static void test_findings_odometer__retracted_or_unread_is_skipped(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__HistoryEntry *high = history_odometer(self, INSPECTOR, "2024-01-05", km(self, 900000));
  history_odometer(self, GARAGE, "2024-02-05", km(self, 90000));
  history_retract(self, high);
  assert_int_equal(finding_count(fold(self), LOWER), 0);
  const said withheld[] = {{"odometer", SAY_WITHHELD, km(self, 10)}};
  self->occurred = "2024-02-10";
  history_attest(self, "inspection", withheld, 1);
  const said remark[] = {{"remark", SAY_SLOT, text(self, "display broken")}};
  self->occurred = "2024-02-11";
  history_attest(self, "inspection", remark, 1);
  history_odometer(self, GARAGE, "2024-02-12", km(self, 90100));
  assert_int_equal(finding_count(fold(self), LOWER), 0);
  history_free(self);
}

static void test_findings_odometer__correction_holds_with_standing_or_by_the_same(void **state) {
  (void)state;
  const struct {
    signer who;
    size_t findings;
  } cases[] = {{GARAGE, 0}, {INSPECTOR, 0}, {KEEPER, 1}, {REGISTRAR, 1}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    history *self = history_registered();
    Patina__HistoryEntry *high = history_odometer(self, INSPECTOR, "2024-01-05", km(self, 900000));
    history_odometer(self, GARAGE, "2024-02-05", km(self, 90000));
    history_by(self, cases[i].who);
    const said corrected[] = {{"odometer", SAY_SLOT, km(self, 89000)}};
    history_correct(self, high, corrected, 1);
    assert_int_equal(finding_count(fold(self), LOWER), cases[i].findings);
    history_free(self);
  }
}

static void test_findings_odometer__withheld_correction_leaves_the_reading_out(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__HistoryEntry *high = history_odometer(self, INSPECTOR, "2024-01-05", km(self, 900000));
  history_odometer(self, GARAGE, "2024-02-05", km(self, 90000));
  const said corrected[] = {{"odometer", SAY_WITHHELD, km(self, 89000)}};
  history_correct(self, high, corrected, 1);
  assert_int_equal(finding_count(fold(self), LOWER), 0);
  history_free(self);
}

static void test_findings_odometer__reads_devices_too(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2023-12-01", km(self, 1000));
  history_by(self, INSTALLER);
  history_bind(self, 1, NULL, 0);
  history_by(self, DEVICE);
  const metered batch[] = {{0, 0, 1010, false}, {0, 10, 0, true}, {0, 20, 900, false}};
  Patina__HistoryEntry *entry = history_batch(self, 1, 1, false, batch, 3);
  Patina__AssetState *result = fold(self);
  assert_finding(result, LOWER, "odometer", entry->index, entry->index);
  assert_int_equal(finding_first(result, LOWER)->values[0]->number->mantissa, 1010);
  assert_int_equal(finding_first(result, LOWER)->values[1]->number->mantissa, 900);
  history_free(self);
}

static void test_findings_odometer__other_telemetry_may_fall(void **state) {
  (void)state;
  history *self = history_registered();
  history_by(self, INSPECTOR);
  const said high[] = {{"tyre_pressure", SAY_SLOT, number(self, 240, 0, "KPA")}};
  const said low[] = {{"tyre_pressure", SAY_SLOT, number(self, 180, 0, "KPA")}};
  history_attest(self, "inspection", high, 1);
  history_attest(self, "inspection", low, 1);
  assert_int_equal(fold(self)->n_findings, 0);
  history_free(self);
}

/* A coarse date that ends last counts too: 2022 lies after all of 2021. */
static void test_findings_odometer__coarse_date_is_compared_with_what_follows(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2021", km(self, 100000));
  history_odometer(self, GARAGE, "2021-06-01", km(self, 50000));
  history_odometer(self, GARAGE, "2022-02-01", km(self, 55000));
  history_odometer(self, GARAGE, "2022-03-01", km(self, 56000));
  assert_finding(fold(self), LOWER, "odometer", 110, 130);
  history_free(self);
  self = history_registered();
  history_odometer(self, INSPECTOR, "2021", km(self, 50000));
  history_odometer(self, GARAGE, "2021-06-01", km(self, 100000));
  history_odometer(self, GARAGE, "2022-02-01", km(self, 55000));
  history_odometer(self, GARAGE, "2022-03-01", km(self, 56000));
  assert_finding(fold(self), LOWER, "odometer", 120, 130);
  history_free(self);
}

/* A signal that the binding does not have is no reading of anything. */
static void test_findings_odometer__unknown_signal_is_skipped(void **state) {
  (void)state;
  history *self = history_registered();
  history_bind(self, 1, NULL, 0);
  const metered batch[] = {{0, 0, 100, false}, {2, 1, 50, false}, {UINT32_MAX, 2, 50, false}};
  history_batch(self, 1, 1, false, batch, 3);
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->n_findings, 0);
  assert_int_equal(fact_named(result, "odometer")->values[0]->number->mantissa, 100);
  history_free(self);
}

/* --- odometer.unit-mix-up -------------------------------------------------------------------- */

static void test_findings_odometer__unit_mix_up_replaces_lower(void **state) {
  (void)state;
  history *self = history_registered(); /* the digits rise, the distance falls */
  assert_pair(self, miles(self, 100000), "2024-01-05", km(self, 100500), "2024-02-05", MIX_UP);
  self = history_registered(); /* miles typed into a kilometre field */
  assert_pair(self, km(self, 100000), "2024-01-05", km(self, 62700), "2024-02-05", MIX_UP);
}

static void test_findings_odometer__unit_mix_up_ends_two_per_cent_from_the_ratio(void **state) {
  (void)state;
  const struct {
    int64_t later;
    const char *expected;
  } cases[] = {{60894, LOWER}, {60895, MIX_UP}, {63379, MIX_UP}, {63380, LOWER}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    history *self = history_registered();
    assert_pair(self, km(self, 100000), "2024-01-05", km(self, cases[i].later), "2024-02-05",
                cases[i].expected);
  }
}

static void test_findings_odometer__unit_mix_up_of_a_jump_needs_a_reason(void **state) {
  (void)state;
  history *self = history_registered(); /* same digits, longer unit */
  assert_pair(self, km(self, 100000), "2022-01-05", miles(self, 100400), "2024-02-05", MIX_UP);
  self = history_registered(); /* 60,934 km in two years can be driven */
  assert_pair(self, km(self, 100000), "2022-01-05", km(self, 160934), "2024-01-05", "none");
  self = history_registered(); /* in a month they cannot */
  assert_pair(self, km(self, 100000), "2024-01-05", km(self, 160934), "2024-02-05", MIX_UP);
  self = history_registered(); /* impossible, but not for the units' sake */
  assert_pair(self, km(self, 100000), "2024-01-05", km(self, 190000), "2024-02-05", "none");
  self = history_registered(); /* a change of the display's unit, rightly stated */
  assert_pair(self, km(self, 160934), "2024-01-05", miles(self, 100010), "2024-02-05", "none");
  self = history_registered(); /* the shorter unit cannot look like a jump */
  assert_pair(self, miles(self, 10000), "2022-01-05", km(self, 25900), "2024-02-05", "none");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_findings_odometer__lower_carries_entries_and_values),
      cmocka_unit_test(test_findings_odometer__is_compared_by_occurrence_not_by_log_order),
      cmocka_unit_test(test_findings_odometer__not_lower_is_left_alone),
      cmocka_unit_test(test_findings_odometer__lower_starts_above_the_last_digit),
      cmocka_unit_test(test_findings_odometer__units_are_compared_exactly),
      cmocka_unit_test(test_findings_odometer__dates_that_overlap_are_left_alone),
      cmocka_unit_test(test_findings_odometer__moments_of_one_day_are_compared),
      cmocka_unit_test(test_findings_odometer__open_date_hides_nothing),
      cmocka_unit_test(test_findings_odometer__spike_and_drop_are_one_finding_each),
      cmocka_unit_test(test_findings_odometer__retracted_or_unread_is_skipped),
      cmocka_unit_test(test_findings_odometer__correction_holds_with_standing_or_by_the_same),
      cmocka_unit_test(test_findings_odometer__withheld_correction_leaves_the_reading_out),
      cmocka_unit_test(test_findings_odometer__reads_devices_too),
      cmocka_unit_test(test_findings_odometer__other_telemetry_may_fall),
      cmocka_unit_test(test_findings_odometer__unit_mix_up_replaces_lower),
      cmocka_unit_test(test_findings_odometer__unit_mix_up_ends_two_per_cent_from_the_ratio),
      cmocka_unit_test(test_findings_odometer__unit_mix_up_of_a_jump_needs_a_reason),
      cmocka_unit_test(test_findings_odometer__coarse_date_is_compared_with_what_follows),
      cmocka_unit_test(test_findings_odometer__unknown_signal_is_skipped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
