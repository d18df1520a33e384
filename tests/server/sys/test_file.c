#include "server/sys/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/limits.h"
#include "server/sys/checkpoint_file.h"
#include "tests/server/sys/sys_support.h"
#include "tests/support/failing_mem.h"
#include "tests/support/temp_directory.h"

typedef struct {
  temp_directory directory;
  char path[TEMP_DIRECTORY_PATH_MAX]; /* directory/file, which is not there yet */
} fixture;

static int set_up(void **state) {
  static fixture only;
  only.directory = temp_directory_make();
  temp_directory_join(&only.directory, "file", only.path);
  *state = &only;
  return 0;
}

static int tear_down(void **state) {
  temp_directory_remove(&((fixture *)*state)->directory);
  return 0;
}

static unsigned mode_of(const char *path) {
  struct stat facts;
  assert_int_equal(stat(path, &facts), 0);
  return facts.st_mode & 0777U;
}

static bool exists(const char *path) {
  bool found = false;
  assert_ok(pat_file_exists(path, &found, NULL));
  return found;
}

/* --- refusals -------------------------------------------------------------------------------- */

static void test_file__refuses_a_missing_file(void **state) {
  fixture *at = *state;
  pat_blob bytes = {0};
  pat_err err = {0};
  assert_refused(pat_file_read(at->path, 10, &bytes, &err), FILE_MISSING);
  assert_string_equal(err.place, "open: No such file or directory");
  assert_false(pat_blob_is_set(bytes));
  assert_refused(pat_file_lock_open(at->path, &(pat_file_lock){0}, NULL), FILE_MISSING);
}

static void test_file__refuses_more_than_the_limit(void **state) {
  fixture *at = *state;
  assert_ok(pat_file_replace(at->path, 0644, PAT_SPAN_LITERAL("0123456789"), NULL));
  pat_blob bytes = {0};
  assert_refused(pat_file_read(at->path, 9, &bytes, NULL), FILE_TOO_LARGE);
  assert_false(pat_blob_is_set(bytes));
  assert_ok(pat_file_read(at->path, 10, &bytes, NULL));
  pat_blob_clear(&bytes);
  assert_ok(pat_file_read(at->path, 11, &bytes, NULL));
  assert_span(pat_blob_span(bytes), "0123456789");
  pat_blob_clear(&bytes);
}

static void test_file__refuses_what_is_not_a_file(void **state) {
  fixture *at = *state;
  pat_blob bytes = {0};
  assert_refused(pat_file_read(at->directory.path, 10, &bytes, NULL), FILE_NOT_REGULAR);
  assert_int_equal(mkfifo(at->path, 0600), 0);
  assert_refused(pat_file_read(at->path, 10, &bytes, NULL), FILE_NOT_REGULAR);
}

static void test_file__refuses_paths_that_are_empty_or_too_long(void **state) {
  (void)state;
  char path[PAT_PATH_BYTES_MAX + 2];
  memset(path, 'a', sizeof path);
  path[sizeof path - 1] = '\0';
  pat_blob bytes = {0};
  assert_refused(pat_file_read("", 10, &bytes, NULL), FILE_PATH);
  assert_refused(pat_file_read(path, 10, &bytes, NULL), FILE_PATH);
  path[PAT_PATH_BYTES_MAX] = '\0';
  assert_false(pat_is_rule(pat_file_read(path, 10, &bytes, NULL), PAT_RULE_FILE_PATH));
  assert_refused(pat_file_replace(path, 0600, PAT_SPAN_EMPTY, NULL), FILE_PATH);
  char small[8];
  assert_refused(pat_file_join("abc", "defg", small, sizeof small), FILE_PATH);
  assert_refused(pat_file_join("", "d", small, sizeof small), FILE_PATH);
  assert_ok(pat_file_join("abc", "def", small, sizeof small));
  assert_string_equal(small, "abc/def");
}

static void test_file__a_secret_is_never_overwritten(void **state) {
  fixture *at = *state;
  assert_ok(pat_file_create_secret(at->path, PAT_SPAN_LITERAL("first"), NULL));
  assert_refused(pat_file_create_secret(at->path, PAT_SPAN_LITERAL("other"), NULL), FILE_EXISTS);
  pat_blob bytes = {0};
  assert_ok(pat_file_read_secret(at->path, 100, &bytes, NULL));
  assert_span(pat_blob_span(bytes), "first");
  pat_blob_wipe(&bytes);
}

static void test_file__a_secret_that_others_may_read_is_refused(void **state) {
  fixture *at = *state;
  static const mode_t exposed[] = {0640, 0604, 0602, 0620, 0601, 0610};
  assert_ok(pat_file_create_secret(at->path, PAT_SPAN_LITERAL("key"), NULL));
  pat_blob bytes = {0};
  for (size_t i = 0; i < sizeof exposed / sizeof exposed[0]; i++) {
    assert_int_equal(chmod(at->path, exposed[i]), 0);
    assert_refused(pat_file_read_secret(at->path, 100, &bytes, NULL), FILE_MODE);
  }
  assert_int_equal(chmod(at->path, 0400), 0);
  assert_ok(pat_file_read_secret(at->path, 100, &bytes, NULL));
  pat_blob_wipe(&bytes);
}

static void test_file__a_directory_cannot_take_the_place_of_a_file(void **state) {
  fixture *at = *state;
  char below[TEMP_DIRECTORY_PATH_MAX];
  assert_ok(pat_file_replace(at->path, 0644, PAT_SPAN_EMPTY, NULL));
  assert_refused(pat_file_make_directory(at->path, NULL), FILE_NOT_DIRECTORY);
  temp_directory_join(&at->directory, "file/below", below);
  assert_refused(pat_file_make_directory(below, NULL), FILE_NOT_DIRECTORY);
}

static void test_file__a_second_lock_is_refused(void **state) {
  fixture *at = *state;
  pat_file_lock first = {0};
  pat_file_lock second = {0};
  assert_ok(pat_file_lock_open(at->directory.path, &first, NULL));
  assert_refused(pat_file_lock_open(at->directory.path, &second, NULL), FILE_LOCKED);
  assert_false(second.held);
  pat_file_lock_close(&first);
  assert_ok(pat_file_lock_open(at->directory.path, &second, NULL));
  pat_file_lock_close(&second);
  pat_file_lock_close(&second);
}

static void test_file__a_lock_keeps_another_process_out(void **state) {
  fixture *at = *state;
  pat_file_lock lock = {0};
  assert_ok(pat_file_lock_open(at->directory.path, &lock, NULL));
  pid_t child = fork();
  if (child == 0) {
    pat_file_lock other = {0};
    pat_status status = pat_file_lock_open(at->directory.path, &other, NULL);
    _exit(pat_is_rule(status, PAT_RULE_FILE_LOCKED) ? 0 : 1);
  }
  int status = 1;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  pat_file_lock_close(&lock);
}

static void test_file__a_replacement_that_fails_leaves_the_old_bytes(void **state) {
  fixture *at = *state;
  char temporary[TEMP_DIRECTORY_PATH_MAX];
  assert_ok(pat_file_replace(at->path, 0644, PAT_SPAN_LITERAL("old"), NULL));
  /* A directory where the temporary file should go can neither be removed nor opened. */
  assert_int_equal(mkdir(temp_directory_join(&at->directory, "file.new", temporary), 0700), 0);
  pat_err err = {0};
  assert_refused(pat_file_replace(at->path, 0644, PAT_SPAN_LITERAL("new"), &err), FILE_IO);
  assert_string_equal(err.place, "create: File exists");
  pat_blob bytes = {0};
  assert_ok(pat_file_read(at->path, 10, &bytes, NULL));
  assert_span(pat_blob_span(bytes), "old");
  pat_blob_clear(&bytes);
}

/* --- what works ------------------------------------------------------------------------------ */

static void test_file__replace_writes_mode_and_bytes_and_leaves_no_other_file(void **state) {
  fixture *at = *state;
  char temporary[TEMP_DIRECTORY_PATH_MAX];
  temp_directory_join(&at->directory, "file.new", temporary);
  assert_ok(pat_file_replace(at->path, 0640, PAT_SPAN_LITERAL("first, longer"), NULL));
  assert_ok(pat_file_replace(at->path, 0644, PAT_SPAN_LITERAL("second"), NULL));
  pat_blob bytes = {0};
  assert_ok(pat_file_read(at->path, 100, &bytes, NULL));
  assert_span(pat_blob_span(bytes), "second");
  pat_blob_clear(&bytes);
  assert_int_equal(mode_of(at->path), 0644);
  assert_false(exists(temporary));
}

static void test_file__a_leftover_of_a_crash_does_not_stand_in_the_way(void **state) {
  fixture *at = *state;
  char temporary[TEMP_DIRECTORY_PATH_MAX];
  char target[TEMP_DIRECTORY_PATH_MAX];
  temp_directory_join(&at->directory, "file.new", temporary);
  temp_directory_join(&at->directory, "target", target);
  assert_int_equal(symlink(target, temporary), 0);
  assert_ok(pat_file_create_secret(at->path, PAT_SPAN_LITERAL("key"), NULL));
  assert_false(exists(target));
  assert_false(exists(temporary));
  assert_int_equal(mode_of(at->path), 0600);
}

static void test_file__an_empty_file_reads_as_set_but_empty(void **state) {
  fixture *at = *state;
  assert_ok(pat_file_replace(at->path, 0600, PAT_SPAN_EMPTY, NULL));
  pat_blob bytes = {0};
  assert_ok(pat_file_read(at->path, 0, &bytes, NULL));
  assert_true(pat_blob_is_set(bytes));
  assert_int_equal(bytes.size, 0);
  pat_blob_clear(&bytes);
}

static void test_file__make_directory_makes_all_of_the_path(void **state) {
  fixture *at = *state;
  char deep[TEMP_DIRECTORY_PATH_MAX];
  char middle[TEMP_DIRECTORY_PATH_MAX];
  temp_directory_join(&at->directory, "a//b/c/", deep);
  temp_directory_join(&at->directory, "a/b", middle);
  assert_ok(pat_file_make_directory(deep, NULL));
  assert_ok(pat_file_make_directory(deep, NULL));
  assert_int_equal(mode_of(middle), 0700);
}

static void test_file__free_space_is_told(void **state) {
  fixture *at = *state;
  uint64_t bytes = 0;
  assert_ok(pat_file_free_space(at->directory.path, &bytes, NULL));
  assert_true(bytes > 0);
  assert_refused(pat_file_free_space(at->path, &bytes, NULL), FILE_IO);
}

static bool read_once(void *context) {
  PAT_CLEANUP(pat_blob_clear) pat_blob bytes = {0};
  return pat_is_ok(pat_file_read(context, 100, &bytes, NULL));
}

static void test_file__reading_survives_every_failed_allocation(void **state) {
  fixture *at = *state;
  assert_ok(pat_file_replace(at->path, 0600, PAT_SPAN_LITERAL("bytes"), NULL));
  assert_int_equal(failing_mem_torture(read_once, at->path), 2);
}

/* --- the checkpoint -------------------------------------------------------------------------- */

static void test_checkpoint_file__refuses_what_is_empty_or_too_long(void **state) {
  fixture *at = *state;
  const char *directory = at->directory.path;
  pat_blob note = {0};
  pat_blob big = {0};
  assert_ok(pat_blob_init(PAT_NOTE_BYTES_MAX + 1, &big));
  assert_refused(pat_checkpoint_file_read(directory, &note, NULL), FILE_MISSING);
  assert_refused(pat_checkpoint_file_write(directory, PAT_SPAN_EMPTY, NULL),
                 CHECKPOINT_FILE_LENGTH);
  assert_refused(pat_checkpoint_file_write(directory, pat_blob_span(big), NULL),
                 CHECKPOINT_FILE_LENGTH);
  pat_span longest = pat_span_make(big.data, PAT_NOTE_BYTES_MAX);
  assert_ok(pat_checkpoint_file_write(directory, longest, NULL));
  assert_ok(pat_checkpoint_file_read(directory, &note, NULL));
  assert_int_equal(note.size, PAT_NOTE_BYTES_MAX);
  pat_blob_clear(&note);
  pat_blob_clear(&big);
}

static void test_checkpoint_file__refuses_a_damaged_file(void **state) {
  fixture *at = *state;
  char path[TEMP_DIRECTORY_PATH_MAX];
  temp_directory_join(&at->directory, PAT_CHECKPOINT_FILE_NAME, path);
  pat_blob note = {0};
  assert_ok(pat_file_replace(path, 0644, PAT_SPAN_EMPTY, NULL));
  assert_refused(pat_checkpoint_file_read(at->directory.path, &note, NULL), CHECKPOINT_FILE_LENGTH);
  pat_blob big = {0};
  assert_ok(pat_blob_init(PAT_NOTE_BYTES_MAX + 1, &big));
  assert_ok(pat_file_replace(path, 0644, pat_blob_span(big), NULL));
  assert_refused(pat_checkpoint_file_read(at->directory.path, &note, NULL), CHECKPOINT_FILE_LENGTH);
  pat_blob_clear(&big);
}

static void test_checkpoint_file__gives_the_note_written_last(void **state) {
  fixture *at = *state;
  const char *directory = at->directory.path;
  assert_ok(pat_checkpoint_file_write(directory, PAT_SPAN_LITERAL("origin\n1\n"), NULL));
  assert_ok(pat_checkpoint_file_write(directory, PAT_SPAN_LITERAL("origin\n2\n"), NULL));
  pat_blob note = {0};
  assert_ok(pat_checkpoint_file_read(directory, &note, NULL));
  assert_span(pat_blob_span(note), "origin\n2\n");
  pat_blob_clear(&note);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_file__refuses_a_missing_file),
      CASE(test_file__refuses_more_than_the_limit),
      CASE(test_file__refuses_what_is_not_a_file),
      CASE(test_file__refuses_paths_that_are_empty_or_too_long),
      CASE(test_file__a_secret_is_never_overwritten),
      CASE(test_file__a_secret_that_others_may_read_is_refused),
      CASE(test_file__a_directory_cannot_take_the_place_of_a_file),
      CASE(test_file__a_second_lock_is_refused),
      CASE(test_file__a_lock_keeps_another_process_out),
      CASE(test_file__a_replacement_that_fails_leaves_the_old_bytes),
      CASE(test_file__replace_writes_mode_and_bytes_and_leaves_no_other_file),
      CASE(test_file__a_leftover_of_a_crash_does_not_stand_in_the_way),
      CASE(test_file__an_empty_file_reads_as_set_but_empty),
      CASE(test_file__make_directory_makes_all_of_the_path),
      CASE(test_file__free_space_is_told),
      CASE(test_file__reading_survives_every_failed_allocation),
      CASE(test_checkpoint_file__refuses_what_is_empty_or_too_long),
      CASE(test_checkpoint_file__refuses_a_damaged_file),
      CASE(test_checkpoint_file__gives_the_note_written_last),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
