/* Readings of telemetry attributes, from records and from devices: the latest of each attribute,
 * and those that the findings compare. */
#include <string.h>

#include "core/base/assert.h"
#include "core/model/catalog.h"
#include "core/model/findings_internal.h"
#include "core/model/number.h"
#include "core/model/standing.h"

/* The number of the telemetry attribute with this name; n_attributes where there is none. */
static size_t telemetry_attribute(const Patina__AssetClass *schema, const char *name) {
  size_t low = 0;
  size_t high = schema->n_attributes;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(schema->attributes[middle]->name, name);
    if (order == 0) {
      bool fits = schema->attributes[middle]->bundle == PATINA__BUNDLE__BUNDLE_TELEMETRY;
      return fits ? middle : schema->n_attributes;
    }
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return schema->n_attributes;
}

static bool is_odometer(const pat_fold_work *work, size_t attribute) {
  return work->schema->attributes[attribute]->series == PATINA__SERIES__SERIES_ODOMETER;
}

/* --- one reading ----------------------------------------------------------------------------- */

/* What holds: the last correction by someone who may overrule the statement, else what it said. */
static Patina__Value *held_value(const pat_fold_entry *entry, const Patina__Fact *fact) {
  Patina__FactState state = fact->state;
  Patina__Value **values = fact->values;
  size_t count = fact->n_values;
  for (size_t i = 0; i < fact->n_corrections; i++) {
    const Patina__Correction *correction = fact->corrections[i];
    if (correction->self_declared &&
        !pat_fold__share_principal(correction->sources, correction->n_sources,
                                   entry->entry->sources, entry->entry->n_sources)) {
      continue;
    }
    state = correction->state;
    values = correction->values;
    count = correction->n_values;
  }
  return state == PAT_FACT_RECORDED && count == 1 ? values[0] : NULL;
}

bool pat_fold__reading_number(const pat_fold_reading *reading, Patina__Number *ret_number) {
  if (reading->field != NULL) {
    if (reading->value == NULL || reading->value->value_case != PATINA__VALUE__VALUE_NUMBER) {
      return false;
    }
    *ret_number = *reading->value->number;
    return true;
  }
  if (reading->reading == NULL) return false;
  Patina__Number number = PATINA__NUMBER__INIT;
  number.mantissa = reading->reading->mantissa;
  number.exponent = reading->signal->exponent;
  number.unit = reading->signal->unit;
  *ret_number = number;
  return true;
}

/* Sets the length that an odometer shows; what is no length, or below zero, is not compared. */
static void measure(pat_fold_reading *reading) {
  Patina__Number number;
  if (!pat_fold__reading_number(reading, &number)) return;
  if (!pat_unit_comparable(number.unit, "KMT")) return;
  Patina__Number last_digit = number;
  last_digit.mantissa = 1;
  int64_t milli = 0;
  int64_t resolution = 0;
  if (!pat_is_ok(pat_number_to_milli_base(&number, &milli)) || milli < 0) return;
  if (!pat_is_ok(pat_number_to_milli_base(&last_digit, &resolution))) return;
  reading->measurable = true;
  reading->milli = milli;
  reading->resolution_milli = resolution;
}

static bool at_or_after(const pat_fold_reading *a, const pat_fold_reading *b) {
  if (a->earliest_day != b->earliest_day) return a->earliest_day > b->earliest_day;
  if (a->latest_day != b->latest_day) return a->latest_day > b->latest_day;
  if (a->entry->entry->index != b->entry->entry->index) {
    return a->entry->entry->index > b->entry->entry->index;
  }
  return a->position >= b->position;
}

static void keep_latest(pat_fold_work *work, const pat_fold_reading *reading) {
  PAT_ASSERT(reading->attribute < work->schema->n_attributes);
  pat_fold_reading *latest = &work->latest[reading->attribute];
  if (latest->entry == NULL || at_or_after(reading, latest)) *latest = *reading;
}

static pat_status keep_for_findings(pat_fold_work *work, const pat_fold_reading *reading) {
  pat_fold_reading *kept = pat_arena_take(work->arena, sizeof *kept);
  PAT_REQUIRE(kept != NULL, LIMIT_MEMORY);
  *kept = *reading;
  kept->next = work->readings;
  work->readings = kept;
  work->reading_count++;
  return PAT_OK;
}

/* --- from records ---------------------------------------------------------------------------- */

static pat_status read_field(pat_fold_work *work, const pat_fold_entry *entry, size_t position) {
  Patina__Fact *field = entry->record->fields[position];
  size_t attribute = telemetry_attribute(work->schema, field->name);
  if (attribute == work->schema->n_attributes) return PAT_OK;
  pat_fold_reading reading = {.entry = entry,
                              .field = field,
                              .value = held_value(entry, field),
                              .attribute = attribute,
                              .position = position,
                              .earliest_day = entry->occurred.earliest_day,
                              .latest_day = entry->occurred.latest_day};
  if (entry->instant) reading.instant_ms = entry->statement.message->issued_at_ms;
  if (field->statement.len == 0 && reading.value == NULL) return PAT_OK;
  keep_latest(work, &reading);
  if (reading.value == NULL) return PAT_OK;
  if (is_odometer(work, attribute)) measure(&reading);
  return keep_for_findings(work, &reading);
}

static pat_status read_records(pat_fold_work *work) {
  for (size_t i = 0; i < work->entry_count; i++) {
    const pat_fold_entry *entry = &work->entries[i];
    if (entry->record == NULL || entry->retraction != NULL) continue;
    for (size_t j = 0; j < entry->record->n_fields; j++)
      PAT_TRY(read_field(work, entry, j));
  }
  return PAT_OK;
}

/* --- from devices ---------------------------------------------------------------------------- */

/* A withheld batch may hold a reading of every signal: then nobody can tell which is the latest. */
static void read_withheld(pat_fold_work *work, const Patina__DeviceBound *binding,
                          const pat_fold_entry *batch) {
  int32_t day = pat_edtf_day_of_ms(batch->statement.message->telemetry->last_ms);
  for (size_t i = 0; i < binding->n_signals; i++) {
    size_t attribute = telemetry_attribute(work->schema, binding->signals[i]->attribute);
    if (attribute == work->schema->n_attributes) continue;
    pat_fold_reading reading = {.entry = batch,
                                .signal = binding->signals[i],
                                .attribute = attribute,
                                .earliest_day = day,
                                .latest_day = day};
    keep_latest(work, &reading);
  }
}

static pat_status read_one(pat_fold_work *work, pat_fold_reading *reading) {
  const Patina__Telemetry *body = reading->entry->statement.message->telemetry;
  uint64_t offset = reading->reading->offset_ms;
  reading->instant_ms =
      body->first_ms <= UINT64_MAX - offset ? body->first_ms + offset : UINT64_MAX;
  reading->earliest_day = reading->latest_day = pat_edtf_day_of_ms(reading->instant_ms);
  keep_latest(work, reading);
  if (!is_odometer(work, reading->attribute)) return PAT_OK;
  measure(reading);
  return reading->measurable ? keep_for_findings(work, reading) : PAT_OK;
}

static pat_status read_batch(pat_fold_work *work, const Patina__DeviceBound *binding,
                             const pat_fold_entry *batch, const Patina__Readings *readings) {
  size_t attributes[PAT_STREAM_SIGNALS_MAX];
  PAT_ASSERT(binding->n_signals <= PAT_STREAM_SIGNALS_MAX);
  for (size_t i = 0; i < binding->n_signals; i++)
    attributes[i] = telemetry_attribute(work->schema, binding->signals[i]->attribute);
  for (size_t i = 0; i < readings->n_readings; i++) {
    const Patina__Reading *source = readings->readings[i];
    if (source->reading_case != PATINA__READING__READING_MANTISSA) continue;
    if (source->signal >= binding->n_signals) continue;
    if (attributes[source->signal] == work->schema->n_attributes) continue;
    pat_fold_reading reading = {.entry = batch,
                                .signal = binding->signals[source->signal],
                                .reading = source,
                                .attribute = attributes[source->signal],
                                .position = i};
    PAT_TRY(read_one(work, &reading));
  }
  return PAT_OK;
}

static pat_status read_stream(pat_fold_work *work, const pat_fold_stream *stream) {
  const Patina__DeviceBound *binding = stream->binding->statement.message->device_bound;
  for (size_t i = 0; i < stream->batch_count; i++) {
    const pat_fold_entry *batch = &stream->batches[i];
    const Patina__Readings *readings = pat_fold__batch_readings(batch);
    if (readings == NULL) {
      read_withheld(work, binding, batch);
    } else {
      PAT_TRY(read_batch(work, binding, batch, readings));
    }
  }
  return PAT_OK;
}

pat_status pat_fold__readings(pat_fold_work *work) {
  PAT_ASSERT(work->latest == NULL);
  work->latest =
      pat_arena_take_array(work->arena, work->schema->n_attributes, sizeof *work->latest);
  PAT_REQUIRE(work->latest != NULL, LIMIT_MEMORY);
  PAT_TRY(read_records(work));
  for (size_t i = 0; i < work->stream_count; i++)
    PAT_TRY(read_stream(work, &work->streams[i]));
  return PAT_OK;
}

/* --- facts ----------------------------------------------------------------------------------- */

static pat_status device_fact(pat_fold_work *work, const pat_fold_reading *latest,
                              Patina__Fact *fact) {
  const pat_fold_entry *entry = latest->entry;
  const Patina__AttributeDefinition *definition = work->schema->attributes[latest->attribute];
  fact->state = PAT_FACT_CANNOT_TELL;
  fact->index = entry->entry->index;
  fact->statement = (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)entry->statement.sha256.bytes};
  fact->sources = entry->entry->sources;
  fact->n_sources = entry->entry->n_sources;
  fact->self_declared =
      !entry->entitled || !pat_standing_for_roles(definition->roles, definition->n_roles,
                                                  entry->entry->sources, entry->entry->n_sources);
  if (latest->reading == NULL) return PAT_OK;
  fact->values = pat_arena_take_array(work->arena, 1, sizeof *fact->values);
  PAT_REQUIRE(fact->values != NULL, LIMIT_MEMORY);
  PAT_TRY(
      pat_fold__signal_value(work, latest->signal, latest->reading->mantissa, &fact->values[0]));
  fact->n_values = 1;
  fact->state = PAT_FACT_RECORDED;
  return PAT_OK;
}

static pat_status telemetry_fact(pat_fold_work *work, size_t attribute, Patina__Fact **ret_fact) {
  Patina__Fact *fact = NULL;
  PAT_TRY(pat_fold__fact_new(work, work->schema->attributes[attribute]->name, &fact));
  const pat_fold_reading *latest = &work->latest[attribute];
  if (latest->field != NULL) {
    *fact = *latest->field;
  } else if (latest->entry != NULL) {
    PAT_TRY(device_fact(work, latest, fact));
  }
  *ret_fact = fact;
  return PAT_OK;
}

pat_status pat_fold__telemetry(pat_fold_work *work) {
  PAT_ASSERT(work->latest != NULL);
  const Patina__AssetClass *schema = work->schema;
  Patina__AssetState *state = work->state;
  state->telemetry =
      pat_arena_take_array(work->arena, schema->n_attributes, sizeof *state->telemetry);
  PAT_REQUIRE(state->telemetry != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < schema->n_attributes; i++) {
    if (schema->attributes[i]->bundle != PATINA__BUNDLE__BUNDLE_TELEMETRY) continue;
    PAT_TRY(telemetry_fact(work, i, &state->telemetry[state->n_telemetry]));
    state->n_telemetry++;
  }
  return PAT_OK;
}
