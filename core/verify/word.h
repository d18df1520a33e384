/* The four words in which every check ends (SPEC.md section 1). */
#ifndef PAT_CORE_VERIFY_WORD_H
#define PAT_CORE_VERIFY_WORD_H

#include "core/base/status.h"

typedef enum {
  PAT_WORD_MATCHES = 0,    /* every check that was asked for was done and held */
  PAT_WORD_NOT_PROVEN,     /* nothing contradicts, but somebody or something does not vouch */
  PAT_WORD_DOES_NOT_MATCH, /* a check was done and failed */
  PAT_WORD_COULD_NOT_CHECK /* material is missing, too large, or of a newer format */
} pat_word;

/* The word for the outcome of a check of something that a stranger served. Where a check's place
 * says more (what is missing may be could not check, or not proven), its caller decides.
 * time O(1) */
pat_word pat_word_of(pat_status status);

/* "matches", "not proven", "does not match", "could not check". Static storage. */
const char *pat_word_text(pat_word word);

#endif
