#include "tests/core/audit/audit_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/bytes/protobuf.h"
#include "core/envelope/entry.h"
#include "core/index/tree.h"

/* --- an honest log --------------------------------------------------------------------------- */

static ledger_draft vehicle(ledger_world *world, uint8_t asset, ledger_draft draft) {
  const ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  (void)ledger_register(&draft, asset, LEDGER_SAID(said));
  return draft;
}

static void tell_of_a_car(ledger_world *world) {
  ledger_draft draft = vehicle(world, 1, ledger_by(world, REGISTRAR));
  (void)ledger_accept(&draft);
  const ledger_serial vin = {"vin", 1, "", "YS3DD78N4X7055320"};
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&draft, 1, vin);
  pat_hash assigned = ledger_accept(&draft);
  const ledger_said result[] = {{"result", SAID_OPEN, ledger_text(world, "good")}};
  draft = ledger_by_two(world, INSPECTOR, REGISTRAR_2);
  (void)ledger_attest(&draft, 1, LEDGER_SAID(result));
  (void)ledger_accept(&draft);
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_release(&draft, 1, vin, &assigned);
  (void)ledger_accept(&draft);
}

static void tell_of_a_device(ledger_world *world) {
  ledger_draft draft = ledger_by(world, INSTALLER);
  (void)ledger_bind(&draft, 1, 1);
  (void)ledger_accept(&draft);
  draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, 1, 0, NULL);
  (void)ledger_accept(&draft);
}

/* Several statements of one batch about the same subjects, and statements that the root signs. */
static void tell_in_batches(ledger_world *world) {
  enum { BATCH = 5 };
  for (unsigned round = 0; round < 4; round++) {
    Patina__SignedStatement *batch[BATCH];
    for (unsigned i = 0; i < BATCH; i++) {
      ledger_draft by = i == 0 ? ledger_by_root(world) : ledger_by(world, REGISTRAR);
      ledger_draft draft = vehicle(world, (uint8_t)(10 + round * BATCH + i), by);
      batch[i] = ledger_seal(&draft, NULL);
    }
    const pat_decision *decisions = ledger_run(world, batch, BATCH);
    for (unsigned i = 0; i < BATCH; i++)
      assert_int_equal(decisions[i].outcome, PAT_DECISION_ACCEPTED);
    world->now_ms += LEDGER_HOUR_MS;
  }
}

static void tell_of_standing(ledger_world *world) {
  ledger_draft draft = ledger_by_root(world);
  (void)ledger_grant(&draft, KEEPER, "registrar", "vehicle");
  pat_hash granted = ledger_accept(&draft);
  draft = ledger_by_root(world);
  (void)ledger_withdraw(&draft, KEEPER, &granted);
  (void)ledger_accept(&draft);
  draft = ledger_by_two(world, KEEPER, STRANGER);
  (void)ledger_enrol(&draft, STRANGER);
  (void)ledger_accept(&draft);
  (void)ledger_run(world, NULL, 0);
}

ledger_world *audit_world_new(void) {
  ledger_world *world = ledger_world_new((ledger_options){.root_keys = 0});
  tell_of_a_car(world);
  tell_of_a_device(world);
  tell_in_batches(world);
  tell_of_standing(world);
  return world;
}

void audit_log_take(audit_log *log, ledger_world *world) {
  *log = (audit_log){.world = world, .count = (size_t)world->head.range.size};
  assert_true(log->count <= AUDIT_LEAVES_MAX);
  for (size_t i = 0; i < log->count; i++) {
    pat_status status =
        pat_entry_decode(ledger_leaf(world, i), &world->memory, &log->leaves[i], NULL);
    assert_true(pat_is_ok(status));
  }
}

/* --- making it fit --------------------------------------------------------------------------- */

enum { SUBJECTS_MAX = 512 };

/* The operator's own books, by the plain tree of core/index. */
typedef struct {
  pat_tlog_range range;
  uint64_t epoch;
  uint64_t last_commit;
  struct {
    pat_hash key;
    pat_tlog_range sublog;
    uint64_t last_index;
  } subjects[SUBJECTS_MAX];
  size_t subject_count;
  pat_index_tree index;
  pat_index_node nodes[PAT_INDEX_NODES_FOR(SUBJECTS_MAX)];
} books;

static size_t find_subject(books *kept, ProtobufCBinaryData key) {
  for (size_t i = 0; i < kept->subject_count; i++) {
    if (memcmp(kept->subjects[i].key.bytes, key.data, PAT_HASH_BYTES) == 0) return i;
  }
  assert_true(kept->subject_count < SUBJECTS_MAX);
  size_t made = kept->subject_count++;
  memcpy(kept->subjects[made].key.bytes, key.data, PAT_HASH_BYTES);
  pat_tlog_range_init(&kept->subjects[made].sublog);
  return made;
}

static void fit_entry(books *kept, Patina__Entry *entry) {
  for (size_t i = 0; i < entry->n_subjects; i++) {
    Patina__SubjectLink *link = entry->subjects[i];
    size_t at = find_subject(kept, link->key);
    link->seq = kept->subjects[at].sublog.size;
    link->previous_case = link->seq > 0 ? PATINA__SUBJECT_LINK__PREVIOUS_PREVIOUS_INDEX : 0;
    link->previous_index = link->seq > 0 ? kept->subjects[at].last_index : 0;
  }
}

static void put_hash(ledger_world *world, ProtobufCBinaryData *field, const pat_hash *hash) {
  *field = ledger_hash_field(world, hash);
}

static void fit_commit(books *kept, ledger_world *world, Patina__IndexCommit *commit) {
  commit->epoch = kept->epoch;
  commit->previous_case = kept->epoch > 0 ? PATINA__INDEX_COMMIT__PREVIOUS_PREVIOUS_INDEX : 0;
  commit->previous_index = kept->last_commit;
  commit->covered_size = kept->range.size;
  pat_hash root = pat_tlog_range_root(&kept->range);
  put_hash(world, &commit->log_root, &root);
  commit->key_count = kept->index.key_count;
  root = pat_index_tree_root(&kept->index);
  put_hash(world, &commit->index_root, &root);
}

static void book_entry(books *kept, const Patina__Entry *entry, const pat_hash *leaf) {
  for (size_t i = 0; i < entry->n_subjects; i++) {
    size_t at = find_subject(kept, entry->subjects[i]->key);
    pat_tlog_range *sublog = &kept->subjects[at].sublog;
    assert_true(pat_is_ok(pat_index_sublog_append(sublog, kept->range.size, leaf)));
    kept->subjects[at].last_index = kept->range.size;
    pat_index_value value = pat_index_value_of(sublog);
    assert_true(pat_is_ok(pat_index_tree_put(&kept->index, &kept->subjects[at].key, &value)));
  }
}

static pat_span encode(ledger_world *world, const Patina__LogEntry *leaf) {
  size_t size = 0;
  assert_true(pat_is_ok(pat_protobuf_size(&leaf->base, &size)));
  pat_builder builder;
  pat_builder_init(&builder, ledger_take(world, size), size);
  assert_true(pat_is_ok(pat_protobuf_encode(&leaf->base, &builder)));
  pat_span bytes;
  assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

static void seal_leaf(audit_log *log, books *kept, size_t i) {
  Patina__LogEntry *leaf = log->leaves[i];
  bool is_commit = leaf->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT;
  if (is_commit) {
    fit_commit(kept, log->world, leaf->commit);
  } else {
    fit_entry(kept, leaf->statement);
  }
  bool lies = log->lie_at == i;
  if (lies && log->lie != NULL) log->lie(log, leaf);
  log->bytes[i] = encode(log->world, leaf);
  pat_hash hash = pat_tlog_leaf_hash(log->bytes[i]);
  if (is_commit) {
    kept->last_commit = i;
    kept->epoch++;
  } else if (!(lies && log->skip_index)) {
    book_entry(kept, leaf->statement, &hash);
  }
  assert_true(pat_is_ok(pat_tlog_range_append(&kept->range, &hash)));
}

void audit_log_seal(audit_log *log) {
  books *kept = calloc(1, sizeof *kept);
  assert_non_null(kept);
  pat_index_tree_init(&kept->index, kept->nodes, PAT_INDEX_NODES_FOR(SUBJECTS_MAX));
  for (size_t i = 0; i < log->count; i++)
    seal_leaf(log, kept, i);
  free(kept);
}

void audit_log_remove(audit_log *log, size_t index) {
  assert_true(index < log->count);
  log->count--;
  for (size_t i = index; i < log->count; i++)
    log->leaves[i] = log->leaves[i + 1];
}

void audit_log_insert(audit_log *log, size_t index, Patina__LogEntry *leaf) {
  assert_true(index <= log->count);
  assert_true(log->count < AUDIT_LEAVES_MAX);
  for (size_t i = log->count; i > index; i--)
    log->leaves[i] = log->leaves[i - 1];
  log->leaves[index] = leaf;
  log->count++;
}

static uint32_t kind_of(const audit_log *log, const Patina__Entry *entry) {
  if (entry->statement.len == 0) return 0;
  size_t mark = pat_arena_mark(&log->world->memory);
  pat_statement statement;
  pat_status status =
      pat_statement_decode(pat_span_make(entry->statement.data, entry->statement.len),
                           &log->world->memory, &statement, NULL);
  assert_true(pat_is_ok(status));
  pat_arena_reset_to(&log->world->memory, mark);
  return (uint32_t)statement.kind->number;
}

size_t audit_log_find(const audit_log *log, size_t from, uint32_t kind) {
  for (size_t i = from; i < log->count; i++) {
    if (log->leaves[i]->entry_case != PATINA__LOG_ENTRY__ENTRY_STATEMENT) continue;
    if (kind_of(log, log->leaves[i]->statement) == kind) return i;
  }
  fail_msg("no leaf of kind %u", kind);
  return 0;
}

size_t audit_log_find_commit(const audit_log *log, size_t from) {
  for (size_t i = from; i < log->count; i++) {
    if (log->leaves[i]->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT) return i;
  }
  fail_msg("no commit");
  return 0;
}

/* --- replaying ------------------------------------------------------------------------------- */

static void open_arena(pat_arena *arena, size_t size) {
  void *memory = malloc(size);
  assert_non_null(memory);
  pat_arena_init(arena, memory, size);
}

void audit_run_open(audit_run *run, const char *origin, size_t entries) {
  *run = (audit_run){.index = 0};
  open_arena(&run->keep, PAT_REPLAY_KEEP_BYTES);
  open_arena(&run->scratch, PAT_REPLAY_SCRATCH_BYTES);
  open_arena(&run->claims, PAT_CLAIM_BYTES_MAX);
  uint64_t slots = pat_said_slots_for(entries);
  run->said = calloc(slots, sizeof *run->said);
  assert_non_null(run->said);
  pat_said said;
  pat_said_init(&said, run->said, (uint32_t)slots);
  pat_replay_init(&run->replay, origin, said, &run->keep);
}

void audit_run_close(audit_run *run) {
  free(run->keep.base);
  free(run->scratch.base);
  free(run->claims.base);
  free(run->said);
  for (size_t i = 0; i < PAT_REPLAY_POOL_COUNT; i++)
    free(run->pools[i]);
}

pat_status audit_run_leaf(audit_run *run, pat_span bytes) {
  pat_replay_want want;
  while (pat_replay_wants(&run->replay, &want)) {
    void *items = realloc(want.items, want.bytes);
    assert_non_null(items);
    run->pools[want.pool] = items;
    pat_replay_give(&run->replay, &want, items);
  }
  pat_arena_reset_to(&run->claims, 0);
  pat_claim claim;
  PAT_TRY(pat_replay_leaf(&run->replay, bytes, &run->scratch, &run->claims, &claim, &run->err));
  return pat_claim_verify(&claim);
}

pat_status audit_run_all(audit_run *run, const audit_log *log) {
  for (run->index = 0; run->index < log->count; run->index++) {
    PAT_TRY(audit_run_leaf(run, log->bytes[run->index]));
  }
  pat_hash root;
  return pat_replay_end(&run->replay, &root);
}
