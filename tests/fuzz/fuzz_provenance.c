/* Hits: pat_import_provenance_read, pat_import_provenance_note, pat_import_date_read,
 * pat_import_date_find, pat_import_date_parts.
 *
 * Input: one byte of options, then a provenance; read as a date, too. Properties: every step is
 * words of the source, every date that was read is EDTF, and notes are told within the arena. */
#include "clients/cli/import/provenance.h"
#include "core/base/assert.h"
#include "core/bytes/text.h"
#include "core/model/edtf.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/fuzz_target.h"

enum { INPUT_BYTES_MAX = 4096 };

static void check_date(const pat_import_date *date) {
  pat_edtf edtf;
  PAT_ASSERT(pat_is_ok(pat_edtf_parse(pat_span_text(date->edtf), &edtf, NULL)));
}

static void check_within(pat_span part, pat_span text) {
  if (part.size == 0) return;
  PAT_ASSERT(part.data >= text.data);
  PAT_ASSERT(part.data + part.size <= text.data + text.size);
}

static void check_provenance(pat_span text, bool newest_first) {
  static pat_import_provenance provenance;
  pat_arena *arena = fuzz_arena();
  if (!pat_is_ok(pat_import_provenance_read(arena, text, newest_first, &provenance))) return;
  PAT_ASSERT(pat_arena_mark(arena) == 0);
  PAT_ASSERT(provenance.count <= PAT_IMPORT_STEPS_MAX);
  check_within(provenance.tail, text);
  for (size_t i = 0; i < provenance.count; i++) {
    const pat_import_step *step = &provenance.steps[i];
    pat_span note = PAT_SPAN_EMPTY;
    check_within(step->text, text);
    check_within(step->holder, text);
    check_within(step->place, text);
    PAT_ASSERT(step->note_count <= PAT_IMPORT_STEP_NOTES_MAX);
    if (step->has_date) check_date(&step->date);
    PAT_ASSERT(pat_is_ok(pat_import_provenance_note(arena, &provenance, i, &note)));
    PAT_ASSERT(pat_span_valid(note));
  }
}

static void check_dates(pat_span text) {
  pat_arena *arena = fuzz_arena();
  pat_import_date date;
  if (pat_is_ok(pat_import_date_read(arena, text, &date))) check_date(&date);
  if (pat_is_ok(pat_import_date_find(arena, text, &date))) check_date(&date);
  PAT_ASSERT(pat_arena_mark(arena) == 0);
  if (text.size < 8) return;
  pat_span month = pat_span_slice(text, 4, 2);
  pat_span day = pat_span_slice(text, 6, 2);
  if (pat_is_ok(pat_import_date_parts(pat_span_slice(text, 0, 4), month, day, &date)))
    check_date(&date);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > INPUT_BYTES_MAX) return 0;
  pat_span text = pat_span_slice(pat_span_make(data, size), 1, size - 1);
  if (!pat_utf8_valid_no_nul(text)) return 0; /* the readers of rows have refused it */
  check_provenance(text, data[0] % 2 == 1);
  check_dates(text);
  return 0;
}
