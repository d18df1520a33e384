#include "clients/cli/proof.h"

#include <inttypes.h>

#include "clients/cli/draft.h"
#include "clients/cli/explain.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/show.h"

#define MEDIA_BUNDLE "application/vnd.patina.bundle.v1+protobuf"

/* --- checking -------------------------------------------------------------------------------- */

/* The number and the name of the check are as good a message as the rule's. */
static pat_status fail(pat_cli *cli, const pat_bundle_report *report) {
  cli->error = report->error;
  pat_output_number(cli, "check", (uint64_t)report->check);
  pat_cli_explain(cli, pat_exit_of_word(report->word), "%s: V%d (%s): %s",
                  pat_word_text(report->word), (int)report->check, pat_explain_check(report->check),
                  pat_rule_message((pat_rule)report->status.rule));
  return report->status;
}

pat_status pat_proof_check(pat_cli *cli, const pat_policy *policy, pat_span bytes,
                           const pat_tlog_head *earlier, pat_proof *ret_proof) {
  bool explain = pat_options_has(&cli->options, PAT_OPTION_EXPLAIN);
  const pat_bundle_question question = {.policy = policy,
                                        .earlier = earlier,
                                        .context = cli,
                                        .trace = explain ? pat_explain_step : NULL};
  ret_proof->bytes = bytes;
  ret_proof->policy = policy;
  pat_status status = pat_bundle_verify(bytes, &question, &cli->arena, &ret_proof->report);
  if (!pat_is_ok(status)) return fail(cli, &ret_proof->report);
  cli->roll = ret_proof->report.roll;
  return PAT_OK;
}

pat_status pat_proof_accept(pat_session *session, pat_span bytes, pat_proof *ret_proof) {
  PAT_TRY(pat_proof_check(session->cli, session->policy, bytes, NULL, ret_proof));
  pat_verify_place place;
  return pat_session_place(session, ret_proof->report.bundle->checkpoint, &place);
}

/* --- fetching -------------------------------------------------------------------------------- */

pat_status pat_proof_fetch_asset(pat_session *session, ProtobufCBinaryData asset, uint64_t since,
                                 pat_span *ret_bytes) {
  pat_cli *cli = session->cli;
  const char *query = since > 0 ? pat_show_format(cli, "?since=%" PRIu64, since) : "";
  const char *path =
      pat_show_format(cli, "/v1/assets/%s/bundle%s", pat_show_asset(cli, asset), query);
  return pat_fetch_get_as(session->fetch, path, MEDIA_BUNDLE, PAT_BUNDLE_BYTES_MAX, ret_bytes);
}

pat_status pat_proof_fetch_lookup(pat_session *session, const Patina__LookupRequest *request,
                                  pat_span *ret_bytes) {
  pat_cli *cli = session->cli;
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_fetch_post(session->fetch, "/v1/lookup", &request->base,
                         &patina__lookup_response__descriptor, &message));
  const Patina__LookupResponse *response = (const Patina__LookupResponse *)message;
  if (response->proof == NULL) {
    return pat_cli_fail_as(cli, pat_refuse(PAT_RULE_VERIFY_MISSING), PAT_EXIT_NOT_PROVEN,
                           "not proven: the log answered without a proof");
  }
  /* The canonical bytes: the same that came. */
  return pat_draft_encode(&cli->arena, &response->proof->base, ret_bytes);
}

/* --- keeping --------------------------------------------------------------------------------- */

pat_status pat_proof_save(pat_cli *cli, const pat_proof *proof) {
  const char *path = pat_cli_option(cli, PAT_OPTION_SAVE);
  if (path == NULL) return PAT_OK;
  PAT_TRY(pat_files_write(path, proof->bytes, &cli->error));
  pat_output_text(cli, "saved", path);
  return PAT_OK;
}

/* --- showing --------------------------------------------------------------------------------- */

/* The auditors that cosigned, as the policy names them. */
static const char *auditors_of(pat_cli *cli, const pat_proof *proof) {
  const pat_policy *policy = proof->policy;
  const char *names = "";
  for (size_t i = 0; i < policy->party_count; i++) {
    const pat_policy_party *party = &policy->parties[i];
    if (!pat_policy_is_auditor(party) || !proof->report.verdict.witnessed[i]) continue;
    names = pat_show_format(cli, "%s%s%.*s", names, names[0] != '\0' ? ", " : "",
                            (int)party->name.size, (const char *)party->name.data);
  }
  return names;
}

static void show_age(pat_cli *cli, const pat_bundle_report *report) {
  uint64_t now = pat_cli_now_ms();
  uint64_t age_s = now > report->commit_time_ms ? (now - report->commit_time_ms) / 1000 : 0;
  if (age_s <= report->max_quiet_s) return;
  pat_output_note(cli, "The checkpoint is %" PRIu64 " s old: what was recorded since is not in it.",
                  age_s);
}

void pat_proof_show(pat_cli *cli, const pat_proof *proof) {
  const pat_bundle_report *report = &proof->report;
  uint64_t size = report->verdict.checkpoint.head.size;
  const char *time = pat_output_time(cli, report->commit_time_ms);
  pat_output_line(cli, "checkpoint %" PRIu64 " of %s, %s", size, time,
                  pat_show_count(cli, report->verdict.witness_count, "witness", "witnesses"));
  if (report->confirmed) {
    const char *names = auditors_of(cli, proof);
    pat_output_line(cli, "complete at checkpoint %" PRIu64 ": confirmed by auditor %s", size,
                    names);
    pat_output_text(cli, "auditors", names);
  } else {
    pat_output_line(cli, "complete according to this log's index at checkpoint %" PRIu64, size);
  }
  pat_output_text(cli, "complete", report->confirmed ? "confirmed" : "claimed");
  pat_output_text(cli, "checkpointTime", time);
  pat_output_number(cli, "treeSize", size);
  pat_output_number(cli, "witnesses", report->verdict.witness_count);
  show_age(cli, report);
}

static pat_status show_span(pat_cli *cli, const Patina__AssignmentSpan *span) {
  bool ended = span->release_case == PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
  const char *until =
      ended ? pat_show_format(cli, ", released at %" PRIu64, span->released_index) : "";
  pat_output_line(cli, "%s  assigned at %" PRIu64 "%s", pat_show_asset(cli, span->asset),
                  span->assigned_index, until);
  return pat_output_element(cli, "spans", &span->base);
}

pat_status pat_proof_show_spans(pat_cli *cli, const pat_proof *proof, size_t *ret_found) {
  size_t found = 0;
  for (size_t i = 0; i < proof->report.answer_count; i++) {
    const Patina__IdentifierHistory *history = proof->report.answers[i].history;
    for (size_t span = 0; history != NULL && span < history->n_spans; span++) {
      PAT_TRY(show_span(cli, history->spans[span]));
      found++;
    }
  }
  pat_output_number(cli, "found", found);
  if (found == 0) {
    pat_output_line(cli, "nothing recorded under any published version of %s",
                    proof->report.bundle->lookup->scheme);
  }
  *ret_found = found;
  return PAT_OK;
}
