#include "server/sys/nearest.h"

#include "core/base/assert.h"

enum { WORD_BYTES_MAX = 63, CHANGES_PER_LENGTH = 3 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Three rows of the table of distances between prefixes: a swap reaches two rows back. */
typedef struct {
  size_t cells[3][WORD_BYTES_MAX + 1];
} rows;

static void fill_row(rows *table, size_t i, pat_span a, pat_span b) {
  const size_t *swap = table->cells[(i + 1) % 3];
  const size_t *above = table->cells[(i + 2) % 3];
  size_t *row = table->cells[i % 3];
  row[0] = i;
  for (size_t j = 1; j <= b.size; j++) {
    size_t replaced = above[j - 1] + (a.data[i - 1] == b.data[j - 1] ? 0 : 1);
    row[j] = least(replaced, least(above[j], row[j - 1]) + 1);
    if (i < 2 || j < 2) continue;
    bool swapped = a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1];
    if (swapped) row[j] = least(row[j], swap[j - 2] + 1);
  }
}

static size_t distance(pat_span a, pat_span b) {
  PAT_ASSERT(a.size <= WORD_BYTES_MAX);
  PAT_ASSERT(b.size <= WORD_BYTES_MAX);
  rows table = {0};
  for (size_t j = 0; j <= b.size; j++)
    table.cells[0][j] = j;
  for (size_t i = 1; i <= a.size; i++)
    fill_row(&table, i, a, b);
  return table.cells[a.size % 3][b.size];
}

size_t pat_nearest_word(pat_span text, const char *const *words, size_t count) {
  PAT_ASSERT(pat_span_valid(text));
  if (text.size == 0 || text.size > WORD_BYTES_MAX) return count;
  size_t best = count;
  size_t best_distance = WORD_BYTES_MAX + 1;
  for (size_t i = 0; i < count; i++) {
    pat_span word = pat_span_text(words[i]);
    size_t changes = distance(text, word);
    if (changes * CHANGES_PER_LENGTH > word.size + 2 || changes >= best_distance) continue;
    best = i;
    best_distance = changes;
  }
  return best;
}
