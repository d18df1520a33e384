/* patinad fsck: whatever is damaged, missing or too much in a store is named by rule and record. */
#include <stdio.h>
#include <string.h>

#include "core/bytes/protobuf.h"
#include "core/ledger/record.h"
#include "server/main/fsck.h"
#include "server/sequencer/keys.h"
#include "server/sys/checkpoint_file.h"
#include "server/sys/log.h"
#include "server/sys/mem.h"
#include "tests/core/audit/audit_log.h"
#include "tests/server/sequencer/sequencer_support.h"

enum { LEAVES = 320, PRIVATE_FROM = 40 };

/* Made once; each test works on a copy. */
static struct {
  seq_log log;
  audit_log leaves; /* as they are decoded */
  pat_log_public_keys keys;
  pat_blob published;
} base;

static pat_store *store; /* of the test */
static pat_fsck_report report;
static pat_err err;

static void quiet_log(void *context, pat_log_level level, const char *line, size_t size) {
  (void)context;
  (void)level;
  (void)line;
  (void)size;
}

/* --- the log --------------------------------------------------------------------------------- */

/* The signed checkpoint of a tree. */
static pat_span sign_head(const pat_tlog_head *head, char *buffer, size_t size) {
  char text[1024];
  pat_builder builder;
  pat_span bytes;
  pat_builder_init(&builder, text, sizeof text);
  assert_ok(pat_checkpoint_format(pat_span_text(base.log.world->origin.text), head, &builder));
  assert_ok(pat_builder_finish(&builder, &bytes));
  pat_builder_init(&builder, buffer, size);
  assert_ok(pat_note_sign(bytes, &base.log.log_key, base.log.keys.log_secret, &builder));
  assert_ok(pat_builder_finish(&builder, &bytes));
  return bytes;
}

/* The committer would have kept one for each commit. */
static void put_notes(void) {
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  for (size_t i = 0; i < base.leaves.count; i++) {
    pat_hash hash = pat_tlog_leaf_hash(ledger_leaf(base.log.world, i));
    assert_ok(pat_tlog_range_append(&range, &hash));
    if (base.leaves.leaves[i]->entry_case != PATINA__LOG_ENTRY__ENTRY_COMMIT) continue;
    pat_tlog_head head = {range.size, pat_tlog_range_root(&range)};
    pat_sequencer_key key = pat_note_key_of_size(range.size);
    char note[2048];
    seq_put(base.log.store, PAT_TABLE_META, pat_sequencer_key_span(&key),
            sign_head(&head, note, sizeof note));
  }
}

static int group_setup(void **state) {
  (void)state;
  if (!pat_is_ok(pat_crypto_init())) return -1;
  pat_log_set_sink(&(pat_log_sink){.write = quiet_log});
  ledger_world *world = audit_world_new();
  while (world->head.range.size < LEAVES)
    (void)ledger_run(world, NULL, 0);
  audit_log_take(&base.leaves, world);
  seq_log *log = &base.log;
  log->world = world;
  log->directory = temp_directory_make();
  log->keys = seq_keys(world);
  memcpy(base.keys.log, log->keys.log_public, sizeof base.keys.log);
  memcpy(base.keys.vrf, world->genesis->parameters->vrf_key.data, sizeof base.keys.vrf);
  memcpy(base.keys.promise, world->genesis->parameters->promise_key.data, sizeof base.keys.promise);
  assert_ok(pat_note_key_make(pat_span_text(world->origin.text), PAT_NOTE_TYPE_ED25519,
                              log->keys.log_public, &log->log_key));
  assert_ok(pat_store_memory_open(&log->store));
  log->options =
      (pat_committer_options){.origin = world->origin.text, .keys = &log->keys, .index_depth = 3};
  seq_seed(world, log->store);
  put_notes();
  assert_ok(seq_open(log)); /* makes the index, and the checkpoint file */
  seq_beat(log);
  seq_close(log);
  assert_ok(pat_checkpoint_file_read(log->directory.path, &base.published, NULL));
  return 0;
}

static int group_teardown(void **state) {
  (void)state;
  pat_blob_clear(&base.published);
  pat_store_close(base.log.store);
  temp_directory_remove(&base.log.directory);
  ledger_world_close(base.log.world);
  return 0;
}

static int setup(void **state) {
  (void)state;
  store = seq_copy(base.log.store);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  pat_store_close(store);
  return 0;
}

/* --- checking -------------------------------------------------------------------------------- */

static pat_fsck_input usual_input(void) {
  return (pat_fsck_input){.store = store,
                          .origin = base.log.world->origin.text,
                          .keys = &base.keys,
                          .published = pat_blob_span(base.published)};
}

static pat_status check(void) {
  const pat_fsck_input input = usual_input();
  err = (pat_err){.offset = 0};
  return pat_fsck_store(&input, &report, &err);
}

static void expect(pat_status status, pat_rule rule, const char *place) {
  if (pat_is_rule(status, rule) && strncmp(err.place, place, strlen(place)) == 0) return;
  fail_msg("%s at %s, not %s at %s", pat_rule_id((pat_rule)status.rule), err.place,
           pat_rule_id(rule), place);
}

static void expect_bad(pat_rule rule, const char *place) { expect(check(), rule, place); }

/* The first key of a table that begins so; count: of all of them. */
static pat_blob find_key(pat_table table, pat_span prefix, size_t *ret_count) {
  pat_store_cursor *cursor = NULL;
  pat_store_range all = {table, prefix, PAT_SPAN_EMPTY};
  assert_ok(pat_store_cursor_open(store, NULL, all, &cursor));
  pat_blob first = {0};
  pat_span key;
  pat_span value;
  *ret_count = 0;
  while (pat_is_ok(pat_store_cursor_next(cursor, &key, &value))) {
    if (*ret_count == 0) assert_ok(pat_blob_copy(key, &first));
    *ret_count += 1;
  }
  pat_store_cursor_close(cursor);
  assert_true(*ret_count > 0);
  return first;
}

/* A record of the table is flipped, then removed, then there is one too many. */
typedef struct {
  pat_table table;
  const char *name;
  size_t byte;           /* that is flipped */
  pat_rule flipped;      /* the rule that notices it */
  size_t extra_key_size; /* of a record that nobody asks for */
} damage;

static void expect_each(const damage *row, pat_span key) {
  seq_flip(store, row->table, key, row->byte);
  expect_bad(row->flipped, row->name);
  seq_flip(store, row->table, key, row->byte);
  assert_ok(check());
  pat_blob kept = seq_get(store, row->table, key);
  seq_delete(store, row->table, key);
  expect_bad(PAT_RULE_FSCK_MISSING, row->name);
  seq_put(store, row->table, key, pat_blob_span(kept));
  uint8_t extra[64];
  memset(extra, 0xfe, sizeof extra);
  seq_put(store, row->table, pat_span_make(extra, row->extra_key_size), pat_blob_span(kept));
  pat_blob_clear(&kept);
  expect_bad(PAT_RULE_FSCK_EXTRA, row->name);
}

static void expect_table(const damage *row) {
  size_t count = 0;
  pat_blob key = find_key(row->table, PAT_SPAN_EMPTY, &count);
  expect_each(row, pat_blob_span(key));
  pat_blob_clear(&key);
}

static void test_fsck__names_tables_that_are_damaged(void **state) {
  (void)state;
  expect_table(&(damage){PAT_TABLE_TILE, "tile", 5, PAT_RULE_FSCK_RECORD, 9});
}

static void test_fsck__names_subjects_that_are_damaged(void **state) {
  (void)state;
  /* The last byte is of a peak. */
  size_t count = 0;
  pat_blob key = find_key(PAT_TABLE_SUBJECT, PAT_SPAN_EMPTY, &count);
  pat_blob record = seq_get(store, PAT_TABLE_SUBJECT, pat_blob_span(key));
  const damage row = {PAT_TABLE_SUBJECT, "subject", record.size - 1, PAT_RULE_FSCK_RECORD, 32};
  expect_each(&row, pat_blob_span(key));
  pat_blob_clear(&record);
  pat_blob_clear(&key);
}

static void test_fsck__names_sub_logs_that_are_damaged(void **state) {
  (void)state;
  expect_table(&(damage){PAT_TABLE_SUBLOG, "sub-log", 7, PAT_RULE_FSCK_RECORD, 40});
}

static void test_fsck__names_commits_that_are_damaged(void **state) {
  (void)state;
  expect_table(&(damage){PAT_TABLE_COMMIT, "commit", 7, PAT_RULE_FSCK_RECORD, 8});
}

static void test_fsck__names_notes_that_are_damaged(void **state) {
  (void)state;
  pat_sequencer_key key = pat_note_key_of_size(2);
  pat_span span = pat_sequencer_key_span(&key);
  seq_flip(store, PAT_TABLE_META, span, 100);
  assert_false(pat_is_ok(check()));
  assert_string_equal(err.place, "note 2");
  seq_flip(store, PAT_TABLE_META, span, 100);
  pat_blob note = seq_get(store, PAT_TABLE_META, span);
  seq_delete(store, PAT_TABLE_META, span);
  expect_bad(PAT_RULE_FSCK_MISSING, "note 2");
  seq_put(store, PAT_TABLE_META, span, pat_blob_span(note));
  pat_blob_clear(&note);
  /* The log's own signature under another tree of that size. */
  pat_tlog_head other = {.size = 2};
  char signed_note[2048];
  seq_put(store, PAT_TABLE_META, span, sign_head(&other, signed_note, sizeof signed_note));
  expect_bad(PAT_RULE_FSCK_RECORD, "note 2");
}

static void test_fsck__names_a_note_too_many(void **state) {
  (void)state;
  pat_sequencer_key key = pat_note_key_of_size(3);
  seq_put(store, PAT_TABLE_META, pat_sequencer_key_span(&key), PAT_SPAN_LITERAL("x"));
  expect_bad(PAT_RULE_FSCK_EXTRA, "note");
}

static void test_fsck__names_buckets_that_are_damaged(void **state) {
  (void)state;
  expect_table(&(damage){PAT_TABLE_INDEX, "bucket", 3, PAT_RULE_INDEX_BUCKET, 4});
}

static void test_fsck__names_an_index_of_an_impossible_depth(void **state) {
  (void)state;
  seq_put(store, PAT_TABLE_META, PAT_SPAN_LITERAL("index"), PAT_SPAN_LITERAL("\x63"));
  expect_bad(PAT_RULE_FSCK_RECORD, "index");
}

static void test_fsck__says_where_no_index_is_kept(void **state) {
  (void)state;
  seq_delete(store, PAT_TABLE_META, PAT_SPAN_LITERAL("index"));
  assert_ok(check());
  assert_false(report.index_kept);
}

/* --- leaves ---------------------------------------------------------------------------------- */

static pat_sequencer_key leaf_key(uint64_t index) { return pat_number_key(index); }

static void test_fsck__names_a_leaf_that_is_damaged(void **state) {
  (void)state;
  size_t at = audit_log_find(&base.leaves, PRIVATE_FROM, 0);
  pat_sequencer_key key = leaf_key(at);
  char place[32];
  (void)snprintf(place, sizeof place, "leaf %zu: signatures", at);
  /* Within the statement's hash: all that is left to notice it is the signature. */
  seq_flip(store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key), 20);
  expect_bad(PAT_RULE_CRYPTO_SIGNATURE_INVALID, place);
}

static void test_fsck__names_a_leaf_that_is_missing(void **state) {
  (void)state;
  pat_sequencer_key key = leaf_key(7);
  seq_delete(store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key));
  expect_bad(PAT_RULE_FSCK_MISSING, "leaf 7");
}

static void test_fsck__names_the_last_leaf_where_it_is_missing(void **state) {
  (void)state;
  pat_sequencer_key key = leaf_key(base.leaves.count); /* the heartbeat's */
  seq_delete(store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key));
  char place[32];
  (void)snprintf(place, sizeof place, "leaf %zu", base.leaves.count);
  expect_bad(PAT_RULE_FSCK_MISSING, place);
}

static void test_fsck__names_a_leaf_too_many(void **state) {
  (void)state;
  pat_sequencer_key key = leaf_key(base.leaves.count + 1);
  seq_put(store, PAT_TABLE_LEAF, pat_sequencer_key_span(&key), PAT_SPAN_LITERAL("x"));
  expect_bad(PAT_RULE_FSCK_EXTRA, "leaf");
}

static void test_fsck__names_a_head_that_is_damaged(void **state) {
  (void)state;
  pat_blob head = seq_get(store, PAT_TABLE_META, PAT_SPAN_LITERAL("head"));
  /* A bit of the first peak: behind the size's and the peak's tags. */
  seq_flip(store, PAT_TABLE_META, PAT_SPAN_LITERAL("head"), 12);
  expect_bad(PAT_RULE_FSCK_RECORD, "head");
  seq_put(store, PAT_TABLE_META, PAT_SPAN_LITERAL("head"), PAT_SPAN_LITERAL("x"));
  expect_bad(PAT_RULE_FSCK_RECORD, "head");
  seq_delete(store, PAT_TABLE_META, PAT_SPAN_LITERAL("head"));
  expect_bad(PAT_RULE_FSCK_MISSING, "head");
  pat_blob_clear(&head);
}

/* --- statements ------------------------------------------------------------------------------ */

static pat_span hash_of(size_t index) {
  const Patina__Entry *entry = base.leaves.leaves[index]->statement;
  return pat_span_make(entry->statement_sha256.data, entry->statement_sha256.len);
}

/* Changes a decoded record and puts it back. */
typedef void (*change)(Patina__StatementRecord *record);

static void change_statement(size_t index, change change) {
  enum { MEMORY_BYTES = 1024 * 1024 };
  uint8_t *memory = pat_mem_new(MEMORY_BYTES);
  assert_non_null(memory);
  pat_arena arena;
  pat_arena_init(&arena, memory, MEMORY_BYTES);
  pat_blob bytes = seq_get(store, PAT_TABLE_STATEMENT, hash_of(index));
  ProtobufCMessage *message = NULL;
  assert_ok(pat_protobuf_decode(&patina__statement_record__descriptor, pat_blob_span(bytes), &arena,
                                0, &message, NULL));
  change((Patina__StatementRecord *)message);
  uint8_t *encoded = pat_arena_take(&arena, bytes.size + 64);
  pat_builder builder;
  pat_builder_init(&builder, encoded, bytes.size + 64);
  assert_ok(pat_protobuf_encode(message, &builder));
  pat_span span;
  assert_ok(pat_builder_finish(&builder, &span));
  seq_put(store, PAT_TABLE_STATEMENT, hash_of(index), span);
  pat_blob_clear(&bytes);
  pat_mem_free(memory);
}

static void change_index(Patina__StatementRecord *record) { record->index++; }
static void change_time(Patina__StatementRecord *record) { record->logged_at_ms++; }
static void change_text(Patina__StatementRecord *record) { record->statement.data[30] ^= 1; }
static void change_key(Patina__StatementRecord *record) {
  record->signatures[0]->public_key.data[0] ^= 1;
}
static void change_principal(Patina__StatementRecord *record) {
  record->signatures[0]->principal.data[0] ^= 1;
}
static void change_signature(Patina__StatementRecord *record) {
  record->signatures[0]->signature.data[0] ^= 1;
}
static void drop_signature(Patina__StatementRecord *record) { record->n_signatures = 0; }
static void change_disclosure(Patina__StatementRecord *record) {
  pat_span bytes = {record->disclosures[0]->disclosure.data,
                    record->disclosures[0]->disclosure.len};
  record->disclosures[0]->disclosure.data[bytes.size - 1] ^= 1;
}
static void repeat_disclosure(Patina__StatementRecord *record) {
  static Patina__StoredDisclosure *twice[2];
  twice[0] = record->disclosures[0];
  twice[1] = record->disclosures[0];
  record->disclosures = twice;
  record->n_disclosures = 2;
}
static void change_proof(Patina__StatementRecord *record) { record->vrf_proofs[0].data[40] ^= 1; }
static void drop_proof(Patina__StatementRecord *record) { record->n_vrf_proofs = 0; }

static size_t find_identified(void) {
  size_t at = audit_log_find(&base.leaves, 2, 0);
  while (base.leaves.leaves[at]->statement->identifier_count == 0)
    at = audit_log_find(&base.leaves, at + 1, 0);
  return at;
}

static void test_fsck__names_statements_that_are_not_their_leaves(void **state) {
  (void)state;
  const struct {
    change change;
    pat_rule rule;
  } rows[] = {
      {change_index, PAT_RULE_FSCK_RECORD},      {change_time, PAT_RULE_FSCK_RECORD},
      {change_text, PAT_RULE_ENTRY_STATEMENT},   {change_key, PAT_RULE_FSCK_RECORD},
      {change_principal, PAT_RULE_FSCK_RECORD},  {change_signature, PAT_RULE_FSCK_RECORD},
      {drop_signature, PAT_RULE_FSCK_RECORD},    {change_disclosure, PAT_RULE_DISCLOSURE_DIGEST},
      {repeat_disclosure, PAT_RULE_FSCK_RECORD}, {change_proof, PAT_RULE_CRYPTO_VRF_PROOF_INVALID},
      {drop_proof, PAT_RULE_FSCK_RECORD},
  };
  size_t at = find_identified();
  pat_blob honest = seq_get(store, PAT_TABLE_STATEMENT, hash_of(at));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    change_statement(at, rows[i].change);
    expect_bad(rows[i].rule, "statement ");
    seq_put(store, PAT_TABLE_STATEMENT, hash_of(at), pat_blob_span(honest));
  }
  pat_blob_clear(&honest);
  assert_ok(check());
}

static void test_fsck__names_statements_missing_and_too_many(void **state) {
  (void)state;
  size_t at = find_identified();
  pat_blob record = seq_get(store, PAT_TABLE_STATEMENT, hash_of(at));
  seq_delete(store, PAT_TABLE_STATEMENT, hash_of(at));
  expect_bad(PAT_RULE_FSCK_MISSING, "statement ");
  seq_put(store, PAT_TABLE_STATEMENT, hash_of(at), pat_blob_span(record));
  pat_hash other = {{9}};
  seq_put(store, PAT_TABLE_STATEMENT, pat_hash_span(&other), pat_blob_span(record));
  pat_blob_clear(&record);
  expect_bad(PAT_RULE_FSCK_EXTRA, "statement");
}

static void test_fsck__names_a_catalog_that_was_not_published(void **state) {
  (void)state;
  pat_state_key key = pat_state_key_version(PAT_STATE_CLASS_VERSION, "vehicle", 1);
  seq_flip(store, PAT_TABLE_STATE, pat_span_make(key.bytes, key.size), 40);
  expect_bad(PAT_RULE_FSCK_RECORD, "statement ");
  assert_non_null(strstr(err.place, "catalog"));
}

/* --- what was published ---------------------------------------------------------------------- */

static pat_status check_published(const pat_tlog_head *head) {
  char note[2048];
  pat_fsck_input input = usual_input();
  input.published = sign_head(head, note, sizeof note);
  err = (pat_err){.offset = 0};
  return pat_fsck_store(&input, &report, &err);
}

static void test_fsck__compares_with_what_was_published(void **state) {
  (void)state;
  pat_tlog_head ahead = {.size = LEAVES + 100};
  expect(check_published(&ahead), PAT_RULE_SEQUENCER_BEHIND, "checkpoint");
  pat_tlog_head forked = {.size = 100};
  expect(check_published(&forked), PAT_RULE_SEQUENCER_FORK, "checkpoint");
  pat_fsck_input input = usual_input();
  input.published = PAT_SPAN_LITERAL("nothing of the kind");
  assert_false(pat_is_ok(pat_fsck_store(&input, &report, &err)));
  assert_string_equal(err.place, "checkpoint");
  input.published = PAT_SPAN_EMPTY;
  assert_ok(pat_fsck_store(&input, &report, &err));
}

static void test_fsck__names_keys_that_are_not_the_genesis(void **state) {
  (void)state;
  pat_log_public_keys other = base.keys;
  other.promise[0] ^= 1;
  pat_fsck_input input = usual_input();
  input.keys = &other;
  err = (pat_err){.offset = 0};
  expect(pat_fsck_store(&input, &report, &err), PAT_RULE_MAIN_KEYS, "keys");
}

static void test_fsck__finds_a_whole_store_whole(void **state) {
  (void)state;
  assert_ok(check());
  assert_int_equal(report.leaves, base.leaves.count + 1);
  assert_int_equal(report.tiles, 1);
  assert_int_equal(report.notes, report.tally.commits);
  assert_true(report.index_kept);
  assert_true(report.buckets > 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_fsck__##name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(names_tables_that_are_damaged),
      CASE(names_subjects_that_are_damaged),
      CASE(names_sub_logs_that_are_damaged),
      CASE(names_commits_that_are_damaged),
      CASE(names_notes_that_are_damaged),
      CASE(names_a_note_too_many),
      CASE(names_buckets_that_are_damaged),
      CASE(names_an_index_of_an_impossible_depth),
      CASE(says_where_no_index_is_kept),
      CASE(names_a_leaf_that_is_damaged),
      CASE(names_a_leaf_that_is_missing),
      CASE(names_the_last_leaf_where_it_is_missing),
      CASE(names_a_leaf_too_many),
      CASE(names_a_head_that_is_damaged),
      CASE(names_statements_that_are_not_their_leaves),
      CASE(names_statements_missing_and_too_many),
      CASE(names_a_catalog_that_was_not_published),
      CASE(compares_with_what_was_published),
      CASE(names_keys_that_are_not_the_genesis),
      CASE(finds_a_whole_store_whole),
  };
  return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
