/* An environment whose clock stands still until told, and whose entropy follows from a seed. */
#ifndef PAT_TESTS_SUPPORT_FAKE_ENV_H
#define PAT_TESTS_SUPPORT_FAKE_ENV_H

#include "server/sys/env.h"
#include "tests/support/test_random.h"

typedef struct {
  uint64_t now_ms;       /* may be set to anything */
  uint64_t monotonic_ms; /* set forwards only */
  test_random random;
  pat_env env; /* give &fake.env to what is tested */
} fake_env;

/* Both clocks start at the given moment. fake must stay where it is: env points to it. */
void fake_env_init(fake_env *fake, uint64_t seed, uint64_t now_ms);
/* Moves both clocks forwards. */
void fake_env_advance(fake_env *fake, uint64_t by_ms);

#endif
