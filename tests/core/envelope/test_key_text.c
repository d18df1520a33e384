/* Key files: three lines, and nothing else. */
#include "core/envelope/key_text.h"

#include "tests/core/envelope/envelope_support.h"

#define KEY_BASE64 "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=" /* 1 to 32 */

static pat_status decode(const char *text) {
  pat_key_text key = {.name = "unchanged"};
  pat_status status = pat_key_text_decode(pat_span_text(text), PAT_KEY_TEXT_SECRET, &key);
  if (!pat_is_ok(status)) assert_string_equal(key.name, "unchanged");
  return status;
}

static void test_key_text__refuses_other_forms(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",
      "patina-key-v1\n",
      "patina-key-v1\nname\n",
      "patina-key-v1\nname\n" KEY_BASE64,
      "patina-key-v1\nname\n" KEY_BASE64 "\n\n",
      "patina-key-v1\nname\n" KEY_BASE64 "\nx",
      "patina-key-v1\r\nname\r\n" KEY_BASE64 "\r\n",
      "patina-key-v2\nname\n" KEY_BASE64 "\n",
      "patina-public-key-v1\nname\n" KEY_BASE64 "\n",
      "patina-key-v1\n\n" KEY_BASE64 "\n",
      "patina-key-v1\nna\tme\n" KEY_BASE64 "\n",
      "patina-key-v1\nname\nAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==\n",
      "patina-key-v1\nname\nAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyE\n",
      "patina-key-v1\nname\n!QIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\n",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_rule(decode(bad[i]), KEY_TEXT_FORM);
  assert_ok(decode("patina-key-v1\nname\n" KEY_BASE64 "\n"));
}

static void test_key_text__has_a_name_of_1_to_64_characters(void **state) {
  (void)state;
  for (size_t size = PAT_NAME_BYTES_MAX - 1; size <= PAT_NAME_BYTES_MAX + 1; size++) {
    char name[PAT_NAME_BYTES_MAX + 2] = "";
    memset(name, 'n', size);
    char text[256];
    (void)snprintf(text, sizeof text, "patina-key-v1\n%s\n" KEY_BASE64 "\n", name);
    if (size <= PAT_NAME_BYTES_MAX) {
      assert_ok(decode(text));
    } else {
      assert_rule(decode(text), KEY_TEXT_FORM);
    }
  }
}

static void test_key_text__is_written_as_it_is_read(void **state) {
  (void)state;
  static const char text[] = "patina-public-key-v1\nthe registrar\n" KEY_BASE64 "\n";
  pat_key_text key;
  assert_ok(pat_key_text_decode(pat_span_text(text), PAT_KEY_TEXT_PUBLIC, &key));
  assert_string_equal(key.name, "the registrar");
  for (uint8_t i = 0; i < 32; i++)
    assert_int_equal(key.bytes[i], i + 1);
  char room[PAT_KEY_TEXT_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, room, sizeof room);
  assert_ok(pat_key_text_encode(&key, PAT_KEY_TEXT_PUBLIC, &builder));
  pat_span written;
  assert_ok(pat_builder_finish(&builder, &written));
  assert_true(pat_span_equal(written, pat_span_text(text)));
  key.name[3] = '\n';
  pat_builder_init(&builder, room, sizeof room);
  assert_rule(pat_key_text_encode(&key, PAT_KEY_TEXT_PUBLIC, &builder), KEY_TEXT_FORM);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_key_text__refuses_other_forms),
      cmocka_unit_test(test_key_text__has_a_name_of_1_to_64_characters),
      cmocka_unit_test(test_key_text__is_written_as_it_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
