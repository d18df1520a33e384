#include "server/http/negotiate.h"

/* How well a media range fits: its weight in thousandths, and how exactly it names the type. */
typedef struct {
  unsigned weight;
  unsigned precision; /* 0: does not fit; 1: any type; 2: any subtype; 3: the type itself */
} fit;

/* "text/plain" of "text/plain; charset=utf-8". */
static pat_span bare_type(pat_span media) {
  pat_span type = PAT_SPAN_EMPTY;
  return pat_http_list_next(&media, ';', &type) ? type : PAT_SPAN_EMPTY;
}

static pat_span before_slash(pat_span type) {
  size_t size = 0;
  while (size < type.size && type.data[size] != '/')
    size++;
  return pat_span_slice(type, 0, size);
}

static unsigned precision_of(pat_span range, pat_span type) {
  if (pat_http_same_word(range, type)) return 3;
  if (pat_span_equal(range, PAT_SPAN_LITERAL("*/*"))) return 1;
  pat_span family = before_slash(type);
  if (range.size != family.size + 2) return 0;
  if (!pat_http_same_word(pat_span_slice(range, 0, family.size), family)) return 0;
  pat_span rest = pat_span_slice(range, family.size, 2);
  return pat_span_equal(rest, PAT_SPAN_LITERAL("/*")) ? 2 : 0;
}

/* "0.5" as 500; 0 where it is no weight. */
static unsigned weight_of(pat_span text) {
  if (text.size == 0 || text.size > 5) return 0;
  if (text.data[0] != '0' && text.data[0] != '1') return 0;
  if (text.size > 1 && text.data[1] != '.') return 0;
  unsigned weight = (text.data[0] - '0') * 1000u;
  unsigned unit = 100;
  for (size_t i = 2; i < text.size; i++, unit /= 10) {
    if (text.data[i] < '0' || text.data[i] > '9') return 0;
    weight += (text.data[i] - '0') * unit;
  }
  return weight > 1000 ? 0 : weight;
}

static unsigned range_weight(pat_span range) {
  pat_span parameter = PAT_SPAN_EMPTY;
  while (pat_http_list_next(&range, ';', &parameter)) {
    if (parameter.size < 2) continue;
    if (!pat_http_same_word(pat_span_slice(parameter, 0, 2), PAT_SPAN_LITERAL("q="))) continue;
    return weight_of(pat_span_slice(parameter, 2, parameter.size - 2));
  }
  return 1000;
}

/* Of all ranges the most precise one decides. */
static fit fit_of(const pat_http_head *head, pat_span type) {
  fit best = {0};
  size_t cursor = 0;
  pat_span ranges = PAT_SPAN_EMPTY;
  while (pat_http_head_next(head, "Accept", &cursor, &ranges)) {
    pat_span range = PAT_SPAN_EMPTY;
    while (pat_http_list_next(&ranges, ',', &range)) {
      unsigned precision = precision_of(bare_type(range), type);
      if (precision <= best.precision) continue;
      best = (fit){.weight = range_weight(range), .precision = precision};
    }
  }
  return best;
}

static bool has_field(const pat_http_head *head, const char *name) {
  size_t cursor = 0;
  pat_span value = PAT_SPAN_EMPTY;
  return pat_http_head_next(head, name, &cursor, &value);
}

bool pat_http_accepts_coding(const pat_http_head *head, const char *coding) {
  size_t cursor = 0;
  pat_span items = PAT_SPAN_EMPTY;
  while (pat_http_head_next(head, "Accept-Encoding", &cursor, &items)) {
    pat_span item = PAT_SPAN_EMPTY;
    while (pat_http_list_next(&items, ',', &item)) {
      if (!pat_http_same_word(bare_type(item), pat_span_text(coding))) continue;
      return range_weight(item) > 0;
    }
  }
  return false;
}

bool pat_http_accepts_page(const pat_http_head *head) {
  fit page = fit_of(head, PAT_SPAN_LITERAL("text/html"));
  return page.precision == 3 && page.weight > 0;
}

pat_api_media pat_http_accepted(const pat_http_head *head, unsigned produces) {
  bool any = !has_field(head, "Accept");
  pat_api_media best = PAT_API_MEDIA_NONE;
  unsigned best_weight = 0;
  for (pat_api_media media = PAT_API_MEDIA_NONE + 1; media < PAT_API_MEDIA_COUNT; media++) {
    if ((produces & PAT_API_MEDIA_BIT(media)) == 0) continue;
    if (any) return media;
    fit found = fit_of(head, bare_type(pat_span_text(pat_api_media_name(media))));
    if (found.weight <= best_weight) continue;
    best = media;
    best_weight = found.weight;
  }
  return best;
}

static bool charset_is_utf8(pat_span content_type) {
  pat_span prefix = PAT_SPAN_LITERAL("charset=");
  pat_span parameter = PAT_SPAN_EMPTY;
  while (pat_http_list_next(&content_type, ';', &parameter)) {
    if (parameter.size < prefix.size) continue;
    if (!pat_http_same_word(pat_span_slice(parameter, 0, prefix.size), prefix)) continue;
    pat_span charset = pat_span_slice(parameter, prefix.size, parameter.size - prefix.size);
    if (!pat_http_same_word(charset, PAT_SPAN_LITERAL("utf-8")) &&
        !pat_http_same_word(charset, PAT_SPAN_LITERAL("\"utf-8\""))) {
      return false;
    }
  }
  return true;
}

pat_api_media pat_http_body_media(const pat_http_head *head, unsigned consumes) {
  size_t cursor = 0;
  pat_span content_type = PAT_SPAN_EMPTY;
  pat_span second = PAT_SPAN_EMPTY;
  if (!pat_http_head_next(head, "Content-Type", &cursor, &content_type)) return PAT_API_MEDIA_NONE;
  if (pat_http_head_next(head, "Content-Type", &cursor, &second)) return PAT_API_MEDIA_NONE;
  if (!charset_is_utf8(content_type)) return PAT_API_MEDIA_NONE;
  for (pat_api_media media = PAT_API_MEDIA_NONE + 1; media < PAT_API_MEDIA_COUNT; media++) {
    if ((consumes & PAT_API_MEDIA_BIT(media)) == 0) continue;
    pat_span type = bare_type(pat_span_text(pat_api_media_name(media)));
    if (pat_http_same_word(bare_type(content_type), type)) return media;
  }
  return PAT_API_MEDIA_NONE;
}

bool pat_http_prefers_async(const pat_http_head *head) {
  size_t cursor = 0;
  pat_span preferences = PAT_SPAN_EMPTY;
  while (pat_http_head_next(head, "Prefer", &cursor, &preferences)) {
    pat_span preference = PAT_SPAN_EMPTY;
    while (pat_http_list_next(&preferences, ',', &preference)) {
      if (pat_http_same_word(bare_type(preference), PAT_SPAN_LITERAL("respond-async"))) return true;
    }
  }
  return false;
}

static pat_span without_weakness(pat_span tag) {
  if (!pat_span_starts_with(tag, PAT_SPAN_LITERAL("W/"))) return tag;
  return pat_span_slice(tag, 2, tag.size - 2);
}

bool pat_http_has_etag(const pat_http_head *head, pat_span etag) {
  size_t cursor = 0;
  pat_span tags = PAT_SPAN_EMPTY;
  while (pat_http_head_next(head, "If-None-Match", &cursor, &tags)) {
    pat_span tag = PAT_SPAN_EMPTY;
    while (pat_http_list_next(&tags, ',', &tag)) {
      if (pat_span_equal(tag, PAT_SPAN_LITERAL("*"))) return true;
      if (pat_span_equal(without_weakness(tag), etag)) return true;
    }
  }
  return false;
}
