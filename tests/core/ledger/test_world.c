/* The test ledger itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/ledger_draft.h"

static void test_world__populates(void **state) {
  (void)state;
  ledger_world *world = ledger_world_new((ledger_options){0});
  assert_int_equal(world->head.range.size, 2 * 17);
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, 1, LEDGER_SAID(said));
  (void)ledger_accept_warned(&draft, NULL);
  ledger_world_close(world);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_world__populates)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
