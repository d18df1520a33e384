#include "tests/server/api/bundle_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/crypto/base32.h"
#include "tests/server/api/bundle_check.h"

static ledger_serial vin(const char *text) { return (ledger_serial){"vin", 1, "", text}; }

static void log_asset(ledger_world *world, uint8_t asset, ledger_actor_id who) {
  ledger_said made[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, who);
  (void)ledger_register(&draft, asset, LEDGER_SAID(made));
  (void)ledger_accept(&draft);
}

void bundle_world_paint(bundle_world *at, uint64_t version) {
  ledger_said painted[] = {{"colour", SAID_SLOT, ledger_text(at->world, "silver")}};
  ledger_draft draft = ledger_by(at->world, REGISTRAR);
  ledger_change(&draft, ASSET, LEDGER_SAID(painted))->expected_version = version;
  (void)ledger_accept(&draft);
}

static void log_stream(ledger_world *world, uint8_t asset, uint8_t stream) {
  ledger_draft draft = ledger_by(world, INSTALLER);
  (void)ledger_bind(&draft, asset, stream);
  (void)ledger_accept(&draft);
  draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, stream, 1, NULL);
  (void)ledger_accept(&draft);
}

static void log_story(ledger_world *world, uint8_t asset, ledger_actor_id who) {
  ledger_said told[] = {{"text", SAID_SLOT, ledger_text(world, "seen")}};
  ledger_draft draft = ledger_by(world, who);
  ledger_attest(&draft, asset, LEDGER_SAID(told))->claim = (char *)"story";
  (void)ledger_accept(&draft);
}

/* A number that moved from one vehicle to the other. */
static void log_moved_number(ledger_world *world) {
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

void bundle_world_open(bundle_world *at) {
  *at = (bundle_world){.world = ledger_world_new((ledger_options){0})};
  log_asset(at->world, ASSET, REGISTRAR);
  log_asset(at->world, OTHER, KEEPER);
  bundle_world_paint(at, 0);
  log_moved_number(at->world);
  log_stream(at->world, ASSET, STREAM);
  log_story(at->world, OTHER, DEVICE);
  world_port_open(&at->port, at->world);
}

void bundle_world_close(bundle_world *at) {
  assert_int_equal(at->port.views_held, 0);
  ledger_world_close(at->world);
}

pat_span bundle_world_id(uint8_t number, uint8_t id[PAT_ASSET_ID_BYTES]) {
  memset(id, number, PAT_ASSET_ID_BYTES);
  return pat_span_make(id, PAT_ASSET_ID_BYTES);
}

const char *bundle_world_path(uint8_t asset) {
  static char path[100];
  uint8_t id[PAT_ASSET_ID_BYTES];
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  (void)bundle_world_id(asset, id);
  pat_base32_asset_encode(id, text);
  snprintf(path, sizeof(path), "/v1/assets/%s/bundle", text);
  return path;
}

void bundle_world_refused(bundle_world *at, const char *path, const char *query, pat_rule rule) {
  pat_api_response response;
  at->err = (pat_err){0};
  pat_status status = world_port_get(&at->port, path, query, &response, &at->err);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  pat_api_response_clear(&response);
  assert_int_equal(at->port.views_held, 0);
}

/* What was given, as a message in the world's memory. */
static const void *take(bundle_world *at, pat_status status, pat_api_response *response,
                        const ProtobufCMessageDescriptor *descriptor) {
  assert_string_equal(pat_rule_id((pat_rule)status.rule), "ok");
  assert_int_equal(response->status, 200);
  assert_int_equal(at->port.views_held, 0);
  const void *message = world_port_message(&at->port, response, descriptor);
  pat_api_response_clear(response);
  return message;
}

const Patina__ProofBundle *bundle_world_get(bundle_world *at, uint8_t asset, const char *query) {
  pat_api_response response;
  pat_status status =
      world_port_get(&at->port, bundle_world_path(asset), query, &response, &at->err);
  const Patina__ProofBundle *bundle =
      take(at, status, &response, &patina__proof_bundle__descriptor);
  bundle_check_whole(bundle, &at->world->memory);
  return bundle;
}

const Patina__LookupResponse *bundle_world_look_up(bundle_world *at, const char *scheme,
                                                   const char *value) {
  char body[200];
  snprintf(body, sizeof(body), "{\"scheme\":\"%s\",\"value\":\"%s\"}", scheme, value);
  pat_api_request request = {.body = pat_span_text(body), .body_media = PAT_API_MEDIA_JSON};
  pat_api_response response;
  pat_status status = world_port_post(&at->port, "/v1/lookup", request, &response, &at->err);
  return take(at, status, &response, &patina__lookup_response__descriptor);
}
