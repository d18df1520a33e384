/* What a request's header fields ask for: media types, preferences, entity tags (RFC 9110, RFC
 * 7240). Pure. Fields that make no sense are as good as absent. */
#ifndef PAT_SERVER_HTTP_NEGOTIATE_H
#define PAT_SERVER_HTTP_NEGOTIATE_H

#include "server/api/exchange.h"
#include "server/http/head.h"

/* The media type of `produces` that the Accept fields like best; the lowest of equals. Without an
 * Accept field any will do. PAT_API_MEDIA_NONE: none of them is accepted. */
pat_api_media pat_http_accepted(const pat_http_head *head, unsigned produces) PAT_NONNULL_ALL;

/* The media type of the body, where it is one of `consumes` and its charset, if any, is UTF-8;
 * PAT_API_MEDIA_NONE otherwise, or where Content-Type is missing or stands twice. */
pat_api_media pat_http_body_media(const pat_http_head *head, unsigned consumes) PAT_NONNULL_ALL;

/* True where the Accept-Encoding fields name this coding with a weight above 0. One that they do
 * not name is not sent, whatever "*" says. */
bool pat_http_accepts_coding(const pat_http_head *head, const char *coding) PAT_NONNULL_ALL;

/* True where the Accept fields name text/html itself: somebody looks, and no program asks. */
bool pat_http_accepts_page(const pat_http_head *head) PAT_NONNULL_ALL;

/* True where a Prefer field asks for respond-async. */
bool pat_http_prefers_async(const pat_http_head *head) PAT_NONNULL_ALL;

/* True where If-None-Match names this entity tag (with its quotes), or any. */
bool pat_http_has_etag(const pat_http_head *head, pat_span etag) PAT_NONNULL(1);

#endif
