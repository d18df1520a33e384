#include "clients/cli/import/tokens.h"

#include <string.h>
#include <strings.h>

enum { NUMBER_DIGITS_MAX = 4 };

typedef struct {
  pat_span text;
  size_t at;
} token_cursor;

static uint8_t byte_at(const token_cursor *cursor, size_t ahead) {
  return cursor->at + ahead < cursor->text.size ? cursor->text.data[cursor->at + ahead] : 0;
}

static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

/* Letters beyond ASCII count as parts of words. */
static bool is_letter(uint8_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* En dash, em dash, minus: three bytes that stand for '-'; quotation marks: for '"'. */
static char general_punctuation(const token_cursor *cursor) {
  if (byte_at(cursor, 0) != 0xe2) return 0;
  if (byte_at(cursor, 1) == 0x88 && byte_at(cursor, 2) == 0x92) return '-';
  if (byte_at(cursor, 1) != 0x80) return 0;
  uint8_t last = byte_at(cursor, 2);
  if (last >= 0x90 && last <= 0x95) return '-';
  if (last == 0x9c || last == 0x9d) return '"';
  return 0;
}

static pat_token take_mark(token_cursor *cursor) {
  char wide = general_punctuation(cursor);
  size_t size = wide != 0 ? 3 : 1;
  pat_token token = {.kind = PAT_TOKEN_MARK,
                     .text = pat_span_slice(cursor->text, cursor->at, size),
                     .mark = wide != 0 ? wide : (char)byte_at(cursor, 0)};
  cursor->at += size;
  return token;
}

static pat_token take_word(token_cursor *cursor) {
  size_t from = cursor->at;
  while (is_letter(byte_at(cursor, 0)) && general_punctuation(cursor) == 0)
    cursor->at++;
  return (pat_token){.kind = PAT_TOKEN_WORD,
                     .text = pat_span_slice(cursor->text, from, cursor->at - from)};
}

static pat_token_kind kind_of_suffix(pat_span letters) {
  static const char *const ordinals[] = {"st", "nd", "rd", "th"};
  if (letters.size == 0) return PAT_TOKEN_NUMBER;
  if (letters.size == 1 && letters.data[0] == 's') return PAT_TOKEN_PLURAL;
  for (size_t i = 0; i < sizeof ordinals / sizeof *ordinals; i++) {
    if (letters.size == 2 && strncasecmp((const char *)letters.data, ordinals[i], 2) == 0) {
      return PAT_TOKEN_ORDINAL;
    }
  }
  return PAT_TOKEN_MARK; /* "633b" is no number */
}

static pat_token take_number(token_cursor *cursor) {
  size_t from = cursor->at;
  int number = 0;
  while (is_digit(byte_at(cursor, 0))) {
    if (cursor->at - from < NUMBER_DIGITS_MAX) number = number * 10 + (byte_at(cursor, 0) - '0');
    cursor->at++;
  }
  size_t digits = cursor->at - from;
  pat_token suffix = take_word(cursor);
  pat_token token = {.kind = kind_of_suffix(suffix.text),
                     .text = pat_span_slice(cursor->text, from, cursor->at - from),
                     .number = number};
  if (digits > NUMBER_DIGITS_MAX) token.kind = PAT_TOKEN_MARK;
  return token;
}

static char closing_of(char open) {
  switch (open) {
    case '[':
      return ']';
    case '(':
      return ')';
    case '"':
      return '"';
    default:
      return 0;
  }
}

/* Moves behind what the mark opens; false where it is never closed, and nothing is hidden then. */
static bool skip_hidden(token_cursor *cursor, char open) {
  char close = closing_of(open);
  struct {
    pat_span text;
    size_t at;
  } saved = {cursor->text, cursor->at};
  size_t depth = 1;
  while (close != 0 && cursor->at < cursor->text.size) {
    pat_token token = take_mark(cursor);
    if (token.mark == close && --depth == 0) return true;
    if (token.mark == open && open != close) depth++;
  }
  cursor->at = saved.at;
  return false;
}

static pat_token take(token_cursor *cursor, bool hide, bool opens_text) {
  uint8_t c = byte_at(cursor, 0);
  if (is_digit(c)) return take_number(cursor);
  if (is_letter(c) && general_punctuation(cursor) == 0) return take_word(cursor);
  pat_token token = take_mark(cursor);
  if (hide && !(opens_text && token.mark == '(') && skip_hidden(cursor, token.mark)) {
    token.mark = 0;
  }
  return token;
}

pat_status pat_tokens_cut(pat_arena *arena, pat_span text, bool hide, pat_tokens *ret_tokens) {
  pat_token *items = pat_arena_take_array(arena, text.size + 1, sizeof *items);
  PAT_REQUIRE(items != NULL, LIMIT_MEMORY);
  token_cursor cursor = {.text = text};
  size_t count = 0;
  while (cursor.at < text.size) {
    if (is_space(byte_at(&cursor, 0))) {
      cursor.at++;
      continue;
    }
    items[count] = take(&cursor, hide, count == 0);
    count++;
  }
  *ret_tokens = (pat_tokens){.items = items, .count = count};
  return PAT_OK;
}

bool pat_token_is(const pat_token *token, const char *word) {
  return token->kind == PAT_TOKEN_WORD && token->text.size == strlen(word) &&
         strncasecmp((const char *)token->text.data, word, token->text.size) == 0;
}

bool pat_token_is_mark(const pat_token *token, char mark) {
  return token->kind == PAT_TOKEN_MARK && token->mark == mark;
}
