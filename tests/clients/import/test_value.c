/* Numbers and sizes as museums and dealers write them: refusals first. */
#include "clients/cli/import/value.h"
#include "tests/clients/import/import_support.h"

static pat_status number(const char *text, int64_t *ret_mantissa, int32_t *ret_exponent) {
  return pat_import_number_read(pat_span_text(text), ret_mantissa, ret_exponent);
}

static void test_value__refuses_what_is_no_number(void **state) {
  (void)state;
  static const char *const texts[] = {"",
                                      "x",
                                      "1 2",
                                      "1/3",
                                      "7 17/6",
                                      "1.2.3",
                                      "1,23",
                                      "-5",
                                      "1500 [?]",
                                      "4990.14/10",
                                      "1e3",
                                      "[",
                                      "[]",
                                      "1 1/",
                                      "1/0",
                                      "5 1/128",
                                      "1234567890123456"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int64_t mantissa = 0;
    int32_t exponent = 0;
    import_refused(number(texts[i], &mantissa, &exponent), IMPORT_VALUE);
  }
}

static void test_value__reads_numbers_exactly(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t mantissa;
    int32_t exponent;
  } rows[] = {
      {"42", 42, 0},
      {"48.375", 48375, -3},
      {"837.50", 83750, -2},
      {"1,250", 1250, 0},
      {"1,250,000", 1250000, 0},
      {"[650]", 650, 0},
      {"26 1/2", 265, -1},
      {"4 1/16", 40625, -4},
      {"1/2", 5, -1},
      {" 7 7/8 ", 7875, -3},
      {"123456789012345", 123456789012345, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t mantissa = 0;
    int32_t exponent = 0;
    import_ok(number(rows[i].text, &mantissa, &exponent));
    assert_int_equal(mantissa, rows[i].mantissa);
    assert_int_equal(exponent, rows[i].exponent);
  }
}

static pat_status dimension(const char *text, const char *side, int64_t *ret_mantissa,
                            const char **ret_unit) {
  int32_t exponent = 0;
  return pat_import_dimension_read(pat_span_text(text), side, ret_mantissa, &exponent, ret_unit);
}

static void test_value__refuses_sizes_that_do_not_name_side_and_unit(void **state) {
  (void)state;
  static const char *const texts[] = {
      "7 7/8", "7 7/8 h", "2 3/4 x 3 x 1 1/2 in.",  "H: 81. W: 49.",     "W: 9 in.",
      "H: 9",  "H: in.",  "bell 16 h | stand 10 h", "H: 9 in. L: 3 in.", ""};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int64_t mantissa = 0;
    const char *unit = NULL;
    import_refused(dimension(texts[i], "H", &mantissa, &unit), IMPORT_VALUE);
  }
}

static void test_value__reads_sizes(void **state) {
  (void)state;
  int64_t mantissa = 0;
  const char *unit = NULL;
  import_ok(dimension("H: 4 1/16 inches", "H", &mantissa, &unit));
  assert_int_equal(mantissa, 40625);
  assert_string_equal(unit, "INH");
  import_ok(dimension("6 3/4 in. (height)", "H", &mantissa, &unit));
  assert_int_equal(mantissa, 675);
  import_ok(dimension("Diam. 18 in.", "Diam", &mantissa, &unit));
  assert_int_equal(mantissa, 18);
  import_ok(dimension("W: 6.4 cm.", "W", &mantissa, &unit));
  assert_string_equal(unit, "CMT");
}

static void test_value__takes_words_along_a_path(void **state) {
  json_t *row = json_pack("{s:[{s:s}], s:f, s:n, s:b, s:{s:i}, s:s}", "creator", "name", " A\n B ",
                          "height", 48.375, "none", "flag", 1, "nested", "number", 7, "a.b", "dot");
  static const struct {
    const char *column;
    const char *words;
  } rows[] = {
      {"creator.0.name", "A B"}, {"creator.1.name", ""}, {"height", "48.375"}, {"none", ""},
      {"flag", "true"},          {"nested.number", "7"}, {"missing", ""},      {"a.b", "dot"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    pat_span words;
    import_ok(pat_import_words(row, rows[i].column, *state, &words));
    assert_string_equal(import_text(*state, words), rows[i].words);
  }
  pat_span words;
  import_refused(pat_import_words(row, "creator", *state, &words), IMPORT_VALUE);
  json_decref(row);
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, import_arena_new, import_arena_free)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_value__refuses_what_is_no_number),
      cmocka_unit_test(test_value__reads_numbers_exactly),
      cmocka_unit_test(test_value__refuses_sizes_that_do_not_name_side_and_unit),
      cmocka_unit_test(test_value__reads_sizes),
      WITH_ARENA(test_value__takes_words_along_a_path),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
