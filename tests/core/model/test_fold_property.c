/* Properties of the fold over random histories. */
#include "core/bytes/protobuf.h"
#include "tests/core/model/fold_support.h"
#include "tests/core/model/history_random.h"

enum { RUNS = 150 };

/* --- comparing ------------------------------------------------------------------------------- */

static pat_span fact_bytes(history *self, const Patina__Fact *fact) {
  Patina__Fact plain = *fact;
  plain.conflicting = false; /* it says that another statement is known */
  uint8_t *room = pat_arena_take(&self->arena, 65536);
  pat_builder builder;
  pat_builder_init(&builder, room, 65536);
  assert_true(pat_is_ok(pat_protobuf_encode(&plain.base, &builder)));
  pat_span bytes;
  assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

/* True where the entry's own part of the fact cannot be told: itself, or its correction. */
static bool cannot_tell(const Patina__Fact *fact, uint64_t index) {
  if (fact->index == index && fact->state == CANNOT_TELL) return true;
  for (size_t i = 0; i < fact->n_corrections; i++) {
    if (fact->corrections[i]->index == index && fact->corrections[i]->state == CANNOT_TELL) {
      return true;
    }
  }
  return false;
}

/* Counts the facts that differ; each must have become CANNOT_TELL for the entry's sake. */
static size_t compare_facts(history *self, Patina__Fact *const *before, Patina__Fact *const *after,
                            size_t count, uint64_t index) {
  size_t changed = 0;
  for (size_t i = 0; i < count; i++) {
    size_t mark = pat_arena_mark(&self->arena);
    bool same = pat_span_equal(fact_bytes(self, before[i]), fact_bytes(self, after[i]));
    pat_arena_reset_to(&self->arena, mark);
    if (same) continue;
    changed++;
    assert_true(cannot_tell(after[i], index));
  }
  return changed;
}

static size_t compare_states(history *self, const Patina__AssetState *before,
                             const Patina__AssetState *after, uint64_t index) {
  size_t changed =
      compare_facts(self, before->manufacturer, after->manufacturer, after->n_manufacturer, index);
  changed += compare_facts(self, before->consumer, after->consumer, after->n_consumer, index);
  changed += compare_facts(self, before->telemetry, after->telemetry, after->n_telemetry, index);
  assert_int_equal(before->n_records, after->n_records);
  for (size_t i = 0; i < before->n_records; i++) {
    assert_int_equal(before->records[i]->n_fields, after->records[i]->n_fields);
    changed += compare_facts(self, before->records[i]->fields, after->records[i]->fields,
                             after->records[i]->n_fields, index);
  }
  return changed;
}

/* --- properties ------------------------------------------------------------------------------ */

static void drop_each_disclosure(history *self, Patina__HistoryEntry *entry,
                                 const Patina__AssetState *before, size_t *changed) {
  Patina__SlotDisclosure **all = entry->disclosures;
  size_t count = entry->n_disclosures;
  for (size_t dropped = 0; dropped < count; dropped++) {
    size_t mark = pat_arena_mark(&self->arena);
    entry->disclosures = pat_arena_take_array(&self->arena, count, sizeof *all);
    entry->n_disclosures = 0;
    for (size_t i = 0; i < count; i++) {
      if (i != dropped) entry->disclosures[entry->n_disclosures++] = all[i];
    }
    *changed += compare_states(self, before, fold(self), entry->index);
    pat_arena_reset_to(&self->arena, mark);
  }
  entry->disclosures = all;
  entry->n_disclosures = count;
}

/* Withholding a value makes its facts CANNOT_TELL and changes nothing else. */
static void test_fold_property__withholding_only_hides(void **state) {
  (void)state;
  test_random random = test_random_announced("withholding_only_hides", 1);
  size_t changed = 0;
  for (size_t run = 0; run < RUNS; run++) {
    history *self = history_random(&random);
    const Patina__AssetState *before = fold(self);
    for (size_t i = 0; i < self->message->n_entries; i++)
      drop_each_disclosure(self, self->message->entries[i], before, &changed);
    for (size_t i = 0; i < self->message->n_streams; i++) {
      const Patina__StreamHistory *stream = self->message->streams[i];
      for (size_t j = 0; j < stream->n_entries; j++)
        drop_each_disclosure(self, stream->entries[j], before, &changed);
    }
    history_free(self);
  }
  assert_true(changed > RUNS);
}

static void assert_same_values(const Patina__Fact *a, const Patina__Fact *b) {
  assert_string_equal(a->name, b->name);
  assert_int_equal(a->state, b->state);
  assert_int_equal(a->n_values, b->n_values);
  assert_int_equal(a->index, b->index);
}

static void assert_fields_stay(const Patina__Record *before, const Patina__Record *after) {
  assert_int_equal(before->index, after->index);
  for (size_t i = 0; i < before->n_fields; i++) {
    const Patina__Fact *field = before->fields[i];
    if (field->statement.len == 0) continue; /* only a correction names it */
    assert_same_values(field, field_named(after, field->name));
  }
}

static void assert_extends(const Patina__AssetState *prefix, const Patina__AssetState *whole) {
  assert_true(prefix->version <= whole->version);
  assert_true(prefix->n_records <= whole->n_records);
  for (size_t i = 0; i < prefix->n_manufacturer; i++)
    assert_same_values(prefix->manufacturer[i], whole->manufacturer[i]);
  for (size_t i = 0; i < prefix->n_records; i++)
    assert_fields_stay(prefix->records[i], whole->records[i]);
}

/* What later entries add: never another value of the registration or of a record. */
static void test_fold_property__later_entries_never_rewrite(void **state) {
  (void)state;
  test_random random = test_random_announced("later_entries_never_rewrite", 2);
  for (size_t run = 0; run < RUNS; run++) {
    history *self = history_random(&random);
    const Patina__AssetState *whole = fold(self);
    size_t count = self->message->n_entries;
    for (size_t length = 3; length < count; length++) {
      self->message->n_entries = length;
      assert_extends(fold(self), whole);
    }
    history_free(self);
  }
}

/* The same history gives the same bytes, from the structs and from their bytes. */
static void test_fold_property__is_deterministic(void **state) {
  (void)state;
  test_random random = test_random_announced("is_deterministic", 3);
  for (size_t run = 0; run < RUNS; run++) {
    history *self = history_random(&random);
    pat_span first = state_bytes(self, fold(self));
    ProtobufCMessage *decoded = NULL;
    assert_true(pat_is_ok(pat_protobuf_decode(
        &patina__asset_history__descriptor, history_bytes(self), &self->arena, 0, &decoded, NULL)));
    self->message = (Patina__AssetHistory *)decoded;
    assert_true(pat_span_equal(first, state_bytes(self, fold(self))));
    history_free(self);
  }
}

/* The sum of what the odometer findings compare: the same readings give the same findings. */
static int64_t odometer_sum(const Patina__AssetState *state) {
  int64_t sum = 0;
  for (size_t i = 0; i < state->n_findings; i++) {
    const Patina__Finding *finding = state->findings[i];
    if (strncmp(finding->id, "odometer.", 9) != 0) continue;
    sum += finding->values[0]->number->mantissa + finding->values[1]->number->mantissa;
  }
  return sum;
}

/* Where the dates order the readings, the log's order changes neither the latest nor the findings.
 */
static void test_fold_property__dates_order_readings_not_the_log(void **state) {
  (void)state;
  test_random random = test_random_announced("dates_order_readings_not_the_log", 4);
  static const char *const days[] = {"2021-01-03", "2021-02", "2021-04-05", "2022", "2023-01-01"};
  for (size_t run = 0; run < RUNS; run++) {
    history *self = history_registered();
    for (size_t i = 0; i < 5; i++)
      history_odometer(self, GARAGE, days[i], history_random_distance(self, &random));
    const Patina__AssetState *before = fold(self);
    Patina__HistoryEntry **entries = self->message->entries;
    for (size_t i = 5; i > 1; i--) {
      size_t j = 1 + test_random_below(&random, i);
      Patina__HistoryEntry *kept = entries[i];
      entries[i] = entries[j];
      entries[j] = kept;
    }
    for (size_t i = 1; i <= 5; i++)
      entries[i]->index = 100 + 10 * i;
    const Patina__AssetState *after = fold(self);
    assert_int_equal(before->n_findings, after->n_findings);
    assert_int_equal(odometer_sum(before), odometer_sum(after));
    assert_memory_equal(fact_named(before, "odometer")->statement.data,
                        fact_named(after, "odometer")->statement.data, 32);
    history_free(self);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fold_property__withholding_only_hides),
      cmocka_unit_test(test_fold_property__later_entries_never_rewrite),
      cmocka_unit_test(test_fold_property__is_deterministic),
      cmocka_unit_test(test_fold_property__dates_order_readings_not_the_log),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
