#include "clients/cli/nearest.h"

#include <stdint.h>
#include <string.h>

#include "core/base/limits.h"

enum { ROW = PAT_CLI_WORD_BYTES_MAX + 1, SLIPS_MAX = 2 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* One row of the table of distances between the beginnings of both words. */
static void next_row(const char *a, const char *b, size_t i, size_t rows[3][ROW]) {
  size_t *row = rows[i % 3];
  const size_t *above = rows[(i + 2) % 3];
  const size_t *two_above = rows[(i + 1) % 3];
  row[0] = i;
  for (size_t j = 1; b[j - 1] != '\0'; j++) {
    size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
    row[j] = least(replaced, least(above[j], row[j - 1]) + 1);
    if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
      row[j] = least(row[j], two_above[j - 2] + 1);
    }
  }
}

size_t pat_nearest_distance(const char *a, const char *b) {
  size_t a_size = strlen(a);
  size_t b_size = strlen(b);
  if (a_size > PAT_CLI_WORD_BYTES_MAX || b_size > PAT_CLI_WORD_BYTES_MAX) return SIZE_MAX;
  size_t rows[3][ROW] = {{0}};
  for (size_t j = 0; j <= b_size; j++) {
    rows[0][j] = j;
  }
  for (size_t i = 1; i <= a_size; i++) {
    next_row(a, b, i, rows);
  }
  return rows[a_size % 3][b_size];
}

size_t pat_nearest_limit(const char *word) { return least(SLIPS_MAX, strlen(word) / 3 + 1); }
