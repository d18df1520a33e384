/* Several clients that submit mixed statements to a live server at once, until it is gone. */
#ifndef PAT_TESTS_FAULT_LOAD_H
#define PAT_TESTS_FAULT_LOAD_H

#include <stdatomic.h>

#include "server/sys/thread.h"
#include "tests/integration/live_ledger.h"
#include "tests/support/test_random.h"

enum { LOAD_CALLERS = 4, LOAD_REQUESTS = 120, LOAD_BATCH_MAX = 12, LOAD_NOTES_MAX = 256 };

/* One request, alone or a batch: made before the threads start, as the world belongs to one. */
typedef struct {
  pat_span body;
  size_t count; /* statements */
  bool sent;
  long status; /* 0: it was not answered */
  pat_blob answer;
} load_request;

typedef struct {
  live_ledger *live;
  load_request requests[LOAD_REQUESTS];
  atomic_bool stop;
  pat_thread thread;
} load_caller;

/* One who asks for the newest checkpoint all the time, and keeps what was published. */
typedef struct {
  live_ledger *live;
  pat_blob notes[LOAD_NOTES_MAX];
  size_t count;
  atomic_bool stop;
  pat_thread thread;
} load_reader;

typedef struct {
  live_ledger *live;
  size_t mark; /* of the world's memory */
  load_caller callers[LOAD_CALLERS];
  load_reader reader;
} load;

/* Vehicles registered, changed (some of it restricted) and inspected: every second request a batch.
 * Each statement is new: round, one per call, names its assets. Zero-initialise *made before. */
void load_prepare(load *made, live_ledger *live, uint32_t round, test_random *random);
/* Starts all threads. They end where a request is not answered, or when nothing is left to send. */
void load_start(load *running);
/* Ends and joins them. */
void load_stop(load *running);
/* Sends a request again, or for the first time; its answer replaces the earlier one. */
void load_send(live_ledger *live, load_request *request);
/* Frees the answers, and gives the world's memory back. */
void load_clear(load *done);

#endif
