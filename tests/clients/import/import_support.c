#include "tests/clients/import/import_support.h"

#include <stdio.h>
#include <unistd.h>

#include "clients/cli/import/words.h"

enum { ARENA_BYTES = 64 * 1024 * 1024, PATH_BYTES = 1024 };

int import_arena_new(void **state) {
  pat_arena *arena = malloc(sizeof *arena);
  void *memory = malloc(ARENA_BYTES);
  if (arena == NULL || memory == NULL) {
    free(arena);
    free(memory);
    return -1;
  }
  pat_arena_init(arena, memory, ARENA_BYTES);
  *state = arena;
  return 0;
}

int import_arena_free(void **state) {
  pat_arena *arena = *state;
  free(arena->base);
  free(arena);
  return 0;
}

pat_span import_span(const char *text) { return pat_span_text(text); }

const char *import_text(pat_arena *arena, pat_span span) {
  const char *text = NULL;
  import_ok(pat_words_copy(arena, span, &text));
  return text;
}

static const char *path_of(pat_arena *arena, const char *folder, const char *between,
                           const char *name) {
  char *path = pat_arena_take(arena, PATH_BYTES);
  assert_non_null(path);
  snprintf(path, PATH_BYTES, "%s%s%s", folder, between, name);
  return path;
}

const char *import_shared(pat_arena *arena, const char *name) {
  const char *folder = getenv("PATINA_SHARED");
  const char *ci = getenv("CI");
  const char *path = path_of(arena, folder != NULL ? folder : "../shared", "/data/", name);
  if (access(path, R_OK) == 0) return path;
  if (ci != NULL && strcmp(ci, "true") == 0) fail_msg("%s is missing", path);
  print_message("%s is missing\n", path);
  skip();
  return NULL;
}

void import_put(const char *path, pat_span bytes) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
  assert_int_equal(fclose(file), 0);
}

const char *import_source(pat_arena *arena, const char *name) {
  const char *folder = getenv("PATINA_SOURCE_DIR");
  return path_of(arena, folder != NULL ? folder : ".", "/", name);
}
