#include "server/main/staging.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "server/sys/log.h"

static pat_status check_absent(const char *directory, const char *name, pat_rule rule,
                               pat_err *reterr) {
  pat_path path;
  bool exists = false;
  PAT_TRY(pat_path_join(directory, name, &path));
  PAT_TRY(pat_file_exists(path.text, &exists, reterr));
  return exists ? pat_refuse_at(rule, reterr, 0, path.text) : PAT_OK;
}

pat_status pat_staging_open(const char *directory, pat_path *ret_staging, pat_err *reterr) {
  static const char *const marks[] = {"origin", "keys", "store"};
  PAT_TRY(check_absent(directory, PAT_STAGING_NAME, PAT_RULE_MAIN_PARTIAL, reterr));
  for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
    PAT_TRY(check_absent(directory, marks[i], PAT_RULE_MAIN_EXISTS, reterr));
  }
  PAT_TRY(pat_file_make_directory(directory, reterr));
  pat_path staging;
  PAT_TRY(pat_path_join(directory, PAT_STAGING_NAME, &staging));
  if (mkdir(staging.text, 0700) != 0) {
    pat_rule rule = errno == EEXIST ? PAT_RULE_MAIN_PARTIAL : PAT_RULE_FILE_IO;
    return pat_refuse_at(rule, reterr, 0, staging.text);
  }
  *ret_staging = staging;
  return PAT_OK;
}

static pat_status move(const char *from, const char *to, const char *name, pat_err *reterr) {
  pat_path old_path;
  pat_path new_path;
  PAT_TRY(pat_path_join(from, name, &old_path));
  PAT_TRY(pat_path_join(to, name, &new_path));
  if (rename(old_path.text, new_path.text) == 0) return PAT_OK;
  return pat_refuse_at(PAT_RULE_FILE_IO, reterr, 0, new_path.text);
}

pat_status pat_staging_move(const char *directory, const pat_path *staging, pat_err *reterr) {
  static const char *const names[] = {"keys", "store", "checkpoint", "policy.txt", "patina.conf"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    PAT_TRY(move(staging->text, directory, names[i], reterr));
  }
  return PAT_OK;
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *at) {
  (void)about;
  (void)type;
  (void)at;
  if (remove(path) != 0) PAT_LOG(PAT_LOG_WARNING, "init.left-over", pat_log_text("path", path));
  return 0;
}

void pat_staging_remove(const pat_path *staging) {
  enum { DESCRIPTORS = 16 };
  (void)nftw(staging->text, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
}
