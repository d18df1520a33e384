/* Hits: pat_page_verify, pat_page_end, pat_verify_commit, pat_policy_judge, pat_proof_file_decode,
 * pat_index_presence_verify, pat_index_absence_verify.
 *
 * Input: an IndexExtra. It is checked as an answer of a log whose last leaf is its commit; then as
 * one of a log whose index holds just this subject, as it says; and then so that its entries lead
 * to its root too. Properties: the same report each time; word, number and rule agree; a walk is
 * complete only where it begins with entry 0 and reaches count; a page that lists something does
 * not follow itself. */
#include "core/verify/page.h"

#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/index/value.h"
#include "core/note/proof_file.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/scene.h"
#include "tests/support/lying_log.h"

enum { SIZE_MAX_BYTES = 24 * 1024, COVERED = 1023 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  return mutate_message(&patina__index_extra__descriptor, data, size, size_max, seed);
}

/* --- the log --------------------------------------------------------------------------------- */

static ledger_world *world;
static pat_policy policy;
static pat_tlog_range covered; /* leaves that nobody asks for, below the commit */

static void open_world(void) {
  if (world != NULL) return;
  world = scene_open();
  pat_span text = lying_log_policy(world, &world->memory);
  PAT_ASSERT(pat_is_ok(pat_policy_parse(text, &policy, NULL)));
  pat_hash leaf = pat_tlog_leaf_hash(PAT_SPAN_EMPTY);
  for (size_t i = 0; i < COVERED; i++)
    PAT_ASSERT(pat_is_ok(pat_tlog_range_append(&covered, &leaf)));
}

/* The answer of a log that ends with this commit. */
static pat_span answer_of(const Patina__IndexExtra *extra, pat_arena *arena) {
  pat_tlog_range range = covered;
  pat_hash leaf = pat_tlog_leaf_hash(fuzz_span(extra->commit));
  PAT_ASSERT(pat_is_ok(pat_tlog_range_append(&range, &leaf)));
  pat_tlog_head head = {range.size, pat_tlog_range_root(&range)};
  const lying_log log = {.world = world};
  pat_proof_file file = {.index = COVERED, .extra = fuzz_encode(&extra->base, arena)};
  file.checkpoint = pat_span_text(lying_log_note(&log, &head, 0, arena));
  file.proof.count = pat_tlog_peak_count(COVERED);
  for (size_t i = 0; i < file.proof.count; i++)
    file.proof.hashes[i] = covered.peaks[file.proof.count - 1 - i];
  pat_builder builder;
  pat_builder_init(&builder, fuzz_take(arena, PAT_TLOG_PROOF_BYTES_MAX), PAT_TLOG_PROOF_BYTES_MAX);
  pat_proof_file_encode(&file, &builder);
  pat_span text;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &text)));
  return text;
}

/* A commit to an index that holds this subject alone, as it says. */
static void commit_to(Patina__IndexExtra *extra, pat_arena *arena) {
  Patina__IndexCommit commit = PATINA__INDEX_COMMIT__INIT;
  Patina__LogEntry leaf = PATINA__LOG_ENTRY__INIT;
  pat_hash log_root = pat_tlog_range_root(&covered);
  pat_hash index_root = pat_index_empty_root();
  if (extra->subject->root.len == PAT_HASH_BYTES) {
    uint8_t bytes[PAT_INDEX_VALUE_BYTES];
    pat_index_value value = {.count = extra->subject->count};
    memcpy(value.root.bytes, extra->subject->root.data, PAT_HASH_BYTES);
    pat_index_value_encode(&value, bytes);
    index_root = pat_index_leaf_hash(fuzz_span(extra->subject->key), PAT_SPAN_OF(bytes));
  }
  commit.epoch = 1;
  commit.previous_case = PATINA__INDEX_COMMIT__PREVIOUS_PREVIOUS_INDEX;
  commit.previous_index = 1;
  commit.time_ms = world->now_ms;
  commit.covered_size = COVERED;
  commit.key_count = 1;
  commit.log_root = fuzz_copy(arena, pat_hash_span(&log_root));
  commit.index_root = fuzz_copy(arena, pat_hash_span(&index_root));
  leaf.entry_case = PATINA__LOG_ENTRY__ENTRY_COMMIT;
  leaf.commit = &commit;
  extra->commit = fuzz_copy(arena, fuzz_encode(&leaf.base, arena));
  extra->subject->path.len = 0;
}

/* The root and the count that the page leads to, where it leads anywhere. */
static bool seal(Patina__SubjectProof *subject, pat_arena *arena) {
  pat_builder peaks;
  pat_builder_init(&peaks, fuzz_take(arena, PAT_TLOG_PEAKS_MAX * PAT_HASH_BYTES),
                   PAT_TLOG_PEAKS_MAX * PAT_HASH_BYTES);
  for (size_t i = 0; i < subject->n_peaks; i++)
    pat_builder_span(&peaks, fuzz_span(subject->peaks[i]));
  pat_span bytes;
  pat_tlog_range range;
  if (!pat_is_ok(pat_builder_finish(&peaks, &bytes))) return false;
  if (!pat_is_ok(pat_tlog_range_decode(subject->from, bytes, &range))) return false;
  for (size_t i = 0; i < subject->n_entries; i++) {
    pat_hash leaf;
    if (subject->entries[i]->leaf_hash.len != PAT_HASH_BYTES) return false;
    memcpy(leaf.bytes, subject->entries[i]->leaf_hash.data, PAT_HASH_BYTES);
    if (!pat_is_ok(pat_index_sublog_append(&range, subject->entries[i]->index, &leaf)))
      return false;
  }
  pat_hash root = pat_tlog_range_root(&range);
  subject->count = range.size;
  subject->root = fuzz_copy(arena, pat_hash_span(&root));
  if (range.size == 0) subject->root.len = 0;
  return true;
}

/* --- properties ------------------------------------------------------------------------------ */

static void check_refused(const pat_page_report *report) {
  fuzz_check_refusal(report->status, &report->error);
  PAT_ASSERT(report->word != PAT_WORD_MATCHES);
  PAT_ASSERT(report->check != PAT_CHECK_NONE);
  bool missing = pat_is_rule(report->status, PAT_RULE_VERIFY_MISSING);
  PAT_ASSERT(missing || report->word == pat_word_of(report->status));
}

static void check_matches(pat_span bytes, const pat_page_question *question, pat_arena *arena,
                          pat_page_report *report) {
  PAT_ASSERT(report->word == PAT_WORD_MATCHES);
  PAT_ASSERT(report->check == PAT_CHECK_NONE);
  PAT_ASSERT(report->from + report->entry_count == report->range.size);
  PAT_ASSERT(report->range.size <= report->count);
  PAT_ASSERT(report->is_last == (report->range.size == report->count));
  PAT_ASSERT(report->is_complete == (report->is_last && report->from == 0));
  pat_page_report again;
  const pat_page_question next = {question->policy, question->key, report};
  bool follows = pat_is_ok(pat_page_verify(bytes, &next, arena, &again));
  PAT_ASSERT(follows == (report->entry_count == 0));
  bool complete = report->is_complete;
  PAT_ASSERT(pat_is_ok(pat_page_end(report)) == complete);
  PAT_ASSERT(complete || report->word == PAT_WORD_NOT_PROVEN);
}

static void check_page(const Patina__IndexExtra *extra, pat_arena *arena) {
  pat_hash key = {{0}};
  pat_span said = extra->subject == NULL ? PAT_SPAN_EMPTY : fuzz_span(extra->subject->key);
  if (said.size == PAT_HASH_BYTES) memcpy(key.bytes, said.data, PAT_HASH_BYTES);
  pat_span bytes = answer_of(extra, arena);
  const pat_page_question question = {.policy = &policy, .key = &key};
  pat_page_report report;
  pat_page_report again;
  pat_status status = pat_page_verify(bytes, &question, arena, &report);
  PAT_ASSERT(pat_page_verify(bytes, &question, arena, &again).rule == status.rule);
  PAT_ASSERT(again.check == report.check);
  PAT_ASSERT(again.word == report.word);
  if (pat_is_ok(status)) {
    check_matches(bytes, &question, arena, &report);
  } else {
    check_refused(&report);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > SIZE_MAX_BYTES) return 0;
  open_world();
  pat_arena *arena = fuzz_arena();
  Patina__IndexExtra *extra = (Patina__IndexExtra *)fuzz_decode(&patina__index_extra__descriptor,
                                                                pat_span_make(data, size), arena);
  if (extra == NULL || size == 0) return 0;
  check_page(extra, arena);
  if (extra->subject == NULL) return 0;
  commit_to(extra, arena);
  check_page(extra, arena);
  if (!seal(extra->subject, arena)) return 0;
  commit_to(extra, arena);
  check_page(extra, arena);
  return 0;
}
