/* The nearest word of a list, to suggest where a name was mistyped. */
#ifndef PAT_SERVER_SYS_NEAREST_H
#define PAT_SERVER_SYS_NEAREST_H

#include <stddef.h>

#include "core/base/span.h"

/* Gives the position of the word that needs the fewest changes (a character added, dropped,
 * replaced, or two neighbours swapped) to become text; the first of equals.
 * in    text   what was typed
 *       words  count NUL-terminated words of at most 63 bytes each
 * gives count where every word is more than a third of its length away, or text is empty or
 *       too long
 * time  O(count * text * word); no allocation */
size_t pat_nearest_word(pat_span text, const char *const *words, size_t count)
    PAT_NONNULL(2) PAT_MUST_USE;

#endif
