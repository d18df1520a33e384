/* The nearest word of a list, to suggest where a command or an option was mistyped. */
#ifndef PAT_CLIENTS_CLI_NEAREST_H
#define PAT_CLIENTS_CLI_NEAREST_H

#include <stddef.h>

#include "core/base/attributes.h"

/* How many changes (a character added, dropped or replaced, two neighbours swapped) make one
 * word of the other. Words beyond PAT_CLI_WORD_BYTES_MAX bytes are SIZE_MAX apart. time O(a * b) */
size_t pat_nearest_distance(const char *a, const char *b) PAT_NONNULL_ALL;

/* How many changes are still taken for a slip of this word: up to two, fewer in short words. */
size_t pat_nearest_limit(const char *word) PAT_NONNULL_ALL;

#endif
