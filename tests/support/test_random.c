#include "tests/support/test_random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

test_random test_random_make(uint64_t seed) { return (test_random){.state = seed}; }

test_random test_random_announced(const char *test_name, uint64_t seed) {
  const char *given = getenv("PATINA_SEED");
  uint64_t used = given == NULL ? seed : strtoull(given, NULL, 0);
  printf("%s: PATINA_SEED=0x%" PRIx64 "\n", test_name, used);
  return test_random_make(used);
}

uint64_t test_random_u64(test_random *random) {
  random->state += 0x9e3779b97f4a7c15U;
  uint64_t mixed = random->state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

uint64_t test_random_below(test_random *random, uint64_t bound) {
  return test_random_u64(random) % bound;
}

void test_random_bytes(test_random *random, uint8_t *ret_bytes, size_t size) {
  for (size_t i = 0; i < size; i++)
    ret_bytes[i] = (uint8_t)test_random_u64(random);
}
