#include "server/http/reply.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/bytes/text.h"
#include "core/crypto/hash.h"
#include "server/http/head.h"

enum { MS_PER_S = 1000, S_PER_DAY = 86400, DAYS_PER_ERA = 146097, ETAG_HASH_BYTES = 16 };

const char *pat_http_status_phrase(unsigned status) {
  static const struct {
    unsigned status;
    const char *phrase;
  } phrases[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {411, "Length Required"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
  };
  for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
    if (phrases[i].status == status) return phrases[i].phrase;
  }
  return "Unknown";
}

typedef struct {
  uint64_t year, month, day; /* month 1..12 */
} civil_date;

/* Counts years from March, so that the leap day is the last of its year. */
static civil_date date_of(uint64_t days_since_1970) {
  uint64_t days = days_since_1970 + 719468; /* from 0000-03-01 */
  uint64_t era = days / DAYS_PER_ERA;
  uint64_t of_era = days % DAYS_PER_ERA;
  uint64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  uint64_t month = (5 * of_year + 2) / 153;
  civil_date date = {.year = year + era * 400,
                     .month = month < 10 ? month + 3 : month - 9,
                     .day = of_year - (153 * month + 2) / 5 + 1};
  if (date.month <= 2) date.year++;
  return date;
}

static void two_digits(pat_builder *builder, uint64_t value) {
  pat_builder_char(builder, (char)('0' + value / 10 % 10));
  pat_builder_char(builder, (char)('0' + value % 10));
}

void pat_http_date(uint64_t now_ms, pat_builder *builder) {
  static const char *const weekdays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  uint64_t seconds = now_ms / MS_PER_S;
  uint64_t days = seconds / S_PER_DAY;
  civil_date date = date_of(days);
  pat_builder_text(builder, weekdays[days % 7]);
  pat_builder_text(builder, ", ");
  two_digits(builder, date.day);
  pat_builder_char(builder, ' ');
  pat_builder_text(builder, months[date.month - 1]);
  pat_builder_char(builder, ' ');
  two_digits(builder, date.year / 100);
  two_digits(builder, date.year);
  pat_builder_char(builder, ' ');
  two_digits(builder, seconds % S_PER_DAY / 3600);
  pat_builder_char(builder, ':');
  two_digits(builder, seconds % 3600 / 60);
  pat_builder_char(builder, ':');
  two_digits(builder, seconds % 60);
  pat_builder_text(builder, " GMT");
}

void pat_http_etag(pat_span body, char ret_etag[PAT_HTTP_ETAG_BYTES]) {
  pat_hash hash = pat_hash_of(body);
  ret_etag[0] = '"';
  pat_status status = pat_hex_encode(pat_span_make(hash.bytes, ETAG_HASH_BYTES), ret_etag + 1,
                                     PAT_HTTP_ETAG_BYTES - 2);
  PAT_ASSERT(pat_is_ok(status));
  ret_etag[PAT_HTTP_ETAG_BYTES - 3] = '"';
  ret_etag[PAT_HTTP_ETAG_BYTES - 2] = '\0';
}

static void field(pat_builder *builder, const char *name, const char *value) {
  pat_builder_text(builder, name);
  pat_builder_text(builder, ": ");
  pat_builder_text(builder, value);
  pat_builder_text(builder, "\r\n");
}

static void number_field(pat_builder *builder, const char *name, uint64_t value) {
  pat_builder_text(builder, name);
  pat_builder_text(builder, ": ");
  pat_builder_decimal(builder, value);
  pat_builder_text(builder, "\r\n");
}

static void write_methods(pat_builder *builder, const char *name, unsigned methods) {
  pat_builder_text(builder, name);
  pat_builder_text(builder, ": OPTIONS");
  if ((methods & 1u << PAT_API_GET) != 0) pat_builder_text(builder, ", GET, HEAD");
  if ((methods & 1u << PAT_API_POST) != 0) pat_builder_text(builder, ", POST");
  pat_builder_text(builder, "\r\n");
}

static void write_cache(const pat_http_reply *reply, pat_builder *builder) {
  switch (reply->cache) {
    case PAT_API_CACHE_NEVER:
      field(builder, "Cache-Control", "no-store");
      break;
    case PAT_API_CACHE_REVALIDATE:
      field(builder, "Cache-Control", "no-cache");
      break;
    case PAT_API_CACHE_SECONDS:
      pat_builder_text(builder, "Cache-Control: public, max-age=");
      pat_builder_decimal(builder, PAT_API_CHECKPOINT_CACHE_S);
      pat_builder_text(builder, "\r\n");
      break;
    case PAT_API_CACHE_FOREVER:
      field(builder, "Cache-Control", "public, max-age=31536000, immutable");
      break;
  }
}

/* The same address with the cursor of the next page. */
static void write_link(const pat_http_reply *reply, pat_builder *builder) {
  pat_span query = reply->query;
  pat_span parameter = PAT_SPAN_EMPTY;
  pat_builder_text(builder, "Link: <");
  pat_builder_span(builder, reply->path);
  pat_builder_char(builder, '?');
  while (pat_http_list_next(&query, '&', &parameter)) {
    if (pat_span_starts_with(parameter, PAT_SPAN_LITERAL("cursor="))) continue;
    pat_builder_span(builder, parameter);
    pat_builder_char(builder, '&');
  }
  pat_builder_text(builder, "cursor=");
  pat_builder_text(builder, reply->next);
  pat_builder_text(builder, ">; rel=\"next\"\r\n");
}

static void write_origin(const pat_http_reply *reply, pat_builder *builder) {
  if (!reply->is_public) {
    field(builder, "Cross-Origin-Resource-Policy", "same-origin");
    return;
  }
  field(builder, "Cross-Origin-Resource-Policy", "cross-origin");
  field(builder, "Access-Control-Allow-Origin", "*");
  if (!reply->is_preflight) {
    field(builder, "Access-Control-Expose-Headers",
          "Content-Disposition, ETag, Link, Retry-After, Request-Id");
    return;
  }
  write_methods(builder, "Access-Control-Allow-Methods", reply->methods);
  field(builder, "Access-Control-Allow-Headers",
        "Accept, Content-Type, If-None-Match, Last-Event-ID");
  field(builder, "Access-Control-Max-Age", "86400");
}

/* For every response, whatever it is: nothing but the portal's files is a page. */
static void write_security(const pat_http_reply *reply, pat_builder *builder) {
  field(builder, "X-Content-Type-Options", "nosniff");
  field(builder, "Referrer-Policy", "no-referrer");
  if (reply->file != NULL) {
    pat_http_files_security(builder);
    return;
  }
  field(builder, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
}

static void write_file_fields(const pat_http_file_answer *file, pat_builder *builder) {
  field(builder, "Content-Type", file->type);
  if (file->coding[0] != '\0') field(builder, "Content-Encoding", file->coding);
  field(builder, "Vary", "Accept-Encoding");
}

static void write_disposition(const pat_http_reply *reply, pat_builder *builder) {
  if (reply->file_name == NULL || reply->file_name[0] == '\0') return;
  pat_builder_text(builder, "Content-Disposition: attachment; filename=\"");
  pat_builder_text(builder, reply->file_name);
  pat_builder_text(builder, "\"\r\n");
}

static void write_body_fields(const pat_http_reply *reply, pat_builder *builder) {
  bool has_body = reply->status != 204 && reply->status != 304;
  if (reply->file != NULL) write_file_fields(reply->file, builder);
  if (has_body && reply->file == NULL && reply->media != PAT_API_MEDIA_NONE) {
    field(builder, "Content-Type", pat_api_media_name(reply->media));
    write_disposition(reply, builder);
  }
  if (has_body && reply->has_length) number_field(builder, "Content-Length", reply->length);
  if (reply->varies) field(builder, "Vary", "Accept");
  if (reply->etag[0] != '\0') field(builder, "ETag", reply->etag);
  if (reply->next[0] != '\0') write_link(reply, builder);
}

void pat_http_reply_head(const pat_http_reply *reply, pat_builder *builder) {
  pat_builder_text(builder, "HTTP/1.1 ");
  pat_builder_decimal(builder, reply->status);
  pat_builder_char(builder, ' ');
  pat_builder_text(builder, pat_http_status_phrase(reply->status));
  pat_builder_text(builder, "\r\nDate: ");
  pat_http_date(reply->now_ms, builder);
  pat_builder_text(builder, "\r\n");
  field(builder, "Request-Id", reply->request_id);
  field(builder, "Connection", reply->keep_alive ? "keep-alive" : "close");
  write_body_fields(reply, builder);
  write_cache(reply, builder);
  if (reply->methods != 0) write_methods(builder, "Allow", reply->methods);
  if (reply->retry_after_s != 0) number_field(builder, "Retry-After", reply->retry_after_s);
  if (reply->async_applied) field(builder, "Preference-Applied", "respond-async");
  write_origin(reply, builder);
  write_security(reply, builder);
  pat_builder_text(builder, "\r\n");
}
