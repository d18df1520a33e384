/* Key files: their text, and the operator's three. */
#include <string.h>
#include <sys/stat.h>

#include "core/crypto/vrf.h"
#include "server/main/log_keys.h"
#include "server/sys/file.h"
#include "tests/server/main/main_support.h"

#define KEY_44 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static void test_key_text__what_is_no_key_file_is_refused(void **state) {
  (void)state;
  const char *const texts[] = {
      "",
      "patina-key-v1\n",
      "patina-key-v1\nname\n",
      "patina-key-v1\nname\n" KEY_44,             /* no last line end */
      "patina-key-v1\nname\n" KEY_44 "\n\n",      /* one line more */
      "patina-key-v1\nname\n" KEY_44 "\nx",       /* trailing bytes */
      "patina-key-v2\nname\n" KEY_44 "\n",        /* another header */
      "patina-key-v1 \nname\n" KEY_44 "\n",       /* not exactly the header */
      "patina-public-key-v1\nname\n" KEY_44 "\n", /* another kind */
      "patina-key-v1\r\nname\r\n" KEY_44 "\r\n",  /* other line ends */
      "patina-key-v1\n\n" KEY_44 "\n",            /* no name */
      "patina-key-v1\nna\tme\n" KEY_44 "\n",      /* a control character */
      "patina-key-v1\nna\x7fme\n" KEY_44 "\n",    /* another */
      "patina-key-v1\nna\xc3\xa9\n" KEY_44 "\n",  /* not ASCII */
      "patina-key-v1\nname\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==\n", /* 31 bytes */
      "patina-key-v1\nname\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g\n", /* 33 bytes */
      "patina-key-v1\nname\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\n", /* spare bits set */
      "patina-key-v1\nname\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n",  /* no padding */
      "patina-key-v1\nname\nAAECAwQFBgcICQoL DA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    pat_key_text key = {.name = "untouched"};
    pat_status status = pat_key_text_decode(pat_span_text(texts[i]), PAT_KEY_TEXT_SECRET, &key);
    if (!pat_is_rule(status, PAT_RULE_KEY_TEXT_FORM)) fail_msg("text %zu is not refused", i);
    assert_string_equal(key.name, "untouched");
  }
}

static pat_status encode_named(size_t name_size, pat_builder *builder) {
  pat_key_text key = {.name = {0}};
  memset(key.name, 'n', name_size);
  return pat_key_text_encode(&key, PAT_KEY_TEXT_VRF, builder);
}

static void test_key_text__names_of_1_to_64_characters(void **state) {
  (void)state;
  char text[PAT_KEY_TEXT_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, text, sizeof text);
  assert_refused(encode_named(0, &builder), KEY_TEXT_FORM);
  assert_ok(encode_named(1, &builder));
  pat_builder_init(&builder, text, sizeof text);
  assert_ok(encode_named(PAT_NAME_BYTES_MAX, &builder));
  pat_span written;
  assert_ok(pat_builder_finish(&builder, &written));
  pat_key_text key;
  assert_ok(pat_key_text_decode(written, PAT_KEY_TEXT_VRF, &key));
  assert_int_equal(strlen(key.name), PAT_NAME_BYTES_MAX);
  /* One character more. */
  char longer[PAT_KEY_TEXT_BYTES_MAX + 1];
  size_t head = sizeof PAT_KEY_TEXT_VRF; /* with its line end for the NUL */
  memcpy(longer, written.data, head);
  longer[head] = 'n';
  memcpy(longer + head + 1, written.data + head, written.size - head);
  assert_refused(
      pat_key_text_decode(pat_span_make(longer, written.size + 1), PAT_KEY_TEXT_VRF, &key),
      KEY_TEXT_FORM);
}

static void test_key_text__round_trip(void **state) {
  (void)state;
  pat_key_text key;
  pat_span text = PAT_SPAN_LITERAL("patina-key-v1\nWorkshop 12\n" KEY_44 "\n");
  assert_ok(pat_key_text_decode(text, PAT_KEY_TEXT_SECRET, &key));
  assert_string_equal(key.name, "Workshop 12");
  for (size_t i = 0; i < sizeof key.bytes; i++)
    assert_int_equal(key.bytes[i], i);
  char again[PAT_KEY_TEXT_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, again, sizeof again);
  assert_ok(pat_key_text_encode(&key, PAT_KEY_TEXT_SECRET, &builder));
  pat_span written;
  assert_ok(pat_builder_finish(&builder, &written));
  assert_true(pat_span_equal(written, text));
}

/* --- the operator's keys --------------------------------------------------------------------- */

static int set_up(void **state) {
  static temp_directory directory;
  directory = temp_directory_make();
  *state = &directory;
  return 0;
}

static int tear_down(void **state) {
  temp_directory_remove(*state);
  return 0;
}

static void test_log_keys__others_must_not_read_them(void **state) {
  const temp_directory *at = *state;
  assert_ok(pat_log_keys_create(at->path, pat_env_system(), NULL));
  const char *const names[] = {"keys/log.key", "keys/vrf.key", "keys/promise.key"};
  const unsigned modes[] = {0640, 0604, 0660, 0602, 0610};
  pat_log_keys keys;
  for (size_t i = 0; i < 15; i++) {
    const char *path = main_path(at->path, names[i % 3]);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(chmod(path, modes[i / 3]), 0);
    assert_refused(pat_log_keys_read(at->path, &keys, NULL, NULL), FILE_MODE);
    assert_int_equal(chmod(path, 0600), 0);
  }
  assert_ok(pat_log_keys_read(at->path, &keys, NULL, NULL));
}

static void test_log_keys__a_key_is_never_overwritten(void **state) {
  const temp_directory *at = *state;
  pat_log_keys keys;
  assert_refused(pat_log_keys_read(at->path, &keys, NULL, NULL), FILE_MISSING);
  assert_ok(pat_log_keys_create(at->path, pat_env_system(), NULL));
  assert_refused(pat_log_keys_create(at->path, pat_env_system(), NULL), FILE_EXISTS);
}

static void test_log_keys__a_file_of_another_kind_or_scalar_is_refused(void **state) {
  const temp_directory *at = *state;
  assert_ok(pat_log_keys_create(at->path, pat_env_system(), NULL));
  uint8_t bytes[32];
  memset(bytes, 0xff, sizeof bytes);
  pat_log_keys keys;
  pat_err err = {.offset = 0};
  main_write_key(main_path(at->path, "keys/vrf.key"), PAT_KEY_TEXT_SECRET, bytes, 0600);
  assert_refused(pat_log_keys_read(at->path, &keys, NULL, &err), KEY_TEXT_FORM);
  assert_string_equal(err.place, "keys/vrf.key");
  main_write_key(main_path(at->path, "keys/vrf.key"), PAT_KEY_TEXT_VRF, bytes, 0600);
  assert_refused(pat_log_keys_read(at->path, &keys, NULL, NULL), CRYPTO_VRF_SCALAR_RANGE);
}

static void test_log_keys__public_halves_belong_to_the_secrets(void **state) {
  const temp_directory *at = *state;
  assert_ok(pat_log_keys_create(at->path, pat_env_system(), NULL));
  pat_log_keys keys;
  pat_log_public_keys public_keys;
  assert_ok(pat_log_keys_read(at->path, &keys, &public_keys, NULL));
  assert_memory_equal(keys.log_public, public_keys.log, 32);
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_sign_keypair_from_seed(keys.promise_secret, public_key, secret);
  assert_memory_equal(public_key, public_keys.promise, 32);
  assert_ok(pat_vrf_public(keys.vrf_secret, public_key));
  assert_memory_equal(public_key, public_keys.vrf, 32);
  pat_log_keys_wipe(&keys);
  const uint8_t zero[sizeof keys] = {0};
  assert_memory_equal(&keys, zero, sizeof keys);
}

#define key_test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_key_text__what_is_no_key_file_is_refused),
      cmocka_unit_test(test_key_text__names_of_1_to_64_characters),
      cmocka_unit_test(test_key_text__round_trip),
      key_test(test_log_keys__others_must_not_read_them),
      key_test(test_log_keys__a_key_is_never_overwritten),
      key_test(test_log_keys__a_file_of_another_kind_or_scalar_is_refused),
      key_test(test_log_keys__public_halves_belong_to_the_secrets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
