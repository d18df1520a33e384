/* From a planned row to the statements that are still to be made: drafted, signed, ready to be
 * sent. */
#ifndef PAT_CLIENTS_CLI_IMPORT_BUILD_H
#define PAT_CLIENTS_CLI_IMPORT_BUILD_H

#include "clients/cli/draft.h"
#include "clients/cli/import/sending.h"

/* What statements are built with. Borrowed. */
typedef struct {
  pat_cli *cli;
  const Patina__AssetClass *schema;
  pat_draft_start start; /* occurred is set for each statement */
  pat_draft *draft;      /* used again for each */
  pat_arena scratch;     /* emptied with each */
} pat_import_builder;

/* How many statements the row still needs. row NULL: nothing of it is recorded. */
size_t pat_import_count(const pat_plan_row *plan, const pat_state_row *row) PAT_NONNULL(1);

/* Says whether a row may be imported by this run.
 * in    row    what is recorded, and whether this run has met its key
 *       batch  statements of one request
 * fails import.key-repeated, import.statements */
pat_status pat_import_check_row(const pat_plan_row *plan, const pat_state_row *row,
                                size_t batch) PAT_NONNULL_ALL PAT_MUST_USE;

/* Builds them, in the order registration or correction, identifiers, changes, attestations, behind
 * those that are in sendings already. Room for pat_import_count of them was seen to.
 * in    row         what is recorded; NULL: nothing, and the asset gets a random id
 *       version     how often the asset has changed, where the row has changes to make
 *       row_number  for refusals
 * fails as pat_draft_disclose and pat_draft_finish, limit.memory */
pat_status pat_import_build(pat_import_builder *builder, const pat_plan_row *plan,
                            const pat_state_row *row, uint64_t version, uint64_t row_number,
                            pat_sendings *sendings) PAT_NONNULL(1, 2, 6) PAT_MUST_USE;

/* True where the row has changes to make, so that the asset's version is needed. */
bool pat_import_needs_version(const pat_plan_row *plan, const pat_state_row *row) PAT_NONNULL_ALL;

#endif
