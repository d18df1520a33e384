/* patinad run: opens the ledger, serves it, and stops it in good order when asked to. */
#ifndef PAT_SERVER_MAIN_RUN_H
#define PAT_SERVER_MAIN_RUN_H

#include "server/sys/config.h"
#include "server/sys/env.h"

/* Serves until SIGTERM or SIGINT. Prints one line "ready http://address:port" on standard output
 * when it serves.
 * fails those of pat_ledger_open_all and pat_http_server_start */
pat_status pat_run(const pat_config *config, const pat_env *env, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 2);

#endif
