/* One array of objects in JSON, cut object by object, so that a source of any size needs the memory
 * of one row. Pure: only brackets and texts are looked at; whether an object is well-formed is for
 * the parser that it is given to. */
#ifndef PAT_CLIENTS_CLI_IMPORT_JSON_CUT_H
#define PAT_CLIENTS_CLI_IMPORT_JSON_CUT_H

#include <stdbool.h>

#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"

/* How far the array was read. Zero-initialise. */
typedef struct {
  bool begun;
  bool ended;
  bool comma; /* a comma stands behind the last object */
  size_t objects;
} pat_json_cutter;

/* What the next call found. */
typedef struct {
  size_t size;       /* bytes that are done with; 0: more bytes are needed */
  pat_span object;   /* within the window; empty where none was cut */
  pat_status status; /* why this object is refused (nested too deep), or PAT_OK */
} pat_json_piece;

/* Cuts the next object, or finds the array's end (cutter->ended).
 * in    window  what is not done with yet; PAT_IMPORT_ROW_BYTES_MAX + 1 bytes behind the last
 *               object suffice
 *       at_end  no bytes follow the window
 * fails import.json-array  not an array of objects, it is not closed, or bytes stand behind it
 *       import.row-size    an object of more than PAT_IMPORT_ROW_BYTES_MAX
 * time  O(window.size) */
pat_status pat_json_cut(pat_json_cutter *cutter, pat_span window, bool at_end,
                        pat_json_piece *ret_piece) PAT_NONNULL(1, 4) PAT_MUST_USE;

#endif
