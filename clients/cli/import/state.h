/* What an import has done: for each row its asset and the items that were said of it. Kept in a
 * journal, so that a run that was killed goes on where it stopped, and a second run says nothing
 * twice.
 *
 *   FILE          "patina-import-state-v1 <origin> <map>" and one line for each row that changed;
 *                 the last line of a row holds. Lines are appended and synced once for each
 *                 request; a torn last line is passed over.
 *   FILE.sending  the signed statements of one request, written as one before it is sent and
 *                 removed when its answers are in FILE: the next run sends the very same bytes
 *                 again, which the log recognises. */
#ifndef PAT_CLIENTS_CLI_IMPORT_STATE_H
#define PAT_CLIENTS_CLI_IMPORT_STATE_H

#include <stdio.h>

#include "clients/cli/cli.h"
#include "clients/cli/import/plan.h"

/* One row. */
typedef struct {
  pat_hash key;
  uint8_t asset[PAT_ASSET_ID_BYTES];
  bool registered;
  pat_hash registration; /* the statement that did */
  pat_item_id *items;    /* the state's */
  size_t item_count;
  size_t item_capacity;
  uint64_t seen; /* the row of this run that has this key; 0: none yet */
  bool fresh;    /* registered in this run */
  bool changed;  /* not in the journal yet */
} pat_state_row;

/* All rows, found by their keys. Zero-initialise with pat_state_open. */
typedef struct {
  const char *path;
  const char *sending_path;
  FILE *journal;
  pat_state_row **slots; /* a hash table: open addressing, a power of two, NULL where free */
  size_t slot_count;
  size_t row_count;
} pat_state;

/* Reads the journal, or begins one. The file is made with mode 0600: it tells which asset is which
 * row. fails import.state  another log's or another map's, or a line that is not understood
 *       file.*, limit.memory */
pat_status pat_state_open(pat_cli *cli, const char *path, const char *origin, const char *map,
                          pat_state *ret_state) PAT_NONNULL_ALL PAT_MUST_USE;

/* Fits PAT_CLEANUP. */
void pat_state_close(pat_state *state) PAT_NONNULL_ALL;

/* The row of this key; NULL where there is none. */
pat_state_row *pat_state_find(const pat_state *state, const pat_hash *key) PAT_NONNULL_ALL;

/* The row of this key, made where there is none. fails limit.memory */
pat_status pat_state_add(pat_state *state, const pat_hash *key,
                         pat_state_row **ret_row) PAT_NONNULL_ALL PAT_MUST_USE;

/* The row of this key, where this run has met it under this number.
 * fails import.source  it has not: the source is not what it was */
pat_status pat_state_met(const pat_state *state, const pat_hash *key, uint64_t number,
                         pat_state_row **ret_row) PAT_NONNULL_ALL PAT_MUST_USE;

/* True where the item was said. */
bool pat_state_has(const pat_state_row *row, const pat_item_id *item) PAT_NONNULL_ALL;

/* Notes that an item was said; it takes the place of another value of its attribute. fails
 * limit.memory */
pat_status pat_state_note(pat_state_row *row, const pat_item_id *item) PAT_NONNULL_ALL PAT_MUST_USE;

/* Appends a row to the journal where it changed. Durable after pat_state_sync. fails file.io */
pat_status pat_state_write(pat_state *state, pat_state_row *row) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_state_sync(pat_state *state) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
