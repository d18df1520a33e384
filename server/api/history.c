/* GET /v1/assets/{id}/history and …/telemetry: pages of a sub-log, all at the checkpoint at which
 * the walk began. */
#include "core/bytes/text.h"
#include "core/model/statement.h"
#include "server/api/assets.h"
#include "server/api/handlers.h"

/* One page while it is put together. */
typedef struct {
  const pat_api *api;
  const pat_api_request *request;
  pat_api_memory memory;
  pat_api_asset asset;
  pat_hash subject;
  pat_api_cursor at;
  uint64_t total;
  pat_api_entries entries;
  char *note;
  char next[PAT_API_CURSOR_BYTES_MAX];
} page_run;

static void clear_run(page_run *run) { pat_api_memory_clear(&run->memory); }

static pat_status read_asset(page_run *run, pat_err *reterr) {
  PAT_TRY(pat_api_memory_init(&run->memory, PAT_API_ASSET_MEMORY_BYTES));
  return pat_api_asset_find(run->api, run->request, &run->memory.arena, &run->asset, reterr);
}

/* A cursor says at which checkpoint its walk began; without one, a walk begins at the newest. */
static pat_status find_place(page_run *run, pat_err *reterr) {
  pat_span text = PAT_SPAN_EMPTY;
  pat_port_head head = {0};
  PAT_TRY(pat_api_head(run->api, &head));
  run->at = (pat_api_cursor){.size = head.size};
  if (pat_api_query(run->request, "cursor", &text)) {
    PAT_TRY(pat_api_cursor_read(&run->subject, text, &run->at, reterr));
    PAT_REQUIRE_AT(run->at.size <= head.size, API_CURSOR, reterr, 0, "cursor");
  }
  return pat_api_note(run->api, run->at.size, &run->memory.arena, &run->note);
}

static pat_status read_page(page_run *run, pat_err *reterr) {
  uint64_t limit = PAT_API_PAGE_DEFAULT;
  pat_api_number parameter = {"limit", 1, PAT_API_PAGE_MAX};
  PAT_TRY(pat_api_query_number(run->request, parameter, &limit, reterr));
  PAT_TRY(find_place(run, reterr));
  PAT_TRY(run->api->port->subject_count(run->api->port->context, &run->subject, run->at.size,
                                        &run->total));
  pat_api_range range = {.subject = run->subject,
                         .size = run->at.size,
                         .from = run->at.from,
                         .limit = (size_t)limit,
                         .with_proofs = true};
  PAT_TRY(pat_api_proven_read(run->api, &range, &run->memory.arena, &run->entries));
  uint64_t reached = run->at.from + run->entries.count;
  if (run->entries.count == 0 || reached >= run->total) return PAT_OK;
  pat_api_cursor next = {.size = run->at.size, .from = reached};
  pat_api_cursor_write(&run->subject, next, run->next);
  return PAT_OK;
}

static pat_status give(const page_run *run, const ProtobufCMessage *message,
                       pat_api_response *response) {
  response->status = 200;
  pat_span_copy(response->next, sizeof(response->next), PAT_SPAN_OF(run->next));
  return pat_api_give_message(run->request, message, response);
}

static ProtobufCBinaryData asset_id(page_run *run) {
  return (ProtobufCBinaryData){.len = sizeof(run->asset.id), .data = run->asset.id};
}

pat_status pat_api_history_get(pat_api *api, const pat_api_request *request,
                               pat_api_response *ret_response, pat_err *reterr) {
  PAT_CLEANUP(clear_run) page_run run = {.api = api, .request = request};
  PAT_TRY(read_asset(&run, reterr));
  run.subject = run.asset.subject;
  PAT_TRY(read_page(&run, reterr));
  pat_api_identifiers identifiers = {0};
  PAT_TRY(pat_api_asset_identifiers(api, &run.asset, run.at.size, &run.memory.arena, &identifiers));
  Patina__HistoryPage page = PATINA__HISTORY_PAGE__INIT;
  page.checkpoint = run.note;
  page.asset = asset_id(&run);
  page.schema = run.asset.schema;
  page.entries = run.entries.items;
  page.n_entries = run.entries.count;
  page.identifiers = identifiers.items;
  page.n_identifiers = identifiers.count;
  page.policy = (Patina__Policy *)(uintptr_t)api->port->policy(api->port->context);
  page.total = run.total;
  page.next = run.next;
  return give(&run, &page.base, ret_response);
}

static bool has_stream(const Patina__AssetRecord *record, pat_span stream) {
  for (size_t i = 0; i < record->n_streams; i++) {
    ProtobufCBinaryData own = record->streams[i];
    if (pat_span_equal(pat_span_make(own.data, own.len), stream)) return true;
  }
  return false;
}

pat_status pat_api_telemetry_get(pat_api *api, const pat_api_request *request,
                                 pat_api_response *ret_response, pat_err *reterr) {
  PAT_CLEANUP(clear_run) page_run run = {.api = api, .request = request};
  PAT_TRY(read_asset(&run, reterr));
  pat_span text = PAT_SPAN_EMPTY;
  uint8_t stream[PAT_STREAM_ID_BYTES] = {0};
  PAT_REQUIRE_AT(pat_api_query(request, "stream", &text), API_QUERY, reterr, 0, "stream");
  bool is_hex = pat_is_ok(pat_hex_decode(text, stream, sizeof(stream)));
  PAT_REQUIRE_AT(is_hex, API_QUERY, reterr, 0, "stream");
  PAT_REQUIRE(has_stream(run.asset.record, PAT_SPAN_OF(stream)), API_STREAM_NOT_FOUND);
  run.subject = pat_subject_key(PAT_SUBJECT_STREAM, PAT_SPAN_OF(stream));
  PAT_TRY(read_page(&run, reterr));
  Patina__TelemetryPage page = PATINA__TELEMETRY_PAGE__INIT;
  page.checkpoint = run.note;
  page.asset = asset_id(&run);
  page.stream = (ProtobufCBinaryData){.len = sizeof(stream), .data = stream};
  page.entries = run.entries.items;
  page.n_entries = run.entries.count;
  page.total = run.total;
  page.next = run.next;
  return give(&run, &page.base, ret_response);
}
