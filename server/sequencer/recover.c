/* Opening a log: what the store holds is read back and held against everything that is known of
 * it elsewhere. */
#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/envelope/entry.h"
#include "core/ledger/record.h"
#include "core/note/checkpoint.h"
#include "server/sequencer/committer_internal.h"
#include "server/sequencer/keys.h"
#include "server/sys/log.h"

static pat_status read_leaf(pat_store *store, uint64_t index, pat_blob *ret_leaf) {
  pat_sequencer_key key = pat_number_key(index);
  pat_store_key store_key = {PAT_TABLE_LEAF, pat_sequencer_key_span(&key)};
  return pat_store_get(store, NULL, store_key, ret_leaf);
}

/* --- head ------------------------------------------------------------------------------------ */

static pat_status check_head_origin(pat_committer *committer, pat_span record, pat_err *reterr) {
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__head_record__descriptor, record, &committer->plan_arena, 0,
                              &message, reterr));
  const char *origin = ((const Patina__HeadRecord *)message)->origin;
  bool same = pat_span_equal(pat_span_text(origin), pat_span_text(committer->options.origin));
  PAT_REQUIRE_AT(same, GENESIS_ORIGIN, reterr, 0, "head");
  return PAT_OK;
}

static pat_status load_head(pat_committer *committer, pat_err *reterr) {
  PAT_CLEANUP(pat_blob_clear) pat_blob record = {0};
  pat_store_key key = {PAT_TABLE_META, PAT_SPAN_LITERAL("head")};
  pat_status status = pat_store_get(committer->options.store, NULL, key, &record);
  committer->head = (pat_head){.has_commit = false};
  pat_tlog_range_init(&committer->head.range);
  if (pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND)) return PAT_OK;
  PAT_TRY(status);
  pat_arena_reset_to(&committer->plan_arena, 0);
  PAT_TRY(check_head_origin(committer, pat_blob_span(record), reterr));
  return pat_head_decode(pat_blob_span(record), &committer->plan_arena, &committer->head);
}

/* --- tiles and index ------------------------------------------------------------------------- */

/* The root of the tree's first size leaves. */
static pat_status root_at(pat_committer *committer, uint64_t size, pat_hash *ret_root) {
  PAT_CLEANUP(pat_tree_reader_clear)
  pat_tree_reader reader = {.store = committer->options.store,
                            .frontier = pat_moment_frontier(committer->moment)};
  return pat_tree_reader_root(&reader, size, ret_root);
}

static pat_status check_tiles(pat_committer *committer, pat_err *reterr) {
  PAT_TRY(pat_frontier_load(committer->options.store, committer->head.range.size,
                            pat_moment_frontier(committer->moment)));
  pat_hash root;
  PAT_TRY(root_at(committer, committer->head.range.size, &root));
  pat_hash expected = pat_tlog_range_root(&committer->head.range);
  PAT_REQUIRE_AT(pat_hash_equal(&root, &expected), SEQUENCER_STORE, reterr, 0, "tiles");
  return PAT_OK;
}

static bool field_is(ProtobufCBinaryData field, const pat_hash *hash) {
  return pat_span_equal(pat_span_make(field.data, field.len), pat_hash_span(hash));
}

static pat_status compare_commit(pat_committer *committer, const Patina__IndexCommit *commit,
                                 pat_err *reterr) {
  const pat_head *head = &committer->head;
  bool same_head = commit->covered_size + 1 == head->range.size && commit->epoch == head->epoch &&
                   commit->time_ms == head->time_ms && commit->key_count == head->key_count;
  PAT_REQUIRE_AT(same_head, SEQUENCER_STORE, reterr, 0, "head");
  pat_hash log_root;
  PAT_TRY(root_at(committer, commit->covered_size, &log_root));
  PAT_REQUIRE_AT(field_is(commit->log_root, &log_root), SEQUENCER_STORE, reterr, 0, "tiles");
  const pat_index_state index = pat_index_store_state(committer->index);
  bool same_index =
      commit->key_count == index.key_count && field_is(commit->index_root, &index.root);
  PAT_REQUIRE_AT(same_index, SEQUENCER_STORE, reterr, 0, "index");
  return PAT_OK;
}

/* The last IndexCommit is the last leaf, and says what the head and the index must be. */
static pat_status check_index(pat_committer *committer, pat_err *reterr) {
  const pat_committer_options *options = &committer->options;
  const pat_status status = pat_index_store_open(options->store, options->index_depth,
                                                 committer->head.key_count, &committer->index);
  if (pat_is_rule(status, PAT_RULE_SEQUENCER_STORE))
    pat_err_set(reterr, PAT_RULE_SEQUENCER_STORE, 0, "index");
  PAT_TRY(status);
  if (!committer->head.has_commit) {
    const bool none = pat_index_store_state(committer->index).key_count == 0;
    PAT_REQUIRE_AT(none, SEQUENCER_STORE, reterr, 0, "head");
    return PAT_OK;
  }
  PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
  PAT_TRY(read_leaf(committer->options.store, committer->head.last_commit_index, &leaf));
  pat_arena_reset_to(&committer->plan_arena, 0);
  Patina__LogEntry *entry = NULL;
  PAT_TRY(pat_entry_decode(pat_blob_span(leaf), &committer->plan_arena, &entry, reterr));
  PAT_REQUIRE_AT(entry->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT, SEQUENCER_STORE, reterr, 0,
                 "commit");
  return compare_commit(committer, entry->commit, reterr);
}

/* --- genesis --------------------------------------------------------------------------------- */

pat_status pat_committer__load_genesis(pat_committer *committer, pat_err *reterr) {
  PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
  PAT_TRY(read_leaf(committer->options.store, 0, &leaf));
  /* The parameters borrow from the leaf's bytes, so these live as long. */
  uint8_t *copy = pat_arena_take(&committer->genesis_arena, leaf.size);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, leaf.size, pat_blob_span(leaf));
  return pat_ledger_genesis(pat_span_make(copy, leaf.size), committer->options.origin,
                            &committer->genesis_arena, &committer->ledger.genesis, reterr);
}

/* --- the checkpoint published last ----------------------------------------------------------- */

static pat_status compare_published(pat_committer *committer, const pat_checkpoint *last,
                                    pat_err *reterr) {
  PAT_REQUIRE_AT(last->head.size <= committer->head.range.size, SEQUENCER_BEHIND, reterr, 0,
                 "checkpoint");
  pat_hash root;
  PAT_TRY(root_at(committer, last->head.size, &root));
  PAT_REQUIRE_AT(pat_hash_equal(&root, &last->head.root), SEQUENCER_FORK, reterr, 0, "checkpoint");
  return PAT_OK;
}

static pat_status write_checkpoint_file(pat_committer *committer) {
  uint8_t bytes[1024];
  pat_builder builder;
  pat_builder_init(&builder, bytes, sizeof bytes);
  PAT_TRY(pat_committer__sign(committer, &committer->head.range, &builder));
  pat_span note;
  PAT_TRY(pat_builder_finish(&builder, &note));
  return pat_committer__keep_checkpoint(committer, note);
}

/* A store that is ahead of the file was stopped between its commit and the file: the batch is
 * durable, so it is published now. A store behind the file is an older copy. */
static pat_status check_published(pat_committer *committer, pat_err *reterr) {
  PAT_CLEANUP(pat_blob_clear) pat_blob note = {0};
  pat_status status = pat_committer__kept_checkpoint(committer, &note, reterr);
  if (pat_is_ok(status) && !pat_blob_is_set(note)) return PAT_OK;
  bool missing = pat_is_rule(status, PAT_RULE_FILE_MISSING);
  if (missing && !committer->head.has_commit) return PAT_OK;
  uint64_t published_size = 0;
  if (!missing) {
    PAT_TRY(status);
    pat_checkpoint last;
    PAT_TRY(pat_checkpoint_open(pat_blob_span(note), &committer->log_key, PAT_CHECKPOINT_STRICT,
                                &last, reterr));
    PAT_TRY(compare_published(committer, &last, reterr));
    published_size = last.head.size;
  }
  if (published_size != committer->head.range.size) {
    PAT_LOG(PAT_LOG_NOTICE, "committer.recovered", pat_log_number("published", published_size),
            pat_log_number("durable", committer->head.range.size));
  }
  /* Also where it says the same: its replacement may have been cut off before it was durable, and
   * with it a cut of power would take what tells an older copy of the store. */
  return write_checkpoint_file(committer);
}

pat_status pat_committer__recover(pat_committer *committer, pat_err *reterr) {
  PAT_TRY(load_head(committer, reterr));
  PAT_TRY(check_tiles(committer, reterr));
  PAT_TRY(check_index(committer, reterr));
  /* Before anything is signed: whose log this is. */
  if (committer->head.has_commit) PAT_TRY(pat_committer__load_genesis(committer, reterr));
  PAT_TRY(check_published(committer, reterr));
  if (!committer->head.has_commit) return PAT_OK;
  PAT_TRY(pat_committer__seal(committer, committer->moment));
  pat_published_set(committer->options.published, committer->moment, committer->index);
  PAT_LOG(PAT_LOG_NOTICE, "committer.opened", pat_log_number("size", committer->head.range.size),
          pat_log_number("epoch", committer->head.epoch),
          pat_log_number("subjects", committer->head.key_count));
  return PAT_OK;
}
