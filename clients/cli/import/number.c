/* Numbers and sizes as museums and dealers write them. */
#include <string.h>

#include "clients/cli/import/value.h"
#include "clients/cli/import/words.h"

enum { DIGITS_MAX = 15, DENOMINATOR_MAX = 64, FRACTION_DIGITS = 6 };

/* A decimal number being read. */
typedef struct {
  pat_span text;
  size_t at;
  int64_t mantissa;
  int32_t exponent;
  size_t digits;
} number_reader;

static uint8_t peek(const number_reader *reader, size_t ahead) {
  return reader->at + ahead < reader->text.size ? reader->text.data[reader->at + ahead] : 0;
}

static pat_status add_digit(number_reader *reader) {
  PAT_REQUIRE(++reader->digits <= DIGITS_MAX, IMPORT_VALUE);
  reader->mantissa = reader->mantissa * 10 + (peek(reader, 0) - '0');
  reader->at++;
  return PAT_OK;
}

/* A comma before exactly three digits parts thousands. */
static bool is_thousands(const number_reader *reader) {
  bool three = pat_words_is_digit(peek(reader, 1)) && pat_words_is_digit(peek(reader, 2)) &&
               pat_words_is_digit(peek(reader, 3)) && !pat_words_is_digit(peek(reader, 4));
  return peek(reader, 0) == ',' && reader->digits > 0 && three;
}

static pat_status read_whole(number_reader *reader) {
  while (pat_words_is_digit(peek(reader, 0)) || is_thousands(reader)) {
    if (peek(reader, 0) == ',') reader->at++;
    PAT_TRY(add_digit(reader));
  }
  PAT_REQUIRE(reader->digits > 0, IMPORT_VALUE);
  return PAT_OK;
}

static pat_status read_decimals(number_reader *reader) {
  if (peek(reader, 0) != '.' || !pat_words_is_digit(peek(reader, 1))) return PAT_OK;
  reader->at++;
  while (pat_words_is_digit(peek(reader, 0))) {
    PAT_TRY(add_digit(reader));
    reader->exponent--;
  }
  return PAT_OK;
}

/* Adds numerator / denominator, where that has a finite decimal form. */
static pat_status add_fraction(number_reader *reader, int64_t whole, int64_t numerator,
                               int64_t denominator) {
  PAT_REQUIRE(denominator > numerator && denominator <= DENOMINATOR_MAX, IMPORT_VALUE);
  int64_t scale = 1;
  int32_t exponent = 0;
  while (exponent < FRACTION_DIGITS && numerator * scale % denominator != 0) {
    scale *= 10;
    exponent++;
  }
  PAT_REQUIRE(numerator * scale % denominator == 0, IMPORT_VALUE);
  PAT_REQUIRE(whole < 1000000000, IMPORT_VALUE);
  reader->mantissa = whole * scale + numerator * scale / denominator;
  reader->exponent = -exponent;
  return PAT_OK;
}

/* "26 1/2", "1/2": the fraction behind a whole number, or alone. */
static pat_status read_fraction(number_reader *reader) {
  number_reader next = *reader;
  int64_t whole = reader->mantissa;
  bool alone = peek(&next, 0) == '/';
  if (!alone) {
    if (peek(&next, 0) != ' ' || reader->exponent != 0) return PAT_OK;
    while (peek(&next, 0) == ' ')
      next.at++;
    next.mantissa = 0;
    next.digits = 0;
    if (!pat_words_is_digit(peek(&next, 0)) || !pat_is_ok(read_whole(&next))) return PAT_OK;
    if (peek(&next, 0) != '/') return PAT_OK;
  }
  int64_t numerator = next.mantissa;
  next.at++;
  next.mantissa = 0;
  next.digits = 0;
  PAT_TRY(read_whole(&next));
  PAT_TRY(add_fraction(&next, alone ? 0 : whole, numerator, next.mantissa));
  *reader = next;
  return PAT_OK;
}

static pat_status read_number(number_reader *reader) {
  PAT_TRY(read_whole(reader));
  PAT_TRY(read_decimals(reader));
  return read_fraction(reader);
}

pat_status pat_import_number_read(pat_span text, int64_t *ret_mantissa, int32_t *ret_exponent) {
  text = pat_words_trim(text);
  bool editor = text.size > 2 && text.data[0] == '[' && text.data[text.size - 1] == ']';
  number_reader reader = {.text = editor ? pat_span_slice(text, 1, text.size - 2) : text};
  PAT_TRY(read_number(&reader));
  PAT_REQUIRE(reader.at == reader.text.size, IMPORT_VALUE);
  *ret_mantissa = reader.mantissa;
  *ret_exponent = reader.exponent;
  return PAT_OK;
}

/* --- sizes ----------------------------------------------------------------------------------- */

static bool is_side_word(pat_span word, const char *side) {
  static const char *const names[][3] = {{"h", "height", "high"},
                                         {"w", "width", "wide"},
                                         {"d", "depth", "deep"},
                                         {"l", "length", "long"},
                                         {"diam", "diameter", "dia"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!pat_words_equal(pat_span_text(names[i][0]), side)) continue;
    for (size_t j = 0; j < 3; j++) {
      if (pat_words_equal(word, names[i][j])) return true;
    }
  }
  return false;
}

static pat_span take_word(number_reader *reader) {
  while (reader->at < reader->text.size && !pat_words_is_alnum(peek(reader, 0)))
    reader->at++;
  size_t from = reader->at;
  while (pat_words_is_alnum(peek(reader, 0)) && !pat_words_is_digit(peek(reader, 0)))
    reader->at++;
  return pat_span_slice(reader->text, from, reader->at - from);
}

static const char *unit_of(pat_span word) {
  if (pat_words_equal(word, "in") || pat_words_equal(word, "inches")) return "INH";
  return pat_words_equal(word, "cm") ? "CMT" : NULL;
}

static bool has_word(pat_span text, const char *side) {
  number_reader reader = {.text = text};
  while (reader.at < text.size) {
    if (pat_words_is_digit(peek(&reader, 0))) {
      reader.at++;
    } else if (is_side_word(take_word(&reader), side)) {
      return true;
    }
  }
  return false;
}

/* "H: 4 1/16 inches", "7 7/8 in. (height)": a number with its unit, and the side before or behind
 * it. */
pat_status pat_import_dimension_read(pat_span text, const char *side, int64_t *ret_mantissa,
                                     int32_t *ret_exponent, const char **ret_unit) {
  PAT_REQUIRE(has_word(text, side), IMPORT_VALUE);
  number_reader reader = {.text = pat_words_trim(text)};
  pat_span before = take_word(&reader);
  if (before.size > 0) {
    PAT_REQUIRE(is_side_word(before, side), IMPORT_VALUE);
    while (peek(&reader, 0) == ':' || peek(&reader, 0) == '.' || peek(&reader, 0) == ' ') {
      reader.at++;
    }
  }
  PAT_TRY(read_number(&reader));
  const char *unit = unit_of(take_word(&reader));
  PAT_REQUIRE(unit != NULL, IMPORT_VALUE);
  pat_span behind = take_word(&reader);
  bool named = before.size > 0 ? behind.size == 0 : is_side_word(behind, side);
  PAT_REQUIRE(named && reader.at + 1 >= reader.text.size, IMPORT_VALUE);
  *ret_mantissa = reader.mantissa;
  *ret_exponent = reader.exponent;
  *ret_unit = unit;
  return PAT_OK;
}
