/* What only somebody with access to statements can judge: that what the server serves of each
 * asset follows from what the log holds of it.
 *
 * For each asset of a list: its bundle, checked as any reader would; its history as the replay
 * counted it; and the state and findings that the server serves, compared byte for byte with those
 * that are folded here. The first that does not match is named, and kept with the bundle. */
#ifndef PAT_CLIENTS_CLI_AUDIT_STATEMENTS_H
#define PAT_CLIENTS_CLI_AUDIT_STATEMENTS_H

#include "clients/cli/audit/asset_list.h"
#include "clients/cli/audit/run.h"
#include "clients/cli/session.h"

/* What came out. Everything counts assets but for the statements. */
typedef struct {
  uint64_t matched;    /* also in an earlier run */
  uint64_t before;     /* of them, in an earlier run that was interrupted */
  uint64_t unknown;    /* listed, and proven not to be recorded */
  uint64_t unproven;   /* listed, and not proven */
  uint64_t unchecked;  /* listed, and could not be checked: something was not served */
  uint64_t unlisted;   /* subjects of the index that can only be assets, and are not listed */
  uint64_t statements; /* of the histories that match */
} pat_statements_found;

/* Judges every asset of the list.
 * in    audited  of this log, whole: its histories tell what each asset has
 * out   ret_found  also filled on failure
 * fails with the word that the exit code says: does not match at the first asset of which that is
 *       true, with evidence kept; else, after all of the list, not proven, or could not check.
 *       VERIFY_STATE, VERIFY_CHAIN, and as pat_proof_check, pat_session_place and pat_fetch_message
 * time  three requests and one bundle's check for each asset; memory of the largest one */
pat_status pat_statements_run(pat_session *session, pat_mirror *mirror, const pat_asset_list *list,
                              const pat_audited *audited,
                              pat_statements_found *ret_found) PAT_NONNULL_ALL PAT_MUST_USE;

/* Prints what was found. */
void pat_statements_show(pat_cli *cli, const pat_asset_list *list,
                         const pat_statements_found *found) PAT_NONNULL_ALL;

#endif
