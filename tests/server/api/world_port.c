#include "tests/server/api/world_port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/bytes/protobuf.h"
#include "core/bytes/reader.h"
#include "core/ledger/record.h"
#include "proto/api.pb-c.h"
#include "proto/json/protojson.h"
#include "server/http/route.h"

static pat_status read_record(const world_port *port, pat_ledger_table table, pat_span key,
                              pat_blob *ret_value) {
  pat_span value = PAT_SPAN_EMPTY;
  if (!ledger_store_get(&port->world->store, (pat_ledger_key){table, key}, &value)) {
    return pat_refuse(PAT_RULE_STORE_NOT_FOUND);
  }
  return pat_blob_copy(value, ret_value);
}

static pat_status port_head(void *context, pat_port_head *ret_head) {
  const world_port *port = context;
  *ret_head = (pat_port_head){.size = port->nothing_published ? 0 : port->world->head.range.size,
                              .epoch = port->world->head.epoch,
                              .time_ms = port->world->head.time_ms};
  return PAT_OK;
}

static const Patina__Policy *port_policy(void *context) {
  const world_port *port = context;
  return port->world->ledger.genesis->policy;
}

static const Patina__SignedStatement *envelope_of(const world_port *port,
                                                  const pat_submission *submission) {
  for (size_t i = 0; i < port->envelope_count; i++) {
    ProtobufCBinaryData bytes = port->envelopes[i]->statement;
    pat_hash hash = pat_hash_of(pat_span_make(bytes.data, bytes.len));
    if (pat_hash_equal(&hash, &submission->statement.sha256)) return port->envelopes[i];
  }
  fail_msg("a statement that was not sent");
  return NULL;
}

static ProtobufCBinaryData field_of(pat_span bytes) {
  return (ProtobufCBinaryData){.len = bytes.size, .data = (uint8_t *)(uintptr_t)bytes.data};
}

static Patina__Outcome outcome_of(const world_port *port, const pat_decision *decision) {
  if (port->submit_wait == PAT_PORT_CHECK_ONLY) return PATINA__OUTCOME__OUTCOME_WOULD_ACCEPT;
  if (decision->outcome == PAT_DECISION_REPLAYED) return PATINA__OUTCOME__OUTCOME_REPLAYED;
  return port->submit_wait == PAT_PORT_WAIT_PROMISE ? PATINA__OUTCOME__OUTCOME_PROMISED
                                                    : PATINA__OUTCOME__OUTCOME_ACCEPTED;
}

static void fill_outcome(const world_port *port, const pat_submission *submission,
                         const pat_decision *decision, pat_port_outcome *outcome) {
  if (decision->outcome == PAT_DECISION_REFUSED) {
    outcome->status = decision->status;
    outcome->err = decision->err;
    return;
  }
  Patina__SubmitResult result = PATINA__SUBMIT_RESULT__INIT;
  result.outcome = outcome_of(port, decision);
  result.statement_sha256 = field_of(pat_hash_span(&submission->statement.sha256));
  result.index = decision->index;
  result.leaf = field_of(decision->leaf);
  static uint8_t room[1 << 20];
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, room, sizeof(room));
  assert_true(pat_is_ok(pat_protobuf_encode(&result.base, &builder)));
  assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  assert_true(pat_is_ok(pat_blob_copy(bytes, &outcome->result)));
}

static pat_status port_reserve(void *context, size_t count) {
  world_port *port = context;
  port->reserve_calls++;
  if (port->reserve_calls == port->reserve_fails_at) return pat_refuse(PAT_RULE_SEQUENCER_QUEUE);
  port->places_held += count;
  return PAT_OK;
}

static void port_unreserve(void *context, size_t count) {
  world_port *port = context;
  assert_true(count <= port->places_held);
  port->places_held -= count;
}

static pat_status port_submit(void *context, const pat_submission *submissions, size_t count,
                              pat_port_wait wait, pat_port_outcome *ret_outcomes) {
  world_port *port = context;
  port->submit_calls++;
  port->submit_wait = wait;
  port_unreserve(port, count);
  if (!pat_is_ok(port->submit_status)) return port->submit_status;
  Patina__SignedStatement **batch = calloc(count, sizeof(*batch));
  assert_non_null(batch);
  for (size_t i = 0; i < count; i++) {
    batch[i] = (Patina__SignedStatement *)(uintptr_t)envelope_of(port, &submissions[i]);
  }
  pat_decision *decisions = NULL;
  pat_head planned;
  assert_true(pat_is_ok(ledger_plan(port->world, batch, count, &decisions, &planned)));
  for (size_t i = 0; i < count; i++) {
    fill_outcome(port, &submissions[i], &decisions[i], &ret_outcomes[i]);
  }
  if (wait != PAT_PORT_CHECK_ONLY) ledger_commit(port->world, planned);
  free(batch);
  return PAT_OK;
}

static pat_status port_wait(void *context, uint64_t size, uint64_t wait_ms,
                            pat_port_head *ret_head) {
  world_port *port = context;
  (void)size;
  port->waited_ms = wait_ms;
  return port_head(context, ret_head);
}

static pat_status port_checkpoint(void *context, uint64_t size, pat_blob *ret_note) {
  const world_port *port = context;
  char text[400];
  if (size == 0 || size > port->world->head.range.size) {
    return pat_refuse(PAT_RULE_API_CHECKPOINT_NOT_FOUND);
  }
  snprintf(text, sizeof(text), "%s\n%llu\n", port->world->origin.text, (unsigned long long)size);
  return pat_blob_copy(pat_span_text(text), ret_note);
}

static pat_status port_leaf(void *context, uint64_t index, pat_blob *ret_leaf) {
  const world_port *port = context;
  assert_true(index < port->world->head.range.size);
  return pat_blob_copy(ledger_leaf(port->world, index), ret_leaf);
}

/* Two hashes that tell which leaf and which tree they are for. */
static pat_status port_inclusion(void *context, const uint64_t *indexes, size_t count,
                                 uint64_t size, pat_port_path *ret_paths) {
  (void)context;
  for (size_t i = 0; i < count; i++) {
    assert_true(indexes[i] < size);
    ret_paths[i].count = 2;
    memset(&ret_paths[i].hashes[0], (int)(indexes[i] & 0xff), sizeof(pat_hash));
    memset(&ret_paths[i].hashes[1], (int)(size & 0xff), sizeof(pat_hash));
  }
  return PAT_OK;
}

/* As many hashes, marked with both sizes. */
static pat_status port_consistency(void *context, uint64_t older, uint64_t newer,
                                   pat_tlog_proof *ret_proof) {
  (void)context;
  assert_true(older >= 1);
  assert_true(older <= newer);
  ret_proof->count = 2;
  memset(&ret_proof->hashes[0], (int)(older & 0xff), sizeof(pat_hash));
  memset(&ret_proof->hashes[1], (int)(newer & 0xff), sizeof(pat_hash));
  return PAT_OK;
}

static pat_status port_tile(void *context, const pat_tlog_tile *tile, pat_blob *ret_bytes) {
  const world_port *port = context;
  assert_true(pat_tlog_tile_within(tile, port->world->head.range.size));
  char text[100];
  snprintf(text, sizeof(text), "tile %d %d %llu %d", (int)tile->kind, (int)tile->level,
           (unsigned long long)tile->index, (int)tile->width);
  return pat_blob_copy(pat_span_text(text), ret_bytes);
}

static pat_status port_statement(void *context, const pat_hash *sha256, pat_blob *ret_record) {
  return read_record(context, PAT_LEDGER_STATEMENT, pat_hash_span(sha256), ret_record);
}

static bool read_place(const world_port *port, const pat_hash *key, uint64_t number,
                       pat_port_subject_entry *ret_entry) {
  uint8_t room[PAT_HASH_BYTES + 8];
  pat_builder builder;
  pat_builder_init(&builder, room, sizeof(room));
  pat_builder_span(&builder, pat_hash_span(key));
  pat_builder_u64be(&builder, number);
  pat_blob value = {0};
  if (!pat_is_ok(read_record(port, PAT_LEDGER_SUBLOG, PAT_SPAN_OF(room), &value))) return false;
  pat_reader reader;
  pat_span hash = PAT_SPAN_EMPTY;
  pat_reader_init(&reader, pat_blob_span(value));
  assert_true(pat_is_ok(pat_reader_u64be(&reader, &ret_entry->index)));
  assert_true(pat_is_ok(pat_reader_take(&reader, PAT_HASH_BYTES, &hash)));
  memcpy(ret_entry->leaf_hash.bytes, hash.data, PAT_HASH_BYTES);
  pat_blob_clear(&value);
  return true;
}

static pat_status port_subject(void *context, const pat_hash *key, uint64_t from, size_t limit,
                               pat_port_subject_entry *ret_entries, size_t *ret_count) {
  size_t count = 0;
  while (count < limit && read_place(context, key, from + count, &ret_entries[count]))
    count++;
  *ret_count = count;
  return PAT_OK;
}

static pat_status port_subject_count(void *context, const pat_hash *key, uint64_t size,
                                     uint64_t *ret_count) {
  uint64_t count = 0;
  pat_port_subject_entry entry;
  while (read_place(context, key, count, &entry) && entry.index < size)
    count++;
  *ret_count = count;
  return PAT_OK;
}

static pat_status port_state(void *context, char prefix, pat_span id, pat_blob *ret_record) {
  uint8_t room[PAT_STATE_KEY_BYTES_MAX];
  pat_builder builder;
  pat_span key = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, room, sizeof(room));
  pat_builder_char(&builder, prefix);
  pat_builder_span(&builder, id);
  assert_true(pat_is_ok(pat_builder_finish(&builder, &key)));
  return read_record(context, PAT_LEDGER_STATE, key, ret_record);
}

static pat_status prove(const world_port *port, const pat_port_lookup *asked,
                        const Patina__IdentifierScheme *scheme, pat_port_identifier *identifier,
                        pat_err *reterr) {
  identifier->scheme_version = scheme->version;
  PAT_TRY(pat_identifier_scope_check(scheme, asked->scope, reterr));
  PAT_TRY(
      pat_identifier_normalise(scheme, pat_span_text(asked->value), &identifier->value, reterr));
  identifier->is_possible = true;
  pat_identifier_name name = {asked->scheme, scheme->version, asked->scope, &identifier->value};
  pat_identifier_proof proof;
  PAT_TRY(pat_identifier_prove(port->world->vrf_secret, &name, &proof));
  identifier->key = proof.key;
  memcpy(identifier->proof, proof.proof, sizeof(proof.proof));
  return PAT_OK;
}

static pat_status port_lookup(void *context, const pat_port_lookup *lookup,
                              pat_port_identifier *ret_identifiers, size_t *ret_count,
                              pat_err *reterr) {
  world_port *port = context;
  size_t count = 0;
  size_t possible = 0;
  pat_status status = PAT_OK;
  for (uint32_t version = 1;; version++) {
    pat_state_key key = pat_state_key_version(PAT_STATE_SCHEME_VERSION, lookup->scheme, version);
    pat_span value = PAT_SPAN_EMPTY;
    if (!ledger_store_get(&port->world->store, pat_state_ledger_key(&key), &value)) break;
    ProtobufCMessage *scheme = NULL;
    PAT_TRY(pat_protobuf_decode(&patina__identifier_scheme__descriptor, value, &port->world->memory,
                                0, &scheme, NULL));
    ret_identifiers[count] = (pat_port_identifier){0};
    status =
        prove(port, lookup, (Patina__IdentifierScheme *)scheme, &ret_identifiers[count], reterr);
    possible += ret_identifiers[count++].is_possible;
  }
  PAT_REQUIRE(count > 0, API_SCHEME_NOT_FOUND);
  if (possible == 0) return status;
  *ret_count = count;
  return PAT_OK;
}

/* A moment of the world: copies of its store and of its index. */
typedef struct {
  pat_port_view view;
  pat_ledger_port port;
  world_port pinned; /* the port's context */
  ledger_world world;
  pat_index_node *nodes;
  pat_hash *keys;
  size_t key_count;
} world_view;

static void copy_index(const pat_index_tree *tree, world_view *taken) {
  uint32_t capacity = tree->node_count + 1;
  taken->nodes = calloc(capacity, sizeof(*taken->nodes));
  assert_non_null(taken->nodes);
  taken->world.index = *tree;
  pat_index_tree_move(&taken->world.index, taken->nodes, capacity);
}

static pat_status port_view(void *context, const pat_hash *keys, size_t count,
                            pat_port_view **ret_view) {
  world_port *port = context;
  if (port->nothing_published) return pat_refuse(PAT_RULE_API_CHECKPOINT_NOT_FOUND);
  world_view *taken = calloc(1, sizeof(*taken));
  assert_non_null(taken);
  taken->pinned = *port;
  taken->world = *port->world;
  taken->world.store = ledger_store_copy(&port->world->store);
  taken->pinned.world = &taken->world;
  copy_index(&port->world->index, taken);
  taken->keys = calloc(count + 1, sizeof(*keys));
  assert_non_null(taken->keys);
  memcpy(taken->keys, keys, count * sizeof(*keys));
  taken->key_count = count;
  taken->port = port->port;
  taken->port.context = &taken->pinned;
  taken->port.reserve = NULL;
  taken->port.unreserve = NULL;
  taken->port.submit = NULL;
  taken->port.wait = NULL;
  taken->port.view = NULL;
  taken->view.port = &taken->port;
  assert_true(pat_is_ok(port_head(&taken->pinned, &taken->view.head)));
  port->views_taken++;
  port->views_held++;
  if (port->after_view != NULL) port->after_view(port);
  taken->pinned.owner = port;
  *ret_view = &taken->view;
  return PAT_OK;
}

static pat_status port_prove(const pat_port_view *view, size_t i, pat_builder *path,
                             bool *ret_present, pat_index_value *ret_value) {
  world_view *taken = (world_view *)(uintptr_t)view;
  assert_true(i < taken->key_count);
  pat_index_tree_prove(&taken->world.index, &taken->keys[i], path, ret_present);
  (void)pat_index_tree_get(&taken->world.index, &taken->keys[i], ret_value);
  return PAT_OK;
}

static void port_release(pat_port_view *view) {
  if (view == NULL) return;
  world_view *taken = (world_view *)view;
  taken->pinned.owner->views_held--;
  ledger_store_clear(&taken->world.store);
  free(taken->keys);
  free(taken->nodes);
  free(taken);
}

static pat_status port_ready(void *context) { return ((world_port *)context)->ready_status; }

void world_port_open(world_port *port, ledger_world *world) {
  *port = (world_port){.world = world};
  port->port = (pat_ledger_port){.context = port,
                                 .origin = world->origin.text,
                                 .policy = port_policy,
                                 .reserve = port_reserve,
                                 .unreserve = port_unreserve,
                                 .submit = port_submit,
                                 .head = port_head,
                                 .wait = port_wait,
                                 .checkpoint = port_checkpoint,
                                 .leaf = port_leaf,
                                 .inclusion = port_inclusion,
                                 .consistency = port_consistency,
                                 .tile = port_tile,
                                 .statement = port_statement,
                                 .subject = port_subject,
                                 .subject_count = port_subject_count,
                                 .state = port_state,
                                 .lookup = port_lookup,
                                 .view = port_view,
                                 .prove = port_prove,
                                 .release = port_release,
                                 .ready = port_ready};
  port->api.port = &port->port;
  port->api.env = pat_env_system();
}

static pat_status run(world_port *port, pat_api_method method, const char *path,
                      pat_api_request request, pat_api_response *ret_response, pat_err *reterr) {
  pat_http_match match = pat_http_route_find(pat_api_public_routes(), method, pat_span_text(path));
  if (match.route == NULL) {
    match = pat_http_route_find(pat_api_admin_routes(), method, pat_span_text(path));
  }
  assert_non_null(match.route);
  memcpy(request.path_values, match.values, sizeof(match.values));
  request.path = pat_span_text(path);
  request.request_id = "0011223344556677";
  PAT_TRY(pat_http_query_check(match.route, request.query, reterr));
  if (request.accept == PAT_API_MEDIA_NONE) {
    request.accept = PAT_API_MEDIA_JSON;
  }
  return match.route->handle(&port->api, &request, ret_response, reterr);
}

pat_status world_port_get(world_port *port, const char *path, const char *query,
                          pat_api_response *ret_response, pat_err *reterr) {
  *ret_response = (pat_api_response){0};
  pat_api_request request = {.query = pat_span_text(query)};
  return run(port, PAT_API_GET, path, request, ret_response, reterr);
}

pat_status world_port_post(world_port *port, const char *path, pat_api_request request,
                           pat_api_response *ret_response, pat_err *reterr) {
  *ret_response = (pat_api_response){0};
  return run(port, PAT_API_POST, path, request, ret_response, reterr);
}

const void *world_port_message(world_port *port, const pat_api_response *response,
                               const ProtobufCMessageDescriptor *descriptor) {
  ProtobufCMessage *message = NULL;
  pat_span body = pat_blob_span(response->body);
  pat_err err = {0};
  pat_status status =
      response->media == PAT_API_MEDIA_PROTOBUF
          ? pat_protobuf_decode(descriptor, body, &port->world->memory, 0, &message, &err)
          : pat_protojson_decode(descriptor, body, &port->world->memory, &message, &err);
  if (!pat_is_ok(status)) print_error("%s at %s\n", pat_rule_id(status.rule), err.place);
  assert_true(pat_is_ok(status));
  return message;
}
