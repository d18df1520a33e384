/* Clocks, and what one signature costs. */
#ifndef PAT_TESTS_BENCH_METER_H
#define PAT_TESTS_BENCH_METER_H

#include <stdint.h>
#include <sys/types.h>

/* The monotonic clock. */
uint64_t meter_now_ns(void);
/* CPU time of all threads of a process, in user and system, in steps of 10 ms. */
uint64_t meter_process_cpu_ns(pid_t pid);
/* CPU time of one Ed25519 verification by libsodium, of 200 bytes and by several keys, on the
 * thread's own CPU clock: the mean of some hundred. */
uint64_t meter_verification_ns(void);

#endif
