/* Replaying a log: leaf after leaf, everything that it commits to is computed again and compared.
 *
 * Judged are every leaf's form, every link of every subject, the log's clock, every commit (its
 * place, log_root, key_count, index_root), whose keys each entry may be signed by, and of public
 * statements also that the entry is theirs, the times, the signers' standing, and their kind's own
 * rules. Not judged, because the log does not show it: of private statements their kind, what they
 * say, and whether their signers had standing for it; and what stands behind an identifier.
 *
 * How a driver uses it:
 *   1. pat_replay_init; for each leaf in order: enlarge pools while pat_replay_wants says so, then
 *      pat_replay_leaf
 *   2. pat_claim_verify on every claim that came of it, when and where it likes
 *   3. pat_replay_end; its root is for the driver to compare with the checkpoint's
 * The first failure ends the replay. Pure: the same leaves give the same verdict. */
#ifndef PAT_CORE_AUDIT_REPLAY_H
#define PAT_CORE_AUDIT_REPLAY_H

#include "core/audit/claim.h"
#include "core/audit/histories.h"
#include "core/audit/roster.h"
#include "core/audit/said.h"
#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/tlog/range.h"

/* The arrays that grow with the log. */
typedef enum {
  PAT_REPLAY_HISTORIES = 0,
  PAT_REPLAY_BRANCHES,
  PAT_REPLAY_PEAKS,
  PAT_REPLAY_PRINCIPALS,
  PAT_REPLAY_KEYS,
  PAT_REPLAY_GRANTS,
  PAT_REPLAY_POOL_COUNT
} pat_replay_pool;

/* What was judged, and what could not be. */
typedef struct {
  uint64_t commits;
  uint64_t public_entries;
  uint64_t private_entries;
  uint64_t identifiers; /* links behind a VRF */
  uint64_t assets;      /* subjects that can only be assets */
  uint64_t signatures;
} pat_replay_tally;

/* Set up with pat_replay_init. */
typedef struct {
  const char *origin;                       /* borrowed */
  pat_arena *keep;                          /* borrowed: holds the genesis */
  const Patina__GenesisParameters *genesis; /* NULL before leaf 0 */
  pat_tlog_range range;                     /* of all leaves so far */
  uint64_t time_ms;                         /* of the last leaf */
  uint64_t last_commit;                     /* its index, where there are commits */
  bool ends_with_commit;
  pat_said said;
  pat_histories histories;
  pat_roster roster;
  pat_replay_tally tally;
} pat_replay;

/* Memory for the genesis and all that is decoded of one leaf. */
enum { PAT_REPLAY_KEEP_BYTES = 1024 * 1024, PAT_REPLAY_SCRATCH_BYTES = 8 * 1024 * 1024 };

/* Starts before the first leaf.
 * in    origin  the log's name; borrowed for the replay's life
 *       said    an empty table for as many statements as will come; taken over
 *       keep    PAT_REPLAY_KEEP_BYTES; borrowed for the replay's life */
void pat_replay_init(pat_replay *ret_replay, const char *origin, pat_said said,
                     pat_arena *keep) PAT_NONNULL_ALL;

/* An array that is too small for any next leaf, and how large it should be. */
typedef struct {
  pat_replay_pool pool;
  void *items;       /* as it is: NULL before the first time */
  uint32_t capacity; /* items wanted */
  size_t bytes;      /* of that many items */
} pat_replay_want;

/* Says which pool must be enlarged before the next leaf. The caller moves its items to `bytes`
 * bytes (as realloc does) and tells with pat_replay_give; then asks again.
 * gives false where there is room for any leaf, or no pool may grow any more (the next leaf is then
 * refused with LIMIT_MEMORY) */
bool pat_replay_wants(const pat_replay *replay,
                      pat_replay_want *ret_want) PAT_NONNULL_ALL PAT_MUST_USE;
/* Hands a larger array over, which holds what the old one held. */
void pat_replay_give(pat_replay *replay, const pat_replay_want *want, void *items) PAT_NONNULL_ALL;

/* Takes the next leaf.
 * in    bytes    the leaf's; a stranger's, borrowed for the call
 *       scratch  PAT_REPLAY_SCRATCH_BYTES, given back at the end
 *       claims   where the claim is to lie: PAT_CLAIM_BYTES_MAX
 * out   ret_claim  what is still to be verified; no signatures for a commit
 *       reterr     which part of the leaf
 * fails as pat_entry_decode, pat_statement_decode, pat_histories_append and pat_claim_make, and
 *   GENESIS_FIRST, GENESIS_ORIGIN, GENESIS_SIGNERS  the log does not begin with its own genesis and
 *                       a commit, or there is another one
 *   AUDIT_TIME          the log's clock falls
 *   AUDIT_REPEATED      a statement is recorded twice
 *   AUDIT_SIGNER        nobody enrolled signs, or somebody named did not
 *   AUDIT_ENROLMENT     something is recorded of a principal before its enrolment
 *   AUDIT_COMMIT        a commit's epoch, previous_index or covered_size
 *   AUDIT_LOG_ROOT, AUDIT_INDEX_ROOT  a commit does not commit to the entries before it
 *   ENTRY_STATEMENT, ENTRY_SUBJECTS, ENTRY_SIGNATURES  the entry is not its statement's
 *   STATEMENT_EXPIRED, STATEMENT_FUTURE, STATEMENT_WINDOW, STANDING_*, KEY_ENROLLED_BEFORE,
 *   PRINCIPAL_UNKNOWN, PRINCIPAL_GRANTS, CATALOG_VERSION  the log may not accept this
 * time  some hashes for each subject; a commit: O(touched subjects) hashes */
pat_status pat_replay_leaf(pat_replay *replay, pat_span bytes, pat_arena *scratch,
                           pat_arena *claims, pat_claim *ret_claim, pat_err *reterr)
    PAT_NONNULL(1, 3, 4, 5) PAT_MUST_USE;

/* Ends the replay: the last leaf must be a commit, so that everything is indexed.
 * out   ret_root  of all leaves
 * fails AUDIT_END */
pat_status pat_replay_end(const pat_replay *replay,
                          pat_hash *ret_root) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
