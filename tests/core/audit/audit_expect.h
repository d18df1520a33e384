/* What the tests of the replay share: a log for each test, and the rule and leaf that a lie must be
 * refused by and at. */
#ifndef PAT_TESTS_CORE_AUDIT_AUDIT_EXPECT_H
#define PAT_TESTS_CORE_AUDIT_AUDIT_EXPECT_H

#include "tests/core/audit/audit_log.h"

/* *state is an audit_log of audit_world_new. */
int audit_setup(void **state);
int audit_teardown(void **state);
#define audit_test(function) cmocka_unit_test_setup_teardown(function, audit_setup, audit_teardown)

/* Seals the log and replays it: it is refused by this rule at this leaf. */
void audit_expect(audit_log *log, size_t index, pat_rule rule);
/* What the operator says at leaf `at`, and all that follows made to fit. */
void audit_expect_lie(audit_log *log, size_t at, audit_lie lie, pat_rule rule);
/* Logs a statement in the last batch although the log may not, and expects the rule there. */
void audit_expect_logged(audit_log *log, ledger_draft *draft, pat_rule rule);

/* A leaf of its own for a statement by its signers, as the operator would log it. */
Patina__LogEntry *audit_leaf_of(audit_log *log, ledger_draft *draft);
/* Changes one bit; a copy that may be written to. */
void audit_flip(ProtobufCBinaryData *field);
ProtobufCBinaryData audit_own(audit_log *log, ProtobufCBinaryData field);

#endif
