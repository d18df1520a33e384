#include "server/sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/bytes/builder.h"

#define TEMPORARY_SUFFIX ".new"
#define LOCK_NAME        "lock"
enum { PATH_CAPACITY = PAT_PATH_BYTES_MAX + 1, MODE_OTHERS = 077 };

typedef struct {
  char text[PATH_CAPACITY];
} file_path;

/* Says which call failed and how, while errno still tells. */
static pat_status refuse_system(pat_rule rule, const char *step, pat_err *reterr) {
  const char *reason = strerrordesc_np(errno);
  char place[sizeof reterr->place] = {0};
  pat_builder builder;
  pat_builder_init(&builder, place, sizeof place - 1);
  pat_builder_text(&builder, step);
  pat_builder_text(&builder, ": ");
  pat_builder_text(&builder, reason == NULL ? "unknown error" : reason);
  return pat_refuse_at(rule, reterr, 0, place);
}

static pat_status refuse_open(const char *step, pat_err *reterr) {
  if (errno == ENOENT || errno == ENOTDIR)
    return refuse_system(PAT_RULE_FILE_MISSING, step, reterr);
  if (errno == ELOOP) return refuse_system(PAT_RULE_FILE_NOT_REGULAR, step, reterr);
  return refuse_system(PAT_RULE_FILE_IO, step, reterr);
}

static pat_status check_path(const char *path, pat_err *reterr) {
  size_t size = strlen(path);
  PAT_REQUIRE_AT(size > 0, FILE_PATH, reterr, 0, "empty");
  PAT_REQUIRE_AT(size <= PAT_PATH_BYTES_MAX, FILE_PATH, reterr, 0, "too long");
  return PAT_OK;
}

static void close_descriptor(int *descriptor) {
  if (*descriptor >= 0) (void)close(*descriptor);
  *descriptor = -1;
}

static pat_status path_with_suffix(const char *path, const char *suffix, file_path *ret_path) {
  pat_builder builder;
  pat_builder_init(&builder, ret_path->text, PAT_PATH_BYTES_MAX);
  pat_builder_text(&builder, path);
  pat_builder_text(&builder, suffix);
  pat_span whole;
  PAT_REQUIRE(pat_is_ok(pat_builder_finish(&builder, &whole)), FILE_PATH);
  ret_path->text[whole.size] = '\0';
  return PAT_OK;
}

pat_status pat_file_join(const char *directory, const char *name, char *ret_path,
                         size_t path_capacity) {
  PAT_ASSERT(path_capacity > 0);
  pat_span first = pat_span_text(directory);
  pat_span second = pat_span_text(name);
  PAT_REQUIRE(first.size > 0 && second.size > 0, FILE_PATH);
  PAT_REQUIRE(first.size < path_capacity && second.size < path_capacity - first.size - 1,
              FILE_PATH);
  pat_span_copy(ret_path, path_capacity, first);
  ret_path[first.size] = '/';
  pat_span_copy(ret_path + first.size + 1, path_capacity - first.size - 1, second);
  ret_path[first.size + 1 + second.size] = '\0';
  return PAT_OK;
}

/* --- reading --------------------------------------------------------------------------------- */

/* Fills the blob; a file that is no longer as long as it was is refused rather than cut. */
static pat_status read_exactly(int descriptor, pat_blob *blob, pat_err *reterr) {
  size_t filled = 0;
  while (filled < blob->size) {
    ssize_t got = read(descriptor, blob->data + filled, blob->size - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse_system(PAT_RULE_FILE_IO, "read", reterr);
    PAT_REQUIRE_AT(got > 0, FILE_IO, reterr, filled, "the file became shorter while it was read");
    filled += (size_t)got;
  }
  return PAT_OK;
}

static pat_status check_regular(const struct stat *facts, size_t size_max, pat_err *reterr) {
  PAT_REQUIRE_AT(S_ISREG(facts->st_mode), FILE_NOT_REGULAR, reterr, 0, NULL);
  PAT_ASSERT(facts->st_size >= 0);
  PAT_REQUIRE_AT((uint64_t)facts->st_size <= size_max, FILE_TOO_LARGE, reterr, size_max, NULL);
  return PAT_OK;
}

static pat_status read_checked(const char *path, size_t size_max, mode_t mode_refused,
                               pat_blob *ret_bytes, pat_err *reterr) {
  PAT_TRY(check_path(path, reterr));
  /* Not blocking, so that a pipe with this name is refused instead of waited for. */
  PAT_CLEANUP(close_descriptor) int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return refuse_open("open", reterr);
  struct stat facts;
  if (fstat(descriptor, &facts) != 0) return refuse_system(PAT_RULE_FILE_IO, "stat", reterr);
  PAT_TRY(check_regular(&facts, size_max, reterr));
  PAT_REQUIRE_AT((facts.st_mode & mode_refused) == 0, FILE_MODE, reterr, 0, NULL);
  PAT_CLEANUP(pat_blob_wipe) pat_blob bytes = {0};
  PAT_TRY(pat_blob_init((size_t)facts.st_size, &bytes));
  PAT_TRY(read_exactly(descriptor, &bytes, reterr));
  *ret_bytes = pat_blob_take(&bytes);
  return PAT_OK;
}

pat_status pat_file_read(const char *path, size_t size_max, pat_blob *ret_bytes, pat_err *reterr) {
  return read_checked(path, size_max, 0, ret_bytes, reterr);
}

pat_status pat_file_read_secret(const char *path, size_t size_max, pat_blob *ret_bytes,
                                pat_err *reterr) {
  return read_checked(path, size_max, MODE_OTHERS, ret_bytes, reterr);
}

pat_status pat_file_exists(const char *path, bool *ret_exists, pat_err *reterr) {
  PAT_TRY(check_path(path, reterr));
  struct stat facts;
  bool exists = lstat(path, &facts) == 0;
  if (!exists && errno != ENOENT && errno != ENOTDIR) {
    return refuse_system(PAT_RULE_FILE_IO, "stat", reterr);
  }
  *ret_exists = exists;
  return PAT_OK;
}

pat_status pat_file_free_space(const char *path, uint64_t *ret_bytes, pat_err *reterr) {
  PAT_TRY(check_path(path, reterr));
  struct statvfs facts;
  if (statvfs(path, &facts) != 0) return refuse_system(PAT_RULE_FILE_IO, "statvfs", reterr);
  *ret_bytes = (uint64_t)facts.f_bavail * (uint64_t)facts.f_frsize;
  return PAT_OK;
}

/* --- writing --------------------------------------------------------------------------------- */

static pat_status write_all(int descriptor, pat_span bytes, pat_err *reterr) {
  size_t written = 0;
  while (written < bytes.size) {
    ssize_t put = write(descriptor, bytes.data + written, bytes.size - written);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return refuse_system(PAT_RULE_FILE_IO, "write", reterr);
    written += (size_t)put;
  }
  return PAT_OK;
}

/* Makes the names in the directory that holds path durable. */
static pat_status sync_parent(const char *path, pat_err *reterr) {
  file_path parent = {"."};
  const char *slash = strrchr(path, '/');
  if (slash != NULL) {
    size_t size = slash == path ? 1 : (size_t)(slash - path);
    pat_span_copy(parent.text, PAT_PATH_BYTES_MAX, pat_span_make(path, size));
    parent.text[size] = '\0';
  }
  PAT_CLEANUP(close_descriptor)
  int descriptor = open(parent.text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return refuse_open("open directory", reterr);
  if (fsync(descriptor) != 0) return refuse_system(PAT_RULE_FILE_IO, "fsync directory", reterr);
  return PAT_OK;
}

static pat_status write_temporary(const char *path, mode_t mode, pat_span bytes, pat_err *reterr) {
  /* One that a crash left behind is of no use, and must not be followed or appended to. */
  (void)unlink(path);
  PAT_CLEANUP(close_descriptor)
  int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) return refuse_open("create", reterr);
  if (fchmod(descriptor, mode) != 0) return refuse_system(PAT_RULE_FILE_IO, "chmod", reterr);
  PAT_TRY(write_all(descriptor, bytes, reterr));
  if (fsync(descriptor) != 0) return refuse_system(PAT_RULE_FILE_IO, "fsync", reterr);
  return PAT_OK;
}

/* For cleanups: an empty text names nothing. */
static void remove_temporary(file_path *path) {
  if (path->text[0] != '\0') (void)unlink(path->text);
}

pat_status pat_file_replace(const char *path, unsigned mode, pat_span bytes, pat_err *reterr) {
  PAT_ASSERT(mode <= 0777);
  PAT_TRY(check_path(path, reterr));
  PAT_CLEANUP(remove_temporary) file_path temporary = {""};
  PAT_TRY(path_with_suffix(path, TEMPORARY_SUFFIX, &temporary));
  PAT_TRY(write_temporary(temporary.text, (mode_t)mode, bytes, reterr));
  if (rename(temporary.text, path) != 0) return refuse_system(PAT_RULE_FILE_IO, "rename", reterr);
  temporary.text[0] = '\0';
  return sync_parent(path, reterr);
}

pat_status pat_file_create_secret(const char *path, pat_span bytes, pat_err *reterr) {
  PAT_TRY(check_path(path, reterr));
  PAT_CLEANUP(remove_temporary) file_path temporary = {""};
  PAT_TRY(path_with_suffix(path, TEMPORARY_SUFFIX, &temporary));
  PAT_TRY(write_temporary(temporary.text, 0600, bytes, reterr));
  /* Unlike a rename, a link never replaces what is there; and the name comes with all its bytes. */
  if (link(temporary.text, path) != 0) {
    pat_rule rule = errno == EEXIST ? PAT_RULE_FILE_EXISTS : PAT_RULE_FILE_IO;
    return refuse_system(rule, "link", reterr);
  }
  return sync_parent(path, reterr);
}

/* --- directories ----------------------------------------------------------------------------- */

static pat_status make_one_directory(const char *path, pat_err *reterr) {
  if (mkdir(path, 0700) == 0) return sync_parent(path, reterr);
  if (errno != EEXIST) {
    pat_rule rule = errno == ENOTDIR ? PAT_RULE_FILE_NOT_DIRECTORY : PAT_RULE_FILE_IO;
    return refuse_system(rule, "mkdir", reterr);
  }
  struct stat facts;
  if (stat(path, &facts) != 0) return refuse_system(PAT_RULE_FILE_IO, "stat", reterr);
  PAT_REQUIRE_AT(S_ISDIR(facts.st_mode), FILE_NOT_DIRECTORY, reterr, 0, NULL);
  return PAT_OK;
}

pat_status pat_file_make_directory(const char *path, pat_err *reterr) {
  PAT_TRY(check_path(path, reterr));
  file_path prefix = {""};
  size_t size = strlen(path);
  pat_span_copy(prefix.text, PAT_PATH_BYTES_MAX, pat_span_make(path, size));
  for (size_t i = 1; i < size; i++) {
    if (path[i] != '/' || path[i - 1] == '/') continue;
    prefix.text[i] = '\0';
    PAT_TRY(make_one_directory(prefix.text, reterr));
    prefix.text[i] = '/';
  }
  return make_one_directory(path, reterr);
}

pat_status pat_file_lock_open(const char *directory, pat_file_lock *ret_lock, pat_err *reterr) {
  PAT_TRY(check_path(directory, reterr));
  file_path path = {""};
  PAT_TRY(pat_file_join(directory, LOCK_NAME, path.text, sizeof path.text));
  PAT_CLEANUP(close_descriptor)
  int descriptor = open(path.text, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) return refuse_open("open lock", reterr);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    pat_rule rule = errno == EWOULDBLOCK ? PAT_RULE_FILE_LOCKED : PAT_RULE_FILE_IO;
    return refuse_system(rule, "lock", reterr);
  }
  *ret_lock = (pat_file_lock){.held = true, .descriptor = descriptor};
  descriptor = -1;
  return PAT_OK;
}

void pat_file_lock_close(pat_file_lock *lock) {
  if (lock->held) close_descriptor(&lock->descriptor);
  *lock = (pat_file_lock){0};
}
