/* Provenance texts: limits and borders first, then what steps say, then the real ones without loss.
 * */
#include "clients/cli/import/provenance.h"

#include <jansson.h>

#include "clients/cli/import/words.h"
#include "core/bytes/builder.h"
#include "tests/clients/import/import_support.h"

static pat_import_provenance *read_text(pat_arena *arena, const char *text, bool newest_first) {
  pat_import_provenance *provenance = pat_arena_take(arena, sizeof *provenance);
  assert_non_null(provenance);
  import_ok(pat_import_provenance_read(arena, pat_span_text(text), newest_first, provenance));
  return provenance;
}

/* "text|text|": the steps' words. */
static const char *steps_of(pat_arena *arena, const char *text) {
  pat_import_provenance *provenance = read_text(arena, text, false);
  size_t capacity = strlen(text) + PAT_IMPORT_STEPS_MAX + 1;
  char *joined = pat_arena_take(arena, capacity);
  assert_non_null(joined);
  pat_builder builder;
  pat_builder_init(&builder, joined, capacity - 1);
  for (size_t i = 0; i < provenance->count; i++) {
    pat_builder_span(&builder, provenance->steps[i].text);
    pat_builder_char(&builder, '|');
  }
  return joined;
}

static pat_status read_repeated(pat_arena *arena, const char *step, size_t count) {
  pat_import_provenance *provenance = pat_arena_take(arena, sizeof *provenance);
  char *text = pat_arena_take(arena, strlen(step) * count + 1);
  assert_non_null(text);
  for (size_t i = 0; i < count; i++)
    memcpy(text + i * strlen(step), step, strlen(step));
  return pat_import_provenance_read(arena, pat_span_text(text), false, provenance);
}

static void test_provenance__refuses_more_steps_than_the_limit(void **state) {
  import_ok(read_repeated(*state, "A; ", PAT_IMPORT_STEPS_MAX - 1));
  import_ok(read_repeated(*state, "A; ", PAT_IMPORT_STEPS_MAX));
  import_refused(read_repeated(*state, "A; ", PAT_IMPORT_STEPS_MAX + 1), IMPORT_STEPS);
}

static void test_provenance__refuses_a_step_beyond_a_text_value(void **state) {
  import_ok(read_repeated(*state, "x", PAT_TEXT_BYTES_MAX - 1));
  import_ok(read_repeated(*state, "x", PAT_TEXT_BYTES_MAX));
  import_refused(read_repeated(*state, "x", PAT_TEXT_BYTES_MAX + 1), IMPORT_STEPS);
}

static void test_provenance__does_not_split_within_names_and_brackets(void **state) {
  static const char *const whole[] = {
      "Mr. and Mrs. George L. Craig",
      "F. Kleinberger & Company, Inc., New York",
      "Tomas Harris Ltd. London",
      "J. P. Morgan, St. Louis",
      "J.B. Neumann, New York",
      "Eleanor McCallam (d. 1953), N.Y. Smith",
      "Dr. K.W. Smith Jr. and M. Knoedler & Co. Paris",
      "Sotheby;s Contemporary Art",
      "Private Collection (see below; also. Other notes), Paris",
      "Mrs. Smith [1899-1965; d. Paris. France]",
      "listed in \"Property Removed; from. France\"",
      "stock no. 217-29, vol. 2",
      "Lt. Col. Hon. Rev. Prof. Smith",
  };
  for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
    pat_import_provenance *provenance = read_text(*state, whole[i], false);
    if (provenance->count != 1) fail_msg("%s: %zu steps", whole[i], provenance->count);
  }
}

static void test_provenance__splits_at_its_borders(void **state) {
  static const struct {
    const char *text;
    const char *steps;
  } rows[] = {
      {"", ""},
      {"Paul Durand; Sam Salz. Found later", "Paul Durand|Sam Salz|Found later|"},
      {"Gallery, Paris, France [1]. Sam Salz", "Gallery, Paris, France [1]|Sam Salz|"},
      {"Marlborough Gallery, NY.\nMr. Anderson", "Marlborough Gallery, NY|Mr. Anderson|"},
      {"Hanover, London;\nDurlacher Bros\nKauffman", "Hanover, London|Durlacher Bros|Kauffman|"},
      {"Sold by 1983. Gift to Museum, 1983.", "Sold by 1983|Gift to Museum, 1983|"},
      {"Unknown (London; Museum", "Unknown (London|Museum|"},
      {"Paul;; Museum", "Paul;|Museum|"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_string_equal(steps_of(*state, rows[i].text), rows[i].steps);
  }
}

static void test_provenance__tells_how_each_step_follows(void **state) {
  pat_import_provenance *provenance =
      read_text(*state, "First; second holder. Third\nfourth", false);
  assert_int_equal(provenance->count, 4);
  assert_int_equal(provenance->steps[0].directness, PAT_DIRECTNESS_UNKNOWN);
  assert_int_equal(provenance->steps[1].directness, PAT_DIRECTNESS_DIRECT);
  assert_int_equal(provenance->steps[2].directness, PAT_DIRECTNESS_NOT_DIRECT);
  assert_int_equal(provenance->steps[3].directness, PAT_DIRECTNESS_UNKNOWN);
}

static void test_provenance__turns_lines_round_where_the_newest_is_first(void **state) {
  pat_import_provenance *provenance = read_text(*state, "Third, 1900\nFirst; second.", true);
  assert_int_equal(provenance->count, 3);
  assert_string_equal(import_text(*state, provenance->steps[0].text), "First");
  assert_string_equal(import_text(*state, provenance->steps[1].text), "second");
  assert_string_equal(import_text(*state, provenance->steps[2].text), "Third, 1900");
  assert_int_equal(provenance->steps[1].directness, PAT_DIRECTNESS_DIRECT);
  assert_int_equal(provenance->steps[2].directness, PAT_DIRECTNESS_UNKNOWN);
}

static void test_provenance__reads_what_a_step_says(void **state) {
  static const struct {
    const char *text, *holder, *place, *transfer, *certainty;
    bool dealer;
  } rows[] = {
      {"Possibly Bignou Gallery, New York, NY [4]", "Bignou Gallery", "New York, NY", NULL,
       "possible", false},
      {"probably sold to Sam Salz [1894-1981], Inc., New York, 1950", "Sam Salz [1894-1981], Inc.",
       "New York", "sale", "probable", false},
      {"(Galeria Vila, Lisbon)", "Galeria Vila", "Lisbon", NULL, "certain", true},
      {"(sold at Sotheby's, London, November 21, 1989, lot 31)", "", "", "auction", "certain",
       true},
      {"by descent to his daughter Mrs. H.A. Byram, San Francisco", "Mrs. H.A. Byram",
       "San Francisco", "inheritance", "certain", false},
      {"his bequest to Museum of Art, Pittsburgh, PA, May 1964", "Museum of Art", "Pittsburgh, PA",
       "bequest", "certain", false},
      {"purchased from the artist by Museum, 1958", "Museum", "", "purchase", "certain", false},
      {"purchased from Galerie Aenne, 1958", "", "", "purchase", "certain", false},
      {"spoliated during the war", "spoliated during the war", "", "looted", "certain", false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const pat_import_step *step = &read_text(*state, rows[i].text, false)->steps[0];
    assert_string_equal(import_text(*state, step->holder), rows[i].holder);
    assert_string_equal(import_text(*state, step->place), rows[i].place);
    assert_string_equal(step->transfer != NULL ? step->transfer : "-",
                        rows[i].transfer != NULL ? rows[i].transfer : "-");
    assert_string_equal(step->certainty, rows[i].certainty);
    assert_int_equal(step->dealer, rows[i].dealer);
  }
}

static const char *note_of(pat_arena *arena, const pat_import_provenance *provenance, size_t step) {
  pat_span note;
  import_ok(pat_import_provenance_note(arena, provenance, step, &note));
  return import_text(arena, note);
}

static void test_provenance__gives_each_step_its_notes(void **state) {
  pat_import_provenance *provenance = read_text(*state,
                                                "Weber, until 1943 [1]; Rosenberg [2] [1].\n\n"
                                                "Notes:\n[1]. See pages.\n[2]. Lent.\nTwice.\n"
                                                "[3]. Nobody's.\n\nUnder review",
                                                false);
  assert_int_equal(provenance->count, 2);
  assert_string_equal(note_of(*state, provenance, 0), "[1]. See pages.");
  assert_string_equal(note_of(*state, provenance, 1),
                      "[1]. See pages.\n[2]. Lent.\nTwice.\n[3]. Nobody's.\nUnder review");
}

static void test_provenance__finds_notes_on_the_same_line(void **state) {
  pat_import_provenance *provenance =
      read_text(*state, "Schofield, until 1904 [1]. \nNOTES:1. Updated 2012.", false);
  assert_int_equal(provenance->count, 1);
  assert_string_equal(note_of(*state, provenance, 0), "1. Updated 2012.");
}

/* The next character of the text that is no space, or 0. */
static uint8_t next_of(pat_span text, size_t *at) {
  while (*at < text.size && pat_words_is_space(text.data[*at]))
    (*at)++;
  return *at < text.size ? text.data[(*at)++] : 0;
}

static void compare_part(pat_span part, pat_span source, size_t *at) {
  size_t i = 0;
  for (uint8_t c = next_of(part, &i); c != 0; c = next_of(part, &i)) {
    assert_int_equal(c, next_of(source, at));
  }
}

static void test_provenance__loses_nothing_of_the_shared_paintings(void **state) {
  json_t *rows = json_load_file(import_shared(*state, "art/cmoa_paintings.json"), 0, NULL);
  assert_int_equal(json_array_size(rows), 571);
  size_t steps = 0;
  for (size_t row = 0; row < json_array_size(rows); row++) {
    size_t mark = pat_arena_mark(*state);
    const char *text =
        json_string_value(json_object_get(json_array_get(rows, row), "provenance_text"));
    pat_import_provenance *provenance = read_text(*state, text, false);
    size_t at = 0;
    for (size_t i = 0; i < provenance->count; i++) {
      const pat_import_step *step = &provenance->steps[i];
      compare_part(step->text, pat_span_text(text), &at);
      compare_part(pat_span_make(&step->separator, step->separator != 0 ? 1 : 0),
                   pat_span_text(text), &at);
    }
    compare_part(provenance->tail, pat_span_text(text), &at);
    assert_int_equal(next_of(pat_span_text(text), &at), 0);
    steps += provenance->count;
    pat_arena_reset_to(*state, mark);
  }
  assert_int_equal(steps, 2170);
  json_decref(rows);
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, import_arena_new, import_arena_free)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_ARENA(test_provenance__refuses_more_steps_than_the_limit),
      WITH_ARENA(test_provenance__refuses_a_step_beyond_a_text_value),
      WITH_ARENA(test_provenance__does_not_split_within_names_and_brackets),
      WITH_ARENA(test_provenance__splits_at_its_borders),
      WITH_ARENA(test_provenance__tells_how_each_step_follows),
      WITH_ARENA(test_provenance__turns_lines_round_where_the_newest_is_first),
      WITH_ARENA(test_provenance__reads_what_a_step_says),
      WITH_ARENA(test_provenance__gives_each_step_its_notes),
      WITH_ARENA(test_provenance__finds_notes_on_the_same_line),
      WITH_ARENA(test_provenance__loses_nothing_of_the_shared_paintings),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
