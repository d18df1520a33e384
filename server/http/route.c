#include "server/http/route.h"

#include "core/base/assert.h"
#include "server/http/head.h"

/* What a path's segment may hold beside unreserved characters: those of RFC 3986's path characters
 * that an asset id's check symbol can be. */
static const char segment_also[] = "*$=";

/* The unreserved characters of RFC 3986. Nothing here is ever percent-decoded. */
static bool is_plain(uint8_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

static bool is_one_of(uint8_t c, const char *list) {
  for (size_t i = 0; list[i] != '\0'; i++) {
    if (c == (uint8_t)list[i]) return true;
  }
  return false;
}

static bool all_plain(pat_span text, const char *also) {
  for (size_t i = 0; i < text.size; i++) {
    if (!is_plain(text.data[i]) && !is_one_of(text.data[i], also)) return false;
  }
  return text.size > 0;
}

/* Takes "/segment" off the front. False where the path does not go on with one. */
static bool next_segment(pat_span *path, pat_span *ret_segment) {
  if (!pat_span_starts_with(*path, PAT_SPAN_LITERAL("/"))) return false;
  size_t end = 1;
  while (end < path->size && path->data[end] != '/')
    end++;
  *ret_segment = pat_span_slice(*path, 1, end - 1);
  *path = pat_span_slice(*path, end, path->size - end);
  return true;
}

static bool ends_with(pat_span text, pat_span ending) {
  if (text.size < ending.size) return false;
  return pat_span_equal(pat_span_slice(text, text.size - ending.size, ending.size), ending);
}

static bool matches(const char *pattern, pat_span path, pat_span *values) {
  pat_span wanted = pat_span_text(pattern);
  pat_span part = PAT_SPAN_EMPTY;
  size_t count = 0;
  while (next_segment(&wanted, &part)) {
    bool is_value = pat_span_starts_with(part, PAT_SPAN_LITERAL("{"));
    if (is_value) PAT_ASSERT(count < PAT_API_PATH_VALUES_MAX);
    if (ends_with(part, PAT_SPAN_LITERAL("...}"))) {
      if (path.size < 2) return false;
      values[count] = pat_span_slice(path, 1, path.size - 1);
      return all_plain(values[count], "/");
    }
    pat_span segment = PAT_SPAN_EMPTY;
    if (!next_segment(&path, &segment)) return false;
    if (is_value && !all_plain(segment, segment_also)) return false;
    if (!is_value && !pat_span_equal(segment, part)) return false;
    if (is_value) values[count++] = segment;
  }
  return path.size == 0;
}

pat_http_match pat_http_route_find(pat_api_routes routes, pat_api_method method, pat_span path) {
  pat_http_match match = {.number = routes.count};
  for (size_t i = 0; i < routes.count; i++) {
    const pat_api_route *route = &routes.items[i];
    pat_span values[PAT_API_PATH_VALUES_MAX] = {{0}};
    if (!matches(route->pattern, path, values)) continue;
    match.methods |= 1u << route->method;
    if (match.route == NULL) match.flags |= route->flags;
    if (route->method != method || match.route != NULL) continue;
    match.route = route;
    match.number = i;
    match.flags = route->flags;
    for (size_t v = 0; v < PAT_API_PATH_VALUES_MAX; v++)
      match.values[v] = values[v];
  }
  return match;
}

static pat_span name_of(pat_span parameter) {
  size_t size = 0;
  while (size < parameter.size && parameter.data[size] != '=')
    size++;
  return pat_span_slice(parameter, 0, size);
}

static bool is_known(const char *names, pat_span name) {
  pat_span known = pat_span_text(names);
  pat_span item = PAT_SPAN_EMPTY;
  while (pat_http_list_next(&known, ' ', &item)) {
    if (pat_span_equal(item, name)) return true;
  }
  return false;
}

static bool stands_in(pat_span parameters, pat_span name) {
  pat_span parameter = PAT_SPAN_EMPTY;
  while (pat_http_list_next(&parameters, '&', &parameter)) {
    if (pat_span_equal(name_of(parameter), name)) return true;
  }
  return false;
}

static pat_status refuse(pat_span name, pat_err *reterr) {
  char place[sizeof(reterr->place)] = {0};
  size_t size = name.size < sizeof(place) - 1 ? name.size : sizeof(place) - 1;
  pat_span_copy(place, sizeof(place), pat_span_slice(name, 0, size));
  return pat_refuse_at(PAT_RULE_API_QUERY, reterr, 0, place);
}

pat_status pat_http_query_check(const pat_api_route *route, pat_span query, pat_err *reterr) {
  pat_span parameter = PAT_SPAN_EMPTY;
  while (pat_http_list_next(&query, '&', &parameter)) {
    pat_span name = name_of(parameter);
    if (!is_known(route->query, name)) return refuse(name, reterr);
    if (stands_in(query, name)) return refuse(name, reterr);
    if (parameter.size < name.size + 2) return refuse(name, reterr);
    size_t from = name.size + 1;
    if (!all_plain(pat_span_slice(parameter, from, parameter.size - from), "")) {
      return refuse(name, reterr);
    }
  }
  return PAT_OK;
}
