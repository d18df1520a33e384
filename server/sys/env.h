/* Time and entropy, as arguments: whoever needs them is given a pat_env, so that tests and
 * simulations decide what the clock says. The fake one is tests/support/fake_env.h. */
#ifndef PAT_SERVER_SYS_ENV_H
#define PAT_SERVER_SYS_ENV_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"

/* All three may be called from any thread, and none can fail: a system without a clock or without
 * entropy stops the process. */
typedef struct {
  /* Milliseconds since 1970-01-01 UTC. May jump either way. */
  uint64_t (*now_ms)(void *context);
  /* Milliseconds since an arbitrary start. Never goes backwards. */
  uint64_t (*monotonic_ms)(void *context);
  /* Fills size bytes fit for keys and nonces. */
  void (*random_bytes)(void *context, uint8_t *ret_bytes, size_t size);
  void *context;
} pat_env;

/* The system's clocks and entropy (clock_gettime, getrandom). Static storage. */
const pat_env *pat_env_system(void);

/* The three operations, called through the table. */
uint64_t pat_env_now_ms(const pat_env *env) PAT_NONNULL_ALL;
uint64_t pat_env_monotonic_ms(const pat_env *env) PAT_NONNULL_ALL;
void pat_env_random_bytes(const pat_env *env, uint8_t *ret_bytes, size_t size) PAT_NONNULL(1);

#endif
