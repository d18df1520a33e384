/* A thousand short lives of a log with every promise kept; and each way to break one is noticed. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
/* cmocka wants those above first. */
#include <cmocka.h>

#include "tests/simulation/simulation.h"

enum { SEEDS = 1000, CRASH_ROUNDS = 4, WAYS = CRASH_MOMENT_COUNT * CRASH_KIND_COUNT };

static sim_setting *setting;

static int setup(void **state) {
  (void)state;
  setting = sim_setting_new();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  sim_setting_free(setting);
  return 0;
}

static void assert_noticed(sim_break how) {
  static sim_result result;
  uint64_t seed = sim_first_failing(setting, 0, SEEDS, how, &result);
  if (seed == SEEDS) fail_msg("%s is not noticed within %d seeds", sim_break_name(how), SEEDS);
  print_message("%s: noticed at seed %" PRIu64 ": %s\n", sim_break_name(how), seed,
                result.complaint);
}

/* The ways in which a step can go wrong, numbered. */
static crash_plan way_of(size_t at, int way) {
  return (crash_plan){at, (crash_moment)(way % CRASH_MOMENT_COUNT),
                      (crash_kind)(way / CRASH_MOMENT_COUNT)};
}

/* --- broken promises are noticed ------------------------------------------------------------- */

static void test_simulation__notices_that_the_fsync_is_missing(void **state) {
  (void)state;
  assert_noticed(SIM_NO_FSYNC);
}

static void test_simulation__notices_that_the_checkpoint_file_is_not_synced(void **state) {
  (void)state;
  assert_noticed(SIM_FILE_NOT_SYNCED);
}

static void test_simulation__notices_a_checkpoint_file_before_the_commit(void **state) {
  (void)state;
  assert_noticed(SIM_FILE_FIRST);
}

static void test_simulation__notices_a_checkpoint_handed_out_before_the_commit(void **state) {
  (void)state;
  assert_noticed(SIM_PUBLISH_FIRST);
}

static void test_simulation__notices_an_acknowledgement_before_the_commit(void **state) {
  (void)state;
  assert_noticed(SIM_ACKNOWLEDGE_FIRST);
}

static void test_simulation__notices_that_the_replay_check_is_missing(void **state) {
  (void)state;
  assert_noticed(SIM_NO_REPLAY_CHECK);
}

/* --- promises are kept ----------------------------------------------------------------------- */

static void test_simulation__repeats_a_seed_exactly(void **state) {
  (void)state;
  static sim_result first;
  static sim_result second;
  sim_run_seed(setting, 7, SIM_HONEST, &first);
  sim_run_seed(setting, 8, SIM_HONEST, &second);
  sim_run_seed(setting, 7, SIM_HONEST, &second);
  assert_int_equal(first.line_count, second.line_count);
  assert_memory_equal(first.lines, second.lines, sizeof first.lines);
  assert_memory_equal(&first.counts, &second.counts, sizeof first.counts);
}

/* Nothing is shown where nothing happens. */
static void assert_eventful(const sim_counts *sum) {
  assert_true(sum->accepted >= SEEDS);
  assert_true(sum->replayed >= SEEDS / 10);
  assert_true(sum->refused >= SEEDS);
  assert_true(sum->spoiled >= SEEDS / 10);
  assert_true(sum->heartbeats >= SEEDS / 20);
  assert_true(sum->recovered >= SEEDS / 10);
  assert_true(sum->lost >= SEEDS / 20);
  assert_true(sum->copies_refused >= SEEDS / 20);
}

/* Of all seeds or, where PATINA_SEED is set, of that one. */
static void test_simulation__keeps_every_promise(void **state) {
  (void)state;
  static sim_result result;
  const char *given = getenv("PATINA_SEED");
  uint64_t first = given == NULL ? 0 : strtoull(given, NULL, 0);
  uint64_t count = given == NULL ? SEEDS : 1;
  print_message("seeds %" PRIu64 " to %" PRIu64 "; PATINA_SEED=<seed> repeats one\n", first,
                first + count - 1);
  uint64_t seed = sim_first_failing(setting, first, count, SIM_HONEST, &result);
  if (given != NULL || seed < first + count) sim_result_print(&result, seed, SIM_HONEST);
  assert_int_equal(seed, first + count);
  if (given == NULL) assert_eventful(&result.counts);
}

/* One step of a commit goes wrong, and then the opening after it in every way; each life has dice
 * of its own. */
static void run_openings(crash_plan in_commit, uint64_t *seed) {
  static sim_result result;
  for (int at = 0; at < 2; at++) {
    for (int way = 0; way < (at == 0 ? 1 : WAYS); way++) {
      crash_plan in_restart = way_of((size_t)at, way);
      sim_run_crashes(setting, *seed, in_commit, in_restart, &result);
      if (result.complaint != NULL) sim_result_print(&result, *seed, SIM_HONEST);
      assert_null(result.complaint);
      (*seed)++;
    }
  }
}

static void test_simulation__survives_every_crash_of_a_commit_and_of_the_opening(void **state) {
  (void)state;
  uint64_t seed = 0;
  for (int round = 0; round < CRASH_ROUNDS; round++) {
    for (size_t at = 1; at <= 2; at++) {
      for (int way = 0; way < WAYS; way++)
        run_openings(way_of(at, way), &seed);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_simulation__notices_that_the_fsync_is_missing),
      cmocka_unit_test(test_simulation__notices_that_the_checkpoint_file_is_not_synced),
      cmocka_unit_test(test_simulation__notices_a_checkpoint_file_before_the_commit),
      cmocka_unit_test(test_simulation__notices_a_checkpoint_handed_out_before_the_commit),
      cmocka_unit_test(test_simulation__notices_an_acknowledgement_before_the_commit),
      cmocka_unit_test(test_simulation__notices_that_the_replay_check_is_missing),
      cmocka_unit_test(test_simulation__repeats_a_seed_exactly),
      cmocka_unit_test(test_simulation__survives_every_crash_of_a_commit_and_of_the_opening),
      cmocka_unit_test(test_simulation__keeps_every_promise),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
