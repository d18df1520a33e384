#include "core/verify/promise.h"

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/verify/log.h"

/* One check of one promise. */
typedef struct {
  const pat_promise_question *question;
  pat_arena *arena;
  pat_promise_report *report;
  const Patina__SignedPromise *signed_promise;
  const Patina__Promise *promise;
  bool is_unproven; /* what failed is that nothing shows yet */
} promise_run;

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* --- by itself ------------------------------------------------------------------------------- */

static pat_status check_form(promise_run *run, pat_span bytes) {
  pat_err *err = &run->report->error;
  run->report->check = PAT_CHECK_PROMISE_FORM;
  ProtobufCMessage *message = NULL;
  pat_status status = pat_protobuf_decode(&patina__signed_promise__descriptor, bytes, run->arena, 0,
                                          &message, NULL);
  if (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  PAT_REQUIRE_AT(pat_is_ok(status), PROMISE_FORM, err, 0, "bytes");
  run->signed_promise = (const Patina__SignedPromise *)message;
  Patina__Promise *promise = NULL;
  PAT_TRY(pat_promise_read(run->signed_promise, run->arena, &promise, err));
  run->promise = promise;
  return PAT_OK;
}

static pat_status check_signature(promise_run *run) {
  const pat_promise_question *question = run->question;
  pat_err *err = &run->report->error;
  run->report->check = PAT_CHECK_PROMISE_SIGNATURE;
  PAT_REQUIRE_AT(question->promise_key.size > 0, VERIFY_MISSING, err, 0, "promise_key");
  PAT_ASSERT(question->promise_key.size == PAT_PUBLIC_KEY_BYTES);
  PAT_TRY(pat_promise_check(run->signed_promise, question->promise_key.data));
  if (question->origin == NULL) return PAT_OK;
  bool same = pat_span_equal(pat_span_text(run->promise->origin), pat_span_text(question->origin));
  PAT_REQUIRE_AT(same, SUBMISSION_OTHER_LOG, err, 0, "origin");
  return PAT_OK;
}

static pat_status check_statement(promise_run *run) {
  run->report->check = PAT_CHECK_PROMISE_SUBJECT;
  if (run->question->statement == NULL) return PAT_OK;
  bool same = pat_span_equal(span_of(run->promise->statement_sha256),
                             pat_hash_span(run->question->statement));
  PAT_REQUIRE_AT(same, VERIFY_RECEIPT, &run->report->error, 0, "statement_sha256");
  return PAT_OK;
}

/* --- against a checkpoint -------------------------------------------------------------------- */

static pat_status read_receipt(promise_run *run, pat_span bytes, pat_proof_file *ret_file) {
  pat_promise_report *report = run->report;
  PAT_TRY(pat_proof_file_decode(bytes, run->arena, ret_file, &report->error));
  PAT_TRY(pat_policy_judge(run->question->policy, ret_file->checkpoint, PAT_CHECKPOINT_STRICT,
                           &report->verdict, &report->error));
  report->has_checkpoint = true;
  bool same =
      pat_span_equal(report->verdict.checkpoint.origin, pat_span_text(run->promise->origin));
  PAT_REQUIRE_AT(same, VERIFY_RECEIPT, &report->error, 0, "origin");
  return PAT_OK;
}

static pat_hash leaf_of(const promise_run *run, const pat_proof_file *file) {
  if (run->question->leaf != NULL) return *run->question->leaf;
  if (file->extra.size > 0) return pat_tlog_leaf_hash(file->extra);
  pat_hash promised;
  pat_span_copy(promised.bytes, PAT_HASH_BYTES, span_of(run->promise->leaf_hash));
  return promised;
}

/* What stands in the promised place. */
static pat_status check_place(promise_run *run) {
  pat_err *err = &run->report->error;
  pat_proof_file file;
  PAT_TRY(read_receipt(run, run->question->receipt, &file));
  PAT_REQUIRE_AT(file.index == run->promise->index, VERIFY_RECEIPT, err, 0, "index");
  pat_hash leaf = leaf_of(run, &file);
  const pat_tlog_head *head = &run->report->verdict.checkpoint.head;
  PAT_TRY(pat_tlog_inclusion_verify(file.index, head->size, &leaf,
                                    pat_tlog_proof_hashes(&file.proof), &head->root));
  bool kept = pat_span_equal(span_of(run->promise->leaf_hash), pat_hash_span(&leaf));
  PAT_REQUIRE_AT(kept, VERIFY_FORK, err, 0, "leaf_hash");
  return PAT_OK;
}

/* A commit that came after the promised time and does not cover the place. */
static pat_status check_time(promise_run *run) {
  pat_err *err = &run->report->error;
  pat_proof_file file;
  PAT_TRY(read_receipt(run, run->question->commit, &file));
  ProtobufCBinaryData path[PAT_CONSISTENCY_HASHES_MAX];
  const pat_verify_served served = pat_verify_served_of(&file, file.extra, path);
  const pat_verify_place place = {run->promise->origin, run->report->verdict.checkpoint.head};
  const Patina__IndexCommit *commit = NULL;
  PAT_TRY(pat_verify_commit(&place, &served, run->arena, &commit, err));
  bool late = commit->time_ms > run->promise->publish_by_ms;
  bool is_free = place.head.size <= run->promise->index;
  PAT_REQUIRE_AT(!late || !is_free, VERIFY_ROLLBACK, err, 0, "publish_by_ms");
  return PAT_OK;
}

static pat_status check_kept(promise_run *run) {
  run->report->check = PAT_CHECK_PROMISE_KEPT;
  if (run->question->receipt.size > 0) return check_place(run);
  if (run->question->commit.size > 0) PAT_TRY(check_time(run));
  run->is_unproven = true;
  return pat_refuse_at(PAT_RULE_VERIFY_MISSING, &run->report->error, 0, "receipt");
}

/* --- all ------------------------------------------------------------------------------------- */

static pat_status judge(promise_run *run, pat_span bytes) {
  PAT_TRY(check_form(run, bytes));
  PAT_TRY(check_signature(run));
  PAT_TRY(check_statement(run));
  run->report->promise = run->promise;
  return check_kept(run);
}

pat_status pat_promise_judge(pat_span bytes, const pat_promise_question *question, pat_arena *arena,
                             pat_promise_report *ret_report) {
  PAT_ASSERT(pat_span_valid(bytes));
  *ret_report = (pat_promise_report){.word = PAT_WORD_MATCHES};
  promise_run run = {.question = question, .arena = arena, .report = ret_report};
  pat_status status = judge(&run, bytes);
  ret_report->status = status;
  ret_report->word = run.is_unproven ? PAT_WORD_NOT_PROVEN : pat_word_of(status);
  if (pat_is_ok(status)) ret_report->check = PAT_CHECK_NONE;
  pat_word_name_rule(status, &ret_report->error);
  return status;
}
