/* A group commit as the sequencer's thread does it, and what the clients are told about it. */
#include "core/base/assert.h"
#include "core/envelope/promise.h"
#include "tests/simulation/complaint.h"
#include "tests/simulation/run.h"
#include "tests/support/failing_mem.h"

typedef struct {
  size_t statements[SIM_GROUP_MAX];
  const pat_submission *submissions[SIM_GROUP_MAX];
  pat_plan_memo memos[SIM_GROUP_MAX];
  pat_decision decisions[SIM_GROUP_MAX];
  pat_batch batch;
} group;

/* --- gathering ------------------------------------------------------------------------------- */

static void gather(sim_run *run, group *group, size_t count) {
  PAT_ASSERT(count <= SIM_GROUP_MAX);
  PAT_ASSERT(count <= run->queued);
  for (size_t i = 0; i < count; i++) {
    const sim_statement *statement = &run->pool->statements[run->queue[i]];
    group->statements[i] = run->queue[i];
    group->submissions[i] = statement->submission;
    group->memos[i] = statement->memo;
  }
  for (size_t i = count; i < run->queued; i++)
    run->queue[i - count] = run->queue[i];
  run->queued -= count;
  group->batch = (pat_batch){.submissions = group->submissions,
                             .memos = group->memos,
                             .decisions = group->decisions,
                             .count = count};
}

/* The log's time never falls: a clock behind it is waited for. */
static void wait_for_clock(sim_run *run, group *group) {
  uint64_t log_time = pat_committer_time_ms(run->process.committer);
  if (run->env.now_ms < log_time) fake_env_advance(&run->env, log_time - run->env.now_ms);
  group->batch.now_ms = run->env.now_ms;
}

/* --- decisions ------------------------------------------------------------------------------- */

/* Where the statement stands: recorded, or accepted earlier in the same group. */
static bool is_known(const sim_run *run, const group *group, size_t position, uint64_t *ret_index) {
  if (sim_auditor_find(&run->auditor, group->statements[position], ret_index)) return true;
  for (size_t i = 0; i < position; i++) {
    if (group->statements[i] != group->statements[position]) continue;
    if (group->decisions[i].outcome == PAT_DECISION_REFUSED) continue;
    *ret_index = group->decisions[i].index;
    return true;
  }
  return false;
}

static const char *judge_one(sim_run *run, const group *group, size_t position) {
  const pat_decision *decision = &group->decisions[position];
  sim_flight *flight = &run->flight;
  uint64_t known = 0;
  bool is_recorded = is_known(run, group, position, &known);
  switch (decision->outcome) {
    case PAT_DECISION_REFUSED:
      EXPECT(!is_recorded, "a recorded statement was refused when it was submitted again");
      run->result->counts.refused++;
      break;
    case PAT_DECISION_REPLAYED:
      EXPECT(is_recorded, "a statement that is not recorded was taken for a replay");
      EXPECT(decision->index == known, "a replay was answered with another index");
      run->result->counts.replayed++;
      break;
    case PAT_DECISION_ACCEPTED:
      EXPECT(decision->index == run->auditor.size + flight->count,
             "a statement was accepted at an index that is not the next");
      flight->statements[flight->count++] = group->statements[position];
      break;
  }
  return NULL;
}

static const char *judge(sim_run *run, const group *group) {
  run->flight = (sim_flight){.under_way = true};
  for (size_t i = 0; i < group->batch.count; i++)
    EXPECT_NONE(judge_one(run, group, i));
  return NULL;
}

/* --- acknowledging --------------------------------------------------------------------------- */

static const char *promise(sim_run *run, const group *group, size_t position, sim_claim *claim) {
  static uint8_t memory[16 * 1024];
  pat_arena arena;
  pat_arena_init(&arena, memory, sizeof memory);
  pat_hash sha256 = *sim_pool_hash(run->pool, group->statements[position]);
  pat_hash leaf_hash = group->decisions[position].leaf_hash;
  Patina__Promise made = PATINA__PROMISE__INIT;
  made.origin = run->pool->world->origin.text;
  made.statement_sha256 = (ProtobufCBinaryData){PAT_HASH_BYTES, sha256.bytes};
  made.index = group->decisions[position].index;
  made.leaf_hash = (ProtobufCBinaryData){PAT_HASH_BYTES, leaf_hash.bytes};
  made.accepted_at_ms = group->batch.now_ms;
  const Patina__GenesisParameters *genesis = run->pool->world->genesis->parameters;
  made.publish_by_ms = made.accepted_at_ms + genesis->policy->promise_within_ms;
  Patina__SignedPromise signed_promise = PATINA__SIGNED_PROMISE__INIT;
  Patina__Promise *checked = NULL;
  pat_status status =
      pat_promise_sign(&made, run->pool->keys.promise_secret, &arena, &signed_promise);
  EXPECT(pat_is_ok(status), "a promise cannot be signed");
  status = pat_promise_verify(&signed_promise, run->pool->promise_public, &arena, &checked, NULL);
  EXPECT(pat_is_ok(status), "a promise does not verify");
  EXPECT(checked->index == made.index, "a promise names another index");
  claim->publish_by_ms = checked->publish_by_ms;
  return NULL;
}

static const char *tell_client(sim_run *run, const group *group, size_t position) {
  const pat_decision *decision = &group->decisions[position];
  if (decision->outcome == PAT_DECISION_REFUSED) return NULL;
  sim_claim *claim = &run->claims[group->statements[position]];
  EXPECT(!claim->acknowledged || claim->index == decision->index,
         "a client was told two places of one statement");
  if (decision->outcome == PAT_DECISION_ACCEPTED) {
    claim->leaf_hash = decision->leaf_hash;
    if (sim_below(run, 8) == 0) EXPECT_NONE(promise(run, group, position, claim));
  } else if (!claim->acknowledged) {
    uint64_t index = decision->index;
    if (index < run->auditor.size) claim->leaf_hash = run->auditor.leaves[index].hash;
  }
  claim->acknowledged = true;
  claim->index = decision->index;
  return NULL;
}

static const char *tell_clients(sim_run *run, const group *group) {
  for (size_t i = 0; i < group->batch.count; i++)
    EXPECT_NONE(tell_client(run, group, i));
  return NULL;
}

static const char *check_claim(const sim_run *run, size_t statement) {
  const sim_claim *claim = &run->claims[statement];
  if (!claim->acknowledged) return NULL;
  uint64_t index = 0;
  EXPECT(sim_auditor_find(&run->auditor, statement, &index),
         "an acknowledged statement is not in the log");
  EXPECT(index == claim->index, "an acknowledged statement stands somewhere else");
  const sim_leaf *leaf = &run->auditor.leaves[index];
  EXPECT(pat_hash_equal(&leaf->hash, &claim->leaf_hash), "an acknowledged leaf is another one");
  if (claim->publish_by_ms == 0) return NULL;
  const sim_leaf *commit = &run->auditor.leaves[leaf->batch_commit];
  EXPECT(commit->time_ms <= claim->publish_by_ms, "a promise was not kept in time");
  return NULL;
}

const char *sim_claims_check(const sim_run *run) {
  for (size_t i = 0; i < run->pool->count; i++)
    EXPECT_NONE(check_claim(run, i));
  return NULL;
}

/* --- a commit that came back ----------------------------------------------------------------- */

static const char *check_leaves(const sim_run *run, const group *group, size_t from) {
  size_t index = from;
  for (size_t i = 0; i < group->batch.count; i++) {
    if (group->decisions[i].outcome != PAT_DECISION_ACCEPTED) continue;
    const sim_leaf *leaf = &run->auditor.leaves[index++];
    EXPECT(leaf->statement == group->statements[i],
           "the log holds another statement than accepted");
    EXPECT(pat_hash_equal(&leaf->hash, &group->decisions[i].leaf_hash),
           "the log holds another leaf than accepted");
  }
  return NULL;
}

static const char *check_receipts(const sim_run *run, const group *group, sim_sight *sight) {
  for (size_t i = 0; i < group->batch.count; i++) {
    const pat_decision *decision = &group->decisions[i];
    if (decision->outcome == PAT_DECISION_REFUSED) continue;
    const sim_leaf *leaf = &run->auditor.leaves[decision->index];
    EXPECT_NONE(sim_reader_receipt(&run->reader, sight, decision->index, &leaf->hash));
  }
  return NULL;
}

static const char *finish(sim_run *run, const group *group, uint64_t size) {
  size_t before = run->auditor.size;
  bool grows = run->flight.count > 0 || group->batch.count == 0;
  EXPECT(size == before + (grows ? run->flight.count + 1 : 0), "a commit has another size");
  EXPECT_NONE(sim_auditor_read(&run->auditor, run->pool, run->process.store, size));
  EXPECT_NONE(check_leaves(run, group, before));
  run->result->counts.accepted += run->flight.count;
  run->result->counts.commits += grows ? 1 : 0;
  run->result->counts.heartbeats += group->batch.count == 0 ? 1 : 0;
  run->flight.under_way = false;
  PAT_CLEANUP(sim_sight_clear) sim_sight sight = {.tree = {.store = run->process.store}};
  EXPECT_NONE(
      sim_reader_look(&run->reader, run->pool, &run->auditor, &run->process.published, &sight));
  EXPECT_NONE(check_receipts(run, group, &sight));
  return tell_clients(run, group);
}

/* --- the whole ------------------------------------------------------------------------------- */

static void describe(sim_run *run, const group *group) {
  char outcomes[SIM_GROUP_MAX + 1] = {0};
  for (size_t i = 0; i < group->batch.count; i++)
    outcomes[i] = "rap"[group->decisions[i].outcome];
  sim_note(run, "%zu leaves; %s %s at +%llu ms", run->auditor.size,
           group->batch.count == 0 ? "heartbeat" : "commit", outcomes,
           (unsigned long long)(group->batch.now_ms - LEDGER_START_MS));
}

static void keep_memos(sim_run *run, const group *group) {
  for (size_t i = 0; i < group->batch.count; i++)
    run->pool->statements[group->statements[i]].memo = group->memos[i];
}

/* A failure that is told, and what must hold after it: nothing more was published. */
static const char *failed(sim_run *run, pat_status status) {
  sim_note(run, "  failed: %s", pat_rule_id((pat_rule)status.rule));
  EXPECT(pat_published_get(&run->process.published).size == sim_reader_size(&run->reader),
         "something was published though the commit failed");
  if (!pat_is_ok(pat_committer_state(run->process.committer))) return sim_restart(run);
  run->flight.under_way = false; /* nothing was done, and it goes on */
  return NULL;
}

/* Memory fails in the first of the two that asks for so much of it. */
static pat_status decide(sim_run *run, group *group) {
  failing_mem_start(run->memory_fails_at, false);
  pat_status status = pat_committer_decide(run->process.committer, &group->batch);
  if (failing_mem_has_failed()) run->memory_fails_at = 0;
  failing_mem_stop();
  return status;
}

static pat_status commit(sim_run *run, const group *group, uint64_t *ret_size) {
  bool heartbeat = group->batch.count == 0;
  failing_mem_start(run->memory_fails_at, false);
  pat_status status =
      pat_committer_commit(run->process.committer, &group->batch, heartbeat, ret_size);
  failing_mem_stop();
  run->memory_fails_at = 0;
  return status;
}

const char *sim_group_commit(sim_run *run, size_t count) {
  group group;
  gather(run, &group, count);
  wait_for_clock(run, &group);
  pat_status status = decide(run, &group);
  if (!pat_is_ok(status)) return failed(run, status);
  keep_memos(run, &group);
  describe(run, &group);
  EXPECT_NONE(judge(run, &group));
  if (run->how == SIM_ACKNOWLEDGE_FIRST) EXPECT_NONE(tell_clients(run, &group));
  uint64_t size = 0;
  status = commit(run, &group, &size);
  if (!pat_is_ok(status)) return failed(run, status);
  return finish(run, &group, size);
}
