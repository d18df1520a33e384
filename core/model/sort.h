/* Sorting in place, without allocation: core may not use the C library's sort. */
#ifndef PAT_CORE_MODEL_SORT_H
#define PAT_CORE_MODEL_SORT_H

#include <stddef.h>

#include "core/base/attributes.h"

/* Orders two items: negative, 0 or positive. */
typedef int (*pat_sort_compare)(const void *a, const void *b);

/* Sorts pointers by what they point to (heap sort).
 * in    items    count pointers, none NULL; items may be NULL where count is 0
 *       compare  a total order; items that compare as 0 come out in any order, so give equal items
 *                a tie-break where the result must be the same everywhere
 * time  O(count log count) comparisons; no allocation, no recursion */
void pat_sort_pointers(const void **items, size_t count, pat_sort_compare compare) PAT_NONNULL(3);

/* Where key stands among sorted pointers, or count where it does not. Binary search with the order
 * that sorted them. time O(log count) */
size_t pat_sort_find(const void **items, size_t count, const void *key, pat_sort_compare compare)
    PAT_NONNULL(3, 4) PAT_MUST_USE;

#endif
