#include "clients/cli/signers.h"

#include "core/bytes/text.h"

void pat_signers_clear(pat_signers *signers) {
  for (size_t i = 0; i < signers->count; i++) {
    pat_key_clear(&signers->keys[i]);
  }
  signers->count = 0;
}

pat_status pat_signers_add(pat_cli *cli, pat_option_id id, bool secret, pat_signers *signers) {
  size_t count = pat_options_count(&cli->options, id);
  for (size_t i = 0; i < count; i++) {
    if (signers->count == PAT_STATEMENT_SIGNERS_MAX) {
      return pat_cli_usage(cli, "a statement has at most %d signers", PAT_STATEMENT_SIGNERS_MAX);
    }
    pat_key *key = &signers->keys[signers->count];
    const char *path = pat_options_at(&cli->options, id, i);
    PAT_TRY(pat_key_read(&cli->arena, path, key, &cli->error));
    signers->count++;
    if (secret && !key->has_secret) {
      return pat_cli_usage(cli, "%s is a public key; --%s takes a private one", path,
                           pat_option_row(id)->name);
    }
    if (!secret) pat_key_clear(key);
  }
  return PAT_OK;
}

pat_status pat_signers_read(pat_cli *cli, pat_signers *signers) {
  PAT_TRY(pat_signers_add(cli, PAT_OPTION_KEY, true, signers));
  if (signers->count == 0) return pat_cli_usage(cli, "with which key? give --key FILE");
  return pat_signers_add(cli, PAT_OPTION_SIGNER, false, signers);
}

pat_status pat_signers_principals(pat_cli *cli, pat_signers *signers) {
  size_t next = 0;
  size_t count = pat_options_count(&cli->options, PAT_OPTION_PRINCIPAL);
  for (size_t i = 0; i < signers->count && next < count; i++) {
    if (signers->keys[i].has_principal) continue;
    const char *text = pat_options_at(&cli->options, PAT_OPTION_PRINCIPAL, next);
    PAT_TRY(pat_signers_hash(cli, text, "a principal's id", &signers->keys[i].principal));
    signers->keys[i].has_principal = true;
    next++;
  }
  if (next < count) return pat_cli_usage(cli, "more --principal than keys without one");
  return PAT_OK;
}

pat_status pat_signers_hash(pat_cli *cli, const char *text, const char *what, pat_hash *ret_hash) {
  if (pat_is_ok(pat_hex_decode(pat_span_text(text), ret_hash->bytes, PAT_HASH_BYTES))) {
    return PAT_OK;
  }
  return pat_cli_usage(cli, "%s is 64 hex digits in lower case, not \"%s\"", what, text);
}
