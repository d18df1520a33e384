/* Values and attributes: whether they are well-formed, and whether they fit their definition. */
#ifndef PAT_CORE_MODEL_VALUE_H
#define PAT_CORE_MODEL_VALUE_H

#include <stdbool.h>

#include "core/base/span.h"
#include "core/base/status.h"
#include "proto/catalog.pb-c.h"
#include "proto/value.pb-c.h"

/* Checks a value by itself: a member is set, texts 1 to PAT_TEXT_BYTES_MAX bytes, dates EDTF,
 * numbers as pat_number_check, codes 1 to 64 bytes, asset ids 16 bytes, evidence hash 32 bytes with
 * a media type, readings 1 to PAT_READINGS_MAX with non-decreasing offsets and a number or status
 * each. fails value.* rules, and those of edtf.h and number.h. */
pat_status pat_value_check(const Patina__Value *value, pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1);

/* Checks a checked value against its definition: type, comparable unit, code system and allowed
 * code. fails value.type, value.unit, value.code. */
pat_status pat_value_fits(const Patina__Value *value, const Patina__AttributeDefinition *definition,
                          pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* True where two checked values say the same: numbers by value across units, dates and texts by
 * their bytes. */
bool pat_value_equal(const Patina__Value *a, const Patina__Value *b) PAT_NONNULL_ALL;

/* Checks the shape of a statement's attributes without a class: names well-formed and ascending,
 * content set, slots 32 bytes, open values well-formed, cleared true and only where allow_cleared,
 * at most PAT_STATEMENT_ATTRIBUTES_MAX. fails attributes.* rules and those of pat_value_check. */
pat_status pat_attributes_check(Patina__Attribute *const *attributes, size_t count,
                                bool allow_cleared, pat_err *reterr) PAT_MUST_USE;

#endif
