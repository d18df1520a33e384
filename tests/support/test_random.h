/* Repeatable randomness for tests: SplitMix64 from a seed that is printed, and that the environment
 * variable PATINA_SEED replaces. */
#ifndef PAT_TESTS_SUPPORT_TEST_RANDOM_H
#define PAT_TESTS_SUPPORT_TEST_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint64_t state;
} test_random;

test_random test_random_make(uint64_t seed);
/* The seed in PATINA_SEED or else seed; prints it with the test's name. */
test_random test_random_announced(const char *test_name, uint64_t seed);

uint64_t test_random_u64(test_random *random);
/* 0..bound-1; bound > 0. */
uint64_t test_random_below(test_random *random, uint64_t bound);
void test_random_bytes(test_random *random, uint8_t *ret_bytes, size_t size);

#endif
