/* patinad fsck: a store replayed from its leaves, offline, and everything else that it holds of
 * the log compared with what follows from them. Nothing is changed or signed.
 *
 * Compared are leaves, tiles, sub-logs, subjects, commits, the index's buckets, the head, every
 * kept checkpoint and the one published last, and each statement with its signatures, disclosures
 * and VRF proofs against its leaf. Not compared is what only decides the next statement: STATE but
 * for published classes and schemes, NEAR, and the roles noted beside a statement. */
#ifndef PAT_SERVER_MAIN_FSCK_H
#define PAT_SERVER_MAIN_FSCK_H

#include "core/audit/replay.h"
#include "core/note/signed_note.h"
#include "server/main/log_keys.h"
#include "server/store/store.h"
#include "server/sys/config.h"

/* What is checked, all borrowed. */
typedef struct {
  pat_store *store;
  const char *origin;
  const pat_log_public_keys *keys; /* of the operator's key files */
  pat_span published;              /* the checkpoint file; empty: nothing was ever published */
  bool tells;                      /* prints how far it is on standard error */
} pat_fsck_input;

/* What was found. */
typedef struct {
  pat_replay_tally tally;
  uint64_t leaves;
  uint64_t subjects;
  uint64_t tiles;
  uint64_t buckets;
  uint64_t notes;
  bool index_kept; /* false: the index is made anew when the log is opened */
} pat_fsck_report;

/* Checks a store.
 * out   ret_report  also filled on failure, as far as it went
 *       reterr      which record: "leaf 12: subjects", "statement 5f2a...", "tile 0/3"
 * fails as pat_replay_leaf and pat_replay_end (the log itself is wrong), and
 *       FSCK_MISSING      a record is missing
 *       FSCK_EXTRA        a record that the log knows nothing of
 *       FSCK_RECORD       a record does not say what the log says
 *       SEQUENCER_BEHIND  the store is behind the checkpoint published last
 *       SEQUENCER_FORK    the checkpoint published last is of another tree
 *       MAIN_KEYS         a key file is not the genesis' key
 *       STORE_*, LIMIT_MEMORY
 * time  bounded by one signature verification for each signature; reads every record once */
pat_status pat_fsck_store(const pat_fsck_input *input, pat_fsck_report *ret_report, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* The command: opens the directory's store, which nobody else may have open, checks it and prints
 * what was found. fails also FILE_LOCKED, and as pat_ledger_open_store */
pat_status pat_fsck(const pat_config *config, pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1);

#endif
