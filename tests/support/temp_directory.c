#include "tests/support/temp_directory.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/assert.h"
#include "core/base/attributes.h"

enum { OPEN_DIRECTORIES = 16 };

temp_directory temp_directory_make(void) {
  const char *above = getenv("TMPDIR");
  temp_directory made;
  int size = snprintf(made.path, sizeof made.path, "%s/patina-test-XXXXXX",
                      above == NULL || above[0] == '\0' ? "/tmp" : above);
  PAT_ASSERT(size > 0 && (size_t)size < sizeof made.path);
  PAT_ASSERT(mkdtemp(made.path) != NULL);
  return made;
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *where) {
  (void)facts;
  (void)kind;
  (void)where;
  return remove(path);
}

void temp_directory_remove(temp_directory *directory) {
  if (directory->path[0] == '\0') return;
  (void)nftw(directory->path, remove_one, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS);
  directory->path[0] = '\0';
}

const char *temp_directory_join(const temp_directory *directory, const char *name,
                                char ret_path[TEMP_DIRECTORY_PATH_MAX]) {
  int size = snprintf(ret_path, TEMP_DIRECTORY_PATH_MAX, "%s/%s", directory->path, name);
  PAT_ASSERT(size > 0 && size < TEMP_DIRECTORY_PATH_MAX);
  return ret_path;
}
