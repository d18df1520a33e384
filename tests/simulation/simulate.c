/* simulate [SEEDS [FIRST]]: runs seeds, then shows in how many each broken promise is noticed. The
 * last line has the figures; the exit status is 0 only where all is as promised. With PATINA_SEED
 * set, that seed alone, with its events. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/simulation/simulation.h"

enum { SEEDS_DEFAULT = 1000, SEEDS_PER_BREAK = 1000 };

/* --- what is told of a seed in which an assertion fails --------------------------------------- */

static char present_seed[64];

static void tell_seed(int number) {
  ssize_t written = write(STDERR_FILENO, present_seed, strlen(present_seed));
  (void)written;
  (void)signal(number, SIG_DFL);
  (void)raise(number);
}

static void catch_traps(void) {
  (void)signal(SIGILL, tell_seed);
  (void)signal(SIGTRAP, tell_seed);
  (void)signal(SIGABRT, tell_seed);
}

static void note_seed(uint64_t seed, sim_break how) {
  (void)snprintf(present_seed, sizeof present_seed, "seed %" PRIu64 " (%s) ended the program\n",
                 seed, sim_break_name(how));
}

/* --- seeds ----------------------------------------------------------------------------------- */

static double seconds_since(const struct timespec *start) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static void print_counts(const sim_counts *sum) {
  printf("accepted=%" PRIu64 " replayed=%" PRIu64 " refused=%" PRIu64 " spoiled=%" PRIu64
         " commits=%" PRIu64 " heartbeats=%" PRIu64 " restarts=%" PRIu64
         " batches recovered=%" PRIu64 " lost=%" PRIu64 " older copies refused=%" PRIu64 "\n",
         sum->accepted, sum->replayed, sum->refused, sum->spoiled, sum->commits, sum->heartbeats,
         sum->restarts, sum->recovered, sum->lost, sum->copies_refused);
}

/* Seeds that broke a promise. */
static uint64_t run_seeds(sim_setting *setting, uint64_t first, uint64_t count) {
  uint64_t broken = 0;
  sim_counts sum = {.accepted = 0};
  sim_result result;
  for (uint64_t seed = first; seed < first + count; seed++) {
    note_seed(seed, SIM_HONEST);
    sim_run_seed(setting, seed, SIM_HONEST, &result);
    sim_counts_add(&sum, &result.counts);
    if (result.complaint == NULL) continue;
    broken++;
    sim_result_print(&result, seed, SIM_HONEST);
  }
  print_counts(&sum);
  return broken;
}

static uint64_t first_noticing(sim_setting *setting, sim_break how, sim_result *ret_result) {
  for (uint64_t seed = 0; seed < SEEDS_PER_BREAK; seed++) {
    note_seed(seed, how);
    sim_run_seed(setting, seed, how, ret_result);
    if (ret_result->complaint != NULL) return seed;
  }
  return SEEDS_PER_BREAK;
}

/* Ways of breaking promises that no seed notices. */
static int run_breaks(sim_setting *setting) {
  int unnoticed = 0;
  sim_result result;
  for (int how = SIM_HONEST + 1; how < SIM_BREAK_COUNT; how++) {
    uint64_t seed = first_noticing(setting, (sim_break)how, &result);
    bool noticed = seed < SEEDS_PER_BREAK;
    unnoticed += noticed ? 0 : 1;
    printf("%s: ", sim_break_name((sim_break)how));
    if (noticed) {
      printf("noticed at seed %" PRIu64 ": %s\n", seed, result.complaint);
    } else {
      printf("NOT noticed within %d seeds\n", SEEDS_PER_BREAK);
    }
  }
  return unnoticed;
}

static int run_one(sim_setting *setting, uint64_t seed) {
  sim_result result;
  sim_run_seed(setting, seed, SIM_HONEST, &result);
  sim_result_print(&result, seed, SIM_HONEST);
  return result.complaint == NULL ? 0 : 1;
}

static int run_all(sim_setting *setting, uint64_t first, uint64_t count) {
  struct timespec start;
  (void)clock_gettime(CLOCK_MONOTONIC, &start);
  uint64_t broken = run_seeds(setting, first, count);
  double seconds = seconds_since(&start);
  int unnoticed = run_breaks(setting);
  printf("seeds=%" PRIu64 " broken=%" PRIu64 " seeds_per_s=%.0f ways_to_break=%d unnoticed=%d\n",
         count, broken, (double)count / seconds, SIM_BREAK_COUNT - 1, unnoticed);
  return broken == 0 && unnoticed == 0 ? 0 : 1;
}

int main(int argc, char **argv) {
  uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : SEEDS_DEFAULT;
  uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
  const char *given = getenv("PATINA_SEED");
  catch_traps();
  sim_setting *setting = sim_setting_new();
  int status =
      given != NULL ? run_one(setting, strtoull(given, NULL, 0)) : run_all(setting, first, count);
  sim_setting_free(setting);
  return status;
}
