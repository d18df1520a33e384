/* What the tests of core/ledger share: a populated world for each test, and short ways to say the
 * usual things. */
#ifndef PAT_TESTS_CORE_LEDGER_LEDGER_SUPPORT_H
#define PAT_TESTS_CORE_LEDGER_LEDGER_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/ledger_catalog.h"
#include "tests/support/ledger_draft.h"

/* *state is a world of ledger_world_new. */
int ledger_setup(void **state);
int ledger_teardown(void **state);
#define ledger_test(function) \
  cmocka_unit_test_setup_teardown(function, ledger_setup, ledger_teardown)

/* Registers a vehicle with make "Saab", by REGISTRAR. */
pat_hash register_vehicle(ledger_world *world, uint8_t asset);
/* A drafted registration of the same. */
ledger_draft draft_vehicle(ledger_world *world, uint8_t asset, ledger_actor_id by);
/* A drafted inspection with result "good" (an attested statement). */
ledger_draft draft_inspection(ledger_world *world, uint8_t asset, ledger_actor_id by);
/* Enrols an actor under a name slot; gives its id. */
pat_hash enrol(ledger_world *world, ledger_actor_id who);
/* Grants by the root; gives the grant. */
pat_hash grant(ledger_world *world, ledger_actor_id who, const char *role, const char *class_name);

/* A record of the store, decoded into the world's memory; NULL where it is not there. */
ProtobufCMessage *stored_state(ledger_world *world, char prefix, pat_span id,
                               const ProtobufCMessageDescriptor *descriptor);
/* Puts a record into the store, behind the ledger's back. */
void store_state(ledger_world *world, char prefix, pat_span id, const ProtobufCMessage *message);
/* What the store keeps of an accepted statement. */
const Patina__StatementRecord *stored_statement(ledger_world *world, const pat_hash *sha256);

/* Fails unless this decision refuses by this rule. */
void assert_decision(const pat_decision *decision, pat_rule rule);
#define assert_rule(status_, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(status_).rule), pat_rule_id(PAT_RULE_##symbol))
#define assert_ok(status_) assert_string_equal(pat_rule_id((pat_rule)(status_).rule), "ok")

/* Valid VINs with a check digit (first three), and of a market without one. */
#define VIN_1        "1M8GDM9AXKP042788"
#define VIN_1_TYPO   "1M8GDM9AXKP042878" /* two neighbours swapped: the check digit notices */
#define VIN_EUROPE   "YS3DD78N4X7055320"
#define VIN_EUROPE_2 "YS3DD78N4X7055302" /* two neighbours swapped; no check digit there */

#endif
