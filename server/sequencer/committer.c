#include "server/sequencer/committer.h"

#include "core/base/assert.h"
#include "core/note/checkpoint.h"
#include "server/sequencer/committer_internal.h"
#include "server/sequencer/keys.h"
#include "server/sys/checkpoint_file.h"
#include "server/sys/log.h"

/* The ledger's tables are the store's, under the same names. */
static pat_table store_table(pat_ledger_table table) {
  static const pat_table tables[PAT_LEDGER_TABLE_COUNT] = {
      [PAT_LEDGER_META] = PAT_TABLE_META,           [PAT_LEDGER_LEAF] = PAT_TABLE_LEAF,
      [PAT_LEDGER_STATEMENT] = PAT_TABLE_STATEMENT, [PAT_LEDGER_SUBJECT] = PAT_TABLE_SUBJECT,
      [PAT_LEDGER_SUBLOG] = PAT_TABLE_SUBLOG,       [PAT_LEDGER_STATE] = PAT_TABLE_STATE,
      [PAT_LEDGER_NEAR] = PAT_TABLE_NEAR,           [PAT_LEDGER_COMMIT] = PAT_TABLE_COMMIT,
  };
  PAT_ASSERT(table < PAT_LEDGER_TABLE_COUNT);
  return tables[table];
}

/* --- opening and closing --------------------------------------------------------------------- */

/* Not zeroed: an arena zeroes what is taken from it, and most of this is never touched. */
static pat_status take_arena(size_t size, pat_arena *ret_arena) {
  void *memory = pat_mem_resize(NULL, size, 1);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena_init(ret_arena, memory, size);
  return PAT_OK;
}

static pat_status take_memory(pat_committer *committer) {
  PAT_TRY(take_arena(PAT_COMMITTER_GENESIS_BYTES, &committer->genesis_arena));
  size_t wanted = committer->options.batch_bytes;
  size_t batch_bytes = wanted == 0 ? PAT_COMMITTER_BATCH_BYTES : wanted;
  PAT_TRY(take_arena(batch_bytes, &committer->view_arena));
  PAT_TRY(take_arena(batch_bytes, &committer->plan_arena));
  return pat_moment_new(NULL, &committer->moment);
}

static void close_at(pat_committer **committer) { pat_committer_close(*committer); }

pat_status pat_committer_open(const pat_committer_options *options, pat_committer **ret_committer,
                              pat_err *reterr) {
  PAT_CLEANUP(close_at) pat_committer *committer = pat_mem_new(sizeof *committer);
  PAT_REQUIRE(committer != NULL, LIMIT_MEMORY);
  committer->options = *options;
  committer->ledger =
      (pat_ledger){.origin = options->origin, .vrf_secret = options->keys->vrf_secret};
  pat_write_set_init(&committer->writes);
  PAT_TRY(take_memory(committer));
  PAT_TRY(pat_note_key_make(pat_span_text(options->origin), PAT_NOTE_TYPE_ED25519,
                            options->keys->log_public, &committer->log_key));
  PAT_TRY(pat_committer__recover(committer, reterr));
  *ret_committer = committer;
  committer = NULL;
  return PAT_OK;
}

void pat_committer_close(pat_committer *committer) {
  if (committer == NULL) return;
  pat_published_withdraw(committer->options.published);
  pat_index_store_close(committer->index);
  pat_moment_release(committer->moment);
  pat_write_set_clear(&committer->writes);
  pat_mem_free(committer->genesis_arena.base);
  pat_mem_free(committer->view_arena.base);
  pat_mem_free(committer->plan_arena.base);
  pat_mem_free(committer);
}

const Patina__GenesisParameters *pat_committer_genesis(const pat_committer *committer) {
  return committer->ledger.genesis;
}

uint64_t pat_committer_time_ms(const pat_committer *committer) { return committer->head.time_ms; }

pat_status pat_committer_state(const pat_committer *committer) { return committer->state; }

/* --- deciding -------------------------------------------------------------------------------- */

/* The keys that the view needs, as the ledger and as the store name them. */
typedef struct {
  pat_ledger_key *ledger_keys;
  pat_store_key *store_keys;
  size_t count;
} need_list;

static pat_status add_need(void *context, const pat_view_slot *slot) {
  need_list *list = context;
  list->ledger_keys[list->count] = slot->key;
  list->store_keys[list->count] = (pat_store_key){store_table(slot->key.table), slot->key.bytes};
  list->count++;
  return PAT_OK;
}

static void clear_values(pat_blob *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    pat_blob_clear(&values[i]);
}

/* Puts the fetched values in; the keys' bytes belong to the view, so they stay valid. */
static pat_status put_values(pat_view *view, const pat_ledger_key *keys, const pat_blob *values,
                             size_t count) {
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(pat_view_put_base(view, keys[i], pat_blob_is_set(values[i]), pat_blob_span(values[i])));
  }
  return PAT_OK;
}

static bool is_schema(pat_ledger_key key) {
  uint8_t prefix = key.bytes.data[0];
  return key.table == PAT_LEDGER_STATE &&
         (prefix == PAT_STATE_CLASS_VERSION || prefix == PAT_STATE_SCHEME_VERSION);
}

static void keep_hints(pat_committer_hints *hints, const pat_ledger_key *keys, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!is_schema(keys[i])) continue;
    pat_state_key *kept = &hints->keys[hints->next];
    pat_span_copy(kept->bytes, sizeof kept->bytes, keys[i].bytes);
    kept->size = keys[i].bytes.size;
    hints->next = (hints->next + 1) % PAT_COMMITTER_HINTS_MAX;
  }
}

static pat_status ask_hints(const pat_committer_hints *hints, pat_view *view) {
  for (size_t i = 0; i < PAT_COMMITTER_HINTS_MAX && hints->keys[i].size > 0; i++) {
    pat_span ignored;
    pat_status status = pat_view_get(view, pat_state_ledger_key(&hints->keys[i]), &ignored);
    if (!pat_is_rule(status, PAT_RULE_LEDGER_NEED)) return status;
  }
  return PAT_OK;
}

static pat_status fetch_needs(pat_committer *committer, bool first) {
  size_t count = committer->view.need_count;
  PAT_CLEANUP(pat_mem_free_at) pat_store_key *keys = pat_mem_new_array(count, sizeof *keys);
  PAT_CLEANUP(pat_mem_free_at)
  pat_ledger_key *ledger_keys = pat_mem_new_array(count, sizeof *ledger_keys);
  PAT_CLEANUP(pat_mem_free_at) pat_blob *values = pat_mem_new_array(count, sizeof *values);
  PAT_REQUIRE(keys != NULL && ledger_keys != NULL && values != NULL, LIMIT_MEMORY);
  need_list needs = {ledger_keys, keys, 0};
  PAT_TRY(pat_view_each_need(&committer->view, add_need, &needs));
  PAT_ASSERT(needs.count == count);
  if (!first) keep_hints(&committer->hints, ledger_keys, count);
  PAT_TRY(pat_store_get_many(committer->options.store, NULL, keys, count, values));
  pat_status status = put_values(&committer->view, ledger_keys, values, count);
  clear_values(values, count);
  return status;
}

pat_status pat_committer_decide(pat_committer *committer, pat_batch *batch) {
  PAT_TRY(committer->state);
  pat_arena_reset_to(&committer->view_arena, 0);
  PAT_TRY(pat_view_init(&committer->view, &committer->view_arena));
  PAT_TRY(ask_hints(&committer->hints, &committer->view));
  for (int round = 0; round < PAT_LEDGER_ROUNDS_MAX; round++) {
    pat_arena_reset_to(&committer->plan_arena, 0);
    pat_status status =
        pat_ledger_plan(&committer->ledger, &committer->head, batch, &committer->view,
                        &committer->plan_arena, &committer->planned);
    if (!pat_is_rule(status, PAT_RULE_LEDGER_NEED)) return status;
    PAT_TRY(fetch_needs(committer, round == 0));
  }
  return pat_refuse(PAT_RULE_INTERNAL);
}

/* --- the checkpoint published last ----------------------------------------------------------- */

static pat_status write_file(void *context, pat_span note) {
  return pat_checkpoint_file_write(context, note, NULL);
}

static pat_status read_file(void *context, pat_blob *ret_note, pat_err *reterr) {
  return pat_checkpoint_file_read(context, ret_note, reterr);
}

/* The place that the options name; false where none is kept. */
static bool find_place(const pat_committer *committer, pat_checkpoint_place *ret_place) {
  const pat_committer_options *options = &committer->options;
  *ret_place = options->place;
  if (options->place.write != NULL) return true;
  *ret_place = (pat_checkpoint_place){write_file, read_file, (void *)(uintptr_t)options->directory};
  return options->directory != NULL;
}

pat_status pat_committer__keep_checkpoint(const pat_committer *committer, pat_span note) {
  pat_checkpoint_place place;
  return find_place(committer, &place) ? place.write(place.context, note) : PAT_OK;
}

pat_status pat_committer__kept_checkpoint(const pat_committer *committer, pat_blob *ret_note,
                                          pat_err *reterr) {
  pat_checkpoint_place place;
  return find_place(committer, &place) ? place.read(place.context, ret_note, reterr) : PAT_OK;
}

/* --- committing ------------------------------------------------------------------------------ */

/* All that a commit needs and that may be refused while nothing has changed yet. */
typedef struct {
  pat_index_state index; /* after the batch */
  pat_moment *moment;    /* its frontier is worked on */
} commit_parts;

static void clear_parts(commit_parts *parts) { pat_moment_release(parts->moment); }

static pat_status count_write(void *context, const pat_view_slot *slot) {
  uint64_t *bytes = context;
  *bytes += slot->key.bytes.size + slot->overlay.size;
  return PAT_OK;
}

/* Bytes that the batch will write, at most: buckets of the index, records, its commit and note,
 * subtrees that become full. */
static pat_status count_writes(const pat_committer *committer, uint64_t *ret_bytes) {
  uint64_t grown = committer->planned.range.size - committer->head.range.size;
  uint64_t subtrees = grown / PAT_TLOG_TILE_WIDTH + PAT_FRONTIER_LEVELS;
  uint64_t bytes = PAT_COMMITTER_CLOSE_BYTES + subtrees * PAT_TLOG_SUBTREE_HASHES * PAT_HASH_BYTES;
  bytes += pat_write_set_bytes(&committer->writes);
  PAT_TRY(pat_view_each_write(&committer->view, count_write, &bytes));
  *ret_bytes = bytes;
  return PAT_OK;
}

/* Puts the changed buckets into the write set; what readers see of the index stays. */
static pat_status update_index(pat_committer *committer, pat_index_state *ret_next) {
  pat_arena *arena = &committer->plan_arena;
  pat_changed_subject *subjects = NULL;
  size_t count = 0;
  PAT_TRY(pat_ledger_changed_subjects(&committer->view, arena, &subjects, &count));
  pat_index_leaf *leaves = pat_arena_take_array(arena, count, sizeof *leaves);
  PAT_REQUIRE(leaves != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    const pat_index_value value = {subjects[i].count, subjects[i].root};
    leaves[i] = pat_index_leaf_make(&subjects[i].key, &value);
  }
  return pat_index_store_update(committer->index, leaves, count, &committer->writes, ret_next);
}

static pat_status prepare(pat_committer *committer, commit_parts *parts) {
  pat_write_set_reset(&committer->writes);
  PAT_TRY(update_index(committer, &parts->index));
  uint64_t bytes = 0;
  PAT_TRY(count_writes(committer, &bytes));
  PAT_TRY(pat_store_check_room(committer->options.store, bytes));
  const pat_arena *arena = &committer->plan_arena;
  PAT_REQUIRE(arena->capacity - arena->used >= PAT_COMMITTER_CLOSE_BYTES, LIMIT_MEMORY);
  return pat_moment_new(pat_moment_frontier(committer->moment), &parts->moment);
}

static pat_status put_write(void *context, const pat_view_slot *slot) {
  pat_committer *committer = context;
  return pat_write_set_lend(&committer->writes, store_table(slot->key.table), slot->key.bytes,
                            slot->overlay);
}

static pat_status append_tiles(pat_committer *committer, const pat_batch *batch,
                               pat_span commit_leaf, pat_frontier *frontier) {
  for (size_t i = 0; i < batch->count; i++) {
    if (batch->decisions[i].outcome != PAT_DECISION_ACCEPTED) continue;
    PAT_TRY(pat_frontier_append(frontier, &batch->decisions[i].leaf_hash, &committer->writes));
  }
  pat_hash commit_hash = pat_tlog_leaf_hash(commit_leaf);
  return pat_frontier_append(frontier, &commit_hash, &committer->writes);
}

pat_status pat_committer__sign(const pat_committer *committer, const pat_tlog_range *range,
                               pat_builder *builder) {
  pat_tlog_head head = {range->size, pat_tlog_range_root(range)};
  uint8_t text_bytes[PAT_ORIGIN_BYTES_MAX + 128];
  pat_builder text;
  pat_builder_init(&text, text_bytes, sizeof text_bytes);
  PAT_TRY(pat_checkpoint_format(pat_span_text(committer->options.origin), &head, &text));
  pat_span checkpoint;
  PAT_TRY(pat_builder_finish(&text, &checkpoint));
  return pat_note_sign(checkpoint, &committer->log_key, committer->options.keys->log_secret,
                       builder);
}

static pat_status write_batch(pat_committer *committer, pat_span note) {
  pat_sequencer_key key = pat_note_key_of_size(committer->planned.range.size);
  PAT_TRY(
      pat_write_set_put(&committer->writes, PAT_TABLE_META, pat_sequencer_key_span(&key), note));
  PAT_TRY(pat_view_each_write(&committer->view, put_write, committer));
  PAT_TRY(pat_store_write(committer->options.store, &committer->writes, true));
  return pat_committer__keep_checkpoint(committer, note);
}

pat_status pat_committer__seal(const pat_committer *committer, pat_moment *moment) {
  const pat_published_head head = {committer->head.range.size, committer->head.epoch,
                                   committer->head.time_ms};
  return pat_moment_seal(moment, committer->options.store, head);
}

/* What is durable becomes what is seen. */
static pat_status publish(pat_committer *committer, commit_parts *parts) {
  committer->head = committer->planned;
  PAT_TRY(pat_committer__seal(committer, parts->moment));
  if (committer->ledger.genesis == NULL) PAT_TRY(pat_committer__load_genesis(committer, NULL));
  pat_published_set(committer->options.published, parts->moment, committer->index);
  pat_moment *before = committer->moment;
  committer->moment = parts->moment;
  parts->moment = before; /* cleared with the parts */
  return PAT_OK;
}

/* The rest of step 2 of the header, to 5. */
static pat_status commit_batch(pat_committer *committer, const pat_batch *batch,
                               commit_parts *parts) {
  pat_commit_input input = {batch->now_ms, parts->index.root, parts->index.key_count};
  pat_span leaf;
  PAT_TRY(pat_ledger_close(&committer->ledger, &input, &committer->planned, &committer->view,
                           &committer->plan_arena, &leaf));
  pat_frontier *frontier = pat_moment_frontier(parts->moment);
  PAT_TRY(append_tiles(committer, batch, leaf, frontier));
  PAT_ASSERT(frontier->size == committer->planned.range.size);
  uint8_t note_bytes[1024];
  pat_builder builder;
  pat_builder_init(&builder, note_bytes, sizeof note_bytes);
  PAT_TRY(pat_committer__sign(committer, &committer->planned.range, &builder));
  pat_span note;
  PAT_TRY(pat_builder_finish(&builder, &note));
  PAT_TRY(write_batch(committer, note));
  return publish(committer, parts);
}

static bool has_accepted(const pat_batch *batch) {
  for (size_t i = 0; i < batch->count; i++) {
    if (batch->decisions[i].outcome == PAT_DECISION_ACCEPTED) return true;
  }
  return false;
}

static pat_status commit_or_stop(pat_committer *committer, const pat_batch *batch) {
  PAT_CLEANUP(clear_parts) commit_parts parts = {.moment = NULL};
  pat_status status = prepare(committer, &parts);
  if (!pat_is_ok(status) && !pat_is_rule(status, PAT_RULE_SEQUENCER_STORE)) return status;
  if (pat_is_ok(status)) status = commit_batch(committer, batch, &parts);
  if (pat_is_ok(status)) return PAT_OK;
  committer->state = pat_refuse(PAT_RULE_SEQUENCER_STOPPED);
  PAT_LOG(PAT_LOG_ERROR, "committer.stopped", pat_log_rule(status),
          pat_log_number("size", committer->head.range.size));
  return status;
}

pat_status pat_committer_commit(pat_committer *committer, const pat_batch *batch, bool heartbeat,
                                uint64_t *ret_size) {
  PAT_TRY(committer->state);
  bool accepted = has_accepted(batch);
  PAT_ASSERT(accepted || !heartbeat || committer->head.has_commit);
  if (heartbeat || accepted) PAT_TRY(commit_or_stop(committer, batch));
  *ret_size = committer->head.range.size;
  return PAT_OK;
}
