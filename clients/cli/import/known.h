/* Assets that somebody else's import, or this one on another machine, has recorded already: found
 * by their identifiers, and compared by their verified history. */
#ifndef PAT_CLIENTS_CLI_IMPORT_KNOWN_H
#define PAT_CLIENTS_CLI_IMPORT_KNOWN_H

#include "clients/cli/import/state.h"
#include "clients/cli/session.h"

/* Looks a row's identifying identifiers up; where one is assigned now, takes that asset's items
 * over into the state.
 * out   ret_row  NULL where none is recorded
 * fails what was served does not hold (as evidence), api failures */
pat_status pat_import_find_known(pat_session *session, pat_state *state, const pat_plan_row *plan,
                                 const Patina__AssetClass *schema,
                                 pat_state_row **ret_row) PAT_NONNULL_ALL PAT_MUST_USE;

/* How often an asset has changed, by its verified history. */
pat_status pat_import_version_of(pat_session *session, const pat_state_row *row,
                                 uint64_t *ret_version) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
