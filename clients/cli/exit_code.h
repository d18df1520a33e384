/* The command line's exit codes. They are frozen: scripts rely on them, and --json says the same
 * words. */
#ifndef PAT_CLIENTS_CLI_EXIT_CODE_H
#define PAT_CLIENTS_CLI_EXIT_CODE_H

#include "core/base/status.h"
#include "core/verify/word.h"

typedef enum {
  PAT_EXIT_MATCHES = 0,
  PAT_EXIT_INTERNAL = 1,
  PAT_EXIT_USAGE = 2,
  PAT_EXIT_NOT_FOUND = 3,
  PAT_EXIT_DOES_NOT_MATCH = 4,
  PAT_EXIT_NOT_PROVEN = 5,
  PAT_EXIT_COULD_NOT_CHECK = 6, /* network, files, a newer format */
  PAT_EXIT_NOT_ALLOWED = 7,
  PAT_EXIT_CONFLICT = 8,
  PAT_EXIT_INTERRUPTED = 130
} pat_exit;

/* The exit for a failure of what the caller asked for: his arguments, his files, his submission.
 * time  O(1) */
pat_exit pat_exit_of(pat_status status);

/* The exit for a failure of something that was being checked: a proof, an entry, a checkpoint.
 * What is malformed or wrongly signed there does not match; what is unsigned, or signed by too
 * few, is not proven. */
pat_exit pat_exit_of_evidence(pat_status status);

/* The exit that says the same as the word. */
pat_exit pat_exit_of_word(pat_word word);

/* The exit for an HTTP status of 400 and above whose problem names no rule that is known here. */
pat_exit pat_exit_of_http(unsigned status);

/* "matches", "does-not-match", ... Static storage. */
const char *pat_exit_name(pat_exit code);

#endif
