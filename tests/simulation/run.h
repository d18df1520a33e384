/* One seed's run, shared by the files that make it up: events (simulation.c), group commits
 * (group.c), ends and starts of the process (restart.c), the uncrashed twin (twin.c). */
#ifndef PAT_TESTS_SIMULATION_RUN_H
#define PAT_TESTS_SIMULATION_RUN_H

#include <stdio.h>

#include "tests/simulation/auditor.h"
#include "tests/simulation/reader.h"
#include "tests/simulation/simulation.h"
#include "tests/support/fake_env.h"

enum { SIM_GROUP_MAX = 8, SIM_QUEUE_MAX = 24 };

struct sim_setting {
  sim_pool *pool;
  pat_write_set image; /* of a founded log */
  sim_auditor founded; /* who has read it */
};

/* What a client was told about a statement. */
typedef struct {
  bool acknowledged;
  uint64_t index;
  pat_hash leaf_hash;
  uint64_t publish_by_ms; /* 0: no promise */
} sim_claim;

/* Statements of one commit, while it is not known whether it is done. */
typedef struct {
  bool under_way;
  size_t statements[SIM_GROUP_MAX]; /* the accepted ones, in their order */
  size_t count;
} sim_flight;

typedef struct {
  sim_setting *setting; /* borrowed */
  sim_pool *pool;       /* the setting's */
  sim_result *result;   /* borrowed */
  sim_break how;
  bool from_nothing; /* the log starts empty */
  test_random random;
  fake_env env;
  sim_process process;
  sim_auditor auditor;
  sim_reader reader;
  sim_claim claims[SIM_STATEMENTS_MAX];
  size_t queue[SIM_QUEUE_MAX];
  size_t queued;
  bool submitted[SIM_STATEMENTS_MAX];
  sim_flight flight;
  pat_write_set copy;     /* of the store, as an operator keeps one */
  uint64_t copy_size;     /* leaves in it; 0: none was made */
  size_t memory_fails_at; /* the at-th allocation of the next commit fails; 0: none */
  crash_plan at_start;    /* made when the process is started next */
} sim_run;

uint64_t sim_below(sim_run *run, uint64_t bound);
/* The next line of the trace, to be written. */
char *sim_line(sim_run *run);
/* Adds an event to the trace; format and arguments as for printf. */
#define sim_note(run, ...) ((void)snprintf(sim_line(run), SIM_TRACE_LINE_BYTES, __VA_ARGS__))

/* Decides and commits up to count statements from the front of the queue; none: a heartbeat. */
const char *sim_group_commit(sim_run *run, size_t count);
/* Everything that a client was told is so. */
const char *sim_claims_check(const sim_run *run);

/* Ends the process and starts it again, until it stands; then checks what it came back with. */
const char *sim_restart(sim_run *run);
/* What the process came back with: all that was published, and the batch under way or nothing. */
const char *sim_survivors_check(sim_run *run);
/* Starts it on the copy that was made earlier, which it must refuse where more was published, and
 * brings the store back. */
const char *sim_try_copy(sim_run *run);

/* The store is what the leaves' statements make of an uncrashed log. */
const char *sim_twin_compare(sim_run *run);

#endif
