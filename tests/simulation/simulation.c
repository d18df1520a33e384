#include "tests/simulation/simulation.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "server/sys/log.h"
#include "tests/simulation/complaint.h"
#include "tests/simulation/run.h"

enum {
  EVENTS_MIN = 15,
  EVENTS_MAX = 40,
  CLIENTS = 4,
  LEAVES_ENOUGH = SIM_LEAVES_MAX - 4 * SIM_GROUP_MAX,
  START_AFTER_MS = 1000,
  LATE_START_AFTER_MS = 59 * 60 * 1000, /* shortly before the statements expire */
};

uint64_t sim_below(sim_run *run, uint64_t bound) { return test_random_below(&run->random, bound); }

char *sim_line(sim_run *run) {
  return run->result->lines[run->result->line_count++ % SIM_TRACE_LINES];
}

/* --- submitting ------------------------------------------------------------------------------ */

static const char *enqueue(sim_run *run, size_t statement) {
  if (run->queued == SIM_QUEUE_MAX) return NULL;
  run->queue[run->queued++] = statement;
  run->submitted[statement] = true;
  sim_note(run, "client %zu submits %zu", statement % CLIENTS, statement);
  return NULL;
}

static bool is_queued(const sim_run *run, size_t statement) {
  for (size_t i = 0; i < run->queued; i++) {
    if (run->queue[i] == statement) return true;
  }
  return false;
}

/* Those that found the log, until all of them are recorded. */
static bool enqueue_founding(sim_run *run) {
  bool missing = false;
  for (size_t i = 0; i < run->pool->founding; i++) {
    uint64_t index = 0;
    if (sim_auditor_find(&run->auditor, i, &index)) continue;
    missing = true;
    if (!is_queued(run, i)) (void)enqueue(run, i);
  }
  return missing;
}

static const char *submit_new(sim_run *run) {
  if (run->from_nothing && enqueue_founding(run)) return NULL;
  size_t founding = run->pool->founding;
  return enqueue(run, founding + (size_t)sim_below(run, run->pool->fixed - founding));
}

/* The same bytes again: recorded, refused, waiting or of unknown fate. */
static const char *submit_again(sim_run *run) {
  size_t from = (size_t)sim_below(run, run->pool->count);
  for (size_t i = 0; i < run->pool->count; i++) {
    size_t statement = (from + i) % run->pool->count;
    if (run->submitted[statement]) return enqueue(run, statement);
  }
  return NULL;
}

static const char *submit_signed_now(sim_run *run) {
  return enqueue(run, sim_pool_sign(run->pool, &run->random, run->env.now_ms));
}

static const char *submit_spoiled(sim_run *run) {
  size_t statement = (size_t)sim_below(run, run->pool->count);
  EXPECT(sim_pool_refuses_spoiled(run->pool, &run->random, statement),
         "a spoiled statement passed the check of its form");
  run->result->counts.spoiled++;
  return NULL;
}

/* --- time ------------------------------------------------------------------------------------ */

static const char *pass_time(sim_run *run) {
  fake_env_advance(&run->env, sim_below(run, sim_below(run, 4) == 0 ? 90 * 1000 : 400));
  return NULL;
}

/* The wall clock is set, by less than what stops a sequencer. */
static const char *set_clock(sim_run *run) {
  uint64_t by = sim_below(run, 2000);
  run->env.now_ms = sim_below(run, 2) == 0 ? run->env.now_ms + by : run->env.now_ms - by;
  return NULL;
}

static bool heartbeat_is_due(const sim_run *run) {
  uint64_t quiet_ms = (uint64_t)run->pool->world->genesis->parameters->max_quiet_s * 1000;
  return run->auditor.size > 0 && run->env.now_ms >= run->auditor.time_ms + quiet_ms;
}

static const char *commit(sim_run *run) {
  size_t most = (size_t)(1 + sim_below(run, SIM_GROUP_MAX));
  size_t count = run->queued < most ? run->queued : most;
  if (count == 0 && !heartbeat_is_due(run)) return NULL;
  return sim_group_commit(run, count);
}

/* --- faults ---------------------------------------------------------------------------------- */

static const char *plan_crash(sim_run *run) {
  static const char *const kinds[] = {"fault", "kill", "power cut"};
  static const char *const moments[] = {"before", "inside", "after"};
  crash_plan plan = {.at = (size_t)(1 + sim_below(run, 4)),
                     .moment = (crash_moment)sim_below(run, CRASH_MOMENT_COUNT),
                     .kind = (crash_kind)sim_below(run, CRASH_KIND_COUNT)};
  crash_disk_plan(run->process.disk, plan);
  sim_note(run, "planned: %s %s step %zu", kinds[plan.kind], moments[plan.moment], plan.at);
  return NULL;
}

static const char *crash_now(sim_run *run) {
  crash_kind kind = sim_below(run, 2) == 0 ? CRASH_KILL : CRASH_POWER;
  sim_note(run, "%s", kind == CRASH_KILL ? "killed" : "power cut");
  crash_disk_crash(run->process.disk, kind);
  return sim_restart(run);
}

static const char *fail_reads(sim_run *run) {
  sim_note(run, "planned: a read fails");
  crash_disk_fail_reads(run->process.disk, 1);
  return NULL;
}

static const char *fail_memory(sim_run *run) {
  run->memory_fails_at = (size_t)(1 + sim_below(run, sim_below(run, 2) == 0 ? 8 : 400));
  sim_note(run, "planned: allocation %zu of a commit fails", run->memory_fails_at);
  return NULL;
}

static const char *make_copy(sim_run *run) {
  if (run->auditor.size == 0) return NULL;
  sim_note(run, "a copy is made of %zu leaves", run->auditor.size);
  pat_write_set_reset(&run->copy);
  PAT_ASSERT(pat_is_ok(crash_disk_export(run->process.disk, &run->copy)));
  run->copy_size = run->auditor.size;
  return NULL;
}

/* --- one seed -------------------------------------------------------------------------------- */

typedef const char *(*event)(sim_run *run);

static const struct {
  event happens;
  uint64_t weight;
} events[] = {
    {submit_new, 34},  {submit_again, 12}, {submit_signed_now, 4}, {submit_spoiled, 2},
    {commit, 30},      {pass_time, 8},     {set_clock, 3},         {plan_crash, 10},
    {fail_reads, 1},   {fail_memory, 2},   {crash_now, 3},         {make_copy, 4},
    {sim_try_copy, 4},
};
enum { EVENT_KINDS = sizeof events / sizeof events[0] };

static event some_event(sim_run *run) {
  uint64_t all = 0;
  for (size_t i = 0; i < EVENT_KINDS; i++)
    all += events[i].weight;
  uint64_t drawn = sim_below(run, all);
  size_t at = 0;
  while (drawn >= events[at].weight)
    drawn -= events[at++].weight;
  return events[at].happens;
}

static const char *open_first(sim_run *run) {
  EXPECT(pat_is_ok(sim_process_start(&run->process)), "the log does not open at first");
  return sim_survivors_check(run);
}

static const char *live(sim_run *run) {
  EXPECT_NONE(open_first(run));
  uint64_t count = EVENTS_MIN + sim_below(run, EVENTS_MAX - EVENTS_MIN + 1);
  for (uint64_t i = 0; i < count && run->auditor.size < LEAVES_ENOUGH; i++)
    EXPECT_NONE(some_event(run)(run));
  return NULL;
}

/* The rest of the queue, without any crash, and everything once more. */
static const char *come_to_rest(sim_run *run) {
  crash_disk_plan(run->process.disk, (crash_plan){.at = 0});
  crash_disk_fail_reads(run->process.disk, 0);
  run->memory_fails_at = 0;
  while (run->queued > 0)
    EXPECT_NONE(sim_group_commit(run, run->queued < SIM_GROUP_MAX ? run->queued : SIM_GROUP_MAX));
  EXPECT_NONE(sim_restart(run));
  return sim_twin_compare(run);
}

static void take_early_note(void *context, pat_span note) {
  sim_run *run = context;
  const char *complaint = sim_reader_take(&run->reader, run->pool, note);
  PAT_ASSERT(complaint == NULL);
}

static void begin(sim_run *run, sim_setting *setting, uint64_t seed, sim_break how) {
  run->setting = setting;
  run->pool = setting->pool;
  run->how = how;
  run->random = test_random_make(seed);
  sim_pool_reset(run->pool, seed);
  fake_env_init(&run->env, seed, LEDGER_START_MS + START_AFTER_MS);
  sim_process_init(&run->process, run->pool, how, test_random_u64(&run->random));
  run->process.handed_out = take_early_note;
  run->process.context = run;
  pat_write_set_init(&run->copy);
  sim_auditor_init(&run->auditor);
}

static void begin_founded(sim_run *run) {
  crash_disk_import(run->process.disk, &run->setting->image);
  sim_auditor_copy(&run->auditor, &run->setting->founded);
}

static sim_run *new_run(sim_result *result) {
  sim_run *run = calloc(1, sizeof *run);
  PAT_ASSERT(run != NULL);
  *result = (sim_result){.complaint = NULL};
  run->result = result;
  return run;
}

static void end(sim_run *run, const char *complaint) {
  run->result->complaint = complaint == NULL ? come_to_rest(run) : complaint;
  sim_process_clear(&run->process);
  pat_write_set_clear(&run->copy);
  free(run);
}

void sim_run_seed(sim_setting *setting, uint64_t seed, sim_break how, sim_result *ret_result) {
  sim_run *run = new_run(ret_result);
  begin(run, setting, seed, how);
  run->from_nothing = sim_below(run, 4) == 0;
  if (!run->from_nothing) begin_founded(run);
  if (sim_below(run, 8) == 0) fake_env_advance(&run->env, LATE_START_AFTER_MS);
  end(run, live(run));
}

/* --- one life that is not drawn -------------------------------------------------------------- */

static const char *commit_some(sim_run *run) {
  for (size_t i = 0; i < SIM_GROUP_MAX; i++)
    EXPECT_NONE(submit_new(run));
  return sim_group_commit(run, run->queued);
}

static const char *live_through(sim_run *run, crash_plan in_commit, crash_plan in_restart) {
  EXPECT_NONE(open_first(run));
  EXPECT_NONE(commit_some(run));
  EXPECT_NONE(make_copy(run));
  crash_disk_plan(run->process.disk, in_commit);
  run->at_start = in_restart;
  EXPECT_NONE(commit_some(run));
  if (sim_below(run, 2) == 0) EXPECT_NONE(commit_some(run));
  return sim_try_copy(run);
}

void sim_run_crashes(sim_setting *setting, uint64_t seed, crash_plan in_commit,
                     crash_plan in_restart, sim_result *ret_result) {
  sim_run *run = new_run(ret_result);
  begin(run, setting, seed, SIM_HONEST);
  begin_founded(run);
  end(run, live_through(run, in_commit, in_restart));
}

/* --- many seeds ------------------------------------------------------------------------------ */

void sim_counts_add(sim_counts *sum, const sim_counts *counts) {
  sum->accepted += counts->accepted;
  sum->replayed += counts->replayed;
  sum->refused += counts->refused;
  sum->spoiled += counts->spoiled;
  sum->commits += counts->commits;
  sum->heartbeats += counts->heartbeats;
  sum->restarts += counts->restarts;
  sum->recovered += counts->recovered;
  sum->lost += counts->lost;
  sum->copies_refused += counts->copies_refused;
}

uint64_t sim_first_failing(sim_setting *setting, uint64_t first, uint64_t count, sim_break how,
                           sim_result *ret_result) {
  sim_counts sum = {.accepted = 0};
  uint64_t seed = first;
  for (bool broken = false; seed < first + count && !broken; seed += broken ? 0 : 1) {
    sim_run_seed(setting, seed, how, ret_result);
    sim_counts_add(&sum, &ret_result->counts);
    broken = ret_result->complaint != NULL;
  }
  ret_result->counts = sum;
  return seed;
}

void sim_result_print(const sim_result *result, uint64_t seed, sim_break how) {
  printf("seed %" PRIu64 " (%s): %s\n", seed, sim_break_name(how),
         result->complaint == NULL ? "every promise was kept" : result->complaint);
  size_t from = result->line_count > SIM_TRACE_LINES ? result->line_count - SIM_TRACE_LINES : 0;
  for (size_t i = from; i < result->line_count; i++)
    printf("  %4zu %s\n", i, result->lines[i % SIM_TRACE_LINES]);
}

/* --- the setting ----------------------------------------------------------------------------- */

static void drop_line(void *context, pat_log_level level, const char *line, size_t size) {
  (void)context;
  (void)level;
  (void)line;
  (void)size;
}

static void commit_alone(sim_setting *setting, sim_process *process, size_t from, size_t count) {
  pat_decision decisions[SIM_GROUP_MAX];
  pat_plan_memo memos[SIM_GROUP_MAX] = {{.proved = false}};
  const pat_submission *submissions[SIM_GROUP_MAX];
  for (size_t i = 0; i < count; i++)
    submissions[i] = setting->pool->statements[from + i].submission;
  pat_batch batch = {.now_ms = LEDGER_START_MS,
                     .submissions = submissions,
                     .memos = memos,
                     .decisions = decisions,
                     .count = count};
  uint64_t size = 0;
  PAT_ASSERT(pat_is_ok(pat_committer_decide(process->committer, &batch)));
  for (size_t i = 0; i < count; i++)
    PAT_ASSERT(decisions[i].outcome == PAT_DECISION_ACCEPTED);
  PAT_ASSERT(pat_is_ok(pat_committer_commit(process->committer, &batch, false, &size)));
  const char *complaint = sim_auditor_read(&setting->founded, setting->pool, process->store, size);
  PAT_ASSERT(complaint == NULL);
}

/* The genesis alone, for what follows needs it; then the rest in groups. */
static void found(sim_setting *setting) {
  PAT_CLEANUP(sim_process_clear) sim_process process;
  sim_process_init(&process, setting->pool, SIM_HONEST, 0);
  PAT_ASSERT(pat_is_ok(sim_process_start(&process)));
  commit_alone(setting, &process, 0, 1);
  for (size_t from = 1; from < setting->pool->founding; from += SIM_GROUP_MAX) {
    size_t left = setting->pool->founding - from;
    commit_alone(setting, &process, from, left < SIM_GROUP_MAX ? left : SIM_GROUP_MAX);
  }
  PAT_ASSERT(pat_is_ok(crash_disk_export(process.disk, &setting->image)));
}

sim_setting *sim_setting_new(void) {
  pat_log_set_sink(&(pat_log_sink){.write = drop_line});
  sim_setting *setting = calloc(1, sizeof *setting);
  PAT_ASSERT(setting != NULL);
  setting->pool = sim_pool_new();
  pat_write_set_init(&setting->image);
  sim_auditor_init(&setting->founded);
  found(setting);
  return setting;
}

void sim_setting_free(sim_setting *setting) {
  if (setting == NULL) return;
  pat_write_set_clear(&setting->image);
  sim_pool_free(setting->pool);
  free(setting);
  pat_log_set_sink(NULL);
}
