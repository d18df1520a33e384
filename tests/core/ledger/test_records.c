/* Records of the store that are not what the ledger wrote: the plan ends, and no statement is
 * refused for it. */
#include <string.h>

#include "core/bytes/protobuf.h"
#include "core/ledger/record.h"
#include "tests/core/ledger/ledger_support.h"

static pat_span encode(ledger_world *world, const ProtobufCMessage *message) {
  size_t size = 0;
  assert_ok(pat_protobuf_size(message, &size));
  pat_builder builder;
  pat_builder_init(&builder, ledger_take(world, size), size);
  assert_ok(pat_protobuf_encode(message, &builder));
  pat_span bytes;
  assert_ok(pat_builder_finish(&builder, &bytes));
  return bytes;
}

/* Plans one statement over a damaged store. */
static void plan_ends(ledger_draft *draft) {
  Patina__SignedStatement *envelope = ledger_seal(draft, NULL);
  pat_decision *decisions = NULL;
  pat_head planned = {.epoch = 77};
  assert_rule(ledger_plan(draft->world, &envelope, 1, &decisions, &planned), LEDGER_RECORD);
  assert_int_equal(planned.epoch, 77);
}

/* --- writing and reading --------------------------------------------------------------------- */

/* Small records are encoded on the stack, others in the arena: nobody sees which. */
static void test_record__is_the_same_at_every_size(void **state) {
  ledger_world *world = *state;
  const size_t sizes[] = {2047, 2048, 2049, 5000};
  assert_ok(pat_view_init(&world->view, &world->view_memory));
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    Patina__StatementRecord record = PATINA__STATEMENT_RECORD__INIT;
    record.statement = ledger_fill(world, 7, sizes[i] - 3); /* a tag and two bytes of length */
    pat_ledger_key key = {PAT_LEDGER_STATEMENT, PAT_SPAN_LITERAL("key")};
    assert_ok(pat_record_put(&world->view, key, &record.base, &world->plan_memory));
    pat_span bytes;
    assert_ok(pat_view_get(&world->view, key, &bytes));
    assert_int_equal(bytes.size, sizes[i]);
    assert_true(pat_span_equal(bytes, encode(world, &record.base)));
  }
}

static uint64_t read_shared(ledger_world *world, pat_record_memo *memo, uint8_t name) {
  const ProtobufCMessage *found = NULL;
  pat_ledger_key key = {PAT_LEDGER_STATEMENT, pat_span_make(&name, 1)};
  assert_ok(pat_record_get_shared(&world->view, key, &patina__statement_record__descriptor,
                                  &world->plan_memory, memo, &found));
  return ((const Patina__StatementRecord *)found)->index;
}

static void put_index(ledger_world *world, uint8_t name, uint64_t index) {
  Patina__StatementRecord record = PATINA__STATEMENT_RECORD__INIT;
  record.index = index;
  pat_ledger_key key = {PAT_LEDGER_STATEMENT, pat_span_make(&name, 1)};
  assert_ok(pat_record_put(&world->view, key, &record.base, &world->plan_memory));
}

static void test_record__that_is_shared_is_the_newest(void **state) {
  ledger_world *world = *state;
  enum { RECORDS = PAT_RECORD_MEMO_COUNT + 1 };
  pat_record_memo memo = {.next = 0};
  assert_ok(pat_view_init(&world->view, &world->view_memory));
  for (unsigned i = 0; i < RECORDS; i++)
    put_index(world, (uint8_t)i, 100 + i);
  for (size_t round = 0; round < 2; round++) {
    for (unsigned i = 0; i < RECORDS; i++)
      assert_int_equal(read_shared(world, &memo, (uint8_t)i), 100 + i);
  }
  put_index(world, 3, 200);
  assert_int_equal(read_shared(world, &memo, 3), 200);
  size_t used = pat_arena_mark(&world->plan_memory);
  assert_int_equal(read_shared(world, &memo, 3), 200);
  assert_int_equal(pat_arena_mark(&world->plan_memory), used);
}

/* --- ranges ---------------------------------------------------------------------------------- */

static void test_range__refuses_peaks_that_do_not_fit(void **state) {
  ledger_world *world = *state;
  ProtobufCBinaryData peaks[64];
  for (size_t i = 0; i < 64; i++)
    peaks[i] = ledger_fill(world, (uint8_t)i, PAT_HASH_BYTES);
  pat_tlog_range range = {.size = 77};
  assert_rule(pat_record_range(7, peaks, 2, &range), LEDGER_RECORD);
  assert_rule(pat_record_range(7, peaks, 4, &range), LEDGER_RECORD);
  assert_rule(pat_record_range(UINT64_MAX, peaks, 64, &range), LEDGER_RECORD);
  peaks[2].len--;
  assert_rule(pat_record_range(7, peaks, 3, &range), LEDGER_RECORD);
  peaks[2].len++;
  assert_int_equal(range.size, 77);
  assert_ok(pat_record_range(7, peaks, 3, &range));
  ProtobufCBinaryData again[PAT_TLOG_PEAKS_MAX];
  assert_int_equal(pat_record_peaks(&range, again), 3);
  for (size_t i = 0; i < 3; i++)
    assert_memory_equal(again[i].data, peaks[i].data, PAT_HASH_BYTES);
  assert_ok(pat_record_range(PAT_TLOG_SIZE_MAX, peaks, 63, &range));
}

static void test_head__refuses_what_was_not_written(void **state) {
  ledger_world *world = *state;
  pat_span stored;
  pat_ledger_key key = {PAT_LEDGER_META, PAT_SPAN_LITERAL("head")};
  assert_true(ledger_store_get(&world->store, key, &stored));
  ProtobufCMessage *decoded = NULL;
  assert_ok(pat_protobuf_decode(&patina__head_record__descriptor, stored, &world->memory, 0,
                                &decoded, NULL));
  Patina__HeadRecord *record = (Patina__HeadRecord *)decoded;
  const Patina__HeadRecord good = *record;
  pat_head head = {.epoch = 77};
  record->n_peaks--;
  assert_rule(pat_head_decode(encode(world, decoded), &world->memory, &head), LEDGER_RECORD);
  *record = good;
  record->last_commit_index--;
  assert_rule(pat_head_decode(encode(world, decoded), &world->memory, &head), LEDGER_RECORD);
  *record = good;
  record->last_case = PATINA__HEAD_RECORD__LAST__NOT_SET;
  assert_rule(pat_head_decode(encode(world, decoded), &world->memory, &head), LEDGER_RECORD);
  record->size = 0;
  record->n_peaks = 0;
  record->last_case = PATINA__HEAD_RECORD__LAST_LAST_COMMIT_INDEX;
  assert_rule(pat_head_decode(encode(world, decoded), &world->memory, &head), LEDGER_RECORD);
  assert_int_equal(head.epoch, 77);
  *record = good;
  assert_ok(pat_head_decode(encode(world, decoded), &world->memory, &head));
}

static void test_subject__refuses_what_was_not_written(void **state) {
  ledger_world *world = *state;
  Patina__SubjectRecord record = PATINA__SUBJECT_RECORD__INIT;
  ProtobufCBinaryData peak = ledger_fill(world, 1, PAT_HASH_BYTES);
  record.count = 1;
  record.n_peaks = 1;
  record.peaks = &peak;
  pat_changed_subject subject = {.count = 77};
  static const uint8_t key[PAT_HASH_BYTES + 1] = {0};
  for (size_t size = PAT_HASH_BYTES - 1; size <= PAT_HASH_BYTES + 1; size += 2) {
    assert_rule(pat_ledger_subject_value(pat_span_make(key, size), encode(world, &record.base),
                                         &world->memory, &subject),
                LEDGER_RECORD);
  }
  pat_span good_key = pat_span_make(key, PAT_HASH_BYTES);
  record.count = 3;
  assert_rule(
      pat_ledger_subject_value(good_key, encode(world, &record.base), &world->memory, &subject),
      LEDGER_RECORD);
  assert_int_equal(subject.count, 77);
  record.count = 1;
  assert_ok(
      pat_ledger_subject_value(good_key, encode(world, &record.base), &world->memory, &subject));
  assert_int_equal(subject.count, 1);
}

/* --- records that a plan reads --------------------------------------------------------------- */

static void test_plan__ends_at_a_subject_with_other_peaks(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  ProtobufCBinaryData id = ledger_fill(world, 1, PAT_ASSET_ID_BYTES);
  pat_hash subject = pat_subject_key(PAT_SUBJECT_ASSET, pat_span_make(id.data, id.len));
  Patina__SubjectRecord record = PATINA__SUBJECT_RECORD__INIT;
  record.count = 1;
  ledger_store_put(&world->store, (pat_ledger_key){PAT_LEDGER_SUBJECT, pat_hash_span(&subject)},
                   encode(world, &record.base));
  ledger_draft draft = draft_inspection(world, 1, INSPECTOR);
  plan_ends(&draft);
}

static void test_plan__ends_at_a_target_that_is_no_statement(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  ledger_draft inspection = draft_inspection(world, 1, INSPECTOR);
  pat_hash told = ledger_accept(&inspection);
  Patina__StatementRecord record = *stored_statement(world, &told);
  record.statement.len--;
  ledger_store_put(&world->store, (pat_ledger_key){PAT_LEDGER_STATEMENT, pat_hash_span(&told)},
                   encode(world, &record.base));
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_retract(&draft, &told);
  plan_ends(&draft);
}

static ledger_draft draft_vin(ledger_world *world, uint8_t asset, const char *vin) {
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&draft, asset, (ledger_serial){"vin", 1, "", vin});
  return draft;
}

static void test_plan__ends_at_an_identifier_without_history(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  (void)register_vehicle(world, 2);
  ledger_draft draft = draft_vin(world, 1, VIN_1);
  (void)ledger_accept(&draft);
  ProtobufCBinaryData id = ledger_fill(world, 1, PAT_ASSET_ID_BYTES);
  const Patina__AssetRecord *asset = (const Patina__AssetRecord *)stored_state(
      world, PAT_STATE_ASSET, pat_span_make(id.data, id.len), &patina__asset_record__descriptor);
  Patina__IdentifierRecord empty = PATINA__IDENTIFIER_RECORD__INIT;
  store_state(world, PAT_STATE_IDENTIFIER,
              pat_span_make(asset->identifiers[0].data, asset->identifiers[0].len), &empty.base);
  ledger_draft second = draft_vin(world, 2, VIN_1);
  plan_ends(&second);
}

static void test_plan__ends_at_a_near_value_that_is_too_long(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  char text[PAT_IDENTIFIER_BYTES_MAX + 2];
  memset(text, 'A', sizeof text);
  text[PAT_IDENTIFIER_BYTES_MAX + 1] = '\0';
  Patina__NearValue value = PATINA__NEAR_VALUE__INIT;
  value.value = text;
  value.key = ledger_fill(world, 1, PAT_HASH_BYTES);
  Patina__NearValue *list = &value;
  Patina__NearRecord record = PATINA__NEAR_RECORD__INIT;
  record.n_values = 1;
  record.values = &list;
  pat_hash hash = pat_near_key("vin", "", pat_span_text(VIN_1));
  pat_ledger_key key = {PAT_LEDGER_NEAR, pat_hash_span(&hash)};
  ledger_store_put(&world->store, key, encode(world, &record.base));
  ledger_draft draft = draft_vin(world, 1, VIN_1);
  plan_ends(&draft);
  text[PAT_IDENTIFIER_BYTES_MAX] = '\0';
  ledger_store_put(&world->store, key, encode(world, &record.base));
  (void)ledger_accept(&draft);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      ledger_test(test_range__refuses_peaks_that_do_not_fit),
      ledger_test(test_record__is_the_same_at_every_size),
      ledger_test(test_record__that_is_shared_is_the_newest),
      ledger_test(test_head__refuses_what_was_not_written),
      ledger_test(test_subject__refuses_what_was_not_written),
      ledger_test(test_plan__ends_at_a_subject_with_other_peaks),
      ledger_test(test_plan__ends_at_a_target_that_is_no_statement),
      ledger_test(test_plan__ends_at_an_identifier_without_history),
      ledger_test(test_plan__ends_at_a_near_value_that_is_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
