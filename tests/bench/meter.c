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

enum { KEYS = 3, MESSAGE_BYTES = 200, MESSAGES = 4096, BURST = 64, PAUSE_US = 30000 };

typedef struct {
  uint8_t public_keys[KEYS][crypto_sign_PUBLICKEYBYTES];
  uint8_t messages[MESSAGES][MESSAGE_BYTES];
  uint8_t signatures[MESSAGES][crypto_sign_BYTES];
} signed_messages;

static signed_messages made; /* by the first start, before any thread reads it */

static void make_signed(void) {
  static const uint8_t seed[randombytes_SEEDBYTES] = {0x5e, 0xed};
  uint8_t secrets[KEYS][crypto_sign_SECRETKEYBYTES];
  for (size_t i = 0; i < KEYS; i++)
    assert_int_equal(crypto_sign_keypair(made.public_keys[i], secrets[i]), 0);
  randombytes_buf_deterministic(made.messages, sizeof made.messages, seed);
  for (size_t i = 0; i < MESSAGES; i++) {
    int failed = crypto_sign_detached(made.signatures[i], NULL, made.messages[i], MESSAGE_BYTES,
                                      secrets[i % KEYS]);
    assert_int_equal(failed, 0);
  }
}

static void verify_burst(meter_verifier *verifier) {
  uint64_t before = read_clock(CLOCK_THREAD_CPUTIME_ID);
  for (size_t i = 0; i < BURST; i++, verifier->count++) {
    size_t at = verifier->count % MESSAGES;
    int refused = crypto_sign_verify_detached(made.signatures[at], made.messages[at], MESSAGE_BYTES,
                                              made.public_keys[at % KEYS]);
    assert_int_equal(refused, 0);
  }
  verifier->cpu_ns += read_clock(CLOCK_THREAD_CPUTIME_ID) - before;
}

static void run_verifier(void *context) {
  meter_verifier *verifier = context;
  do {
    verify_burst(verifier);
    (void)usleep(PAUSE_US);
  } while (!atomic_load(&verifier->stopping));
}

void meter_verifier_start(meter_verifier *verifier) {
  static bool is_made;
  if (!is_made) make_signed();
  is_made = true;
  verifier->cpu_ns = 0;
  verifier->count = 0;
  atomic_init(&verifier->stopping, false);
  pat_status status = pat_thread_start("verifier", run_verifier, verifier, &verifier->thread);
  assert_true(pat_is_ok(status));
}

double meter_verifier_stop(meter_verifier *verifier) {
  atomic_store(&verifier->stopping, true);
  pat_thread_join(&verifier->thread);
  return (double)verifier->cpu_ns / (double)verifier->count;
}
