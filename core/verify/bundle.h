/* Checking a bundle: all that a log holds about one asset, or about one look-up, from bytes and
 * the reader's policy alone (SPEC.md sections 7.9 and 9.4).
 *
 * Thirteen steps in a fixed order; the first check that fails ends it and gives the word, the
 * number of the check (V7 to V32) and the rule. What matches can be folded: the report brings the
 * asset's history with everybody's roles at each entry, or what is recorded about the identifier.
 * Pure: no I/O, no clock; how old the checkpoint is, is for the caller to say. */
#ifndef PAT_CORE_VERIFY_BUNDLE_H
#define PAT_CORE_VERIFY_BUNDLE_H

#include "core/note/policy.h"
#include "core/verify/entry.h"
#include "core/verify/roll.h"
#include "core/verify/word.h"
#include "proto/bundle.pb-c.h"

/* One step of the check as data, for a reader who wants to follow it. Everything is borrowed for
 * the call; spans are empty, and texts NULL, where a step has none of them. */
typedef struct {
  pat_check check;
  const char *name;  /* "leaf", "path", "signature", "sub-log" ... Static storage */
  bool has_index;    /* about one entry */
  uint64_t index;    /* its log index */
  pat_span key;      /* subject key, public key or principal id */
  pat_span bytes;    /* what was hashed */
  pat_span computed; /* what came out */
  pat_span expected; /* what it was compared with */
  const char *text;  /* in words: a name, a role, a kind */
  uint64_t number;   /* a size, a count */
  pat_status verdict;
} pat_bundle_step;

/* What a reader asks. Borrowed for the call and for the report's life. */
typedef struct {
  const pat_policy *policy;
  const pat_tlog_head *earlier; /* of a checkpoint that he holds; may be NULL */
  void *context;                /* handed to trace */
  void (*trace)(void *context, const pat_bundle_step *step); /* may be NULL */
} pat_bundle_question;

/* What one published version of the scheme answers to a look-up. */
typedef struct {
  const Patina__IdentifierScheme *scheme;
  bool possible; /* false: the value cannot have a record under this version */
  const char *normalised;
  const Patina__IdentifierHistory *history; /* NULL where not possible; no spans: none recorded */
} pat_bundle_answer;

/* What came out. Everything is borrowed from the bundle's bytes, the question and the arena. */
typedef struct {
  pat_word word;
  pat_check check;   /* the first that failed; PAT_CHECK_NONE where the word is matches */
  pat_status status; /* its rule */
  pat_err error;     /* its place */

  const Patina__ProofBundle *bundle; /* NULL where the bytes are not one */
  bool has_checkpoint;               /* V7 held: verdict and origin are set */
  pat_policy_verdict verdict;
  const char *origin;

  /* The rest is set where the word is matches. */
  uint64_t commit_time_ms;
  uint64_t epoch;
  uint32_t max_quiet_s;
  bool confirmed;         /* complete by an auditor's word; else as the log claims */
  bool recorded;          /* false: the log proves that nothing is recorded */
  size_t unchecked_count; /* assignments and releases whose value or proof is withheld */
  const pat_roll *roll;   /* everybody who signed, with their names */

  Patina__AssetHistory history;             /* about an asset: ready for pat_fold */
  const pat_verified_entry *const *entries; /* history.n_entries: the same entries, verified */
  const pat_bundle_answer *answers;         /* about a look-up: one for each version, ascending */
  size_t answer_count;
} pat_bundle_report;

/* Checks a bundle.
 * in    bytes       a stranger's; borrowed for the report's life
 *       arena       holds the decoded bundle and the report: some ten times bytes.size for a
 *                   bundle of the usual shape; where it does not suffice, the word is could not
 *                   check
 * out   ret_report  written in any case: it says what the bundle is worth
 * fails by the rule of the first check that failed, as in ret_report->status
 * time  each signature and each VRF proof once; O(n log n) for the rest */
pat_status pat_bundle_verify(pat_span bytes, const pat_bundle_question *question, pat_arena *arena,
                             pat_bundle_report *ret_report) PAT_NONNULL(2, 3, 4);

/* Checks that an earlier report is the beginning of a later one (V33): of each subject that both
 * bundles hold, the earlier entries are the first of the later ones.
 * in    older, newer  match, about the same asset or look-up; newer was checked with older's
 *                     checkpoint
 * fails verify.bundle  they are not about the same, or do not match
 *       verify.fork
 * time  O(size of the subjects) */
pat_status pat_bundle_compare(const pat_bundle_report *older, const pat_bundle_report *newer,
                              pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

#endif
