/* Malformed histories are refused, each by its rule. */
#include "core/model/fold.h"
#include "tests/core/model/fold_support.h"

static void assert_refused(history *self, const char *rule) {
  assert_string_equal(fold_refusal(self), rule);
  history_free(self);
}

static void change_colour(history *self, const char *colour) {
  const said attributes[] = {{"colour", SAY_OPEN, text(self, colour)}};
  history_change(self, attributes, 1);
}

/* --- refusals -------------------------------------------------------------------------------- */

static void test_fold__refuses_history_without_schema_or_policy(void **state) {
  (void)state;
  history *self = history_registered();
  self->message->schema = NULL;
  assert_refused(self, "history.schema");
  self = history_registered();
  self->message->policy = NULL;
  assert_refused(self, "history.policy");
}

static void test_fold__refuses_invalid_schema_or_policy(void **state) {
  (void)state;
  history *self = history_registered();
  self->message->schema->version = 0;
  assert_refused(self, "history.schema");
  self = history_registered();
  self->message->policy->name = (char *)"";
  assert_refused(self, "history.policy");
}

static void test_fold__refuses_history_that_does_not_start_with_registration(void **state) {
  (void)state;
  assert_refused(history_new(), "history.first");
  history *self = history_new();
  change_colour(self, "red");
  assert_refused(self, "history.first");
}

static void test_fold__refuses_second_registration(void **state) {
  (void)state;
  history *self = history_registered();
  history_register(self, NULL, 0);
  assert_refused(self, "history.first");
}

static void test_fold__refuses_entries_not_ascending(void **state) {
  (void)state;
  history *self = history_registered();
  change_colour(self, "red");
  self->message->entries[1]->index = self->message->entries[0]->index;
  assert_refused(self, "history.order");
}

static void test_fold__refuses_disclosures_not_ascending(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__SlotDisclosure **disclosures = self->message->entries[0]->disclosures;
  Patina__SlotDisclosure *first = disclosures[0];
  disclosures[0] = disclosures[1];
  disclosures[1] = first;
  assert_refused(self, "history.order");
}

static void test_fold__refuses_identifiers_or_spans_not_ascending(void **state) {
  (void)state;
  history *self = history_registered();
  history_identifier(self, 1, "vin", UNIQUE);
  history_identifier(self, 1, "vin", UNIQUE);
  assert_refused(self, "history.order");
  self = history_registered();
  Patina__IdentifierHistory *identifier = history_identifier(self, 1, "vin", UNIQUE);
  history_span(self, identifier, 1, 20, NULL);
  history_span(self, identifier, 2, 20, NULL);
  assert_refused(self, "history.order");
}

static void test_fold__refuses_streams_or_batches_not_ascending(void **state) {
  (void)state;
  const metered reading = {0, 0, 100, false};
  history *self = history_registered();
  history_bind(self, 1, NULL, 0);
  history_batch(self, 1, 1, false, &reading, 1);
  history_batch(self, 1, 2, false, &reading, 1);
  Patina__HistoryEntry **entries = self->message->streams[0]->entries;
  entries[1]->index = entries[0]->index;
  assert_refused(self, "history.order");
  self = history_registered();
  history_bind(self, 1, NULL, 0);
  history_bind(self, 2, NULL, 0);
  history_batch(self, 1, 1, false, &reading, 1);
  history_batch(self, 2, 1, false, &reading, 1);
  Patina__StreamHistory *first = self->message->streams[0];
  self->message->streams[0] = self->message->streams[1];
  self->message->streams[1] = first;
  assert_refused(self, "history.order");
}

static void test_fold__refuses_entry_of_another_asset(void **state) {
  (void)state;
  history *self = history_registered();
  change_colour(self, "red");
  self->message->asset = history_fill(self, 0x11, 16);
  assert_refused(self, "history.asset");
}

static void test_fold__refuses_telemetry_among_the_assets_entries(void **state) {
  (void)state;
  history *self = history_registered();
  history_bind(self, 1, NULL, 0);
  const metered reading = {0, 0, 100, false};
  Patina__HistoryEntry *batch = history_batch(self, 1, 1, false, &reading, 1);
  self->message->entries[1] = batch;
  self->message->n_streams = 0;
  assert_refused(self, "history.asset");
}

static void test_fold__refuses_class_of_another_version_or_name(void **state) {
  (void)state;
  history *self = history_registered();
  self->message->schema->version = 4;
  assert_refused(self, "history.class");
  self = history_registered();
  self->message->schema->name = (char *)"boat";
  assert_refused(self, "history.class");
}

static void test_fold__refuses_more_sources_than_signers_can_be(void **state) {
  (void)state;
  for (size_t count = 7; count <= 9; count++) {
    history *self = history_registered();
    Patina__HistoryEntry *entry = self->message->entries[0];
    Patina__Source *sources[9];
    for (size_t i = 0; i < 9; i++)
      sources[i] = entry->sources[0];
    entry->sources = sources;
    entry->n_sources = count;
    assert_refused(self, count <= 8 ? "ok" : "history.sources");
  }
}

static void test_fold__refuses_stream_without_its_binding(void **state) {
  (void)state;
  const metered reading = {0, 0, 100, false};
  history *self = history_registered();
  history_batch(self, 1, 1, false, &reading, 1);
  assert_refused(self, "history.stream");
}

static void test_fold__refuses_stream_that_holds_something_else(void **state) {
  (void)state;
  const metered reading = {0, 0, 100, false};
  history *self = history_registered();
  history_bind(self, 1, NULL, 0);
  history_batch(self, 1, 1, false, &reading, 1);
  self->message->streams[0]->entries[0] = self->message->entries[0];
  assert_refused(self, "history.stream");
  self = history_registered();
  history_bind(self, 1, NULL, 0);
  history_bind(self, 2, NULL, 0);
  Patina__HistoryEntry *other = history_batch(self, 2, 1, false, &reading, 1);
  history_batch(self, 1, 1, false, &reading, 1);
  self->message->streams[0]->entries[0] = other;
  self->message->n_streams = 1;
  assert_refused(self, "history.stream");
}

/* The asset's id stands where a batch has its stream's. */
static void test_fold__refuses_stream_of_other_kinds_with_a_fitting_id(void **state) {
  (void)state;
  const metered reading = {0, 0, 100, false};
  history *self = history_registered();
  history_bind(self, HISTORY_ASSET, NULL, 0);
  history_batch(self, HISTORY_ASSET, 1, false, &reading, 1);
  self->message->streams[0]->entries[0] = self->message->entries[0];
  assert_refused(self, "history.stream");
}

static void test_fold__refuses_stream_bound_twice(void **state) {
  (void)state;
  const metered reading = {0, 0, 100, false};
  history *self = history_registered();
  history_bind(self, 1, NULL, 0);
  history_bind(self, 1, NULL, 0);
  history_batch(self, 1, 1, false, &reading, 1);
  assert_refused(self, "history.stream");
}

static void test_fold__refuses_disclosure_of_another_slot(void **state) {
  (void)state;
  history *self = history_registered();
  Patina__HistoryEntry *entry = self->message->entries[0];
  entry->disclosures[0]->disclosure = entry->disclosures[1]->disclosure;
  assert_refused(self, "disclosure.digest");
  self = history_registered();
  self->message->entries[0]->disclosures[2]->slot = 3;
  assert_refused(self, "disclosure.slot");
}

static void test_fold__refuses_broken_statement(void **state) {
  (void)state;
  history *self = history_registered();
  self->message->entries[0]->statement.len--;
  assert_string_not_equal(fold_refusal(self), "ok");
  history_free(self);
}

/* Every size of arena either folds or is refused with limit.memory: nothing is written outside. */
static void test_fold__refuses_small_arena(void **state) {
  (void)state;
  history *self = history_registered();
  change_colour(self, "red");
  history_odometer(self, INSPECTOR, "2024-02-01", km(self, 100));
  history_odometer(self, INSPECTOR, "2024-03-01", km(self, 50));
  const said corrected[] = {{"odometer", SAY_SLOT, km(self, 10)}};
  history_correct(self, self->message->entries[2], corrected, 1);
  const said value = {NULL, SAY_SLOT, text(self, "VIN")};
  history_assign(self, "vin", &value);
  history_bind(self, 1, corrected, 1);
  const metered reading = {0, 0, 100, false};
  history_batch(self, 1, 1, false, &reading, 1);
  uint8_t *memory = pat_arena_take(&self->arena, 256 * 1024);
  assert_non_null(memory);
  size_t folded = 0;
  for (size_t size = 0; size <= 64 * 1024 && folded == 0; size += 16) {
    pat_arena arena;
    pat_arena_init(&arena, memory, size);
    Patina__AssetState *result = NULL;
    pat_status status = pat_fold(self->message, &arena, &result, NULL);
    if (pat_is_ok(status)) {
      folded = size;
    } else {
      assert_string_equal(pat_rule_id((pat_rule)status.rule), "limit.memory");
      assert_null(result);
    }
  }
  assert_true(folded > 0);
  assert_true(folded < 40 * history_bytes(self).size);
  history_free(self);
}

static void test_fold__refuses_compromised_keys_out_of_order(void **state) {
  (void)state;
  for (int twice = 0; twice < 2; twice++) {
    history *self = history_registered();
    history_compromise(self, GARAGE, 1, 400);
    history_compromise(self, twice == 1 ? GARAGE : INSPECTOR, 1, 500);
    assert_refused(self, "history.order");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fold__refuses_compromised_keys_out_of_order),
      cmocka_unit_test(test_fold__refuses_history_without_schema_or_policy),
      cmocka_unit_test(test_fold__refuses_invalid_schema_or_policy),
      cmocka_unit_test(test_fold__refuses_history_that_does_not_start_with_registration),
      cmocka_unit_test(test_fold__refuses_second_registration),
      cmocka_unit_test(test_fold__refuses_entries_not_ascending),
      cmocka_unit_test(test_fold__refuses_disclosures_not_ascending),
      cmocka_unit_test(test_fold__refuses_identifiers_or_spans_not_ascending),
      cmocka_unit_test(test_fold__refuses_streams_or_batches_not_ascending),
      cmocka_unit_test(test_fold__refuses_entry_of_another_asset),
      cmocka_unit_test(test_fold__refuses_telemetry_among_the_assets_entries),
      cmocka_unit_test(test_fold__refuses_class_of_another_version_or_name),
      cmocka_unit_test(test_fold__refuses_more_sources_than_signers_can_be),
      cmocka_unit_test(test_fold__refuses_stream_without_its_binding),
      cmocka_unit_test(test_fold__refuses_stream_that_holds_something_else),
      cmocka_unit_test(test_fold__refuses_stream_of_other_kinds_with_a_fitting_id),
      cmocka_unit_test(test_fold__refuses_stream_bound_twice),
      cmocka_unit_test(test_fold__refuses_disclosure_of_another_slot),
      cmocka_unit_test(test_fold__refuses_broken_statement),
      cmocka_unit_test(test_fold__refuses_small_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
