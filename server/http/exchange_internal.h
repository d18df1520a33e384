/* One request on its way through this folder. */
#ifndef PAT_SERVER_HTTP_EXCHANGE_INTERNAL_H
#define PAT_SERVER_HTTP_EXCHANGE_INTERNAL_H

#include "server/http/route.h"
#include "server/http/service.h"

typedef struct {
  pat_http_service *service;
  const pat_http_head *head;
  const pat_http_io *io;
  pat_http_framing framing;
  pat_http_match match;
  char request_id[PAT_API_REQUEST_ID_BYTES];
  bool body_pending; /* a body may still stand in the connection: it cannot be used again */
  bool sent;         /* false: the client was gone */
  pat_status rule;   /* why it was refused */
  unsigned retry_after_s;
  pat_blob body;       /* owned */
  size_t bodies_bytes; /* of the service's, taken for the body; given back at the end */
  pat_api_request request;
  pat_api_response response; /* owned */
} pat_http_exchange;

/* Reads the whole body that the framing tells of.
 * fails HTTP_BODY_SIZE, HTTP_BODY_TRUNCATED, HTTP_TIMEOUT, HTTP_BODIES_FULL, LIMIT_MEMORY */
pat_status pat_http__read_body(pat_http_exchange *exchange) PAT_NONNULL_ALL PAT_MUST_USE;

/* Sends the response and, where it has one, its feed. */
void pat_http__send(pat_http_exchange *exchange) PAT_NONNULL_ALL;

/* Sends a file of the portal. */
void pat_http__send_file(pat_http_exchange *exchange,
                         const pat_http_file_answer *file) PAT_NONNULL_ALL;

/* Turns a failure into the exchange's response. */
void pat_http__refuse(pat_http_exchange *exchange, pat_status status, const pat_err *err)
    PAT_NONNULL(1);

#endif
