#include "tests/clients/cli/cli_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs these before it. */
#include <cmocka.h>

#include "clients/cli/cli.h"

char cli_run_out[CLI_RUN_BYTES_MAX];
char cli_run_err[CLI_RUN_BYTES_MAX];

static void keep(FILE *file, char *text) {
  rewind(file);
  size_t size = fread(text, 1, CLI_RUN_BYTES_MAX, file);
  assert_true(size < CLI_RUN_BYTES_MAX);
  text[size] = '\0';
  (void)fclose(file);
}

int cli_run(const char *const *words, size_t count) {
  FILE *out = tmpfile();
  FILE *err = tmpfile();
  assert_non_null(out);
  assert_non_null(err);
  int code = pat_cli_run(words, count, out, err);
  keep(out, cli_run_out);
  keep(err, cli_run_err);
  return code;
}

void cli_run_put(const char *path, pat_span bytes) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
  assert_int_equal(fclose(file), 0);
}

bool cli_run_said(const char *text) { return strstr(cli_run_out, text) != NULL; }
bool cli_run_warned(const char *text) { return strstr(cli_run_err, text) != NULL; }

void cli_run_ended(int code, int wanted) {
  if (code == wanted) return;
  print_error("exit %d, not %d\n%s\n%s\n", code, wanted, cli_run_out, cli_run_err);
  fail();
}
