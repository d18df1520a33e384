/* An asset's whole history, fetched and verified: what `asset show` and `asset history` print.
 *
 * Nothing of it comes from the server's word: entries are proven, signers and their roles are on
 * the judged roll, identifiers are checked by their VRF proofs, and the state is folded here. */
#ifndef PAT_CLIENTS_CLI_ASSET_REPORT_H
#define PAT_CLIENTS_CLI_ASSET_REPORT_H

#include "clients/cli/session.h"

/* Everything about one asset at one checkpoint. */
typedef struct {
  ProtobufCBinaryData asset;
  pat_verify_place place;
  const char *checkpoint; /* the signed text */
  Patina__AssetHistory history;
  pat_verified_entry *entries; /* history.n_entries of them */
  size_t withheld_identifiers; /* whose values are withheld: not shown, not checked */
  Patina__AssetState *state;   /* folded here */
} pat_asset_report;

/* Fetches the history page by page, verifies it, and folds it.
 * in    asset  PAT_ASSET_ID_BYTES
 * fails verify.* and what the verify_*.h functions refuse, as evidence; api failures as the
 * server words them */
pat_status pat_asset_report_load(pat_session *session, ProtobufCBinaryData asset,
                                 pat_asset_report *ret_report) PAT_NONNULL_ALL PAT_MUST_USE;

/* Fetches the state that the server serves and compares it with the folded one; where the log
 * has grown meanwhile, the report is loaded again, a few times.
 * fails verify.state, and as pat_asset_report_load */
pat_status pat_asset_report_compare(pat_session *session,
                                    pat_asset_report *report) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
