/* Writes the model's vectors (tests/vectors), or compares them with what is there. */
#ifndef PAT_TESTS_CORE_MODEL_VECTOR_FILE_H
#define PAT_TESTS_CORE_MODEL_VECTOR_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/base/span.h"
#include "core/wasm/calls.h"

/* Where the vectors go, and what became of them. */
typedef struct {
  const char *root;
  bool check; /* compare in place of writing */
  size_t vectors;
  size_t files;
  size_t different;
} vector_run;

/* One file under way. */
typedef struct {
  vector_run *run;
  char path[1024];
  char *text;
  size_t size;
  FILE *stream;
  size_t count;
} vector_file;

/* Begins <root>/<path>: {"call": <call>, "vectors": [ */
void vector_begin(vector_file *file, vector_run *run, const char *path, const char *call);
/* Adds one vector: its name, its input, and what the call makes of it: "output" (base 64 where
 * binary, else text) or "refused". readable may be NULL: a line that says what the input holds. */
void vector_add(vector_file *file, const char *name, const char *readable, pat_span input,
                pat_call call);
/* Ends the file and writes or compares it. */
void vector_end(vector_file *file);

#endif
