/* Clocks, and what one signature costs. */
#ifndef PAT_TESTS_BENCH_METER_H
#define PAT_TESTS_BENCH_METER_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "server/sys/thread.h"

/* The monotonic clock. */
uint64_t meter_now_ns(void);
/* CPU time of all threads of a process, in user and system, in steps of 10 ms. */
uint64_t meter_process_cpu_ns(pid_t pid);

/* Measures what one Ed25519 verification by libsodium costs: bursts of them on a thread of their
 * own, on its own CPU clock. While the server works, since the machine's clock changes from second
 * to second; and of thousands of signatures in turn, since a processor that meets the same few
 * again and again knows their branches. */
typedef struct {
  pat_thread thread;
  atomic_bool stopping;
  uint64_t cpu_ns;
  uint64_t count;
} meter_verifier;

void meter_verifier_start(meter_verifier *verifier);
/* Gives the mean CPU time of one verification. */
double meter_verifier_stop(meter_verifier *verifier);

#endif
