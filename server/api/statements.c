/* POST /v1/statements and /v1/telemetry: form and signatures are checked here, on the request's own
 * thread; everything else is the ledger's to decide. */
#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"
#include "proto/api.pb-c.h"
#include "server/api/handlers.h"
#include "server/api/problem.h"
#include "server/api/support.h"
#include "server/sys/mem.h"

enum {
  MEMORY_BYTES_MIN = 8 * 1024 * 1024, /* 1,000 refused items, each with its problem */
  MEMORY_BYTES_MAX = 64 * 1024 * 1024,
  MEMORY_PER_BODY_BYTE = 8, /* the message's structs, decoded statements and disclosures */
};

enum { RESULTS_TAG = 1 << 3 | 2 }; /* SubmitResponse.results, length-delimited */

/* One statement of the request. */
typedef struct {
  pat_status status; /* of the checks here, then of the ledger */
  pat_err err;
  size_t place;                 /* among those that are given to the ledger */
  Patina__SubmitResult *result; /* of a refused one; of others only where results_decoded */
} item;

typedef struct {
  pat_api *api;
  const pat_api_request *request;
  pat_api_memory memory;
  Patina__SubmitRequest *message;
  item *items; /* one per statement */
  pat_submission *submissions;
  size_t submission_count;
  size_t reserved;            /* places in the ledger's queue that are still ours */
  pat_port_outcome *outcomes; /* one per submission; each owns its blob */
} submit_run;

static void clear_run(submit_run *run) {
  if (run->reserved > 0) run->api->port->unreserve(run->api->port->context, run->reserved);
  for (size_t i = 0; run->outcomes != NULL && i < run->submission_count; i++) {
    pat_blob_clear(&run->outcomes[i].result);
  }
  pat_api_memory_clear(&run->memory);
}

static size_t memory_bytes(pat_span body) {
  size_t wanted = MEMORY_BYTES_MIN + body.size * MEMORY_PER_BODY_BYTE;
  return wanted < MEMORY_BYTES_MAX ? wanted : MEMORY_BYTES_MAX;
}

/* Places are taken before the costly checks: a full queue refuses at once. */
static pat_status reserve(submit_run *run, size_t count) {
  const pat_ledger_port *port = run->api->port;
  PAT_TRY(port->reserve(port->context, count));
  run->reserved += count;
  return PAT_OK;
}

static pat_status read_request(submit_run *run, pat_err *reterr) {
  PAT_TRY(reserve(run, 1)); /* where none is free, the body is not even decoded */
  PAT_TRY(pat_api_memory_init(&run->memory, memory_bytes(run->request->body)));
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_api_read_message(run->request, &patina__submit_request__descriptor,
                               &run->memory.arena, &message, reterr));
  run->message = (Patina__SubmitRequest *)message;
  size_t count = run->message->n_statements;
  PAT_REQUIRE_AT(count > 0, API_BATCH_EMPTY, reterr, 0, "/statements");
  PAT_REQUIRE_AT(count <= PAT_BATCH_STATEMENTS_MAX, API_BATCH_SIZE, reterr, 0, "/statements");
  if (count > 1) PAT_TRY(reserve(run, count - 1));
  pat_arena *arena = &run->memory.arena;
  run->items = pat_arena_take_array(arena, count, sizeof(run->items[0]));
  run->submissions = pat_arena_take_array(arena, count, sizeof(run->submissions[0]));
  run->outcomes = pat_arena_take_array(arena, count, sizeof(run->outcomes[0]));
  PAT_REQUIRE(run->items != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(run->submissions != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(run->outcomes != NULL, LIMIT_MEMORY);
  return PAT_OK;
}

static pat_status check_kind(const pat_submission *submission, bool telemetry_only) {
  if (!telemetry_only) return PAT_OK;
  PAT_REQUIRE(submission->statement.kind->number == PAT_KIND_TELEMETRY, API_TELEMETRY_ONLY);
  return PAT_OK;
}

/* A statement that fails here is never given to the ledger; the others of its batch are. */
static void check_one(submit_run *run, size_t number, bool telemetry_only) {
  item *one = &run->items[number];
  pat_submission *submission = &run->submissions[run->submission_count];
  size_t mark = pat_arena_mark(&run->memory.arena);
  one->status = pat_submission_check(run->api->port->origin, run->message->statements[number],
                                     &run->memory.arena, submission, &one->err);
  if (pat_is_ok(one->status)) one->status = check_kind(submission, telemetry_only);
  if (!pat_is_ok(one->status)) {
    pat_arena_reset_to(&run->memory.arena, mark);
    return;
  }
  one->place = run->submission_count++;
}

static pat_port_wait wait_of(const submit_run *run) {
  if (run->message->check_only) return PAT_PORT_CHECK_ONLY;
  return run->request->respond_async ? PAT_PORT_WAIT_PROMISE : PAT_PORT_WAIT_RECEIPT;
}

static pat_status submit(submit_run *run) {
  if (run->submission_count == 0) return PAT_OK;
  const pat_ledger_port *port = run->api->port;
  PAT_ASSERT(run->submission_count <= run->reserved);
  run->reserved -= run->submission_count;
  return port->submit(port->context, run->submissions, run->submission_count, wait_of(run),
                      run->outcomes);
}

/* A batch that is answered in protobuf takes the ledger's results as they are. */
static bool results_decoded(const submit_run *run) {
  return run->request->accept != PAT_API_MEDIA_PROTOBUF || run->message->n_statements == 1;
}

static pat_status take_outcome(submit_run *run, item *one) {
  const pat_port_outcome *outcome = &run->outcomes[one->place];
  one->status = outcome->status;
  one->err = outcome->err;
  if (!pat_is_ok(one->status) || !results_decoded(run)) return PAT_OK;
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_api_decode_stored(pat_blob_span(outcome->result), &patina__submit_result__descriptor,
                                &run->memory.arena, &message));
  one->result = (Patina__SubmitResult *)message;
  return PAT_OK;
}

static pat_status make_refused(submit_run *run, size_t number) {
  item *one = &run->items[number];
  pat_arena *arena = &run->memory.arena;
  one->result = pat_arena_take(arena, sizeof(*one->result));
  pat_api_problem_text *text = pat_arena_take(arena, sizeof(*text));
  PAT_REQUIRE(one->result != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  pat_api_problem_fill(text, one->status, &one->err, run->request->request_id);
  patina__submit_result__init(one->result);
  one->result->outcome = PATINA__OUTCOME__OUTCOME_REFUSED;
  one->result->problem = &text->problem;
  ProtobufCBinaryData bytes = run->message->statements[number]->statement;
  pat_hash hash = pat_hash_of(pat_span_make(bytes.data, bytes.len));
  return pat_api_keep(arena, pat_hash_span(&hash), &one->result->statement_sha256);
}

static pat_status collect(submit_run *run) {
  for (size_t i = 0; i < run->message->n_statements; i++) {
    item *one = &run->items[i];
    if (pat_is_ok(one->status)) PAT_TRY(take_outcome(run, one));
    if (!pat_is_ok(one->status)) PAT_TRY(make_refused(run, i));
  }
  return PAT_OK;
}

static unsigned status_of(Patina__Outcome outcome) {
  if (outcome == PATINA__OUTCOME__OUTCOME_ACCEPTED) return 201;
  return outcome == PATINA__OUTCOME__OUTCOME_PROMISED ? 202 : 200;
}

/* --- a batch's results as they are ----------------------------------------------------------- */

/* The ledger's bytes of the result of an item that was not refused. */
static pat_span result_bytes(const submit_run *run, const item *one) {
  return pat_blob_span(run->outcomes[one->place].result);
}

static pat_status result_size(const submit_run *run, const item *one, size_t *ret_size) {
  if (!pat_is_ok(one->status)) return pat_protobuf_size(&one->result->base, ret_size);
  *ret_size = result_bytes(run, one).size;
  return PAT_OK;
}

/* As SubmitResponse is encoded: its one field, again and again. */
static pat_status write_result(const submit_run *run, const item *one, pat_builder *builder) {
  pat_builder_uvarint(builder, RESULTS_TAG);
  if (pat_is_ok(one->status)) {
    pat_span bytes = result_bytes(run, one);
    pat_builder_uvarint(builder, bytes.size);
    pat_builder_span(builder, bytes);
    return PAT_OK;
  }
  size_t opened = pat_builder_open(builder);
  PAT_TRY(pat_protobuf_encode(&one->result->base, builder));
  pat_builder_close(builder, opened);
  return PAT_OK;
}

static pat_status body_size(const submit_run *run, size_t *ret_size) {
  size_t size = 0;
  for (size_t i = 0; i < run->message->n_statements; i++) {
    size_t part = 0;
    PAT_TRY(result_size(run, &run->items[i], &part));
    size += 1 + pat_builder_uvarint_size(part) + part;
  }
  *ret_size = size;
  return PAT_OK;
}

static pat_status give_as_they_are(const submit_run *run, pat_api_response *response) {
  size_t size = 0;
  PAT_TRY(body_size(run, &size));
  PAT_CLEANUP(pat_blob_clear) pat_blob body = {0};
  PAT_TRY(pat_blob_init(size, &body));
  pat_builder builder;
  pat_builder_init(&builder, body.data, body.size);
  for (size_t i = 0; i < run->message->n_statements; i++)
    PAT_TRY(write_result(run, &run->items[i], &builder));
  PAT_ASSERT(pat_builder_size(&builder) == body.size);
  response->media = PAT_API_MEDIA_PROTOBUF;
  response->body = pat_blob_take(&body);
  return PAT_OK;
}

/* --- the answer ------------------------------------------------------------------------------ */

static pat_status give_decoded(submit_run *run, pat_api_response *response) {
  Patina__SubmitResponse message = PATINA__SUBMIT_RESPONSE__INIT;
  size_t count = run->message->n_statements;
  message.results = pat_arena_take_array(&run->memory.arena, count, sizeof(message.results[0]));
  PAT_REQUIRE(message.results != NULL, LIMIT_MEMORY);
  message.n_results = count;
  for (size_t i = 0; i < count; i++)
    message.results[i] = run->items[i].result;
  return pat_api_give_message(run->request, &message.base, response);
}

static pat_status give(submit_run *run, pat_api_response *response) {
  bool single = run->message->n_statements == 1;
  response->status = single ? status_of(run->items[0].result->outcome) : 200;
  response->async_applied = wait_of(run) == PAT_PORT_WAIT_PROMISE;
  return results_decoded(run) ? give_decoded(run, response) : give_as_they_are(run, response);
}

static pat_status post(pat_api *api, const pat_api_request *request, bool telemetry_only,
                       pat_api_response *response, pat_err *reterr) {
  PAT_CLEANUP(clear_run) submit_run run = {.api = api, .request = request};
  PAT_TRY(read_request(&run, reterr));
  for (size_t i = 0; i < run.message->n_statements; i++)
    check_one(&run, i, telemetry_only);
  PAT_TRY(submit(&run));
  PAT_TRY(collect(&run));
  item *first = &run.items[0];
  if (run.message->n_statements == 1 && !pat_is_ok(first->status)) {
    return pat_refuse_at((pat_rule)first->status.rule, reterr, first->err.offset, first->err.place);
  }
  return give(&run, response);
}

pat_status pat_api_statements_post(pat_api *api, const pat_api_request *request,
                                   pat_api_response *ret_response, pat_err *reterr) {
  return post(api, request, false, ret_response, reterr);
}

pat_status pat_api_telemetry_post(pat_api *api, const pat_api_request *request,
                                  pat_api_response *ret_response, pat_err *reterr) {
  return post(api, request, true, ret_response, reterr);
}
