/* Runs the vectors of tests/vectors/bundle/proofs: pages of the index, and promises.
 * usage: test_proof_vectors                     compares each answer with the stated one
 *        test_proof_vectors --answers <folder>  prints each: id, word, check and rule by tabs */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/assert.h"
#include "core/verify/page.h"
#include "core/verify/promise.h"
#include "tests/core/verify/vector_files.h"

enum {
  ARENA_BYTES = 4 << 20,
  PROMISE_BYTES_MAX = 1024,
  PAGES_MIN = 90,
  PROMISES_MIN = 50,
};

typedef struct {
  const char *root;
  bool answers; /* print, in place of comparing */
  void *memory;
  size_t vectors;
  size_t different;
} proof_runner;

static void judge(proof_runner *runner, const json_t *vector, const vector_said *said,
                  bool more_as_stated) {
  runner->vectors++;
  if (runner->answers) {
    vector_print(vector, said);
  } else if (!vector_as_stated(vector, said) || !more_as_stated) {
    vector_complain(vector, said);
    runner->different++;
  }
}

static pat_hash hash_of(const json_t *vector, const char *key) {
  pat_hash hash;
  PAT_ASSERT(strlen(vector_text_of(vector, key)) == 2 * PAT_HASH_BYTES);
  PAT_ASSERT(vector_read_hex(vector_text_of(vector, key), hash.bytes) == PAT_HASH_BYTES);
  return hash;
}

/* --- pages ----------------------------------------------------------------------------------- */

/* The pages in their order, to the first that fails; then their end. */
static pat_page_report walk(proof_runner *runner, const json_t *vector, const pat_policy *policy) {
  pat_arena arena;
  pat_arena_init(&arena, runner->memory, ARENA_BYTES);
  pat_hash key = hash_of(vector, "key");
  pat_page_report reports[2];
  const json_t *pages = json_object_get(vector, "pages");
  PAT_ASSERT(json_array_size(pages) > 0);
  size_t i;
  const json_t *page;
  json_array_foreach(pages, i, page) {
    const pat_page_question question = {
        .policy = policy, .key = &key, .before = i == 0 ? NULL : &reports[(i - 1) % 2]};
    pat_span bytes = pat_span_text(json_string_value(page));
    pat_status status = pat_page_verify(bytes, &question, &arena, &reports[i % 2]);
    PAT_ASSERT(status.rule == reports[i % 2].status.rule);
    if (!pat_is_ok(status)) return reports[i % 2];
  }
  pat_page_report *last = &reports[(json_array_size(pages) - 1) % 2];
  pat_status status = pat_page_end(last);
  PAT_ASSERT(pat_is_ok(status) == last->is_complete);
  return *last;
}

static void run_page(void *context, const json_t *vector) {
  proof_runner *runner = context;
  pat_policy policy;
  pat_span text = vector_read_policy(runner->root, vector, &policy);
  pat_page_report report = walk(runner, vector, &policy);
  const vector_said said = {report.word, report.check, report.status, &report.error};
  json_int_t count = json_integer_value(json_object_get(vector, "count"));
  bool counted = report.word != PAT_WORD_MATCHES || (uint64_t)count == report.count;
  judge(runner, vector, &said, counted);
  vector_free(text);
}

/* --- promises -------------------------------------------------------------------------------- */

static bool has(const json_t *vector, const char *key) {
  return json_object_get(vector, key) != NULL;
}
static pat_span file_of(const json_t *vector, const char *key) {
  return has(vector, key) ? pat_span_text(vector_text_of(vector, key)) : PAT_SPAN_EMPTY;
}

static void run_promise(void *context, const json_t *vector) {
  proof_runner *runner = context;
  pat_policy policy;
  pat_span text = vector_read_policy(runner->root, vector, &policy);
  pat_hash key = {{0}};
  pat_hash statement = {{0}};
  pat_hash leaf = {{0}};
  pat_promise_question question = {.policy = &policy,
                                   .receipt = file_of(vector, "receipt"),
                                   .commit = file_of(vector, "commit")};
  if (has(vector, "key")) {
    key = hash_of(vector, "key");
    question.promise_key = pat_hash_span(&key);
  }
  if (has(vector, "origin")) question.origin = vector_text_of(vector, "origin");
  if (has(vector, "statement")) {
    statement = hash_of(vector, "statement");
    question.statement = &statement;
  }
  if (has(vector, "leaf")) {
    leaf = hash_of(vector, "leaf");
    question.leaf = &leaf;
  }
  uint8_t bytes[PROMISE_BYTES_MAX];
  PAT_ASSERT(strlen(vector_text_of(vector, "promise")) <= 2 * sizeof bytes);
  size_t size = vector_read_hex(vector_text_of(vector, "promise"), bytes);
  pat_arena arena;
  pat_arena_init(&arena, runner->memory, ARENA_BYTES);
  pat_promise_report report;
  pat_status status = pat_promise_judge(pat_span_make(bytes, size), &question, &arena, &report);
  const vector_said said = {report.word, report.check, status, &report.error};
  bool known = (report.promise != NULL) ==
               (report.check == PAT_CHECK_NONE || report.check == PAT_CHECK_PROMISE_KEPT);
  judge(runner, vector, &said, known);
  vector_free(text);
}

/* --- all ------------------------------------------------------------------------------------- */

static proof_runner open_runner(const char *root, bool answers) {
  proof_runner runner = {.root = root, .answers = answers, .memory = malloc(ARENA_BYTES)};
  PAT_ASSERT(runner.memory != NULL);
  return runner;
}

static void check(const char *name, void (*run)(void *context, const json_t *vector), size_t min) {
  const char *source = getenv("PATINA_SOURCE_DIR");
  char root[900];
  (void)snprintf(root, sizeof root, "%s/tests/vectors/bundle", source == NULL ? "." : source);
  proof_runner runner = open_runner(root, false);
  vector_each(root, "proofs/", name, run, &runner);
  free(runner.memory);
  printf("vectors=%zu different=%zu\n", runner.vectors, runner.different);
  assert_int_equal(runner.different, 0);
  assert_true(runner.vectors >= min);
}

static void test_proof_vectors__pages_are_as_stated(void **state) {
  (void)state;
  check("pages.json", run_page, PAGES_MIN);
}

static void test_proof_vectors__promises_are_as_stated(void **state) {
  (void)state;
  check("promises.json", run_promise, PROMISES_MIN);
}

static int print_answers(const char *root) {
  proof_runner runner = open_runner(root, true);
  vector_each(root, "proofs/", "pages.json", run_page, &runner);
  vector_each(root, "proofs/", "promises.json", run_promise, &runner);
  free(runner.memory);
  return runner.vectors >= PAGES_MIN + PROMISES_MIN ? 0 : 1;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--answers") == 0) return print_answers(argv[2]);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_proof_vectors__pages_are_as_stated),
      cmocka_unit_test(test_proof_vectors__promises_are_as_stated),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
