/* Strict base 64: RFC 4648's examples, one text for each byte string, room in both directions. */
#include <string.h>

#include "core/base/status.h"
#include "core/crypto/base64.h"
#include "tests/core/crypto/crypto_support.h"

#define BYTES_MAX     300 /* three blocks of the encoder, and a rest */
#define TEXT_MAX      PAT_BASE64_TEXT_BYTES((size_t)BYTES_MAX)
#define RANDOM_ROUNDS 2000

/* RFC 4648 section 10, and all of the alphabet. */
static const struct {
  const char *bytes;
  const char *text;
} known[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xFB\xEF\xBE\xFF\xFF\xFF", "++++////"},
};

static void assert_decode_refused(pat_span text, pat_rule rule, size_t offset) {
  uint8_t bytes[BYTES_MAX] = {0};
  uint8_t untouched[BYTES_MAX] = {0};
  size_t size = 77;
  pat_err error = {0};
  pat_status status = pat_base64_decode(text, bytes, sizeof bytes, &size, &error);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_int_equal(error.rule, rule);
  assert_int_equal(error.offset, offset);
  assert_int_equal(size, 77);
  assert_memory_equal(bytes, untouched, sizeof bytes);
}

static pat_span encode(pat_span bytes, uint8_t buffer[TEXT_MAX]) {
  pat_builder builder;
  pat_span text = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, buffer, TEXT_MAX);
  pat_base64_encode(&builder, bytes);
  assert_accepted(pat_builder_finish(&builder, &text));
  return text;
}

static void test_base64__refuses_lengths_beside_four(void **state) {
  (void)state;
  assert_decode_refused(PAT_SPAN_LITERAL("Z"), PAT_RULE_CRYPTO_BASE64_LENGTH, 1);
  assert_decode_refused(PAT_SPAN_LITERAL("Zg"), PAT_RULE_CRYPTO_BASE64_LENGTH, 2);
  assert_decode_refused(PAT_SPAN_LITERAL("Zg="), PAT_RULE_CRYPTO_BASE64_LENGTH, 3);
  assert_decode_refused(PAT_SPAN_LITERAL("Zm9vY"), PAT_RULE_CRYPTO_BASE64_LENGTH, 5);
  assert_decode_refused(PAT_SPAN_LITERAL("="), PAT_RULE_CRYPTO_BASE64_LENGTH, 1);
}

static void test_base64__refuses_padding_elsewhere(void **state) {
  (void)state;
  assert_decode_refused(PAT_SPAN_LITERAL("===="), PAT_RULE_CRYPTO_BASE64_SYMBOL, 0);
  assert_decode_refused(PAT_SPAN_LITERAL("Z==="), PAT_RULE_CRYPTO_BASE64_SYMBOL, 1);
  assert_decode_refused(PAT_SPAN_LITERAL("Zg=v"), PAT_RULE_CRYPTO_BASE64_SYMBOL, 2);
  assert_decode_refused(PAT_SPAN_LITERAL("Zg==Zm9v"), PAT_RULE_CRYPTO_BASE64_SYMBOL, 2);
  assert_decode_refused(PAT_SPAN_LITERAL("Zm9v===="), PAT_RULE_CRYPTO_BASE64_SYMBOL, 4);
}

/* Of 256 byte values in one place, 64 are symbols. */
static void test_base64__refuses_every_byte_outside_the_alphabet(void **state) {
  (void)state;
  const char *alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (unsigned value = 0; value < 256; value++) {
    uint8_t text[4] = {'Z', (uint8_t)value, '9', 'v'};
    uint8_t bytes[3];
    size_t size;
    if (value != 0 && value < 128 && strchr(alphabet, (char)value) != NULL) {
      assert_accepted(pat_base64_decode(PAT_SPAN_OF(text), bytes, sizeof bytes, &size, NULL));
    } else {
      assert_decode_refused(PAT_SPAN_OF(text), PAT_RULE_CRYPTO_BASE64_SYMBOL, 1);
    }
  }
}

static void test_base64__refuses_stray_bits(void **state) {
  (void)state;
  assert_decode_refused(PAT_SPAN_LITERAL("Zh=="), PAT_RULE_CRYPTO_BASE64_TRAILING, 1);
  assert_decode_refused(PAT_SPAN_LITERAL("Zo=="), PAT_RULE_CRYPTO_BASE64_TRAILING, 1);
  assert_decode_refused(PAT_SPAN_LITERAL("Zm9="), PAT_RULE_CRYPTO_BASE64_TRAILING, 2);
  assert_decode_refused(PAT_SPAN_LITERAL("Zm9vYmF="), PAT_RULE_CRYPTO_BASE64_TRAILING, 6);
}

static void test_base64__room_for_bytes(void **state) {
  (void)state;
  uint8_t bytes[8] = {0};
  size_t size = 77;
  pat_span text = PAT_SPAN_LITERAL("Zm9vYmE=");
  assert_refused(pat_base64_decode(text, bytes, 4, &size, NULL), BYTES_FULL);
  assert_int_equal(size, 77);
  assert_int_equal(bytes[0], 0);
  assert_accepted(pat_base64_decode(text, bytes, 5, &size, NULL));
  assert_int_equal(size, 5);
  assert_accepted(pat_base64_decode(text, bytes, 6, &size, NULL));
  assert_int_equal(bytes[5], 0);
  assert_accepted(pat_base64_decode(PAT_SPAN_EMPTY, NULL, 0, &size, NULL));
  assert_int_equal(size, 0);
}

static void test_base64__room_for_text(void **state) {
  (void)state;
  uint8_t buffer[9];
  pat_span text;
  for (size_t capacity = 7; capacity <= 9; capacity++) {
    pat_builder builder;
    pat_builder_init(&builder, buffer, capacity);
    pat_base64_encode(&builder, PAT_SPAN_LITERAL("fooba"));
    pat_status status = pat_builder_finish(&builder, &text);
    assert_int_equal(pat_is_ok(status), capacity >= 8);
    assert_true(pat_is_ok(status) || pat_is_rule(status, PAT_RULE_BYTES_FULL));
  }
}

static void test_base64__known_texts_both_ways(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    uint8_t buffer[TEXT_MAX];
    uint8_t bytes[BYTES_MAX];
    size_t size = 0;
    pat_span expected = pat_span_text(known[i].bytes);
    pat_span text = encode(expected, buffer);
    assert_true(pat_span_equal(text, pat_span_text(known[i].text)));
    assert_int_equal(text.size, PAT_BASE64_TEXT_BYTES(expected.size));
    assert_accepted(pat_base64_decode(text, bytes, sizeof bytes, &size, NULL));
    assert_true(pat_span_equal(pat_span_make(bytes, size), expected));
  }
}

static void test_base64__round_trip_of_random_bytes(void **state) {
  (void)state;
  support_random random = support_random_start("base64 round trip");
  for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
    uint8_t bytes[BYTES_MAX];
    uint8_t buffer[TEXT_MAX];
    uint8_t decoded[BYTES_MAX];
    size_t size = support_random_below(&random, BYTES_MAX + 1);
    size_t decoded_size = 0;
    support_random_fill(&random, bytes, size);
    pat_span text = encode(pat_span_make(bytes, size), buffer);
    assert_accepted(pat_base64_decode(text, decoded, sizeof decoded, &decoded_size, NULL));
    assert_true(pat_span_equal(pat_span_make(decoded, decoded_size), pat_span_make(bytes, size)));
  }
}

static void test_base64__accepted_text_is_the_one_encoding(void **state) {
  (void)state;
  support_random random = support_random_start("base64 mutation");
  for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
    uint8_t bytes[BYTES_MAX];
    uint8_t buffer[TEXT_MAX];
    uint8_t again[TEXT_MAX];
    uint8_t decoded[BYTES_MAX];
    size_t size = 1 + support_random_below(&random, 8);
    support_random_fill(&random, bytes, size);
    pat_span text = encode(pat_span_make(bytes, size), buffer);
    support_flip(buffer, support_random_below(&random, text.size * 8));
    if (!pat_is_ok(pat_base64_decode(text, decoded, sizeof decoded, &size, NULL))) continue;
    assert_true(pat_span_equal(encode(pat_span_make(decoded, size), again), text));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_base64__refuses_lengths_beside_four),
      cmocka_unit_test(test_base64__refuses_padding_elsewhere),
      cmocka_unit_test(test_base64__refuses_every_byte_outside_the_alphabet),
      cmocka_unit_test(test_base64__refuses_stray_bits),
      cmocka_unit_test(test_base64__room_for_bytes),
      cmocka_unit_test(test_base64__room_for_text),
      cmocka_unit_test(test_base64__known_texts_both_ways),
      cmocka_unit_test(test_base64__round_trip_of_random_bytes),
      cmocka_unit_test(test_base64__accepted_text_is_the_one_encoding),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
