/* Random histories: registrations, changes, attestations, corrections, retractions and batches by
 * all sorts of signers, some of their values withheld. */
#ifndef PAT_TESTS_CORE_MODEL_HISTORY_RANDOM_H
#define PAT_TESTS_CORE_MODEL_HISTORY_RANDOM_H

#include "tests/core/model/history_builder.h"
#include "tests/support/test_random.h"

/* A history that the fold accepts; the same for the same state of random. */
history *history_random(test_random *random);

/* A distance of 0 to 199,999 kilometres or miles. */
Patina__Value *history_random_distance(history *self, test_random *random);

#endif
