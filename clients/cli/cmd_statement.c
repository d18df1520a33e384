/* patina statement: sign (offline), submit, show. */
#include <inttypes.h>
#include <string.h>

#include "clients/cli/commands.h"
#include "clients/cli/envelope_file.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/policy_file.h"
#include "clients/cli/show.h"
#include "clients/cli/signers.h"
#include "clients/cli/submit.h"

const pat_manual pat_manual_statement_sign = {
    .synopsis = "FILE",
    .examples =
        "  patina statement sign draft.json --key a.key -o s.patina\n"
        "  patina statement sign draft.json --key a.key --signer b.key.pub -o s.patina\n"
        "  patina statement sign s.patina --key b.key -o s.patina      adds the second signature\n",
    .details =
        "FILE is a draft in JSON, {\"statement\": {...}, \"values\": [{\"name\", \"value\"}]}, or "
        "a\n"
        "statement that others have signed already. No network is needed: the log's name comes\n"
        "from the policy file. All signers are fixed when the draft is signed first.\n",
    .options = PAT_OPTIONS_COMMON | PAT_OPTION_BIT(POLICY) | PAT_OPTION_BIT(KEY) |
               PAT_OPTION_BIT(SIGNER) | PAT_OPTION_BIT(PRINCIPAL) | PAT_OPTION_BIT(OUTPUT) |
               PAT_OPTION_BIT(OCCURRED),
    .operands_min = 1,
    .operands_max = 1,
};

const pat_manual pat_manual_statement_submit = {
    .synopsis = "FILE...",
    .examples =
        "  patina statement submit s.patina --receipt s.tlog-proof\n"
        "  patina statement submit --dry-run s.patina\n",
    .details =
        "Submits what `statement sign` wrote, in the order given. The answer is checked: the\n"
        "leaf must be this statement's, and the receipt must hold under the policy.\n",
    .options = PAT_OPTIONS_SUBMIT,
    .operands_min = 1,
    .operands_max = PAT_BATCH_STATEMENTS_MAX,
};

const pat_manual pat_manual_statement_show = {
    .synopsis = "FILE",
    .examples =
        "  patina statement show s.patina\n"
        "  patina statement show s.patina --json\n",
    .details = "Checks signatures and disclosures, and says so; what the log knows is not asked.\n",
    .options = PAT_OPTIONS_COMMON,
    .operands_min = 1,
    .operands_max = 1,
};

static pat_status add_signatures(pat_cli *cli, pat_signers *signers, pat_span file,
                                 Patina__SignedStatement **ret_envelope) {
  PAT_TRY(pat_envelope_decode(file, &cli->arena, ret_envelope, &cli->error));
  for (size_t i = 0; i < signers->count; i++) {
    PAT_TRY(pat_draft_add_signature(&cli->arena, *ret_envelope, &signers->keys[i], &cli->error));
  }
  return PAT_OK;
}

/* A statement that enrols a key is told by its kind: the principal of that key is the statement
 * itself. */
static const pat_key *enrolled_key(const pat_signers *signers) {
  const pat_key *without = NULL;
  for (size_t i = 0; i < signers->count; i++) {
    if (signers->keys[i].has_principal) continue;
    if (without != NULL) return NULL;
    without = &signers->keys[i];
  }
  return without;
}

static bool enrols(const Patina__Statement *message, const pat_key *key) {
  const Patina__Key *body = NULL;
  if (message->body_case == PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED) {
    body = message->principal_enrolled->key;
  } else if (message->body_case == PATINA__STATEMENT__BODY_DEVICE_ENROLLED) {
    body = message->device_enrolled->key;
  }
  return body != NULL &&
         pat_span_equal(pat_draft_span(body->public_key), PAT_SPAN_OF(key->public_key));
}

static pat_status sign_draft(pat_cli *cli, pat_signers *signers, pat_span file,
                             Patina__SignedStatement **ret_envelope) {
  const char *origin = NULL;
  PAT_TRY(pat_policy_file_origin(cli, &origin));
  PAT_TRY(pat_signers_principals(cli, signers));
  const char *occurred = pat_cli_option(cli, PAT_OPTION_OCCURRED);
  const pat_draft_start start = {
      .origin = origin,
      .keys = signers->keys,
      .key_count = signers->count,
      .now_ms = pat_cli_now_ms(),
      .window_ms = PAT_DRAFT_WINDOW_MS,
      .occurred = occurred != NULL ? occurred : "",
      .enrols = enrolled_key(signers),
      .entropy = pat_files_entropy,
  };
  pat_draft *draft = pat_arena_take(&cli->arena, sizeof *draft);
  PAT_REQUIRE(draft != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_draft_begin(draft, &cli->arena, &start, &cli->error));
  PAT_TRY(pat_envelope_fill(draft, file, &cli->error));
  if (start.enrols != NULL && !enrols(&draft->message, start.enrols)) {
    return pat_refuse_at(PAT_RULE_CLI_PRINCIPAL, &cli->error, 0, start.enrols->path);
  }
  return pat_draft_finish(draft, ret_envelope, NULL, &cli->error);
}

pat_status pat_cmd_statement_sign(pat_cli *cli) {
  const char *output = pat_cli_option(cli, PAT_OPTION_OUTPUT);
  if (output == NULL) return pat_cli_usage(cli, "where to? give -o FILE, or -o -");
  PAT_CLEANUP(pat_signers_clear) pat_signers signers = {.count = 0};
  PAT_TRY(pat_signers_read(cli, &signers));
  pat_span file;
  PAT_TRY(pat_files_read(&cli->arena, pat_cli_operand(cli, 0), PAT_CLI_FILE_BYTES_MAX, &file,
                         &cli->error));
  Patina__SignedStatement *envelope = NULL;
  if (pat_envelope_is_draft(file)) {
    PAT_TRY(sign_draft(cli, &signers, file, &envelope));
  } else {
    PAT_TRY(add_signatures(cli, &signers, file, &envelope));
  }
  return pat_submit_write(cli, envelope, output);
}

pat_status pat_cmd_statement_submit(pat_cli *cli) {
  size_t count = cli->options.operand_count;
  Patina__SignedStatement **envelopes = pat_arena_take_array(&cli->arena, count, sizeof *envelopes);
  PAT_REQUIRE(envelopes != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    pat_span file;
    PAT_TRY(pat_files_read(&cli->arena, pat_cli_operand(cli, i), PAT_CLI_FILE_BYTES_MAX, &file,
                           &cli->error));
    PAT_TRY(pat_envelope_decode(file, &cli->arena, &envelopes[i], &cli->error));
  }
  return pat_submit_files(cli, envelopes, count);
}

static pat_status show_disclosures(pat_cli *cli, const pat_submission *submission) {
  for (size_t i = 0; i < submission->statement.slot_count; i++) {
    const Patina__Disclosure *disclosure = submission->disclosures[i];
    pat_output_line(cli, "  %-20s %s", disclosure->name, pat_show_value(cli, disclosure->value));
    PAT_TRY(pat_output_element(cli, "disclosures", &disclosure->base));
  }
  return PAT_OK;
}

static void show_header(pat_cli *cli, const Patina__SignedStatement *envelope,
                        const pat_statement *statement) {
  const Patina__Statement *message = statement->message;
  pat_output_line(cli, "%s for %s", statement->kind->name, envelope->origin);
  pat_output_line(cli, "  statement            %s",
                  pat_output_hex(cli, pat_hash_span(&statement->sha256)));
  pat_output_line(cli, "  issued               %s", pat_output_time(cli, message->issued_at_ms));
  pat_output_line(cli, "  submit before        %s",
                  pat_output_time(cli, message->submit_before_ms));
  if (message->occurred[0] != '\0') {
    pat_output_line(cli, "  occurred             %s", message->occurred);
  }
  for (size_t i = 0; i < envelope->n_signatures; i++) {
    const Patina__Signature *signature = envelope->signatures[i];
    pat_output_line(cli, "  signer               %s%s",
                    pat_output_hex(cli, pat_draft_span(signature->principal)),
                    signature->signature.len == 0 ? " (not signed yet)" : "");
  }
}

pat_status pat_cmd_statement_show(pat_cli *cli) {
  pat_span file;
  PAT_TRY(pat_files_read(&cli->arena, pat_cli_operand(cli, 0), PAT_CLI_FILE_BYTES_MAX, &file,
                         &cli->error));
  Patina__SignedStatement *envelope = NULL;
  PAT_TRY(pat_envelope_decode(file, &cli->arena, &envelope, &cli->error));
  pat_statement statement;
  PAT_TRY(pat_statement_decode(pat_draft_span(envelope->statement), &cli->arena, &statement,
                               &cli->error));
  show_header(cli, envelope, &statement);
  pat_output_text(cli, "origin", envelope->origin);
  pat_output_text(cli, "kind", statement.kind->name);
  pat_output_hash(cli, "sha256", &statement.sha256);
  PAT_TRY(pat_output_message(cli, "statement", &statement.message->base));
  size_t missing = pat_draft_missing(envelope);
  pat_output_number(cli, "missingSignatures", missing);
  if (missing > 0) {
    pat_output_line(cli, "not proven: %zu of %zu signatures are missing", missing,
                    envelope->n_signatures);
    cli->verdict = PAT_EXIT_NOT_PROVEN;
    return PAT_OK;
  }
  pat_submission submission;
  PAT_TRY(pat_cli_evidence(cli, pat_submission_check(envelope->origin, envelope, &cli->arena,
                                                     &submission, &cli->error)));
  PAT_TRY(show_disclosures(cli, &submission));
  pat_output_line(cli, "matches: every signature and every value is what was signed");
  return PAT_OK;
}
