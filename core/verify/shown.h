/* Whether a bundle shows what a receipt proves: how a submitter finds out that a log which took his
 * statement leaves it out of its index, and so out of every history (V34). Pure: no I/O. */
#ifndef PAT_CORE_VERIFY_SHOWN_H
#define PAT_CORE_VERIFY_SHOWN_H

#include "core/verify/bundle.h"
#include "core/verify/log.h"

/* Checks a verified bundle against a verified receipt: each subject that the receipt's leaf links
 * and the bundle lists, lists this leaf at this index. Where it does not, both are evidence that
 * the log's index is false, whoever is right about the rest.
 * in    receipt  verified under the same policy as the bundle
 *       bundle   its word is matches
 * fails verify.bundle   of another log, or about nothing that the leaf links; place: "origin",
 *                       "about"
 *       verify.missing  the entry is newer than the bundle's checkpoint: nothing is proven
 *       verify.fork     one size has two roots, or another leaf stands at the index
 *       verify.hidden   the bundle does not list the entry
 *       The offset is the entry's index.
 * time  O(subjects of the bundle + entries of those that the leaf links) */
pat_status pat_verify_shown(const pat_verified_receipt *receipt, const pat_bundle_report *bundle,
                            pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

#endif
