/* The interface's handlers: which routes there are, and what they need to run.
 *
 * Audience: everything given out here is for anyone who knows an asset's id. Disclosures that are
 * RESTRICTED never leave through these handlers, and /v1/entries gives a leaf, never a skeleton. */
#ifndef PAT_SERVER_API_API_H
#define PAT_SERVER_API_API_H

#include "server/api/exchange.h"
#include "server/api/ledger_port.h"
#include "server/sys/env.h"

/* Appends lines of the Prometheus text format. */
typedef struct {
  void (*write)(void *context, pat_builder *text);
  void *context;
} pat_api_metrics_source;

enum { PAT_API_METRICS_SOURCES_MAX = 4 };

/* How much one bundle may hold. */
typedef struct {
  size_t bytes; /* encoded */
  size_t entries;
  size_t subjects;
  size_t principals;
} pat_api_bundle_limits;

/* What handlers work with. Filled by the caller, read-only while a server runs. */
struct pat_api {
  const pat_ledger_port *port;                                 /* borrowed */
  const pat_env *env;                                          /* borrowed */
  pat_api_metrics_source metrics[PAT_API_METRICS_SOURCES_MAX]; /* write NULL: unused */
  const pat_api_bundle_limits *bundle_limits;                  /* NULL: PAT_BUNDLE_* */
};

/* The public routes. Static storage. */
pat_api_routes pat_api_public_routes(void);

/* /livez, /readyz and /metrics: for the admin listener only. Static storage. */
pat_api_routes pat_api_admin_routes(void);

/* The HTTP status for a refusal by this rule: one table by category, with HTTP's own exceptions. */
unsigned pat_api_status_of(pat_rule rule);

/* Makes the RFC 9457 problem document of a failure.
 * in    status      not OK
 *       err         may be NULL; its place becomes errors[0].pointer
 *       request_id  becomes instance
 * out   ret_body    JSON; cleared by the caller
 * fails LIMIT_MEMORY */
pat_status pat_api_problem(pat_status status, const pat_err *err, const char *request_id,
                           pat_blob *ret_body) PAT_NONNULL(3, 4) PAT_MUST_USE;

/* Seconds after which a client may try again; 0 where trying again does not help. */
unsigned pat_api_retry_after_s(pat_rule rule);

#endif
