/* GET /v1/assets/{id}/bundle: a report that is checked without asking anybody. An asset that is not
 * recorded has one too: it proves just that. */
#include "core/crypto/base32.h"
#include "server/api/bundle.h"
#include "server/api/handlers.h"

static void name_file(const uint8_t asset[PAT_ASSET_ID_BYTES], pat_api_response *response) {
  char id[PAT_BASE32_ASSET_TEXT_BYTES];
  pat_base32_asset_encode(asset, id);
  pat_builder builder;
  pat_builder_init(&builder, response->file_name, sizeof(response->file_name) - 1);
  pat_builder_text(&builder, id);
  pat_builder_text(&builder, ".patina");
  response->file_name[pat_builder_size(&builder)] = '\0';
}

pat_status pat_api_bundle_get(pat_api *api, const pat_api_request *request,
                              pat_api_response *ret_response, pat_err *reterr) {
  uint8_t asset[PAT_ASSET_ID_BYTES];
  uint64_t since = 0;
  pat_api_number parameter = {"since", 1, PAT_TLOG_SIZE_MAX};
  PAT_TRY(pat_base32_asset_decode(request->path_values[0], asset, reterr));
  PAT_TRY(pat_api_query_number(request, parameter, &since, reterr));
  PAT_CLEANUP(pat_api_bundle_clear) pat_api_bundle bundle = {.api = NULL};
  pat_api_bundle_about about = {.asset = asset};
  PAT_TRY(pat_api_bundle_open(api, about, &bundle, reterr));
  Patina__ProofBundle *message = NULL;
  PAT_TRY(pat_api_bundle_message(&bundle, since, &message, reterr));
  name_file(asset, ret_response);
  ret_response->status = 200;
  return pat_api_give_message(request, &message->base, ret_response);
}
