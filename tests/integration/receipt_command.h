/* The real command in the hand of a submitter: files of his own, and `patina receipt verify`. */
#ifndef PAT_TESTS_INTEGRATION_RECEIPT_COMMAND_H
#define PAT_TESTS_INTEGRATION_RECEIPT_COMMAND_H

#include "tests/support/lying_reader.h"

/* What he has; an empty bundle: none. */
typedef struct {
  const Patina__SignedStatement *statement;
  pat_span receipt;
  pat_span bundle;
} receipt_files;

/* Runs the command on them in a folder of its own, under the reader's policy; gives the exit code.
 * What it printed is cli_run_out and cli_run_err.
 * out   ret_kept  receipt and bundle, byte for byte, are among the evidence that it kept */
int receipt_command(lying_reader *reader, const receipt_files *files, bool *ret_kept);

#endif
