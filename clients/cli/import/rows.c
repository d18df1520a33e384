#include "clients/cli/import/rows.h"

#include <string.h>

#include "clients/cli/import/words.h"
#include "core/base/assert.h"

/* A row, and as much again to read at once. */
#define BUFFER_BYTES ((size_t)PAT_IMPORT_ROW_BYTES_MAX * 2)

static pat_span window_of(const pat_rows *rows) {
  return pat_span_make(rows->buffers[rows->current] + rows->from, rows->to - rows->from);
}

/* Moves the window to the other buffer's beginning and reads on behind it. */
static pat_status fill(pat_rows *rows) {
  pat_span rest = window_of(rows);
  PAT_ASSERT(rest.size < BUFFER_BYTES);
  uint8_t *other = rows->buffers[1 - rows->current];
  pat_span_copy(other, BUFFER_BYTES, rest);
  rows->current = 1 - rows->current;
  rows->from = 0;
  rows->to = rest.size;
  size_t read = 0;
  PAT_TRY(pat_source_read(&rows->source, other + rows->to, BUFFER_BYTES - rows->to, &read,
                          &rows->at_end));
  rows->to += read;
  return PAT_OK;
}

static void done(pat_rows *rows, size_t size) {
  PAT_ASSERT(size <= rows->to - rows->from);
  rows->from += size;
  rows->bytes += size;
}

static pat_status begin(pat_rows *rows) {
  static const uint8_t bom[] = {0xef, 0xbb, 0xbf};
  PAT_TRY(fill(rows));
  if (pat_span_starts_with(window_of(rows), PAT_SPAN_OF(bom))) done(rows, sizeof bom);
  rows->begun = true;
  return PAT_OK;
}

/* Passes over what is left of a refused line. */
static pat_status skip_line(pat_rows *rows) {
  while (rows->skipping) {
    pat_span window = window_of(rows);
    size_t size = 0;
    while (size < window.size && window.data[size] != '\n')
      size++;
    rows->skipping = size == window.size && !rows->at_end;
    done(rows, size < window.size ? size + 1 : size);
    if (rows->skipping) PAT_TRY(fill(rows));
  }
  return PAT_OK;
}

/* The next record of a table: its fields, or why it is refused. */
typedef struct {
  pat_status status;
  pat_span *fields;
  size_t count;
  pat_place place; /* but for its number */
  bool end;
} row_record;

static pat_place place_of(const pat_rows *rows, pat_span text) {
  pat_span window = window_of(rows);
  PAT_ASSERT(text.data >= window.data);
  PAT_ASSERT(text.size <= PAT_IMPORT_ROW_BYTES_MAX);
  return (pat_place){.offset = rows->bytes + (uint64_t)(text.data - window.data),
                     .size = (uint32_t)text.size};
}

static pat_status next_record(pat_rows *rows, row_record *ret_record) {
  pat_csv_record cut = {.size = 0};
  PAT_TRY(skip_line(rows));
  for (;;) {
    pat_span window = window_of(rows);
    *ret_record = (row_record){.end = window.size == 0 && rows->at_end};
    if (ret_record->end) return PAT_OK;
    pat_csv_cut(&rows->format.csv, window, rows->at_end, &cut);
    bool blank = cut.size > 0 && pat_is_ok(cut.status) && cut.text_size == 0;
    if (cut.size > 0 && !blank) break;
    if (blank) done(rows, cut.size);
    if (cut.size == 0) PAT_TRY(fill(rows));
  }
  pat_span text = pat_span_slice(window_of(rows), 0, cut.text_size);
  ret_record->status = cut.status;
  if (pat_is_ok(cut.status)) {
    ret_record->place = place_of(rows, text);
    ret_record->status = pat_csv_fields(&rows->format.csv, text, rows->arena, &ret_record->fields,
                                        &ret_record->count);
  }
  rows->skipping = cut.unended;
  done(rows, cut.size);
  return PAT_OK;
}

static bool is_repeated(const pat_rows *rows, size_t column) {
  for (size_t i = 0; i < column; i++) {
    if (strcmp(rows->columns[i], rows->columns[column]) == 0) return true;
  }
  return false;
}

static pat_status read_header(pat_rows *rows, pat_err *reterr) {
  row_record header;
  PAT_TRY(next_record(rows, &header));
  PAT_REQUIRE_AT(!header.end, IMPORT_CSV_FIELDS, reterr, 0, "header");
  if (!pat_is_ok(header.status)) {
    return pat_refuse_at((pat_rule)header.status.rule, reterr, 0, "header");
  }
  rows->columns = pat_arena_take_array(rows->arena, header.count, sizeof *rows->columns);
  PAT_REQUIRE(rows->columns != NULL, LIMIT_MEMORY);
  rows->column_count = header.count;
  for (size_t i = 0; i < header.count; i++) {
    PAT_TRY(pat_words_copy(rows->arena, pat_words_trim(header.fields[i]), &rows->columns[i]));
    PAT_REQUIRE_AT(!is_repeated(rows, i), IMPORT_CSV_FIELDS, reterr, i, rows->columns[i]);
  }
  return PAT_OK;
}

pat_status pat_rows_open(const char *path, const pat_rows_format *format, pat_arena *arena,
                         pat_rows *ret_rows, pat_err *reterr) {
  *ret_rows = (pat_rows){.format = *format, .arena = arena};
  for (size_t i = 0; i < 2; i++) {
    ret_rows->buffers[i] = pat_arena_take(arena, BUFFER_BYTES);
    PAT_REQUIRE(ret_rows->buffers[i] != NULL, LIMIT_MEMORY);
  }
  PAT_TRY(pat_source_open(path, &ret_rows->source, reterr));
  PAT_TRY(begin(ret_rows));
  return format->json ? PAT_OK : read_header(ret_rows, reterr);
}

void pat_rows_close(pat_rows *rows) { pat_source_close(&rows->source); }

/* --- rows ------------------------------------------------------------------------------------ */

/* A record's fields as an object, under the header's names. */
static void read_fields(const pat_rows *rows, const row_record *record, pat_row *ret_row) {
  ret_row->status = record->status;
  if (!pat_is_ok(record->status)) return;
  if (record->count != rows->column_count) {
    ret_row->status = pat_refuse(PAT_RULE_IMPORT_CSV_FIELDS);
    return;
  }
  ret_row->object = json_object();
  for (size_t i = 0; i < record->count; i++) {
    json_t *text = json_stringn((const char *)record->fields[i].data, record->fields[i].size);
    json_object_set_new(ret_row->object, rows->columns[i], text);
  }
}

static void read_object(pat_span text, pat_row *ret_row) {
  ret_row->object = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
  if (!json_is_object(ret_row->object)) ret_row->status = pat_refuse(PAT_RULE_IMPORT_JSON);
}

static pat_status next_table_row(pat_rows *rows, pat_row *ret_row) {
  size_t mark = pat_arena_mark(rows->arena);
  row_record record;
  PAT_TRY(next_record(rows, &record));
  ret_row->end = record.end;
  ret_row->place = record.place;
  if (!record.end) read_fields(rows, &record, ret_row);
  pat_arena_reset_to(rows->arena, mark);
  return PAT_OK;
}

static pat_status next_object(pat_rows *rows, pat_row *ret_row) {
  pat_json_piece piece = {.size = 0};
  while (piece.object.size == 0) {
    pat_span window = window_of(rows);
    if (rows->cutter.ended && window.size == 0 && rows->at_end) {
      ret_row->end = true;
      return PAT_OK;
    }
    PAT_TRY(pat_json_cut(&rows->cutter, window, rows->at_end, &piece));
    if (piece.object.size > 0) ret_row->place = place_of(rows, piece.object);
    if (piece.size == 0) PAT_TRY(fill(rows));
    done(rows, piece.size);
  }
  ret_row->status = piece.status;
  if (pat_is_ok(piece.status)) read_object(piece.object, ret_row);
  return PAT_OK;
}

pat_status pat_rows_next(pat_rows *rows, pat_row *ret_row, pat_err *reterr) {
  *ret_row = (pat_row){.number = rows->rows + 1};
  if (rows->format.json) {
    pat_status status = next_object(rows, ret_row);
    if (!pat_is_ok(status)) pat_err_set(reterr, (pat_rule)status.rule, rows->bytes, NULL);
    PAT_TRY(status);
  } else {
    PAT_TRY(next_table_row(rows, ret_row));
  }
  if (ret_row->end) return PAT_OK;
  rows->rows++;
  ret_row->place.number = (uint32_t)ret_row->number;
  if (rows->rows <= PAT_IMPORT_ROWS_MAX) return PAT_OK;
  json_decref(ret_row->object);
  ret_row->object = NULL;
  return pat_refuse(PAT_RULE_IMPORT_ROWS);
}

static void read_again(pat_rows *rows, pat_span text, pat_row *ret_row) {
  size_t mark = pat_arena_mark(rows->arena);
  row_record record = {.status = PAT_OK};
  if (rows->format.json) {
    read_object(text, ret_row);
  } else {
    record.status =
        pat_csv_fields(&rows->format.csv, text, rows->arena, &record.fields, &record.count);
    read_fields(rows, &record, ret_row);
  }
  pat_arena_reset_to(rows->arena, mark);
}

pat_status pat_rows_again(pat_rows *rows, const pat_place *place, pat_row *ret_row) {
  PAT_ASSERT(place->size <= BUFFER_BYTES);
  uint8_t *text = rows->buffers[0];
  PAT_TRY(pat_source_read_at(&rows->source, place->offset, text, place->size));
  *ret_row = (pat_row){.number = place->number, .place = *place};
  read_again(rows, pat_span_make(text, place->size), ret_row);
  if (pat_is_ok(ret_row->status)) return PAT_OK;
  bool memory = pat_is_rule(ret_row->status, PAT_RULE_LIMIT_MEMORY);
  json_decref(ret_row->object);
  ret_row->object = NULL;
  return memory ? ret_row->status : pat_refuse(PAT_RULE_IMPORT_SOURCE);
}
