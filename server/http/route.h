/* Which route a path belongs to. Pure. A path is matched as it was sent, without decoding: nothing
 * that we name needs an escape, so two paths never mean the same thing. */
#ifndef PAT_SERVER_HTTP_ROUTE_H
#define PAT_SERVER_HTTP_ROUTE_H

#include "server/api/exchange.h"

typedef struct {
  const pat_api_route *route; /* NULL: none for this method */
  size_t number;              /* of the route in its table */
  pat_span values[PAT_API_PATH_VALUES_MAX];
  unsigned methods; /* set (1 << pat_api_method) that this path takes; 0: there is no such path */
  unsigned flags;   /* of the matched route; of any route of the path where the method differs */
} pat_http_match;

/* Finds the route of a path and method. time O(routes * path.size) */
pat_http_match pat_http_route_find(pat_api_routes routes, pat_api_method method, pat_span path);

/* Checks that a query holds only parameters that the route knows, each at most once with a value of
 * letters, digits, '-', '.', '_', '~': what we give out needs no escapes.
 * fails API_QUERY, the parameter's name in place */
pat_status pat_http_query_check(const pat_api_route *route, pat_span query, pat_err *reterr)
    PAT_NONNULL(1) PAT_MUST_USE;

#endif
