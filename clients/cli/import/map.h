/* Maps: what a source's columns are, told in a JSON file (clients/cli/maps/README.md says how).
 *
 * A map is read strictly: a member that is not known here, a value of another type, a name that the
 * class has not, are refused with their place. */
#ifndef PAT_CLIENTS_CLI_IMPORT_MAP_H
#define PAT_CLIENTS_CLI_IMPORT_MAP_H

#include <jansson.h>
#include <stdbool.h>

#include "clients/cli/import/rows.h"
#include "proto/catalog.pb-c.h"

enum { PAT_MAP_COLUMNS_MAX = 16, PAT_MAP_STATEMENTS_MAX = 16 };

/* How a rule's words become a value. */
typedef enum {
  PAT_MAP_PLAIN = 0,  /* as the attribute's type asks */
  PAT_MAP_DIMENSION,  /* one side out of "H: 16 1/4 in." */
  PAT_MAP_DATE_PARTS, /* year, month and day in columns of their own */
  PAT_MAP_DATE_WORDS  /* words of a date that EDTF cannot say without loss; else nothing */
} pat_map_form;

/* One attribute, or one field of a claim. Texts are borrowed from the map's JSON; NULL where they
 * are not given. */
typedef struct {
  const char *name;
  const char *columns[PAT_MAP_COLUMNS_MAX];
  size_t column_count;
  const char *constant;
  const char *join; /* between several values of an attribute that has one */
  const char *prefix;
  const char *otherwise; /* words to take where the columns say nothing */
  const json_t *table;   /* words of the source to words of the class */
  const json_t *skip;    /* words that mean nothing: "unknown", "0" */
  const char *unit;
  const char *unit_column;
  const json_t *units; /* words of that column to unit codes */
  const char *side;    /* of a dimension: "H", "W", "D", "L" */
  pat_map_form form;
  bool omit_bad; /* what cannot be read is left out; else it refuses the row */
  const Patina__AttributeDefinition *definition; /* after pat_map_bind */
} pat_map_rule;

typedef struct {
  pat_map_rule *items; /* ascending by name after pat_map_bind */
  size_t count;
} pat_map_rules;

typedef struct {
  const char *scheme;
  const char *scope;
  const char *scope_column; /* instead of scope */
  const char *column;
  bool identifies; /* a row whose identifier is recorded already is that asset */
  bool optional;
} pat_map_identifier;

/* An attestation of each row, or one for each step of a provenance. */
typedef struct {
  const char *claim;
  const char *when; /* made only where this column says something */
  bool split;       /* "provenance-aam": the column is cut into steps */
  const char *column;
  bool newest_first;
  bool has_occurred;
  pat_map_rule occurred;
  pat_map_rules fields;
  const Patina__ClaimDefinition *definition; /* after pat_map_bind */
} pat_map_statement;

/* A map. Zero-initialise with pat_map_read. */
typedef struct {
  json_t *json;
  const char *name;
  const char *class_name;
  pat_rows_format format;
  const char *key[PAT_MAP_COLUMNS_MAX];
  size_t key_count;
  pat_map_rules attributes; /* of the registration */
  pat_map_rules consumer;
  pat_map_identifier identifiers[PAT_MAP_COLUMNS_MAX];
  size_t identifier_count;
  pat_map_statement statements[PAT_MAP_STATEMENTS_MAX];
  size_t statement_count;
} pat_map;

/* Reads a map.
 * in    arena   holds its rules
 * out   reterr  the place within the map, as in "attributes[2].colum", or what JSON's parser says
 * fails import.map, limit.memory */
pat_status pat_map_read(pat_span text, pat_arena *arena, pat_map *ret_map, pat_err *reterr)
    PAT_NONNULL(2, 3) PAT_MUST_USE;

/* Frees its JSON. Fits PAT_CLEANUP. */
void pat_map_clear(pat_map *map) PAT_NONNULL_ALL;

/* Finds what the map names in the class, and puts attributes in the class's order.
 * in    schema  borrowed for the life of the map
 * fails import.map  the class has no such attribute, claim or field, in this bundle; a rule's form
 *                   does not fit its type; a required one has no rule */
pat_status pat_map_bind(pat_map *map, const Patina__AssetClass *schema, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Checks that every column the map names is in a row, or in a table's header.
 * in    row  any row that was read
 * fails import.column, naming it */
pat_status pat_map_check_columns(const pat_map *map, const json_t *row, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

#endif
