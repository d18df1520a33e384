/* An asset's report in words: its state, its history, and the last line with the verdict. */
#ifndef PAT_CLIENTS_CLI_ASSET_SHOW_H
#define PAT_CLIENTS_CLI_ASSET_SHOW_H

#include "clients/cli/asset_report.h"

/* What is known now: facts with their sources, identifiers, findings. */
void pat_asset_show_state(pat_cli *cli, const pat_asset_report *report) PAT_NONNULL_ALL;

/* Everything that was stated, in the log's order; with --json as the list "entries".
 * fails as pat_output_element */
pat_status pat_asset_show_history(pat_cli *cli,
                                  const pat_asset_report *report) PAT_NONNULL_ALL PAT_MUST_USE;

/* The last lines, for people and scripts: by whose word it is complete, and the verdict. What does
 * not match, or could not be checked, has ended the command before. */
void pat_asset_show_end(pat_cli *cli, const pat_asset_report *report) PAT_NONNULL_ALL;

#endif
