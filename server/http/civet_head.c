/* civetweb splits the head in place: it puts NULs over blanks and line ends and keeps pointers into
 * the one buffer. It takes a bare LF for a line end, drops blanks before a colon, and stops
 * silently at a folded line, with the fields behind it unseen: each a way to smuggle a request past
 * a proxy. What it overwrote can still be told from where the pieces stand: CR LF leaves two NULs
 * between a value and the next name, and CR and one NUL behind those of the last field. */
#include "server/http/civet_head.h"

#include <string.h>

static const char *end_of(const char *text) { return text + strlen(text); }

static const char *target_end(const struct mg_request_info *request) {
  return end_of(request->query_string != NULL ? request->query_string : request->request_uri);
}

/* One blank between the words of the request line, one line end behind it. */
static bool request_line_ok(const struct mg_request_info *request) {
  const char *version = request->http_version - strlen("HTTP/");
  if (request->request_uri != end_of(request->request_method) + 1) return false;
  if (version != target_end(request) + 1) return false;
  if (request->num_headers == 0) return true;
  return request->http_headers[0].name == end_of(request->http_version) + 2;
}

/* The colon stands right behind the name: otherwise its NUL is preceded by another. */
static bool colon_ok(const struct mg_header *field) {
  const char *colon = end_of(field->name);
  return field->value == colon + 1 || colon[1] != '\0';
}

static bool line_end_ok(const struct mg_request_info *request, int number) {
  const char *end = end_of(request->http_headers[number].value);
  if (number + 1 < request->num_headers) return request->http_headers[number + 1].name == end + 2;
  return end[1] == '\0' && end[2] == '\r';
}

static bool lines_ok(const struct mg_request_info *request) {
  if (!request_line_ok(request)) return false;
  for (int i = 0; i < request->num_headers; i++) {
    if (!colon_ok(&request->http_headers[i])) return false;
    if (!line_end_ok(request, i)) return false;
  }
  return true;
}

/* civetweb takes the blanks in front of a value off, but not those behind it. */
static pat_span value_of(const struct mg_header *field) {
  pat_span value = pat_span_text(field->value);
  while (value.size > 0 && value.data[value.size - 1] == ' ')
    value.size--;
  return value;
}

static size_t head_bytes(const struct mg_request_info *request) {
  const char *end = request->num_headers == 0
                        ? end_of(request->http_version)
                        : end_of(request->http_headers[request->num_headers - 1].value);
  return (size_t)(end - request->request_method);
}

void pat_http_civet_head(const struct mg_request_info *request, pat_http_head *ret_head) {
  size_t count = request->num_headers < 0 ? 0 : (size_t)request->num_headers;
  if (count > PAT_HTTP_HEADERS_MAX) count = PAT_HTTP_HEADERS_MAX;
  ret_head->method = pat_span_text(request->request_method);
  ret_head->path = pat_span_text(request->local_uri_raw);
  ret_head->query =
      request->query_string == NULL ? PAT_SPAN_EMPTY : pat_span_text(request->query_string);
  ret_head->version = pat_span_text(request->http_version);
  for (size_t i = 0; i < count; i++) {
    ret_head->fields[i].name = pat_span_text(request->http_headers[i].name);
    ret_head->fields[i].value = value_of(&request->http_headers[i]);
  }
  ret_head->field_count = count;
  ret_head->bytes = head_bytes(request);
  ret_head->lines_bad = !lines_ok(request);
}
