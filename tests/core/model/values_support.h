/* What the tests of values, identifiers and the catalog share: checks of refusals, a repeatable
 * generator, texts of a chosen length, and the shared data files. */
#ifndef PAT_TESTS_CORE_MODEL_VALUES_SUPPORT_H
#define PAT_TESTS_CORE_MODEL_VALUES_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/span.h"
#include "core/base/status.h"

/* The refusal names the rule; a failure prints both public ids. */
#define assert_refused(call, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(call).rule), pat_rule_id(PAT_RULE_##symbol))
#define assert_accepted(call) assert_string_equal(pat_rule_id((pat_rule)(call).rule), "ok")

/* A repeatable generator (splitmix64). */
typedef struct {
  uint64_t state;
} values_random;

/* Starts from PATINA_TEST_SEED where that is set, else from a fixed seed; prints the seed. */
values_random values_random_start(const char *what);
uint64_t values_random_next(values_random *random);
/* 0 .. below - 1 */
size_t values_random_below(values_random *random, size_t below);

/* A NUL-terminated text of size times c, at most 8,191; overwritten by the call after the next
 * three. */
char *values_text_of(char c, size_t size);

/* The text of PATINA_SHARED/data/<name>, NUL-terminated; free() it. Skips the test where the folder
 * is missing, and fails it where CI is "true". */
char *values_shared_text(const char *name);

/* Cuts the next line off *text ('\n' or the end; '\r' dropped); NULL where nothing is left. */
char *values_next_line(char **text);

#endif
