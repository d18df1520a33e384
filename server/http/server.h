/* An HTTP listener: civetweb behind one door, with every option of it set.
 *
 * civetweb's known holes are in what is switched off here: files, directories, forms, TLS, its CORS
 * answers. It holds one thread per live connection, so a proxy that buffers slow clients stands in
 * front wherever there is a network. What it reads too leniently (line ends, folded lines, lengths
 * said twice) is refused by head.h and server.c before anything acts on it. */
#ifndef PAT_SERVER_HTTP_SERVER_H
#define PAT_SERVER_HTTP_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "server/api/api.h"
#include "server/http/files.h"

enum { PAT_HTTP_FILES_MAX = 65536 }; /* numbers of open files that are looked at for a socket */

typedef struct pat_http_server pat_http_server;

/* Zero-initialise and fill; texts and pointers are borrowed for the life of the server. */
typedef struct {
  const char *address;   /* dotted IPv4 */
  uint16_t port;         /* 0: any that is free */
  bool allow_remote;     /* false: only 127.0.0.0/8 */
  unsigned threads;      /* 0: PAT_HTTP_THREADS_DEFAULT; one connection holds one */
  unsigned waiting_max;  /* of readers, and of writers; 0: a quarter of the threads, at least 1 */
  uint32_t request_ms;   /* until a head has come, and for each blocking read or write; 0: 30,000 */
  uint32_t idle_ms;      /* until the next request of a kept connection; 0: 10,000 */
  uint32_t body_ms;      /* until a body has come whole; 0: PAT_HTTP_BODY_MS_MAX */
  size_t body_bytes_max; /* 0: PAT_REQUEST_BODY_BYTES_MAX */
  pat_api_routes routes;
  const pat_http_files *files; /* of the portal; NULL: none */
  pat_api *api;
  const pat_env *env;
} pat_http_options;

/* Starts listening.
 * out   ret_server  stopped with pat_http_server_stop; unchanged on failure
 *       reterr      the address in place
 * fails HTTP_LISTEN    not an address, not a loopback one though it must be, or the port is taken
 *       LIMIT_MEMORY */
pat_status pat_http_server_start(const pat_http_options *options, pat_http_server **ret_server,
                                 pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

/* The port it listens on. */
uint16_t pat_http_server_port(const pat_http_server *server) PAT_NONNULL_ALL;

/* Refuses new requests with 503 and ends the feeds, while running requests go on. Thread-safe; may
 * be called before pat_http_server_stop to let clients go elsewhere first. */
void pat_http_server_drain(pat_http_server *server) PAT_NONNULL_ALL;

/* Drains, waits until every request is answered, and frees the server. NULL is accepted. */
void pat_http_server_stop(pat_http_server *server);

/* Appends what the server counts, in the Prometheus text format: a pat_api_metrics_source with the
 * server as context. */
void pat_http_server_write_metrics(void *context, pat_builder *text) PAT_NONNULL_ALL;

#endif
