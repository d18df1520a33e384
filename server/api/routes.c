/* The table of routes: proto/openapi.json describes each of the public ones, and a test
 * compares. */
#include "server/api/handlers.h"

#define MESSAGES        PAT_API_MEDIA_SET_MESSAGES
#define ONE(media)      PAT_API_MEDIA_BIT(PAT_API_MEDIA_##media)
#define COUNT_OF(items) (sizeof(items) / sizeof((items)[0]))

enum { PUBLIC = PAT_API_ROUTE_PUBLIC, WAITS = PAT_API_ROUTE_WAITS };

static const pat_api_route public_routes[] = {
    {PAT_API_POST, "/v1/statements", pat_api_statements_post, WAITS, MESSAGES, MESSAGES, ""},
    {PAT_API_POST, "/v1/telemetry", pat_api_telemetry_post, WAITS, MESSAGES, MESSAGES, ""},
    {PAT_API_GET, "/v1/assets/{id}", pat_api_asset_get, PUBLIC, MESSAGES, 0, ""},
    {PAT_API_GET, "/v1/assets/{id}/history", pat_api_history_get, PUBLIC, MESSAGES, 0,
     "limit cursor"},
    {PAT_API_GET, "/v1/assets/{id}/telemetry", pat_api_telemetry_get, PUBLIC, MESSAGES, 0,
     "stream limit cursor"},
    {PAT_API_GET, "/v1/assets/{id}/findings", pat_api_findings_get, PUBLIC, MESSAGES, 0, ""},
    {PAT_API_GET, "/v1/assets/{id}/bundle", pat_api_bundle_get, PUBLIC, MESSAGES | ONE(BUNDLE), 0,
     "since"},
    {PAT_API_POST, "/v1/lookup", pat_api_lookup_post, PUBLIC, MESSAGES, MESSAGES, ""},
    {PAT_API_GET, "/v1/principals/{id}", pat_api_principal_get, PUBLIC, MESSAGES, 0, ""},
    {PAT_API_GET, "/v1/classes/{name}", pat_api_class_get, PUBLIC, MESSAGES, 0, "version"},
    {PAT_API_GET, "/v1/schemes/{name}", pat_api_scheme_get, PUBLIC, MESSAGES, 0, "version"},
    {PAT_API_GET, "/v1/entries/{index}", pat_api_entry_get, PUBLIC, MESSAGES, 0, ""},
    {PAT_API_GET, "/v1/index/{key}", pat_api_index_get, PUBLIC, ONE(TEXT), 0, "from"},
    {PAT_API_GET, "/v1/checkpoint", pat_api_checkpoint_wait, PUBLIC | WAITS, MESSAGES, 0,
     "after wait"},
    {PAT_API_GET, "/v1/stream", pat_api_stream_get, PUBLIC | WAITS, ONE(EVENTS), 0, ""},
    {PAT_API_GET, "/checkpoint", pat_api_checkpoint_get, PUBLIC, ONE(TEXT), 0, ""},
    {PAT_API_GET, "/tile/{path...}", pat_api_tile_get, PUBLIC, ONE(OCTETS), 0, ""},
    {PAT_API_GET, "/openapi.json", pat_api_openapi_get, PUBLIC, ONE(JSON), 0, ""},
    {PAT_API_GET, "/problems/{rule}", pat_api_problem_get, PUBLIC, ONE(TEXT), 0, ""},
};

static const pat_api_route admin_routes[] = {
    {PAT_API_GET, "/livez", pat_api_livez_get, 0, ONE(TEXT), 0, ""},
    {PAT_API_GET, "/readyz", pat_api_readyz_get, 0, ONE(TEXT), 0, ""},
    {PAT_API_GET, "/metrics", pat_api_metrics_get, 0, ONE(METRICS), 0, ""},
};

pat_api_routes pat_api_public_routes(void) {
  return (pat_api_routes){public_routes, COUNT_OF(public_routes)};
}

pat_api_routes pat_api_admin_routes(void) {
  return (pat_api_routes){admin_routes, COUNT_OF(admin_routes)};
}
