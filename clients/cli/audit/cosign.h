/* The auditor's own signature under a checkpoint: c2sp.org/tlog-cosignature. A reader whose policy
 * asks for it knows that somebody replayed the log. */
#ifndef PAT_CLIENTS_CLI_AUDIT_COSIGN_H
#define PAT_CLIENTS_CLI_AUDIT_COSIGN_H

#include "clients/cli/cli.h"
#include "clients/cli/key_file.h"
#include "core/note/cosignature.h"

/* Who signs, and where to. Zero-initialise; clear with pat_cosigner_clear. */
typedef struct {
  pat_key key;       /* with its secret half */
  pat_note_key name; /* under which it cosigns; borrowed from the command line */
  const char *path;
} pat_cosigner;

/* Wipes the key. Fits PAT_CLEANUP. */
void pat_cosigner_clear(pat_cosigner *cosigner) PAT_NONNULL_ALL;

/* Reads --cosign, --name and --out. *ret_wanted false: none was given.
 * fails cli.usage (not all three, or the file is not a private key), note.key-name, and as
 *       pat_key_read */
pat_status pat_cosigner_open(pat_cli *cli, bool *ret_wanted,
                             pat_cosigner *ret_cosigner) PAT_NONNULL_ALL PAT_MUST_USE;

/* Adds the auditor's line to a signed checkpoint, writes it to the file and tells the vkey.
 * in    note  as the log served it, judged by the caller
 * fails as pat_cosignature_sign and pat_files_write; note.size */
pat_status pat_cosigner_sign(pat_cli *cli, const pat_cosigner *cosigner,
                             pat_span note) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
