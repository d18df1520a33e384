/* Genesis, continuity, receipts, histories: near misses first. */
#include "core/envelope/entry.h"
#include "core/verify/history.h"
#include "core/verify/log.h"
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

static pat_span commit_leaf(void) {
  pat_hash root = world_head(ledger, 9).root;
  Patina__IndexCommit commit = PATINA__INDEX_COMMIT__INIT;
  commit.time_ms = 1;
  commit.covered_size = 9;
  commit.log_root = pat_draft_field(pat_hash_span(&root));
  commit.index_root = commit.log_root;
  enum { LEAF_BYTES = 256 };
  pat_builder builder;
  pat_builder_init(&builder, pat_arena_take(&ledger->arena, LEAF_BYTES), LEAF_BYTES);
  world_ok(pat_entry_build_commit(&commit, &builder));
  pat_span leaf;
  world_ok(pat_builder_finish(&builder, &leaf));
  return leaf;
}

static Patina__LogEntry *decoded(pat_span bytes) {
  Patina__LogEntry *leaf = NULL;
  world_ok(pat_entry_decode(bytes, &ledger->arena, &leaf, NULL));
  return leaf;
}

static Patina__LogEntry *leaf_of(size_t index) { return decoded(ledger->leaves[index]); }

static void test_verify_genesis__refuses_what_the_name_does_not_pin(void **state) {
  (void)state;
  pat_statement genesis;
  world_refused(pat_verify_genesis(ledger->origin.text, leaf_of(1), &ledger->arena, &genesis, NULL),
                VERIFY_GENESIS);
  world_refused(pat_verify_genesis("test.example/00", leaf_of(0), &ledger->arena, &genesis, NULL),
                VERIFY_GENESIS);
  world_ok(pat_verify_genesis(ledger->origin.text, leaf_of(0), &ledger->arena, &genesis, NULL));
  assert_true(pat_hash_equal(&genesis.sha256, &ledger->root.principal));
  world_refused(pat_verify_genesis(ledger->origin.text, decoded(commit_leaf()), &ledger->arena,
                                   &genesis, NULL),
                VERIFY_GENESIS);
}

/* What a log would begin with that has two root keys, root and maker, and asks for so many of them:
 * signed by one key, and the signature is right. */
static pat_status genesis_by(uint32_t threshold, const pat_key *signer) {
  pat_statement said;
  world_ok(pat_statement_decode(pat_draft_span(leaf_of(0)->statement->statement), &ledger->arena,
                                &said, NULL));
  Patina__GenesisParameters *parameters = said.message->genesis->parameters;
  ProtobufCBinaryData keys[] = {pat_draft_field(PAT_SPAN_OF(ledger->root.public_key)),
                                pat_draft_field(PAT_SPAN_OF(ledger->maker.public_key))};
  if (pat_span_compare(pat_draft_span(keys[0]), pat_draft_span(keys[1])) > 0) {
    keys[0] = pat_draft_field(PAT_SPAN_OF(ledger->maker.public_key));
    keys[1] = pat_draft_field(PAT_SPAN_OF(ledger->root.public_key));
  }
  parameters->n_root_keys = 2;
  parameters->root_keys = keys;
  parameters->root_threshold = threshold;
  const pat_origin kept = ledger->origin;
  world_ok(pat_genesis_origin(said.message->genesis, &ledger->arena, &ledger->origin));
  pat_draft draft;
  world_begin(ledger, &draft, signer, 1, signer);
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  draft.message.genesis = said.message->genesis;
  pat_submission submission;
  (void)world_seal(ledger, &draft, &submission);
  const Patina__LogEntry *leaf = decoded(world_leaf(ledger, &submission));
  pat_statement genesis;
  pat_status status = pat_verify_genesis(ledger->origin.text, leaf, &ledger->arena, &genesis, NULL);
  ledger->origin = kept;
  return status;
}

static void test_verify_genesis__refuses_too_few_root_keys_and_others(void **state) {
  (void)state;
  const pat_key stranger = world_key(3, "stranger");
  world_refused(genesis_by(2, &ledger->root), VERIFY_GENESIS);
  world_refused(genesis_by(1, &stranger), VERIFY_GENESIS);
  world_ok(genesis_by(1, &ledger->root));
  world_ok(genesis_by(1, &ledger->maker));
}

static void test_verify_commit__refuses_a_statement_in_its_place(void **state) {
  (void)state;
  const Patina__ProvenEntry *last = world_proven(ledger, ledger->count - 1, NULL);
  const pat_verify_served served = {last->entry->index, pat_draft_span(last->leaf), last->inclusion,
                                    last->n_inclusion};
  const pat_verify_place place = world_place(ledger);
  const Patina__IndexCommit *commit = NULL;
  pat_err err = {0};
  world_refused(pat_verify_commit(&place, &served, &ledger->arena, &commit, &err), VERIFY_VIEW);
  assert_string_equal(err.place, "commit.leaf"); /* its fields were not read as a commit's */
}

static void test_verify_advance__tells_rollback_from_fork(void **state) {
  (void)state;
  pat_tlog_head older = world_head(ledger, 4);
  pat_tlog_head newer = world_head(ledger, 9);
  pat_tlog_proof proof = world_consistency(ledger, 4, 9);
  pat_tlog_hashes hashes = pat_tlog_proof_hashes(&proof);
  world_refused(pat_verify_advance(&newer, &older, hashes), VERIFY_ROLLBACK);
  pat_tlog_head other = newer;
  other.root.bytes[0] ^= 1;
  world_refused(pat_verify_advance(&newer, &other, hashes), VERIFY_FORK);
  world_refused(pat_verify_advance(&older, &other, hashes), TLOG_CONSISTENCY_ROOT);
  world_ok(pat_verify_advance(&older, &newer, hashes));
  world_ok(pat_verify_advance(&newer, &newer, hashes));
  pat_tlog_head empty = world_head(ledger, 0);
  world_ok(pat_verify_advance(&empty, &newer, hashes));
}

static void test_verify_tile_node__refuses_short_tiles(void **state) {
  (void)state;
  uint8_t tile[4 * PAT_HASH_BYTES] = {1};
  pat_hash hash;
  pat_tlog_place place = {.height = 2, .index = 0};
  world_ok(pat_verify_tile_node(PAT_SPAN_OF(tile), &place, &hash));
  world_refused(pat_verify_tile_node(pat_span_make(tile, sizeof tile - 1), &place, &hash),
                VERIFY_MISSING);
  world_refused(
      pat_verify_tile_node(pat_span_make(tile, sizeof tile - PAT_HASH_BYTES), &place, &hash),
      VERIFY_MISSING);
  uint8_t longer[sizeof tile + 1] = {1};
  world_refused(pat_verify_tile_node(PAT_SPAN_OF(longer), &place, &hash), VERIFY_MISSING);
  place.index = 1;
  world_refused(pat_verify_tile_node(PAT_SPAN_OF(tile), &place, &hash), VERIFY_MISSING);
}

static pat_status receipt(uint8_t policy_seed, pat_span bytes, pat_span leaf, size_t statement) {
  pat_policy policy;
  world_ok(pat_policy_parse(world_policy(ledger, policy_seed), &policy, NULL));
  pat_verified_receipt verified;
  const pat_verify_receipt_bytes served = {bytes, leaf};
  return pat_verify_receipt(&policy, &served, &ledger->submissions[statement], &ledger->arena,
                            &verified, NULL);
}

static void test_verify_receipt__refuses_near_misses(void **state) {
  (void)state;
  pat_span good = world_receipt(ledger, 6, true);
  world_ok(receipt(9, good, PAT_SPAN_EMPTY, 6));
  world_refused(receipt(8, good, PAT_SPAN_EMPTY, 6), NOTE_UNSIGNED);
  world_refused(receipt(9, good, PAT_SPAN_EMPTY, 5), ENTRY_STATEMENT);
  world_refused(receipt(9, good, ledger->leaves[5], 5), TLOG_INCLUSION_ROOT);
  world_refused(receipt(9, world_receipt(ledger, 6, false), PAT_SPAN_EMPTY, 6), VERIFY_MISSING);
  world_ok(receipt(9, world_receipt(ledger, 6, false), ledger->leaves[6], 6));
  world_refused(receipt(9, PAT_SPAN_LITERAL("x"), PAT_SPAN_EMPTY, 6), PROOF_FORM);
}

static void test_verify_submitted__refuses_a_leaf_that_is_no_statements(void **state) {
  (void)state;
  Patina__Entry *entry = NULL;
  world_refused(pat_verify_submitted(ledger->origin.text, &ledger->submissions[6], commit_leaf(),
                                     &ledger->arena, &entry, NULL),
                VERIFY_RECEIPT);
  world_ok(pat_verify_submitted(ledger->origin.text, &ledger->submissions[6], ledger->leaves[6],
                                &ledger->arena, &entry, NULL));
}

static void test_verify_receipt__refuses_every_changed_line(void **state) {
  (void)state;
  pat_span good = world_receipt(ledger, 6, true);
  for (size_t i = 0; i < good.size; i += 7) {
    uint8_t *changed = (uint8_t *)(uintptr_t)good.data;
    uint8_t was = changed[i];
    if (was == '\n') continue;
    changed[i] = was == 'A' ? 'B' : 'A';
    assert_false(pat_is_ok(receipt(9, good, PAT_SPAN_EMPTY, 6)));
    changed[i] = was;
  }
}

static pat_status identified(const pat_verified_entry *entry, bool *ret_disclosed) {
  pat_verified_identifier identifier;
  PAT_TRY(pat_verify_identified(entry, ledger->vrf_key, &ledger->scheme, &ledger->arena,
                                &identifier, NULL));
  *ret_disclosed = identifier.checked;
  return PAT_OK;
}

static void test_verify_identified__refuses_what_the_entry_does_not_commit_to(void **state) {
  (void)state;
  bool disclosed = false;
  pat_verified_entry assigned = world_verified(ledger, 7, NULL);
  world_ok(identified(&assigned, &disclosed));
  assert_true(disclosed);
  pat_verified_entry released = world_verified(ledger, 8, NULL);
  world_ok(identified(&released, &disclosed));
  pat_verified_entry changed = world_verified(ledger, 6, NULL);
  world_refused(identified(&changed, &disclosed), VERIFY_IDENTIFIER);
  assigned.proven->vrf_proofs[0].len--;
  world_refused(identified(&assigned, &disclosed), VERIFY_IDENTIFIER);
  assigned = world_verified(ledger, 7, NULL);
  assigned.entry->subjects[assigned.entry->n_subjects - 1]->key.data =
      (uint8_t *)(uintptr_t)ledger->root.principal.bytes;
  world_refused(identified(&assigned, &disclosed), VERIFY_IDENTIFIER);
  assigned = world_verified(ledger, 7, NULL);
  assigned.proven->entry->n_disclosures = 0;
  world_ok(identified(&assigned, &disclosed));
  assert_false(disclosed);
}

static void test_verify_span__refuses_what_the_leaf_does_not_say(void **state) {
  (void)state;
  pat_hash key = ledger->proofs[7].key;
  pat_span asset = PAT_SPAN_OF(ledger->asset);
  ProtobufCBinaryData assignment =
      pat_draft_field(pat_hash_span(&ledger->submissions[7].statement.sha256));
  world_ok(pat_verify_span(leaf_of(7), &key, asset, &assignment, NULL));
  world_ok(pat_verify_span(leaf_of(8), &key, asset, NULL, NULL));
  world_refused(pat_verify_span(leaf_of(8), &key, asset, &assignment, NULL), VERIFY_SPAN);
  world_refused(pat_verify_span(leaf_of(6), &key, asset, NULL, NULL), VERIFY_SPAN);
  world_refused(pat_verify_span(leaf_of(7), &key, PAT_SPAN_LITERAL("x"), &assignment, NULL),
                VERIFY_SPAN);
}

static void test_verify_class__refuses_another_than_published(void **state) {
  (void)state;
  pat_verified_entry published = world_verified(ledger, 3, NULL);
  Patina__AssetClass schema = ledger->schema;
  world_ok(pat_verify_class(&schema, &published, "car", 0, NULL));
  world_ok(pat_verify_class(&schema, &published, "car", 1, NULL));
  world_refused(pat_verify_class(&schema, &published, "car", 2, NULL), VERIFY_SCHEMA);
  world_refused(pat_verify_class(&schema, &published, "boat", 1, NULL), VERIFY_SCHEMA);
  world_refused(pat_verify_class(NULL, &published, "car", 1, NULL), VERIFY_MISSING);
  schema.n_attributes = 1;
  world_refused(pat_verify_class(&schema, &published, "car", 1, NULL), VERIFY_SCHEMA);
  pat_verified_entry other = world_verified(ledger, 4, NULL);
  world_refused(pat_verify_class(&ledger->schema, &other, "car", 1, NULL), VERIFY_SCHEMA);
  Patina__IdentifierScheme scheme = ledger->scheme;
  world_ok(pat_verify_scheme(&scheme, &other, "tag", 1, NULL));
  scheme.length_max++;
  world_refused(pat_verify_scheme(&scheme, &other, "tag", 1, NULL), VERIFY_SCHEMA);
  world_refused(pat_verify_scheme(&ledger->scheme, &published, "tag", 1, NULL), VERIFY_SCHEMA);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_verify_genesis__refuses_what_the_name_does_not_pin),
      cmocka_unit_test(test_verify_genesis__refuses_too_few_root_keys_and_others),
      cmocka_unit_test(test_verify_commit__refuses_a_statement_in_its_place),
      cmocka_unit_test(test_verify_advance__tells_rollback_from_fork),
      cmocka_unit_test(test_verify_tile_node__refuses_short_tiles),
      cmocka_unit_test(test_verify_receipt__refuses_near_misses),
      cmocka_unit_test(test_verify_receipt__refuses_every_changed_line),
      cmocka_unit_test(test_verify_submitted__refuses_a_leaf_that_is_no_statements),
      cmocka_unit_test(test_verify_identified__refuses_what_the_entry_does_not_commit_to),
      cmocka_unit_test(test_verify_span__refuses_what_the_leaf_does_not_say),
      cmocka_unit_test(test_verify_class__refuses_another_than_published),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
