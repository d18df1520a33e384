#include "clients/cli/audit/cosign.h"

#include "clients/cli/files.h"
#include "clients/cli/output.h"

void pat_cosigner_clear(pat_cosigner *cosigner) { pat_key_clear(&cosigner->key); }

pat_status pat_cosigner_open(pat_cli *cli, bool *ret_wanted, pat_cosigner *ret_cosigner) {
  const char *key_path = pat_cli_option(cli, PAT_OPTION_COSIGN);
  const char *name = pat_cli_option(cli, PAT_OPTION_NAME);
  ret_cosigner->path = pat_cli_option(cli, PAT_OPTION_OUT);
  *ret_wanted = key_path != NULL;
  if (key_path == NULL && name == NULL && ret_cosigner->path == NULL) return PAT_OK;
  if (key_path == NULL || name == NULL || ret_cosigner->path == NULL) {
    return pat_cli_usage(cli, "--cosign, --name and --out belong together");
  }
  PAT_TRY(pat_key_read(&cli->arena, key_path, &ret_cosigner->key, &cli->error));
  if (!ret_cosigner->key.has_secret) {
    return pat_cli_usage(cli, "a private key is needed to cosign: %s", key_path);
  }
  return pat_note_key_make(pat_span_text(name), PAT_NOTE_TYPE_COSIGNATURE,
                           ret_cosigner->key.public_key, &ret_cosigner->name);
}

static pat_status show_vkey(pat_cli *cli, const pat_cosigner *cosigner) {
  char vkey[PAT_NOTE_KEY_NAME_BYTES_MAX + 64];
  pat_builder builder;
  pat_builder_init(&builder, vkey, sizeof vkey);
  pat_note_key_format(&cosigner->name, &builder);
  pat_builder_char(&builder, '\0');
  pat_span text;
  PAT_TRY(pat_builder_finish(&builder, &text));
  pat_output_line(cli, "cosigned    %s", cosigner->path);
  pat_output_line(cli, "witness     %s", vkey);
  pat_output_text(cli, "cosigned", cosigner->path);
  pat_output_text(cli, "witness", vkey);
  return PAT_OK;
}

pat_status pat_cosigner_sign(pat_cli *cli, const pat_cosigner *cosigner, pat_span note) {
  pat_note *parsed = pat_arena_take(&cli->arena, sizeof *parsed);
  uint8_t *memory = pat_arena_take(&cli->arena, PAT_NOTE_BYTES_MAX);
  PAT_REQUIRE(parsed != NULL && memory != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_note_parse(note, parsed, &cli->error));
  pat_builder builder;
  pat_builder_init(&builder, memory, PAT_NOTE_BYTES_MAX);
  pat_builder_span(&builder, note);
  PAT_TRY(pat_cosignature_sign(parsed->text, &cosigner->name, cosigner->key.secret,
                               pat_cli_now_ms() / 1000, &builder));
  pat_span bytes;
  PAT_REQUIRE(pat_is_ok(pat_builder_finish(&builder, &bytes)), NOTE_SIZE);
  PAT_TRY(pat_files_write(cosigner->path, bytes, &cli->error));
  return show_vkey(cli, cosigner);
}
