#include "tests/conformance/conformance_support.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/crypto/base64.h"

const char *conformance_path(const char *name) {
  static char path[1024];
  const char *shared = getenv("PATINA_SHARED");
  const char *ci = getenv("CI");
  path[0] = '\0';
  if (shared != NULL) (void)snprintf(path, sizeof path, "%s/data/vectors/%s", shared, name);
  if (access(path, R_OK) == 0) return path;
  if (ci != NULL && strcmp(ci, "true") == 0) fail_msg("%s: not found", path);
  print_message("skipped: no vectors at \"%s\"\n", path);
  skip();
  return path;
}

pat_span conformance_read(const char *name, uint8_t *buffer, size_t capacity) {
  const char *path = conformance_path(name);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  const size_t size = fread(buffer, 1, capacity, file);
  const bool whole = size < capacity || fgetc(file) == EOF;
  assert_int_equal(fclose(file), 0);
  assert_true(whole);
  return pat_span_make(buffer, size);
}

/* nftw hands nothing on, so what it needs stands here for the length of one walk. */
static struct {
  void (*visit)(json_t *vector, void *context);
  void *context;
  size_t count;
} each;

static int visit_file(const char *path, const struct stat *about, int kind, struct FTW *place) {
  (void)about;
  (void)place;
  const size_t size = strlen(path);
  if (kind != FTW_F || size < 5 || strcmp(path + size - 5, ".json") != 0) return 0;
  json_error_t error;
  json_t *vector = json_load_file(path, JSON_DECODE_INT_AS_REAL, &error); /* some need 64 bits */
  if (vector == NULL) fail_msg("%s:%d: %s", path, error.line, error.text);
  json_object_set_new(vector, "path", json_string(path));
  each.visit(vector, each.context);
  each.count++;
  json_decref(vector);
  return 0;
}

size_t conformance_each_json(const char *folder, void (*visit)(json_t *vector, void *context),
                             void *context) {
  each.visit = visit;
  each.context = context;
  each.count = 0;
  assert_int_equal(nftw(conformance_path(folder), visit_file, 8, FTW_PHYS), 0);
  return each.count;
}

uint64_t conformance_number(const json_t *vector, const char *name) {
  const json_t *member = json_object_get(vector, name);
  assert_true(json_is_real(member));
  const double value = json_real_value(member);
  assert_true(value >= 0);
  return value < 9007199254740992.0 ? (uint64_t)value : UINT64_MAX;
}

bool conformance_hash(const json_t *text, pat_hash *ret_hash) {
  const char *base64 = json_string_value(text);
  size_t size = 0;
  if (base64 == NULL) return false;
  return pat_is_ok(pat_base64_decode(pat_span_text(base64), ret_hash->bytes, sizeof ret_hash->bytes,
                                     &size, NULL)) &&
         size == sizeof ret_hash->bytes;
}

bool conformance_hashes(const json_t *list, pat_tlog_proof *ret_proof) {
  *ret_proof = (pat_tlog_proof){0};
  for (size_t i = 0; i < json_array_size(list); i++) {
    if (i >= PAT_CONSISTENCY_HASHES_MAX) return false;
    if (!conformance_hash(json_array_get(list, i), &ret_proof->hashes[i])) return false;
    ret_proof->count++;
  }
  return true;
}
