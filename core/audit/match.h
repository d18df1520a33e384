/* Whether an entry is a statement's, in all but its signatures, which are verified apart (claim.h).
 * Spec: SPEC.md 7.1. */
#ifndef PAT_CORE_AUDIT_MATCH_H
#define PAT_CORE_AUDIT_MATCH_H

#include "core/base/status.h"
#include "core/model/statement.h"
#include "proto/log.pb-c.h"

/* Checks that the entry names this statement, holds it in clear exactly where its kind is public,
 * belongs to exactly the subjects that follow from it and its signers, and has a signature for
 * each of them.
 * in    entry       well-formed (pat_entry_decode)
 *       principals  whose keys the signers are, in the signers' order
 * fails ENTRY_STATEMENT   another statement's entry, or the statement is (not) in clear
 *       ENTRY_SIGNATURES  not as many signatures as signers
 *       ENTRY_SUBJECTS    a signed subject is missing, added or changed, or there are more or fewer
 *                         identifiers
 * time  one hash for each subject */
pat_status pat_match_entry(const Patina__Entry *entry, const pat_statement *statement,
                           const pat_hash *principals, pat_err *reterr)
    PAT_NONNULL(1, 2, 3) PAT_MUST_USE;

#endif
