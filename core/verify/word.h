/* The four words in which every check ends (SPEC.md section 1), and the numbers of the checks
 * (section 9). */
#ifndef PAT_CORE_VERIFY_WORD_H
#define PAT_CORE_VERIFY_WORD_H

#include "core/base/status.h"

typedef enum {
  PAT_WORD_MATCHES = 0,    /* every check that was asked for was done and held */
  PAT_WORD_NOT_PROVEN,     /* nothing contradicts, but somebody or something does not vouch */
  PAT_WORD_DOES_NOT_MATCH, /* a check was done and failed */
  PAT_WORD_COULD_NOT_CHECK /* material is missing, too large, or of a newer format */
} pat_word;

/* The numbers of the checks, as the specification counts them. */
typedef enum {
  PAT_CHECK_NONE = 0,
  PAT_CHECK_RECEIPT = 1,
  PAT_CHECK_CHECKPOINT = 7,
  PAT_CHECK_EARLIER = 8,
  PAT_CHECK_GENESIS = 9,
  PAT_CHECK_COMMIT = 10,
  PAT_CHECK_LEAF = 11,
  PAT_CHECK_STATEMENT = 12,
  PAT_CHECK_SIGNATURES = 13,
  PAT_CHECK_DISCLOSURES = 14,
  PAT_CHECK_ENROLMENT = 15,
  PAT_CHECK_STANDING = 17,
  PAT_CHECK_CHAIN = 18,
  PAT_CHECK_IDENTIFIER = 19,
  PAT_CHECK_SPANS = 20,
  PAT_CHECK_SCHEMAS = 21,
  PAT_CHECK_COMPLETENESS = 22,
  PAT_CHECK_ABSENCE = 23,
  PAT_CHECK_STREAMS = 24,
  PAT_CHECK_PROMISE_FORM = 27,
  PAT_CHECK_PROMISE_SIGNATURE = 28,
  PAT_CHECK_PROMISE_SUBJECT = 29,
  PAT_CHECK_PROMISE_KEPT = 30,
  PAT_CHECK_FORM = 31,
  PAT_CHECK_CLOSURE = 32,
  PAT_CHECK_PREFIX = 33,
  PAT_CHECK_SHOWN = 34
} pat_check;

/* The word for the outcome of a check of something that a stranger served. Where a check's place
 * says more (what is missing may be could not check, or not proven), its caller decides.
 * time O(1) */
pat_word pat_word_of(pat_status status);

/* Names the rule of a failed check in its error, where the check said nothing of a place.
 * in    status  of the check; nothing is done where it is OK */
void pat_word_name_rule(pat_status status, pat_err *err) PAT_NONNULL_ALL;

/* "matches", "not proven", "does not match", "could not check". Static storage. */
const char *pat_word_text(pat_word word);

#endif
