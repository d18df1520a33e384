/* The keys of a command line: --key (private, signs now), --signer (public, signs later),
 * --sponsor. */
#ifndef PAT_CLIENTS_CLI_SIGNERS_H
#define PAT_CLIENTS_CLI_SIGNERS_H

#include "clients/cli/cli.h"
#include "clients/cli/draft.h"

/* Zero-initialise. */
typedef struct {
  pat_key keys[PAT_STATEMENT_SIGNERS_MAX];
  size_t count;
} pat_signers;

/* Wipes the secret halves. Fits PAT_CLEANUP. */
void pat_signers_clear(pat_signers *signers) PAT_NONNULL_ALL;

/* Adds the files of a repeated option.
 * in    secret  their private halves are needed
 * fails cli.usage (too many, or a public key where a private one is needed), and as pat_key_read */
pat_status pat_signers_add(pat_cli *cli, pat_option_id id, bool secret,
                           pat_signers *signers) PAT_NONNULL_ALL PAT_MUST_USE;

/* --key and --signer; at least one --key.
 * fails as pat_signers_add, cli.usage */
pat_status pat_signers_read(pat_cli *cli, pat_signers *signers) PAT_NONNULL_ALL PAT_MUST_USE;

/* Takes --principal, in the order of the keys, for those that have no file beside them that says
 * whose they are.
 * fails cli.usage */
pat_status pat_signers_principals(pat_cli *cli, pat_signers *signers) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads 64 hex digits. fails cli.usage, naming what they are for */
pat_status pat_signers_hash(pat_cli *cli, const char *text, const char *what,
                            pat_hash *ret_hash) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
