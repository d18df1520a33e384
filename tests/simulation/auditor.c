#include "tests/simulation/auditor.h"

#include <string.h>

#include "core/base/assert.h"
#include "core/envelope/entry.h"
#include "core/index/value.h"
#include "core/tlog/hash.h"
#include "server/sequencer/keys.h"
#include "tests/simulation/complaint.h"

enum { LEAF_ARENA_BYTES = 128 * 1024 };

void sim_auditor_init(sim_auditor *auditor) {
  memset(auditor, 0, sizeof *auditor);
  pat_tlog_range_init(&auditor->range);
  pat_index_tree_init(&auditor->index, auditor->nodes, PAT_INDEX_NODES_FOR(SIM_SUBJECTS_MAX));
}

void sim_auditor_copy(sim_auditor *auditor, const sim_auditor *source) {
  *auditor = *source;
  auditor->index.nodes = auditor->nodes;
}

bool sim_auditor_find(const sim_auditor *auditor, size_t statement, uint64_t *ret_index) {
  if (auditor->place[statement] == 0) return false;
  *ret_index = auditor->place[statement] - 1u;
  return true;
}

/* --- entries --------------------------------------------------------------------------------- */

static sim_subject *subject_of(sim_auditor *auditor, ProtobufCBinaryData key) {
  for (size_t i = 0; i < auditor->subject_count; i++) {
    if (memcmp(auditor->subjects[i].key.bytes, key.data, PAT_HASH_BYTES) == 0)
      return &auditor->subjects[i];
  }
  PAT_ASSERT(auditor->subject_count < SIM_SUBJECTS_MAX);
  sim_subject *made = &auditor->subjects[auditor->subject_count++];
  memcpy(made->key.bytes, key.data, PAT_HASH_BYTES);
  pat_tlog_range_init(&made->sublog);
  return made;
}

static const char *take_link(sim_auditor *auditor, const Patina__SubjectLink *link,
                             const pat_hash *leaf) {
  sim_subject *subject = subject_of(auditor, link->key);
  bool follows = link->previous_case == PATINA__SUBJECT_LINK__PREVIOUS_PREVIOUS_INDEX;
  EXPECT(link->seq == subject->sublog.size, "a subject's entries are not numbered in order");
  EXPECT(follows == (link->seq > 0), "a subject's link has no entry before it, or one too many");
  EXPECT(!follows || link->previous_index == subject->last_index,
         "a subject's link leads to another entry");
  subject->last_index = auditor->size;
  pat_status status = pat_index_sublog_append(&subject->sublog, auditor->size, leaf);
  PAT_ASSERT(pat_is_ok(status));
  pat_index_value value = pat_index_value_of(&subject->sublog);
  status = pat_index_tree_put(&auditor->index, &subject->key, &value);
  PAT_ASSERT(pat_is_ok(status));
  return NULL;
}

static const char *take_entry(sim_auditor *auditor, const sim_pool *pool,
                              const Patina__Entry *entry, sim_leaf *leaf) {
  EXPECT(entry->logged_at_ms >= auditor->time_ms, "the log's time falls");
  leaf->statement = sim_pool_find(pool, entry->statement_sha256.data);
  EXPECT(leaf->statement < pool->count, "the log holds a statement that nobody made");
  EXPECT(auditor->place[leaf->statement] == 0, "a statement is in the log twice");
  auditor->place[leaf->statement] = (uint16_t)(auditor->size + 1);
  leaf->time_ms = entry->logged_at_ms;
  for (size_t i = 0; i < entry->n_subjects; i++)
    EXPECT_NONE(take_link(auditor, entry->subjects[i], &leaf->hash));
  return NULL;
}

/* --- commits --------------------------------------------------------------------------------- */

static bool field_is(ProtobufCBinaryData field, const pat_hash *hash) {
  return field.len == PAT_HASH_BYTES && memcmp(field.data, hash->bytes, PAT_HASH_BYTES) == 0;
}

static const char *take_commit(sim_auditor *auditor, const Patina__IndexCommit *commit,
                               sim_leaf *leaf) {
  bool follows = commit->previous_case == PATINA__INDEX_COMMIT__PREVIOUS_PREVIOUS_INDEX;
  EXPECT(commit->epoch == auditor->commits, "a commit's epoch is not the next");
  EXPECT(follows == (auditor->commits > 0), "a commit has none before it, or one too many");
  EXPECT(!follows || commit->previous_index == auditor->last_commit,
         "a commit names another one as the one before it");
  EXPECT(commit->covered_size == auditor->size, "a commit covers another size");
  EXPECT(commit->time_ms >= auditor->time_ms, "the log's time falls at a commit");
  pat_hash root = pat_tlog_range_root(&auditor->range);
  EXPECT(field_is(commit->log_root, &root), "a commit's log root is not that of the leaves");
  root = pat_index_tree_root(&auditor->index);
  EXPECT(commit->key_count == auditor->subject_count, "a commit counts other subjects");
  EXPECT(field_is(commit->index_root, &root), "a commit's index root is not that of the leaves");
  auditor->index_root = root;
  for (size_t i = auditor->commits == 0 ? 0 : (size_t)auditor->last_commit + 1; i < auditor->size;
       i++) {
    EXPECT(auditor->leaves[i].time_ms == commit->time_ms, "an entry has not its commit's time");
    auditor->leaves[i].batch_commit = auditor->size;
  }
  *leaf = (sim_leaf){.hash = leaf->hash,
                     .time_ms = commit->time_ms,
                     .statement = SIM_STATEMENTS_MAX,
                     .batch_commit = auditor->size};
  auditor->last_commit = auditor->size;
  auditor->commits++;
  return NULL;
}

/* --- reading --------------------------------------------------------------------------------- */

static pat_status get_leaf(pat_store *store, uint64_t index, pat_blob *ret_leaf) {
  pat_sequencer_key key = pat_number_key(index);
  return pat_store_get(store, NULL, (pat_store_key){PAT_TABLE_LEAF, pat_sequencer_key_span(&key)},
                       ret_leaf);
}

static const char *take_leaf(sim_auditor *auditor, const sim_pool *pool, pat_span bytes) {
  static uint8_t memory[LEAF_ARENA_BYTES];
  pat_arena arena;
  pat_arena_init(&arena, memory, sizeof memory);
  Patina__LogEntry *entry = NULL;
  EXPECT(pat_is_ok(pat_entry_decode(bytes, &arena, &entry, NULL)), "a leaf does not decode");
  PAT_ASSERT(auditor->size < SIM_LEAVES_MAX);
  sim_leaf *leaf = &auditor->leaves[auditor->size];
  *leaf = (sim_leaf){.hash = pat_tlog_leaf_hash(bytes)};
  EXPECT_NONE(entry->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT
                  ? take_commit(auditor, entry->commit, leaf)
                  : take_entry(auditor, pool, entry->statement, leaf));
  pat_status status = pat_tlog_range_append(&auditor->range, &leaf->hash);
  PAT_ASSERT(pat_is_ok(status));
  leaf->root = pat_tlog_range_root(&auditor->range);
  auditor->time_ms = leaf->time_ms;
  auditor->size++;
  return NULL;
}

const char *sim_auditor_read(sim_auditor *auditor, const sim_pool *pool, pat_store *store,
                             uint64_t size) {
  EXPECT(size >= auditor->size, "the log is shorter than it was");
  while (auditor->size < size) {
    PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
    EXPECT(pat_is_ok(get_leaf(store, auditor->size, &leaf)), "a published leaf is missing");
    EXPECT_NONE(take_leaf(auditor, pool, pat_blob_span(leaf)));
  }
  if (size == 0) return NULL;
  EXPECT(auditor->last_commit == size - 1, "the last leaf of a published tree is not a commit");
  return NULL;
}

const char *sim_auditor_recheck(const sim_auditor *auditor, pat_store *store) {
  for (size_t i = 0; i < auditor->size; i++) {
    PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
    EXPECT(pat_is_ok(get_leaf(store, i, &leaf)), "a leaf that was published is lost");
    pat_hash hash = pat_tlog_leaf_hash(pat_blob_span(leaf));
    EXPECT(pat_hash_equal(&hash, &auditor->leaves[i].hash),
           "a leaf that was published has changed");
  }
  PAT_CLEANUP(pat_blob_clear) pat_blob behind = {0};
  EXPECT(!pat_is_ok(get_leaf(store, auditor->size, &behind)), "there is a leaf behind the last");
  return NULL;
}
