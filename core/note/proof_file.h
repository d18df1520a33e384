/* Proof files (".tlog-proof"): a receipt that can be checked offline: a checkpoint, an index and an
 * inclusion proof, with unauthenticated extra bytes.
 *
 * Spec: c2sp.org/tlog-proof@v1. */
#ifndef PAT_CORE_NOTE_PROOF_FILE_H
#define PAT_CORE_NOTE_PROOF_FILE_H

#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "core/note/policy.h"
#include "core/tlog/proof.h"

typedef struct {
  pat_span extra; /* decoded, empty where there is none; nobody vouches for it */
  uint64_t index;
  pat_tlog_proof proof;
  pat_span checkpoint; /* the signed note, as it stands in the file */
} pat_proof_file;

/* Reads a proof file's form; nothing is verified.
 * in    bytes       a stranger's; borrowed for ret_file's life
 *       arena       takes the decoded extra bytes
 * out   ret_file    unchanged on failure
 *       reterr      where; may be NULL
 * fails proof.size          larger than PAT_TLOG_PROOF_BYTES_MAX, or its extra than
 *                           PAT_TLOG_PROOF_EXTRA_BYTES_MAX
 *       proof.form          a first line, or an order of lines, that is not a proof file's
 *       proof.extra         empty, or not base 64
 *       proof.index         not a decimal number in its one form, or above PAT_TLOG_SIZE_MAX
 *       proof.hash          a line that is not 32 bytes in base 64
 *       proof.hashes        more than PAT_PROOF_HASHES_MAX
 *       limit.memory        the arena is full
 * time  O(bytes.size) */
pat_status pat_proof_file_decode(pat_span bytes, pat_arena *arena, pat_proof_file *ret_file,
                                 pat_err *reterr) PAT_NONNULL(2, 3) PAT_MUST_USE;

/* Writes a proof file.
 * in    file    proof.count <= PAT_PROOF_HASHES_MAX and extra within its limit (asserted)
 * out   out     sticky: that it fits shows at its end */
void pat_proof_file_encode(const pat_proof_file *file, pat_builder *out) PAT_NONNULL_ALL;

/* Checks that the log holds this leaf, by a checkpoint that the policy accepts.
 * in    file           decoded
 *       leaf           the leaf hash, computed by the caller from what he holds
 *       policy         whom the caller trusts
 * out   ret_verdict    the checkpoint and who signed it; unchanged on failure
 *       reterr         may be NULL
 * fails as pat_policy_judge (tolerant: extension lines are allowed), then as
 *       pat_tlog_inclusion_verify
 * time  one Ed25519 verification for each line by a known key, at most 63 node hashes */
pat_status pat_proof_file_verify(const pat_proof_file *file, const pat_hash *leaf,
                                 const pat_policy *policy, pat_policy_verdict *ret_verdict,
                                 pat_err *reterr) PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

#endif
