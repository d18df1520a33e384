/* What the files of the check share: fsck.c walks the leaves, fsck_statement.c looks at what the
 * store holds of one statement, fsck_again.c decides it again, fsck_tables.c looks at the tables of
 * the log, fsck_state.c at those of the ledger's state. */
#ifndef PAT_SERVER_MAIN_FSCK_INTERNAL_H
#define PAT_SERVER_MAIN_FSCK_INTERNAL_H

#include "core/audit/edge.h"
#include "core/ledger/ledger.h"
#include "core/tlog/proof.h"
#include "server/main/fsck.h"
#include "server/store/write_set.h"

/* Statements that are decided together. */
enum { PAT_FSCK_AGAIN_MAX = 256 };

/* What the ledger decided so far, again. Content of fsck_again.c. */
typedef struct {
  pat_ledger ledger;
  pat_head head;
  pat_arena view_memory;
  pat_arena plan_memory;
  pat_write_set writes; /* for the scratch store */
  uint64_t now_ms;      /* of those that wait */
  const pat_submission *submissions[PAT_FSCK_AGAIN_MAX];
  pat_plan_memo memos[PAT_FSCK_AGAIN_MAX];
  pat_decision decisions[PAT_FSCK_AGAIN_MAX];
  pat_span leaves[PAT_FSCK_AGAIN_MAX]; /* as they are stored */
  size_t count;
} pat_fsck_again;

/* One check. */
typedef struct {
  const pat_fsck_input *input;
  pat_fsck_report *report;
  pat_err err;       /* of the last refusal */
  uint64_t began_ms; /* by the steady clock */
  pat_replay replay;
  void *pools[PAT_REPLAY_POOL_COUNT];
  pat_hash *said;
  pat_arena keep;
  pat_arena scratch; /* of the replay */
  pat_arena claims;
  pat_arena work;  /* of one record */
  pat_arena group; /* of the statements that are decided together */
  pat_fsck_again *again;
  pat_edge *edge;
  pat_note_key log_key;
  pat_tlog_head published; /* size 0: none */
  bool published_fits;
} pat_fsck_run;

/* Refuses by rule and names the record. */
pat_status pat_fsck__refuse(pat_fsck_run *run, pat_rule rule, const char *format, ...)
    PAT_PRINTF(3, 4) PAT_MUST_USE;

/* Reads one record; FSCK_MISSING where it is not there, with this name. */
pat_status pat_fsck__get(pat_fsck_run *run, pat_store_key key, const char *name,
                         pat_blob *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;

/* Refuses by rule and names the record by its family and (the first bytes of) its key. */
pat_status pat_fsck__refuse_key(pat_fsck_run *run, pat_rule rule, const char *family,
                                pat_span key) PAT_NONNULL_ALL PAT_MUST_USE;

/* Notes a refusal as the finding of its family, so that the check goes on.
 * gives the status where it is no finding: reading failed, there is no memory */
pat_status pat_fsck__note(pat_fsck_run *run, pat_status status) PAT_NONNULL_ALL PAT_MUST_USE;

/* What the store holds of the statement of an entry that was just replayed; then it waits to be
 * decided again. leaf is borrowed for the call. */
pat_status pat_fsck__statement(pat_fsck_run *run, const Patina__Entry *entry,
                               const pat_claim *claim, pat_span leaf) PAT_NONNULL_ALL PAT_MUST_USE;

/* Memory for deciding again; given back by clear. */
pat_status pat_fsck__again_open(pat_fsck_run *run) PAT_NONNULL_ALL PAT_MUST_USE;
void pat_fsck__again_clear(pat_fsck_run *run) PAT_NONNULL_ALL;

/* Takes a statement that is to be decided again.
 * in    submission        in run->group, with all that it points to, until it is decided
 *       leaf              borrowed for the call
 *       memo              its identifier, where it names one: nothing is proven here */
pat_status pat_fsck__again_add(pat_fsck_run *run, const pat_submission *submission,
                               const pat_plan_memo *memo, pat_span leaf,
                               uint64_t now_ms) PAT_NONNULL_ALL PAT_MUST_USE;

/* Decides what waits, and ends the batch as the stored commit does. */
pat_status pat_fsck__again_commit(pat_fsck_run *run, const Patina__IndexCommit *commit,
                                  pat_span leaf) PAT_NONNULL_ALL PAT_MUST_USE;

/* The tables that are walked when all leaves were replayed: SUBJECT, SUBLOG, STATEMENT, COMMIT,
 * TILE, INDEX, and the kept checkpoints' number. Findings are noted. */
pat_status pat_fsck__tables(pat_fsck_run *run) PAT_NONNULL_ALL PAT_MUST_USE;

/* The head, STATE and NEAR, against what was decided again. Findings are noted. */
pat_status pat_fsck__state(pat_fsck_run *run) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
