#include "clients/cli/import/known.h"

#include <string.h>

#include "clients/cli/asset_report.h"
#include "clients/cli/draft.h"
#include "core/model/identifier.h"
#include "core/verify/history.h"

static pat_status ask(pat_session *session, const pat_plan_identifier *identifier,
                      const Patina__LookupResponse **ret_response) {
  Patina__LookupRequest request = PATINA__LOOKUP_REQUEST__INIT;
  request.scheme = identifier->scheme->name;
  request.scope = (char *)(uintptr_t)identifier->scope;
  request.value = (char *)(uintptr_t)identifier->value;
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_fetch_post(session->fetch, "/v1/lookup", &request.base,
                         &patina__lookup_response__descriptor, &message));
  *ret_response = (const Patina__LookupResponse *)message;
  return PAT_OK;
}

/* A lookup's answer must be about this identifier. */
static pat_status check_key(pat_session *session, const pat_plan_identifier *identifier,
                            const Patina__LookupAnswer *answer, pat_hash *ret_key) {
  pat_cli *cli = session->cli;
  const Patina__GenesisParameters *parameters = session->genesis.message->genesis->parameters;
  const pat_verify_claim claim = {identifier->scheme, identifier->scope,
                                  pat_span_text(identifier->value),
                                  pat_draft_span(answer->vrf_proof)};
  PAT_TRY(pat_verify_identifier(parameters->vrf_key.data, &claim, ret_key, &cli->error));
  const Patina__IdentifierHistory *history = answer->history;
  bool same = history == NULL || history->n_spans == 0 ||
              pat_span_equal(pat_draft_span(history->key), pat_hash_span(ret_key));
  PAT_REQUIRE_AT(same, VERIFY_IDENTIFIER, &cli->error, 0, "history.key");
  return PAT_OK;
}

static pat_status check_span(pat_session *session, const pat_hash *key,
                             const Patina__AssignmentSpan *span) {
  pat_cli *cli = session->cli;
  Patina__LogEntry *leaf = NULL;
  PAT_REQUIRE_AT(span->asset.len == PAT_ASSET_ID_BYTES, VERIFY_SPAN, &cli->error, 0, "asset");
  PAT_TRY(pat_session_leaf(session, span->assigned_index, &leaf));
  return pat_cli_evidence(
      cli, pat_verify_span(leaf, key, pat_draft_span(span->asset), &span->assignment, &cli->error));
}

/* The asset that has the identifier now; none where it is free, or where several have it: then
 * nobody can tell. */
static pat_status find_asset(pat_session *session, const pat_plan_identifier *identifier,
                             const Patina__AssignmentSpan **ret_span) {
  const Patina__LookupResponse *response = NULL;
  PAT_TRY(ask(session, identifier, &response));
  *ret_span = NULL;
  size_t live = 0;
  for (size_t i = 0; i < response->n_answers; i++) {
    const Patina__LookupAnswer *answer = response->answers[i];
    if (answer->scheme_version != identifier->scheme->version || answer->history == NULL) continue;
    pat_hash key;
    PAT_TRY(pat_cli_evidence(session->cli, check_key(session, identifier, answer, &key)));
    for (size_t j = 0; j < answer->history->n_spans; j++) {
      const Patina__AssignmentSpan *span = answer->history->spans[j];
      if (span->release_case != PATINA__ASSIGNMENT_SPAN__RELEASE__NOT_SET) continue;
      PAT_TRY(check_span(session, &key, span));
      *ret_span = span;
      live++;
    }
  }
  if (live > 1) *ret_span = NULL;
  return PAT_OK;
}

static const pat_verified_entry *find_registration(const pat_asset_report *report) {
  for (size_t i = 0; i < report->history.n_entries; i++) {
    const pat_statement *statement = &report->entries[i]->statement;
    if (statement->kind != NULL && statement->kind->number == PAT_KIND_ASSET_REGISTERED) {
      return report->entries[i];
    }
  }
  return NULL;
}

/* Takes over what the asset's history says. An asset of another class is none of this import's. */
static pat_status adopt(pat_session *session, pat_state *state, const pat_plan_row *plan,
                        const Patina__AssetClass *schema, ProtobufCBinaryData asset,
                        pat_state_row **ret_row) {
  pat_asset_report report;
  PAT_TRY(pat_asset_report_load(session, asset, &report));
  const pat_verified_entry *registration = find_registration(&report);
  bool same = registration != NULL && strcmp(report.history.schema->name, schema->name) == 0;
  if (!same) return PAT_OK;
  pat_item_id *items = NULL;
  size_t count = 0;
  PAT_TRY(pat_import_items_of(report.state, schema, &session->cli->arena, &items, &count));
  pat_state_row *row = NULL;
  PAT_TRY(pat_state_add(state, &plan->key, &row));
  pat_span_copy(row->asset, sizeof row->asset, pat_draft_span(asset));
  row->registered = true;
  row->registration = registration->statement.sha256;
  row->changed = true;
  for (size_t i = 0; i < count; i++)
    PAT_TRY(pat_state_note(row, &items[i]));
  *ret_row = row;
  return pat_state_write(state, row);
}

pat_status pat_import_find_known(pat_session *session, pat_state *state, const pat_plan_row *plan,
                                 const Patina__AssetClass *schema, pat_state_row **ret_row) {
  *ret_row = NULL;
  for (size_t i = 0; i < plan->identifier_count && *ret_row == NULL; i++) {
    if (!plan->identifiers[i].identifies) continue;
    const Patina__AssignmentSpan *span = NULL;
    PAT_TRY(find_asset(session, &plan->identifiers[i], &span));
    if (span == NULL) continue;
    PAT_TRY(adopt(session, state, plan, schema, span->asset, ret_row));
  }
  return PAT_OK;
}

pat_status pat_import_version_of(pat_session *session, const pat_state_row *row,
                                 uint64_t *ret_version) {
  pat_asset_report report;
  PAT_TRY(pat_asset_report_load(session, pat_draft_field(PAT_SPAN_OF(row->asset)), &report));
  *ret_version = report.state->version;
  return PAT_OK;
}
