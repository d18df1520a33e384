/* patina asset import: a source's rows become assets and statements about them. */
#include <inttypes.h>

#include "clients/cli/commands.h"
#include "clients/cli/import/run.h"
#include "clients/cli/output.h"
#include "clients/cli/show.h"

enum { BATCH_DEFAULT = 500 };

const pat_manual pat_manual_asset_import = {
    .synopsis = "FILE",
    .examples =
        "  patina asset import --class painting --map paintings.json --key museum.key list.json\n"
        "  patina asset import --class vehicle --map vins.json --key r.key cars.csv --dry-run\n",
    .details =
        "FILE is a table (CSV) or an array of objects (JSON); the map says which column is what\n"
        "(clients/cli/maps/README.md). A row that is refused is told with its rule, and the "
        "others\n"
        "go on. What was done is kept under --home, or in the file of --resume: run it again "
        "after\n"
        "an interruption, or with a newer source, and only what is new is said.\n"
        "Rows are sent in random order, so that the log does not tell the source's. \"-\" reads a "
        "pipe,\n"
        "which is kept in a file without a name below $TMPDIR until the end.\n"
        "Prints {\"rows\",\"registered\",\"updated\",\"unchanged\",\"refused\",\"statements\"}; "
        "the "
        "exit is that\n"
        "of the first refusal.\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(KEY) | PAT_OPTION_BIT(DRY_RUN) |
               PAT_OPTION_BIT(CLASS) | PAT_OPTION_BIT(MAP) | PAT_OPTION_BIT(RESUME) |
               PAT_OPTION_BIT(BATCH),
    .operands_min = 1,
    .operands_max = 1,
};

static void print(pat_cli *cli, const pat_import_summary *summary) {
  if (cli->json) {
    fprintf(cli->out,
            "{\"rows\":%" PRIu64 ",\"registered\":%" PRIu64 ",\"updated\":%" PRIu64
            ",\"unchanged\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"statements\":%" PRIu64 "}\n",
            summary->rows, summary->registered, summary->updated, summary->unchanged,
            summary->refused, summary->statements);
    cli->json = false; /* that line is the whole answer */
    return;
  }
  pat_output_line(cli, "%s", pat_show_count(cli, summary->rows, "row", "rows"));
  pat_output_line(cli, "  registered  %" PRIu64, summary->registered);
  pat_output_line(cli, "  updated     %" PRIu64, summary->updated);
  pat_output_line(cli, "  unchanged   %" PRIu64, summary->unchanged);
  pat_output_line(cli, "  refused     %" PRIu64, summary->refused);
  pat_output_line(cli, "%s recorded, every receipt verified",
                  pat_show_count(cli, summary->statements, "statement", "statements"));
}

static pat_status read_request(pat_cli *cli, pat_import_request *ret_request) {
  uint64_t batch = 0;
  *ret_request = (pat_import_request){
      .source = pat_cli_operand(cli, 0),
      .map = pat_cli_option(cli, PAT_OPTION_MAP),
      .class_name = pat_cli_option(cli, PAT_OPTION_CLASS),
      .state = pat_cli_option(cli, PAT_OPTION_RESUME),
      .dry_run = pat_options_has(&cli->options, PAT_OPTION_DRY_RUN),
  };
  if (ret_request->map == NULL) return pat_cli_usage(cli, "by which map? give --map FILE");
  if (ret_request->class_name == NULL || pat_options_count(&cli->options, PAT_OPTION_CLASS) != 1) {
    return pat_cli_usage(cli, "of which class? give one --class");
  }
  PAT_TRY(pat_cli_number(cli, PAT_OPTION_BATCH, BATCH_DEFAULT, &batch));
  if (batch == 0 || batch > PAT_BATCH_STATEMENTS_MAX) {
    return pat_cli_usage(cli, "--batch is 1 to %d", PAT_BATCH_STATEMENTS_MAX);
  }
  ret_request->batch = (size_t)batch;
  return PAT_OK;
}

pat_status pat_cmd_asset_import(pat_cli *cli) {
  pat_import_request request;
  pat_import_summary summary;
  PAT_TRY(read_request(cli, &request));
  PAT_TRY(pat_import_run(cli, &request, &summary));
  print(cli, &summary);
  if (summary.refused > 0) cli->verdict = pat_exit_of(summary.first_refusal);
  return PAT_OK;
}
