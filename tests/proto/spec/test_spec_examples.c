/* The worked examples of proto/SPEC.md are what the library makes. With --update the document is
 * written anew instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/proto/spec/examples.h"

static example_log log_of_examples;
static example_book book;
static char path[1024];

static char *read_document(void) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  enum { SIZE_MAX_BYTES = 2 * 1024 * 1024 };
  char *text = malloc(SIZE_MAX_BYTES);
  size_t size = text == NULL ? 0 : fread(text, 1, SIZE_MAX_BYTES - 1, file);
  fclose(file);
  if (text != NULL) text[size] = '\0';
  return text;
}

static bool write_document(const char *text) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) return false;
  bool written = fputs(text, file) >= 0;
  return fclose(file) == 0 && written;
}

static void test_spec__examples_are_what_the_library_makes(void **state) {
  (void)state;
  char *document = read_document();
  assert_non_null(document);
  bool same = false;
  char *now = example_book_apply(&book, document, &same);
  assert_true(same);
  assert_string_equal(now, document);
  free(now);
  free(document);
}

/* The comparison itself: a changed digit, a missing block and an unknown one are found. */
static void test_spec__a_changed_example_is_found(void **state) {
  (void)state;
  static example_book small;
  bool same = true;
  small.count = 0;
  example_begin(&small, "one");
  example_number(&small, "n", 1);
  const char *right = "a\n```example name=one\nn             1\n```\nb\n";
  char *now = example_book_apply(&small, right, &same);
  assert_true(same);
  assert_string_equal(now, right);
  free(now);
  now = example_book_apply(&small, "a\n```example name=one\nn             2\n```\nb\n", &same);
  assert_false(same);
  assert_string_equal(now, right);
  free(now);
  free(example_book_apply(&small, "no block\n", &same));
  assert_false(same);
  free(example_book_apply(&small, "a\n```example name=two\n```\n", &same));
  assert_false(same);
}

static int update(void) {
  char *document = read_document();
  if (document == NULL) return 1;
  bool same = false;
  char *now = example_book_apply(&book, document, &same);
  bool written = write_document(now);
  free(now);
  free(document);
  return written ? 0 : 1;
}

int main(int argc, char **argv) {
  const char *root = getenv("PATINA_SOURCE_DIR");
  snprintf(path, sizeof path, "%s/proto/SPEC.md", root == NULL ? "." : root);
  example_log_make(&log_of_examples);
  examples_of_statements(&log_of_examples, &book);
  examples_of_log(&log_of_examples, &book);
  if (argc == 2 && strcmp(argv[1], "--update") == 0) return update();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_spec__examples_are_what_the_library_makes),
      cmocka_unit_test(test_spec__a_changed_example_is_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
