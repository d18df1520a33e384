/* patina receipt: checking offline that the log holds a statement. */
#include <inttypes.h>

#include "clients/cli/commands.h"
#include "clients/cli/draft.h"
#include "clients/cli/envelope_file.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/policy_file.h"
#include "clients/cli/proof.h"
#include "clients/cli/show.h"
#include "core/verify/shown.h"

const pat_manual pat_manual_receipt_verify = {
    .synopsis = "RECEIPT",
    .examples =
        "  patina receipt verify s.tlog-proof --statement s.patina\n"
        "  patina receipt verify s.tlog-proof --statement s.patina -q && echo holds\n"
        "  patina receipt verify s.tlog-proof --statement s.patina --bundle car.patina\n",
    .details =
        "Works without a network. The policy file says whose word counts. Checked: the\n"
        "statement's signatures and values, its leaf, the path to the checkpoint, and who\n"
        "signed that. (Whose keys they are, and identifiers, are checked by asset history.)\n"
        "With --bundle, of the same asset or number, also that the bundle shows the entry: a log\n"
        "that took a statement and hides it does not match. Both files are kept as evidence.\n",
    .options = PAT_OPTIONS_COMMON | PAT_OPTION_BIT(POLICY) | PAT_OPTION_BIT(STATEMENT) |
               PAT_OPTION_BIT(LEAF) | PAT_OPTION_BIT(BUNDLE) | PAT_OPTION_BIT(HOME),
    .operands_min = 1,
    .operands_max = 1,
};

static pat_status read_statement(pat_cli *cli, pat_submission *ret_submission) {
  const char *path = pat_cli_option(cli, PAT_OPTION_STATEMENT);
  if (path == NULL) {
    pat_cli_explain(cli, PAT_EXIT_USAGE, "of which statement? give --statement FILE");
    return pat_refuse(PAT_RULE_CLI_USAGE);
  }
  pat_span file;
  PAT_TRY(pat_files_read(&cli->arena, path, PAT_CLI_FILE_BYTES_MAX, &file, &cli->error));
  Patina__SignedStatement *envelope = NULL;
  PAT_TRY(pat_envelope_decode(file, &cli->arena, &envelope, &cli->error));
  return pat_cli_evidence(cli, pat_submission_check(envelope->origin, envelope, &cli->arena,
                                                    ret_submission, &cli->error));
}

static pat_status read_leaf(pat_cli *cli, pat_span *ret_leaf) {
  *ret_leaf = PAT_SPAN_EMPTY;
  const char *path = pat_cli_option(cli, PAT_OPTION_LEAF);
  if (path == NULL) return PAT_OK;
  return pat_files_read(&cli->arena, path, PAT_LEAF_BYTES_MAX, ret_leaf, &cli->error);
}

/* --- against a bundle ------------------------------------------------------------------------ */

/* Why the two do not go together, in words; the rule's are about a bundle alone. */
static pat_status explain(pat_cli *cli, const pat_verified_receipt *receipt, const pat_proof *proof,
                          pat_status status) {
  uint64_t size = proof->report.verdict.checkpoint.head.size;
  if (pat_is_rule(status, PAT_RULE_VERIFY_BUNDLE)) {
    return pat_cli_usage(cli, "the bundle is about something else than the statement");
  }
  if (pat_is_rule(status, PAT_RULE_VERIFY_MISSING)) {
    return pat_cli_fail_as(cli, status, PAT_EXIT_NOT_PROVEN,
                           "not proven: entry %" PRIu64
                           " is newer than the bundle, of checkpoint "
                           "%" PRIu64 "; get a newer one",
                           receipt->index, size);
  }
  pat_output_number(cli, "check", PAT_CHECK_SHOWN);
  pat_output_number(cli, "index", receipt->index);
  return pat_cli_fail_as(cli, status, PAT_EXIT_DOES_NOT_MATCH,
                         "does not match: V%d: the receipt proves entry %" PRIu64
                         ", and the bundle of checkpoint %" PRIu64 " %s",
                         PAT_CHECK_SHOWN, receipt->index, size,
                         pat_is_rule(status, PAT_RULE_VERIFY_HIDDEN)
                             ? "does not show it: the log hides it"
                             : "is of another history");
}

static void keep_evidence(pat_cli *cli, const pat_verify_receipt_bytes *served,
                          const pat_proof *proof) {
  pat_trust trust;
  if (!pat_is_ok(pat_trust_open_evidence(cli, proof->report.origin, &trust))) return;
  const pat_span parts[] = {served->receipt, served->leaf, proof->bytes};
  pat_trust_keep_evidence(&trust, "receipt-and-bundle", parts, sizeof parts / sizeof *parts);
}

static pat_status check_bundle(pat_cli *cli, const pat_policy *policy,
                               const pat_verify_receipt_bytes *served,
                               const pat_verified_receipt *receipt) {
  const char *path = pat_cli_option(cli, PAT_OPTION_BUNDLE);
  if (path == NULL) return PAT_OK;
  pat_span bytes;
  pat_proof proof;
  PAT_TRY(pat_files_read(&cli->arena, path, PAT_BUNDLE_BYTES_MAX, &bytes, &cli->error));
  PAT_TRY(pat_proof_check(cli, policy, bytes, NULL, &proof));
  pat_status status = pat_verify_shown(receipt, &proof.report, &cli->error);
  bool lie =
      pat_is_rule(status, PAT_RULE_VERIFY_HIDDEN) || pat_is_rule(status, PAT_RULE_VERIFY_FORK);
  if (lie) keep_evidence(cli, served, &proof);
  if (!pat_is_ok(status)) return explain(cli, receipt, &proof, status);
  uint64_t size = proof.report.verdict.checkpoint.head.size;
  if (!cli->quiet) pat_output_line(cli, "bundle      size %" PRIu64 ", shows the entry", size);
  pat_output_number(cli, "bundleTreeSize", size);
  return PAT_OK;
}

/* --- the command ----------------------------------------------------------------------------- */

static void show(pat_cli *cli, const pat_submission *submission,
                 const pat_verified_receipt *verified) {
  const char *hash = pat_output_hex(cli, pat_hash_span(&submission->statement.sha256));
  const char *logged = pat_output_time(cli, verified->entry->logged_at_ms);
  pat_output_line(cli, "statement   %s %s", hash, submission->statement.kind->name);
  pat_output_line(cli, "recorded    %s at %" PRIu64, logged, verified->index);
  pat_output_line(cli, "checkpoint  size %" PRIu64 ", %s", verified->verdict.checkpoint.head.size,
                  pat_show_count(cli, verified->verdict.witness_count, "witness", "witnesses"));
  pat_output_line(cli, "matches: the log holds this statement");
  pat_output_text(cli, "sha256", hash);
  pat_output_text(cli, "loggedAt", logged);
  pat_output_number(cli, "index", verified->index);
  pat_output_number(cli, "treeSize", verified->verdict.checkpoint.head.size);
  pat_output_number(cli, "witnesses", verified->verdict.witness_count);
}

pat_status pat_cmd_receipt_verify(pat_cli *cli) {
  const pat_policy *policy = NULL;
  pat_submission submission;
  PAT_TRY(pat_policy_file_load(cli, &policy));
  PAT_TRY(read_statement(cli, &submission));
  pat_verify_receipt_bytes served;
  PAT_TRY(pat_files_read(&cli->arena, pat_cli_operand(cli, 0), PAT_TLOG_PROOF_BYTES_MAX,
                         &served.receipt, &cli->error));
  PAT_TRY(read_leaf(cli, &served.leaf));
  pat_verified_receipt verified;
  PAT_TRY(pat_cli_evidence(
      cli, pat_verify_receipt(policy, &served, &submission, &cli->arena, &verified, &cli->error)));
  PAT_TRY(check_bundle(cli, policy, &served, &verified));
  /* With --quiet the exit code says it. */
  if (!cli->quiet) show(cli, &submission, &verified);
  return PAT_OK;
}
