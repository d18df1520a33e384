#include "core/model/sort.h"

#include "core/base/assert.h"

static void swap(const void **items, size_t i, size_t j) {
  const void *kept = items[i];
  items[i] = items[j];
  items[j] = kept;
}

/* Lets items[root] sink until neither child within count is larger. */
static void sink(const void **items, size_t root, size_t count, pat_sort_compare compare) {
  PAT_ASSERT(root < count);
  while (root < count / 2) {
    size_t child = 2 * root + 1;
    if (child + 1 < count && compare(items[child], items[child + 1]) < 0) child++;
    if (compare(items[root], items[child]) >= 0) return;
    swap(items, root, child);
    root = child;
  }
}

void pat_sort_pointers(const void **items, size_t count, pat_sort_compare compare) {
  PAT_ASSERT(items != NULL || count == 0);
  if (count < 2) return;
  for (size_t root = count / 2; root > 0; root--)
    sink(items, root - 1, count, compare);
  for (size_t left = count - 1; left > 0; left--) {
    swap(items, 0, left);
    sink(items, 0, left, compare);
  }
}

size_t pat_sort_find(const void **items, size_t count, const void *key, pat_sort_compare compare) {
  PAT_ASSERT(items != NULL || count == 0);
  size_t low = 0;
  size_t high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = compare(items[middle], key);
    if (order == 0) return middle;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return count;
}
