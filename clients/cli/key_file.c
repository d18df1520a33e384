#include "clients/cli/key_file.h"

#include <string.h>

#include "clients/cli/files.h"
#include "core/bytes/builder.h"
#include "core/bytes/text.h"
#include "core/envelope/key_text.h"

static const char public_suffix[] = ".pub";

void pat_key_clear(pat_key *key) {
  pat_secret_wipe(key->secret, sizeof key->secret);
  key->has_secret = false;
}

static void text_clear(pat_key_text *text) { pat_secret_wipe(text, sizeof *text); }

static void fill_public(const pat_key_text *text, pat_key *key) {
  pat_span_copy(key->name, sizeof key->name, PAT_SPAN_OF(text->name));
  key->key_hash = pat_public_key_hash(key->public_key);
}

pat_status pat_key_make(const uint8_t seed[PAT_SIGN_SEED_BYTES], const char *name,
                        pat_key *ret_key) {
  PAT_CLEANUP(text_clear) pat_key_text text = {.name = {0}};
  pat_span given = pat_span_text(name);
  PAT_REQUIRE(given.size <= PAT_NAME_BYTES_MAX, CLI_KEY_FILE);
  pat_span_copy(text.name, sizeof text.name, given);
  /* Its writer is the judge of names. */
  pat_builder builder;
  pat_builder_init(&builder, NULL, PAT_KEY_TEXT_BYTES_MAX);
  PAT_REQUIRE(pat_is_ok(pat_key_text_encode(&text, PAT_KEY_TEXT_SECRET, &builder)), CLI_KEY_FILE);
  PAT_CLEANUP(pat_key_clear) pat_key key = {.has_secret = true};
  pat_sign_keypair_from_seed(seed, key.public_key, key.secret);
  fill_public(&text, &key);
  *ret_key = key;
  return PAT_OK;
}

pat_status pat_key_decode(pat_span file, pat_key *ret_key) {
  PAT_CLEANUP(text_clear) pat_key_text text = {.name = {0}};
  if (pat_is_ok(pat_key_text_decode(file, PAT_KEY_TEXT_SECRET, &text))) {
    return pat_key_make(text.bytes, text.name, ret_key);
  }
  PAT_REQUIRE(pat_is_ok(pat_key_text_decode(file, PAT_KEY_TEXT_PUBLIC, &text)), CLI_KEY_FILE);
  pat_key key = {.has_secret = false};
  pat_span_copy(key.public_key, sizeof key.public_key, PAT_SPAN_OF(text.bytes));
  fill_public(&text, &key);
  *ret_key = key;
  return PAT_OK;
}

typedef struct {
  char bytes[PAT_KEY_TEXT_BYTES_MAX];
} key_file;

static void key_file_clear(key_file *file) { pat_secret_wipe(file->bytes, sizeof file->bytes); }

static pat_status create_one(const char *path, unsigned mode, const char *header, const char *name,
                             const uint8_t bytes[PAT_PUBLIC_KEY_BYTES], pat_err *reterr) {
  PAT_CLEANUP(text_clear) pat_key_text text = {.name = {0}};
  pat_span_copy(text.name, sizeof text.name, pat_span_text(name));
  pat_span_copy(text.bytes, sizeof text.bytes, pat_span_make(bytes, PAT_PUBLIC_KEY_BYTES));
  PAT_CLEANUP(key_file_clear) key_file file;
  pat_builder builder;
  pat_builder_init(&builder, file.bytes, sizeof file.bytes);
  PAT_TRY(pat_key_text_encode(&text, header, &builder));
  pat_span written;
  PAT_TRY(pat_builder_finish(&builder, &written));
  return pat_files_create(path, mode, written, reterr);
}

pat_status pat_key_create(pat_arena *arena, const char *path, const pat_key *key,
                          const uint8_t seed[PAT_SIGN_SEED_BYTES], pat_err *reterr) {
  const char *public_path = NULL;
  const char *parts[] = {path, public_suffix};
  PAT_TRY(pat_files_path(arena, parts, 2, &public_path));
  PAT_REQUIRE_AT(!pat_files_exists(public_path), FILE_EXISTS, reterr, 0, public_path);
  PAT_TRY(create_one(path, 0600, PAT_KEY_TEXT_SECRET, key->name, seed, reterr));
  return create_one(public_path, 0644, PAT_KEY_TEXT_PUBLIC, key->name, key->public_key, reterr);
}

/* FILE.principal stands beside FILE and serves FILE.pub too. */
static pat_status principal_path(pat_arena *arena, const char *path, const char **ret_path) {
  size_t size = strlen(path);
  size_t suffix = sizeof public_suffix - 1;
  char *base = pat_arena_take(arena, size + 1);
  PAT_REQUIRE(base != NULL, LIMIT_MEMORY);
  if (size > suffix && strcmp(path + size - suffix, public_suffix) == 0) size -= suffix;
  pat_span_copy(base, size, pat_span_make(path, size));
  const char *parts[] = {base, ".principal"};
  return pat_files_path(arena, parts, 2, ret_path);
}

static pat_status read_principal(pat_arena *arena, pat_key *key, pat_err *reterr) {
  const char *path = NULL;
  PAT_TRY(principal_path(arena, key->path, &path));
  if (!pat_files_exists(path)) return PAT_OK;
  pat_span text;
  PAT_TRY(pat_files_read(arena, path, PAT_CLI_KEY_FILE_BYTES_MAX, &text, reterr));
  if (text.size > 0 && text.data[text.size - 1] == '\n') text.size--;
  pat_status decoded = pat_hex_decode(text, key->principal.bytes, PAT_HASH_BYTES);
  PAT_REQUIRE_AT(pat_is_ok(decoded), CLI_KEY_FILE, reterr, 0, path);
  key->has_principal = true;
  return PAT_OK;
}

static bool is_secret_file(pat_span text) {
  return pat_span_starts_with(text, PAT_SPAN_LITERAL("patina-key-v1\n"));
}

pat_status pat_key_read(pat_arena *arena, const char *path, pat_key *ret_key, pat_err *reterr) {
  pat_span text;
  PAT_TRY(pat_files_read(arena, path, PAT_CLI_KEY_FILE_BYTES_MAX, &text, reterr));
  PAT_CLEANUP(pat_key_clear) pat_key key = {.has_secret = false};
  pat_status status = pat_key_decode(text, &key);
  bool secret = is_secret_file(text);
  pat_secret_wipe((uint8_t *)(uintptr_t)text.data, text.size);
  PAT_REQUIRE_AT(pat_is_ok(status), CLI_KEY_FILE, reterr, 0, path);
  if (secret && strcmp(path, "-") != 0) {
    pat_span again;
    PAT_TRY(pat_files_read_secret(arena, path, PAT_CLI_KEY_FILE_BYTES_MAX, &again, reterr));
    pat_secret_wipe((uint8_t *)(uintptr_t)again.data, again.size);
  }
  key.path = path;
  PAT_TRY(read_principal(arena, &key, reterr));
  *ret_key = key;
  return PAT_OK;
}

pat_status pat_key_record_principal(pat_arena *arena, pat_key *key, const pat_hash *principal,
                                    pat_err *reterr) {
  const char *path = NULL;
  PAT_TRY(principal_path(arena, key->path, &path));
  char hex[2 * PAT_HASH_BYTES + 1];
  PAT_TRY(pat_hex_encode(pat_hash_span(principal), hex, sizeof hex));
  hex[2 * PAT_HASH_BYTES] = '\n';
  PAT_TRY(pat_files_write(path, pat_span_make(hex, sizeof hex), reterr));
  key->principal = *principal;
  key->has_principal = true;
  return PAT_OK;
}
