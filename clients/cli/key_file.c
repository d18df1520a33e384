#include "clients/cli/key_file.h"

#include <string.h>

#include "clients/cli/files.h"
#include "core/bytes/builder.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"
#include "core/crypto/base64.h"

static const char secret_header[] = "patina-key-v1";
static const char public_header[] = "patina-public-key-v1";
static const char public_suffix[] = ".pub";

void pat_key_clear(pat_key *key) {
  pat_secret_wipe(key->secret, sizeof key->secret);
  key->has_secret = false;
}

static pat_status check_name(pat_span name) {
  PAT_REQUIRE(name.size >= 1 && name.size <= PAT_NAME_BYTES_MAX, CLI_KEY_FILE);
  for (size_t i = 0; i < name.size; i++) {
    PAT_REQUIRE(name.data[i] >= 0x20 && name.data[i] < 0x7f, CLI_KEY_FILE);
  }
  return PAT_OK;
}

static void set_name(pat_key *key, pat_span name) {
  pat_span_copy(key->name, sizeof key->name - 1, name);
  key->name[name.size] = '\0';
}

pat_status pat_key_make(const uint8_t seed[PAT_SIGN_SEED_BYTES], const char *name,
                        pat_key *ret_key) {
  PAT_TRY(check_name(pat_span_text(name)));
  PAT_CLEANUP(pat_key_clear) pat_key key = {.has_secret = true};
  set_name(&key, pat_span_text(name));
  pat_sign_keypair_from_seed(seed, key.public_key, key.secret);
  key.key_hash = pat_public_key_hash(key.public_key);
  *ret_key = key;
  return PAT_OK;
}

static pat_status decode_bytes(pat_span text, uint8_t bytes[PAT_PUBLIC_KEY_BYTES]) {
  size_t size = 0;
  PAT_REQUIRE(pat_is_ok(pat_base64_decode(text, bytes, PAT_PUBLIC_KEY_BYTES, &size, NULL)),
              CLI_KEY_FILE);
  PAT_REQUIRE(size == PAT_PUBLIC_KEY_BYTES, CLI_KEY_FILE);
  return PAT_OK;
}

static void wipe_seed(uint8_t (*seed)[PAT_SIGN_SEED_BYTES]) {
  pat_secret_wipe(*seed, PAT_SIGN_SEED_BYTES);
}

pat_status pat_key_decode(pat_span text, pat_key *ret_key) {
  pat_reader reader;
  pat_reader_init(&reader, text);
  pat_span header = PAT_SPAN_EMPTY;
  pat_span name = PAT_SPAN_EMPTY;
  pat_span base64 = PAT_SPAN_EMPTY;
  PAT_REQUIRE(pat_is_ok(pat_text_line(&reader, &header)), CLI_KEY_FILE);
  PAT_REQUIRE(pat_is_ok(pat_text_line(&reader, &name)), CLI_KEY_FILE);
  PAT_REQUIRE(pat_is_ok(pat_text_line(&reader, &base64)), CLI_KEY_FILE);
  PAT_REQUIRE(pat_is_ok(pat_reader_finish(&reader)), CLI_KEY_FILE);
  PAT_TRY(check_name(name));
  PAT_CLEANUP(wipe_seed) uint8_t bytes[PAT_SIGN_SEED_BYTES] = {0};
  PAT_TRY(decode_bytes(base64, bytes));
  if (pat_span_equal(header, PAT_SPAN_LITERAL("patina-key-v1"))) {
    PAT_CLEANUP(pat_key_clear) pat_key key = {.has_secret = false};
    set_name(&key, name);
    PAT_TRY(pat_key_make(bytes, key.name, &key));
    *ret_key = key;
    return PAT_OK;
  }
  PAT_REQUIRE(pat_span_equal(header, PAT_SPAN_LITERAL("patina-public-key-v1")), CLI_KEY_FILE);
  pat_key key = {.has_secret = false};
  set_name(&key, name);
  pat_span_copy(key.public_key, sizeof key.public_key, PAT_SPAN_OF(bytes));
  key.key_hash = pat_public_key_hash(key.public_key);
  *ret_key = key;
  return PAT_OK;
}

static pat_status format(const char *header, const char *name, pat_span bytes,
                         pat_builder *builder) {
  pat_builder_text(builder, header);
  pat_builder_char(builder, '\n');
  pat_builder_text(builder, name);
  pat_builder_char(builder, '\n');
  pat_base64_encode(builder, bytes);
  pat_builder_char(builder, '\n');
  pat_span text;
  return pat_builder_finish(builder, &text);
}

typedef struct {
  char bytes[PAT_CLI_KEY_FILE_BYTES_MAX];
} key_text;

static void key_text_clear(key_text *text) { pat_secret_wipe(text->bytes, sizeof text->bytes); }

static pat_status create_one(const char *path, unsigned mode, const char *header, const char *name,
                             pat_span bytes, pat_err *reterr) {
  PAT_CLEANUP(key_text_clear) key_text text;
  pat_builder builder;
  pat_builder_init(&builder, text.bytes, sizeof text.bytes);
  PAT_TRY(format(header, name, bytes, &builder));
  return pat_files_create(path, mode, pat_span_make(text.bytes, pat_builder_size(&builder)),
                          reterr);
}

pat_status pat_key_create(pat_arena *arena, const char *path, const pat_key *key,
                          const uint8_t seed[PAT_SIGN_SEED_BYTES], pat_err *reterr) {
  const char *public_path = NULL;
  const char *parts[] = {path, public_suffix};
  PAT_TRY(pat_files_path(arena, parts, 2, &public_path));
  PAT_REQUIRE_AT(!pat_files_exists(public_path), FILE_EXISTS, reterr, 0, public_path);
  PAT_TRY(create_one(path, 0600, secret_header, key->name, pat_span_make(seed, PAT_SIGN_SEED_BYTES),
                     reterr));
  return create_one(public_path, 0644, public_header, key->name, PAT_SPAN_OF(key->public_key),
                    reterr);
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
