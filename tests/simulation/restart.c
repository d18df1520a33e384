/* The ends of the process, its next starts, and what must have survived. */
#include "core/base/assert.h"
#include "tests/simulation/complaint.h"
#include "tests/simulation/run.h"

enum { STARTS_MAX = 8, INDEX_DEPTH_MAX = 6 };

/* The batch under way is there as a whole and in its order, or not at all. */
static const char *settle_flight(sim_run *run, size_t before) {
  sim_flight *flight = &run->flight;
  size_t gained = run->auditor.size - before;
  bool was_under_way = flight->under_way;
  flight->under_way = false;
  if (gained == 0) {
    run->result->counts.lost += was_under_way ? 1 : 0;
    return NULL;
  }
  EXPECT(was_under_way, "a restart brought leaves that nobody had submitted");
  EXPECT(gained == flight->count + 1, "a restart brought a part of a batch");
  for (size_t i = 0; i < flight->count; i++) {
    EXPECT(run->auditor.leaves[before + i].statement == flight->statements[i],
           "a restart brought another batch than the one under way");
  }
  run->result->counts.recovered++;
  return NULL;
}

const char *sim_survivors_check(sim_run *run) {
  size_t before = run->auditor.size;
  uint64_t size = pat_published_get(&run->process.published).size;
  EXPECT_NONE(sim_auditor_read(&run->auditor, run->pool, run->process.store, size));
  EXPECT_NONE(settle_flight(run, before));
  EXPECT_NONE(sim_auditor_recheck(&run->auditor, run->process.store));
  PAT_CLEANUP(sim_sight_clear) sim_sight sight = {.tree = {.store = run->process.store}};
  EXPECT_NONE(
      sim_reader_look(&run->reader, run->pool, &run->auditor, &run->process.published, &sight));
  EXPECT_NONE(sim_reader_check(&run->reader, &run->auditor));
  return sim_claims_check(run);
}

const char *sim_restart(sim_run *run) {
  run->queued = 0;              /* who waited is told nothing */
  if (sim_below(run, 6) == 0) { /* the index is made anew, and that may be cut off, too */
    run->process.index_depth = (unsigned)(1 + sim_below(run, INDEX_DEPTH_MAX));
    sim_note(run, "the index's depth is %u from now on", run->process.index_depth);
  }
  for (int i = 0; i < STARTS_MAX; i++) {
    sim_process_stop(&run->process);
    if (run->at_start.at > 0) crash_disk_plan(run->process.disk, run->at_start);
    run->at_start.at = 0;
    run->result->counts.restarts++;
    pat_status status = sim_process_start(&run->process);
    if (pat_is_ok(status)) {
      sim_note(run, "restarted");
      return sim_survivors_check(run);
    }
    sim_note(run, "  start failed: %s", pat_rule_id((pat_rule)status.rule));
    EXPECT(crash_disk_has_struck(run->process.disk), "the log does not open after a restart");
  }
  return "the log does not open after many restarts";
}

const char *sim_try_copy(sim_run *run) {
  if (run->copy_size == 0 || run->copy_size >= sim_reader_size(&run->reader)) return NULL;
  sim_note(run, "an older copy is brought back: %llu leaves", (unsigned long long)run->copy_size);
  crash_disk_plan(run->process.disk, (crash_plan){.at = 0});
  if (sim_below(run, 2) == 0) crash_disk_crash(run->process.disk, CRASH_POWER);
  sim_process_stop(&run->process);
  PAT_CLEANUP(pat_write_set_clear) pat_write_set present;
  pat_write_set_init(&present);
  PAT_ASSERT(pat_is_ok(crash_disk_export(run->process.disk, &present)));
  crash_disk_import(run->process.disk, &run->copy);
  pat_status status = sim_process_start(&run->process);
  EXPECT(!pat_is_ok(status), "an older copy of the store was continued");
  EXPECT(pat_is_rule(status, PAT_RULE_SEQUENCER_BEHIND),
         "an older copy of the store was refused for another reason");
  crash_disk_import(run->process.disk, &present);
  run->result->counts.copies_refused++;
  return sim_restart(run);
}
