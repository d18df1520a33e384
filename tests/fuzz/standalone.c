/* Replays inputs through a fuzz target without a fuzzing engine: each argument is a file, or a
 * folder whose files are replayed. Fails where there was nothing to replay, so that a lost corpus
 * is seen. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz_target.h"

/* Stops with a message where the condition that the replay needs does not hold. */
static void need(int condition, const char *what, const char *path) {
  if (condition) return;
  fprintf(stderr, "%s: %s\n", path, what);
  exit(1);
}

/* The copy has exactly the file's size, so that a sanitizer sees each read beyond it. */
static void replay_file(const char *path) {
  FILE *file = fopen(path, "rb");
  need(file != NULL, "cannot be opened", path);
  struct stat about;
  need(fstat(fileno(file), &about) == 0, "cannot be examined", path);
  size_t size = (size_t)about.st_size;
  uint8_t *data = malloc(size == 0 ? 1 : size);
  need(data != NULL, "is too large", path);
  need(fread(data, 1, size, file) == size, "cannot be read", path);
  fclose(file);
  LLVMFuzzerTestOneInput(data, size);
  free(data);
}

static unsigned replay_folder(const char *path, DIR *folder) {
  unsigned count = 0;
  const struct dirent *entry = NULL;
  while ((entry = readdir(folder)) != NULL) {
    if (entry->d_name[0] == '.') continue;
    char name[PATH_MAX];
    int length = snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
    need(length > 0 && (size_t)length < sizeof(name), "has too long a name", entry->d_name);
    replay_file(name);
    count++;
  }
  return count;
}

static unsigned replay(const char *path) {
  DIR *folder = opendir(path);
  if (folder == NULL) {
    replay_file(path);
    return 1;
  }
  unsigned count = replay_folder(path, folder);
  closedir(folder);
  return count;
}

int main(int argument_count, char **arguments) {
  unsigned count = 0;
  for (int i = 1; i < argument_count; i++) {
    count += replay(arguments[i]);
  }
  printf("%u inputs replayed\n", count);
  return count > 0 ? 0 : 1;
}
