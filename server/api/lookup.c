/* POST /v1/lookup: the assets that hold or held an identifier, and the bundle that proves it. The
 * value stands in the body, so that it reaches no log of addresses. */
#include "core/base/assert.h"
#include "proto/api.pb-c.h"
#include "server/api/bundle.h"
#include "server/api/handlers.h"
#include "server/api/proven.h"

enum { MEMORY_BYTES = 4 * 1024 * 1024, VERSION_KEY_BYTES = PAT_NAME_BYTES_MAX + 1 + 4 };

/* One look-up. Everything in its answer holds at the bundle's view. */
typedef struct {
  const Patina__LookupRequest *asked;
  pat_api_memory memory;
  pat_api_bundle bundle;
} lookup_run;

static void clear_run(lookup_run *run) {
  pat_api_bundle_clear(&run->bundle);
  pat_api_memory_clear(&run->memory);
}

static pat_status uniqueness_of(lookup_run *run, uint32_t version,
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
  PAT_TRY(pat_api_not_found_as(pat_api_state(&run->bundle.at, record, &run->memory.arena, &message),
                               PAT_RULE_API_SCHEME_NOT_FOUND));
  *ret_uniqueness = ((Patina__IdentifierScheme *)message)->uniqueness;
  return PAT_OK;
}

/* Nothing recorded is an answer too: a history without spans. */
static pat_status empty_history(lookup_run *run, const pat_port_identifier *identifier,
                                Patina__IdentifierHistory **ret_history) {
  Patina__IdentifierHistory *history = pat_arena_take(&run->memory.arena, sizeof(*history));
  PAT_REQUIRE(history != NULL, LIMIT_MEMORY);
  patina__identifier_history__init(history);
  PAT_TRY(uniqueness_of(run, identifier->scheme_version, &history->uniqueness));
  PAT_TRY(pat_api_keep(&run->memory.arena, pat_hash_span(&identifier->key), &history->key));
  history->scheme = run->asked->scheme;
  *ret_history = history;
  return PAT_OK;
}

static pat_status answer(lookup_run *run, const pat_port_identifier *identifier,
                         Patina__LookupAnswer **ret_answer) {
  pat_arena *arena = &run->memory.arena;
  Patina__LookupAnswer *given = pat_arena_take(arena, sizeof(*given));
  PAT_REQUIRE(given != NULL, LIMIT_MEMORY);
  patina__lookup_answer__init(given);
  given->scheme_version = identifier->scheme_version;
  pat_span value = pat_span_make(identifier->value.text, identifier->value.size);
  PAT_TRY(pat_api_keep_text(arena, value, &given->normalised));
  PAT_TRY(pat_api_keep(arena, PAT_SPAN_OF(identifier->proof), &given->vrf_proof));
  pat_status status =
      pat_api_identifier_history(&run->bundle.at, pat_hash_span(&identifier->key),
                                 run->bundle.view->head.size, arena, &given->history);
  if (pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND)) {
    status = empty_history(run, identifier, &given->history);
  }
  PAT_TRY(status);
  *ret_answer = given;
  return PAT_OK;
}

/* A version under which there can be no record has no answer. */
static pat_status add_answers(lookup_run *run, Patina__LookupResponse *response) {
  size_t count = run->bundle.identifier_count;
  response->answers = pat_arena_take_array(&run->memory.arena, count, sizeof(response->answers[0]));
  PAT_REQUIRE(response->answers != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    const pat_port_identifier *identifier = &run->bundle.identifiers[i];
    if (!identifier->is_possible) continue;
    PAT_TRY(answer(run, identifier, &response->answers[response->n_answers]));
    response->n_answers++;
  }
  return PAT_OK;
}

/* What cannot be proved in one bundle is answered without it: who asked sees that no proof is
 * there. */
static pat_status unless_too_large(pat_status status) {
  return pat_is_rule(status, PAT_RULE_API_BUNDLE_SIZE) ? PAT_OK : status;
}

static pat_status look_up(lookup_run *run, const pat_api *api, Patina__LookupResponse *response,
                          pat_err *reterr) {
  pat_api_bundle_about about = {
      .lookup = {run->asked->scheme, run->asked->scope, run->asked->value}};
  pat_status opened = pat_api_bundle_open(api, about, &run->bundle, reterr);
  PAT_TRY(unless_too_large(opened));
  PAT_ASSERT(run->bundle.view != NULL);
  if (pat_is_ok(opened)) {
    PAT_TRY(unless_too_large(pat_api_bundle_message(&run->bundle, 0, &response->proof, reterr)));
  }
  PAT_TRY(pat_api_note(&run->bundle.at, run->bundle.view->head.size, &run->memory.arena,
                       &response->checkpoint));
  return add_answers(run, response);
}

pat_status pat_api_lookup_post(pat_api *api, const pat_api_request *request,
                               pat_api_response *ret_response, pat_err *reterr) {
  PAT_CLEANUP(clear_run) lookup_run run = {.asked = NULL};
  PAT_TRY(pat_api_memory_init(&run.memory, MEMORY_BYTES));
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_api_read_message(request, &patina__lookup_request__descriptor, &run.memory.arena,
                               &message, reterr));
  run.asked = (const Patina__LookupRequest *)message;
  Patina__LookupResponse response = PATINA__LOOKUP_RESPONSE__INIT;
  PAT_TRY(look_up(&run, api, &response, reterr));
  ret_response->status = 200;
  return pat_api_give_message(request, &response.base, ret_response);
}
