/* patina promise: whether the log kept its word. */
#include <inttypes.h>

#include "clients/cli/commands.h"
#include "clients/cli/draft.h"
#include "clients/cli/envelope_file.h"
#include "clients/cli/explain.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/policy_file.h"
#include "clients/cli/proof.h"
#include "clients/cli/show.h"
#include "core/bytes/protobuf.h"
#include "core/verify/log.h"
#include "core/verify/promise.h"

const pat_manual pat_manual_promise_verify = {
    .synopsis = "FILE",
    .examples =
        "  patina promise verify car.promise --statement car.statement\n"
        "  patina promise verify car.promise --bundle car.patina\n",
    .details =
        "FILE holds the SignedPromise with which a log answered before it published. The log is\n"
        "asked what stands in the promised place; with --bundle a report of a later checkpoint\n"
        "says it, without a network. A place that is free after the promised time, or that\n"
        "something else has, is a broken promise: what shows it is kept as evidence.\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(STATEMENT) | PAT_OPTION_BIT(BUNDLE) |
               PAT_OPTION_BIT(EXPLAIN),
    .operands_min = 1,
    .operands_max = 1,
};

/* What is held against the promise. */
typedef struct {
  pat_cli *cli;
  pat_span promise;
  uint64_t index; /* that it says; nobody vouches for it yet */
  pat_hash statement;
  pat_hash leaf;
  pat_promise_question question;
} promise_check;

/* --- the promise ----------------------------------------------------------------------------- */

/* Only to know what to ask for; what is no promise is refused by its check. */
static uint64_t index_of(pat_cli *cli, pat_span bytes) {
  ProtobufCMessage *message = NULL;
  Patina__Promise *promise = NULL;
  pat_status status = pat_protobuf_decode(&patina__signed_promise__descriptor, bytes, &cli->arena,
                                          0, &message, NULL);
  if (!pat_is_ok(status)) return 0;
  const Patina__SignedPromise *signed_promise = (const Patina__SignedPromise *)message;
  return pat_is_ok(pat_promise_read(signed_promise, &cli->arena, &promise, NULL)) ? promise->index
                                                                                  : 0;
}

static pat_status read_statement(promise_check *check) {
  pat_cli *cli = check->cli;
  const char *path = pat_cli_option(cli, PAT_OPTION_STATEMENT);
  if (path == NULL) return PAT_OK;
  pat_span file;
  PAT_TRY(pat_files_read(&cli->arena, path, PAT_CLI_FILE_BYTES_MAX, &file, &cli->error));
  Patina__SignedStatement *envelope = NULL;
  PAT_TRY(pat_envelope_decode(file, &cli->arena, &envelope, &cli->error));
  check->statement = pat_hash_of(pat_draft_span(envelope->statement));
  check->question.statement = &check->statement;
  return PAT_OK;
}

static pat_status read_promise(promise_check *check) {
  pat_cli *cli = check->cli;
  PAT_TRY(pat_files_read(&cli->arena, pat_cli_operand(cli, 0), PAT_CLI_FILE_BYTES_MAX,
                         &check->promise, &cli->error));
  check->index = index_of(cli, check->promise);
  return read_statement(check);
}

/* --- what is held against it ----------------------------------------------------------------- */

/* The receipt of a leaf as it was served. */
static pat_status make_receipt(pat_cli *cli, const pat_verify_served *served,
                               const char *checkpoint, pat_span *ret_receipt) {
  pat_proof_file file = {.index = served->index, .checkpoint = pat_span_text(checkpoint)};
  PAT_REQUIRE_AT(served->path_count <= PAT_PROOF_HASHES_MAX, TLOG_INCLUSION_LENGTH, &cli->error, 0,
                 "inclusion");
  file.proof.count = served->path_count;
  for (size_t i = 0; i < served->path_count; i++) {
    PAT_REQUIRE_AT(served->path[i].len == PAT_HASH_BYTES, VERIFY_VIEW, &cli->error, i, "inclusion");
    pat_span_copy(file.proof.hashes[i].bytes, PAT_HASH_BYTES, pat_draft_span(served->path[i]));
  }
  if (served->bytes.size <= PAT_TLOG_PROOF_EXTRA_BYTES_MAX) file.extra = served->bytes;
  uint8_t *bytes = pat_arena_take(&cli->arena, PAT_TLOG_PROOF_BYTES_MAX);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, bytes, PAT_TLOG_PROOF_BYTES_MAX);
  pat_proof_file_encode(&file, &builder);
  return pat_builder_finish(&builder, ret_receipt);
}

/* Of the promised place, or, where a checkpoint does not reach it, of its commit. */
static pat_status hold(promise_check *check, const pat_verify_served *served,
                       const char *checkpoint) {
  if (served->index != check->index) {
    return make_receipt(check->cli, served, checkpoint, &check->question.commit);
  }
  check->leaf = pat_tlog_leaf_hash(served->bytes);
  check->question.leaf = &check->leaf;
  return make_receipt(check->cli, served, checkpoint, &check->question.receipt);
}

static pat_status hold_bundle(promise_check *check, const pat_proof *proof) {
  const Patina__ProofBundle *bundle = proof->report.bundle;
  check->question.policy = proof->policy;
  check->question.origin = proof->report.origin;
  check->question.promise_key = pat_draft_span(proof->report.roll->genesis->promise_key);
  for (size_t i = 0; i < bundle->n_entries; i++) {
    const Patina__ProvenEntry *entry = bundle->entries[i];
    if (entry->entry->index != check->index) continue;
    const pat_verify_served served = {check->index, pat_draft_span(entry->leaf), entry->inclusion,
                                      entry->n_inclusion};
    return hold(check, &served, bundle->checkpoint);
  }
  const pat_verify_served commit = {proof->report.verdict.checkpoint.head.size - 1,
                                    pat_draft_span(bundle->commit->leaf), bundle->commit->inclusion,
                                    bundle->commit->n_inclusion};
  return hold(check, &commit, bundle->checkpoint);
}

static pat_status ask_log(promise_check *check, pat_session *session) {
  pat_seen seen;
  PAT_TRY(pat_session_genesis(session));
  PAT_TRY(pat_session_checkpoint(session, &seen));
  check->question.policy = session->policy;
  check->question.origin = session->origin;
  check->question.promise_key =
      pat_draft_span(session->genesis.message->genesis->parameters->promise_key);
  uint64_t index = check->index < seen.head.size ? check->index : seen.head.size - 1;
  const char *path = pat_show_format(check->cli, "/v1/entries/%" PRIu64, index);
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_fetch_message(session->fetch, path, &patina__entry_view__descriptor, &message));
  const Patina__EntryView *view = (const Patina__EntryView *)message;
  pat_verify_place place;
  PAT_TRY(pat_session_place(session, view->checkpoint, &place));
  PAT_REQUIRE_AT(view->index == index, VERIFY_VIEW, &check->cli->error, 0, "index");
  const pat_verify_served served = {view->index, pat_draft_span(view->leaf), view->inclusion,
                                    view->n_inclusion};
  return pat_cli_evidence(check->cli, hold(check, &served, view->checkpoint));
}

/* --- the word -------------------------------------------------------------------------------- */

static void keep_evidence(const promise_check *check) {
  pat_trust trust;
  if (!pat_is_ok(pat_trust_open_evidence(check->cli, check->question.origin, &trust))) return;
  const pat_span parts[] = {check->promise, check->question.receipt, check->question.commit};
  pat_trust_keep_evidence(&trust, "promise", parts, sizeof parts / sizeof *parts);
}

/* Signed by the log's own key, and yet not so. */
static bool is_broken(const pat_promise_report *report) {
  return report->check == PAT_CHECK_PROMISE_KEPT &&
         (pat_is_rule(report->status, PAT_RULE_VERIFY_FORK) ||
          pat_is_rule(report->status, PAT_RULE_VERIFY_ROLLBACK));
}

static const char *message_of(const pat_promise_report *report) {
  if (pat_is_rule(report->status, PAT_RULE_VERIFY_FORK)) {
    return "something else stands in the promised place";
  }
  if (pat_is_rule(report->status, PAT_RULE_VERIFY_ROLLBACK)) {
    return "its time is over, and its place is still free";
  }
  if (report->word == PAT_WORD_NOT_PROVEN && report->promise != NULL) {
    return "no checkpoint shows yet whether it was kept";
  }
  return pat_rule_message((pat_rule)report->status.rule);
}

static pat_status fail(const promise_check *check, const pat_promise_report *report) {
  pat_cli *cli = check->cli;
  cli->error = report->error;
  pat_output_number(cli, "check", (uint64_t)report->check);
  if (is_broken(report)) keep_evidence(check);
  pat_cli_explain(cli, pat_exit_of_word(report->word), "%s: V%d (%s): %s",
                  pat_word_text(report->word), (int)report->check, pat_explain_check(report->check),
                  message_of(report));
  return report->status;
}

static void show_promise(pat_cli *cli, const Patina__Promise *promise) {
  const char *hash = pat_output_hex(cli, pat_draft_span(promise->statement_sha256));
  const char *until = pat_output_time(cli, promise->publish_by_ms);
  pat_output_line(cli, "statement  %s", hash);
  pat_output_line(cli, "promised   a place at %" PRIu64 ", published by %s", promise->index, until);
  pat_output_text(cli, "sha256", hash);
  pat_output_number(cli, "index", promise->index);
  pat_output_text(cli, "publishBy", until);
}

static pat_status judge(const promise_check *check) {
  pat_cli *cli = check->cli;
  pat_promise_report report;
  pat_status status = pat_promise_judge(check->promise, &check->question, &cli->arena, &report);
  if (report.promise != NULL) show_promise(cli, report.promise);
  if (!pat_is_ok(status)) return fail(check, &report);
  uint64_t size = report.verdict.checkpoint.head.size;
  pat_output_line(cli, "matches: the log kept its promise at checkpoint %" PRIu64, size);
  pat_output_number(cli, "treeSize", size);
  return PAT_OK;
}

static pat_status verify_by_bundle(promise_check *check, const char *path) {
  pat_cli *cli = check->cli;
  const pat_policy *policy = NULL;
  pat_span bytes;
  pat_proof proof;
  PAT_TRY(pat_policy_file_load(cli, &policy));
  PAT_TRY(pat_files_read(&cli->arena, path, PAT_BUNDLE_BYTES_MAX, &bytes, &cli->error));
  PAT_TRY(pat_proof_check(cli, policy, bytes, NULL, &proof));
  PAT_TRY(hold_bundle(check, &proof));
  return judge(check);
}

pat_status pat_cmd_promise_verify(pat_cli *cli) {
  promise_check check = {.cli = cli};
  PAT_TRY(read_promise(&check));
  const char *bundle = pat_cli_option(cli, PAT_OPTION_BUNDLE);
  if (bundle != NULL) return verify_by_bundle(&check, bundle);
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  PAT_TRY(pat_session_open(cli, &session));
  PAT_TRY(ask_log(&check, &session));
  return judge(&check);
}
