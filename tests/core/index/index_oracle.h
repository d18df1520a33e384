/* What the index must compute, written another way: keys and values of any size, recursion over
 * plain lists, no tree. */
#ifndef PAT_TESTS_CORE_INDEX_INDEX_ORACLE_H
#define PAT_TESTS_CORE_INDEX_INDEX_ORACLE_H

#include "core/bytes/builder.h"
#include "core/crypto/hash.h"

enum { ORACLE_KEYS_MAX = 200 };

typedef struct {
  pat_span key;
  pat_span value;
} map_item;

/* The root over the items, which are alike in all bits before this one; at most ORACLE_KEYS_MAX. */
pat_hash oracle_map(const map_item *items, size_t count, size_t bit);

/* Writes the steps to the key's place, leaf first, and gives the item that stands there. */
map_item oracle_steps(const map_item *items, size_t count, pat_span key, pat_builder *out);

#endif
