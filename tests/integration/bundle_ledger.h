/* The ledger whose bundles are checked: every kind of statement, about two vehicles; a number that
 * moved from the first to the second; a device on the first, with telemetry. */
#ifndef PAT_TESTS_INTEGRATION_BUNDLE_LEDGER_H
#define PAT_TESTS_INTEGRATION_BUNDLE_LEDGER_H

#include "tests/integration/live_ledger.h"

enum { FIRST = 1, SECOND = 2, ABSENT = 99, STREAM = 9 };

#define MOVED "YS3ED48E5Y3070016" /* of scheme vin */

/* Logs all of it in a ledger of live_setup. */
void bundle_ledger_fill(live_ledger *live);

/* Logs one statement, which must be accepted. Gives its hash. */
pat_hash bundle_ledger_log(live_ledger *live, ledger_draft *draft);

/* A story that the keeper tells about the first vehicle; not logged yet. */
ledger_draft bundle_ledger_story(live_ledger *live, const char *text);

#endif
