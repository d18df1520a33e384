/* What the tests of imports share: one arena for each test, and refusals by name. */
#ifndef PAT_TESTS_CLIENTS_IMPORT_IMPORT_SUPPORT_H
#define PAT_TESTS_CLIENTS_IMPORT_IMPORT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs these before it. */
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/status.h"

#define import_ok(call) assert_string_equal(pat_rule_id((pat_rule)(call).rule), "ok")
#define import_refused(call, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(call).rule), pat_rule_id(PAT_RULE_##symbol))

/* A setup and a teardown: *state is a pat_arena of 64 MiB. */
int import_arena_new(void **state);
int import_arena_free(void **state);

/* A text in the arena: NUL behind it. */
pat_span import_span(const char *text);

/* Copies a span, for assert_string_equal. */
const char *import_text(pat_arena *arena, pat_span span);

/* The path of a shared data file, in the arena; skips the test where it is missing, fails it where
 * CI is "true". */
const char *import_shared(pat_arena *arena, const char *name);

/* A file of these bytes, in the place of what was there: whoever has it open sees it change. */
void import_put(const char *path, pat_span bytes);

/* The path of a file of this repository. */
const char *import_source(pat_arena *arena, const char *name);

#endif
