/* From the words of a date to the points in time that they name. */
#include "clients/cli/import/date_internal.h"

enum { CENTURY_MAX = 22, SEASON_SPRING = 21 };

static const pat_token *look(const pat_date_place *place, size_t ahead) {
  const pat_token *token = &place->items[place->at];
  while (ahead > 0 && token->kind != PAT_TOKEN_END) {
    token++;
    ahead--;
  }
  return token;
}

/* Takes the word, and the full stop of an abbreviation behind it. */
static bool take_word(pat_date_place *place, const char *word) {
  if (!pat_token_is(look(place, 0), word)) return false;
  place->at++;
  if (pat_token_is_mark(look(place, 0), '.')) place->at++;
  return true;
}

static bool take_one_of(pat_date_place *place, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (take_word(place, words[i])) return true;
  }
  return false;
}
#define TAKE_ONE_OF(place, ...)                            \
  take_one_of((place), (const char *const[]){__VA_ARGS__}, \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool take_mark(pat_date_place *place, char mark) {
  if (!pat_token_is_mark(look(place, 0), mark)) return false;
  place->at++;
  return true;
}

static bool take_about(pat_date_place *place) {
  return TAKE_ONE_OF(place, "c", "ca", "circa", "about", "around", "approximately", "approx");
}

static bool is_number(const pat_token *token, int min, int max) {
  return token->kind == PAT_TOKEN_NUMBER && token->number >= min && token->number <= max;
}

static bool is_year(const pat_token *token) {
  return is_number(token, PAT_DATE_YEAR_MIN, PAT_DATE_YEAR_MAX) && token->text.size == 4;
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

static bool take_month(pat_date_place *place, int *ret_month) {
  int month = month_of(look(place, 0));
  if (month == 0) month = season_of(look(place, 0));
  if (month == 0) return false;
  place->at++;
  take_mark(place, '.');
  *ret_month = month;
  return true;
}

static bool take_day(pat_date_place *place, int *ret_day) {
  const pat_token *token = look(place, 0);
  bool ordinal = token->kind == PAT_TOKEN_ORDINAL && token->number >= 1 && token->number <= 31;
  if (!ordinal && (!is_number(token, 1, 31) || token->text.size > 2)) return false;
  *ret_day = token->number;
  place->at++;
  return true;
}

static bool take_year(pat_date_place *place, int *ret_year) {
  if (!is_year(look(place, 0))) return false;
  *ret_year = look(place, 0)->number;
  place->at++;
  return true;
}

/* "May 1938", "May 12, 1938", "May 1, 1938": a month's year may stand behind a comma. */
static bool take_month_first(pat_date_place *at, pat_date_point *ret_point) {
  pat_date_place next = *at;
  pat_date_point point = {.unit = PAT_DATE_MONTH};
  if (!take_month(&next, &point.month)) return false;
  if (take_day(&next, &point.day)) point.unit = PAT_DATE_DAY;
  take_mark(&next, ',');
  take_word(&next, "of");
  if (!take_year(&next, &point.year)) return false;
  *at = next;
  *ret_point = point;
  return true;
}

static bool take_day_first(pat_date_place *at, pat_date_point *ret_point) {
  pat_date_place next = *at;
  pat_date_point point = {.unit = PAT_DATE_DAY};
  if (!take_day(&next, &point.day) || !take_month(&next, &point.month)) return false;
  take_mark(&next, ',');
  if (!take_year(&next, &point.year)) return false;
  *at = next;
  *ret_point = point;
  return true;
}

/* "1964-01-19", "1964-01": not where the second number can be the end of a span of years, as in
 * 1908-09. */
static bool take_numeric(pat_date_place *at, pat_date_point *ret_point) {
  pat_date_place next = *at;
  pat_date_point point = {.unit = PAT_DATE_MONTH};
  if (!take_year(&next, &point.year) || !take_mark(&next, '-')) return false;
  const pat_token *month = look(&next, 0);
  if (!is_number(month, 1, 12) || month->text.size != 2) return false;
  point.month = month->number;
  next.at++;
  pat_date_place further = next;
  if (take_mark(&further, '-') && take_day(&further, &point.day)) {
    point.unit = PAT_DATE_DAY;
    next = further;
  } else if (point.month > point.year % 100) {
    return false;
  }
  *at = next;
  *ret_point = point;
  return true;
}

static bool is_century(const pat_token *token) {
  return token->kind == PAT_TOKEN_ORDINAL && token->number >= 11 && token->number <= CENTURY_MAX;
}

static bool is_century_word(const pat_token *token) {
  return pat_token_is(token, "century") || pat_token_is(token, "centuries") ||
         pat_token_is(token, "cent");
}

/* "16th-17th century": the word stands with the end alone. */
static bool is_shared_century(const pat_date_place *behind) {
  pat_date_place next = *behind;
  if (!take_mark(&next, '-') && !take_word(&next, "to")) return false;
  TAKE_ONE_OF(&next, "early", "mid", "late");
  take_mark(&next, '-');
  return is_century(look(&next, 0)) && is_century_word(look(&next, 1));
}

static bool take_century(pat_date_place *at, pat_date_point *ret_point) {
  pat_date_place next = *at;
  const pat_token *token = look(&next, 0);
  if (!is_century(token)) return false;
  next.at++;
  bool shared = is_shared_century(&next);
  if (!shared) take_mark(&next, '-');
  if (!shared && !is_century_word(look(&next, 0))) return false;
  if (!shared) next.at++;
  if (!shared) take_mark(&next, '.');
  *at = next;
  *ret_point = (pat_date_point){.unit = PAT_DATE_CENTURY, .year = token->number - 1};
  return true;
}

static bool take_plural(pat_date_place *at, pat_date_point *ret_point) {
  const pat_token *token = look(at, 0);
  if (token->kind != PAT_TOKEN_PLURAL || token->number < PAT_DATE_YEAR_MIN ||
      token->number > PAT_DATE_YEAR_MAX || token->number % 10 != 0) {
    return false;
  }
  at->at++;
  bool century = token->number % 100 == 0;
  *ret_point = (pat_date_point){.unit = century ? PAT_DATE_CENTURY : PAT_DATE_DECADE,
                                .year = century ? token->number / 100 : token->number / 10};
  return true;
}

static bool take_plain_year(pat_date_place *at, pat_date_point *ret_point) {
  pat_date_point point = {.unit = PAT_DATE_YEAR};
  if (!take_year(at, &point.year)) return false;
  *ret_point = point;
  return true;
}

/* "early", "late", "mid- to late-": true where any was taken. */
static bool take_part(pat_date_place *place) {
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

static bool take_point(pat_date_place *at, pat_date_point *ret_point, bool *lossy) {
  static bool (*const forms[])(pat_date_place *, pat_date_point *) = {
      take_month_first, take_day_first, take_numeric, take_century, take_plural, take_plain_year};
  pat_date_place next = *at;
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
static bool take_short_end(pat_date_place *at, const pat_date_point *from, pat_date_point *ret_to) {
  const pat_token *token = look(at, 0);
  bool fits = from->unit == PAT_DATE_YEAR && token->kind == PAT_TOKEN_NUMBER &&
              token->text.size == 2 && token->number > from->year % 100;
  if (!fits) return false;
  *ret_to = (pat_date_point){.unit = PAT_DATE_YEAR, .year = from->year / 100 * 100 + token->number};
  at->at++;
  ret_to->uncertain = take_mark(at, '?');
  return true;
}

static bool take_joint(pat_date_place *place) {
  if (take_mark(place, '-') || take_mark(place, '/')) return true;
  take_mark(place, ',');
  return TAKE_ONE_OF(place, "to", "until", "till", "through");
}

/* "until at least 1957": the words leave the other side open, and so does the interval. */
static void take_at_least(pat_date_place *place) {
  bool least = pat_token_is(look(place, 0), "at") && pat_token_is(look(place, 1), "least");
  if (least) place->at += 2;
}

/* The other end of a span that has begun: false where there is none. */
static bool take_end(pat_date_place *at, pat_date_reading *reading) {
  pat_date_place next = *at;
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
static bool take_partial_span(pat_date_place *at, pat_date_reading *reading) {
  pat_date_place next = *at;
  pat_date_point from = {.unit = PAT_DATE_MONTH};
  if (!take_month(&next, &from.month)) return false;
  if (take_day(&next, &from.day)) from.unit = PAT_DATE_DAY;
  if (!take_mark(&next, '-') && !TAKE_ONE_OF(&next, "to", "until", "and")) return false;
  pat_date_point to = from;
  if (!take_month_first(&next, &to)) {
    if (from.unit != PAT_DATE_DAY || !take_day(&next, &to.day)) return false;
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

static bool take_before(pat_date_place *at, pat_date_reading *reading) {
  pat_date_place next = *at;
  bool prior = pat_token_is(look(&next, 0), "prior") && pat_token_is(look(&next, 1), "to");
  if (prior) next.at += 2;
  bool before =
      prior || TAKE_ONE_OF(&next, "before", "by", "until", "till", "through", "thru", "to");
  take_at_least(&next);
  if (!before || !take_point(&next, &reading->to, &reading->lossy)) return false;
  reading->interval = reading->has_to = true;
  /* "by 1895 until 1905": it was there over that time, at least. */
  const pat_date_point first = reading->to;
  pat_date_place further = next;
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

static bool take_after(pat_date_place *at, pat_date_reading *reading) {
  pat_date_place next = *at;
  bool after = TAKE_ONE_OF(&next, "after", "from", "since", "between");
  if (!after || !take_point(&next, &reading->from, &reading->lossy)) return false;
  reading->interval = reading->has_from = true;
  pat_date_place further = next;
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

bool pat_import__date_take(pat_date_place *at, pat_date_reading *ret_reading) {
  pat_date_reading reading = {.interval = false};
  bool found =
      take_before(at, &reading) || take_after(at, &reading) || take_partial_span(at, &reading);
  if (!found && take_point(at, &reading.from, &reading.lossy)) {
    found = reading.has_from = true;
    take_end(at, &reading);
  }
  if (found) *ret_reading = reading;
  return found;
}

bool pat_import__date_ends(const pat_date_place *at) {
  pat_date_place end = *at;
  take_mark(&end, '.');
  return look(&end, 0)->kind == PAT_TOKEN_END;
}

bool pat_import__date_is_spoilt(const pat_date_place *at) {
  pat_date_place next = *at;
  return TAKE_ONE_OF(&next, "b", "bc", "bce", "century");
}
