/* The head of a response: our own header writer. Pure. */
#ifndef PAT_SERVER_HTTP_REPLY_H
#define PAT_SERVER_HTTP_REPLY_H

#include "server/api/exchange.h"
#include "server/http/files.h"

enum { PAT_HTTP_ETAG_BYTES = 36, PAT_HTTP_REPLY_HEAD_BYTES_MAX = 6144 };

/* Everything a response's head says. Spans and texts are borrowed for the call. */
typedef struct {
  unsigned status;
  pat_api_media media;
  pat_api_cache cache;
  bool has_length; /* false: the body ends with the connection */
  size_t length;   /* of the body */
  bool keep_alive;
  bool is_public;    /* the route's: any origin may read it */
  bool is_preflight; /* answers OPTIONS */
  bool varies;       /* the body's media type depends on Accept */
  bool async_applied;
  unsigned methods;       /* set of methods for Allow; 0: none */
  unsigned retry_after_s; /* 0: none */
  uint64_t now_ms;        /* for Date */
  const char *request_id;
  const char *etag;                 /* with its quotes; "" without */
  pat_span path;                    /* for Link */
  pat_span query;                   /* likewise; its cursor is replaced */
  const pat_http_file_answer *file; /* of the portal: its type, coding and rules; NULL: none */
  const char *next;                 /* cursor of the next page; "" without */
  const char *file_name;            /* what a browser saves the body as; NULL or "" without */
} pat_http_reply;

/* Writes status line, header fields and the empty line.
 * in    builder   PAT_HTTP_REPLY_HEAD_BYTES_MAX are enough where the request's target was
 * accepted */
void pat_http_reply_head(const pat_http_reply *reply, pat_builder *builder) PAT_NONNULL_ALL;

/* The strong entity tag of a body: its SHA-256, cut to 16 bytes, in quotes. */
void pat_http_etag(pat_span body, char ret_etag[PAT_HTTP_ETAG_BYTES]) PAT_NONNULL_ALL;

/* Appends a time as HTTP writes it: "Sun, 06 Nov 1994 08:49:37 GMT". */
void pat_http_date(uint64_t now_ms, pat_builder *builder) PAT_NONNULL_ALL;

/* The standard's phrase for a status. Static storage. */
const char *pat_http_status_phrase(unsigned status);

#endif
