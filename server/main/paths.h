/* Paths inside the server's directory. */
#ifndef PAT_SERVER_MAIN_PATHS_H
#define PAT_SERVER_MAIN_PATHS_H

#include "core/base/limits.h"
#include "core/base/status.h"
#include "server/sys/file.h"

typedef struct {
  char text[PAT_PATH_BYTES_MAX + 1];
} pat_path;

/* directory "/" name. fails FILE_PATH */
static inline PAT_MUST_USE pat_status pat_path_join(const char *directory, const char *name,
                                                    pat_path *ret_path) {
  return pat_file_join(directory, name, ret_path->text, sizeof ret_path->text);
}

#endif
