/* From a row's words to a value of the class, as a rule of the map says. Pure. */
#ifndef PAT_CLIENTS_CLI_IMPORT_VALUE_H
#define PAT_CLIENTS_CLI_IMPORT_VALUE_H

#include "clients/cli/import/map.h"
#include "proto/value.pb-c.h"

enum { PAT_IMPORT_VALUES_MAX = 64 }; /* values of one list attribute */

/* An attribute with its values: none where the row says nothing. */
typedef struct {
  const Patina__AttributeDefinition *definition;
  Patina__Value **values;
  size_t count;
} pat_import_fact;

/* The words of a column, tidied (pat_words_tidy).
 * in    column  a member's name, or a path: "creator.0.full_name"
 * out   ret_text  in the arena; empty where there is none, or it is null
 * fails import.value  it is no text, number or flag
 *       limit.memory */
pat_status pat_import_words(const json_t *row, const char *column, pat_arena *arena,
                            pat_span *ret_text) PAT_NONNULL_ALL PAT_MUST_USE;

/* As pat_import_words, but the words as they are, with their line breaks. */
pat_status pat_import_text(const json_t *row, const char *column, pat_arena *arena,
                           pat_span *ret_text) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads a rule's attribute out of a row. "creator.*.full_name" gives one value for each element: of
 * a list, or joined.
 * out   ret_fact  in the arena
 * fails import.value, import.date, value.*, number.*, edtf.*, limit.memory; the attribute's name in
 *       reterr's place */
pat_status pat_import_fact_read(const pat_map_rule *rule, const json_t *row, pat_arena *arena,
                                pat_import_fact *ret_fact, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* Reads a rule's date alone: EDTF, "" where the row says nothing. fails as pat_import_fact_read */
pat_status pat_import_occurred_read(const pat_map_rule *rule, const json_t *row, pat_arena *arena,
                                    const char **ret_edtf) PAT_NONNULL_ALL PAT_MUST_USE;

/* A number as museums and dealers write it: "36.25", "1,250", "26 1/2", "[650]" (an editor's).
 * fails import.value  anything else, or a fraction without a finite decimal form */
pat_status pat_import_number_read(pat_span text, int64_t *ret_mantissa,
                                  int32_t *ret_exponent) PAT_NONNULL_ALL PAT_MUST_USE;

/* One side of a size in words: "H: 4 1/16 inches", "7 7/8 h", "L: 14 1/2 cm. | 36.8 cm".
 * in    side  "H", "W", "D", "L" or "Diam"
 * out   ret_unit  "INH" or "CMT"
 * fails import.value  that side is not named once, or no unit stands with it */
pat_status pat_import_dimension_read(pat_span text, const char *side, int64_t *ret_mantissa,
                                     int32_t *ret_exponent,
                                     const char **ret_unit) PAT_NONNULL_ALL PAT_MUST_USE;

/* Makes values in the arena. fail limit.memory */
pat_status pat_import_make_text(pat_arena *arena, pat_span text,
                                Patina__Value **ret_value) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_import_make_number(pat_arena *arena, int64_t mantissa, int32_t exponent,
                                  const char *unit,
                                  Patina__Value **ret_value) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_import_make_code(pat_arena *arena, const char *system, const char *code,
                                Patina__Value **ret_value) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
