/* Bundles through their handler, over a test ledger in memory: what belongs in one and nothing
 * else, at one checkpoint, within the limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/bytes/protobuf.h"
#include "core/crypto/base32.h"
#include "core/envelope/identifier_proof.h"
#include "proto/api.pb-c.h"
#include "server/api/bundle.h"
#include "server/api/handlers.h"
#include "tests/server/api/bundle_check.h"
#include "tests/server/api/world_port.h"
#include "tests/support/ledger_catalog.h"

enum { ASSET = 7, OTHER = 8, ABSENT = 99, STREAM = 3 };

#define MOVED   "YS3ED48E5Y3070016"
#define UNKNOWN "1M8GDM9AXKP042788"

static ledger_world *world;
static world_port port;
static pat_api_response response;
static pat_err err;
static char path[300];
static char query[100];
static pat_status (*read_subject)(void *context, const pat_hash *key, uint64_t from, size_t limit,
                                  pat_port_subject_entry *ret_entries, size_t *ret_count);

static ledger_serial vin(const char *text) { return (ledger_serial){"vin", 1, "", text}; }

static void log_asset(uint8_t asset, ledger_actor_id who) {
  ledger_said made[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, who);
  (void)ledger_register(&draft, asset, LEDGER_SAID(made));
  (void)ledger_accept(&draft);
}

static void log_colour(uint64_t version) {
  ledger_said painted[] = {{"colour", SAID_SLOT, ledger_text(world, "silver")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  ledger_change(&draft, ASSET, LEDGER_SAID(painted))->expected_version = version;
  (void)ledger_accept(&draft);
}

static void log_stream(uint8_t asset, uint8_t stream) {
  ledger_draft draft = ledger_by(world, INSTALLER);
  (void)ledger_bind(&draft, asset, stream);
  (void)ledger_accept(&draft);
  draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, stream, 1, NULL);
  (void)ledger_accept(&draft);
}

static void log_story(uint8_t asset, ledger_actor_id who) {
  ledger_said told[] = {{"text", SAID_SLOT, ledger_text(world, "seen")}};
  ledger_draft draft = ledger_by(world, who);
  ledger_attest(&draft, asset, LEDGER_SAID(told))->claim = (char *)"story";
  (void)ledger_accept(&draft);
}

/* A number that moved from one vehicle to the other. */
static void log_moved_number(void) {
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&draft, ASSET, vin(MOVED));
  pat_hash assignment = ledger_accept(&draft);
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_release(&draft, ASSET, vin(MOVED), &assignment);
  (void)ledger_accept(&draft);
  draft = ledger_by_two(world, REGISTRAR, REGISTRAR_2);
  (void)ledger_assign(&draft, OTHER, vin(MOVED));
  (void)ledger_accept(&draft);
}

static int open_world(void **state) {
  (void)state;
  world = ledger_world_new((ledger_options){0});
  log_asset(ASSET, REGISTRAR);
  log_asset(OTHER, KEEPER);
  log_colour(0);
  log_moved_number();
  log_stream(ASSET, STREAM);
  log_story(OTHER, DEVICE);
  world_port_open(&port, world);
  return 0;
}

static int close_world(void **state) {
  (void)state;
  assert_int_equal(port.views_held, 0);
  ledger_world_close(world);
  return 0;
}

static pat_span id_of(uint8_t number, uint8_t id[PAT_ASSET_ID_BYTES]) {
  memset(id, number, PAT_ASSET_ID_BYTES);
  return pat_span_make(id, PAT_ASSET_ID_BYTES);
}

static const char *bundle_path(uint8_t number) {
  uint8_t id[PAT_ASSET_ID_BYTES];
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  (void)id_of(number, id);
  pat_base32_asset_encode(id, text);
  snprintf(path, sizeof(path), "/v1/assets/%s/bundle", text);
  return path;
}

static void check_refused(const char *at, const char *with, pat_rule rule) {
  err = (pat_err){0};
  pat_status status = world_port_get(&port, at, with, &response, &err);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  pat_api_response_clear(&response);
  assert_int_equal(port.views_held, 0);
}

static const Patina__ProofBundle *get(uint8_t asset, const char *with) {
  pat_status status = world_port_get(&port, bundle_path(asset), with, &response, &err);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), "ok");
  assert_int_equal(response.status, 200);
  const Patina__ProofBundle *bundle =
      world_port_message(&port, &response, &patina__proof_bundle__descriptor);
  pat_api_response_clear(&response);
  bundle_check_whole(bundle, &world->memory);
  return bundle;
}

static const Patina__LookupResponse *look_up(const char *scheme, const char *value) {
  char body[200];
  snprintf(body, sizeof(body), "{\"scheme\":\"%s\",\"value\":\"%s\"}", scheme, value);
  pat_api_request request = {.body = pat_span_text(body), .body_media = PAT_API_MEDIA_JSON};
  pat_status status = world_port_post(&port, "/v1/lookup", request, &response, &err);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), "ok");
  const Patina__LookupResponse *found =
      world_port_message(&port, &response, &patina__lookup_response__descriptor);
  pat_api_response_clear(&response);
  assert_int_equal(port.views_held, 0);
  return found;
}

/* --- what belongs in it ---------------------------------------------------------------------- */

static pat_hash number_key(const char *value, uint32_t version) {
  pat_identifier identifier = {.size = strlen(value)};
  memcpy(identifier.text, value, identifier.size);
  pat_identifier_name name = {"vin", version, "", &identifier};
  pat_identifier_proof proof;
  assert_true(pat_is_ok(pat_identifier_prove(world->vrf_secret, &name, &proof)));
  return proof.key;
}

static void check_has(const Patina__ProofBundle *bundle, pat_subject_kind kind, pat_span id) {
  if (bundle_check_find(bundle, kind, id) == NULL) fail_msg("no subject of kind %d", (int)kind);
}

/* Principal and key of each. */
static size_t check_people(const Patina__ProofBundle *bundle, const ledger_actor_id *who,
                           size_t count) {
  check_has(bundle, PAT_SUBJECT_PRINCIPAL, pat_hash_span(&world->actors[ROOT_A].principal));
  for (ledger_actor_id root = ROOT_A; root <= ROOT_C; root++)
    check_has(bundle, PAT_SUBJECT_KEY, PAT_SPAN_OF(world->actors[root].public_key));
  for (size_t i = 0; i < count; i++) {
    check_has(bundle, PAT_SUBJECT_PRINCIPAL, pat_hash_span(&world->actors[who[i]].principal));
    check_has(bundle, PAT_SUBJECT_KEY, PAT_SPAN_OF(world->actors[who[i]].public_key));
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
  const Patina__ProofBundle *bundle = get(ASSET, "");
  const ledger_actor_id who[] = {REGISTRAR, REGISTRAR_2, INSTALLER, DEVICE};
  size_t people = check_people(bundle, who, 4);
  check_has(bundle, PAT_SUBJECT_ASSET, id_of(ASSET, id));
  check_has(bundle, PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("vehicle"));
  check_has(bundle, PAT_SUBJECT_SCHEME, PAT_SPAN_LITERAL("vin"));
  check_has(bundle, PAT_SUBJECT_STREAM, id_of(STREAM, id));
  pat_hash moved = number_key(MOVED, 1);
  assert_true(holds_key(bundle, &moved));
  assert_int_equal(bundle->n_subjects, people + 5);
  assert_int_equal(bundle->about_case, PATINA__PROOF_BUNDLE__ABOUT_ASSET);
  assert_memory_equal(bundle->asset.data, id_of(ASSET, id).data, PAT_ASSET_ID_BYTES);
  assert_null(bundle->earlier);
}

/* What others state about other assets brings nothing in but who signed it. */
static void test_bundle__follows_its_own_asset_alone(void **state) {
  (void)state;
  const Patina__ProofBundle *bundle = get(OTHER, "");
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
  pat_span device = pat_hash_span(&world->actors[DEVICE].principal);
  const Patina__ProvenEntry *bound = last_entry(get(OTHER, ""), PAT_SUBJECT_PRINCIPAL, device);
  assert_int_equal(bound->entry->statement.len, 0);
  assert_int_equal(bound->n_signatures, 0);
  assert_int_equal(bound->entry->n_disclosures, 0);
  assert_true(bound->leaf.len > 0);
  bound = last_entry(get(ASSET, ""), PAT_SUBJECT_PRINCIPAL, device);
  assert_true(bound->entry->statement.len > 0);
  assert_int_equal(bound->n_signatures, 1);
}

/* What everybody may see, and no more; a public statement stands in its leaf alone. */
static void test_bundle__gives_out_what_is_for_everyone(void **state) {
  (void)state;
  const Patina__ProofBundle *bundle = get(ASSET, "");
  uint8_t id[PAT_ASSET_ID_BYTES];
  const Patina__ProvenEntry *batch = last_entry(bundle, PAT_SUBJECT_STREAM, id_of(STREAM, id));
  assert_true(batch->entry->statement.len > 0);
  assert_int_equal(batch->entry->n_disclosures, 0);
  const Patina__ProvenEntry *published =
      last_entry(bundle, PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("vehicle"));
  assert_int_equal(published->entry->statement.len, 0);
  assert_true(published->n_signatures >= 1);
  const Patina__SubjectProof *asset =
      bundle_check_find(bundle, PAT_SUBJECT_ASSET, id_of(ASSET, id));
  const Patina__ProvenEntry *painted = bundle_check_entry(bundle, asset->entries[1]->index);
  assert_int_equal(painted->entry->n_disclosures, 1);
  const Patina__ProvenEntry *assigned = bundle_check_entry(bundle, asset->entries[2]->index);
  assert_int_equal(assigned->n_vrf_proofs, 1);
  assert_int_equal(assigned->entry->n_disclosures, 1);
}

static void test_bundle__proves_that_an_asset_is_not_recorded(void **state) {
  (void)state;
  uint8_t id[PAT_ASSET_ID_BYTES];
  const Patina__ProofBundle *bundle = get(ABSENT, "");
  const Patina__SubjectProof *asset =
      bundle_check_find(bundle, PAT_SUBJECT_ASSET, id_of(ABSENT, id));
  assert_non_null(asset);
  assert_int_equal(asset->count, 0);
  assert_int_equal(bundle->n_subjects, check_people(bundle, NULL, 0) + 1);
}

static void test_bundle__proves_what_is_recorded_of_an_identifier(void **state) {
  (void)state;
  const Patina__LookupResponse *found = look_up("vin", MOVED);
  const Patina__ProofBundle *bundle = found->proof;
  assert_non_null(bundle);
  bundle_check_whole(bundle, &world->memory);
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
  const Patina__ProofBundle *bundle = look_up("vin", UNKNOWN)->proof;
  bundle_check_whole(bundle, &world->memory);
  pat_hash unknown = number_key(UNKNOWN, 1);
  assert_true(holds_key(bundle, &unknown));
  assert_int_equal(bundle->n_subjects, check_people(bundle, NULL, 0) + 2);
}

/* A version under which the value cannot be has no proof, no answer, and no subject. */
static void test_bundle__leaves_out_versions_that_cannot_have_the_value(void **state) {
  (void)state;
  Patina__IdentifierScheme *shorter = ledger_scheme_vin(&world->memory);
  shorter->version = 2;
  shorter->validation = PATINA__VALIDATION__VALIDATION_ALNUM;
  shorter->length_min = 5;
  shorter->length_max = 8;
  ledger_draft draft = ledger_by_root(world);
  ledger_publish_scheme(&draft, shorter);
  (void)ledger_accept(&draft);
  const Patina__LookupResponse *found = look_up("vin", MOVED);
  assert_int_equal(found->n_answers, 1);
  assert_int_equal(found->answers[0]->scheme_version, 1);
  assert_int_equal(found->proof->lookup->n_vrf_proofs, 2);
  assert_int_equal(found->proof->lookup->vrf_proofs[0].len, PAT_VRF_PROOF_BYTES);
  assert_int_equal(found->proof->lookup->vrf_proofs[1].len, 0);
  found = look_up("vin", "ABC123");
  assert_int_equal(found->n_answers, 1);
  assert_int_equal(found->answers[0]->scheme_version, 2);
  bundle_check_whole(found->proof, &world->memory);
  pat_hash second = number_key("ABC123", 2);
  assert_true(holds_key(found->proof, &second));
  pat_api_request request = {
      .body = PAT_SPAN_LITERAL("{\"scheme\":\"vin\",\"value\":\"ABC123ABC123\"}"),
      .body_media = PAT_API_MEDIA_JSON};
  pat_status status = world_port_post(&port, "/v1/lookup", request, &response, &err);
  assert_true(pat_is_rule(status, PAT_RULE_IDENTIFIER_LENGTH));
}

/* --- one checkpoint -------------------------------------------------------------------------- */

static uint64_t version;

static void log_while_read(world_port *one) {
  (void)one;
  log_colour(version++);
}

static void log_once_while_read(world_port *one) {
  one->after_view = NULL;
  log_colour(version++);
}

/* Each view is taken with the keys known by then, so new entries alone do not ask for another. */
static void test_bundle__holds_at_one_checkpoint_while_the_log_grows(void **state) {
  (void)state;
  uint8_t id[PAT_ASSET_ID_BYTES];
  version = 1;
  port.after_view = log_while_read;
  const Patina__ProofBundle *bundle = get(ASSET, "");
  port.after_view = NULL;
  assert_int_equal(port.views_taken, 2);
  const Patina__SubjectProof *asset =
      bundle_check_find(bundle, PAT_SUBJECT_ASSET, id_of(ASSET, id));
  uint64_t size = bundle->entries[0]->inclusion[1].data[0]; /* the port's mark */
  assert_int_equal(size, (world->head.range.size - 2) & 0xff);
  assert_int_equal(asset->entries[asset->count - 1]->index, world->head.range.size - 4);
}

static unsigned next_number;

/* An engine number that nobody had: a subject that no view was taken for yet. */
static void assign_while_read(world_port *one) {
  (void)one;
  char text[20];
  snprintf(text, sizeof(text), "DEMO-%04u", next_number++);
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&draft, ASSET, (ledger_serial){"engine", 1, "", text});
  (void)ledger_accept(&draft);
}

static void assign_once_while_read(world_port *one) {
  one->after_view = NULL;
  assign_while_read(one);
}

/* What comes in meanwhile may name subjects that no view was taken for. */
static void test_bundle__takes_another_view_where_more_is_named(void **state) {
  (void)state;
  size_t before = get(ASSET, "")->n_subjects;
  assert_int_equal(port.views_taken, 2);
  port.after_view = assign_once_while_read;
  const Patina__ProofBundle *bundle = get(ASSET, "");
  assert_int_equal(port.views_taken, 5);
  check_has(bundle, PAT_SUBJECT_SCHEME, PAT_SPAN_LITERAL("engine"));
  assert_int_equal(bundle->n_subjects, before + 2);
  version = 1;
  port.after_view = log_once_while_read;
  (void)get(ASSET, "");
  assert_int_equal(port.views_taken, 7);
}

static void test_bundle__gives_up_after_its_rounds(void **state) {
  (void)state;
  port.after_view = assign_while_read;
  check_refused(bundle_path(ASSET), "", PAT_RULE_API_BUNDLE_BUSY);
  assert_int_equal(port.views_taken, PAT_API_BUNDLE_ROUNDS_MAX);
  assert_int_equal(pat_api_status_of(PAT_RULE_API_BUNDLE_BUSY), 503);
  assert_true(pat_api_retry_after_s(PAT_RULE_API_BUNDLE_BUSY) > 0);
  port.after_view = NULL;
  (void)get(ASSET, "");
}

static void stop_assigning(world_port *one) {
  if (one->views_taken < PAT_API_BUNDLE_ROUNDS_MAX - 1) assign_while_read(one);
}

static void test_bundle__succeeds_in_its_last_round(void **state) {
  (void)state;
  port.after_view = stop_assigning;
  (void)get(ASSET, "");
  assert_int_equal(port.views_taken, PAT_API_BUNDLE_ROUNDS_MAX);
}

/* --- since ----------------------------------------------------------------------------------- */

static void test_bundle__refuses_sizes_that_were_not_published(void **state) {
  (void)state;
  const char *at = bundle_path(ASSET);
  check_refused(at, "since=0", PAT_RULE_API_QUERY);
  check_refused(at, "since=x", PAT_RULE_API_QUERY);
  check_refused(at, "since=", PAT_RULE_API_QUERY);
  check_refused(at, "since=9223372036854775808", PAT_RULE_API_QUERY);
  snprintf(query, sizeof(query), "since=%llu", (unsigned long long)world->head.range.size + 1);
  check_refused(at, query, PAT_RULE_API_CHECKPOINT_NOT_FOUND);
  assert_string_equal(err.place, "since");
}

static void test_bundle__proves_that_it_continues_an_earlier_checkpoint(void **state) {
  (void)state;
  unsigned long long size = world->head.range.size;
  snprintf(query, sizeof(query), "since=%llu", size - 2);
  const Patina__ProofBundle *bundle = get(ASSET, query);
  assert_int_equal(bundle->earlier->size, size - 2);
  assert_int_equal(bundle->earlier->n_hashes, 2);
  assert_int_equal(bundle->earlier->hashes[0].data[0], (size - 2) & 0xff);
  assert_int_equal(bundle->earlier->hashes[1].data[0], size & 0xff);
  snprintf(query, sizeof(query), "since=%llu", size);
  assert_null(get(ASSET, query)->earlier);
}

/* --- refusals and limits --------------------------------------------------------------------- */

static void test_bundle__refuses_what_is_no_asset(void **state) {
  (void)state;
  check_refused("/v1/assets/01/bundle", "", PAT_RULE_CRYPTO_BASE32_LENGTH);
  check_refused(bundle_path(ASSET), "x=1", PAT_RULE_API_QUERY);
  port.nothing_published = true;
  check_refused(bundle_path(ASSET), "", PAT_RULE_API_CHECKPOINT_NOT_FOUND);
}

static const pat_api_bundle_limits of_format = {
    .bytes = PAT_BUNDLE_BYTES_MAX,
    .entries = PAT_BUNDLE_ENTRIES_MAX,
    .subjects = PAT_BUNDLE_SUBJECTS_MAX,
    .principals = PAT_BUNDLE_PRINCIPALS_MAX,
};

/* Opens and makes a bundle within these limits; gives what refused it. */
static pat_status make_within(const pat_api_bundle_limits *limits) {
  uint8_t id[PAT_ASSET_ID_BYTES];
  pat_api_bundle_about about = {.asset = id_of(ASSET, id).data};
  PAT_CLEANUP(pat_api_bundle_clear) pat_api_bundle bundle = {.api = NULL};
  err = (pat_err){0};
  port.api.bundle_limits = limits;
  PAT_TRY(pat_api_bundle_open(&port.api, about, &bundle, &err));
  Patina__ProofBundle *message = NULL;
  return pat_api_bundle_message(&bundle, 0, &message, &err);
}

/* At one below what there is, at it, and one above. */
static void check_limit(size_t *limit, size_t there, pat_api_bundle_limits *limits,
                        const char *name) {
  pat_api_bundle_limits all = *limits;
  for (size_t allowed = there - 1; allowed <= there + 1; allowed++) {
    *limit = allowed;
    pat_status status = make_within(limits);
    assert_int_equal(port.views_held, 0);
    if (allowed >= there) {
      assert_string_equal(pat_rule_id((pat_rule)status.rule), "ok");
      continue;
    }
    assert_string_equal(pat_rule_id((pat_rule)status.rule), "api.bundle-size");
    assert_string_equal(err.place, name);
  }
  *limits = all;
}

static void test_bundle__refuses_more_than_one_may_hold(void **state) {
  (void)state;
  const Patina__ProofBundle *bundle = get(ASSET, "");
  pat_api_bundle_limits limits = of_format;
  check_limit(&limits.entries, bundle->n_entries, &limits, "PAT_BUNDLE_ENTRIES_MAX");
  check_limit(&limits.subjects, bundle->n_subjects, &limits, "PAT_BUNDLE_SUBJECTS_MAX");
  check_limit(&limits.principals, 5, &limits, "PAT_BUNDLE_PRINCIPALS_MAX");
  size_t bytes = 0;
  assert_true(pat_is_ok(pat_protobuf_size(&bundle->base, &bytes)));
  check_limit(&limits.bytes, bytes, &limits, "PAT_BUNDLE_BYTES_MAX");
  limits.bytes = 100; /* refused while it is read */
  assert_true(pat_is_rule(make_within(&limits), PAT_RULE_API_BUNDLE_SIZE));
  assert_int_equal(pat_api_status_of(PAT_RULE_API_BUNDLE_SIZE), 413);
}

/* Those of the format where nothing else is said. */
static void test_bundle__may_hold_what_the_format_allows(void **state) {
  (void)state;
  PAT_CLEANUP(pat_api_bundle_clear) pat_api_bundle bundle = {.api = NULL};
  pat_api_bundle_about about = {.lookup = {"vin", "", MOVED}};
  assert_true(pat_is_ok(pat_api_bundle_open(&port.api, about, &bundle, &err)));
  assert_memory_equal(&bundle.closure.limits, &of_format, sizeof(of_format));
}

/* The answer is worth giving without its proof; who asked sees that there is none. */
static void test_bundle__is_left_out_of_an_answer_where_it_is_too_large(void **state) {
  (void)state;
  const Patina__ProofBundle *whole = look_up("vin", MOVED)->proof;
  size_t most = whole->n_entries;
  size_t bytes = 0;
  assert_true(pat_is_ok(pat_protobuf_size(&whole->base, &bytes)));
  pat_api_bundle_limits limits = of_format;
  port.api.bundle_limits = &limits;
  limits.entries = most;
  assert_non_null(look_up("vin", MOVED)->proof);
  limits.entries = most - 1;
  const Patina__LookupResponse *found = look_up("vin", MOVED);
  assert_null(found->proof);
  assert_int_equal(found->answers[0]->history->n_spans, 2);
  assert_true(strlen(found->checkpoint) > 0);
  limits = of_format;
  limits.bytes = bytes - 1;
  found = look_up("vin", MOVED);
  assert_null(found->proof);
  assert_int_equal(found->n_answers, 1);
}

/* --- a damaged store ------------------------------------------------------------------------- */

static pat_status forget_the_last(void *context, const pat_hash *key, uint64_t from, size_t limit,
                                  pat_port_subject_entry *ret_entries, size_t *ret_count) {
  pat_status status = read_subject(context, key, from, limit, ret_entries, ret_count);
  if (pat_is_ok(status) && *ret_count > 1) (*ret_count)--;
  return status;
}

/* What the index counts and what the sub-logs hold must be the same. */
static void test_bundle__is_refused_where_the_store_contradicts_the_index(void **state) {
  (void)state;
  read_subject = port.port.subject;
  port.port.subject = forget_the_last;
  check_refused(bundle_path(ASSET), "", PAT_RULE_STORE_CORRUPT);
}

/* --- forms ----------------------------------------------------------------------------------- */

static pat_api_response get_as(pat_api_media media) {
  pat_api_response got = {0};
  uint8_t id[PAT_ASSET_ID_BYTES];
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  (void)id_of(ASSET, id);
  pat_base32_asset_encode(id, text);
  pat_api_request request = {.accept = media, .request_id = ""};
  request.path_values[0] = pat_span_text(text);
  assert_true(pat_is_ok(pat_api_bundle_get(&port.api, &request, &got, &err)));
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
      world_port_message(&port, &json, &patina__proof_bundle__descriptor);
  size_t size = 0;
  assert_true(pat_is_ok(pat_protobuf_size(&read->base, &size)));
  assert_int_equal(size, file.body.size);
  pat_builder builder;
  uint8_t *bytes = ledger_take(world, size);
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
      CASE(refuses_more_than_one_may_hold),
      CASE(may_hold_what_the_format_allows),
      CASE(is_left_out_of_an_answer_where_it_is_too_large),
      CASE(is_refused_where_the_store_contradicts_the_index),
      CASE(holds_exactly_what_its_asset_rests_on),
      CASE(follows_its_own_asset_alone),
      CASE(says_nothing_of_a_devices_other_asset),
      CASE(gives_out_what_is_for_everyone),
      CASE(proves_that_an_asset_is_not_recorded),
      CASE(proves_what_is_recorded_of_an_identifier),
      CASE(proves_that_an_identifier_is_not_recorded),
      CASE(leaves_out_versions_that_cannot_have_the_value),
      CASE(holds_at_one_checkpoint_while_the_log_grows),
      CASE(takes_another_view_where_more_is_named),
      CASE(gives_up_after_its_rounds),
      CASE(succeeds_in_its_last_round),
      CASE(proves_that_it_continues_an_earlier_checkpoint),
      CASE(is_the_same_in_each_form),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
