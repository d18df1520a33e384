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

/* --- files ----------------------------------------------------------------------------------- */

static pat_span read_file(const char *root, const char *folder, const char *name) {
  char path[1024];
  int size = snprintf(path, sizeof path, "%s/%s%s", root, folder, name);
  PAT_ASSERT(size > 0 && (size_t)size < sizeof path);
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) fail_msg("%s is not here", path);
  PAT_ASSERT(fseek(stream, 0, SEEK_END) == 0);
  long end = ftell(stream);
  PAT_ASSERT(end > 0);
  rewind(stream);
  uint8_t *bytes = malloc((size_t)end);
  PAT_ASSERT(bytes != NULL);
  PAT_ASSERT(fread(bytes, 1, (size_t)end, stream) == (size_t)end);
  fclose(stream);
  return pat_span_make(bytes, (size_t)end);
}

static void free_bytes(pat_span bytes) { free((void *)(uintptr_t)bytes.data); }

/* --- one vector ------------------------------------------------------------------------------ */

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  PAT_ASSERT(text != NULL);
  return text;
}

static size_t number_of(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  PAT_ASSERT(json_is_integer(value));
  return (size_t)json_integer_value(value);
}

static uint8_t digit_of(char digit) {
  return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* Base 16 of known form. gives how many bytes */
static size_t read_hex(const char *hex, uint8_t *ret_bytes) {
  size_t size = strlen(hex) / 2;
  for (size_t i = 0; i < size; i++)
    ret_bytes[i] = (uint8_t)(digit_of(hex[2 * i]) << 4 | digit_of(hex[2 * i + 1]));
  return size;
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
    size += read_hex(text_of(splice, "insert"), runner->bytes + size);
    done = at + number_of(splice, "remove");
  }
  memcpy(runner->bytes + size, base.data + done, base.size - done);
  return pat_span_make(runner->bytes, size + base.size - done);
}

static bool read_earlier(const json_t *vector, pat_tlog_head *ret_head) {
  const json_t *earlier = json_object_get(vector, "earlier");
  if (earlier == NULL) return false;
  ret_head->size = number_of(earlier, "size");
  PAT_ASSERT(read_hex(text_of(earlier, "root"), ret_head->root.bytes) == PAT_HASH_BYTES);
  return true;
}

static void complain(vector_runner *runner, const json_t *vector, const pat_bundle_report *report) {
  const char *rule = json_string_value(json_object_get(vector, "rule"));
  fprintf(stderr, "%s: %s V%d %s at %s, expected %s V%zu %s\n", text_of(vector, "id"),
          pat_word_text(report->word), (int)report->check,
          pat_rule_id((pat_rule)report->status.rule), report->error.place, text_of(vector, "word"),
          number_of(vector, "check"), rule == NULL ? "(any rule)" : rule);
  runner->different++;
}

static bool as_stated(const json_t *vector, const pat_bundle_report *report) {
  const char *rule = json_string_value(json_object_get(vector, "rule"));
  if (strcmp(text_of(vector, "word"), pat_word_text(report->word)) != 0) return false;
  if (number_of(vector, "check") != (size_t)report->check) return false;
  if (rule != NULL && strcmp(rule, pat_rule_id((pat_rule)report->status.rule)) != 0) return false;
  if (report->word != PAT_WORD_MATCHES) return true;
  return json_is_true(json_object_get(vector, "confirmed")) == report->confirmed &&
         json_is_true(json_object_get(vector, "recorded")) == report->recorded;
}

static void run_vector(vector_runner *runner, const json_t *vector) {
  char name[128];
  (void)snprintf(name, sizeof name, "%s.patina", text_of(vector, "base"));
  pat_span base = read_file(runner->root, "bases/", name);
  const char *policy_name = json_string_value(json_object_get(vector, "policy"));
  pat_span text = read_file(runner->root, "", policy_name == NULL ? "policy.txt" : policy_name);
  pat_policy policy;
  PAT_ASSERT(pat_is_ok(pat_policy_parse(text, &policy, NULL)));
  pat_tlog_head earlier;
  pat_bundle_question question = {.policy = &policy};
  if (read_earlier(vector, &earlier)) question.earlier = &earlier;
  pat_arena arena;
  pat_arena_init(&arena, runner->memory, ARENA_BYTES);
  pat_bundle_report report;
  pat_span bytes = apply(runner, vector, base);
  pat_status status = pat_bundle_verify(bytes, &question, &arena, &report);
  PAT_ASSERT(status.rule == report.status.rule);
  if (runner->answers) {
    printf("%s\t%s\t%d\t%s\n", text_of(vector, "id"), pat_word_text(report.word), (int)report.check,
           pat_rule_id((pat_rule)status.rule));
  } else if (!as_stated(vector, &report)) {
    complain(runner, vector, &report);
  }
  runner->vectors++;
  free_bytes(base);
  free_bytes(text);
}

/* --- all ------------------------------------------------------------------------------------- */

static void run_file(vector_runner *runner, const char *name) {
  pat_span bytes = read_file(runner->root, "recipes/", name);
  json_t *file = json_loadb((const char *)bytes.data, bytes.size, 0, NULL);
  if (file == NULL) fail_msg("%s is not JSON", name);
  size_t i;
  const json_t *vector;
  json_array_foreach(json_object_get(file, "vectors"), i, vector) run_vector(runner, vector);
  json_decref(file);
  free_bytes(bytes);
}

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
    run_file(&runner, names[i]->d_name);
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
