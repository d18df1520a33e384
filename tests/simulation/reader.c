#include "tests/simulation/reader.h"

#include "core/base/assert.h"
#include "core/index/proof.h"
#include "core/note/checkpoint.h"
#include "server/sequencer/keys.h"
#include "server/sys/mem.h"
#include "tests/simulation/complaint.h"

/* --- notes ----------------------------------------------------------------------------------- */

static const char *open_note(const sim_pool *pool, pat_span note, pat_tlog_head *ret_head) {
  pat_checkpoint checkpoint;
  pat_status status =
      pat_checkpoint_open(note, &pool->log_key, PAT_CHECKPOINT_STRICT, &checkpoint, NULL);
  EXPECT(pat_is_ok(status), "a published checkpoint is not signed by the log");
  *ret_head = checkpoint.head;
  return NULL;
}

static const char *read_note(const sim_pool *pool, pat_store *store, uint64_t size,
                             pat_tlog_head *ret_head) {
  PAT_CLEANUP(pat_blob_clear) pat_blob note = {0};
  pat_sequencer_key key = pat_note_key_of_size(size);
  pat_status status = pat_store_get(
      store, NULL, (pat_store_key){PAT_TABLE_META, pat_sequencer_key_span(&key)}, &note);
  EXPECT(pat_is_ok(status), "the note of a published checkpoint is missing");
  EXPECT_NONE(open_note(pool, pat_blob_span(note), ret_head));
  EXPECT(ret_head->size == size, "a checkpoint states another size than what is published");
  return NULL;
}

const char *sim_reader_take(sim_reader *reader, const sim_pool *pool, pat_span note) {
  PAT_ASSERT(reader->handed_count < SIM_SEEN_MAX);
  EXPECT_NONE(open_note(pool, note, &reader->handed[reader->handed_count]));
  reader->handed_count++;
  return NULL;
}

/* --- checking -------------------------------------------------------------------------------- */

static bool is_of(const pat_tlog_head *head, const sim_auditor *auditor) {
  return head->size >= 1 && head->size <= auditor->size &&
         pat_hash_equal(&head->root, &auditor->leaves[head->size - 1].root);
}

const char *sim_reader_check(const sim_reader *reader, const sim_auditor *auditor) {
  for (size_t i = 0; i < reader->count; i++) {
    EXPECT(is_of(&reader->seen[i], auditor), "a checkpoint that was published is not of this log");
    EXPECT(i == 0 || reader->seen[i].size > reader->seen[i - 1].size, "checkpoints went backwards");
  }
  for (size_t i = 0; i < reader->handed_count; i++)
    EXPECT(is_of(&reader->handed[i], auditor), "a checkpoint that was handed out came to nothing");
  return NULL;
}

uint64_t sim_reader_size(const sim_reader *reader) {
  return reader->count == 0 ? 0 : reader->seen[reader->count - 1].size;
}

static const char *check_commit(const sim_auditor *auditor, const pat_published_head *head) {
  EXPECT(auditor->size == head->size, "what is published is not what is stored");
  EXPECT(auditor->last_commit == head->size - 1, "a published tree does not end with its commit");
  EXPECT(auditor->commits == head->epoch + 1, "what is published names another epoch");
  EXPECT(auditor->time_ms == head->time_ms, "what is published has another time than its commit");
  return NULL;
}

/* The proof that the published index gives for key number i, against what the leaves say. */
static const char *check_proof(const sim_auditor *auditor, const pat_published_view *view, size_t i,
                               const pat_hash *key) {
  uint8_t bytes[PAT_INDEX_PROOF_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, bytes, sizeof bytes);
  pat_index_value value = {.count = 0};
  pat_index_value expected = {.count = 0};
  bool present = false;
  pat_status status = pat_published_view_prove(view, i, &builder, &present, &value);
  EXPECT(pat_is_ok(status), "no proof can be made of what is published");
  EXPECT(present == pat_index_tree_get(&auditor->index, key, &expected),
         "the index does not hold the subjects of the leaves");
  EXPECT(value.count == expected.count, "the index counts other entries than the leaves");
  const pat_span proof = pat_span_make(bytes, pat_builder_size(&builder));
  status = present ? pat_index_presence_verify(&auditor->index_root, key, &expected, proof)
                   : pat_index_absence_verify(&auditor->index_root, key, proof);
  EXPECT(pat_is_ok(status), "a proof of the index does not verify");
  return NULL;
}

/* Of one subject, and of a key beside it that is none. */
static const char *check_index(const sim_auditor *auditor, pat_published *published) {
  pat_hash keys[2];
  keys[0] = auditor->subjects[auditor->size % auditor->subject_count].key;
  keys[1] = keys[0];
  keys[1].bytes[auditor->size % PAT_HASH_BYTES] ^= 1;
  PAT_CLEANUP(pat_published_view_clear) pat_published_view view = {.key_count = 0};
  EXPECT(pat_is_ok(pat_published_view_take(published, keys, 2, &view)), "there is no view");
  EXPECT(view.head.size == auditor->size, "a view is of another checkpoint than is published");
  EXPECT(view.frontier->size == auditor->size, "a view has another tree than its checkpoint");
  EXPECT_NONE(check_proof(auditor, &view, 0, &keys[0]));
  return check_proof(auditor, &view, 1, &keys[1]);
}

static const char *check_extends(sim_sight *sight, const pat_tlog_head *older,
                                 const pat_tlog_head *newer) {
  pat_tlog_source source = pat_tree_reader_source(&sight->tree);
  pat_tlog_plan plan;
  pat_tlog_proof proof;
  bool built = pat_is_ok(pat_tlog_consistency_nodes(older->size, newer->size, &plan)) &&
               pat_is_ok(pat_tlog_proof_build(&plan, &source, &proof));
  EXPECT(built, "no consistency proof can be built from the tiles");
  pat_status status = pat_tlog_consistency_verify(older, newer, pat_tlog_proof_hashes(&proof));
  EXPECT(pat_is_ok(status), "a checkpoint does not continue an older one");
  return NULL;
}

/* --- looking --------------------------------------------------------------------------------- */

void sim_sight_clear(sim_sight *sight) {
  pat_tree_reader_clear(&sight->tree);
  pat_mem_free(sight->frontier);
  *sight = (sim_sight){.frontier = NULL};
}

const char *sim_reader_look(sim_reader *reader, const sim_pool *pool, const sim_auditor *auditor,
                            pat_published *published, sim_sight *ret_sight) {
  pat_store *store = ret_sight->tree.store;
  ret_sight->frontier = pat_mem_new(sizeof *ret_sight->frontier);
  PAT_ASSERT(ret_sight->frontier != NULL);
  ret_sight->head = pat_published_edge(published, ret_sight->frontier);
  ret_sight->tree.frontier = ret_sight->frontier;
  EXPECT(ret_sight->head.size >= sim_reader_size(reader),
         "the published checkpoint went backwards");
  if (ret_sight->head.size > 0) EXPECT_NONE(check_index(auditor, published));
  if (ret_sight->head.size == sim_reader_size(reader)) return NULL;
  EXPECT_NONE(check_commit(auditor, &ret_sight->head));
  pat_tlog_head head;
  EXPECT_NONE(read_note(pool, store, ret_sight->head.size, &head));
  EXPECT(is_of(&head, auditor), "a checkpoint states another root than that of the leaves");
  if (reader->count > 0) {
    size_t older = (size_t)(head.size * 7 % reader->count);
    EXPECT_NONE(check_extends(ret_sight, &reader->seen[reader->count - 1], &head));
    EXPECT_NONE(check_extends(ret_sight, &reader->seen[older], &head));
  }
  PAT_ASSERT(reader->count < SIM_SEEN_MAX);
  reader->seen[reader->count++] = head;
  return NULL;
}

const char *sim_reader_receipt(const sim_reader *reader, sim_sight *sight, uint64_t index,
                               const pat_hash *leaf_hash) {
  EXPECT(reader->count > 0, "something is acknowledged before anything is published");
  const pat_tlog_head *head = &reader->seen[reader->count - 1];
  pat_tlog_source source = pat_tree_reader_source(&sight->tree);
  pat_tlog_plan plan;
  pat_tlog_proof proof;
  bool built = pat_is_ok(pat_tlog_inclusion_nodes(index, head->size, &plan)) &&
               pat_is_ok(pat_tlog_proof_build(&plan, &source, &proof));
  EXPECT(built, "no receipt can be built for a statement that was acknowledged");
  pat_status status = pat_tlog_inclusion_verify(index, head->size, leaf_hash,
                                                pat_tlog_proof_hashes(&proof), &head->root);
  EXPECT(pat_is_ok(status), "a receipt does not verify against its checkpoint");
  return NULL;
}
