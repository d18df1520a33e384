/* The command line as a whole: commands, what one run holds, and how it ends.
 *
 * A command is a row of the table in commands.c; its function returns a pat_status, and cli.c
 * turns that into words on standard error and the exit code. A layer that knows better what a
 * failure means (something under check, the server's own words) says so once with
 * pat_cli_fail_as. */
#ifndef PAT_CLIENTS_CLI_CLI_H
#define PAT_CLIENTS_CLI_CLI_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdio.h>

#include "clients/cli/exit_code.h"
#include "clients/cli/options.h"
#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/base/status.h"

typedef struct pat_cli pat_cli;
struct json_t;
struct pat_roll;

/* How a command is explained, and what it takes. */
typedef struct {
  const char *synopsis; /* operands: "FILE", "ID NAME=VALUE..." */
  const char *examples; /* whole lines, shown first */
  const char *details;  /* whole lines, or NULL */
  pat_option_set options;
  size_t operands_min;
  size_t operands_max;
} pat_manual;

/* A row of the table. */
typedef struct {
  const char *noun;
  const char *verb; /* NULL: the noun alone is the command */
  pat_status (*run)(pat_cli *cli);
  const char *help; /* one line */
  const pat_manual *manual;
} pat_command;

/* Why a command failed, where more is known than its status. */
typedef struct {
  bool set;
  pat_exit code;
  char detail[512]; /* one sentence or "" */
} pat_failure;

/* One run. Everything lives until its end. */
struct pat_cli {
  FILE *out;
  FILE *err;
  pat_arena arena;
  pat_options options;
  const pat_command *command;
  pat_err error; /* the reterr that commands hand down */
  pat_failure failure;
  struct json_t *result;       /* members of the answer with --json */
  const struct pat_roll *roll; /* principals that were verified, for their names; NULL before */
  bool json;
  bool quiet;
  bool colour;
  pat_exit
      verdict; /* what a command that did not fail ends with; MATCHES unless it says otherwise */
};

/* All commands, in the order of the help. Static storage. */
const pat_command *pat_command_table(size_t *ret_count) PAT_NONNULL_ALL;

/* Runs one command line and gives the exit code.
 * in    words  without the program's name; out, err are flushed, never closed */
int pat_cli_run(const char *const *words, size_t word_count, FILE *out, FILE *err) PAT_NONNULL_ALL;

/* --- for commands ---------------------------------------------------------------------------- */

/* Operand number i; NULL where fewer were given. */
const char *pat_cli_operand(const pat_cli *cli, size_t i) PAT_NONNULL_ALL;

/* The value of an option, or NULL. */
const char *pat_cli_option(const pat_cli *cli, pat_option_id id) PAT_NONNULL_ALL;

/* Refuses the command line, with a sentence that says why. gives cli.usage */
pat_status pat_cli_usage(pat_cli *cli, const char *format, ...) PAT_PRINTF(2, 3) PAT_MUST_USE;

/* Fixes the exit code of a failure and a sentence about it (format may be NULL); the first one
 * wins. */
void pat_cli_explain(pat_cli *cli, pat_exit code, const char *format, ...) PAT_PRINTF(3, 4)
    PAT_NONNULL(1);

/* As pat_cli_explain, and gives status back. */
pat_status pat_cli_fail_as(pat_cli *cli, pat_status status, pat_exit code, const char *format, ...)
    PAT_PRINTF(4, 5) PAT_NONNULL(1) PAT_MUST_USE;

/* Gives status back; where it is a failure, it is one of something under check (exit_code.h).
 * Inline, so that compilers and analyzers see that a failure stays one. */
PAT_MUST_USE static inline pat_status pat_cli_evidence(pat_cli *cli, pat_status status) {
  if (!pat_is_ok(status)) pat_cli_explain(cli, pat_exit_of_evidence(status), NULL);
  return status;
}

/* Reads an unsigned number of an option. fails cli.usage */
pat_status pat_cli_number(pat_cli *cli, pat_option_id id, uint64_t otherwise,
                          uint64_t *ret_number) PAT_NONNULL_ALL PAT_MUST_USE;

/* Milliseconds since 1970. */
uint64_t pat_cli_now_ms(void);

#endif
