/* patina device: enrolling a device's key, and fitting it to an asset. */
#include <inttypes.h>

#include "clients/cli/asset_report.h"
#include "clients/cli/build_value.h"
#include "clients/cli/commands.h"
#include "clients/cli/compose.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/show.h"
#include "clients/cli/stream_file.h"

const pat_manual pat_manual_device_enroll = {
    .synopsis = "",
    .examples =
        "  patina device enroll --key device.key --model OBD-7 --serial 0042 "
        "--sponsor workshop.key\n",
    .details =
        "The device's key and an enrolled principal's sign together. The id is written to\n"
        "FILE.principal beside the device's key.\n",
    .options =
        PAT_OPTIONS_SIGN | PAT_OPTION_BIT(MODEL) | PAT_OPTION_BIT(SERIAL) | PAT_OPTION_BIT(SPONSOR),
};

const pat_manual pat_manual_device_bind = {
    .synopsis = "ID",
    .examples =
        "  patina device bind 01K9X... --device 77aa... --signal odometer:2:MTR:obd_a6 "
        "--set odometer=\"84210 KMT\" --key workshop.key\n",
    .details =
        "Opens a stream with a new random id and prints it. A signal's integers mean\n"
        "integer x 10^EXPONENT in UNIT. --set: what the installer read at the time.\n",
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(DEVICE) | PAT_OPTION_BIT(SIGNAL) |
               PAT_OPTION_BIT(SET) | PAT_OPTION_BIT(SCHEMA),
    .operands_min = 1,
    .operands_max = 1,
};

static pat_status read_device_keys(pat_cli *cli, pat_compose *compose) {
  PAT_TRY(pat_signers_add(cli, PAT_OPTION_KEY, true, &compose->signers));
  if (compose->signers.count != 1) return pat_cli_usage(cli, "one --key: the device's");
  if (compose->signers.keys[0].has_principal) {
    return pat_cli_usage(cli, "%s is enrolled already", compose->signers.keys[0].path);
  }
  compose->enrols = &compose->signers.keys[0];
  PAT_TRY(pat_signers_add(cli, PAT_OPTION_SPONSOR, true, &compose->signers));
  PAT_TRY(pat_signers_add(cli, PAT_OPTION_SIGNER, false, &compose->signers));
  if (compose->signers.count < 2) return pat_cli_usage(cli, "who enrols it? give --sponsor FILE");
  return PAT_OK;
}

static pat_status finish_enrolment(pat_cli *cli, pat_compose *compose) {
  uint64_t index = 0;
  PAT_TRY(pat_compose_end(compose, &index));
  const pat_hash *id = &compose->statement.sha256;
  PAT_TRY(pat_compose_record(compose, &compose->signers.keys[0], id, index));
  pat_output_line(cli, "%s", pat_output_hex(cli, pat_hash_span(id)));
  pat_output_hash(cli, "principal", id);
  return PAT_OK;
}

pat_status pat_cmd_device_enroll(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  const char *model = pat_cli_option(cli, PAT_OPTION_MODEL);
  const char *serial = pat_cli_option(cli, PAT_OPTION_SERIAL);
  if (model == NULL) return pat_cli_usage(cli, "which model? give --model");
  PAT_TRY(read_device_keys(cli, &compose));
  PAT_TRY(pat_compose_begin(cli, &compose));
  Patina__Key key = PATINA__KEY__INIT;
  key.algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519;
  key.public_key = pat_draft_field(PAT_SPAN_OF(compose.enrols->public_key));
  Patina__DeviceEnrolled body = PATINA__DEVICE_ENROLLED__INIT;
  body.key = &key;
  body.model = (char *)(uintptr_t)model;
  if (serial != NULL) {
    PAT_TRY(pat_draft_disclose_text(compose.draft, "serial", serial, &body.serial, &cli->error));
  }
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_DEVICE_ENROLLED;
  compose.draft->message.device_enrolled = &body;
  return finish_enrolment(cli, &compose);
}

static pat_status read_signals(pat_cli *cli, Patina__Signal **signals, size_t *ret_count) {
  size_t count = pat_options_count(&cli->options, PAT_OPTION_SIGNAL);
  if (count == 0 || count > PAT_STREAM_SIGNALS_MAX) {
    pat_cli_explain(cli, PAT_EXIT_USAGE, "what does it report? give 1 to %d --signal",
                    PAT_STREAM_SIGNALS_MAX);
    return pat_refuse(PAT_RULE_CLI_USAGE);
  }
  for (size_t i = 0; i < count; i++) {
    const char *text = pat_options_at(&cli->options, PAT_OPTION_SIGNAL, i);
    PAT_TRY(pat_stream_file_signal(cli, text, &signals[i]));
  }
  *ret_count = count;
  return PAT_OK;
}

/* What the installer read: attributes of the TELEMETRY bundle. */
static pat_status build_readings(pat_cli *cli, pat_compose *compose, Patina__DeviceBound *body) {
  size_t count = pat_options_count(&cli->options, PAT_OPTION_SET);
  if (count == 0) return PAT_OK;
  const char **pairs = pat_arena_take_array(&cli->arena, count, sizeof *pairs);
  PAT_REQUIRE(pairs != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    pairs[i] = pat_options_at(&cli->options, PAT_OPTION_SET, i);
  }
  const Patina__AssetClass *schema = NULL;
  if (pat_cli_option(cli, PAT_OPTION_SCHEMA) != NULL) {
    PAT_TRY(pat_compose_class(compose, "", 0, &schema));
  } else {
    pat_session *session = NULL;
    PAT_TRY(pat_compose_session(compose, &session));
    pat_asset_report report;
    PAT_TRY(pat_asset_report_load(session, body->asset, &report));
    schema = report.history.schema;
  }
  const pat_build_definitions definitions = {schema->attributes, schema->n_attributes,
                                             PATINA__BUNDLE__BUNDLE_TELEMETRY};
  const pat_build_input input = {.pairs = pairs, .pair_count = count};
  return pat_build_attributes(compose->draft, &definitions, &input, &body->readings,
                              &body->n_readings, &cli->error);
}

/* Remembers the signals, so that readings can be typed by their names. */
static pat_status remember(pat_cli *cli, const char *hex, const Patina__DeviceBound *body) {
  pat_stream_file file;
  PAT_TRY(pat_stream_file_read(cli, hex, &file));
  file.signal_count = body->n_signals;
  for (size_t i = 0; i < body->n_signals; i++) {
    file.signals[i] = body->signals[i];
  }
  return pat_stream_file_write(cli, &file);
}

pat_status pat_cmd_device_bind(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  Patina__DeviceBound body = PATINA__DEVICE_BOUND__INIT;
  Patina__Signal *signals[PAT_STREAM_SIGNALS_MAX];
  PAT_TRY(pat_compose_asset(cli, pat_cli_operand(cli, 0), &body.asset));
  const char *device = pat_cli_option(cli, PAT_OPTION_DEVICE);
  if (device == NULL) return pat_cli_usage(cli, "which device? give --device");
  PAT_TRY(pat_compose_hash(cli, device, "a device's id", &body.device));
  PAT_TRY(read_signals(cli, signals, &body.n_signals));
  body.signals = signals;
  uint8_t stream[PAT_STREAM_ID_BYTES];
  PAT_TRY(pat_files_entropy(stream, sizeof stream));
  body.stream = pat_draft_field(PAT_SPAN_OF(stream));
  PAT_TRY(pat_compose_begin(cli, &compose));
  PAT_TRY(build_readings(cli, &compose, &body));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_DEVICE_BOUND;
  compose.draft->message.device_bound = &body;
  PAT_TRY(pat_compose_end(&compose, NULL));
  const char *hex = pat_output_hex(cli, PAT_SPAN_OF(stream));
  PAT_TRY(remember(cli, hex, &body));
  pat_output_line(cli, "%s", hex);
  pat_output_text(cli, "stream", hex);
  return PAT_OK;
}
