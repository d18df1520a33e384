#include "clients/cli/import/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/assert.h"
#include "core/base/limits.h"

enum { PATH_BYTES = 4096 };

static const char no_folder[] = "/tmp";
static const char copy_name[] = "/patina-source-XXXXXX";

/* A file that nobody else can open. */
static pat_status open_copy(FILE **ret_copy, pat_err *reterr) {
  char path[PATH_BYTES];
  const char *folder = getenv("TMPDIR");
  if (folder == NULL || folder[0] == '\0') folder = no_folder;
  int size = snprintf(path, sizeof path, "%s%s", folder, copy_name);
  PAT_REQUIRE_AT(size > 0 && (size_t)size < sizeof path, FILE_IO, reterr, 0, folder);
  int number = mkstemp(path);
  PAT_REQUIRE_AT(number >= 0, FILE_IO, reterr, 0, folder);
  FILE *copy = unlink(path) == 0 ? fdopen(number, "w+b") : NULL;
  if (copy == NULL) close(number);
  PAT_REQUIRE_AT(copy != NULL, FILE_IO, reterr, 0, folder);
  *ret_copy = copy;
  return PAT_OK;
}

pat_status pat_source_open(const char *path, pat_source *ret_source, pat_err *reterr) {
  bool standard = strcmp(path, "-") == 0;
  *ret_source = (pat_source){.own_file = !standard};
  ret_source->file = standard ? stdin : fopen(path, "rb");
  if (ret_source->file == NULL) {
    return pat_refuse_at(errno == ENOENT ? PAT_RULE_FILE_MISSING : PAT_RULE_FILE_IO, reterr, 0,
                         path);
  }
  struct stat about;
  PAT_REQUIRE_AT(fstat(fileno(ret_source->file), &about) == 0, FILE_IO, reterr, 0, path);
  if (!S_ISREG(about.st_mode)) return open_copy(&ret_source->copy, reterr);
  off_t start = ftello(ret_source->file);
  PAT_REQUIRE_AT(start >= 0, FILE_IO, reterr, 0, path);
  ret_source->start = (uint64_t)start;
  return PAT_OK;
}

void pat_source_close(pat_source *source) {
  if (source->file != NULL && source->own_file) fclose(source->file);
  if (source->copy != NULL) fclose(source->copy);
  *source = (pat_source){.file = NULL};
}

static pat_status keep(const pat_source *source, const uint8_t *bytes, size_t size) {
  if (source->copy == NULL) return PAT_OK;
  PAT_REQUIRE(fwrite(bytes, 1, size, source->copy) == size, FILE_IO);
  PAT_REQUIRE(fflush(source->copy) == 0, FILE_IO);
  return PAT_OK;
}

pat_status pat_source_read(pat_source *source, uint8_t *bytes, size_t capacity, size_t *ret_size,
                           bool *ret_end) {
  size_t size = fread(bytes, 1, capacity, source->file);
  PAT_REQUIRE(ferror(source->file) == 0, FILE_IO);
  PAT_REQUIRE(size <= PAT_IMPORT_BYTES_MAX - source->bytes, FILE_TOO_LARGE);
  PAT_TRY(keep(source, bytes, size));
  source->bytes += size;
  *ret_size = size;
  *ret_end = feof(source->file) != 0;
  return PAT_OK;
}

pat_status pat_source_read_at(pat_source *source, uint64_t offset, uint8_t *bytes, size_t size) {
  PAT_ASSERT(offset <= source->bytes);
  PAT_ASSERT(size <= source->bytes - offset);
  int file = fileno(source->copy != NULL ? source->copy : source->file);
  for (size_t done = 0; done < size;) {
    ssize_t read = pread(file, bytes + done, size - done, (off_t)(source->start + offset + done));
    if (read < 0 && errno == EINTR) continue;
    PAT_REQUIRE(read >= 0, FILE_IO);
    PAT_REQUIRE(read > 0, IMPORT_SOURCE);
    done += (size_t)read;
  }
  return PAT_OK;
}
