/* Reading: assets, histories, telemetry, lookups, principals, catalog, entries, checkpoints,
 * tiles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/bytes/text.h"
#include "core/crypto/base32.h"
#include "core/model/statement.h"
#include "proto/api.pb-c.h"
#include "server/api/handlers.h"
#include "server/api/support.h"
#include "tests/server/api/world_port.h"

static ledger_world *world;
static world_port port;
static pat_api_response response;
static pat_err err;
static char path[300];
static char query[300];
static pat_hash assignment;
static uint64_t first_batch; /* its log index */

enum { ASSET = 7, OTHER_ASSET = 8, STREAM = 3 };

static ledger_serial vin(const char *text) { return (ledger_serial){"vin", 1, "", text}; }

/* One vehicle with a colour, a VIN, an inspection, and a device with two batches. */
static int open_world(void **state) {
  (void)state;
  world = ledger_world_new((ledger_options){0});
  ledger_said made[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, ASSET, LEDGER_SAID(made));
  (void)ledger_accept(&draft);
  ledger_said painted[] = {{"colour", SAID_SLOT, ledger_text(world, "silver")}};
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_change(&draft, ASSET, LEDGER_SAID(painted));
  (void)ledger_accept(&draft);
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&draft, ASSET, vin("YS3ED48E5Y3070016"));
  assignment = ledger_accept(&draft);
  draft = ledger_by(world, INSTALLER);
  (void)ledger_bind(&draft, ASSET, STREAM);
  (void)ledger_accept(&draft);
  first_batch = world->head.range.size;
  draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, STREAM, 1, NULL);
  pat_hash first = ledger_accept(&draft);
  draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, STREAM, 2, &first);
  (void)ledger_accept(&draft);
  world_port_open(&port, world);
  return 0;
}

static int close_world(void **state) {
  (void)state;
  ledger_world_close(world);
  return 0;
}

static const char *asset_path(uint8_t number, const char *below) {
  uint8_t id[PAT_ASSET_ID_BYTES];
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  memset(id, number, sizeof(id));
  pat_base32_asset_encode(id, text);
  snprintf(path, sizeof(path), "/v1/assets/%s%s", text, below);
  return path;
}

static void check_refused(const char *at, const char *with, pat_rule rule) {
  err = (pat_err){0};
  pat_status status = world_port_get(&port, at, with, &response, &err);
  if (!pat_is_rule(status, rule)) {
    print_error("%s?%s gave %s\n", at, with, pat_rule_id(status.rule));
  }
  assert_true(pat_is_rule(status, rule));
  pat_api_response_clear(&response);
}

static const void *get(const char *at, const char *with,
                       const ProtobufCMessageDescriptor *descriptor) {
  err = (pat_err){0};
  pat_status status = world_port_get(&port, at, with, &response, &err);
  if (!pat_is_ok(status)) {
    print_error("%s?%s gave %s at %s\n", at, with, pat_rule_id(status.rule), err.place);
  }
  assert_true(pat_is_ok(status));
  assert_int_equal(response.status, 200);
  return world_port_message(&port, &response, descriptor);
}

static void test_api__refuses_ids_that_are_none(void **state) {
  (void)state;
  check_refused("/v1/assets/01", "", PAT_RULE_CRYPTO_BASE32_LENGTH);
  check_refused(asset_path(ASSET, ""), "x=1", PAT_RULE_API_QUERY);
  check_refused(asset_path(99, ""), "", PAT_RULE_API_ASSET_NOT_FOUND);
  check_refused(asset_path(99, "/history"), "", PAT_RULE_API_ASSET_NOT_FOUND);
  check_refused(asset_path(99, "/findings"), "", PAT_RULE_API_ASSET_NOT_FOUND);
  check_refused("/v1/principals/00", "", PAT_RULE_API_PRINCIPAL_NOT_FOUND);
  snprintf(path, sizeof(path), "/v1/principals/%064d", 0);
  check_refused(path, "", PAT_RULE_API_PRINCIPAL_NOT_FOUND);
  check_refused("/v1/classes/spaceship", "", PAT_RULE_API_CLASS_NOT_FOUND);
  check_refused("/v1/classes/vehicle", "version=2", PAT_RULE_API_CLASS_NOT_FOUND);
  check_refused("/v1/classes/vehicle", "version=0", PAT_RULE_API_QUERY);
  check_refused("/v1/classes/vehicle", "version=x", PAT_RULE_API_QUERY);
  check_refused("/v1/schemes/plate", "", PAT_RULE_API_SCHEME_NOT_FOUND);
  check_refused("/v1/schemes/vin", "version=4294967296", PAT_RULE_API_QUERY);
  check_refused("/problems/no.rule", "", PAT_RULE_API_PROBLEM_NOT_FOUND);
  snprintf(path, sizeof(path), "/v1/classes/%080d", 0);
  check_refused(path, "", PAT_RULE_API_CLASS_NOT_FOUND);
}

static void test_api__refuses_entries_beyond_the_tree(void **state) {
  (void)state;
  unsigned long long size = world->head.range.size;
  snprintf(path, sizeof(path), "/v1/entries/%llu", size);
  check_refused(path, "", PAT_RULE_API_ENTRY_NOT_FOUND);
  check_refused("/v1/entries/-1", "", PAT_RULE_API_ENTRY_NOT_FOUND);
  check_refused("/v1/entries/01", "", PAT_RULE_API_ENTRY_NOT_FOUND);
  snprintf(path, sizeof(path), "/v1/entries/%llu", size - 1);
  const Patina__EntryView *view = get(path, "", &patina__entry_view__descriptor);
  assert_int_equal(view->index, size - 1);
  pat_api_response_clear(&response);
}

static void test_api__refuses_tiles_beyond_the_tree(void **state) {
  (void)state;
  unsigned long long size = world->head.range.size;
  assert_true(size < 256);
  check_refused("/tile/0/000", "", PAT_RULE_API_TILE_NOT_FOUND);
  check_refused("/tile/1/000", "", PAT_RULE_API_TILE_NOT_FOUND);
  check_refused("/tile/entries/000", "", PAT_RULE_API_TILE_NOT_FOUND);
  check_refused("/tile/0/0", "", PAT_RULE_TLOG_TILE_PATH);
  check_refused("/tile/64/000", "", PAT_RULE_TLOG_TILE_LEVEL);
  snprintf(path, sizeof(path), "/tile/0/000.p/%llu", size + 1);
  check_refused(path, "", PAT_RULE_API_TILE_NOT_FOUND);
  for (unsigned long long width = 1; width <= size; width += size - 1) {
    snprintf(path, sizeof(path), "/tile/entries/000.p/%llu", width);
    assert_true(pat_is_ok(world_port_get(&port, path, "", &response, &err)));
    char wanted[100];
    snprintf(wanted, sizeof(wanted), "tile 1 0 0 %llu", width);
    assert_string_equal((const char *)response.body.data, wanted);
    assert_int_equal(response.media, PAT_API_MEDIA_OCTETS);
    assert_int_equal(response.cache, PAT_API_CACHE_FOREVER);
    pat_api_response_clear(&response);
  }
}

static void test_api__refuses_before_anything_is_published(void **state) {
  (void)state;
  port.nothing_published = true;
  check_refused("/checkpoint", "", PAT_RULE_API_CHECKPOINT_NOT_FOUND);
  check_refused("/v1/checkpoint", "", PAT_RULE_API_CHECKPOINT_NOT_FOUND);
  check_refused("/v1/entries/0", "", PAT_RULE_API_CHECKPOINT_NOT_FOUND);
  check_refused("/tile/entries/000.p/1", "", PAT_RULE_API_TILE_NOT_FOUND);
  check_refused(asset_path(ASSET, ""), "", PAT_RULE_API_CHECKPOINT_NOT_FOUND);
  port.nothing_published = false;
}

static void test_api__refuses_limits_and_cursors(void **state) {
  (void)state;
  const char *at = asset_path(ASSET, "/history");
  check_refused(at, "limit=0", PAT_RULE_API_QUERY);
  check_refused(at, "limit=1001", PAT_RULE_API_QUERY);
  check_refused(at, "limit=99999999999999999999", PAT_RULE_API_QUERY);
  check_refused(at, "limit=1&limit=1", PAT_RULE_API_QUERY);
  check_refused(at, "cursor=abc", PAT_RULE_API_CURSOR);
  (void)get(at, "limit=1000", &patina__history_page__descriptor);
  pat_api_response_clear(&response);
  (void)get(at, "limit=1", &patina__history_page__descriptor);
  char cursor[PAT_API_CURSOR_BYTES_MAX];
  memcpy(cursor, response.next, sizeof(cursor));
  assert_true(cursor[0] != '\0');
  pat_api_response_clear(&response);
  for (size_t i = 0; i < strlen(cursor); i++) {
    char changed[PAT_API_CURSOR_BYTES_MAX];
    memcpy(changed, cursor, sizeof(changed));
    changed[i] = changed[i] == '0' ? '1' : '0';
    snprintf(query, sizeof(query), "cursor=%s", changed);
    check_refused(at, query, PAT_RULE_API_CURSOR);
  }
  uint8_t id[PAT_ASSET_ID_BYTES];
  memset(id, ASSET, sizeof(id));
  pat_hash own = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(id));
  pat_api_cursor later = {.size = world->head.range.size + 1};
  char made[PAT_API_CURSOR_BYTES_MAX];
  pat_api_cursor_write(&own, later, made);
  snprintf(query, sizeof(query), "cursor=%s", made);
  check_refused(at, query, PAT_RULE_API_CURSOR);
  pat_hash other = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_LITERAL("other"));
  pat_api_cursor read = {0};
  assert_true(pat_is_rule(pat_api_cursor_read(&other, pat_span_text(cursor), &read, NULL),
                          PAT_RULE_API_CURSOR));
}

/* What happens between two pages: a change, the identifier released, another one assigned. */
static void go_on(void) {
  ledger_said painted[] = {{"colour", SAID_SLOT, ledger_text(world, "black")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  ledger_change(&draft, ASSET, LEDGER_SAID(painted))->expected_version = 1;
  (void)ledger_accept(&draft);
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_release(&draft, ASSET, vin("YS3ED48E5Y3070016"), &assignment);
  (void)ledger_accept(&draft);
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&draft, ASSET, vin("YS3ED48E5Y3079999"));
  (void)ledger_accept(&draft);
}

static bool is_released(const Patina__HistoryPage *page, size_t number) {
  return page->identifiers[number]->spans[0]->release_case ==
         PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
}

static void test_api__pages_hold_at_one_checkpoint(void **state) {
  (void)state;
  char at[300];
  snprintf(at, sizeof(at), "%s", asset_path(ASSET, "/history"));
  const Patina__HistoryPage *page = get(at, "limit=1", &patina__history_page__descriptor);
  const Patina__HistoryPage *first = page;
  assert_true(page->total >= 4);
  assert_string_equal(page->next, response.next);
  go_on();
  uint64_t entries = page->n_entries;
  while (page->next[0] != '\0') {
    snprintf(query, sizeof(query), "limit=2&cursor=%s", page->next);
    pat_api_response_clear(&response);
    page = get(at, query, &patina__history_page__descriptor);
    assert_string_equal(page->checkpoint, first->checkpoint);
    assert_int_equal(page->total, first->total);
    assert_int_equal(page->n_identifiers, 1);
    assert_false(is_released(page, 0));
    entries += page->n_entries;
  }
  assert_int_equal(entries, first->total);
  pat_api_response_clear(&response);
  page = get(at, "", &patina__history_page__descriptor);
  assert_int_equal(page->total, first->total + 3);
  assert_int_equal(page->n_identifiers, 2);
  assert_int_equal(is_released(page, 0) + is_released(page, 1), 1);
  assert_string_equal(page->schema->name, "vehicle");
  assert_non_null(page->policy);
  pat_api_response_clear(&response);
}

static void test_api__entries_come_with_what_proves_them(void **state) {
  (void)state;
  const Patina__HistoryPage *page =
      get(asset_path(ASSET, "/history"), "", &patina__history_page__descriptor);
  for (size_t i = 0; i < page->n_entries; i++) {
    const Patina__ProvenEntry *proven = page->entries[i];
    pat_span leaf = ledger_leaf(world, proven->entry->index);
    assert_int_equal(proven->leaf.len, leaf.size);
    assert_memory_equal(proven->leaf.data, leaf.data, leaf.size);
    assert_int_equal(proven->n_inclusion, 2);
    assert_int_equal(proven->inclusion[0].data[0], proven->entry->index);
    assert_int_equal(proven->inclusion[1].data[0], world->head.range.size);
    assert_true(proven->entry->statement.len > 0);
    assert_int_equal(proven->n_signatures, 1);
    assert_true(proven->entry->logged_at_ms > 0);
  }
  assert_int_equal(page->entries[2]->n_vrf_proofs, 1);
  pat_api_response_clear(&response);
}

static bool holds(pat_blob body, const char *text) {
  return memmem(body.data, body.size, text, strlen(text)) != NULL;
}

/* Restricted values never leave, in any encoding of any view; public ones do. */
static void test_api__never_gives_out_restricted_disclosures(void **state) {
  (void)state;
  char stream[100];
  snprintf(stream, sizeof(stream), "stream=%s", "03030303030303030303030303030303");
  const Patina__TelemetryPage *page =
      get(asset_path(ASSET, "/telemetry"), stream, &patina__telemetry_page__descriptor);
  assert_int_equal(page->total, 3); /* the binding, and two batches */
  size_t batches = 0;
  for (size_t i = 0; i < page->n_entries; i++) {
    assert_int_equal(page->entries[i]->entry->n_disclosures, 0);
    batches += page->entries[i]->entry->statement.len > 0;
  }
  assert_int_equal(batches, 3);
  pat_api_response_clear(&response);
  const Patina__HistoryPage *history =
      get(asset_path(ASSET, "/history"), "", &patina__history_page__descriptor);
  size_t disclosed = 0;
  for (size_t i = 0; i < history->n_entries; i++) {
    disclosed += history->entries[i]->entry->n_disclosures;
  }
  assert_true(disclosed >= 2); /* colour and VIN */
  pat_api_response_clear(&response);
}

static void test_api__entries_by_index_never_hold_a_skeleton(void **state) {
  (void)state;
  const Patina__HistoryPage *page =
      get(asset_path(ASSET, "/history"), "", &patina__history_page__descriptor);
  uint64_t index = page->entries[0]->entry->index;
  ProtobufCBinaryData skeleton = page->entries[0]->entry->statement;
  pat_api_response_clear(&response);
  snprintf(path, sizeof(path), "/v1/entries/%llu", (unsigned long long)index);
  pat_api_request request = {.accept = PAT_API_MEDIA_PROTOBUF, .request_id = ""};
  request.path_values[0] = pat_span_text(strrchr(path, '/') + 1);
  pat_status status = pat_api_entry_get(&port.api, &request, &response, &err);
  assert_true(pat_is_ok(status));
  const Patina__EntryView *view =
      world_port_message(&port, &response, &patina__entry_view__descriptor);
  assert_int_equal(view->index, index);
  assert_null(memmem(response.body.data, response.body.size, skeleton.data, skeleton.len));
  assert_false(holds(response.body, "Saab"));
  pat_api_response_clear(&response);
}

static void test_api__sums_an_asset_up(void **state) {
  (void)state;
  const Patina__AssetView *view = get(asset_path(ASSET, ""), "", &patina__asset_view__descriptor);
  assert_string_equal(view->state->class_name, "vehicle");
  assert_string_equal(view->schema->name, "vehicle");
  assert_true(view->state->n_identifiers == 1);
  assert_int_equal(view->state->n_streams, 1);
  assert_int_equal(view->state->streams[0]->batches, 2);
  bool found = false;
  for (size_t i = 0; i < view->state->n_manufacturer; i++) {
    const Patina__Fact *fact = view->state->manufacturer[i];
    if (strcmp(fact->name, "make") != 0) continue;
    assert_string_equal(fact->values[0]->text, "Saab");
    found = true;
  }
  assert_true(found);
  pat_api_response_clear(&response);
  const Patina__FindingsView *findings =
      get(asset_path(ASSET, "/findings"), "", &patina__findings_view__descriptor);
  assert_int_equal(findings->asset.len, PAT_ASSET_ID_BYTES);
  pat_api_response_clear(&response);
}

static size_t count_compromised(uint64_t revoked_index) {
  size_t count = 0;
  const Patina__FindingsView *view =
      get(asset_path(ASSET, "/findings"), "", &patina__findings_view__descriptor);
  for (size_t i = 0; i < view->n_findings; i++) {
    const Patina__Finding *finding = view->findings[i];
    if (strcmp(finding->id, "key.compromised") != 0) continue;
    assert_int_equal(finding->indexes[1], revoked_index);
    count++;
  }
  pat_api_response_clear(&response);
  return count;
}

/* Of two batches the second is in doubt, then both; the last word counts. */
static void test_api__tells_what_a_compromised_key_signed(void **state) {
  (void)state;
  assert_int_equal(count_compromised(0), 0);
  const uint64_t second_batch = first_batch + 2; /* between them is a commit */
  for (uint64_t since = second_batch; since >= first_batch; since -= 2) {
    uint64_t revoked_index = world->head.range.size;
    ledger_draft draft = ledger_by_root(world);
    (void)ledger_revoke(&draft, DEVICE, since);
    (void)ledger_accept(&draft);
    assert_int_equal(count_compromised(revoked_index), since == second_batch ? 1 : 2);
  }
}

static uint64_t pretended_count;

static pat_status pretend_count(void *context, const pat_hash *key, uint64_t size,
                                uint64_t *ret_count) {
  (void)context;
  (void)key;
  (void)size;
  *ret_count = pretended_count;
  return PAT_OK;
}

static void test_api__refuses_to_sum_up_long_histories(void **state) {
  (void)state;
  pat_ledger_port own = port.port;
  port.port.subject_count = pretend_count;
  pretended_count = PAT_API_FOLD_ENTRIES_MAX + 1;
  check_refused(asset_path(ASSET, ""), "", PAT_RULE_API_HISTORY_SIZE);
  check_refused(asset_path(ASSET, "/findings"), "", PAT_RULE_API_HISTORY_SIZE);
  port.port = own;
}

static void test_api__refuses_streams_of_other_assets(void **state) {
  (void)state;
  const char *at = asset_path(ASSET, "/telemetry");
  check_refused(at, "", PAT_RULE_API_QUERY);
  check_refused(at, "stream=03", PAT_RULE_API_QUERY);
  check_refused(at, "stream=ffffffffffffffffffffffffffffffff", PAT_RULE_API_STREAM_NOT_FOUND);
}

static pat_status look_up(const char *body, pat_api_media media) {
  err = (pat_err){0};
  pat_api_request request = {.body = pat_span_text(body), .body_media = media};
  return world_port_post(&port, "/v1/lookup", request, &response, &err);
}

static void test_api__looks_identifiers_up(void **state) {
  (void)state;
  const pat_api_media json = PAT_API_MEDIA_JSON;
  assert_true(pat_is_rule(look_up("{\"scheme\":\"plate\",\"value\":\"x\"}", json),
                          PAT_RULE_API_SCHEME_NOT_FOUND));
  assert_true(
      pat_is_rule(look_up("{\"scheme\":\"vin\",\"value\":\"YS3\"}", json), PAT_RULE_VIN_LENGTH));
  assert_true(pat_is_rule(look_up("{\"schema\":\"vin\"}", json), PAT_RULE_JSON_UNKNOWN_FIELD));
  assert_string_equal(err.place, "/schema");
  assert_true(pat_is_rule(look_up("{}", PAT_API_MEDIA_PROTOBUF), PAT_RULE_BYTES_PROTOBUF_TAG));
  assert_true(pat_is_ok(look_up("{\"scheme\":\"vin\",\"value\":\"ys3 ed48e5y3070016\"}", json)));
  const Patina__LookupResponse *found =
      world_port_message(&port, &response, &patina__lookup_response__descriptor);
  assert_int_equal(found->n_answers, 1);
  assert_string_equal(found->answers[0]->normalised, "YS3ED48E5Y3070016");
  assert_int_equal(found->answers[0]->vrf_proof.len, PAT_VRF_PROOF_BYTES);
  assert_int_equal(found->answers[0]->history->n_spans, 1);
  assert_int_equal(found->answers[0]->history->spans[0]->asset.data[0], ASSET);
  pat_api_response_clear(&response);
  assert_true(pat_is_ok(look_up("{\"scheme\":\"vin\",\"value\":\"YS3ED48E5Y3070017\"}", json)));
  found = world_port_message(&port, &response, &patina__lookup_response__descriptor);
  assert_int_equal(found->answers[0]->history->n_spans, 0);
  assert_int_equal(found->answers[0]->history->uniqueness, PATINA__UNIQUENESS__UNIQUENESS_GLOBAL);
  assert_int_equal(found->answers[0]->history->key.len, PAT_HASH_BYTES);
  pat_api_response_clear(&response);
}

static void test_api__tells_who_signs(void **state) {
  (void)state;
  char id[2 * PAT_HASH_BYTES + 1];
  pat_span principal = pat_hash_span(&world->actors[REGISTRAR].principal);
  assert_true(pat_is_ok(pat_hex_encode(principal, id, sizeof(id))));
  snprintf(path, sizeof(path), "/v1/principals/%s", id);
  const Patina__PrincipalView *view = get(path, "", &patina__principal_view__descriptor);
  assert_memory_equal(view->principal.data, principal.data, principal.size);
  assert_true(view->type != PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_UNSPECIFIED);
  assert_true(view->name[0] != '\0');
  assert_int_equal(view->n_entries, 2); /* enrolled, and granted */
  pat_api_response_clear(&response);
}

static void test_api__gives_classes_and_schemes(void **state) {
  (void)state;
  const Patina__ClassView *schema = get("/v1/classes/vehicle", "", &patina__class_view__descriptor);
  assert_string_equal(schema->schema->name, "vehicle");
  assert_true(schema->entry->entry->statement.len > 0);
  pat_api_response_clear(&response);
  const Patina__SchemeView *scheme =
      get("/v1/schemes/vin", "version=1", &patina__scheme_view__descriptor);
  assert_string_equal(scheme->scheme->name, "vin");
  assert_int_equal(response.cache, PAT_API_CACHE_REVALIDATE);
  pat_api_response_clear(&response);
}

#define CASE(name) cmocka_unit_test(test_api__##name)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_ids_that_are_none),
      CASE(refuses_entries_beyond_the_tree),
      CASE(refuses_tiles_beyond_the_tree),
      CASE(refuses_before_anything_is_published),
      CASE(refuses_limits_and_cursors),
      CASE(refuses_streams_of_other_assets),
      CASE(refuses_to_sum_up_long_histories),
      CASE(entries_come_with_what_proves_them),
      CASE(never_gives_out_restricted_disclosures),
      CASE(entries_by_index_never_hold_a_skeleton),
      CASE(sums_an_asset_up),
      CASE(looks_identifiers_up),
      CASE(tells_who_signs),
      CASE(gives_classes_and_schemes),
      CASE(pages_hold_at_one_checkpoint),
      CASE(tells_what_a_compromised_key_signed),
  };
  return cmocka_run_group_tests(tests, open_world, close_world);
}
