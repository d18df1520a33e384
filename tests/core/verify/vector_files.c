#include "tests/core/verify/vector_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"

pat_span vector_read_file(const char *root, const char *folder, const char *name) {
  char path[1024];
  int size = snprintf(path, sizeof path, "%s/%s%s", root, folder, name);
  PAT_ASSERT(size > 0 && (size_t)size < sizeof path);
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) fprintf(stderr, "%s is not here\n", path);
  PAT_ASSERT(stream != NULL);
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

void vector_free(pat_span bytes) { free((void *)(uintptr_t)bytes.data); }

void vector_each(const char *root, const char *folder, const char *name,
                 void (*run)(void *context, const json_t *vector), void *context) {
  pat_span bytes = vector_read_file(root, folder, name);
  json_t *file = json_loadb((const char *)bytes.data, bytes.size, 0, NULL);
  if (file == NULL) fprintf(stderr, "%s is not JSON\n", name);
  PAT_ASSERT(file != NULL);
  size_t i;
  const json_t *vector;
  json_array_foreach(json_object_get(file, "vectors"), i, vector) run(context, vector);
  json_decref(file);
  vector_free(bytes);
}

const char *vector_text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  PAT_ASSERT(text != NULL);
  return text;
}

static uint8_t digit_of(char digit) {
  return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

size_t vector_read_hex(const char *hex, uint8_t *ret_bytes) {
  size_t size = strlen(hex) / 2;
  for (size_t i = 0; i < size; i++)
    ret_bytes[i] = (uint8_t)(digit_of(hex[2 * i]) << 4 | digit_of(hex[2 * i + 1]));
  return size;
}

pat_span vector_read_policy(const char *root, const json_t *vector, pat_policy *ret_policy) {
  const char *name = json_string_value(json_object_get(vector, "policy"));
  pat_span text = vector_read_file(root, "", name == NULL ? "policy.txt" : name);
  PAT_ASSERT(pat_is_ok(pat_policy_parse(text, ret_policy, NULL)));
  return text;
}

static int stated_check(const json_t *vector) {
  const json_t *value = json_object_get(vector, "check");
  PAT_ASSERT(json_is_integer(value));
  return (int)json_integer_value(value);
}

bool vector_as_stated(const json_t *vector, const vector_said *said) {
  const char *rule = json_string_value(json_object_get(vector, "rule"));
  if (strcmp(vector_text_of(vector, "word"), pat_word_text(said->word)) != 0) return false;
  if (stated_check(vector) != (int)said->check) return false;
  return rule == NULL || strcmp(rule, pat_rule_id((pat_rule)said->status.rule)) == 0;
}

void vector_complain(const json_t *vector, const vector_said *said) {
  const char *rule = json_string_value(json_object_get(vector, "rule"));
  fprintf(stderr, "%s: %s V%d %s at %s, expected %s V%d %s\n", vector_text_of(vector, "id"),
          pat_word_text(said->word), (int)said->check, pat_rule_id((pat_rule)said->status.rule),
          said->error->place, vector_text_of(vector, "word"), stated_check(vector),
          rule == NULL ? "(any rule)" : rule);
}

void vector_print(const json_t *vector, const vector_said *said) {
  printf("%s\t%s\t%d\t%s\n", vector_text_of(vector, "id"), pat_word_text(said->word),
         (int)said->check, pat_rule_id((pat_rule)said->status.rule));
}
