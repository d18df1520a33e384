/* The rows of a source, one after the other, and then each of them again: a table (CSV) or an array
 * of objects (JSON). Every row comes out as a JSON object; a column of a table is a member with a
 * text.
 *
 * Memory: two buffers of one row each, and the row. */
#ifndef PAT_CLIENTS_CLI_IMPORT_ROWS_H
#define PAT_CLIENTS_CLI_IMPORT_ROWS_H

#include <jansson.h>
#include <stdbool.h>

#include "clients/cli/import/csv.h"
#include "clients/cli/import/json_cut.h"
#include "clients/cli/import/places.h"
#include "clients/cli/import/source.h"

typedef struct {
  bool json; /* else a table */
  pat_csv_format csv;
} pat_rows_format;

/* One row. */
typedef struct {
  uint64_t number;   /* from 1; the header of a table is no row */
  pat_status status; /* why it is refused, or PAT_OK */
  json_t *object;    /* NULL where it is refused or at the end; the caller's: json_decref */
  pat_place place;   /* of a row that is not refused */
  bool end;
} pat_row;

/* A source that is open. Zero-initialise with pat_rows_open. */
typedef struct {
  pat_source source;
  pat_rows_format format;
  pat_arena *arena;
  uint8_t *buffers[2];
  size_t current; /* which buffer holds the window */
  size_t from;    /* the window, within the buffer */
  size_t to;
  bool at_end; /* of the file */
  bool begun;
  bool skipping; /* the rest of a refused line */
  pat_json_cutter cutter;
  const char **columns;
  size_t column_count;
  uint64_t rows;
  uint64_t bytes; /* done with */
} pat_rows;

/* Opens a source; "-" is standard input. The header of a table is read.
 * in    arena  holds buffers and header
 * fails file.missing, file.io, file.too-large, limit.memory, import.csv-fields (two columns of one
 *       name, or none), and as the header's record is refused */
pat_status pat_rows_open(const char *path, const pat_rows_format *format, pat_arena *arena,
                         pat_rows *ret_rows, pat_err *reterr) PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* Fits PAT_CLEANUP. */
void pat_rows_close(pat_rows *rows) PAT_NONNULL_ALL;

/* Reads the next row. One that is refused does not end the source.
 * fails file.io, file.too-large, import.rows, import.json-array, import.row-size (JSON),
 *       limit.memory */
pat_status pat_rows_next(pat_rows *rows, pat_row *ret_row, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Reads a row again that was not refused, in any order; pat_rows_next is not to be called after it.
 * fails file.io, limit.memory, import.source (no row stands there any more) */
pat_status pat_rows_again(pat_rows *rows, const pat_place *place,
                          pat_row *ret_row) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
