/* A provenance text cut into its steps, in the grammar that museums use: a semicolon where the
 * thing passed directly to the next holder, a full stop where it did not or where that is not
 * known; a line break says neither. Behind a blank line, or behind "Notes:", stand remarks.
 *
 * Pure. Nothing is lost: the texts of the steps with their separators, and the tail, are the whole
 * source but for spaces. The texts are the source's own words; everything else here is a reading of
 * them, and may be absent. */
#ifndef PAT_CLIENTS_CLI_IMPORT_PROVENANCE_H
#define PAT_CLIENTS_CLI_IMPORT_PROVENANCE_H

#include <stdbool.h>

#include "clients/cli/import/date.h"
#include "core/base/limits.h"

enum { PAT_IMPORT_STEP_NOTES_MAX = 16, PAT_IMPORT_HOLDER_BYTES_MAX = 512 };

/* How the thing came to this step from the one before it in time. */
typedef enum {
  PAT_DIRECTNESS_UNKNOWN = 0, /* the first step, and behind a line break */
  PAT_DIRECTNESS_DIRECT,
  PAT_DIRECTNESS_NOT_DIRECT
} pat_directness;

/* One step. Spans are borrowed from the source, or empty. */
typedef struct {
  pat_span text;
  char separator; /* behind it in the source: ';' '.' '\n', or 0 at the end */
  bool ends_line;
  pat_directness directness;
  const char *certainty; /* "certain", "probable", "possible" */
  const char *transfer;  /* a code of patina-transfer, or NULL */
  bool dealer;           /* stands in round brackets */
  pat_span holder;
  pat_span place;
  bool has_date;
  pat_import_date date;
  int notes[PAT_IMPORT_STEP_NOTES_MAX]; /* footnotes named in it */
  size_t note_count;
} pat_import_step;

/* A provenance, its steps from the earliest to the latest. */
typedef struct {
  pat_import_step steps[PAT_IMPORT_STEPS_MAX];
  size_t count;
  pat_span tail; /* remarks behind the chain */
} pat_import_provenance;

/* Cuts and reads a provenance.
 * in    text          UTF-8, borrowed for the life of the result
 *       newest_first  the first line tells the latest steps (within a line they run forward)
 *       arena         for the call; given back
 * fails import.steps  more than PAT_IMPORT_STEPS_MAX, or a step of more than PAT_TEXT_BYTES_MAX
 *                     bytes
 *       limit.memory
 * time  O(text.size) for each step at the most */
pat_status pat_import_provenance_read(pat_arena *arena, pat_span text, bool newest_first,
                                      pat_import_provenance *ret_provenance)
    PAT_NONNULL_ALL PAT_MUST_USE;

/* What the source remarks on a step: the footnotes that it names, and with the latest step all
 * remarks that no step names. Each line of the tail is said at least once.
 * out   ret_note  in the arena; empty where there is none
 * fails limit.memory */
pat_status pat_import_provenance_note(pat_arena *arena, const pat_import_provenance *provenance,
                                      size_t step, pat_span *ret_note) PAT_NONNULL_ALL PAT_MUST_USE;

/* --- for provenance.c and provenance_step.c --------------------------------------------------- */

/* Reads one step's words into everything but text, separator and directness. fails limit.memory */
pat_status pat_import__step_read(pat_arena *arena,
                                 pat_import_step *step) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
