#include "clients/cli/import/words.h"

#include <string.h>
#include <strings.h>

#include "core/bytes/builder.h"

bool pat_words_is_space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool pat_words_is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
bool pat_words_is_upper(uint8_t c) { return c >= 'A' && c <= 'Z'; }

bool pat_words_is_alnum(uint8_t c) {
  return pat_words_is_digit(c) || pat_words_is_upper(c) || (c >= 'a' && c <= 'z') || c >= 0x80;
}

pat_span pat_words_from(pat_span text, size_t offset) {
  return pat_span_slice(text, offset, text.size - offset);
}

pat_span pat_words_trim(pat_span text) {
  size_t from = 0;
  size_t to = text.size;
  while (from < to && pat_words_is_space(text.data[from]))
    from++;
  while (to > from && pat_words_is_space(text.data[to - 1]))
    to--;
  return pat_span_slice(text, from, to - from);
}

bool pat_words_starts(pat_span text, const char *start) {
  size_t size = strlen(start);
  return text.size >= size && strncasecmp((const char *)text.data, start, size) == 0;
}

bool pat_words_equal(pat_span text, const char *other) {
  return text.size == strlen(other) && pat_words_starts(text, other);
}

size_t pat_words_find(pat_span text, const char *words) {
  size_t size = strlen(words);
  for (size_t at = 0; at + size <= text.size; at++) {
    bool begins = at == 0 || !pat_words_is_alnum(text.data[at - 1]);
    bool ends = at + size == text.size || !pat_words_is_alnum(text.data[at + size]);
    if (begins && ends && pat_words_starts(pat_words_from(text, at), words)) return at;
  }
  return text.size;
}

/* The bytes of a control character that begins here; 0 where none does. */
static size_t control_size(pat_span text, size_t at) {
  uint8_t c = text.data[at];
  if (c < 0x20 || c == 0x7f) return 1;
  bool c1 =
      c == 0xc2 && at + 1 < text.size && text.data[at + 1] >= 0x80 && text.data[at + 1] < 0xa0;
  return c1 ? 2 : 0;
}

pat_status pat_words_tidy(pat_arena *arena, pat_span text, pat_span *ret_text) {
  char *tidy = pat_arena_take(arena, text.size + 1);
  PAT_REQUIRE(tidy != NULL, LIMIT_MEMORY);
  size_t size = 0;
  bool gap = false;
  for (size_t at = 0; at < text.size;) {
    size_t control = control_size(text, at);
    if (pat_words_is_space(text.data[at])) {
      gap = size > 0;
      at++;
    } else if (control > 0) {
      at += control;
    } else {
      if (gap) tidy[size++] = ' ';
      gap = false;
      tidy[size++] = (char)text.data[at++];
    }
  }
  tidy[size] = '\0';
  *ret_text = pat_span_make(tidy, size);
  return PAT_OK;
}

pat_status pat_words_copy(pat_arena *arena, pat_span text, const char **ret_text) {
  char *copy = pat_arena_take(arena, text.size + 1);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, text.size, text);
  *ret_text = copy;
  return PAT_OK;
}
