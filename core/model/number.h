/* Exact decimal numbers (proto Number): integer x 10^exponent with a unit; comparison, units,
 * conversion. No floating point, and no result that is nearly right.
 *
 * Units are UN/CEFACT Recommendation 20 common codes, or ISO 4217 codes for money; no code is both.
 * The table in number.c lists the units that are known, their quantity, their UCUM alias and their
 * exact ratio to the quantity's base unit. Degrees Celsius and calendar years (ANN) are quantities
 * of their own: no ratio leads from them to another unit. */
#ifndef PAT_CORE_MODEL_NUMBER_H
#define PAT_CORE_MODEL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/status.h"
#include "proto/value.pb-c.h"

/* Checks a number from a stranger.
 * in    number               borrowed for the call
 * out   reterr               the field in place; may be NULL
 * fails NUMBER_EXPONENT      outside PAT_NUMBER_EXPONENT_MIN to PAT_NUMBER_EXPONENT_MAX
 *       NUMBER_UNIT_UNKNOWN  neither "" nor a unit nor a currency of the tables
 * time  O(units) */
pat_status pat_number_check(const Patina__Number *number, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* True where both units are known and measure the same quantity (KMT and SMI do; "" only with "";
 * a currency only with itself). time O(units) */
bool pat_unit_comparable(const char *a, const char *b) PAT_NONNULL_ALL;

/* True where the code is in the table of units or of currencies, or is "". time O(units) */
bool pat_unit_known(const char *code) PAT_NONNULL_ALL;

/* True where the code is an ISO 4217 currency, in use or ended. time O(log currencies) */
bool pat_unit_is_currency(const char *code) PAT_NONNULL_ALL;

/* The code of unit number index of the table (currencies and "" are not in it), NULL behind its
 * end: for lists and tests. Static storage. time O(1) */
const char *pat_unit_at(size_t index);

/* The UCUM alias for display ("km" for KMT), or the code itself where there is none. Static
 * storage, or borrowed from the caller's code. time O(units) */
const char *pat_unit_ucum(const char *code) PAT_NONNULL_ALL;

/* Compares two checked numbers of comparable units exactly (1 SMI = 1.609344 KMT).
 * in    a, b                  exponents within the limits (asserted)
 * out   ret_order             negative, 0 or positive; unchanged on failure
 * fails NUMBER_UNIT_MISMATCH  the units measure different things
 * time  O(units + digits of the exponents' difference); values of any size compare right */
pat_status pat_number_compare(const Patina__Number *a, const Patina__Number *b,
                              int *ret_order) PAT_MUST_USE PAT_NONNULL_ALL;

/* The number in thousandths of its quantity's base unit, rounded half away from zero: for findings
 * that need arithmetic. Base units: metre, kilogram, litre, watt, second, metre per second, volt,
 * ampere, joule, pascal, square metre, hertz; else the unit itself.
 * in    number               exponent within the limits (asserted)
 * out   ret_milli            millimetres for lengths, grams for masses; unchanged on failure
 * fails NUMBER_RANGE         the result does not fit in int64_t
 *       NUMBER_UNIT_UNKNOWN  the unit is not in the tables
 * time  O(units + digits of the exponent) */
pat_status pat_number_to_milli_base(const Patina__Number *number,
                                    int64_t *ret_milli) PAT_MUST_USE PAT_NONNULL_ALL;

#endif
