/* The fold: records, telemetry facts, streams and identifiers. */
#include "tests/core/model/fold_support.h"

/* --- records --------------------------------------------------------------------------------- */

static void test_fold__records_attestations_in_log_order(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__HistoryEntry *first = history_odometer(self, INSPECTOR, "2024-05", km(self, 200));
  history_odometer(self, KEEPER, "2022?", km(self, 100));
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->n_records, 2);
  const Patina__Record *record = result->records[0];
  assert_int_equal(record->index, first->index);
  assert_int_equal(record->logged_at_ms, first->logged_at_ms);
  assert_string_equal(record->claim, "inspection");
  assert_string_equal(record->occurred, "2024-05");
  assert_int_equal(record->issued_at_ms, HISTORY_2024_MS + HISTORY_DAY_MS);
  assert_false(record->self_declared);
  assert_int_equal(record->retraction_case, 0);
  assert_false(record->late);
  assert_true(result->records[1]->self_declared);
  assert_true(field_named(result->records[1], "odometer")->self_declared);
  assert_true(result->records[1]->late);
  history_free(self);
}

static void test_fold__registrar_is_not_entitled_to_an_inspectors_claim(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, REGISTRAR, "2024-02-01", km(self, 100));
  const said remark[] = {{"remark", SAY_SLOT, text(self, "rust")}};
  history_attest(self, "note", remark, 1);
  Patina__AssetState *result = fold(self);
  assert_true(result->records[0]->self_declared);
  assert_false(result->records[1]->self_declared);
  history_free(self);
}

static void test_fold__retracted_record_stays_with_its_retraction(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__HistoryEntry *entry = history_odometer(self, INSPECTOR, "2024-02-01", km(self, 100));
  Patina__HistoryEntry *retraction = history_retract(self, entry);
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->n_records, 1);
  assert_int_equal(result->records[0]->retraction_case, PATINA__RECORD__RETRACTION_RETRACTED_INDEX);
  assert_int_equal(result->records[0]->retracted_index, retraction->index);
  assert_int_equal(fact_named(result, "odometer")->state, NOTHING);
  history_free(self);
}

static void test_fold__binding_is_a_record_only_with_readings(void **state) {
  (void)state;
  history *self = history_registered();
  history_by(self, INSTALLER);
  history_bind(self, 1, NULL, 0);
  assert_int_equal(fold(self)->n_records, 0);
  const said readings[] = {{"odometer", SAY_SLOT, km(self, 100)}};
  history_bind(self, 2, readings, 1);
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->n_records, 1);
  assert_string_equal(result->records[0]->claim, "");
  assert_int_equal(fact_named(result, "odometer")->values[0]->number->mantissa, 100);
  history_free(self);
}

/* --- telemetry ------------------------------------------------------------------------------- */

static void test_fold__telemetry_fact_is_the_latest_by_occurrence(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2024-02-01", km(self, 200));
  history_odometer(self, GARAGE, "2023-12-01", km(self, 100));
  Patina__AssetState *result = fold(self);
  assert_int_equal(fact_named(result, "odometer")->values[0]->number->mantissa, 200);
  assert_int_equal(fact_named(result, "odometer")->index, 110);
  history_odometer(self, GARAGE, "2024-02-01", km(self, 201));
  assert_int_equal(fact_named(fold(self), "odometer")->values[0]->number->mantissa, 201);
  assert_int_equal(fact_named(result, "tyre_pressure")->state, NOTHING);
  history_free(self);
}

static void test_fold__telemetry_fact_carries_its_corrections(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__HistoryEntry *entry = history_odometer(self, INSPECTOR, "2024-02-01", km(self, 200));
  const said odometer[] = {{"odometer", SAY_SLOT, km(self, 210)}};
  history_correct(self, entry, odometer, 1);
  const Patina__Fact *fact = fact_named(fold(self), "odometer");
  assert_int_equal(fact->values[0]->number->mantissa, 200);
  assert_int_equal(fact->n_corrections, 1);
  history_free(self);
}

static void test_fold__streams_sum_up_batches(void **state) {
  (void)state;
  history *self = history_registered();
  history_by(self, INSTALLER);
  Patina__HistoryEntry *binding = history_bind(self, 7, NULL, 0);
  history_by(self, DEVICE);
  const metered first[] = {{0, 0, 100, false}, {1, 500, 220, false}, {0, 1000, 0, true}};
  const metered second[] = {{0, 0, 150, false}};
  history_batch(self, 7, 1, false, first, 3);
  Patina__HistoryEntry *last = history_batch(self, 7, 2, false, second, 1);
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->n_streams, 1);
  const Patina__StreamState *stream = result->streams[0];
  assert_int_equal(stream->bound_index, binding->index);
  assert_int_equal(stream->batches, 2);
  assert_int_equal(stream->readings, 4);
  assert_int_equal(stream->last_ms, last->logged_at_ms - self->logged_after_ms);
  assert_int_equal(stream->n_last, 2);
  assert_int_equal(stream->last[0]->number->mantissa, 150);
  assert_string_equal(stream->last[1]->number->unit, "KPA");
  const Patina__Fact *odometer = fact_named(result, "odometer");
  assert_int_equal(odometer->state, RECORDED);
  assert_int_equal(odometer->values[0]->number->mantissa, 150);
  assert_int_equal(odometer->index, last->index);
  assert_false(odometer->self_declared);
  assert_int_equal(result->n_records, 0);
  history_free(self);
}

static void test_fold__stream_shows_no_last_value_where_none_is_known(void **state) {
  (void)state;
  history *self = history_registered();
  history_bind(self, 7, NULL, 0);
  const metered batch[] = {{0, 0, 100, false}};
  history_batch(self, 7, 1, true, batch, 1);
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->streams[0]->n_last, 0);
  assert_int_equal(result->streams[0]->readings, 1);
  history_batch(self, 7, 2, false, batch, 1);
  result = fold(self);
  assert_int_equal(result->streams[0]->n_last, 2);
  assert_int_equal(result->streams[0]->last[1]->value_case, 0);
  history_free(self);
}

static void test_fold__withheld_batch_leaves_the_latest_reading_open(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2024-01-01", km(self, 90));
  history_bind(self, 7, NULL, 0);
  const metered batch[] = {{0, 0, 100, false}};
  Patina__HistoryEntry *withheld = history_batch(self, 7, 1, true, batch, 1);
  const Patina__Fact *odometer = fact_named(fold(self), "odometer");
  assert_int_equal(odometer->state, CANNOT_TELL);
  assert_int_equal(odometer->index, withheld->index);
  history_odometer(self, INSPECTOR, "2024-06-01", km(self, 500));
  assert_int_equal(fact_named(fold(self), "odometer")->state, RECORDED);
  history_free(self);
}

static void test_fold__binding_without_batches_is_a_stream(void **state) {
  (void)state;
  history *self = history_registered();
  history_bind(self, 7, NULL, 0);
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->n_streams, 1);
  assert_int_equal(result->streams[0]->batches, 0);
  history_free(self);
}

/* --- identifiers ----------------------------------------------------------------------------- */

static void test_fold__identifiers_show_their_spans(void **state) {
  (void)state;
  history *self = history_registered();
  const said told = {NULL, SAY_SLOT, text(self, "YV1 123")};
  const said withheld = {NULL, SAY_WITHHELD, text(self, "AB 12")};
  self->occurred = "2024";
  Patina__HistoryEntry *vin = history_assign(self, "vin", &told);
  Patina__HistoryEntry *plate = history_assign(self, "plate", &withheld);
  self->occurred = "2024-02";
  Patina__HistoryEntry *release = history_release(self, vin);
  Patina__IdentifierHistory *identifier = history_identifier(self, 9, "vin", UNIQUE);
  history_span(self, identifier, HISTORY_ASSET, vin->index, vin);
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->n_identifiers, 2);
  const Patina__IdentifierSpan *span = result->identifiers[0];
  assert_int_equal(span->key.len, 32);
  assert_int_equal(span->key.data[0], 9);
  assert_string_equal(span->scheme, "vin");
  assert_int_equal(span->state, RECORDED);
  assert_string_equal(span->value, "YV1 123");
  assert_string_equal(span->assigned_on, "2024");
  assert_int_equal(span->released_index, release->index);
  assert_string_equal(span->released_on, "2024-02");
  assert_false(span->self_declared);
  span = result->identifiers[1];
  assert_int_equal(span->assigned_index, plate->index);
  assert_int_equal(span->state, CANNOT_TELL);
  assert_string_equal(span->value, "");
  assert_int_equal(span->release_case, 0);
  assert_int_equal(span->key.len, 0);
  history_free(self);
}

static void test_fold__release_may_stand_in_the_identifiers_history_alone(void **state) {
  (void)state;
  history *self = history_registered();
  const said told = {NULL, SAY_SLOT, text(self, "YV1 123")};
  Patina__HistoryEntry *vin = history_assign(self, "vin", &told);
  Patina__IdentifierHistory *identifier = history_identifier(self, 9, "vin", UNIQUE);
  Patina__AssignmentSpan *span = history_span(self, identifier, HISTORY_ASSET, vin->index, vin);
  span->release_case = PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
  span->released_index = 500;
  Patina__AssetState *result = fold(self);
  assert_int_equal(result->identifiers[0]->release_case,
                   PATINA__IDENTIFIER_SPAN__RELEASE_RELEASED_INDEX);
  assert_int_equal(result->identifiers[0]->released_index, 500);
  assert_string_equal(result->identifiers[0]->released_on, "");
  history_free(self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fold__records_attestations_in_log_order),
      cmocka_unit_test(test_fold__registrar_is_not_entitled_to_an_inspectors_claim),
      cmocka_unit_test(test_fold__retracted_record_stays_with_its_retraction),
      cmocka_unit_test(test_fold__binding_is_a_record_only_with_readings),
      cmocka_unit_test(test_fold__telemetry_fact_is_the_latest_by_occurrence),
      cmocka_unit_test(test_fold__telemetry_fact_carries_its_corrections),
      cmocka_unit_test(test_fold__streams_sum_up_batches),
      cmocka_unit_test(test_fold__stream_shows_no_last_value_where_none_is_known),
      cmocka_unit_test(test_fold__withheld_batch_leaves_the_latest_reading_open),
      cmocka_unit_test(test_fold__binding_without_batches_is_a_stream),
      cmocka_unit_test(test_fold__identifiers_show_their_spans),
      cmocka_unit_test(test_fold__release_may_stand_in_the_identifiers_history_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
