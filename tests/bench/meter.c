#include "tests/bench/meter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#define NS_PER_S UINT64_C(1000000000)

static uint64_t read_clock(clockid_t clock) {
  struct timespec now;
  assert_int_equal(clock_gettime(clock, &now), 0);
  return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

uint64_t meter_now_ns(void) { return read_clock(CLOCK_MONOTONIC); }

uint64_t meter_process_cpu_ns(pid_t pid) {
  char path[64];
  char line[1024] = {0};
  (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  FILE *stream = fopen(path, "r");
  assert_non_null(stream);
  assert_non_null(fgets(line, sizeof line, stream));
  (void)fclose(stream);
  /* The name, in brackets, may hold anything. Field 3 follows; 14 and 15 are the ticks. */
  const char *rest = strrchr(line, ')');
  assert_non_null(rest);
  unsigned long user = 0;
  unsigned long system = 0;
  int found =
      sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  assert_int_equal(found, 2);
  return (uint64_t)(user + system) * (NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK));
}

enum { KEYS = 16, MESSAGE_BYTES = 200, VERIFICATIONS = 640 };

typedef struct {
  uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
  uint8_t message[MESSAGE_BYTES];
  uint8_t signature[crypto_sign_BYTES];
} signed_message;

static void make_signed(signed_message *made, uint8_t number) {
  uint8_t secret[crypto_sign_SECRETKEYBYTES];
  uint8_t seed[crypto_sign_SEEDBYTES];
  memset(seed, number, sizeof seed);
  memset(made->message, number, sizeof made->message);
  assert_int_equal(crypto_sign_seed_keypair(made->public_key, secret, seed), 0);
  assert_int_equal(
      crypto_sign_detached(made->signature, NULL, made->message, MESSAGE_BYTES, secret), 0);
}

uint64_t meter_verification_ns(void) {
  static signed_message messages[KEYS];
  for (unsigned i = 0; i < KEYS; i++)
    make_signed(&messages[i], (uint8_t)i);
  uint64_t before = read_clock(CLOCK_THREAD_CPUTIME_ID);
  for (size_t i = 0; i < VERIFICATIONS; i++) {
    const signed_message *one = &messages[i % KEYS];
    int refused =
        crypto_sign_verify_detached(one->signature, one->message, MESSAGE_BYTES, one->public_key);
    assert_int_equal(refused, 0);
  }
  return (read_clock(CLOCK_THREAD_CPUTIME_ID) - before) / VERIFICATIONS;
}
