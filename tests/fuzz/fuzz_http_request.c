/* Hits: pat_http_serve (pat_http_head_check, pat_http_route_find, pat_http_query_check,
 * pat_http_accepted, pat_http_body_media, reading the body, pat_http_reply_head).
 *
 * Input: a head as lines, an empty line, then the body as it comes from the connection; each piece
 * of the head is cut out as the server library would. Properties: exactly one response, with a
 * status that HTTP has, an ended head and a body of the length that it says; the handler runs only
 * for a body that is whole and within the limit; nothing is kept open after a body that was not
 * read to its end. */
#include <string.h>

#include "core/base/assert.h"
#include "server/http/service.h"
#include "tests/fuzz/fuzz_target.h"

enum { BODY_BYTES_MAX = 512, SENT_BYTES = 1 << 16, INPUT_BYTES_MAX = 1 << 15, PIECE_BYTES = 100 };

typedef struct {
  pat_span body;
  bool read_to_end;
  char sent[SENT_BYTES];
  size_t sent_size;
} client;

static bool handler_ran;
static size_t handled_bytes;

static pat_status echo(pat_api *api, const pat_api_request *request, pat_api_response *ret_response,
                       pat_err *reterr) {
  (void)api;
  (void)reterr;
  handler_ran = true;
  handled_bytes = request->body.size;
  PAT_ASSERT(request->accept != PAT_API_MEDIA_NONE);
  PAT_ASSERT(request->body.size <= BODY_BYTES_MAX);
  ret_response->status = 200;
  ret_response->media = request->accept;
  ret_response->cache = PAT_API_CACHE_REVALIDATE;
  return pat_blob_copy(request->body, &ret_response->body);
}

static const pat_api_route routes[] = {
    {PAT_API_GET, "/v1/assets/{id}/history", echo, PAT_API_ROUTE_PUBLIC, PAT_API_MEDIA_SET_MESSAGES,
     0, "limit cursor"},
    {PAT_API_POST, "/v1/statements", echo, PAT_API_ROUTE_WAITS, PAT_API_MEDIA_SET_MESSAGES,
     PAT_API_MEDIA_SET_MESSAGES, ""},
    {PAT_API_GET, "/v1/assets/{id}/bundle", echo, PAT_API_ROUTE_PUBLIC,
     PAT_API_MEDIA_SET_MESSAGES | 1u << PAT_API_MEDIA_BUNDLE, 0, "since"},
    {PAT_API_GET, "/v1/index/{key}", echo, PAT_API_ROUTE_PUBLIC, 1u << PAT_API_MEDIA_TEXT, 0,
     "from"},
    {PAT_API_GET, "/tile/{path...}", echo, PAT_API_ROUTE_PUBLIC, 1u << PAT_API_MEDIA_OCTETS, 0, ""},
};

static ptrdiff_t read_body(void *context, uint8_t *buffer, size_t size) {
  client *one = context;
  size_t given = one->body.size < size ? one->body.size : size;
  if (given > PIECE_BYTES) given = PIECE_BYTES;
  pat_span_copy(buffer, size, pat_span_slice(one->body, 0, given));
  one->body = pat_span_slice(one->body, given, one->body.size - given);
  one->read_to_end = given == 0;
  return (ptrdiff_t)given;
}

static void bound(void *context, uint64_t within_ms) {
  (void)context;
  (void)within_ms;
}

static bool write_all(void *context, pat_span bytes) {
  client *one = context;
  PAT_ASSERT(bytes.size < SENT_BYTES - one->sent_size);
  pat_span_copy(one->sent + one->sent_size, SENT_BYTES - one->sent_size, bytes);
  one->sent_size += bytes.size;
  return true;
}

static pat_span until(pat_span *rest, char end) {
  size_t size = 0;
  while (size < rest->size && rest->data[size] != (uint8_t)end)
    size++;
  pat_span taken = pat_span_slice(*rest, 0, size);
  size_t skipped = size < rest->size ? size + 1 : size;
  *rest = pat_span_slice(*rest, skipped, rest->size - skipped);
  return taken;
}

static pat_span split(pat_span input, pat_http_head *head) {
  pat_span rest = input;
  pat_span line = until(&rest, '\n');
  head->method = until(&line, ' ');
  pat_span target = until(&line, ' ');
  head->path = until(&target, '?');
  head->query = target;
  if (pat_span_starts_with(line, PAT_SPAN_LITERAL("HTTP/"))) (void)until(&line, '/');
  head->version = line;
  while (rest.size > 0 && head->field_count < PAT_HTTP_HEADERS_MAX) {
    line = until(&rest, '\n');
    if (line.size == 0) break;
    pat_http_field *field = &head->fields[head->field_count++];
    field->name = until(&line, ':');
    while (pat_span_starts_with(line, PAT_SPAN_LITERAL(" ")))
      (void)until(&line, ' ');
    field->value = line;
  }
  head->bytes = input.size - rest.size;
  return rest;
}

static void check_response(client *one) {
  one->sent[one->sent_size] = '\0';
  const char *text = one->sent;
  if (strncmp(text, "HTTP/1.1 100 ", 13) == 0) text = strstr(text, "\r\n\r\n") + 4;
  PAT_ASSERT(strncmp(text, "HTTP/1.1 ", 9) == 0);
  PAT_ASSERT(text[9] >= '2');
  PAT_ASSERT(text[9] <= '5');
  PAT_ASSERT(strncmp(text + 12, " Unknown", 8) != 0);
  PAT_ASSERT(strstr(text, "\r\n\r\n") != NULL);
  PAT_ASSERT(strstr(text, "\r\nRequest-Id: ") != NULL);
}

static pat_http_service service;
static client one;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > INPUT_BYTES_MAX) return 0;
  service.env = pat_env_system();
  service.routes = (pat_api_routes){routes, sizeof(routes) / sizeof(routes[0])};
  service.body_bytes_max = BODY_BYTES_MAX;
  service.body_ms_max = UINT64_MAX;
  service.waiting_max = 1;
  pat_http_head head = {0};
  one.sent_size = 0;
  one.read_to_end = false;
  one.body = split(pat_span_make(data, size), &head);
  pat_http_io io = {.read = read_body, .bound = bound, .write = write_all, .context = &one};
  handler_ran = false;
  bool kept = pat_http_serve(&service, &head, &io);
  check_response(&one);
  pat_http_framing framing = {0};
  pat_status status = pat_http_head_check(&head, BODY_BYTES_MAX, &framing, NULL);
  if (!pat_is_ok(status)) PAT_ASSERT(!handler_ran);
  if (!pat_is_ok(status)) PAT_ASSERT(!kept);
  if (handler_ran && !framing.chunked) PAT_ASSERT(handled_bytes == framing.content_length);
  if (kept && framing.chunked) PAT_ASSERT(one.read_to_end);
  PAT_ASSERT(atomic_load(&service.readers_waiting) == 0);
  PAT_ASSERT(atomic_load(&service.writers_waiting) == 0);
  PAT_ASSERT(atomic_load(&service.bodies_bytes) == 0);
  return 0;
}
