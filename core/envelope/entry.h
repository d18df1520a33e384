/* The leaf: building and decoding it, and checking that an entry is a statement's (SPEC.md
 * section 7). */
#ifndef PAT_CORE_ENVELOPE_ENTRY_H
#define PAT_CORE_ENVELOPE_ENTRY_H

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "core/crypto/hash.h"
#include "core/envelope/submission.h"
#include "proto/log.pb-c.h"

/* One subject's place for an entry. */
typedef struct {
  pat_hash key;
  uint64_t seq;
  uint64_t previous_index; /* meaningful where seq > 0 */
} pat_subject_link;

/* Writes the canonical leaf of a statement.
 * in    links  the signed keys in ascending order, then the identifiers' keys
 * fails entry.size  the leaf is larger than PAT_LEAF_BYTES_MAX
 *       bytes.full  no room in builder */
pat_status pat_entry_build(const pat_submission *submission, uint64_t logged_at_ms,
                           const pat_subject_link *links, size_t link_count,
                           pat_builder *builder) PAT_MUST_USE PAT_NONNULL_ALL;

/* Writes the canonical leaf of a commit. fails bytes.full */
pat_status pat_entry_build_commit(const Patina__IndexCommit *commit,
                                  pat_builder *builder) PAT_MUST_USE PAT_NONNULL_ALL;

/* Decodes a leaf and checks its own form: sizes, 1 to 8 signatures, signed keys ascending,
 * identifier_count of the rest,
 * links that make sense.
 * fails entry.size, bytes.*, bytes.newer-format, entry.form
 * owns  borrowed from leaf and arena */
pat_status pat_entry_decode(pat_span leaf, pat_arena *arena, Patina__LogEntry **ret_entry,
                            pat_err *reterr) PAT_MUST_USE PAT_NONNULL(2, 3);

/* Checks that an entry is the one of this statement: its hash, exactly its signed subjects, its
 * number of identifiers, the
 * statement itself where its kind is public (and only then), and every signature.
 * in    principals   whose keys the signers are, in the signers' order
 *       public_keys  of the signers, in their order, PAT_PUBLIC_KEY_BYTES each
 * fails entry.statement    another statement's entry, or the statement is (not) in clear
 *       entry.subjects     a signed subject is missing, added or changed
 *       entry.signatures   not one signature per signer, or a key is not the signer's
 *       crypto.signature-invalid */
pat_status pat_entry_check(const char *origin, const Patina__Entry *entry,
                           const pat_statement *statement, const pat_hash *principals,
                           const pat_span *public_keys, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 2, 3, 4, 5);

#endif
