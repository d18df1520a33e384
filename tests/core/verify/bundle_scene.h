/* What the tests of bundles share: a log in memory about two cars, bundles of it, and what a reader
 * says of them. */
#ifndef PAT_TESTS_CORE_VERIFY_BUNDLE_SCENE_H
#define PAT_TESTS_CORE_VERIFY_BUNDLE_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka.h needs these before it. */
#include <cmocka.h>

#include "core/verify/bundle.h"
#include "tests/support/lying_bundle.h"

/* Car 1: registered, a VIN, a chassis number that came and went, an inspection, a device with two
 * batches. Car 2 got the chassis number afterwards. */
typedef struct {
  pat_arena arena;
  pat_policy policy;    /* trusts the log; no quorum */
  pat_policy witnessed; /* and asks for the witness */
  pat_policy audited;   /* and asks for the auditor */
  ledger_world *world;
  lying_log *log;   /* as it was logged */
  pat_hash chassis; /* the assignment to car 1 */
  uint8_t car[PAT_ASSET_ID_BYTES];
  uint8_t other[PAT_ASSET_ID_BYTES];
  uint8_t absent[PAT_ASSET_ID_BYTES];
} bundle_scene;

/* Opened once for a group of tests; what tests take of the arena is given back after each. */
extern bundle_scene scene;
int scene_open(void **state);
int scene_close(void **state);
int scene_reset(void **state);

/* A bundle about car 1, fresh, to be spoiled. */
Patina__ProofBundle *scene_bundle(void);
/* A bundle about a look-up of a scheme without scope, or with "ford". */
Patina__ProofBundle *scene_lookup(const char *scheme, const char *value);

/* What a reader says. */
pat_bundle_report scene_verify(const Patina__ProofBundle *bundle);
pat_bundle_report scene_ask(pat_span bytes, const pat_policy *policy, const pat_tlog_head *earlier);

/* Fails the test unless the bundle is refused with this word, by this check and rule. */
void scene_refused(const Patina__ProofBundle *bundle, pat_word word, pat_check check,
                   pat_rule rule);
/* The same for what another log than the honest one would serve about car 1. */
void scene_lie(lying_log *log, pat_word word, pat_check check, pat_rule rule);
void scene_matches(const Patina__ProofBundle *bundle);

/* A log to lie in, without its last commit: append, then lying_log_close. */
lying_log *scene_open_lie(void);

/* The entry, the subject in a bundle. */
Patina__ProvenEntry *scene_entry(const Patina__ProofBundle *bundle, pat_kind_number kind);
Patina__SubjectProof *scene_subject(const Patina__ProofBundle *bundle, pat_subject_kind kind,
                                    pat_span id);
/* Takes an item out of a list of pointers. */
void scene_drop(void *items, size_t *count, size_t at);
/* A copy of a field with one bit flipped. */
ProtobufCBinaryData scene_flipped(ProtobufCBinaryData field, size_t byte);

#define SCENE_CASE(name) cmocka_unit_test_setup(name, scene_reset)

#endif
