#include "server/sys/env.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>
#include <time.h>

#include "core/base/assert.h"

static uint64_t clock_ms(clockid_t clock) {
  struct timespec time = {0};
  PAT_ASSERT(clock_gettime(clock, &time) == 0);
  PAT_ASSERT(time.tv_sec >= 0);
  return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static uint64_t system_now_ms(void *context) {
  (void)context;
  return clock_ms(CLOCK_REALTIME);
}

static uint64_t system_monotonic_ms(void *context) {
  (void)context;
  return clock_ms(CLOCK_MONOTONIC);
}

static void system_random_bytes(void *context, uint8_t *ret_bytes, size_t size) {
  (void)context;
  size_t filled = 0;
  while (filled < size) {
    ssize_t got = getrandom(ret_bytes + filled, size - filled, 0);
    if (got < 0) {
      PAT_ASSERT(errno == EINTR);
      continue;
    }
    filled += (size_t)got;
  }
}

const pat_env *pat_env_system(void) {
  static const pat_env system = {.now_ms = system_now_ms,
                                 .monotonic_ms = system_monotonic_ms,
                                 .random_bytes = system_random_bytes,
                                 .context = NULL};
  return &system;
}

uint64_t pat_env_now_ms(const pat_env *env) { return env->now_ms(env->context); }

uint64_t pat_env_monotonic_ms(const pat_env *env) { return env->monotonic_ms(env->context); }

void pat_env_random_bytes(const pat_env *env, uint8_t *ret_bytes, size_t size) {
  PAT_ASSERT(ret_bytes != NULL || size == 0);
  if (size > 0) env->random_bytes(env->context, ret_bytes, size);
}
