/* Tables as text (RFC 4180): cutting bytes into records, and a record into fields. Pure.
 *
 * A record that is broken is refused alone: reading goes on behind its first line break. */
#ifndef PAT_CLIENTS_CLI_IMPORT_CSV_H
#define PAT_CLIENTS_CLI_IMPORT_CSV_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"

typedef struct {
  char delimiter; /* ',' ';' '\t' '|' */
  bool cp1252;    /* else UTF-8 */
} pat_csv_format;

/* A record within a window of bytes. */
typedef struct {
  size_t size; /* bytes with the line break; 0: the window ends inside it, more bytes are needed */
  size_t text_size;  /* without the line break */
  pat_status status; /* why it is refused, or PAT_OK */
  bool unended; /* refused, and its end lies beyond the window: the rest of the line goes with it */
} pat_csv_record;

/* Finds the end of the first record. Quoted fields may hold line breaks.
 * in    window  from the record's first byte; PAT_IMPORT_ROW_BYTES_MAX + 1 bytes suffice to decide
 *       at_end  no bytes follow the window
 * out   record.status is import.csv-quote   a quoted field is not closed, or goes on behind its
 *       closing mark, or a
 *                                           mark stands within a field without them
 *                        import.row-size    more than PAT_IMPORT_ROW_BYTES_MAX
 * time  O(window.size) */
void pat_csv_cut(const pat_csv_format *format, pat_span window, bool at_end,
                 pat_csv_record *ret_record) PAT_NONNULL(1, 4);

/* Reads a record's fields.
 * in    text  of a record that was not refused, without its line break
 * out   ret_fields  UTF-8 texts with a NUL behind each, in the arena
 * fails import.text        not of the encoding, or U+0000
 *       import.csv-fields  more than PAT_IMPORT_FIELDS_MAX
 *       limit.memory */
pat_status pat_csv_fields(const pat_csv_format *format, pat_span text, pat_arena *arena,
                          pat_span **ret_fields, size_t *ret_count)
    PAT_NONNULL(1, 3, 4, 5) PAT_MUST_USE;

#endif
