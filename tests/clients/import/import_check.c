/* Compares what a log holds of every row of a source with that source: each asset found by its
 * identifier, its history verified by the program itself, its steps beside the source's text.
 *
 *   import_check SOURCE.json SCOPE oldest|newest      PATINA_POLICY and XDG_STATE_HOME as for
 *   `patina`
 *
 * Prints its figures last and exits 0 only where all rows agree. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/draft.h"
#include "clients/cli/import/provenance.h"
#include "clients/cli/import/words.h"
#include "core/crypto/base32.h"
#include "core/crypto/base64.h"
#include "core/model/statement.h"

enum { MEMORY_BYTES = 32 * 1024 * 1024, RECORDED_STEPS_MAX = PAT_IMPORT_STEPS_MAX };

/* A step as the log tells it. */
typedef struct {
  int64_t number;
  const char *occurred;
  const char *directness;
  const char *certainty;
  const char *text;
  const char *note;
} recorded_step;

typedef struct {
  pat_arena arena;
  size_t empty; /* its mark between rows */
  recorded_step steps[RECORDED_STEPS_MAX];
  size_t count;
  pat_import_provenance *source;
  size_t rows, found, steps_total, dated, direct, not_direct, unknown, doubted, wrong;
} row_checker;

static void complain(row_checker *checker, const char *name, const char *what, size_t step) {
  checker->wrong++;
  fprintf(stderr, "import_check: %s: %s (step %zu)\n", name, what, step);
}

/* Runs a command line in this process and reads its JSON. */
static json_t *run(const char *const *words, size_t count) {
  FILE *out = tmpfile();
  if (out == NULL) return NULL;
  json_t *answer = NULL;
  if (pat_cli_run(words, count, out, stderr) == PAT_EXIT_MATCHES) {
    rewind(out);
    answer = json_loadf(out, 0, NULL);
  }
  fclose(out);
  return answer;
}

static pat_span bytes_of(row_checker *checker, const json_t *text) {
  if (!json_is_string(text)) return PAT_SPAN_EMPTY;
  pat_span base64 = pat_span_make(json_string_value(text), json_string_length(text));
  uint8_t *bytes = pat_arena_take(&checker->arena, base64.size);
  size_t size = 0;
  pat_status status = pat_base64_decode(base64, bytes, base64.size, &size, NULL);
  return pat_is_ok(status) ? pat_span_make(bytes, size) : PAT_SPAN_EMPTY;
}

/* The value of an attribute: in clear, or behind the next slot. */
static const Patina__Value *value_of(row_checker *checker, const pat_statement *statement,
                                     const Patina__Attribute *attribute, const json_t *entry,
                                     size_t *slot) {
  if (attribute->content_case == PATINA__ATTRIBUTE__CONTENT_OPEN) return attribute->open;
  const json_t *item = json_array_get(json_object_get(entry, "disclosures"), *slot);
  Patina__Disclosure *disclosure = NULL;
  pat_status status = pat_disclosure_decode(statement, *slot,
                                            bytes_of(checker, json_object_get(item, "disclosure")),
                                            &checker->arena, &disclosure, NULL);
  (*slot)++;
  return pat_is_ok(status) ? disclosure->value : NULL;
}

static void take_field(recorded_step *step, const char *name, const Patina__Value *value) {
  if (value == NULL) return;
  if (strcmp(name, "step") == 0) step->number = value->number->mantissa;
  if (strcmp(name, "directness") == 0) step->directness = value->code->code;
  if (strcmp(name, "certainty") == 0) step->certainty = value->code->code;
  if (strcmp(name, "text") == 0) step->text = value->text;
  if (strcmp(name, "source_note") == 0) step->note = value->text;
}

static void take_entry(row_checker *checker, const json_t *entry) {
  pat_statement statement;
  pat_span bytes = bytes_of(checker, json_object_get(entry, "statement"));
  if (!pat_is_ok(pat_statement_decode(bytes, &checker->arena, &statement, NULL))) return;
  if (statement.kind->number != PAT_KIND_ATTESTED) return;
  const Patina__Attested *attested = statement.message->attested;
  if (strcmp(attested->claim, "provenance") != 0 || checker->count == RECORDED_STEPS_MAX) return;
  recorded_step *step = &checker->steps[checker->count++];
  *step = (recorded_step){.occurred = statement.message->occurred,
                          .directness = "",
                          .certainty = "",
                          .text = "",
                          .note = ""};
  size_t slot = 0;
  for (size_t i = 0; i < attested->n_fields; i++) {
    const Patina__Value *value = value_of(checker, &statement, attested->fields[i], entry, &slot);
    take_field(step, attested->fields[i]->name, value);
  }
}

/* The asset's id as commands take it; exactly one asset may have the identifier. */
static bool find_asset(row_checker *checker, const char *scope, const char *id, char *ret_text) {
  const char *const words[] = {"asset", "find", "object-id", id, "--scope", scope, "--json"};
  json_t *answer = run(words, sizeof words / sizeof *words);
  const json_t *spans = json_object_get(answer, "spans");
  pat_span asset = bytes_of(checker, json_object_get(json_array_get(spans, 0), "asset"));
  bool one = json_array_size(spans) == 1 && asset.size == PAT_ASSET_ID_BYTES;
  if (one) pat_base32_asset_encode(asset.data, ret_text);
  json_decref(answer);
  return one;
}

static json_t *read_history(row_checker *checker, const char *asset) {
  const char *const words[] = {"asset", "history", asset, "--json"};
  json_t *answer = run(words, sizeof words / sizeof *words);
  size_t i = 0;
  json_t *entry = NULL;
  checker->count = 0;
  json_array_foreach(json_object_get(answer, "entries"), i, entry) take_entry(checker, entry);
  return answer;
}

static void count_step(row_checker *checker, const recorded_step *step) {
  checker->steps_total++;
  if (step->occurred[0] != '\0') checker->dated++;
  if (strcmp(step->directness, "direct") == 0) checker->direct++;
  if (strcmp(step->directness, "not_direct") == 0) checker->not_direct++;
  if (strcmp(step->directness, "unknown") == 0) checker->unknown++;
  if (strcmp(step->certainty, "certain") != 0) checker->doubted++;
}

static void compare_step(row_checker *checker, const char *name, size_t i) {
  static const char *const directness[] = {"unknown", "direct", "not_direct"};
  const recorded_step *recorded = &checker->steps[i];
  const pat_import_step *step = &checker->source->steps[i];
  pat_span tidy;
  if (!pat_is_ok(pat_words_tidy(&checker->arena, step->text, &tidy))) abort();
  const char *date = step->has_date ? step->date.edtf : "";
  if (recorded->number != (int64_t)i + 1) complain(checker, name, "out of order", i + 1);
  if (!pat_span_equal(tidy, pat_span_text(recorded->text))) {
    complain(checker, name, "other words", i + 1);
  }
  if (strcmp(date, recorded->occurred) != 0) complain(checker, name, "another date", i + 1);
  if (strcmp(directness[step->directness], recorded->directness) != 0) {
    complain(checker, name, "another directness", i + 1);
  }
  if (strcmp(step->certainty, recorded->certainty) != 0) {
    complain(checker, name, "another certainty", i + 1);
  }
  count_step(checker, recorded);
}

/* Beside the splitter: every letter and digit of the source's chain, in its order, is in the
 * recorded steps. */
static void compare_letters(row_checker *checker, const char *name, pat_span text) {
  size_t at = 0;
  for (size_t i = 0; i < checker->count; i++) {
    pat_span words = pat_span_text(checker->steps[i].text);
    for (size_t j = 0; j < words.size; j++) {
      if (!pat_words_is_alnum(words.data[j])) continue;
      while (at < text.size && !pat_words_is_alnum(text.data[at]))
        at++;
      if (at == text.size || text.data[at] != words.data[j]) {
        complain(checker, name, "letters are missing", i + 1);
        return;
      }
      at++;
    }
  }
  size_t tail = text.size - checker->source->tail.size;
  while (at < tail && !pat_words_is_alnum(text.data[at]))
    at++;
  if (at < tail) complain(checker, name, "the end is missing", checker->count);
}

/* Every word behind the chain is in some step's note. */
static void compare_tail(row_checker *checker, const char *name) {
  pat_span tail = checker->source->tail;
  for (size_t at = 0; at < tail.size;) {
    size_t from = at;
    while (at < tail.size && !pat_words_is_space(tail.data[at]))
      at++;
    char word[128] = "";
    bool heading = pat_words_starts(pat_words_from(tail, from), "note");
    if (at > from && at - from < sizeof word && !heading) {
      pat_span_copy(word, sizeof word, pat_span_slice(tail, from, at - from));
      size_t i = 0;
      while (i < checker->count && strstr(checker->steps[i].note, word) == NULL)
        i++;
      if (i == checker->count) complain(checker, name, word, 0);
    }
    at++;
  }
}

static void check_row(row_checker *checker, const json_t *row, const char *scope, bool newest) {
  const char *id = json_string_value(json_object_get(row, "id"));
  const char *name = json_string_value(json_object_get(row, "accession_number"));
  const json_t *member = json_object_get(row, "provenance_text");
  pat_span text = pat_span_make(json_string_value(member), json_string_length(member));
  char asset[PAT_BASE32_TEXT_BYTES_MAX];
  pat_arena_reset_to(&checker->arena, checker->empty);
  checker->rows++;
  if (!find_asset(checker, scope, id, asset)) {
    complain(checker, name, "not exactly one asset", 0);
    return;
  }
  checker->found++;
  json_t *history = read_history(checker, asset);
  if (!pat_is_ok(pat_import_provenance_read(&checker->arena, text, newest, checker->source))) {
    complain(checker, name, "the source cannot be cut", 0);
  } else if (checker->count != checker->source->count) {
    complain(checker, name, "another number of steps", checker->count);
  } else {
    for (size_t i = 0; i < checker->count; i++)
      compare_step(checker, name, i);
    if (!newest) compare_letters(checker, name, text);
    compare_tail(checker, name);
  }
  json_decref(history);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  json_t *rows = json_load_file(argv[1], 0, NULL);
  uint8_t *memory = malloc(MEMORY_BYTES);
  if (rows == NULL || memory == NULL) {
    free(memory);
    json_decref(rows);
    return 2;
  }
  row_checker checker = {.rows = 0};
  pat_arena_init(&checker.arena, memory, MEMORY_BYTES);
  checker.source = pat_arena_take(&checker.arena, sizeof *checker.source);
  checker.empty = pat_arena_mark(&checker.arena);
  size_t i = 0;
  json_t *row = NULL;
  json_array_foreach(rows, i, row)
      check_row(&checker, row, argv[2], strcmp(argv[3], "newest") == 0);
  printf(
      "rows=%zu found_once=%zu steps=%zu dated=%zu direct=%zu not_direct=%zu unknown=%zu "
      "doubted=%zu wrong=%zu\n",
      checker.rows, checker.found, checker.steps_total, checker.dated, checker.direct,
      checker.not_direct, checker.unknown, checker.doubted, checker.wrong);
  free(memory);
  json_decref(rows);
  return checker.rows > 0 && checker.found == checker.rows && checker.wrong == 0 ? 0 : 1;
}
