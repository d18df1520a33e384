/* Bundles through their handler, over a test ledger in memory: exactly what belongs in one, in each
 * form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/bytes/protobuf.h"
#include "core/crypto/base32.h"
#include "core/envelope/identifier_proof.h"
#include "server/api/handlers.h"
#include "tests/server/api/bundle_check.h"
#include "tests/server/api/bundle_world.h"
#include "tests/support/ledger_catalog.h"

static bundle_world at;
static char query[100];

static int open_world(void **state) {
  (void)state;
  bundle_world_open(&at);
  return 0;
}

static int close_world(void **state) {
  (void)state;
  bundle_world_close(&at);
  return 0;
}

/* --- what belongs in it ---------------------------------------------------------------------- */

static pat_hash number_key(const char *value, uint32_t version) {
  pat_identifier identifier = {.size = strlen(value)};
  memcpy(identifier.text, value, identifier.size);
  pat_identifier_name name = {"vin", version, "", &identifier};
  pat_identifier_proof proof;
  assert_true(pat_is_ok(pat_identifier_prove(at.world->vrf_secret, &name, &proof)));
  return proof.key;
}

static void check_has(const Patina__ProofBundle *bundle, pat_subject_kind kind, pat_span id) {
  if (bundle_check_find(bundle, kind, id) == NULL) fail_msg("no subject of kind %d", (int)kind);
}

/* Principal and key of each. */
static size_t check_people(const Patina__ProofBundle *bundle, const ledger_actor_id *who,
                           size_t count) {
  check_has(bundle, PAT_SUBJECT_PRINCIPAL, pat_hash_span(&at.world->actors[ROOT_A].principal));
  for (ledger_actor_id root = ROOT_A; root <= ROOT_C; root++)
    check_has(bundle, PAT_SUBJECT_KEY, PAT_SPAN_OF(at.world->actors[root].public_key));
  for (size_t i = 0; i < count; i++) {
    check_has(bundle, PAT_SUBJECT_PRINCIPAL, pat_hash_span(&at.world->actors[who[i]].principal));
    check_has(bundle, PAT_SUBJECT_KEY, PAT_SPAN_OF(at.world->actors[who[i]].public_key));
  }
  check_has(bundle, PAT_SUBJECT_POLICY, PAT_SPAN_LITERAL("test"));
  return 1 + 1 + 3 + 2 * count;
}

static bool holds_key(const Patina__ProofBundle *bundle, const pat_hash *key) {
  for (size_t i = 0; i < bundle->n_subjects; i++) {
    if (memcmp(bundle->subjects[i]->key.data, key->bytes, sizeof(key->bytes)) == 0) return true;
  }
  return false;
}

/* Exactly the closure of the specification: the count tells that nothing else is there. */
static void test_bundle__holds_exactly_what_its_asset_rests_on(void **state) {
  (void)state;
  uint8_t id[PAT_ASSET_ID_BYTES];
  const Patina__ProofBundle *bundle = bundle_world_get(&at, ASSET, "");
  const ledger_actor_id who[] = {REGISTRAR, REGISTRAR_2, INSTALLER, DEVICE};
  size_t people = check_people(bundle, who, 4);
  check_has(bundle, PAT_SUBJECT_ASSET, bundle_world_id(ASSET, id));
  check_has(bundle, PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("vehicle"));
  check_has(bundle, PAT_SUBJECT_SCHEME, PAT_SPAN_LITERAL("vin"));
  check_has(bundle, PAT_SUBJECT_STREAM, bundle_world_id(STREAM, id));
  pat_hash moved = number_key(MOVED, 1);
  assert_true(holds_key(bundle, &moved));
  assert_int_equal(bundle->n_subjects, people + 5);
  assert_int_equal(bundle->about_case, PATINA__PROOF_BUNDLE__ABOUT_ASSET);
  assert_memory_equal(bundle->asset.data, bundle_world_id(ASSET, id).data, PAT_ASSET_ID_BYTES);
  assert_null(bundle->earlier);
}

/* Every key that a principal ever had, also the one that is revoked. */
static void test_bundle__holds_each_key_of_a_principal(void **state) {
  (void)state;
  const Patina__ProofBundle *before = bundle_world_get(&at, ASSET, "");
  ledger_draft rotation = ledger_by(at.world, REGISTRAR);
  (void)ledger_rotate(&rotation, REGISTRAR, NEXT_KEY);
  (void)ledger_accept(&rotation);
  ledger_draft revocation = ledger_by(at.world, NEXT_KEY);
  (void)ledger_revoke(&revocation, NEXT_KEY, 0);
  (void)ledger_accept(&revocation);
  const Patina__ProofBundle *bundle = bundle_world_get(&at, ASSET, "");
  check_has(bundle, PAT_SUBJECT_KEY, PAT_SPAN_OF(at.world->actors[REGISTRAR].public_key));
  check_has(bundle, PAT_SUBJECT_KEY, PAT_SPAN_OF(at.world->actors[NEXT_KEY].public_key));
  assert_int_equal(bundle->n_subjects, before->n_subjects + 1);
  assert_int_equal(bundle->n_entries, before->n_entries + 2);
}

/* What others state about other assets brings nothing in but who signed it. */
static void test_bundle__follows_its_own_asset_alone(void **state) {
  (void)state;
  const Patina__ProofBundle *bundle = bundle_world_get(&at, OTHER, "");
  const ledger_actor_id who[] = {REGISTRAR, REGISTRAR_2, KEEPER, INSTALLER, DEVICE};
  size_t people = check_people(bundle, who, 5);
  assert_int_equal(bundle->n_subjects, people + 4); /* asset, class, scheme, identifier */
}

static const Patina__ProvenEntry *last_entry(const Patina__ProofBundle *bundle,
                                             pat_subject_kind kind, pat_span id) {
  const Patina__SubjectProof *subject = bundle_check_find(bundle, kind, id);
  assert_non_null(subject);
  assert_true(subject->n_entries > 0);
  return bundle_check_entry(bundle, subject->entries[subject->n_entries - 1]->index);
}

/* To what a device is bound is nobody's concern who asks about another asset. */
static void test_bundle__says_nothing_of_a_devices_other_asset(void **state) {
  (void)state;
  pat_span device = pat_hash_span(&at.world->actors[DEVICE].principal);
  const Patina__ProvenEntry *bound =
      last_entry(bundle_world_get(&at, OTHER, ""), PAT_SUBJECT_PRINCIPAL, device);
  assert_int_equal(bound->entry->statement.len, 0);
  assert_int_equal(bound->n_signatures, 0);
  assert_int_equal(bound->entry->n_disclosures, 0);
  assert_true(bound->leaf.len > 0);
  bound = last_entry(bundle_world_get(&at, ASSET, ""), PAT_SUBJECT_PRINCIPAL, device);
  assert_true(bound->entry->statement.len > 0);
  assert_int_equal(bound->n_signatures, 1);
}

/* What everybody may see, and no more; a public statement stands in its leaf alone. */
static void test_bundle__gives_out_what_is_for_everyone(void **state) {
  (void)state;
  const Patina__ProofBundle *bundle = bundle_world_get(&at, ASSET, "");
  uint8_t id[PAT_ASSET_ID_BYTES];
  const Patina__ProvenEntry *batch =
      last_entry(bundle, PAT_SUBJECT_STREAM, bundle_world_id(STREAM, id));
  assert_true(batch->entry->statement.len > 0);
  assert_int_equal(batch->entry->n_disclosures, 0);
  const Patina__ProvenEntry *published =
      last_entry(bundle, PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("vehicle"));
  assert_int_equal(published->entry->statement.len, 0);
  assert_true(published->n_signatures >= 1);
  const Patina__SubjectProof *asset =
      bundle_check_find(bundle, PAT_SUBJECT_ASSET, bundle_world_id(ASSET, id));
  const Patina__ProvenEntry *painted = bundle_check_entry(bundle, asset->entries[1]->index);
  assert_int_equal(painted->entry->n_disclosures, 1);
  const Patina__ProvenEntry *assigned = bundle_check_entry(bundle, asset->entries[2]->index);
  assert_int_equal(assigned->n_vrf_proofs, 1);
  assert_int_equal(assigned->entry->n_disclosures, 1);
}

static void test_bundle__proves_that_an_asset_is_not_recorded(void **state) {
  (void)state;
  uint8_t id[PAT_ASSET_ID_BYTES];
  const Patina__ProofBundle *bundle = bundle_world_get(&at, ABSENT, "");
  const Patina__SubjectProof *asset =
      bundle_check_find(bundle, PAT_SUBJECT_ASSET, bundle_world_id(ABSENT, id));
  assert_non_null(asset);
  assert_int_equal(asset->count, 0);
  assert_int_equal(bundle->n_subjects, check_people(bundle, NULL, 0) + 1);
}

static void test_bundle__proves_what_is_recorded_of_an_identifier(void **state) {
  (void)state;
  const Patina__LookupResponse *found = bundle_world_look_up(&at, "vin", MOVED);
  const Patina__ProofBundle *bundle = found->proof;
  assert_non_null(bundle);
  bundle_check_whole(bundle, &at.world->memory);
  assert_string_equal(bundle->checkpoint, found->checkpoint);
  assert_int_equal(bundle->about_case, PATINA__PROOF_BUNDLE__ABOUT_LOOKUP);
  assert_string_equal(bundle->lookup->value, MOVED);
  assert_int_equal(bundle->lookup->n_vrf_proofs, 1);
  assert_memory_equal(bundle->lookup->vrf_proofs[0].data, found->answers[0]->vrf_proof.data,
                      PAT_VRF_PROOF_BYTES);
  const ledger_actor_id who[] = {REGISTRAR, REGISTRAR_2};
  size_t people = check_people(bundle, who, 2);
  check_has(bundle, PAT_SUBJECT_SCHEME, PAT_SPAN_LITERAL("vin"));
  pat_hash moved = number_key(MOVED, 1);
  assert_true(holds_key(bundle, &moved));
  assert_int_equal(bundle->n_subjects, people + 2);
  assert_int_equal(found->answers[0]->history->n_spans, 2);
}

static void test_bundle__proves_that_an_identifier_is_not_recorded(void **state) {
  (void)state;
  const Patina__ProofBundle *bundle = bundle_world_look_up(&at, "vin", UNKNOWN)->proof;
  bundle_check_whole(bundle, &at.world->memory);
  pat_hash unknown = number_key(UNKNOWN, 1);
  assert_true(holds_key(bundle, &unknown));
  assert_int_equal(bundle->n_subjects, check_people(bundle, NULL, 0) + 2);
}

/* A version under which the value cannot be has no proof, no answer, and no subject. */
static void test_bundle__leaves_out_versions_that_cannot_have_the_value(void **state) {
  (void)state;
  Patina__IdentifierScheme *shorter = ledger_scheme_vin(&at.world->memory);
  shorter->version = 2;
  shorter->validation = PATINA__VALIDATION__VALIDATION_ALNUM;
  shorter->length_min = 5;
  shorter->length_max = 8;
  ledger_draft draft = ledger_by_root(at.world);
  ledger_publish_scheme(&draft, shorter);
  (void)ledger_accept(&draft);
  const Patina__LookupResponse *found = bundle_world_look_up(&at, "vin", MOVED);
  assert_int_equal(found->n_answers, 1);
  assert_int_equal(found->answers[0]->scheme_version, 1);
  assert_int_equal(found->proof->lookup->n_vrf_proofs, 2);
  assert_int_equal(found->proof->lookup->vrf_proofs[0].len, PAT_VRF_PROOF_BYTES);
  assert_int_equal(found->proof->lookup->vrf_proofs[1].len, 0);
  found = bundle_world_look_up(&at, "vin", "ABC123");
  assert_int_equal(found->n_answers, 1);
  assert_int_equal(found->answers[0]->scheme_version, 2);
  bundle_check_whole(found->proof, &at.world->memory);
  pat_hash second = number_key("ABC123", 2);
  assert_true(holds_key(found->proof, &second));
  pat_api_request request = {
      .body = PAT_SPAN_LITERAL("{\"scheme\":\"vin\",\"value\":\"ABC123ABC123\"}"),
      .body_media = PAT_API_MEDIA_JSON};
  pat_api_response response;
  pat_status status = world_port_post(&at.port, "/v1/lookup", request, &response, &at.err);
  assert_true(pat_is_rule(status, PAT_RULE_IDENTIFIER_LENGTH));
}

/* --- refusals --------------------------------------------------------------------------------- */

static void test_bundle__refuses_what_is_no_asset(void **state) {
  (void)state;
  bundle_world_refused(&at, "/v1/assets/01/bundle", "", PAT_RULE_CRYPTO_BASE32_LENGTH);
  bundle_world_refused(&at, bundle_world_path(ASSET), "x=1", PAT_RULE_API_QUERY);
  at.port.nothing_published = true;
  bundle_world_refused(&at, bundle_world_path(ASSET), "", PAT_RULE_API_CHECKPOINT_NOT_FOUND);
}

/* --- since ----------------------------------------------------------------------------------- */

static void test_bundle__refuses_sizes_that_were_not_published(void **state) {
  (void)state;
  const char *path = bundle_world_path(ASSET);
  bundle_world_refused(&at, path, "since=0", PAT_RULE_API_QUERY);
  bundle_world_refused(&at, path, "since=x", PAT_RULE_API_QUERY);
  bundle_world_refused(&at, path, "since=", PAT_RULE_API_QUERY);
  bundle_world_refused(&at, path, "since=9223372036854775808", PAT_RULE_API_QUERY);
  snprintf(query, sizeof(query), "since=%llu", (unsigned long long)at.world->head.range.size + 1);
  bundle_world_refused(&at, path, query, PAT_RULE_API_CHECKPOINT_NOT_FOUND);
  assert_string_equal(at.err.place, "since");
}

static void test_bundle__proves_that_it_continues_an_earlier_checkpoint(void **state) {
  (void)state;
  unsigned long long size = at.world->head.range.size;
  snprintf(query, sizeof(query), "since=%llu", size - 2);
  const Patina__ProofBundle *bundle = bundle_world_get(&at, ASSET, query);
  assert_int_equal(bundle->earlier->size, size - 2);
  assert_int_equal(bundle->earlier->n_hashes, 2);
  assert_int_equal(bundle->earlier->hashes[0].data[0], (size - 2) & 0xff);
  assert_int_equal(bundle->earlier->hashes[1].data[0], size & 0xff);
  snprintf(query, sizeof(query), "since=%llu", size);
  assert_null(bundle_world_get(&at, ASSET, query)->earlier);
}

/* --- forms ----------------------------------------------------------------------------------- */

static pat_api_response get_as(pat_api_media media) {
  pat_api_response got = {0};
  uint8_t id[PAT_ASSET_ID_BYTES];
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  (void)bundle_world_id(ASSET, id);
  pat_base32_asset_encode(id, text);
  pat_api_request request = {.accept = media, .request_id = ""};
  request.path_values[0] = pat_span_text(text);
  assert_true(pat_is_ok(pat_api_bundle_get(&at.port.api, &request, &got, &at.err)));
  char wanted[100];
  snprintf(wanted, sizeof(wanted), "%s.patina", text);
  assert_string_equal(got.file_name, wanted);
  assert_int_equal(got.media, media);
  assert_int_equal(got.cache, PAT_API_CACHE_NEVER);
  return got;
}

static void test_bundle__is_the_same_in_each_form(void **state) {
  (void)state;
  pat_api_response file = get_as(PAT_API_MEDIA_BUNDLE);
  pat_api_response protobuf = get_as(PAT_API_MEDIA_PROTOBUF);
  pat_api_response json = get_as(PAT_API_MEDIA_JSON);
  assert_int_equal(file.body.size, protobuf.body.size);
  assert_memory_equal(file.body.data, protobuf.body.data, file.body.size);
  const Patina__ProofBundle *read =
      world_port_message(&at.port, &json, &patina__proof_bundle__descriptor);
  size_t size = 0;
  assert_true(pat_is_ok(pat_protobuf_size(&read->base, &size)));
  assert_int_equal(size, file.body.size);
  pat_builder builder;
  uint8_t *bytes = ledger_take(at.world, size);
  pat_builder_init(&builder, bytes, size);
  assert_true(pat_is_ok(pat_protobuf_encode(&read->base, &builder)));
  assert_memory_equal(bytes, file.body.data, size);
  pat_api_response_clear(&file);
  pat_api_response_clear(&protobuf);
  pat_api_response_clear(&json);
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_bundle__##name, open_world, close_world)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_what_is_no_asset),
      CASE(refuses_sizes_that_were_not_published),
      CASE(holds_exactly_what_its_asset_rests_on),
      CASE(holds_each_key_of_a_principal),
      CASE(follows_its_own_asset_alone),
      CASE(says_nothing_of_a_devices_other_asset),
      CASE(gives_out_what_is_for_everyone),
      CASE(proves_that_an_asset_is_not_recorded),
      CASE(proves_what_is_recorded_of_an_identifier),
      CASE(proves_that_an_identifier_is_not_recorded),
      CASE(leaves_out_versions_that_cannot_have_the_value),
      CASE(proves_that_it_continues_an_earlier_checkpoint),
      CASE(is_the_same_in_each_form),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
