/* patina key: make a key pair, show a key. */
#include <string.h>

#include "clients/cli/commands.h"
#include "clients/cli/files.h"
#include "clients/cli/key_file.h"
#include "clients/cli/output.h"
#include "core/bytes/builder.h"
#include "core/crypto/base64.h"

const pat_manual pat_manual_key_gen = {
    .synopsis = "",
    .examples =
        "  patina key gen -o registry.key\n"
        "  patina key gen --name \"Workshop 12\" -o workshop.key\n",
    .details =
        "Writes the private key (mode 0600) and FILE.pub; an existing file is never\n"
        "overwritten. The private key never leaves the file: keep a copy in a safe place.\n",
    .options = PAT_OPTIONS_COMMON | PAT_OPTION_BIT(OUTPUT) | PAT_OPTION_BIT(NAME),
};

const pat_manual pat_manual_key_show = {
    .synopsis = "FILE",
    .examples =
        "  patina key show registry.key\n"
        "  patina key show registry.key.pub --json\n",
    .details =
        "Shows the public half, the hash by which statements name the key, and the id of\n"
        "the principal it was enrolled for, where FILE.principal records it.\n",
    .options = PAT_OPTIONS_COMMON,
    .operands_min = 1,
    .operands_max = 1,
};

static pat_status show(pat_cli *cli, const pat_key *key) {
  char base64[PAT_BASE64_TEXT_BYTES(PAT_PUBLIC_KEY_BYTES) + 1];
  pat_builder builder;
  pat_builder_init(&builder, base64, sizeof base64);
  pat_base64_encode(&builder, PAT_SPAN_OF(key->public_key));
  pat_builder_char(&builder, '\0');
  pat_span text;
  PAT_TRY(pat_builder_finish(&builder, &text));
  pat_output_line(cli, "name        %s", key->name);
  pat_output_line(cli, "public key  %s", base64);
  pat_output_line(cli, "key hash    %s", pat_output_hex(cli, pat_hash_span(&key->key_hash)));
  pat_output_text(cli, "name", key->name);
  pat_output_text(cli, "publicKey", base64);
  pat_output_hash(cli, "keyHash", &key->key_hash);
  if (!key->has_principal) {
    pat_output_line(cli, "principal   (not enrolled, or enrolled elsewhere)");
    return PAT_OK;
  }
  pat_output_line(cli, "principal   %s", pat_output_hex(cli, pat_hash_span(&key->principal)));
  pat_output_hash(cli, "principal", &key->principal);
  return PAT_OK;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

typedef struct {
  uint8_t bytes[PAT_SIGN_SEED_BYTES];
} key_seed;

static void seed_clear(key_seed *seed) { pat_secret_wipe(seed->bytes, sizeof seed->bytes); }

pat_status pat_cmd_key_gen(pat_cli *cli) {
  const char *path = pat_cli_option(cli, PAT_OPTION_OUTPUT);
  if (path == NULL) path = "patina.key";
  if (strcmp(path, "-") == 0) {
    return pat_cli_usage(cli, "a private key is written to a file, never to standard output");
  }
  const char *name = pat_cli_option(cli, PAT_OPTION_NAME);
  if (name == NULL) name = base_name(path);
  PAT_CLEANUP(seed_clear) key_seed fresh;
  PAT_TRY(pat_files_entropy(fresh.bytes, sizeof fresh.bytes));
  PAT_CLEANUP(pat_key_clear) pat_key key = {.path = path};
  if (!pat_is_ok(pat_key_make(fresh.bytes, name, &key))) {
    return pat_cli_usage(cli, "a key's name is 1 to %d printable characters", PAT_NAME_BYTES_MAX);
  }
  PAT_TRY(pat_key_create(&cli->arena, path, &key, fresh.bytes, &cli->error));
  pat_output_note(cli, "Private key in %s, public key in %s.pub. Next: patina principal enroll.",
                  path, path);
  return show(cli, &key);
}

pat_status pat_cmd_key_show(pat_cli *cli) {
  PAT_CLEANUP(pat_key_clear) pat_key key = {.has_secret = false};
  PAT_TRY(pat_key_read(&cli->arena, pat_cli_operand(cli, 0), &key, &cli->error));
  return show(cli, &key);
}
