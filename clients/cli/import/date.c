#include "clients/cli/import/date.h"

#include "clients/cli/import/date_internal.h"
#include "core/bytes/builder.h"
#include "core/model/edtf.h"

static void write_digits(pat_builder *builder, int value, int digits) {
  int scale = 1;
  for (int i = 1; i < digits; i++)
    scale *= 10;
  for (; scale > 0; scale /= 10)
    pat_builder_char(builder, (char)('0' + value / scale % 10));
}

static void write_point(pat_builder *builder, const pat_date_point *point) {
  static const int digits[] = {[PAT_DATE_DAY] = 4,
                               [PAT_DATE_MONTH] = 4,
                               [PAT_DATE_YEAR] = 4,
                               [PAT_DATE_DECADE] = 3,
                               [PAT_DATE_CENTURY] = 2};
  write_digits(builder, point->year, digits[point->unit]);
  for (int i = digits[point->unit]; i < 4; i++)
    pat_builder_char(builder, 'X');
  if (point->unit <= PAT_DATE_MONTH) {
    pat_builder_char(builder, '-');
    write_digits(builder, point->month, 2);
  }
  if (point->unit == PAT_DATE_DAY) {
    pat_builder_char(builder, '-');
    write_digits(builder, point->day, 2);
  }
  if (!point->approximate && !point->uncertain) return;
  bool both = point->approximate && point->uncertain;
  pat_builder_char(builder, both ? '%' : point->approximate ? '~' : '?');
}

static pat_status write_reading(const pat_date_reading *reading, pat_import_date *ret_date) {
  pat_import_date date = {.exact = !reading->lossy};
  pat_builder builder;
  pat_builder_init(&builder, date.edtf, PAT_EDTF_BYTES_MAX);
  if (reading->has_from) write_point(&builder, &reading->from);
  if (reading->interval) {
    if (!reading->has_from) pat_builder_text(&builder, "..");
    pat_builder_char(&builder, '/');
    if (reading->has_to) write_point(&builder, &reading->to);
    if (!reading->has_to) pat_builder_text(&builder, "..");
  }
  pat_span text;
  PAT_TRY(pat_builder_finish(&builder, &text));
  pat_edtf edtf;
  PAT_TRY(pat_edtf_parse(text, &edtf, NULL));
  *ret_date = date;
  return PAT_OK;
}

/* Where an end comes before its beginning, or there is no such day, the words were misread: then
 * the first date alone is kept, where that is one. */
static pat_status say(const pat_date_reading *found, pat_import_date *ret_date) {
  if (pat_is_ok(write_reading(found, ret_date))) return PAT_OK;
  PAT_REQUIRE(found->has_from && found->has_to, IMPORT_DATE);
  pat_date_reading alone = *found;
  alone.interval = alone.has_to = false;
  PAT_REQUIRE(pat_is_ok(write_reading(&alone, ret_date)), IMPORT_DATE);
  ret_date->exact = false;
  return PAT_OK;
}

static pat_status read_tokens(const pat_tokens *tokens, pat_import_date *ret_date) {
  pat_date_place at = {.items = tokens->items};
  pat_date_reading found;
  PAT_REQUIRE(pat_import__date_take(&at, &found), IMPORT_DATE);
  PAT_REQUIRE(!pat_import__date_is_spoilt(&at), IMPORT_DATE);
  PAT_TRY(say(&found, ret_date));
  if (!pat_import__date_ends(&at)) ret_date->exact = false;
  return PAT_OK;
}

pat_status pat_import_date_read(pat_arena *arena, pat_span text, pat_import_date *ret_date) {
  size_t mark = pat_arena_mark(arena);
  pat_tokens tokens;
  PAT_TRY(pat_tokens_cut(arena, text, false, &tokens));
  pat_status status = read_tokens(&tokens, ret_date);
  pat_arena_reset_to(arena, mark);
  return status;
}

/* A number behind one of these counts lots, pages or money. */
static bool is_counted(const pat_tokens *tokens, size_t at) {
  static const char *const words[] = {"no", "nos", "lot", "lots", "p", "pp", "vol", "inv", "cat"};
  static const char marks[] = {'#', '$', '&'};
  size_t before = at;
  if (before > 0 && pat_token_is_mark(&tokens->items[before - 1], '.')) before--;
  if (before == 0) return false;
  const pat_token *token = &tokens->items[before - 1];
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (pat_token_is(token, words[i])) return true;
  }
  for (size_t i = 0; i < sizeof marks; i++) {
    if (pat_token_is_mark(token, marks[i])) return true;
  }
  return token->kind == PAT_TOKEN_WORD && token->text.data[0] >= 0x80; /* pounds */
}

pat_status pat_import_date_find(pat_arena *arena, pat_span text, pat_import_date *ret_date) {
  size_t mark = pat_arena_mark(arena);
  pat_tokens tokens;
  PAT_TRY(pat_tokens_cut(arena, text, true, &tokens));
  pat_status status = pat_refuse(PAT_RULE_IMPORT_DATE);
  for (size_t i = 0; i < tokens.count && !pat_is_ok(status); i++) {
    pat_date_place at = {.items = tokens.items, .at = i};
    pat_date_reading found;
    if (is_counted(&tokens, i) || !pat_import__date_take(&at, &found)) continue;
    status = say(&found, ret_date);
  }
  pat_arena_reset_to(arena, mark);
  return status;
}

/* A part of a date in its own column: 0 where it is not known. */
static pat_status read_part(pat_span text, int max, int *ret_part) {
  int part = 0;
  for (size_t i = 0; i < text.size; i++) {
    uint8_t c = text.data[i];
    PAT_REQUIRE(c >= '0' && c <= '9' && part <= max, IMPORT_DATE);
    part = part * 10 + (c - '0');
  }
  PAT_REQUIRE(part <= max, IMPORT_DATE);
  *ret_part = part;
  return PAT_OK;
}

pat_status pat_import_date_parts(pat_span year, pat_span month, pat_span day,
                                 pat_import_date *ret_date) {
  pat_date_point point = {.unit = PAT_DATE_YEAR};
  PAT_TRY(read_part(year, PAT_DATE_YEAR_MAX, &point.year));
  PAT_TRY(read_part(month, 12, &point.month));
  PAT_TRY(read_part(day, 31, &point.day));
  PAT_REQUIRE(point.year >= PAT_DATE_YEAR_MIN, IMPORT_DATE);
  if (point.month > 0) point.unit = point.day > 0 ? PAT_DATE_DAY : PAT_DATE_MONTH;
  const pat_date_reading whole = {.has_from = true, .from = point};
  PAT_REQUIRE(pat_is_ok(write_reading(&whole, ret_date)), IMPORT_DATE);
  return PAT_OK;
}
