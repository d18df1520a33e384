/* patinad fsck: a store replayed from its leaves, offline, and everything else that it holds
 * compared with what follows from them. Of the store nothing is changed, and nothing is signed.
 *
 * It goes twice over the same entries. core/audit judges the log itself and counts every subject's
 * history, without the code that wrote it: leaves, links, commits, sub-logs, the index. And
 * core/ledger decides every statement again, in a scratch store that begins empty: whatever it then
 * keeps must be what the store keeps, byte for byte. So no family of records can be left out: what
 * a new kind of statement writes is compared too. */
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
  pat_store *scratch;              /* empty; filled with what is decided again, then of no use */
  bool tells;                      /* prints how far it is on standard error */
} pat_fsck_input;

/* The first bad record of a family. */
typedef struct {
  pat_rule rule;
  char place[sizeof((pat_err *)0)->place];
} pat_fsck_finding;

enum { PAT_FSCK_FINDINGS_MAX = 32 }; /* families are fewer */

/* What was found. */
typedef struct {
  pat_replay_tally tally;
  uint64_t leaves;
  uint64_t subjects;
  uint64_t tiles;
  uint64_t buckets;
  uint64_t notes;
  uint64_t states; /* records of STATE */
  uint64_t near;
  pat_fsck_finding findings[PAT_FSCK_FINDINGS_MAX];
  size_t finding_count;
  bool index_kept; /* false: the index is made anew when the log is opened */
} pat_fsck_report;

/* Checks a store.
 * out   ret_report  also filled on failure, as far as it went; its findings are the first bad
 *                   record of each family, in the order in which they are looked at. Where a leaf
 *                   or what belongs to it is bad, nothing can be built on it: that is the only one
 *       reterr      the first of them: "leaf 12: subjects", "statement 5f2a...: sources",
 *                   "tile 0/3", "asset 0101..."
 * fails as pat_replay_leaf and pat_replay_end (the log itself is wrong), and
 *       FSCK_MISSING      a record is missing
 *       FSCK_EXTRA        a record that the log knows nothing of
 *       FSCK_RECORD       a record does not say what the log says
 *       SEQUENCER_BEHIND  the store is behind the checkpoint published last
 *       SEQUENCER_FORK    the checkpoint published last is of another tree
 *       MAIN_KEYS         a key file is not the genesis' key
 *       STORE_*, LIMIT_MEMORY
 * time  bounded by one signature verification for each signature; reads every record once or
 *       twice. Memory does not grow with the log but for some 170 bytes for each subject; scratch
 *       takes as much room as SUBJECT, STATE and NEAR do */
pat_status pat_fsck_store(const pat_fsck_input *input, pat_fsck_report *ret_report, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* The command: opens the directory's store, which nobody else may have open, checks it and prints
 * what was found. fails also FILE_LOCKED, and as pat_ledger_open_store */
pat_status pat_fsck(const pat_config *config, pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1);

#endif
