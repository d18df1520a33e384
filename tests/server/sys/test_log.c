#include "server/sys/log.h"

#include <string.h>
#include <unistd.h>

#include "core/base/limits.h"
#include "tests/server/sys/sys_support.h"

typedef struct {
  char line[PAT_LOG_LINE_BYTES_MAX + 1];
  size_t size;
  size_t lines;
  pat_log_level level;
} caught;

static void catch_line(void *context, pat_log_level level, const char *line, size_t size) {
  caught *all = context;
  assert_true(size <= PAT_LOG_LINE_BYTES_MAX);
  pat_span_copy(all->line, PAT_LOG_LINE_BYTES_MAX, pat_span_make(line, size));
  all->line[size] = '\0';
  all->size = size;
  all->level = level;
  all->lines++;
}

static caught all;

static int set_up(void **state) {
  (void)state;
  all = (caught){.size = 0};
  pat_log_set_sink(&(pat_log_sink){.write = catch_line, .context = &all});
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  pat_log_set_sink(NULL);
  pat_log_set_level(PAT_LOG_INFO);
  return 0;
}

static void test_log__a_stranger_cannot_start_a_line_or_a_field(void **state) {
  (void)state;
  PAT_LOG(PAT_LOG_INFO, "test", pat_log_text("a", "x\n<3>event=fake"), pat_log_text("b", "k=v"),
          pat_log_text("c", "say \"hi\\\""), pat_log_text("d", "\x1b[2J\xc2\x85\x7f"));
  assert_string_equal(all.line,
                      "event=test a=\"x\\x0a<3>event=fake\" b=\"k=v\" c=\"say \\\"hi\\\\\\\"\" "
                      "d=\"\\x1b[2J\\xc2\\x85\\x7f\"");
  assert_null(strchr(all.line, '\n'));
}

static void test_log__lines_below_the_level_are_dropped(void **state) {
  (void)state;
  pat_log_set_level(PAT_LOG_WARNING);
  PAT_LOG(PAT_LOG_NOTICE, "dropped", pat_log_number("n", 1));
  assert_int_equal(all.lines, 0);
  PAT_LOG(PAT_LOG_WARNING, "kept", pat_log_number("n", 2));
  PAT_LOG(PAT_LOG_ERROR, "kept", pat_log_number("n", 3));
  assert_int_equal(all.lines, 2);
  assert_int_equal(all.level, PAT_LOG_ERROR);
}

static void check_cut(size_t text_size, bool cut) {
  char text[PAT_LOG_LINE_BYTES_MAX];
  memset(text, 'a', sizeof text);
  PAT_LOG(PAT_LOG_INFO, "e", pat_log_span("t", pat_span_make(text, text_size)));
  assert_true(all.size <= PAT_LOG_LINE_BYTES_MAX);
  bool marked = strcmp(all.line + all.size - 3, "...") == 0;
  assert_int_equal(marked, cut);
}

static void test_log__a_line_is_cut_at_its_limit(void **state) {
  (void)state;
  size_t room = PAT_LOG_LINE_BYTES_MAX - 3 - (sizeof "event=e t=" - 1);
  check_cut(room - 1, false);
  check_cut(room, false);
  check_cut(room + 1, true);
  check_cut(PAT_LOG_LINE_BYTES_MAX, true);
}

static void test_log__writes_each_type_of_field(void **state) {
  (void)state;
  static const uint8_t bytes[] = {0x00, 0xab, 0xff};
  PAT_LOG(PAT_LOG_INFO, "test.types", pat_log_number("n", UINT64_MAX), pat_log_text("t", "plain/1"),
          pat_log_text("none", NULL), pat_log_hex("h", PAT_SPAN_OF(bytes)),
          pat_log_rule(pat_refuse(PAT_RULE_FILE_IO)));
  assert_string_equal(all.line,
                      "event=test.types n=18446744073709551615 t=plain/1 none=\"\" h=00abff "
                      "rule=file.io");
  pat_log_write(PAT_LOG_INFO, "alone", NULL, 0);
  assert_string_equal(all.line, "event=alone");
}

static void test_log__stderr_gets_the_priority_and_one_newline(void **state) {
  (void)state;
  pat_log_set_sink(NULL);
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  int kept = dup(STDERR_FILENO);
  assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
  PAT_LOG(PAT_LOG_WARNING, "test", pat_log_number("n", 1));
  assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
  char line[64] = {0};
  assert_true(read(ends[0], line, sizeof line - 1) > 0);
  assert_string_equal(line, "<4>event=test n=1\n");
  close(kept);
  close(ends[0]);
  close(ends[1]);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_log__a_stranger_cannot_start_a_line_or_a_field),
      CASE(test_log__lines_below_the_level_are_dropped),
      CASE(test_log__a_line_is_cut_at_its_limit),
      CASE(test_log__writes_each_type_of_field),
      CASE(test_log__stderr_gets_the_priority_and_one_newline),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
