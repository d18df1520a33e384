/* A request and its response as plain structs, and the table of routes: all that handlers know of
 * HTTP, and all that the HTTP floor knows of handlers. No sockets here; a test fills a request by
 * hand.
 *
 * The HTTP floor has done before a handler runs: framing and limits, the route, the method, media
 * types (406, 415), names of query parameters. It does after it: headers, ETag and 304, HEAD, the
 * problem document of a failure. */
#ifndef PAT_SERVER_API_EXCHANGE_H
#define PAT_SERVER_API_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "server/sys/blob.h"

typedef struct pat_api pat_api;

/* HEAD is asked as GET. */
typedef enum { PAT_API_GET = 0, PAT_API_POST, PAT_API_METHOD_COUNT } pat_api_method;

typedef enum {
  PAT_API_MEDIA_NONE = 0,
  PAT_API_MEDIA_BUNDLE, /* protobuf too, of one message that is kept in files */
  PAT_API_MEDIA_JSON,
  PAT_API_MEDIA_PROTOBUF,
  PAT_API_MEDIA_TEXT,
  PAT_API_MEDIA_OCTETS,
  PAT_API_MEDIA_EVENTS,
  PAT_API_MEDIA_METRICS,
  PAT_API_MEDIA_PROBLEM,
  PAT_API_MEDIA_COUNT
} pat_api_media;

/* Sets of media types. */
#define PAT_API_MEDIA_BIT(media)   (1u << (media))
#define PAT_API_MEDIA_SET_MESSAGES (1u << PAT_API_MEDIA_JSON | 1u << PAT_API_MEDIA_PROTOBUF)

/* The media type's full name, as in "application/json". Static storage. */
const char *pat_api_media_name(pat_api_media media);

/* How long a response may be kept. */
typedef enum {
  PAT_API_CACHE_NEVER = 0,  /* no-store: about one asset, or a write */
  PAT_API_CACHE_REVALIDATE, /* no-cache: kept, asked for again with the ETag */
  PAT_API_CACHE_SECONDS,    /* PAT_API_CACHE_S: the checkpoint */
  PAT_API_CACHE_FOREVER,    /* immutable */
} pat_api_cache;

enum {
  PAT_API_PATH_VALUES_MAX = 2,
  PAT_API_CURSOR_BYTES_MAX = 64,
  PAT_API_REQUEST_ID_BYTES = 17,
  PAT_API_FILE_NAME_BYTES = 48,
};

/* All spans are borrowed for the handler's run. */
typedef struct {
  pat_span path_values[PAT_API_PATH_VALUES_MAX]; /* of the pattern's {segments}, in order */
  pat_span path;                                 /* the whole path */
  pat_span query;                                /* behind '?'; names and characters checked */
  pat_span body;
  pat_api_media body_media; /* NONE without a body */
  pat_api_media accept;     /* chosen among the route's */
  bool respond_async;       /* Prefer: respond-async */
  pat_span last_event_id;   /* empty: none */
  const char *request_id;   /* NUL-terminated, hex */
} pat_api_request;

/* What follows a response without end: server-sent events. */
typedef struct {
  /* Waits at most wait_ms for something to say, and appends it as whole events; nothing where there
   * is nothing to say yet. A failure ends the stream. */
  pat_status (*next)(void *context, uint64_t wait_ms, pat_builder *events);
  void (*close)(void *context);
  void *context;
} pat_api_feed;

/* Zero-initialise; cleared with pat_api_response_clear. */
typedef struct {
  unsigned status; /* HTTP's */
  pat_api_media media;
  pat_api_cache cache;
  pat_blob body;                           /* owned */
  char next[PAT_API_CURSOR_BYTES_MAX];     /* cursor of the next page for Link; "" without */
  bool async_applied;                      /* says so in Preference-Applied */
  char file_name[PAT_API_FILE_NAME_BYTES]; /* for Content-Disposition; "" without */
  pat_api_feed feed;                       /* next NULL: none */
} pat_api_response;

void pat_api_response_clear(pat_api_response *response) PAT_NONNULL_ALL;

/* Answers one request.
 * out   ret_response  written on success; zeroed before by the caller, cleared by it after
 *       reterr        where in the input: a JSON pointer, field path, or query parameter
 * fails with any rule: pat_api_status_of gives the HTTP status */
typedef pat_status pat_api_handler(pat_api *api, const pat_api_request *request,
                                   pat_api_response *ret_response, pat_err *reterr);

typedef enum {
  PAT_API_ROUTE_PUBLIC = 1, /* Access-Control-Allow-Origin: * */
  PAT_API_ROUTE_WAITS = 2,  /* may hold its thread: counted among the waiting */
} pat_api_route_flag;

/* pattern: segments, {name} for exactly one and a last {name...} for one or more. */
typedef struct {
  pat_api_method method;
  const char *pattern;
  pat_api_handler *handle;
  unsigned flags;    /* of pat_api_route_flag */
  unsigned produces; /* set of media types; the lowest is given where any will do */
  unsigned consumes; /* set of media types of the body; 0 without a body */
  const char *query; /* names of the parameters that it knows, separated by spaces; "" for none */
} pat_api_route;

typedef struct {
  const pat_api_route *items;
  size_t count;
} pat_api_routes;

#endif
