/* How far an import is: a bar on a terminal, else a line for each tenth. */
#ifndef PAT_CLIENTS_CLI_IMPORT_PROGRESS_H
#define PAT_CLIENTS_CLI_IMPORT_PROGRESS_H

#include "clients/cli/cli.h"

/* Zero-initialise with pat_progress_begin. */
typedef struct {
  pat_cli *cli;
  bool terminal;
  uint64_t size; /* rows to be done; 0: not known, and those that were read are told */
  uint64_t told; /* tenths, per cent or hundred thousands that were told last */
} pat_progress;

/* Begins to tell of that many rows; 0: of as many as the source turns out to have. */
void pat_progress_begin(pat_cli *cli, uint64_t size, pat_progress *ret_progress) PAT_NONNULL_ALL;

/* Tells it where there is something new to tell. Nothing with --quiet. */
void pat_progress_tell(pat_progress *progress, uint64_t rows) PAT_NONNULL_ALL;

/* Clears the bar, so that a line can be printed. */
void pat_progress_clear(pat_progress *progress) PAT_NONNULL_ALL;

#endif
