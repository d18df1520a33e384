/* Makes the model's vectors with the native build.
 * usage: make_vectors <folder>          writes them there
 *        make_vectors --check <folder>  compares; ends with 1 where one differs
 *        make_vectors --random <folder> writes folds of random histories */
#include "tests/core/model/make_vectors.h"

#include <string.h>

enum { MODE_WRITE, MODE_CHECK, MODE_RANDOM, MODE_NONE };

static int mode_of(int argc, char **argv) {
  if (argc == 2) return MODE_WRITE;
  if (argc != 3) return MODE_NONE;
  if (strcmp(argv[1], "--check") == 0) return MODE_CHECK;
  return strcmp(argv[1], "--random") == 0 ? MODE_RANDOM : MODE_NONE;
}

int main(int argc, char **argv) {
  int mode = mode_of(argc, argv);
  if (mode == MODE_NONE) {
    fprintf(stderr, "usage: %s [--check | --random] <folder>\n", argv[0]);
    return 2;
  }
  vector_run run = {.root = argv[argc - 1], .check = mode == MODE_CHECK};
  if (mode == MODE_RANDOM) {
    make_random_vectors(&run);
  } else {
    make_fold_vectors(&run);
    make_statement_vectors(&run);
    make_value_vectors(&run);
  }
  printf("files=%zu vectors=%zu different=%zu\n", run.files, run.vectors, run.different);
  return run.different == 0 && run.vectors > 0 ? 0 : 1;
}
