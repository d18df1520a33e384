/* The class, schemes and policy of the test ledger: small, with one case of everything. */
#ifndef PAT_TESTS_SUPPORT_LEDGER_CATALOG_H
#define PAT_TESTS_SUPPORT_LEDGER_CATALOG_H

#include "core/base/arena.h"
#include "proto/catalog.pb-c.h"

/* Each is made anew in the arena, so that a test may change its own.
 *
 * vehicle v1   CONSUMER      colour (text, public), tags (list, open),
 *                            tax_band (text, open; registrar only)
 *              MANUFACTURER  make (text, open, required), options (list, public)
 *              TELEMETRY     odometer (KMT, restricted), speed (KMH, open)
 *   claims     inspection (inspector): result (text, open, required), odometer (KMT, public)
 *              story (anyone): text (text, public)
 * painting v1  MANUFACTURER  title (text, open) */
Patina__AssetClass *ledger_class_vehicle(pat_arena *arena);
Patina__AssetClass *ledger_class_painting(pat_arena *arena);

/* vin      17 characters, unique in the world, two registrars to re-assign, near misses, vehicles
 *          only, registrars only
 * chassis  3 to 12 letters and digits, unique per maker (the scope)
 * engine   3 to 20 characters, weak */
Patina__IdentifierScheme *ledger_scheme_vin(pat_arena *arena);
Patina__IdentifierScheme *ledger_scheme_chassis(pat_arena *arena);
Patina__IdentifierScheme *ledger_scheme_engine(pat_arena *arena);

/* Self-declared are: principal_enrolled, asset_registered, attested, corrected, retracted and
 * telemetry. Late after 30 days, 1 minute of clock skew, 1 day to submit. */
Patina__Policy *ledger_policy(pat_arena *arena);

#endif
