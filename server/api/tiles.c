/* GET /tile/…: hash tiles and entry bundles of c2sp.org/tlog-tiles, from which anyone can mirror
 * and check the whole log. A tile within the tree never changes, so partial ones of older
 * checkpoints are served for ever too. */
#include "server/api/handlers.h"
#include "server/api/support.h"

static pat_status parse(pat_span path, pat_tlog_tile *ret_tile, pat_err *reterr) {
  PAT_REQUIRE(path.size > 1, API_TILE_NOT_FOUND);
  return pat_tlog_tile_parse(pat_span_slice(path, 1, path.size - 1), ret_tile, reterr);
}

pat_status pat_api_tile_get(pat_api *api, const pat_api_request *request,
                            pat_api_response *ret_response, pat_err *reterr) {
  pat_tlog_tile tile;
  pat_port_head head = {0};
  PAT_TRY(parse(request->path, &tile, reterr));
  PAT_TRY(api->port->head(api->port->context, &head));
  PAT_REQUIRE(pat_tlog_tile_within(&tile, head.size), API_TILE_NOT_FOUND);
  PAT_TRY(api->port->tile(api->port->context, &tile, &ret_response->body));
  ret_response->status = 200;
  ret_response->media = PAT_API_MEDIA_OCTETS;
  ret_response->cache = PAT_API_CACHE_FOREVER;
  return PAT_OK;
}
