/* Streams: the bindings of devices, and what their batches add up to. */
#include "core/base/assert.h"
#include "core/model/findings_internal.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static bool is_binding(const pat_fold_entry *entry) {
  return entry->statement.kind->number == PAT_KIND_DEVICE_BOUND;
}

/* --- decoding -------------------------------------------------------------------------------- */

static pat_status check_order(const pat_fold_work *work) {
  const Patina__AssetHistory *history = work->history;
  for (size_t i = 1; i < history->n_streams; i++) {
    int order = pat_span_compare(span_of(history->streams[i - 1]->stream),
                                 span_of(history->streams[i]->stream));
    PAT_REQUIRE_AT(order < 0, HISTORY_ORDER, work->reterr, 0, "streams");
  }
  return PAT_OK;
}

/* The history of the stream with this id, NULL where it has none. */
static const Patina__StreamHistory *find_stream(const Patina__AssetHistory *history,
                                                ProtobufCBinaryData id) {
  size_t low = 0;
  size_t high = history->n_streams;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = pat_span_compare(span_of(history->streams[middle]->stream), span_of(id));
    if (order == 0) return history->streams[middle];
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return NULL;
}

static pat_status check_batch(const pat_fold_work *work, const pat_fold_entry *batch,
                              ProtobufCBinaryData stream) {
  PAT_REQUIRE_AT(batch->statement.kind->number == PAT_KIND_TELEMETRY, HISTORY_STREAM, work->reterr,
                 0, batch->statement.kind->name);
  PAT_REQUIRE_AT(
      pat_span_equal(span_of(batch->statement.message->telemetry->stream), span_of(stream)),
      HISTORY_STREAM, work->reterr, 0, "telemetry.stream");
  return PAT_OK;
}

static pat_status decode_batches(pat_fold_work *work, const Patina__StreamHistory *source,
                                 pat_fold_stream *stream) {
  stream->batches = pat_arena_take_array(work->arena, source->n_entries, sizeof *stream->batches);
  PAT_REQUIRE(stream->batches != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < source->n_entries; i++) {
    PAT_REQUIRE_AT(i == 0 || source->entries[i - 1]->index < source->entries[i]->index,
                   HISTORY_ORDER, work->reterr, 0, "streams.entries");
    PAT_TRY(pat_fold__entry(work, source->entries[i], &stream->batches[i]));
    PAT_TRY(check_batch(work, &stream->batches[i], source->stream));
    stream->batch_count++;
  }
  return PAT_OK;
}

static pat_status decode_streams(pat_fold_work *work) {
  PAT_TRY(check_order(work));
  size_t bindings = 0;
  for (size_t i = 0; i < work->entry_count; i++)
    bindings += is_binding(&work->entries[i]);
  work->streams = pat_arena_take_array(work->arena, bindings, sizeof *work->streams);
  PAT_REQUIRE(work->streams != NULL, LIMIT_MEMORY);
  size_t found = 0;
  for (size_t i = 0; i < work->entry_count; i++) {
    if (!is_binding(&work->entries[i])) continue;
    pat_fold_stream *stream = &work->streams[work->stream_count++];
    stream->binding = &work->entries[i];
    const Patina__StreamHistory *source =
        find_stream(work->history, work->entries[i].statement.message->device_bound->stream);
    if (source == NULL) continue;
    found++;
    PAT_TRY(decode_batches(work, source, stream));
  }
  PAT_REQUIRE_AT(found == work->history->n_streams, HISTORY_STREAM, work->reterr, 0, "streams");
  return PAT_OK;
}

/* --- readings -------------------------------------------------------------------------------- */

const Patina__Readings *pat_fold__batch_readings(const pat_fold_entry *batch) {
  PAT_ASSERT(batch->statement.kind->number == PAT_KIND_TELEMETRY);
  PAT_ASSERT(batch->statement.slot_count == 1);
  const Patina__Disclosure *disclosure = batch->disclosures[0];
  if (disclosure == NULL) return NULL;
  if (disclosure->value->value_case != PATINA__VALUE__VALUE_READINGS) return NULL;
  return disclosure->value->readings;
}

pat_status pat_fold__signal_value(pat_fold_work *work, const Patina__Signal *signal,
                                  int64_t mantissa, Patina__Value **ret_value) {
  Patina__Number *number = pat_arena_take(work->arena, sizeof *number);
  Patina__Value *value = pat_arena_take(work->arena, sizeof *value);
  PAT_REQUIRE(number != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(value != NULL, LIMIT_MEMORY);
  patina__number__init(number);
  number->mantissa = mantissa;
  number->exponent = signal->exponent;
  number->unit = signal->unit;
  patina__value__init(value);
  value->value_case = PATINA__VALUE__VALUE_NUMBER;
  value->number = number;
  *ret_value = value;
  return PAT_OK;
}

/* --- states ---------------------------------------------------------------------------------- */

typedef struct {
  const Patina__Reading *of_signal[PAT_STREAM_SIGNALS_MAX];
  size_t known;
} last_readings;

static void remember_last(last_readings *last, const Patina__Readings *readings,
                          size_t signal_count) {
  for (size_t i = 0; i < readings->n_readings; i++) {
    const Patina__Reading *reading = readings->readings[i];
    if (reading->reading_case != PATINA__READING__READING_MANTISSA) continue;
    if (reading->signal >= signal_count) continue;
    if (last->of_signal[reading->signal] == NULL) last->known++;
    last->of_signal[reading->signal] = reading;
  }
}

/* One value per signal, so that a value's place names its signal; unset where no number is known.
 */
static pat_status state_last(pat_fold_work *work, const Patina__DeviceBound *binding,
                             const last_readings *last, Patina__StreamState *state) {
  if (last->known == 0) return PAT_OK;
  state->last = pat_arena_take_array(work->arena, binding->n_signals, sizeof *state->last);
  PAT_REQUIRE(state->last != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < binding->n_signals; i++) {
    Patina__Value **value = &state->last[i];
    if (last->of_signal[i] != NULL) {
      PAT_TRY(
          pat_fold__signal_value(work, binding->signals[i], last->of_signal[i]->mantissa, value));
    } else {
      *value = pat_arena_take(work->arena, sizeof **value);
      PAT_REQUIRE(*value != NULL, LIMIT_MEMORY);
      patina__value__init(*value);
    }
    state->n_last++;
  }
  return PAT_OK;
}

static pat_status state_new(pat_fold_work *work, const pat_fold_stream *stream,
                            Patina__StreamState **ret_state) {
  Patina__StreamState *state = pat_arena_take(work->arena, sizeof *state);
  PAT_REQUIRE(state != NULL, LIMIT_MEMORY);
  patina__stream_state__init(state);
  const Patina__DeviceBound *binding = stream->binding->statement.message->device_bound;
  PAT_ASSERT(binding->n_signals <= PAT_STREAM_SIGNALS_MAX);
  state->stream = binding->stream;
  state->device = binding->device;
  state->bound_index = stream->binding->entry->index;
  state->batches = stream->batch_count;
  last_readings last = {.known = 0};
  for (size_t i = 0; i < stream->batch_count; i++) {
    const Patina__Telemetry *body = stream->batches[i].statement.message->telemetry;
    state->readings += body->count;
    if (body->last_ms > state->last_ms) state->last_ms = body->last_ms;
    const Patina__Readings *readings = pat_fold__batch_readings(&stream->batches[i]);
    if (readings != NULL) remember_last(&last, readings, binding->n_signals);
  }
  PAT_TRY(state_last(work, binding, &last, state));
  *ret_state = state;
  return PAT_OK;
}

pat_status pat_fold__streams(pat_fold_work *work) {
  PAT_TRY(decode_streams(work));
  Patina__AssetState *state = work->state;
  state->streams = pat_arena_take_array(work->arena, work->stream_count, sizeof *state->streams);
  PAT_REQUIRE(state->streams != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < work->stream_count; i++) {
    PAT_TRY(state_new(work, &work->streams[i], &state->streams[i]));
    state->n_streams++;
  }
  return PAT_OK;
}
