#include "clients/cli/stream_file.h"

#include <string.h>

#include "clients/cli/files.h"
#include "clients/cli/policy_file.h"
#include "core/bytes/builder.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"

enum { PARTS_MAX = 5, FILE_BYTES_MAX = 16 * 1024 };

/* Cuts a line at each separator. */
static size_t cut(pat_span line, char separator, pat_span parts[PARTS_MAX]) {
  size_t count = 0;
  size_t from = 0;
  for (size_t i = 0; i <= line.size && count < PARTS_MAX; i++) {
    if (i < line.size && line.data[i] != (uint8_t)separator) continue;
    parts[count++] = pat_span_slice(line, from, i - from);
    from = i + 1;
  }
  return from > line.size ? count : 0;
}

static pat_status make_signal(pat_cli *cli, const pat_span parts[4], Patina__Signal **ret_signal) {
  Patina__Signal *signal = pat_arena_take(&cli->arena, sizeof *signal);
  PAT_REQUIRE(signal != NULL, LIMIT_MEMORY);
  patina__signal__init(signal);
  int64_t exponent = 0;
  PAT_REQUIRE(pat_is_ok(pat_text_i64(parts[1], &exponent)), CLI_USAGE);
  PAT_REQUIRE(exponent >= PAT_NUMBER_EXPONENT_MIN && exponent <= PAT_NUMBER_EXPONENT_MAX,
              CLI_USAGE);
  signal->exponent = (int32_t)exponent;
  const char *texts[3] = {"", "", ""};
  const pat_span sources[3] = {parts[0], parts[2], parts[3]};
  for (size_t i = 0; i < 3; i++) {
    bool none = pat_span_equal(sources[i], PAT_SPAN_LITERAL("-"));
    PAT_TRY(pat_policy_file_copy(cli, none ? PAT_SPAN_EMPTY : sources[i], &texts[i]));
  }
  signal->attribute = (char *)(uintptr_t)texts[0];
  signal->unit = (char *)(uintptr_t)texts[1];
  signal->method = (char *)(uintptr_t)texts[2];
  *ret_signal = signal;
  return PAT_OK;
}

pat_status pat_stream_file_signal(pat_cli *cli, const char *text, Patina__Signal **ret_signal) {
  pat_span parts[PARTS_MAX];
  bool four = cut(pat_span_text(text), ':', parts) == 4;
  if (four && pat_is_ok(make_signal(cli, parts, ret_signal))) return PAT_OK;
  return pat_cli_usage(cli, "--signal is NAME:EXPONENT:UNIT:METHOD, not \"%s\"", text);
}

static pat_status take_line(pat_cli *cli, pat_span line, pat_stream_file *file) {
  pat_span parts[PARTS_MAX];
  size_t count = cut(line, ' ', parts);
  PAT_REQUIRE(count >= 2, CLI_USAGE);
  if (pat_span_equal(parts[0], PAT_SPAN_LITERAL("boot"))) {
    return pat_text_u64(parts[1], &file->boot);
  }
  if (pat_span_equal(parts[0], PAT_SPAN_LITERAL("seq"))) return pat_text_u64(parts[1], &file->seq);
  if (pat_span_equal(parts[0], PAT_SPAN_LITERAL("previous"))) {
    file->has_previous = !pat_span_equal(parts[1], PAT_SPAN_LITERAL("-"));
    return file->has_previous ? pat_hex_decode(parts[1], file->previous.bytes, PAT_HASH_BYTES)
                              : PAT_OK;
  }
  bool signal = pat_span_equal(parts[0], PAT_SPAN_LITERAL("signal")) && count == PARTS_MAX;
  PAT_REQUIRE(signal && file->signal_count < PAT_STREAM_SIGNALS_MAX, CLI_USAGE);
  PAT_TRY(make_signal(cli, parts + 1, &file->signals[file->signal_count]));
  file->signal_count++;
  return PAT_OK;
}

static pat_status find_paths(pat_cli *cli, const char *hex, pat_stream_file *file) {
  const char *home = pat_cli_option(cli, PAT_OPTION_HOME);
  if (home == NULL) PAT_TRY(pat_policy_file_folder(cli, "XDG_STATE_HOME", ".local/state", &home));
  const char *folder = NULL;
  const char *folder_parts[] = {home, "/streams"};
  PAT_TRY(pat_files_path(&cli->arena, folder_parts, 2, &folder));
  PAT_TRY(pat_files_make_directory(folder, &cli->error));
  const char *path_parts[] = {folder, "/", hex, ".pending"};
  PAT_TRY(pat_files_path(&cli->arena, path_parts, 3, &file->path));
  return pat_files_path(&cli->arena, path_parts, 4, &file->pending);
}

pat_status pat_stream_file_read(pat_cli *cli, const char *hex, pat_stream_file *ret_file) {
  pat_stream_file file = {.boot = 0};
  uint8_t id[PAT_STREAM_ID_BYTES];
  if (!pat_is_ok(pat_hex_decode(pat_span_text(hex), id, sizeof id))) {
    return pat_cli_usage(cli, "a stream is 32 hex digits in lower case, not \"%s\"", hex);
  }
  PAT_TRY(find_paths(cli, hex, &file));
  if (pat_files_exists(file.path)) {
    pat_span text;
    PAT_TRY(pat_files_read(&cli->arena, file.path, FILE_BYTES_MAX, &text, &cli->error));
    pat_reader reader;
    pat_reader_init(&reader, text);
    while (pat_reader_left(&reader) > 0) {
      pat_span line = PAT_SPAN_EMPTY;
      bool good =
          pat_is_ok(pat_text_line(&reader, &line)) && pat_is_ok(take_line(cli, line, &file));
      if (!good) return pat_cli_usage(cli, "%s is damaged; see what the log holds", file.path);
    }
  }
  *ret_file = file;
  return PAT_OK;
}

static void write_signal(const Patina__Signal *signal, pat_builder *builder) {
  pat_builder_text(builder, "signal ");
  pat_builder_text(builder, signal->attribute);
  pat_builder_text(builder, signal->exponent < 0 ? " -" : " ");
  uint32_t size =
      signal->exponent < 0 ? 0u - (uint32_t)signal->exponent : (uint32_t)signal->exponent;
  pat_builder_decimal(builder, size);
  pat_builder_char(builder, ' ');
  pat_builder_text(builder, signal->unit[0] != '\0' ? signal->unit : "-");
  pat_builder_char(builder, ' ');
  pat_builder_text(builder, signal->method[0] != '\0' ? signal->method : "-");
  pat_builder_char(builder, '\n');
}

pat_status pat_stream_file_write(pat_cli *cli, const pat_stream_file *file) {
  uint8_t *bytes = pat_arena_take(&cli->arena, FILE_BYTES_MAX);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  char hex[2 * PAT_HASH_BYTES + 1] = "-";
  if (file->has_previous) {
    PAT_TRY(pat_hex_encode(pat_hash_span(&file->previous), hex, sizeof hex));
  }
  pat_builder builder;
  pat_builder_init(&builder, bytes, FILE_BYTES_MAX);
  pat_builder_text(&builder, "boot ");
  pat_builder_decimal(&builder, file->boot);
  pat_builder_text(&builder, "\nseq ");
  pat_builder_decimal(&builder, file->seq);
  pat_builder_text(&builder, "\nprevious ");
  pat_builder_text(&builder, hex);
  pat_builder_char(&builder, '\n');
  for (size_t i = 0; i < file->signal_count; i++) {
    write_signal(file->signals[i], &builder);
  }
  pat_span text;
  PAT_TRY(pat_builder_finish(&builder, &text));
  return pat_files_write(file->path, text, &cli->error);
}
