/* Checking answers of the index about one subject, page by page: how many entries name it, which
 * they are, or that none does (SPEC.md sections 7.8 and 9.6).
 *
 * A page by itself matches as far as it goes; a walk from the first entry to the last one shows
 * that nothing is left out. What ends a walk is the count that the index proves, never a cursor.
 * Pure: no I/O. */
#ifndef PAT_CORE_VERIFY_PAGE_H
#define PAT_CORE_VERIFY_PAGE_H

#include "core/base/arena.h"
#include "core/note/policy.h"
#include "core/tlog/range.h"
#include "core/verify/word.h"
#include "proto/api.pb-c.h"

/* What came out of one page. Everything is borrowed from the page's bytes and the arena. */
typedef struct {
  pat_word word;
  pat_check check;   /* the first that failed; PAT_CHECK_NONE where the word is matches */
  pat_status status; /* its rule */
  pat_err error;     /* its place */

  bool has_checkpoint; /* V7 held */
  pat_policy_verdict verdict;

  /* The rest is set where the word is matches. */
  uint64_t commit_time_ms;
  uint64_t count; /* entries that name the subject; 0: proven that none does */
  uint64_t from;  /* number of the first entry listed */
  Patina__SublogEntry *const *entries;
  size_t entry_count;
  bool is_last;         /* the page reaches count: the sub-log's root was compared */
  bool is_complete;     /* so does a walk that began with entry 0 */
  pat_tlog_range range; /* of all entries up to the page's last one */
  bool begins_at_first; /* the walk does */
  uint64_t last_index;  /* log index of the last entry so far; range.size > 0 */
} pat_page_report;

/* What a reader asks. Borrowed for the call. */
typedef struct {
  const pat_policy *policy;
  const pat_hash *key;           /* the subject's */
  const pat_page_report *before; /* the page before this one, which matches; NULL: none */
} pat_page_question;

/* Checks one page.
 * in    bytes       the answer's; a stranger's; borrowed for the report's life
 *       arena       holds what is decoded: some three times bytes.size
 * out   ret_report  written in any case; not question->before
 * fails by the rule of the first check that failed, as in ret_report->status:
 *       proof.*           V1
 *       V7                as pat_policy_judge
 *       V10               as pat_verify_commit; bytes.*; verify.missing (not proven)
 *       verify.missing    V22, not proven: the answer says nothing of a subject
 *       index.proof-path  V22: of another subject; and index.* as pat_index_presence_verify and
 *                         pat_index_absence_verify
 *       verify.chain      V22: sizes that do not fit, entries out of order, a page that does not go
 *                         on where the one before ended, or that leads to another root
 * time  the signatures of the checkpoint; O(entries) hashes */
pat_status pat_page_verify(pat_span bytes, const pat_page_question *question, pat_arena *arena,
                           pat_page_report *ret_report) PAT_NONNULL(2, 3, 4);

/* Ends a walk: where its last page matches but the walk is not complete, the report becomes not
 * proven (V22, verify.missing).
 * in    last  of the page after which no other was served
 * fails as in last->status, then */
pat_status pat_page_end(pat_page_report *last) PAT_NONNULL_ALL;

#endif
