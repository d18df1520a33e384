/* What the tests of core/base share: cmocka in its order of includes, and if an assertion stops. */
#ifndef PAT_TESTS_CORE_BASE_BASE_SUPPORT_H
#define PAT_TESTS_CORE_BASE_BASE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* True where action, run in a child process, stops it by the trap of PAT_ASSERT. */
bool base_support_traps(void (*action)(void));

#define assert_traps(action) assert_true(base_support_traps(action))

#endif
