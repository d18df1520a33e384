/* Hits: pat_submission_check, pat_submission_verify, pat_submission_sign, pat_submission_digest,
 * pat_entry_build, pat_entry_decode, pat_entry_check.
 *
 * Input: a SignedStatement. It is checked as it came, then signed anew by its signers. Properties:
 * refused with a rule, or the parts fit each other and the leaf built of it is accepted as its
 * own. */
#include "core/base/assert.h"
#include "core/envelope/entry.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/reseal.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  return mutate_message(&patina__signed_statement__descriptor, data, size, size_max, seed);
}

static const ledger_world *the_world(void) {
  static ledger_world *world;
  if (world == NULL) world = ledger_world_open((ledger_options){0});
  return world;
}

static void check_leaf(const pat_submission *submission, pat_arena *arena) {
  pat_subject_link links[PAT_ENTRY_SUBJECTS_MAX] = {{.seq = 0}};
  size_t count = 0;
  for (; count < submission->subjects.count; count++)
    links[count] = (pat_subject_link){submission->subjects.keys[count], count, count};
  for (size_t i = 0; i < submission->statement.kind->identifier_count; i++)
    links[count++].key = (pat_hash){{(uint8_t)(1 + i)}};
  uint8_t *room = fuzz_take(arena, PAT_LEAF_BYTES_MAX);
  pat_builder builder;
  pat_span leaf = PAT_SPAN_EMPTY;
  Patina__LogEntry *entry = NULL;
  pat_builder_init(&builder, room, PAT_LEAF_BYTES_MAX);
  PAT_ASSERT(pat_is_ok(pat_entry_build(submission, 1, links, count, &builder)));
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &leaf)));
  PAT_ASSERT(pat_is_ok(pat_entry_decode(leaf, arena, &entry, NULL)));
  PAT_ASSERT(
      pat_is_ok(pat_entry_check(the_world()->origin.text, entry->statement, &submission->statement,
                                submission->principals, submission->public_keys, NULL)));
}

static void check_accepted(const pat_submission *submission, pat_arena *arena) {
  PAT_ASSERT(submission->signer_count == submission->statement.message->n_signers);
  for (size_t i = 0; i < submission->statement.slot_count; i++) {
    fuzz_check_encoding(&submission->disclosures[i]->base, submission->disclosure_bytes[i], arena);
  }
  check_leaf(submission, arena);
}

static bool check(const Patina__SignedStatement *envelope, pat_arena *arena) {
  pat_submission submission;
  pat_err err = {.offset = 0};
  pat_status status =
      pat_submission_check(the_world()->origin.text, envelope, arena, &submission, &err);
  if (!pat_is_ok(status)) {
    fuzz_check_refusal(status, &err);
    return false;
  }
  check_accepted(&submission, arena);
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pat_arena *arena = fuzz_arena();
  pat_span bytes = pat_span_make(data, size);
  ProtobufCMessage *message = fuzz_decode(&patina__signed_statement__descriptor, bytes, arena);
  if (message == NULL) return 0;
  Patina__SignedStatement *envelope = (Patina__SignedStatement *)message;
  bool accepted = check(envelope, arena);
  resealed renewed;
  if (!reseal_envelope(the_world(), envelope, NULL, 0, arena, &renewed)) return 0;
  PAT_ASSERT(check(envelope, arena) || !accepted);
  return 0;
}
