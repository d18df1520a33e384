/* patina key rotate and key revoke: a principal's next key, and the end of one. */
#include <string.h>

#include "clients/cli/commands.h"
#include "clients/cli/compose.h"

const pat_manual pat_manual_key_rotate = {
    .synopsis = "NEW",
    .examples =
        "  patina key rotate workshop-2.key --key workshop.key\n"
        "  patina key rotate workshop-2.key --principal 6d1f... --key root-a.key --key "
        "root-b.key\n",
    .details =
        "Both keys sign; from then on NEW signs for the principal, and the old key no more.\n"
        "Where the principal's key is revoked, the root signs in its place: give --principal.\n",
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(PRINCIPAL),
    .operands_min = 1,
    .operands_max = 1,
};

const pat_manual pat_manual_key_revoke = {
    .synopsis = "[KEY]",
    .examples =
        "  patina key revoke --key lost.key --reason routine\n"
        "  patina key revoke stolen.key.pub --reason compromised --since 1234 --key root.key\n",
    .details =
        "KEY is a key file, or the key hash that `patina key show` prints (then also give\n"
        "--principal); without it, --key ends itself. --since is the log index from which on it\n"
        "may have been another's: only the root can date back. What was signed since then stays,\n"
        "and is shown with a finding. Without the old key, only the root gives a new one.\n",
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(PRINCIPAL) | PAT_OPTION_BIT(REASON) |
               PAT_OPTION_BIT(SINCE),
    .operands_max = 1,
};

/* The principal that --principal names, else the one of this key, in the arena. */
static pat_status read_principal(pat_cli *cli, const pat_key *key, ProtobufCBinaryData *ret_id) {
  const char *text = pat_cli_option(cli, PAT_OPTION_PRINCIPAL);
  if (pat_options_count(&cli->options, PAT_OPTION_PRINCIPAL) > 1) {
    return pat_cli_usage(cli, "one --principal at a time");
  }
  if (text != NULL) return pat_compose_hash(cli, text, "a principal's id", ret_id);
  if (key == NULL || !key->has_principal) {
    return pat_cli_usage(cli, "whose key? give --principal");
  }
  pat_hash *id = pat_arena_take(&cli->arena, sizeof *id);
  PAT_REQUIRE(id != NULL, LIMIT_MEMORY);
  *id = key->principal;
  *ret_id = (ProtobufCBinaryData){PAT_HASH_BYTES, id->bytes};
  return PAT_OK;
}

/* --- rotate ---------------------------------------------------------------------------------- */

/* The new key signs too, last, as the principal that goes over to it. */
static pat_status add_new_key(pat_cli *cli, pat_signers *signers) {
  const char *path = pat_cli_operand(cli, 0);
  if (signers->count == PAT_STATEMENT_SIGNERS_MAX) {
    return pat_cli_usage(cli, "a statement has at most %d signers", PAT_STATEMENT_SIGNERS_MAX);
  }
  pat_key *key = &signers->keys[signers->count];
  PAT_TRY(pat_key_read(&cli->arena, path, key, &cli->error));
  signers->count++;
  if (!key->has_secret) return pat_cli_usage(cli, "%s is a public key: NEW signs too", path);
  if (key->has_principal) {
    return pat_cli_usage(cli, "%s is enrolled already: %s.principal", path, path);
  }
  return PAT_OK;
}

pat_status pat_cmd_key_rotate(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  Patina__Key key = PATINA__KEY__INIT;
  Patina__KeyRotated body = PATINA__KEY_ROTATED__INIT;
  PAT_TRY(pat_signers_read(cli, &compose.signers));
  PAT_TRY(read_principal(cli, &compose.signers.keys[0], &body.principal));
  PAT_TRY(add_new_key(cli, &compose.signers));
  pat_key *next = &compose.signers.keys[compose.signers.count - 1];
  pat_span_copy(next->principal.bytes, PAT_HASH_BYTES, pat_draft_span(body.principal));
  next->has_principal = true;
  PAT_TRY(pat_compose_begin(cli, &compose));
  key.algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519;
  key.public_key = pat_draft_field(PAT_SPAN_OF(next->public_key));
  body.key = &key;
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_KEY_ROTATED;
  compose.draft->message.key_rotated = &body;
  uint64_t index = 0;
  PAT_TRY(pat_compose_finish(&compose, &index));
  const pat_hash principal = next->principal;
  return pat_compose_record(&compose, next, &principal, index);
}

/* --- revoke ---------------------------------------------------------------------------------- */

static pat_status read_reason(pat_cli *cli, Patina__KeyRevoked *body) {
  const char *reason = pat_cli_option(cli, PAT_OPTION_REASON);
  if (reason != NULL && strcmp(reason, "routine") == 0) {
    body->reason = PATINA__REVOCATION_REASON__REVOCATION_REASON_ROUTINE;
  } else if (reason != NULL && strcmp(reason, "compromised") == 0) {
    body->reason = PATINA__REVOCATION_REASON__REVOCATION_REASON_COMPROMISED;
  } else {
    return pat_cli_usage(cli, "why? give --reason, one of: routine, compromised");
  }
  return pat_cli_number(cli, PAT_OPTION_SINCE, 0, &body->since);
}

/* The key that ends: the one of a file, the one with a hash, or the first signer's own. */
static pat_status read_revoked(pat_cli *cli, const pat_signers *signers, Patina__KeyRevoked *body) {
  const char *text = pat_cli_operand(cli, 0);
  size_t size = text != NULL ? strlen(text) : 0;
  if (size == 2 * (size_t)PAT_HASH_BYTES && strspn(text, "0123456789abcdef") == size) {
    PAT_TRY(pat_compose_hash(cli, text, "a key hash", &body->key));
    return read_principal(cli, NULL, &body->principal);
  }
  PAT_CLEANUP(pat_key_clear) pat_key read = {.has_secret = false};
  const pat_key *key = &signers->keys[0];
  if (text != NULL) {
    PAT_TRY(pat_key_read(&cli->arena, text, &read, &cli->error));
    key = &read;
  }
  pat_hash *hash = pat_arena_take(&cli->arena, sizeof *hash);
  PAT_REQUIRE(hash != NULL, LIMIT_MEMORY);
  *hash = key->key_hash;
  body->key = (ProtobufCBinaryData){PAT_HASH_BYTES, hash->bytes};
  return read_principal(cli, key, &body->principal);
}

pat_status pat_cmd_key_revoke(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  Patina__KeyRevoked body = PATINA__KEY_REVOKED__INIT;
  PAT_TRY(read_reason(cli, &body));
  PAT_TRY(pat_signers_read(cli, &compose.signers));
  PAT_TRY(read_revoked(cli, &compose.signers, &body));
  PAT_TRY(pat_compose_begin(cli, &compose));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_KEY_REVOKED;
  compose.draft->message.key_revoked = &body;
  return pat_compose_finish(&compose, NULL);
}
