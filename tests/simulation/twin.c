/* The uncrashed twin: a second log that is given the statements of the leaves, batch by batch and
 * at their times, and nothing else. */
#include "core/base/assert.h"
#include "tests/simulation/complaint.h"
#include "tests/simulation/run.h"

/* Commits the statements of the leaves [from, to), which the commit at to covers. */
static const char *repeat(sim_run *run, sim_process *twin, size_t from, size_t to) {
  const pat_submission *submissions[SIM_GROUP_MAX];
  pat_plan_memo memos[SIM_GROUP_MAX];
  pat_decision decisions[SIM_GROUP_MAX];
  size_t count = to - from;
  EXPECT(count <= SIM_GROUP_MAX, "a commit covers more than was submitted at once");
  for (size_t i = 0; i < count; i++) {
    const sim_statement *statement =
        &run->pool->statements[run->auditor.leaves[from + i].statement];
    submissions[i] = statement->submission;
    memos[i] = statement->memo;
  }
  pat_batch batch = {.now_ms = run->auditor.leaves[to].time_ms,
                     .submissions = submissions,
                     .memos = memos,
                     .decisions = decisions,
                     .count = count};
  uint64_t size = 0;
  bool done = pat_is_ok(pat_committer_decide(twin->committer, &batch)) &&
              pat_is_ok(pat_committer_commit(twin->committer, &batch, count == 0, &size));
  EXPECT(done, "the leaves' statements cannot be committed again");
  EXPECT(size == to + 1, "the leaves' statements are not accepted again");
  return NULL;
}

static const char *repeat_all(sim_run *run, sim_process *twin, size_t from) {
  for (size_t to = from; to < run->auditor.size; to++) {
    if (run->auditor.leaves[to].statement != SIM_STATEMENTS_MAX) continue;
    EXPECT_NONE(repeat(run, twin, from, to));
    from = to + 1;
  }
  return NULL;
}

static bool same_writes(const pat_write_set *a, const pat_write_set *b) {
  if (pat_write_set_count(a) != pat_write_set_count(b)) return false;
  for (size_t i = 0; i < pat_write_set_count(a); i++) {
    pat_write left = pat_write_set_at(a, i);
    pat_write right = pat_write_set_at(b, i);
    if (left.table != right.table || !pat_span_equal(left.key, right.key)) return false;
    if (!pat_span_equal(left.value, right.value)) return false;
  }
  return true;
}

static const char *compare(sim_run *run, sim_process *twin) {
  PAT_CLEANUP(pat_write_set_clear) pat_write_set ours;
  PAT_CLEANUP(pat_write_set_clear) pat_write_set theirs;
  pat_write_set_init(&ours);
  pat_write_set_init(&theirs);
  PAT_ASSERT(pat_is_ok(crash_disk_export(run->process.disk, &ours)));
  PAT_ASSERT(pat_is_ok(crash_disk_export(twin->disk, &theirs)));
  EXPECT(same_writes(&ours, &theirs), "the store is not what its leaves make of an uncrashed log");
  return NULL;
}

const char *sim_twin_compare(sim_run *run) {
  PAT_CLEANUP(sim_process_clear) sim_process twin;
  sim_process_init(&twin, run->pool, SIM_HONEST, 0);
  twin.index_depth = run->process.index_depth;
  if (!run->from_nothing) crash_disk_import(twin.disk, &run->setting->image);
  pat_status status = sim_process_start(&twin);
  EXPECT(pat_is_ok(status), "the twin does not start");
  EXPECT_NONE(repeat_all(run, &twin, run->from_nothing ? 0 : run->setting->founded.size));
  return compare(run, &twin);
}
