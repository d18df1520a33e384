/* patina asset find: which assets carry or carried an identifier, or the proof that none does. */
#include "clients/cli/commands.h"
#include "clients/cli/output.h"
#include "clients/cli/proof.h"
#include "core/model/identifier.h"

const pat_manual pat_manual_asset_find = {
    .synopsis = "SCHEME VALUE",
    .examples =
        "  patina asset find vin 1M8GDM9AXKP042788\n"
        "  patina asset find serial 4711 --scope steinway\n",
    .details =
        "The log proves what it holds about the number, also that it holds nothing (exit 3).\n"
        "--save keeps the bundle, which anybody can check without a network.\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(SCOPE) | PAT_OPTION_BIT(SAVE),
    .operands_min = 2,
    .operands_max = 2,
};

/* What was typed must be possible under the newest version; else it is a slip. */
static pat_status check_typed(pat_cli *cli, const Patina__LookupRequest *request,
                              const pat_bundle_report *report) {
  const Patina__IdentifierScheme *newest = report->answers[report->answer_count - 1].scheme;
  pat_identifier identifier;
  PAT_TRY(pat_identifier_scope_check(newest, request->scope, &cli->error));
  return pat_identifier_normalise(newest, pat_span_text(request->value), &identifier, &cli->error);
}

/* The bundle must be about what was asked. */
static pat_status check_claim(pat_cli *cli, const Patina__LookupRequest *request,
                              const pat_bundle_report *report) {
  const Patina__LookupClaim *claim = report->bundle->lookup;
  bool same = report->answer_count > 0 &&
              pat_span_equal(pat_span_text(claim->scheme), pat_span_text(request->scheme)) &&
              pat_span_equal(pat_span_text(claim->scope), pat_span_text(request->scope)) &&
              pat_span_equal(pat_span_text(claim->value), pat_span_text(request->value));
  return same ? PAT_OK : pat_cli_evidence(cli, pat_refuse(PAT_RULE_VERIFY_VIEW));
}

pat_status pat_cmd_asset_find(pat_cli *cli) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  const char *scope = pat_cli_option(cli, PAT_OPTION_SCOPE);
  Patina__LookupRequest request = PATINA__LOOKUP_REQUEST__INIT;
  request.scheme = (char *)(uintptr_t)pat_cli_operand(cli, 0);
  request.scope = (char *)(uintptr_t)(scope != NULL ? scope : "");
  request.value = (char *)(uintptr_t)pat_cli_operand(cli, 1);
  PAT_TRY(pat_session_open(cli, &session));
  pat_span bytes;
  pat_proof proof;
  PAT_TRY(pat_proof_fetch_lookup(&session, &request, &bytes));
  PAT_TRY(pat_proof_accept(&session, bytes, &proof));
  PAT_TRY(check_claim(cli, &request, &proof.report));
  PAT_TRY(check_typed(cli, &request, &proof.report));
  PAT_TRY(pat_proof_save(cli, &proof));
  size_t found = 0;
  PAT_TRY(pat_proof_show_spans(cli, &proof, &found));
  pat_proof_show(cli, &proof);
  if (found == 0) cli->verdict = PAT_EXIT_NOT_FOUND;
  return PAT_OK;
}
