#include "clients/cli/import/provenance.h"

#include "clients/cli/import/words.h"
#include "core/base/assert.h"
#include "core/bytes/builder.h"

/* Words whose full stop is an abbreviation's. Those that may end a sentence too (a company's
 * "Inc.") count as abbreviations: a gap that is not drawn is told by the source's words, one that
 * is drawn wrongly is a claim. */
static const char *const abbreviations[] = {
    "mr",   "mrs",   "ms",    "messrs", "mme",  "mlle",  "dr",   "st",     "ste",  "jr",  "sr",
    "co",   "inc",   "ltd",   "corp",   "bros", "no",    "nos",  "vol",    "vols", "pp",  "fig",
    "figs", "pl",    "cat",   "inv",    "ca",   "circa", "cf",   "ed",     "eds",  "al",  "etc",
    "hon",  "col",   "gen",   "capt",   "maj",  "lt",    "sgt",  "rev",    "prof", "esq", "gns",
    "gal",  "galls", "conn",  "ill",    "wm",   "chas",  "geo",  "thos",   "jas",  "jos", "robt",
    "jan",  "feb",   "mar",   "apr",    "jun",  "jul",   "aug",  "sep",    "sept", "oct", "nov",
    "dec",  "vs",    "fr",    "approx", "acc",  "dept",  "ave",  "blvd",   "mt",   "ft",  "nr",
    "bt",   "bart",  "suppl", "ms",     "repr", "exh",   "coll", "attrib", "lit",  "von", "d",
};

static bool is_listed(pat_span word) {
  for (size_t i = 0; i < sizeof abbreviations / sizeof *abbreviations; i++) {
    if (pat_words_equal(word, abbreviations[i])) return true;
  }
  return false;
}

/* The word that ends before an offset: letters, and full stops inside it. */
static pat_span word_before(pat_span text, size_t end) {
  size_t from = end;
  while (from > 0 && (pat_words_is_alnum(text.data[from - 1]) || text.data[from - 1] == '.' ||
                      text.data[from - 1] == '\'')) {
    from--;
  }
  return pat_span_slice(text, from, end - from);
}

static bool has_inner_stop(pat_span word) {
  for (size_t i = 0; i < word.size; i++) {
    if (word.data[i] == '.') return true;
  }
  return false;
}

/* Initials ("J. P."), "N.Y.", "Mrs.": their full stops end nothing. */
static bool is_abbreviated(pat_span text, size_t stop) {
  pat_span word = word_before(text, stop);
  if (word.size == 0) return false;
  bool initial = word.size == 1 && !pat_words_is_digit(word.data[0]);
  return initial || has_inner_stop(word) || is_listed(word);
}

/* The first character behind an offset that is no space; 0 at the end. */
static uint8_t next_letter(pat_span text, size_t from) {
  while (from < text.size && pat_words_is_space(text.data[from]))
    from++;
  return from < text.size ? text.data[from] : 0;
}

static bool ends_sentence(pat_span text, size_t stop) {
  if (stop + 1 < text.size && !pat_words_is_space(text.data[stop + 1])) return false;
  uint8_t next = next_letter(text, stop + 1);
  if (next == 0) return true; /* the last full stop is no abbreviation's business */
  bool begins =
      pat_words_is_upper(next) || next == '(' || next == '[' || next == '"' || next >= 0x80;
  return begins && !is_abbreviated(text, stop);
}

static uint8_t closing(uint8_t open) {
  switch (open) {
    case '(':
      return ')';
    case '[':
      return ']';
    case '"':
      return '"';
    default:
      return 0;
  }
}

/* The offset behind the partner of the bracket at `at`, or at + 1 where it has none before a line
 * break. */
static size_t skip_bracket(pat_span text, size_t at) {
  uint8_t open = text.data[at];
  uint8_t close = closing(open);
  size_t depth = 0;
  for (size_t i = at; close != 0 && i < text.size && text.data[i] != '\n'; i++) {
    if (text.data[i] == close && (open != close || i > at)) {
      if (open == close || --depth == 0) return i + 1;
    } else if (text.data[i] == open) {
      depth++;
    }
  }
  return at + 1;
}

/* The separator at an offset, or 0. */
static char separator_at(pat_span chain, size_t at) {
  switch (chain.data[at]) {
    case '\n':
      return '\n';
    case ';':
      return at + 1 == chain.size || pat_words_is_space(chain.data[at + 1]) ? ';' : 0;
    case '.':
      return ends_sentence(chain, at) ? '.' : 0;
    default:
      return 0;
  }
}

/* The length of a heading of remarks ("NOTES:", "Note:") that begins here, or 0. */
static size_t heading_size(pat_span text, size_t at) {
  static const char *const headings[] = {"notes", "note"};
  bool starts = at == 0 || pat_words_is_space(text.data[at - 1]);
  for (size_t i = 0; starts && i < sizeof headings / sizeof *headings; i++) {
    pat_span rest = pat_words_from(text, at);
    if (!pat_words_starts(rest, headings[i])) continue;
    size_t size = i == 0 ? 5 : 4;
    while (size < rest.size && (rest.data[size] == ' ' || rest.data[size] == '\t'))
      size++;
    if (size < rest.size && rest.data[size] == ':') return size + 1;
  }
  return 0;
}

/* True where the line break at `at` is followed by a blank line. */
static bool is_blank_line(pat_span text, size_t at) {
  if (text.data[at] != '\n') return false;
  for (size_t i = at + 1; i < text.size && pat_words_is_space(text.data[i]); i++) {
    if (text.data[i] == '\n') return true;
  }
  return false;
}

static size_t chain_size(pat_span text) {
  for (size_t at = 0; at < text.size; at++) {
    if (heading_size(text, at) > 0 || is_blank_line(text, at)) return at;
  }
  return text.size;
}

/* Closes the step that runs from *from to the separator at `at`. Separators with nothing between
 * them stay with the text, so that nothing of it is lost; a line break is a space. */
static pat_status close_step(pat_import_provenance *provenance, pat_span chain, size_t at,
                             char separator, size_t *from) {
  pat_span text = pat_words_trim(pat_span_slice(chain, *from, at - *from));
  bool mark = separator == ';' || separator == '.';
  if (text.size == 0 && mark && provenance->count > 0) {
    pat_import_step *before = &provenance->steps[provenance->count - 1];
    size_t start = (size_t)(before->text.data - chain.data);
    before->text = pat_words_trim(pat_span_slice(chain, start, at - start));
    before->separator = separator;
    text = before->text;
  } else if (text.size > 0) {
    PAT_REQUIRE(provenance->count < PAT_IMPORT_STEPS_MAX, IMPORT_STEPS);
    provenance->steps[provenance->count++] =
        (pat_import_step){.text = text, .separator = separator};
  }
  PAT_REQUIRE(text.size <= PAT_TEXT_BYTES_MAX, IMPORT_STEPS);
  if (separator == '\n' && provenance->count > 0) {
    provenance->steps[provenance->count - 1].ends_line = true;
  }
  if (text.size > 0 || !mark) *from = at + (separator != 0 ? 1 : 0);
  return PAT_OK;
}

static pat_status cut(pat_import_provenance *provenance, pat_span chain) {
  size_t from = 0;
  for (size_t at = 0; at < chain.size;) {
    char separator = separator_at(chain, at);
    if (separator != 0) PAT_TRY(close_step(provenance, chain, at, separator, &from));
    at = separator != 0 ? at + 1 : skip_bracket(chain, at);
  }
  PAT_TRY(close_step(provenance, chain, chain.size, 0, &from));
  if (provenance->count > 0) provenance->steps[provenance->count - 1].ends_line = true;
  return PAT_OK;
}

static pat_directness directness_of(char separator) {
  if (separator == ';') return PAT_DIRECTNESS_DIRECT;
  return separator == '.' ? PAT_DIRECTNESS_NOT_DIRECT : PAT_DIRECTNESS_UNKNOWN;
}

static void reverse(pat_import_step *steps, size_t count) {
  for (size_t i = 0; i < count / 2; i++) {
    pat_import_step step = steps[i];
    steps[i] = steps[count - 1 - i];
    steps[count - 1 - i] = step;
  }
}

/* The last line first; the steps within a line stay as they are. */
static void reverse_lines(pat_import_provenance *provenance) {
  reverse(provenance->steps, provenance->count);
  size_t from = 0;
  for (size_t i = 1; i <= provenance->count; i++) {
    if (i < provenance->count && !provenance->steps[i].ends_line) continue;
    reverse(&provenance->steps[from], i - from);
    from = i;
  }
}

/* A list of lines says nothing by the full stops at their ends. */
static void say_directness(pat_import_provenance *provenance, bool newest_first) {
  for (size_t i = 1; i < provenance->count; i++) {
    const pat_import_step *before = &provenance->steps[i - 1];
    bool listed = newest_first && before->ends_line;
    provenance->steps[i].directness =
        listed ? PAT_DIRECTNESS_UNKNOWN : directness_of(before->separator);
  }
}

pat_status pat_import_provenance_read(pat_arena *arena, pat_span text, bool newest_first,
                                      pat_import_provenance *ret_provenance) {
  *ret_provenance = (pat_import_provenance){.count = 0};
  size_t size = chain_size(text);
  ret_provenance->tail = pat_words_trim(pat_words_from(text, size));
  PAT_TRY(cut(ret_provenance, pat_span_slice(text, 0, size)));
  if (newest_first) reverse_lines(ret_provenance);
  say_directness(ret_provenance, newest_first);
  for (size_t i = 0; i < ret_provenance->count; i++) {
    PAT_TRY(pat_import__step_read(arena, &ret_provenance->steps[i]));
  }
  return PAT_OK;
}
