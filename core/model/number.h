/* Exact decimal numbers (proto Number): integer x 10^exponent with a unit; comparison, units,
 * conversion.
 *
 * Units are UN/CEFACT Recommendation 20 common codes, or ISO 4217 codes for money. The table in
 * number.c lists the units that are known, their quantity, their UCUM alias and their exact ratio
 * to the quantity's base unit. */
#ifndef PAT_CORE_MODEL_NUMBER_H
#define PAT_CORE_MODEL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/status.h"
#include "proto/value.pb-c.h"

/* Checks a number from a stranger: exponent in range, unit known or "".
 * fails number.exponent, number.unit-unknown; reterr->place is the field. */
pat_status pat_number_check(const Patina__Number *number, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* True where both units measure the same quantity (KMT and SMI do; "" only with ""; a currency only
 * with itself). */
bool pat_unit_comparable(const char *a, const char *b) PAT_NONNULL_ALL;

/* True where the code is in the table of units or of currencies, or is "". */
bool pat_unit_known(const char *code) PAT_NONNULL_ALL;

/* True where the code is an ISO 4217 currency. No code is both a currency and a unit. */
bool pat_unit_is_currency(const char *code) PAT_NONNULL_ALL;

/* The code of unit number index of the table (currencies and "" are not in it), NULL behind its
 * end: for lists and tests. Static storage. */
const char *pat_unit_at(size_t index);

/* The UCUM alias for display ("km" for KMT), or the code itself where there is none. Static storage
 * or code. */
const char *pat_unit_ucum(const char *code) PAT_NONNULL_ALL;

/* Compares two checked numbers of comparable units exactly (1 SMI = 1.609344 KMT): *ret_order is
 * negative, 0 or positive. No floating point, no overflow: values of any size compare right. fails
 * number.unit-mismatch. */
pat_status pat_number_compare(const Patina__Number *a, const Patina__Number *b,
                              int *ret_order) PAT_MUST_USE PAT_NONNULL_ALL;

/* The number in the base unit of its quantity (length: metre), in integer thousandths (millimetres
 * for lengths), rounded half away from zero: for findings that need arithmetic. fails number.range
 * where the result does not fit in int64. */
pat_status pat_number_to_milli_base(const Patina__Number *number,
                                    int64_t *ret_milli) PAT_MUST_USE PAT_NONNULL_ALL;

#endif
