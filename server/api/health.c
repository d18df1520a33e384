/* /livez, /readyz and /metrics: for the admin listener, never for the public one. */
#include "server/api/handlers.h"
#include "server/api/support.h"

enum { METRICS_BYTES_MAX = 256 * 1024 };

static pat_status say_ok(pat_api_response *response) {
  response->status = 200;
  response->media = PAT_API_MEDIA_TEXT;
  return pat_blob_copy(PAT_SPAN_LITERAL("ok\n"), &response->body);
}

pat_status pat_api_livez_get(pat_api *api, const pat_api_request *request,
                             pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)request;
  (void)reterr;
  return say_ok(ret_response);
}

pat_status pat_api_readyz_get(pat_api *api, const pat_api_request *request,
                              pat_api_response *ret_response, pat_err *reterr) {
  (void)request;
  (void)reterr;
  PAT_TRY(api->port->ready(api->port->context));
  return say_ok(ret_response);
}

pat_status pat_api_metrics_get(pat_api *api, const pat_api_request *request,
                               pat_api_response *ret_response, pat_err *reterr) {
  (void)request;
  (void)reterr;
  PAT_CLEANUP(pat_blob_clear) pat_blob text = {0};
  PAT_TRY(pat_blob_init(METRICS_BYTES_MAX, &text));
  pat_builder builder;
  pat_builder_init(&builder, text.data, text.size);
  for (size_t i = 0; i < PAT_API_METRICS_SOURCES_MAX; i++) {
    const pat_api_metrics_source *source = &api->metrics[i];
    if (source->write != NULL) source->write(source->context, &builder);
  }
  pat_span written = PAT_SPAN_EMPTY;
  PAT_TRY(pat_builder_finish(&builder, &written));
  text.size = written.size;
  ret_response->status = 200;
  ret_response->media = PAT_API_MEDIA_METRICS;
  ret_response->body = pat_blob_take(&text);
  return PAT_OK;
}
