#include <string.h>

#include "tests/core/model/history_builder.h"
#include "tests/core/model/history_catalog.h"
#include "tests/core/model/history_random.h"
#include "tests/core/model/make_vectors.h"

/* --- steps that many scenarios take ---------------------------------------------------------- */

static Patina__HistoryEntry *registered(history *self) {
  history_by(self, REGISTRAR);
  const said attributes[] = {{"make", SAY_OPEN, text(self, "Volvo")},
                             {"mass", SAY_SLOT, number(self, 1200, 0, "KGM")},
                             {"materials", SAY_SLOT, text(self, "steel")},
                             {"materials", SAY_SLOT, text(self, "glass")}};
  return history_register(self, attributes, 4);
}

static Patina__HistoryEntry *coloured(history *self, const char *colour) {
  const said attributes[] = {{"colour", SAY_OPEN, text(self, colour)}};
  return history_change(self, attributes, 1);
}

static Patina__HistoryEntry *pressured(history *self, signer who, int64_t kilopascals) {
  history_by(self, who);
  self->occurred = "2024-01-05";
  const said fields[] = {{"tyre_pressure", SAY_SLOT, number(self, kilopascals, 0, "KPA")}};
  Patina__HistoryEntry *entry = history_attest(self, "inspection", fields, 1);
  self->occurred = "";
  return entry;
}

static void bound(history *self) {
  history_by(self, INSTALLER);
  const said readings[] = {{"odometer", SAY_SLOT, km(self, 100)}};
  history_bind(self, 7, readings, 1);
  history_by(self, DEVICE);
}

static void measured(history *self, uint64_t seq, bool withheld) {
  const metered readings[] = {
      {0, 0, (int64_t)(100 + seq), false}, {1, 250, 230, false}, {0, 500, 0, true}};
  history_batch(self, 7, seq, withheld, readings, 3);
}

/* --- facts ----------------------------------------------------------------------------------- */

static void registration_alone(history *self) { registered(self); }

static void registration_empty(history *self) { history_register(self, NULL, 0); }

static void registration_self_declared(history *self) {
  history_by(self, KEEPER);
  const said attributes[] = {{"make", SAY_OPEN, text(self, "Stradivari")}};
  history_register(self, attributes, 1);
}

static void registration_withheld(history *self) {
  const said attributes[] = {{"mass", SAY_WITHHELD, number(self, 1200, 0, "KGM")},
                             {"materials", SAY_SLOT, text(self, "steel")},
                             {"materials", SAY_WITHHELD, text(self, "lead")}};
  history_register(self, attributes, 3);
}

static void changes_last_holds(history *self) {
  registered(self);
  coloured(self, "red");
  const said features[] = {{"features", SAY_SLOT, text(self, "tow bar")},
                           {"features", SAY_SLOT, text(self, "roof rack")},
                           {"plate_note", SAY_WITHHELD, text(self, "kept")}};
  history_change(self, features, 3);
  history_by(self, KEEPER);
  coloured(self, "blue");
}

static void change_cleared(history *self) {
  registered(self);
  coloured(self, "red");
  const said cleared[] = {{"colour", SAY_CLEARED, NULL}};
  history_change(self, cleared, 1);
}

static void change_retracted(history *self) {
  registered(self);
  coloured(self, "red");
  history_retract(self, coloured(self, "blue"));
}

static void retraction_without_standing(history *self) {
  registered(self);
  Patina__HistoryEntry *change = coloured(self, "red");
  history_by(self, KEEPER);
  history_retract(self, change);
}

static void corrections(history *self) {
  Patina__HistoryEntry *registration = registered(self);
  const said mass[] = {{"mass", SAY_SLOT, number(self, 1300, 0, "KGM")}};
  history_correct(self, registration, mass, 1);
  history_by(self, KEEPER);
  const said withheld[] = {{"mass", SAY_WITHHELD, number(self, 1, 0, "TNE")}};
  history_correct(self, registration, withheld, 1);
  history_by(self, REGISTRAR);
  history_correct(self, coloured(self, "red"),
                  &(const said){"colour", SAY_OPEN, text(self, "dark red")}, 1);
  Patina__HistoryEntry *reading = history_odometer(self, INSPECTOR, "2024-02-01", km(self, 200));
  history_correct(self, reading, &(const said){"odometer", SAY_SLOT, km(self, 210)}, 1);
  history_correct(self, reading, &(const said){"remark", SAY_SLOT, text(self, "dirty")}, 1);
}

static void correction_retracted(history *self) {
  Patina__HistoryEntry *registration = registered(self);
  const said mass[] = {{"mass", SAY_SLOT, number(self, 1300, 0, "KGM")}};
  history_retract(self, history_correct(self, registration, mass, 1));
}

/* --- records, telemetry, identifiers --------------------------------------------------------- */

static void records(history *self) {
  registered(self);
  history_odometer(self, INSPECTOR, "2023-06", km(self, 200));
  history_odometer(self, KEEPER, "2024-01-02", miles(self, 150));
  Patina__HistoryEntry *taken_back =
      history_odometer(self, INSPECTOR, "2024-01-03", km(self, 900000));
  history_retract(self, taken_back);
  const said remark[] = {{"remark", SAY_WITHHELD, text(self, "rust")}};
  history_attest(self, "note", remark, 1);
}

static void streams(history *self) {
  registered(self);
  bound(self);
  measured(self, 1, false);
  measured(self, 2, false);
}

static void stream_withheld(history *self) {
  registered(self);
  bound(self);
  measured(self, 1, false);
  measured(self, 2, true);
}

static void identifiers(history *self) {
  registered(self);
  self->occurred = "2024-01";
  const said vin = {NULL, SAY_SLOT, text(self, "YV1LW5542V2345678")};
  Patina__HistoryEntry *first = history_assign(self, "vin", &vin);
  const said plate = {NULL, SAY_WITHHELD, text(self, "AB 12")};
  history_assign(self, "plate", &plate);
  history_release(self, first);
  Patina__IdentifierHistory *identifier =
      history_identifier(self, 9, "vin", PATINA__UNIQUENESS__UNIQUENESS_GLOBAL);
  Patina__AssignmentSpan *span = history_span(self, identifier, HISTORY_ASSET, first->index, first);
  span->release_case = PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
  span->released_index = 130;
}

/* --- findings -------------------------------------------------------------------------------- */

static void two_readings(history *self, Patina__Value *first, Patina__Value *second,
                         const char *second_day) {
  registered(self);
  history_odometer(self, INSPECTOR, "2024-01-05", first);
  history_odometer(self, GARAGE, second_day, second);
}

static void odometer_lower(history *self) {
  two_readings(self, km(self, 100000), km(self, 90000), "2024-02-05");
}

static void odometer_last_digit(history *self) {
  two_readings(self, miles(self, 100000), km(self, 160934), "2024-02-05");
}

static void odometer_overlapping_dates(history *self) {
  two_readings(self, km(self, 100000), km(self, 90000), "2024");
}

static void odometer_spike(history *self) {
  two_readings(self, km(self, 50000), km(self, 510000), "2024-02-05");
  history_odometer(self, GARAGE, "2024-03-05", km(self, 52000));
}

static void odometer_corrected(history *self) {
  registered(self);
  Patina__HistoryEntry *high = history_odometer(self, INSPECTOR, "2024-01-05", km(self, 900000));
  history_odometer(self, GARAGE, "2024-02-05", km(self, 90000));
  history_correct(self, high, &(const said){"odometer", SAY_SLOT, km(self, 89000)}, 1);
}

static void odometer_device(history *self) {
  registered(self);
  bound(self);
  const metered readings[] = {{0, 0, 1000, false}, {0, 60000, 900, false}};
  history_batch(self, 7, 1, false, readings, 2);
}

static void unit_mix_up_drop(history *self) {
  two_readings(self, miles(self, 100000), km(self, 100500), "2024-02-05");
}

static void unit_mix_up_jump(history *self) {
  two_readings(self, km(self, 100000), miles(self, 100400), "2024-02-05");
}

static void conflict(history *self) {
  registered(self);
  const said vin = {NULL, SAY_SLOT, text(self, "YV1LW5542V2345678")};
  Patina__HistoryEntry *own = history_assign(self, "vin", &vin);
  Patina__IdentifierHistory *identifier =
      history_identifier(self, 9, "vin", PATINA__UNIQUENESS__UNIQUENESS_GLOBAL);
  history_span(self, identifier, HISTORY_ASSET, own->index, own);
  history_span(self, identifier, 0x77, 500, NULL);
}

static void conflict_weak(history *self) {
  conflict(self);
  self->message->identifiers[0]->uniqueness = PATINA__UNIQUENESS__UNIQUENESS_WEAK;
}

/* Two inspectors; the key of the first is in doubt since the second of its inspections. */
static void compromised(history *self) {
  registered(self);
  (void)history_odometer(self, INSPECTOR, "2024-01-05", km(self, 1000));
  Patina__HistoryEntry *since = history_odometer(self, INSPECTOR, "2024-01-06", km(self, 1001));
  (void)history_odometer(self, GARAGE, "2024-01-07", km(self, 1002));
  Patina__HistoryEntry *last = history_odometer(self, INSPECTOR, "2024-01-08", km(self, 1003));
  history_compromise(self, INSPECTOR, since->index, last->index + 5);
  history_compromise(self, DEVICE, 1, 2);
}

static void refused_compromised_order(history *self) {
  compromised(self);
  history_compromise(self, INSPECTOR, 1, 2);
}

static void late(history *self) {
  registered(self);
  history_odometer(self, INSPECTOR, "1955?", km(self, 100));
  history_odometer(self, INSPECTOR, "1955/..", km(self, 200));
}

static void gap(history *self) {
  registered(self);
  bound(self);
  measured(self, 1, false);
  measured(self, 3, true);
}

static void disagreement(history *self) {
  registered(self);
  pressured(self, INSPECTOR, 240);
  pressured(self, GARAGE, 246);
}

static void disagreement_tolerated(history *self) {
  registered(self);
  pressured(self, INSPECTOR, 240);
  pressured(self, GARAGE, 245);
}

/* --- refusals -------------------------------------------------------------------------------- */

static void refused_empty(history *self) { (void)self; }

static void refused_schema(history *self) {
  registered(self);
  self->message->schema = NULL;
}

static void refused_policy(history *self) {
  registered(self);
  self->message->policy = NULL;
}

static void refused_class(history *self) {
  registered(self);
  self->message->schema->version++;
}

static void refused_first(history *self) { coloured(self, "red"); }

static void refused_second_registration(history *self) {
  registered(self);
  registered(self);
}

static void refused_order(history *self) {
  registered(self);
  coloured(self, "red")->index = 1;
}

static void refused_asset(history *self) {
  registered(self);
  self->message->asset = history_fill(self, 1, 16);
}

static void refused_stream(history *self) {
  registered(self);
  history_by(self, DEVICE);
  measured(self, 1, false);
}

static void refused_disclosure(history *self) {
  Patina__HistoryEntry *entry = registered(self);
  entry->disclosures[0]->disclosure = entry->disclosures[1]->disclosure;
}

static void refused_statement(history *self) { registered(self)->statement.len--; }

static void refused_sources(history *self) {
  Patina__HistoryEntry *entry = registered(self);
  Patina__Source **sources = pat_arena_take_array(&self->arena, 9, sizeof *sources);
  if (sources == NULL) return;
  for (size_t i = 0; i < 9; i++)
    sources[i] = entry->sources[0];
  entry->sources = sources;
  entry->n_sources = 9;
}

static const struct {
  const char *name;
  void (*build)(history *self);
} scenarios[] = {
    {"registration-alone", registration_alone},
    {"registration-empty", registration_empty},
    {"registration-self-declared", registration_self_declared},
    {"registration-withheld", registration_withheld},
    {"changes-last-holds", changes_last_holds},
    {"change-cleared", change_cleared},
    {"change-retracted", change_retracted},
    {"retraction-without-standing", retraction_without_standing},
    {"corrections", corrections},
    {"correction-retracted", correction_retracted},
    {"records", records},
    {"streams", streams},
    {"stream-withheld", stream_withheld},
    {"identifiers", identifiers},
    {"odometer-lower", odometer_lower},
    {"odometer-last-digit", odometer_last_digit},
    {"odometer-overlapping-dates", odometer_overlapping_dates},
    {"odometer-spike", odometer_spike},
    {"odometer-corrected", odometer_corrected},
    {"odometer-device", odometer_device},
    {"unit-mix-up-drop", unit_mix_up_drop},
    {"unit-mix-up-jump", unit_mix_up_jump},
    {"conflict", conflict},
    {"conflict-weak", conflict_weak},
    {"compromised", compromised},
    {"refused-compromised-order", refused_compromised_order},
    {"late", late},
    {"gap", gap},
    {"disagreement", disagreement},
    {"disagreement-tolerated", disagreement_tolerated},
    {"refused-empty", refused_empty},
    {"refused-schema", refused_schema},
    {"refused-policy", refused_policy},
    {"refused-class", refused_class},
    {"refused-first", refused_first},
    {"refused-second-registration", refused_second_registration},
    {"refused-order", refused_order},
    {"refused-asset", refused_asset},
    {"refused-stream", refused_stream},
    {"refused-disclosure", refused_disclosure},
    {"refused-statement", refused_statement},
    {"refused-sources", refused_sources},
};

void make_fold_vectors(vector_run *run) {
  for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
    char path[128];
    int size = snprintf(path, sizeof path, "fold/%s.json", scenarios[i].name);
    if (size < 0 || (size_t)size >= sizeof path) return;
    history *self = history_new();
    scenarios[i].build(self);
    vector_file file;
    vector_begin(&file, run, path, "fold");
    vector_add(&file, scenarios[i].name, NULL, history_bytes(self), pat_call_fold);
    vector_end(&file);
    history_free(self);
  }
}

void make_random_vectors(vector_run *run) {
  enum { RANDOM_VECTORS = 300 };
  test_random random = test_random_announced("make_vectors", 20261122);
  vector_file file;
  vector_begin(&file, run, "fold/random.json", "fold");
  for (size_t i = 0; i < RANDOM_VECTORS; i++) {
    char name[32];
    if (snprintf(name, sizeof name, "random-%zu", i + 1) < 0) return;
    history *self = history_random(&random);
    vector_add(&file, name, NULL, history_bytes(self), pat_call_fold);
    history_free(self);
  }
  vector_end(&file);
}
