#include <stdlib.h>
#include <string.h>

#include "core/model/identifier.h"
#include "tests/core/model/values_support.h"

static pat_status check(const char *vin, pat_vin_check_digit *digit) {
  return pat_vin_check(pat_span_text(vin), digit, NULL);
}

static void test_vin__refuses_other_lengths(void **state) {
  (void)state;
  pat_vin_check_digit digit = PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE;
  assert_refused(check("", &digit), VIN_LENGTH);
  assert_refused(check("1M8GDM9AXKP04278", &digit), VIN_LENGTH);
  assert_refused(check("1M8GDM9AXKP0427888", &digit), VIN_LENGTH);
  assert_int_equal(digit, PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE);
}

/* Every byte at every place: A to Z without I, O, Q, and 0 to 9 pass the form. */
static void test_vin__refuses_other_characters_everywhere(void **state) {
  (void)state;
  for (size_t place = 0; place < 17; place++) {
    for (int c = 0; c < 256; c++) {
      char vin[] = "WDBEA30D3HA391172";
      bool allowed =
          (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z' && c != 'I' && c != 'O' && c != 'Q');
      pat_vin_check_digit digit = PAT_VIN_CHECK_DIGIT_MATCHES;
      pat_err err = {0};
      vin[place] = (char)c;
      pat_status status = pat_vin_check(pat_span_make(vin, 17), &digit, &err);
      assert_int_equal(pat_is_rule(status, PAT_RULE_VIN_CHARACTERS), !allowed);
      if (!allowed) assert_int_equal(err.offset, place);
    }
  }
}

static void test_vin__refuses_a_wrong_check_digit_where_it_is_law(void **state) {
  (void)state;
  static const char *const vins[] = {
      "1FACP45E0LF192944",                                           /* a published negative */
      "1M8GDM9AZKP042788", "4M8GDM9AZKP042788", "5M8GDM9AZKP042788", /* United States */
      "7F8GDM9AZKP042788", "7Z8GDM9AZKP042788", "718GDM9AZKP042788",
      "708GDM9AZKP042788", "2M8GDM9AZKP042788", /* Canada */
      "LM8GDM9AZKP042788",                      /* China */
  };
  for (size_t i = 0; i < sizeof vins / sizeof vins[0]; i++) {
    pat_vin_check_digit digit = PAT_VIN_CHECK_DIGIT_MATCHES;
    pat_err err = {0};
    assert_refused(pat_vin_check(pat_span_text(vins[i]), &digit, &err), VIN_CHECK_DIGIT);
    assert_int_equal(err.offset, 8);
  }
}

static void test_vin__leaves_the_check_digit_open_elsewhere(void **state) {
  (void)state;
  static const char first_two[][3] = {"WM", "3M", "6M", "7A", "7E", "8M", "9M", "0M",
                                      "AM", "JM", "KM", "SM", "VM", "ZM", "MM"};
  for (size_t i = 0; i < sizeof first_two / sizeof first_two[0]; i++) {
    char vin[] = "??8GDM9A?KP042788";
    vin[0] = first_two[i][0];
    vin[1] = first_two[i][1];
    vin[8] = 'Z'; /* never a check digit; a filler of European makers */
    pat_vin_check_digit digit = PAT_VIN_CHECK_DIGIT_MATCHES;
    assert_accepted(check(vin, &digit));
    assert_int_equal(digit, PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE);
  }
}

static void test_vin__computes_published_check_digits(void **state) {
  (void)state;
  static const struct {
    const char *vin;
    char digit;
  } cases[] = {
      {"11111111111111111", '1'}, {"1M8GDM9AXKP042788", 'X'}, {"1FACP45EXLF192944", 'X'},
      {"WDBEA30D3HA391172", '3'}, {"WBAXW1104J0X16755", '4'}, {"LJCPCBLCX11000237", 'X'},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    pat_vin_check_digit digit = PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE;
    assert_int_equal(pat_vin_check_digit_of(pat_span_text(cases[i].vin)), cases[i].digit);
    assert_accepted(check(cases[i].vin, &digit));
    assert_int_equal(digit, PAT_VIN_CHECK_DIGIT_MATCHES);
  }
}

/* Cars that were on sale in North America: every one passes. */
static void test_vin__accepts_real_north_american_vins(void **state) {
  (void)state;
  char *text = values_shared_text("vehicles/corgi_vins.csv");
  char *rest = text;
  size_t count = 0;
  assert_non_null(values_next_line(&rest)); /* the heading */
  for (char *line = values_next_line(&rest); line != NULL; line = values_next_line(&rest)) {
    pat_vin_check_digit digit = PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE;
    pat_status status = pat_vin_check(pat_span_make(line, strcspn(line, ",")), &digit, NULL);
    if (!pat_is_ok(status)) fail_msg("%s: %s", line, pat_rule_id((pat_rule)status.rule));
    assert_int_equal(digit, PAT_VIN_CHECK_DIGIT_MATCHES);
    count++;
  }
  assert_int_equal(count, 88);
  free(text);
}

/* What a library publishes as sample VINs, in the file's order: the first 19 as valid, the last two
 * as invalid. 11 of the 19 carry a check digit that does not fit where it is law. */
static const struct {
  const char *vin;
  const char *rule;
  pat_vin_check_digit digit;
} claimed[] = {
    {"4JGDA5HB7JB158144", "ok", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"1FTFW1ET5DFC10312", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"1FM5K8GC6LGA15889", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"1G1ZD5ST1KF130915", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"1GT12ZEG8KF198094", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"JTDKARFU1J3073485", "ok", PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE},
    {"JTHBA1D27G5004260", "ok", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"5YJ3E1EA5JF037274", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"5YJSA1E21HF186172", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"1HGCV1F17JA125237", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"JH4KA96632C005859", "ok", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"WBA8E9C55GK640074", "ok", PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE},
    {"5UXKR0C58H0V58774", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"1N4AL3AP1FC273695", "ok", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"3VWD17AJ5EM267503", "ok", PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE},
    {"1HD1KEM14DB652351", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"JH2RC5004LM200291", "ok", PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE},
    {"1FVACYDC39HAJ2405", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"1XKAD49X9FJ458598", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"1HGCM82633A004353", "vin.check-digit", PAT_VIN_CHECK_DIGIT_MATCHES},
    {"1HGCM82633A0043522", "vin.length", PAT_VIN_CHECK_DIGIT_MATCHES},
};

static void test_vin__judges_published_samples_one_by_one(void **state) {
  (void)state;
  char *text = values_shared_text("vehicles/wal33d_claimed_vins.csv");
  char *rest = text;
  size_t count = 0;
  assert_non_null(values_next_line(&rest)); /* the heading */
  for (char *line = values_next_line(&rest); line != NULL; line = values_next_line(&rest)) {
    pat_vin_check_digit digit = PAT_VIN_CHECK_DIGIT_MATCHES;
    size_t size = strcspn(line, ",");
    assert_true(count < sizeof claimed / sizeof claimed[0]);
    assert_int_equal(strncmp(claimed[count].vin, line, size), 0);
    pat_status status = pat_vin_check(pat_span_make(line, size), &digit, NULL);
    assert_string_equal(pat_rule_id((pat_rule)status.rule), claimed[count].rule);
    assert_int_equal(digit, claimed[count].digit);
    count++;
  }
  assert_int_equal(count, sizeof claimed / sizeof claimed[0]);
  free(text);
}

static void test_vin__finds_every_mistyped_character_but_equal_values(void **state) {
  (void)state;
  /* Modulus 11: one changed character behind the first is found unless the new one counts the same
   * (A, J and 1, say); this VIN has 37 such neighbours. */
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ";
  const char *vin = "1M8GDM9AXKP042788";
  size_t unseen = 0;
  for (size_t place = 0; place < 17; place++) {
    for (size_t i = 0; i < sizeof alphabet - 1; i++) {
      char other[18];
      pat_vin_check_digit digit = PAT_VIN_CHECK_DIGIT_MATCHES;
      memcpy(other, vin, sizeof other);
      other[place] = alphabet[i];
      if (alphabet[i] == vin[place] || place == 0) continue;
      unseen += pat_is_ok(check(other, &digit)) ? 1 : 0;
    }
  }
  assert_int_equal(unseen, 37);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_vin__refuses_other_lengths),
      cmocka_unit_test(test_vin__refuses_other_characters_everywhere),
      cmocka_unit_test(test_vin__refuses_a_wrong_check_digit_where_it_is_law),
      cmocka_unit_test(test_vin__leaves_the_check_digit_open_elsewhere),
      cmocka_unit_test(test_vin__computes_published_check_digits),
      cmocka_unit_test(test_vin__accepts_real_north_american_vins),
      cmocka_unit_test(test_vin__judges_published_samples_one_by_one),
      cmocka_unit_test(test_vin__finds_every_mistyped_character_but_equal_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
