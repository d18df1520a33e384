#include "clients/cli/output.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "core/bytes/builder.h"
#include "core/bytes/text.h"
#include "proto/json/protojson.h"

/* True where the character beginning here must not reach a terminal; gives its bytes. */
static bool is_wild(const char *at, size_t *ret_size) {
  /* U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: they turn the direction of text. */
  static const unsigned char marks[][2] = {{0x80, 0x8e}, {0x80, 0x8f}, {0x80, 0xaa}, {0x80, 0xab},
                                           {0x80, 0xac}, {0x80, 0xad}, {0x80, 0xae}, {0x81, 0xa6},
                                           {0x81, 0xa7}, {0x81, 0xa8}, {0x81, 0xa9}};
  unsigned char c = (unsigned char)at[0];
  *ret_size = 1;
  if ((c < 0x20 && c != '\n') || c == 0x7f) return true;
  if (c == 0xc2 && (unsigned char)at[1] >= 0x80 && (unsigned char)at[1] < 0xa0) {
    *ret_size = 2;
    return true;
  }
  for (size_t i = 0; c == 0xe2 && i < sizeof marks / sizeof *marks; i++) {
    if ((unsigned char)at[1] != marks[i][0] || (unsigned char)at[2] != marks[i][1]) continue;
    *ret_size = 3;
    return true;
  }
  return false;
}

const char *pat_output_tame(pat_arena *arena, const char *text) {
  static const char replacement[] = "\xef\xbf\xbd";
  size_t capacity = strlen(text) * 3 + 1;
  char *tame = pat_arena_take(arena, capacity);
  if (tame == NULL) return "";
  pat_builder builder;
  pat_builder_init(&builder, tame, capacity);
  while (*text != '\0') {
    size_t size = 1;
    if (is_wild(text, &size)) {
      pat_builder_text(&builder, replacement);
    } else {
      pat_builder_char(&builder, *text);
    }
    text += size;
  }
  pat_builder_char(&builder, '\0');
  return tame;
}

PAT_PRINTF(3, 0)
static void print(pat_cli *cli, FILE *file, const char *format, va_list arguments) {
  size_t mark = pat_arena_mark(&cli->arena);
  va_list again;
  va_copy(again, arguments);
  int size = vsnprintf(NULL, 0, format, again);
  va_end(again);
  char *text = size < 0 ? NULL : pat_arena_take(&cli->arena, (size_t)size + 1);
  if (text != NULL) {
    vsnprintf(text, (size_t)size + 1, format, arguments);
    fprintf(file, "%s\n", pat_output_tame(&cli->arena, text));
  }
  pat_arena_reset_to(&cli->arena, mark);
}

void pat_output_line(pat_cli *cli, const char *format, ...) {
  if (cli->json) return;
  va_list arguments;
  va_start(arguments, format);
  print(cli, cli->out, format, arguments);
  va_end(arguments);
}

void pat_output_note(pat_cli *cli, const char *format, ...) {
  if (cli->quiet) return;
  va_list arguments;
  va_start(arguments, format);
  print(cli, cli->err, format, arguments);
  va_end(arguments);
}

void pat_output_warning(pat_cli *cli, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs(cli->colour ? "\x1b[1;31mpatina:\x1b[0m " : "patina: ", cli->err);
  print(cli, cli->err, format, arguments);
  va_end(arguments);
}

/* The answer's object, made when it is first needed. */
static json_t *answer(pat_cli *cli) {
  if (cli->result == NULL) cli->result = json_object();
  return cli->result;
}

void pat_output_text(pat_cli *cli, const char *name, const char *text) {
  if (cli->json) json_object_set_new(answer(cli), name, json_string(text));
}

void pat_output_number(pat_cli *cli, const char *name, uint64_t number) {
  if (!cli->json) return;
  /* As everywhere in ProtoJSON, 64-bit numbers stand in quotes: many readers would round them. */
  char text[24];
  snprintf(text, sizeof text, "%" PRIu64, number);
  json_object_set_new(answer(cli), name, json_string(text));
}

void pat_output_hash(pat_cli *cli, const char *name, const pat_hash *hash) {
  if (cli->json) pat_output_text(cli, name, pat_output_hex(cli, pat_hash_span(hash)));
}

static pat_status message_json(pat_cli *cli, const ProtobufCMessage *message, json_t **ret_json) {
  pat_builder builder;
  pat_builder_init(&builder, NULL, PAT_CLI_ANSWER_BYTES_MAX);
  PAT_TRY(pat_protojson_encode(message, &builder));
  size_t size = pat_builder_size(&builder);
  size_t mark = pat_arena_mark(&cli->arena);
  char *text = pat_arena_take(&cli->arena, size);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  pat_builder_init(&builder, text, size);
  PAT_TRY(pat_protojson_encode(message, &builder));
  *ret_json = json_loadb(text, size, 0, NULL);
  pat_arena_reset_to(&cli->arena, mark);
  PAT_REQUIRE(*ret_json != NULL, LIMIT_MEMORY);
  return PAT_OK;
}

pat_status pat_output_message(pat_cli *cli, const char *name, const ProtobufCMessage *message) {
  if (!cli->json) return PAT_OK;
  json_t *json = NULL;
  PAT_TRY(message_json(cli, message, &json));
  json_object_set_new(answer(cli), name, json);
  return PAT_OK;
}

/* The list of this name in the answer, made when it is first needed. */
static json_t *list_of(pat_cli *cli, const char *name) {
  json_t *list = json_object_get(answer(cli), name);
  if (list != NULL) return list;
  list = json_array();
  json_object_set_new(cli->result, name, list);
  return list;
}

pat_status pat_output_element(pat_cli *cli, const char *name, const ProtobufCMessage *message) {
  if (!cli->json) return PAT_OK;
  json_t *json = NULL;
  PAT_TRY(message_json(cli, message, &json));
  json_array_append_new(list_of(cli, name), json);
  return PAT_OK;
}

void pat_output_row(pat_cli *cli, const char *name, const char *const *members,
                    const char *const *texts, size_t count) {
  if (!cli->json) return;
  json_t *row = json_object();
  for (size_t i = 0; i < count; i++) {
    if (texts[i][0] != '\0') json_object_set_new(row, members[i], json_string(texts[i]));
  }
  json_array_append_new(list_of(cli, name), row);
}

static int dump(const char *bytes, size_t size, void *file) {
  return fwrite(bytes, 1, size, file) == size ? 0 : -1;
}

void pat_output_flush(pat_cli *cli) {
  if (cli->json && cli->result != NULL) {
    json_dump_callback(cli->result, dump, cli->out, JSON_COMPACT);
    fputc('\n', cli->out);
    json_decref(cli->result);
    cli->result = NULL;
  }
  fflush(cli->out);
}

const char *pat_output_time(pat_cli *cli, uint64_t ms) {
  enum { TIME_TEXT_BYTES = 32 };
  char *text = pat_arena_take(&cli->arena, TIME_TEXT_BYTES);
  time_t seconds = (time_t)(ms / 1000);
  struct tm parts;
  if (text == NULL || gmtime_r(&seconds, &parts) == NULL) return "(no time)";
  strftime(text, TIME_TEXT_BYTES, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

const char *pat_output_hex(pat_cli *cli, pat_span bytes) {
  char *text = pat_arena_take(&cli->arena, bytes.size * 2 + 1);
  if (text == NULL) return "";
  return pat_is_ok(pat_hex_encode(bytes, text, bytes.size * 2 + 1)) ? text : "";
}

static void end_json(pat_cli *cli, pat_status status, pat_exit code) {
  json_object_set_new(answer(cli), "exit", json_integer(code));
  json_object_set_new(cli->result, "verdict", json_string(pat_exit_name(code)));
  if (!pat_is_ok(status)) {
    const pat_rule rule = (pat_rule)status.rule;
    json_t *error = json_object();
    json_object_set_new(error, "rule", json_string(pat_rule_id(rule)));
    json_object_set_new(error, "message", json_string(pat_rule_message(rule)));
    json_object_set_new(error, "next", json_string(pat_rule_next(rule)));
    json_object_set_new(error, "place", json_string(cli->error.place));
    json_object_set_new(error, "detail", json_string(cli->failure.detail));
    json_object_set_new(cli->result, "error", error);
  }
  pat_output_flush(cli);
}

static void end_text(pat_cli *cli, pat_status status, pat_exit code) {
  const pat_rule rule = (pat_rule)status.rule;
  const char *place = cli->error.place;
  bool has_detail = cli->failure.detail[0] != '\0';
  pat_output_warning(cli, "%s%s%s%s", has_detail ? cli->failure.detail : pat_rule_message(rule),
                     place[0] != '\0' ? " (" : "", place, place[0] != '\0' ? ")" : "");
  /* A server's words end with the next step already. */
  bool said = strstr(cli->failure.detail, pat_rule_next(rule)) != NULL;
  pat_output_note(cli, "  %s%s[%s, exit %d: %s]", said ? "" : pat_rule_next(rule), said ? "" : " ",
                  pat_rule_id(rule), (int)code, pat_exit_name(code));
}

void pat_output_end(pat_cli *cli, pat_status status, pat_exit code) {
  if (!pat_is_ok(status) && !cli->quiet) end_text(cli, status, code);
  if (cli->json) end_json(cli, status, code);
}
