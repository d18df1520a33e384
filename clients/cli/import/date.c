#include "clients/cli/import/date.h"

#include "clients/cli/import/tokens.h"
#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/text.h"
#include "core/model/edtf.h"

enum { YEAR_MIN = 1000, YEAR_MAX = 2199, CENTURY_MAX = 22, SEASON_SPRING = 21 };

typedef enum { UNIT_DAY, UNIT_MONTH, UNIT_YEAR, UNIT_DECADE, UNIT_CENTURY } date_unit;

/* One end of a span of time. */
typedef struct {
  date_unit unit;
  int year;  /* of a century: its first two digits */
  int month; /* or 0; 21 to 24: seasons */
  int day;   /* or 0 */
  bool approximate;
  bool uncertain;
} date_point;

/* What the words say: one point, or an interval with open ends. */
typedef struct {
  bool has_from, has_to, interval;
  date_point from, to;
  bool lossy; /* "early", "late": EDTF cannot say it */
} date_reading;

/* A place in the tokens. Reading moves it only where something was read. */
typedef struct {
  const pat_token *items;
  size_t at;
} date_place;

static const pat_token *look(const date_place *place, size_t ahead) {
  const pat_token *token = &place->items[place->at];
  while (ahead > 0 && token->kind != PAT_TOKEN_END) {
    token++;
    ahead--;
  }
  return token;
}

/* Takes the word, and the full stop of an abbreviation behind it. */
static bool take_word(date_place *place, const char *word) {
  if (!pat_token_is(look(place, 0), word)) return false;
  place->at++;
  if (pat_token_is_mark(look(place, 0), '.')) place->at++;
  return true;
}

static bool take_one_of(date_place *place, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (take_word(place, words[i])) return true;
  }
  return false;
}
#define TAKE_ONE_OF(place, ...)                            \
  take_one_of((place), (const char *const[]){__VA_ARGS__}, \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool take_mark(date_place *place, char mark) {
  if (!pat_token_is_mark(look(place, 0), mark)) return false;
  place->at++;
  return true;
}

static bool take_about(date_place *place) {
  return TAKE_ONE_OF(place, "c", "ca", "circa", "about", "around", "approximately", "approx");
}

static bool is_number(const pat_token *token, int min, int max) {
  return token->kind == PAT_TOKEN_NUMBER && token->number >= min && token->number <= max;
}

static bool is_year(const pat_token *token) {
  return is_number(token, YEAR_MIN, YEAR_MAX) && token->text.size == 4;
}

static int month_of(const pat_token *token) {
  static const char *const names[] = {"january", "jan", "february", "feb", "march",     "mar",
                                      "april",   "apr", "may",      "may", "june",      "jun",
                                      "july",    "jul", "august",   "aug", "september", "sep",
                                      "october", "oct", "november", "nov", "december",  "dec"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (pat_token_is(token, names[i])) return (int)i / 2 + 1;
  }
  return pat_token_is(token, "sept") ? 9 : 0;
}

static int season_of(const pat_token *token) {
  static const char *const names[] = {"spring", "summer", "autumn", "winter"};
  for (int i = 0; i < 4; i++) {
    if (pat_token_is(token, names[i])) return SEASON_SPRING + i;
  }
  return pat_token_is(token, "fall") ? SEASON_SPRING + 2 : 0;
}

static bool take_month(date_place *place, int *ret_month) {
  int month = month_of(look(place, 0));
  if (month == 0) month = season_of(look(place, 0));
  if (month == 0) return false;
  place->at++;
  take_mark(place, '.');
  *ret_month = month;
  return true;
}

static bool take_day(date_place *place, int *ret_day) {
  const pat_token *token = look(place, 0);
  bool ordinal = token->kind == PAT_TOKEN_ORDINAL && token->number >= 1 && token->number <= 31;
  if (!ordinal && (!is_number(token, 1, 31) || token->text.size > 2)) return false;
  *ret_day = token->number;
  place->at++;
  return true;
}

static bool take_year(date_place *place, int *ret_year) {
  if (!is_year(look(place, 0))) return false;
  *ret_year = look(place, 0)->number;
  place->at++;
  return true;
}

/* "May 1938", "May 12, 1938", "May 1, 1938": a month's year may stand behind a comma. */
static bool take_month_first(date_place *at, date_point *ret_point) {
  date_place next = *at;
  date_point point = {.unit = UNIT_MONTH};
  if (!take_month(&next, &point.month)) return false;
  if (take_day(&next, &point.day)) point.unit = UNIT_DAY;
  take_mark(&next, ',');
  take_word(&next, "of");
  if (!take_year(&next, &point.year)) return false;
  *at = next;
  *ret_point = point;
  return true;
}

static bool take_day_first(date_place *at, date_point *ret_point) {
  date_place next = *at;
  date_point point = {.unit = UNIT_DAY};
  if (!take_day(&next, &point.day) || !take_month(&next, &point.month)) return false;
  take_mark(&next, ',');
  if (!take_year(&next, &point.year)) return false;
  *at = next;
  *ret_point = point;
  return true;
}

/* "1964-01-19", "1964-01": not where the second number can be the end of a span of years, as in 1908-09. */
static bool take_numeric(date_place *at, date_point *ret_point) {
  date_place next = *at;
  date_point point = {.unit = UNIT_MONTH};
  if (!take_year(&next, &point.year) || !take_mark(&next, '-')) return false;
  const pat_token *month = look(&next, 0);
  if (!is_number(month, 1, 12) || month->text.size != 2) return false;
  point.month = month->number;
  next.at++;
  date_place further = next;
  if (take_mark(&further, '-') && take_day(&further, &point.day)) {
    point.unit = UNIT_DAY;
    next = further;
  } else if (point.month > point.year % 100) {
    return false;
  }
  *at = next;
  *ret_point = point;
  return true;
}

static bool take_century(date_place *at, date_point *ret_point) {
  date_place next = *at;
  const pat_token *token = look(&next, 0);
  if (token->kind != PAT_TOKEN_ORDINAL || token->number < 11 || token->number > CENTURY_MAX) {
    return false;
  }
  next.at++;
  take_mark(&next, '-');
  if (!TAKE_ONE_OF(&next, "century", "centuries", "cent")) return false;
  *at = next;
  *ret_point = (date_point){.unit = UNIT_CENTURY, .year = token->number - 1};
  return true;
}

static bool take_plural(date_place *at, date_point *ret_point) {
  const pat_token *token = look(at, 0);
  if (token->kind != PAT_TOKEN_PLURAL || token->number < YEAR_MIN || token->number > YEAR_MAX ||
      token->number % 10 != 0) {
    return false;
  }
  at->at++;
  bool century = token->number % 100 == 0;
  *ret_point = (date_point){.unit = century ? UNIT_CENTURY : UNIT_DECADE,
                            .year = century ? token->number / 100 : token->number / 10};
  return true;
}

static bool take_plain_year(date_place *at, date_point *ret_point) {
  date_point point = {.unit = UNIT_YEAR};
  if (!take_year(at, &point.year)) return false;
  *ret_point = point;
  return true;
}

/* "early", "late", "mid- to late-": true where any was taken. */
static bool take_part(date_place *place) {
  bool taken = false;
  while (TAKE_ONE_OF(place, "early", "mid", "late", "end", "beginning")) {
    taken = true;
    take_mark(place, '-');
    if (look(place, 0)->kind == PAT_TOKEN_WORD &&
        (pat_token_is(look(place, 1), "late") || pat_token_is(look(place, 1), "mid"))) {
      take_word(place, "to");
    }
    TAKE_ONE_OF(place, "of", "in");
    take_word(place, "the");
  }
  return taken;
}

static bool take_point(date_place *at, date_point *ret_point, bool *lossy) {
  static bool (*const forms[])(date_place *, date_point *) = {
      take_month_first, take_day_first, take_numeric, take_century, take_plural, take_plain_year};
  date_place next = *at;
  bool approximate = take_about(&next);
  bool part = take_part(&next);
  bool doubted = !approximate && TAKE_ONE_OF(&next, "probably", "possibly", "perhaps");
  part = take_part(&next) || part;
  TAKE_ONE_OF(&next, "in", "on");
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    if (!forms[i](&next, ret_point)) continue;
    ret_point->approximate = approximate;
    ret_point->uncertain = take_mark(&next, '?') || doubted;
    *lossy = *lossy || part;
    *at = next;
    return true;
  }
  return false;
}

/* "1908-09" and "1969-74": the end's century is the beginning's. */
static bool take_short_end(date_place *at, const date_point *from, date_point *ret_to) {
  const pat_token *token = look(at, 0);
  bool fits = from->unit == UNIT_YEAR && token->kind == PAT_TOKEN_NUMBER && token->text.size == 2 &&
              token->number > from->year % 100;
  if (!fits) return false;
  *ret_to = (date_point){.unit = UNIT_YEAR, .year = from->year / 100 * 100 + token->number};
  at->at++;
  ret_to->uncertain = take_mark(at, '?');
  return true;
}

static bool take_joint(date_place *place) {
  if (take_mark(place, '-') || take_mark(place, '/')) return true;
  take_mark(place, ',');
  return TAKE_ONE_OF(place, "to", "until", "till", "through");
}

/* "until at least 1957": the words leave the other side open, and so does the interval. */
static void take_at_least(date_place *place) {
  bool least = pat_token_is(look(place, 0), "at") && pat_token_is(look(place, 1), "least");
  if (least) place->at += 2;
}

/* The other end of a span that has begun: false where there is none. */
static bool take_end(date_place *at, date_reading *reading) {
  date_place next = *at;
  if (!take_joint(&next)) return false;
  TAKE_ONE_OF(&next, "until", "till");
  take_at_least(&next);
  if (!take_short_end(&next, &reading->from, &reading->to) &&
      !take_point(&next, &reading->to, &reading->lossy)) {
    return false;
  }
  reading->interval = true;
  reading->has_to = true;
  /* "c. 1865-1870": the doubt is about both. */
  reading->to.approximate = reading->to.approximate || reading->from.approximate;
  *at = next;
  return true;
}

/* "February 21-24, 1916", "October - December 1958": the year stands with the end alone. */
static bool take_partial_span(date_place *at, date_reading *reading) {
  date_place next = *at;
  date_point from = {.unit = UNIT_MONTH};
  if (!take_month(&next, &from.month)) return false;
  if (take_day(&next, &from.day)) from.unit = UNIT_DAY;
  if (!take_mark(&next, '-') && !TAKE_ONE_OF(&next, "to", "until", "and")) return false;
  date_point to = from;
  if (!take_month_first(&next, &to)) {
    if (from.unit != UNIT_DAY || !take_day(&next, &to.day)) return false;
    take_mark(&next, ',');
    if (!take_year(&next, &to.year)) return false;
  }
  from.year = to.year;
  reading->has_from = reading->has_to = reading->interval = true;
  reading->from = from;
  reading->to = to;
  *at = next;
  return true;
}

static bool take_before(date_place *at, date_reading *reading) {
  date_place next = *at;
  bool prior = pat_token_is(look(&next, 0), "prior") && pat_token_is(look(&next, 1), "to");
  if (prior) next.at += 2;
  bool before =
      prior || TAKE_ONE_OF(&next, "before", "by", "until", "till", "through", "thru", "to");
  take_at_least(&next);
  if (!before || !take_point(&next, &reading->to, &reading->lossy)) return false;
  reading->interval = reading->has_to = true;
  /* "by 1895 until 1905": it was there over that time, at least. */
  const date_point first = reading->to;
  date_place further = next;
  take_mark(&further, ',');
  bool spans = TAKE_ONE_OF(&further, "until", "till", "to", "through");
  take_at_least(&further);
  if (spans && take_point(&further, &reading->to, &reading->lossy)) {
    reading->from = first;
    reading->has_from = true;
    next = further;
  }
  *at = next;
  return true;
}

static bool take_after(date_place *at, date_reading *reading) {
  date_place next = *at;
  bool after = TAKE_ONE_OF(&next, "after", "from", "since", "between");
  if (!after || !take_point(&next, &reading->from, &reading->lossy)) return false;
  reading->interval = reading->has_from = true;
  date_place further = next;
  bool both = take_word(&further, "and") && take_point(&further, &reading->to, &reading->lossy);
  if (both) {
    reading->has_to = true;
    next = further;
  } else {
    take_end(&next, reading);
  }
  *at = next;
  return true;
}

static bool take_reading(date_place *at, date_reading *ret_reading) {
  date_reading reading = {.interval = false};
  bool found =
      take_before(at, &reading) || take_after(at, &reading) || take_partial_span(at, &reading);
  if (!found && take_point(at, &reading.from, &reading.lossy)) {
    found = reading.has_from = true;
    take_end(at, &reading);
  }
  if (found) *ret_reading = reading;
  return found;
}

static void write_digits(pat_builder *builder, int value, int digits) {
  int scale = 1;
  for (int i = 1; i < digits; i++)
    scale *= 10;
  for (; scale > 0; scale /= 10)
    pat_builder_char(builder, (char)('0' + value / scale % 10));
}

static void write_point(pat_builder *builder, const date_point *point) {
  static const int digits[] = {
      [UNIT_DAY] = 4, [UNIT_MONTH] = 4, [UNIT_YEAR] = 4, [UNIT_DECADE] = 3, [UNIT_CENTURY] = 2};
  write_digits(builder, point->year, digits[point->unit]);
  for (int i = digits[point->unit]; i < 4; i++)
    pat_builder_char(builder, 'X');
  if (point->unit <= UNIT_MONTH) {
    pat_builder_char(builder, '-');
    write_digits(builder, point->month, 2);
  }
  if (point->unit == UNIT_DAY) {
    pat_builder_char(builder, '-');
    write_digits(builder, point->day, 2);
  }
  if (!point->approximate && !point->uncertain) return;
  bool both = point->approximate && point->uncertain;
  pat_builder_char(builder, both ? '%' : point->approximate ? '~' : '?');
}

static pat_status write_reading(const date_reading *reading, pat_import_date *ret_date) {
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

/* Where an end comes before its beginning, or there is no such day, the words were misread: then the first date alone is
 * kept, where that is one. */
static pat_status say(const date_reading *found, pat_import_date *ret_date) {
  if (pat_is_ok(write_reading(found, ret_date))) return PAT_OK;
  PAT_REQUIRE(found->has_from && found->has_to, IMPORT_DATE);
  date_reading alone = *found;
  alone.interval = alone.has_to = false;
  PAT_REQUIRE(pat_is_ok(write_reading(&alone, ret_date)), IMPORT_DATE);
  ret_date->exact = false;
  return PAT_OK;
}

static pat_status read_tokens(const pat_tokens *tokens, pat_import_date *ret_date) {
  date_place at = {.items = tokens->items};
  date_reading found;
  PAT_REQUIRE(take_reading(&at, &found), IMPORT_DATE);
  bool era = TAKE_ONE_OF(&at, "b", "bc", "bce", "century");
  PAT_REQUIRE(!era, IMPORT_DATE);
  PAT_TRY(say(&found, ret_date));
  take_mark(&at, '.');
  if (look(&at, 0)->kind != PAT_TOKEN_END) ret_date->exact = false;
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
    date_place at = {.items = tokens.items, .at = i};
    date_reading found;
    if (is_counted(&tokens, i) || !take_reading(&at, &found)) continue;
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
  date_point point = {.unit = UNIT_YEAR};
  PAT_TRY(read_part(year, YEAR_MAX, &point.year));
  PAT_TRY(read_part(month, 12, &point.month));
  PAT_TRY(read_part(day, 31, &point.day));
  PAT_REQUIRE(point.year >= YEAR_MIN, IMPORT_DATE);
  if (point.month > 0) point.unit = point.day > 0 ? UNIT_DAY : UNIT_MONTH;
  const date_reading whole = {.has_from = true, .from = point};
  PAT_REQUIRE(pat_is_ok(write_reading(&whole, ret_date)), IMPORT_DATE);
  return PAT_OK;
}
