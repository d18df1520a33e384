/* The handlers that routes.c lists: one file per resource. See exchange.h for their shape. */
#ifndef PAT_SERVER_API_HANDLERS_H
#define PAT_SERVER_API_HANDLERS_H

#include "server/api/api.h"

pat_api_handler pat_api_statements_post; /* statements.c */
pat_api_handler pat_api_telemetry_post;  /* statements.c */
pat_api_handler pat_api_asset_get;       /* assets.c */
pat_api_handler pat_api_findings_get;    /* assets.c */
pat_api_handler pat_api_history_get;     /* history.c */
pat_api_handler pat_api_telemetry_get;   /* history.c */
pat_api_handler pat_api_bundle_get;      /* bundles.c */
pat_api_handler pat_api_index_get;       /* index.c */
pat_api_handler pat_api_lookup_post;     /* lookup.c */
pat_api_handler pat_api_principal_get;   /* principals.c */
pat_api_handler pat_api_class_get;       /* catalog.c */
pat_api_handler pat_api_scheme_get;      /* catalog.c */
pat_api_handler pat_api_entry_get;       /* entries.c */
pat_api_handler pat_api_checkpoint_get;  /* checkpoints.c: /checkpoint */
pat_api_handler pat_api_checkpoint_wait; /* checkpoints.c: /v1/checkpoint */
pat_api_handler pat_api_stream_get;      /* checkpoints.c */
pat_api_handler pat_api_tile_get;        /* tiles.c */
pat_api_handler pat_api_openapi_get;     /* documents.c */
pat_api_handler pat_api_problem_get;     /* documents.c */
pat_api_handler pat_api_livez_get;       /* health.c */
pat_api_handler pat_api_readyz_get;      /* health.c */
pat_api_handler pat_api_metrics_get;     /* health.c */

#endif
