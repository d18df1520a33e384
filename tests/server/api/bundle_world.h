/* The ledger that bundles are tested on, and asking its port for them. ASSET: a vehicle with a
 * colour, a device with a batch of telemetry, and a number that moved to OTHER, which a keeper
 * registered and the device told a story about. */
#ifndef PAT_TESTS_SERVER_API_BUNDLE_WORLD_H
#define PAT_TESTS_SERVER_API_BUNDLE_WORLD_H

#include "proto/api.pb-c.h"
#include "tests/server/api/world_port.h"

enum { ASSET = 7, OTHER = 8, ABSENT = 99, STREAM = 3 };

#define MOVED   "YS3ED48E5Y3070016" /* the number, of scheme vin */
#define UNKNOWN "1M8GDM9AXKP042788"

typedef struct {
  ledger_world *world;
  world_port port;
  pat_err err;
} bundle_world;

void bundle_world_open(bundle_world *at);
/* Fails the test where a view was not released. */
void bundle_world_close(bundle_world *at);

/* Logs one more change of ASSET; version: how many it had. */
void bundle_world_paint(bundle_world *at, uint64_t version);

/* The id of asset, or stream, number. */
pat_span bundle_world_id(uint8_t number, uint8_t id[PAT_ASSET_ID_BYTES]);
/* Where its bundle is asked for; until the next call. */
const char *bundle_world_path(uint8_t asset);

/* Asks for a bundle, checks it (bundle_check.h) and gives it, in the world's memory. */
const Patina__ProofBundle *bundle_world_get(bundle_world *at, uint8_t asset, const char *query);
/* Looks a value up. */
const Patina__LookupResponse *bundle_world_look_up(bundle_world *at, const char *scheme,
                                                   const char *value);
/* Fails the test unless the request is refused by this rule. */
void bundle_world_refused(bundle_world *at, const char *path, const char *query, pat_rule rule);

#endif
