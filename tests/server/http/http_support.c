#include "tests/server/http/http_support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

http_test_state http_test;

static pat_status give(pat_api_response *response, pat_api_media media, const char *text) {
  response->status = 200;
  response->media = media;
  return pat_blob_copy(pat_span_text(text), &response->body);
}

static pat_status get_thing(pat_api *api, const pat_api_request *request,
                            pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)reterr;
  char text[200];
  snprintf(text, sizeof(text), "{\"id\":\"%.*s\"}", (int)request->path_values[0].size,
           (const char *)request->path_values[0].data);
  ret_response->cache = PAT_API_CACHE_REVALIDATE;
  return give(ret_response, request->accept, text);
}

static pat_status post_thing(pat_api *api, const pat_api_request *request,
                             pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)reterr;
  char text[200];
  snprintf(text, sizeof(text), "{\"size\":%zu,\"media\":%d,\"async\":%d}", request->body.size,
           (int)request->body_media, (int)request->respond_async);
  ret_response->async_applied = request->respond_async;
  pat_status status = give(ret_response, request->accept, text);
  ret_response->status = 201;
  return status;
}

static pat_status get_tile(pat_api *api, const pat_api_request *request,
                           pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)reterr;
  ret_response->status = 200;
  ret_response->media = PAT_API_MEDIA_OCTETS;
  ret_response->cache = PAT_API_CACHE_FOREVER;
  return pat_blob_copy(request->path_values[0], &ret_response->body);
}

static pat_status get_wait(pat_api *api, const pat_api_request *request,
                           pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)reterr;
  atomic_fetch_add(&http_test.in_wait, 1);
  for (int i = 0; i < 1000 && !atomic_load(&http_test.released); i++)
    usleep(5000);
  atomic_fetch_sub(&http_test.in_wait, 1);
  return give(ret_response, request->accept, "{}");
}

typedef struct {
  unsigned seen;
} feed_state;

static pat_status feed_next(void *context, uint64_t wait_ms, pat_builder *events) {
  feed_state *feed = context;
  for (uint64_t i = 0; i < wait_ms / 5; i++) {
    unsigned now = atomic_load(&http_test.event);
    if (now != feed->seen) {
      feed->seen = now;
      pat_builder_text(events, "id: ");
      pat_builder_decimal(events, now);
      pat_builder_text(events, "\ndata: {}\n\n");
      return PAT_OK;
    }
    usleep(5000);
  }
  return PAT_OK;
}

static void feed_close(void *context) {
  free(context);
  atomic_fetch_sub(&http_test.feeds_open, 1);
}

static pat_status get_stream(pat_api *api, const pat_api_request *request,
                             pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)request;
  (void)reterr;
  ret_response->status = 200;
  ret_response->media = PAT_API_MEDIA_EVENTS;
  ret_response->feed = (pat_api_feed){.next = feed_next, .close = feed_close};
  ret_response->feed.context = calloc(1, sizeof(feed_state));
  atomic_fetch_add(&http_test.feeds_open, 1);
  return PAT_OK;
}

static pat_status get_page(pat_api *api, const pat_api_request *request,
                           pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)reterr;
  snprintf(ret_response->next, sizeof(ret_response->next), "abc_-1");
  return give(ret_response, request->accept, "{}");
}

static pat_status get_failure(pat_api *api, const pat_api_request *request,
                              pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)request;
  (void)ret_response;
  return pat_refuse_at(PAT_RULE_JSON_TYPE, reterr, 0, "/a/0");
}

static pat_status get_big(pat_api *api, const pat_api_request *request,
                          pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)request;
  (void)reterr;
  ret_response->status = 200;
  ret_response->media = PAT_API_MEDIA_OCTETS;
  pat_status status = pat_blob_init(1 << 20, &ret_response->body);
  if (pat_is_ok(status)) memset(ret_response->body.data, 'x', ret_response->body.size);
  return status;
}

static const pat_api_route routes[] = {
    {PAT_API_GET, "/things/{id}", get_thing, PAT_API_ROUTE_PUBLIC, PAT_API_MEDIA_SET_MESSAGES, 0,
     "limit cursor"},
    {PAT_API_POST, "/things", post_thing, 0, PAT_API_MEDIA_SET_MESSAGES, PAT_API_MEDIA_SET_MESSAGES,
     ""},
    {PAT_API_GET, "/tiles/{tile...}", get_tile, PAT_API_ROUTE_PUBLIC,
     PAT_API_MEDIA_BIT(PAT_API_MEDIA_OCTETS), 0, ""},
    {PAT_API_GET, "/wait", get_wait, PAT_API_ROUTE_WAITS, PAT_API_MEDIA_SET_MESSAGES, 0, ""},
    {PAT_API_GET, "/stream", get_stream, PAT_API_ROUTE_WAITS,
     PAT_API_MEDIA_BIT(PAT_API_MEDIA_EVENTS), 0, ""},
    {PAT_API_GET, "/pages", get_page, 0, PAT_API_MEDIA_SET_MESSAGES, 0, "limit cursor"},
    {PAT_API_GET, "/fails", get_failure, 0, PAT_API_MEDIA_SET_MESSAGES, 0, ""},
    {PAT_API_GET, "/big", get_big, 0, PAT_API_MEDIA_BIT(PAT_API_MEDIA_OCTETS), 0, ""},
};
const pat_api_routes http_test_routes = {routes, sizeof(routes) / sizeof(routes[0])};

void http_test_start(http_test_server *test, pat_http_options options) {
  memset(&http_test, 0, sizeof(http_test));
  *test = (http_test_server){0};
  test->api.env = pat_env_system();
  options.address = "127.0.0.1";
  options.routes = http_test_routes;
  options.api = &test->api;
  options.env = pat_env_system();
  if (options.threads == 0) options.threads = 8;
  pat_err err = {0};
  pat_status status = pat_http_server_start(&options, &test->server, &err);
  assert_true(pat_is_ok(status));
}

void http_test_stop(http_test_server *test) { pat_http_server_stop(test->server); }

int http_test_connect(const http_test_server *test) {
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons(pat_http_server_port(test->server))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof(address)), 0);
  struct timeval wait = {.tv_sec = 3};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
  return connection;
}

void http_test_send(int connection, const char *text, size_t size) {
  while (size > 0) {
    ssize_t sent = send(connection, text, size, MSG_NOSIGNAL);
    if (sent <= 0) return; /* the server may have closed already: what it answered decides */
    text += sent;
    size -= (size_t)sent;
  }
}

size_t http_test_receive(int connection, char *text, size_t capacity, bool without_body) {
  size_t used = 0;
  size_t wanted = 0;
  while (used + 1 < capacity && (wanted == 0 || used < wanted)) {
    ssize_t got = recv(connection, text + used, wanted == 0 ? 1 : wanted - used, 0);
    if (got <= 0) break;
    used += (size_t)got;
    text[used] = '\0';
    if (wanted != 0 || used < 4 || strcmp(text + used - 4, "\r\n\r\n") != 0) continue;
    char value[512];
    http_test_field(text, "Content-Length", value);
    wanted = used + (without_body ? 0 : strtoul(value, NULL, 10));
    if (wanted == used) break;
  }
  text[used] = '\0';
  return used;
}

bool http_test_closed(int connection) {
  char byte;
  ssize_t got = recv(connection, &byte, 1, 0);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

size_t http_test_exchange(const http_test_server *test, const char *request, size_t size,
                          char *text, size_t capacity) {
  int connection = http_test_connect(test);
  http_test_send(connection, request, size);
  size_t used = 0;
  while (used + 1 < capacity) {
    ssize_t got = recv(connection, text + used, capacity - 1 - used, 0);
    if (got <= 0) break;
    used += (size_t)got;
  }
  text[used] = '\0';
  close(connection);
  return used;
}

int http_test_status(const char *response) {
  return strncmp(response, "HTTP/1.1 ", 9) == 0 ? atoi(response + 9) : 0;
}

const char *http_test_field(const char *response, const char *name, char value[512]) {
  value[0] = '\0';
  for (const char *line = strstr(response, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
    line += 2;
    if (line[0] == '\r') break;
    if (strncasecmp(line, name, strlen(name)) != 0 || line[strlen(name)] != ':') continue;
    const char *from = line + strlen(name) + 2;
    snprintf(value, 512, "%.*s", (int)strcspn(from, "\r"), from);
    break;
  }
  return value;
}

const char *http_test_body(const char *response) {
  const char *body = strstr(response, "\r\n\r\n");
  return body == NULL ? "" : body + 4;
}
