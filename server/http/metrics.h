/* What a server counts, and the Prometheus text of it. Counting takes no lock. */
#ifndef PAT_SERVER_HTTP_METRICS_H
#define PAT_SERVER_HTTP_METRICS_H

#include <stdatomic.h>

#include "server/api/exchange.h"

enum { PAT_HTTP_METRICS_ROUTES_MAX = 40, PAT_HTTP_METRICS_CLASSES = 6 };

/* Zero-initialise. One row per route; the row behind the last is for requests that fit no route. */
typedef struct {
  atomic_uint_fast64_t answers[PAT_HTTP_METRICS_ROUTES_MAX + 1][PAT_HTTP_METRICS_CLASSES];
  atomic_uint_fast64_t milliseconds[PAT_HTTP_METRICS_ROUTES_MAX + 1];
  atomic_uint_fast64_t running;
  atomic_uint_fast64_t waiting_refused;
} pat_http_metrics;

/* Counts an answered request. route: its number, or the count of routes; asserted to fit. */
void pat_http_metrics_count(pat_http_metrics *metrics, size_t route, unsigned status,
                            uint64_t milliseconds) PAT_NONNULL_ALL;

/* Appends the text; waiting is how many requests wait now. */
void pat_http_metrics_write(pat_http_metrics *metrics, pat_api_routes routes, uint64_t waiting,
                            pat_builder *text) PAT_NONNULL_ALL;

#endif
