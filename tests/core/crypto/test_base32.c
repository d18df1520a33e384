/* The written form of asset ids: known texts, what people may write, and what is refused. */
#include <string.h>

#include "core/base/status.h"
#include "core/crypto/base32.h"
#include "tests/core/crypto/crypto_support.h"

#define RANDOM_ROUNDS 2000

/* Worked out apart from the code, with big integers. */
static const struct {
  const char *id;
  const char *text;
} known[] = {
    {"00000000000000000000000000000000", "000000000000000000000000000"},
    {"ffffffffffffffffffffffffffffffff", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ*"},
    {"00000000000000000000000000000001", "000000000000000000000000011"},
    {"80000000000000000000000000000000", "40000000000000000000000000="},
    {"000102030405060708090a0b0c0d0e0f", "00041061050R3GG28A1C60T3GF6"},
    {"0123456789abcdeffedcba9876543210", "014D2PF2DBSQQZXQ5TK1V58CGGA"},
    {"00000000000000000000000000000020", "00000000000000000000000010*"},
    {"00000000000000000000000000000021", "00000000000000000000000011~"},
    {"00000000000000000000000000000022", "00000000000000000000000012$"},
    {"00000000000000000000000000000023", "00000000000000000000000013="},
    {"00000000000000000000000000000024", "00000000000000000000000014U"},
};
#define KNOWN (sizeof known / sizeof known[0])

static const char sample_text[] = "014D2PF2DBSQQZXQ5TK1V58CGGA";

static void assert_decodes(const char *text, const char *id) {
  uint8_t expected[PAT_ASSET_ID_BYTES];
  uint8_t decoded[PAT_ASSET_ID_BYTES];
  support_unhex(id, expected, sizeof expected);
  assert_accepted(pat_base32_asset_decode(pat_span_text(text), decoded, NULL));
  assert_memory_equal(decoded, expected, sizeof decoded);
}

/* Expects a refusal by rule at offset, with the id left alone. */
static void assert_decode_refused(const char *text, pat_rule rule, size_t offset) {
  uint8_t decoded[PAT_ASSET_ID_BYTES] = {0};
  uint8_t untouched[PAT_ASSET_ID_BYTES] = {0};
  pat_err error = {0};
  pat_status status = pat_base32_asset_decode(pat_span_text(text), decoded, &error);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_int_equal(error.rule, rule);
  assert_int_equal(error.offset, offset);
  assert_memory_equal(decoded, untouched, sizeof decoded);
}

static void test_base32__refuses_other_lengths(void **state) {
  (void)state;
  assert_decode_refused("", PAT_RULE_CRYPTO_BASE32_LENGTH, 0);
  assert_decode_refused("---", PAT_RULE_CRYPTO_BASE32_LENGTH, 3);
  assert_decode_refused("014D2PF2DBSQQZXQ5TK1V58CGG", PAT_RULE_CRYPTO_BASE32_LENGTH, 26);
  assert_decode_refused("014D2PF2DBSQQZXQ5TK1V58CGGA0", PAT_RULE_CRYPTO_BASE32_LENGTH, 27);
}

static void test_base32__refuses_unknown_symbols(void **state) {
  (void)state;
  assert_decode_refused("U14D2PF2DBSQQZXQ5TK1V58CGGA", PAT_RULE_CRYPTO_BASE32_SYMBOL, 0);
  assert_decode_refused("014D2PF2DBSQQZXQ5TK1V58CG*A", PAT_RULE_CRYPTO_BASE32_SYMBOL, 25);
  assert_decode_refused("014D2PF2DBSQQZXQ5TK1V58CGG!", PAT_RULE_CRYPTO_BASE32_SYMBOL, 26);
  assert_decode_refused(" 014D2PF2DBSQQZXQ5TK1V58CGGA", PAT_RULE_CRYPTO_BASE32_SYMBOL, 0);
  assert_decode_refused("014D2PF2\xC3\x89", PAT_RULE_CRYPTO_BASE32_SYMBOL, 8);
}

static void test_base32__refuses_nul_inside(void **state) {
  (void)state;
  uint8_t decoded[PAT_ASSET_ID_BYTES];
  pat_span text = PAT_SPAN_LITERAL("014D2PF2DBSQQZXQ5TK1V58CGGA\0");
  pat_span inside = PAT_SPAN_LITERAL("014D2PF2DBSQ\0ZXQ5TK1V58CGGA");
  pat_span check = PAT_SPAN_LITERAL("014D2PF2DBSQQZXQ5TK1V58CGG\0");
  assert_refused(pat_base32_asset_decode(text, decoded, NULL), CRYPTO_BASE32_LENGTH);
  assert_refused(pat_base32_asset_decode(inside, decoded, NULL), CRYPTO_BASE32_SYMBOL);
  assert_refused(pat_base32_asset_decode(check, decoded, NULL), CRYPTO_BASE32_SYMBOL);
}

/* With the check symbol of the number itself, and with that of its lower 128 bits. */
static void test_base32__refuses_numbers_of_129_bits(void **state) {
  (void)state;
  assert_decode_refused("80000000000000000000000000~", PAT_RULE_CRYPTO_BASE32_OVERFLOW, 0);
  assert_decode_refused("800000000000000000000000000", PAT_RULE_CRYPTO_BASE32_OVERFLOW, 0);
  assert_decode_refused("-ZZZZZZZZZZZZZZZZZZZZZZZZZZM", PAT_RULE_CRYPTO_BASE32_OVERFLOW, 1);
  assert_decode_refused("-ZZZZZZZZZZZZZZZZZZZZZZZZZZ*", PAT_RULE_CRYPTO_BASE32_OVERFLOW, 1);
}

static void test_base32__refuses_every_other_check_symbol(void **state) {
  (void)state;
  const char *symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
  char text[sizeof sample_text];
  size_t accepted = 0;
  pat_span_copy(text, sizeof text, PAT_SPAN_OF(sample_text));
  for (size_t i = 0; i < 37; i++) {
    text[26] = symbols[i];
    if (symbols[i] == 'A') {
      assert_decodes(text, "0123456789abcdeffedcba9876543210");
      accepted++;
    } else {
      assert_decode_refused(text, PAT_RULE_CRYPTO_BASE32_CHECK, 26);
    }
  }
  assert_int_equal(accepted, 1);
}

/* What the check symbol is for: one symbol misread, or two neighbours swapped. */
static void test_base32__refuses_each_misread_or_swapped_symbol(void **state) {
  (void)state;
  const char *symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  for (size_t at = 1; at < 26; at++) {
    char text[sizeof sample_text];
    pat_span_copy(text, sizeof text, PAT_SPAN_OF(sample_text));
    for (size_t i = 0; i < 32; i++) {
      if (symbols[i] == sample_text[at]) continue;
      text[at] = symbols[i];
      assert_decode_refused(text, PAT_RULE_CRYPTO_BASE32_CHECK, 26);
    }
    text[at] = sample_text[at - 1];
    text[at - 1] = sample_text[at];
    if (text[at] == text[at - 1] || at == 1) continue;
    assert_decode_refused(text, PAT_RULE_CRYPTO_BASE32_CHECK, 26);
  }
}

static void test_base32__limit_of_text(void **state) {
  (void)state;
  char text[PAT_BASE32_TEXT_BYTES_MAX + 2];
  for (size_t size = PAT_BASE32_TEXT_BYTES_MAX - 1; size <= PAT_BASE32_TEXT_BYTES_MAX + 1; size++) {
    memset(text, '-', size);
    text[size] = '\0';
    pat_span_copy(text, 26, pat_span_make(sample_text, 26));
    text[size - 1] = 'A';
    if (size <= PAT_BASE32_TEXT_BYTES_MAX) {
      assert_decodes(text, "0123456789abcdeffedcba9876543210");
    } else {
      assert_decode_refused(text, PAT_RULE_CRYPTO_BASE32_LENGTH, PAT_BASE32_TEXT_BYTES_MAX);
    }
  }
}

static void test_base32__known_texts_both_ways(void **state) {
  (void)state;
  for (size_t i = 0; i < KNOWN; i++) {
    uint8_t id[PAT_ASSET_ID_BYTES];
    char text[PAT_BASE32_ASSET_TEXT_BYTES];
    support_unhex(known[i].id, id, sizeof id);
    pat_base32_asset_encode(id, text);
    assert_string_equal(text, known[i].text);
    assert_decodes(known[i].text, known[i].id);
  }
}

static void test_base32__reads_what_people_write(void **state) {
  (void)state;
  assert_decodes("014d2pf2dbsqqzxq5tk1v58cgga", "0123456789abcdeffedcba9876543210");
  assert_decodes("014D2-PF2DB-SQQZX-Q5TK1-V58CG-GA", "0123456789abcdeffedcba9876543210");
  assert_decodes("-014D2PF2DBSQQZXQ5TK1V58CGG--A-", "0123456789abcdeffedcba9876543210");
  assert_decodes("oI4D2PF2DBSQQZXQ5TKlV58CGGA", "0123456789abcdeffedcba9876543210");
  assert_decodes("Oi4D2PF2DBSQQZXQ5TKLV58CGGA", "0123456789abcdeffedcba9876543210");
  assert_decodes("OOOOOOOOOOOOOOOOOOOOOOOOOLI", "00000000000000000000000000000001");
  assert_decodes("00000000000000000000000014u", "00000000000000000000000000000024");
}

static void test_base32__round_trip_of_random_ids(void **state) {
  (void)state;
  support_random random = support_random_start("base32 round trip");
  for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
    uint8_t id[PAT_ASSET_ID_BYTES];
    uint8_t decoded[PAT_ASSET_ID_BYTES];
    char text[PAT_BASE32_ASSET_TEXT_BYTES];
    support_random_fill(&random, id, sizeof id);
    pat_base32_asset_encode(id, text);
    assert_int_equal(strlen(text), PAT_BASE32_ASSET_SYMBOLS);
    assert_accepted(pat_base32_asset_decode(pat_span_text(text), decoded, NULL));
    assert_memory_equal(decoded, id, sizeof id);
  }
}

/* Whatever is accepted stands for the id whose canonical text it spells. */
static void test_base32__mutated_text_is_refused_or_another_spelling(void **state) {
  (void)state;
  support_random random = support_random_start("base32 mutation");
  for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
    uint8_t id[PAT_ASSET_ID_BYTES];
    uint8_t decoded[PAT_ASSET_ID_BYTES];
    char text[PAT_BASE32_ASSET_TEXT_BYTES];
    support_random_fill(&random, id, sizeof id);
    pat_base32_asset_encode(id, text);
    support_flip((uint8_t *)text,
                 support_random_below(&random, SUPPORT_BITS(PAT_BASE32_ASSET_SYMBOLS)));
    pat_span mutated = pat_span_make(text, PAT_BASE32_ASSET_SYMBOLS);
    if (!pat_is_ok(pat_base32_asset_decode(mutated, decoded, NULL))) continue;
    assert_memory_equal(decoded, id, sizeof id);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_base32__refuses_other_lengths),
      cmocka_unit_test(test_base32__refuses_unknown_symbols),
      cmocka_unit_test(test_base32__refuses_nul_inside),
      cmocka_unit_test(test_base32__refuses_numbers_of_129_bits),
      cmocka_unit_test(test_base32__refuses_every_other_check_symbol),
      cmocka_unit_test(test_base32__refuses_each_misread_or_swapped_symbol),
      cmocka_unit_test(test_base32__limit_of_text),
      cmocka_unit_test(test_base32__known_texts_both_ways),
      cmocka_unit_test(test_base32__reads_what_people_write),
      cmocka_unit_test(test_base32__round_trip_of_random_ids),
      cmocka_unit_test(test_base32__mutated_text_is_refused_or_another_spelling),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
