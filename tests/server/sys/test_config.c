#include "server/sys/config.h"

#include <string.h>

#include "core/base/limits.h"
#include "server/sys/blob.h"
#include "server/sys/file.h"
#include "server/sys/nearest.h"
#include "tests/server/sys/sys_support.h"
#include "tests/support/temp_directory.h"

typedef struct {
  const char *text;
  pat_rule rule;
  size_t line;
  const char *place;
} refusal;

static void check_refusal(const refusal *expected) {
  pat_config config;
  pat_config_init(&config);
  pat_config before = config;
  pat_err err = {0};
  pat_status status = pat_config_read(&config, pat_span_text(expected->text), &err);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(expected->rule));
  assert_int_equal(err.rule, expected->rule);
  assert_int_equal(err.offset, expected->line);
  assert_string_equal(err.place, expected->place);
  assert_memory_equal(&config, &before, sizeof config);
}

static void test_config__refuses_and_says_where_and_what(void **state) {
  (void)state;
  static const refusal refusals[] = {
      {"port 80", PAT_RULE_CONFIG_LINE, 1, "no '='"},
      {"# fine\n\n= 80", PAT_RULE_CONFIG_LINE, 3, "no name"},
      {"listen = 127.0.0.1\x01", PAT_RULE_CONFIG_LINE, 1, "control character"},
      {"prot = 80", PAT_RULE_CONFIG_UNKNOWN, 1, "prot (port?)"},
      {"http-threads = 80", PAT_RULE_CONFIG_UNKNOWN, 1, "http-threads (http_threads?)"},
      {"Port = 80", PAT_RULE_CONFIG_UNKNOWN, 1, "Port (port?)"},
      {"colour = blue", PAT_RULE_CONFIG_UNKNOWN, 1, "colour"},
      {"bad name\x80 = 1", PAT_RULE_CONFIG_UNKNOWN, 1, "bad?name?"},
      {"port = 80\nport = 80", PAT_RULE_CONFIG_REPEATED, 2, "port"},
      {"port = eighty", PAT_RULE_CONFIG_VALUE, 1, "port: a whole number"},
      {"port =", PAT_RULE_CONFIG_VALUE, 1, "port: a whole number"},
      {"port = -1", PAT_RULE_CONFIG_VALUE, 1, "port: a whole number"},
      {"port = 080", PAT_RULE_CONFIG_VALUE, 1, "port: a whole number"},
      {"port = 80 # web", PAT_RULE_CONFIG_VALUE, 1, "port: a whole number"},
      {"port = 65536", PAT_RULE_CONFIG_RANGE, 1, "port: 0 to 65535"},
      {"port = 99999999999999999999", PAT_RULE_CONFIG_RANGE, 1, "port: 0 to 65535"},
      {"\nbatch_max = 0", PAT_RULE_CONFIG_RANGE, 2, "batch_max: 1 to 4000"},
      {"batch_max = 4001", PAT_RULE_CONFIG_RANGE, 1, "batch_max: 1 to 4000"},
      {"directory =", PAT_RULE_CONFIG_VALUE, 1, "directory: not empty"},
      {"listen = localhost", PAT_RULE_CONFIG_VALUE, 1, "listen: an IP address"},
      {"listen = 127.0.0.256", PAT_RULE_CONFIG_VALUE, 1, "listen: an IP address"},
      {"store = paper", PAT_RULE_CONFIG_VALUE, 1, "store: one of rocksdb memory"},
      {"log_level = loud", PAT_RULE_CONFIG_VALUE, 1,
       "log_level: one of error warning notice info debug"},
      {"port = 80\nbatch_max = x", PAT_RULE_CONFIG_VALUE, 2, "batch_max: a whole number"},
  };
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
    check_refusal(&refusals[i]);
}

static void test_config__refuses_a_nul_in_a_value(void **state) {
  (void)state;
  pat_config config;
  pat_config_init(&config);
  pat_span text = PAT_SPAN_LITERAL("directory = /a\0/b");
  assert_refused(pat_config_read(&config, text, NULL), CONFIG_LINE);
}

static void test_config__values_and_files_have_limits(void **state) {
  (void)state;
  pat_config config;
  pat_config_init(&config);
  char text[sizeof "directory=" + PAT_CONFIG_VALUE_BYTES_MAX + 1];
  memset(text, 'd', sizeof text);
  pat_span_copy(text, sizeof text, PAT_SPAN_LITERAL("directory="));
  size_t longest = sizeof "directory=" - 1 + PAT_CONFIG_VALUE_BYTES_MAX;
  assert_ok(pat_config_read(&config, pat_span_make(text, longest - 1), NULL));
  assert_ok(pat_config_read(&config, pat_span_make(text, longest), NULL));
  assert_int_equal(strlen(pat_config_text(&config, PAT_CONFIG_DIRECTORY)),
                   PAT_CONFIG_VALUE_BYTES_MAX);
  assert_refused(pat_config_read(&config, pat_span_make(text, longest + 1), NULL), CONFIG_VALUE);

  pat_blob blank = {0};
  assert_ok(pat_blob_init(PAT_CONFIG_FILE_BYTES_MAX + 1, &blank));
  memset(blank.data, '\n', blank.size);
  pat_span fits = pat_span_make(blank.data, PAT_CONFIG_FILE_BYTES_MAX);
  assert_ok(pat_config_read(&config, fits, NULL));
  assert_refused(pat_config_read(&config, pat_blob_span(blank), NULL), CONFIG_LINE);
  pat_blob_clear(&blank);
}

static void test_config__refuses_flags_that_are_not_settings(void **state) {
  (void)state;
  pat_config config;
  pat_config_init(&config);
  pat_config before = config;
  pat_err err = {0};
  assert_refused(pat_config_flag(&config, "port=80", &err), CONFIG_LINE);
  assert_refused(pat_config_flag(&config, "--port", &err), CONFIG_LINE);
  assert_refused(pat_config_flag(&config, "--=80", &err), CONFIG_LINE);
  assert_refused(pat_config_flag(&config, "--directory=a\nb", &err), CONFIG_LINE);
  assert_refused(pat_config_flag(&config, "--port=65536", &err), CONFIG_RANGE);
  assert_refused(pat_config_flag(&config, "--http-thread=8", &err), CONFIG_UNKNOWN);
  assert_string_equal(err.place, "http_thread (http_threads?)");
  assert_memory_equal(&config, &before, sizeof config);
}

static void test_config__every_default_is_within_its_own_bounds(void **state) {
  (void)state;
  pat_config config;
  pat_config_init(&config);
  for (int key = 0; key < PAT_CONFIG_KEY_COUNT; key++) {
    assert_int_equal(pat_config_origin_of(&config, (pat_config_key)key), PAT_CONFIG_FROM_DEFAULT);
    assert_non_null(pat_config_name((pat_config_key)key));
    assert_true(strlen(pat_config_help((pat_config_key)key)) > 0);
  }
  assert_int_equal(pat_config_number(&config, PAT_CONFIG_PORT), 8080);
  assert_string_equal(pat_config_text(&config, PAT_CONFIG_STORE), "rocksdb");
}

static void test_config__reads_blanks_comments_and_line_ends_of_both_kinds(void **state) {
  (void)state;
  pat_config config;
  pat_config_init(&config);
  assert_ok(pat_config_read(&config,
                            PAT_SPAN_LITERAL("# a comment\r\n"
                                             "\t port\t=  9000 \r\n"
                                             "\n"
                                             "public_url = https://a.example/?x=1#y\n"
                                             "listen = ::1"),
                            NULL));
  assert_int_equal(pat_config_number(&config, PAT_CONFIG_PORT), 9000);
  assert_string_equal(pat_config_text(&config, PAT_CONFIG_PUBLIC_URL), "https://a.example/?x=1#y");
  assert_string_equal(pat_config_text(&config, PAT_CONFIG_LISTEN), "::1");
  assert_int_equal(pat_config_origin_of(&config, PAT_CONFIG_PORT), PAT_CONFIG_FROM_FILE);
}

static void test_config__a_flag_wins_over_the_file_in_either_order(void **state) {
  (void)state;
  pat_config config;
  pat_config_init(&config);
  assert_ok(pat_config_flag(&config, "--port=1", NULL));
  assert_ok(pat_config_read(&config, PAT_SPAN_LITERAL("port = 2\nbatch_max = 3"), NULL));
  assert_ok(pat_config_flag(&config, "--batch-max=4", NULL));
  assert_int_equal(pat_config_number(&config, PAT_CONFIG_PORT), 1);
  assert_int_equal(pat_config_number(&config, PAT_CONFIG_BATCH_MAX), 4);
  assert_int_equal(pat_config_origin_of(&config, PAT_CONFIG_PORT), PAT_CONFIG_FROM_FLAG);
}

static void test_config__takes_a_group_as_large_as_the_limit(void **state) {
  (void)state;
  pat_config config;
  pat_config_init(&config);
  assert_ok(pat_config_flag(&config, "--batch-max=3999", NULL));
  assert_ok(pat_config_flag(&config, "--batch-max=4000", NULL));
  assert_int_equal(pat_config_number(&config, PAT_CONFIG_BATCH_MAX), PAT_GROUP_STATEMENTS_MAX);
}

typedef struct {
  char text[8192];
  size_t size;
} collected;

static void collect(void *context, const char *line) {
  collected *all = context;
  pat_span bytes = pat_span_text(line);
  pat_span_copy(all->text + all->size, sizeof all->text - all->size, bytes);
  all->size += bytes.size;
  all->text[all->size++] = '\n';
}

static void test_config__prints_origins_and_what_it_reads_again(void **state) {
  (void)state;
  pat_config config;
  pat_config_init(&config);
  assert_ok(pat_config_read(&config, PAT_SPAN_LITERAL("queue_max = 77"), NULL));
  assert_ok(pat_config_flag(&config, "--port=1", NULL));
  collected first = {.size = 0};
  pat_config_print(&config, collect, &first);
  assert_non_null(strstr(first.text, "; from: flag\nport = 1\n"));
  assert_non_null(strstr(first.text, "; from: file\nqueue_max = 77\n"));
  assert_non_null(strstr(first.text, "; from: default\nbatch_max = 4000\n"));

  pat_config again;
  pat_config_init(&again);
  assert_ok(pat_config_read(&again, pat_span_make(first.text, first.size), NULL));
  for (int key = 0; key < PAT_CONFIG_KEY_COUNT; key++) {
    assert_string_equal(again.values[key].text, config.values[key].text);
    assert_int_equal(again.values[key].number, config.values[key].number);
  }
}

static void test_config__reads_a_file_and_passes_on_why_it_cannot(void **state) {
  (void)state;
  PAT_CLEANUP(temp_directory_remove) temp_directory directory = temp_directory_make();
  char path[TEMP_DIRECTORY_PATH_MAX];
  temp_directory_join(&directory, "patina.conf", path);
  pat_config config;
  pat_config_init(&config);
  assert_refused(pat_config_read_file(&config, path, NULL), FILE_MISSING);
  assert_ok(pat_file_replace(path, 0644, PAT_SPAN_LITERAL("port = 7\n"), NULL));
  assert_ok(pat_config_read_file(&config, path, NULL));
  assert_int_equal(pat_config_number(&config, PAT_CONFIG_PORT), 7);
}

static void test_nearest__finds_one_change_of_each_kind_and_gives_up_far_away(void **state) {
  (void)state;
  static const char *const words[] = {"port", "listen", "queue_max"};
  assert_int_equal(pat_nearest_word(PAT_SPAN_LITERAL("prot"), words, 3), 0);
  assert_int_equal(pat_nearest_word(PAT_SPAN_LITERAL("lisen"), words, 3), 1);
  assert_int_equal(pat_nearest_word(PAT_SPAN_LITERAL("lissten"), words, 3), 1);
  assert_int_equal(pat_nearest_word(PAT_SPAN_LITERAL("queue-max"), words, 3), 2);
  assert_int_equal(pat_nearest_word(PAT_SPAN_LITERAL("zzzz"), words, 3), 3);
  assert_int_equal(pat_nearest_word(PAT_SPAN_EMPTY, words, 3), 3);
  char text[64];
  memset(text, 'a', sizeof text);
  assert_int_equal(pat_nearest_word(pat_span_make(text, 64), words, 3), 3);
  assert_int_equal(pat_nearest_word(pat_span_make(text, 63), words, 3), 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_config__refuses_and_says_where_and_what),
      cmocka_unit_test(test_config__refuses_a_nul_in_a_value),
      cmocka_unit_test(test_config__values_and_files_have_limits),
      cmocka_unit_test(test_config__refuses_flags_that_are_not_settings),
      cmocka_unit_test(test_config__every_default_is_within_its_own_bounds),
      cmocka_unit_test(test_config__reads_blanks_comments_and_line_ends_of_both_kinds),
      cmocka_unit_test(test_config__a_flag_wins_over_the_file_in_either_order),
      cmocka_unit_test(test_config__takes_a_group_as_large_as_the_limit),
      cmocka_unit_test(test_config__prints_origins_and_what_it_reads_again),
      cmocka_unit_test(test_config__reads_a_file_and_passes_on_why_it_cannot),
      cmocka_unit_test(test_nearest__finds_one_change_of_each_kind_and_gives_up_far_away),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
