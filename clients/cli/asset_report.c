#include "clients/cli/asset_report.h"

#include "clients/cli/output.h"
#include "clients/cli/show.h"
#include "core/model/fold.h"
#include "core/verify/history.h"

pat_status pat_asset_report_of(pat_cli *cli, const pat_proof *proof, pat_asset_report *ret_report) {
  const pat_bundle_report *checked = &proof->report;
  pat_asset_report report = {.asset = checked->history.asset,
                             .proof = *proof,
                             .history = checked->history,
                             .entries = checked->entries};
  if (!checked->recorded) {
    return pat_cli_fail_as(cli, pat_refuse(PAT_RULE_ASSET_UNKNOWN), PAT_EXIT_NOT_FOUND,
                           "nothing is recorded about this asset: the log proves it");
  }
  PAT_TRY(
      pat_cli_evidence(cli, pat_fold(&report.history, &cli->arena, &report.state, &cli->error)));
  *ret_report = report;
  return PAT_OK;
}

pat_status pat_asset_report_prove(pat_session *session, ProtobufCBinaryData asset,
                                  pat_proof *ret_proof) {
  pat_span bytes;
  PAT_TRY(pat_proof_fetch_asset(session, asset, 0, &bytes));
  PAT_TRY(pat_proof_accept(session, bytes, ret_proof));
  ProtobufCBinaryData about = ret_proof->report.history.asset;
  bool same =
      pat_span_equal(pat_span_make(about.data, about.len), pat_span_make(asset.data, asset.len));
  return same ? PAT_OK : pat_cli_evidence(session->cli, pat_refuse(PAT_RULE_VERIFY_VIEW));
}

pat_status pat_asset_report_load(pat_session *session, ProtobufCBinaryData asset,
                                 pat_asset_report *ret_report) {
  pat_proof proof;
  PAT_TRY(pat_asset_report_prove(session, asset, &proof));
  return pat_asset_report_of(session->cli, &proof, ret_report);
}

pat_status pat_asset_report_compare(pat_session *session, pat_asset_report *report) {
  enum { ROUNDS_MAX = 4 };
  pat_cli *cli = session->cli;
  const char *path = pat_show_format(cli, "/v1/assets/%s", pat_show_asset(cli, report->asset));
  for (size_t round = 0; round < ROUNDS_MAX; round++) {
    ProtobufCMessage *message = NULL;
    PAT_TRY(pat_fetch_message(session->fetch, path, &patina__asset_view__descriptor, &message));
    const Patina__AssetView *view = (const Patina__AssetView *)message;
    pat_verify_place place;
    PAT_TRY(pat_session_place(session, view->checkpoint, &place));
    if (place.head.size == report->proof.report.verdict.checkpoint.head.size) {
      bool same = view->state != NULL &&
                  pat_verify_same(&view->state->base, &report->state->base, &cli->arena);
      pat_status status = same ? PAT_OK : pat_refuse(PAT_RULE_VERIFY_STATE);
      return pat_cli_evidence(cli, status);
    }
    PAT_TRY(pat_asset_report_load(session, report->asset, report));
  }
  pat_output_note(cli,
                  "The log grows too fast to compare the served state; what is shown was "
                  "computed here.");
  return PAT_OK;
}
