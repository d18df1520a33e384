/* patina telemetry: a device's readings, signed batch by batch in its stream's chain.
 *
 * Order, so that a crash never makes two batches with one number: sign, keep the batch as
 * pending, submit, advance the counters, drop the pending batch. A pending batch is submitted
 * again first: the log answers a replay with its first receipt. */
#include <inttypes.h>

#include "clients/cli/commands.h"
#include "clients/cli/compose.h"
#include "clients/cli/envelope_file.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/readings.h"
#include "clients/cli/stream_file.h"
#include "clients/cli/submit.h"
#include "core/bytes/text.h"

const pat_manual pat_manual_telemetry_send = {
    .synopsis = "FILE",
    .examples =
        "  patina telemetry send --stream 5f0c... --key device.key readings.csv\n"
        "  tail -n 100 log.csv | patina telemetry send --stream 5f0c... --key d.key -\n",
    .details =
        "Each line is time,signal,value: 2021-05-25T10:00:00Z,odometer,84210.4 or\n"
        "1621936800000,0,842104. Values: a number, unreadable, not-available. Counters are\n"
        "kept under --home; --boot N starts a new run of the device.\n",
    .options =
        PAT_OPTIONS_SUBMIT | PAT_OPTION_BIT(KEY) | PAT_OPTION_BIT(STREAM) | PAT_OPTION_BIT(BOOT),
    .operands_min = 1,
    .operands_max = 1,
};

static pat_status advance(pat_cli *cli, pat_stream_file *file,
                          const Patina__SignedStatement *envelope) {
  pat_statement statement;
  PAT_TRY(pat_statement_decode(pat_draft_span(envelope->statement), &cli->arena, &statement,
                               &cli->error));
  PAT_REQUIRE(statement.kind->number == PAT_KIND_TELEMETRY, CLI_DRAFT);
  file->boot = statement.message->telemetry->boot;
  file->seq = statement.message->telemetry->seq;
  file->has_previous = true;
  file->previous = statement.sha256;
  PAT_TRY(pat_stream_file_write(cli, file));
  return pat_files_remove(file->pending, &cli->error);
}

/* Refused, a batch left no trace in the log: its number is free. */
static bool was_refused(const pat_cli *cli) {
  return cli->failure.set && cli->failure.code != PAT_EXIT_COULD_NOT_CHECK &&
         cli->failure.code != PAT_EXIT_DOES_NOT_MATCH && cli->failure.code != PAT_EXIT_NOT_PROVEN;
}

/* Its readings are not recorded: they are kept in a file, and said, so that nothing is lost
 * unseen. */
static pat_status put_aside(pat_cli *cli, const pat_stream_file *file, pat_span bytes) {
  const char *path = NULL;
  const char *parts[] = {file->pending, ".refused"};
  PAT_TRY(pat_files_path(&cli->arena, parts, 2, &path));
  PAT_TRY(pat_files_write(path, bytes, &cli->error));
  pat_output_warning(cli, "a batch was refused, its readings are NOT recorded; it is kept in %s",
                     path);
  return pat_files_remove(file->pending, &cli->error);
}

/* Sends a batch that an earlier run signed, but whose answer it did not see. */
static pat_status send_pending(pat_cli *cli, pat_session *session, pat_stream_file *file) {
  if (!pat_files_exists(file->pending)) return PAT_OK;
  pat_span bytes;
  PAT_TRY(pat_files_read(&cli->arena, file->pending, PAT_CLI_FILE_BYTES_MAX, &bytes, &cli->error));
  Patina__SignedStatement *envelope = NULL;
  PAT_TRY(pat_envelope_decode(bytes, &cli->arena, &envelope, &cli->error));
  pat_status submitted = pat_submit_statement(session, envelope, NULL);
  if (!pat_is_ok(submitted) && was_refused(cli)) PAT_TRY(put_aside(cli, file, bytes));
  PAT_TRY(submitted);
  return advance(cli, file, envelope);
}

static pat_status fill_readings(pat_compose *compose, pat_readings_list batch,
                                Patina__Telemetry *body) {
  pat_cli *cli = compose->cli;
  pat_readings_line *lines = batch.lines;
  size_t count = batch.count;
  Patina__Reading **pointers = pat_arena_take_array(&cli->arena, count, sizeof(Patina__Reading *));
  PAT_REQUIRE(pointers != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    lines[i].reading.offset_ms = (uint32_t)(lines[i].time_ms - lines[0].time_ms);
    pointers[i] = &lines[i].reading;
  }
  Patina__Readings readings = PATINA__READINGS__INIT;
  readings.n_readings = count;
  readings.readings = pointers;
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_READINGS;
  value.readings = &readings;
  body->first_ms = lines[0].time_ms;
  body->last_ms = lines[count - 1].time_ms;
  body->count = (uint32_t)count;
  return pat_draft_disclose(compose->draft, "readings", &value, &body->readings, &cli->error);
}

/* What all batches of one run share. */
typedef struct {
  pat_compose compose;
  pat_stream_file file;
  uint8_t stream[PAT_STREAM_ID_BYTES];
  uint64_t boot;
} telemetry_run;

static void run_clear(telemetry_run *run) { pat_compose_clear(&run->compose); }

/* One batch: at most one for each opened compose, because a draft is one statement. */
static pat_status send_batch(pat_cli *cli, telemetry_run *run, pat_readings_list batch) {
  pat_compose *compose = &run->compose;
  pat_stream_file *file = &run->file;
  Patina__Telemetry body = PATINA__TELEMETRY__INIT;
  compose->envelope = NULL;
  PAT_TRY(pat_compose_begin(cli, compose));
  body.stream = pat_draft_field(PAT_SPAN_OF(run->stream));
  body.boot = run->boot;
  body.seq = file->seq + 1;
  if (file->has_previous) body.previous = pat_draft_field(pat_hash_span(&file->previous));
  PAT_TRY(fill_readings(compose, batch, &body));
  compose->draft->message.body_case = PATINA__STATEMENT__BODY_TELEMETRY;
  compose->draft->message.telemetry = &body;
  PAT_TRY(pat_compose_sign(compose));
  pat_session *session = NULL;
  PAT_TRY(pat_compose_session(compose, &session));
  if (pat_options_has(&cli->options, PAT_OPTION_DRY_RUN)) {
    return pat_submit_statement(session, compose->envelope, NULL);
  }
  pat_span bytes;
  PAT_TRY(pat_draft_encode(&cli->arena, &compose->envelope->base, &bytes));
  PAT_TRY(pat_files_write(file->pending, bytes, &cli->error));
  pat_status submitted = pat_submit_statement(session, compose->envelope, NULL);
  if (!pat_is_ok(submitted) && was_refused(cli)) {
    PAT_TRY(pat_files_remove(file->pending, &cli->error));
  }
  PAT_TRY(submitted);
  return advance(cli, file, compose->envelope);
}

static pat_status read_lines(pat_cli *cli, const pat_stream_file *file,
                             pat_readings_list *ret_list) {
  pat_span text;
  PAT_TRY(pat_files_read(&cli->arena, pat_cli_operand(cli, 0), PAT_CLI_FILE_BYTES_MAX, &text,
                         &cli->error));
  pat_status parsed = pat_readings_parse(text, file->signals, file->signal_count, &cli->arena,
                                         ret_list, &cli->error);
  if (!pat_is_rule(parsed, PAT_RULE_CLI_READINGS)) return parsed;
  return pat_cli_fail_as(cli, parsed, PAT_EXIT_USAGE, "line %zu of %s is not time,signal,value",
                         cli->error.offset, pat_cli_operand(cli, 0));
}

pat_status pat_cmd_telemetry_send(pat_cli *cli) {
  PAT_CLEANUP(run_clear) telemetry_run run = {.compose = {.cli = cli}};
  const char *hex = pat_cli_option(cli, PAT_OPTION_STREAM);
  if (hex == NULL) return pat_cli_usage(cli, "to which stream? give --stream");
  PAT_TRY(pat_stream_file_read(cli, hex, &run.file));
  PAT_TRY(pat_hex_decode(pat_span_text(hex), run.stream, sizeof run.stream));
  pat_readings_list list;
  PAT_TRY(read_lines(cli, &run.file, &list));
  PAT_TRY(pat_cli_number(cli, PAT_OPTION_BOOT, run.file.boot > 0 ? run.file.boot : 1, &run.boot));
  PAT_TRY(pat_signers_add(cli, PAT_OPTION_KEY, true, &run.compose.signers));
  if (run.compose.signers.count != 1) return pat_cli_usage(cli, "one --key: the device's");
  pat_session *session = NULL;
  PAT_TRY(pat_compose_session(&run.compose, &session));
  PAT_TRY(send_pending(cli, session, &run.file));
  size_t batches = 0;
  for (size_t from = 0; from < list.count; batches++) {
    size_t size = pat_readings_batch(list.lines + from, list.count - from);
    PAT_TRY(send_batch(cli, &run, (pat_readings_list){list.lines + from, size}));
    from += size;
  }
  pat_output_line(cli, "%zu readings in %zu batches; boot %" PRIu64 ", seq %" PRIu64, list.count,
                  batches, run.file.boot, run.file.seq);
  pat_output_number(cli, "readings", list.count);
  pat_output_number(cli, "seq", run.file.seq);
  return PAT_OK;
}
