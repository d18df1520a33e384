/* The fold: the whole, the facts of two bundles, and corrections. Refusals are in
 * test_fold_refusals.c, the rest of the state in test_fold_records.c and test_findings.c. */
#include "core/bytes/protobuf.h"
#include "core/model/fold.h"
#include "tests/core/model/fold_support.h"

static void change_colour(history *self, const char *colour) {
  const said attributes[] = {{"colour", SAY_OPEN, text(self, colour)}};
  history_change(self, attributes, 1);
}

/* --- the whole ------------------------------------------------------------------------------- */

static void test_fold__summarises_history(void **state) {
  (void)state;
  history *self = history_registered();
  change_colour(self, "red");
  change_colour(self, "blue");
  Patina__AssetState *result = fold(self);
  assert_string_equal(result->class_name, "car");
  assert_int_equal(result->class_version, 3);
  assert_int_equal(result->registered_index, 100);
  assert_false(result->self_declared);
  assert_int_equal(result->version, 2);
  assert_int_equal(result->entries, 3);
  assert_int_equal(result->last_index, 120);
  assert_int_equal(result->n_manufacturer, 3);
  assert_int_equal(result->n_consumer, 3);
  assert_int_equal(result->n_telemetry, 2);
  assert_int_equal(result->n_findings, 0);
  history_free(self);
}

static void test_fold__gives_the_same_bytes_from_bytes(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2024-02-01", km(self, 100));
  pat_span expected = state_bytes(self, fold(self));
  uint8_t *room = pat_arena_take(&self->arena, expected.size);
  pat_builder builder;
  for (int run = 0; run < 2; run++) {
    pat_builder_init(&builder, room, expected.size);
    assert_true(pat_is_ok(pat_fold_bytes(history_bytes(self), &self->arena, &builder, NULL)));
    pat_span bytes;
    assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
    assert_true(pat_span_equal(bytes, expected));
  }
  pat_builder_init(&builder, room, expected.size - 1);
  pat_status status = pat_fold_bytes(history_bytes(self), &self->arena, &builder, NULL);
  assert_true(pat_is_rule(status, PAT_RULE_BYTES_FULL));
  history_free(self);
}

static void test_fold__state_reads_back(void **state) {
  (void)state;
  history *self = history_registered();
  history_odometer(self, INSPECTOR, "2024-02-01", km(self, 100));
  pat_span bytes = state_bytes(self, fold(self));
  ProtobufCMessage *decoded = NULL;
  assert_true(pat_is_ok(pat_protobuf_decode(&patina__asset_state__descriptor, bytes, &self->arena,
                                            0, &decoded, NULL)));
  history_free(self);
}

/* --- manufacturer ---------------------------------------------------------------------------- */

static void test_fold__manufacturer_facts_are_the_registrations(void **state) {
  (void)state;
  history *self = history_registered();
  const said later[] = {{"make", SAY_OPEN, text(self, "Saab")}};
  history_change(self, later, 1);
  Patina__AssetState *result = fold(self);
  const Patina__Fact *make = fact_named(result, "make");
  assert_int_equal(make->state, RECORDED);
  assert_int_equal(make->n_values, 1);
  assert_string_equal(make->values[0]->text, "Volvo");
  assert_int_equal(make->index, 100);
  assert_int_equal(make->version, 0);
  assert_int_equal(make->n_sources, 1);
  assert_false(make->self_declared);
  const Patina__Fact *materials = fact_named(result, "materials");
  assert_int_equal(materials->n_values, 2);
  assert_string_equal(materials->values[1]->text, "glass");
  history_free(self);
}

static void test_fold__withheld_value_cannot_be_told(void **state) {
  (void)state;
  history *self = history_new();
  const said attributes[] = {{"mass", SAY_WITHHELD, number(self, 1200, 0, "KGM")},
                             {"materials", SAY_SLOT, text(self, "steel")},
                             {"materials", SAY_WITHHELD, text(self, "lead")},
                             {"materials", SAY_SLOT, text(self, "glass")}};
  history_register(self, attributes, 4);
  Patina__AssetState *result = fold(self);
  assert_int_equal(fact_named(result, "mass")->state, CANNOT_TELL);
  assert_int_equal(fact_named(result, "mass")->n_values, 0);
  assert_int_equal(fact_named(result, "mass")->index, 100);
  const Patina__Fact *materials = fact_named(result, "materials");
  assert_int_equal(materials->state, CANNOT_TELL);
  assert_int_equal(materials->n_values, 2);
  assert_string_equal(materials->values[1]->text, "glass");
  const Patina__Fact *make = fact_named(result, "make");
  assert_int_equal(make->state, NOTHING);
  assert_int_equal(make->index, 0);
  assert_int_equal(make->statement.len, 0);
  history_free(self);
}

static void test_fold__marks_self_declared_registration(void **state) {
  (void)state;
  history *self = history_new();
  history_by(self, KEEPER);
  const said attributes[] = {{"make", SAY_OPEN, text(self, "Stradivari")}};
  history_register(self, attributes, 1);
  Patina__AssetState *result = fold(self);
  assert_true(result->self_declared);
  assert_true(fact_named(result, "make")->self_declared);
  assert_int_equal(fact_named(result, "make")->sources[0]->n_roles, 0);
  history_free(self);
}

/* --- consumer -------------------------------------------------------------------------------- */

static void test_fold__consumer_fact_is_the_last_change(void **state) {
  (void)state;
  history *self = history_registered();
  change_colour(self, "red");
  const said features[] = {{"features", SAY_SLOT, text(self, "tow bar")}};
  history_change(self, features, 1);
  change_colour(self, "blue");
  Patina__AssetState *result = fold(self);
  assert_string_equal(fact_named(result, "colour")->values[0]->text, "blue");
  assert_int_equal(fact_named(result, "colour")->version, 3);
  assert_int_equal(fact_named(result, "features")->version, 2);
  assert_int_equal(fact_named(result, "plate_note")->state, NOTHING);
  history_free(self);
}

static void test_fold__cleared_attribute_names_its_change(void **state) {
  (void)state;
  history *self = history_registered();
  change_colour(self, "red");
  const said cleared[] = {{"colour", SAY_CLEARED, NULL}};
  Patina__HistoryEntry *entry = history_change(self, cleared, 1);
  const Patina__Fact *colour = fact_named(fold(self), "colour");
  assert_int_equal(colour->state, NOTHING);
  assert_int_equal(colour->n_values, 0);
  assert_int_equal(colour->index, entry->index);
  assert_int_equal(colour->version, 2);
  assert_int_equal(colour->statement.len, 32);
  history_free(self);
}

static void test_fold__retracted_change_gives_way_to_the_one_before(void **state) {
  (void)state;
  history *self = history_registered();
  change_colour(self, "red");
  change_colour(self, "blue");
  history_retract(self, self->message->entries[2]);
  Patina__AssetState *result = fold(self);
  assert_string_equal(fact_named(result, "colour")->values[0]->text, "red");
  assert_int_equal(fact_named(result, "colour")->version, 1);
  assert_int_equal(result->version, 2);
  history_free(self);
}

static void test_fold__retraction_needs_standing_or_a_shared_principal(void **state) {
  (void)state;
  history *self = history_registered();
  change_colour(self, "red");
  history_by(self, KEEPER);
  history_retract(self, self->message->entries[1]);
  assert_int_equal(fact_named(fold(self), "colour")->state, RECORDED);
  change_colour(self, "blue");
  history_retract(self, self->message->entries[3]);
  assert_string_equal(fact_named(fold(self), "colour")->values[0]->text, "red");
  history_free(self);
}

static void test_fold__retraction_of_a_later_or_unfitting_entry_does_nothing(void **state) {
  (void)state;
  history *self = history_registered();
  history_retract(self, self->message->entries[0]);
  change_colour(self, "red");
  history_retract(self, self->message->entries[2]);
  Patina__HistoryEntry *change = self->message->entries[2];
  self->message->entries[2] = self->message->entries[3];
  self->message->entries[3] = change;
  change->index = 130;
  self->message->entries[2]->index = 120;
  Patina__AssetState *result = fold(self);
  assert_int_equal(fact_named(result, "colour")->state, RECORDED);
  assert_int_equal(fact_named(result, "make")->state, RECORDED);
  history_free(self);
}

static void test_fold__attribute_roles_decide_what_is_self_declared(void **state) {
  (void)state;
  history *self = history_registered();
  history_by(self, KEEPER);
  const said attributes[] = {{"colour", SAY_OPEN, text(self, "red")},
                             {"plate_note", SAY_SLOT, text(self, "kept")}};
  history_change(self, attributes, 2);
  Patina__AssetState *result = fold(self);
  assert_true(fact_named(result, "colour")->self_declared);
  assert_true(fact_named(result, "plate_note")->self_declared);
  history_by(self, REGISTRAR);
  history_change(self, attributes, 2);
  result = fold(self);
  assert_false(fact_named(result, "plate_note")->self_declared);
  char *roles[] = {(char *)"notary"};
  self->message->schema->attributes[6]->roles = roles;
  result = fold(self);
  assert_true(fact_named(result, "plate_note")->self_declared);
  assert_false(fact_named(result, "colour")->self_declared);
  history_free(self);
}

/* --- corrections ----------------------------------------------------------------------------- */

static void test_fold__correction_stands_beside_the_registration(void **state) {
  (void)state;
  history *self = history_registered();
  const said mass[] = {{"mass", SAY_SLOT, number(self, 1300, 0, "KGM")}};
  Patina__HistoryEntry *first = history_correct(self, self->message->entries[0], mass, 1);
  history_by(self, KEEPER);
  const said withheld[] = {{"mass", SAY_WITHHELD, number(self, 1400, 0, "KGM")}};
  history_correct(self, self->message->entries[0], withheld, 1);
  const Patina__Fact *fact = fact_named(fold(self), "mass");
  assert_int_equal(fact->values[0]->number->mantissa, 1200);
  assert_int_equal(fact->n_corrections, 2);
  assert_int_equal(fact->corrections[0]->index, first->index);
  assert_int_equal(fact->corrections[0]->values[0]->number->mantissa, 1300);
  assert_int_equal(fact->corrections[0]->reason,
                   PATINA__CORRECTION_REASON__CORRECTION_REASON_INCORRECT_DATA);
  assert_false(fact->corrections[0]->self_declared);
  assert_int_equal(fact->corrections[1]->state, CANNOT_TELL);
  assert_true(fact->corrections[1]->self_declared);
  assert_int_equal(fact_named(fold(self), "make")->n_corrections, 0);
  history_free(self);
}

static void test_fold__correction_may_add_what_was_left_out(void **state) {
  (void)state;
  history *self = history_new();
  history_register(self, NULL, 0);
  const said make[] = {{"make", SAY_OPEN, text(self, "Volvo")}};
  history_correct(self, self->message->entries[0], make, 1);
  const said remark[] = {{"remark", SAY_SLOT, text(self, "rust")}};
  Patina__HistoryEntry *note = history_attest(self, "note", remark, 1);
  const said odometer[] = {{"odometer", SAY_SLOT, km(self, 100)}};
  history_correct(self, note, odometer, 1);
  history_correct(self, note, odometer, 1);
  Patina__AssetState *result = fold(self);
  assert_int_equal(fact_named(result, "make")->state, NOTHING);
  assert_int_equal(fact_named(result, "make")->n_corrections, 1);
  const Patina__Record *record = result->records[0];
  assert_int_equal(record->n_fields, 2);
  assert_string_equal(record->fields[0]->name, "odometer");
  assert_int_equal(record->fields[0]->state, NOTHING);
  assert_int_equal(record->fields[0]->n_corrections, 2);
  assert_int_equal(record->fields[1]->n_corrections, 0);
  history_free(self);
}

static void test_fold__correction_belongs_to_its_change_alone(void **state) {
  (void)state;
  history *self = history_registered();
  change_colour(self, "red");
  const said dark[] = {{"colour", SAY_OPEN, text(self, "dark red")}};
  history_correct(self, self->message->entries[1], dark, 1);
  assert_int_equal(fact_named(fold(self), "colour")->n_corrections, 1);
  change_colour(self, "blue");
  assert_int_equal(fact_named(fold(self), "colour")->n_corrections, 0);
  history_retract(self, self->message->entries[3]);
  assert_int_equal(fact_named(fold(self), "colour")->n_corrections, 1);
  history_free(self);
}

static void test_fold__correction_of_a_retracted_change_adds_nothing(void **state) {
  (void)state;
  history *self = history_registered();
  change_colour(self, "red");
  const said features[] = {{"features", SAY_SLOT, text(self, "tow bar")}};
  history_correct(self, self->message->entries[1], features, 1);
  assert_int_equal(fact_named(fold(self), "features")->n_corrections, 1);
  history_retract(self, self->message->entries[1]);
  assert_int_equal(fact_named(fold(self), "features")->n_corrections, 0);
  history_free(self);
}

static void test_fold__retracted_correction_is_left_out(void **state) {
  (void)state;
  history *self = history_registered();
  const said mass[] = {{"mass", SAY_SLOT, number(self, 1300, 0, "KGM")}};
  Patina__HistoryEntry *correction = history_correct(self, self->message->entries[0], mass, 1);
  assert_int_equal(fact_named(fold(self), "mass")->n_corrections, 1);
  history_retract(self, correction);
  assert_int_equal(fact_named(fold(self), "mass")->n_corrections, 0);
  history_free(self);
}

static void test_fold__correction_of_a_claim_needs_its_roles(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__HistoryEntry *entry = history_odometer(self, INSPECTOR, "2024-02-01", km(self, 100));
  const said odometer[] = {{"odometer", SAY_SLOT, km(self, 110)}};
  history_by(self, REGISTRAR);
  history_correct(self, entry, odometer, 1);
  history_by(self, GARAGE);
  history_correct(self, entry, odometer, 1);
  const Patina__Fact *field = field_named(fold(self)->records[0], "odometer");
  assert_int_equal(field->n_corrections, 2);
  assert_true(field->corrections[0]->self_declared);
  assert_false(field->corrections[1]->self_declared);
  history_free(self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fold__summarises_history),
      cmocka_unit_test(test_fold__gives_the_same_bytes_from_bytes),
      cmocka_unit_test(test_fold__state_reads_back),
      cmocka_unit_test(test_fold__manufacturer_facts_are_the_registrations),
      cmocka_unit_test(test_fold__withheld_value_cannot_be_told),
      cmocka_unit_test(test_fold__marks_self_declared_registration),
      cmocka_unit_test(test_fold__consumer_fact_is_the_last_change),
      cmocka_unit_test(test_fold__cleared_attribute_names_its_change),
      cmocka_unit_test(test_fold__retracted_change_gives_way_to_the_one_before),
      cmocka_unit_test(test_fold__retraction_needs_standing_or_a_shared_principal),
      cmocka_unit_test(test_fold__retraction_of_a_later_or_unfitting_entry_does_nothing),
      cmocka_unit_test(test_fold__attribute_roles_decide_what_is_self_declared),
      cmocka_unit_test(test_fold__correction_stands_beside_the_registration),
      cmocka_unit_test(test_fold__correction_may_add_what_was_left_out),
      cmocka_unit_test(test_fold__correction_belongs_to_its_change_alone),
      cmocka_unit_test(test_fold__retracted_correction_is_left_out),
      cmocka_unit_test(test_fold__correction_of_a_claim_needs_its_roles),
      cmocka_unit_test(test_fold__correction_of_a_retracted_change_adds_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
