/* Each way in which a served entry can be wrong is refused by its rule. */
#include "tests/clients/cli/cli_world.h"

static test_world *ledger;

static int setup(void **state) {
  (void)state;
  ledger = world_new();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  world_free(ledger);
  return 0;
}

static pat_status verify(const Patina__ProvenEntry *proven) {
  pat_verified_entry verified;
  pat_verify_place place = world_place(ledger);
  return pat_verify_entry(&place, proven, &ledger->arena, &verified, NULL);
}

static void test_verify_entry__accepts_every_kind(void **state) {
  (void)state;
  for (size_t i = 0; i < ledger->count; i++) {
    world_ok(verify(world_proven(ledger, i, NULL)));
  }
}

/* The same in a log that holds this leaf alone. */
static pat_status verify_alone(Patina__ProvenEntry *proven, pat_span leaf, pat_err *reterr) {
  proven->leaf = pat_draft_field(leaf);
  proven->n_inclusion = 0;
  proven->entry->index = 0;
  const pat_verify_place place = {ledger->origin.text, {1, pat_tlog_leaf_hash(leaf)}};
  pat_verified_entry verified;
  return pat_verify_entry(&place, proven, &ledger->arena, &verified, reterr);
}

static void test_verify_entry__refuses_a_view_without_entry(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 5, NULL);
  proven->entry = NULL;
  world_refused(verify(proven), VERIFY_VIEW);
}

static void test_verify_entry__refuses_a_commit_in_its_place(void **state) {
  (void)state;
  uint8_t hash[PAT_HASH_BYTES] = {1};
  Patina__IndexCommit commit = PATINA__INDEX_COMMIT__INIT;
  commit.log_root = commit.index_root = pat_draft_field(PAT_SPAN_OF(hash));
  Patina__ProvenEntry *proven = world_proven(ledger, 6, NULL);
  commit.time_ms = proven->entry->logged_at_ms; /* stands where an entry has its own time */
  Patina__LogEntry message = PATINA__LOG_ENTRY__INIT;
  message.entry_case = PATINA__LOG_ENTRY__ENTRY_COMMIT;
  message.commit = &commit;
  pat_span leaf;
  world_ok(pat_draft_encode(&ledger->arena, &message.base, &leaf));
  pat_err err = {0};
  world_refused(verify_alone(proven, leaf, &err), VERIFY_VIEW);
  assert_string_equal(err.place, "leaf");
}

/* By maker and root; the leaf keeps so many of the two signatures. */
static pat_status verify_signed_by_two(size_t kept_count) {
  const pat_key keys[] = {ledger->maker, ledger->root};
  uint8_t target[PAT_HASH_BYTES] = {1};
  Patina__Retracted retracted = PATINA__RETRACTED__INIT;
  retracted.asset = pat_draft_field(PAT_SPAN_OF(ledger->asset));
  retracted.target = pat_draft_field(PAT_SPAN_OF(target));
  retracted.reason = PATINA__CORRECTION_REASON__CORRECTION_REASON_DID_NOT_OCCUR;
  pat_draft draft;
  world_begin(ledger, &draft, keys, 2, NULL);
  draft.message.body_case = PATINA__STATEMENT__BODY_RETRACTED;
  draft.message.retracted = &retracted;
  pat_submission submission;
  const Patina__SignedStatement *envelope = world_seal(ledger, &draft, &submission);
  submission.signer_count = kept_count;
  Patina__HistoryEntry entry = PATINA__HISTORY_ENTRY__INIT;
  entry.logged_at_ms = ledger->now_ms;
  entry.statement = envelope->statement;
  Patina__ProvenEntry proven = PATINA__PROVEN_ENTRY__INIT;
  proven.entry = &entry;
  proven.n_signatures = envelope->n_signatures;
  proven.signatures = envelope->signatures;
  return verify_alone(&proven, world_leaf(ledger, &submission), NULL);
}

static void test_verify_entry__refuses_fewer_signatures_than_signers(void **state) {
  (void)state;
  world_refused(verify_signed_by_two(1), ENTRY_SIGNATURES);
  world_ok(verify_signed_by_two(2));
}

static void test_verify_entry__refuses_another_index(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 5, NULL);
  proven->entry->index = 4;
  world_refused(verify(proven), TLOG_INCLUSION_ROOT);
  proven->entry->index = ledger->count;
  world_refused(verify(proven), TLOG_INCLUSION_INDEX);
}

static void test_verify_entry__refuses_a_changed_leaf(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 5, NULL);
  proven->leaf.data[4] ^= 1;
  world_refused(verify(proven), TLOG_INCLUSION_ROOT);
}

static void test_verify_entry__refuses_a_changed_path(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 5, NULL);
  proven->inclusion[1].data[0] ^= 1;
  world_refused(verify(proven), TLOG_INCLUSION_ROOT);
  proven = world_proven(ledger, 5, NULL);
  proven->n_inclusion--;
  world_refused(verify(proven), TLOG_INCLUSION_LENGTH);
  proven = world_proven(ledger, 5, NULL);
  proven->inclusion[0].len--;
  world_refused(verify(proven), VERIFY_VIEW);
}

static void test_verify_entry__refuses_a_changed_statement(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 6, NULL);
  proven->entry->statement.data[6] ^= 1;
  world_refused(verify(proven), ENTRY_STATEMENT);
}

static void test_verify_entry__says_that_a_private_statement_is_missing(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 6, NULL);
  proven->entry->statement.len = 0;
  world_refused(verify(proven), VERIFY_MISSING);
  proven = world_proven(ledger, 2, NULL); /* public: the leaf holds it */
  proven->entry->statement.len = 0;
  world_ok(verify(proven));
}

static void test_verify_entry__refuses_another_time(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 6, NULL);
  proven->entry->logged_at_ms++;
  world_refused(verify(proven), VERIFY_VIEW);
}

static void test_verify_entry__refuses_another_principal(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 6, NULL);
  proven->signatures[0]->principal.data[0] ^= 1; /* the issued subject follows from it */
  world_refused(verify(proven), ENTRY_SUBJECTS);
}

static void test_verify_entry__refuses_another_key(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 6, NULL);
  proven->signatures[0]->public_key.data[0] ^= 1;
  world_refused(verify(proven), ENTRY_SIGNATURES);
  proven->signatures[0]->public_key.len--;
  world_refused(verify(proven), VERIFY_VIEW);
}

static void test_verify_entry__refuses_another_signature_than_the_leafs(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 6, NULL);
  proven->signatures[0]->signature.data[0] ^= 1;
  world_refused(verify(proven), VERIFY_VIEW);
}

static void test_verify_entry__refuses_another_logs_name(void **state) {
  (void)state;
  pat_verified_entry verified;
  pat_verify_place place = world_place(ledger);
  place.origin = "other.example";
  world_refused(
      pat_verify_entry(&place, world_proven(ledger, 6, NULL), &ledger->arena, &verified, NULL),
      CRYPTO_SIGNATURE_INVALID);
}

static void test_verify_entry__refuses_a_changed_disclosure(void **state) {
  (void)state;
  Patina__ProvenEntry *proven = world_proven(ledger, 6, NULL);
  ProtobufCBinaryData disclosure = proven->entry->disclosures[0]->disclosure;
  disclosure.data[disclosure.len - 1] = 'x';
  world_refused(verify(proven), DISCLOSURE_DIGEST);
  proven = world_proven(ledger, 6, NULL);
  proven->entry->disclosures[0]->slot = 1;
  world_refused(verify(proven), DISCLOSURE_SLOT);
}

static void test_verify_entry__reads_what_is_disclosed(void **state) {
  (void)state;
  pat_verified_entry verified = world_verified(ledger, 6, NULL);
  Patina__Disclosure *disclosure = NULL;
  world_ok(pat_verify_disclosed(&verified, 0, &ledger->arena, &disclosure));
  assert_string_equal(disclosure->value->text, "red");
  world_ok(pat_verify_disclosed(&verified, 1, &ledger->arena, &disclosure));
  assert_null(disclosure);
}

static void test_verify_entry__allows_a_withheld_event_only_where_it_is_private(void **state) {
  (void)state;
  pat_verify_place place = world_place(ledger);
  pat_verified_entry verified;
  Patina__ProvenEntry *proven = world_proven(ledger, 6, NULL);
  proven->entry->statement.len = 0;
  world_ok(pat_verify_event(&place, proven, &ledger->arena, &verified, NULL));
  assert_null(verified.statement.kind);
  proven = world_proven(ledger, 2, NULL);
  proven->entry->statement.len = 0;
  world_ok(pat_verify_event(&place, proven, &ledger->arena, &verified, NULL));
  assert_non_null(verified.statement.kind);
}

static void test_verify_link__refuses_gaps_and_other_histories(void **state) {
  (void)state;
  pat_hash asset = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(ledger->asset));
  pat_verified_entry changed = world_verified(ledger, 6, NULL);
  world_ok(pat_verify_link(changed.entry, &asset, 1, 5, NULL));
  world_refused(pat_verify_link(changed.entry, &asset, 1, 4, NULL), VERIFY_CHAIN);
  world_refused(pat_verify_link(changed.entry, &asset, 2, 5, NULL), VERIFY_CHAIN);
  world_refused(pat_verify_link(changed.entry, &asset, 0, 0, NULL), VERIFY_CHAIN);
  asset.bytes[0] ^= 1;
  world_refused(pat_verify_link(changed.entry, &asset, 1, 5, NULL), VERIFY_CHAIN);
  assert_false(pat_verify_has_subject(changed.entry, &asset));
}

static pat_status identifier(const char *scope, pat_span value, pat_span proof, pat_hash *ret_key) {
  const pat_verify_claim claim = {&ledger->scheme, scope, value, proof};
  return pat_verify_identifier(ledger->vrf_key, &claim, ret_key, NULL);
}

static void test_verify_identifier__refuses_what_does_not_prove_it(void **state) {
  (void)state;
  pat_hash key;
  pat_span proof = PAT_SPAN_OF(ledger->proofs[7].proof);
  pat_span value = PAT_SPAN_LITERAL("AB12");
  world_ok(identifier("", value, proof, &key));
  assert_true(pat_hash_equal(&key, &ledger->proofs[7].key));
  proof.size--;
  world_refused(identifier("", value, proof, NULL), VERIFY_IDENTIFIER);
  proof.size++;
  world_refused(identifier("", PAT_SPAN_LITERAL("AB13"), proof, NULL), CRYPTO_VRF_PROOF_INVALID);
  world_refused(identifier("x", value, proof, NULL), IDENTIFIER_SCOPE);
  world_refused(identifier("", PAT_SPAN_LITERAL("A"), proof, NULL), IDENTIFIER_LENGTH);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_verify_entry__refuses_a_view_without_entry),
      cmocka_unit_test(test_verify_entry__refuses_a_commit_in_its_place),
      cmocka_unit_test(test_verify_entry__refuses_fewer_signatures_than_signers),
      cmocka_unit_test(test_verify_entry__refuses_another_index),
      cmocka_unit_test(test_verify_entry__refuses_a_changed_leaf),
      cmocka_unit_test(test_verify_entry__refuses_a_changed_path),
      cmocka_unit_test(test_verify_entry__refuses_a_changed_statement),
      cmocka_unit_test(test_verify_entry__says_that_a_private_statement_is_missing),
      cmocka_unit_test(test_verify_entry__refuses_another_time),
      cmocka_unit_test(test_verify_entry__refuses_another_principal),
      cmocka_unit_test(test_verify_entry__refuses_another_key),
      cmocka_unit_test(test_verify_entry__refuses_another_signature_than_the_leafs),
      cmocka_unit_test(test_verify_entry__refuses_another_logs_name),
      cmocka_unit_test(test_verify_entry__refuses_a_changed_disclosure),
      cmocka_unit_test(test_verify_link__refuses_gaps_and_other_histories),
      cmocka_unit_test(test_verify_identifier__refuses_what_does_not_prove_it),
      cmocka_unit_test(test_verify_entry__allows_a_withheld_event_only_where_it_is_private),
      cmocka_unit_test(test_verify_entry__accepts_every_kind),
      cmocka_unit_test(test_verify_entry__reads_what_is_disclosed),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
