#include "clients/cli/audit/statements.h"

#include <inttypes.h>

#include "clients/cli/asset_report.h"
#include "clients/cli/audit/bar.h"
#include "clients/cli/audit/difference.h"
#include "clients/cli/draft.h"
#include "clients/cli/output.h"
#include "clients/cli/show.h"
#include "proto/api.pb-c.h"

/* What was not evaluated, and the first asset of which that is true. */
typedef struct {
  pat_status status; /* OK: none yet */
  pat_failure failure;
} first_failure;

typedef struct {
  pat_session *session;
  pat_mirror *mirror;
  const pat_asset_list *list;
  const pat_audited *audited;
  pat_statements_found *found;
  pat_mirror_progress progress;
  uint64_t kept_ms; /* when it was written down last */
  pat_bar bar;
  first_failure unproven;
  first_failure unchecked;
} statements_run;

static ProtobufCBinaryData field_of(const pat_asset_id *id) {
  return (ProtobufCBinaryData){sizeof id->bytes, (uint8_t *)(uintptr_t)id->bytes};
}

static const pat_history *history_of(const statements_run *run, const pat_asset_id *id) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(id->bytes));
  return pat_histories_find(&run->audited->replay.histories, &key);
}

/* --- evidence -------------------------------------------------------------------------------- */

static void keep(statements_run *run, const char *what, pat_span bytes) {
  pat_trust_keep_evidence(&run->session->trust, what, &bytes, 1);
}

/* The server's word is not what follows: both sides are kept. */
static pat_status refuse_served(statements_run *run, const pat_asset_report *report,
                                const ProtobufCMessage *served, const pat_difference *difference) {
  pat_cli *cli = run->session->cli;
  pat_bar_clear(&run->bar);
  keep(run, "state.patina", report->proof.bytes);
  pat_span bytes;
  PAT_TRY(pat_draft_encode(&cli->arena, served, &bytes));
  keep(run, "state.served", bytes);
  const char *statement = pat_output_hex(cli, difference->statement);
  pat_output_text(cli, "badField", difference->field);
  if (difference->statement.size > 0) pat_output_text(cli, "badStatement", statement);
  return pat_cli_fail_as(cli, pat_refuse(PAT_RULE_VERIFY_STATE), PAT_EXIT_DOES_NOT_MATCH,
                         "the server's %s does not follow from its history%s%s", difference->field,
                         difference->statement.size > 0 ? "; it rests on statement " : "",
                         statement);
}

/* --- one asset ------------------------------------------------------------------------------- */

static pat_status fetch_served(statements_run *run, const pat_asset_report *report,
                               const char *part, const ProtobufCMessageDescriptor *descriptor,
                               ProtobufCMessage **ret_served) {
  pat_cli *cli = run->session->cli;
  const char *path =
      pat_show_format(cli, "/v1/assets/%s%s", pat_show_asset(cli, report->asset), part);
  return pat_fetch_message(run->session->fetch, path, descriptor, ret_served);
}

/* The checkpoint of what was served is believed, and is that of the bundle. */
static pat_status is_same_place(statements_run *run, const pat_asset_report *report,
                                const char *checkpoint, bool *ret_same) {
  pat_verify_place place;
  PAT_TRY(pat_session_place(run->session, checkpoint, &place));
  *ret_same = place.head.size == report->proof.report.verdict.checkpoint.head.size;
  return PAT_OK;
}

static pat_status compare(statements_run *run, const pat_asset_report *report,
                          const ProtobufCMessage *folded, const ProtobufCMessage *served) {
  pat_difference difference;
  bool differs = pat_difference_find(folded, served, &run->session->cli->arena, &difference);
  return differs ? refuse_served(run, report, served, &difference) : PAT_OK;
}

static pat_status compare_state(statements_run *run, const pat_asset_report *report,
                                bool *ret_same_place) {
  ProtobufCMessage *message = NULL;
  PAT_TRY(fetch_served(run, report, "", &patina__asset_view__descriptor, &message));
  const Patina__AssetView *served = (const Patina__AssetView *)message;
  PAT_TRY(is_same_place(run, report, served->checkpoint, ret_same_place));
  if (!*ret_same_place) return PAT_OK;
  Patina__AssetView folded = PATINA__ASSET_VIEW__INIT;
  folded.checkpoint = served->checkpoint;
  folded.state = report->state;
  folded.schema = report->history.schema;
  return compare(run, report, &folded.base, message);
}

static pat_status compare_findings(statements_run *run, const pat_asset_report *report,
                                   bool *ret_same_place) {
  ProtobufCMessage *message = NULL;
  PAT_TRY(fetch_served(run, report, "/findings", &patina__findings_view__descriptor, &message));
  const Patina__FindingsView *served = (const Patina__FindingsView *)message;
  PAT_TRY(is_same_place(run, report, served->checkpoint, ret_same_place));
  if (!*ret_same_place) return PAT_OK;
  Patina__FindingsView folded = PATINA__FINDINGS_VIEW__INIT;
  folded.checkpoint = served->checkpoint;
  folded.asset = report->asset;
  folded.findings = report->state->findings;
  folded.n_findings = report->state->n_findings;
  return compare(run, report, &folded.base, message);
}

/* How many of the entries stand in the audited tree. */
static size_t count_audited(const statements_run *run, Patina__HistoryEntry *const *entries,
                            size_t count) {
  size_t audited = 0;
  while (audited < count && entries[audited]->index < run->audited->replay.range.size)
    audited++;
  return audited;
}

static uint64_t count_statements(const statements_run *run, const Patina__AssetHistory *history) {
  uint64_t count = count_audited(run, history->entries, history->n_entries);
  for (size_t i = 0; i < history->n_streams; i++)
    count += count_audited(run, history->streams[i]->entries, history->streams[i]->n_entries);
  return count;
}

/* The bundle's checkpoint may be newer than the audited one, and its index is its own: the history
 * must be the one that the replay has seen. */
static pat_status check_history(statements_run *run, const pat_asset_id *id,
                                const pat_bundle_report *checked) {
  const pat_history *history = history_of(run, id);
  uint64_t expected = history == NULL ? 0 : history->count;
  uint64_t served = count_audited(run, checked->history.entries, checked->history.n_entries);
  if (expected == served) return PAT_OK;
  return pat_cli_fail_as(
      run->session->cli, pat_refuse(PAT_RULE_VERIFY_CHAIN), PAT_EXIT_DOES_NOT_MATCH,
      "the bundle has %" PRIu64 " of the history's %" PRIu64 " entries", served, expected);
}

/* Everything of one asset at one checkpoint. *ret_same_place false: the log has grown meanwhile. */
static pat_status evaluate_once(statements_run *run, const pat_asset_id *id, pat_proof *proof,
                                bool *ret_same_place) {
  PAT_TRY(pat_asset_report_prove(run->session, field_of(id), proof));
  PAT_TRY(check_history(run, id, &proof->report));
  *ret_same_place = true;
  if (!proof->report.recorded) {
    run->found->unknown++;
    return PAT_OK;
  }
  pat_asset_report report;
  PAT_TRY(pat_asset_report_of(run->session->cli, proof, &report));
  PAT_TRY(compare_state(run, &report, ret_same_place));
  if (*ret_same_place) PAT_TRY(compare_findings(run, &report, ret_same_place));
  if (!*ret_same_place) return PAT_OK;
  run->found->matched++;
  run->found->statements += count_statements(run, &report.history);
  return PAT_OK;
}

static pat_status evaluate(statements_run *run, const pat_asset_id *id, pat_proof *proof) {
  enum { ROUNDS_MAX = 4 };
  for (size_t round = 0; round < ROUNDS_MAX; round++) {
    bool same_place = false;
    PAT_TRY(evaluate_once(run, id, proof, &same_place));
    if (same_place) return PAT_OK;
  }
  return pat_cli_fail_as(
      run->session->cli, pat_refuse(PAT_RULE_VERIFY_MISSING), PAT_EXIT_COULD_NOT_CHECK,
      "the log grows too fast to see its bundle and its state at one checkpoint");
}

/* --- what did not match ---------------------------------------------------------------------- */

static pat_exit code_of(const pat_cli *cli, pat_status status) {
  pat_exit code = cli->failure.set ? cli->failure.code : pat_exit_of_evidence(status);
  /* Whatever the server's reason: it does not serve what is in the log. */
  return code == PAT_EXIT_NOT_FOUND ? PAT_EXIT_COULD_NOT_CHECK : code;
}

/* The failure again, with the asset in front. */
static void name_asset(pat_cli *cli, const pat_asset_id *id, pat_status status, pat_exit code) {
  pat_failure failure = cli->failure;
  bool explained = failure.set && failure.detail[0] != '\0';
  cli->failure = (pat_failure){.set = false};
  pat_cli_explain(cli, code, "asset %s: %s", pat_show_asset(cli, field_of(id)),
                  explained ? failure.detail : pat_rule_message((pat_rule)status.rule));
}

/* Puts an asset that could not be evaluated aside, so that the others are. */
static void put_aside(pat_cli *cli, pat_status status, uint64_t *count, first_failure *first) {
  *count += 1;
  if (pat_is_ok(first->status)) *first = (first_failure){status, cli->failure};
  cli->failure = (pat_failure){.set = false};
  cli->error = (pat_err){.offset = 0};
}

/* Nothing is asked any more of a server that is not there. */
static bool ends_all(pat_status status, pat_exit code) {
  return code == PAT_EXIT_INTERNAL || pat_is_rule(status, PAT_RULE_CLI_NETWORK) ||
         pat_is_rule(status, PAT_RULE_LIMIT_MEMORY);
}

static pat_status take_failure(statements_run *run, const pat_asset_id *id, const pat_proof *proof,
                               pat_status status) {
  pat_cli *cli = run->session->cli;
  pat_exit code = code_of(cli, status);
  name_asset(cli, id, status, code);
  if (code == PAT_EXIT_NOT_PROVEN) {
    put_aside(cli, status, &run->found->unproven, &run->unproven);
    return PAT_OK;
  }
  if (code != PAT_EXIT_DOES_NOT_MATCH && !ends_all(status, code)) {
    put_aside(cli, status, &run->found->unchecked, &run->unchecked);
    return PAT_OK;
  }
  pat_bar_clear(&run->bar);
  pat_output_text(cli, "badAsset", pat_show_asset(cli, field_of(id)));
  bool of_bundle = code == PAT_EXIT_DOES_NOT_MATCH && !pat_is_rule(status, PAT_RULE_VERIFY_STATE);
  if (of_bundle && proof->bytes.size > 0) keep(run, "asset.patina", proof->bytes);
  return status;
}

/* --- the whole list -------------------------------------------------------------------------- */

static bool is_whole(const statements_run *run) {
  return run->found->unproven == 0 && run->found->unchecked == 0;
}

static pat_status keep_progress(statements_run *run, size_t done) {
  enum { EVERY_MS = 2000 };
  uint64_t now_ms = pat_cli_now_ms();
  bool due = done == run->list->count || now_ms - run->kept_ms >= EVERY_MS;
  if (!is_whole(run) || !due) return PAT_OK;
  run->kept_ms = now_ms;
  run->progress.done = done;
  run->progress.unknown = run->found->unknown;
  run->progress.statements = run->found->statements;
  return pat_mirror_progress_write(run->mirror, &run->progress);
}

/* A run that was interrupted goes on where the log still begins as it did; one that was whole is
 * done again for a newer tree. */
static size_t begin_at(statements_run *run) {
  const pat_tlog_range *range = &run->audited->replay.range;
  pat_mirror_progress *progress = &run->progress;
  bool finished = progress->done == run->list->count && progress->head.size < range->size;
  bool goes_on = run->audited->earlier_fits && run->audited->earlier.size == progress->head.size &&
                 pat_hash_equal(&progress->list, &run->list->sha256) &&
                 progress->done <= run->list->count && !finished;
  if (!goes_on) {
    *progress = (pat_mirror_progress){.head = {range->size, pat_tlog_range_root(range)},
                                      .list = run->list->sha256};
  }
  run->found->before = progress->done;
  run->found->unknown = progress->unknown;
  run->found->matched = progress->done - progress->unknown;
  run->found->statements = progress->statements;
  return (size_t)progress->done;
}

static pat_status walk(statements_run *run) {
  pat_trust *trust = &run->session->trust;
  pat_trust_mark mark;
  PAT_TRY(pat_trust_mark_take(trust, &mark));
  for (size_t i = begin_at(run); i < run->list->count; i++) {
    pat_proof proof = {.bytes = PAT_SPAN_EMPTY};
    pat_status status = evaluate(run, &run->list->ids[i], &proof);
    if (!pat_is_ok(status)) PAT_TRY(take_failure(run, &run->list->ids[i], &proof, status));
    run->session->cli->roll = NULL; /* it lay in the memory that is given back */
    pat_trust_reset_to(trust, &mark);
    PAT_TRY(keep_progress(run, i + 1));
    pat_bar_tell(&run->bar, i + 1);
  }
  return PAT_OK;
}

static uint64_t count_unlisted(const statements_run *run) {
  uint64_t listed = 0;
  for (size_t i = 0; i < run->list->count; i++) {
    const pat_history *history = history_of(run, &run->list->ids[i]);
    listed += history != NULL && history->kind == PAT_HISTORY_ASSET ? 1 : 0;
  }
  return run->audited->replay.tally.assets - listed;
}

/* What was put aside is told when the list is through. */
static pat_status end(const statements_run *run) {
  const first_failure *first = pat_is_ok(run->unproven.status) ? &run->unchecked : &run->unproven;
  if (!pat_is_ok(first->status)) run->session->cli->failure = first->failure;
  return first->status;
}

pat_status pat_statements_run(pat_session *session, pat_mirror *mirror, const pat_asset_list *list,
                              const pat_audited *audited, pat_statements_found *ret_found) {
  statements_run run = {.session = session,
                        .mirror = mirror,
                        .list = list,
                        .audited = audited,
                        .found = ret_found,
                        .kept_ms = pat_cli_now_ms()};
  *ret_found = (pat_statements_found){.matched = 0};
  ret_found->unlisted = count_unlisted(&run);
  PAT_TRY(pat_mirror_progress_read(mirror, &run.progress));
  pat_bar_begin(&run.bar, session->cli, "assets", list->count);
  pat_status status = walk(&run);
  pat_bar_clear(&run.bar);
  PAT_TRY(status);
  return end(&run);
}

/* --- showing --------------------------------------------------------------------------------- */

static void show_unevaluated(pat_cli *cli, const pat_statements_found *found) {
  if (found->unlisted > 0) {
    pat_output_line(cli, "            could not evaluate %" PRIu64 ": the list does not name them",
                    found->unlisted);
  }
  if (found->unproven > 0) pat_output_line(cli, "            not proven %" PRIu64, found->unproven);
  if (found->unchecked > 0) {
    pat_output_line(cli, "            could not check %" PRIu64, found->unchecked);
  }
}

void pat_statements_show(pat_cli *cli, const pat_asset_list *list,
                         const pat_statements_found *found) {
  pat_output_line(cli,
                  "assets      %zu listed: %" PRIu64 " match, with %" PRIu64 " statements; %" PRIu64
                  " not recorded; %" PRIu64 " in an earlier run",
                  list->count, found->matched, found->statements, found->unknown, found->before);
  if (list->repeated > 0) {
    pat_output_line(cli, "            %zu lines name an asset again", list->repeated);
  }
  show_unevaluated(cli, found);
  pat_output_number(cli, "assetsListed", list->count);
  pat_output_number(cli, "assetsRepeated", list->repeated);
  pat_output_number(cli, "assetsMatch", found->matched);
  pat_output_number(cli, "assetsInEarlierRun", found->before);
  pat_output_number(cli, "assetsNotRecorded", found->unknown);
  pat_output_number(cli, "assetsNotListed", found->unlisted);
  pat_output_number(cli, "assetsNotProven", found->unproven);
  pat_output_number(cli, "assetsNotChecked", found->unchecked);
  pat_output_number(cli, "statementsJudged", found->statements);
}
