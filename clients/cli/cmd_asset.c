/* patina asset show and history: what is recorded about an asset, from what was verified here. */
#include "clients/cli/asset_report.h"
#include "clients/cli/asset_show.h"
#include "clients/cli/commands.h"
#include "clients/cli/compose.h"
#include "clients/cli/output.h"

const pat_manual pat_manual_asset_show = {
    .synopsis = "ID",
    .examples = "  patina asset show 01K9XQ7ZC3T4V5W6Y7Z8A9B0C1D\n",
    .details =
        "The state is computed here from the verified history, never taken from the server;\n"
        "where the server's own state differs, that is reported (exit 4). --save keeps the\n"
        "bundle, which anybody can check without a network.\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(SAVE) | PAT_OPTION_BIT(ALL),
    .operands_min = 1,
    .operands_max = 1,
};

const pat_manual pat_manual_asset_history = {
    .synopsis = "ID",
    .examples =
        "  patina asset history 01K9XQ7ZC3T4V5W6Y7Z8A9B0C1D\n"
        "  patina asset history 01K9XQ7ZC3T4V5W6Y7Z8A9B0C1D --json\n",
    .details =
        "Nothing is printed before everything was verified. Silence about something means\n"
        "that none is recorded here, not that there was none.\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(SAVE) | PAT_OPTION_BIT(ALL),
    .operands_min = 1,
    .operands_max = 1,
};

/* What both commands begin with. */
static pat_status load(pat_session *session, pat_asset_report *ret_report) {
  pat_cli *cli = session->cli;
  ProtobufCBinaryData asset;
  PAT_TRY(pat_compose_asset(cli, pat_cli_operand(cli, 0), &asset));
  PAT_TRY(pat_session_open(cli, session));
  return pat_asset_report_load(session, asset, ret_report);
}

pat_status pat_cmd_asset_show(pat_cli *cli) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  pat_asset_report report;
  PAT_TRY(load(&session, &report));
  PAT_TRY(pat_asset_report_compare(&session, &report));
  PAT_TRY(pat_proof_save(cli, &report.proof));
  pat_asset_show_state(cli, &report);
  PAT_TRY(pat_output_message(cli, "folded", &report.state->base));
  pat_asset_show_end(cli, &report);
  return PAT_OK;
}

pat_status pat_cmd_asset_history(pat_cli *cli) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  pat_asset_report report;
  PAT_TRY(load(&session, &report));
  PAT_TRY(pat_proof_save(cli, &report.proof));
  PAT_TRY(pat_asset_show_history(cli, &report));
  pat_asset_show_end(cli, &report);
  return PAT_OK;
}
