/* Batches: what the pure step promises its driver. */
#include <stdio.h>
#include <string.h>

#include "core/envelope/entry.h"
#include "core/ledger/record.h"
#include "tests/core/ledger/ledger_support.h"

/* --- replay ---------------------------------------------------------------------------------- */

static void test_replay__gives_the_first_index(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = draft_vehicle(world, 1, REGISTRAR);
  Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
  Patina__SignedStatement *twice[] = {envelope, envelope};
  uint64_t index = world->head.range.size;
  const pat_decision *decisions = ledger_run(world, twice, 2);
  assert_int_equal(decisions[0].outcome, PAT_DECISION_ACCEPTED);
  assert_int_equal(decisions[0].index, index);
  assert_int_equal(decisions[1].outcome, PAT_DECISION_REPLAYED);
  assert_int_equal(decisions[1].index, index);
  world->now_ms += LEDGER_DAY_MS; /* it has expired: a replay is an answer, not a statement */
  const pat_decision *later = ledger_run(world, &envelope, 1);
  assert_int_equal(later->outcome, PAT_DECISION_REPLAYED);
  assert_int_equal(later->index, index);
  assert_int_equal(world->head.range.size, index + 3); /* the statement and two commits */
}

/* --- order ----------------------------------------------------------------------------------- */

/* Enrols, grants, registers and answers: each needs the one before it. */
static size_t draft_story(ledger_world *world, Patina__SignedStatement **batch) {
  size_t count = 0;
  ledger_draft enrolment = ledger_by(world, STRANGER);
  (void)ledger_enrol(&enrolment, STRANGER);
  batch[count++] = ledger_seal(&enrolment, NULL);
  ledger_draft granted = ledger_by_root(world);
  (void)ledger_grant(&granted, STRANGER, "registrar", NULL);
  batch[count++] = ledger_seal(&granted, NULL);
  ledger_draft registration = draft_vehicle(world, 1, STRANGER);
  batch[count++] = ledger_seal(&registration, NULL);
  ledger_draft assignment = ledger_by(world, STRANGER);
  const ledger_serial vin = {"vin", 1, "", VIN_1};
  (void)ledger_assign(&assignment, 1, vin);
  pat_hash assigned;
  batch[count++] = ledger_seal(&assignment, &assigned);
  ledger_draft release = ledger_by(world, STRANGER);
  (void)ledger_release(&release, 1, vin, &assigned);
  batch[count++] = ledger_seal(&release, NULL);
  const ledger_said said[] = {{"text", SAID_SLOT, ledger_text(world, "once")}};
  ledger_draft story = ledger_by(world, STRANGER);
  ledger_attest(&story, 1, LEDGER_SAID(said))->claim = (char *)"story";
  pat_hash told;
  batch[count++] = ledger_seal(&story, &told);
  ledger_draft retraction = ledger_by(world, STRANGER);
  (void)ledger_retract(&retraction, &told);
  batch[count++] = ledger_seal(&retraction, NULL);
  ledger_draft binding = ledger_by(world, INSTALLER);
  (void)ledger_bind(&binding, 1, 1);
  batch[count++] = ledger_seal(&binding, NULL);
  ledger_draft reading = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&reading, 1, 0, NULL);
  batch[count++] = ledger_seal(&reading, NULL);
  return count;
}
enum { STORY_MAX = 16 };

static void test_batch__later_statements_see_earlier_ones(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *batch[STORY_MAX];
  size_t count = draft_story(world, batch);
  const pat_decision *decisions = ledger_run(world, batch, count);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(decisions[i].outcome, PAT_DECISION_ACCEPTED);
  assert_true(world->rounds <= 6);
}

static void test_batch__in_the_wrong_order_is_refused(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *batch[STORY_MAX];
  size_t count = draft_story(world, batch);
  Patina__SignedStatement *reversed[STORY_MAX];
  for (size_t i = 0; i < count; i++)
    reversed[i] = batch[count - 1 - i];
  const pat_decision *decisions = ledger_run(world, reversed, count);
  assert_decision(&decisions[0], PAT_RULE_STREAM_UNKNOWN);
  assert_decision(&decisions[1], PAT_RULE_ASSET_UNKNOWN);
  assert_decision(&decisions[2], PAT_RULE_SIGNER_UNKNOWN);
}

/* --- no trace -------------------------------------------------------------------------------- */

/* The store after a batch with refusals among it is the store after the batch without them. */
static void test_refusal__leaves_no_trace(void **state) {
  ledger_world *world = *state;
  ledger_world *other = ledger_world_new((ledger_options){0});
  ledger_world *worlds[] = {world, other};
  for (size_t i = 0; i < 2; i++) {
    ledger_draft good[] = {draft_vehicle(worlds[i], 1, REGISTRAR),
                           draft_inspection(worlds[i], 1, INSPECTOR)};
    ledger_draft bad[] = {draft_vehicle(worlds[i], 1, REGISTRAR),
                          draft_inspection(worlds[i], 7, INSPECTOR),
                          draft_vehicle(worlds[i], 8, STRANGER)};
    Patina__SignedStatement *mixed[] = {ledger_seal(&good[0], NULL), ledger_seal(&bad[0], NULL),
                                        ledger_seal(&bad[1], NULL), ledger_seal(&bad[2], NULL),
                                        ledger_seal(&good[1], NULL)};
    Patina__SignedStatement *clean[] = {mixed[0], mixed[4]};
    const pat_decision *decisions =
        i == 0 ? ledger_run(worlds[i], mixed, 5) : ledger_run(worlds[i], clean, 2);
    if (i > 0) continue;
    assert_decision(&decisions[1], PAT_RULE_ASSET_EXISTS);
    assert_decision(&decisions[2], PAT_RULE_ASSET_UNKNOWN);
    assert_decision(&decisions[3], PAT_RULE_SIGNER_UNKNOWN);
    assert_int_equal(decisions[1].leaf.size, 0);
    assert_int_equal(decisions[1].identifier_count, 0);
  }
  assert_true(ledger_store_equal(&world->store, &other->store));
  ledger_world_close(other);
}

/* --- determinism ----------------------------------------------------------------------------- */

static bool equal_leaves(const ledger_world *a, uint64_t from_a, const ledger_world *b,
                         uint64_t from_b) {
  return pat_span_equal(ledger_leaf(a, from_a), ledger_leaf(b, from_b));
}

static void test_plan__gives_the_same_bytes_again(void **state) {
  ledger_world *world = *state;
  ledger_world *other = ledger_world_new((ledger_options){0});
  Patina__SignedStatement *batch[STORY_MAX];
  size_t count = draft_story(world, batch);
  (void)ledger_run(world, batch, count);
  count = draft_story(other, batch);
  (void)ledger_run(other, batch, count);
  assert_true(ledger_store_equal(&world->store, &other->store));
  assert_memory_equal(&world->head.time_ms, &other->head.time_ms, sizeof world->head.time_ms);
  ledger_world_close(other);
}

/* The decisions do not depend on how statements are grouped; only log indices do, as each batch
 * ends with a commit. */
static void test_plan__of_many_decides_as_one_by_one(void **state) {
  ledger_world *world = *state;
  ledger_world *other = ledger_world_new((ledger_options){0});
  Patina__SignedStatement *batch[STORY_MAX];
  size_t count = draft_story(world, batch);
  uint64_t first = world->head.range.size;
  (void)ledger_run(world, batch, count);
  count = draft_story(other, batch);
  for (size_t i = 0; i < count; i++) {
    const pat_decision *decision = ledger_run(other, &batch[i], 1);
    assert_int_equal(decision->outcome, PAT_DECISION_ACCEPTED);
    assert_int_equal(decision->index, first + 2 * i);
    Patina__LogEntry *one = NULL;
    Patina__LogEntry *many = NULL;
    assert_ok(pat_entry_decode(ledger_leaf(world, first + i), &world->memory, &many, NULL));
    assert_ok(pat_entry_decode(ledger_leaf(other, first + 2 * i), &world->memory, &one, NULL));
    assert_int_equal(one->statement->n_subjects, many->statement->n_subjects);
    for (size_t link = 0; link < one->statement->n_subjects; link++) {
      assert_memory_equal(one->statement->subjects[link]->key.data,
                          many->statement->subjects[link]->key.data, PAT_HASH_BYTES);
      assert_int_equal(one->statement->subjects[link]->seq, many->statement->subjects[link]->seq);
    }
  }
  assert_true(equal_leaves(world, first, other, first));
  assert_int_equal(other->store.count, world->store.count + 2 * (count - 1));
  ledger_world_close(other);
}

/* --- commits --------------------------------------------------------------------------------- */

static Patina__SignedStatement *seal_of_class(ledger_world *world, const char *class_name,
                                              const char *attribute) {
  const ledger_said said[] = {{attribute, SAID_OPEN, ledger_text(world, "Saab")}};
  static uint8_t asset = 100;
  ledger_draft draft = ledger_by(world, REGISTRAR);
  Patina__AssetRegistered *body = ledger_register(&draft, asset++, LEDGER_SAID(said));
  body->class_name = (char *)(uintptr_t)class_name;
  return ledger_seal(&draft, NULL);
}

/* What a plan remembers of one class must not be taken for another. */
static void test_batch__tells_classes_apart(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *batch[] = {
      seal_of_class(world, "vehicle", "make"),   seal_of_class(world, "vehicle", "title"),
      seal_of_class(world, "painting", "title"), seal_of_class(world, "painting", "make"),
      seal_of_class(world, "vehicle", "make"),   seal_of_class(world, "bicycle", "make"),
      seal_of_class(world, "painting", "title"),
  };
  const pat_decision *decisions = ledger_run(world, batch, 7);
  static const pat_rule refused[] = {
      PAT_RULE_NONE, PAT_RULE_ATTRIBUTES_UNKNOWN, PAT_RULE_NONE, PAT_RULE_ATTRIBUTES_UNKNOWN,
      PAT_RULE_NONE, PAT_RULE_CLASS_UNKNOWN,      PAT_RULE_NONE};
  for (size_t i = 0; i < 7; i++)
    assert_string_equal(pat_rule_id((pat_rule)decisions[i].status.rule), pat_rule_id(refused[i]));
}

static void test_heartbeat__is_a_commit_of_its_own(void **state) {
  ledger_world *world = *state;
  pat_head before = world->head;
  pat_hash index_root = pat_index_tree_root(&world->index);
  world->now_ms += 60000;
  (void)ledger_run(world, NULL, 0);
  assert_int_equal(world->head.range.size, before.range.size + 1);
  assert_int_equal(world->changed_count, 0);
  Patina__LogEntry *entry = NULL;
  assert_ok(pat_entry_decode(ledger_leaf(world, before.range.size), &world->memory, &entry, NULL));
  assert_int_equal(entry->entry_case, PATINA__LOG_ENTRY__ENTRY_COMMIT);
  assert_int_equal(entry->commit->epoch, before.epoch + 1);
  assert_int_equal(entry->commit->previous_index, before.last_commit_index);
  assert_int_equal(entry->commit->covered_size, before.range.size);
  assert_int_equal(entry->commit->time_ms, world->now_ms);
  assert_memory_equal(entry->commit->index_root.data, index_root.bytes, PAT_HASH_BYTES);
}

/* --- the head -------------------------------------------------------------------------------- */

static pat_span stored_head(const ledger_world *world) {
  pat_span record = PAT_SPAN_EMPTY;
  pat_ledger_key key = {PAT_LEDGER_META, PAT_SPAN_LITERAL("head")};
  assert_true(ledger_store_get(&world->store, key, &record));
  return record;
}

static void test_head__is_read_back(void **state) {
  ledger_world *world = *state;
  pat_head head;
  assert_ok(pat_head_decode(stored_head(world), &world->memory, &head));
  assert_int_equal(head.range.size, world->head.range.size);
  assert_true(pat_tlog_range_valid(&head.range));
  pat_hash root = pat_tlog_range_root(&head.range);
  pat_hash expected = pat_tlog_range_root(&world->head.range);
  assert_memory_equal(root.bytes, expected.bytes, PAT_HASH_BYTES);
  assert_int_equal(head.epoch, world->head.epoch);
  assert_int_equal(head.last_commit_index, head.range.size - 1);
  assert_int_equal(head.time_ms, world->head.time_ms);
  assert_int_equal(head.key_count, world->index.key_count);
}

static void test_head__refuses_what_was_not_written(void **state) {
  ledger_world *world = *state;
  const pat_span record = stored_head(world);
  uint8_t *bytes = ledger_take(world, record.size);
  memcpy(bytes, record.data, record.size);
  bytes[1]++; /* the size: its peaks or its last commit do not fit any more */
  pat_head head = {.epoch = 77};
  assert_rule(pat_head_decode(pat_span_make(bytes, record.size), &world->memory, &head),
              LEDGER_RECORD);
  assert_int_equal(head.epoch, 77);
}

/* --- memory ---------------------------------------------------------------------------------- */

static pat_status count_write(void *context, const pat_view_slot *slot) {
  (void)slot;
  (*(size_t *)context)++;
  return PAT_OK;
}

static size_t writes_of(ledger_world *world) {
  size_t writes = 0;
  assert_ok(pat_view_each_write(&world->view, count_write, &writes));
  return writes;
}

/* At every size that is too small, the plan says so and leaves no write; then it works as ever. */
static void test_memory__that_runs_out_leaves_nothing_written(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *batch[STORY_MAX];
  size_t count = draft_story(world, batch);
  size_t capacity = world->plan_memory.capacity;
  pat_decision *decisions = NULL;
  pat_head planned = {.epoch = 77};
  size_t failures = 0;
  size_t mark = pat_arena_mark(&world->memory);
  for (size_t size = 0;; size += 2048) {
    world->plan_memory.capacity = size;
    world->plan_memory.used = 0;
    pat_status status = ledger_plan(world, batch, count, &decisions, &planned);
    if (pat_is_ok(status)) break;
    assert_rule(status, LIMIT_MEMORY);
    assert_int_equal(writes_of(world), 0);
    assert_int_equal(planned.epoch, 77);
    pat_arena_reset_to(&world->memory, mark);
    failures++;
  }
  assert_true(failures > 10);
  assert_true(writes_of(world) > 0);

  pat_commit_input input = {.now_ms = world->now_ms};
  pat_span leaf = PAT_SPAN_EMPTY;
  pat_arena small;
  uint64_t room[32]; /* for the commit's leaf, and not for its key */
  pat_arena_init(&small, room, sizeof room);
  pat_head head = planned;
  assert_rule(pat_ledger_close(&world->ledger, &input, &head, &world->view, &small, &leaf),
              LIMIT_MEMORY);
  assert_int_equal(writes_of(world), 0);
  assert_int_equal(head.range.size, planned.range.size);
  world->plan_memory.capacity = capacity;
  const pat_decision *again = ledger_run(world, batch, count);
  assert_int_equal(again[0].outcome, PAT_DECISION_ACCEPTED);
}

static void test_view__that_is_full_says_so(void **state) {
  (void)state;
  uint64_t room[16];
  pat_arena arena;
  pat_arena_init(&arena, room, sizeof room);
  pat_view view;
  assert_rule(pat_view_init(&view, &arena), LIMIT_MEMORY);
}

/* --- damaged records ------------------------------------------------------------------------- */

/* A statement must not be refused because the store is damaged: the plan ends. */
static void test_store__that_is_damaged_ends_the_plan(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  ledger_draft draft = draft_inspection(world, 1, INSPECTOR);
  Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
  ProtobufCBinaryData id = ledger_fill(world, 1, PAT_ASSET_ID_BYTES);
  pat_state_key key = pat_state_key_of(PAT_STATE_ASSET, pat_span_make(id.data, id.len));
  ledger_store_put(&world->store, pat_state_ledger_key(&key), PAT_SPAN_LITERAL("\xff"));
  pat_decision *decisions = NULL;
  pat_head planned;
  assert_rule(ledger_plan(world, &envelope, 1, &decisions, &planned), LEDGER_RECORD);
  assert_int_equal(writes_of(world), 0);
}

/* --- the view -------------------------------------------------------------------------------- */

static void test_view__tells_needs_absence_and_writes(void **state) {
  (void)state;
  static uint64_t room[32 * 1024];
  pat_arena arena;
  pat_arena_init(&arena, room, sizeof room);
  pat_view view;
  assert_ok(pat_view_init(&view, &arena));
  pat_ledger_key key = {PAT_LEDGER_STATE, PAT_SPAN_LITERAL("key")};
  pat_ledger_key other_table = {PAT_LEDGER_NEAR, PAT_SPAN_LITERAL("key")};
  pat_span value = PAT_SPAN_LITERAL("before");
  assert_rule(pat_view_get(&view, key, &value), LEDGER_NEED);
  assert_rule(pat_view_get(&view, key, &value), LEDGER_NEED);
  assert_int_equal(view.need_count, 1);
  assert_ok(pat_view_put_base(&view, key, false, PAT_SPAN_EMPTY));
  assert_int_equal(view.need_count, 0);
  assert_rule(pat_view_get(&view, key, &value), LEDGER_ABSENT);
  assert_rule(pat_view_get(&view, other_table, &value), LEDGER_NEED);
  assert_true(pat_span_equal(value, PAT_SPAN_LITERAL("before")));
  assert_ok(pat_view_write(&view, key, PAT_SPAN_LITERAL("written")));
  assert_ok(pat_view_get(&view, key, &value));
  assert_true(pat_span_equal(value, PAT_SPAN_LITERAL("written")));
  pat_view_drop_writes(&view);
  assert_rule(pat_view_get(&view, key, &value), LEDGER_ABSENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      ledger_test(test_replay__gives_the_first_index),
      ledger_test(test_batch__later_statements_see_earlier_ones),
      ledger_test(test_batch__in_the_wrong_order_is_refused),
      ledger_test(test_refusal__leaves_no_trace),
      ledger_test(test_plan__gives_the_same_bytes_again),
      ledger_test(test_plan__of_many_decides_as_one_by_one),
      ledger_test(test_batch__tells_classes_apart),
      ledger_test(test_heartbeat__is_a_commit_of_its_own),
      ledger_test(test_head__is_read_back),
      ledger_test(test_head__refuses_what_was_not_written),
      ledger_test(test_memory__that_runs_out_leaves_nothing_written),
      cmocka_unit_test(test_view__that_is_full_says_so),
      ledger_test(test_store__that_is_damaged_ends_the_plan),
      cmocka_unit_test(test_view__tells_needs_absence_and_writes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
