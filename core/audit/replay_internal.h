/* What the two halves of the replay share: replay.c walks the leaves, public.c judges statements
 * that stand in clear. */
#ifndef PAT_CORE_AUDIT_REPLAY_INTERNAL_H
#define PAT_CORE_AUDIT_REPLAY_INTERNAL_H

#include "core/audit/replay.h"
#include "core/model/statement.h"

/* One entry while it is judged. */
typedef struct {
  pat_replay *replay;
  const Patina__Entry *entry;
  uint64_t index;
  pat_hash leaf_hash;
  pat_arena *scratch;
  pat_err *err;                           /* may be NULL */
  pat_claim_key keys[PAT_CLAIM_KEYS_MAX]; /* that may have signed */
  size_t key_count;
  pat_statement statement;    /* of public entries */
  pat_roster_signers signers; /* likewise */
} pat_replay_entry;

/* Judges a public entry before its links are appended: its statement, who signed it, times and
 * standing. Fills keys, statement and signers. */
pat_status pat_replay__public_check(pat_replay_entry *judged) PAT_NONNULL_ALL PAT_MUST_USE;

/* Judges what needs the histories with this entry in them, and takes over what it says: who is
 * enrolled, grants. */
pat_status pat_replay__public_apply(pat_replay_entry *judged) PAT_NONNULL_ALL PAT_MUST_USE;

/* Adds the keys of every principal whose `issued` history the entry belongs to.
 * fails AUDIT_SIGNER  more than a claim may have */
pat_status pat_replay__candidates(pat_replay_entry *judged) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
