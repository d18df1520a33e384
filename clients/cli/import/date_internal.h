/* What dates are while they are read: for date.c and date_words.c. */
#ifndef PAT_CLIENTS_CLI_IMPORT_DATE_INTERNAL_H
#define PAT_CLIENTS_CLI_IMPORT_DATE_INTERNAL_H

#include <stdbool.h>

#include "clients/cli/import/tokens.h"

enum { PAT_DATE_YEAR_MIN = 1000, PAT_DATE_YEAR_MAX = 2199 };

typedef enum {
  PAT_DATE_DAY,
  PAT_DATE_MONTH,
  PAT_DATE_YEAR,
  PAT_DATE_DECADE,
  PAT_DATE_CENTURY
} pat_date_unit;

/* One end of a span of time. */
typedef struct {
  pat_date_unit unit;
  int year;  /* of a century: its first two digits */
  int month; /* or 0; 21 to 24: seasons */
  int day;   /* or 0 */
  bool approximate;
  bool uncertain;
} pat_date_point;

/* What the words say: one point, or an interval with open ends. */
typedef struct {
  bool has_from, has_to, interval;
  pat_date_point from, to;
  bool lossy; /* "early", "late": EDTF cannot say it */
} pat_date_reading;

/* A place in the tokens. Reading moves it only where something was read. */
typedef struct {
  const pat_token *items;
  size_t at;
} pat_date_place;

/* Reads what the words at a place say of a time, and moves behind them; false where they say
 * nothing. */
bool pat_import__date_take(pat_date_place *at, pat_date_reading *ret_reading) PAT_NONNULL_ALL;

/* True where the place is the end, but for a full stop. */
bool pat_import__date_ends(const pat_date_place *at) PAT_NONNULL_ALL;

/* True where the words behind the place make the number another one: "200 B.C.". */
bool pat_import__date_is_spoilt(const pat_date_place *at) PAT_NONNULL_ALL;

#endif
