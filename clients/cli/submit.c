#include "clients/cli/submit.h"

#include <inttypes.h>

#include "clients/cli/draft.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/policy_file.h"
#include "core/model/identifier.h"
#include "core/verify/log.h"

pat_status pat_submit_write(pat_cli *cli, const Patina__SignedStatement *envelope,
                            const char *path) {
  pat_span bytes;
  PAT_TRY(pat_draft_encode(&cli->arena, &envelope->base, &bytes));
  PAT_TRY(pat_files_write(path, bytes, &cli->error));
  pat_hash sha256 = pat_hash_of(pat_draft_span(envelope->statement));
  pat_output_hash(cli, "sha256", &sha256);
  pat_output_text(cli, "file", path);
  size_t missing = pat_draft_missing(envelope);
  pat_output_number(cli, "missingSignatures", missing);
  if (missing > 0) {
    pat_output_note(cli, "%zu of %zu signatures are missing. Next: patina statement sign %s --key",
                    missing, envelope->n_signatures, path);
  } else {
    pat_output_note(cli, "Signed. Next: patina statement submit %s", path);
  }
  return PAT_OK;
}

static pat_status post(pat_session *session, Patina__SignedStatement *envelope, bool check_only,
                       const Patina__SubmitResult **ret_result) {
  pat_cli *cli = session->cli;
  Patina__SubmitRequest request = PATINA__SUBMIT_REQUEST__INIT;
  request.n_statements = 1;
  request.statements = &envelope;
  request.check_only = check_only;
  pat_statement statement;
  PAT_TRY(pat_statement_decode(pat_draft_span(envelope->statement), &cli->arena, &statement,
                               &cli->error));
  bool telemetry = statement.kind->number == PAT_KIND_TELEMETRY;
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_fetch_post(session->fetch, telemetry ? "/v1/telemetry" : "/v1/statements",
                         &request.base, &patina__submit_response__descriptor, &message));
  const Patina__SubmitResponse *response = (const Patina__SubmitResponse *)message;
  PAT_REQUIRE(response->n_results == 1, CLI_ANSWER);
  const Patina__SubmitResult *result = response->results[0];
  if (result->outcome == PATINA__OUTCOME__OUTCOME_REFUSED) {
    PAT_REQUIRE(result->problem != NULL, CLI_ANSWER);
    pat_status refused = pat_fetch_problem(cli, result->problem);
    PAT_ASSERT(!pat_is_ok(refused));
    return refused;
  }
  *ret_result = result;
  return PAT_OK;
}

static void show_warnings(pat_cli *cli, const Patina__SubmitResult *result) {
  for (size_t i = 0; i < result->n_warnings; i++) {
    const Patina__Warning *warning = result->warnings[i];
    pat_output_note(cli, "warning: %s%s%s", warning->id, warning->detail[0] != '\0' ? ": " : "",
                    warning->detail);
    for (size_t value = 0; value < warning->n_values; value++) {
      pat_output_note(cli, "  recorded: %s", warning->values[value]);
    }
  }
}

static pat_status json_warnings(pat_cli *cli, const Patina__SubmitResult *result) {
  for (size_t i = 0; i < result->n_warnings; i++) {
    PAT_TRY(pat_output_element(cli, "warnings", &result->warnings[i]->base));
  }
  return PAT_OK;
}

pat_status pat_submit_check(pat_session *session, Patina__SignedStatement *envelope,
                            const Patina__SubmitResult **ret_result) {
  PAT_TRY(post(session, envelope, true, ret_result));
  bool asked = (*ret_result)->outcome == PATINA__OUTCOME__OUTCOME_WOULD_ACCEPT ||
               (*ret_result)->outcome == PATINA__OUTCOME__OUTCOME_REPLAYED;
  PAT_REQUIRE(asked, CLI_ANSWER);
  return PAT_OK;
}

/* The identifier that the statement means must be the one that the leaf commits to. */
static pat_status check_identifier(pat_session *session, const pat_submission *submission,
                                   const Patina__Entry *entry, const Patina__SubmitResult *result) {
  pat_cli *cli = session->cli;
  const char *name = NULL;
  const char *scope = NULL;
  uint32_t version = 0;
  if (!pat_verify_identifier_of(&submission->statement, &name, &version, &scope)) return PAT_OK;
  const Patina__IdentifierScheme *scheme = NULL;
  PAT_TRY(pat_session_scheme(session, name, version, &scheme));
  PAT_TRY(pat_session_genesis(session));
  PAT_REQUIRE_AT(result->n_vrf_proofs == 1, VERIFY_IDENTIFIER, &cli->error, 0, "vrf_proofs");
  pat_hash key;
  const pat_verify_claim claim = {scheme, scope,
                                  pat_span_text(submission->disclosures[0]->value->text),
                                  pat_draft_span(result->vrf_proofs[0])};
  const Patina__GenesisParameters *parameters = session->genesis.message->genesis->parameters;
  PAT_TRY(pat_verify_identifier(parameters->vrf_key.data, &claim, &key, &cli->error));
  pat_span committed = pat_draft_span(entry->subjects[entry->n_subjects - 1]->key);
  PAT_REQUIRE_AT(pat_span_equal(committed, pat_hash_span(&key)), VERIFY_IDENTIFIER, &cli->error, 0,
                 "subjects.key");
  return PAT_OK;
}

pat_status pat_submit_check_answer(pat_session *session, const pat_submission *submission,
                                   const Patina__SubmitResult *result, pat_span *believed) {
  pat_cli *cli = session->cli;
  pat_span receipt = pat_span_text(result->receipt);
  pat_verified_receipt verified;
  const pat_verify_receipt_bytes served = {receipt, pat_draft_span(result->leaf)};
  PAT_TRY(pat_verify_receipt(session->policy, &served, submission, &cli->arena, &verified,
                             &cli->error));
  PAT_REQUIRE_AT(verified.index == result->index, VERIFY_RECEIPT, &cli->error, 0, "index");
  /* The receipt's checkpoint is a checkpoint like any other: it must continue what was seen. */
  pat_proof_file file;
  PAT_TRY(pat_proof_file_decode(receipt, &cli->arena, &file, &cli->error));
  if (!pat_span_equal(file.checkpoint, *believed)) {
    pat_seen seen;
    PAT_TRY(pat_trust_accept(&session->trust, file.checkpoint, false, &seen));
    *believed = file.checkpoint;
  }
  return check_identifier(session, submission, verified.entry, result);
}

/* Puts the leaf into the receipt's extra bytes, so that the file can be checked with the
 * statement alone. */
static pat_status keep_receipt(pat_cli *cli, const Patina__SubmitResult *result, const char *path) {
  pat_proof_file file;
  PAT_TRY(pat_proof_file_decode(pat_span_text(result->receipt), &cli->arena, &file, &cli->error));
  pat_span leaf = pat_draft_span(result->leaf);
  bool fits = leaf.size <= PAT_TLOG_PROOF_EXTRA_BYTES_MAX;
  if (fits) file.extra = leaf;
  uint8_t *bytes = pat_arena_take(&cli->arena, PAT_TLOG_PROOF_BYTES_MAX);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, bytes, PAT_TLOG_PROOF_BYTES_MAX);
  pat_proof_file_encode(&file, &builder);
  pat_span text;
  PAT_TRY(pat_builder_finish(&builder, &text));
  PAT_TRY(pat_files_write(path, text, &cli->error));
  if (fits) return PAT_OK;
  const char *leaf_path = NULL;
  const char *parts[] = {path, ".leaf"};
  PAT_TRY(pat_files_path(&cli->arena, parts, 2, &leaf_path));
  pat_output_note(cli, "The leaf is too large for the receipt; it is in %s.", leaf_path);
  return pat_files_write(leaf_path, leaf, &cli->error);
}

static void keep_evidence(pat_session *session, const Patina__SignedStatement *envelope,
                          const Patina__SubmitResult *result) {
  pat_cli *cli = session->cli;
  pat_span parts[2];
  if (!pat_is_ok(pat_draft_encode(&cli->arena, &envelope->base, &parts[0]))) return;
  if (!pat_is_ok(pat_draft_encode(&cli->arena, &result->base, &parts[1]))) return;
  pat_trust_keep_evidence(&session->trust, "answer", parts, 2);
}

static void show_result(pat_cli *cli, const pat_submission *submission,
                        const Patina__SubmitResult *result) {
  bool replayed = result->outcome == PATINA__OUTCOME__OUTCOME_REPLAYED;
  pat_output_note(cli, "%s at index %" PRIu64 ", receipt verified: %s",
                  replayed ? "Recorded before" : "Recorded", result->index,
                  submission->statement.kind->name);
  pat_output_number(cli, "index", result->index);
  pat_output_hash(cli, "sha256", &submission->statement.sha256);
  pat_output_text(cli, "outcome", replayed ? "replayed" : "accepted");
}

static pat_status submit(pat_session *session, Patina__SignedStatement *envelope,
                         const pat_submission *submission, uint64_t *ret_index) {
  pat_cli *cli = session->cli;
  const Patina__SubmitResult *result = NULL;
  PAT_TRY(post(session, envelope, false, &result));
  bool logged = result->outcome == PATINA__OUTCOME__OUTCOME_ACCEPTED ||
                result->outcome == PATINA__OUTCOME__OUTCOME_REPLAYED;
  PAT_REQUIRE(logged, CLI_ANSWER);
  show_warnings(cli, result);
  PAT_TRY(json_warnings(cli, result));
  pat_span believed = PAT_SPAN_EMPTY;
  pat_status checked = pat_submit_check_answer(session, submission, result, &believed);
  if (!pat_is_ok(checked)) {
    pat_exit code = pat_exit_of_evidence(checked);
    if (code == PAT_EXIT_DOES_NOT_MATCH || code == PAT_EXIT_NOT_PROVEN) {
      keep_evidence(session, envelope, result);
    }
    return pat_cli_evidence(cli, checked);
  }
  const char *path = pat_cli_option(cli, PAT_OPTION_RECEIPT);
  if (path != NULL) PAT_TRY(keep_receipt(cli, result, path));
  show_result(cli, submission, result);
  if (ret_index != NULL) *ret_index = result->index;
  return PAT_OK;
}

/* Before anything is sent: what is not signed by all is nobody's business yet. */
static pat_status check_complete(pat_cli *cli, const Patina__SignedStatement *envelope) {
  size_t missing = pat_draft_missing(envelope);
  if (missing == 0) return PAT_OK;
  return pat_cli_usage(cli, "%zu of %zu signatures are missing", missing, envelope->n_signatures);
}

pat_status pat_submit_statement(pat_session *session, Patina__SignedStatement *envelope,
                                uint64_t *ret_index) {
  pat_cli *cli = session->cli;
  PAT_TRY(check_complete(cli, envelope));
  pat_submission submission;
  PAT_TRY(pat_submission_check(session->origin, envelope, &cli->arena, &submission, &cli->error));
  if (!pat_options_has(&cli->options, PAT_OPTION_DRY_RUN)) {
    return submit(session, envelope, &submission, ret_index);
  }
  const Patina__SubmitResult *result = NULL;
  PAT_TRY(pat_submit_check(session, envelope, &result));
  show_warnings(cli, result);
  PAT_TRY(json_warnings(cli, result));
  pat_output_note(cli, "It would be accepted; nothing was stored.");
  pat_output_text(cli, "outcome", "would-accept");
  if (ret_index != NULL) *ret_index = UINT64_MAX;
  return PAT_OK;
}

pat_status pat_submit_files(pat_cli *cli, Patina__SignedStatement *const *envelopes, size_t count) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  if (count > 1 && pat_cli_option(cli, PAT_OPTION_RECEIPT) != NULL) {
    return pat_cli_usage(cli, "--receipt is for one statement");
  }
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(check_complete(cli, envelopes[i]));
  }
  PAT_TRY(pat_session_open(cli, &session));
  for (size_t i = 0; i < count; i++) {
    uint64_t index = 0;
    PAT_TRY(pat_submit_statement(&session, envelopes[i], &index));
    if (index != UINT64_MAX) pat_output_line(cli, "%" PRIu64, index);
    if (i + 1 < count) pat_output_flush(cli);
  }
  return PAT_OK;
}
