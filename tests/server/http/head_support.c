#include "tests/server/http/head_support.h"

#include <string.h>

static pat_span until(const char **rest, const char *ends) {
  size_t size = strcspn(*rest, ends);
  pat_span taken = pat_span_make(*rest, size);
  *rest += size;
  return taken;
}

static void skip(const char **rest, char expected) {
  if (**rest == expected) (*rest)++;
}

pat_http_head head_of(const char *text) {
  pat_http_head head = {.bytes = strlen(text)};
  head.method = until(&text, " ");
  skip(&text, ' ');
  head.path = until(&text, "? ");
  if (*text == '?') text++;
  head.query = until(&text, " ");
  skip(&text, ' ');
  if (strncmp(text, "HTTP/", 5) == 0) text += 5;
  head.version = until(&text, "\n");
  skip(&text, '\n');
  while (*text != '\0' && head.field_count < PAT_HTTP_HEADERS_MAX) {
    pat_http_field *field = &head.fields[head.field_count++];
    field->name = until(&text, ":\n");
    skip(&text, ':');
    skip(&text, ' ');
    field->value = until(&text, "\n");
    skip(&text, '\n');
  }
  return head;
}
