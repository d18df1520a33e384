/* How far an audit is: a bar on a terminal, else a line for each tenth. */
#ifndef PAT_CLIENTS_CLI_AUDIT_BAR_H
#define PAT_CLIENTS_CLI_AUDIT_BAR_H

#include "clients/cli/cli.h"

/* Begin each stage with pat_bar_begin. */
typedef struct {
  pat_cli *cli;
  const char *stage; /* static: "tiles", "entries" */
  bool terminal;
  uint64_t size; /* of the whole stage */
  uint64_t told; /* percent, or tenths, told last */
  uint64_t began_ms;
} pat_bar;

/* Begins a stage of so many things. */
void pat_bar_begin(pat_bar *ret_bar, pat_cli *cli, const char *stage,
                   uint64_t size) PAT_NONNULL_ALL;

/* Tells where there is something new to tell. Nothing with --quiet. */
void pat_bar_tell(pat_bar *bar, uint64_t done) PAT_NONNULL_ALL;

/* Clears the bar, so that a line can be printed. */
void pat_bar_clear(pat_bar *bar) PAT_NONNULL_ALL;

/* Things in a second since the stage began. */
uint64_t pat_bar_rate(const pat_bar *bar, uint64_t done) PAT_NONNULL_ALL;

#endif
