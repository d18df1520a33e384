#include "core/model/identifier.h"

#include <stdlib.h>
#include <string.h>

#include "tests/core/model/values_support.h"

static Patina__IdentifierScheme scheme_of(Patina__Normalisation normalisation,
                                          Patina__Validation validation, uint32_t min,
                                          uint32_t max) {
  Patina__IdentifierScheme scheme = PATINA__IDENTIFIER_SCHEME__INIT;
  scheme.normalisation = normalisation;
  scheme.validation = validation;
  scheme.length_min = min;
  scheme.length_max = max;
  return scheme;
}

static Patina__IdentifierScheme vin_scheme(void) {
  return scheme_of(PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM,
                   PATINA__VALIDATION__VALIDATION_VIN17, 17, 17);
}

static Patina__IdentifierScheme text_scheme(void) {
  return scheme_of(PATINA__NORMALISATION__NORMALISATION_TRIM,
                   PATINA__VALIDATION__VALIDATION_UNSPECIFIED, 1, PAT_IDENTIFIER_BYTES_MAX);
}

static pat_status normalise(const Patina__IdentifierScheme *scheme, const char *raw,
                            pat_identifier *identifier) {
  return pat_identifier_normalise(scheme, pat_span_text(raw), identifier, NULL);
}

static pat_identifier identifier_of(const char *text) {
  pat_identifier identifier = {.size = strlen(text)};
  assert_true(identifier.size <= PAT_IDENTIFIER_BYTES_MAX);
  memcpy(identifier.text, text, identifier.size + 1);
  return identifier;
}

/* --- normalisation --------------------------------------------------------------------------- */

static void test_identifier__refuses_control_characters_and_bad_utf8(void **state) {
  (void)state;
  static const char *const texts[] = {"1\n2",     "\t1",          "1\r",       "\x1b[1m",
                                      "1\x7f",    "\xc2\x80",     "1\xc2\x9f", "\xff",
                                      "\xc0\xaf", "\xed\xa0\x80", "\xc3",      "1\n\n\n\n1"};
  Patina__IdentifierScheme schemes[] = {text_scheme(), vin_scheme()};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0] * 2; i++) {
    pat_identifier identifier = identifier_of("untouched");
    assert_refused(normalise(&schemes[i % 2], texts[i / 2], &identifier), IDENTIFIER_CHARACTERS);
    assert_string_equal(identifier.text, "untouched");
  }
  pat_identifier identifier = {.size = 0};
  assert_refused(
      pat_identifier_normalise(&schemes[0], PAT_SPAN_LITERAL("1\0002"), &identifier, NULL),
      IDENTIFIER_CHARACTERS);
}

static void test_identifier__refuses_raw_lengths_outside_the_limits(void **state) {
  (void)state;
  Patina__IdentifierScheme scheme = text_scheme();
  pat_identifier identifier = {.size = 0};
  assert_refused(normalise(&scheme, "", &identifier), IDENTIFIER_LENGTH);
  assert_refused(normalise(&scheme, "   ", &identifier), IDENTIFIER_LENGTH);
  assert_accepted(normalise(&scheme, "1", &identifier));
  for (size_t size = PAT_IDENTIFIER_BYTES_MAX - 1; size <= PAT_IDENTIFIER_BYTES_MAX; size++) {
    assert_accepted(normalise(&scheme, values_text_of('7', size), &identifier));
    assert_int_equal(identifier.size, size);
    assert_int_equal(identifier.text[size], '\0');
  }
  assert_refused(normalise(&scheme, values_text_of('7', PAT_IDENTIFIER_BYTES_MAX + 1), &identifier),
                 IDENTIFIER_LENGTH);
  /* the raw length counts, even where normalisation would make it fit */
  assert_refused(normalise(&scheme, values_text_of(' ', PAT_IDENTIFIER_BYTES_MAX + 1), &identifier),
                 IDENTIFIER_LENGTH);
}

static void test_identifier__refuses_lengths_outside_the_schemes(void **state) {
  (void)state;
  Patina__IdentifierScheme scheme = text_scheme();
  scheme.length_min = 3;
  scheme.length_max = 5;
  pat_identifier identifier = {.size = 0};
  for (size_t size = 1; size <= 7; size++) {
    pat_status status = normalise(&scheme, values_text_of('7', size), &identifier);
    if (size >= 3 && size <= 5) assert_accepted(status);
    if (size < 3 || size > 5) assert_refused(status, IDENTIFIER_LENGTH);
  }
  assert_refused(normalise(&scheme, " 77 ", &identifier), IDENTIFIER_LENGTH);
  assert_accepted(normalise(&scheme, "  777  ", &identifier));
}

static void test_identifier__refuses_other_than_letters_and_digits(void **state) {
  (void)state;
  static const char *const texts[] = {"AB*12", "AB_12", "AB,12", "\xc3\x84Z12", "AB#1",
                                      "[AB]",  "AB@1",  "`AB",   "{AB",         ":AB"};
  Patina__IdentifierScheme scheme = scheme_of(PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM,
                                              PATINA__VALIDATION__VALIDATION_ALNUM, 1, 20);
  pat_identifier identifier = {.size = 0};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    assert_refused(normalise(&scheme, texts[i], &identifier), IDENTIFIER_CHARACTERS);
  }
}

static void test_identifier__refuses_vins_by_their_own_rules(void **state) {
  (void)state;
  Patina__IdentifierScheme scheme = vin_scheme();
  pat_identifier identifier = {.size = 0};
  assert_refused(normalise(&scheme, "tooshort", &identifier), VIN_LENGTH);
  assert_refused(normalise(&scheme, "AAAAAAAIAAAAAAAAA", &identifier), VIN_CHARACTERS);
  assert_refused(normalise(&scheme, "AAAAAAAAAAAAAAAAO", &identifier), VIN_CHARACTERS);
  assert_refused(normalise(&scheme, "AAAAAAAAAAAAAAAAQ", &identifier), VIN_CHARACTERS);
  assert_refused(normalise(&scheme, "1M8GDM9AyKP042788", &identifier), VIN_CHECK_DIGIT);
  /* a Code 39 label starts with I: proposed to the reader, never dropped on its behalf */
  assert_refused(normalise(&scheme, "I1M8GDM9AXKP042788", &identifier), VIN_LENGTH);
}

typedef struct {
  Patina__Normalisation how;
  const char *raw;
  const char *expected;
} normal_form;

static void test_identifier__normalises(void **state) {
  (void)state;
  const Patina__Normalisation trim = PATINA__NORMALISATION__NORMALISATION_TRIM;
  const Patina__Normalisation alnum = PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM;
  const Patina__Normalisation upper = PATINA__NORMALISATION__NORMALISATION_UPPER_TRIM;
  const normal_form cases[] = {
      {trim, "  2011.49.1  ", "2011.49.1"},
      {trim, "MH   12  b", "MH 12 b"},
      {trim, "1989.422A-C", "1989.422A-C"},
      {trim, "\xc3\xa9 \xc3\xa9", "\xc3\xa9 \xc3\xa9"},
      {trim,
       "\xc2\xa0"
       "1",
       "\xc2\xa0"
       "1"}, /* a no-break space is a character, not a space */
      {upper, " l 12/3 b ", "L 12/3 B"},
      {upper,
       "\xc3\xa4"
       "b",
       "\xc3\xa4"
       "B"}, /* ASCII alone */
      {alnum, " jzx-100 / 0.12 ", "JZX100012"},
      {alnum, "bm51 smr", "BM51SMR"},
      {alnum, "az`{@[", "AZ`{@["},
      {alnum, "O0I1Q", "O0I1Q"}, /* what looks alike is never exchanged */
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Patina__IdentifierScheme scheme =
        scheme_of(cases[i].how, PATINA__VALIDATION__VALIDATION_UNSPECIFIED, 1, 128);
    pat_identifier identifier = {.size = 0};
    pat_identifier again = {.size = 0};
    assert_accepted(normalise(&scheme, cases[i].raw, &identifier));
    assert_string_equal(identifier.text, cases[i].expected);
    assert_int_equal(identifier.size, strlen(cases[i].expected));
    assert_accepted(normalise(&scheme, identifier.text, &again));
    assert_string_equal(again.text, identifier.text);
  }
}

static void test_identifier__reads_vins_as_they_are_written(void **state) {
  (void)state;
  Patina__IdentifierScheme scheme = vin_scheme();
  static const char *const texts[] = {"1M8GDM9AXKP042788", "1m8gdm9axkp042788",
                                      " 1M8 GDM9AX-KP042788 ", "1M8/GDM9AX/KP.042.788"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    pat_identifier identifier = {.size = 0};
    assert_accepted(normalise(&scheme, texts[i], &identifier));
    assert_string_equal(identifier.text, "1M8GDM9AXKP042788");
  }
}

/* One record per line: {"input": "...", and "valid" or "checksum" or "error"}. */
static void test_identifier__judges_published_vin_readings(void **state) {
  (void)state;
  static const char *const expected[] = {"ok",
                                         "ok",
                                         "ok",
                                         "vin.check-digit",
                                         "vin.length",
                                         "vin.characters",
                                         "identifier.characters",
                                         "vin.characters",
                                         "vin.characters"};
  char *text = values_shared_text("vehicles/vin_assertions.json");
  char *rest = text;
  size_t count = 0;
  Patina__IdentifierScheme scheme = vin_scheme();
  for (char *line = values_next_line(&rest); line != NULL; line = values_next_line(&rest)) {
    static const char prefix[] = "{\"input\": \"";
    if (strncmp(line, prefix, sizeof prefix - 1) != 0) continue;
    char *input = line + sizeof prefix - 1;
    input[strcspn(input, "\"")] = '\0';
    for (char *n = strstr(input, "\\n"); n != NULL; n = strstr(input, "\\n")) {
      *n = '\n';
      memmove(n + 1, n + 2, strlen(n + 2) + 1);
    }
    pat_identifier identifier = {.size = 0};
    assert_true(count < sizeof expected / sizeof expected[0]);
    pat_status status = normalise(&scheme, input, &identifier);
    assert_string_equal(pat_rule_id((pat_rule)status.rule), expected[count]);
    count++;
  }
  assert_int_equal(count, sizeof expected / sizeof expected[0]);
  free(text);
}

/* --- scope ----------------------------------------------------------------------------------- */

static void test_identifier__refuses_scopes_that_do_not_fit(void **state) {
  (void)state;
  Patina__IdentifierScheme none = text_scheme();
  Patina__IdentifierScheme scoped = text_scheme();
  scoped.scope = (char *)(uintptr_t) "maker";
  static const char *const bad[] = {"", " ", " Gibson", "Gibson ", "Gib  son", "Gib\nson", "\xff"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_refused(pat_identifier_scope_check(&scoped, bad[i], NULL), IDENTIFIER_SCOPE);
  }
  assert_refused(pat_identifier_scope_check(&none, "GB", NULL), IDENTIFIER_SCOPE);
  assert_accepted(pat_identifier_scope_check(&none, "", NULL));
  assert_accepted(pat_identifier_scope_check(&scoped, "C. F. Martin & Co.", NULL));
  for (size_t size = PAT_SCOPE_BYTES_MAX - 1; size <= PAT_SCOPE_BYTES_MAX + 1; size++) {
    pat_status status = pat_identifier_scope_check(&scoped, values_text_of('m', size), NULL);
    if (size <= PAT_SCOPE_BYTES_MAX) assert_accepted(status);
    if (size > PAT_SCOPE_BYTES_MAX) assert_refused(status, IDENTIFIER_SCOPE);
  }
}

static void test_identifier__refuses_a_maker_without_its_model(void **state) {
  (void)state;
  Patina__IdentifierScheme scheme = text_scheme();
  scheme.scope = (char *)(uintptr_t) "maker-model";
  scheme.uniqueness = PATINA__UNIQUENESS__UNIQUENESS_MAKER_MODEL;
  assert_refused(pat_identifier_scope_check(&scheme, "Gibson", NULL), IDENTIFIER_SCOPE);
  assert_refused(pat_identifier_scope_check(&scheme, "Gibson/", NULL), IDENTIFIER_SCOPE);
  assert_refused(pat_identifier_scope_check(&scheme, "/ES-335", NULL), IDENTIFIER_SCOPE);
  assert_refused(pat_identifier_scope_check(&scheme, "/", NULL), IDENTIFIER_SCOPE);
  assert_accepted(pat_identifier_scope_check(&scheme, "Gibson/ES-335", NULL));
}

/* --- VRF input ------------------------------------------------------------------------------- */

static void test_identifier__writes_the_vrf_input(void **state) {
  (void)state;
  static const uint8_t expected[] =
      "\0\3vin\0\2"
      "12\0\0\0\5"
      "1M8GD";
  pat_identifier identifier = identifier_of("1M8GD");
  uint8_t bytes[sizeof expected - 1];
  for (size_t room = 0; room <= sizeof bytes; room++) {
    pat_builder builder;
    pat_span written = PAT_SPAN_EMPTY;
    pat_builder_init(&builder, bytes, room);
    pat_status status = pat_identifier_vrf_input("vin", 12, "", &identifier, &builder);
    if (room < sizeof bytes) assert_refused(status, BYTES_FULL);
    if (room < sizeof bytes) continue;
    assert_accepted(status);
    assert_accepted(pat_builder_finish(&builder, &written));
    assert_int_equal(written.size, sizeof bytes);
    assert_memory_equal(written.data, expected, sizeof bytes);
  }
}

static void test_identifier__tells_vrf_inputs_apart(void **state) {
  (void)state;
  pat_identifier a = identifier_of("B1");
  pat_identifier b = identifier_of("1");
  uint8_t first[64];
  uint8_t second[64];
  pat_builder builder_a;
  pat_builder builder_b;
  pat_span bytes_a = PAT_SPAN_EMPTY;
  pat_span bytes_b = PAT_SPAN_EMPTY;
  pat_builder_init(&builder_a, first, sizeof first);
  pat_builder_init(&builder_b, second, sizeof second);
  assert_accepted(pat_identifier_vrf_input("s", UINT32_MAX, "A", &a, &builder_a));
  assert_accepted(pat_identifier_vrf_input("s", UINT32_MAX, "AB", &b, &builder_b));
  assert_accepted(pat_builder_finish(&builder_a, &bytes_a));
  assert_accepted(pat_builder_finish(&builder_b, &bytes_b));
  assert_int_equal(bytes_a.size, bytes_b.size);
  assert_false(pat_span_equal(bytes_a, bytes_b));
}

/* --- near misses ----------------------------------------------------------------------------- */

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* The whole table of restricted Damerau-Levenshtein distances: slow, and plainly right. */
static size_t oracle_distance(const pat_identifier *a, const pat_identifier *b) {
  size_t d[12][12];
  for (size_t i = 0; i <= a->size; i++) {
    for (size_t j = 0; j <= b->size; j++) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      size_t cost = a->text[i - 1] == b->text[j - 1] ? 0 : 1;
      d[i][j] = smaller(smaller(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + cost);
      bool swapped =
          i > 1 && j > 1 && a->text[i - 1] == b->text[j - 2] && a->text[i - 2] == b->text[j - 1];
      if (swapped) d[i][j] = smaller(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a->size][b->size];
}

static bool identifier_equal(const pat_identifier *a, const pat_identifier *b) {
  return a->size == b->size && memcmp(a->text, b->text, a->size + 1) == 0;
}

static bool share_a_variant(const pat_identifier *a, const pat_identifier *b) {
  for (size_t i = 0; i < pat_identifier_variant_count(a); i++) {
    for (size_t j = 0; j < pat_identifier_variant_count(b); j++) {
      pat_identifier variant_a;
      pat_identifier variant_b;
      pat_identifier_variant(a, i, &variant_a);
      pat_identifier_variant(b, j, &variant_b);
      if (identifier_equal(&variant_a, &variant_b)) return true;
    }
  }
  return false;
}

static void check_pair(const pat_identifier *a, const pat_identifier *b) {
  bool near = oracle_distance(a, b) == 1;
  if (pat_identifier_near(a, b) != near || pat_identifier_near(b, a) != near) {
    fail_msg("\"%s\" and \"%s\"", a->text, b->text);
  }
  if (near && !share_a_variant(a, b)) fail_msg("\"%s\" and \"%s\"", a->text, b->text);
}

/* Every pair of texts of up to 5 characters of two. */
static void test_identifier__finds_near_misses_exhaustively(void **state) {
  (void)state;
  pat_identifier all[63];
  size_t count = 0;
  for (size_t size = 0; size <= 5; size++) {
    for (size_t bits = 0; bits < (size_t)1 << size; bits++) {
      pat_identifier text = {.size = size};
      for (size_t i = 0; i < size; i++)
        text.text[i] = (bits >> i & 1) != 0 ? 'B' : 'A';
      all[count++] = text;
    }
  }
  assert_int_equal(count, 63);
  for (size_t i = 0; i < count * count; i++)
    check_pair(&all[i / count], &all[i % count]);
}

static pat_identifier random_text(values_random *random, size_t alphabet) {
  pat_identifier text = {.size = 1 + values_random_below(random, 10)};
  for (size_t i = 0; i < text.size; i++) {
    text.text[i] = (char)('A' + (int)values_random_below(random, alphabet));
  }
  return text;
}

static void edit(values_random *random, pat_identifier *text) {
  size_t place = values_random_below(random, text->size);
  if (values_random_below(random, 2) == 0 && place + 1 < text->size) {
    char c = text->text[place];
    text->text[place] = text->text[place + 1];
    text->text[place + 1] = c;
  } else {
    text->text[place] = (char)('A' + (int)values_random_below(random, 4));
  }
}

static void test_identifier__agrees_with_the_oracle_on_near_misses(void **state) {
  (void)state;
  values_random random = values_random_start("identifier");
  for (int round = 0; round < 20000; round++) {
    pat_identifier a = random_text(&random, 4);
    pat_identifier b = round % 2 == 0 ? random_text(&random, 4) : a;
    edit(&random, &b);
    if (round % 3 == 0) edit(&random, &b);
    check_pair(&a, &b);
  }
}

static void test_identifier__lists_each_variant_once(void **state) {
  (void)state;
  values_random random = values_random_start("identifier");
  for (int round = 0; round < 2000; round++) {
    pat_identifier text = random_text(&random, 3);
    size_t count = pat_identifier_variant_count(&text);
    pat_identifier variants[12];
    assert_true(count >= 2 && count <= text.size + 1);
    for (size_t i = 0; i < count; i++) {
      pat_identifier_variant(&text, i, &variants[i]);
      assert_int_equal(variants[i].size, i == 0 ? text.size : text.size - 1);
      assert_int_equal(variants[i].text[variants[i].size], '\0');
      for (size_t j = 0; j < i; j++)
        assert_false(identifier_equal(&variants[i], &variants[j]));
    }
    assert_true(identifier_equal(&variants[0], &text));
  }
}

static void test_identifier__counts_variants_of_the_longest(void **state) {
  (void)state;
  pat_identifier same = identifier_of(values_text_of('A', PAT_IDENTIFIER_BYTES_MAX));
  pat_identifier mixed = same;
  pat_identifier variant;
  for (size_t i = 0; i < mixed.size; i += 2)
    mixed.text[i] = 'B';
  assert_int_equal(pat_identifier_variant_count(&same), 2);
  assert_int_equal(pat_identifier_variant_count(&mixed), PAT_IDENTIFIER_BYTES_MAX + 1);
  pat_identifier_variant(&mixed, PAT_IDENTIFIER_BYTES_MAX, &variant);
  assert_int_equal(variant.size, PAT_IDENTIFIER_BYTES_MAX - 1);
}

static void test_identifier__knows_near_vins(void **state) {
  (void)state;
  static const struct {
    const char *other;
    bool near;
  } cases[] = {
      {"1M8GDM9AXKP042788", false}, /* the same is not near */
      {"1M8GDM9AXKP042789", true},  {"1M8GDM9AXKP024788", true},  {"M18GDM9AXKP042788", true},
      {"1M8GDM9AXKP04278", true},   {"11M8GDM9AXKP042788", true}, {"1M8GDM9AXKP402787", false},
      {"8M1GDM9AXKP042788", false}, {"1M8GDM9AXKP0427", false},
  };
  pat_identifier vin = identifier_of("1M8GDM9AXKP042788");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    pat_identifier other = identifier_of(cases[i].other);
    assert_int_equal(pat_identifier_near(&vin, &other), cases[i].near);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_identifier__refuses_control_characters_and_bad_utf8),
      cmocka_unit_test(test_identifier__refuses_raw_lengths_outside_the_limits),
      cmocka_unit_test(test_identifier__refuses_lengths_outside_the_schemes),
      cmocka_unit_test(test_identifier__refuses_other_than_letters_and_digits),
      cmocka_unit_test(test_identifier__refuses_vins_by_their_own_rules),
      cmocka_unit_test(test_identifier__normalises),
      cmocka_unit_test(test_identifier__reads_vins_as_they_are_written),
      cmocka_unit_test(test_identifier__judges_published_vin_readings),
      cmocka_unit_test(test_identifier__refuses_scopes_that_do_not_fit),
      cmocka_unit_test(test_identifier__refuses_a_maker_without_its_model),
      cmocka_unit_test(test_identifier__writes_the_vrf_input),
      cmocka_unit_test(test_identifier__tells_vrf_inputs_apart),
      cmocka_unit_test(test_identifier__finds_near_misses_exhaustively),
      cmocka_unit_test(test_identifier__agrees_with_the_oracle_on_near_misses),
      cmocka_unit_test(test_identifier__lists_each_variant_once),
      cmocka_unit_test(test_identifier__counts_variants_of_the_longest),
      cmocka_unit_test(test_identifier__knows_near_vins),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
