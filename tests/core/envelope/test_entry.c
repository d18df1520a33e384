/* Leaves: their form, their size, and whether one is a statement's. */
#include "core/envelope/entry.h"

#include "core/bytes/protobuf.h"
#include "tests/core/envelope/envelope_support.h"

/* An entry of a submission, decoded so that a test may spoil it, and what is needed to check it. */
typedef struct {
  ledger_world *world;
  const pat_submission *submission;
  Patina__LogEntry *leaf;
  pat_span public_keys[PAT_STATEMENT_SIGNERS_MAX];
} fixture;

static pat_span build(ledger_world *world, const pat_submission *submission) {
  pat_subject_link links[PAT_ENTRY_SUBJECTS_MAX] = {{.seq = 0}};
  size_t count = submission->subjects.count + submission->statement.kind->identifier_count;
  for (size_t i = 0; i < submission->subjects.count; i++) {
    links[i] = (pat_subject_link){submission->subjects.keys[i], i, 40 + i};
  }
  uint8_t *room = ledger_take(world, PAT_LEAF_BYTES_MAX);
  pat_builder builder;
  pat_builder_init(&builder, room, PAT_LEAF_BYTES_MAX);
  assert_ok(pat_entry_build(submission, 1234, links, count, &builder));
  pat_span leaf;
  assert_ok(pat_builder_finish(&builder, &leaf));
  return leaf;
}

static fixture make(ledger_world *world, ledger_draft draft) {
  fixture made = {.world = world};
  made.submission = ledger_check(world, ledger_seal(&draft, NULL));
  assert_ok(pat_entry_decode(build(world, made.submission), &world->memory, &made.leaf, NULL));
  for (size_t i = 0; i < made.submission->signer_count; i++)
    made.public_keys[i] = made.submission->public_keys[i];
  return made;
}

static pat_status check(const fixture *at) {
  return pat_entry_check(at->world->origin.text, at->leaf->statement, &at->submission->statement,
                         at->submission->principals, at->public_keys, NULL);
}

static pat_span encode(ledger_world *world, const Patina__LogEntry *leaf) {
  size_t size = 0;
  assert_ok(pat_protobuf_size(&leaf->base, &size));
  pat_builder builder;
  pat_builder_init(&builder, ledger_take(world, size), size);
  assert_ok(pat_protobuf_encode(&leaf->base, &builder));
  pat_span bytes;
  assert_ok(pat_builder_finish(&builder, &bytes));
  return bytes;
}

static pat_status decode(ledger_world *world, const Patina__LogEntry *leaf) {
  Patina__LogEntry *again = NULL;
  pat_status status = pat_entry_decode(encode(world, leaf), &world->memory, &again, NULL);
  assert_int_equal(again != NULL, pat_is_ok(status));
  return status;
}

/* --- form ------------------------------------------------------------------------------------ */

static void test_entry__holds_what_was_put_in(void **state) {
  ledger_world *world = *state;
  fixture at = make(world, private_draft(world));
  const Patina__Entry *entry = at.leaf->statement;
  assert_int_equal(entry->logged_at_ms, 1234);
  assert_int_equal(entry->n_signatures, 2);
  assert_int_equal(entry->statement.len, 0);
  assert_int_equal(entry->n_subjects, 3);
  assert_int_equal(entry->subjects[0]->previous_case, PATINA__SUBJECT_LINK__PREVIOUS__NOT_SET);
  assert_int_equal(entry->subjects[2]->seq, 2);
  assert_int_equal(entry->subjects[2]->previous_index, 42);
  assert_ok(check(&at));
  fixture clear = make(world, public_draft(world));
  assert_int_equal(clear.leaf->statement->statement.len, clear.submission->statement.bytes.size);
  assert_ok(check(&clear));
}

static void test_entry__of_a_bad_form_is_refused(void **state) {
  ledger_world *world = *state;
  fixture at = make(world, private_draft(world));
  Patina__Entry *entry = at.leaf->statement;
  const Patina__Entry good = *entry;
  entry->n_signatures = 0;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  *entry = good;
  ProtobufCBinaryData nine[9];
  for (size_t i = 0; i < 9; i++)
    nine[i] = good.signatures[0];
  entry->signatures = nine;
  entry->n_signatures = 9;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  entry->n_signatures = 8;
  assert_ok(decode(world, at.leaf));
  nine[3].len--;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  *entry = good;
  entry->statement_sha256.len--;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  *entry = good;
  entry->n_subjects = 0;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  *entry = good;
  entry->identifier_count = 3; /* no signed key is left */
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  entry->identifier_count = PAT_STATEMENT_IDENTIFIERS_MAX + 1;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
}

static void test_entry__has_links_that_make_sense(void **state) {
  ledger_world *world = *state;
  fixture at = make(world, private_draft(world));
  Patina__SubjectLink **links = at.leaf->statement->subjects;
  links[1]->previous_case = PATINA__SUBJECT_LINK__PREVIOUS__NOT_SET;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  links[1]->previous_case = PATINA__SUBJECT_LINK__PREVIOUS_PREVIOUS_INDEX;
  assert_ok(decode(world, at.leaf));
  links[1]->seq = 0;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  links[1]->seq = 1;
  links[1]->key.len--;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  links[1]->key.len++;
  Patina__SubjectLink *kept = links[1];
  links[1] = links[2];
  links[2] = kept;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  /* The last one may be an identifier's key: those stand in their own order. */
  at.leaf->statement->identifier_count = 1;
  assert_ok(decode(world, at.leaf));
  links[1] = links[0];
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
}

static void test_entry__has_at_most_32_subjects(void **state) {
  ledger_world *world = *state;
  fixture at = make(world, private_draft(world));
  Patina__SubjectLink links[PAT_ENTRY_SUBJECTS_MAX + 1];
  Patina__SubjectLink *list[PAT_ENTRY_SUBJECTS_MAX + 1];
  for (size_t i = 0; i <= PAT_ENTRY_SUBJECTS_MAX; i++) {
    patina__subject_link__init(&links[i]);
    links[i].key = ledger_fill(world, (uint8_t)(i + 1), PAT_HASH_BYTES);
    list[i] = &links[i];
  }
  at.leaf->statement->subjects = list;
  for (size_t count = PAT_ENTRY_SUBJECTS_MAX - 1; count <= PAT_ENTRY_SUBJECTS_MAX; count++) {
    at.leaf->statement->n_subjects = count;
    assert_ok(decode(world, at.leaf));
  }
  at.leaf->statement->n_subjects = PAT_ENTRY_SUBJECTS_MAX + 1;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
  at.leaf->statement->n_subjects = PAT_ENTRY_SUBJECTS_MAX;
  for (uint32_t count = 0; count <= PAT_STATEMENT_IDENTIFIERS_MAX; count++) {
    at.leaf->statement->identifier_count = count;
    assert_ok(decode(world, at.leaf));
  }
  at.leaf->statement->identifier_count = PAT_STATEMENT_IDENTIFIERS_MAX + 1;
  assert_rule(decode(world, at.leaf), ENTRY_FORM);
}

static void test_entry__of_nothing_or_something_newer(void **state) {
  ledger_world *world = *state;
  Patina__LogEntry *entry = NULL;
  assert_rule(pat_entry_decode(PAT_SPAN_EMPTY, &world->memory, &entry, NULL), ENTRY_FORM);
  assert_rule(pat_entry_decode(PAT_SPAN_LITERAL("\x1a\x00"), &world->memory, &entry, NULL),
              BYTES_NEWER_FORMAT);
  assert_null(entry);
}

/* --- size ------------------------------------------------------------------------------------ */

/* A leaf with a "statement" of as many bytes as make the size. */
static pat_span leaf_of_size(ledger_world *world, size_t size) {
  fixture at = make(world, public_draft(world));
  at.leaf->statement->statement = ledger_fill(world, 0, PAT_LEAF_BYTES_MAX);
  at.leaf->statement->statement.len = 40000;
  at.leaf->statement->statement.len += size - encode(world, at.leaf).size;
  pat_span leaf = encode(world, at.leaf);
  assert_int_equal(leaf.size, size);
  return leaf;
}

static void test_entry__has_at_most_65535_bytes(void **state) {
  ledger_world *world = *state;
  Patina__LogEntry *entry = NULL;
  for (size_t size = PAT_LEAF_BYTES_MAX - 1; size <= PAT_LEAF_BYTES_MAX; size++)
    assert_ok(pat_entry_decode(leaf_of_size(world, size), &world->memory, &entry, NULL));
  assert_rule(
      pat_entry_decode(leaf_of_size(world, PAT_LEAF_BYTES_MAX + 1), &world->memory, &entry, NULL),
      ENTRY_SIZE);
}

/* No checked statement is that long; the builder does not rely on it. */
static void test_entry__is_not_built_beyond_65535_bytes(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = public_draft(world);
  pat_submission submission = *ledger_check(world, ledger_seal(&draft, NULL));
  ProtobufCBinaryData zeros = ledger_fill(world, 0, PAT_LEAF_BYTES_MAX);
  submission.statement.bytes = pat_span_make(zeros.data, 40000);
  submission.statement.bytes.size += PAT_LEAF_BYTES_MAX - build(world, &submission).size;
  assert_int_equal(build(world, &submission).size, PAT_LEAF_BYTES_MAX);
  submission.statement.bytes.size++;
  pat_subject_link link = {.seq = 0};
  pat_builder builder;
  pat_builder_init(&builder, NULL, 2 * PAT_LEAF_BYTES_MAX);
  pat_subject_link links[4] = {link, link, link, link};
  assert_rule(pat_entry_build(&submission, 1234, links, 4, &builder), ENTRY_SIZE);
}

static void test_entry__needs_room(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = public_draft(world);
  const pat_submission *submission = ledger_check(world, ledger_seal(&draft, NULL));
  pat_subject_link link = {.seq = 0};
  uint8_t room[100];
  pat_builder builder;
  pat_builder_init(&builder, room, sizeof room);
  assert_rule(pat_entry_build(submission, 1, &link, 1, &builder), BYTES_FULL);
}

/* --- tampering ------------------------------------------------------------------------------- */

static void test_entry__of_another_statement_is_found_out(void **state) {
  ledger_world *world = *state;
  fixture at = make(world, private_draft(world));
  fixture other = make(world, private_draft(world));
  Patina__LogEntry *own = at.leaf;
  at.leaf = other.leaf;
  assert_rule(check(&at), ENTRY_STATEMENT);
  at.leaf = own;
  at.leaf->statement->statement = (ProtobufCBinaryData){
      at.submission->statement.bytes.size,
      (uint8_t *)(uintptr_t)at.submission->statement.bytes.data}; /* private, in clear */
  assert_rule(check(&at), ENTRY_STATEMENT);
  fixture clear = make(world, public_draft(world));
  clear.leaf->statement->statement.len--;
  assert_rule(check(&clear), ENTRY_STATEMENT);
  clear.leaf->statement->statement.len = 0; /* public, and left out */
  assert_rule(check(&clear), ENTRY_STATEMENT);
}

static void test_entry__with_tampered_subjects_is_found_out(void **state) {
  ledger_world *world = *state;
  for (size_t i = 0; i < 3; i++) {
    fixture dropped = make(world, private_draft(world));
    Patina__Entry *entry = dropped.leaf->statement;
    for (size_t from = i + 1; from < 3; from++)
      entry->subjects[from - 1] = entry->subjects[from];
    entry->n_subjects = 2;
    assert_rule(check(&dropped), ENTRY_SUBJECTS);
    fixture changed = make(world, private_draft(world));
    changed.leaf->statement->subjects[i]->key = ledger_fill(world, 7, PAT_HASH_BYTES);
    assert_rule(check(&changed), ENTRY_SUBJECTS);
  }
  fixture called = make(world, private_draft(world));
  called.leaf->statement->identifier_count = 1; /* the last signed key, called an identifier's */
  assert_rule(check(&called), ENTRY_SUBJECTS);
  fixture added = make(world, private_draft(world));
  Patina__SubjectLink *four[4];
  memcpy(four, added.leaf->statement->subjects, 3 * sizeof four[0]);
  four[3] = four[2];
  added.leaf->statement->subjects = four;
  added.leaf->statement->n_subjects = 4;
  assert_rule(check(&added), ENTRY_SUBJECTS);
  added.leaf->statement->identifier_count = 1;
  assert_rule(check(&added), ENTRY_SUBJECTS);
}

static void test_entry__with_tampered_signatures_is_found_out(void **state) {
  ledger_world *world = *state;
  fixture at = make(world, private_draft(world));
  Patina__Entry *entry = at.leaf->statement;
  ProtobufCBinaryData first = entry->signatures[0];
  entry->signatures[0] = entry->signatures[1];
  entry->signatures[1] = first;
  assert_rule(check(&at), CRYPTO_SIGNATURE_INVALID);
  entry->n_signatures = 1;
  assert_rule(check(&at), ENTRY_SIGNATURES);
  fixture key = make(world, private_draft(world));
  key.public_keys[0] = PAT_SPAN_OF(world->actors[STRANGER].public_key);
  assert_rule(check(&key), ENTRY_SIGNATURES);
  key.public_keys[0] = PAT_SPAN_EMPTY;
  assert_rule(check(&key), ENTRY_SIGNATURES);
}

/* The statement names the hash of something that is no key at all. */
static void test_entry__wants_keys_of_32_bytes(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = public_draft(world);
  ProtobufCBinaryData long_key = ledger_fill(world, 5, PAT_PUBLIC_KEY_BYTES + 1);
  pat_hash hash = pat_hash_of(pat_span_make(long_key.data, long_key.len));
  draft.message.signers[0] = ledger_hash_field(world, &hash);
  pat_submission submission = {.signer_count = 1};
  assert_ok(pat_statement_build(&draft.message, &world->memory, &submission.statement, NULL));
  submission.public_keys[0] = pat_span_make(long_key.data, long_key.len);
  ProtobufCBinaryData signature = ledger_fill(world, 6, PAT_SIGNATURE_BYTES);
  submission.signatures[0] = pat_span_make(signature.data, signature.len);
  pat_statement_subjects(&submission.statement, submission.principals, &submission.subjects);
  fixture at = {.world = world, .submission = &submission};
  assert_ok(pat_entry_decode(build(world, &submission), &world->memory, &at.leaf, NULL));
  at.public_keys[0] = submission.public_keys[0];
  assert_rule(check(&at), ENTRY_SIGNATURES);
}

static void test_entry__is_of_one_log_and_its_principals(void **state) {
  ledger_world *world = *state;
  fixture at = make(world, private_draft(world));
  const Patina__Entry *entry = at.leaf->statement;
  assert_rule(pat_entry_check("other.example/log", entry, &at.submission->statement,
                              at.submission->principals, at.public_keys, NULL),
              CRYPTO_SIGNATURE_INVALID);
  pat_hash swapped[2] = {at.submission->principals[0], world->actors[STRANGER].principal};
  assert_rule(pat_entry_check(world->origin.text, entry, &at.submission->statement, swapped,
                              at.public_keys, NULL),
              ENTRY_SUBJECTS);
}

/* --- commits --------------------------------------------------------------------------------- */

static void test_commit__of_a_bad_form_is_refused(void **state) {
  ledger_world *world = *state;
  Patina__IndexCommit commit = PATINA__INDEX_COMMIT__INIT;
  commit.epoch = 1;
  commit.previous_case = PATINA__INDEX_COMMIT__PREVIOUS_PREVIOUS_INDEX;
  commit.previous_index = 4;
  commit.covered_size = 5;
  commit.log_root = ledger_fill(world, 1, PAT_HASH_BYTES);
  commit.index_root = ledger_fill(world, 2, PAT_HASH_BYTES);
  Patina__LogEntry leaf = PATINA__LOG_ENTRY__INIT;
  leaf.entry_case = PATINA__LOG_ENTRY__ENTRY_COMMIT;
  leaf.commit = &commit;
  assert_ok(decode(world, &leaf));
  uint8_t room[256];
  pat_builder builder;
  pat_builder_init(&builder, room, sizeof room);
  assert_ok(pat_entry_build_commit(&commit, &builder));
  pat_span built;
  assert_ok(pat_builder_finish(&builder, &built));
  assert_true(pat_span_equal(built, encode(world, &leaf)));
  commit.previous_index = 5;
  assert_rule(decode(world, &leaf), ENTRY_FORM);
  commit.previous_index = 4;
  commit.epoch = 0;
  assert_rule(decode(world, &leaf), ENTRY_FORM);
  commit.previous_case = PATINA__INDEX_COMMIT__PREVIOUS__NOT_SET;
  assert_ok(decode(world, &leaf));
  commit.epoch = 1;
  assert_rule(decode(world, &leaf), ENTRY_FORM);
  commit.epoch = 0;
  commit.log_root.len--;
  assert_rule(decode(world, &leaf), ENTRY_FORM);
  commit.log_root.len++;
  commit.index_root.len--;
  assert_rule(decode(world, &leaf), ENTRY_FORM);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      envelope_test(test_entry__holds_what_was_put_in),
      envelope_test(test_entry__of_a_bad_form_is_refused),
      envelope_test(test_entry__has_links_that_make_sense),
      envelope_test(test_entry__has_at_most_32_subjects),
      envelope_test(test_entry__of_nothing_or_something_newer),
      envelope_test(test_entry__has_at_most_65535_bytes),
      envelope_test(test_entry__is_not_built_beyond_65535_bytes),
      envelope_test(test_entry__needs_room),
      envelope_test(test_entry__of_another_statement_is_found_out),
      envelope_test(test_entry__with_tampered_subjects_is_found_out),
      envelope_test(test_entry__with_tampered_signatures_is_found_out),
      envelope_test(test_entry__wants_keys_of_32_bytes),
      envelope_test(test_entry__is_of_one_log_and_its_principals),
      envelope_test(test_commit__of_a_bad_form_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
