/* The bytes of a source: read once, and again at any place, of files and of pipes. */
#include "clients/cli/import/source.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/base/limits.h"
#include "tests/clients/import/import_support.h"
#include "tests/support/temp_directory.h"

enum { PATH_BYTES = TEMP_DIRECTORY_PATH_MAX, ROOM = 64 };

static const char words[] = "twelve bytes";

/* A pipe that holds the words and is closed behind them: its path. */
static int fill_pipe(char path[PATH_BYTES]) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], words, strlen(words)), (ssize_t)strlen(words));
  close(ends[1]);
  snprintf(path, PATH_BYTES, "/dev/fd/%d", ends[0]);
  return ends[0];
}

/* A file of the words in this folder. */
static const char *make_file(const temp_directory *folder, char path[PATH_BYTES]) {
  import_put(temp_directory_join(folder, "source", path), import_span(words));
  return path;
}

/* Reads all of it with this many bytes counted before. */
static pat_status read_behind(uint64_t bytes) {
  PAT_CLEANUP(temp_directory_remove) temp_directory folder = temp_directory_make();
  char path[PATH_BYTES];
  pat_source source;
  uint8_t room[ROOM];
  size_t size = 0;
  bool end = false;
  import_ok(pat_source_open(make_file(&folder, path), &source, NULL));
  source.bytes = bytes;
  pat_status status = pat_source_read(&source, room, sizeof room, &size, &end);
  pat_source_close(&source);
  return status;
}

static void test_source__refuses_more_bytes_than_the_limit(void **state) {
  (void)state;
  uint64_t most = PAT_IMPORT_BYTES_MAX - strlen(words);
  import_ok(read_behind(most - 1));
  import_ok(read_behind(most));
  import_refused(read_behind(most + 1), FILE_TOO_LARGE);
}

static void test_source__refuses_what_cannot_be_opened_or_read(void **state) {
  (void)state;
  pat_source source;
  uint8_t room[ROOM];
  size_t size = 0;
  bool end = false;
  import_refused(pat_source_open("/nonexistent/source", &source, NULL), FILE_MISSING);
  pat_source_close(&source);
  import_ok(pat_source_open("/tmp", &source, NULL));
  import_refused(pat_source_read(&source, room, sizeof room, &size, &end), FILE_IO);
  pat_source_close(&source);
}

static void test_source__refuses_a_pipe_that_cannot_be_kept(void **state) {
  (void)state;
  char path[PATH_BYTES];
  int number = fill_pipe(path);
  pat_source source;
  pat_err err = {.offset = 0};
  assert_int_equal(setenv("TMPDIR", "/nonexistent", 1), 0);
  import_refused(pat_source_open(path, &source, &err), FILE_IO);
  assert_string_equal(err.place, "/nonexistent");
  pat_source_close(&source);
  assert_int_equal(unsetenv("TMPDIR"), 0);
  close(number);
}

static void test_source__refuses_bytes_that_are_gone(void **state) {
  (void)state;
  PAT_CLEANUP(temp_directory_remove) temp_directory folder = temp_directory_make();
  char path[PATH_BYTES];
  pat_source source;
  uint8_t room[ROOM];
  size_t size = 0;
  bool end = false;
  import_ok(pat_source_open(make_file(&folder, path), &source, NULL));
  import_ok(pat_source_read(&source, room, sizeof room, &size, &end));
  assert_int_equal(truncate(path, 5), 0);
  import_ok(pat_source_read_at(&source, 0, room, 5));
  import_refused(pat_source_read_at(&source, 0, room, 6), IMPORT_SOURCE);
  pat_source_close(&source);
}

static void check_again(const char *path) {
  pat_source source;
  uint8_t room[ROOM] = {0};
  size_t size = 0;
  bool end = false;
  import_ok(pat_source_open(path, &source, NULL));
  import_ok(pat_source_read(&source, room, 5, &size, &end));
  assert_int_equal(size, 5);
  assert_false(end);
  import_ok(pat_source_read(&source, room + 5, sizeof room - 5, &size, &end));
  assert_true(end);
  assert_string_equal((const char *)room, words);
  memset(room, 0, sizeof room);
  import_ok(pat_source_read_at(&source, 7, room, 5));
  assert_string_equal((const char *)room, "bytes");
  import_ok(pat_source_read_at(&source, 0, room, 5));
  assert_string_equal((const char *)room, "twelv");
  pat_source_close(&source);
}

static void test_source__reads_a_file_again(void **state) {
  (void)state;
  PAT_CLEANUP(temp_directory_remove) temp_directory folder = temp_directory_make();
  char path[PATH_BYTES];
  check_again(make_file(&folder, path));
}

/* The copy leaves no name behind, not even while it is there. */
static void test_source__reads_a_pipe_again(void **state) {
  (void)state;
  temp_directory folder = temp_directory_make();
  char path[PATH_BYTES];
  assert_int_equal(setenv("TMPDIR", folder.path, 1), 0);
  int number = fill_pipe(path);
  check_again(path);
  close(number);
  number = fill_pipe(path);
  pat_source source;
  import_ok(pat_source_open(path, &source, NULL));
  assert_non_null(source.copy);
  assert_int_equal(unsetenv("TMPDIR"), 0);
  assert_int_equal(rmdir(folder.path), 0);
  pat_source_close(&source);
  close(number);
}

/* Standard input may stand behind a line that someone else has read. */
static void test_source__reads_standard_input_from_where_it_stands(void **state) {
  (void)state;
  PAT_CLEANUP(temp_directory_remove) temp_directory folder = temp_directory_make();
  char path[PATH_BYTES];
  int number = open(make_file(&folder, path), O_RDONLY);
  int before = dup(STDIN_FILENO);
  uint8_t room[ROOM] = {0};
  size_t size = 0;
  bool end = false;
  pat_source source;
  assert_int_equal(lseek(number, 7, SEEK_SET), 7);
  assert_int_equal(dup2(number, STDIN_FILENO), STDIN_FILENO);
  import_ok(pat_source_open("-", &source, NULL));
  import_ok(pat_source_read(&source, room, sizeof room, &size, &end));
  assert_string_equal((const char *)room, "bytes");
  import_ok(pat_source_read_at(&source, 1, room, 4));
  assert_memory_equal(room, "ytes", 4);
  pat_source_close(&source);
  if (before >= 0) dup2(before, STDIN_FILENO);
  close(before);
  close(number);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_source__refuses_more_bytes_than_the_limit),
      cmocka_unit_test(test_source__refuses_what_cannot_be_opened_or_read),
      cmocka_unit_test(test_source__refuses_a_pipe_that_cannot_be_kept),
      cmocka_unit_test(test_source__refuses_bytes_that_are_gone),
      cmocka_unit_test(test_source__reads_a_file_again),
      cmocka_unit_test(test_source__reads_a_pipe_again),
      cmocka_unit_test(test_source__reads_standard_input_from_where_it_stands),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
