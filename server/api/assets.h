/* What is known of one asset at a checkpoint: shared by the resources below /v1/assets. */
#ifndef PAT_SERVER_API_ASSETS_H
#define PAT_SERVER_API_ASSETS_H

#include "server/api/proven.h"

/* Memory of a request for one asset: a page with its decoded statements. */
enum { PAT_API_ASSET_MEMORY_BYTES = 64 * 1024 * 1024 };

typedef struct {
  uint8_t id[PAT_ASSET_ID_BYTES];
  pat_hash subject;
  Patina__AssetRecord *record;
  Patina__AssetClass *schema; /* the version it was registered with */
} pat_api_asset;

/* Finds the asset that the path names.
 * fails CRYPTO_BASE32_* (no asset id), API_ASSET_NOT_FOUND, STORE_CORRUPT, LIMIT_MEMORY */
pat_status pat_api_asset_find(const pat_api *api, const pat_api_request *request, pat_arena *arena,
                              pat_api_asset *ret_asset, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* The histories of every identifier that was ever assigned to it, ascending by key. */
typedef struct {
  Patina__IdentifierHistory **items;
  size_t count;
} pat_api_identifiers;
pat_status pat_api_asset_identifiers(const pat_api *api, const pat_api_asset *asset, uint64_t size,
                                     pat_arena *arena, pat_api_identifiers *ret_identifiers)
    PAT_NONNULL_ALL PAT_MUST_USE;

#endif
