/* Views: whatever is published meanwhile, what is read through one belongs to its checkpoint. */
#include <stdlib.h>
#include <string.h>

#include "core/envelope/entry.h"
#include "core/index/proof.h"
#include "server/sequencer/keys.h"
#include "server/store/engine.h"
#include "server/sys/mem.h"
#include "tests/server/sequencer/sequencer_support.h"
#include "tests/support/failing_mem.h"
#include "tests/support/wrapped_store.h"

enum { KEYS_MAX = 4096, LEAF_ARENA_BYTES = 128 * 1024, READERS = 3, EPOCHS = 60, HELD = 4 };

/* Complaints are sentences in static storage, NULL: none; they may come from any thread. */
#define EXPECT(condition, complaint)    \
  do {                                  \
    if (!(condition)) return complaint; \
  } while (0)

/* --- what a reader checks -------------------------------------------------------------------- */

/* The IndexCommit that ends the view's tree, and its place in that tree. */
static const char *check_commit(const pat_published_view *view) {
  PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
  PAT_CLEANUP(pat_mem_free_at) void *memory = pat_mem_new(LEAF_ARENA_BYTES);
  pat_arena arena;
  pat_arena_init(&arena, memory, LEAF_ARENA_BYTES);
  pat_sequencer_key key = pat_number_key(view->head.size - 1);
  pat_store_key at = {PAT_TABLE_LEAF, pat_sequencer_key_span(&key)};
  EXPECT(pat_is_ok(pat_store_get(view->store, view->snapshot, at, &leaf)), "no last leaf");
  Patina__LogEntry *entry = NULL;
  EXPECT(pat_is_ok(pat_entry_decode(pat_blob_span(leaf), &arena, &entry, NULL)), "leaf");
  EXPECT(entry->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT, "the last leaf is no commit");
  const Patina__IndexCommit *commit = entry->commit;
  EXPECT(commit->epoch == view->head.epoch, "another epoch");
  EXPECT(commit->key_count == view->index.key_count, "another number of keys");
  EXPECT(memcmp(commit->index_root.data, view->index.root.bytes, PAT_HASH_BYTES) == 0,
         "another index root");
  PAT_CLEANUP(pat_tree_reader_clear)
  pat_tree_reader reader = {.store = view->store, .frontier = view->frontier};
  pat_hash root;
  EXPECT(pat_is_ok(pat_tree_reader_root(&reader, commit->covered_size, &root)), "no log root");
  EXPECT(memcmp(commit->log_root.data, root.bytes, PAT_HASH_BYTES) == 0, "another log root");
  key = pat_number_key(view->head.size);
  at.bytes = pat_sequencer_key_span(&key);
  PAT_CLEANUP(pat_blob_clear) pat_blob behind = {0};
  EXPECT(!pat_is_ok(pat_store_get(view->store, view->snapshot, at, &behind)), "a later leaf");
  return NULL;
}

/* What SUBJECT says of a key at the view's moment. */
static const char *read_subject(const pat_published_view *view, const pat_hash *key,
                                bool *ret_present, pat_index_value *ret_value) {
  PAT_CLEANUP(pat_blob_clear) pat_blob record = {0};
  uint8_t memory[32 * 1024];
  pat_arena arena;
  pat_arena_init(&arena, memory, sizeof memory);
  const pat_store_key at = {PAT_TABLE_SUBJECT, pat_hash_span(key)};
  *ret_present = pat_is_ok(pat_store_get(view->store, view->snapshot, at, &record));
  if (!*ret_present) return NULL;
  pat_changed_subject subject;
  EXPECT(pat_is_ok(
             pat_ledger_subject_value(pat_hash_span(key), pat_blob_span(record), &arena, &subject)),
         "a subject's record");
  *ret_value = (pat_index_value){subject.count, subject.root};
  return NULL;
}

static const char *check_key(const pat_published_view *view, size_t i, const pat_hash *key) {
  uint8_t bytes[PAT_INDEX_PROOF_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, bytes, sizeof bytes);
  bool present = false;
  bool recorded = false;
  pat_index_value value = {.count = 0};
  pat_index_value expected = {.count = 0};
  EXPECT(pat_is_ok(pat_published_view_prove(view, i, &builder, &present, &value)), "no proof");
  const char *complaint = read_subject(view, key, &recorded, &expected);
  EXPECT(complaint == NULL, complaint);
  EXPECT(present == recorded, "presence is not what the subjects say");
  EXPECT(value.count == expected.count, "another count than the subject's");
  EXPECT(!present || pat_hash_equal(&value.root, &expected.root), "another root");
  const pat_span proof = pat_span_make(bytes, pat_builder_size(&builder));
  const pat_status status = present
                                ? pat_index_presence_verify(&view->index.root, key, &value, proof)
                                : pat_index_absence_verify(&view->index.root, key, proof);
  EXPECT(pat_is_ok(status), "a proof does not verify");
  return NULL;
}

static const char *check_view(const pat_published_view *view, const pat_hash *keys) {
  const char *complaint = check_commit(view);
  for (size_t i = 0; complaint == NULL && i < view->key_count; i++)
    complaint = check_key(view, i, &keys[i]);
  return complaint;
}

/* Every subject of a store, and beside each a key that is none. */
static size_t collect_keys(pat_store *store, const pat_store_snapshot *snapshot,
                           pat_hash ret_keys[KEYS_MAX]) {
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  const pat_store_range all = {.table = PAT_TABLE_SUBJECT};
  pat_span key;
  pat_span value;
  size_t count = 0;
  if (!pat_is_ok(pat_store_cursor_open(store, snapshot, all, &cursor))) return 0;
  while (count + 2 <= KEYS_MAX && pat_is_ok(pat_store_cursor_next(cursor, &key, &value))) {
    pat_span_copy(ret_keys[count].bytes, PAT_HASH_BYTES, key);
    ret_keys[count + 1] = ret_keys[count];
    ret_keys[count + 1].bytes[count % PAT_HASH_BYTES] ^= 0x08;
    count += 2;
  }
  return count;
}

static void expect_good(const pat_published_view *view, const pat_hash *keys) {
  const char *complaint = check_view(view, keys);
  if (complaint != NULL) fail_msg("%s", complaint);
}

/* --- refusals -------------------------------------------------------------------------------- */

static void test_published__gives_no_view_where_nothing_is_published_or_the_writer_is_gone(
    void **state) {
  seq_log *log = *state;
  pat_published_view view = {.key_count = 77};
  pat_published none;
  pat_published_init(&none);
  assert_refused(pat_published_view_take(&none, NULL, 0, &view), SEQUENCER_STOPPED);
  pat_published_clear(&none);
  const pat_published_head head = pat_published_get(&log->published);
  pat_committer_close(log->committer);
  log->committer = NULL;
  assert_refused(pat_published_view_take(&log->published, NULL, 0, &view), SEQUENCER_STOPPED);
  assert_int_equal(view.key_count, 77);
  assert_int_equal(pat_published_get(&log->published).size, head.size);
}

static void test_published__a_damaged_or_lost_bucket_is_never_proved_from(void **state) {
  seq_log *log = *state;
  pat_hash *keys = pat_mem_new_array(KEYS_MAX, sizeof *keys);
  const size_t count = collect_keys(log->store, NULL, keys);
  pat_blob damaged = {0};
  const uint32_t number = pat_index_bucket_number(&keys[0], 3);
  const pat_sequencer_key key = pat_bucket_key(number);
  damaged = seq_get(log->store, PAT_TABLE_INDEX, pat_sequencer_key_span(&key));
  assert_true(count > 0);
  for (size_t byte = 0; byte <= damaged.size; byte += 13) {
    if (byte < damaged.size) damaged.data[byte] ^= 4;
    seq_put(log->store, PAT_TABLE_INDEX, pat_sequencer_key_span(&key), pat_blob_span(damaged));
    if (byte + 13 > damaged.size)
      seq_delete(log->store, PAT_TABLE_INDEX, pat_sequencer_key_span(&key));
    seq_beat(log); /* another moment, with the damage in it */
    PAT_CLEANUP(pat_published_view_clear) pat_published_view view = {.key_count = 0};
    assert_ok(pat_published_view_take(&log->published, keys, 1, &view));
    uint8_t bytes[PAT_INDEX_PROOF_BYTES_MAX];
    pat_builder builder;
    pat_builder_init(&builder, bytes, sizeof bytes);
    bool present = false;
    pat_index_value value;
    assert_refused(pat_published_view_prove(&view, 0, &builder, &present, &value), SEQUENCER_STORE);
    assert_int_equal(pat_builder_size(&builder), 0);
    if (byte < damaged.size) damaged.data[byte] ^= 4;
  }
  pat_blob_clear(&damaged);
  pat_mem_free(keys);
}

static bool take_and_prove(void *context) {
  seq_log *log = context;
  const pat_hash key = {{1}};
  PAT_CLEANUP(pat_published_view_clear) pat_published_view view = {.key_count = 0};
  uint8_t bytes[PAT_INDEX_PROOF_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, bytes, sizeof bytes);
  bool present = false;
  pat_index_value value;
  return pat_is_ok(pat_published_view_take(&log->published, &key, 1, &view)) &&
         pat_is_ok(pat_published_view_prove(&view, 0, &builder, &present, &value));
}

static void test_published__any_failing_allocation_of_a_reader_is_told(void **state) {
  assert_true(failing_mem_torture(take_and_prove, *state) >= 3);
}

/* --- what it does ---------------------------------------------------------------------------- */

static void test_published__a_view_proves_every_key_at_its_checkpoint(void **state) {
  seq_log *log = *state;
  pat_hash *keys = pat_mem_new_array(KEYS_MAX, sizeof *keys);
  const size_t count = collect_keys(log->store, NULL, keys);
  assert_true(count > 20);
  pat_published_view view = {.key_count = 0};
  assert_ok(pat_published_view_take(&log->published, keys, count, &view));
  assert_int_equal(view.head.size, pat_published_get(&log->published).size);
  assert_int_equal(view.key_count, count);
  expect_good(&view, keys);
  pat_published_view_clear(&view);
  pat_published_view_clear(&view);
  assert_ok(pat_published_view_take(&log->published, NULL, 0, &view));
  expect_good(&view, NULL);
  pat_published_view_clear(&view);
  pat_mem_free(keys);
}

static void commit_vehicles(seq_log *log, uint32_t epoch, uint32_t count) {
  Patina__SignedStatement *envelopes[8];
  log->world->now_ms += 1000;
  for (uint32_t i = 0; i < count; i++)
    envelopes[i] = seq_vehicle_numbered(log->world, epoch * 10 + i);
  uint64_t size = 0;
  assert_ok(seq_run(log, seq_batch_of(log, envelopes, count), &size));
}

static void test_published__a_view_stays_where_it_is_while_epochs_pass(void **state) {
  seq_log *log = *state;
  pat_hash *keys = pat_mem_new_array(KEYS_MAX, sizeof *keys);
  const size_t count = collect_keys(log->store, NULL, keys);
  pat_published_view early = {.key_count = 0};
  assert_ok(pat_published_view_take(&log->published, keys, count, &early));
  const pat_published_head head = early.head;
  for (uint32_t epoch = 0; epoch < 40; epoch++)
    commit_vehicles(log, epoch, 1 + epoch % 4);
  pat_published_view late = {.key_count = 0};
  assert_ok(pat_published_view_take(&log->published, keys, count, &late));
  assert_int_equal(early.head.size, head.size);
  assert_true(late.head.size > head.size + 80);
  assert_false(pat_hash_equal(&early.index.root, &late.index.root));
  expect_good(&early, keys);
  expect_good(&late, keys);
  /* The committer ends before its readers do. */
  pat_committer_close(log->committer);
  log->committer = NULL;
  expect_good(&early, keys);
  pat_published_view_clear(&early);
  expect_good(&late, keys);
  pat_published_view_clear(&late);
  pat_mem_free(keys);
}

/* Counts the snapshots that are open. */
typedef struct {
  pat_store base;
  pat_store *inner;
  pat_store_engine engine;
  atomic_size_t open;
} counting_store;

static pat_status counting_open(pat_store *store, pat_store_snapshot **ret_snapshot) {
  counting_store *self = (counting_store *)store;
  atomic_fetch_add(&self->open, 1);
  return self->inner->engine->snapshot_open(self->inner, ret_snapshot);
}

static void counting_close(pat_store *store, pat_store_snapshot *snapshot) {
  counting_store *self = (counting_store *)store;
  atomic_fetch_sub(&self->open, 1);
  self->inner->engine->snapshot_close(self->inner, snapshot);
}

static void test_published__gives_each_moment_back_with_its_last_reader(void **state) {
  (void)state;
  pat_store *inner = NULL;
  assert_ok(pat_store_memory_open(&inner));
  counting_store counting = {.inner = inner, .engine = *inner->engine};
  counting.engine.snapshot_open = counting_open;
  counting.engine.snapshot_close = counting_close;
  pat_store_init_base(&counting.base, &counting.engine);
  pat_index_store *index = NULL;
  assert_ok(pat_index_store_open(inner, 2, 0, &index));
  pat_published published;
  pat_published_init(&published);
  pat_published_view views[3] = {{.key_count = 0}};
  for (uint64_t epoch = 0; epoch < 3; epoch++) {
    pat_moment *moment = NULL;
    assert_ok(pat_moment_new(NULL, &moment));
    pat_moment_frontier(moment)->size = epoch;
    assert_ok(pat_moment_seal(moment, &counting.base, (pat_published_head){.size = epoch}));
    pat_published_set(&published, moment, index);
    pat_moment_release(moment);
    assert_ok(pat_published_view_take(&published, NULL, 0, &views[epoch]));
    assert_int_equal(atomic_load(&counting.open), epoch + 1);
  }
  pat_published_view_clear(&views[1]);
  assert_int_equal(atomic_load(&counting.open), 2);
  pat_published_view_clear(&views[2]); /* it is still published */
  assert_int_equal(atomic_load(&counting.open), 2);
  pat_published_clear(&published);
  assert_int_equal(atomic_load(&counting.open), 1);
  pat_published_view_clear(&views[0]);
  assert_int_equal(atomic_load(&counting.open), 0);
  pat_index_store_close(index);
  pat_store_clear_base(&counting.base);
  pat_store_close(inner);
}

/* --- threads --------------------------------------------------------------------------------- */

typedef struct {
  seq_log *log;
  atomic_bool *done;
  const char *complaint;
  size_t rounds;
  pat_thread thread;
} reader;

/* Takes a view of all that an earlier one knew, holds some of them, checks the oldest. */
static const char *read_round(reader *reader, pat_hash *keys[HELD],
                              pat_published_view views[HELD]) {
  pat_published *published = &reader->log->published;
  const size_t slot = reader->rounds++ % HELD;
  if (views[slot].moment != NULL) {
    const char *complaint = check_view(&views[slot], keys[slot]);
    EXPECT(complaint == NULL, complaint);
    pat_published_view_clear(&views[slot]);
  }
  PAT_CLEANUP(pat_published_view_clear) pat_published_view before = {.key_count = 0};
  EXPECT(pat_is_ok(pat_published_view_take(published, NULL, 0, &before)), "no view");
  const size_t count = collect_keys(before.store, before.snapshot, keys[slot]);
  EXPECT(pat_is_ok(pat_published_view_take(published, keys[slot], count, &views[slot])),
         "no view of keys");
  EXPECT(views[slot].head.size >= before.head.size, "a later view is older");
  return NULL;
}

static void read_main(void *context) {
  reader *reader = context;
  pat_hash *keys[HELD];
  pat_published_view views[HELD] = {{.key_count = 0}};
  for (size_t i = 0; i < HELD; i++)
    keys[i] = pat_mem_new_array(KEYS_MAX, sizeof *keys[i]);
  while (reader->complaint == NULL && (reader->rounds <= HELD || !atomic_load(reader->done)))
    reader->complaint = read_round(reader, keys, views);
  for (size_t i = 0; i < HELD; i++) {
    if (reader->complaint == NULL && views[i].moment != NULL)
      reader->complaint = check_view(&views[i], keys[i]);
    pat_published_view_clear(&views[i]);
    pat_mem_free(keys[i]);
  }
}

static void test_published__readers_hold_views_while_batches_are_committed(void **state) {
  seq_log *log = *state;
  atomic_bool done;
  atomic_init(&done, false);
  reader readers[READERS];
  for (size_t i = 0; i < READERS; i++) {
    readers[i] = (reader){.log = log, .done = &done};
    assert_ok(pat_thread_start("reader", read_main, &readers[i], &readers[i].thread));
  }
  for (uint32_t epoch = 0; epoch < EPOCHS; epoch++)
    commit_vehicles(log, epoch, 1 + epoch % 4);
  atomic_store(&done, true);
  size_t rounds = 0;
  for (size_t i = 0; i < READERS; i++) {
    pat_thread_join(&readers[i].thread);
    if (readers[i].complaint != NULL) fail_msg("%s", readers[i].complaint);
    rounds += readers[i].rounds;
  }
  print_message("%zu views while %d epochs passed\n", rounds, (int)EPOCHS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      seq_test(test_published__gives_no_view_where_nothing_is_published_or_the_writer_is_gone),
      seq_test(test_published__a_damaged_or_lost_bucket_is_never_proved_from),
      seq_test(test_published__any_failing_allocation_of_a_reader_is_told),
      seq_test(test_published__a_view_proves_every_key_at_its_checkpoint),
      seq_test(test_published__a_view_stays_where_it_is_while_epochs_pass),
      cmocka_unit_test(test_published__gives_each_moment_back_with_its_last_reader),
      seq_test(test_published__readers_hold_views_while_batches_are_committed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
