/* Clients that send prepared requests, each over a connection of its own that stays open. */
#ifndef PAT_TESTS_BENCH_CLIENT_H
#define PAT_TESTS_BENCH_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "tests/bench/prepare.h"

enum { CLIENTS_MAX = 64 };

typedef struct {
  uint64_t elapsed_ns; /* from the first byte sent to the last answer */
  uint64_t p50_ns;     /* of a request's acknowledgement, waits for a busy server included */
  uint64_t p99_ns;
  size_t busy;   /* answers 503: sent again after a pause */
  size_t failed; /* requests that ended in any other way than 200 or 201 */
} client_run;

/* Sends all requests, shared out evenly among the clients (1 to CLIENTS_MAX), each client one after
 * the other. What an answer says of each statement is not read: the server's counters tell that. */
client_run client_send(unsigned port, const bench_request *requests, size_t count, size_t clients);

#endif
