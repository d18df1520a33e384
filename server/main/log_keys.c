#include "server/main/log_keys.h"

#include "core/envelope/key_text.h"
#include "server/main/paths.h"
#include "server/sys/file.h"

static const char log_path[] = "keys/log.key";
static const char vrf_path[] = "keys/vrf.key";
static const char promise_path[] = "keys/promise.key";

static void wipe_text(pat_key_text *key) { pat_secret_wipe(key, sizeof *key); }

static pat_status create_key(const char *directory, const char *name, const char *header,
                             const pat_key_text *key, pat_err *reterr) {
  pat_path path;
  PAT_TRY(pat_path_join(directory, name, &path));
  uint8_t text[PAT_KEY_TEXT_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, text, sizeof text);
  PAT_TRY(pat_key_text_encode(key, header, &builder));
  pat_span bytes;
  PAT_TRY(pat_builder_finish(&builder, &bytes));
  pat_status status = pat_file_create_secret(path.text, bytes, reterr);
  pat_secret_wipe(text, sizeof text);
  return status;
}

static pat_status create_signing_key(const char *directory, const char *path, const char *name,
                                     const pat_env *env, pat_err *reterr) {
  PAT_CLEANUP(wipe_text) pat_key_text key = {.name = {0}};
  pat_span_copy(key.name, PAT_NAME_BYTES_MAX, pat_span_text(name));
  pat_env_random_bytes(env, key.bytes, sizeof key.bytes);
  return create_key(directory, path, PAT_KEY_TEXT_SECRET, &key, reterr);
}

static pat_status create_vrf_key(const char *directory, const pat_env *env, pat_err *reterr) {
  PAT_CLEANUP(wipe_text) pat_key_text key = {.name = "vrf"};
  uint8_t uniform[PAT_VRF_UNIFORM_BYTES];
  pat_env_random_bytes(env, uniform, sizeof uniform);
  pat_status status = pat_vrf_secret_from_bytes(uniform, key.bytes);
  pat_secret_wipe(uniform, sizeof uniform);
  PAT_TRY(status);
  return create_key(directory, vrf_path, PAT_KEY_TEXT_VRF, &key, reterr);
}

pat_status pat_log_keys_create(const char *directory, const pat_env *env, pat_err *reterr) {
  pat_path keys;
  PAT_TRY(pat_path_join(directory, "keys", &keys));
  PAT_TRY(pat_file_make_directory(keys.text, reterr));
  PAT_TRY(create_signing_key(directory, log_path, "log", env, reterr));
  PAT_TRY(create_signing_key(directory, promise_path, "promise", env, reterr));
  return create_vrf_key(directory, env, reterr);
}

static pat_status read_key(const char *directory, const char *name, const char *header,
                           pat_key_text *ret_key, pat_err *reterr) {
  pat_path path;
  PAT_TRY(pat_path_join(directory, name, &path));
  pat_blob text = {0};
  PAT_TRY(pat_file_read_secret(path.text, PAT_KEY_TEXT_BYTES_MAX, &text, reterr));
  pat_status status = pat_key_text_decode(pat_blob_span(text), header, ret_key);
  pat_blob_wipe(&text);
  if (!pat_is_ok(status)) return pat_refuse_at(status.rule, reterr, 0, name);
  return PAT_OK;
}

pat_status pat_log_keys_read(const char *directory, pat_log_keys *ret_keys,
                             pat_log_public_keys *ret_public, pat_err *reterr) {
  PAT_CLEANUP(wipe_text) pat_key_text log = {.name = {0}};
  PAT_CLEANUP(wipe_text) pat_key_text vrf = {.name = {0}};
  PAT_CLEANUP(wipe_text) pat_key_text promise = {.name = {0}};
  PAT_TRY(read_key(directory, log_path, PAT_KEY_TEXT_SECRET, &log, reterr));
  PAT_TRY(read_key(directory, vrf_path, PAT_KEY_TEXT_VRF, &vrf, reterr));
  PAT_TRY(read_key(directory, promise_path, PAT_KEY_TEXT_SECRET, &promise, reterr));
  pat_log_public_keys public_keys;
  PAT_TRY(pat_vrf_public(vrf.bytes, public_keys.vrf));
  pat_sign_keypair_from_seed(log.bytes, public_keys.log, ret_keys->log_secret);
  pat_sign_keypair_from_seed(promise.bytes, public_keys.promise, ret_keys->promise_secret);
  pat_span_copy(ret_keys->vrf_secret, sizeof ret_keys->vrf_secret, PAT_SPAN_OF(vrf.bytes));
  pat_span_copy(ret_keys->log_public, sizeof ret_keys->log_public, PAT_SPAN_OF(public_keys.log));
  if (ret_public != NULL) *ret_public = public_keys;
  return PAT_OK;
}

void pat_log_keys_wipe(pat_log_keys *keys) { pat_secret_wipe(keys, sizeof *keys); }
