/* Small questions about text: spaces, cases, letters. Pure, ASCII rules; other letters are left
 * alone. */
#ifndef PAT_CLIENTS_CLI_IMPORT_WORDS_H
#define PAT_CLIENTS_CLI_IMPORT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/base/status.h"

/* Each true for one kind of byte: spaces and line breaks, digits, capitals, letters and digits (and
 * every byte beyond ASCII). */
bool pat_words_is_space(uint8_t c);
bool pat_words_is_digit(uint8_t c);
bool pat_words_is_upper(uint8_t c);
bool pat_words_is_alnum(uint8_t c);

/* Without spaces at both ends; borrowed from the text. */
pat_span pat_words_trim(pat_span text);

/* True where the text begins with this, in whatever case. */
bool pat_words_starts(pat_span text, const char *start) PAT_NONNULL_ALL;

/* True where the text is this, in whatever case. */
bool pat_words_equal(pat_span text, const char *other) PAT_NONNULL_ALL;

/* Where the words stand in the text as whole words, in whatever case; text.size where they do not.
 * */
size_t pat_words_find(pat_span text, const char *words) PAT_NONNULL_ALL;

/* The text from an offset to its end. */
pat_span pat_words_from(pat_span text, size_t offset);

/* Each run of spaces to one, none at the ends; control characters off, C1 ones (bytes of code page
 * 1252 that were taken for Latin-1) among them.
 * out   ret_text  in the arena, and a NUL behind it
 * fails limit.memory */
pat_status pat_words_tidy(pat_arena *arena, pat_span text,
                          pat_span *ret_text) PAT_NONNULL_ALL PAT_MUST_USE;

/* A copy in the arena, and a NUL behind it. fails limit.memory */
pat_status pat_words_copy(pat_arena *arena, pat_span text,
                          const char **ret_text) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
