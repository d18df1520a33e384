#include "server/sys/checkpoint_file.h"

#include "core/base/limits.h"
#include "server/sys/file.h"

/* The checkpoint is public, so anyone on the machine may read it. */
enum { MODE = 0644 };

static pat_status path_in(const char *directory, char ret_path[PAT_PATH_BYTES_MAX + 1]) {
  return pat_file_join(directory, PAT_CHECKPOINT_FILE_NAME, ret_path, PAT_PATH_BYTES_MAX + 1);
}

pat_status pat_checkpoint_file_write(const char *directory, pat_span note, pat_err *reterr) {
  PAT_REQUIRE(note.size >= 1 && note.size <= PAT_NOTE_BYTES_MAX, CHECKPOINT_FILE_LENGTH);
  char path[PAT_PATH_BYTES_MAX + 1];
  PAT_TRY(path_in(directory, path));
  return pat_file_replace(path, MODE, note, reterr);
}

pat_status pat_checkpoint_file_read(const char *directory, pat_blob *ret_note, pat_err *reterr) {
  char path[PAT_PATH_BYTES_MAX + 1];
  PAT_TRY(path_in(directory, path));
  PAT_CLEANUP(pat_blob_clear) pat_blob note = {0};
  pat_status status = pat_file_read(path, PAT_NOTE_BYTES_MAX, &note, reterr);
  if (pat_is_rule(status, PAT_RULE_FILE_TOO_LARGE)) {
    return pat_refuse_at(PAT_RULE_CHECKPOINT_FILE_LENGTH, reterr, 0, "too long");
  }
  PAT_TRY(status);
  PAT_REQUIRE_AT(note.size > 0, CHECKPOINT_FILE_LENGTH, reterr, 0, "empty");
  *ret_note = pat_blob_take(&note);
  return PAT_OK;
}
