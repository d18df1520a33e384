#include "tests/fault/witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes/protobuf.h"
#include "core/envelope/entry.h"
#include "core/note/proof_file.h"
#include "core/tlog/hash.h"
#include "core/tlog/range.h"
#include "core/tlog/tile.h"
#include "server/sys/checkpoint_file.h"
#include "server/sys/mem.h"

void witness_init(witness *seen, live_ledger *live) { *seen = (witness){.live = live}; }

void witness_clear(witness *seen) {
  pat_mem_free(seen->entries);
  pat_mem_free(seen->heads);
}

size_t witness_complaints(const witness_figures *figures) {
  return figures->not_started + figures->refused + figures->unproven + figures->lost +
         figures->twice + figures->halves + figures->moved + figures->forked + figures->behind;
}

void witness_print(const witness_figures *figures) {
  print_message(
      "acknowledged=%zu checkpoints=%zu leaves=%zu lost=%zu unproven=%zu twice=%zu "
      "halves=%zu forked=%zu moved=%zu refused=%zu not_started=%zu file_behind=%zu\n",
      figures->acknowledged, figures->heads, figures->leaves, figures->lost, figures->unproven,
      figures->twice, figures->halves, figures->forked, figures->moved, figures->refused,
      figures->not_started, figures->behind);
}

static void *grow(void *items, size_t count, size_t *capacity, size_t size) {
  if (count < *capacity) return items;
  *capacity = *capacity == 0 ? 1024 : *capacity * 2;
  void *grown = pat_mem_resize(items, *capacity, size);
  assert_non_null(grown);
  return grown;
}

static void add_entry(witness *seen, witness_entry entry) {
  seen->entries =
      grow(seen->entries, seen->entry_count, &seen->entry_capacity, sizeof *seen->entries);
  seen->entries[seen->entry_count++] = entry;
  seen->figures.acknowledged++;
}

static void add_head(witness *seen, pat_tlog_head head) {
  seen->heads = grow(seen->heads, seen->head_count, &seen->head_capacity, sizeof *seen->heads);
  seen->heads[seen->head_count++] = head;
  if (head.size > seen->head_max) seen->head_max = head.size;
}

/* --- what was answered ----------------------------------------------------------------------- */

static bool is_recorded(const Patina__SubmitResult *result) {
  return result->outcome == PATINA__OUTCOME__OUTCOME_ACCEPTED ||
         result->outcome == PATINA__OUTCOME__OUTCOME_REPLAYED;
}

static bool judge_receipt(witness *seen, const Patina__SubmitResult *result, pat_hash *ret_leaf) {
  live_ledger *live = seen->live;
  pat_proof_file file;
  pat_status status =
      pat_proof_file_decode(pat_span_text(result->receipt), &live->world->memory, &file, NULL);
  if (!pat_is_ok(status) || file.index != result->index) return false;
  *ret_leaf = pat_tlog_leaf_hash(pat_span_make(result->leaf.data, result->leaf.len));
  pat_policy_verdict verdict;
  status = pat_proof_file_verify(&file, ret_leaf, &live->policy, &verdict, NULL);
  if (!pat_is_ok(status)) return false;
  add_head(seen, verdict.checkpoint.head);
  return true;
}

static void hear_result(witness *seen, const Patina__SubmitResult *result) {
  pat_hash leaf;
  if (!is_recorded(result)) {
    seen->figures.refused++;
    /* Once is enough to see why. */
    if (seen->figures.refused == 1 && result->problem != NULL) {
      print_message("refused: %s\n", result->problem->rule);
    }
  } else if (!judge_receipt(seen, result, &leaf)) {
    seen->figures.unproven++;
  } else {
    add_entry(seen, (witness_entry){leaf, result->index});
  }
}

/* NULL where it is no answer. */
static const Patina__SubmitResponse *decode(witness *seen, const load_request *request) {
  bool answered = request->status == 200 || request->status == 201;
  ProtobufCMessage *message = NULL;
  pat_arena *memory = &seen->live->world->memory;
  if (!answered) return NULL;
  pat_status status =
      pat_protobuf_decode(&patina__submit_response__descriptor, pat_blob_span(request->answer),
                          memory, 0, &message, NULL);
  const Patina__SubmitResponse *response = (const Patina__SubmitResponse *)message;
  return pat_is_ok(status) && response->n_results == request->count ? response : NULL;
}

static void hear_request(witness *seen, const load_request *request) {
  if (!request->sent) return;
  size_t mark = pat_arena_mark(&seen->live->world->memory);
  const Patina__SubmitResponse *response = decode(seen, request);
  for (size_t i = 0; response != NULL && i < response->n_results; i++)
    hear_result(seen, response->results[i]);
  pat_arena_reset_to(&seen->live->world->memory, mark);
}

static void hear_note(witness *seen, pat_span note) {
  pat_policy_verdict verdict;
  pat_status status =
      pat_policy_judge(&seen->live->policy, note, PAT_CHECKPOINT_STRICT, &verdict, NULL);
  if (pat_is_ok(status)) {
    add_head(seen, verdict.checkpoint.head);
  } else {
    seen->figures.unproven++;
  }
}

void witness_hear(witness *seen, load *ended) {
  for (size_t i = 0; i < LOAD_CALLERS; i++) {
    for (size_t k = 0; k < LOAD_REQUESTS; k++)
      hear_request(seen, &ended->callers[i].requests[k]);
  }
  for (size_t i = 0; i < ended->reader.count; i++)
    hear_note(seen, pat_blob_span(ended->reader.notes[i]));
}

void witness_look_at_file(witness *seen) {
  pat_blob note = {0};
  pat_status status = pat_checkpoint_file_read(seen->live->files->ledger, &note, NULL);
  pat_policy_verdict verdict = {.checkpoint = {.head = {.size = 0}}};
  if (pat_is_ok(status)) {
    status = pat_policy_judge(&seen->live->policy, pat_blob_span(note), PAT_CHECKPOINT_STRICT,
                              &verdict, NULL);
  }
  if (!pat_is_ok(status) || verdict.checkpoint.head.size < seen->head_max) seen->figures.behind++;
  pat_blob_clear(&note);
}

/* --- asking again ---------------------------------------------------------------------------- */

static bool is_answered(const load_request *request) {
  return request->status == 200 || request->status == 201;
}

static void ask_unanswered(witness *seen, load_request *request) {
  load_send(seen->live, request);
  const Patina__SubmitResponse *response = decode(seen, request);
  if (response == NULL) {
    seen->figures.refused++;
    return;
  }
  size_t replayed = 0;
  for (size_t i = 0; i < response->n_results; i++) {
    hear_result(seen, response->results[i]);
    if (response->results[i]->outcome == PATINA__OUTCOME__OUTCOME_REPLAYED) replayed++;
  }
  if (replayed != 0 && replayed != response->n_results) seen->figures.halves++;
}

static void ask_answered(witness *seen, load_request *request) {
  const Patina__SubmitResponse *before = decode(seen, request);
  load_request again = {.body = request->body, .count = request->count};
  load_send(seen->live, &again);
  const Patina__SubmitResponse *after = decode(seen, &again);
  bool same = before != NULL && after != NULL;
  for (size_t i = 0; same && i < request->count; i++) {
    const Patina__SubmitResult *now = after->results[i];
    same = now->outcome == PATINA__OUTCOME__OUTCOME_REPLAYED &&
           now->index == before->results[i]->index;
  }
  if (!same) seen->figures.moved++;
  pat_blob_clear(&again.answer);
}

static void ask_caller_again(witness *seen, load_caller *caller, test_random *random) {
  size_t answered = 0;
  for (size_t k = 0; k < LOAD_REQUESTS; k++) {
    load_request *request = &caller->requests[k];
    size_t mark = pat_arena_mark(&seen->live->world->memory);
    if (is_answered(request)) {
      answered++;
    } else if (request->sent) {
      ask_unanswered(seen, request);
    }
    pat_arena_reset_to(&seen->live->world->memory, mark);
  }
  if (answered == 0) return;
  size_t mark = pat_arena_mark(&seen->live->world->memory);
  /* A caller's answers come first, without a gap. */
  ask_answered(seen, &caller->requests[test_random_below(random, answered)]);
  pat_arena_reset_to(&seen->live->world->memory, mark);
}

void witness_ask_again(witness *seen, load *ended, test_random *random) {
  for (size_t i = 0; i < LOAD_CALLERS; i++)
    ask_caller_again(seen, &ended->callers[i], random);
}

/* --- the whole log --------------------------------------------------------------------------- */

typedef struct {
  pat_hash *leaves;
  pat_hash *statements; /* of those that record one */
  uint64_t size;
  size_t statement_count;
} whole_log;

static void take_leaf(witness *seen, whole_log *log, uint64_t index, pat_span leaf) {
  log->leaves[index] = pat_tlog_leaf_hash(leaf);
  size_t mark = pat_arena_mark(&seen->live->world->memory);
  Patina__LogEntry *entry = NULL;
  assert_ok(pat_entry_decode(leaf, &seen->live->world->memory, &entry, NULL));
  if (entry->entry_case == PATINA__LOG_ENTRY__ENTRY_STATEMENT) {
    pat_hash *statement = &log->statements[log->statement_count++];
    memcpy(statement->bytes, entry->statement->statement_sha256.data, PAT_HASH_BYTES);
  }
  pat_arena_reset_to(&seen->live->world->memory, mark);
}

static void read_bundle(witness *seen, whole_log *log, uint64_t index) {
  uint16_t width = pat_tlog_tile_width(log->size, 0, index);
  pat_tlog_tile tile = {.kind = PAT_TLOG_TILE_ENTRIES, .index = index, .width = width};
  char path[PAT_TLOG_TILE_PATH_BYTES_MAX + 2] = "/";
  pat_builder builder;
  pat_builder_init(&builder, path + 1, sizeof path - 2);
  pat_tlog_tile_path(&tile, &builder);
  live_answer answer = live_ask(seen->live, (live_request){.path = path});
  assert_int_equal(answer.status, 200);
  pat_span entries[PAT_TLOG_TILE_WIDTH];
  assert_ok(pat_tlog_bundle_decode(pat_blob_span(answer.body), width, entries, NULL));
  for (uint16_t i = 0; i < width; i++)
    take_leaf(seen, log, index * PAT_TLOG_TILE_WIDTH + i, entries[i]);
  live_answer_clear(&answer);
}

static whole_log read_all(witness *seen) {
  live_answer answer = live_ask(seen->live, (live_request){.path = "/checkpoint"});
  assert_int_equal(answer.status, 200);
  pat_tlog_head head = live_checkpoint(seen->live, (const char *)answer.body.data);
  live_answer_clear(&answer);
  add_head(seen, head);
  whole_log log = {.leaves = pat_mem_new_array((size_t)head.size, sizeof(pat_hash)),
                   .statements = pat_mem_new_array((size_t)head.size, sizeof(pat_hash)),
                   .size = head.size};
  for (uint64_t index = 0; index * PAT_TLOG_TILE_WIDTH < log.size; index++)
    read_bundle(seen, &log, index);
  return log;
}

static int compare_hashes(const void *a, const void *b) { return memcmp(a, b, PAT_HASH_BYTES); }

static int compare_heads(const void *a, const void *b) {
  uint64_t left = ((const pat_tlog_head *)a)->size;
  uint64_t right = ((const pat_tlog_head *)b)->size;
  return left < right ? -1 : left > right;
}

static size_t count_twice(whole_log *log) {
  qsort(log->statements, log->statement_count, sizeof(pat_hash), compare_hashes);
  size_t twice = 0;
  for (size_t i = 1; i < log->statement_count; i++)
    twice += pat_hash_equal(&log->statements[i - 1], &log->statements[i]);
  return twice;
}

static size_t count_lost(const witness *seen, const whole_log *log) {
  size_t lost = 0;
  for (size_t i = 0; i < seen->entry_count; i++) {
    const witness_entry *entry = &seen->entries[i];
    bool there =
        entry->index < log->size && pat_hash_equal(&log->leaves[entry->index], &entry->leaf);
    lost += !there;
  }
  return lost;
}

/* The log's root at every size that was ever signed: then each checkpoint goes on from the last.
 * Equal heads are dropped on the way. */
static size_t count_forked(witness *seen, const whole_log *log) {
  qsort(seen->heads, seen->head_count, sizeof *seen->heads, compare_heads);
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  size_t forked = 0;
  size_t kept = 0;
  for (size_t i = 0; i < seen->head_count; i++) {
    const pat_tlog_head *head = &seen->heads[i];
    bool repeated = kept > 0 && seen->heads[kept - 1].size == head->size &&
                    pat_hash_equal(&seen->heads[kept - 1].root, &head->root);
    if (!repeated) seen->heads[kept++] = *head;
    while (range.size < head->size && range.size < log->size)
      assert_ok(pat_tlog_range_append(&range, &log->leaves[range.size]));
    pat_hash root = pat_tlog_range_root(&range);
    forked += range.size != head->size || !pat_hash_equal(&root, &head->root);
  }
  seen->head_count = kept;
  return forked;
}

void witness_read_log(witness *seen) {
  whole_log log = read_all(seen);
  seen->figures.leaves = (size_t)log.size;
  seen->figures.lost += count_lost(seen, &log);
  seen->figures.twice += count_twice(&log);
  seen->figures.forked += count_forked(seen, &log);
  seen->figures.heads = seen->head_count;
  pat_mem_free(log.leaves);
  pat_mem_free(log.statements);
}
