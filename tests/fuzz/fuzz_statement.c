/* Hits: pat_statement_decode, pat_statement_build, pat_statement_subjects, pat_disclosure_digest,
 * pat_kind_find, and the check, slots, subjects and asset of every kind.
 *
 * Input: a Statement. Properties: it is refused with a rule, or it is exactly what its message
 * encodes to, its slots and subjects are within their limits and in order, and building it from its
 * message gives the same statement. */
#include "core/base/assert.h"
#include "core/model/catalog.h"
#include "core/model/statement.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  return mutate_message(&patina__statement__descriptor, data, size, size_max, seed);
}

static void check_slots(const pat_statement *statement) {
  PAT_ASSERT(statement->slot_count <= PAT_STATEMENT_SLOTS_MAX);
  for (size_t i = 0; i < statement->slot_count; i++) {
    PAT_ASSERT(statement->slots[i].digest.size == PAT_HASH_BYTES);
    PAT_ASSERT(pat_is_ok(pat_name_check(statement->slots[i].name, NULL, NULL)));
    pat_hash digest =
        pat_disclosure_digest(statement->message, (uint16_t)i, statement->slots[i].digest);
    PAT_ASSERT(!pat_span_equal(pat_hash_span(&digest), statement->slots[i].digest));
  }
}

static void check_subjects(const pat_statement *statement) {
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  pat_subject_set subjects;
  for (size_t i = 0; i < statement->message->n_signers; i++)
    principals[i] = pat_hash_of(fuzz_span(statement->message->signers[i]));
  pat_statement_subjects(statement, principals, &subjects);
  PAT_ASSERT(subjects.count >= 1);
  PAT_ASSERT(subjects.count + statement->kind->identifier_count <= PAT_ENTRY_SUBJECTS_MAX);
  for (size_t i = 1; i < subjects.count; i++) {
    PAT_ASSERT(pat_span_compare(pat_hash_span(&subjects.keys[i - 1]),
                                pat_hash_span(&subjects.keys[i])) < 0);
  }
}

static void check_asset(const pat_statement *statement) {
  if (statement->kind->asset == NULL) return;
  const ProtobufCBinaryData *asset = statement->kind->asset(statement->message);
  PAT_ASSERT(asset != NULL);
  PAT_ASSERT(asset->len == PAT_ASSET_ID_BYTES);
}

static void check_build(const pat_statement *statement, pat_arena *arena) {
  pat_statement again;
  PAT_ASSERT(pat_is_ok(pat_statement_build(statement->message, arena, &again, NULL)));
  PAT_ASSERT(pat_span_equal(again.bytes, statement->bytes));
  PAT_ASSERT(pat_span_equal(pat_hash_span(&again.sha256), pat_hash_span(&statement->sha256)));
  PAT_ASSERT(again.slot_count == statement->slot_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pat_arena *arena = fuzz_arena();
  pat_span bytes = pat_span_make(data, size);
  pat_statement statement;
  pat_err err = {.offset = 0};
  pat_status status = pat_statement_decode(bytes, arena, &statement, &err);
  if (!pat_is_ok(status)) {
    fuzz_check_refusal(status, &err);
    return 0;
  }
  PAT_ASSERT(statement.kind == pat_kind_find((uint32_t)statement.message->body_case));
  fuzz_check_encoding(&statement.message->base, bytes, arena);
  check_slots(&statement);
  check_subjects(&statement);
  check_asset(&statement);
  check_build(&statement, arena);
  return 0;
}
