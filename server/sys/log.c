#include "server/sys/log.h"

#include <stdatomic.h>
#include <unistd.h>

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/bytes/builder.h"
#include "server/sys/thread.h"

static const char cut_mark[] = "...";
/* "<n>" before a line and '\n' behind it. */
enum { PREFIX_BYTES = 3, CUT_BYTES = sizeof cut_mark - 1 };

static atomic_int active_level = PAT_LOG_INFO;
static pat_mutex sink_mutex = {PTHREAD_MUTEX_INITIALIZER};
static pat_log_sink active_sink; /* write NULL: stderr */

pat_log_field pat_log_text(const char *key, const char *text) {
  return pat_log_span(key, text == NULL ? PAT_SPAN_EMPTY : pat_span_text(text));
}

pat_log_field pat_log_span(const char *key, pat_span text) {
  return (pat_log_field){.key = key, .type = PAT_LOG_FIELD_TEXT, .bytes = text};
}

pat_log_field pat_log_number(const char *key, uint64_t number) {
  return (pat_log_field){.key = key, .type = PAT_LOG_FIELD_NUMBER, .number = number};
}

pat_log_field pat_log_hex(const char *key, pat_span bytes) {
  return (pat_log_field){.key = key, .type = PAT_LOG_FIELD_HEX, .bytes = bytes};
}

pat_log_field pat_log_rule(pat_status status) {
  return pat_log_text("rule", pat_rule_id((pat_rule)status.rule));
}

void pat_log_set_level(pat_log_level level) { atomic_store(&active_level, (int)level); }

pat_log_level pat_log_get_level(void) { return (pat_log_level)atomic_load(&active_level); }

void pat_log_set_sink(const pat_log_sink *sink) {
  PAT_ASSERT(sink == NULL || sink->write != NULL);
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sink_mutex);
  active_sink = sink == NULL ? (pat_log_sink){0} : *sink;
}

static bool is_key_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

static void write_key(pat_builder *line, const char *key) {
  PAT_ASSERT(key[0] != '\0');
  for (const char *c = key; *c != '\0'; c++)
    PAT_ASSERT(is_key_char(*c));
  pat_builder_text(line, key);
  pat_builder_char(line, '=');
}

static bool is_plain(uint8_t c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '='; }

static bool needs_quotes(pat_span text) {
  for (size_t i = 0; i < text.size; i++) {
    if (!is_plain(text.data[i])) return true;
  }
  return text.size == 0;
}

static void write_hex_byte(pat_builder *line, uint8_t byte) {
  static const char digits[] = "0123456789abcdef";
  pat_builder_char(line, digits[byte >> 4]);
  pat_builder_char(line, digits[byte & 15]);
}

static void write_escaped(pat_builder *line, uint8_t c) {
  if (c == '"' || c == '\\') {
    pat_builder_char(line, '\\');
    pat_builder_char(line, (char)c);
  } else if (c < ' ' || c >= 0x7f) {
    pat_builder_text(line, "\\x");
    write_hex_byte(line, c);
  } else {
    pat_builder_char(line, (char)c);
  }
}

static void write_text(pat_builder *line, pat_span text) {
  bool quoted = needs_quotes(text);
  if (quoted) pat_builder_char(line, '"');
  for (size_t i = 0; i < text.size; i++)
    write_escaped(line, text.data[i]);
  if (quoted) pat_builder_char(line, '"');
}

static void write_hex(pat_builder *line, pat_span bytes) {
  for (size_t i = 0; i < bytes.size; i++)
    write_hex_byte(line, bytes.data[i]);
}

static void write_field(pat_builder *line, const pat_log_field *field) {
  pat_builder_char(line, ' ');
  write_key(line, field->key);
  switch (field->type) {
    case PAT_LOG_FIELD_TEXT:
      write_text(line, field->bytes);
      break;
    case PAT_LOG_FIELD_NUMBER:
      pat_builder_decimal(line, field->number);
      break;
    case PAT_LOG_FIELD_HEX:
      write_hex(line, field->bytes);
      break;
  }
}

/* buffer holds PREFIX_BYTES, the line of size bytes, and has room for the newline. */
static void send(pat_log_level level, char *buffer, size_t size) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&sink_mutex);
  if (active_sink.write != NULL) {
    active_sink.write(active_sink.context, level, buffer + PREFIX_BYTES, size);
    return;
  }
  buffer[0] = '<';
  buffer[1] = (char)('0' + (int)level);
  buffer[2] = '>';
  buffer[PREFIX_BYTES + size] = '\n';
  ssize_t written = write(STDERR_FILENO, buffer, PREFIX_BYTES + size + 1);
  (void)written;
}

void pat_log_write(pat_log_level level, const char *event, const pat_log_field *fields,
                   size_t field_count) {
  PAT_ASSERT(level >= PAT_LOG_ERROR && level <= PAT_LOG_DEBUG);
  PAT_ASSERT(fields != NULL || field_count == 0);
  if (level > pat_log_get_level()) return;
  char buffer[PREFIX_BYTES + PAT_LOG_LINE_BYTES_MAX + 1];
  char *text = buffer + PREFIX_BYTES;
  pat_builder line;
  pat_builder_init(&line, text, PAT_LOG_LINE_BYTES_MAX - CUT_BYTES);
  write_key(&line, "event");
  write_text(&line, pat_span_text(event));
  for (size_t i = 0; i < field_count; i++)
    write_field(&line, &fields[i]);
  size_t size = pat_builder_size(&line);
  pat_span whole;
  if (!pat_is_ok(pat_builder_finish(&line, &whole))) {
    pat_span_copy(text + size, CUT_BYTES, pat_span_make(cut_mark, CUT_BYTES));
    size += CUT_BYTES;
  }
  send(level, buffer, size);
}
