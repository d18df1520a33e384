/* Where the rows of a source stand: what an import keeps of a row between reading it first and
 * sending it, and the order in which rows are sent. */
#ifndef PAT_CLIENTS_CLI_IMPORT_PLACES_H
#define PAT_CLIENTS_CLI_IMPORT_PLACES_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

/* One row: 16 bytes. */
typedef struct {
  uint64_t offset; /* of its text, from the source's first byte */
  uint32_t size;   /* bytes of its text, at most PAT_IMPORT_ROW_BYTES_MAX */
  uint32_t number; /* from 1, at most PAT_IMPORT_ROWS_MAX */
} pat_place;

/* At most PAT_IMPORT_ROWS_MAX of them. Zero-initialise. */
typedef struct {
  pat_place *items;
  size_t count;
  size_t capacity;
} pat_places;

/* Fills bytes at random. */
typedef pat_status (*pat_places_entropy)(uint8_t *ret_bytes, size_t size);

/* Fits PAT_CLEANUP. */
void pat_places_clear(pat_places *places) PAT_NONNULL_ALL;

/* Puts a place behind the others. fails import.rows, limit.memory */
pat_status pat_places_add(pat_places *places, const pat_place *place) PAT_NONNULL_ALL PAT_MUST_USE;

/* Puts all places in an order that nobody can guess: every order is as likely as every other one.
 *
 * A run that was killed does not need the order that it had: what it had sent of a random order is
 * a random choice in a random order, and what is left is put in random order again, so that the
 * order of all is as random as one drawn at once. So no order is ever kept on a disk.
 * fails as entropy */
pat_status pat_places_shuffle(pat_places *places,
                              pat_places_entropy entropy) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
