/* Deciding every statement again (declared in fsck_internal.h): what core/ledger would keep of
 * these entries is collected in a scratch store. Statements themselves are compared at once, since
 * their records never change. */
#include <inttypes.h>
#include <stdio.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/verify/history.h"
#include "server/main/fsck_internal.h"
#include "server/sys/mem.h"

enum { PLAN_BYTES = 192 * 1024 * 1024, GROUP_BYTES_FULL = 32 * 1024 * 1024 };

/* No secret: every identifier that is named comes with its proof. */
static const uint8_t no_secret[PAT_VRF_SECRET_BYTES];

static pat_status take_arena(pat_arena *ret_arena) {
  void *memory = pat_mem_resize(NULL, PLAN_BYTES, 1);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena_init(ret_arena, memory, PLAN_BYTES);
  return PAT_OK;
}

pat_status pat_fsck__again_open(pat_fsck_run *run) {
  run->again = pat_mem_new(sizeof *run->again);
  PAT_REQUIRE(run->again != NULL, LIMIT_MEMORY);
  pat_write_set_init(&run->again->writes);
  PAT_TRY(take_arena(&run->again->view_memory));
  PAT_TRY(take_arena(&run->again->plan_memory));
  pat_tlog_range_init(&run->again->head.range);
  run->again->ledger = (pat_ledger){.origin = run->input->origin, .vrf_secret = no_secret};
  return PAT_OK;
}

void pat_fsck__again_clear(pat_fsck_run *run) {
  if (run->again == NULL) return;
  pat_write_set_clear(&run->again->writes);
  pat_mem_free(run->again->view_memory.base);
  pat_mem_free(run->again->plan_memory.base);
  pat_mem_free(run->again);
  run->again = NULL;
}

/* --- what the ledger reads ------------------------------------------------------------------- */

/* A statement is recorded here once it was decided: later ones stand in the store already. */
static pat_status read_statement(pat_fsck_run *run, pat_span key, pat_blob *ret_value) {
  PAT_CLEANUP(pat_blob_clear) pat_blob stored = {0};
  PAT_TRY(
      pat_store_get(run->input->store, NULL, (pat_store_key){PAT_TABLE_STATEMENT, key}, &stored));
  ProtobufCMessage *message = NULL;
  size_t mark = pat_arena_mark(&run->work);
  pat_status status = pat_protobuf_decode(&patina__statement_record__descriptor,
                                          pat_blob_span(stored), &run->work, 0, &message, NULL);
  uint64_t index = pat_is_ok(status) ? ((const Patina__StatementRecord *)message)->index : 0;
  pat_arena_reset_to(&run->work, mark);
  PAT_TRY(status);
  PAT_REQUIRE(index < run->again->head.range.size, STORE_NOT_FOUND);
  *ret_value = stored;
  stored = (pat_blob){0};
  return PAT_OK;
}

static bool table_of(pat_ledger_table table, pat_table *ret_table) {
  switch (table) {
    case PAT_LEDGER_SUBJECT:
      *ret_table = PAT_TABLE_SUBJECT;
      return true;
    case PAT_LEDGER_STATE:
      *ret_table = PAT_TABLE_STATE;
      return true;
    case PAT_LEDGER_NEAR:
      *ret_table = PAT_TABLE_NEAR;
      return true;
    case PAT_LEDGER_META:
      *ret_table = PAT_TABLE_META; /* the head */
      return true;
    case PAT_LEDGER_LEAF:
    case PAT_LEDGER_STATEMENT:
    case PAT_LEDGER_SUBLOG:
    case PAT_LEDGER_COMMIT:
    case PAT_LEDGER_TABLE_COUNT:
      break;
  }
  return false;
}

static pat_status read_key(pat_fsck_run *run, pat_ledger_key key, pat_blob *ret_value) {
  if (key.table == PAT_LEDGER_STATEMENT) return read_statement(run, key.bytes, ret_value);
  pat_table table = PAT_TABLE_STATE;
  PAT_REQUIRE(table_of(key.table, &table), INTERNAL);
  return pat_store_get(run->input->scratch, NULL, (pat_store_key){table, key.bytes}, ret_value);
}

/* The keys that a view needs. */
typedef struct {
  pat_ledger_key *keys;
  size_t count;
} need_list;

static pat_status add_need(void *context, const pat_view_slot *slot) {
  need_list *needs = context;
  needs->keys[needs->count++] = slot->key;
  return PAT_OK;
}

static pat_status fetch_needs(pat_fsck_run *run, pat_view *view) {
  need_list needs = {
      pat_arena_take_array(&run->again->plan_memory, view->need_count, sizeof(pat_ledger_key)), 0};
  PAT_REQUIRE(needs.keys != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_view_each_need(view, add_need, &needs));
  for (size_t i = 0; i < needs.count; i++) {
    PAT_CLEANUP(pat_blob_clear) pat_blob value = {0};
    pat_status status = read_key(run, needs.keys[i], &value);
    bool absent = pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND);
    if (!absent) PAT_TRY(status);
    PAT_TRY(pat_view_put_base(view, needs.keys[i], !absent, pat_blob_span(value)));
  }
  return PAT_OK;
}

/* --- what the ledger writes ------------------------------------------------------------------ */

static bool same_sources(const Patina__StatementRecord *left, const Patina__StatementRecord *right,
                         pat_arena *arena) {
  bool same = left->n_sources == right->n_sources;
  for (size_t i = 0; same && i < left->n_sources; i++)
    same = pat_verify_same(&left->sources[i]->base, &right->sources[i]->base, arena);
  return same;
}

static pat_status decode(pat_fsck_run *run, pat_span bytes, const Patina__StatementRecord **ret) {
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__statement_record__descriptor, bytes, &run->work, 0, &message,
                              NULL));
  *ret = (const Patina__StatementRecord *)message;
  return PAT_OK;
}

/* All else of a record was compared with its leaf before. */
static pat_status refuse_statement(pat_fsck_run *run, pat_span key, pat_span stored,
                                   pat_span decided) {
  const Patina__StatementRecord *left = NULL;
  const Patina__StatementRecord *right = NULL;
  PAT_TRY(decode(run, stored, &left));
  PAT_TRY(decode(run, decided, &right));
  pat_status status = pat_fsck__refuse_key(run, PAT_RULE_FSCK_RECORD, "statement", key);
  bool roles = !same_sources(left, right, &run->work);
  size_t size = 0;
  while (run->err.place[size] != '\0')
    size++;
  (void)snprintf(run->err.place + size, sizeof run->err.place - size, ": %s",
                 roles ? "sources" : "visibility");
  return status;
}

static pat_status compare_statement(pat_fsck_run *run, const pat_view_slot *slot) {
  PAT_CLEANUP(pat_blob_clear) pat_blob stored = {0};
  const pat_store_key key = {PAT_TABLE_STATEMENT, slot->key.bytes};
  PAT_TRY(pat_store_get(run->input->store, NULL, key, &stored));
  if (pat_span_equal(pat_blob_span(stored), slot->overlay)) return PAT_OK;
  return refuse_statement(run, slot->key.bytes, pat_blob_span(stored), slot->overlay);
}

static pat_status take_write(void *context, const pat_view_slot *slot) {
  pat_fsck_run *run = context;
  if (slot->key.table == PAT_LEDGER_STATEMENT) return compare_statement(run, slot);
  pat_table table = PAT_TABLE_STATE;
  if (!table_of(slot->key.table, &table)) return PAT_OK; /* compared elsewhere */
  return pat_write_set_put(&run->again->writes, table, slot->key.bytes, slot->overlay);
}

/* --- deciding -------------------------------------------------------------------------------- */

static pat_status refuse_leaf(pat_fsck_run *run, size_t i) {
  const pat_decision *decision = &run->again->decisions[i];
  uint64_t index = run->again->head.range.size + i;
  bool refused = decision->outcome == PAT_DECISION_REFUSED;
  pat_rule rule = refused ? (pat_rule)decision->status.rule : PAT_RULE_FSCK_RECORD;
  return pat_fsck__refuse(run, rule, "leaf %" PRIu64 ": %s", index,
                          refused ? decision->err.place : "decided again");
}

static pat_status plan(pat_fsck_run *run, pat_view *view, pat_batch *batch, pat_head *ret_head) {
  pat_fsck_again *again = run->again;
  for (int round = 0; round < PAT_LEDGER_ROUNDS_MAX; round++) {
    pat_arena_reset_to(&again->plan_memory, 0);
    pat_status status =
        pat_ledger_plan(&again->ledger, &again->head, batch, view, &again->plan_memory, ret_head);
    if (!pat_is_rule(status, PAT_RULE_LEDGER_NEED)) return status;
    PAT_TRY(fetch_needs(run, view));
  }
  return pat_refuse(PAT_RULE_INTERNAL);
}

/* Decides what waits: each statement must be taken again, with the leaf that it has. */
static pat_status decide(pat_fsck_run *run) {
  pat_fsck_again *again = run->again;
  if (again->count == 0) return PAT_OK;
  pat_view view;
  pat_head head;
  pat_arena_reset_to(&again->view_memory, 0);
  PAT_TRY(pat_view_init(&view, &again->view_memory));
  again->ledger.genesis = again->head.range.size == 0 ? NULL : run->replay.genesis;
  pat_batch batch = {again->now_ms, again->submissions, again->memos, again->decisions,
                     again->count};
  PAT_TRY(plan(run, &view, &batch, &head));
  for (size_t i = 0; i < again->count; i++) {
    bool same = again->decisions[i].outcome == PAT_DECISION_ACCEPTED &&
                pat_span_equal(again->decisions[i].leaf, again->leaves[i]);
    if (!same) return refuse_leaf(run, i);
  }
  pat_write_set_reset(&again->writes);
  PAT_TRY(pat_view_each_write(&view, take_write, run));
  PAT_TRY(pat_store_write(run->input->scratch, &again->writes, false));
  again->head = head;
  again->count = 0;
  pat_arena_reset_to(&run->group, 0);
  return PAT_OK;
}

pat_status pat_fsck__again_add(pat_fsck_run *run, const pat_submission *submission,
                               const pat_plan_memo *memo, pat_span leaf, uint64_t now_ms) {
  pat_fsck_again *again = run->again;
  PAT_ASSERT(again->count < PAT_FSCK_AGAIN_MAX);
  uint8_t *copy = pat_arena_take(&run->group, leaf.size);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, leaf.size, leaf);
  again->submissions[again->count] = submission;
  again->memos[again->count] = *memo;
  again->leaves[again->count] = pat_span_make(copy, leaf.size);
  again->now_ms = now_ms;
  again->count++;
  bool full = again->count == PAT_FSCK_AGAIN_MAX || run->group.used >= GROUP_BYTES_FULL;
  /* The next statement's identifier is checked by this scheme. */
  bool is_scheme = submission->statement.kind->number == PAT_KIND_SCHEME_PUBLISHED;
  return full || is_scheme ? decide(run) : PAT_OK;
}

pat_status pat_fsck__again_commit(pat_fsck_run *run, const Patina__IndexCommit *commit,
                                  pat_span leaf) {
  pat_fsck_again *again = run->again;
  PAT_TRY(decide(run));
  pat_view view;
  pat_arena_reset_to(&again->view_memory, 0);
  pat_arena_reset_to(&again->plan_memory, 0);
  PAT_TRY(pat_view_init(&view, &again->view_memory));
  pat_commit_input input = {.now_ms = commit->time_ms, .key_count = commit->key_count};
  pat_span_copy(input.index_root.bytes, PAT_HASH_BYTES,
                pat_span_make(commit->index_root.data, commit->index_root.len));
  pat_span closed;
  uint64_t index = again->head.range.size;
  PAT_TRY(
      pat_ledger_close(&again->ledger, &input, &again->head, &view, &again->plan_memory, &closed));
  if (!pat_span_equal(closed, leaf)) {
    return pat_fsck__refuse(run, PAT_RULE_FSCK_RECORD, "leaf %" PRIu64 ": closed again", index);
  }
  pat_write_set_reset(&again->writes);
  PAT_TRY(pat_view_each_write(&view, take_write, run));
  return pat_store_write(run->input->scratch, &again->writes, false);
}
