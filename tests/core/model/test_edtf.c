#include "core/model/edtf.h"

#include <string.h>
#include <time.h>

#include "core/base/limits.h"
#include "tests/core/model/values_support.h"

static const pat_edtf untouched = {-7, -6, PAT_EDTF_CENTURY, true, true};

static pat_status parse(const char *text, pat_edtf *edtf) {
  return pat_edtf_parse(pat_span_text(text), edtf, NULL);
}

static pat_edtf parsed(const char *text) {
  pat_edtf edtf = {0};
  pat_status status = parse(text, &edtf);
  if (!pat_is_ok(status)) fail_msg("%s: %s", text, pat_rule_id((pat_rule)status.rule));
  return edtf;
}

static void refuses_all(const char *const *texts, size_t count, pat_rule rule) {
  for (size_t i = 0; i < count; i++) {
    pat_edtf edtf = untouched;
    pat_err err = {0};
    pat_status status = pat_edtf_parse(pat_span_text(texts[i]), &edtf, &err);
    if (!pat_is_rule(status, rule)) {
      fail_msg("\"%s\": %s", texts[i], pat_rule_id((pat_rule)status.rule));
    }
    assert_memory_equal(&edtf, &untouched, sizeof edtf);
    assert_int_equal(err.rule, rule);
    assert_true(err.offset <= strlen(texts[i]));
  }
}

static void test_edtf__refuses_other_forms(void **state) {
  (void)state;
  static const char *const texts[] = {
      " 1955",
      "1955 ",
      "195",
      "19555",
      "195x",
      "X955",
      "1X55",
      "1XXX",
      "XXXX",
      "1955-",
      "1955-6",
      "1955-1X",
      "1955-X1",
      "1955-06-",
      "1955-06-1",
      "1955-06-1X",
      "1955-06-X1",
      "1955-XX-13",
      "195X-06",
      "19XX-XX",
      "1955/06/13",
      "1955-06-13-",
      "19550613",
      "+1955",
      "-1955",
      "Y1955",
      "1955-21-01",
      "1955-21-XX",
      "1955-XX-X",
      "1955??",
      "?1955",
      "1955?-06",
      "?",
      "/",
      "../..",
      "..",
      "../",
      "/..",
      "1955/..?",
      "1955/...",
      ".../1955",
      "1938/1946/1950",
      "1955-06-13T",
      "1955-06T10:00:00Z",
      "1955-06-13T10:00Z",
      "1955-06-13T10:00:00",
      "1955-06-13T10:00:00z",
      "1955-06-13T10:00:00Z?",
      "1955-06-13T10:00:00ZZ",
      "1955-06-13T10:00:00+1",
      "1955-06-13T10:00:00+01:",
      "1955-06-13T10:00:00+01:0",
      "1955-06-13T10:00:00+01:00Z",
      "1955-06-13T10:00:00.5Z",
      "1955-06-13T1X:00:00Z",
      "1955-06-13?T10:00:00Z",
      "1955-06-XXT10:00:00Z",
      "1955-06-13T10:00:00Z/1956",
      "T10:00:00Z",
      "1955-06-13t10:00:00Z",
      "[1955]",
      "c. 1955",
      "1955\n",
      "\xd9\xa1\xd9\xa9\xd9\xa5\xd9\xa5",
  };
  refuses_all(texts, sizeof texts / sizeof texts[0], PAT_RULE_EDTF_FORM);
}

static void test_edtf__refuses_dates_that_do_not_exist(void **state) {
  (void)state;
  static const char *const texts[] = {
      "0000",
      "000X",
      "00XX",
      "1955-00",
      "1955-13",
      "1955-20",
      "1955-25",
      "1955-99",
      "1955-02-30",
      "1955-02-29",
      "1900-02-29",
      "1955-04-31",
      "1955-06-00",
      "1955-12-32",
      "1946/1938",
      "1955-06-13/1955-06-12",
      "1955/1954-12-31",
      "1955-06-13T24:00:00Z",
      "1955-06-13T10:60:00Z",
      "1955-06-13T10:00:60Z",
      "1955-06-13T10:00:00+24:00",
      "1955-06-13T10:00:00-01:60",
      "1938/1946-13",
      "0000/1946",
  };
  refuses_all(texts, sizeof texts / sizeof texts[0], PAT_RULE_EDTF_RANGE);
}

static void test_edtf__refuses_lengths_outside_the_limits(void **state) {
  (void)state;
  pat_edtf edtf = {0};
  char text[PAT_EDTF_BYTES_MAX + 2];
  assert_refused(parse("", &edtf), EDTF_LENGTH);
  for (size_t size = PAT_EDTF_BYTES_MAX - 1; size <= PAT_EDTF_BYTES_MAX + 1; size++) {
    memset(text, '1', size);
    text[size] = '\0';
    if (size <= PAT_EDTF_BYTES_MAX) assert_refused(parse(text, &edtf), EDTF_FORM);
    if (size > PAT_EDTF_BYTES_MAX) assert_refused(parse(text, &edtf), EDTF_LENGTH);
  }
  assert_refused(parse("1", &edtf), EDTF_FORM);
}

static void test_edtf__says_where(void **state) {
  (void)state;
  pat_edtf edtf = {0};
  pat_err err = {0};
  assert_refused(pat_edtf_parse(PAT_SPAN_LITERAL("1938/19q6"), &edtf, &err), EDTF_FORM);
  assert_int_equal(err.offset, 8); /* behind the character that is refused */
}

typedef struct {
  const char *text;
  const char *earliest; /* "" = open */
  const char *latest;
  pat_edtf_precision precision;
} meaning;

static const meaning meanings[] = {
    {"1955", "1955-01-01", "1955-12-31", PAT_EDTF_YEAR},
    {"0001", "0001-01-01", "0001-12-31", PAT_EDTF_YEAR},
    {"9999", "9999-01-01", "9999-12-31", PAT_EDTF_YEAR},
    {"1955-06", "1955-06-01", "1955-06-30", PAT_EDTF_MONTH},
    {"2000-02", "2000-02-01", "2000-02-29", PAT_EDTF_MONTH},
    {"1900-02", "1900-02-01", "1900-02-28", PAT_EDTF_MONTH},
    {"1955-06-13", "1955-06-13", "1955-06-13", PAT_EDTF_DAY},
    {"2000-02-29", "2000-02-29", "2000-02-29", PAT_EDTF_DAY},
    {"201X", "2010-01-01", "2019-12-31", PAT_EDTF_DECADE},
    {"20XX", "2000-01-01", "2099-12-31", PAT_EDTF_CENTURY},
    {"001X", "0010-01-01", "0019-12-31", PAT_EDTF_DECADE},
    {"2004-XX", "2004-01-01", "2004-12-31", PAT_EDTF_YEAR},
    {"1985-04-XX", "1985-04-01", "1985-04-30", PAT_EDTF_MONTH},
    {"1985-XX-XX", "1985-01-01", "1985-12-31", PAT_EDTF_YEAR},
    {"2001-21", "2001-03-01", "2001-11-30", PAT_EDTF_SEASON},
    {"2003-22", "2003-01-01", "2004-02-29", PAT_EDTF_SEASON},
    {"2001-23", "2001-03-01", "2001-11-30", PAT_EDTF_SEASON},
    {"2001-24", "2001-01-01", "2002-02-28", PAT_EDTF_SEASON},
    {"1938/1946", "1938-01-01", "1946-12-31", PAT_EDTF_INTERVAL},
    {"1955/1955", "1955-01-01", "1955-12-31", PAT_EDTF_INTERVAL},
    {"1955-06/1955", "1955-06-01", "1955-12-31", PAT_EDTF_INTERVAL},
    {"1955-06-13/1956-02-29", "1955-06-13", "1956-02-29", PAT_EDTF_INTERVAL},
    {"193X/1946-XX", "1930-01-01", "1946-12-31", PAT_EDTF_INTERVAL},
    {"../1985-04-12", "", "1985-04-12", PAT_EDTF_INTERVAL},
    {"/1985", "", "1985-12-31", PAT_EDTF_INTERVAL},
    {"1985-04/..", "1985-04-01", "", PAT_EDTF_INTERVAL},
    {"1985-04-12/", "1985-04-12", "", PAT_EDTF_INTERVAL},
    {"2021-05-25T10:00:00Z", "2021-05-25", "2021-05-25", PAT_EDTF_DAY},
    {"2021-05-25T00:30:00+01:00", "2021-05-24", "2021-05-24", PAT_EDTF_DAY},
    {"2021-05-25T00:59:59+01", "2021-05-24", "2021-05-24", PAT_EDTF_DAY},
    {"2021-05-25T01:00:00+01:00", "2021-05-25", "2021-05-25", PAT_EDTF_DAY},
    {"2021-12-31T23:59:59-00:01", "2022-01-01", "2022-01-01", PAT_EDTF_DAY},
    {"2021-12-31T23:58:59-00:01", "2021-12-31", "2021-12-31", PAT_EDTF_DAY},
    {"2021-03-01T05:00:00+05:30", "2021-02-28", "2021-02-28", PAT_EDTF_DAY},
    {"2021-05-25T23:59:59+00:00", "2021-05-25", "2021-05-25", PAT_EDTF_DAY},
};

static void test_edtf__reads_every_form(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
    const meaning *m = &meanings[i];
    pat_edtf edtf = parsed(m->text);
    int32_t earliest = m->earliest[0] == '\0' ? INT32_MIN : parsed(m->earliest).earliest_day;
    int32_t latest = m->latest[0] == '\0' ? INT32_MAX : parsed(m->latest).latest_day;
    if (edtf.earliest_day != earliest || edtf.latest_day != latest) fail_msg("%s", m->text);
    assert_int_equal(edtf.precision, m->precision);
    assert_false(edtf.uncertain);
    assert_false(edtf.approximate);
  }
}

static void test_edtf__reads_qualifiers(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool uncertain;
    bool approximate;
  } cases[] = {
      {"1984?", true, false},         {"2004-06~", false, true},   {"2004-06-11%", true, true},
      {"201X~", false, true},         {"2001-21?", true, false},   {"1985-XX-XX%", true, true},
      {"1984?/2004", true, false},    {"1984/2004~", false, true}, {"1984~/2004-06?", true, true},
      {"1984-06-02%/..", true, true}, {"/1984?", true, false},     {"1984/2004", false, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    pat_edtf edtf = parsed(cases[i].text);
    assert_int_equal(edtf.uncertain, cases[i].uncertain);
    assert_int_equal(edtf.approximate, cases[i].approximate);
  }
}

static void test_edtf__counts_days_like_the_system(void **state) {
  (void)state;
  int32_t last = parsed("0001-01-01").earliest_day;
  assert_int_equal(last, -719162);
  assert_int_equal(parsed("1970-01-01").earliest_day, 0);
  assert_int_equal(parsed("2026-06-11").earliest_day, 20615);
  assert_int_equal(parsed("9999-12-31").earliest_day, 2932896);
  for (int32_t day = -200000; day < 200000; day++) {
    time_t seconds = (time_t)day * 86400;
    struct tm broken = {0};
    char text[16];
    assert_non_null(gmtime_r(&seconds, &broken));
    assert_int_equal(strftime(text, sizeof text, "%Y-%m-%d", &broken), 10);
    assert_int_equal(parsed(text).earliest_day, day);
  }
}

static void test_edtf__orders_for_display(void **state) {
  (void)state;
  static const char *const ascending[] = {"../1700", "1938",       "1938/1946", "1938/..",
                                          "1938-02", "1938-02-02", "1939"};
  enum { COUNT = sizeof ascending / sizeof ascending[0] };
  for (size_t i = 0; i < COUNT; i++) {
    for (size_t j = 0; j < COUNT; j++) {
      pat_edtf a = parsed(ascending[i]);
      pat_edtf b = parsed(ascending[j]);
      /* 1938 starts with the others of its year and ends before some: earliest, then latest */
      int expected = i < j ? -1 : i > j ? 1 : 0;
      assert_int_equal(pat_edtf_compare(&a, &b), expected);
    }
  }
}

static void test_edtf__knows_what_surely_came_before(void **state) {
  (void)state;
  pat_edtf year = parsed("1938");
  pat_edtf day = parsed("1938-12-31");
  pat_edtf next = parsed("1939-01-01");
  pat_edtf open_end = parsed("1900/..");
  pat_edtf open_start = parsed("../1950");
  assert_false(pat_edtf_surely_before(&year, &day));
  assert_false(pat_edtf_surely_before(&day, &year));
  assert_false(pat_edtf_surely_before(&next, &year));
  assert_true(pat_edtf_surely_before(&year, &next));
  assert_true(pat_edtf_surely_before(&day, &next));
  assert_false(pat_edtf_surely_before(&open_end, &next));
  assert_false(pat_edtf_surely_before(&day, &open_start));
}

static void test_edtf__finds_the_day_of_a_time(void **state) {
  (void)state;
  assert_int_equal(pat_edtf_day_of_ms(0), 0);
  assert_int_equal(pat_edtf_day_of_ms(86399999), 0);
  assert_int_equal(pat_edtf_day_of_ms(86400000), 1);
  assert_int_equal(pat_edtf_day_of_ms(UINT64_MAX), INT32_MAX - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_edtf__refuses_other_forms),
      cmocka_unit_test(test_edtf__refuses_dates_that_do_not_exist),
      cmocka_unit_test(test_edtf__refuses_lengths_outside_the_limits),
      cmocka_unit_test(test_edtf__says_where),
      cmocka_unit_test(test_edtf__reads_every_form),
      cmocka_unit_test(test_edtf__reads_qualifiers),
      cmocka_unit_test(test_edtf__counts_days_like_the_system),
      cmocka_unit_test(test_edtf__orders_for_display),
      cmocka_unit_test(test_edtf__knows_what_surely_came_before),
      cmocka_unit_test(test_edtf__finds_the_day_of_a_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
