/* Submitting signed statements, and checking what the log answers.
 *
 * An answer is believed only where its leaf is this statement's, its identifiers are those that
 * were meant, and its receipt holds under the policy; otherwise answer and statement are kept as
 * evidence. */
#ifndef PAT_CLIENTS_CLI_SUBMIT_H
#define PAT_CLIENTS_CLI_SUBMIT_H

#include "clients/cli/session.h"

/* Writes a signed statement to a file ("-": standard output) and says what is still missing. */
pat_status pat_submit_write(pat_cli *cli, const Patina__SignedStatement *envelope,
                            const char *path) PAT_NONNULL_ALL PAT_MUST_USE;

/* Asks what would happen to a statement; nothing is stored.
 * out   ret_result  its result: WOULD_ACCEPT or REPLAYED, with warnings
 * fails as the server refuses, and as pat_submit_statement */
pat_status pat_submit_check(pat_session *session, Patina__SignedStatement *envelope,
                            const Patina__SubmitResult **ret_result) PAT_NONNULL_ALL PAT_MUST_USE;

/* Submits one statement and checks the answer; prints the index; keeps the receipt where
 * --receipt asks for it. With --dry-run only asks.
 * out   ret_index  log index; UINT64_MAX with --dry-run; may be NULL
 * fails as the server refuses; cli.answer; as pat_verify_submitted, pat_verify_receipt,
 * pat_verify_identifier */
pat_status pat_submit_statement(pat_session *session, Patina__SignedStatement *envelope,
                                uint64_t *ret_index) PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Checks what the log answered to a statement that it took: the receipt under the policy, the
 * leaf, and the identifier that it commits to.
 * in    believed  the checkpoint that was accepted last in this run, empty for none; it is not
 *                 judged again
 * out   believed  the receipt's checkpoint; it lives as long as result
 * fails as pat_verify_receipt, pat_trust_accept and pat_verify_identifier; verify.receipt for
 * another index, verify.identifier */
pat_status pat_submit_check_answer(pat_session *session, const pat_submission *submission,
                                   const Patina__SubmitResult *result,
                                   pat_span *believed) PAT_NONNULL_ALL PAT_MUST_USE;

/* Opens a session and submits statements in their order; stops at the first that fails. */
pat_status pat_submit_files(pat_cli *cli, Patina__SignedStatement *const *envelopes,
                            size_t count) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
