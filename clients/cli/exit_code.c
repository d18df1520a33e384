#include "clients/cli/exit_code.h"

#include "core/base/assert.h"

/* The one table: what each category means for the caller's own act, and for something under
 * check. */
typedef struct {
  pat_exit act;
  pat_exit evidence;
} exits;

static const exits by_category[PAT_CATEGORY_COUNT] = {
    [PAT_CATEGORY_OK] = {PAT_EXIT_MATCHES, PAT_EXIT_MATCHES},
    [PAT_CATEGORY_INPUT] = {PAT_EXIT_USAGE, PAT_EXIT_DOES_NOT_MATCH},
    [PAT_CATEGORY_RULE] = {PAT_EXIT_NOT_ALLOWED, PAT_EXIT_DOES_NOT_MATCH},
    [PAT_CATEGORY_AUTH] = {PAT_EXIT_NOT_ALLOWED, PAT_EXIT_DOES_NOT_MATCH},
    [PAT_CATEGORY_CONFLICT] = {PAT_EXIT_CONFLICT, PAT_EXIT_DOES_NOT_MATCH},
    [PAT_CATEGORY_NOT_FOUND] = {PAT_EXIT_NOT_FOUND, PAT_EXIT_NOT_FOUND},
    [PAT_CATEGORY_LIMIT] = {PAT_EXIT_USAGE, PAT_EXIT_COULD_NOT_CHECK},
    [PAT_CATEGORY_BUSY] = {PAT_EXIT_COULD_NOT_CHECK, PAT_EXIT_COULD_NOT_CHECK},
    [PAT_CATEGORY_IO] = {PAT_EXIT_COULD_NOT_CHECK, PAT_EXIT_COULD_NOT_CHECK},
    [PAT_CATEGORY_CORRUPT] = {PAT_EXIT_DOES_NOT_MATCH, PAT_EXIT_DOES_NOT_MATCH},
    [PAT_CATEGORY_UNSUPPORTED] = {PAT_EXIT_COULD_NOT_CHECK, PAT_EXIT_COULD_NOT_CHECK},
    [PAT_CATEGORY_NEED] = {PAT_EXIT_INTERNAL, PAT_EXIT_INTERNAL},
    [PAT_CATEGORY_INTERNAL] = {PAT_EXIT_INTERNAL, PAT_EXIT_INTERNAL},
};

typedef struct {
  unsigned status;
  pat_exit code;
} http_exit;

static const http_exit by_http[] = {
    {401, PAT_EXIT_NOT_ALLOWED},     {403, PAT_EXIT_NOT_ALLOWED}, {404, PAT_EXIT_NOT_FOUND},
    {408, PAT_EXIT_COULD_NOT_CHECK}, {409, PAT_EXIT_CONFLICT},    {410, PAT_EXIT_NOT_FOUND},
    {412, PAT_EXIT_CONFLICT},        {422, PAT_EXIT_NOT_ALLOWED}, {429, PAT_EXIT_COULD_NOT_CHECK},
};

pat_exit pat_exit_of(pat_status status) {
  PAT_ASSERT(status.category < PAT_CATEGORY_COUNT);
  return by_category[status.category].act;
}

pat_exit pat_exit_of_word(pat_word word) {
  switch (word) {
    case PAT_WORD_MATCHES:
      return PAT_EXIT_MATCHES;
    case PAT_WORD_NOT_PROVEN:
      return PAT_EXIT_NOT_PROVEN;
    case PAT_WORD_DOES_NOT_MATCH:
      return PAT_EXIT_DOES_NOT_MATCH;
    case PAT_WORD_COULD_NOT_CHECK:
      return PAT_EXIT_COULD_NOT_CHECK;
  }
  return PAT_EXIT_INTERNAL;
}

pat_exit pat_exit_of_evidence(pat_status status) {
  PAT_ASSERT(status.category < PAT_CATEGORY_COUNT);
  if (pat_word_of(status) == PAT_WORD_NOT_PROVEN) return PAT_EXIT_NOT_PROVEN;
  return by_category[status.category].evidence;
}

pat_exit pat_exit_of_http(unsigned status) {
  for (size_t i = 0; i < sizeof by_http / sizeof *by_http; i++) {
    if (by_http[i].status == status) return by_http[i].code;
  }
  return status >= 500 ? PAT_EXIT_COULD_NOT_CHECK : PAT_EXIT_USAGE;
}

const char *pat_exit_name(pat_exit code) {
  switch (code) {
    case PAT_EXIT_MATCHES:
      return "matches";
    case PAT_EXIT_INTERNAL:
      return "internal";
    case PAT_EXIT_USAGE:
      return "usage";
    case PAT_EXIT_NOT_FOUND:
      return "not-found";
    case PAT_EXIT_DOES_NOT_MATCH:
      return "does-not-match";
    case PAT_EXIT_NOT_PROVEN:
      return "not-proven";
    case PAT_EXIT_COULD_NOT_CHECK:
      return "could-not-check";
    case PAT_EXIT_NOT_ALLOWED:
      return "not-allowed";
    case PAT_EXIT_CONFLICT:
      return "conflict";
    case PAT_EXIT_INTERRUPTED:
      return "interrupted";
  }
  return "internal";
}
