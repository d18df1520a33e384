/* patina asset find: which assets carry or carried an identifier. */
#include <inttypes.h>
#include <string.h>

#include "clients/cli/commands.h"
#include "clients/cli/draft.h"
#include "clients/cli/output.h"
#include "clients/cli/session.h"
#include "clients/cli/show.h"
#include "core/model/identifier.h"
#include "core/verify/history.h"

const pat_manual pat_manual_asset_find = {
    .synopsis = "SCHEME VALUE",
    .examples =
        "  patina asset find vin 1M8GDM9AXKP042788\n"
        "  patina asset find serial 4711 --scope steinway\n",
    .details =
        "The log proves that it looked in the right place. That nothing is recorded there is\n"
        "its word only, and said so.\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(SCOPE),
    .operands_min = 2,
    .operands_max = 2,
};

/* One question to the log. */
typedef struct {
  pat_session *session;
  const char *scheme;
  const char *scope;
  pat_span value;
  const Patina__LookupResponse *response;
  size_t found;
} find_question;

static pat_status check_leaf(find_question *question, const pat_verify_place *place, uint64_t index,
                             const pat_hash *key, const Patina__AssignmentSpan *span,
                             const ProtobufCBinaryData *assignment) {
  pat_err *err = &question->session->cli->error;
  PAT_REQUIRE_AT(index < place->head.size, VERIFY_SPAN, err, 0, "index");
  Patina__LogEntry *leaf = NULL;
  PAT_TRY(pat_session_leaf(question->session, index, &leaf));
  return pat_verify_span(leaf, key, pat_draft_span(span->asset), assignment, err);
}

static pat_status show_span(find_question *question, const pat_verify_place *place,
                            const pat_hash *key, const Patina__AssignmentSpan *span) {
  pat_cli *cli = question->session->cli;
  PAT_REQUIRE_AT(span->asset.len == PAT_ASSET_ID_BYTES, VERIFY_SPAN, &cli->error, 0, "asset");
  PAT_TRY(check_leaf(question, place, span->assigned_index, key, span, &span->assignment));
  bool ended = span->release_case == PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
  if (ended) PAT_TRY(check_leaf(question, place, span->released_index, key, span, NULL));
  const char *until =
      ended ? pat_show_format(cli, ", released at %" PRIu64, span->released_index) : "";
  pat_output_line(cli, "%s  assigned at %" PRIu64 "%s", pat_show_asset(cli, span->asset),
                  span->assigned_index, until);
  question->found++;
  return pat_output_element(cli, "spans", &span->base);
}

static const Patina__LookupAnswer *find_answer(const find_question *question, uint32_t version) {
  for (size_t i = 0; i < question->response->n_answers; i++) {
    const Patina__LookupAnswer *answer = question->response->answers[i];
    if (answer->scheme_version == version) return answer;
  }
  return NULL;
}

static pat_status check_version(find_question *question, const pat_verify_place *place,
                                uint32_t version) {
  pat_session *session = question->session;
  pat_cli *cli = session->cli;
  const Patina__IdentifierScheme *scheme = NULL;
  PAT_TRY(pat_session_scheme(session, question->scheme, version, &scheme));
  pat_identifier identifier;
  bool possible = pat_is_ok(pat_identifier_normalise(scheme, question->value, &identifier, NULL)) &&
                  pat_is_ok(pat_identifier_scope_check(scheme, question->scope, NULL));
  if (!possible) return PAT_OK;
  const Patina__LookupAnswer *answer = find_answer(question, version);
  PAT_REQUIRE_AT(answer != NULL, VERIFY_MISSING, &cli->error, version, "answers");
  PAT_REQUIRE_AT(strcmp(answer->normalised, identifier.text) == 0, VERIFY_IDENTIFIER, &cli->error,
                 version, "normalised");
  pat_hash key;
  const pat_verify_claim claim = {scheme, question->scope, question->value,
                                  pat_draft_span(answer->vrf_proof)};
  PAT_TRY(pat_verify_identifier(session->genesis.message->genesis->parameters->vrf_key.data, &claim,
                                &key, &cli->error));
  const Patina__IdentifierHistory *history = answer->history;
  if (history == NULL || history->n_spans == 0) return PAT_OK;
  bool same = pat_span_equal(pat_draft_span(history->key), pat_hash_span(&key));
  PAT_REQUIRE_AT(same, VERIFY_IDENTIFIER, &cli->error, version, "history.key");
  for (size_t i = 0; i < history->n_spans; i++) {
    PAT_TRY(show_span(question, place, &key, history->spans[i]));
  }
  return PAT_OK;
}

/* What was typed must be possible under the newest version; that catches slips before anything
 * is asked. */
static pat_status check_typed(find_question *question, const Patina__IdentifierScheme *scheme) {
  pat_cli *cli = question->session->cli;
  pat_identifier identifier;
  PAT_TRY(pat_identifier_scope_check(scheme, question->scope, &cli->error));
  return pat_identifier_normalise(scheme, question->value, &identifier, &cli->error);
}

static pat_status ask(find_question *question) {
  Patina__LookupRequest request = PATINA__LOOKUP_REQUEST__INIT;
  request.scheme = (char *)(uintptr_t)question->scheme;
  request.scope = (char *)(uintptr_t)question->scope;
  request.value = (char *)(uintptr_t)question->value.data;
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_fetch_post(question->session->fetch, "/v1/lookup", &request.base,
                         &patina__lookup_response__descriptor, &message));
  question->response = (const Patina__LookupResponse *)message;
  return PAT_OK;
}

pat_status pat_cmd_asset_find(pat_cli *cli) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  const char *scope = pat_cli_option(cli, PAT_OPTION_SCOPE);
  find_question question = {.session = &session,
                            .scheme = pat_cli_operand(cli, 0),
                            .scope = scope != NULL ? scope : "",
                            .value = pat_span_text(pat_cli_operand(cli, 1))};
  PAT_TRY(pat_session_open(cli, &session));
  PAT_TRY(pat_session_genesis(&session));
  const Patina__IdentifierScheme *newest = NULL;
  PAT_TRY(pat_session_scheme(&session, question.scheme, 0, &newest));
  PAT_TRY(check_typed(&question, newest));
  PAT_TRY(ask(&question));
  pat_verify_place place;
  PAT_TRY(pat_session_place(&session, question.response->checkpoint, &place));
  for (uint32_t version = 1; version <= newest->version; version++) {
    PAT_TRY(pat_cli_evidence(cli, check_version(&question, &place, version)));
  }
  pat_output_number(cli, "found", question.found);
  if (question.found > 0) return PAT_OK;
  pat_output_line(cli, "none recorded here (the log's word; absence is not proven)");
  cli->verdict = PAT_EXIT_NOT_FOUND;
  return PAT_OK;
}
