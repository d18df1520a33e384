/* Hits: pat_readings_parse, pat_readings_time, pat_readings_batch, pat_build_decimal,
 * pat_build_value, pat_key_decode.
 *
 * Input: a file of readings, once for a known binding and once without; read as a number, a value
 * of each type and a key file, too. Properties: refused with a rule, or times never fall, every
 * reading is of a signal of the binding, and a value that was built passes its own check. */
#include <string.h>

#include "clients/cli/build_value.h"
#include "clients/cli/key_file.h"
#include "clients/cli/readings.h"
#include "core/base/assert.h"
#include "core/model/value.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/fuzz_target.h"

enum { SIGNALS = 2, INPUT_BYTES_MAX = 4096, TYPES = 7 };

static size_t make_signals(Patina__Signal *items, Patina__Signal **ret_signals) {
  static char odometer[] = "odometer";
  static char speed[] = "speed";
  for (size_t i = 0; i < SIGNALS; i++) {
    patina__signal__init(&items[i]);
    ret_signals[i] = &items[i];
  }
  items[0].attribute = odometer;
  items[0].exponent = -1;
  items[1].attribute = speed;
  items[1].exponent = 3;
  return SIGNALS;
}

static void check_lines(pat_span text, Patina__Signal *const *signals, size_t signal_count) {
  pat_readings_list list = {.count = 0};
  pat_err err = {.offset = 0};
  pat_status status = pat_readings_parse(text, signals, signal_count, fuzz_arena(), &list, &err);
  if (!pat_is_ok(status)) {
    fuzz_check_refusal(status, &err);
    return;
  }
  const pat_readings_line *lines = list.lines;
  size_t count = list.count;
  PAT_ASSERT(count >= 1);
  for (size_t i = 0; i < count; i++) {
    size_t bound = signal_count > 0 ? signal_count : PAT_STREAM_SIGNALS_MAX;
    PAT_ASSERT(lines[i].reading.signal < bound);
    PAT_ASSERT(lines[i].reading.reading_case != PATINA__READING__READING__NOT_SET);
    PAT_ASSERT(i == 0 || lines[i].time_ms >= lines[i - 1].time_ms);
  }
  size_t batch = pat_readings_batch(lines, count);
  PAT_ASSERT(batch >= 1);
  PAT_ASSERT(batch <= count);
}

static void check_values(const char *text) {
  for (int type = 1; type <= TYPES; type++) {
    pat_arena *arena = fuzz_arena();
    Patina__AttributeDefinition definition = PATINA__ATTRIBUTE_DEFINITION__INIT;
    Patina__Value value = PATINA__VALUE__INIT;
    pat_err err = {.offset = 0};
    definition.name = (char *)(uintptr_t) "fuzzed";
    definition.unit = (char *)(uintptr_t) "KMT";
    definition.type = (Patina__ValueType)type;
    pat_status status = pat_build_value(&definition, text, arena, &value, &err);
    if (!pat_is_ok(status)) fuzz_check_refusal(status, &err);
    if (pat_is_ok(status)) PAT_ASSERT(pat_is_ok(pat_value_check(&value, NULL)));
  }
}

static void check_key(pat_span text) {
  pat_key key;
  memset(&key, 0xa5, sizeof key);
  if (!pat_is_ok(pat_key_decode(text, &key))) {
    PAT_ASSERT(key.public_key[0] == 0xa5);
    return;
  }
  pat_hash hash = pat_public_key_hash(key.public_key);
  PAT_ASSERT(pat_span_equal(pat_hash_span(&hash), pat_hash_span(&key.key_hash)));
  PAT_ASSERT(memchr(key.name, '\0', sizeof key.name) != NULL);
  pat_key_clear(&key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > INPUT_BYTES_MAX) return 0;
  pat_span text = pat_span_make(data, size);
  Patina__Signal items[SIGNALS];
  Patina__Signal *signals[SIGNALS];
  size_t signal_count = make_signals(items, signals);
  check_lines(text, signals, signal_count);
  check_lines(text, NULL, 0);
  check_key(text);
  char line[INPUT_BYTES_MAX + 1] = "";
  pat_span_copy(line, INPUT_BYTES_MAX, text);
  check_values(line);
  return 0;
}
