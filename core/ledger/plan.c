#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"
#include "core/envelope/entry.h"
#include "core/envelope/genesis.h"
#include "core/ledger/decide.h"
#include "core/model/edtf.h"
#include "core/tlog/hash.h"

/* --- head ------------------------------------------------------------------------------------ */

static pat_ledger_key head_key(void) {
  return (pat_ledger_key){PAT_LEDGER_META, PAT_SPAN_LITERAL("head")};
}

pat_status pat_head_decode(pat_span record, pat_arena *arena, pat_head *ret_head) {
  pat_head head = {.has_commit = false};
  ProtobufCMessage *decoded = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__head_record__descriptor, record, arena, 0, &decoded, NULL));
  const Patina__HeadRecord *message = (const Patina__HeadRecord *)decoded;
  PAT_TRY(pat_record_range(message->size, message->peaks, message->n_peaks, &head.range));
  head.has_commit = message->last_case == PATINA__HEAD_RECORD__LAST_LAST_COMMIT_INDEX;
  head.last_commit_index = head.has_commit ? message->last_commit_index : 0;
  /* A head is written with a commit as its last leaf, never otherwise. */
  PAT_REQUIRE(head.has_commit == (message->size > 0), LEDGER_RECORD);
  PAT_REQUIRE(!head.has_commit || head.last_commit_index == message->size - 1, LEDGER_RECORD);
  head.epoch = message->epoch;
  head.time_ms = message->time_ms;
  head.key_count = message->key_count;
  *ret_head = head;
  return PAT_OK;
}

static pat_status write_head(const pat_ledger *ledger, pat_head *head, pat_view *view,
                             pat_arena *arena) {
  ProtobufCBinaryData peaks[PAT_TLOG_PEAKS_MAX];
  Patina__HeadRecord record = PATINA__HEAD_RECORD__INIT;
  record.size = head->range.size;
  record.n_peaks = pat_record_peaks(&head->range, peaks);
  record.peaks = peaks;
  record.epoch = head->epoch;
  record.last_case = PATINA__HEAD_RECORD__LAST_LAST_COMMIT_INDEX;
  record.last_commit_index = head->last_commit_index;
  record.time_ms = head->time_ms;
  record.key_count = head->key_count;
  record.origin = (char *)(uintptr_t)ledger->origin;
  return pat_record_put(view, head_key(), &record.base, arena);
}

/* --- plan ------------------------------------------------------------------------------------ */

static bool is_late(const pat_ledger *ledger, const Patina__Statement *message, uint64_t now_ms) {
  if (ledger->genesis == NULL || message->occurred[0] == '\0') return false;
  pat_edtf occurred;
  pat_status status = pat_edtf_parse(pat_span_text(message->occurred), &occurred, NULL);
  if (!pat_is_ok(status) || occurred.latest_day == INT32_MAX) return false;
  const int64_t day_ms = 86400000;
  int64_t end_ms = ((int64_t)occurred.latest_day + 1) * day_ms;
  int64_t limit_ms = (int64_t)ledger->genesis->policy->late_after_ms;
  return (int64_t)now_ms - end_ms > limit_ms;
}

/* The round's state: on the first need the rest is only scanned for further needs. */
typedef struct {
  const pat_ledger *ledger;
  pat_batch *batch;
  pat_view *view;
  pat_arena *arena;
  pat_head head;
  bool needs;
  bool asked_before;
  pat_record_memo decoded;
} plan_round;

static pat_status decide_one(plan_round *round, size_t i) {
  pat_decision *decision = &round->batch->decisions[i];
  *decision = (pat_decision){.outcome = PAT_DECISION_REFUSED};
  pat_decide decide = {
      .ledger = round->ledger,
      .view = round->view,
      .arena = round->arena,
      .submission = round->batch->submissions[i],
      .message = round->batch->submissions[i]->statement.message,
      .memo = &round->batch->memos[i],
      .decoded = &round->decoded,
      .asked_before = round->asked_before,
      .decision = decision,
      .err = &decision->err,
      .now_ms = round->batch->now_ms,
      .index = round->head.range.size,
      .class_name = "",
  };
  pat_status status = pat_decide_statement(&decide);
  if (decision->outcome == PAT_DECISION_ACCEPTED &&
      is_late(round->ledger, decide.message, round->batch->now_ms)) {
    (void)pat_decide_warn(&decide, "entry.late");
  }
  return status;
}

static pat_status plan_one(plan_round *round, size_t i) {
  pat_status status = decide_one(round, i);
  pat_decision *decision = &round->batch->decisions[i];
  bool ours =
      pat_is_rule(status, PAT_RULE_LIMIT_MEMORY) || pat_is_rule(status, PAT_RULE_LEDGER_RECORD);
  if (ours) return status; /* not the statement's fault: it must not be refused for it */
  if (pat_is_rule(status, PAT_RULE_LEDGER_NEED)) {
    round->needs = true;
    return PAT_OK;
  }
  if (!pat_is_ok(status)) {
    *decision =
        (pat_decision){.outcome = PAT_DECISION_REFUSED, .status = status, .err = decision->err};
    return PAT_OK;
  }
  if (decision->outcome != PAT_DECISION_ACCEPTED) return PAT_OK;
  return pat_tlog_range_append(&round->head.range, &decision->leaf_hash);
}

static pat_status plan_all(plan_round *round) {
  for (size_t i = 0; i < round->batch->count; i++) {
    PAT_TRY(plan_one(round, i));
  }
  round->view->asked = round->batch->submissions;
  PAT_REQUIRE(!round->needs, LEDGER_NEED);
  return PAT_OK;
}

pat_status pat_ledger_plan(const pat_ledger *ledger, const pat_head *head, pat_batch *batch,
                           pat_view *view, pat_arena *arena, pat_head *ret_head) {
  PAT_ASSERT(batch->now_ms >= head->time_ms);
  PAT_ASSERT(batch->count <= PAT_GROUP_STATEMENTS_MAX);
  pat_view_drop_writes(view);
  plan_round round = {.ledger = ledger,
                      .batch = batch,
                      .view = view,
                      .arena = arena,
                      .head = *head,
                      .asked_before = view->asked == batch->submissions};
  pat_status status = plan_all(&round);
  if (!pat_is_ok(status)) {
    pat_view_drop_writes(view);
    return status;
  }
  round.head.time_ms = batch->now_ms;
  *ret_head = round.head;
  return PAT_OK;
}

/* --- changed subjects ------------------------------------------------------------------------ */

typedef struct {
  pat_arena *arena;
  pat_changed_subject *subjects; /* NULL while counting */
  size_t count;
} subject_collector;

pat_status pat_ledger_subject_value(pat_span key, pat_span record, pat_arena *arena,
                                    pat_changed_subject *ret_subject) {
  PAT_REQUIRE(key.size == PAT_HASH_BYTES, LEDGER_RECORD);
  size_t mark = pat_arena_mark(arena);
  ProtobufCMessage *decoded = NULL;
  PAT_TRY(
      pat_protobuf_decode(&patina__subject_record__descriptor, record, arena, 0, &decoded, NULL));
  const Patina__SubjectRecord *message = (const Patina__SubjectRecord *)decoded;
  pat_tlog_range sublog;
  PAT_TRY(pat_record_range(message->count, message->peaks, message->n_peaks, &sublog));
  pat_arena_reset_to(arena, mark);
  pat_span_copy(ret_subject->key.bytes, PAT_HASH_BYTES, key);
  ret_subject->count = sublog.size;
  ret_subject->root = pat_tlog_range_root(&sublog);
  return PAT_OK;
}

static pat_status collect_subject(void *context, const pat_view_slot *slot) {
  subject_collector *collector = context;
  if (slot->key.table != PAT_LEDGER_SUBJECT) return PAT_OK;
  if (collector->subjects != NULL) {
    PAT_TRY(pat_ledger_subject_value(slot->key.bytes, slot->overlay, collector->arena,
                                     &collector->subjects[collector->count]));
  }
  collector->count++;
  return PAT_OK;
}

pat_status pat_ledger_changed_subjects(const pat_view *view, pat_arena *arena,
                                       pat_changed_subject **ret_subjects, size_t *ret_count) {
  subject_collector collector = {arena, NULL, 0};
  PAT_TRY(pat_view_each_write(view, collect_subject, &collector));
  collector.subjects = pat_arena_take_array(arena, collector.count, sizeof *collector.subjects);
  PAT_REQUIRE(collector.subjects != NULL, LIMIT_MEMORY);
  collector.count = 0;
  PAT_TRY(pat_view_each_write(view, collect_subject, &collector));
  *ret_subjects = collector.subjects;
  *ret_count = collector.count;
  return PAT_OK;
}

/* --- close ----------------------------------------------------------------------------------- */

static pat_status build_commit(const pat_head *head, const pat_commit_input *input,
                               pat_arena *arena, pat_span *ret_leaf) {
  pat_hash log_root = pat_tlog_range_root(&head->range);
  pat_hash index_root = input->index_root;
  Patina__IndexCommit commit = PATINA__INDEX_COMMIT__INIT;
  commit.epoch = head->has_commit ? head->epoch + 1 : 0;
  if (head->has_commit) {
    commit.previous_case = PATINA__INDEX_COMMIT__PREVIOUS_PREVIOUS_INDEX;
    commit.previous_index = head->last_commit_index;
  }
  commit.time_ms = input->now_ms;
  commit.covered_size = head->range.size;
  commit.log_root = (ProtobufCBinaryData){PAT_HASH_BYTES, log_root.bytes};
  commit.key_count = input->key_count;
  commit.index_root = (ProtobufCBinaryData){PAT_HASH_BYTES, index_root.bytes};
  enum { COMMIT_BYTES_MAX = 256 };
  uint8_t *buffer = pat_arena_take(arena, COMMIT_BYTES_MAX);
  PAT_REQUIRE(buffer != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, buffer, COMMIT_BYTES_MAX);
  PAT_TRY(pat_entry_build_commit(&commit, &builder));
  return pat_builder_finish(&builder, ret_leaf);
}

static pat_status write_u64_record(pat_view *view, pat_arena *arena, pat_ledger_table table,
                                   uint64_t key, pat_span value) {
  uint8_t *bytes = pat_arena_take(arena, sizeof key);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, bytes, sizeof key);
  pat_builder_u64be(&builder, key);
  return pat_view_write(view, (pat_ledger_key){table, pat_span_make(bytes, sizeof key)}, value);
}

static pat_status write_commit(pat_view *view, pat_arena *arena, uint64_t epoch, uint64_t index) {
  uint8_t *value = pat_arena_take(arena, sizeof index);
  PAT_REQUIRE(value != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, value, sizeof index);
  pat_builder_u64be(&builder, index);
  return write_u64_record(view, arena, PAT_LEDGER_COMMIT, epoch,
                          pat_span_make(value, sizeof index));
}

static pat_status close_batch(const pat_ledger *ledger, const pat_commit_input *input,
                              pat_head *next, pat_view *view, pat_arena *arena,
                              pat_span *ret_leaf) {
  uint64_t index = next->range.size;
  PAT_TRY(build_commit(next, input, arena, ret_leaf));
  pat_hash leaf_hash = pat_tlog_leaf_hash(*ret_leaf);
  PAT_TRY(pat_tlog_range_append(&next->range, &leaf_hash));
  next->epoch = next->has_commit ? next->epoch + 1 : 0;
  next->has_commit = true;
  next->last_commit_index = index;
  next->time_ms = input->now_ms;
  next->key_count = input->key_count;
  PAT_TRY(write_u64_record(view, arena, PAT_LEDGER_LEAF, index, *ret_leaf));
  PAT_TRY(write_commit(view, arena, next->epoch, index));
  return write_head(ledger, next, view, arena);
}

pat_status pat_ledger_close(const pat_ledger *ledger, const pat_commit_input *input, pat_head *head,
                            pat_view *view, pat_arena *arena, pat_span *ret_leaf) {
  PAT_ASSERT(input->now_ms >= head->time_ms);
  pat_head next = *head;
  pat_span leaf;
  pat_status status = close_batch(ledger, input, &next, view, arena, &leaf);
  if (!pat_is_ok(status)) {
    pat_view_drop_writes(view);
    return status;
  }
  *head = next;
  *ret_leaf = leaf;
  return PAT_OK;
}

/* --- genesis --------------------------------------------------------------------------------- */

pat_status pat_ledger_genesis(pat_span first_leaf, const char *origin, pat_arena *arena,
                              const Patina__GenesisParameters **ret_parameters, pat_err *reterr) {
  Patina__LogEntry *entry = NULL;
  PAT_TRY(pat_entry_decode(first_leaf, arena, &entry, reterr));
  bool is_statement = entry->entry_case == PATINA__LOG_ENTRY__ENTRY_STATEMENT;
  PAT_REQUIRE_AT(is_statement, GENESIS_FIRST, reterr, 0, "entry");
  pat_statement statement;
  PAT_TRY(pat_statement_decode(pat_decide_span(entry->statement->statement), arena, &statement,
                               reterr));
  PAT_REQUIRE_AT(statement.kind->number == PAT_KIND_GENESIS, GENESIS_FIRST, reterr, 0, "body");
  pat_origin computed;
  PAT_TRY(pat_genesis_origin(statement.message->genesis, arena, &computed));
  PAT_REQUIRE_AT(strcmp(computed.text, origin) == 0, GENESIS_ORIGIN, reterr, 0, "genesis");
  *ret_parameters = statement.message->genesis->parameters;
  return PAT_OK;
}
