/* What the files of the check share: fsck.c walks the leaves, fsck_statement.c looks at what the
 * store holds of one statement, fsck_tables.c at the other tables. */
#ifndef PAT_SERVER_MAIN_FSCK_INTERNAL_H
#define PAT_SERVER_MAIN_FSCK_INTERNAL_H

#include "core/audit/edge.h"
#include "core/tlog/proof.h"
#include "server/main/fsck.h"

/* One check. */
typedef struct {
  const pat_fsck_input *input;
  pat_fsck_report *report;
  pat_err *err; /* may be NULL */
  pat_replay replay;
  void *pools[PAT_REPLAY_POOL_COUNT];
  pat_hash *said;
  pat_arena keep;
  pat_arena scratch; /* of the replay */
  pat_arena claims;
  pat_arena work; /* of one record */
  pat_edge *edge;
  pat_note_key log_key;
  pat_tlog_head published; /* size 0: none */
  bool published_fits;
} pat_fsck_run;

/* Refuses by rule and names the record. */
pat_status pat_fsck__refuse(const pat_fsck_run *run, pat_rule rule, const char *format, ...)
    PAT_PRINTF(3, 4) PAT_MUST_USE;

/* Reads one record; FSCK_MISSING where it is not there, with this name. */
pat_status pat_fsck__get(const pat_fsck_run *run, pat_store_key key, const char *name,
                         pat_blob *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;

/* What the store holds of the statement of an entry that was just replayed. */
pat_status pat_fsck__statement(pat_fsck_run *run, const Patina__Entry *entry,
                               const pat_claim *claim) PAT_NONNULL_ALL PAT_MUST_USE;

/* The tables that are walked when all leaves were replayed: SUBJECT, SUBLOG, STATEMENT, COMMIT,
 * TILE, INDEX, and the kept checkpoints' number. */
pat_status pat_fsck__tables(pat_fsck_run *run) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
