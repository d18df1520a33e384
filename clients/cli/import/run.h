/* One import from its source to its summary. */
#ifndef PAT_CLIENTS_CLI_IMPORT_RUN_H
#define PAT_CLIENTS_CLI_IMPORT_RUN_H

#include "clients/cli/cli.h"

/* What became of the rows: rows = registered + updated + unchanged + refused. */
typedef struct {
  uint64_t rows;
  uint64_t registered;
  uint64_t updated;
  uint64_t unchanged;
  uint64_t refused;
  uint64_t statements; /* recorded by this run */
  pat_status first_refusal;
} pat_import_summary;

/* What is asked for. Borrowed. */
typedef struct {
  const char *source; /* "-": standard input */
  const char *map;
  const char *class_name;
  const char *state; /* NULL: below --home, named by map and source */
  size_t batch;      /* statements of one request, 1 to PAT_BATCH_STATEMENTS_MAX */
  bool dry_run;      /* plan every row, and send nothing */
} pat_import_request;

/* Imports a source. Rows that are refused are told on standard error, and do not stop the others.
 * out   ret_summary  also on failure: what was done until then
 * fails file.*, import.map, import.column, import.state, import.rows, import.json-array, cli.*, and
 *       what was served does not hold (as evidence) */
pat_status pat_import_run(pat_cli *cli, const pat_import_request *request,
                          pat_import_summary *ret_summary) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
