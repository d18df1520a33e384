/* The newest checkpoint, three ways: c2sp.org/tlog-tiles' /checkpoint, a long poll, and server-sent
 * events. */
#include "core/base/assert.h"
#include "core/bytes/text.h"
#include "proto/api.pb-c.h"
#include "proto/json/protojson.h"
#include "server/api/handlers.h"
#include "server/api/support.h"
#include "server/sys/mem.h"

enum { MEMORY_BYTES = 128 * 1024, MS_PER_S = 1000 };

pat_status pat_api_checkpoint_get(pat_api *api, const pat_api_request *request,
                                  pat_api_response *ret_response, pat_err *reterr) {
  (void)request;
  (void)reterr;
  pat_port_head head = {0};
  PAT_TRY(pat_api_head(api, &head));
  PAT_TRY(api->port->checkpoint(api->port->context, head.size, &ret_response->body));
  ret_response->status = 200;
  ret_response->media = PAT_API_MEDIA_TEXT;
  ret_response->cache = PAT_API_CACHE_SECONDS;
  return PAT_OK;
}

static pat_status fill_event(const pat_api *api, pat_port_head head, pat_arena *arena,
                             Patina__CheckpointEvent *event) {
  event->size = head.size;
  event->epoch = head.epoch;
  return pat_api_note(api, head.size, arena, &event->checkpoint);
}

pat_status pat_api_checkpoint_wait(pat_api *api, const pat_api_request *request,
                                   pat_api_response *ret_response, pat_err *reterr) {
  uint64_t after = 0;
  uint64_t wait_s = 0;
  pat_api_number after_parameter = {"after", 0, PAT_TLOG_SIZE_MAX};
  pat_api_number wait_parameter = {"wait", 0, PAT_API_WAIT_S_MAX};
  PAT_TRY(pat_api_query_number(request, after_parameter, &after, reterr));
  PAT_TRY(pat_api_query_number(request, wait_parameter, &wait_s, reterr));
  pat_port_head head = {0};
  PAT_TRY(api->port->wait(api->port->context, after, wait_s * MS_PER_S, &head));
  PAT_REQUIRE(head.size > 0, API_CHECKPOINT_NOT_FOUND);
  PAT_CLEANUP(pat_api_memory_clear) pat_api_memory memory = {0};
  PAT_TRY(pat_api_memory_init(&memory, MEMORY_BYTES));
  Patina__CheckpointEvent event = PATINA__CHECKPOINT_EVENT__INIT;
  PAT_TRY(fill_event(api, head, &memory.arena, &event));
  ret_response->status = 200;
  return pat_api_give_message(request, &event.base, ret_response);
}

/* A reader of the event stream: which size it has seen. */
typedef struct {
  const pat_api *api;
  uint64_t seen;
} follower;

static pat_status write_event(follower *reader, pat_port_head head, pat_builder *events) {
  PAT_CLEANUP(pat_api_memory_clear) pat_api_memory memory = {0};
  PAT_TRY(pat_api_memory_init(&memory, MEMORY_BYTES));
  Patina__CheckpointEvent event = PATINA__CHECKPOINT_EVENT__INIT;
  PAT_TRY(fill_event(reader->api, head, &memory.arena, &event));
  pat_builder_text(events, "id: ");
  pat_builder_decimal(events, head.size);
  pat_builder_text(events, "\ndata: "); /* JSON escapes the line feeds of the note */
  PAT_TRY(pat_protojson_encode(&event.base, events));
  pat_builder_text(events, "\n\n");
  return PAT_OK;
}

static pat_status next_event(void *context, uint64_t wait_ms, pat_builder *events) {
  follower *reader = context;
  const pat_ledger_port *port = reader->api->port;
  pat_port_head head = {0};
  PAT_TRY(port->wait(port->context, reader->seen, wait_ms, &head));
  if (head.size <= reader->seen) return PAT_OK;
  reader->seen = head.size;
  return write_event(reader, head, events);
}

pat_status pat_api_stream_get(pat_api *api, const pat_api_request *request,
                              pat_api_response *ret_response, pat_err *reterr) {
  uint64_t seen = 0;
  if (request->last_event_id.size > 0) {
    bool is_number = pat_is_ok(pat_text_u64(request->last_event_id, &seen));
    PAT_REQUIRE_AT(is_number, API_QUERY, reterr, 0, "Last-Event-ID");
  }
  follower *reader = pat_mem_new(sizeof(*reader));
  PAT_REQUIRE(reader != NULL, LIMIT_MEMORY);
  *reader = (follower){.api = api, .seen = seen};
  ret_response->status = 200;
  ret_response->media = PAT_API_MEDIA_EVENTS;
  ret_response->feed = (pat_api_feed){.next = next_event, .close = pat_mem_free, .context = reader};
  return PAT_OK;
}
