/* Sending a response: head and body in one write where they are small, then the feed. */
#include "core/base/assert.h"
#include "server/http/exchange_internal.h"
#include "server/http/negotiate.h"
#include "server/http/reply.h"

enum { ONE_WRITE_BYTES = 16 * 1024, EVENT_BYTES_MAX = 16 * 1024, FEED_SLICE_MS = 500 };

static bool write_bytes(pat_http_exchange *exchange, pat_span bytes) {
  exchange->sent = exchange->sent && exchange->io->write(exchange->io->context, bytes);
  return exchange->sent;
}

static bool is_feed(const pat_http_exchange *exchange) {
  return exchange->response.feed.next != NULL;
}

/* Only what a client may keep has a tag; and only what was found. */
static bool has_etag(const pat_http_exchange *exchange) {
  const pat_api_response *response = &exchange->response;
  return response->status == 200 && response->cache != PAT_API_CACHE_NEVER && !is_feed(exchange);
}

static void tag(pat_http_exchange *exchange, char etag[PAT_HTTP_ETAG_BYTES]) {
  etag[0] = '\0';
  if (!has_etag(exchange)) return;
  pat_http_etag(pat_blob_span(exchange->response.body), etag);
  if (pat_http_has_etag(exchange->head, pat_span_text(etag))) exchange->response.status = 304;
}

static pat_http_reply reply_of(const pat_http_exchange *exchange, const char *etag) {
  const pat_api_response *response = &exchange->response;
  const pat_api_route *route = exchange->match.route;
  bool tells_methods = response->status == 405 || exchange->framing.method == PAT_HTTP_OPTIONS;
  unsigned produces = route == NULL ? 0 : route->produces;
  return (pat_http_reply){
      .status = response->status,
      .media = response->media,
      .cache = response->cache,
      .has_length = !is_feed(exchange),
      .length = response->body.size,
      .keep_alive = exchange->framing.keep_alive && !exchange->body_pending && !is_feed(exchange),
      .is_public = (exchange->match.flags & PAT_API_ROUTE_PUBLIC) != 0,
      .is_preflight = exchange->framing.method == PAT_HTTP_OPTIONS,
      .varies = (produces & (produces - 1)) != 0,
      .async_applied = response->async_applied,
      .methods = tells_methods ? exchange->match.methods : 0,
      .retry_after_s = exchange->retry_after_s,
      .now_ms = pat_env_now_ms(exchange->service->env),
      .request_id = exchange->request_id,
      .etag = etag,
      .path = exchange->head->path,
      .query = exchange->head->query,
      .next = response->next,
      .file_name = response->file_name,
  };
}

static bool has_body(const pat_http_exchange *exchange) {
  unsigned status = exchange->response.status;
  return exchange->framing.method != PAT_HTTP_HEAD && status != 204 && status != 304;
}

static void send_reply(pat_http_exchange *exchange, const pat_http_reply *reply, pat_span whole) {
  uint8_t room[ONE_WRITE_BYTES];
  pat_builder builder;
  pat_span head = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, room, sizeof(room));
  pat_http_reply_head(reply, &builder);
  pat_status status = pat_builder_finish(&builder, &head);
  PAT_ASSERT(pat_is_ok(status)); /* a head is at most PAT_HTTP_REPLY_HEAD_BYTES_MAX */
  pat_span body = has_body(exchange) ? whole : PAT_SPAN_EMPTY;
  if (body.size <= sizeof(room) - head.size) {
    pat_span_copy(room + head.size, sizeof(room) - head.size, body);
    (void)write_bytes(exchange, pat_span_make(room, head.size + body.size));
    return;
  }
  if (write_bytes(exchange, head)) (void)write_bytes(exchange, body);
}

static void send_head_and_body(pat_http_exchange *exchange) {
  char etag[PAT_HTTP_ETAG_BYTES];
  tag(exchange, etag);
  pat_http_reply reply = reply_of(exchange, etag);
  send_reply(exchange, &reply, pat_blob_span(exchange->response.body));
}

void pat_http__send_file(pat_http_exchange *exchange, const pat_http_file_answer *file) {
  exchange->sent = true;
  exchange->response.status = file->status;
  exchange->response.cache = file->immutable ? PAT_API_CACHE_FOREVER : PAT_API_CACHE_REVALIDATE;
  pat_http_reply reply = reply_of(exchange, file->etag);
  reply.file = file;
  reply.length = file->body.size;
  send_reply(exchange, &reply, file->body);
}

/* A comment line: keeps proxies from closing, and shows us that the client is gone. */
static bool heartbeat(pat_http_exchange *exchange, uint64_t now_ms, uint64_t *last_ms) {
  if (now_ms - *last_ms < PAT_HTTP_HEARTBEAT_MS) return true;
  *last_ms = now_ms;
  return write_bytes(exchange, PAT_SPAN_LITERAL(":\n\n"));
}

static void send_feed(pat_http_exchange *exchange) {
  const pat_api_feed *feed = &exchange->response.feed;
  pat_http_service *service = exchange->service;
  uint64_t last_ms = pat_env_monotonic_ms(service->env);
  uint8_t room[EVENT_BYTES_MAX];
  while (exchange->sent && !atomic_load(&service->stopping)) {
    pat_builder builder;
    pat_span events = PAT_SPAN_EMPTY;
    pat_builder_init(&builder, room, sizeof(room));
    if (!pat_is_ok(feed->next(feed->context, FEED_SLICE_MS, &builder))) return;
    if (!pat_is_ok(pat_builder_finish(&builder, &events))) return;
    uint64_t now_ms = pat_env_monotonic_ms(service->env);
    if (events.size == 0) {
      if (!heartbeat(exchange, now_ms, &last_ms)) return;
      continue;
    }
    last_ms = now_ms;
    if (!write_bytes(exchange, events)) return;
  }
}

void pat_http__send(pat_http_exchange *exchange) {
  exchange->sent = true;
  send_head_and_body(exchange);
  if (is_feed(exchange) && exchange->framing.method == PAT_HTTP_GET) send_feed(exchange);
}
