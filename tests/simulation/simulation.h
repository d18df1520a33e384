/* A whole life of a log from one number: clients, clock, group commits, crashes, restarts, and
 * somebody who checks every promise. The same seed gives the same life; no thread, no file, no real
 * time.
 *
 * What is promised, and checked after every commit and every restart:
 *   - an acknowledged statement is in the log, once, at the index that was said, with the leaf that
 *     was said; its receipt verifies; a promise to publish is kept in time
 *   - every checkpoint ever seen is of the one sequence of leaves; none is smaller than one before;
 *     each ends with exactly one IndexCommit
 *   - submitted again, a recorded statement is answered with its index, never refused, never logged
 *     twice
 *   - log root, sub-logs, index root, links, epochs and times follow from the leaves alone
 *   - after a restart the log is what was published, or that and the whole of the batch under way
 *   - it always opens again; an older copy of the store never does
 *   - at the end the store is, byte for byte, what a log that never crashed would hold: what was
 *     refused left no trace */
#ifndef PAT_TESTS_SIMULATION_SIMULATION_H
#define PAT_TESTS_SIMULATION_SIMULATION_H

#include "tests/simulation/process.h"

enum { SIM_TRACE_LINES = 40, SIM_TRACE_LINE_BYTES = 96 };

/* What happened, summed up. */
typedef struct {
  uint64_t accepted;
  uint64_t replayed;
  uint64_t refused;
  uint64_t spoiled; /* refused for their form */
  uint64_t commits; /* with heartbeats */
  uint64_t heartbeats;
  uint64_t restarts;
  uint64_t recovered; /* batches found whole after a crash, though nobody was told */
  uint64_t lost;      /* batches lost in a crash; nobody was told either */
  uint64_t copies_refused;
} sim_counts;

void sim_counts_add(sim_counts *sum, const sim_counts *counts);

typedef struct {
  const char *complaint; /* static; NULL: every promise was kept */
  sim_counts counts;
  size_t line_count; /* events; the last of them are in the ring of lines */
  char lines[SIM_TRACE_LINES][SIM_TRACE_LINE_BYTES];
} sim_result;

/* Statements and a founded log to start from: made once for any number of seeds. */
typedef struct sim_setting sim_setting;

sim_setting *sim_setting_new(void);
void sim_setting_free(sim_setting *setting);

/* Runs one seed. */
void sim_run_seed(sim_setting *setting, uint64_t seed, sim_break how, sim_result *ret_result);
/* Runs one life that is not drawn: a copy, a commit in which the first plan strikes, a restart in
 * which the second one does, another commit, the copy brought back. The seed decides what is lost.
 * */
void sim_run_crashes(sim_setting *setting, uint64_t seed, crash_plan in_commit,
                     crash_plan in_restart, sim_result *ret_result);
/* Prints the seed, the complaint and the last events. */
void sim_result_print(const sim_result *result, uint64_t seed, sim_break how);
/* The first seed in [first, first + count) that makes the log break a promise; first + count where
 * there is none. Fills ret_result with that seed's, and its counts with the sum over all. */
uint64_t sim_first_failing(sim_setting *setting, uint64_t first, uint64_t count, sim_break how,
                           sim_result *ret_result);

#endif
