/* core/base/status: refusals, and the table of rules that they name. */
#include <string.h>

#include "core/base/status.h"
#include "tests/core/base/base_support.h"

static void refuse_by_no_rule(void) { (void)pat_refuse(PAT_RULE_NONE); }
static void refuse_by_unknown_rule(void) { (void)pat_refuse(PAT_RULE_COUNT); }
static void id_of_unknown_rule(void) { (void)pat_rule_id(PAT_RULE_COUNT); }
static void id_of_negative_rule(void) { (void)pat_rule_id((pat_rule)-1); }
static void name_of_unknown_category(void) { (void)pat_category_name(PAT_CATEGORY_COUNT); }

static void test_status__stops_a_caller_who_breaks_the_contract(void **state) {
  (void)state;
  assert_traps(refuse_by_no_rule);
  assert_traps(refuse_by_unknown_rule);
  assert_traps(id_of_unknown_rule);
  assert_traps(id_of_negative_rule);
  assert_traps(name_of_unknown_category);
}

static void test_status__refusal_carries_the_rule_and_its_category(void **state) {
  (void)state;
  pat_status refused = pat_refuse(PAT_RULE_INTERNAL);
  assert_false(pat_is_ok(refused));
  assert_true(pat_is_rule(refused, PAT_RULE_INTERNAL));
  assert_false(pat_is_rule(refused, PAT_RULE_LIMIT_MEMORY));
  assert_int_equal(refused.category, PAT_CATEGORY_INTERNAL);
  assert_true(pat_is_ok(PAT_OK));
}

static void test_status__refuse_at_says_where(void **state) {
  (void)state;
  pat_err err = {0};
  pat_status refused = pat_refuse_at(PAT_RULE_BYTES_TRUNCATED, &err, 17, "statement.body");
  assert_true(pat_is_rule(refused, PAT_RULE_BYTES_TRUNCATED));
  assert_int_equal(err.rule, PAT_RULE_BYTES_TRUNCATED);
  assert_int_equal(err.offset, 17);
  assert_string_equal(err.place, "statement.body");
  assert_true(pat_is_rule(pat_refuse_at(PAT_RULE_BYTES_FULL, NULL, 1, "x"), PAT_RULE_BYTES_FULL));
  (void)pat_refuse_at(PAT_RULE_BYTES_FULL, &err, 0, NULL);
  assert_string_equal(err.place, "");
}

static void test_status__place_is_cut_to_fit_and_stays_printable(void **state) {
  (void)state;
  pat_err err;
  char text[sizeof err.place + 2];
  memset(text, 'p', sizeof text);
  const size_t fits = sizeof err.place - 1;
  for (size_t length = fits - 1; length <= fits + 1; length++) {
    text[length] = '\0';
    memset(&err, 0x55, sizeof err);
    (void)pat_refuse_at(PAT_RULE_INTERNAL, &err, 0, text);
    assert_int_equal(strlen(err.place), length < fits ? length : fits);
    text[length] = 'p';
  }
  (void)pat_refuse_at(PAT_RULE_INTERNAL, &err, 0, "a\x1b[2J\n\x7f\xc3\xa9 ~");
  assert_string_equal(err.place, "a?[2J???? ~");
}

static pat_status require(int number, pat_err *reterr) {
  PAT_REQUIRE(number != 1, BYTES_FULL);
  PAT_REQUIRE_AT(number != 2, BYTES_TRAILING, reterr, 5, "number");
  return PAT_OK;
}

static pat_status try_require(int number, int *ret_reached) {
  PAT_TRY(require(number, NULL));
  *ret_reached = 1;
  return PAT_OK;
}

static void test_status__require_refuses_and_try_passes_it_on(void **state) {
  (void)state;
  pat_err err = {0};
  assert_true(pat_is_rule(require(1, &err), PAT_RULE_BYTES_FULL));
  assert_int_equal(err.rule, PAT_RULE_NONE);
  assert_true(pat_is_rule(require(2, &err), PAT_RULE_BYTES_TRAILING));
  assert_int_equal(err.offset, 5);
  int reached = 0;
  assert_true(pat_is_rule(try_require(1, &reached), PAT_RULE_BYTES_FULL));
  assert_true(pat_is_rule(try_require(2, &reached), PAT_RULE_BYTES_TRAILING));
  assert_int_equal(reached, 0);
  assert_true(pat_is_ok(try_require(3, &reached)));
  assert_int_equal(reached, 1);
}

static bool is_id(const char *id) {
  const size_t size = strlen(id);
  return size > 0 && size == strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-.") && id[0] != '.' &&
         id[size - 1] != '.' && strstr(id, "..") == NULL;
}

static bool is_sentence(const char *text) {
  const size_t size = strlen(text);
  return size > 1 && text[0] != ' ' && text[size - 1] == '.';
}

static void test_status__every_rule_has_id_category_and_two_sentences(void **state) {
  (void)state;
  for (int number = PAT_RULE_NONE + 1; number < PAT_RULE_COUNT; number++) {
    const pat_rule rule = (pat_rule)number;
    const char *id = pat_rule_id(rule);
    if (!is_id(id)) fail_msg("rule %d: id \"%s\"", number, id);
    if (!is_sentence(pat_rule_message(rule))) fail_msg("%s: message", id);
    if (!is_sentence(pat_rule_next(rule))) fail_msg("%s: next step", id);
    assert_in_range(pat_rule_category(rule), PAT_CATEGORY_OK + 1, PAT_CATEGORY_COUNT - 1);
    if (pat_rule_find(id) != rule) fail_msg("%s: stands twice", id);
  }
}

static void test_status__find_gives_count_for_unknown_ids(void **state) {
  (void)state;
  assert_int_equal(pat_rule_find("no.such.rule"), PAT_RULE_COUNT);
  assert_int_equal(pat_rule_find(""), PAT_RULE_COUNT);
  assert_int_equal(pat_rule_find("ok"), PAT_RULE_COUNT);
  assert_int_equal(pat_rule_find("bytes.truncated"), PAT_RULE_BYTES_TRUNCATED);
  assert_string_equal(pat_rule_id(PAT_RULE_NONE), "ok");
}

static void test_status__categories_have_distinct_names(void **state) {
  (void)state;
  for (int i = 0; i < PAT_CATEGORY_COUNT; i++) {
    assert_non_null(pat_category_name((pat_category)i));
    for (int k = 0; k < i; k++) {
      assert_string_not_equal(pat_category_name((pat_category)i),
                              pat_category_name((pat_category)k));
    }
  }
  assert_string_equal(pat_category_name(PAT_CATEGORY_NOT_FOUND), "not-found");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_status__stops_a_caller_who_breaks_the_contract),
      cmocka_unit_test(test_status__refusal_carries_the_rule_and_its_category),
      cmocka_unit_test(test_status__refuse_at_says_where),
      cmocka_unit_test(test_status__place_is_cut_to_fit_and_stays_printable),
      cmocka_unit_test(test_status__require_refuses_and_try_passes_it_on),
      cmocka_unit_test(test_status__every_rule_has_id_category_and_two_sentences),
      cmocka_unit_test(test_status__find_gives_count_for_unknown_ids),
      cmocka_unit_test(test_status__categories_have_distinct_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
