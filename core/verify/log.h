/* Checks of the log itself: its genesis, that a checkpoint continues an earlier one, receipts,
 * and the answer to a submission. Pure: no I/O. */
#ifndef PAT_CORE_VERIFY_LOG_H
#define PAT_CORE_VERIFY_LOG_H

#include "core/note/policy.h"
#include "core/note/proof_file.h"
#include "core/tlog/tile.h"
#include "core/verify/entry.h"

/* Checks that a leaf is the genesis that the log's name pins, signed by its root keys.
 * in    leaf         leaf 0, verified to be in the log
 * out   ret_genesis  its statement, whose hash is the root's principal id; borrowed from leaf
 * and arena
 * fails verify.genesis, and as pat_statement_decode and pat_entry_check */
pat_status pat_verify_genesis(const char *origin, const Patina__LogEntry *leaf, pat_arena *arena,
                              pat_statement *ret_genesis, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* Checks that a leaf is the trailing commit of a checkpoint (V10): it is the last leaf, commits to
 * its own place, and to the root that its path gives.
 * in    place       the checkpoint's
 *       commit      as it was served; its index is the last one of the log, else it is refused
 * out   ret_commit  in the arena
 * fails verify.view (another index, no commit, or one of another place or root), and as
 *       pat_verify_leaf */
pat_status pat_verify_commit(const pat_verify_place *place, const pat_verify_served *commit,
                             pat_arena *arena, const Patina__IndexCommit **ret_commit,
                             pat_err *reterr) PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* What a proof file says of a leaf, as it was served.
 * in    file      decoded; borrowed for the life of the answer
 *       leaf      its bytes
 * out   ret_path  what the answer's path points to */
pat_verify_served pat_verify_served_of(const pat_proof_file *file, pat_span leaf,
                                       ProtobufCBinaryData ret_path[PAT_CONSISTENCY_HASHES_MAX])
    PAT_NONNULL_ALL PAT_MUST_USE;

/* Checks that one head continues another.
 * in    older, newer  from verified checkpoints, in the order in which they were seen
 *       proof         consistency proof from older to newer; not looked at where sizes are equal
 *       or older is empty
 * fails verify.rollback  newer is smaller
 *       verify.fork      same size, another root
 *       tlog.consistency-* */
pat_status pat_verify_advance(const pat_tlog_head *older, const pat_tlog_head *newer,
                              pat_tlog_hashes proof) PAT_NONNULL_ALL PAT_MUST_USE;

/* Computes a perfect node of the tree from the hash tile that holds what is below it.
 * in    tile      the tile's bytes, PAT_HASH_BYTES for each hash; a stranger's, to be verified
 * by the proof made of it
 *       place     where the node stands in the tile's subtree
 * fails verify.missing  the tile is too short or not made of hashes */
pat_status pat_verify_tile_node(pat_span tile, const pat_tlog_place *place,
                                pat_hash *ret_hash) PAT_NONNULL_ALL PAT_MUST_USE;

/* Checks that a leaf is the entry of this signed statement: its hash, its signed subjects, its
 * signatures.
 * in    origin      of the log that the policy trusts
 *       submission  from pat_submission_check
 * out   ret_entry   decoded, in the arena
 * fails verify.receipt  not a statement's leaf
 *       and as pat_entry_decode and pat_entry_check */
pat_status pat_verify_submitted(const char *origin, const pat_submission *submission, pat_span leaf,
                                pat_arena *arena, Patina__Entry **ret_entry, pat_err *reterr)
    PAT_NONNULL(1, 2, 4, 5) PAT_MUST_USE;

/* What a receipt says, verified: the checkpoint and who signed it, the index, the leaf's hash and
 * its entry. */
typedef struct {
  pat_policy_verdict verdict;
  uint64_t index;
  pat_hash leaf_hash;
  Patina__Entry *entry;
} pat_verified_receipt;

/* A receipt as it was served. */
typedef struct {
  pat_span receipt; /* tlog-proof */
  pat_span leaf;    /* the leaf's bytes; empty: the receipt's extra bytes are the leaf */
} pat_verify_receipt_bytes;

/* Checks a receipt: the policy's log holds the statement's leaf.
 * out   ret_verified  borrowed from served and arena; unchanged on failure
 * fails verify.missing   no leaf in the receipt, and none given
 *       and as pat_proof_file_decode, pat_proof_file_verify, pat_verify_submitted */
pat_status pat_verify_receipt(const pat_policy *policy, const pat_verify_receipt_bytes *served,
                              const pat_submission *submission, pat_arena *arena,
                              pat_verified_receipt *ret_verified, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4, 5) PAT_MUST_USE;

#endif
