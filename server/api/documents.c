/* GET /openapi.json, and /problems/{rule}: what the type of a problem document points to. */
#include "server/api/documents.h"

#include "core/base/assert.h"
#include "server/api/handlers.h"
#include "server/api/support.h"

enum { RULE_ID_BYTES_MAX = 64, TEXT_BYTES_MAX = 1024 };

pat_status pat_api_openapi_get(pat_api *api, const pat_api_request *request,
                               pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)request;
  (void)reterr;
  pat_span document = pat_span_make(pat_api_openapi_document, pat_api_openapi_document_bytes);
  ret_response->status = 200;
  ret_response->media = PAT_API_MEDIA_JSON;
  ret_response->cache = PAT_API_CACHE_REVALIDATE;
  return pat_blob_copy(document, &ret_response->body);
}

static pat_status find_rule(pat_span id, pat_rule *ret_rule) {
  char text[RULE_ID_BYTES_MAX + 1] = {0};
  PAT_REQUIRE(id.size <= RULE_ID_BYTES_MAX, API_PROBLEM_NOT_FOUND);
  pat_span_copy(text, RULE_ID_BYTES_MAX, id);
  pat_rule rule = pat_rule_find(text);
  PAT_REQUIRE(rule != PAT_RULE_COUNT, API_PROBLEM_NOT_FOUND);
  *ret_rule = rule;
  return PAT_OK;
}

pat_status pat_api_problem_get(pat_api *api, const pat_api_request *request,
                               pat_api_response *ret_response, pat_err *reterr) {
  (void)api;
  (void)reterr;
  pat_rule rule = PAT_RULE_NONE;
  PAT_TRY(find_rule(request->path_values[0], &rule));
  char room[TEXT_BYTES_MAX];
  pat_builder builder;
  pat_span text = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, room, sizeof(room));
  pat_builder_text(&builder, pat_rule_id(rule));
  pat_builder_text(&builder, "\n\n");
  pat_builder_text(&builder, pat_rule_message(rule));
  pat_builder_char(&builder, '\n');
  pat_builder_text(&builder, pat_rule_next(rule));
  pat_builder_char(&builder, '\n');
  PAT_TRY(pat_builder_finish(&builder, &text));
  ret_response->status = 200;
  ret_response->media = PAT_API_MEDIA_TEXT;
  ret_response->cache = PAT_API_CACHE_REVALIDATE;
  return pat_blob_copy(text, &ret_response->body);
}
