#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* Where two encodings go on in step after a difference is found by windows of this many bytes. */
enum {
  WINDOW = 12,
  SEARCH_MAX = 8192, /* bytes of the new encoding among which a common window is looked for */
  SLOTS = 1 << 16,
  SPLICES_MAX = 4096,
};

/* The places of all windows of the old bytes, by their hash; chained from the last to the first. */
typedef struct {
  pat_span bytes;
  uint32_t heads[SLOTS]; /* place + 1 */
  uint32_t *nexts;
} window_table;

static uint32_t window_slot(const uint8_t *bytes) {
  uint64_t mixed = 14695981039346656037u;
  for (size_t i = 0; i < WINDOW; i++)
    mixed = (mixed ^ bytes[i]) * 1099511628211u;
  return (uint32_t)(mixed >> 40) % SLOTS;
}

static window_table *index_windows(pat_span bytes, pat_arena *arena) {
  window_table *table = lying_take(arena, sizeof *table);
  table->bytes = bytes;
  table->nexts = lying_take(arena, (bytes.size + 1) * sizeof *table->nexts);
  for (size_t i = 0; i + WINDOW <= bytes.size; i++) {
    uint32_t slot = window_slot(bytes.data + i);
    table->nexts[i] = table->heads[slot];
    table->heads[slot] = (uint32_t)i + 1;
  }
  return table;
}

/* The first place at or after from where the window stands; SIZE_MAX where there is none. */
static size_t find_window(const window_table *table, const uint8_t *window, size_t from) {
  size_t found = SIZE_MAX;
  for (uint32_t at = table->heads[window_slot(window)]; at > from; at = table->nexts[at - 1]) {
    if (memcmp(table->bytes.data + at - 1, window, WINDOW) == 0) found = at - 1;
  }
  return found;
}

/* Where both go on alike: the pair that leaves the least between. */
static bool find_common(const window_table *table, pat_span new, size_t *old_at, size_t *new_at) {
  size_t best = SIZE_MAX;
  size_t old_from = *old_at;
  size_t new_from = *new_at;
  for (size_t skip = 0; skip < SEARCH_MAX && new_from + skip + WINDOW <= new.size; skip++) {
    if (skip >= best) break;
    size_t place = find_window(table, new.data + new_from + skip, old_from);
    if (place == SIZE_MAX || place - old_from + skip >= best) continue;
    best = place - old_from + skip;
    *old_at = place;
    *new_at = new_from + skip;
  }
  return best != SIZE_MAX;
}

static void check_splices(pat_span old, pat_span new, const vector_splice *splices, size_t count) {
  size_t old_at = 0;
  size_t new_at = 0;
  for (size_t i = 0; i <= count; i++) {
    size_t until = i < count ? splices[i].at : old.size;
    PAT_ASSERT(until >= old_at);
    PAT_ASSERT(new.size - new_at >= until - old_at);
    PAT_ASSERT(until == old_at ||
               memcmp(old.data + old_at, new.data + new_at, until - old_at) == 0);
    new_at += until - old_at;
    if (i == count) break;
    PAT_ASSERT(
        pat_span_equal(splices[i].insert, pat_span_slice(new, new_at, splices[i].insert.size)));
    new_at += splices[i].insert.size;
    old_at = until + splices[i].remove;
  }
  PAT_ASSERT(new_at == new.size);
}

size_t vector_diff(pat_span old, pat_span new, pat_arena *arena, vector_splice **ret_splices) {
  window_table *table = index_windows(old, arena);
  vector_splice *splices = lying_take(arena, SPLICES_MAX * sizeof *splices);
  size_t count = 0;
  size_t old_at = 0;
  size_t new_at = 0;
  while (old_at < old.size || new_at < new.size) {
    if (old_at < old.size && new_at < new.size &&old.data[old_at] == new.data[new_at]) {
      old_at++;
      new_at++;
      continue;
    }
    size_t old_next = old_at;
    size_t new_next = new_at;
    if (!find_common(table, new, &old_next, &new_next)) {
      old_next = old.size;
      new_next = new.size;
    }
    PAT_ASSERT(count < SPLICES_MAX);
    splices[count++] =
        (vector_splice){old_at, old_next - old_at, pat_span_slice(new, new_at, new_next - new_at)};
    old_at = old_next;
    new_at = new_next;
  }
  check_splices(old, new, splices, count);
  *ret_splices = splices;
  return count;
}
