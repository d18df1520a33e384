#include "tests/integration/receipt_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/clients/cli/cli_run.h"
#include "tests/support/temp_directory.h"

enum { PATH_BYTES = TEMP_DIRECTORY_PATH_MAX };

static const char kept_in[] = "was kept in ";

static pat_span read_file(const char *path, pat_arena *memory) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  size_t size = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = lying_take(memory, size + 1);
  assert_int_equal(fread(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
  return pat_span_make(bytes, size);
}

static bool holds(pat_span all, pat_span part) {
  for (size_t at = 0; at + part.size <= all.size; at++) {
    if (memcmp(all.data + at, part.data, part.size) == 0) return true;
  }
  return false;
}

/* The path that the command named. */
static bool is_kept(lying_reader *reader, const receipt_files *files) {
  const char *said = strstr(cli_run_err, kept_in);
  if (said == NULL) return false;
  char path[PATH_BYTES];
  said += strlen(kept_in);
  (void)snprintf(path, sizeof path, "%.*s", (int)strcspn(said, "\n"), said);
  pat_span evidence = read_file(path, reader->memory);
  return holds(evidence, files->receipt) && holds(evidence, files->bundle);
}

int receipt_command(lying_reader *reader, const receipt_files *files, bool *ret_kept) {
  temp_directory folder = temp_directory_make();
  char policy[PATH_BYTES];
  char home[PATH_BYTES];
  char statement[PATH_BYTES];
  char receipt[PATH_BYTES];
  char bundle[PATH_BYTES];
  cli_run_put(temp_directory_join(&folder, "policy", policy), reader->policy_text);
  cli_run_put(temp_directory_join(&folder, "statement", statement),
              lying_encode(&files->statement->base, reader->memory));
  cli_run_put(temp_directory_join(&folder, "receipt", receipt), files->receipt);
  cli_run_put(temp_directory_join(&folder, "bundle", bundle), files->bundle);
  const char *words[] = {"receipt",     "verify",  receipt,
                         "--statement", statement, "--policy",
                         policy,        "--home",  temp_directory_join(&folder, "home", home),
                         "--bundle",    bundle};
  size_t count = sizeof words / sizeof *words;
  int code = cli_run(words, files->bundle.size > 0 ? count : count - 2);
  *ret_kept = is_kept(reader, files);
  temp_directory_remove(&folder);
  return code;
}
