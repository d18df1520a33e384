/* The steps of a bundle's check, for a reader who wants to follow them by hand (--explain). */
#ifndef PAT_CLIENTS_CLI_EXPLAIN_H
#define PAT_CLIENTS_CLI_EXPLAIN_H

#include "clients/cli/cli.h"
#include "core/verify/bundle.h"

/* Prints one step: what was looked at, what came out, what was expected.
 * in    context  the pat_cli; fits pat_bundle_question */
void pat_explain_step(void *context, const pat_bundle_step *step) PAT_NONNULL_ALL;

/* What a check is called, as in "completeness". Static storage. */
const char *pat_explain_check(pat_check check);

#endif
