/* The command line of an import, as far as it goes without a log: each mistake ends it with its
 * exit code. */
#include <unistd.h>

#include "clients/cli/cli.h"
#include "tests/clients/import/import_support.h"

enum { WORDS_MAX = 16 };

/* Runs `patina asset import` with these words. */
static int run(const char *const *words, size_t count) {
  const char *all[WORDS_MAX] = {"asset", "import"};
  assert_true(count + 2 <= WORDS_MAX);
  for (size_t i = 0; i < count; i++)
    all[i + 2] = words[i];
  FILE *out = tmpfile();
  FILE *err = tmpfile();
  assert_non_null(out);
  assert_non_null(err);
  int code = pat_cli_run(all, count + 2, out, err);
  fclose(out);
  fclose(err);
  return code;
}
#define RUN(...)                          \
  run((const char *const[]){__VA_ARGS__}, \
      sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void test_command__refuses_what_is_missing(void **state) {
  const char *map = import_source(*state, "clients/cli/maps/vins.json");
  assert_int_equal(RUN("--class", "vehicle", "--key", "k", "x.csv"), PAT_EXIT_USAGE);
  assert_int_equal(RUN("--map", map, "--key", "k", "x.csv"), PAT_EXIT_USAGE);
  assert_int_equal(RUN("--class", "vehicle", "--map", map, "--key", "k"), PAT_EXIT_USAGE);
  assert_int_equal(RUN("--class", "painting", "--map", map, "--key", "k", "x"), PAT_EXIT_USAGE);
}

static void test_command__refuses_files_that_are_not_there(void **state) {
  const char *map = import_source(*state, "clients/cli/maps/vins.json");
  const char *source = "/nonexistent/x.csv";
  assert_int_not_equal(RUN("--class", "vehicle", "--map", "/nonexistent/m", "--key", "k", source),
                       PAT_EXIT_MATCHES);
  assert_int_not_equal(RUN("--class", "vehicle", "--map", map, "--key", "k", source),
                       PAT_EXIT_MATCHES);
}

static void test_command__refuses_a_batch_beyond_its_limits(void **state) {
  const char *map = import_source(*state, "clients/cli/maps/vins.json");
  static const char *const bad[] = {"0", "1001", "x", "-1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(RUN("--class", "vehicle", "--map", map, "--batch", bad[i], "x.csv"),
                     PAT_EXIT_USAGE);
  }
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, import_arena_new, import_arena_free)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_ARENA(test_command__refuses_what_is_missing),
      WITH_ARENA(test_command__refuses_files_that_are_not_there),
      WITH_ARENA(test_command__refuses_a_batch_beyond_its_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
