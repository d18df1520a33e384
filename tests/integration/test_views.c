/* What a real server shows, verified as a reader would; and what it must never show. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes/protobuf.h"
#include "core/crypto/base32.h"
#include "core/envelope/entry.h"
#include "core/envelope/identifier_proof.h"
#include "core/model/statement.h"
#include "core/tlog/hash.h"
#include "core/tlog/range.h"
#include "core/tlog/tile.h"
#include "server/sys/mem.h"
#include "tests/integration/live_ledger.h"

enum { SECRETS_MAX = 8 };

/* The ledger, and the disclosures that no reader without a grant may see. */
typedef struct {
  live_ledger *live;
  pat_span secrets[SECRETS_MAX];
  pat_span skeletons[SECRETS_MAX]; /* of private statements */
  uint64_t indexes[SECRETS_MAX];   /* of their leaves */
  size_t count;
  char asset_path[96];
} view_state;

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* --- the history ----------------------------------------------------------------------------- */

/* Logs a private statement whose first disclosure is restricted. */
static void log_secret(view_state *views, ledger_draft *draft) {
  size_t at = views->count++;
  assert_true(draft->disclosure_count > 0);
  views->secrets[at] = span_of(draft->disclosures[0]);
  Patina__SignedStatement *envelope = ledger_seal(draft, NULL);
  views->skeletons[at] = span_of(envelope->statement);
  Patina__SubmitResponse *response = live_submit(views->live, &envelope, 1, 201);
  views->indexes[at] = response->results[0]->index;
}

static void log_telemetry(view_state *views) {
  ledger_world *world = views->live->world;
  ledger_draft draft = ledger_by_two(world, INSTALLER, DEVICE);
  (void)ledger_enrol_device(&draft, DEVICE);
  (void)live_accept(views->live, &draft);
  draft = ledger_by(world, INSTALLER);
  (void)ledger_bind(&draft, 1, 9);
  (void)live_accept(views->live, &draft);
  draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, 9, 1, NULL);
  log_secret(views, &draft);
}

static int set_up(void **state) {
  void *live = NULL;
  if (live_setup(&live) != 0) return -1;
  view_state *views = pat_mem_new(sizeof *views);
  views->live = live;
  live_register_secret(views->live);
  ledger_draft draft = ledger_by(views->live->world, REGISTRAR);
  ledger_said said[] = {{"tags", SAID_SLOT, ledger_text(views->live->world, LIVE_SECRET)}};
  ledger_change(&draft, 1, LEDGER_SAID(said))->expected_version = 1;
  log_secret(views, &draft);
  log_telemetry(views);
  uint8_t id[PAT_ASSET_ID_BYTES];
  memset(id, 1, sizeof id);
  char text[PAT_BASE32_TEXT_BYTES_MAX + 1] = {0};
  pat_base32_asset_encode(id, text);
  (void)snprintf(views->asset_path, sizeof views->asset_path, "/v1/assets/%s", text);
  *state = views;
  return 0;
}

static int tear_down(void **state) {
  view_state *views = *state;
  if (views == NULL) return 0;
  void *live = views->live;
  (void)live_teardown(&live);
  pat_mem_free(views);
  return 0;
}

/* --- what must never be shown ---------------------------------------------------------------- */

static void hex_of(const pat_hash *hash, char text[2 * PAT_HASH_BYTES + 1]) {
  for (size_t i = 0; i < PAT_HASH_BYTES; i++)
    (void)snprintf(text + 2 * i, 3, "%02x", hash->bytes[i]);
}

/* The answer to a request holds none of the secrets. Gives its status. */
static long assert_no_secret(const view_state *views, live_request request) {
  live_answer answer = live_ask(views->live, request);
  bool found = live_body_has(&answer, LIVE_SECRET, strlen(LIVE_SECRET));
  for (size_t i = 0; i < views->count; i++)
    found = found || live_body_has(&answer, views->secrets[i].data, views->secrets[i].size);
  if (found) fail_msg("a secret in the answer to %s", request.path);
  long status = answer.status;
  live_answer_clear(&answer);
  return status;
}

static void assert_none_in(const view_state *views, const char *path) {
  const char *const accepts[] = {LIVE_PROTOBUF, LIVE_JSON, "*/*"};
  long status = 0;
  for (size_t i = 0; i < 3; i++) {
    long got = assert_no_secret(views, (live_request){.path = path, .accept = accepts[i]});
    if (got == 200) status = got;
  }
  if (status != 200) fail_msg("%s is never answered", path);
}

static void assert_none_below(const view_state *views, const char *prefix, const char *suffix) {
  char path[256];
  (void)snprintf(path, sizeof path, "%s%s", prefix, suffix);
  assert_none_in(views, path);
}

static void test_views__no_route_shows_a_restricted_disclosure(void **state) {
  const view_state *views = *state;
  /* As a measure of the search: what is not secret is found in the same place. */
  char path[128];
  (void)snprintf(path, sizeof path, "%s/history", views->asset_path);
  live_answer answer = live_ask(views->live, (live_request){.path = path, .accept = LIVE_PROTOBUF});
  assert_true(live_body_has(&answer, LIVE_PUBLIC_TEXT, strlen(LIVE_PUBLIC_TEXT)));
  live_answer_clear(&answer);
  const char *const of_asset[] = {"", "/history", "/findings",
                                  "/telemetry?stream=09090909090909090909090909090909"};
  for (size_t i = 0; i < 4; i++)
    assert_none_below(views, views->asset_path, of_asset[i]);
  char hex[2 * PAT_HASH_BYTES + 1];
  hex_of(&views->live->world->actors[REGISTRAR].principal, hex);
  assert_none_below(views, "/v1/principals/", hex);
  hex_of(&views->live->world->actors[DEVICE].principal, hex);
  assert_none_below(views, "/v1/principals/", hex);
  const char *const others[] = {"/v1/classes/vehicle", "/v1/schemes/vin", "/v1/checkpoint",
                                "/checkpoint", "/openapi.json"};
  for (size_t i = 0; i < 5; i++)
    assert_none_in(views, others[i]);
  for (size_t i = 0; i < views->count; i++) {
    (void)snprintf(path, sizeof path, "/v1/entries/%u", (unsigned)views->indexes[i]);
    assert_none_in(views, path);
  }
}

static pat_tlog_head served_head(view_state *views) {
  live_answer answer = live_ask(views->live, (live_request){.path = "/checkpoint"});
  assert_int_equal(answer.status, 200);
  pat_tlog_head head = live_checkpoint(views->live, (const char *)answer.body.data);
  live_answer_clear(&answer);
  return head;
}

static void test_views__no_public_leaf_holds_a_private_statement(void **state) {
  view_state *views = *state;
  for (size_t i = 0; i < views->count; i++) {
    char path[64];
    (void)snprintf(path, sizeof path, "/v1/entries/%u", (unsigned)views->indexes[i]);
    live_answer answer =
        live_ask(views->live, (live_request){.path = path, .accept = LIVE_PROTOBUF});
    assert_int_equal(answer.status, 200);
    assert_false(live_body_has(&answer, views->skeletons[i].data, views->skeletons[i].size));
    live_answer_clear(&answer);
  }
  char path[64];
  (void)snprintf(path, sizeof path, "/tile/entries/000.p/%u", (unsigned)served_head(views).size);
  live_answer answer = live_ask(views->live, (live_request){.path = path});
  assert_int_equal(answer.status, 200);
  uint8_t asset[PAT_ASSET_ID_BYTES];
  memset(asset, 1, sizeof asset);
  const char *const texts[] = {LIVE_SECRET, LIVE_SECRET_VIN, LIVE_PUBLIC_TEXT, "Saab"};
  for (size_t i = 0; i < 4; i++)
    assert_false(live_body_has(&answer, texts[i], strlen(texts[i])));
  assert_false(live_body_has(&answer, asset, sizeof asset));
  live_answer_clear(&answer);
}

/* --- what is shown verifies ------------------------------------------------------------------ */

static void test_views__a_history_is_complete_and_every_entry_verifies(void **state) {
  view_state *views = *state;
  char path[128];
  (void)snprintf(path, sizeof path, "%s/history", views->asset_path);
  const Patina__HistoryPage *page = live_get(views->live, path, &patina__history_page__descriptor);
  pat_tlog_head head = live_checkpoint(views->live, page->checkpoint);
  assert_int_equal(page->n_entries, page->total);
  assert_true(page->total >= 5);
  uint8_t id[PAT_ASSET_ID_BYTES];
  memset(id, 1, sizeof id);
  pat_hash subject = pat_subject_key(PAT_SUBJECT_ASSET, pat_span_make(id, sizeof id));
  uint64_t previous = 0;
  for (size_t i = 0; i < page->n_entries; i++) {
    const Patina__ProvenEntry *proven = page->entries[i];
    live_verify_entry(views->live, proven, head);
    assert_true(proven->entry->statement.len > 0);
    /* The back-chain of the asset's own subject: nothing is left out between two entries. */
    Patina__LogEntry *entry = NULL;
    assert_ok(pat_entry_decode(span_of(proven->leaf), &views->live->world->memory, &entry, NULL));
    bool linked = false;
    for (size_t k = 0; k < entry->statement->n_subjects; k++) {
      const Patina__SubjectLink *link = entry->statement->subjects[k];
      if (memcmp(link->key.data, subject.bytes, PAT_HASH_BYTES) != 0) continue;
      linked = true;
      assert_int_equal(link->seq, i);
      if (i > 0) assert_int_equal(link->previous_index, previous);
    }
    assert_true(linked);
    previous = proven->entry->index;
  }
  assert_int_equal(page->n_identifiers, 1);
}

static void test_views__pages_of_one_walk_hold_at_one_checkpoint(void **state) {
  view_state *views = *state;
  char path[512];
  (void)snprintf(path, sizeof path, "%s/history?limit=2", views->asset_path);
  char *checkpoint = NULL;
  uint64_t entries = 0;
  uint64_t total = 0;
  for (int pages = 0; pages < 10; pages++) {
    const Patina__HistoryPage *page =
        live_get(views->live, path, &patina__history_page__descriptor);
    if (checkpoint != NULL) assert_string_equal(page->checkpoint, checkpoint);
    checkpoint = page->checkpoint;
    entries += page->n_entries;
    total = page->total;
    if (page->next[0] == '\0') break;
    (void)snprintf(path, sizeof path, "%s/history?limit=2&cursor=%s", views->asset_path,
                   page->next);
  }
  assert_int_equal(entries, total);
}

static void test_views__an_asset_shows_what_is_open(void **state) {
  view_state *views = *state;
  const Patina__AssetView *view =
      live_get(views->live, views->asset_path, &patina__asset_view__descriptor);
  (void)live_checkpoint(views->live, view->checkpoint);
  assert_string_equal(view->state->class_name, "vehicle");
  live_answer answer =
      live_ask(views->live, (live_request){.path = views->asset_path, .accept = LIVE_JSON});
  assert_true(live_body_has(&answer, LIVE_PUBLIC_TEXT, strlen(LIVE_PUBLIC_TEXT)));
  live_answer_clear(&answer);
}

static void verify_answer(const view_state *views, const Patina__LookupAnswer *answer,
                          const char *value) {
  assert_string_equal(answer->normalised, value);
  assert_int_equal(answer->vrf_proof.len, PAT_VRF_PROOF_BYTES);
  pat_identifier normalised = {.size = strlen(value)};
  memcpy(normalised.text, value, normalised.size);
  pat_identifier_name name = {"vin", answer->scheme_version, "", &normalised};
  pat_hash key;
  assert_ok(pat_identifier_verify(views->live->genesis->vrf_key.data, &name, answer->vrf_proof.data,
                                  &key));
  assert_memory_equal(answer->history->key.data, key.bytes, PAT_HASH_BYTES);
}

static const Patina__LookupResponse *look_up(view_state *views, const char *value) {
  Patina__LookupRequest message = PATINA__LOOKUP_REQUEST__INIT;
  message.scheme = (char *)"vin";
  message.value = (char *)(uintptr_t)value;
  live_request request = {.path = "/v1/lookup",
                          .accept = LIVE_PROTOBUF,
                          .type = LIVE_PROTOBUF,
                          .body = live_encode(views->live, &message.base)};
  live_answer answer = live_ask(views->live, request);
  assert_int_equal(answer.status, 200);
  uint8_t *copy = ledger_take(views->live->world, answer.body.size);
  memcpy(copy, answer.body.data, answer.body.size);
  ProtobufCMessage *decoded = NULL;
  assert_ok(pat_protobuf_decode(&patina__lookup_response__descriptor,
                                pat_span_make(copy, answer.body.size), &views->live->world->memory,
                                0, &decoded, NULL));
  live_answer_clear(&answer);
  return (const Patina__LookupResponse *)decoded;
}

static void test_views__a_lookup_proves_where_it_looked(void **state) {
  view_state *views = *state;
  const Patina__LookupResponse *found = look_up(views, "ys3dd78n4x7055320");
  (void)live_checkpoint(views->live, found->checkpoint);
  assert_int_equal(found->n_answers, 1);
  verify_answer(views, found->answers[0], LIVE_SECRET_VIN);
  assert_int_equal(found->answers[0]->history->n_spans, 1);
  const Patina__LookupResponse *absent = look_up(views, "1M8GDM9AXKP042788");
  verify_answer(views, absent->answers[0], "1M8GDM9AXKP042788");
  assert_int_equal(absent->answers[0]->history->n_spans, 0);
}

static void test_views__principals_and_catalog_verify(void **state) {
  view_state *views = *state;
  char path[128] = "/v1/principals/";
  hex_of(&views->live->world->actors[REGISTRAR].principal, path + strlen(path));
  const Patina__PrincipalView *principal =
      live_get(views->live, path, &patina__principal_view__descriptor);
  pat_tlog_head head = live_checkpoint(views->live, principal->checkpoint);
  assert_int_equal(principal->n_entries, 2); /* enrolled, granted */
  for (size_t i = 0; i < 2; i++)
    live_verify_entry(views->live, principal->entries[i], head);
  const Patina__ClassView *class_view =
      live_get(views->live, "/v1/classes/vehicle", &patina__class_view__descriptor);
  live_verify_entry(views->live, class_view->entry,
                    live_checkpoint(views->live, class_view->checkpoint));
  assert_string_equal(class_view->schema->name, "vehicle");
  const Patina__SchemeView *scheme =
      live_get(views->live, "/v1/schemes/vin", &patina__scheme_view__descriptor);
  live_verify_entry(views->live, scheme->entry, live_checkpoint(views->live, scheme->checkpoint));
}

/* --- tiles and caches ------------------------------------------------------------------------ */

static void assert_hash_tile(view_state *views, const pat_hash *leaves, uint16_t width) {
  char path[64];
  (void)snprintf(path, sizeof path, "/tile/0/000.p/%u", width);
  live_answer answer = live_ask(views->live, (live_request){.path = path});
  assert_int_equal(answer.status, 200);
  assert_int_equal(answer.body.size, (size_t)width * PAT_HASH_BYTES);
  assert_memory_equal(answer.body.data, leaves, answer.body.size);
  live_answer_clear(&answer);
}

static void test_views__tiles_of_all_widths_make_the_checkpoint(void **state) {
  view_state *views = *state;
  pat_tlog_head head = served_head(views);
  assert_true(head.size < PAT_TLOG_TILE_WIDTH);
  pat_hash leaves[PAT_TLOG_TILE_WIDTH];
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  char path[64];
  (void)snprintf(path, sizeof path, "/tile/entries/000.p/%u", (unsigned)head.size);
  live_answer answer = live_ask(views->live, (live_request){.path = path});
  pat_span entries[PAT_TLOG_TILE_WIDTH];
  assert_ok(pat_tlog_bundle_decode(pat_blob_span(answer.body), (uint16_t)head.size, entries, NULL));
  for (size_t i = 0; i < head.size; i++) {
    leaves[i] = pat_tlog_leaf_hash(entries[i]);
    assert_ok(pat_tlog_range_append(&range, &leaves[i]));
  }
  pat_hash root = pat_tlog_range_root(&range);
  assert_memory_equal(root.bytes, head.root.bytes, PAT_HASH_BYTES);
  for (size_t width = 1; width <= head.size; width++)
    assert_hash_tile(views, leaves, (uint16_t)width);
  live_answer_clear(&answer);
  /* Not yet: wider than the tree, or full. */
  (void)snprintf(path, sizeof path, "/tile/0/000.p/%u", (unsigned)head.size + 1);
  const char *const missing[] = {path, "/tile/0/000", "/tile/1/000.p/1", "/tile/entries/000"};
  for (size_t i = 0; i < 4; i++) {
    answer = live_ask(views->live, (live_request){.path = missing[i]});
    assert_int_equal(answer.status, 404);
    live_answer_clear(&answer);
  }
}

/* The value of ETag, as a line of If-None-Match. */
static void condition_of(const live_answer *answer, char line[128]) {
  const char *found = strcasestr(answer->headers, "etag: ");
  assert_non_null(found);
  found += strlen("etag: ");
  size_t size = strcspn(found, "\r\n");
  (void)snprintf(line, 128, "If-None-Match: %.*s", (int)size, found);
}

static void test_views__what_is_unchanged_is_not_sent_again(void **state) {
  view_state *views = *state;
  const char *const paths[] = {"/checkpoint", "/v1/classes/vehicle", "/openapi.json"};
  for (size_t i = 0; i < 3; i++) {
    live_answer answer = live_ask(views->live, (live_request){.path = paths[i]});
    assert_int_equal(answer.status, 200);
    char line[128];
    condition_of(&answer, line);
    live_answer_clear(&answer);
    answer = live_ask(views->live, (live_request){.path = paths[i], .header = line});
    assert_int_equal(answer.status, 304);
    assert_int_equal(answer.body.size, 0);
    live_answer_clear(&answer);
  }
}

int main(void) {
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_views__no_route_shows_a_restricted_disclosure),
      cmocka_unit_test(test_views__no_public_leaf_holds_a_private_statement),
      cmocka_unit_test(test_views__a_history_is_complete_and_every_entry_verifies),
      cmocka_unit_test(test_views__pages_of_one_walk_hold_at_one_checkpoint),
      cmocka_unit_test(test_views__an_asset_shows_what_is_open),
      cmocka_unit_test(test_views__a_lookup_proves_where_it_looked),
      cmocka_unit_test(test_views__principals_and_catalog_verify),
      cmocka_unit_test(test_views__tiles_of_all_widths_make_the_checkpoint),
      cmocka_unit_test(test_views__what_is_unchanged_is_not_sent_again),
  };
  int failed = cmocka_run_group_tests(tests, set_up, tear_down);
  curl_global_cleanup();
  return failed;
}
