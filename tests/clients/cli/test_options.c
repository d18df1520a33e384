/* Words of a command line: what is refused, and what means the same. */
#include "tests/clients/cli/cli_world.h"

#include <string.h>

#include "clients/cli/exit_code.h"
#include "clients/cli/nearest.h"
#include "clients/cli/options.h"

#define ALLOWED (PAT_OPTIONS_COMMON | PAT_OPTION_BIT(KEY) | PAT_OPTION_BIT(OUTPUT))

static pat_options options;

static pat_status parse(const char *const *words, size_t count) {
  return pat_options_parse(ALLOWED, words, count, &options, NULL);
}

#define PARSE(...)                          \
  parse((const char *const[]){__VA_ARGS__}, \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void test_options__refuses_what_the_command_does_not_take(void **state) {
  (void)state;
  world_refused(PARSE("--nosuch"), CLI_OPTION);
  world_refused(PARSE("--role", "x"), CLI_OPTION); /* another command's */
  world_refused(PARSE("-x"), CLI_OPTION);
}

static void test_options__refuses_missing_surplus_and_repeated_values(void **state) {
  (void)state;
  world_refused(PARSE("--key"), CLI_OPTION_VALUE);
  world_refused(PARSE("--json=1"), CLI_OPTION_VALUE);
  world_refused(PARSE("--output", "a", "-o", "b"), CLI_OPTION_VALUE);
}

static void test_options__refuses_more_words_than_the_limit(void **state) {
  (void)state;
  static const char *words[PAT_CLI_ARGUMENTS_MAX + 1];
  for (size_t i = 0; i <= PAT_CLI_ARGUMENTS_MAX; i++) {
    words[i] = "w";
  }
  world_ok(parse(words, PAT_CLI_ARGUMENTS_MAX - 1));
  world_ok(parse(words, PAT_CLI_ARGUMENTS_MAX));
  world_refused(parse(words, PAT_CLI_ARGUMENTS_MAX + 1), CLI_ARGUMENTS);
}

static void test_options__reads_every_form(void **state) {
  (void)state;
  world_ok(PARSE("a", "-k", "1", "-k2", "--key=3", "--key", "4", "-", "--", "--json"));
  assert_int_equal(pat_options_count(&options, PAT_OPTION_KEY), 4);
  assert_string_equal(pat_options_at(&options, PAT_OPTION_KEY, 1), "2");
  assert_string_equal(pat_options_at(&options, PAT_OPTION_KEY, 3), "4");
  assert_null(pat_options_at(&options, PAT_OPTION_KEY, 4));
  assert_int_equal(options.operand_count, 3);
  assert_string_equal(options.operands[1], "-");
  assert_string_equal(options.operands[2], "--json");
  assert_false(pat_options_has(&options, PAT_OPTION_JSON));
}

static void test_options__keeps_secrets_out_of_the_table(void **state) {
  (void)state;
  for (size_t id = 0; id < PAT_OPTION_COUNT; id++) {
    const char *name = pat_option_row((pat_option_id)id)->name;
    assert_null(strstr(name, "password"));
    assert_null(strstr(name, "secret"));
    assert_null(strstr(name, "seed"));
  }
}

static void test_exit_code__is_frozen(void **state) {
  (void)state;
  static const struct {
    pat_rule rule;
    pat_exit act;
    pat_exit evidence;
  } rows[] = {
      {PAT_RULE_CLI_USAGE, 2, 4},
      {PAT_RULE_VALUE_TYPE, 7, 4},
      {PAT_RULE_FILE_MODE, 7, 4},
      {PAT_RULE_CLI_NEAR_MISS, 8, 4},
      {PAT_RULE_STORE_NOT_FOUND, 3, 3},
      {PAT_RULE_LIMIT_MEMORY, 2, 6},
      {PAT_RULE_FILE_LOCKED, 6, 6},
      {PAT_RULE_CLI_NETWORK, 6, 6},
      {PAT_RULE_VERIFY_FORK, 4, 4},
      {PAT_RULE_BYTES_NEWER_FORMAT, 6, 6},
      {PAT_RULE_INTERNAL, 1, 1},
      {PAT_RULE_NOTE_UNSIGNED, 7, 5},
      {PAT_RULE_POLICY_QUORUM_MISSING, 7, 5},
      {PAT_RULE_POLICY_LOG, 7, 5},
      {PAT_RULE_NOTE_SIGNATURE_WRONG, 7, 4},
      {PAT_RULE_VERIFY_MISSING, 6, 6},
      {PAT_RULE_CLI_REFUSED, 7, 4},
      {PAT_RULE_CLI_OUTPUT, 6, 6},
      {PAT_RULE_CLI_COMMAND, 2, 4},
      {PAT_RULE_VERIFY_STATE, 4, 4},
      {PAT_RULE_CLI_ANSWER, 6, 6},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_int_equal(pat_exit_of(pat_refuse(rows[i].rule)), rows[i].act);
    assert_int_equal(pat_exit_of_evidence(pat_refuse(rows[i].rule)), rows[i].evidence);
  }
}

static void test_exit_code__follows_http_where_no_rule_is_known(void **state) {
  (void)state;
  static const unsigned rows[][2] = {{400, 2}, {401, 7}, {403, 7}, {404, 3}, {409, 8}, {412, 8},
                                     {422, 7}, {429, 6}, {500, 6}, {503, 6}, {599, 6}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_int_equal(pat_exit_of_http(rows[i][0]), rows[i][1]);
  }
  assert_string_equal(pat_exit_name(PAT_EXIT_DOES_NOT_MATCH), "does-not-match");
  assert_string_equal(pat_exit_name(PAT_EXIT_COULD_NOT_CHECK), "could-not-check");
}

static void test_nearest__counts_changes(void **state) {
  (void)state;
  assert_int_equal(pat_nearest_distance("history", "history"), 0);
  assert_int_equal(pat_nearest_distance("histroy", "history"), 1);
  assert_int_equal(pat_nearest_distance("histry", "history"), 1);
  assert_int_equal(pat_nearest_distance("", "abc"), 3);
  assert_int_equal(pat_nearest_distance("polcy", "policies"), 4);
  char limit[PAT_CLI_WORD_BYTES_MAX + 2] = {0};
  for (size_t i = 0; i < PAT_CLI_WORD_BYTES_MAX; i++) {
    limit[i] = 'a';
  }
  assert_int_equal(pat_nearest_distance(limit, "a"), PAT_CLI_WORD_BYTES_MAX - 1);
  limit[PAT_CLI_WORD_BYTES_MAX] = 'a';
  assert_true(pat_nearest_distance(limit, "a") == SIZE_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_options__refuses_what_the_command_does_not_take),
      cmocka_unit_test(test_options__refuses_missing_surplus_and_repeated_values),
      cmocka_unit_test(test_options__refuses_more_words_than_the_limit),
      cmocka_unit_test(test_options__keeps_secrets_out_of_the_table),
      cmocka_unit_test(test_exit_code__is_frozen),
      cmocka_unit_test(test_exit_code__follows_http_where_no_rule_is_known),
      cmocka_unit_test(test_options__reads_every_form),
      cmocka_unit_test(test_nearest__counts_changes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
