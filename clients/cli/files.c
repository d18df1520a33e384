#include "clients/cli/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/limits.h"
#include "core/bytes/builder.h"
#include "core/crypto/sign.h"

typedef struct {
  int number; /* -1: none */
} descriptor;

static void descriptor_clear(descriptor *file) {
  if (file->number > STDERR_FILENO) close(file->number);
  file->number = -1;
}

static pat_status refuse_errno(pat_err *reterr, const char *path) {
  if (errno == ENOENT) return pat_refuse_at(PAT_RULE_FILE_MISSING, reterr, 0, path);
  if (errno == EEXIST) return pat_refuse_at(PAT_RULE_FILE_EXISTS, reterr, 0, path);
  if (errno == EISDIR) return pat_refuse_at(PAT_RULE_FILE_NOT_REGULAR, reterr, 0, path);
  char place[sizeof reterr->place];
  snprintf(place, sizeof place, "%s: %s", path, strerror(errno));
  return pat_refuse_at(PAT_RULE_FILE_IO, reterr, 0, place);
}

/* What is read, while its length is not known yet: it may hold a secret, so it is wiped. */
typedef struct {
  uint8_t *bytes;
  size_t size;
  size_t capacity;
} file_buffer;

static void buffer_clear(file_buffer *buffer) {
  pat_secret_wipe(buffer->bytes, buffer->size);
  free(buffer->bytes);
  buffer->bytes = NULL;
}

/* Makes room for one more piece. */
static pat_status buffer_grow(file_buffer *grown, size_t piece) {
  if (grown->capacity - grown->size >= piece) return PAT_OK;
  size_t capacity = grown->capacity * 2 + piece;
  PAT_CLEANUP(buffer_clear) file_buffer old = *grown;
  grown->bytes = malloc(capacity);
  PAT_REQUIRE(grown->bytes != NULL, LIMIT_MEMORY);
  grown->capacity = capacity;
  pat_span_copy(grown->bytes, capacity, pat_span_make(old.bytes, old.size));
  return PAT_OK;
}

static pat_status read_all(int number, pat_arena *arena, const char *path, size_t size_max,
                           pat_span *ret_bytes, pat_err *reterr) {
  enum { PIECE_BYTES = 65536 };
  PAT_CLEANUP(buffer_clear) file_buffer file = {NULL, 0, 0};
  while (true) {
    PAT_TRY(buffer_grow(&file, PIECE_BYTES));
    ssize_t got = read(number, file.bytes + file.size, PIECE_BYTES);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse_errno(reterr, path);
    if (got == 0) break;
    file.size += (size_t)got;
    if (file.size > size_max) return pat_refuse_at(PAT_RULE_FILE_TOO_LARGE, reterr, size_max, path);
  }
  uint8_t *bytes = pat_arena_take(arena, file.size + 1);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  pat_span_copy(bytes, file.size, pat_span_make(file.bytes, file.size));
  *ret_bytes = pat_span_make(bytes, file.size);
  return PAT_OK;
}

static pat_status open_file(const char *path, descriptor *file, pat_err *reterr) {
  if (strcmp(path, "-") == 0) {
    file->number = STDIN_FILENO;
    return PAT_OK;
  }
  file->number = open(path, O_RDONLY | O_CLOEXEC);
  return file->number >= 0 ? PAT_OK : refuse_errno(reterr, path);
}

pat_status pat_files_read(pat_arena *arena, const char *path, size_t size_max, pat_span *ret_bytes,
                          pat_err *reterr) {
  PAT_CLEANUP(descriptor_clear) descriptor file = {-1};
  PAT_TRY(open_file(path, &file, reterr));
  return read_all(file.number, arena, path, size_max, ret_bytes, reterr);
}

pat_status pat_files_read_secret(pat_arena *arena, const char *path, size_t size_max,
                                 pat_span *ret_bytes, pat_err *reterr) {
  PAT_CLEANUP(descriptor_clear) descriptor file = {-1};
  PAT_TRY(open_file(path, &file, reterr));
  struct stat status;
  if (fstat(file.number, &status) != 0) return refuse_errno(reterr, path);
  bool open_to_others = S_ISREG(status.st_mode) && (status.st_mode & 077) != 0;
  PAT_REQUIRE_AT(!open_to_others, FILE_MODE, reterr, 0, path);
  return read_all(file.number, arena, path, size_max, ret_bytes, reterr);
}

static pat_status write_all(int number, pat_span bytes, const char *path, pat_err *reterr) {
  size_t written = 0;
  while (written < bytes.size) {
    ssize_t put = write(number, bytes.data + written, bytes.size - written);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return refuse_errno(reterr, path);
    written += (size_t)put;
  }
  return PAT_OK;
}

static pat_status create(const char *path, unsigned mode, int flags, pat_span bytes,
                         pat_err *reterr) {
  PAT_CLEANUP(descriptor_clear) descriptor file = {-1};
  file.number = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, (mode_t)mode);
  if (file.number < 0) return refuse_errno(reterr, path);
  PAT_TRY(write_all(file.number, bytes, path, reterr));
  if (fsync(file.number) != 0 && errno != EINVAL) return refuse_errno(reterr, path);
  return PAT_OK;
}

pat_status pat_files_create(const char *path, unsigned mode, pat_span bytes, pat_err *reterr) {
  PAT_TRY(create(path, mode, O_EXCL, bytes, reterr));
  return PAT_OK;
}

static bool is_special(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

pat_status pat_files_write(const char *path, pat_span bytes, pat_err *reterr) {
  if (strcmp(path, "-") == 0) return write_all(STDOUT_FILENO, bytes, "standard output", reterr);
  /* A pipe or a device is written to, never replaced. */
  if (is_special(path)) return create(path, 0644, 0, bytes, reterr);
  char temporary[PAT_PATH_BYTES_MAX + 1];
  int size = snprintf(temporary, sizeof temporary, "%s.%ld.new", path, (long)getpid());
  PAT_REQUIRE_AT(size > 0 && (size_t)size < sizeof temporary, FILE_PATH, reterr, 0, path);
  pat_status status = create(temporary, 0644, O_TRUNC, bytes, reterr);
  if (pat_is_ok(status) && rename(temporary, path) != 0) status = refuse_errno(reterr, path);
  if (!pat_is_ok(status)) unlink(temporary);
  return status;
}

static pat_status make_one(const char *path, pat_err *reterr) {
  if (mkdir(path, 0700) == 0) return PAT_OK;
  if (errno != EEXIST) return refuse_errno(reterr, path);
  struct stat status;
  if (stat(path, &status) != 0) return refuse_errno(reterr, path);
  PAT_REQUIRE_AT(S_ISDIR(status.st_mode), FILE_NOT_DIRECTORY, reterr, 0, path);
  return PAT_OK;
}

pat_status pat_files_make_directory(const char *path, pat_err *reterr) {
  char above[PAT_PATH_BYTES_MAX + 1];
  pat_builder builder;
  pat_builder_init(&builder, above, sizeof above);
  pat_span bytes;
  for (const char *c = path; *c != '\0'; c++) {
    if (*c == '/' && c != path) {
      pat_builder whole = builder;
      pat_builder_char(&whole, '\0');
      PAT_REQUIRE_AT(pat_is_ok(pat_builder_finish(&whole, &bytes)), FILE_PATH, reterr, 0, path);
      PAT_TRY(make_one(above, reterr));
    }
    pat_builder_char(&builder, *c);
  }
  PAT_REQUIRE_AT(pat_is_ok(pat_builder_finish(&builder, &bytes)), FILE_PATH, reterr, 0, path);
  return make_one(path, reterr);
}

bool pat_files_exists(const char *path) { return access(path, F_OK) == 0; }

pat_status pat_files_remove(const char *path, pat_err *reterr) {
  if (unlink(path) == 0 || errno == ENOENT) return PAT_OK;
  return refuse_errno(reterr, path);
}

pat_status pat_files_path(pat_arena *arena, const char *const *parts, size_t part_count,
                          const char **ret_path) {
  char *path = pat_arena_take(arena, PAT_PATH_BYTES_MAX + 1);
  PAT_REQUIRE(path != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, path, PAT_PATH_BYTES_MAX + 1);
  for (size_t i = 0; i < part_count; i++) {
    pat_builder_text(&builder, parts[i]);
  }
  pat_builder_char(&builder, '\0');
  pat_span bytes;
  PAT_REQUIRE(pat_is_ok(pat_builder_finish(&builder, &bytes)), FILE_PATH);
  *ret_path = path;
  return PAT_OK;
}

pat_status pat_files_entropy(uint8_t *ret_bytes, size_t size) {
  size_t filled = 0;
  while (filled < size) {
    ssize_t got = getrandom(ret_bytes + filled, size - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    PAT_REQUIRE(got > 0, INTERNAL);
    filled += (size_t)got;
  }
  return PAT_OK;
}
