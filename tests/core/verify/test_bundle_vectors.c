/* Runs the vectors of tests/vectors/bundle.
 * usage: test_bundle_vectors                     compares each answer with the stated one
 *        test_bundle_vectors --answers <folder>  prints each: id, word, check and rule by tabs */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <jansson.h>

#include "core/base/assert.h"
#include "core/verify/bundle.h"
#include "tests/core/verify/vector_files.h"

enum {
  BUNDLE_BYTES_MAX = 1 << 20,
  ARENA_BYTES = 64 << 20,
  VECTORS_MIN = 2000,
};

/* What is used again for each vector. */
typedef struct {
  const char *root;
  bool answers; /* print, in place of comparing */
  void *memory;
  uint8_t *bytes;
  size_t vectors;
  size_t different;
} vector_runner;

/* --- one vector ------------------------------------------------------------------------------ */

static size_t number_of(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  PAT_ASSERT(json_is_integer(value));
  return (size_t)json_integer_value(value);
}

/* The base with its splices applied. */
static pat_span apply(vector_runner *runner, const json_t *vector, pat_span base) {
  const json_t *splices = json_object_get(vector, "splices");
  size_t done = 0; /* of the base */
  size_t size = 0;
  size_t i;
  const json_t *splice;
  json_array_foreach(splices, i, splice) {
    size_t at = number_of(splice, "at");
    PAT_ASSERT(at >= done && at + number_of(splice, "remove") <= base.size);
    memcpy(runner->bytes + size, base.data + done, at - done);
    size += at - done;
    size += vector_read_hex(vector_text_of(splice, "insert"), runner->bytes + size);
    done = at + number_of(splice, "remove");
  }
  memcpy(runner->bytes + size, base.data + done, base.size - done);
  return pat_span_make(runner->bytes, size + base.size - done);
}

static bool read_earlier(const json_t *vector, pat_tlog_head *ret_head) {
  const json_t *earlier = json_object_get(vector, "earlier");
  if (earlier == NULL) return false;
  ret_head->size = number_of(earlier, "size");
  PAT_ASSERT(vector_read_hex(vector_text_of(earlier, "root"), ret_head->root.bytes) ==
             PAT_HASH_BYTES);
  return true;
}

static bool as_stated(const json_t *vector, const pat_bundle_report *report) {
  const vector_said said = {report->word, report->check, report->status, &report->error};
  if (!vector_as_stated(vector, &said)) return false;
  if (report->word != PAT_WORD_MATCHES) return true;
  return json_is_true(json_object_get(vector, "confirmed")) == report->confirmed &&
         json_is_true(json_object_get(vector, "recorded")) == report->recorded;
}

static void run_one(void *context, const json_t *vector) {
  vector_runner *runner = context;
  char name[128];
  (void)snprintf(name, sizeof name, "%s.patina", vector_text_of(vector, "base"));
  pat_span base = vector_read_file(runner->root, "bases/", name);
  pat_policy policy;
  pat_span text = vector_read_policy(runner->root, vector, &policy);
  pat_tlog_head earlier;
  pat_bundle_question question = {.policy = &policy};
  if (read_earlier(vector, &earlier)) question.earlier = &earlier;
  pat_arena arena;
  pat_arena_init(&arena, runner->memory, ARENA_BYTES);
  pat_bundle_report report;
  pat_span bytes = apply(runner, vector, base);
  pat_status status = pat_bundle_verify(bytes, &question, &arena, &report);
  PAT_ASSERT(status.rule == report.status.rule);
  const vector_said said = {report.word, report.check, status, &report.error};
  if (runner->answers) {
    vector_print(vector, &said);
  } else if (!as_stated(vector, &report)) {
    vector_complain(vector, &said);
    runner->different++;
  }
  runner->vectors++;
  vector_free(base);
  vector_free(text);
}

/* --- all ------------------------------------------------------------------------------------- */

static int is_recipe(const struct dirent *entry) {
  size_t size = strlen(entry->d_name);
  return size > 5 && strcmp(entry->d_name + size - 5, ".json") == 0;
}

static vector_runner run_all(const char *root, bool answers) {
  vector_runner runner = {.root = root, .answers = answers};
  runner.memory = malloc(ARENA_BYTES);
  runner.bytes = malloc(BUNDLE_BYTES_MAX);
  PAT_ASSERT(runner.memory != NULL && runner.bytes != NULL);
  char path[1024];
  (void)snprintf(path, sizeof path, "%s/recipes", root);
  struct dirent **names = NULL;
  int count = scandir(path, &names, is_recipe, alphasort);
  for (int i = 0; i < count; i++) {
    vector_each(root, "recipes/", names[i]->d_name, run_one, &runner);
    free(names[i]);
  }
  free(names);
  free(runner.memory);
  free(runner.bytes);
  return runner;
}

static void test_bundle_vectors__answers_as_stated(void **state) {
  (void)state;
  const char *source = getenv("PATINA_SOURCE_DIR");
  char root[900];
  (void)snprintf(root, sizeof root, "%s/tests/vectors/bundle", source == NULL ? "." : source);
  vector_runner runner = run_all(root, false);
  printf("vectors=%zu different=%zu\n", runner.vectors, runner.different);
  assert_int_equal(runner.different, 0);
  assert_true(runner.vectors >= VECTORS_MIN);
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--answers") == 0) {
    return run_all(argv[2], true).vectors >= VECTORS_MIN ? 0 : 1;
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_bundle_vectors__answers_as_stated)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
