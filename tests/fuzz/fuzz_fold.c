/* Hits: pat_fold, pat_fold_bytes.
 *
 * Input: an AssetHistory, whose digests and references are put right first. Properties: it is
 * refused with a rule, or its state is canonical, the same each time, and about this asset; and
 * withholding a disclosure is no reason to refuse. */
#include "core/base/assert.h"
#include "core/model/fold.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/reseal.h"

enum { ENTRIES_MAX = 64, STATE_BYTES_MAX = 4 * 1024 * 1024 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  return mutate_message(&patina__asset_history__descriptor, data, size, size_max, seed);
}

/* --- putting digests right ------------------------------------------------------------------- */

typedef struct {
  resealed items[ENTRIES_MAX];
  size_t count;
} renewals;

static void renew_entry(Patina__HistoryEntry *entry, renewals *renewals, pat_arena *arena) {
  pat_statement statement;
  ProtobufCBinaryData bytes = fuzz_copy(arena, fuzz_span(entry->statement));
  reseal_references(bytes, renewals->items, renewals->count);
  if (!pat_is_ok(pat_statement_decode(fuzz_span(bytes), arena, &statement, NULL))) return;
  for (size_t i = 0; i < entry->n_disclosures; i++) {
    const Patina__SlotDisclosure *disclosure = entry->disclosures[i];
    if (disclosure->slot >= statement.slot_count) continue;
    reseal_slot(&statement, disclosure->slot, fuzz_span(disclosure->disclosure));
  }
  if (renewals->count < ENTRIES_MAX) {
    renewals->items[renewals->count++] =
        (resealed){pat_hash_of(fuzz_span(entry->statement)), pat_hash_of(fuzz_span(bytes))};
  }
  entry->statement = bytes;
}

static void renew(Patina__AssetHistory *history, pat_arena *arena) {
  renewals renewals = {.count = 0};
  for (size_t i = 0; i < history->n_entries; i++)
    renew_entry(history->entries[i], &renewals, arena);
  for (size_t i = 0; i < history->n_streams; i++) {
    for (size_t entry = 0; entry < history->streams[i]->n_entries; entry++)
      renew_entry(history->streams[i]->entries[entry], &renewals, arena);
  }
}

/* --- properties ------------------------------------------------------------------------------ */

/* room: STATE_BYTES_MAX, holds the state afterwards. */
static bool fold(pat_span history, pat_arena *arena, uint8_t *room, pat_span *ret_state) {
  pat_builder builder;
  pat_err err = {.offset = 0};
  pat_builder_init(&builder, room, STATE_BYTES_MAX);
  pat_status status = pat_fold_bytes(history, arena, &builder, &err);
  if (!pat_is_ok(status)) {
    fuzz_check_refusal(status, &err);
    return false;
  }
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, ret_state)));
  return true;
}

static void check_state(const Patina__AssetHistory *history, pat_span bytes, pat_span state,
                        pat_arena *arena) {
  static uint8_t room[STATE_BYTES_MAX];
  pat_span again = PAT_SPAN_EMPTY;
  PAT_ASSERT(fold(bytes, arena, room, &again));
  PAT_ASSERT(pat_span_equal(again, state));
  const ProtobufCMessage *message = fuzz_decode(&patina__asset_state__descriptor, state, arena);
  PAT_ASSERT(message != NULL);
  const Patina__AssetState *decoded = (const Patina__AssetState *)message;
  PAT_ASSERT(pat_span_equal(fuzz_span(decoded->asset), fuzz_span(history->asset)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t room[STATE_BYTES_MAX];
  pat_arena *arena = fuzz_arena();
  ProtobufCMessage *message =
      fuzz_decode(&patina__asset_history__descriptor, pat_span_make(data, size), arena);
  if (message == NULL) return 0;
  Patina__AssetHistory *history = (Patina__AssetHistory *)message;
  renew(history, arena);
  pat_span bytes = fuzz_encode(message, arena);
  pat_span state = PAT_SPAN_EMPTY;
  if (!fold(bytes, arena, room, &state)) return 0;
  check_state(history, bytes, state, arena);
  history->entries[size % history->n_entries]->n_disclosures = 0;
  Patina__AssetState *withheld = NULL;
  PAT_ASSERT(pat_is_ok(pat_fold(history, arena, &withheld, NULL)));
  (void)fuzz_encode(&withheld->base, arena);
  return 0;
}
