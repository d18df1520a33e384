/* Many callers at once: what is acknowledged is recorded, once, and published; each commit is one
 * IndexCommit and one checkpoint. */
#include <string.h>

#include "core/envelope/entry.h"
#include "server/sequencer/keys.h"
#include "server/sys/mem.h"
#include "tests/server/sequencer/writer_support.h"

enum { CALLERS = 8, CALLS = 12, CALL_STATEMENTS_MAX = 6, HEADS_MAX = 4096 };

/* One caller: its calls, one after the other. */
typedef struct {
  writer_call *calls[CALLS];
  pat_thread thread;
} caller;

/* One who looks on: every head that it saw. */
typedef struct {
  writer *at;
  pat_published_head heads[HEADS_MAX];
  size_t count;
  pat_thread thread;
} watcher;

static void call_main(void *context) {
  caller *mine = context;
  for (size_t i = 0; i < CALLS; i++) {
    /* A full queue is no failure: the client comes again. */
    while (pat_is_rule(writer_submit(mine->calls[i]), PAT_RULE_SEQUENCER_QUEUE))
      ;
  }
}

static void watch_main(void *context) {
  watcher *watch = context;
  pat_published_head head = pat_published_get(&watch->at->log->published);
  pat_frontier *edge = pat_mem_new(sizeof *edge);
  while (watch->count < HEADS_MAX) {
    watch->heads[watch->count++] = head;
    pat_published_head edge_head = pat_published_edge(&watch->at->log->published, edge);
    if (edge->size != edge_head.size) break;
    pat_published_head next = pat_published_wait(&watch->at->log->published, head.size, 60000);
    if (next.size == head.size) break;
    head = next;
  }
  pat_mem_free(edge);
}

/* New vehicles, one that all callers register, one of the caller's own again, and a stranger's. */
static writer_call *mixed_call(writer *at, uint32_t who, uint32_t number,
                               Patina__SignedStatement *shared) {
  ledger_world *world = at->log->world;
  Patina__SignedStatement *envelopes[CALL_STATEMENTS_MAX];
  size_t count = 1 + (who + number) % 4;
  for (uint32_t i = 0; i < count; i++)
    envelopes[i] = seq_vehicle_numbered(world, who * 1000 + number * 10 + i);
  if (number % 3 == 0) envelopes[count++] = shared;
  if (number % 4 == 0) {
    ledger_draft draft = ledger_by(world, STRANGER);
    ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
    (void)ledger_register(&draft, (uint8_t)(100 + who), LEDGER_SAID(said));
    envelopes[count++] = ledger_seal(&draft, NULL);
  }
  writer_call *call = writer_call_of(at, envelopes, count);
  call->check_only = number % 5 == 4;
  return call;
}

static void run_all(writer *at, caller callers[CALLERS], watcher *watch) {
  for (size_t i = 0; i < CALLERS; i++)
    assert_ok(pat_thread_start("caller", call_main, &callers[i], &callers[i].thread));
  assert_ok(pat_thread_start("watcher", watch_main, watch, &watch->thread));
  for (size_t i = 0; i < CALLERS; i++)
    pat_thread_join(&callers[i].thread);
  pat_published_stop(&at->log->published);
  pat_thread_join(&watch->thread);
}

/* --- what must hold afterwards --------------------------------------------------------------- */

/* Which statement stands at which index. */
typedef struct {
  pat_hash statements[HEADS_MAX];
  bool taken[HEADS_MAX];
  size_t accepted;
} places;

static void check_outcome(const writer_call *call, size_t number, places *seen) {
  const pat_sequencer_outcome *outcome = &call->outcomes[number];
  const pat_hash *sha256 = &call->submissions[number].statement.sha256;
  if (outcome->outcome == PAT_DECISION_REFUSED) return;
  assert_true(outcome->index < HEADS_MAX);
  if (outcome->outcome == PAT_DECISION_ACCEPTED) {
    assert_false(seen->taken[outcome->index]);
    seen->taken[outcome->index] = true;
    seen->accepted++;
    seen->statements[outcome->index] = *sha256;
    seq_assert_included(call->at->log, outcome->index, &outcome->leaf_hash);
  }
}

static void check_replays(const writer_call *call, const places *seen) {
  for (size_t i = 0; i < call->count; i++) {
    const pat_sequencer_outcome *outcome = &call->outcomes[i];
    if (outcome->outcome != PAT_DECISION_REPLAYED || call->check_only) continue;
    assert_memory_equal(seen->statements[outcome->index].bytes,
                        call->submissions[i].statement.sha256.bytes, PAT_HASH_BYTES);
  }
}

static size_t check_callers(caller callers[CALLERS]) {
  places *seen = pat_mem_new(sizeof *seen);
  for (size_t i = 0; i < CALLERS * CALLS; i++) {
    const writer_call *call = callers[i / CALLS].calls[i % CALLS];
    assert_ok(call->status);
    for (size_t k = 0; k < call->count && !call->check_only; k++)
      check_outcome(call, k, seen);
  }
  for (size_t i = 0; i < CALLERS * CALLS; i++)
    check_replays(callers[i / CALLS].calls[i % CALLS], seen);
  size_t accepted = seen->accepted;
  pat_mem_free(seen);
  return accepted;
}

static pat_tlog_head head_of_size(const seq_log *log, uint64_t size) {
  pat_sequencer_key key = pat_note_key_of_size(size);
  pat_blob note = seq_get(log->store, PAT_TABLE_META, pat_sequencer_key_span(&key));
  pat_checkpoint checkpoint;
  assert_ok(pat_checkpoint_open(pat_blob_span(note), &log->log_key, PAT_CHECKPOINT_STRICT,
                                &checkpoint, NULL));
  assert_int_equal(checkpoint.head.size, size);
  pat_tlog_head head = checkpoint.head;
  pat_blob_clear(&note);
  return head;
}

static void check_watcher(const watcher *watch) {
  for (size_t i = 0; i < watch->count; i++) {
    pat_tlog_head head = head_of_size(watch->at->log, watch->heads[i].size);
    seq_assert_extends(watch->at->log, &head);
    if (i == 0) continue;
    assert_true(watch->heads[i].size > watch->heads[i - 1].size);
    assert_true(watch->heads[i].epoch > watch->heads[i - 1].epoch);
    assert_true(watch->heads[i].time_ms >= watch->heads[i - 1].time_ms);
  }
}

static bool is_commit(const seq_log *log, uint64_t index, uint64_t *ret_covered) {
  pat_sequencer_key key = pat_number_key(index);
  pat_blob leaf = seq_get(log->store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key));
  size_t mark = pat_arena_mark(&log->world->memory);
  Patina__LogEntry *entry = NULL;
  assert_ok(pat_entry_decode(pat_blob_span(leaf), &log->world->memory, &entry, NULL));
  bool found = entry->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT;
  if (found) *ret_covered = entry->commit->covered_size;
  pat_arena_reset_to(&log->world->memory, mark);
  pat_blob_clear(&leaf);
  return found;
}

/* Every commit since the start is the last leaf of a checkpoint of its own, and there are no
 * others. */
static void check_commits(const writer *at, uint64_t first_size, size_t accepted) {
  uint64_t size = pat_published_get((pat_published *)(uintptr_t)&at->log->published).size;
  uint64_t commits = 0;
  for (uint64_t index = first_size; index < size; index++) {
    uint64_t covered = 0;
    pat_sequencer_key key = pat_note_key_of_size(index + 1);
    pat_blob note = {0};
    pat_store_key store_key = {PAT_TABLE_META, pat_sequencer_key_span(&key)};
    bool has_note = pat_is_ok(pat_store_get(at->log->store, NULL, store_key, &note));
    pat_blob_clear(&note);
    bool commit = is_commit(at->log, index, &covered);
    assert_int_equal(commit, has_note);
    if (!commit) continue;
    assert_int_equal(covered, index);
    commits++;
  }
  assert_int_equal(size, first_size + accepted + commits);
  assert_int_equal(pat_sequencer_count(at->sequencer).commits, commits);
  assert_int_equal(pat_sequencer_count(at->sequencer).accepted, accepted);
  print_message("%u statements in %u commits\n", (unsigned)accepted, (unsigned)commits);
}

static void run_callers(writer *at) {
  uint64_t first_size = pat_published_get(&at->log->published).size;
  Patina__SignedStatement *shared = seq_vehicle(at->log->world, 200);
  caller *callers = pat_mem_new_array(CALLERS, sizeof *callers);
  watcher *watch = pat_mem_new(sizeof *watch);
  watch->at = at;
  for (uint32_t i = 0; i < CALLERS * CALLS; i++)
    callers[i / CALLS].calls[i % CALLS] = mixed_call(at, i / CALLS, i % CALLS, shared);
  run_all(at, callers, watch);
  size_t accepted = check_callers(callers);
  check_watcher(watch);
  check_commits(at, first_size, accepted);
  for (size_t i = 0; i < CALLERS * CALLS; i++)
    writer_call_clear(callers[i / CALLS].calls[i % CALLS]);
  pat_mem_free(callers);
  pat_mem_free(watch);
}

/* What was acknowledged is there after opening again. */
static void check_reopened(writer *at) {
  pat_published_head before = pat_published_get(&at->log->published);
  pat_sequencer_close(at->sequencer);
  at->sequencer = NULL;
  seq_close(at->log);
  assert_ok(seq_open(at->log));
  assert_int_equal(pat_published_get(&at->log->published).size, before.size);
  (void)seq_checkpoint(at->log);
}

static void test_sequencer_threads__memory(void **state) {
  writer *at = *state;
  run_callers(at);
  check_reopened(at);
}

static void test_sequencer_threads__rocksdb(void **state) {
  writer *at = *state;
  pat_sequencer_close(at->sequencer);
  at->sequencer = NULL;
  seq_close(at->log);
  temp_directory directory = temp_directory_make();
  char path[TEMP_DIRECTORY_PATH_MAX];
  pat_store_rocksdb_options options = {.directory = temp_directory_join(&directory, "store", path)};
  pat_store *memory = at->log->store;
  assert_ok(pat_store_rocksdb_open(&options, &at->log->store, NULL));
  seq_copy_into(memory, at->log->store);
  assert_ok(seq_open(at->log));
  writer_restart(at);
  run_callers(at);
  check_reopened(at);
  seq_close(at->log);
  pat_store_close(at->log->store);
  at->log->store = memory;
  temp_directory_remove(&directory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      writer_test(test_sequencer_threads__memory),
      writer_test(test_sequencer_threads__rocksdb),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
