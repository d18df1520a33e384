/* What the tests of the fold share: folding a made-up history, and finding things in its state. */
#ifndef PAT_TESTS_CORE_MODEL_FOLD_SUPPORT_H
#define PAT_TESTS_CORE_MODEL_FOLD_SUPPORT_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "core/base/status.h"
#include "proto/state.pb-c.h"
#include "tests/core/model/history_builder.h"

#define RECORDED    PATINA__FACT_STATE__FACT_STATE_RECORDED
#define NOTHING     PATINA__FACT_STATE__FACT_STATE_NOTHING_RECORDED
#define CANNOT_TELL PATINA__FACT_STATE__FACT_STATE_CANNOT_TELL
#define UNIQUE      PATINA__UNIQUENESS__UNIQUENESS_GLOBAL

/* The state of a history, in its memory; fails the test where it is refused. */
Patina__AssetState *fold(history *self);
/* The public id of the rule by which the history is refused; "ok" where it is not. */
const char *fold_refusal(history *self);
/* The canonical bytes of a state, in the history's memory. */
pat_span state_bytes(history *self, const Patina__AssetState *state);

/* The fact with this name in any bundle, or among a record's fields; fails the test where there is
 * none. */
const Patina__Fact *fact_named(const Patina__AssetState *state, const char *name);
const Patina__Fact *field_named(const Patina__Record *record, const char *name);

/* Findings with this id; the first of them, NULL where there is none. */
size_t finding_count(const Patina__AssetState *state, const char *id);
const Patina__Finding *finding_first(const Patina__AssetState *state, const char *id);

/* There is one finding with this id; it rests on two entries. */
void assert_finding(const Patina__AssetState *state, const char *id, const char *name,
                    uint64_t first, uint64_t second);

/* A history that holds the registration alone, by the registrar: make "Volvo",
 * mass 1200 kg, materials steel and glass; all disclosed.
 */
history *history_registered(void);

#endif
