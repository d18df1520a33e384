/* Who finds out about a lying log: a reader with a bundle, a submitter with a receipt, an auditor,
 * somebody who holds a promise. Each is what the programs do, with core alone. */
#ifndef PAT_TESTS_SUPPORT_LYING_READER_H
#define PAT_TESTS_SUPPORT_LYING_READER_H

#include "core/envelope/promise.h"
#include "core/verify/log.h"
#include "tests/support/lying_bundle.h"
#include "tests/support/lying_evidence.h"

typedef struct {
  ledger_world *world;
  pat_arena *memory; /* of everything that is read; grows */
  pat_span policy_text;
  pat_policy policy;
  lying_evidence evidence;
  uint8_t promise_secret[PAT_SIGN_SECRET_BYTES];
} lying_reader;

/* A populated world whose genesis names a promise key that the operator has, and a reader who
 * trusts its log. Close them with lying_reader_close. */
lying_reader *lying_reader_open(void);
void lying_reader_close(lying_reader *reader);

/* The bundle's bytes at the log's last commit. */
pat_span lying_served(lying_reader *reader, lying_log *log, const lying_request *request);
/* What a reader says of a bundle.
 * in    name     of the file in which it is kept as evidence; NULL: it is not
 *       earlier  a checkpoint that he holds, or NULL */
pat_bundle_report lying_read(lying_reader *reader, const char *name, pat_span bundle,
                             const pat_tlog_head *earlier);

/* The receipt of a leaf at the log's last commit, with its bytes. */
pat_span lying_receipt(lying_reader *reader, lying_log *log, uint64_t index);
/* What a submitter says of the answer to his statement: as clients/cli/submit.c.
 * in    proof  of its identifier, or empty */
pat_status lying_submitted(lying_reader *reader, const Patina__SignedStatement *envelope,
                           pat_span receipt, pat_span proof, pat_err *reterr);

/* What an auditor says who replays the log, and at which leaf he stopped. */
pat_status lying_audited(lying_reader *reader, const lying_log *log, uint64_t *ret_index);

/* A promise of this place, signed by the operator, encoded. */
pat_span lying_promise(lying_reader *reader, const pat_hash *statement, uint64_t index,
                       const pat_hash *leaf);

/* What a holder has against a promise: a receipt of the promised place, or of a trailing commit;
 * the other one is empty. */
typedef struct {
  pat_span promise;
  pat_span receipt;
  pat_span commit;
} lying_broken;
/* What he says (V27 to V30): OK where the promise is kept, verify.missing where that is not shown.
 * It is kept as evidence under this name. */
pat_status lying_promised(lying_reader *reader, const char *name, const pat_hash *statement,
                          const lying_broken *held);

/* Prints one line: who caught it, at which entry, by which rule. */
void lying_caught(const char *lie, const char *who, uint64_t index, pat_status status);

#endif
