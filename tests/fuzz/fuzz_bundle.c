/* Hits: pat_bundle_verify, pat_bundle_compare, pat_policy_judge, pat_verify_entry_*, pat_roll_*,
 * pat_fold.
 *
 * Input: a ProofBundle of the scene's log. It is checked as it is, and once more as what a log
 * would serve that held these leaves and an index of these lists: then paths, roots and the
 * checkpoint are right, and the rules behind them are reached. Properties: the same report each
 * time; word, number and rule agree; what matches continues itself, and folds or is refused by a
 * rule. */
#include "core/verify/bundle.h"

#include "core/base/assert.h"
#include "core/model/fold.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/scene.h"
#include "tests/support/lying_bundle.h"

enum { SIZE_MAX_BYTES = 256 * 1024, LEAVES_MAX = LYING_LEAVES_MAX - 1 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  return mutate_message(&patina__proof_bundle__descriptor, data, size, size_max, seed);
}

/* --- the scene ------------------------------------------------------------------------------- */

static ledger_world *world;
static pat_policy policy;

static void open_world(void) {
  if (world != NULL) return;
  world = scene_open();
  pat_span text = lying_log_policy(world, &world->memory);
  PAT_ASSERT(pat_is_ok(pat_policy_parse(text, &policy, NULL)));
}

/* --- proving anew ---------------------------------------------------------------------------- */

/* The bundle's leaves at their places; between them stands what nobody asks for. */
static lying_log *log_of(const Patina__ProofBundle *bundle, pat_arena *arena) {
  static Patina__LogEntry gap = PATINA__LOG_ENTRY__INIT;
  static const Patina__Statement said = PATINA__STATEMENT__INIT;
  lying_log *log = lying_log_empty(world, arena);
  for (size_t i = 0; i < bundle->n_entries; i++) {
    uint64_t index = bundle->entries[i]->entry->index;
    lying_log_put(log, index, fuzz_span(bundle->entries[i]->leaf));
    if (log->count <= index) log->count = index + 1;
  }
  for (size_t i = 0; i < log->count; i++) {
    log->leaves[i].message = &gap;
    log->leaves[i].say = &said; /* no commit */
  }
  return log;
}

/* Lists that lying_log.h can hold. */
static void list_subjects(lying_log *log, const Patina__ProofBundle *bundle) {
  for (size_t i = 0; i < bundle->n_subjects; i++) {
    const Patina__SubjectProof *proof = bundle->subjects[i];
    pat_hash key;
    pat_span_copy(key.bytes, sizeof key.bytes, fuzz_span(proof->key));
    for (size_t n = 0; n < proof->n_entries; n++)
      if (proof->entries[n]->index < log->count)
        lying_log_list(log, &key, proof->entries[n]->index);
  }
}

static bool can_hold(const Patina__ProofBundle *bundle) {
  if (bundle->n_subjects > LYING_SUBJECTS_MAX || bundle->n_entries == 0) return false;
  for (size_t i = 0; i < bundle->n_entries; i++) {
    const Patina__HistoryEntry *entry = bundle->entries[i]->entry;
    if (entry == NULL || entry->index >= LEAVES_MAX) return false;
  }
  for (size_t i = 0; i < bundle->n_subjects; i++)
    if (bundle->subjects[i]->key.len != PAT_HASH_BYTES) return false;
  return true;
}

static void prove_entry(lying_log *log, Patina__ProvenEntry *entry, pat_arena *arena) {
  pat_tlog_proof path = lying_log_inclusion(log, entry->entry->index);
  entry->n_inclusion = path.count;
  entry->inclusion = fuzz_take(arena, (path.count + 1) * sizeof *entry->inclusion);
  for (size_t i = 0; i < path.count; i++)
    entry->inclusion[i] = lying_field(pat_hash_span(&path.hashes[i]), arena);
}

static void prove_commit(lying_log *log, Patina__ProofBundle *bundle, pat_arena *arena) {
  Patina__ProvenEntry proven = PATINA__PROVEN_ENTRY__INIT;
  Patina__HistoryEntry entry = PATINA__HISTORY_ENTRY__INIT;
  entry.index = log->count - 1;
  proven.entry = &entry;
  prove_entry(log, &proven, arena);
  bundle->commit = fuzz_take(arena, sizeof *bundle->commit);
  patina__commit_proof__init(bundle->commit);
  bundle->commit->leaf = lying_field(log->leaves[log->count - 1].bytes, arena);
  bundle->commit->n_inclusion = proven.n_inclusion;
  bundle->commit->inclusion = proven.inclusion;
}

static void prove(Patina__ProofBundle *bundle, pat_arena *arena) {
  lying_log *log = log_of(bundle, arena);
  list_subjects(log, bundle);
  lying_log_close(log);
  pat_tlog_head head = lying_log_head(log, log->count);
  bundle->version = 1;
  bundle->checkpoint = lying_log_note(log, &head, 0, arena);
  prove_commit(log, bundle, arena);
  for (size_t i = 0; i < bundle->n_entries; i++)
    prove_entry(log, bundle->entries[i], arena);
  for (size_t i = 0; i < bundle->n_subjects; i++) {
    pat_hash key;
    pat_span_copy(key.bytes, sizeof key.bytes, fuzz_span(bundle->subjects[i]->key));
    bundle->subjects[i] = lying_bundle_subject(log, &key, arena);
  }
}

/* --- properties ------------------------------------------------------------------------------ */

static void check_refused(const pat_bundle_report *report) {
  fuzz_check_refusal(report->status, &report->error);
  PAT_ASSERT(report->word != PAT_WORD_MATCHES);
  PAT_ASSERT(report->check != PAT_CHECK_NONE);
  bool missing = pat_is_rule(report->status, PAT_RULE_VERIFY_MISSING);
  PAT_ASSERT(missing || report->word == pat_word_of(report->status));
}

static void check_matches(const pat_bundle_report *report, pat_arena *arena) {
  PAT_ASSERT(report->word == PAT_WORD_MATCHES);
  PAT_ASSERT(report->check == PAT_CHECK_NONE);
  PAT_ASSERT(pat_is_ok(pat_bundle_compare(report, report, NULL)));
  if (report->history.n_entries == 0) return;
  Patina__AssetState *state = NULL;
  pat_err err = {.offset = 0};
  pat_status folded = pat_fold(&report->history, arena, &state, &err);
  if (!pat_is_ok(folded)) fuzz_check_refusal(folded, &err);
}

static void check_bundle(pat_span bytes, pat_arena *arena) {
  const pat_bundle_question question = {.policy = &policy};
  pat_bundle_report report;
  pat_bundle_report again;
  size_t mark = pat_arena_mark(arena);
  pat_status status = pat_bundle_verify(bytes, &question, arena, &report);
  if (pat_is_ok(status)) {
    check_matches(&report, arena);
  } else {
    check_refused(&report);
  }
  pat_arena_reset_to(arena, mark);
  PAT_ASSERT(pat_bundle_verify(bytes, &question, arena, &again).rule == status.rule);
  PAT_ASSERT(again.check == report.check);
  PAT_ASSERT(again.word == report.word);
  pat_arena_reset_to(arena, mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > SIZE_MAX_BYTES) return 0;
  open_world();
  pat_arena *arena = fuzz_arena();
  pat_span bytes = pat_span_make(data, size);
  check_bundle(bytes, arena);
  Patina__ProofBundle *bundle =
      (Patina__ProofBundle *)fuzz_decode(&patina__proof_bundle__descriptor, bytes, arena);
  if (bundle == NULL || !can_hold(bundle)) return 0;
  prove(bundle, arena);
  check_bundle(fuzz_encode(&bundle->base, arena), arena);
  return 0;
}
