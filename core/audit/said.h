/* The statements that were recorded so far, by their hashes: the same one is never logged twice.
 *
 * A table of hashes in the caller's memory, sized once for all entries that may come. */
#ifndef PAT_CORE_AUDIT_SAID_H
#define PAT_CORE_AUDIT_SAID_H

#include "core/base/status.h"
#include "core/crypto/hash.h"

/* Invariant: fewer hashes than slots. A slot of zeros is free. */
typedef struct {
  pat_hash *slots; /* borrowed */
  uint32_t capacity;
  uint32_t count;
} pat_said;

/* How many slots hold that many statements without long searches.
 * time  O(1) */
uint64_t pat_said_slots_for(uint64_t statements);

/* Starts an empty table.
 * in    slots     capacity of them, all zero, borrowed for the table's life */
void pat_said_init(pat_said *ret_said, pat_hash *slots, uint32_t capacity) PAT_NONNULL_ALL;

/* Adds a statement.
 * fails AUDIT_REPEATED  it is there already
 *       LIMIT_MEMORY    the table is full
 * time  O(1) expected; hashes that were ground to collide in 32 bits cost as many steps */
pat_status pat_said_add(pat_said *said, const pat_hash *statement) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
