/* Checking a promise: the operator's word that a statement has its place in the log (SPEC.md
 * section 9.3, V27 to V30).
 *
 * Whoever submitted a statement and was answered with a promise holds it against what the log
 * publishes later: a receipt of the promised place, or of a trailing commit. A promise that is not
 * kept is evidence, together with that receipt, for everybody who has the genesis. Pure: no I/O. */
#ifndef PAT_CORE_VERIFY_PROMISE_H
#define PAT_CORE_VERIFY_PROMISE_H

#include "core/envelope/promise.h"
#include "core/note/policy.h"
#include "core/verify/word.h"

/* What a promise is checked with. Borrowed for the call and for the report's life. */
typedef struct {
  const pat_policy *policy;
  pat_span promise_key;      /* of the genesis, PAT_PUBLIC_KEY_BYTES; empty: not known */
  const char *origin;        /* the log's name; NULL: whatever the promise says */
  const pat_hash *statement; /* SHA-256 of what was submitted; NULL: not compared */
  pat_span receipt;          /* of the promised index; empty: none */
  const pat_hash *leaf;      /* the leaf hash that receipt is for; NULL: that of its extra bytes, or
                                where there are none the promised one */
  pat_span commit;           /* receipt of a later checkpoint's trailing commit; empty: none. Not
                                looked at beside a receipt of the promised index */
} pat_promise_question;

/* What came out. */
typedef struct {
  pat_word word; /* matches: the promise was kept */
  pat_check check;
  pat_status status;
  pat_err error;
  const Patina__Promise *promise; /* NULL until V29 held; borrowed from bytes and arena */
  bool has_checkpoint;            /* of the receipt, or of the commit: verdict is set */
  pat_policy_verdict verdict;
} pat_promise_report;

/* Checks a promise.
 * in    bytes       a SignedPromise; a stranger's, borrowed for the report's life
 * out   ret_report  written in any case
 * fails by the rule of the first check that failed, as in ret_report->status:
 *       promise.form              V27
 *       crypto.signature-invalid  V28
 *       submission.other-log      V28: of another log
 *       verify.missing            V28: no promise key; V30, not proven: nothing shows yet whether
 *                                 it was kept
 *       verify.receipt            V29: of another statement; V30: a receipt of another index or log
 *       verify.fork               V30: another leaf stands in the promised place
 *       verify.rollback           V30: its time is over, and its place is still free
 *       and V30 as pat_proof_file_decode, pat_policy_judge, pat_tlog_inclusion_verify and
 *       pat_verify_commit
 * time  one signature, and those of the checkpoint */
pat_status pat_promise_judge(pat_span bytes, const pat_promise_question *question, pat_arena *arena,
                             pat_promise_report *ret_report) PAT_NONNULL(2, 3, 4);

#endif
