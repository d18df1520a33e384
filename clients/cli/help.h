/* Help: of the program, of a group, of a command; suggestions for what was mistyped; completion
 * for bash. All of it comes from the table of commands and the table of options. */
#ifndef PAT_CLIENTS_CLI_HELP_H
#define PAT_CLIENTS_CLI_HELP_H

#include "clients/cli/cli.h"

/* The project's version, as CMake gives it. */
#ifndef PAT_CLI_VERSION
#define PAT_CLI_VERSION "unreleased"
#endif

/* True for "help ...", "--help", "-h", and for a noun with one of them. */
bool pat_help_is_asked(const char *const *words, size_t word_count) PAT_NONNULL_ALL PAT_MUST_USE;

/* Prints the help that was asked for on standard output. fails cli.command (suggestions are
 * printed) */
pat_status pat_help_print(pat_cli *cli, const char *const *words,
                          size_t word_count) PAT_NONNULL_ALL PAT_MUST_USE;

/* Prints one command's help: examples first. */
void pat_help_command(pat_cli *cli, const pat_command *command) PAT_NONNULL_ALL;

/* Says on standard error which command may have been meant. */
void pat_help_suggest_command(pat_cli *cli, const char *const *words, size_t word_count)
    PAT_NONNULL(1);

/* Says on standard error which option of the current command may have been meant. */
void pat_help_suggest_option(pat_cli *cli, const char *word) PAT_NONNULL_ALL;

#endif
