#include "server/http/service.h"

#include "core/base/assert.h"
#include "core/bytes/text.h"
#include "server/http/exchange_internal.h"
#include "server/http/negotiate.h"
#include "server/sys/log.h"

enum { REQUEST_ID_RANDOM_BYTES = 8 };

static void make_request_id(pat_http_exchange *exchange) {
  uint8_t random[REQUEST_ID_RANDOM_BYTES];
  pat_env_random_bytes(exchange->service->env, random, sizeof(random));
  pat_status status =
      pat_hex_encode(PAT_SPAN_OF(random), exchange->request_id, sizeof(exchange->request_id));
  PAT_ASSERT(pat_is_ok(status));
}

void pat_http__refuse(pat_http_exchange *exchange, pat_status status, const pat_err *err) {
  pat_api_response_clear(&exchange->response);
  exchange->response.status = pat_api_status_of((pat_rule)status.rule);
  exchange->response.media = PAT_API_MEDIA_PROBLEM;
  exchange->retry_after_s = pat_api_retry_after_s((pat_rule)status.rule);
  exchange->rule = status;
  /* Without memory for the document, the status alone has to do. */
  pat_status made = pat_api_problem(status, err, exchange->request_id, &exchange->response.body);
  if (!pat_is_ok(made)) exchange->response.media = PAT_API_MEDIA_NONE;
}

static pat_api_method method_of(pat_http_method method) {
  return method == PAT_HTTP_POST ? PAT_API_POST : PAT_API_GET;
}

static pat_status find_route(pat_http_exchange *exchange) {
  pat_http_method method = exchange->framing.method;
  PAT_REQUIRE(method != PAT_HTTP_UNKNOWN, HTTP_METHOD_UNKNOWN);
  exchange->match =
      pat_http_route_find(exchange->service->routes, method_of(method), exchange->head->path);
  PAT_REQUIRE(exchange->match.methods != 0, HTTP_ROUTE);
  if (method == PAT_HTTP_OPTIONS) return PAT_OK;
  PAT_REQUIRE(method != PAT_HTTP_UNTAKEN, HTTP_METHOD);
  PAT_REQUIRE(exchange->match.route != NULL, HTTP_METHOD);
  return PAT_OK;
}

static pat_status negotiate(pat_http_exchange *exchange, pat_err *reterr) {
  const pat_http_head *head = exchange->head;
  const pat_api_route *route = exchange->match.route;
  pat_api_request *request = &exchange->request;
  PAT_TRY(pat_http_query_check(route, head->query, reterr));
  request->accept = pat_http_accepted(head, route->produces);
  PAT_REQUIRE_AT(request->accept != PAT_API_MEDIA_NONE, HTTP_NOT_ACCEPTABLE, reterr, 0, "Accept");
  if (route->consumes == 0) return PAT_OK;
  request->body_media = pat_http_body_media(head, route->consumes);
  PAT_REQUIRE_AT(request->body_media != PAT_API_MEDIA_NONE, HTTP_MEDIA_TYPE, reterr, 0,
                 "Content-Type");
  return PAT_OK;
}

static pat_status ask_for_body(pat_http_exchange *exchange) {
  if (exchange->framing.expects_continue) {
    bool written = exchange->io->write(exchange->io->context,
                                       PAT_SPAN_LITERAL("HTTP/1.1 100 Continue\r\n\r\n"));
    PAT_REQUIRE(written, HTTP_BODY_TRUNCATED);
  }
  return pat_http__read_body(exchange);
}

/* Everything before the handler. */
static pat_status prepare(pat_http_exchange *exchange, pat_err *reterr) {
  const pat_http_head *head = exchange->head;
  pat_http_service *service = exchange->service;
  exchange->body_pending = true;
  PAT_TRY(pat_http_head_check(head, service->body_bytes_max, &exchange->framing, reterr));
  exchange->body_pending = exchange->framing.chunked || exchange->framing.content_length > 0;
  PAT_REQUIRE(!atomic_load(&service->stopping), HTTP_STOPPING);
  PAT_TRY(find_route(exchange));
  if (exchange->framing.method == PAT_HTTP_OPTIONS) return PAT_OK;
  PAT_TRY(negotiate(exchange, reterr));
  for (size_t i = 0; i < PAT_API_PATH_VALUES_MAX; i++) {
    exchange->request.path_values[i] = exchange->match.values[i];
  }
  exchange->request.path = head->path;
  exchange->request.query = head->query;
  exchange->request.respond_async = pat_http_prefers_async(head);
  exchange->request.last_event_id = pat_http_head_value(head, "Last-Event-ID");
  exchange->request.request_id = exchange->request_id;
  return exchange->framing.method == PAT_HTTP_POST ? ask_for_body(exchange) : PAT_OK;
}

/* Readers and writers are counted apart: anybody may read, and must not keep writers out. */
static atomic_uint *waiting_like(pat_http_exchange *exchange) {
  pat_http_service *service = exchange->service;
  bool writes = exchange->framing.method == PAT_HTTP_POST;
  return writes ? &service->writers_waiting : &service->readers_waiting;
}

static pat_status take_waiting_place(pat_http_service *service, atomic_uint *waiting) {
  if (atomic_fetch_add(waiting, 1) < service->waiting_max) return PAT_OK;
  atomic_fetch_sub(waiting, 1);
  atomic_fetch_add_explicit(&service->metrics.waiting_refused, 1, memory_order_relaxed);
  return pat_refuse(PAT_RULE_HTTP_WAITING_FULL);
}

static void run_handler(pat_http_exchange *exchange) {
  pat_err err = {0};
  pat_status status = exchange->match.route->handle(exchange->service->api, &exchange->request,
                                                    &exchange->response, &err);
  if (!pat_is_ok(status)) pat_http__refuse(exchange, status, &err);
  pat_http__send(exchange);
}

static void run_waiting(pat_http_exchange *exchange) {
  atomic_uint *waiting = waiting_like(exchange);
  pat_status status = take_waiting_place(exchange->service, waiting);
  if (!pat_is_ok(status)) {
    pat_http__refuse(exchange, status, NULL);
    pat_http__send(exchange);
    return;
  }
  run_handler(exchange);
  atomic_fetch_sub(waiting, 1);
}

/* What no route answers may be a file of the portal. False: it is none. */
static bool answer_with_file(pat_http_exchange *exchange, pat_status status) {
  const pat_http_files *files = exchange->service->files;
  pat_http_method method = exchange->framing.method;
  if (files == NULL || !pat_is_rule(status, PAT_RULE_HTTP_ROUTE)) return false;
  if (method != PAT_HTTP_GET && method != PAT_HTTP_HEAD) return false;
  pat_http_file_answer file = {0};
  if (!pat_http_files_find(files, exchange->head, &file)) return false;
  pat_http__send_file(exchange, &file);
  return true;
}

static void answer(pat_http_exchange *exchange) {
  pat_err err = {0};
  pat_status status = prepare(exchange, &err);
  if (!pat_is_ok(status)) {
    if (answer_with_file(exchange, status)) return;
    pat_http__refuse(exchange, status, &err);
    pat_http__send(exchange);
    return;
  }
  if (exchange->framing.method == PAT_HTTP_OPTIONS) {
    exchange->response.status = 204;
    pat_http__send(exchange);
    return;
  }
  bool waits = (exchange->match.flags & PAT_API_ROUTE_WAITS) != 0;
  if (waits) {
    run_waiting(exchange);
  } else {
    run_handler(exchange);
  }
}

static void finish(pat_http_exchange *exchange, uint64_t started_ms) {
  pat_http_service *service = exchange->service;
  unsigned status = exchange->response.status;
  uint64_t took_ms = pat_env_monotonic_ms(service->env) - started_ms;
  const pat_api_route *route = exchange->match.route;
  pat_http_metrics_count(&service->metrics,
                         route == NULL ? service->routes.count : exchange->match.number, status,
                         took_ms);
  PAT_LOG(status >= 500 ? PAT_LOG_WARNING : PAT_LOG_DEBUG, "http.request",
          pat_log_text("request", exchange->request_id),
          pat_log_text("route", route == NULL ? "" : route->pattern),
          pat_log_number("status", status), pat_log_number("ms", took_ms),
          pat_log_rule(exchange->rule));
}

static void clear(pat_http_exchange *exchange) {
  pat_blob_clear(&exchange->body);
  atomic_fetch_sub(&exchange->service->bodies_bytes, exchange->bodies_bytes);
  pat_api_response_clear(&exchange->response);
}

bool pat_http_serve(pat_http_service *service, const pat_http_head *head, const pat_http_io *io) {
  uint64_t started_ms = pat_env_monotonic_ms(service->env);
  PAT_CLEANUP(clear)
  pat_http_exchange exchange = {.service = service, .head = head, .io = io};
  exchange.match.number = service->routes.count;
  make_request_id(&exchange);
  atomic_fetch_add_explicit(&service->metrics.running, 1, memory_order_relaxed);
  answer(&exchange);
  atomic_fetch_sub_explicit(&service->metrics.running, 1, memory_order_relaxed);
  finish(&exchange, started_ms);
  bool endless = exchange.response.feed.next != NULL;
  return exchange.sent && exchange.framing.keep_alive && !exchange.body_pending && !endless;
}

void pat_http_serve_refusal(pat_http_service *service, pat_rule rule, const pat_http_io *io) {
  static const pat_http_head no_head = {0};
  uint64_t started_ms = pat_env_monotonic_ms(service->env);
  PAT_CLEANUP(clear)
  pat_http_exchange exchange = {.service = service, .head = &no_head, .io = io};
  exchange.match.number = service->routes.count;
  make_request_id(&exchange);
  pat_http__refuse(&exchange, pat_refuse(rule), NULL);
  pat_http__send(&exchange);
  finish(&exchange, started_ms);
}
