/* From a checked head to a sent response, without knowing the server library: reading and writing
 * go through two functions, so that a test or a fuzz target can be the client. */
#ifndef PAT_SERVER_HTTP_SERVICE_H
#define PAT_SERVER_HTTP_SERVICE_H

#include <stdatomic.h>
#include <stddef.h>

#include "server/api/api.h"
#include "server/http/files.h"
#include "server/http/head.h"
#include "server/http/metrics.h"

/* The connection of one request. */
typedef struct {
  /* Reads at most size bytes of the body, the chunked coding taken off. 0: the body is at its end;
   * below 0: it was cut short, came too slowly, or was not chunked properly. */
  ptrdiff_t (*read)(void *context, uint8_t *buffer, size_t size);
  /* From now on reading ends after within_ms, as if the body ended; 0: no more. */
  void (*bound)(void *context, uint64_t within_ms);
  /* Writes all bytes; false where the client is gone or too slow. */
  bool (*write)(void *context, pat_span bytes);
  void *context;
} pat_http_io;

/* One listener's state, shared by its threads. Filled before the first request. */
typedef struct {
  pat_api *api;       /* borrowed, as all it points to */
  const pat_env *env; /* borrowed */
  pat_api_routes routes;
  const pat_http_files *files; /* of the portal, borrowed; NULL: none */
  size_t body_bytes_max;
  uint64_t body_ms_max; /* until a body has come whole */
  unsigned waiting_max; /* readers that may hold their threads at a time, and as many writers */
  atomic_uint readers_waiting;
  atomic_uint writers_waiting;
  atomic_size_t bodies_bytes; /* of all large bodies, at most PAT_HTTP_BODIES_BYTES_MAX */
  atomic_bool stopping;       /* set once: new requests are refused, feeds end */
  pat_http_metrics metrics;
} pat_http_service;

/* Answers one request, whatever it is. Logs and counts it.
 * out   true where the connection may carry another request */
bool pat_http_serve(pat_http_service *service, const pat_http_head *head,
                    const pat_http_io *io) PAT_NONNULL_ALL PAT_MUST_USE;

/* Answers what the server library refused before there was a head; the connection is then
 * closed. */
void pat_http_serve_refusal(pat_http_service *service, pat_rule rule,
                            const pat_http_io *io) PAT_NONNULL_ALL;

#endif
