/* Runs the command line in this process, and keeps what it prints. */
#ifndef PAT_TESTS_CLIENTS_CLI_CLI_RUN_H
#define PAT_TESTS_CLIENTS_CLI_CLI_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/span.h"

enum { CLI_RUN_BYTES_MAX = 1024 * 1024 };

/* What a run printed; the next run replaces it. */
extern char cli_run_out[CLI_RUN_BYTES_MAX];
extern char cli_run_err[CLI_RUN_BYTES_MAX];

/* Runs these words; gives the exit code. Fails the test where it prints more than is kept. */
int cli_run(const char *const *words, size_t count);
#define CLI_RUN(...)                          \
  cli_run((const char *const[]){__VA_ARGS__}, \
          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* A file for a run to read, in the place of what was there. */
void cli_run_put(const char *path, pat_span bytes);

/* True where the text stands in what was printed. */
bool cli_run_said(const char *text);
bool cli_run_warned(const char *text);

/* Fails the test unless the run ended so; shows what it printed. */
void cli_run_ended(int code, int wanted);

#endif
