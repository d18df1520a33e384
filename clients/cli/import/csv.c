#include "clients/cli/import/csv.h"

#include "core/base/assert.h"
#include "core/bytes/text.h"

enum { CP1252_FIRST = 0x80, CP1252_COUNT = 32, UTF8_BYTES_MAX = 3 };

/* What the bytes 0x80 to 0x9f are in code page 1252; 0 where nothing is. */
static const uint16_t cp1252[CP1252_COUNT] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

static size_t find_line_end(pat_span window) {
  for (size_t at = 0; at < window.size; at++) {
    if (window.data[at] == '\n') return at + 1;
  }
  return window.size;
}

/* A refused record ends at its first line break, whatever its quotation marks say. */
static pat_csv_record refused(pat_span window, pat_rule rule) {
  size_t size = find_line_end(window);
  bool ended = size > 0 && window.data[size - 1] == '\n';
  return (pat_csv_record){.size = size, .status = pat_refuse(rule), .unended = !ended};
}

static pat_csv_record whole(pat_span window, size_t end) {
  size_t text = end;
  if (text > 0 && window.data[text - 1] == '\n') text--;
  if (text > 0 && window.data[text - 1] == '\r') text--;
  return (pat_csv_record){.size = end, .text_size = text};
}

/* Where in a record a byte stands. */
typedef enum { FIELD_START, PLAIN, QUOTED, QUOTE_SEEN, BROKEN } place;

static place step(place at, uint8_t c, char delimiter) {
  bool border = c == (uint8_t)delimiter || c == '\n' || c == '\r';
  switch (at) {
    case FIELD_START:
      return c == '"' ? QUOTED : border ? FIELD_START : PLAIN;
    case PLAIN:
      return c == '"' ? BROKEN : border ? FIELD_START : PLAIN;
    case QUOTED:
      return c == '"' ? QUOTE_SEEN : QUOTED;
    case QUOTE_SEEN:
      return c == '"' ? QUOTED : border ? FIELD_START : BROKEN;
    case BROKEN:
      return BROKEN;
  }
  return BROKEN;
}

void pat_csv_cut(const pat_csv_format *format, pat_span window, bool at_end,
                 pat_csv_record *ret_record) {
  place at = FIELD_START;
  size_t limit = window.size < PAT_IMPORT_ROW_BYTES_MAX ? window.size : PAT_IMPORT_ROW_BYTES_MAX;
  for (size_t i = 0; i < limit; i++) {
    uint8_t c = window.data[i];
    at = step(at, c, format->delimiter);
    if (at == BROKEN) {
      *ret_record = refused(window, PAT_RULE_IMPORT_CSV_QUOTE);
      return;
    }
    if (c == '\n' && at != QUOTED) {
      *ret_record = whole(window, i + 1);
      return;
    }
  }
  if (window.size > PAT_IMPORT_ROW_BYTES_MAX) {
    *ret_record =
        refused(window, at == QUOTED ? PAT_RULE_IMPORT_CSV_QUOTE : PAT_RULE_IMPORT_ROW_SIZE);
  } else if (!at_end) {
    *ret_record = (pat_csv_record){.size = 0};
  } else if (at == QUOTED) {
    *ret_record = refused(window, PAT_RULE_IMPORT_CSV_QUOTE);
  } else {
    *ret_record = whole(window, window.size);
  }
}

/* The fields' texts, written one behind the other. */
typedef struct {
  const pat_csv_format *format;
  char *text;
  size_t size;
  size_t field_start;
  pat_span *fields;
  size_t count;
} field_writer;

static pat_status put(field_writer *writer, uint8_t c) {
  PAT_REQUIRE(c != 0, IMPORT_TEXT);
  if (!writer->format->cp1252 || c < CP1252_FIRST) {
    writer->text[writer->size++] = (char)c;
    return PAT_OK;
  }
  uint32_t code = c < CP1252_FIRST + CP1252_COUNT ? cp1252[c - CP1252_FIRST] : c;
  PAT_REQUIRE(code != 0, IMPORT_TEXT);
  if (code >= 0x800) {
    writer->text[writer->size++] = (char)(0xe0 | code >> 12);
    writer->text[writer->size++] = (char)(0x80 | (code >> 6 & 0x3f));
  } else {
    writer->text[writer->size++] = (char)(0xc0 | code >> 6);
  }
  writer->text[writer->size++] = (char)(0x80 | (code & 0x3f));
  return PAT_OK;
}

static pat_status end_field(field_writer *writer) {
  PAT_REQUIRE(writer->count < PAT_IMPORT_FIELDS_MAX, IMPORT_CSV_FIELDS);
  pat_span field =
      pat_span_make(writer->text + writer->field_start, writer->size - writer->field_start);
  PAT_REQUIRE(pat_utf8_valid_no_nul(field), IMPORT_TEXT);
  writer->fields[writer->count++] = field;
  writer->text[writer->size++] = '\0';
  writer->field_start = writer->size;
  return PAT_OK;
}

static size_t count_delimiters(pat_span text, char delimiter) {
  size_t count = 1;
  for (size_t i = 0; i < text.size; i++)
    count += text.data[i] == (uint8_t)delimiter ? 1 : 0;
  return count;
}

static pat_status write_fields(field_writer *writer, pat_span text) {
  place at = FIELD_START;
  for (size_t i = 0; i < text.size; i++) {
    uint8_t c = text.data[i];
    place before = at;
    at = step(at, c, writer->format->delimiter);
    if (c == (uint8_t)writer->format->delimiter && before != QUOTED) {
      PAT_TRY(end_field(writer));
    } else if (at == PLAIN || (at == QUOTED && before != FIELD_START)) {
      PAT_TRY(put(writer, c));
    }
  }
  return end_field(writer);
}

pat_status pat_csv_fields(const pat_csv_format *format, pat_span text, pat_arena *arena,
                          pat_span **ret_fields, size_t *ret_count) {
  size_t borders = count_delimiters(text, format->delimiter);
  field_writer writer = {
      .format = format,
      .text = pat_arena_take(arena, text.size * UTF8_BYTES_MAX + borders + 1),
      .fields = pat_arena_take_array(arena, borders, sizeof *writer.fields),
  };
  PAT_REQUIRE(writer.text != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(writer.fields != NULL, LIMIT_MEMORY);
  PAT_TRY(write_fields(&writer, text));
  *ret_fields = writer.fields;
  *ret_count = writer.count;
  return PAT_OK;
}
