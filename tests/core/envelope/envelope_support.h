/* What the tests of core/envelope share: a world to seal statements in, and verdicts. */
#ifndef PAT_TESTS_CORE_ENVELOPE_ENVELOPE_SUPPORT_H
#define PAT_TESTS_CORE_ENVELOPE_ENVELOPE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/ledger_draft.h"

#define assert_rule(status_, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(status_).rule), pat_rule_id(PAT_RULE_##symbol))
#define assert_ok(status_) assert_string_equal(pat_rule_id((pat_rule)(status_).rule), "ok")

/* *state is a world with an origin and actors, whose log is empty: nothing here asks the ledger. */
static inline int envelope_setup(void **state) {
  *state = ledger_world_open((ledger_options){0});
  return 0;
}

static inline int envelope_teardown(void **state) {
  ledger_world_close(*state);
  return 0;
}
#define envelope_test(function) \
  cmocka_unit_test_setup_teardown(function, envelope_setup, envelope_teardown)

/* A registration by two signers, with two slots; off the log. */
static inline ledger_draft private_draft(ledger_world *world) {
  ledger_said said[] = {{"options", SAID_SLOT, ledger_text(world, "hook")},
                        {"options", SAID_SLOT, ledger_text(world, "sunroof")}};
  ledger_draft draft = ledger_by_two(world, REGISTRAR, KEEPER);
  (void)ledger_register(&draft, 1, LEDGER_SAID(said));
  return draft;
}

/* A grant: it stands in the log in clear. */
static inline ledger_draft public_draft(ledger_world *world) {
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_grant(&draft, KEEPER, "inspector", NULL);
  return draft;
}

#endif
