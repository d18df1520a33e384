/* Dates with their precision: the Extended Date/Time Format, levels 0 and 1 (ISO 8601-2:2019).
 *
 * Read here: YYYY, YYYY-MM, YYYY-MM-DD, date-times in UTC ("2021-05-25T10:00:00Z") or with an
 * offset (+hh:mm, +hh), seasons (YYYY-21 to 24), a qualifier at the end ("?" uncertain,
 * "~" approximate, "%" both), unspecified digits from the right (201X, 20XX, 2004-XX, 1985-04-XX,
 * 1985-XX-XX), intervals A/B of dates without times, with open ("../B", "A/..") or unknown ends
 * ("/B", "A/").
 * Years 0001 to 9999. Everything else is refused: there is one way to read an accepted text.
 *
 * A season names no hemisphere: 21 and 23 mean March to November, 22 and 24 January to the next
 * year's February, so that no day is excluded that the writer can have meant. */
#ifndef PAT_CORE_MODEL_EDTF_H
#define PAT_CORE_MODEL_EDTF_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/status.h"

typedef enum {
  PAT_EDTF_DAY = 0, /* also date-times */
  PAT_EDTF_MONTH,
  PAT_EDTF_SEASON,
  PAT_EDTF_YEAR,
  PAT_EDTF_DECADE,
  PAT_EDTF_CENTURY,
  PAT_EDTF_INTERVAL,
} pat_edtf_precision;

/* The days that the text can mean. Day 0 is 1970-01-01 in the proleptic Gregorian calendar.
 * Invariant: earliest_day <= latest_day. */
typedef struct {
  int32_t earliest_day; /* INT32_MIN: open or unknown start */
  int32_t latest_day;   /* INT32_MAX: open or unknown end */
  pat_edtf_precision precision;
  bool uncertain;   /* "?" or "%" on either end */
  bool approximate; /* "~" or "%" on either end */
} pat_edtf;

/* Reads a date.
 * in    text         1 to PAT_EDTF_BYTES_MAX bytes, borrowed for the call
 * out   ret_edtf     unchanged on failure; the day of a date-time is the one in UTC
 *       reterr       offset of the place in text; may be NULL
 * fails EDTF_LENGTH  empty or too long
 *       EDTF_FORM    not the grammar above
 *       EDTF_RANGE   month 13, 30 February, hour 24, year 0000, an end before its start
 * time  O(text.size); no allocation, thread-safe */
pat_status pat_edtf_parse(pat_span text, pat_edtf *ret_edtf, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(2);

/* Orders by earliest day, then latest day: negative, 0 or positive. A total order for the display;
 * it does not say that one thing happened before the other (see pat_edtf_surely_before). O(1) */
int pat_edtf_compare(const pat_edtf *a, const pat_edtf *b) PAT_NONNULL_ALL;

/* True where every day of a lies before every day of b. O(1) */
bool pat_edtf_surely_before(const pat_edtf *a, const pat_edtf *b) PAT_NONNULL_ALL;

/* The day of a time in ms since 1970 (UTC); INT32_MAX - 1 where it lies beyond. O(1) */
int32_t pat_edtf_day_of_ms(uint64_t ms);

#endif
