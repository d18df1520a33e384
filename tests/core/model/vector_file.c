#include "tests/core/model/vector_file.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/crypto/base64.h"

enum { WORK_BYTES = 64 * 1024 * 1024 };

void vector_begin(vector_file *file, vector_run *run, const char *path, const char *call) {
  *file = (vector_file){.run = run};
  int size = snprintf(file->path, sizeof file->path, "%s/%s", run->root, path);
  PAT_ASSERT(size > 0 && (size_t)size < sizeof file->path);
  file->stream = open_memstream(&file->text, &file->size);
  PAT_ASSERT(file->stream != NULL);
  fprintf(file->stream, "{\n  \"call\": \"%s\",\n  \"vectors\": [", call);
}

static void write_base64(FILE *stream, const char *key, pat_span bytes) {
  size_t size = PAT_BASE64_TEXT_BYTES(bytes.size);
  char *text = malloc(size + 1);
  PAT_ASSERT(text != NULL);
  pat_builder builder;
  pat_builder_init(&builder, text, size);
  pat_base64_encode(&builder, bytes);
  PAT_ASSERT(pat_builder_size(&builder) == size);
  fprintf(stream, ",\n      \"%s\": \"%.*s\"", key, (int)size, text);
  free(text);
}

/* Printable ASCII as it is; every other byte as the character of the same number, escaped. */
static void write_string(FILE *stream, const char *key, pat_span text) {
  fprintf(stream, ",\n      \"%s\": \"", key);
  for (size_t i = 0; i < text.size; i++) {
    unsigned c = text.data[i];
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
      fputc((int)c, stream);
    } else if (c == '\n') {
      fputs("\\n", stream);
    } else {
      fprintf(stream, "\\u%04x", c);
    }
  }
  fputc('"', stream);
}

static bool is_text(pat_span bytes) {
  for (size_t i = 0; i < bytes.size; i++) {
    if (bytes.data[i] != '\n' && (bytes.data[i] < 0x20 || bytes.data[i] >= 0x7f)) return false;
  }
  return true;
}

void vector_add(vector_file *file, const char *name, const char *readable, pat_span input,
                pat_call call) {
  void *memory = malloc(WORK_BYTES);
  PAT_ASSERT(memory != NULL);
  pat_arena arena;
  pat_arena_init(&arena, memory, WORK_BYTES);
  pat_span output;
  pat_status status = call(input, &arena, &output);
  fprintf(file->stream, "%s\n    {\n      \"name\": \"%s\"", file->count++ > 0 ? "," : "", name);
  if (readable != NULL) write_string(file->stream, "text", pat_span_text(readable));
  write_base64(file->stream, "input", input);
  if (!pat_is_ok(status)) {
    write_string(file->stream, "refused", pat_span_text(pat_rule_id((pat_rule)status.rule)));
  } else if (is_text(output)) {
    write_string(file->stream, "output", output);
  } else {
    write_base64(file->stream, "output_base64", output);
  }
  fprintf(file->stream, "\n    }");
  free(memory);
}

static bool write_file(const char *path, const char *text, size_t size) {
  FILE *stream = fopen(path, "wb");
  if (stream == NULL) return false;
  bool written = fwrite(text, 1, size, stream) == size;
  return fclose(stream) == 0 && written;
}

static bool same_file(const char *path, const char *text, size_t size) {
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) return false;
  char *there = malloc(size + 1);
  PAT_ASSERT(there != NULL);
  size_t read = fread(there, 1, size + 1, stream);
  bool same = read == size && memcmp(there, text, size) == 0;
  free(there);
  fclose(stream);
  return same;
}

void vector_end(vector_file *file) {
  fprintf(file->stream, "\n  ]\n}\n");
  PAT_ASSERT(fclose(file->stream) == 0);
  vector_run *run = file->run;
  bool fine = run->check ? same_file(file->path, file->text, file->size)
                         : write_file(file->path, file->text, file->size);
  if (!fine) {
    fprintf(stderr, "%s: %s\n", file->path, run->check ? "differs, or is missing" : "not written");
    run->different++;
  }
  run->files++;
  run->vectors += file->count;
  free(file->text);
}
