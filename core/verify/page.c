#include "core/verify/page.h"

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/index/proof.h"
#include "core/verify/log.h"

/* One check of one page. */
typedef struct {
  const pat_page_question *question;
  pat_arena *arena;
  pat_page_report *report;
  pat_err *err; /* of the report */
  pat_proof_file file;
  const Patina__IndexCommit *commit;
  const Patina__SubjectProof *subject; /* NULL: the answer has none */
  pat_tlog_range range;                /* before the page's first entry, then behind its last one */
  bool is_unproven;                    /* what failed is an absent proof */
} page_run;

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_hash hash_of_field(ProtobufCBinaryData field) {
  pat_hash hash;
  pat_span_copy(hash.bytes, sizeof hash.bytes, span_of(field));
  return hash;
}

/* --- the log --------------------------------------------------------------------------------- */

static pat_status check_checkpoint(page_run *run, pat_span bytes) {
  run->report->check = PAT_CHECK_RECEIPT;
  PAT_TRY(pat_proof_file_decode(bytes, run->arena, &run->file, run->err));
  run->report->check = PAT_CHECK_CHECKPOINT;
  PAT_TRY(pat_policy_judge(run->question->policy, run->file.checkpoint, PAT_CHECKPOINT_STRICT,
                           &run->report->verdict, run->err));
  run->report->has_checkpoint = true;
  return PAT_OK;
}

static pat_status check_commit(page_run *run) {
  run->report->check = PAT_CHECK_COMMIT;
  run->is_unproven = run->file.extra.size == 0;
  PAT_REQUIRE_AT(!run->is_unproven, VERIFY_MISSING, run->err, 0, "extra");
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__index_extra__descriptor, run->file.extra, run->arena, 0,
                              &message, run->err));
  const Patina__IndexExtra *extra = (const Patina__IndexExtra *)message;
  ProtobufCBinaryData path[PAT_CONSISTENCY_HASHES_MAX];
  const pat_verify_served served = pat_verify_served_of(&run->file, span_of(extra->commit), path);
  const pat_verify_place place = {"", run->report->verdict.checkpoint.head};
  PAT_TRY(pat_verify_commit(&place, &served, run->arena, &run->commit, run->err));
  run->subject = extra->subject;
  return PAT_OK;
}

/* --- the subject ----------------------------------------------------------------------------- */

static pat_status check_key(page_run *run) {
  run->is_unproven = run->subject == NULL;
  PAT_REQUIRE_AT(!run->is_unproven, VERIFY_MISSING, run->err, 0, "subject");
  bool same = pat_span_equal(span_of(run->subject->key), pat_hash_span(run->question->key));
  PAT_REQUIRE_AT(same, INDEX_PROOF_PATH, run->err, 0, "subject.key");
  return PAT_OK;
}

/* The range before the page, as it says itself. */
static pat_status read_range(page_run *run) {
  const Patina__SubjectProof *subject = run->subject;
  uint8_t peaks[PAT_TLOG_PEAKS_MAX * PAT_HASH_BYTES];
  PAT_REQUIRE_AT(subject->n_peaks <= PAT_TLOG_PEAKS_MAX, VERIFY_CHAIN, run->err, 0,
                 "subject.peaks");
  for (size_t i = 0; i < subject->n_peaks; i++) {
    PAT_REQUIRE_AT(subject->peaks[i].len == PAT_HASH_BYTES, VERIFY_CHAIN, run->err, i,
                   "subject.peaks");
    pat_span_copy(peaks + i * PAT_HASH_BYTES, PAT_HASH_BYTES, span_of(subject->peaks[i]));
  }
  pat_span bytes = pat_span_make(peaks, subject->n_peaks * PAT_HASH_BYTES);
  pat_status status = pat_tlog_range_decode(subject->from, bytes, &run->range);
  PAT_REQUIRE_AT(pat_is_ok(status), VERIFY_CHAIN, run->err, 0, "subject.peaks");
  return PAT_OK;
}

static pat_status check_form(page_run *run) {
  const Patina__SubjectProof *subject = run->subject;
  size_t listed = subject->n_entries;
  PAT_REQUIRE_AT(subject->count <= PAT_TLOG_SIZE_MAX, VERIFY_CHAIN, run->err, 0, "subject.count");
  PAT_REQUIRE_AT(subject->root.len == (subject->count == 0 ? 0 : PAT_HASH_BYTES), VERIFY_CHAIN,
                 run->err, 0, "subject.root");
  PAT_REQUIRE_AT(listed <= PAT_INDEX_PAGE_MAX, VERIFY_CHAIN, run->err, listed, "subject.entries");
  bool fits = subject->from <= subject->count && listed <= subject->count - subject->from;
  PAT_REQUIRE_AT(fits, VERIFY_CHAIN, run->err, 0, "subject.from");
  for (size_t i = 0; i < listed; i++) {
    PAT_REQUIRE_AT(subject->entries[i]->leaf_hash.len == PAT_HASH_BYTES, VERIFY_CHAIN, run->err, i,
                   "subject.entries.leaf_hash");
  }
  return read_range(run);
}

static pat_status check_proof(const page_run *run) {
  const Patina__SubjectProof *subject = run->subject;
  const pat_hash root = hash_of_field(run->commit->index_root);
  if (subject->count == 0) {
    return pat_index_absence_verify(&root, run->question->key, span_of(subject->path));
  }
  const pat_index_value value = {subject->count, hash_of_field(subject->root)};
  return pat_index_presence_verify(&root, run->question->key, &value, span_of(subject->path));
}

static pat_status check_order(const page_run *run) {
  const Patina__SubjectProof *subject = run->subject;
  for (size_t i = 0; i < subject->n_entries; i++) {
    uint64_t index = subject->entries[i]->index;
    bool ascends = i == 0 || subject->entries[i - 1]->index < index;
    PAT_REQUIRE_AT(ascends, VERIFY_CHAIN, run->err, i, "subject.entries.index");
    PAT_REQUIRE_AT(index < run->commit->covered_size, VERIFY_CHAIN, run->err, i,
                   "subject.entries.index");
  }
  return PAT_OK;
}

/* The page goes on where the one before it ended. */
static pat_status check_joint(const page_run *run) {
  const pat_page_report *before = run->question->before;
  if (before == NULL) return PAT_OK;
  PAT_REQUIRE_AT(run->range.size == before->range.size, VERIFY_CHAIN, run->err, 0, "subject.from");
  bool same =
      pat_span_equal(pat_tlog_range_peaks(&run->range), pat_tlog_range_peaks(&before->range));
  PAT_REQUIRE_AT(same, VERIFY_CHAIN, run->err, 0, "subject.peaks");
  if (run->subject->n_entries == 0 || before->range.size == 0) return PAT_OK;
  PAT_REQUIRE_AT(before->last_index < run->subject->entries[0]->index, VERIFY_CHAIN, run->err, 0,
                 "subject.entries.index");
  return PAT_OK;
}

static pat_status check_sublog(page_run *run) {
  const Patina__SubjectProof *subject = run->subject;
  for (size_t i = 0; i < subject->n_entries; i++) {
    pat_hash leaf = hash_of_field(subject->entries[i]->leaf_hash);
    PAT_TRY(pat_index_sublog_append(&run->range, subject->entries[i]->index, &leaf));
  }
  if (subject->count == 0 || run->range.size < subject->count) return PAT_OK;
  pat_hash root = pat_tlog_range_root(&run->range);
  PAT_REQUIRE_AT(pat_span_equal(pat_hash_span(&root), span_of(subject->root)), VERIFY_CHAIN,
                 run->err, 0, "subject.root");
  return PAT_OK;
}

static pat_status check_subject(page_run *run) {
  run->report->check = PAT_CHECK_COMPLETENESS;
  PAT_TRY(check_key(run));
  PAT_TRY(check_form(run));
  PAT_TRY(check_proof(run));
  PAT_TRY(check_order(run));
  PAT_TRY(check_joint(run));
  return check_sublog(run);
}

/* --- all ------------------------------------------------------------------------------------- */

static void fill(const page_run *run) {
  pat_page_report *report = run->report;
  const pat_page_report *before = run->question->before;
  const Patina__SubjectProof *subject = run->subject;
  report->check = PAT_CHECK_NONE;
  report->commit_time_ms = run->commit->time_ms;
  report->count = subject->count;
  report->from = subject->from;
  report->entries = subject->entries;
  report->entry_count = subject->n_entries;
  report->range = run->range;
  report->is_last = run->range.size == subject->count;
  report->begins_at_first = before != NULL ? before->begins_at_first : subject->from == 0;
  report->is_complete = report->is_last && report->begins_at_first;
  if (before != NULL) report->last_index = before->last_index;
  if (subject->n_entries > 0) report->last_index = subject->entries[subject->n_entries - 1]->index;
}

static pat_status verify(page_run *run, pat_span bytes) {
  PAT_TRY(check_checkpoint(run, bytes));
  PAT_TRY(check_commit(run));
  return check_subject(run);
}

pat_status pat_page_verify(pat_span bytes, const pat_page_question *question, pat_arena *arena,
                           pat_page_report *ret_report) {
  PAT_ASSERT(pat_span_valid(bytes));
  PAT_ASSERT(question->before != ret_report);
  PAT_ASSERT(question->before == NULL || question->before->word == PAT_WORD_MATCHES);
  *ret_report = (pat_page_report){.word = PAT_WORD_MATCHES};
  page_run run = {
      .question = question, .arena = arena, .report = ret_report, .err = &ret_report->error};
  pat_status status = verify(&run, bytes);
  ret_report->status = status;
  ret_report->word = run.is_unproven ? PAT_WORD_NOT_PROVEN : pat_word_of(status);
  pat_word_name_rule(status, &ret_report->error);
  if (pat_is_ok(status)) fill(&run);
  return status;
}

pat_status pat_page_end(pat_page_report *last) {
  if (last->word != PAT_WORD_MATCHES || last->is_complete) return last->status;
  last->status = pat_refuse_at(PAT_RULE_VERIFY_MISSING, &last->error, 0, "subject.entries");
  last->word = PAT_WORD_NOT_PROVEN;
  last->check = PAT_CHECK_COMPLETENESS;
  return last->status;
}
