#include "server/api/exchange.h"

#include "core/base/assert.h"

const char *pat_api_media_name(pat_api_media media) {
  static const char *const names[PAT_API_MEDIA_COUNT] = {
      [PAT_API_MEDIA_NONE] = "",
      [PAT_API_MEDIA_BUNDLE] = "application/vnd.patina.bundle.v1+protobuf",
      [PAT_API_MEDIA_JSON] = "application/json",
      [PAT_API_MEDIA_PROTOBUF] = "application/x-protobuf",
      [PAT_API_MEDIA_TEXT] = "text/plain; charset=utf-8",
      [PAT_API_MEDIA_OCTETS] = "application/octet-stream",
      [PAT_API_MEDIA_EVENTS] = "text/event-stream",
      [PAT_API_MEDIA_METRICS] = "text/plain; version=0.0.4; charset=utf-8",
      [PAT_API_MEDIA_PROBLEM] = "application/problem+json",
  };
  PAT_ASSERT(media < PAT_API_MEDIA_COUNT);
  return names[media];
}

void pat_api_response_clear(pat_api_response *response) {
  pat_blob_clear(&response->body);
  if (response->feed.close != NULL) response->feed.close(response->feed.context);
  *response = (pat_api_response){0};
}
