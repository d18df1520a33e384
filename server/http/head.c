#include "server/http/head.h"

#include "core/base/assert.h"
#include "core/bytes/text.h"

static uint8_t lower(uint8_t c) { return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c; }

bool pat_http_same_word(pat_span a, pat_span b) {
  if (a.size != b.size) return false;
  for (size_t i = 0; i < a.size; i++) {
    if (lower(a.data[i]) != lower(b.data[i])) return false;
  }
  return true;
}

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

static pat_span trimmed(pat_span text) {
  while (text.size > 0 && is_blank(text.data[0]))
    text = pat_span_slice(text, 1, text.size - 1);
  while (text.size > 0 && is_blank(text.data[text.size - 1]))
    text.size--;
  return text;
}

bool pat_http_list_next(pat_span *list, char separator, pat_span *ret_item) {
  if (list->size == 0) return false;
  size_t end = 0;
  while (end < list->size && list->data[end] != (uint8_t)separator)
    end++;
  *ret_item = trimmed(pat_span_slice(*list, 0, end));
  size_t taken = end < list->size ? end + 1 : end;
  *list = pat_span_slice(*list, taken, list->size - taken);
  return true;
}

bool pat_http_head_next(const pat_http_head *head, const char *name, size_t *cursor,
                        pat_span *ret_value) {
  PAT_ASSERT(head->field_count <= PAT_HTTP_HEADERS_MAX);
  while (*cursor < head->field_count) {
    const pat_http_field *field = &head->fields[(*cursor)++];
    if (!pat_http_same_word(field->name, pat_span_text(name))) continue;
    *ret_value = field->value;
    return true;
  }
  return false;
}

pat_span pat_http_head_value(const pat_http_head *head, const char *name) {
  pat_span value = PAT_SPAN_EMPTY;
  size_t cursor = 0;
  if (!pat_http_head_next(head, name, &cursor, &value)) return PAT_SPAN_EMPTY;
  return value;
}

static size_t count_of(const pat_http_head *head, const char *name) {
  size_t count = 0;
  size_t cursor = 0;
  pat_span value = PAT_SPAN_EMPTY;
  while (pat_http_head_next(head, name, &cursor, &value))
    count++;
  return count;
}

static bool is_letter_or_digit(uint8_t c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

static bool is_one_of(uint8_t c, const char *set) {
  for (; *set != '\0'; set++) {
    if (c == (uint8_t)*set) return true;
  }
  return false;
}

static bool is_name_char(uint8_t c) {
  return is_letter_or_digit(c) || is_one_of(c, "!#$%&'*+-.^_`|~");
}

static bool is_value_char(uint8_t c) { return c == '\t' || (c >= 0x20 && c != 0x7f); }

/* What RFC 3986 lets stand in a path or query. */
static bool is_target_char(uint8_t c) {
  return is_letter_or_digit(c) || is_one_of(c, "-._~!$&'()*+,;=:@/%?");
}

static bool all_are(pat_span text, bool (*is_allowed)(uint8_t)) {
  for (size_t i = 0; i < text.size; i++) {
    if (!is_allowed(text.data[i])) return false;
  }
  return true;
}

static pat_status check_sizes(const pat_http_head *head, pat_err *reterr) {
  PAT_REQUIRE_AT(head->path.size + head->query.size <= PAT_HTTP_TARGET_BYTES_MAX, HTTP_TARGET_SIZE,
                 reterr, 0, "");
  PAT_REQUIRE_AT(head->bytes <= PAT_HTTP_HEAD_BYTES_MAX, HTTP_HEAD_SIZE, reterr, 0, "");
  /* The library stops splitting at its bound, so what follows the last field may be unseen. */
  PAT_REQUIRE_AT(head->field_count < PAT_HTTP_HEADERS_MAX, HTTP_HEAD_SIZE, reterr, 0, "");
  for (size_t i = 0; i < head->field_count; i++) {
    PAT_REQUIRE_AT(head->fields[i].value.size <= PAT_HTTP_HEADER_BYTES_MAX, HTTP_HEAD_SIZE, reterr,
                   0, "");
  }
  return PAT_OK;
}

static pat_status check_form(const pat_http_head *head, pat_err *reterr) {
  PAT_REQUIRE_AT(!head->lines_bad, HTTP_REQUEST_FORM, reterr, 0, "");
  PAT_REQUIRE_AT(pat_span_starts_with(head->path, PAT_SPAN_LITERAL("/")), HTTP_REQUEST_FORM, reterr,
                 0, "");
  PAT_REQUIRE_AT(all_are(head->path, is_target_char), HTTP_REQUEST_FORM, reterr, 0, "");
  PAT_REQUIRE_AT(all_are(head->query, is_target_char), HTTP_REQUEST_FORM, reterr, 0, "");
  for (size_t i = 0; i < head->field_count; i++) {
    const pat_http_field *field = &head->fields[i];
    PAT_REQUIRE_AT(field->name.size > 0, HTTP_REQUEST_FORM, reterr, 0, "");
    PAT_REQUIRE_AT(all_are(field->name, is_name_char), HTTP_REQUEST_FORM, reterr, 0, "");
    PAT_REQUIRE_AT(all_are(field->value, is_value_char), HTTP_REQUEST_FORM, reterr, 0, "");
  }
  return PAT_OK;
}

static bool is_version(const pat_http_head *head, const char *version) {
  return pat_span_equal(head->version, pat_span_text(version));
}

static pat_status check_host(const pat_http_head *head, pat_err *reterr) {
  size_t count = count_of(head, "Host");
  size_t least = is_version(head, "1.1") ? 1 : 0;
  PAT_REQUIRE_AT(count <= 1, HTTP_REQUEST_FORM, reterr, 0, "Host");
  PAT_REQUIRE_AT(count >= least, HTTP_REQUEST_FORM, reterr, 0, "Host");
  return PAT_OK;
}

static pat_http_method method_of(pat_span method) {
  static const struct {
    const char *name;
    pat_http_method method;
  } methods[] = {{"GET", PAT_HTTP_GET},       {"HEAD", PAT_HTTP_HEAD},
                 {"POST", PAT_HTTP_POST},     {"OPTIONS", PAT_HTTP_OPTIONS},
                 {"PUT", PAT_HTTP_UNTAKEN},   {"PATCH", PAT_HTTP_UNTAKEN},
                 {"DELETE", PAT_HTTP_UNTAKEN}};
  for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
    if (pat_span_equal(method, pat_span_text(methods[i].name))) return methods[i].method;
  }
  return PAT_HTTP_UNKNOWN;
}

static pat_status read_chunked(const pat_http_head *head, pat_http_framing *framing,
                               pat_err *reterr) {
  const char *place = "Transfer-Encoding";
  PAT_REQUIRE_AT(count_of(head, place) == 1, HTTP_BODY_FRAMING, reterr, 0, place);
  PAT_REQUIRE_AT(count_of(head, "Content-Length") == 0, HTTP_BODY_FRAMING, reterr, 0, place);
  PAT_REQUIRE_AT(is_version(head, "1.1"), HTTP_BODY_FRAMING, reterr, 0, place);
  PAT_REQUIRE_AT(pat_http_same_word(pat_http_head_value(head, place), PAT_SPAN_LITERAL("chunked")),
                 HTTP_BODY_FRAMING, reterr, 0, place);
  framing->chunked = true;
  return PAT_OK;
}

static pat_status read_length(const pat_http_head *head, pat_http_framing *framing,
                              pat_err *reterr) {
  const char *place = "Content-Length";
  PAT_REQUIRE_AT(count_of(head, place) == 1, HTTP_BODY_FRAMING, reterr, 0, place);
  pat_status status = pat_text_u64(pat_http_head_value(head, place), &framing->content_length);
  PAT_REQUIRE_AT(pat_is_ok(status), HTTP_BODY_FRAMING, reterr, 0, place);
  return PAT_OK;
}

static pat_status read_body(const pat_http_head *head, uint64_t body_bytes_max,
                            pat_http_framing *framing, pat_err *reterr) {
  bool has_coding = count_of(head, "Transfer-Encoding") > 0;
  bool has_length = count_of(head, "Content-Length") > 0;
  if (has_coding) PAT_TRY(read_chunked(head, framing, reterr));
  if (has_length) PAT_TRY(read_length(head, framing, reterr));
  if (framing->method == PAT_HTTP_POST) {
    PAT_REQUIRE_AT(has_coding || has_length, HTTP_LENGTH_REQUIRED, reterr, 0, "");
  }
  if (framing->method < PAT_HTTP_UNTAKEN && framing->method != PAT_HTTP_POST) {
    PAT_REQUIRE_AT(!has_coding, HTTP_BODY_UNEXPECTED, reterr, 0, "");
    PAT_REQUIRE_AT(framing->content_length == 0, HTTP_BODY_UNEXPECTED, reterr, 0, "");
  }
  PAT_REQUIRE_AT(framing->content_length <= body_bytes_max, HTTP_BODY_SIZE, reterr, 0, "");
  return PAT_OK;
}

static pat_status read_expectation(const pat_http_head *head, pat_http_framing *framing,
                                   pat_err *reterr) {
  if (count_of(head, "Expect") == 0) return PAT_OK;
  PAT_REQUIRE_AT(
      pat_http_same_word(pat_http_head_value(head, "Expect"), PAT_SPAN_LITERAL("100-continue")),
      HTTP_EXPECTATION, reterr, 0, "Expect");
  framing->expects_continue = true;
  return PAT_OK;
}

/* As the library decides it: the first Connection field alone counts. */
static bool wants_keep_alive(const pat_http_head *head) {
  if (count_of(head, "Connection") == 0) return is_version(head, "1.1");
  pat_span options = pat_http_head_value(head, "Connection");
  pat_span option = PAT_SPAN_EMPTY;
  while (pat_http_list_next(&options, ',', &option)) {
    if (pat_http_same_word(option, PAT_SPAN_LITERAL("keep-alive"))) return true;
  }
  return false;
}

pat_status pat_http_head_check(const pat_http_head *head, uint64_t body_bytes_max,
                               pat_http_framing *ret_framing, pat_err *reterr) {
  PAT_ASSERT(head->field_count <= PAT_HTTP_HEADERS_MAX);
  pat_http_framing framing = {.method = method_of(head->method)};
  PAT_TRY(check_sizes(head, reterr));
  PAT_TRY(check_form(head, reterr));
  PAT_REQUIRE_AT(is_version(head, "1.0") || is_version(head, "1.1"), HTTP_VERSION, reterr, 0, "");
  PAT_TRY(check_host(head, reterr));
  PAT_TRY(read_body(head, body_bytes_max, &framing, reterr));
  PAT_TRY(read_expectation(head, &framing, reterr));
  framing.keep_alive = wants_keep_alive(head);
  *ret_framing = framing;
  return PAT_OK;
}
