/* patina receipt: checking offline that the log holds a statement. */
#include <inttypes.h>

#include "clients/cli/commands.h"
#include "clients/cli/draft.h"
#include "clients/cli/envelope_file.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/policy_file.h"
#include "core/verify/log.h"

const pat_manual pat_manual_receipt_verify = {
    .synopsis = "RECEIPT",
    .examples =
        "  patina receipt verify s.tlog-proof --statement s.patina\n"
        "  patina receipt verify s.tlog-proof --statement s.patina -q && echo holds\n",
    .details =
        "Works without a network. The policy file says whose word counts. Checked: the\n"
        "statement's signatures and values, its leaf, the path to the checkpoint, and who\n"
        "signed that. (Whose keys they are, and identifiers, are checked by asset history.)\n",
    .options = PAT_OPTIONS_COMMON | PAT_OPTION_BIT(POLICY) | PAT_OPTION_BIT(STATEMENT) |
               PAT_OPTION_BIT(LEAF),
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

static void show(pat_cli *cli, const pat_submission *submission,
                 const pat_verified_receipt *verified) {
  const char *hash = pat_output_hex(cli, pat_hash_span(&submission->statement.sha256));
  const char *logged = pat_output_time(cli, verified->entry->logged_at_ms);
  pat_output_line(cli, "statement   %s %s", hash, submission->statement.kind->name);
  pat_output_line(cli, "recorded    %s at %" PRIu64, logged, verified->index);
  pat_output_line(cli, "checkpoint  size %" PRIu64 ", %zu witnesses",
                  verified->verdict.checkpoint.head.size, verified->verdict.witness_count);
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
  /* With --quiet the exit code says it. */
  if (!cli->quiet) show(cli, &submission, &verified);
  return PAT_OK;
}
