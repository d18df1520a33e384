/* Where the server's CPU time goes: perf, by thread and library. */
#ifndef PAT_TESTS_BENCH_PROFILE_H
#define PAT_TESTS_BENCH_PROFILE_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct {
  pid_t pid; /* of perf; 0: it is not installed, or may not look */
  char path[512];
} profile;

/* Shares of the samples, in percent; their sum is 100. */
typedef struct {
  double verification; /* libsodium; also the checkpoint's signature */
  double hashing;      /* libcrypto */
  double store;        /* librocksdb, and the kernel outside the threads that serve */
  double http;         /* civetweb, and the kernel in the threads that serve */
  double rest;         /* our own code, protobuf-c, libc */
} profile_split;

/* Starts perf on a process; its samples go to the file at path. */
void profile_start(profile *running, pid_t pid, const char *path);
/* Ends it and sums its samples up; false where there are none. */
bool profile_stop(profile *running, profile_split *ret_split);

#endif
