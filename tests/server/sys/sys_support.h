/* What the tests of this folder share. */
#ifndef PAT_TESTS_SERVER_SYS_SYS_SUPPORT_H
#define PAT_TESTS_SERVER_SYS_SYS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>

#include "core/base/status.h"

#define assert_ok(call) assert_string_equal(pat_rule_id((pat_rule)(call).rule), "ok")
#define assert_refused(call, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(call).rule), pat_rule_id(PAT_RULE_##symbol))
#define assert_span(span, text) assert_true(pat_span_equal((span), PAT_SPAN_LITERAL(text)))

#endif
