#include "core/model/number.h"

#include <string.h>

#include "core/base/limits.h"
#include "tests/core/model/values_support.h"

static Patina__Number number(int64_t mantissa, int32_t exponent, const char *unit) {
  Patina__Number result = PATINA__NUMBER__INIT;
  result.mantissa = mantissa;
  result.exponent = exponent;
  result.unit = (char *)(uintptr_t)unit;
  return result;
}

static void test_number__refuses_exponents_outside_the_limits(void **state) {
  (void)state;
  static const struct {
    int32_t exponent;
    bool accepted;
  } cases[] = {{-19, false}, {-18, true}, {-17, true},        {17, true},
               {18, true},   {19, false}, {INT32_MIN, false}, {INT32_MAX, false}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Patina__Number n = number(1, cases[i].exponent, "KMT");
    pat_err err = {0};
    if (cases[i].accepted) assert_accepted(pat_number_check(&n, &err));
    if (!cases[i].accepted) assert_refused(pat_number_check(&n, &err), NUMBER_EXPONENT);
    assert_string_equal(err.place, cases[i].accepted ? "" : "exponent");
  }
}

static void test_number__refuses_unknown_units(void **state) {
  (void)state;
  static const char *const units[] = {"km",   "kmt", "KMT ", " KMT",     "KM",
                                      "KMTX", "XXX", "usd",  "US",       "USDX",
                                      "EU",   "ZZZ", "AAA",  "\xc3\xa9", "MMTMMTMMTMMTMMTMMT",
                                      "FAH"};
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    Patina__Number n = number(1, 0, units[i]);
    assert_refused(pat_number_check(&n, NULL), NUMBER_UNIT_UNKNOWN);
    assert_false(pat_unit_known(units[i]));
    assert_false(pat_unit_comparable(units[i], units[i]));
    assert_string_equal(pat_unit_ucum(units[i]), units[i]);
  }
}

static void test_number__refuses_to_compare_other_quantities(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"KMT", "KGM"}, {"KMT", ""},   {"", "C62"},    {"USD", "GBP"}, {"USD", ""},
      {"KMT", "KMH"}, {"CEL", "P1"}, {"ANN", "DAY"}, {"DEM", "EUR"}, {"LTR", "KGM"},
      {"KMT", "km"},  {"km", "km"},  {"CEL", "FAH"}, {"VLT", "AMP"}, {"KWT", "KWH"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    Patina__Number a = number(1, 0, pairs[i][0]);
    Patina__Number b = number(1, 0, pairs[i][1]);
    int order = 7;
    assert_refused(pat_number_compare(&a, &b, &order), NUMBER_UNIT_MISMATCH);
    assert_refused(pat_number_compare(&b, &a, &order), NUMBER_UNIT_MISMATCH);
    assert_int_equal(order, 7);
    assert_false(pat_unit_comparable(pairs[i][0], pairs[i][1]));
  }
}

static void test_number__refuses_results_that_do_not_fit(void **state) {
  (void)state;
  static const struct {
    int64_t mantissa;
    int32_t exponent;
    const char *unit;
  } cases[] = {
      {INT64_MAX, 0, "MTR"},
      {INT64_MIN, 0, "MTR"},
      {1, 16, "MTR"},
      {1, 18, "KMT"},
      {INT64_MAX, 18, "KWH"},
      {INT64_MIN, 18, "FTQ"},
      {INT64_MAX / 1000 + 1, 0, "MTR"},
      {INT64_MIN / 1000 - 1, 0, "MTR"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Patina__Number n = number(cases[i].mantissa, cases[i].exponent, cases[i].unit);
    int64_t milli = 77;
    assert_refused(pat_number_to_milli_base(&n, &milli), NUMBER_RANGE);
    assert_int_equal(milli, 77);
  }
  Patina__Number unknown = number(1, 0, "km");
  int64_t milli = 77;
  assert_refused(pat_number_to_milli_base(&unknown, &milli), NUMBER_UNIT_UNKNOWN);
}

static void test_number__converts_to_thousandths_of_the_base_unit(void **state) {
  (void)state;
  static const struct {
    int64_t mantissa;
    int32_t exponent;
    const char *unit;
    int64_t milli;
  } cases[] = {
      {1, 0, "KMT", 1000000},
      {1, 0, "SMI", 1609344},
      {100000, 0, "SMI", 160934400000},
      {635, -1, "KMT", 63500000},
      {1, 0, "INH", 25}, /* 25.4 */
      {-1, 0, "INH", -25},
      {5, 0, "INH", 127},
      {1, -1, "INH", 3}, /* 2.54 */
      {5, -4, "MTR", 1}, /* a half goes away from zero */
      {-5, -4, "MTR", -1},
      {4, -4, "MTR", 0},
      {-4, -4, "MTR", 0},
      {49999, -8, "MTR", 0},
      {15, -4, "MTR", 2},
      {-15, -4, "MTR", -2},
      {14999, -7, "MTR", 1},
      {1, -18, "MMT", 0},
      {INT64_MAX, -18, "MTR", 9223},
      {INT64_MAX, -3, "MTR", INT64_MAX},
      {INT64_MIN, -3, "MTR", INT64_MIN},
      {INT64_MAX, 0, "MMT", INT64_MAX},
      {INT64_MIN, 0, "MMT", INT64_MIN},
      {INT64_MAX / 1000, 0, "MTR", INT64_MAX / 1000 * 1000},
      {1, 15, "MTR", 1000000000000000000},
      {7, 0, "", 7000},
      {1250, -2, "USD", 12500},
      {21, 0, "CEL", 21000},
      {1, 0, "KMH", 278}, /* 0.2777... m/s */
      {36, 0, "KMH", 10000},
      {1, 0, "LBR", 454},
      {1, 0, "GLL", 3785},
      {1, 0, "FTQ", 28317},
      {0, 18, "KWH", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Patina__Number n = number(cases[i].mantissa, cases[i].exponent, cases[i].unit);
    int64_t milli = 0;
    assert_accepted(pat_number_to_milli_base(&n, &milli));
    assert_int_equal(milli, cases[i].milli);
  }
}

static int order_of(int64_t mantissa_a, int32_t exponent_a, const char *unit_a, int64_t mantissa_b,
                    int32_t exponent_b, const char *unit_b) {
  Patina__Number a = number(mantissa_a, exponent_a, unit_a);
  Patina__Number b = number(mantissa_b, exponent_b, unit_b);
  int order = 7;
  int reverse = 7;
  assert_accepted(pat_number_compare(&a, &b, &order));
  assert_accepted(pat_number_compare(&b, &a, &reverse));
  assert_int_equal(order, -reverse);
  return order;
}

static void test_number__compares_exactly_across_units(void **state) {
  (void)state;
  assert_int_equal(order_of(1, 0, "SMI", 1609344, -6, "KMT"), 0);
  assert_int_equal(order_of(1, 0, "SMI", 1609345, -6, "KMT"), -1);
  assert_int_equal(order_of(1, 0, "SMI", 1609343, -6, "KMT"), 1);
  assert_int_equal(order_of(100, -1, "KMT", 10, 0, "KMT"), 0);
  assert_int_equal(order_of(10, 0, "KMT", 10000, 0, "MTR"), 0);
  assert_int_equal(order_of(12, 0, "INH", 1, 0, "FOT"), 0);
  assert_int_equal(order_of(36, 0, "INH", 1, 0, "YRD"), 0);
  assert_int_equal(order_of(5280, 0, "FOT", 1, 0, "SMI"), 0);
  assert_int_equal(order_of(254, -2, "CMT", 1, 0, "INH"), 0);
  assert_int_equal(order_of(16, 0, "ONZ", 1, 0, "LBR"), 0);
  assert_int_equal(order_of(45359237, -8, "KGM", 1, 0, "LBR"), 0);
  assert_int_equal(order_of(1728, 0, "INQ", 1, 0, "FTQ"), 0);
  assert_int_equal(order_of(231, 0, "INQ", 1, 0, "GLL"), 0);
  assert_int_equal(order_of(454609, -5, "LTR", 1, 0, "GLI"), 0);
  assert_int_equal(order_of(1609344, -6, "KMH", 1, 0, "HM"), 0);
  assert_int_equal(order_of(36, -1, "KMH", 1, 0, "MTS"), 0);
  assert_int_equal(order_of(60, 0, "RPM", 1, 0, "HTZ"), 0);
  assert_int_equal(order_of(1, 0, "KWH", 36, 5, "JOU"), 0);
  assert_int_equal(order_of(0, 18, "KMT", 0, -18, "INH"), 0);
  assert_int_equal(order_of(-1, -18, "MMT", 0, 0, "KMT"), -1);
  assert_int_equal(order_of(-2, 0, "KMT", -1, 0, "KMT"), -1);
  assert_int_equal(order_of(-1, 0, "KMT", 1, 0, "MMT"), -1);
}

static void test_number__compares_the_largest_and_smallest(void **state) {
  (void)state;
  assert_int_equal(order_of(INT64_MAX, 18, "KWH", INT64_MAX, -18, "JOU"), 1);
  assert_int_equal(order_of(INT64_MIN, 18, "KWH", INT64_MIN, -18, "JOU"), -1);
  assert_int_equal(order_of(INT64_MIN, 18, "FTQ", INT64_MIN, 18, "GLL"), -1);
  assert_int_equal(order_of(INT64_MIN, 18, "ONZ", INT64_MAX, -18, "LBR"), -1);
  assert_int_equal(order_of(INT64_MAX, 0, "", INT64_MIN, 0, ""), 1);
  assert_int_equal(order_of(INT64_MIN, 0, "", INT64_MIN, 0, ""), 0);
  assert_int_equal(order_of(INT64_MAX, 0, "", INT64_MAX - 1, 0, ""), 1);
  assert_int_equal(order_of(1, 18, "SMI", 1609344, 12, "KMT"), 0);
  assert_int_equal(order_of(1000000000000000000, -18, "", 1, 0, ""), 0);
  assert_int_equal(order_of(999999999999999999, -18, "", 1, 0, ""), -1);
}

/* The definitions of the units, as treaties and standards write them: an oracle apart from the
 * table, with numerator and denominator in decimal. */
typedef struct {
  const char *code;
  int64_t numerator;
  int64_t denominator;
} fact;

static const fact lengths[] = {
    {"MTR", 1, 1},       {"CMT", 1, 100},      {"MMT", 1, 1000},     {"KMT", 1000, 1},
    {"INH", 254, 10000}, {"FOT", 3048, 10000}, {"YRD", 9144, 10000}, {"SMI", 1609344, 1000},
};
static const fact masses[] = {
    {"KGM", 1, 1},
    {"GRM", 1, 1000},
    {"MGM", 1, 1000000},
    {"TNE", 1000, 1},
    {"LBR", 45359237, 100000000},
};
static const fact volumes[] = {
    {"LTR", 1, 1},
    {"MLT", 1, 1000},
    {"CMQ", 1, 1000},
    {"MTQ", 1000, 1},
    {"INQ", 16387064, 1000000000},
    {"GLI", 454609, 100000},
};

__extension__ typedef __int128 oracle_int;

static oracle_int oracle_scaled(int64_t mantissa, int32_t exponent, int64_t factor) {
  oracle_int result = (oracle_int)mantissa * factor;
  for (int32_t i = -3; i < exponent; i++)
    result *= 10;
  return result;
}

static void compare_with_oracle(values_random *random, const fact *facts, size_t count) {
  for (int round = 0; round < 20000; round++) {
    const fact *a = &facts[values_random_below(random, count)];
    const fact *b = &facts[values_random_below(random, count)];
    int64_t mantissa_a = (int64_t)values_random_below(random, 2000001) - 1000000;
    /* every other time as near as integers allow, so that a small error shows */
    int64_t near = (int64_t)((oracle_int)mantissa_a * a->numerator * b->denominator /
                             ((oracle_int)a->denominator * b->numerator));
    int64_t mantissa_b = round % 2 == 0 ? near : (int64_t)values_random_below(random, 2000001);
    int32_t exponent_a = (int32_t)values_random_below(random, 7) - 3;
    int32_t exponent_b = round % 2 == 0 ? exponent_a : (int32_t)values_random_below(random, 7) - 3;
    oracle_int left = oracle_scaled(mantissa_a, exponent_a, a->numerator * b->denominator);
    oracle_int right = oracle_scaled(mantissa_b, exponent_b, b->numerator * a->denominator);
    int expected = left < right ? -1 : left > right ? 1 : 0;
    assert_int_equal(order_of(mantissa_a, exponent_a, a->code, mantissa_b, exponent_b, b->code),
                     expected);
  }
}

static void test_number__agrees_with_the_definitions_of_units(void **state) {
  (void)state;
  values_random random = values_random_start("number");
  compare_with_oracle(&random, lengths, sizeof lengths / sizeof lengths[0]);
  compare_with_oracle(&random, masses, sizeof masses / sizeof masses[0]);
  compare_with_oracle(&random, volumes, sizeof volumes / sizeof volumes[0]);
}

static void test_number__knows_units_with_their_aliases(void **state) {
  (void)state;
  static const char *const aliases[][2] = {
      {"KMT", "km"},      {"SMI", "[mi_i]"}, {"KGM", "kg"}, {"INH", "[in_i]"}, {"CMQ", "cm3"},
      {"KWT", "kW"},      {"CEL", "Cel"},    {"P1", "%"},   {"ANN", "a"},      {"LUX", "lx"},
      {"LBR", "[lb_av]"}, {"KMH", "km/h"},   {"VLT", "V"},  {"C62", "1"},      {"USD", "USD"},
      {"FRF", "FRF"},     {"", ""},
  };
  for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
    assert_true(pat_unit_known(aliases[i][0]));
    assert_true(pat_unit_comparable(aliases[i][0], aliases[i][0]));
    assert_string_equal(pat_unit_ucum(aliases[i][0]), aliases[i][1]);
  }
}

static void test_number__knows_currencies(void **state) {
  (void)state;
  static const char *const currencies[] = {"ADP", "USD", "GBP", "EUR", "FRF", "DEM", "CHF",
                                           "ITL", "NLG", "BEF", "ATS", "ESP", "JPY", "CAD",
                                           "AUD", "SEK", "XPF", "ZAR", "ZWG"};
  for (size_t i = 0; i < sizeof currencies / sizeof currencies[0]; i++) {
    assert_true(pat_unit_is_currency(currencies[i]));
    assert_true(pat_unit_known(currencies[i]));
  }
  assert_false(pat_unit_is_currency(""));
  assert_false(pat_unit_is_currency("KMT"));
}

/* Every three letters: a code is a unit or a currency, never both. */
static void test_number__keeps_units_and_currencies_apart(void **state) {
  (void)state;
  size_t units = 0;
  for (const char *code = pat_unit_at(0); code != NULL; code = pat_unit_at(++units)) {
    assert_false(pat_unit_is_currency(code));
    assert_true(pat_unit_known(code));
    assert_true(strlen(code) <= PAT_UNIT_BYTES_MAX);
    if (units > 0) assert_true(strcmp(pat_unit_at(units - 1), code) < 0);
  }
  assert_true(units >= 40);
  size_t currencies = 0;
  for (size_t i = 0; i < 26 * 26 * 26; i++) {
    const char code[] = {(char)('A' + i / 676), (char)('A' + i / 26 % 26), (char)('A' + i % 26), 0};
    currencies += pat_unit_is_currency(code) ? 1 : 0;
  }
  assert_int_equal(currencies, 188);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_number__refuses_exponents_outside_the_limits),
      cmocka_unit_test(test_number__refuses_unknown_units),
      cmocka_unit_test(test_number__refuses_to_compare_other_quantities),
      cmocka_unit_test(test_number__refuses_results_that_do_not_fit),
      cmocka_unit_test(test_number__converts_to_thousandths_of_the_base_unit),
      cmocka_unit_test(test_number__compares_exactly_across_units),
      cmocka_unit_test(test_number__compares_the_largest_and_smallest),
      cmocka_unit_test(test_number__agrees_with_the_definitions_of_units),
      cmocka_unit_test(test_number__knows_units_with_their_aliases),
      cmocka_unit_test(test_number__knows_currencies),
      cmocka_unit_test(test_number__keeps_units_and_currencies_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
