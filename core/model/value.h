/* Values and attributes: whether they are well-formed, and whether they fit their definition.
 *
 * Texts are NUL-terminated UTF-8, as the codec of core/bytes has checked. */
#ifndef PAT_CORE_MODEL_VALUE_H
#define PAT_CORE_MODEL_VALUE_H

#include <stdbool.h>

#include "core/base/span.h"
#include "core/base/status.h"
#include "proto/catalog.pb-c.h"
#include "proto/value.pb-c.h"

/* Checks a value by itself.
 * in    value                 borrowed for the call
 * out   reterr                the member in place (for readings, offset is the reading's number);
 *                             may be NULL
 * fails VALUE_MISSING         no member is set
 *       VALUE_TEXT            a text of 0 or more than PAT_TEXT_BYTES_MAX bytes
 *       VALUE_CODE_FORM       code or system of 0 or more than PAT_CODE_BYTES_MAX bytes
 *       VALUE_ASSET           an asset id that has not PAT_ASSET_ID_BYTES
 *       VALUE_EVIDENCE        a hash that has not PAT_HASH_BYTES, or no media type "a/b"
 *       VALUE_READINGS_COUNT  no readings, or more than PAT_READINGS_MAX
 *       VALUE_READINGS_ORDER  an offset below the one before it
 *       VALUE_READING         a reading without a number and without a reason
 *       EDTF_*, NUMBER_*      a date or number, as pat_edtf_parse and pat_number_check say
 * time  O(size of the value) */
pat_status pat_value_check(const Patina__Value *value, pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1);

/* Checks a checked value against its definition.
 * in    value, definition  borrowed for the call; the definition passed pat_class_check
 * out   reterr             the definition's name in place; may be NULL
 * fails VALUE_TYPE         another type; readings of a batch fit no definition
 *       VALUE_UNIT         not comparable with the definition's unit; where that is a currency,
 *                          money in any currency fits
 *       VALUE_CODE         of another list, or not one of the definition's codes (none: any)
 * time  O(units + log codes) */
pat_status pat_value_fits(const Patina__Value *value, const Patina__AttributeDefinition *definition,
                          pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* True where two checked values say the same: numbers by value across units, dates, texts and all
 * others by their bytes. A value without a member equals nothing. time O(size of the values) */
bool pat_value_equal(const Patina__Value *a, const Patina__Value *b) PAT_NONNULL_ALL;

/* Checks the shape of a statement's attributes without a class.
 * in    attributes          count of them, borrowed for the call; may be NULL where count is 0
 *       allow_cleared       whether this kind of statement may clear attributes
 * out   reterr              the attribute's name in place; may be NULL
 * fails ATTRIBUTES_COUNT    more than PAT_STATEMENT_ATTRIBUTES_MAX
 *       NAME_FORM           a malformed name
 *       ATTRIBUTES_ORDER    names not ascending (equal names: the elements of a list)
 *       ATTRIBUTES_CONTENT  neither value nor slot nor cleared
 *       ATTRIBUTES_SLOT     a slot that has not PAT_HASH_BYTES
 *       ATTRIBUTES_CLEARED  cleared where not allowed, not true, or beside another of that name
 *       VALUE_*, EDTF_*, NUMBER_*  an open value, as pat_value_check says
 * time  O(size of the attributes) */
pat_status pat_attributes_check(Patina__Attribute *const *attributes, size_t count,
                                bool allow_cleared, pat_err *reterr) PAT_MUST_USE;

#endif
