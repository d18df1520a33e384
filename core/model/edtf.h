/* Dates with their precision: the Extended Date/Time Format, levels 0 and 1 (ISO 8601-2:2019).
 *
 * Read here: YYYY, YYYY-MM, YYYY-MM-DD, date-times in UTC ("2021-05-25T10:00:00Z") or with an
 * offset, seasons (YYYY-21 to 24), a qualifier at the end (? uncertain, ~ approximate, % both),
 * unspecified digits from the right (201X, 20XX, 2004-XX, 1985-04-XX, 1985-XX-XX), intervals A/B,
 * open ("../B", "A/..") and unknown ends ("/B", "A/"). Years 0001 to 9999. Everything else is
 * refused with edtf.form or edtf.range. */
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

/* Reads a date. text: 1 to PAT_EDTF_BYTES_MAX bytes. ret_edtf is unchanged on failure.
 * fails edtf.length, edtf.form (not the grammar above), edtf.range (month 13, 30 February, B before
 * A). O(size), no allocation. */
pat_status pat_edtf_parse(pat_span text, pat_edtf *ret_edtf, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(2);

/* Orders by earliest day, then latest day: negative, 0 or positive. A total order for the display;
 * it does not say that one thing happened before the other (see pat_edtf_surely_before). */
int pat_edtf_compare(const pat_edtf *a, const pat_edtf *b) PAT_NONNULL_ALL;

/* True where every day of a lies before every day of b. */
bool pat_edtf_surely_before(const pat_edtf *a, const pat_edtf *b) PAT_NONNULL_ALL;

/* The day of a time in ms since 1970 (UTC). */
int32_t pat_edtf_day_of_ms(uint64_t ms);

#endif
