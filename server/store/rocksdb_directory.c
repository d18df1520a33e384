#include "server/store/rocksdb_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/limits.h"
#include "server/sys/file.h"

enum { COPIES = 3 };

static bool ends_with(const char *text, const char *suffix) {
  size_t size = strlen(text);
  size_t suffix_size = strlen(suffix);
  return size >= suffix_size && strcmp(text + size - suffix_size, suffix) == 0;
}

static void directory_close(DIR **directory) {
  if (*directory != NULL) (void)closedir(*directory);
}

pat_status pat_rocksdb_directory_look(const char *path, bool *ret_exists, pat_err *reterr) {
  PAT_CLEANUP(directory_close) DIR *directory = opendir(path);
  PAT_REQUIRE_AT(directory != NULL, STORE_IO, reterr, 0, "opendir");
  bool has_current = false;
  bool has_records = false;
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    if (strcmp(entry->d_name, "CURRENT") == 0) has_current = true;
    if (ends_with(entry->d_name, ".sst") || ends_with(entry->d_name, ".log")) has_records = true;
  }
  PAT_REQUIRE_AT(has_current || !has_records, STORE_CORRUPT, reterr, 0, "CURRENT is missing");
  *ret_exists = has_current;
  return PAT_OK;
}

pat_status pat_rocksdb_directory_log_bytes(const char *path, uint64_t *ret_bytes, pat_err *reterr) {
  PAT_CLEANUP(directory_close) DIR *directory = opendir(path);
  PAT_REQUIRE_AT(directory != NULL, STORE_IO, reterr, 0, "opendir");
  uint64_t bytes = 0;
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    struct stat facts;
    if (!ends_with(entry->d_name, ".log")) continue;
    if (fstatat(dirfd(directory), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      return pat_refuse_at(PAT_RULE_STORE_IO, reterr, 0, "stat");
    }
    bytes += (uint64_t)facts.st_size;
  }
  *ret_bytes = bytes;
  return PAT_OK;
}

bool pat_rocksdb_directory_has_space(uint64_t available, uint64_t reserve, uint64_t bytes) {
  return available >= reserve && (available - reserve) / COPIES >= bytes;
}

pat_status pat_rocksdb_directory_check_space(const char *path, pat_err *reterr) {
  uint64_t available = 0;
  uint64_t logged = 0;
  PAT_TRY(pat_file_free_space(path, &available, reterr));
  PAT_TRY(pat_rocksdb_directory_log_bytes(path, &logged, reterr));
  bool enough = pat_rocksdb_directory_has_space(available, PAT_STORE_OPEN_SPACE_BYTES_MIN, logged);
  PAT_REQUIRE_AT(enough, STORE_SPACE_LOW, reterr, 0, path);
  return PAT_OK;
}
