#include "tests/core/model/history_random.h"

enum { STEPS = 14 };

Patina__Value *history_random_distance(history *self, test_random *random) {
  int64_t value = (int64_t)test_random_below(random, 200000);
  return test_random_below(random, 3) == 0 ? miles(self, value) : km(self, value);
}

static said random_slot(history *self, test_random *random, const char *name,
                        Patina__Value *value) {
  (void)self;
  return (said){name, test_random_below(random, 4) == 0 ? SAY_WITHHELD : SAY_SLOT, value};
}

static void random_attestation(history *self, test_random *random) {
  static const char *const days[] = {"",        "2023-05-01", "2023-05-01", "2023-06-12",
                                     "2023-07", "2022",       "2023-08-XX", "../2021"};
  self->occurred = days[test_random_below(random, sizeof days / sizeof days[0])];
  const said fields[] = {
      random_slot(self, random, "odometer", history_random_distance(self, random)),
      random_slot(self, random, "tyre_pressure",
                  number(self, (int64_t)test_random_below(random, 300), 0, "KPA"))};
  history_attest(self, "inspection", fields, 1 + test_random_below(random, 2));
  self->occurred = "";
}

static void random_change(history *self, test_random *random) {
  const said colour = {"colour", SAY_OPEN, text(self, "red")};
  const said cleared = {"colour", SAY_CLEARED, NULL};
  const said attributes[] = {test_random_below(random, 4) == 0 ? cleared : colour,
                             random_slot(self, random, "features", text(self, "tow bar")),
                             random_slot(self, random, "features", text(self, "roof rack")),
                             random_slot(self, random, "plate_note", text(self, "kept"))};
  history_change(self, attributes, 1 + test_random_below(random, 4));
}

static void random_correction(history *self, test_random *random) {
  const Patina__AssetHistory *message = self->message;
  const Patina__HistoryEntry *target =
      message->entries[test_random_below(random, message->n_entries)];
  const said attributes[] = {
      random_slot(self, random, "mass", number(self, 1, 0, "TNE")),
      random_slot(self, random, "odometer", history_random_distance(self, random)),
      random_slot(self, random, "plate_note", text(self, "given back"))};
  history_correct(self, target, attributes, 1 + test_random_below(random, 3));
}

static void random_batch(history *self, test_random *random) {
  uint8_t stream = (uint8_t)(1 + test_random_below(random, 2));
  metered readings[3];
  for (size_t i = 0; i < 3; i++) {
    readings[i] =
        (metered){(uint32_t)test_random_below(random, 2), (uint32_t)(1000 * i),
                  (int64_t)test_random_below(random, 200000), test_random_below(random, 5) == 0};
  }
  history_batch(self, stream, test_random_below(random, 4), test_random_below(random, 3) == 0,
                readings, 1 + test_random_below(random, 3));
}

static void random_step(history *self, test_random *random) {
  history_by(self, (signer)test_random_below(random, SIGNER_COUNT));
  const Patina__AssetHistory *message = self->message;
  switch (test_random_below(random, 7)) {
    case 0:
      random_change(self, random);
      break;
    case 1:
      random_correction(self, random);
      break;
    case 2:
      history_retract(self, message->entries[test_random_below(random, message->n_entries)]);
      break;
    case 3:
      random_batch(self, random);
      break;
    default:
      random_attestation(self, random);
      break;
  }
}

static void register_asset(history *self, test_random *random) {
  const said attributes[] = {{"make", SAY_OPEN, text(self, "Volvo")},
                             random_slot(self, random, "mass", number(self, 1200, 0, "KGM")),
                             random_slot(self, random, "materials", text(self, "steel")),
                             random_slot(self, random, "materials", text(self, "glass"))};
  history_register(self, attributes, 1 + test_random_below(random, 4));
}

history *history_random(test_random *random) {
  history *self = history_new();
  register_asset(self, random);
  history_bind(self, 1, NULL, 0);
  const said readings[] = {random_slot(self, random, "odometer", km(self, 10))};
  history_bind(self, 2, readings, 1);
  for (size_t i = 0; i < STEPS; i++)
    random_step(self, random);
  return self;
}
