/* Dates as people write them, read into EDTF: "c. 1865", "by 1967", "1908-1909", "late 19th
 * century".
 *
 * Pure: no I/O. Precision is never invented: what the words leave open stays open, and what EDTF
 * cannot say ("early", "reworked") is left to the source's own words, which `exact` tells. */
#ifndef PAT_CLIENTS_CLI_IMPORT_DATE_H
#define PAT_CLIENTS_CLI_IMPORT_DATE_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"

/* A date that was read. edtf is NUL-terminated and passes pat_edtf_parse. */
typedef struct {
  char edtf[PAT_EDTF_BYTES_MAX + 1];
  bool exact; /* nothing that the words say about the time is missing in edtf */
} pat_import_date;

/* Reads a text that is a date and nothing else that matters.
 *
 *   1867            1867            1908-1909, 1908-09      1908/1909
 *   c. 1865         1865~           from 1908 until 1911    1908/1911
 *   1955?           1955?           1890s                   189X
 *   by, before, until 1967  ../1967 19th century            18XX
 *   after, from, since 1967 1967/.. May 1938, 12 May 1938   1938-05, 1938-05-12
 *
 * "by" and "until" give the same open interval: at what end of it something happened is for the
 * source's words.
 * in    arena  for the call; given back
 * out   ret_date  unchanged on failure
 * fails import.date   no date stands there
 *       limit.memory */
pat_status pat_import_date_read(pat_arena *arena, pat_span text,
                                pat_import_date *ret_date) PAT_NONNULL_ALL PAT_MUST_USE;

/* Finds the first date within a sentence. What stands in square brackets (years of life), in
 * quotation marks (titles) or in round brackets that do not open the text is passed over, and so
 * are numbers of lots and pages. fails as pat_import_date_read */
pat_status pat_import_date_find(pat_arena *arena, pat_span text,
                                pat_import_date *ret_date) PAT_NONNULL_ALL PAT_MUST_USE;

/* Puts year, month and day of separate columns together. "0", "00" and "" say that a part is not
 * known. fails import.date  no year, a part that is no number, or no such day */
pat_status pat_import_date_parts(pat_span year, pat_span month, pat_span day,
                                 pat_import_date *ret_date) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
