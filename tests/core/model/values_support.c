#include "tests/core/model/values_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

values_random values_random_start(const char *what) {
  const char *given = getenv("PATINA_TEST_SEED");
  values_random random = {given != NULL ? strtoull(given, NULL, 0) : 20260611u};
  print_message("%s: PATINA_TEST_SEED=%llu\n", what, (unsigned long long)random.state);
  return random;
}

uint64_t values_random_next(values_random *random) {
  random->state += 0x9e3779b97f4a7c15u;
  uint64_t z = random->state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

size_t values_random_below(values_random *random, size_t below) {
  assert_true(below > 0);
  return (size_t)(values_random_next(random) % below);
}

char *values_text_of(char c, size_t size) {
  static char texts[4][8192];
  static size_t turn = 0;
  char *text = texts[turn++ % 4];
  assert_true(size < sizeof texts[0]);
  memset(text, c, size);
  text[size] = '\0';
  return text;
}

static char *read_all(FILE *file) {
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  long size = ftell(file);
  assert_true(size >= 0);
  rewind(file);
  char *text = calloc((size_t)size + 1, 1);
  assert_non_null(text);
  assert_int_equal(fread(text, 1, (size_t)size, file), (size_t)size);
  return text;
}

char *values_shared_text(const char *name) {
  const char *shared = getenv("PATINA_SHARED");
  const char *ci = getenv("CI");
  char path[4096];
  (void)snprintf(path, sizeof path, "%s/data/%s", shared != NULL ? shared : "../shared", name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    print_message("skipped: %s is not there\n", path);
    if (ci != NULL && strcmp(ci, "true") == 0) fail_msg("the shared data is missing");
    skip();
  }
  char *text = read_all(file);
  (void)fclose(file);
  return text;
}

char *values_next_line(char **text) {
  char *line = *text;
  if (*line == '\0') return NULL;
  char *end = strchr(line, '\n');
  *text = end != NULL ? end + 1 : line + strlen(line);
  if (end != NULL) *end = '\0';
  size_t size = strlen(line);
  if (size > 0 && line[size - 1] == '\r') line[size - 1] = '\0';
  return line;
}
