/* Devices: bindings, and the streams that only the bound device writes, in order, once. */
#include "core/ledger/record.h"
#include "tests/core/ledger/ledger_support.h"

/* A world with vehicles 1 and 2, and DEVICE bound to 1 as stream 1. */
static int setup(void **state) {
  (void)ledger_setup(state);
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  (void)register_vehicle(world, 2);
  ledger_draft draft = ledger_by(world, INSTALLER);
  (void)ledger_bind(&draft, 1, 1);
  (void)ledger_accept(&draft);
  return 0;
}
#define device_test(function) cmocka_unit_test_setup_teardown(function, setup, ledger_teardown)

/* --- bindings -------------------------------------------------------------------------------- */

/* Binds DEVICE_2, which is free. */
static ledger_draft draft_binding(ledger_world *world, uint8_t asset, uint8_t stream) {
  ledger_draft draft = ledger_by(world, INSTALLER);
  Patina__DeviceBound *body = ledger_bind(&draft, asset, stream);
  body->device = ledger_hash_field(world, &world->actors[DEVICE_2].principal);
  return draft;
}

static void test_binding__refuses_what_is_no_device(void **state) {
  ledger_world *world = *state;
  ledger_draft nobody = draft_binding(world, 1, 2);
  nobody.message.device_bound->device =
      ledger_hash_field(world, &world->actors[STRANGER].principal);
  ledger_refuse(&nobody, PAT_RULE_DEVICE_UNKNOWN);
  ledger_draft person = draft_binding(world, 1, 2);
  person.message.device_bound->device = ledger_hash_field(world, &world->actors[KEEPER].principal);
  ledger_refuse(&person, PAT_RULE_DEVICE_UNKNOWN);
}

static void test_binding__refuses_a_bound_device_and_a_used_stream(void **state) {
  ledger_world *world = *state;
  ledger_draft bound = ledger_by(world, INSTALLER);
  (void)ledger_bind(&bound, 2, 2);
  ledger_refuse(&bound, PAT_RULE_DEVICE_BOUND_BEFORE);
  ledger_draft used = draft_binding(world, 2, 1);
  ledger_refuse(&used, PAT_RULE_STREAM_EXISTS);
  ledger_draft unknown = draft_binding(world, 9, 2);
  ledger_refuse(&unknown, PAT_RULE_ASSET_UNKNOWN);
  ledger_draft free_device = draft_binding(world, 2, 2);
  (void)ledger_accept(&free_device);
}

static void test_binding__refuses_signals_that_the_class_does_not_measure(void **state) {
  ledger_world *world = *state;
  static const char *const names[] = {"altitude", "colour"};
  for (size_t i = 0; i < 2; i++) {
    ledger_draft draft = draft_binding(world, 2, 2);
    draft.message.device_bound->signals[0]->attribute = (char *)(uintptr_t)names[i];
    ledger_refuse(&draft, PAT_RULE_DEVICE_SIGNAL);
  }
  ledger_draft unit = draft_binding(world, 2, 2);
  unit.message.device_bound->signals[0]->unit = (char *)"KGM";
  ledger_refuse(&unit, PAT_RULE_DEVICE_SIGNAL);
  ledger_draft miles = draft_binding(world, 2, 2);
  miles.message.device_bound->signals[0]->unit = (char *)"SMI";
  (void)ledger_accept(&miles);
}

static Patina__Attribute *open_reading(ledger_world *world, const char *name) {
  Patina__Attribute *reading = ledger_take(world, sizeof *reading);
  patina__attribute__init(reading);
  reading->name = (char *)(uintptr_t)name;
  reading->content_case = PATINA__ATTRIBUTE__CONTENT_OPEN;
  reading->open = ledger_number(world, 1, "KMH");
  return reading;
}

static void test_binding__takes_readings_of_the_telemetry_bundle(void **state) {
  ledger_world *world = *state;
  Patina__Attribute *tags = open_reading(world, "tags");
  ledger_draft wrong = draft_binding(world, 2, 2);
  wrong.message.device_bound->readings = &tags;
  wrong.message.device_bound->n_readings = 1;
  ledger_refuse(&wrong, PAT_RULE_ATTRIBUTES_BUNDLE);
  Patina__Attribute *speed = open_reading(world, "speed");
  ledger_draft draft = draft_binding(world, 2, 2);
  draft.message.device_bound->readings = &speed;
  draft.message.device_bound->n_readings = 1;
  (void)ledger_accept(&draft);
}

static void test_binding__ends_at_64_streams(void **state) {
  ledger_world *world = *state;
  ProtobufCBinaryData id = ledger_fill(world, 2, PAT_ASSET_ID_BYTES);
  pat_span key = pat_span_make(id.data, id.len);
  Patina__AssetRecord *record = (Patina__AssetRecord *)stored_state(
      world, PAT_STATE_ASSET, key, &patina__asset_record__descriptor);
  ProtobufCBinaryData streams[PAT_ASSET_STREAMS_MAX];
  for (size_t i = 0; i < PAT_ASSET_STREAMS_MAX; i++)
    streams[i] = ledger_fill(world, (uint8_t)(100 + i), PAT_STREAM_ID_BYTES);
  record->streams = streams;
  record->n_streams = PAT_ASSET_STREAMS_MAX;
  store_state(world, PAT_STATE_ASSET, key, &record->base);
  ledger_draft draft = draft_binding(world, 2, 2);
  ledger_refuse(&draft, PAT_RULE_ASSET_STREAMS);
  record->n_streams = PAT_ASSET_STREAMS_MAX - 1;
  store_state(world, PAT_STATE_ASSET, key, &record->base);
  (void)ledger_accept(&draft);
}

/* --- telemetry ------------------------------------------------------------------------------- */

static ledger_draft draft_batch(ledger_world *world, uint64_t seq, const pat_hash *previous) {
  ledger_draft draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, 1, seq, previous);
  return draft;
}

static pat_hash send(ledger_world *world, uint64_t seq, const pat_hash *previous) {
  ledger_draft draft = draft_batch(world, seq, previous);
  return ledger_accept(&draft);
}

static void test_telemetry__refuses_other_signers_and_streams(void **state) {
  ledger_world *world = *state;
  ledger_draft stream = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&stream, 2, 0, NULL);
  ledger_refuse(&stream, PAT_RULE_STREAM_UNKNOWN);
  ledger_draft other = ledger_by(world, DEVICE_2);
  (void)ledger_telemetry(&other, 1, 0, NULL);
  ledger_refuse(&other, PAT_RULE_TELEMETRY_SIGNER);
  ledger_draft gateway = ledger_by_two(world, DEVICE, INSTALLER);
  (void)ledger_telemetry(&gateway, 1, 0, NULL);
  ledger_refuse(&gateway, PAT_RULE_TELEMETRY_SIGNER);
}

/* The other asset's stream, with a key that is good on its own. */
static void test_telemetry__refuses_another_assets_stream(void **state) {
  ledger_world *world = *state;
  ledger_draft binding = draft_binding(world, 2, 2);
  (void)ledger_accept(&binding);
  ledger_draft draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, 2, 0, NULL);
  ledger_refuse(&draft, PAT_RULE_TELEMETRY_SIGNER);
}

static void test_telemetry__refuses_what_is_out_of_order(void **state) {
  ledger_world *world = *state;
  pat_hash before = pat_hash_of(PAT_SPAN_EMPTY);
  ledger_draft not_first = draft_batch(world, 0, &before);
  ledger_refuse(&not_first, PAT_RULE_TELEMETRY_CHAIN);
  ledger_draft first = draft_batch(world, 5, NULL);
  first.message.telemetry->boot = 3;
  pat_hash fifth = ledger_accept(&first);

  for (uint64_t seq = 4; seq <= 5; seq++) {
    ledger_draft again = draft_batch(world, seq, &fifth);
    again.message.telemetry->boot = 3;
    ledger_refuse(&again, PAT_RULE_TELEMETRY_SEQ);
  }
  ledger_draft boot = draft_batch(world, 6, &fifth);
  boot.message.telemetry->boot = 2;
  ledger_refuse(&boot, PAT_RULE_TELEMETRY_BOOT);
  boot.message.telemetry->boot = 3;
  (void)ledger_accept(&boot);
}

static void test_telemetry__refuses_a_broken_chain(void **state) {
  ledger_world *world = *state;
  pat_hash first = send(world, 0, NULL);
  pat_hash other = pat_hash_of(PAT_SPAN_EMPTY);
  ledger_draft fork = draft_batch(world, 1, &other);
  ledger_refuse(&fork, PAT_RULE_TELEMETRY_CHAIN);
  ledger_draft unchained = draft_batch(world, 1, NULL);
  ledger_refuse(&unchained, PAT_RULE_TELEMETRY_CHAIN);
  ledger_draft unchained_gap = draft_batch(world, 3, NULL);
  ledger_refuse(&unchained_gap, PAT_RULE_TELEMETRY_CHAIN);
  pat_hash second = send(world, 1, &first);
  /* A gap is recorded, with what the device says came before; the fold shows it. */
  (void)second;
  pat_hash tenth = send(world, 10, &other);
  (void)send(world, 11, &tenth);
}

static void test_telemetry__counts_across_starts(void **state) {
  ledger_world *world = *state;
  pat_hash first = send(world, 0, NULL);
  ledger_draft restarted = draft_batch(world, 0, &first);
  restarted.message.telemetry->boot = 2;
  ledger_refuse(&restarted, PAT_RULE_TELEMETRY_SEQ);
  ledger_draft next = draft_batch(world, 1, &first);
  next.message.telemetry->boot = 2;
  (void)ledger_accept(&next);
}

static void test_telemetry__refuses_readings_that_do_not_fit(void **state) {
  ledger_world *world = *state;
  ledger_draft count = draft_batch(world, 0, NULL);
  count.message.telemetry->count = 3;
  ledger_refuse(&count, PAT_RULE_TELEMETRY_COUNT);
  ledger_draft times = draft_batch(world, 0, NULL);
  times.message.telemetry->last_ms++;
  ledger_refuse(&times, PAT_RULE_TELEMETRY_TIMES);
  ledger_draft text = draft_batch(world, 0, NULL);
  text.disclosure_count = 0;
  text.message.telemetry->readings = ledger_slot(&text, "readings", ledger_text(world, "fast"));
  ledger_refuse(&text, PAT_RULE_TELEMETRY_READINGS);
}

/* The binding has two signals: 0 and 1. */
static void test_telemetry__refuses_a_signal_that_is_not_bound(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = draft_batch(world, 0, NULL);
  Patina__Reading reading = PATINA__READING__INIT;
  reading.signal = 2;
  reading.reading_case = PATINA__READING__READING_STATUS;
  reading.status = PATINA__READING_STATUS__READING_STATUS_UNREADABLE;
  Patina__Reading *list[] = {&reading};
  Patina__Readings readings = PATINA__READINGS__INIT;
  readings.n_readings = 1;
  readings.readings = list;
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_READINGS;
  value.readings = &readings;
  Patina__Telemetry *body = draft.message.telemetry;
  body->count = 1;
  body->last_ms = body->first_ms;
  draft.disclosure_count = 0;
  body->readings = ledger_slot(&draft, "readings", &value);
  ledger_refuse(&draft, PAT_RULE_TELEMETRY_READINGS);
  reading.signal = 1;
  draft.disclosure_count = 0;
  body->readings = ledger_slot(&draft, "readings", &value);
  (void)ledger_accept(&draft);
}

static void test_telemetry__gives_way_to_the_window(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = draft_batch(world, 0, NULL);
  world->now_ms += LEDGER_DAY_MS;
  ledger_refuse(&draft, PAT_RULE_STATEMENT_EXPIRED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      device_test(test_binding__refuses_what_is_no_device),
      device_test(test_binding__refuses_a_bound_device_and_a_used_stream),
      device_test(test_binding__refuses_signals_that_the_class_does_not_measure),
      device_test(test_binding__takes_readings_of_the_telemetry_bundle),
      device_test(test_binding__ends_at_64_streams),
      device_test(test_telemetry__refuses_other_signers_and_streams),
      device_test(test_telemetry__refuses_another_assets_stream),
      device_test(test_telemetry__refuses_what_is_out_of_order),
      device_test(test_telemetry__refuses_a_broken_chain),
      device_test(test_telemetry__counts_across_starts),
      device_test(test_telemetry__refuses_readings_that_do_not_fit),
      device_test(test_telemetry__refuses_a_signal_that_is_not_bound),
      device_test(test_telemetry__gives_way_to_the_window),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
