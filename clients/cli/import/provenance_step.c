/* What the words of one step say: who, where, how sure, how it came there, and when. Each reading
 * may be absent. */
#include <string.h>

#include "clients/cli/import/provenance.h"
#include "clients/cli/import/words.h"

/* Words before a name that tell how the thing came to its bearer. */
static const char *const leads[] = {
    "possibly",
    "probably",
    "perhaps",
    "presumably",
    "by descent to",
    "by descent through",
    "by descent in",
    "by inheritance to",
    "by bequest to",
    "by exchange to",
    "by gift to",
    "his gift to",
    "her gift to",
    "their gift to",
    "his bequest to",
    "her bequest to",
    "their bequest to",
    "partial gift to",
    "partial gifts to",
    "gift to",
    "given to",
    "bequest to",
    "bequeathed to",
    "purchased by",
    "purchase by",
    "bought by",
    "acquired by",
    "sold to",
    "consigned to",
    "on loan to",
    "on deposit at",
    "transferred to",
    "transfer to",
    "commissioned by",
    "made for",
    "collection of",
    "estate of",
    "restituted to",
    "recovered by",
    "returned to",
    "with",
    "to",
};

/* Words before the name of somebody else: who gave, sold or showed it. */
static const char *const other_leads[] = {
    "gift of",      "gift from",     "given by",  "bequest of",   "purchased from",
    "bought from",  "acquired from", "sold by",   "sold through", "sold at",
    "consigned by", "transfer from", "exhibited", "purchased",    "found in",
};

/* Words that tell a transfer; the first row that is found names it. */
static const struct {
  const char *words;
  const char *code;
} transfers[] = {
    {"restituted", "restituted"},
    {"recovered", "restituted"},
    {"spoliated", "looted"},
    {"looted", "looted"},
    {"confiscated", "confiscation"},
    {"seized", "confiscation"},
    {"stolen", "stolen"},
    {"destroyed", "destroyed"},
    {"bequest", "bequest"},
    {"bequeathed", "bequest"},
    {"by descent", "inheritance"},
    {"by inheritance", "inheritance"},
    {"inherited", "inheritance"},
    {"descended", "inheritance"},
    {"exchange", "exchange"},
    {"exchanged", "exchange"},
    {"consigned", "consignment"},
    {"commissioned", "commission"},
    {"made for", "commission"},
    {"gift", "gift"},
    {"given", "gift"},
    {"donated", "gift"},
    {"exhibited", "exhibition"},
    {"on loan", "loan"},
    {"long term loan", "loan"},
    {"loan", "loan"},
    {"purchased", "purchase"},
    {"purchase", "purchase"},
    {"bought", "purchase"},
    {"returned", "returned"},
    {"sold", "sale"},
    {"sale", "sale"},
    {"sales", "sale"},
};

static bool has(pat_span text, const char *words) {
  return pat_words_find(text, words) < text.size;
}

static bool is_auction(pat_span text) {
  static const char *const signs[] = {"lot",          "sotheby's",    "christie's",
                                      "christie",     "auction",      "sotheby",
                                      "parke-bernet", "hotel drouot", "h\xc3\xb4tel drouot"};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    if (has(text, signs[i])) return true;
  }
  return false;
}

static const char *transfer_of(pat_span text) {
  for (size_t i = 0; i < sizeof transfers / sizeof *transfers; i++) {
    if (!has(text, transfers[i].words)) continue;
    bool sale = transfers[i].code[0] == 's' && transfers[i].code[1] == 'a';
    return sale && is_auction(text) ? "auction" : transfers[i].code;
  }
  return NULL;
}

static const char *certainty_of(pat_span text) {
  if (has(text, "possibly") || has(text, "possible") || has(text, "perhaps")) return "possible";
  bool likely = has(text, "probably") || has(text, "presumably") || has(text, "likely");
  return likely ? "probable" : "certain";
}

static size_t matching(pat_span text, size_t open, uint8_t close) {
  for (size_t i = open + 1; i < text.size; i++) {
    if (text.data[i] == close) return i;
  }
  return text.size;
}

static void read_notes(pat_import_step *step) {
  for (size_t at = 0; at < step->text.size; at++) {
    if (step->text.data[at] != '[') continue;
    size_t end = matching(step->text, at, ']');
    int number = 0;
    bool digits = end > at + 1 && end - at <= 4 && end < step->text.size;
    for (size_t i = at + 1; digits && i < end; i++) {
      digits = pat_words_is_digit(step->text.data[i]);
      number = number * 10 + (step->text.data[i] - '0');
    }
    if (!digits || step->note_count == PAT_IMPORT_STEP_NOTES_MAX) continue;
    step->notes[step->note_count++] = number;
  }
}

static pat_span strip_lead(pat_span text) {
  for (bool again = true; again;) {
    again = false;
    for (size_t i = 0; i < sizeof leads / sizeof *leads && !again; i++) {
      if (pat_words_find(text, leads[i]) != 0 || text.size == 0) continue;
      text = pat_words_trim(pat_words_from(text, strlen(leads[i])));
      again = true;
    }
  }
  return text;
}

/* The end of the part that begins at `from`: a comma or a line break, or a closing bracket, outside
 * of brackets. */
static size_t part_end(pat_span text, size_t from) {
  for (size_t at = from; at < text.size; at++) {
    uint8_t c = text.data[at];
    if (c == ',' || c == ')' || c == '\n') return at;
    if (c != '[' && c != '(') continue;
    size_t close = matching(text, at, c == '[' ? ']' : ')');
    if (close < text.size) at = close;
  }
  return text.size;
}

/* Without the brackets at its end: years of life, footnotes. */
static pat_span strip_brackets(pat_span part) {
  while (part.size > 0) {
    uint8_t last = part.data[part.size - 1];
    if (last != ']' && last != ')') return part;
    size_t open = part.size;
    while (open > 0 && part.data[open - 1] != (last == ']' ? '[' : '('))
      open--;
    if (open <= 1) return part;
    part = pat_words_trim(pat_span_slice(part, 0, open - 1));
  }
  return part;
}

/* "Inc.", "Jr.", "Ltd": belongs to the name before its comma. */
static bool is_suffix(pat_span part) {
  static const char *const suffixes[] = {"inc", "inc.", "jr", "jr.", "sr",   "sr.",  "ltd",  "ltd.",
                                         "esq", "esq.", "ii", "iii", "m.d.", "m.p.", "r.a.", "co."};
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    if (pat_words_equal(part, suffixes[i])) return true;
  }
  return false;
}

/* Digits outside of brackets: dates, numbers of lots. */
static bool has_digit(pat_span text) {
  for (size_t i = 0; i < text.size; i++) {
    if (pat_words_is_digit(text.data[i])) return true;
    if (text.data[i] == '[') i = matching(text, i, ']');
  }
  return false;
}

static pat_span next_part(pat_span text, size_t *at) {
  while (*at < text.size &&
         (text.data[*at] == ',' || text.data[*at] == ')' || pat_words_is_space(text.data[*at]))) {
    (*at)++;
  }
  size_t from = *at;
  *at = part_end(text, from);
  return strip_brackets(pat_words_trim(pat_span_slice(text, from, *at - from)));
}

static bool is_relation(pat_span part) {
  return pat_words_starts(part, "his ") || pat_words_starts(part, "her ") ||
         pat_words_starts(part, "their ");
}

/* "his daughter Mrs. Byram": the name behind the relation; empty where it stands alone. */
static pat_span strip_relation(pat_span part) {
  size_t words = 0;
  for (size_t i = 0; i < part.size; i++) {
    bool space = pat_words_is_space(part.data[i]);
    if (space && ++words == 2) return pat_words_trim(pat_words_from(part, i));
  }
  return pat_words_from(part, part.size);
}

static bool is_place(pat_span part) {
  static const char *const words[] = {"until", "by", "from", "before",  "after", "sale", "lot",
                                      "as",    "of", "to",   "through", "with",  "no."};
  if (part.size == 0 || part.size > PAT_NAME_BYTES_MAX || has_digit(part)) return false;
  if (!pat_words_is_upper(part.data[0]) && part.data[0] < 0x80) return false;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (has(part, words[i])) return false;
  }
  return true;
}

/* The parts behind the holder that look like names of places; they stand together in the source. */
static pat_span place_behind(pat_span text, size_t at) {
  pat_span place = {NULL, 0};
  while (at < text.size) {
    pat_span part = next_part(text, &at);
    if (is_suffix(part) || (place.size == 0 && is_relation(part))) continue;
    if (!is_place(part)) break;
    size_t from =
        place.size > 0 ? (size_t)(place.data - text.data) : (size_t)(part.data - text.data);
    place = pat_span_slice(text, from, (size_t)(part.data - text.data) + part.size - from);
  }
  return place;
}

/* The size of such a lead; 0 where none begins the text. */
static size_t other_lead_size(pat_span text) {
  for (size_t i = 0; i < sizeof other_leads / sizeof *other_leads; i++) {
    if (text.size > 0 && pat_words_find(text, other_leads[i]) == 0) return strlen(other_leads[i]);
  }
  return 0;
}

/* Where the name of the holder begins; the end of the text where another's name stands in its
 * place, as in "purchased from the artist": but "... by the museum" names him again. */
static pat_span holder_text(pat_span text) {
  text = strip_lead(text);
  size_t at = other_lead_size(text);
  if (at == 0) return text;
  pat_span part = next_part(text, &at);
  size_t by = pat_words_find(part, "by");
  if (by >= part.size) return pat_words_from(text, text.size);
  return strip_lead(pat_words_trim(pat_words_from(text, (size_t)(part.data - text.data) + by + 2)));
}

static bool is_no_name(pat_span part) {
  return part.size == 0 || pat_words_equal(part, "sale") || pat_words_equal(part, "sold") ||
         pat_words_equal(part, "by descent") || pat_words_equal(part, "anonymous sale");
}

static void read_holder(pat_import_step *step) {
  pat_span text = step->text;
  step->dealer = text.size > 0 && text.data[0] == '(';
  text = holder_text(step->dealer ? pat_words_from(text, 1) : text);
  size_t at = 0;
  pat_span name = next_part(text, &at);
  if (is_relation(name)) name = strip_relation(name);
  if (is_no_name(name)) name = next_part(text, &at);
  size_t behind = at;
  pat_span suffix = next_part(text, &at);
  if (is_suffix(suffix) && name.size > 0) {
    size_t from = (size_t)(name.data - text.data);
    name = pat_span_slice(text, from, (size_t)(suffix.data - text.data) + suffix.size - from);
    behind = at;
  }
  bool said = name.size > 0 && name.size <= PAT_IMPORT_HOLDER_BYTES_MAX && !has_digit(name);
  if (!said) return;
  step->holder = name;
  step->place = place_behind(text, behind);
}

pat_status pat_import__step_read(pat_arena *arena, pat_import_step *step) {
  step->certainty = certainty_of(step->text);
  step->transfer = transfer_of(step->text);
  read_notes(step);
  read_holder(step);
  pat_status found = pat_import_date_find(arena, step->text, &step->date);
  if (pat_is_rule(found, PAT_RULE_IMPORT_DATE)) return PAT_OK;
  PAT_TRY(found);
  step->has_date = true;
  return PAT_OK;
}
