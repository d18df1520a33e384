/* Signed statements: what is signed, signing, and checking one that a stranger sent (SPEC.md
 * section 4). */
#ifndef PAT_CORE_ENVELOPE_SUBMISSION_H
#define PAT_CORE_ENVELOPE_SUBMISSION_H

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "core/crypto/hash.h"
#include "core/crypto/sign.h"
#include "core/model/statement.h"
#include "proto/statement.pb-c.h"

#define PAT_STATEMENT_DIGEST_TYPE "application/vnd.patina.statement-digest.v1+protobuf"

/* A statement whose every signature and every disclosure was checked. What only the ledger knows
 * is still open: whether
 * each key belongs to the principal it claims, and what that one may state. Everything is
 * borrowed from the envelope's
 * bytes and the arena. */
typedef struct {
  pat_statement statement;
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX]; /* as claimed, in the signers' order */
  pat_span public_keys[PAT_STATEMENT_SIGNERS_MAX];
  pat_span signatures[PAT_STATEMENT_SIGNERS_MAX];
  size_t signer_count;
  pat_subject_set subjects;               /* the signed keys, ascending */
  Patina__Disclosure *const *disclosures; /* one per slot, in the slots' order */
  const pat_span *disclosure_bytes;       /* likewise */
} pat_submission;

/* Writes the canonical StatementDigest: the bytes whose PAE the signers sign.
 * in    origin    the log the statement is meant for
 *       subjects  from pat_statement_subjects
 * fails bytes.full  no room in builder; 2 KiB suffice */
pat_status pat_submission_digest(const char *origin, const pat_statement *statement,
                                 const pat_subject_set *subjects,
                                 pat_builder *builder) PAT_MUST_USE PAT_NONNULL_ALL;

/* Signs for one signer.
 * in    principals     of all signers, in their order
 *       secret         the signer's key
 * out   ret_signature  unchanged on failure
 * fails bytes.full     never for a checked statement */
pat_status pat_submission_sign(
    const char *origin, const pat_statement *statement, const pat_hash *principals,
    const uint8_t secret[PAT_SIGN_SECRET_BYTES],
    uint8_t ret_signature[PAT_SIGNATURE_BYTES]) PAT_MUST_USE PAT_NONNULL_ALL;

/* Checks one signature over a statement, as a reader of the log does.
 * fails crypto.signature-invalid */
pat_status pat_submission_verify(
    const char *origin, const pat_statement *statement, const pat_subject_set *subjects,
    const uint8_t public_key[PAT_PUBLIC_KEY_BYTES],
    const uint8_t signature[PAT_SIGNATURE_BYTES]) PAT_MUST_USE PAT_NONNULL_ALL;

/* Checks a signed statement from a stranger, all that can be checked without the ledger's state.
 * in    origin    of this log
 *       envelope  decoded; borrowed for the life of *ret_submission
 *       arena     holds the decoded statement and disclosures
 * fails submission.other-log    it is meant for another log
 *       submission.signatures   not one signature per signer, or a field of the wrong size
 *       submission.key          a public key is not the signer's
 *       crypto.signature-invalid
 *       submission.disclosures  not one disclosure per slot
 *       and those of pat_statement_decode and pat_disclosure_decode
 * time  one signature verification per signer; O(size) */
pat_status pat_submission_check(const char *origin, const Patina__SignedStatement *envelope,
                                pat_arena *arena, pat_submission *ret_submission,
                                pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2, 3, 4);

#endif
