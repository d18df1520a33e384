/* patina class and scheme: what is published to the log as data. */
#include <inttypes.h>
#include <string.h>

#include "clients/cli/commands.h"
#include "clients/cli/compose.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/show.h"
#include "core/model/catalog.h"
#include "proto/json/protojson.h"

const pat_manual pat_manual_class_publish = {
    .synopsis = "FILE",
    .examples = "  patina class publish vehicle.json --key root.key\n",
    .details =
        "FILE is the class in JSON (ProtoJSON of AssetClass). A version never changes: publish\n"
        "the next one.\n",
    .options = PAT_OPTIONS_SIGN,
    .operands_min = 1,
    .operands_max = 1,
};

const pat_manual pat_manual_class_show = {
    .synopsis = "NAME",
    .examples = "  patina class show vehicle\n  patina class show vehicle --version 1 --json\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(VERSION),
    .operands_min = 1,
    .operands_max = 1,
};

const pat_manual pat_manual_scheme_publish = {
    .synopsis = "FILE",
    .examples = "  patina scheme publish vin.json --key root.key\n",
    .details = "FILE is the scheme in JSON (ProtoJSON of IdentifierScheme).\n",
    .options = PAT_OPTIONS_SIGN,
    .operands_min = 1,
    .operands_max = 1,
};

const pat_manual pat_manual_scheme_show = {
    .synopsis = "NAME",
    .examples = "  patina scheme show vin\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(VERSION),
    .operands_min = 1,
    .operands_max = 1,
};

static pat_status read_file(pat_cli *cli, const ProtobufCMessageDescriptor *descriptor,
                            ProtobufCMessage **ret_message) {
  pat_span text;
  PAT_TRY(pat_files_read(&cli->arena, pat_cli_operand(cli, 0), PAT_STATEMENT_BYTES_MAX, &text,
                         &cli->error));
  return pat_protojson_decode(descriptor, text, &cli->arena, ret_message, &cli->error);
}

pat_status pat_cmd_class_publish(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  ProtobufCMessage *message = NULL;
  PAT_TRY(read_file(cli, &patina__asset_class__descriptor, &message));
  Patina__ClassPublished body = PATINA__CLASS_PUBLISHED__INIT;
  body.schema = (Patina__AssetClass *)message;
  PAT_TRY(pat_class_check(body.schema, &cli->error));
  PAT_TRY(pat_compose_begin(cli, &compose));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_CLASS_PUBLISHED;
  compose.draft->message.class_published = &body;
  PAT_TRY(pat_compose_end(&compose, NULL));
  pat_output_line(cli, "%s %" PRIu32, body.schema->name, body.schema->version);
  return PAT_OK;
}

pat_status pat_cmd_scheme_publish(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  ProtobufCMessage *message = NULL;
  PAT_TRY(read_file(cli, &patina__identifier_scheme__descriptor, &message));
  Patina__SchemePublished body = PATINA__SCHEME_PUBLISHED__INIT;
  body.scheme = (Patina__IdentifierScheme *)message;
  PAT_TRY(pat_scheme_check(body.scheme, &cli->error));
  PAT_TRY(pat_compose_begin(cli, &compose));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_SCHEME_PUBLISHED;
  compose.draft->message.scheme_published = &body;
  PAT_TRY(pat_compose_end(&compose, NULL));
  pat_output_line(cli, "%s %" PRIu32, body.scheme->name, body.scheme->version);
  return PAT_OK;
}

static pat_status read_version(pat_cli *cli, uint32_t *ret_version) {
  uint64_t version = 0;
  PAT_TRY(pat_cli_number(cli, PAT_OPTION_VERSION, 0, &version));
  if (version > UINT32_MAX) return pat_cli_usage(cli, "--version is too large");
  *ret_version = (uint32_t)version;
  return PAT_OK;
}

/* "VALUE_TYPE_NUMBER" -> "number"; the name of an enum's value without its prefix, in the arena. */
static const char *word(pat_cli *cli, const ProtobufCEnumDescriptor *descriptor, int value,
                        const char *prefix) {
  const ProtobufCEnumValue *row = protobuf_c_enum_descriptor_get_value(descriptor, value);
  if (row == NULL) return "?";
  char *text = (char *)(uintptr_t)pat_show_format(cli, "%s", row->name + strlen(prefix));
  for (char *c = text; *c != '\0'; c++) {
    if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
  }
  return text;
}

static void show_definition(pat_cli *cli, const Patina__AttributeDefinition *definition) {
  const char *bundle = word(cli, &patina__bundle__descriptor, (int)definition->bundle, "BUNDLE_");
  bool is_field = definition->bundle == PATINA__BUNDLE__BUNDLE_UNSPECIFIED;
  pat_output_line(
      cli, "  %-28s %-13s %s%s%s, %s%s%s", definition->name, is_field ? "" : bundle,
      word(cli, &patina__value_type__descriptor, (int)definition->type, "VALUE_TYPE_"),
      definition->unit[0] != '\0' ? " " : "", definition->unit,
      word(cli, &patina__visibility__descriptor, (int)definition->visibility, "VISIBILITY_"),
      definition->list ? ", list" : "", definition->required ? ", required" : "");
}

pat_status pat_cmd_class_show(pat_cli *cli) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  uint32_t version = 0;
  PAT_TRY(read_version(cli, &version));
  PAT_TRY(pat_session_open(cli, &session));
  const Patina__AssetClass *schema = NULL;
  PAT_TRY(pat_session_class(&session, pat_cli_operand(cli, 0), version, &schema));
  pat_output_line(cli, "class %s version %" PRIu32, schema->name, schema->version);
  for (size_t i = 0; i < schema->n_attributes; i++) {
    show_definition(cli, schema->attributes[i]);
  }
  for (size_t i = 0; i < schema->n_claims; i++) {
    pat_output_line(cli, "claim %s", schema->claims[i]->name);
    for (size_t field = 0; field < schema->claims[i]->n_fields; field++) {
      show_definition(cli, schema->claims[i]->fields[field]);
    }
  }
  return pat_output_message(cli, "class", &schema->base);
}

pat_status pat_cmd_scheme_show(pat_cli *cli) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  uint32_t version = 0;
  PAT_TRY(read_version(cli, &version));
  PAT_TRY(pat_session_open(cli, &session));
  const Patina__IdentifierScheme *scheme = NULL;
  PAT_TRY(pat_session_scheme(&session, pat_cli_operand(cli, 0), version, &scheme));
  pat_output_line(cli, "scheme %s version %" PRIu32, scheme->name, scheme->version);
  pat_output_line(cli, "  length      %" PRIu32 " to %" PRIu32, scheme->length_min,
                  scheme->length_max);
  pat_output_line(
      cli, "  uniqueness  %s",
      word(cli, &patina__uniqueness__descriptor, (int)scheme->uniqueness, "UNIQUENESS_"));
  pat_output_line(
      cli, "  visibility  %s",
      word(cli, &patina__visibility__descriptor, (int)scheme->visibility, "VISIBILITY_"));
  if (scheme->scope[0] != '\0') pat_output_line(cli, "  scope       %s", scheme->scope);
  return pat_output_message(cli, "scheme", &scheme->base);
}
