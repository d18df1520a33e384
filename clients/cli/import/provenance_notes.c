/* The remarks behind a provenance: which of them belong to which step. */
#include "clients/cli/import/provenance.h"
#include "clients/cli/import/words.h"
#include "core/bytes/builder.h"

enum { NOTE_NUMBER_MAX = 999 };

/* The number of a footnote that begins here ("[1].", "2. See ..."), or 0. */
static int note_at(pat_span text, size_t at) {
  bool bracket = at < text.size && text.data[at] == '[';
  size_t digit = bracket ? at + 1 : at;
  int number = 0;
  while (digit < text.size && pat_words_is_digit(text.data[digit]) && number <= NOTE_NUMBER_MAX) {
    number = number * 10 + (text.data[digit] - '0');
    digit++;
  }
  if (number == 0 || number > NOTE_NUMBER_MAX || digit >= text.size) return 0;
  return text.data[digit] == (bracket ? ']' : '.') ? number : 0;
}

/* The next piece of the tail: a footnote up to the next one, or a line. */
typedef struct {
  int number; /* 0: no footnote */
  pat_span text;
} tail_piece;

static bool begins_piece(pat_span tail, size_t at, bool in_note) {
  bool starts = at == 0 || tail.data[at - 1] == '\n';
  if (!starts) return false;
  if (!in_note || note_at(tail, at) > 0) return true;
  return at >= 2 && tail.data[at - 2] == '\n'; /* a blank line ends a footnote */
}

static size_t skip_heading(pat_span tail, size_t at) {
  pat_span rest = pat_words_from(tail, at);
  size_t size = pat_words_starts(rest, "notes") ? 5 : pat_words_starts(rest, "note") ? 4 : 0;
  while (size > 0 && size < rest.size && rest.data[size] == ' ')
    size++;
  return size > 0 && size < rest.size && rest.data[size] == ':' ? at + size + 1 : at;
}

static bool next_piece(pat_span tail, size_t *at, tail_piece *ret_piece) {
  *at = skip_heading(tail, *at);
  while (*at < tail.size && pat_words_is_space(tail.data[*at]))
    (*at)++;
  if (*at >= tail.size) return false;
  size_t from = *at;
  int number = note_at(tail, from);
  for (*at = from + 1; *at < tail.size && !begins_piece(tail, *at, number > 0); (*at)++) {
  }
  *ret_piece = (tail_piece){.number = number,
                            .text = pat_words_trim(pat_span_slice(tail, from, *at - from))};
  return true;
}

static bool names(const pat_import_step *step, int number) {
  for (size_t i = 0; i < step->note_count; i++) {
    if (step->notes[i] == number) return true;
  }
  return false;
}

static bool is_named(const pat_import_provenance *provenance, int number) {
  for (size_t i = 0; i < provenance->count; i++) {
    if (names(&provenance->steps[i], number)) return true;
  }
  return false;
}

/* What no step names goes with the latest step. */
static bool belongs(const pat_import_provenance *provenance, size_t step, const tail_piece *piece) {
  if (piece->number > 0 && is_named(provenance, piece->number)) {
    return names(&provenance->steps[step], piece->number);
  }
  return step + 1 == provenance->count;
}

pat_status pat_import_provenance_note(pat_arena *arena, const pat_import_provenance *provenance,
                                      size_t step, pat_span *ret_note) {
  size_t capacity = provenance->tail.size * 2 + 1;
  char *text = pat_arena_take(arena, capacity);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, text, capacity);
  size_t at = 0;
  tail_piece piece;
  while (next_piece(provenance->tail, &at, &piece)) {
    if (!belongs(provenance, step, &piece)) continue;
    if (pat_builder_size(&builder) > 0) pat_builder_char(&builder, '\n');
    pat_builder_span(&builder, piece.text);
  }
  return pat_builder_finish(&builder, ret_note);
}
