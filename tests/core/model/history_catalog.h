/* The class and the policy of the made-up histories (history_builder.h), and who holds which role.
 * All are static: never written. */
#ifndef PAT_TESTS_CORE_MODEL_HISTORY_CATALOG_H
#define PAT_TESTS_CORE_MODEL_HISTORY_CATALOG_H

#include "proto/state.pb-c.h"
#include "tests/core/model/history_builder.h"

/* Class "car" version 3:
 *   manufacturer  make (text), mass (KGM), materials (list of text)
 *   consumer      colour (text), features (list of text), plate_note (text; registrars only)
 *   telemetry     odometer (KMT, odometer series), tyre_pressure (KPA, tolerance 5 kPa)
 *   claims        inspection by inspectors {odometer, remark, tyre_pressure},
 *                 note {odometer, remark} */
Patina__AssetClass *history_catalog_class(void);

/* Registrars may all but telemetry, inspectors attest, correct and retract, installers bind,
 * devices measure; registrations, changes, attestations, corrections and retractions may be
 * self-declared. */
Patina__Policy *history_catalog_policy(void);

/* Sets the roles of a signer. */
void history_catalog_roles(signer who, Patina__Source *source);

#endif
