#include "core/model/edtf.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/bytes/reader.h"

#define MS_PER_DAY      86400000u
#define MINUTES_PER_DAY 1440
#define SEASON_FIRST    21
#define SEASON_LAST     24

/* One end of an interval, or a whole text without one: where it is read, and where it stands in the
 * text that was given, for the refusal. */
typedef struct {
  pat_reader reader;
  size_t base;
  pat_err *reterr;
} edtf_cursor;

/* A run of digits whose last ones may be left open with X. */
typedef struct {
  int value; /* with 0 for each X */
  int open;  /* how many X */
} edtf_digits;

static edtf_cursor cursor_make(pat_span text, size_t base, pat_err *reterr) {
  edtf_cursor cursor = {.base = base, .reterr = reterr};
  pat_reader_init(&cursor.reader, text);
  return cursor;
}

static pat_status refuse(const edtf_cursor *cursor, pat_rule rule) {
  return pat_refuse_at(rule, cursor->reterr, cursor->base + pat_reader_offset(&cursor->reader),
                       NULL);
}

static pat_status take_char(edtf_cursor *cursor, uint8_t *ret_char) {
  if (!pat_is_ok(pat_reader_u8(&cursor->reader, ret_char))) {
    return refuse(cursor, PAT_RULE_EDTF_FORM);
  }
  return PAT_OK;
}

static pat_status take_this(edtf_cursor *cursor, char expected) {
  uint8_t found = 0;
  PAT_TRY(take_char(cursor, &found));
  return found == (uint8_t)expected ? PAT_OK : refuse(cursor, PAT_RULE_EDTF_FORM);
}

static pat_status take_digits(edtf_cursor *cursor, int count, edtf_digits *ret_digits) {
  edtf_digits digits = {0, 0};
  for (int i = 0; i < count; i++) {
    uint8_t c = 0;
    PAT_TRY(take_char(cursor, &c));
    bool digit = c >= '0' && c <= '9' && digits.open == 0; /* open digits stand at the right */
    if (!digit && c != 'X') return refuse(cursor, PAT_RULE_EDTF_FORM);
    digits.value = digits.value * 10 + (digit ? c - '0' : 0);
    digits.open += digit ? 0 : 1;
  }
  *ret_digits = digits;
  return PAT_OK;
}

/* Digits that must all be known, and within [min, max]. */
static pat_status take_number(edtf_cursor *cursor, int count, int min, int max, int *ret_value) {
  edtf_digits digits = {0, 0};
  PAT_TRY(take_digits(cursor, count, &digits));
  if (digits.open != 0) return refuse(cursor, PAT_RULE_EDTF_FORM);
  if (digits.value < min || digits.value > max) return refuse(cursor, PAT_RULE_EDTF_RANGE);
  *ret_value = digits.value;
  return PAT_OK;
}

static bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static int days_in_month(int year, int month) {
  static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  PAT_ASSERT(month >= 1);
  PAT_ASSERT(month <= 12);
  return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days from 1970-01-01 to this date. year: 1 to 10000. */
static int32_t day_of(int year, int month, int day) {
  static const int16_t before_month[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const int32_t epoch = 719162; /* days from 0001-01-01 to 1970-01-01 */
  PAT_ASSERT(year >= 1);
  PAT_ASSERT(month >= 1 && month <= 12);
  int32_t years = year - 1;
  int32_t days = years * 365 + years / 4 - years / 100 + years / 400;
  days += before_month[month - 1] + (month > 2 && is_leap(year) ? 1 : 0);
  return days + day - 1 - epoch;
}

static void set_months(pat_edtf *edtf, int year, int first, int last, pat_edtf_precision what) {
  edtf->earliest_day = day_of(year, first, 1);
  edtf->latest_day = day_of(year, last, days_in_month(year, last));
  edtf->precision = what;
}

/* No hemisphere is said, so a season means both of its halves of the year; a summer or winter may
 * also run over the end of its year, and is at times named after the year in which it ends. */
static void set_season(pat_edtf *edtf, int year, int season) {
  set_months(edtf, year, 3, 11, PAT_EDTF_SEASON);
  if (season == 22 || season == 24) {
    edtf->earliest_day = day_of(year, 1, 1);
    edtf->latest_day = day_of(year + 1, 2, days_in_month(year + 1, 2));
  }
}

static pat_status take_year(edtf_cursor *cursor, edtf_digits *ret_year) {
  edtf_digits year = {0, 0};
  PAT_TRY(take_digits(cursor, 4, &year));
  if (year.open > 2) return refuse(cursor, PAT_RULE_EDTF_FORM);
  if (year.value == 0) return refuse(cursor, PAT_RULE_EDTF_RANGE);
  *ret_year = year;
  return PAT_OK;
}

static void set_years(pat_edtf *edtf, edtf_digits year) {
  static const int span[3] = {1, 10, 100};
  static const pat_edtf_precision precision[3] = {PAT_EDTF_YEAR, PAT_EDTF_DECADE, PAT_EDTF_CENTURY};
  PAT_ASSERT(year.open >= 0 && year.open <= 2);
  edtf->earliest_day = day_of(year.value, 1, 1);
  edtf->latest_day = day_of(year.value + span[year.open] - 1, 12, 31);
  edtf->precision = precision[year.open];
}

/* Behind "YYYY-MM-": a day, known or left open. month 0: left open, and then the day must be
 * too. */
static pat_status take_day(edtf_cursor *cursor, int year, int month, pat_edtf *edtf) {
  edtf_digits day = {0, 0};
  PAT_TRY(take_digits(cursor, 2, &day));
  if (day.open == 2) return PAT_OK; /* the whole month or year, as it stands */
  if (day.open != 0 || month == 0) return refuse(cursor, PAT_RULE_EDTF_FORM);
  if (day.value < 1 || day.value > days_in_month(year, month)) {
    return refuse(cursor, PAT_RULE_EDTF_RANGE);
  }
  edtf->earliest_day = day_of(year, month, day.value);
  edtf->latest_day = edtf->earliest_day;
  edtf->precision = PAT_EDTF_DAY;
  return PAT_OK;
}

/* Behind "YYYY-": a month or season, known or left open, and perhaps a day. */
static pat_status take_month(edtf_cursor *cursor, int year, pat_edtf *edtf) {
  edtf_digits month = {0, 0};
  PAT_TRY(take_digits(cursor, 2, &month));
  if (month.open == 1) return refuse(cursor, PAT_RULE_EDTF_FORM);
  bool season = month.value >= SEASON_FIRST && month.value <= SEASON_LAST;
  bool known = month.value >= 1 && month.value <= 12;
  if (month.open == 0 && !known && !season) return refuse(cursor, PAT_RULE_EDTF_RANGE);
  if (season) {
    set_season(edtf, year, month.value);
  } else if (known) {
    set_months(edtf, year, month.value, month.value, PAT_EDTF_MONTH);
  }
  if (pat_reader_left(&cursor->reader) == 0) return PAT_OK;
  if (season) return refuse(cursor, PAT_RULE_EDTF_FORM);
  PAT_TRY(take_this(cursor, '-'));
  return take_day(cursor, year, month.value, edtf);
}

static pat_status take_date(edtf_cursor *cursor, pat_edtf *edtf) {
  edtf_digits year = {0, 0};
  PAT_TRY(take_year(cursor, &year));
  set_years(edtf, year);
  if (pat_reader_left(&cursor->reader) == 0) return PAT_OK;
  if (year.open != 0) return refuse(cursor, PAT_RULE_EDTF_FORM);
  PAT_TRY(take_this(cursor, '-'));
  return take_month(cursor, year.value, edtf);
}

/* "Z", or "+hh:mm", "-hh:mm", "+hh", "-hh": minutes ahead of UTC. */
static pat_status take_offset(edtf_cursor *cursor, int *ret_minutes) {
  uint8_t sign = 0;
  int hours = 0;
  int minutes = 0;
  PAT_TRY(take_char(cursor, &sign));
  if (sign == 'Z') {
    *ret_minutes = 0;
    return PAT_OK;
  }
  if (sign != '+' && sign != '-') return refuse(cursor, PAT_RULE_EDTF_FORM);
  PAT_TRY(take_number(cursor, 2, 0, 23, &hours));
  if (pat_reader_left(&cursor->reader) > 0) {
    PAT_TRY(take_this(cursor, ':'));
    PAT_TRY(take_number(cursor, 2, 0, 59, &minutes));
  }
  minutes += hours * 60;
  *ret_minutes = sign == '-' ? -minutes : minutes;
  return PAT_OK;
}

/* Behind "YYYY-MM-DDT": the time of day, which moves the day where UTC is in another one. */
static pat_status take_time(edtf_cursor *cursor, pat_edtf *edtf) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int offset = 0;
  PAT_TRY(take_number(cursor, 2, 0, 23, &hour));
  PAT_TRY(take_this(cursor, ':'));
  PAT_TRY(take_number(cursor, 2, 0, 59, &minute));
  PAT_TRY(take_this(cursor, ':'));
  PAT_TRY(take_number(cursor, 2, 0, 59, &second));
  PAT_TRY(take_offset(cursor, &offset));
  int utc = hour * 60 + minute - offset;
  int32_t shift = utc < 0 ? -1 : utc >= MINUTES_PER_DAY ? 1 : 0;
  edtf->earliest_day += shift;
  edtf->latest_day += shift;
  return PAT_OK;
}

static pat_status parse_date_time(pat_span text, size_t split, pat_edtf *edtf, pat_err *reterr) {
  edtf_cursor date = cursor_make(pat_span_slice(text, 0, split), 0, reterr);
  PAT_TRY(take_date(&date, edtf));
  bool whole = pat_reader_left(&date.reader) == 0 && edtf->precision == PAT_EDTF_DAY;
  if (!whole) return refuse(&date, PAT_RULE_EDTF_FORM);
  size_t behind = split + 1;
  edtf_cursor time = cursor_make(pat_span_slice(text, behind, text.size - behind), behind, reterr);
  PAT_TRY(take_time(&time, edtf));
  if (pat_reader_left(&time.reader) != 0) return refuse(&time, PAT_RULE_EDTF_FORM);
  return PAT_OK;
}

/* A date without a time, with its qualifier. */
static pat_status parse_date(pat_span text, size_t base, pat_edtf *edtf, pat_err *reterr) {
  uint8_t last = text.size == 0 ? 0 : text.data[text.size - 1];
  bool qualified = last == '?' || last == '~' || last == '%';
  edtf->uncertain = last == '?' || last == '%';
  edtf->approximate = last == '~' || last == '%';
  pat_span date = pat_span_slice(text, 0, text.size - (qualified ? 1 : 0));
  edtf_cursor cursor = cursor_make(date, base, reterr);
  PAT_TRY(take_date(&cursor, edtf));
  if (pat_reader_left(&cursor.reader) != 0) return refuse(&cursor, PAT_RULE_EDTF_FORM);
  return PAT_OK;
}

static bool is_open_end(pat_span text) {
  return text.size == 0 || pat_span_equal(text, PAT_SPAN_LITERAL(".."));
}

static pat_status parse_interval(pat_span text, size_t split, pat_edtf *edtf, pat_err *reterr) {
  pat_span start_text = pat_span_slice(text, 0, split);
  pat_span end_text = pat_span_slice(text, split + 1, text.size - split - 1);
  pat_edtf start = {.earliest_day = INT32_MIN};
  pat_edtf end = {.latest_day = INT32_MAX};
  PAT_REQUIRE_AT(!is_open_end(start_text) || !is_open_end(end_text), EDTF_FORM, reterr, 0, NULL);
  if (!is_open_end(start_text)) PAT_TRY(parse_date(start_text, 0, &start, reterr));
  if (!is_open_end(end_text)) PAT_TRY(parse_date(end_text, split + 1, &end, reterr));
  PAT_REQUIRE_AT(start.earliest_day <= end.latest_day, EDTF_RANGE, reterr, split + 1, NULL);
  edtf->earliest_day = start.earliest_day;
  edtf->latest_day = end.latest_day;
  edtf->precision = PAT_EDTF_INTERVAL;
  edtf->uncertain = start.uncertain || end.uncertain;
  edtf->approximate = start.approximate || end.approximate;
  return PAT_OK;
}

/* The place of the first c; text.size where there is none. */
static size_t find(pat_span text, char c) {
  size_t i = 0;
  while (i < text.size && text.data[i] != (uint8_t)c)
    i++;
  return i;
}

pat_status pat_edtf_parse(pat_span text, pat_edtf *ret_edtf, pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(text));
  PAT_REQUIRE_AT(text.size >= 1, EDTF_LENGTH, reterr, 0, NULL);
  PAT_REQUIRE_AT(text.size <= PAT_EDTF_BYTES_MAX, EDTF_LENGTH, reterr, PAT_EDTF_BYTES_MAX, NULL);
  pat_edtf edtf = {0};
  size_t slash = find(text, '/');
  size_t time = find(text, 'T');
  if (slash < text.size) {
    PAT_TRY(parse_interval(text, slash, &edtf, reterr));
  } else if (time < text.size) {
    PAT_TRY(parse_date_time(text, time, &edtf, reterr));
  } else {
    PAT_TRY(parse_date(text, 0, &edtf, reterr));
  }
  PAT_ASSERT(edtf.earliest_day <= edtf.latest_day);
  *ret_edtf = edtf;
  return PAT_OK;
}

int pat_edtf_compare(const pat_edtf *a, const pat_edtf *b) {
  if (a->earliest_day != b->earliest_day) return a->earliest_day < b->earliest_day ? -1 : 1;
  if (a->latest_day != b->latest_day) return a->latest_day < b->latest_day ? -1 : 1;
  return 0;
}

bool pat_edtf_surely_before(const pat_edtf *a, const pat_edtf *b) {
  return a->latest_day < b->earliest_day;
}

int32_t pat_edtf_day_of_ms(uint64_t ms) {
  uint64_t day = ms / MS_PER_DAY;
  return day < INT32_MAX ? (int32_t)day : INT32_MAX - 1;
}
