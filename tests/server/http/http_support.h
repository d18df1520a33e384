/* Routes and a raw client for the tests of server/http. */
#ifndef PAT_TESTS_SERVER_HTTP_HTTP_SUPPORT_H
#define PAT_TESTS_SERVER_HTTP_HTTP_SUPPORT_H

#include <stdatomic.h>

#include "server/http/server.h"

/* GET /things/{id} (public, JSON or protobuf, revalidated), POST /things (JSON or protobuf in),
 * GET /tiles/{tile...} (public, octets, for ever), GET /wait (waits until released), GET /stream
 * (events), GET /pages (a next cursor), GET /fails, GET /big. */
extern const pat_api_routes http_test_routes;

/* What the handlers use; zeroed by http_test_start. */
typedef struct {
  atomic_bool released; /* lets /wait go on */
  atomic_uint in_wait;  /* requests inside /wait and /stream */
  atomic_uint feeds_open;
  atomic_uint event; /* /stream tells when it changes */
} http_test_state;
extern http_test_state http_test;

typedef struct {
  pat_http_server *server;
  pat_api api;
} http_test_server;

/* Starts a server on a free port of the loopback; options may preset limits. Fails the test. */
void http_test_start(http_test_server *test, pat_http_options options);
void http_test_stop(http_test_server *test);

/* A connection to it. */
int http_test_connect(const http_test_server *test);
void http_test_send(int connection, const char *text, size_t size);
/* Reads one response into text (NUL-terminated) by its Content-Length; without one, or
 * without_body, the head alone. Gives its size, 0 where the connection was closed. At most
 * wait_ms. */
size_t http_test_receive(int connection, char *text, size_t capacity, bool without_body);
/* Sends a request on a new connection and reads all until it closes (or 3 s). */
size_t http_test_exchange(const http_test_server *test, const char *request, size_t size,
                          char *text, size_t capacity);
/* True where the server closes the connection within 3 s, with nothing more to read. */
bool http_test_closed(int connection);

/* The status of a response; a header field's value ("" without); its body. */
int http_test_status(const char *response);
const char *http_test_field(const char *response, const char *name, char value[512]);
const char *http_test_body(const char *response);

#endif
