/* Hits: pat_ledger_plan, pat_ledger_close, pat_ledger_changed_subjects, pat_ledger_subject_value,
 * pat_submission_check, pat_entry_decode, pat_entry_check, pat_view_*, pat_record_*, the contextual
 * rules of every kind.
 *
 * Input: a SubmitRequest, whose statements are signed anew first; they are one batch over the
 * ledger of scene.h. Properties: nothing crashes; what was refused left no trace (the batch without
 * it gives the same store); what was accepted is in the log as its own and is replayed when it
 * comes again; the roots of index and log are those that records and leaves give. */
#include "core/base/assert.h"
#include "core/envelope/entry.h"
#include "proto/api.pb-c.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/reseal.h"
#include "tests/fuzz/scene.h"

enum { BATCH_MAX = 8, INDEX_NODES = 4096, INPUT_BYTES_MAX = 32 * 1024 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  return mutate_message(&patina__submit_request__descriptor, data, size, size_max, seed);
}

/* --- worlds ---------------------------------------------------------------------------------- */

static const ledger_world *the_scene(void) {
  static const ledger_world *scene;
  if (scene == NULL) scene = scene_open();
  return scene;
}

/* A ledger that starts as the scene ends. There is one at a time: it uses the scene's memory. */
static ledger_world *begin_world(void) {
  static ledger_world world;
  static pat_index_node nodes[INDEX_NODES];
  ledger_store_clear(&world.store);
  world = *the_scene();
  world.store = ledger_store_copy(&the_scene()->store);
  pat_index_tree_move(&world.index, nodes, INDEX_NODES);
  return &world;
}

/* --- the batch ------------------------------------------------------------------------------- */

typedef struct {
  Patina__SignedStatement *envelopes[BATCH_MAX];
  pat_submission submissions[BATCH_MAX];
  size_t count;
} batch;

/* Signs every statement anew and keeps those that the ledger would be given. */
static void make_batch(const Patina__SubmitRequest *request, pat_arena *arena, batch *ret_batch) {
  resealed renewed[BATCH_MAX];
  size_t renewed_count = 0;
  ret_batch->count = 0;
  for (size_t i = 0; i < request->n_statements && i < BATCH_MAX; i++) {
    Patina__SignedStatement *envelope = request->statements[i];
    if (!reseal_envelope(the_scene(), envelope, renewed, renewed_count, arena,
                         &renewed[renewed_count]))
      continue;
    renewed_count++;
    pat_submission *submission = &ret_batch->submissions[ret_batch->count];
    pat_status status =
        pat_submission_check(the_scene()->origin.text, envelope, arena, submission, NULL);
    if (pat_is_ok(status)) ret_batch->envelopes[ret_batch->count++] = envelope;
  }
}

/* --- properties ------------------------------------------------------------------------------ */

static void check_entry(const ledger_world *world, const pat_decision *decision,
                        const pat_submission *submission, pat_arena *arena) {
  Patina__LogEntry *entry = NULL;
  pat_span leaf = ledger_leaf(world, decision->index);
  PAT_ASSERT(pat_span_equal(leaf, decision->leaf));
  PAT_ASSERT(pat_is_ok(pat_entry_decode(leaf, arena, &entry, NULL)));
  PAT_ASSERT(entry->entry_case == PATINA__LOG_ENTRY__ENTRY_STATEMENT);
  PAT_ASSERT(pat_is_ok(pat_entry_check(world->origin.text, entry->statement, &submission->statement,
                                       submission->principals, submission->public_keys, NULL)));
}

/* Gives those that were accepted. */
static batch check_decisions(const ledger_world *world, const pat_decision *decisions,
                             const batch *all, pat_arena *arena) {
  batch accepted = {.count = 0};
  for (size_t i = 0; i < all->count; i++) {
    if (decisions[i].outcome == PAT_DECISION_REFUSED) {
      fuzz_check_refusal(decisions[i].status, &decisions[i].err);
      continue;
    }
    if (decisions[i].outcome == PAT_DECISION_REPLAYED) continue;
    check_entry(world, &decisions[i], &all->submissions[i], arena);
    accepted.envelopes[accepted.count++] = all->envelopes[i];
  }
  return accepted;
}

/* The index that the store's records give. */
static pat_hash root_of_records(const ledger_world *world, pat_arena *arena) {
  static pat_index_node nodes[INDEX_NODES];
  pat_index_tree tree;
  pat_index_tree_init(&tree, nodes, INDEX_NODES);
  for (size_t i = 0; i < world->store.capacity; i++) {
    const ledger_record *record = &world->store.records[i];
    if (record->key.bytes.data == NULL || record->key.table != PAT_LEDGER_SUBJECT) continue;
    pat_changed_subject subject;
    PAT_ASSERT(
        pat_is_ok(pat_ledger_subject_value(record->key.bytes, record->value, arena, &subject)));
    pat_index_value value = {subject.count, subject.root};
    PAT_ASSERT(pat_is_ok(pat_index_tree_put(&tree, &subject.key, &value)));
  }
  PAT_ASSERT(tree.key_count == world->head.key_count);
  return pat_index_tree_root(&tree);
}

static void check_roots(const ledger_world *world, pat_arena *arena) {
  pat_tlog_range range;
  pat_hash covered = {{0}};
  pat_tlog_range_init(&range);
  for (uint64_t index = 0; index < world->head.range.size; index++) {
    pat_hash leaf = pat_tlog_leaf_hash(ledger_leaf(world, index));
    if (index == world->head.last_commit_index) covered = pat_tlog_range_root(&range);
    PAT_ASSERT(pat_is_ok(pat_tlog_range_append(&range, &leaf)));
  }
  pat_hash root = pat_tlog_range_root(&range);
  pat_hash head_root = pat_tlog_range_root(&world->head.range);
  PAT_ASSERT(pat_span_equal(pat_hash_span(&root), pat_hash_span(&head_root)));
  Patina__LogEntry *entry = NULL;
  pat_span leaf = ledger_leaf(world, world->head.last_commit_index);
  PAT_ASSERT(pat_is_ok(pat_entry_decode(leaf, arena, &entry, NULL)));
  PAT_ASSERT(entry->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT);
  pat_hash index_root = root_of_records(world, arena);
  PAT_ASSERT(pat_span_equal(fuzz_span(entry->commit->index_root), pat_hash_span(&index_root)));
  PAT_ASSERT(pat_span_equal(fuzz_span(entry->commit->log_root), pat_hash_span(&covered)));
}

static void check_replay(ledger_world *world, const batch *accepted) {
  uint64_t size = world->head.range.size;
  const pat_decision *decisions = ledger_run(world, accepted->envelopes, accepted->count);
  for (size_t i = 0; i < accepted->count; i++)
    PAT_ASSERT(decisions[i].outcome == PAT_DECISION_REPLAYED);
  PAT_ASSERT(world->head.range.size == size + 1); /* its commit alone */
}

/* All keys and values, in any order. */
static pat_hash print_of(const ledger_store *store) {
  pat_hash print = {{0}};
  for (size_t i = 0; i < store->capacity; i++) {
    const ledger_record *record = &store->records[i];
    if (record->key.bytes.data == NULL) continue;
    const uint8_t head[] = {(uint8_t)record->key.table, (uint8_t)record->key.bytes.size};
    const pat_span parts[] = {PAT_SPAN_OF(head), record->key.bytes, record->value};
    pat_hash one = pat_hash_of_parts(parts, 3);
    for (size_t at = 0; at < PAT_HASH_BYTES; at++)
      print.bytes[at] ^= one.bytes[at];
  }
  return print;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > INPUT_BYTES_MAX) return 0;
  static batch all;
  pat_arena *arena = fuzz_arena();
  ProtobufCMessage *message =
      fuzz_decode(&patina__submit_request__descriptor, pat_span_make(data, size), arena);
  if (message == NULL) return 0;
  make_batch((const Patina__SubmitRequest *)message, arena, &all);
  if (all.count == 0) return 0;
  ledger_world *world = begin_world();
  const pat_decision *decisions = ledger_run(world, all.envelopes, all.count);
  batch accepted = check_decisions(world, decisions, &all, arena);
  check_roots(world, arena);
  pat_hash with_refused = print_of(&world->store);
  check_replay(world, &accepted);
  if (accepted.count == all.count) return 0;
  world = begin_world();
  (void)ledger_run(world, accepted.envelopes, accepted.count);
  pat_hash without = print_of(&world->store);
  PAT_ASSERT(pat_span_equal(pat_hash_span(&with_refused), pat_hash_span(&without)));
  return 0;
}
