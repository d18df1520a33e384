/* Hits: pat_disclosure_decode, pat_disclosure_digest, pat_value_check, pat_value_equal.
 *
 * Input: one byte that chooses a slot, then a Disclosure. The statement commits to exactly these
 * bytes. Properties: they are refused, or they are what the disclosure encodes to, its value equals
 * itself, and the same bytes are refused for every other slot and for another statement. */
#include "core/base/assert.h"
#include "core/model/statement.h"
#include "core/model/value.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"

enum { SLOTS = 3 };

static const char *const names[SLOTS] = {"colour", "readings", "note"};

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  if (size < 1) return mutate_message(&patina__disclosure__descriptor, data, size, size_max, seed);
  data[0] = (uint8_t)(seed % 16 == 0 ? seed >> 4 : data[0]);
  return 1 +
         mutate_message(&patina__disclosure__descriptor, data + 1, size - 1, size_max - 1, seed);
}

static void check_accepted(const pat_statement *statement, size_t slot, pat_span bytes,
                           const Patina__Disclosure *disclosure, pat_arena *arena) {
  Patina__Disclosure *other = NULL;
  fuzz_check_encoding(&disclosure->base, bytes, arena);
  PAT_ASSERT(pat_value_equal(disclosure->value, disclosure->value));
  for (size_t i = 0; i <= SLOTS; i++) {
    pat_status status = pat_disclosure_decode(statement, i, bytes, arena, &other, NULL);
    PAT_ASSERT(pat_is_ok(status) == (i == slot));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  static uint8_t nonce[PAT_NONCE_BYTES] = {1};
  static uint8_t signer[PAT_HASH_BYTES] = {2};
  ProtobufCBinaryData signers[1] = {{sizeof signer, signer}};
  Patina__Statement message = PATINA__STATEMENT__INIT;
  message.nonce = (ProtobufCBinaryData){sizeof nonce, nonce};
  message.n_signers = 1;
  message.signers = signers;
  pat_span bytes = pat_span_slice(pat_span_make(data, size), 1, size - 1);
  pat_hash digests[SLOTS] = {{{0}}};
  pat_slot slots[SLOTS];
  size_t slot = data[0] % SLOTS;
  digests[slot] = pat_disclosure_digest(&message, (uint16_t)slot, bytes);
  for (size_t i = 0; i < SLOTS; i++)
    slots[i] = (pat_slot){.digest = pat_hash_span(&digests[i]), .name = names[i]};
  pat_statement statement = {.message = &message, .slots = slots, .slot_count = SLOTS};
  pat_arena *arena = fuzz_arena();
  Patina__Disclosure *disclosure = NULL;
  pat_err err = {.offset = 0};
  pat_status status = pat_disclosure_decode(&statement, slot, bytes, arena, &disclosure, &err);
  if (pat_is_ok(status)) check_accepted(&statement, slot, bytes, disclosure, arena);
  if (!pat_is_ok(status)) fuzz_check_refusal(status, &err);
  return 0;
}
