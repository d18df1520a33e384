/* patina attest, correct and retract: statements that stand in the history for ever. */
#include <string.h>

#include "clients/cli/asset_report.h"
#include "clients/cli/build_value.h"
#include "clients/cli/commands.h"
#include "clients/cli/compose.h"
#include "core/model/catalog.h"

const pat_manual pat_manual_attest = {
    .synopsis = "ID CLAIM FIELD=VALUE...",
    .examples =
        "  patina attest 01K9X... inspection result=passed odometer=\"84210 KMT\" "
        "--occurred 2021-05-25 --key workshop.key\n",
    .details = "The claims of a class and their fields: patina class show NAME.\n",
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(SCHEMA),
    .operands_min = 2,
    .operands_max = PAT_STATEMENT_ATTRIBUTES_MAX,
};

const pat_manual pat_manual_correct = {
    .synopsis = "ID STATEMENT NAME=VALUE...",
    .examples =
        "  patina correct 01K9X... 90ab... odometer=\"48210 KMT\" --reason incorrect-data "
        "--note \"digits swapped\" --key workshop.key\n",
    .details = "STATEMENT is the SHA-256 of what is corrected. It stays; both are shown.\n",
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(REASON) | PAT_OPTION_BIT(NOTE),
    .operands_min = 3,
    .operands_max = PAT_STATEMENT_ATTRIBUTES_MAX,
};

const pat_manual pat_manual_retract = {
    .synopsis = "ID STATEMENT",
    .examples = "  patina retract 01K9X... 90ab... --reason wrong-object --key workshop.key\n",
    .details = "The statement stays in the history, marked as retracted.\n",
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(REASON) | PAT_OPTION_BIT(NOTE),
    .operands_min = 2,
    .operands_max = 2,
};

typedef struct {
  const char *name;
  Patina__CorrectionReason reason;
} reason_name;

static const reason_name reasons[] = {
    {"incorrect-data", PATINA__CORRECTION_REASON__CORRECTION_REASON_INCORRECT_DATA},
    {"did-not-occur", PATINA__CORRECTION_REASON__CORRECTION_REASON_DID_NOT_OCCUR},
    {"wrong-object", PATINA__CORRECTION_REASON__CORRECTION_REASON_WRONG_OBJECT},
    {"new-evidence", PATINA__CORRECTION_REASON__CORRECTION_REASON_NEW_EVIDENCE},
};

static pat_status read_reason(pat_cli *cli, Patina__CorrectionReason *ret_reason) {
  const char *text = pat_cli_option(cli, PAT_OPTION_REASON);
  for (size_t i = 0; text != NULL && i < sizeof reasons / sizeof *reasons; i++) {
    if (strcmp(reasons[i].name, text) != 0) continue;
    *ret_reason = reasons[i].reason;
    return PAT_OK;
  }
  return pat_cli_usage(cli, "why? give --reason, one of: %s",
                       pat_option_row(PAT_OPTION_REASON)->help);
}

/* The class by which the fields are typed: from --schema, else the asset's own. */
static pat_status find_class(pat_compose *compose, ProtobufCBinaryData asset,
                             const Patina__AssetClass **ret_class) {
  if (pat_cli_option(compose->cli, PAT_OPTION_SCHEMA) != NULL) {
    return pat_compose_class(compose, "", 0, ret_class);
  }
  pat_session *session = NULL;
  PAT_TRY(pat_compose_session(compose, &session));
  pat_asset_report report;
  PAT_TRY(pat_asset_report_load(session, asset, &report));
  *ret_class = report.history.schema;
  return PAT_OK;
}

pat_status pat_cmd_attest(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  Patina__Attested body = PATINA__ATTESTED__INIT;
  PAT_TRY(pat_compose_asset(cli, pat_cli_operand(cli, 0), &body.asset));
  body.claim = (char *)(uintptr_t)pat_cli_operand(cli, 1);
  PAT_TRY(pat_compose_begin(cli, &compose));
  const Patina__AssetClass *schema = NULL;
  PAT_TRY(find_class(&compose, body.asset, &schema));
  const Patina__ClaimDefinition *claim = pat_class_claim(schema, body.claim);
  if (claim == NULL) {
    return pat_cli_usage(cli, "the class %s has no claim \"%s\"", schema->name, body.claim);
  }
  const pat_build_definitions definitions = {claim->fields, claim->n_fields,
                                             PATINA__BUNDLE__BUNDLE_UNSPECIFIED};
  const pat_build_input input = {.pairs = cli->options.operands + 2,
                                 .pair_count = cli->options.operand_count - 2};
  PAT_TRY(pat_build_attributes(compose.draft, &definitions, &input, &body.fields, &body.n_fields,
                               &cli->error));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_ATTESTED;
  compose.draft->message.attested = &body;
  return pat_compose_finish(&compose, NULL);
}

/* The definitions by which a correction's values are typed: those of what it corrects. */
static pat_status target_definitions(pat_cli *cli, const pat_asset_report *report, pat_span target,
                                     pat_build_definitions *ret_definitions) {
  const Patina__AssetClass *schema = report->history.schema;
  for (size_t i = 0; i < report->history.n_entries; i++) {
    const pat_statement *statement = &report->entries[i]->statement;
    if (!pat_span_equal(pat_hash_span(&statement->sha256), target)) continue;
    *ret_definitions = (pat_build_definitions){schema->attributes, schema->n_attributes,
                                               PATINA__BUNDLE__BUNDLE_CONSUMER};
    if (statement->kind->number == PAT_KIND_ATTRIBUTES_CHANGED) return PAT_OK;
    ret_definitions->bundle = PATINA__BUNDLE__BUNDLE_MANUFACTURER;
    if (statement->kind->number == PAT_KIND_ASSET_REGISTERED) return PAT_OK;
    if (statement->kind->number != PAT_KIND_ATTESTED) {
      return pat_cli_usage(cli, "a %s cannot be corrected", statement->kind->name);
    }
    const Patina__ClaimDefinition *claim =
        pat_class_claim(schema, statement->message->attested->claim);
    PAT_REQUIRE(claim != NULL, VERIFY_MISSING);
    *ret_definitions =
        (pat_build_definitions){claim->fields, claim->n_fields, PATINA__BUNDLE__BUNDLE_UNSPECIFIED};
    return PAT_OK;
  }
  return pat_cli_fail_as(cli, pat_refuse(PAT_RULE_VERIFY_MISSING), PAT_EXIT_NOT_FOUND,
                         "the asset's history has no such statement");
}

static pat_status note_of(pat_cli *cli, pat_compose *compose, ProtobufCBinaryData *ret_note) {
  const char *note = pat_cli_option(cli, PAT_OPTION_NOTE);
  if (note == NULL) return PAT_OK;
  return pat_draft_disclose_text(compose->draft, "note", note, ret_note, &cli->error);
}

pat_status pat_cmd_correct(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  Patina__Corrected body = PATINA__CORRECTED__INIT;
  PAT_TRY(pat_compose_asset(cli, pat_cli_operand(cli, 0), &body.asset));
  PAT_TRY(pat_compose_hash(cli, pat_cli_operand(cli, 1), "a statement", &body.target));
  PAT_TRY(read_reason(cli, &body.reason));
  PAT_TRY(pat_compose_begin(cli, &compose));
  pat_session *session = NULL;
  PAT_TRY(pat_compose_session(&compose, &session));
  pat_asset_report report;
  PAT_TRY(pat_asset_report_load(session, body.asset, &report));
  pat_build_definitions definitions;
  PAT_TRY(target_definitions(cli, &report, pat_draft_span(body.target), &definitions));
  const pat_build_input input = {.pairs = cli->options.operands + 2,
                                 .pair_count = cli->options.operand_count - 2};
  PAT_TRY(pat_build_attributes(compose.draft, &definitions, &input, &body.attributes,
                               &body.n_attributes, &cli->error));
  PAT_TRY(note_of(cli, &compose, &body.note));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_CORRECTED;
  compose.draft->message.corrected = &body;
  return pat_compose_finish(&compose, NULL);
}

pat_status pat_cmd_retract(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  Patina__Retracted body = PATINA__RETRACTED__INIT;
  PAT_TRY(pat_compose_asset(cli, pat_cli_operand(cli, 0), &body.asset));
  PAT_TRY(pat_compose_hash(cli, pat_cli_operand(cli, 1), "a statement", &body.target));
  PAT_TRY(read_reason(cli, &body.reason));
  PAT_TRY(pat_compose_begin(cli, &compose));
  PAT_TRY(note_of(cli, &compose, &body.note));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_RETRACTED;
  compose.draft->message.retracted = &body;
  return pat_compose_finish(&compose, NULL);
}
