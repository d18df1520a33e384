#include "server/main/fsck.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "core/base/assert.h"
#include "core/bytes/text.h"
#include "core/ledger/ledger.h"
#include "core/note/checkpoint.h"
#include "server/main/fsck_internal.h"
#include "server/main/ledger_open.h"
#include "server/main/staging.h"
#include "server/sequencer/keys.h"
#include "server/sys/checkpoint_file.h"
#include "server/sys/env.h"
#include "server/sys/mem.h"

enum { WORK_BYTES = 192 * 1024 * 1024 }; /* a record of the largest request; touched on demand */

/* --- memory ---------------------------------------------------------------------------------- */

static pat_status take_arena(size_t size, pat_arena *ret_arena) {
  void *memory = pat_mem_resize(NULL, size, 1);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena_init(ret_arena, memory, size);
  return PAT_OK;
}

static void run_clear(pat_fsck_run *run) {
  for (size_t i = 0; i < PAT_REPLAY_POOL_COUNT; i++)
    pat_mem_free(run->pools[i]);
  pat_mem_free(run->said);
  pat_mem_free(run->keep.base);
  pat_mem_free(run->scratch.base);
  pat_mem_free(run->claims.base);
  pat_mem_free(run->work.base);
  pat_mem_free(run->group.base);
  pat_fsck__again_clear(run);
  pat_mem_free(run->edge);
}

static pat_status take_memory(pat_fsck_run *run, uint64_t leaves) {
  PAT_TRY(take_arena(PAT_REPLAY_KEEP_BYTES, &run->keep));
  PAT_TRY(take_arena(PAT_REPLAY_SCRATCH_BYTES, &run->scratch));
  PAT_TRY(take_arena(PAT_CLAIM_BYTES_MAX, &run->claims));
  PAT_TRY(take_arena(WORK_BYTES, &run->work));
  PAT_TRY(take_arena(WORK_BYTES, &run->group));
  PAT_TRY(pat_fsck__again_open(run));
  run->edge = pat_mem_new(sizeof *run->edge);
  PAT_REQUIRE(run->edge != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(leaves < UINT32_MAX / 2, LIMIT_MEMORY);
  uint64_t slots = pat_said_slots_for(leaves);
  run->said = pat_mem_new_array(slots, sizeof *run->said);
  PAT_REQUIRE(run->said != NULL, LIMIT_MEMORY);
  pat_said said;
  pat_said_init(&said, run->said, (uint32_t)slots);
  pat_replay_init(&run->replay, run->input->origin, said, &run->keep);
  return PAT_OK;
}

static pat_status make_room(pat_fsck_run *run) {
  pat_replay_want want;
  while (pat_replay_wants(&run->replay, &want)) {
    void *items = pat_mem_resize(want.items, want.bytes, 1);
    PAT_REQUIRE(items != NULL, LIMIT_MEMORY);
    run->pools[want.pool] = items;
    pat_replay_give(&run->replay, &want, items);
  }
  return PAT_OK;
}

/* --- refusals -------------------------------------------------------------------------------- */

pat_status pat_fsck__refuse(pat_fsck_run *run, pat_rule rule, const char *format, ...) {
  char place[sizeof run->err.place];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(place, sizeof place, format, arguments);
  va_end(arguments);
  return pat_refuse_at(rule, &run->err, 0, place);
}

pat_status pat_fsck__refuse_key(pat_fsck_run *run, pat_rule rule, const char *family,
                                pat_span key) {
  enum { SHOWN_BYTES = 16 };
  char hex[2 * SHOWN_BYTES + 1] = "";
  size_t size = key.size < SHOWN_BYTES ? key.size : SHOWN_BYTES;
  pat_status status = pat_hex_encode(pat_span_slice(key, 0, size), hex, sizeof hex);
  return pat_fsck__refuse(run, rule, "%s %s", family, pat_is_ok(status) ? hex : "");
}

pat_status pat_fsck__note(pat_fsck_run *run, pat_status status) {
  pat_fsck_report *report = run->report;
  bool found = !pat_is_ok(status) && run->err.place[0] != '\0';
  if (!found || status.category == PAT_CATEGORY_IO) return status;
  PAT_ASSERT(report->finding_count < PAT_FSCK_FINDINGS_MAX);
  pat_fsck_finding *finding = &report->findings[report->finding_count++];
  finding->rule = (pat_rule)status.rule;
  pat_span_copy(finding->place, sizeof finding->place, PAT_SPAN_OF(run->err.place));
  run->err = (pat_err){.offset = 0};
  return PAT_OK;
}

/* The refusal of a leaf's own check, with the leaf's number in front of the place. */
static pat_status refuse_leaf(pat_fsck_run *run, pat_status status, uint64_t index,
                              const char *part) {
  if (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  return pat_fsck__refuse(run, (pat_rule)status.rule, "leaf %" PRIu64 "%s%s", index,
                          part[0] == '\0' ? "" : ": ", part);
}

pat_status pat_fsck__get(pat_fsck_run *run, pat_store_key key, const char *name,
                         pat_blob *ret_value) {
  pat_status status = pat_store_get(run->input->store, NULL, key, ret_value);
  if (!pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND)) return status;
  return pat_fsck__refuse(run, PAT_RULE_FSCK_MISSING, "%s", name);
}

/* --- tiles ----------------------------------------------------------------------------------- */

/* Full tiles are stored with all hashes above them. */
static pat_status compare_tile(pat_fsck_run *run, uint8_t level) {
  pat_tlog_tile tile;
  bool there = pat_edge_tile(run->edge, level, &tile);
  PAT_ASSERT(there);
  char name[64];
  (void)snprintf(name, sizeof name, "tile %u/%" PRIu64, level, tile.index);
  pat_sequencer_key key = pat_tile_key(level, tile.index);
  PAT_CLEANUP(pat_blob_clear) pat_blob stored = {0};
  PAT_TRY(pat_fsck__get(run, (pat_store_key){PAT_TABLE_TILE, pat_sequencer_key_span(&key)}, name,
                        &stored));
  pat_span computed = PAT_SPAN_OF(run->edge->levels[level].nodes);
  if (!pat_span_equal(pat_blob_span(stored), computed)) {
    return pat_fsck__refuse(run, PAT_RULE_FSCK_RECORD, "%s", name);
  }
  run->report->tiles++;
  return PAT_OK;
}

static pat_status append_to_tree(pat_fsck_run *run, pat_span leaf) {
  pat_hash hash = pat_tlog_leaf_hash(leaf);
  uint8_t full = 0;
  PAT_TRY(pat_edge_append(run->edge, &hash, &full));
  for (uint8_t level = 0; level < full; level++) {
    PAT_TRY(compare_tile(run, level));
  }
  return PAT_OK;
}

/* --- commits --------------------------------------------------------------------------------- */

static bool is_head(const pat_checkpoint *checkpoint, uint64_t size, const pat_hash *root) {
  return checkpoint->head.size == size && pat_hash_equal(&checkpoint->head.root, root);
}

/* The signed checkpoint of the tree that this commit ends. */
static pat_status compare_note(pat_fsck_run *run) {
  uint64_t size = run->replay.range.size;
  char name[64];
  (void)snprintf(name, sizeof name, "note %" PRIu64, size);
  pat_sequencer_key key = pat_note_key_of_size(size);
  PAT_CLEANUP(pat_blob_clear) pat_blob note = {0};
  PAT_TRY(pat_fsck__get(run, (pat_store_key){PAT_TABLE_META, pat_sequencer_key_span(&key)}, name,
                        &note));
  pat_checkpoint checkpoint;
  pat_status status = pat_checkpoint_open(pat_blob_span(note), &run->log_key, PAT_CHECKPOINT_STRICT,
                                          &checkpoint, NULL);
  if (!pat_is_ok(status)) return pat_fsck__refuse(run, (pat_rule)status.rule, "%s", name);
  pat_hash root = pat_tlog_range_root(&run->replay.range);
  if (!is_head(&checkpoint, size, &root)) {
    return pat_fsck__refuse(run, PAT_RULE_FSCK_RECORD, "%s", name);
  }
  run->report->notes++;
  return PAT_OK;
}

static pat_status check_commit(pat_fsck_run *run, const Patina__IndexCommit *commit,
                               pat_span leaf) {
  PAT_TRY(pat_fsck__again_commit(run, commit, leaf));
  char name[64];
  (void)snprintf(name, sizeof name, "commit %" PRIu64, commit->epoch);
  pat_sequencer_key key = pat_number_key(commit->epoch);
  pat_sequencer_key index = pat_number_key(commit->covered_size);
  PAT_CLEANUP(pat_blob_clear) pat_blob stored = {0};
  PAT_TRY(pat_fsck__get(run, (pat_store_key){PAT_TABLE_COMMIT, pat_sequencer_key_span(&key)}, name,
                        &stored));
  if (!pat_span_equal(pat_blob_span(stored), pat_sequencer_key_span(&index))) {
    return pat_fsck__refuse(run, PAT_RULE_FSCK_RECORD, "%s", name);
  }
  return compare_note(run);
}

/* --- leaves ---------------------------------------------------------------------------------- */

static void tell(const pat_fsck_run *run, uint64_t done, uint64_t size) {
  if (!run->input->tells || done * 100 / size == (done - 1) * 100 / size) return;
  bool terminal = isatty(STDERR_FILENO) == 1;
  if (!terminal && done * 10 / size == (done - 1) * 10 / size) return;
  uint64_t spent_ms = pat_env_monotonic_ms(pat_env_system()) - run->began_ms;
  (void)fprintf(stderr, "%sfsck: %" PRIu64 " %% of %" PRIu64 " leaves, %" PRIu64 "/s%s",
                terminal ? "\r" : "", done * 100 / size, size,
                done * 1000 / (spent_ms > 0 ? spent_ms : 1), terminal && done < size ? "" : "\n");
}

static pat_status check_published_here(pat_fsck_run *run) {
  if (run->replay.range.size != run->published.size) return PAT_OK;
  pat_hash root = pat_tlog_range_root(&run->replay.range);
  run->published_fits = pat_hash_equal(&root, &run->published.root);
  return PAT_OK;
}

/* The replay has judged the leaf: what else the store holds of it. */
static pat_status check_beside(pat_fsck_run *run, pat_span bytes, const pat_claim *claim) {
  pat_arena_reset_to(&run->work, 0);
  Patina__LogEntry *leaf = NULL;
  PAT_TRY(pat_entry_decode(bytes, &run->work, &leaf, NULL));
  if (leaf->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT) {
    return check_commit(run, leaf->commit, bytes);
  }
  return pat_fsck__statement(run, leaf->statement, claim, bytes);
}

static pat_status check_leaf(pat_fsck_run *run, pat_span bytes) {
  uint64_t index = run->replay.range.size;
  PAT_TRY(make_room(run));
  pat_arena_reset_to(&run->claims, 0);
  pat_claim claim;
  pat_err err = {.offset = 0};
  pat_status status =
      pat_replay_leaf(&run->replay, bytes, &run->scratch, &run->claims, &claim, &err);
  if (!pat_is_ok(status)) return refuse_leaf(run, status, index, err.place);
  status = pat_claim_verify(&claim);
  if (!pat_is_ok(status)) return refuse_leaf(run, status, index, "signatures");
  PAT_TRY(append_to_tree(run, bytes));
  PAT_TRY(check_beside(run, bytes, &claim));
  run->report->leaves = index + 1;
  return check_published_here(run);
}

static bool is_number(pat_span key, uint64_t number) {
  pat_sequencer_key expected = pat_number_key(number);
  return pat_span_equal(key, pat_sequencer_key_span(&expected));
}

static pat_status check_leaves(pat_fsck_run *run, uint64_t size) {
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  const pat_store_range all = {.table = PAT_TABLE_LEAF};
  PAT_TRY(pat_store_cursor_open(run->input->store, NULL, all, &cursor));
  for (uint64_t index = 0;; index++) {
    pat_span key;
    pat_span leaf;
    pat_status status = pat_store_cursor_next(cursor, &key, &leaf);
    if (pat_is_rule(status, PAT_RULE_STORE_END) && index == size) return PAT_OK;
    if (!pat_is_rule(status, PAT_RULE_STORE_END)) PAT_TRY(status);
    if (pat_is_rule(status, PAT_RULE_STORE_END) || (index < size && !is_number(key, index))) {
      return pat_fsck__refuse(run, PAT_RULE_FSCK_MISSING, "leaf %" PRIu64, index);
    }
    if (index == size) return pat_fsck__refuse(run, PAT_RULE_FSCK_EXTRA, "leaf %" PRIu64, index);
    PAT_TRY(check_leaf(run, leaf));
    tell(run, index + 1, size);
  }
}

/* --- the head and what was published --------------------------------------------------------- */

static pat_status load_head(pat_fsck_run *run, pat_head *ret_head) {
  PAT_CLEANUP(pat_blob_clear) pat_blob record = {0};
  PAT_TRY(pat_fsck__get(run, (pat_store_key){PAT_TABLE_META, PAT_SPAN_LITERAL("head")}, "head",
                        &record));
  /* Decoded in a memory of its own: the run's is sized by it. */
  enum { HEAD_BYTES = 64 * 1024 };
  PAT_CLEANUP(pat_mem_free_at) void *memory = pat_mem_new(HEAD_BYTES);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena arena;
  pat_arena_init(&arena, memory, HEAD_BYTES);
  pat_status status = pat_head_decode(pat_blob_span(record), &arena, ret_head);
  if (!pat_is_ok(status)) return pat_fsck__refuse(run, PAT_RULE_FSCK_RECORD, "head");
  return PAT_OK;
}

static pat_status read_published(pat_fsck_run *run) {
  const pat_fsck_input *input = run->input;
  PAT_TRY(pat_note_key_make(pat_span_text(input->origin), PAT_NOTE_TYPE_ED25519, input->keys->log,
                            &run->log_key));
  if (input->published.size == 0) return PAT_OK;
  pat_checkpoint checkpoint;
  pat_status status = pat_checkpoint_open(input->published, &run->log_key, PAT_CHECKPOINT_STRICT,
                                          &checkpoint, NULL);
  if (!pat_is_ok(status)) return pat_fsck__refuse(run, (pat_rule)status.rule, "checkpoint");
  run->published = checkpoint.head;
  return PAT_OK;
}

static pat_status compare_published(pat_fsck_run *run) {
  if (run->published.size == 0) return PAT_OK;
  if (run->published.size > run->replay.range.size) {
    return pat_fsck__refuse(run, PAT_RULE_SEQUENCER_BEHIND, "checkpoint");
  }
  if (!run->published_fits) return pat_fsck__refuse(run, PAT_RULE_SEQUENCER_FORK, "checkpoint");
  return PAT_OK;
}

static bool field_is(ProtobufCBinaryData field, const uint8_t key[PAT_PUBLIC_KEY_BYTES]) {
  return pat_span_equal(pat_span_make(field.data, field.len),
                        pat_span_make(key, PAT_PUBLIC_KEY_BYTES));
}

static pat_status compare_keys(pat_fsck_run *run) {
  const Patina__GenesisParameters *genesis = run->replay.genesis;
  bool same = field_is(genesis->vrf_key, run->input->keys->vrf) &&
              field_is(genesis->promise_key, run->input->keys->promise);
  return same ? PAT_OK : pat_fsck__refuse(run, PAT_RULE_MAIN_KEYS, "keys");
}

/* --- the whole ------------------------------------------------------------------------------- */

/* The head says how much memory is needed: it is not believed before there are as many leaves. */
static pat_status find_last_leaf(pat_fsck_run *run, uint64_t size) {
  if (size == 0) return PAT_OK;
  char name[64];
  (void)snprintf(name, sizeof name, "leaf %" PRIu64, size - 1);
  pat_sequencer_key key = pat_number_key(size - 1);
  PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
  return pat_fsck__get(run, (pat_store_key){PAT_TABLE_LEAF, pat_sequencer_key_span(&key)}, name,
                       &leaf);
}

static pat_status check_store(pat_fsck_run *run) {
  pat_head head;
  PAT_TRY(read_published(run));
  PAT_TRY(load_head(run, &head));
  PAT_TRY(find_last_leaf(run, head.range.size));
  PAT_TRY(take_memory(run, head.range.size));
  PAT_TRY(check_leaves(run, head.range.size));
  pat_hash root;
  pat_status status = pat_replay_end(&run->replay, &root);
  if (!pat_is_ok(status)) return refuse_leaf(run, status, head.range.size - 1, "");
  PAT_TRY(pat_fsck__note(run, compare_keys(run)));
  PAT_TRY(pat_fsck__tables(run));
  PAT_TRY(pat_fsck__state(run));
  return compare_published(run);
}

pat_status pat_fsck_store(const pat_fsck_input *input, pat_fsck_report *ret_report,
                          pat_err *reterr) {
  PAT_CLEANUP(run_clear)
  pat_fsck_run run = {
      .input = input, .report = ret_report, .began_ms = pat_env_monotonic_ms(pat_env_system())};
  *ret_report = (pat_fsck_report){.leaves = 0};
  pat_status status = pat_fsck__note(&run, check_store(&run));
  ret_report->tally = run.replay.tally;
  ret_report->subjects = run.replay.histories.items.count;
  if (!pat_is_ok(status) && reterr != NULL) *reterr = run.err;
  if (!pat_is_ok(status) || ret_report->finding_count == 0) return status;
  const pat_fsck_finding *first = &ret_report->findings[0];
  return pat_refuse_at(first->rule, reterr, 0, first->place);
}

/* --- the command ----------------------------------------------------------------------------- */

static void print_report(const pat_fsck_report *report) {
  const pat_replay_tally *tally = &report->tally;
  (void)printf("leaves      %" PRIu64 ": %" PRIu64 " commits, %" PRIu64 " statements\n",
               report->leaves, tally->commits, tally->public_entries + tally->private_entries);
  (void)printf("signatures  %" PRIu64 "\n", tally->signatures);
  (void)printf("subjects    %" PRIu64 "\n", report->subjects);
  (void)printf("tiles       %" PRIu64 "\n", report->tiles);
  (void)printf("notes       %" PRIu64 "\n", report->notes);
  (void)printf("state       %" PRIu64 " records, %" PRIu64 " of near misses\n", report->states,
               report->near);
  if (report->index_kept) {
    (void)printf("index       %" PRIu64 " buckets\n", report->buckets);
  } else {
    (void)printf("index       not kept; made anew when the log is opened\n");
  }
  (void)printf("the store holds what the log says\n");
}

/* The first is told as the command's failure. */
static void print_findings(const pat_fsck_report *report) {
  for (size_t i = 0; i < report->finding_count; i++) {
    (void)printf("bad         %s: %s\n", report->findings[i].place,
                 pat_rule_id(report->findings[i].rule));
  }
}

static pat_status check_with_scratch(const pat_open_ledger *ledger, pat_span published,
                                     const pat_path *scratch, pat_fsck_report *ret_report,
                                     pat_err *reterr) {
  enum { SCRATCH_CACHE_BYTES = 32 * 1024 * 1024 };
  const pat_store_rocksdb_options options = {.directory = scratch->text,
                                             .cache_bytes = SCRATCH_CACHE_BYTES,
                                             .memtable_bytes = SCRATCH_CACHE_BYTES};
  PAT_CLEANUP(pat_store_close_at) pat_store *store = NULL;
  PAT_TRY(pat_store_rocksdb_open(&options, &store, reterr));
  const pat_fsck_input input = {.store = ledger->store,
                                .origin = ledger->origin.text,
                                .keys = &ledger->public_keys,
                                .published = published,
                                .scratch = store,
                                .tells = true};
  return pat_fsck_store(&input, ret_report, reterr);
}

pat_status pat_fsck(const pat_config *config, pat_err *reterr) {
  const char *directory = pat_config_text(config, PAT_CONFIG_DIRECTORY);
  PAT_CLEANUP(pat_ledger_close_all) pat_open_ledger ledger = {.published_ready = false};
  PAT_TRY(pat_ledger_open_store(config, &ledger, reterr));
  pat_log_keys_wipe(&ledger.keys);
  PAT_CLEANUP(pat_blob_clear) pat_blob note = {0};
  pat_status status = pat_checkpoint_file_read(directory, &note, reterr);
  if (!pat_is_rule(status, PAT_RULE_FILE_MISSING)) PAT_TRY(status);
  pat_path scratch;
  PAT_TRY(pat_path_join(directory, "fsck", &scratch));
  pat_staging_remove(&scratch); /* of a check that was killed */
  pat_fsck_report report = {.leaves = 0};
  status = check_with_scratch(&ledger, pat_blob_span(note), &scratch, &report, reterr);
  pat_staging_remove(&scratch);
  if (pat_is_ok(status)) {
    print_report(&report);
  } else {
    print_findings(&report);
  }
  return status;
}
