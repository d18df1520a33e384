/* Hits: pat_csv_cut, pat_csv_fields, pat_json_cut.
 *
 * Input: one byte that chooses a format, then a whole source. It is cut in one piece, and again
 * through a window that grows byte by byte. Properties: every byte is done with once, the windows
 * cut at the same places, fields are texts within the record, and the end is reached. */
#include <string.h>

#include "clients/cli/import/csv.h"
#include "clients/cli/import/json_cut.h"
#include "core/base/assert.h"
#include "core/bytes/text.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/fuzz_target.h"

enum { INPUT_BYTES_MAX = 4096, FORMATS = 8, JSON_BIT = 0x80 };

static pat_span rest_of(pat_span source, size_t done) {
  return pat_span_slice(source, done, source.size - done);
}

/* --- tables ---------------------------------------------------------------------------------- */

static void check_fields(const pat_csv_format *format, pat_span text) {
  pat_arena *arena = fuzz_arena();
  pat_span *fields = NULL;
  size_t count = 0;
  if (!pat_is_ok(pat_csv_fields(format, text, arena, &fields, &count))) return;
  PAT_ASSERT(count >= 1);
  PAT_ASSERT(count <= PAT_IMPORT_FIELDS_MAX);
  for (size_t i = 0; i < count; i++) {
    PAT_ASSERT(pat_utf8_valid_no_nul(fields[i]));
    PAT_ASSERT(fields[i].data[fields[i].size] == '\0');
  }
}

/* The least window that cuts a record gives the record that the whole source gives. */
static void check_window(const pat_csv_format *format, pat_span rest, const pat_csv_record *whole) {
  pat_csv_record record = {.size = 0};
  for (size_t size = 0; size < rest.size && record.size == 0; size++)
    pat_csv_cut(format, pat_span_slice(rest, 0, size), false, &record);
  if (record.size == 0) return;
  PAT_ASSERT(pat_is_ok(record.status) == pat_is_ok(whole->status));
  if (!pat_is_ok(record.status)) return;
  PAT_ASSERT(record.size == whole->size);
  PAT_ASSERT(record.text_size == whole->text_size);
}

static void check_table(const pat_csv_format *format, pat_span source) {
  for (size_t done = 0; done < source.size;) {
    pat_csv_record record = {.size = 0};
    pat_span rest = rest_of(source, done);
    pat_csv_cut(format, rest, true, &record);
    PAT_ASSERT(record.size >= 1);
    PAT_ASSERT(record.size <= rest.size);
    if (rest.size <= 256) check_window(format, rest, &record);
    if (pat_is_ok(record.status)) {
      PAT_ASSERT(record.text_size <= record.size);
      check_fields(format, pat_span_slice(rest, 0, record.text_size));
    }
    done += record.size;
  }
}

/* --- arrays of objects ----------------------------------------------------------------------- */

static void check_array(pat_span source) {
  pat_json_cutter cutter = {.begun = false};
  size_t done = 0;
  while (!cutter.ended) {
    pat_json_piece piece = {.size = 0};
    pat_span rest = rest_of(source, done);
    if (!pat_is_ok(pat_json_cut(&cutter, rest, true, &piece))) return;
    PAT_ASSERT(piece.size <= rest.size);
    PAT_ASSERT(piece.size >= 1 || cutter.ended);
    if (piece.object.size > 0) {
      PAT_ASSERT(piece.object.data >= rest.data);
      PAT_ASSERT(piece.object.data + piece.object.size <= rest.data + piece.size);
      PAT_ASSERT(piece.object.data[0] == '{');
    }
    done += piece.size;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char delimiters[] = {',', ';', '\t', '|'};
  if (size < 1 || size > INPUT_BYTES_MAX) return 0;
  pat_span source = pat_span_slice(pat_span_make(data, size), 1, size - 1);
  pat_csv_format format = {.delimiter = delimiters[data[0] % sizeof delimiters],
                           .cp1252 = data[0] % FORMATS >= sizeof delimiters};
  if ((data[0] & JSON_BIT) == 0) check_table(&format, source);
  if ((data[0] & JSON_BIT) != 0) check_array(source);
  return 0;
}
