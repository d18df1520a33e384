#include "tests/support/fake_env.h"

static uint64_t fake_now_ms(void *context) { return ((fake_env *)context)->now_ms; }

static uint64_t fake_monotonic_ms(void *context) { return ((fake_env *)context)->monotonic_ms; }

static void fake_random_bytes(void *context, uint8_t *ret_bytes, size_t size) {
  test_random_bytes(&((fake_env *)context)->random, ret_bytes, size);
}

void fake_env_init(fake_env *fake, uint64_t seed, uint64_t now_ms) {
  *fake = (fake_env){.now_ms = now_ms, .monotonic_ms = now_ms};
  fake->random = test_random_make(seed);
  fake->env = (pat_env){.now_ms = fake_now_ms,
                        .monotonic_ms = fake_monotonic_ms,
                        .random_bytes = fake_random_bytes,
                        .context = fake};
}

void fake_env_advance(fake_env *fake, uint64_t by_ms) {
  fake->now_ms += by_ms;
  fake->monotonic_ms += by_ms;
}
