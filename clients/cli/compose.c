#include "clients/cli/compose.h"

#include <string.h>

#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/policy_file.h"
#include "clients/cli/submit.h"
#include "core/crypto/base32.h"
#include "core/model/catalog.h"
#include "proto/json/protojson.h"

void pat_compose_clear(pat_compose *compose) {
  pat_signers_clear(&compose->signers);
  if (compose->online) pat_session_clear(&compose->session);
}

pat_status pat_compose_session(pat_compose *compose, pat_session **ret_session) {
  if (!compose->online) {
    compose->online = true;
    PAT_TRY(pat_session_open(compose->cli, &compose->session));
  }
  *ret_session = &compose->session;
  return PAT_OK;
}

static bool is_root_key(const Patina__GenesisParameters *parameters, const pat_key *key) {
  for (size_t i = 0; i < parameters->n_root_keys; i++) {
    pat_span root = pat_draft_span(parameters->root_keys[i]);
    if (pat_span_equal(root, PAT_SPAN_OF(key->public_key))) return true;
  }
  return false;
}

/* A root key needs no enrolment: the genesis says whose it is. */
static pat_status know_root_keys(pat_compose *compose) {
  pat_cli *cli = compose->cli;
  for (size_t i = 0; i < compose->signers.count; i++) {
    pat_key *key = &compose->signers.keys[i];
    if (key->has_principal || key == compose->enrols) continue;
    pat_session *session = NULL;
    PAT_TRY(pat_compose_session(compose, &session));
    PAT_TRY(pat_session_genesis(session));
    if (!is_root_key(session->genesis.message->genesis->parameters, key)) {
      return pat_refuse_at(PAT_RULE_CLI_PRINCIPAL, &cli->error, i, key->path);
    }
    PAT_TRY(pat_key_record_principal(&cli->arena, key, &session->genesis.sha256, &cli->error));
  }
  return PAT_OK;
}

pat_status pat_compose_begin(pat_cli *cli, pat_compose *compose) {
  compose->cli = cli;
  if (compose->signers.count == 0) PAT_TRY(pat_signers_read(cli, &compose->signers));
  PAT_TRY(pat_policy_file_origin(cli, &compose->origin));
  PAT_TRY(know_root_keys(compose));
  compose->draft = pat_arena_take(&cli->arena, sizeof *compose->draft);
  PAT_REQUIRE(compose->draft != NULL, LIMIT_MEMORY);
  const char *occurred = pat_cli_option(cli, PAT_OPTION_OCCURRED);
  const pat_draft_start start = {
      .origin = compose->origin,
      .keys = compose->signers.keys,
      .key_count = compose->signers.count,
      .now_ms = pat_cli_now_ms(),
      .window_ms = PAT_DRAFT_WINDOW_MS,
      .occurred = occurred != NULL ? occurred : "",
      .enrols = compose->enrols,
      .entropy = pat_files_entropy,
  };
  return pat_draft_begin(compose->draft, &cli->arena, &start, &cli->error);
}

static pat_status read_schema(pat_cli *cli, const ProtobufCMessageDescriptor *descriptor,
                              ProtobufCMessage **ret_message) {
  pat_span text;
  PAT_TRY(pat_files_read(&cli->arena, pat_cli_option(cli, PAT_OPTION_SCHEMA),
                         PAT_STATEMENT_BYTES_MAX, &text, &cli->error));
  return pat_protojson_decode(descriptor, text, &cli->arena, ret_message, &cli->error);
}

pat_status pat_compose_class(pat_compose *compose, const char *name, uint32_t version,
                             const Patina__AssetClass **ret_class) {
  pat_cli *cli = compose->cli;
  if (pat_cli_option(cli, PAT_OPTION_SCHEMA) == NULL) {
    pat_session *session = NULL;
    PAT_TRY(pat_compose_session(compose, &session));
    return pat_session_class(session, name, version, ret_class);
  }
  ProtobufCMessage *message = NULL;
  PAT_TRY(read_schema(cli, &patina__asset_class__descriptor, &message));
  const Patina__AssetClass *schema = (const Patina__AssetClass *)message;
  PAT_TRY(pat_class_check(schema, &cli->error));
  if (name[0] != '\0' && strcmp(schema->name, name) != 0) {
    return pat_cli_usage(cli, "--schema is the class \"%s\", not \"%s\"", schema->name, name);
  }
  *ret_class = schema;
  return PAT_OK;
}

pat_status pat_compose_scheme(pat_compose *compose, const char *name, uint32_t version,
                              const Patina__IdentifierScheme **ret_scheme) {
  pat_cli *cli = compose->cli;
  if (pat_cli_option(cli, PAT_OPTION_SCHEMA) == NULL) {
    pat_session *session = NULL;
    PAT_TRY(pat_compose_session(compose, &session));
    return pat_session_scheme(session, name, version, ret_scheme);
  }
  ProtobufCMessage *message = NULL;
  PAT_TRY(read_schema(cli, &patina__identifier_scheme__descriptor, &message));
  const Patina__IdentifierScheme *scheme = (const Patina__IdentifierScheme *)message;
  PAT_TRY(pat_scheme_check(scheme, &cli->error));
  if (strcmp(scheme->name, name) != 0) {
    return pat_cli_usage(cli, "--schema is the scheme \"%s\", not \"%s\"", scheme->name, name);
  }
  *ret_scheme = scheme;
  return PAT_OK;
}

pat_status pat_compose_sign(pat_compose *compose) {
  if (compose->envelope != NULL) return PAT_OK;
  return pat_draft_finish(compose->draft, &compose->envelope, &compose->statement,
                          &compose->cli->error);
}

pat_status pat_compose_end(pat_compose *compose, uint64_t *ret_index) {
  pat_cli *cli = compose->cli;
  PAT_TRY(pat_compose_sign(compose));
  const char *output = pat_cli_option(cli, PAT_OPTION_OUTPUT);
  if (output != NULL) {
    if (ret_index != NULL) *ret_index = UINT64_MAX;
    return pat_submit_write(cli, compose->envelope, output);
  }
  pat_session *session = NULL;
  PAT_TRY(pat_compose_session(compose, &session));
  return pat_submit_statement(session, compose->envelope, ret_index);
}

pat_status pat_compose_finish(pat_compose *compose, uint64_t *ret_index) {
  PAT_TRY(pat_compose_end(compose, ret_index));
  const char *hash = pat_output_hex(compose->cli, pat_hash_span(&compose->statement.sha256));
  pat_output_line(compose->cli, "%s", hash);
  pat_output_text(compose->cli, "sha256", hash);
  return PAT_OK;
}

pat_status pat_compose_record(pat_compose *compose, pat_key *key, const pat_hash *principal,
                              uint64_t index) {
  pat_cli *cli = compose->cli;
  bool dry = index == UINT64_MAX && pat_cli_option(cli, PAT_OPTION_OUTPUT) == NULL;
  return dry ? PAT_OK : pat_key_record_principal(&cli->arena, key, principal, &cli->error);
}

pat_status pat_compose_asset(pat_cli *cli, const char *text, ProtobufCBinaryData *ret_asset) {
  uint8_t *id = pat_arena_take(&cli->arena, PAT_ASSET_ID_BYTES);
  PAT_REQUIRE(id != NULL, LIMIT_MEMORY);
  pat_status status = pat_base32_asset_decode(pat_span_text(text), id, NULL);
  if (!pat_is_ok(status)) {
    return pat_cli_fail_as(cli, status, PAT_EXIT_USAGE, "\"%s\": %s", text,
                           pat_rule_message((pat_rule)status.rule));
  }
  *ret_asset = (ProtobufCBinaryData){PAT_ASSET_ID_BYTES, id};
  return PAT_OK;
}

pat_status pat_compose_hash(pat_cli *cli, const char *text, const char *what,
                            ProtobufCBinaryData *ret_field) {
  pat_hash *hash = pat_arena_take(&cli->arena, sizeof *hash);
  PAT_REQUIRE(hash != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_signers_hash(cli, text, what, hash));
  *ret_field = (ProtobufCBinaryData){PAT_HASH_BYTES, hash->bytes};
  return PAT_OK;
}
