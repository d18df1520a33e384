#include "tests/server/sequencer/sequencer_support.h"

#include <string.h>

#include "core/base/assert.h"
#include "server/sequencer/committer_internal.h"
#include "server/sequencer/keys.h"
#include "server/sys/checkpoint_file.h"
#include "server/sys/log.h"
#include "server/sys/mem.h"

/* --- stores ---------------------------------------------------------------------------------- */

void seq_put(pat_store *store, pat_table table, pat_span key, pat_span value) {
  pat_write_set set;
  pat_write_set_init(&set);
  assert_ok(pat_write_set_put(&set, table, key, value));
  assert_ok(pat_store_write(store, &set, true));
  pat_write_set_clear(&set);
}

void seq_delete(pat_store *store, pat_table table, pat_span key) {
  pat_write_set set;
  pat_write_set_init(&set);
  assert_ok(pat_write_set_delete(&set, table, key));
  assert_ok(pat_store_write(store, &set, true));
  pat_write_set_clear(&set);
}

pat_blob seq_get(pat_store *store, pat_table table, pat_span key) {
  pat_blob value = {0};
  assert_ok(pat_store_get(store, NULL, (pat_store_key){table, key}, &value));
  return value;
}

void seq_flip(pat_store *store, pat_table table, pat_span key, size_t byte) {
  pat_blob value = seq_get(store, table, key);
  assert_true(byte < value.size);
  value.data[byte] ^= 0x01;
  seq_put(store, table, key, pat_blob_span(value));
  pat_blob_clear(&value);
}

static void copy_table(pat_store *from, pat_store *to, pat_table table) {
  pat_store_cursor *cursor = NULL;
  pat_store_range all = {table, PAT_SPAN_EMPTY, PAT_SPAN_EMPTY};
  assert_ok(pat_store_cursor_open(from, NULL, all, &cursor));
  pat_write_set set;
  pat_write_set_init(&set);
  pat_span key;
  pat_span value;
  while (pat_is_ok(pat_store_cursor_next(cursor, &key, &value))) {
    assert_ok(pat_write_set_put(&set, table, key, value));
  }
  pat_store_cursor_close(cursor);
  assert_ok(pat_store_write(to, &set, true));
  pat_write_set_clear(&set);
}

void seq_copy_into(pat_store *from, pat_store *to) {
  for (int table = 0; table < PAT_TABLE_COUNT; table++)
    copy_table(from, to, (pat_table)table);
}

pat_store *seq_copy(pat_store *store) {
  pat_store *copy = NULL;
  assert_ok(pat_store_memory_open(&copy));
  seq_copy_into(store, copy);
  return copy;
}

/* The ledger's tables as the store names them. */
static const pat_table tables[PAT_LEDGER_TABLE_COUNT] = {
    [PAT_LEDGER_META] = PAT_TABLE_META,           [PAT_LEDGER_LEAF] = PAT_TABLE_LEAF,
    [PAT_LEDGER_STATEMENT] = PAT_TABLE_STATEMENT, [PAT_LEDGER_SUBJECT] = PAT_TABLE_SUBJECT,
    [PAT_LEDGER_SUBLOG] = PAT_TABLE_SUBLOG,       [PAT_LEDGER_STATE] = PAT_TABLE_STATE,
    [PAT_LEDGER_NEAR] = PAT_TABLE_NEAR,           [PAT_LEDGER_COMMIT] = PAT_TABLE_COMMIT,
};

void seq_seed(const ledger_world *world, pat_store *store) {
  pat_write_set set;
  pat_write_set_init(&set);
  for (size_t i = 0; i < world->store.capacity; i++) {
    const ledger_record *record = &world->store.records[i];
    if (record->key.bytes.data == NULL) continue;
    assert_ok(pat_write_set_put(&set, tables[record->key.table], record->key.bytes, record->value));
  }
  pat_frontier *frontier = pat_mem_new(sizeof *frontier);
  for (uint64_t i = 0; i < world->head.range.size; i++) {
    pat_hash hash = pat_tlog_leaf_hash(ledger_leaf(world, i));
    assert_ok(pat_frontier_append(frontier, &hash, &set));
  }
  pat_mem_free(frontier);
  assert_ok(pat_store_write(store, &set, true));
  pat_write_set_clear(&set);
}

/* --- the log --------------------------------------------------------------------------------- */

pat_log_keys seq_keys(const ledger_world *world) {
  pat_log_keys keys = {.log_secret = {0}};
  pat_hash seed = pat_hash_of(PAT_SPAN_LITERAL("test log key"));
  pat_sign_keypair_from_seed(seed.bytes, keys.log_public, keys.log_secret);
  memcpy(keys.vrf_secret, world->vrf_secret, sizeof keys.vrf_secret);
  return keys;
}

static void quiet_log(void *context, pat_log_level level, const char *line, size_t size) {
  (void)context;
  (void)level;
  (void)line;
  (void)size;
}

pat_status seq_open(seq_log *log) {
  pat_published_init(&log->published);
  log->published_ready = true;
  log->options.store = log->store;
  log->options.directory = log->directory.path[0] == '\0' ? NULL : log->directory.path;
  log->options.published = &log->published;
  log->err = (pat_err){.offset = 0};
  return pat_committer_open(&log->options, &log->committer, &log->err);
}

void seq_close(seq_log *log) {
  pat_committer_close(log->committer);
  log->committer = NULL;
  if (log->published_ready) pat_published_clear(&log->published);
  log->published_ready = false;
}

void seq_beat(seq_log *log) {
  pat_batch batch = {.now_ms = log->world->now_ms, .count = 0};
  uint64_t size = 0;
  assert_ok(pat_committer_decide(log->committer, &batch));
  assert_ok(pat_committer_commit(log->committer, &batch, true, &size));
}

/* Large ones cost a sanitizer time; with few buckets each holds several subjects. */
enum { SEQ_BATCH_BYTES = 16 * 1024 * 1024, SEQ_INDEX_DEPTH = 3 };

static seq_log *make_log(ledger_world *world) {
  seq_log *log = pat_mem_new(sizeof *log);
  log->world = world;
  log->directory = temp_directory_make();
  assert_ok(pat_store_memory_open(&log->store));
  log->keys = seq_keys(world);
  assert_ok(pat_note_key_make(pat_span_text(world->origin.text), PAT_NOTE_TYPE_ED25519,
                              log->keys.log_public, &log->log_key));
  log->options = (pat_committer_options){.origin = world->origin.text,
                                         .keys = &log->keys,
                                         .batch_bytes = SEQ_BATCH_BYTES,
                                         .index_depth = SEQ_INDEX_DEPTH};
  pat_log_set_sink(&(pat_log_sink){.write = quiet_log});
  return log;
}

int seq_setup(void **state) {
  seq_log *log = make_log(ledger_world_new((ledger_options){0}));
  seq_seed(log->world, log->store);
  assert_ok(seq_open(log));
  seq_beat(log);
  (void)ledger_run(log->world, NULL, 0);
  *state = log;
  return 0;
}

int seq_setup_empty(void **state) {
  seq_log *log = make_log(ledger_world_open((ledger_options){0}));
  assert_ok(seq_open(log));
  *state = log;
  return 0;
}

int seq_teardown(void **state) {
  seq_log *log = *state;
  seq_close(log);
  pat_store_close(log->store);
  temp_directory_remove(&log->directory);
  ledger_world_close(log->world);
  pat_mem_free(log);
  return 0;
}

/* --- batches --------------------------------------------------------------------------------- */

seq_batch *seq_batch_of(seq_log *log, Patina__SignedStatement *const *envelopes, size_t count) {
  seq_batch *made = ledger_take(log->world, sizeof *made);
  made->submissions = ledger_take(log->world, count * sizeof *made->submissions);
  made->decisions = ledger_take(log->world, count * sizeof *made->decisions);
  for (size_t i = 0; i < count; i++)
    made->submissions[i] = ledger_check(log->world, envelopes[i]);
  made->batch = (pat_batch){.now_ms = log->world->now_ms,
                            .submissions = made->submissions,
                            .memos = ledger_take(log->world, count * sizeof(pat_plan_memo)),
                            .decisions = made->decisions,
                            .count = count};
  return made;
}

pat_status seq_run(seq_log *log, seq_batch *batch, uint64_t *ret_size) {
  PAT_TRY(pat_committer_decide(log->committer, &batch->batch));
  return pat_committer_commit(log->committer, &batch->batch, false, ret_size);
}

Patina__SignedStatement *seq_vehicle(ledger_world *world, uint8_t number) {
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, number, LEDGER_SAID(said));
  return ledger_seal(&draft, NULL);
}

Patina__SignedStatement *seq_vehicle_numbered(ledger_world *world, uint32_t number) {
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  Patina__AssetRegistered *body = ledger_register(&draft, 0xee, LEDGER_SAID(said));
  memcpy(body->asset.data, &number, sizeof number);
  return ledger_seal(&draft, NULL);
}

Patina__SignedStatement *seq_inspection(ledger_world *world, uint8_t number) {
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, "good")}};
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_attest(&draft, number, LEDGER_SAID(said));
  return ledger_seal(&draft, NULL);
}

seq_batch *seq_three(seq_log *log) {
  Patina__SignedStatement *envelopes[] = {seq_vehicle(log->world, 1), seq_vehicle(log->world, 2),
                                          seq_inspection(log->world, 1)};
  return seq_batch_of(log, envelopes, 3);
}

pat_hash seq_root(const seq_log *log) { return pat_tlog_range_root(&log->committer->head.range); }

void seq_assert_hash(pat_hash got, pat_hash expected) {
  assert_memory_equal(got.bytes, expected.bytes, PAT_HASH_BYTES);
}

/* --- what is published ----------------------------------------------------------------------- */

static void assert_same_file(const seq_log *log, pat_span note) {
  if (log->options.directory == NULL) return;
  pat_blob file = {0};
  assert_ok(pat_checkpoint_file_read(log->options.directory, &file, NULL));
  assert_true(pat_span_equal(pat_blob_span(file), note));
  pat_blob_clear(&file);
}

pat_tlog_head seq_checkpoint(const seq_log *log) {
  pat_published_head head = pat_published_get((pat_published *)(uintptr_t)&log->published);
  pat_sequencer_key key = pat_note_key_of_size(head.size);
  pat_blob note = seq_get(log->store, PAT_TABLE_META, pat_sequencer_key_span(&key));
  pat_checkpoint checkpoint;
  assert_ok(pat_checkpoint_open(pat_blob_span(note), &log->log_key, PAT_CHECKPOINT_STRICT,
                                &checkpoint, NULL));
  assert_int_equal(checkpoint.head.size, head.size);
  assert_same_file(log, pat_blob_span(note));
  pat_tlog_head result = checkpoint.head;
  pat_blob_clear(&note);
  return result;
}

void seq_assert_included(const seq_log *log, uint64_t index, const pat_hash *leaf_hash) {
  pat_tlog_head head = seq_checkpoint(log);
  pat_frontier *frontier = pat_mem_new(sizeof *frontier);
  (void)pat_published_edge((pat_published *)(uintptr_t)&log->published, frontier);
  pat_tree_reader reader = {.store = log->store, .frontier = frontier};
  pat_tlog_source source = pat_tree_reader_source(&reader);
  pat_tlog_plan plan;
  assert_ok(pat_tlog_inclusion_nodes(index, head.size, &plan));
  pat_tlog_proof proof;
  assert_ok(pat_tlog_proof_build(&plan, &source, &proof));
  assert_ok(pat_tlog_inclusion_verify(index, head.size, leaf_hash, pat_tlog_proof_hashes(&proof),
                                      &head.root));
  pat_tree_reader_clear(&reader);
  pat_mem_free(frontier);
}

void seq_assert_extends(const seq_log *log, const pat_tlog_head *older) {
  pat_tlog_head head = seq_checkpoint(log);
  pat_frontier *frontier = pat_mem_new(sizeof *frontier);
  (void)pat_published_edge((pat_published *)(uintptr_t)&log->published, frontier);
  pat_tree_reader reader = {.store = log->store, .frontier = frontier};
  pat_tlog_source source = pat_tree_reader_source(&reader);
  pat_tlog_plan plan;
  assert_ok(pat_tlog_consistency_nodes(older->size, head.size, &plan));
  pat_tlog_proof proof;
  assert_ok(pat_tlog_proof_build(&plan, &source, &proof));
  assert_ok(pat_tlog_consistency_verify(older, &head, pat_tlog_proof_hashes(&proof)));
  pat_tree_reader_clear(&reader);
  pat_mem_free(frontier);
}
