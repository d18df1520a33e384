/* Values as people type them, by the type that the class gives: "1200 KGM", "1955?", "yes", "S",
 * free text. Pure. */
#ifndef PAT_CLIENTS_CLI_BUILD_VALUE_H
#define PAT_CLIENTS_CLI_BUILD_VALUE_H

#include "clients/cli/draft.h"
#include "proto/catalog.pb-c.h"

/* Reads a value of the definition's type.
 *   NUMBER    decimal digits with at most one point, and the unit: "10.0 CMT"; the unit may only
 *   be left out where
 *             the class has none, so that nobody's miles become kilometres
 *   DATE      EDTF level 1
 *   FLAG      yes, no, true or false
 *   CODE      a code of the class's list
 *   ASSET     27 symbols
 *   EVIDENCE  "sha256:<64 hex digits>;<media type>[;<bytes>]"
 *   TEXT      as it is
 * out   ret_value  in the arena
 * fails cli.value, value.*, number.*, edtf.*, crypto.base32.*, limit.memory */
pat_status pat_build_value(const Patina__AttributeDefinition *definition, const char *text,
                           pat_arena *arena, Patina__Value *ret_value, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* Reads a decimal number without exponent: "12.50" is 1250 x 10^-2. fails cli.value,
 * number.exponent */
pat_status pat_build_decimal(pat_span text, int64_t *ret_mantissa,
                             int32_t *ret_exponent) PAT_NONNULL_ALL PAT_MUST_USE;

/* Which definitions attributes are typed by. */
typedef struct {
  Patina__AttributeDefinition *const *definitions; /* ascending by name */
  size_t count;
  Patina__Bundle bundle; /* only this one; UNSPECIFIED: all (fields of a claim) */
} pat_build_definitions;

/* What was typed. Borrowed. */
typedef struct {
  const char *const *pairs; /* "name=value", a list's elements in their order */
  size_t pair_count;
  const char *const *cleared; /* names that have no value any more */
  size_t cleared_count;
} pat_build_input;

/* Builds the attributes of a statement: sorted by name, in clear where the class says OPEN,
 * behind slots else. Call it before any other slot of the statement is made.
 * out   ret_attributes  in the draft's arena
 * fails cli.attribute   no such attribute here, or two values for one that is no list
 *       as pat_build_value and pat_draft_disclose */
pat_status pat_build_attributes(pat_draft *draft, const pat_build_definitions *definitions,
                                const pat_build_input *input, Patina__Attribute ***ret_attributes,
                                size_t *ret_count, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4, 5) PAT_MUST_USE;

#endif
