/* Bundles in the hands of the command line: fetching, checking and keeping them, and what is said
 * of them.
 *
 * A bundle is believed only by the policy file. What fails is evidence: its word becomes the exit
 * code, and the number of the check is said. */
#ifndef PAT_CLIENTS_CLI_PROOF_H
#define PAT_CLIENTS_CLI_PROOF_H

#include "clients/cli/session.h"
#include "core/verify/bundle.h"

/* A bundle that was checked. */
typedef struct {
  pat_span bytes;
  const pat_policy *policy;
  pat_bundle_report report;
} pat_proof;

/* Checks a bundle's bytes, without a network; with --explain each step is printed.
 * in    earlier    of a checkpoint that the reader holds; may be NULL
 * out   ret_proof  written in any case: its report says what is wrong. Borrowed for the run
 * fails as pat_bundle_verify, as evidence */
pat_status pat_proof_check(pat_cli *cli, const pat_policy *policy, pat_span bytes,
                           const pat_tlog_head *earlier, pat_proof *ret_proof)
    PAT_NONNULL(1, 2, 5) PAT_MUST_USE;

/* Fetches a bundle's bytes; nothing is checked.
 * in    since  size of a checkpoint that the bundle must continue; 0: none
 * fails as pat_fetch_get */
pat_status pat_proof_fetch_asset(pat_session *session, ProtobufCBinaryData asset, uint64_t since,
                                 pat_span *ret_bytes) PAT_NONNULL_ALL PAT_MUST_USE;
/* fails also verify.missing: the log gave no proof */
pat_status pat_proof_fetch_lookup(pat_session *session, const Patina__LookupRequest *request,
                                  pat_span *ret_bytes) PAT_NONNULL_ALL PAT_MUST_USE;

/* Checks what was fetched, and that its checkpoint continues everything that was seen before.
 * fails as pat_proof_check and pat_session_place */
pat_status pat_proof_accept(pat_session *session, pat_span bytes,
                            pat_proof *ret_proof) PAT_NONNULL_ALL PAT_MUST_USE;

/* Writes the bundle to the file of --save, where that was given. fails file.* */
pat_status pat_proof_save(pat_cli *cli, const pat_proof *proof) PAT_NONNULL_ALL PAT_MUST_USE;

/* Says at which checkpoint it is complete and by whose word, and how old that is. */
void pat_proof_show(pat_cli *cli, const pat_proof *proof) PAT_NONNULL_ALL;

/* Prints what a look-up found: assets with their spans.
 * out   ret_found  how many
 * fails as pat_output_element */
pat_status pat_proof_show_spans(pat_cli *cli, const pat_proof *proof,
                                size_t *ret_found) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
