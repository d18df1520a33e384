/* Hits: pat_entry_decode, pat_entry_build_commit.
 *
 * Input: a leaf. Properties: it is refused with a rule, or it is exactly what its message encodes
 * to; a commit is what pat_entry_build_commit makes of it; the numbers of an entry are within their
 * limits. */
#include "core/base/assert.h"
#include "core/envelope/entry.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  return mutate_message(&patina__log_entry__descriptor, data, size, size_max, seed);
}

static void check_commit(const Patina__IndexCommit *commit, pat_span leaf, pat_arena *arena) {
  pat_builder builder;
  pat_span again = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, fuzz_take(arena, leaf.size), leaf.size);
  PAT_ASSERT(pat_is_ok(pat_entry_build_commit(commit, &builder)));
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &again)));
  PAT_ASSERT(pat_span_equal(again, leaf));
}

static void check_entry(const Patina__Entry *entry) {
  PAT_ASSERT(entry->n_signatures >= 1);
  PAT_ASSERT(entry->n_signatures <= PAT_STATEMENT_SIGNERS_MAX);
  PAT_ASSERT(entry->n_subjects <= PAT_ENTRY_SUBJECTS_MAX);
  PAT_ASSERT(entry->identifier_count < entry->n_subjects);
  for (size_t i = 1; i < entry->n_subjects - entry->identifier_count; i++) {
    pat_span before = fuzz_span(entry->subjects[i - 1]->key);
    PAT_ASSERT(pat_span_compare(before, fuzz_span(entry->subjects[i]->key)) < 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pat_arena *arena = fuzz_arena();
  pat_span leaf = pat_span_make(data, size);
  Patina__LogEntry *entry = NULL;
  pat_err err = {.offset = 0};
  pat_status status = pat_entry_decode(leaf, arena, &entry, &err);
  if (!pat_is_ok(status)) {
    PAT_ASSERT(entry == NULL);
    fuzz_check_refusal(status, &err);
    return 0;
  }
  fuzz_check_encoding(&entry->base, leaf, arena);
  bool is_commit = entry->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT;
  if (is_commit) check_commit(entry->commit, leaf, arena);
  if (!is_commit) check_entry(entry->statement);
  return 0;
}
