/* An asset's whole history, from a bundle that was checked, and its state, folded here: what
 * `asset show` and `asset history` print.
 *
 * Nothing of it is the server's word: the bundle proves it, and that nothing was left out. */
#ifndef PAT_CLIENTS_CLI_ASSET_REPORT_H
#define PAT_CLIENTS_CLI_ASSET_REPORT_H

#include "clients/cli/proof.h"

/* Everything about one asset at one checkpoint. Borrowed from the run's arena. */
typedef struct {
  ProtobufCBinaryData asset;
  pat_proof proof;
  Patina__AssetHistory history;
  const pat_verified_entry *const *entries; /* history.n_entries of them */
  Patina__AssetState *state;
} pat_asset_report;

/* Folds what a checked bundle says about its asset.
 * in    proof  matches; about an asset
 * fails asset.unknown (not found: the log proves that nothing is recorded), and as pat_fold, as
 *       evidence */
pat_status pat_asset_report_of(pat_cli *cli, const pat_proof *proof,
                               pat_asset_report *ret_report) PAT_NONNULL_ALL PAT_MUST_USE;

/* Fetches the asset's bundle and checks it; the log may prove that nothing is recorded.
 * fails as pat_proof_fetch_asset and pat_proof_accept; verify.view: it is about another asset */
pat_status pat_asset_report_prove(pat_session *session, ProtobufCBinaryData asset,
                                  pat_proof *ret_proof) PAT_NONNULL(1, 3) PAT_MUST_USE;

/* Fetches the asset's bundle, checks it, and folds it.
 * in    asset  PAT_ASSET_ID_BYTES
 * fails as pat_asset_report_prove and pat_asset_report_of */
pat_status pat_asset_report_load(pat_session *session, ProtobufCBinaryData asset,
                                 pat_asset_report *ret_report) PAT_NONNULL_ALL PAT_MUST_USE;

/* Fetches the state that the server serves and compares it with the folded one; where the log
 * has grown meanwhile, the report is loaded again, a few times.
 * fails verify.state, and as pat_asset_report_load */
pat_status pat_asset_report_compare(pat_session *session,
                                    pat_asset_report *report) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
