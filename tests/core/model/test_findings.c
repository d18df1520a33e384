/* Findings other than those over odometers: what each finds, and the near misses that it must leave
 * alone. */
#include "tests/core/model/fold_support.h"

#define DISAGREEMENT "fact.disagreement"

/* --- identifier.conflict --------------------------------------------------------------------- */

static Patina__AssetState *fold_spans(history *self, Patina__Uniqueness uniqueness, uint8_t other,
                                      uint64_t released) {
  const said value = {NULL, SAY_SLOT, text(self, "YV1")};
  Patina__HistoryEntry *own = history_assign(self, "vin", &value);
  Patina__IdentifierHistory *identifier = history_identifier(self, 9, "vin", uniqueness);
  Patina__AssignmentSpan *span = history_span(self, identifier, HISTORY_ASSET, own->index, own);
  if (released != 0) {
    span->release_case = PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
    span->released_index = released;
  }
  history_span(self, identifier, other, 500, NULL);
  return fold(self);
}

static void test_findings__conflict_of_two_live_assignments(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__AssetState *result = fold_spans(self, UNIQUE, 0x77, 0);
  assert_finding(result, "identifier.conflict", "vin", 110, 500);
  assert_int_equal(result->findings[0]->key.len, 32);
  assert_int_equal(result->findings[0]->key.data[0], 9);
  history_free(self);
}

static void test_findings__conflict_needs_overlap_of_two_assets_and_uniqueness(void **state) {
  (void)state;
  const struct {
    Patina__Uniqueness uniqueness;
    uint8_t other;
    uint64_t released;
    size_t findings;
  } cases[] = {{UNIQUE, 0x77, 499, 0},
               {UNIQUE, 0x77, 500, 0},
               {UNIQUE, 0x77, 501, 1},
               {UNIQUE, HISTORY_ASSET, 0, 0},
               {PATINA__UNIQUENESS__UNIQUENESS_WEAK, 0x77, 0, 0},
               {PATINA__UNIQUENESS__UNIQUENESS_MAKER, 0x77, 0, 1}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    history *self = history_registered();
    Patina__AssetState *result =
        fold_spans(self, cases[i].uniqueness, cases[i].other, cases[i].released);
    assert_int_equal(finding_count(result, "identifier.conflict"), cases[i].findings);
    history_free(self);
  }
}

static void test_findings__conflict_with_an_earlier_assignment_that_lasts(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__IdentifierHistory *identifier = history_identifier(self, 9, "vin", UNIQUE);
  history_span(self, identifier, 0x70, 10, NULL);
  Patina__AssignmentSpan *over = history_span(self, identifier, 0x71, 20, NULL);
  over->release_case = PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
  over->released_index = 30;
  const said value = {NULL, SAY_SLOT, text(self, "YV1")};
  Patina__HistoryEntry *own = history_assign(self, "vin", &value);
  history_span(self, identifier, HISTORY_ASSET, own->index, own);
  assert_finding(fold(self), "identifier.conflict", "vin", 10, 110);
  history_free(self);
}

static void test_findings__conflict_with_the_longest_lived_own_assignment(void **state) {
  (void)state;
  history *self = history_registered();
  const said value = {NULL, SAY_SLOT, text(self, "YV1")};
  Patina__HistoryEntry *lasting = history_assign(self, "vin", &value);
  Patina__HistoryEntry *over = history_assign(self, "vin", &value);
  Patina__IdentifierHistory *identifier = history_identifier(self, 9, "vin", UNIQUE);
  history_span(self, identifier, HISTORY_ASSET, lasting->index, lasting);
  Patina__AssignmentSpan *span = history_span(self, identifier, HISTORY_ASSET, over->index, over);
  span->release_case = PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
  span->released_index = 200;
  history_span(self, identifier, 0x71, 500, NULL);
  assert_finding(fold(self), "identifier.conflict", "vin", lasting->index, 500);
  history_free(self);
}

static void test_findings__conflict_between_others_is_theirs(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__IdentifierHistory *identifier = history_identifier(self, 9, "vin", UNIQUE);
  history_span(self, identifier, 0x70, 10, NULL);
  history_span(self, identifier, 0x71, 20, NULL);
  assert_int_equal(fold(self)->n_findings, 0);
  history_free(self);
}

/* --- entry.late ------------------------------------------------------------------------------ */

static void test_findings__late_entry_starts_after_the_policys_span(void **state) {
  (void)state;
  const struct {
    uint64_t logged_at_ms;
    size_t findings;
  } cases[] = {
      {HISTORY_2024_MS + HISTORY_DAY_MS, 0},
      {HISTORY_2024_MS + HISTORY_DAY_MS + HISTORY_LATE_MS, 0},
      {HISTORY_2024_MS + HISTORY_DAY_MS + HISTORY_LATE_MS + 1, 1},
      {UINT64_MAX, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    history *self = history_registered();
    Patina__HistoryEntry *entry = history_odometer(self, INSPECTOR, "2024-01-01", km(self, 100));
    entry->logged_at_ms = cases[i].logged_at_ms;
    Patina__AssetState *result = fold(self);
    assert_int_equal(finding_count(result, "entry.late"), cases[i].findings);
    assert_int_equal(result->records[0]->late, cases[i].findings);
    history_free(self);
  }
}

static void test_findings__late_entry_carries_its_declared_date(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "1955?", km(self, 100));
  Patina__AssetState *result = fold(self);
  const Patina__Finding *finding = finding_first(result, "entry.late");
  assert_int_equal(finding->n_indexes, 1);
  assert_int_equal(finding->indexes[0], 110);
  assert_string_equal(finding->values[0]->date, "1955?");
  history_free(self);
}

static void test_findings__late_entry_has_an_end_to_count_from(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__HistoryEntry *entry = history_odometer(self, INSPECTOR, "1955/..", km(self, 100));
  entry->logged_at_ms = UINT64_MAX;
  assert_int_equal(fold(self)->n_findings, 0);
  history_free(self);
}

static void test_findings__late_batch_counts_from_its_last_reading(void **state) {
  (void)state;
  history *self = history_registered();
  history_bind(self, 1, NULL, 0);
  const metered reading = {0, 0, 100, false};
  history_batch(self, 1, 1, true, &reading, 1);
  self->logged_after_ms = HISTORY_LATE_MS + HISTORY_DAY_MS + 1;
  Patina__HistoryEntry *late = history_batch(self, 1, 2, true, &reading, 1);
  Patina__AssetState *result = fold(self);
  assert_int_equal(finding_count(result, "entry.late"), 1);
  assert_int_equal(result->findings[0]->indexes[0], late->index);
  assert_int_equal(result->findings[0]->n_values, 0);
  history_free(self);
}

/* --- key.compromised ------------------------------------------------------------------------- */

/* One below, at and above since, and the same for the revocation. The entry is at 110. */
static void test_findings__compromised_from_since_to_the_revocation(void **state) {
  (void)state;
  const struct {
    signer key;
    uint64_t since;
    uint64_t revoked;
    size_t findings;
  } cases[] = {{INSPECTOR, 109, 200, 1}, {INSPECTOR, 110, 200, 1}, {INSPECTOR, 111, 200, 0},
               {INSPECTOR, 50, 109, 0},  {INSPECTOR, 50, 110, 0},  {INSPECTOR, 50, 111, 1},
               {GARAGE, 1, 200, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    history *self = history_registered();
    history_odometer(self, INSPECTOR, "2024-01-02", km(self, 100));
    history_compromise(self, cases[i].key, cases[i].since, cases[i].revoked);
    Patina__AssetState *result = fold(self);
    assert_int_equal(finding_count(result, "key.compromised"), cases[i].findings);
    assert_int_equal(result->n_records, 1);
    history_free(self);
  }
}

/* Flagged, never void: the reading counts, and so does the standing of who signed. */
static void test_findings__compromised_leaves_the_entry_as_it_is(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2024-01-02", km(self, 100));
  history_compromise(self, INSPECTOR, 110, 300);
  Patina__AssetState *result = fold(self);
  assert_finding(result, "key.compromised", "", 110, 300);
  assert_int_equal(result->findings[0]->n_values, 0);
  assert_int_equal(result->findings[0]->key.len, 32);
  assert_int_equal(result->findings[0]->key.data[0], 0x10 + INSPECTOR);
  assert_false(result->records[0]->self_declared);
  history_free(self);
}

/* A batch of a stream, and an entry that two compromised keys signed. */
static void test_findings__compromised_of_streams_and_of_each_signer(void **state) {
  (void)state;
  history *self = history_registered();
  history_bind(self, 1, NULL, 0);
  history_by(self, DEVICE);
  metered reading = {0, 0, 100, false};
  history_batch(self, 1, 0, false, &reading, 1);
  history_by(self, INSPECTOR);
  self->signers[self->signer_count++] = GARAGE;
  const said result_said = {"odometer", SAY_OPEN, km(self, 101)};
  history_attest(self, "inspection", &result_said, 1);
  history_compromise(self, INSPECTOR, 1, 400);
  history_compromise(self, GARAGE, 1, 500);
  history_compromise(self, DEVICE, 1, 600);
  Patina__AssetState *result = fold(self);
  assert_int_equal(finding_count(result, "key.compromised"), 3);
  history_free(self);
}

/* --- telemetry.gap --------------------------------------------------------------------------- */

static void test_findings__gap_between_batches(void **state) {
  (void)state;
  history *self = history_registered();
  history_bind(self, 1, NULL, 0);
  const metered reading = {0, 0, 100, false};
  history_batch(self, 1, 5, true, &reading, 1);
  history_batch(self, 1, 6, true, &reading, 1);
  assert_int_equal(fold(self)->n_findings, 0);
  history_batch(self, 1, 8, true, &reading, 1);
  history_batch(self, 1, 9, true, &reading, 1);
  assert_finding(fold(self), "telemetry.gap", "", 130, 140);
  history_free(self);
}

static void test_findings__gap_is_not_sought_between_streams(void **state) {
  (void)state;
  history *self = history_registered();
  history_bind(self, 1, NULL, 0);
  history_bind(self, 2, NULL, 0);
  const metered reading = {0, 0, 100, false};
  history_batch(self, 1, 5, true, &reading, 1);
  history_batch(self, 2, 9, true, &reading, 1);
  history_batch(self, 1, 6, true, &reading, 1);
  assert_int_equal(fold(self)->n_findings, 0);
  history_free(self);
}

/* --- fact.disagreement ----------------------------------------------------------------------- */

static void test_findings__disagreement_marks_both_fields(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2024-01-05", km(self, 100));
  history_odometer(self, GARAGE, "2024-01-05", km(self, 200));
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->n_findings, 1);
  assert_finding(result, DISAGREEMENT, "odometer", 110, 120);
  assert_true(field_named(result->records[0], "odometer")->conflicting);
  assert_true(field_named(result->records[1], "odometer")->conflicting);
  assert_true(fact_named(result, "odometer")->conflicting);
  history_free(self);
}

static void test_findings__disagreement_needs_one_day_two_principals_and_standing(void **state) {
  (void)state;
  const struct {
    signer who;
    const char *day;
    int64_t value;
    size_t findings;
  } cases[] = {{GARAGE, "2024-01-05", 200, 1}, {GARAGE, "2024-01-06", 200, 0},
               {GARAGE, "2024-01", 200, 0},    {INSPECTOR, "2024-01-05", 200, 0},
               {KEEPER, "2024-01-05", 200, 0}, {GARAGE, "2024-01-05", 100, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    history *self = history_registered();
    history_odometer(self, INSPECTOR, "2024-01-05", km(self, 100));
    history_odometer(self, cases[i].who, cases[i].day, km(self, cases[i].value));
    assert_int_equal(finding_count(fold(self), DISAGREEMENT), cases[i].findings);
    history_free(self);
  }
}

static void test_findings__disagreement_needs_declared_days(void **state) {
  (void)state;
  const char *const dates[] = {"2024-01", "2024", ""};
  for (size_t i = 0; i < 3; i++) {
    history *self = history_registered();
    self->issued_at_ms += HISTORY_DAY_MS / 2;
    history_odometer(self, INSPECTOR, dates[i], km(self, 100));
    self->issued_at_ms -= HISTORY_DAY_MS - 1;
    history_odometer(self, GARAGE, dates[i], km(self, 200));
    assert_int_equal(fold(self)->n_findings, 0);
    history_free(self);
  }
}

static void test_findings__disagreement_goes_by_value_and_tolerance(void **state) {
  (void)state;
  const struct {
    int64_t mantissa;
    int32_t exponent;
    const char *unit;
    size_t findings;
  } cases[] = {{2400, -1, "KPA", 0}, {245, 0, "KPA", 0}, {235, 0, "KPA", 0},
               {246, 0, "KPA", 1},   {234, 0, "KPA", 1}, {24, -1, "BAR", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    history *self = history_registered();
    self->occurred = "2024-01-05";
    history_by(self, INSPECTOR);
    const said first[] = {{"tyre_pressure", SAY_SLOT, number(self, 240, 0, "KPA")}};
    history_attest(self, "inspection", first, 1);
    history_by(self, GARAGE);
    const said second[] = {{"tyre_pressure", SAY_SLOT,
                            number(self, cases[i].mantissa, cases[i].exponent, cases[i].unit)}};
    history_attest(self, "inspection", second, 1);
    assert_int_equal(finding_count(fold(self), DISAGREEMENT), cases[i].findings);
    history_free(self);
  }
}

static void test_findings__disagreement_ends_with_the_correction(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__HistoryEntry *first = history_odometer(self, INSPECTOR, "2024-01-05", km(self, 100));
  history_odometer(self, GARAGE, "2024-01-05", km(self, 200));
  const said corrected[] = {{"odometer", SAY_SLOT, km(self, 200)}};
  history_correct(self, first, corrected, 1);
  assert_int_equal(fold(self)->n_findings, 0);
  history_free(self);
}

/* --- order ----------------------------------------------------------------------------------- */

static void test_findings__of_one_entry_are_sorted_by_the_other(void **state) {
  (void)state;
  history *self = history_registered();
  const said value = {NULL, SAY_SLOT, text(self, "YV1")};
  Patina__HistoryEntry *own = history_assign(self, "vin", &value);
  Patina__IdentifierHistory *identifier = history_identifier(self, 9, "vin", UNIQUE);
  history_span(self, identifier, HISTORY_ASSET, own->index, own);
  for (uint64_t i = 0; i < 5; i++)
    history_span(self, identifier, 0x70, 500 + i, NULL);
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->n_findings, 5);
  for (size_t i = 0; i < 5; i++)
    assert_int_equal(result->findings[i]->indexes[1], 500 + i);
  history_free(self);
}

static void test_findings__are_sorted_by_first_index_and_id(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2020-01-05", km(self, 1000));
  history_odometer(self, GARAGE, "2020-01-05", km(self, 2000));
  history_odometer(self, GARAGE, "2020-02-05", km(self, 100));
  Patina__AssetState *result = fold(self);
  const char *const ids[] = {"entry.late", DISAGREEMENT, "entry.late", "odometer.lower",
                             "entry.late"};
  assert_int_equal(result->n_findings, 5);
  for (size_t i = 0; i < result->n_findings; i++)
    assert_string_equal(result->findings[i]->id, ids[i]);
  history_free(self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_findings__conflict_of_two_live_assignments),
      cmocka_unit_test(test_findings__conflict_needs_overlap_of_two_assets_and_uniqueness),
      cmocka_unit_test(test_findings__conflict_with_an_earlier_assignment_that_lasts),
      cmocka_unit_test(test_findings__conflict_between_others_is_theirs),
      cmocka_unit_test(test_findings__late_entry_starts_after_the_policys_span),
      cmocka_unit_test(test_findings__late_entry_carries_its_declared_date),
      cmocka_unit_test(test_findings__late_entry_has_an_end_to_count_from),
      cmocka_unit_test(test_findings__late_batch_counts_from_its_last_reading),
      cmocka_unit_test(test_findings__compromised_from_since_to_the_revocation),
      cmocka_unit_test(test_findings__compromised_leaves_the_entry_as_it_is),
      cmocka_unit_test(test_findings__compromised_of_streams_and_of_each_signer),
      cmocka_unit_test(test_findings__gap_between_batches),
      cmocka_unit_test(test_findings__gap_is_not_sought_between_streams),
      cmocka_unit_test(test_findings__disagreement_marks_both_fields),
      cmocka_unit_test(test_findings__disagreement_needs_one_day_two_principals_and_standing),
      cmocka_unit_test(test_findings__disagreement_needs_declared_days),
      cmocka_unit_test(test_findings__disagreement_goes_by_value_and_tolerance),
      cmocka_unit_test(test_findings__disagreement_ends_with_the_correction),
      cmocka_unit_test(test_findings__of_one_entry_are_sorted_by_the_other),
      cmocka_unit_test(test_findings__are_sorted_by_first_index_and_id),
      cmocka_unit_test(test_findings__conflict_with_the_longest_lived_own_assignment),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
