/* POST /v1/lookup: the assets that hold or held an identifier. The value stands in the body, so
 * that it reaches no log of addresses. */
#include "proto/api.pb-c.h"
#include "server/api/handlers.h"
#include "server/api/proven.h"

enum { MEMORY_BYTES = 4 * 1024 * 1024, VERSION_KEY_BYTES = PAT_NAME_BYTES_MAX + 1 + 4 };

typedef struct {
  const pat_api *api;
  const Patina__LookupRequest *asked;
  pat_port_head head;
  pat_arena *arena;
} lookup_run;

static pat_status uniqueness_of(const lookup_run *run, uint32_t version,
                                Patina__Uniqueness *ret_uniqueness) {
  uint8_t key[VERSION_KEY_BYTES];
  pat_builder builder;
  pat_span id = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, key, sizeof(key));
  pat_builder_text(&builder, run->asked->scheme);
  pat_builder_u8(&builder, 0);
  pat_builder_u32be(&builder, version);
  PAT_REQUIRE(pat_is_ok(pat_builder_finish(&builder, &id)), API_SCHEME_NOT_FOUND);
  ProtobufCMessage *message = NULL;
  pat_api_record record = {'s', id, &patina__identifier_scheme__descriptor};
  PAT_TRY(pat_api_not_found_as(pat_api_state(run->api, record, run->arena, &message),
                               PAT_RULE_API_SCHEME_NOT_FOUND));
  *ret_uniqueness = ((Patina__IdentifierScheme *)message)->uniqueness;
  return PAT_OK;
}

/* Nothing recorded is an answer too: a history without spans. */
static pat_status empty_history(const lookup_run *run, const pat_port_identifier *identifier,
                                Patina__IdentifierHistory **ret_history) {
  Patina__IdentifierHistory *history = pat_arena_take(run->arena, sizeof(*history));
  PAT_REQUIRE(history != NULL, LIMIT_MEMORY);
  patina__identifier_history__init(history);
  PAT_TRY(uniqueness_of(run, identifier->scheme_version, &history->uniqueness));
  PAT_TRY(pat_api_keep(run->arena, pat_hash_span(&identifier->key), &history->key));
  history->scheme = run->asked->scheme;
  *ret_history = history;
  return PAT_OK;
}

static pat_status answer(const lookup_run *run, const pat_port_identifier *identifier,
                         Patina__LookupAnswer **ret_answer) {
  Patina__LookupAnswer *given = pat_arena_take(run->arena, sizeof(*given));
  PAT_REQUIRE(given != NULL, LIMIT_MEMORY);
  patina__lookup_answer__init(given);
  given->scheme_version = identifier->scheme_version;
  pat_span value = pat_span_make(identifier->value.text, identifier->value.size);
  PAT_TRY(pat_api_keep_text(run->arena, value, &given->normalised));
  PAT_TRY(pat_api_keep(run->arena, PAT_SPAN_OF(identifier->proof), &given->vrf_proof));
  pat_status status = pat_api_identifier_history(run->api, pat_hash_span(&identifier->key),
                                                 run->head.size, run->arena, &given->history);
  if (pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND)) {
    status = empty_history(run, identifier, &given->history);
  }
  PAT_TRY(status);
  *ret_answer = given;
  return PAT_OK;
}

static pat_status look_up(const lookup_run *run, Patina__LookupResponse *response,
                          pat_err *reterr) {
  pat_port_lookup asked = {run->asked->scheme, run->asked->scope, run->asked->value};
  const pat_ledger_port *port = run->api->port;
  pat_port_identifier *found =
      pat_arena_take_array(run->arena, PAT_API_SCHEME_VERSIONS_MAX, sizeof(*found));
  PAT_REQUIRE(found != NULL, LIMIT_MEMORY);
  size_t count = 0;
  PAT_TRY(port->lookup(port->context, &asked, found, &count, reterr));
  response->answers = pat_arena_take_array(run->arena, count, sizeof(response->answers[0]));
  PAT_REQUIRE(response->answers != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++)
    PAT_TRY(answer(run, &found[i], &response->answers[i]));
  response->n_answers = count;
  return PAT_OK;
}

pat_status pat_api_lookup_post(pat_api *api, const pat_api_request *request,
                               pat_api_response *ret_response, pat_err *reterr) {
  PAT_CLEANUP(pat_api_memory_clear) pat_api_memory memory = {0};
  PAT_TRY(pat_api_memory_init(&memory, MEMORY_BYTES));
  lookup_run run = {.api = api, .arena = &memory.arena};
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_api_read_message(request, &patina__lookup_request__descriptor, run.arena, &message,
                               reterr));
  run.asked = (const Patina__LookupRequest *)message;
  Patina__LookupResponse response = PATINA__LOOKUP_RESPONSE__INIT;
  PAT_TRY(pat_api_head(api, &run.head));
  PAT_TRY(pat_api_note(api, run.head.size, run.arena, &response.checkpoint));
  PAT_TRY(look_up(&run, &response, reterr));
  ret_response->status = 200;
  return pat_api_give_message(request, &response.base, ret_response);
}
