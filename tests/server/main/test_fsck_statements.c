/* patinad fsck: records of statements against their leaves. */
#include <string.h>

#include "core/bytes/protobuf.h"
#include "core/ledger/record.h"
#include "server/sys/mem.h"
#include "tests/server/main/fsck_support.h"

/* --- statements ------------------------------------------------------------------------------ */

static pat_span hash_of(size_t index) {
  const Patina__Entry *entry = fsck_base.leaves.leaves[index]->statement;
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
  pat_blob bytes = seq_get(fsck_store, PAT_TABLE_STATEMENT, hash_of(index));
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
  seq_put(fsck_store, PAT_TABLE_STATEMENT, hash_of(index), span);
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
static void drop_disclosure(Patina__StatementRecord *record) { record->n_disclosures = 0; }
static void change_visibility(Patina__StatementRecord *record) {
  record->disclosures[0]->visibility ^= 3;
}
static void change_role(Patina__StatementRecord *record) {
  record->sources[0]->roles[0] = (char *)"inspector";
}
static void change_source(Patina__StatementRecord *record) {
  record->sources[0]->principal.data[0] ^= 1;
}
static void change_proof(Patina__StatementRecord *record) { record->vrf_proofs[0].data[40] ^= 1; }
static void drop_proof(Patina__StatementRecord *record) { record->n_vrf_proofs = 0; }

static size_t find_identified(void) {
  size_t at = audit_log_find(&fsck_base.leaves, 2, 0);
  while (fsck_base.leaves.leaves[at]->statement->identifier_count == 0)
    at = audit_log_find(&fsck_base.leaves, at + 1, 0);
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
      {drop_proof, PAT_RULE_FSCK_RECORD},        {drop_disclosure, PAT_RULE_FSCK_MISSING},
  };
  size_t at = find_identified();
  pat_blob honest = seq_get(fsck_store, PAT_TABLE_STATEMENT, hash_of(at));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    change_statement(at, rows[i].change);
    fsck_expect_bad(rows[i].rule, "statement ");
    seq_put(fsck_store, PAT_TABLE_STATEMENT, hash_of(at), pat_blob_span(honest));
  }
  pat_blob_clear(&honest);
  assert_ok(fsck_check());
}

/* The third root key, which did not sign, in the place of one that did. */
static void change_root_key(Patina__StatementRecord *record) {
  static const ledger_actor_id roots[] = {ROOT_A, ROOT_B, ROOT_C};
  for (size_t i = 0; i < 3; i++) {
    uint8_t *key = fsck_base.log.world->actors[roots[i]].public_key;
    bool signs = false;
    for (size_t k = 0; k < record->n_signatures; k++)
      signs |= memcmp(record->signatures[k]->public_key.data, key, PAT_PUBLIC_KEY_BYTES) == 0;
    if (!signs) record->signatures[0]->public_key.data = key;
  }
}

static void test_fsck__names_a_root_key_that_did_not_sign(void **state) {
  (void)state;
  size_t at = audit_log_find(&fsck_base.leaves, FSCK_PRIVATE_FROM, 0);
  pat_hash issued = pat_subject_key(PAT_SUBJECT_ISSUED,
                                    pat_hash_span(&fsck_base.log.world->actors[ROOT_A].principal));
  for (;; at = audit_log_find(&fsck_base.leaves, at + 1, 0)) {
    const Patina__Entry *entry = fsck_base.leaves.leaves[at]->statement;
    bool by_root = false;
    for (size_t i = 0; i < entry->n_subjects; i++)
      by_root |= memcmp(entry->subjects[i]->key.data, issued.bytes, PAT_HASH_BYTES) == 0;
    if (by_root) break;
  }
  change_statement(at, change_root_key);
  fsck_expect_bad(PAT_RULE_FSCK_RECORD, "statement ");
}

static void test_fsck__names_statements_missing_and_too_many(void **state) {
  (void)state;
  size_t at = find_identified();
  pat_blob record = seq_get(fsck_store, PAT_TABLE_STATEMENT, hash_of(at));
  seq_delete(fsck_store, PAT_TABLE_STATEMENT, hash_of(at));
  fsck_expect_bad(PAT_RULE_FSCK_MISSING, "statement ");
  seq_put(fsck_store, PAT_TABLE_STATEMENT, hash_of(at), pat_blob_span(record));
  pat_hash other = {{9}};
  seq_put(fsck_store, PAT_TABLE_STATEMENT, pat_hash_span(&other), pat_blob_span(record));
  pat_blob_clear(&record);
  fsck_expect_bad(PAT_RULE_FSCK_EXTRA, "statement");
}

/* What no leaf tells: only deciding again does. */
static void test_fsck__names_roles_and_visibilities_that_were_not_decided(void **state) {
  (void)state;
  size_t at = find_identified();
  const struct {
    change change;
    const char *part;
  } rows[] = {{change_visibility, ": visibility"},
              {change_role, ": sources"},
              {change_source, ": sources"}};
  pat_blob honest = seq_get(fsck_store, PAT_TABLE_STATEMENT, hash_of(at));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    change_statement(at, rows[i].change);
    fsck_expect_bad(PAT_RULE_FSCK_RECORD, "statement ");
    assert_non_null(strstr(fsck_err.place, rows[i].part));
    seq_put(fsck_store, PAT_TABLE_STATEMENT, hash_of(at), pat_blob_span(honest));
  }
  pat_blob_clear(&honest);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      fsck_test(test_fsck__names_statements_that_are_not_their_leaves),
      fsck_test(test_fsck__names_a_root_key_that_did_not_sign),
      fsck_test(test_fsck__names_statements_missing_and_too_many),
      fsck_test(test_fsck__names_roles_and_visibilities_that_were_not_decided),
  };
  return cmocka_run_group_tests(tests, fsck_group_setup, fsck_group_teardown);
}
