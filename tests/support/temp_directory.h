/* A directory of a test's own, removed with all it holds. */
#ifndef PAT_TESTS_SUPPORT_TEMP_DIRECTORY_H
#define PAT_TESTS_SUPPORT_TEMP_DIRECTORY_H

#define TEMP_DIRECTORY_PATH_MAX 512

typedef struct {
  char path[TEMP_DIRECTORY_PATH_MAX]; /* absolute, without a '/' at its end */
} temp_directory;

/* Makes one below TMPDIR or /tmp; fails the test where it cannot. */
temp_directory temp_directory_make(void);
/* Removes it. Fits PAT_CLEANUP. */
void temp_directory_remove(temp_directory *directory);
/* path + "/" + name, in a buffer of the caller; fails the test where it does not fit. */
const char *temp_directory_join(const temp_directory *directory, const char *name,
                                char ret_path[TEMP_DIRECTORY_PATH_MAX]);

#endif
