/* Dates as people write them: a table, refusals first. */
#include "clients/cli/import/date.h"
#include "tests/clients/import/import_support.h"

static void test_date__refuses_what_holds_no_date(void **state) {
  static const char *const texts[] = {
      "",   "Tang dynasty",  "n.d.",    "unknown", "12", "in the spring", "99th century", "no date",
      "c.", "about 2000 BC", "lot 212", "12345",   "?",  "0000"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    pat_import_date date = {.edtf = "kept"};
    import_refused(pat_import_date_read(*state, pat_span_text(texts[i]), &date), IMPORT_DATE);
    assert_string_equal(date.edtf, "kept");
  }
}

static void test_date__reads_the_table(void **state) {
  static const struct {
    const char *words;
    const char *edtf;
    bool exact;
  } rows[] = {
      {"1867", "1867", true},
      {"c. 1865", "1865~", true},
      {"c.1885", "1885~", true},
      {"ca. 1865", "1865~", true},
      {"circa 1865", "1865~", true},
      {"about 1950", "1950~", true},
      {"1955?", "1955?", true},
      {"c. 1897?", "1897%", true},
      {"by 1967", "../1967", true},
      {"before 1897", "../1897", true},
      {"Before 1830", "../1830", true},
      {"until 1905", "../1905", true},
      {"until at least July 1957", "../1957-07", true},
      {"after January 1936", "1936-01/..", true},
      {"since 1994", "1994/..", true},
      {"from 1908 until 1911", "1908/1911", true},
      {"by March 1955 until at least July 1957", "1955-03/1957-07", true},
      {"between 1918 and 1920", "1918/1920", true},
      {"1908-1909", "1908/1909", true},
      {"1908 \xe2\x80\x94 1909", "1908/1909", true},
      {"1908-09", "1908/1909", true},
      {"c. 1969-74", "1969~/1974~", true},
      {"c. 1909 - 1911", "1909~/1911~", true},
      {"1956/1957", "1956/1957", true},
      {"1964-01", "1964-01", true},
      {"1964-01-19", "1964-01-19", true},
      {"1890s", "189X", true},
      {"1800s", "18XX", true},
      {"19th century", "18XX", true},
      {"20th Century", "19XX", true},
      {"late 19th century", "18XX", false},
      {"c. 1890s", "189X~", true},
      {"1943 (reworked 1956)", "1943", false},
      {"16th-17th century", "15XX/16XX", true},
      {"late 18th - early 19th century", "17XX/18XX", false},
      {"May 1938", "1938-05", true},
      {"May 12, 1938", "1938-05-12", true},
      {"12 May 1938", "1938-05-12", true},
      {"Sept. 1938", "1938-09", true},
      {"spring 1938", "1938-21", true},
      {"October 2006- September 2010", "2006-10/2010-09", true},
      {"November 1966-April 11,1967", "1966-11/1967-04-11", true},
      {"February 21-24, 1916", "1916-02-21/1916-02-24", true},
      {"October - December 1958", "1958-10/1958-12", true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    pat_import_date date = {.exact = false};
    pat_status status = pat_import_date_read(*state, pat_span_text(rows[i].words), &date);
    if (!pat_is_ok(status) || strcmp(date.edtf, rows[i].edtf) != 0 || date.exact != rows[i].exact) {
      fail_msg("%s: %s, %s instead of %s", rows[i].words, pat_rule_id((pat_rule)status.rule),
               date.edtf, rows[i].edtf);
    }
  }
}

static void test_date__finds_none_in_what_is_hidden_or_counted(void **state) {
  static const char *const texts[] = {"Dan Wingren [1923-1998], Austin",
                                      "Private collection (1844-1916), Paris",
                                      "shown in \"The 1961 Pittsburgh International\"",
                                      "sale, no. 1900",
                                      "sale, lot 1850",
                                      "stock no. 1905",
                                      "for $1225",
                                      "for \xc2\xa3 1500",
                                      "see p. 1478"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    pat_import_date date;
    import_refused(pat_import_date_find(*state, pat_span_text(texts[i]), &date), IMPORT_DATE);
  }
}

static void test_date__finds_the_first_in_a_sentence(void **state) {
  static const struct {
    const char *words;
    const char *edtf;
  } rows[] = {
      {"Georges Bigar, New York, NY, 1955?", "1955?"},
      {"(Howard Young Galleries, New York, 1925)", "1925"},
      {"gift to Andries Bonger [1861-1936], Amsterdam, 1888 until January 20, 1936 [1]",
       "1888/1936-01-20"},
      {"(sale, Christie, Manson & Woods, London, 8 October 1954, no. 134)", "1954-10-08"},
      {"by 1936, sold 1940", "../1936"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    pat_import_date date;
    import_ok(pat_import_date_find(*state, pat_span_text(rows[i].words), &date));
    assert_string_equal(date.edtf, rows[i].edtf);
  }
}

static pat_status parts(const char *year, const char *month, const char *day,
                        pat_import_date *ret_date) {
  return pat_import_date_parts(pat_span_text(year), pat_span_text(month), pat_span_text(day),
                               ret_date);
}

static void test_date__puts_columns_together(void **state) {
  (void)state;
  pat_import_date date;
  import_refused(parts("", "", "", &date), IMPORT_DATE);
  import_refused(parts("18x4", "1", "1", &date), IMPORT_DATE);
  import_refused(parts("1884", "13", "1", &date), IMPORT_DATE);
  import_refused(parts("1885", "02", "29", &date), IMPORT_DATE);
  import_refused(parts("99999999999", "1", "1", &date), IMPORT_DATE);
  import_ok(parts("1884", "09", "23", &date));
  assert_string_equal(date.edtf, "1884-09-23");
  import_ok(parts("1884", "09", "00", &date));
  assert_string_equal(date.edtf, "1884-09");
  import_ok(parts("1884", "00", "07", &date));
  assert_string_equal(date.edtf, "1884");
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, import_arena_new, import_arena_free)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_ARENA(test_date__refuses_what_holds_no_date),
      WITH_ARENA(test_date__reads_the_table),
      WITH_ARENA(test_date__finds_none_in_what_is_hidden_or_counted),
      WITH_ARENA(test_date__finds_the_first_in_a_sentence),
      cmocka_unit_test(test_date__puts_columns_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
