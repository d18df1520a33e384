#include "tests/core/crypto/crypto_support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

support_random support_random_start(const char *what) {
  const char *given = getenv("PATINA_TEST_SEED");
  uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : UINT64_C(20240611);
  print_message("%s: PATINA_TEST_SEED=%" PRIu64 "\n", what, seed);
  return (support_random){seed};
}

uint64_t support_random_next(support_random *random) {
  random->state += UINT64_C(0x9e3779b97f4a7c15);
  uint64_t mixed = random->state;
  mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
  return mixed ^ (mixed >> 31);
}

size_t support_random_below(support_random *random, size_t below) {
  return (size_t)(support_random_next(random) % below);
}

void support_random_fill(support_random *random, void *bytes, size_t size) {
  uint8_t *next = bytes;
  for (size_t i = 0; i < size; i++)
    next[i] = (uint8_t)support_random_next(random);
}

json_t *support_vectors(const char *name) {
  const char *shared = getenv("PATINA_SHARED");
  const char *ci = getenv("CI");
  char path[1024] = "";
  if (shared != NULL) (void)snprintf(path, sizeof path, "%s/data/vectors/%s", shared, name);
  if (access(path, R_OK) != 0) {
    if (ci != NULL && strcmp(ci, "true") == 0) fail_msg("%s: not found", path);
    print_message("skipped: no vectors at \"%s\"\n", path);
    skip();
  }
  json_error_t error;
  json_t *root = json_load_file(path, 0, &error);
  if (root == NULL) fail_msg("%s:%d: %s", path, error.line, error.text);
  return root;
}

static int support_digit(char symbol) {
  const char *digits = "0123456789abcdef";
  const char *found = symbol == '\0' ? NULL : strchr(digits, symbol | 0x20);
  assert_non_null(found);
  return (int)(found - digits);
}

size_t support_unhex(const char *text, uint8_t *bytes, size_t capacity) {
  size_t size = strlen(text) / 2;
  assert_int_equal(strlen(text) % 2, 0);
  assert_true(size <= capacity);
  for (size_t i = 0; i < size; i++) {
    bytes[i] = (uint8_t)(support_digit(text[2 * i]) * 16 + support_digit(text[2 * i + 1]));
  }
  return size;
}

void support_flip(uint8_t *bytes, size_t bit) {
  bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1U << bit % 8);
}
