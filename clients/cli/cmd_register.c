/* patina asset register, attribute set, identifier assign and release: statements about an
 * asset. */
#include <inttypes.h>
#include <string.h>

#include "clients/cli/asset_report.h"
#include "clients/cli/build_value.h"
#include "clients/cli/commands.h"
#include "clients/cli/compose.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/show.h"
#include "clients/cli/submit.h"
#include "core/model/identifier.h"

static const char value_help[] =
    "Values by type: 1200 KGM (number and unit)   1955? (date, EDTF)   yes (flag)   S (code)\n"
    "sha256:<hex>;image/jpeg (evidence)   27 symbols (another asset)   anything else (text)\n";

const pat_manual pat_manual_asset_register = {
    .synopsis = "",
    .examples =
        "  patina asset register --class vehicle --set make=Porsche --set mass=\"1200 KGM\" "
        "--key maker.key\n",
    .details = value_help,
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(CLASS) | PAT_OPTION_BIT(SET) |
               PAT_OPTION_BIT(VERSION) | PAT_OPTION_BIT(SCHEMA),
};

const pat_manual pat_manual_attribute_set = {
    .synopsis = "ID NAME=VALUE...",
    .examples =
        "  patina attribute set 01K9X... colour=red --key registry.key\n"
        "  patina attribute set 01K9X... --clear plate --expect-version 3 --key r.key\n",
    .details = value_help,
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(CLEAR) | PAT_OPTION_BIT(EXPECT_VERSION) |
               PAT_OPTION_BIT(SCHEMA),
    .operands_min = 1,
    .operands_max = PAT_STATEMENT_ATTRIBUTES_MAX,
};

const pat_manual pat_manual_identifier_assign = {
    .synopsis = "ID SCHEME VALUE",
    .examples = "  patina identifier assign 01K9X... vin 1M8GDM9AXKP042788 --key registry.key\n",
    .details =
        "Asks the log first: a recorded value that is nearly the same is shown (exit 8), and\n"
        "nothing is assigned unless you say --accept-near-miss.\n",
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(SCOPE) | PAT_OPTION_BIT(ACCEPT_NEAR_MISS) |
               PAT_OPTION_BIT(SCHEMA),
    .operands_min = 3,
    .operands_max = 3,
};

const pat_manual pat_manual_identifier_release = {
    .synopsis = "ID SCHEME VALUE",
    .examples = "  patina identifier release 01K9X... plate \"B AB 123\" --key registry.key\n",
    .details = "A value that is withheld from you is found by --assignment alone.\n",
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(SCOPE) | PAT_OPTION_BIT(ASSIGNMENT),
    .operands_min = 3,
    .operands_max = 3,
};

/* --- register -------------------------------------------------------------------------------- */

/* All values of a repeated option. */
static pat_status values_of(pat_cli *cli, pat_option_id id, const char *const **ret_values,
                            size_t *ret_count) {
  size_t count = pat_options_count(&cli->options, id);
  const char **values = pat_arena_take_array(&cli->arena, count, sizeof *values);
  PAT_REQUIRE(values != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    values[i] = pat_options_at(&cli->options, id, i);
  }
  *ret_values = values;
  *ret_count = count;
  return PAT_OK;
}

static pat_status finish_registration(pat_cli *cli, pat_compose *compose,
                                      ProtobufCBinaryData asset) {
  uint64_t index = 0;
  PAT_TRY(pat_compose_end(compose, &index));
  pat_output_line(cli, "%s", pat_show_asset(cli, asset));
  pat_output_text(cli, "asset", pat_show_asset(cli, asset));
  return PAT_OK;
}

pat_status pat_cmd_asset_register(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  const char *name = pat_cli_option(cli, PAT_OPTION_CLASS);
  if (name == NULL || pat_options_count(&cli->options, PAT_OPTION_CLASS) != 1) {
    return pat_cli_usage(cli, "of which class? give one --class");
  }
  uint64_t version = 0;
  PAT_TRY(pat_cli_number(cli, PAT_OPTION_VERSION, 0, &version));
  PAT_TRY(pat_compose_begin(cli, &compose));
  const Patina__AssetClass *schema = NULL;
  PAT_TRY(pat_compose_class(&compose, name, (uint32_t)version, &schema));
  uint8_t id[PAT_ASSET_ID_BYTES];
  PAT_TRY(pat_files_entropy(id, sizeof id));
  Patina__AssetRegistered body = PATINA__ASSET_REGISTERED__INIT;
  body.asset = pat_draft_field(PAT_SPAN_OF(id));
  body.class_name = schema->name;
  body.class_version = schema->version;
  const pat_build_definitions definitions = {schema->attributes, schema->n_attributes,
                                             PATINA__BUNDLE__BUNDLE_MANUFACTURER};
  pat_build_input input = {.cleared_count = 0};
  PAT_TRY(values_of(cli, PAT_OPTION_SET, &input.pairs, &input.pair_count));
  PAT_TRY(pat_build_attributes(compose.draft, &definitions, &input, &body.attributes,
                               &body.n_attributes, &cli->error));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_ASSET_REGISTERED;
  compose.draft->message.asset_registered = &body;
  return finish_registration(cli, &compose, body.asset);
}

/* --- attributes ------------------------------------------------------------------------------ */

/* The asset's class, and how often it has changed: from the options alone, or from its verified
 * history. */
static pat_status find_asset(pat_compose *compose, ProtobufCBinaryData asset,
                             const Patina__AssetClass **ret_class, uint64_t *ret_version) {
  pat_cli *cli = compose->cli;
  bool has_version = pat_cli_option(cli, PAT_OPTION_EXPECT_VERSION) != NULL;
  if (has_version && pat_cli_option(cli, PAT_OPTION_SCHEMA) != NULL) {
    PAT_TRY(pat_cli_number(cli, PAT_OPTION_EXPECT_VERSION, 0, ret_version));
    return pat_compose_class(compose, "", 0, ret_class);
  }
  pat_session *session = NULL;
  PAT_TRY(pat_compose_session(compose, &session));
  pat_asset_report report;
  PAT_TRY(pat_asset_report_load(session, asset, &report));
  *ret_class = report.history.schema;
  return pat_cli_number(cli, PAT_OPTION_EXPECT_VERSION, report.state->version, ret_version);
}

pat_status pat_cmd_attribute_set(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  Patina__AttributesChanged body = PATINA__ATTRIBUTES_CHANGED__INIT;
  PAT_TRY(pat_compose_asset(cli, pat_cli_operand(cli, 0), &body.asset));
  pat_build_input input = {.pairs = cli->options.operands + 1,
                           .pair_count = cli->options.operand_count - 1};
  PAT_TRY(values_of(cli, PAT_OPTION_CLEAR, &input.cleared, &input.cleared_count));
  if (input.pair_count + input.cleared_count == 0) {
    return pat_cli_usage(cli, "change what? give NAME=VALUE, or --clear NAME");
  }
  PAT_TRY(pat_compose_begin(cli, &compose));
  const Patina__AssetClass *schema = NULL;
  PAT_TRY(find_asset(&compose, body.asset, &schema, &body.expected_version));
  const pat_build_definitions definitions = {schema->attributes, schema->n_attributes,
                                             PATINA__BUNDLE__BUNDLE_CONSUMER};
  PAT_TRY(pat_build_attributes(compose.draft, &definitions, &input, &body.attributes,
                               &body.n_attributes, &cli->error));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_ATTRIBUTES_CHANGED;
  compose.draft->message.attributes_changed = &body;
  PAT_TRY(pat_compose_end(&compose, NULL));
  pat_output_line(cli, "version %" PRIu64, body.expected_version + 1);
  pat_output_number(cli, "assetVersion", body.expected_version + 1);
  return PAT_OK;
}

/* --- identifiers ----------------------------------------------------------------------------- */

/* Shows recorded values that are nearly the same, and refuses unless the caller has seen them. */
static pat_status ask_near_misses(pat_cli *cli, pat_compose *compose) {
  bool offline = pat_cli_option(cli, PAT_OPTION_OUTPUT) != NULL;
  if (offline || pat_draft_missing(compose->envelope) > 0) return PAT_OK;
  if (pat_options_has(&cli->options, PAT_OPTION_ACCEPT_NEAR_MISS)) return PAT_OK;
  pat_session *session = NULL;
  PAT_TRY(pat_compose_session(compose, &session));
  const Patina__SubmitResult *result = NULL;
  PAT_TRY(pat_submit_check(session, compose->envelope, &result));
  for (size_t i = 0; i < result->n_warnings; i++) {
    const Patina__Warning *warning = result->warnings[i];
    if (strcmp(warning->id, "identifier.near-miss") != 0) continue;
    for (size_t value = 0; value < warning->n_values; value++) {
      pat_output_line(cli, "recorded: %s", warning->values[value]);
    }
    PAT_TRY(pat_output_element(cli, "warnings", &warning->base));
    return pat_refuse(PAT_RULE_CLI_NEAR_MISS);
  }
  return PAT_OK;
}

/* Catches slips before anything is signed. */
static pat_status check_value(pat_cli *cli, const Patina__IdentifierScheme *scheme,
                              const char *scope, const char *value) {
  pat_identifier identifier;
  PAT_TRY(pat_identifier_scope_check(scheme, scope, &cli->error));
  return pat_identifier_normalise(scheme, pat_span_text(value), &identifier, &cli->error);
}

pat_status pat_cmd_identifier_assign(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  const char *value = pat_cli_operand(cli, 2);
  const char *scope = pat_cli_option(cli, PAT_OPTION_SCOPE);
  Patina__IdentifierAssigned body = PATINA__IDENTIFIER_ASSIGNED__INIT;
  PAT_TRY(pat_compose_asset(cli, pat_cli_operand(cli, 0), &body.asset));
  PAT_TRY(pat_compose_begin(cli, &compose));
  const Patina__IdentifierScheme *scheme = NULL;
  PAT_TRY(pat_compose_scheme(&compose, pat_cli_operand(cli, 1), 0, &scheme));
  body.scheme = scheme->name;
  body.scheme_version = scheme->version;
  body.scope = (char *)(uintptr_t)(scope != NULL ? scope : "");
  PAT_TRY(check_value(cli, scheme, body.scope, value));
  PAT_TRY(pat_draft_disclose_text(compose.draft, "value", value, &body.value, &cli->error));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED;
  compose.draft->message.identifier_assigned = &body;
  PAT_TRY(pat_compose_sign(&compose));
  PAT_TRY(ask_near_misses(cli, &compose));
  PAT_TRY(pat_compose_end(&compose, NULL));
  const char *hash = pat_output_hex(cli, pat_hash_span(&compose.statement.sha256));
  pat_output_line(cli, "%s", hash);
  return PAT_OK;
}

static bool was_released(const pat_asset_report *report, pat_span assignment) {
  for (size_t i = 0; i < report->history.n_entries; i++) {
    const pat_statement *statement = &report->entries[i]->statement;
    if (statement->kind->number != PAT_KIND_IDENTIFIER_RELEASED) continue;
    pat_span released = pat_draft_span(statement->message->identifier_released->assignment);
    if (pat_span_equal(released, assignment)) return true;
  }
  return false;
}

/* What is to be released, as typed. */
typedef struct {
  const char *value;
  pat_span assignment; /* from --assignment; empty: found by the value */
} release_wish;

/* True where an assignment is the one that is meant. */
static pat_status is_meant(pat_session *session, const pat_verified_entry *entry,
                           const release_wish *wish, bool *ret_meant) {
  pat_cli *cli = session->cli;
  const Patina__IdentifierAssigned *said = entry->statement.message->identifier_assigned;
  if (wish->assignment.size > 0) {
    *ret_meant = pat_span_equal(wish->assignment, pat_hash_span(&entry->statement.sha256));
    return PAT_OK;
  }
  *ret_meant = false;
  Patina__Disclosure *disclosure = NULL;
  PAT_TRY(pat_verify_disclosed(entry, 0, &cli->arena, &disclosure));
  if (disclosure == NULL) return PAT_OK;
  const Patina__IdentifierScheme *scheme = NULL;
  PAT_TRY(pat_session_scheme(session, said->scheme, said->scheme_version, &scheme));
  pat_identifier recorded;
  pat_identifier typed;
  pat_span text = pat_span_text(disclosure->value->text);
  PAT_TRY(pat_identifier_normalise(scheme, text, &recorded, &cli->error));
  pat_span wished = pat_span_text(wish->value);
  *ret_meant = pat_is_ok(pat_identifier_normalise(scheme, wished, &typed, NULL)) &&
               strcmp(recorded.text, typed.text) == 0;
  return PAT_OK;
}

/* The live assignment that is meant, in the asset's verified history. */
static pat_status find_assignment(pat_session *session, const pat_asset_report *report,
                                  const release_wish *wish, Patina__IdentifierReleased *body) {
  for (size_t i = 0; i < report->history.n_entries; i++) {
    const pat_verified_entry *entry = report->entries[i];
    if (entry->statement.kind->number != PAT_KIND_IDENTIFIER_ASSIGNED) continue;
    const Patina__IdentifierAssigned *said = entry->statement.message->identifier_assigned;
    if (strcmp(said->scheme, body->scheme) != 0 || strcmp(said->scope, body->scope) != 0) continue;
    if (was_released(report, pat_hash_span(&entry->statement.sha256))) continue;
    bool meant = false;
    PAT_TRY(is_meant(session, entry, wish, &meant));
    if (!meant) continue;
    body->scheme_version = said->scheme_version;
    body->assignment = pat_draft_field(pat_hash_span(&entry->statement.sha256));
    return PAT_OK;
  }
  return pat_cli_fail_as(session->cli, pat_refuse(PAT_RULE_VERIFY_MISSING), PAT_EXIT_NOT_FOUND,
                         "this asset does not carry that value now, as far as can be seen");
}

static pat_status read_wish(pat_cli *cli, release_wish *ret_wish) {
  ret_wish->value = pat_cli_operand(cli, 2);
  ret_wish->assignment = PAT_SPAN_EMPTY;
  const char *hash = pat_cli_option(cli, PAT_OPTION_ASSIGNMENT);
  if (hash == NULL) return PAT_OK;
  ProtobufCBinaryData field;
  PAT_TRY(pat_compose_hash(cli, hash, "an assignment", &field));
  ret_wish->assignment = pat_draft_span(field);
  return PAT_OK;
}

pat_status pat_cmd_identifier_release(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  release_wish wish;
  PAT_TRY(read_wish(cli, &wish));
  const char *scope = pat_cli_option(cli, PAT_OPTION_SCOPE);
  Patina__IdentifierReleased body = PATINA__IDENTIFIER_RELEASED__INIT;
  PAT_TRY(pat_compose_asset(cli, pat_cli_operand(cli, 0), &body.asset));
  body.scheme = (char *)(uintptr_t)pat_cli_operand(cli, 1);
  body.scope = (char *)(uintptr_t)(scope != NULL ? scope : "");
  PAT_TRY(pat_compose_begin(cli, &compose));
  pat_session *session = NULL;
  PAT_TRY(pat_compose_session(&compose, &session));
  pat_asset_report report;
  PAT_TRY(pat_asset_report_load(session, body.asset, &report));
  PAT_TRY(find_assignment(session, &report, &wish, &body));
  PAT_TRY(pat_draft_disclose_text(compose.draft, "value", wish.value, &body.value, &cli->error));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_IDENTIFIER_RELEASED;
  compose.draft->message.identifier_released = &body;
  PAT_TRY(pat_compose_end(&compose, NULL));
  pat_output_line(cli, "%s", pat_output_hex(cli, pat_hash_span(&compose.statement.sha256)));
  return PAT_OK;
}
