#include "clients/cli/audit/mirror.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "clients/cli/files.h"
#include "core/bytes/reader.h"
#include "core/note/checkpoint.h"

/* An entry bundle: 256 leaves, each behind its size. */
enum {
  BUNDLE_BYTES_MAX = PAT_TLOG_TILE_WIDTH * (PAT_LEAF_BYTES_MAX + 2),
  HASHES_BYTES_MAX = PAT_TLOG_TILE_WIDTH * PAT_HASH_BYTES,
};

typedef struct {
  char text[PAT_PATH_BYTES_MAX + 1];
} file_path;

static size_t size_max_of(const pat_tlog_tile *tile) {
  return tile->kind == PAT_TLOG_TILE_ENTRIES ? BUNDLE_BYTES_MAX : HASHES_BYTES_MAX;
}

/* The tile's path on the log, with a leading slash. */
static void tile_path(const pat_tlog_tile *tile, char ret_path[PAT_TLOG_TILE_PATH_BYTES_MAX + 2]) {
  pat_builder builder;
  pat_builder_init(&builder, ret_path, PAT_TLOG_TILE_PATH_BYTES_MAX + 1);
  pat_builder_char(&builder, '/');
  pat_tlog_tile_path(tile, &builder);
  ret_path[pat_builder_size(&builder)] = '\0';
}

static pat_status path_in(const pat_mirror *mirror, const char *name, file_path *ret_path) {
  int size = snprintf(ret_path->text, sizeof ret_path->text, "%s%s", mirror->folder, name);
  PAT_REQUIRE_AT(size > 0 && (size_t)size < sizeof ret_path->text, FILE_PATH, &mirror->cli->error,
                 0, mirror->folder);
  return PAT_OK;
}

static pat_status path_of(const pat_mirror *mirror, const pat_tlog_tile *tile,
                          file_path *ret_path) {
  char name[PAT_TLOG_TILE_PATH_BYTES_MAX + 2];
  tile_path(tile, name);
  return path_in(mirror, name, ret_path);
}

pat_status pat_mirror_open(pat_cli *cli, pat_fetch *fetch, const char *folder, const char *origin,
                           pat_mirror *ret_mirror) {
  PAT_TRY(pat_files_make_directory(folder, &cli->error));
  *ret_mirror = (pat_mirror){.cli = cli, .fetch = fetch, .folder = folder, .origin = origin};
  return PAT_OK;
}

/* --- files ----------------------------------------------------------------------------------- */

static void stream_close(FILE **stream) {
  if (*stream != NULL) (void)fclose(*stream);
  *stream = NULL;
}

static pat_status refuse_io(pat_mirror *mirror, const char *path) {
  return pat_refuse_at(PAT_RULE_FILE_IO, &mirror->cli->error, 0, path);
}

/* Whole or not at all, but for a crash of the machine. */
static pat_status write_unsynced(pat_mirror *mirror, const char *path, pat_span bytes) {
  file_path temporary;
  int size = snprintf(temporary.text, sizeof temporary.text, "%s.new", path);
  PAT_REQUIRE_AT(size > 0 && (size_t)size < sizeof temporary.text, FILE_PATH, &mirror->cli->error,
                 0, path);
  PAT_CLEANUP(stream_close) FILE *stream = fopen(temporary.text, "we");
  if (stream == NULL) return refuse_io(mirror, temporary.text);
  bool written = fwrite(bytes.data, 1, bytes.size, stream) == bytes.size && fflush(stream) == 0;
  if (!written || rename(temporary.text, path) != 0) return refuse_io(mirror, path);
  return PAT_OK;
}

static pat_status keep_tile(pat_mirror *mirror, const pat_tlog_tile *tile, pat_span bytes) {
  file_path path;
  file_path folder;
  PAT_TRY(path_of(mirror, tile, &path));
  folder = path;
  *strrchr(folder.text, '/') = '\0';
  PAT_TRY(pat_files_make_directory(folder.text, &mirror->cli->error));
  return write_unsynced(mirror, path.text, bytes);
}

static pat_status read_tile(pat_mirror *mirror, const pat_tlog_tile *tile, bool *ret_found,
                            pat_span *ret_bytes) {
  file_path path;
  PAT_TRY(path_of(mirror, tile, &path));
  pat_status status = pat_files_read(&mirror->cli->arena, path.text, size_max_of(tile), ret_bytes,
                                     &mirror->cli->error);
  bool absent =
      pat_is_rule(status, PAT_RULE_FILE_MISSING) || pat_is_rule(status, PAT_RULE_FILE_TOO_LARGE);
  *ret_found = !absent;
  if (!absent) return status;
  mirror->cli->error = (pat_err){.offset = 0};
  return PAT_OK;
}

/* --- tiles ----------------------------------------------------------------------------------- */

pat_status pat_mirror_fetch(pat_mirror *mirror, const pat_tlog_tile *tile, pat_span *ret_bytes) {
  char path[PAT_TLOG_TILE_PATH_BYTES_MAX + 2];
  tile_path(tile, path);
  pat_status status = pat_fetch_get(mirror->fetch, path, size_max_of(tile), ret_bytes);
  pat_failure *failure = &mirror->cli->failure;
  if (!pat_is_ok(status) && failure->set && failure->code == PAT_EXIT_NOT_FOUND) {
    *failure = (pat_failure){.set = false};
    return pat_cli_fail_as(mirror->cli, pat_refuse(PAT_RULE_VERIFY_MISSING),
                           PAT_EXIT_COULD_NOT_CHECK, "the log does not serve %s", path);
  }
  PAT_TRY(status);
  mirror->fetched++;
  return keep_tile(mirror, tile, *ret_bytes);
}

pat_status pat_mirror_tile(pat_mirror *mirror, const pat_tlog_tile *tile, pat_span *ret_bytes,
                           bool *ret_kept) {
  *ret_kept = false;
  bool wanted = mirror->refetch && tile->kind == PAT_TLOG_TILE_HASHES;
  if (!wanted) PAT_TRY(read_tile(mirror, tile, ret_kept, ret_bytes));
  return *ret_kept ? PAT_OK : pat_mirror_fetch(mirror, tile, ret_bytes);
}

static pat_status drop(pat_mirror *mirror, pat_tlog_tile tile, uint64_t before, uint64_t size) {
  tile.index = pat_tlog_tile_level_size(before, tile.level) / PAT_TLOG_TILE_WIDTH;
  tile.width = pat_tlog_tile_width(before, tile.level, tile.index);
  if (tile.width == 0 || tile.width == pat_tlog_tile_width(size, tile.level, tile.index)) {
    return PAT_OK;
  }
  file_path path;
  PAT_TRY(path_of(mirror, &tile, &path));
  return pat_files_remove(path.text, &mirror->cli->error);
}

pat_status pat_mirror_drop_partial(pat_mirror *mirror, uint64_t before, uint64_t size) {
  PAT_TRY(drop(mirror, (pat_tlog_tile){.kind = PAT_TLOG_TILE_ENTRIES}, before, size));
  for (uint8_t level = 0; pat_tlog_tile_level_size(before, level) > 0; level++) {
    PAT_TRY(drop(mirror, (pat_tlog_tile){.level = level}, before, size));
  }
  return PAT_OK;
}

/* --- what was judged ------------------------------------------------------------------------- */

/* The size that a kept checkpoint states; 0 where there is none that can be read. */
static uint64_t kept_size(pat_mirror *mirror, const char *path) {
  pat_span bytes;
  pat_note note;
  pat_checkpoint checkpoint;
  if (!pat_files_exists(path)) return 0;
  if (!pat_is_ok(pat_files_read(&mirror->cli->arena, path, PAT_NOTE_BYTES_MAX, &bytes, NULL))) {
    return 0;
  }
  if (!pat_is_ok(pat_note_parse(bytes, &note, NULL))) return 0;
  pat_status status = pat_checkpoint_parse(note.text, PAT_CHECKPOINT_STRICT, &checkpoint, NULL);
  return pat_is_ok(status) ? checkpoint.head.size : 0;
}

pat_status pat_mirror_put_checkpoint(pat_mirror *mirror, pat_span note, uint64_t *ret_before) {
  file_path path;
  PAT_TRY(path_in(mirror, "/checkpoint", &path));
  *ret_before = kept_size(mirror, path.text);
  return pat_files_write(path.text, note, &mirror->cli->error);
}

pat_status pat_mirror_judged(pat_mirror *mirror, pat_tlog_head *ret_head) {
  *ret_head = (pat_tlog_head){.size = 0};
  file_path path;
  PAT_TRY(path_in(mirror, "/judged", &path));
  if (!pat_files_exists(path.text)) return PAT_OK;
  pat_span text;
  PAT_TRY(pat_files_read(&mirror->cli->arena, path.text, PAT_CHECKPOINT_TEXT_BYTES_MAX, &text,
                         &mirror->cli->error));
  pat_checkpoint judged;
  pat_status status = pat_checkpoint_parse(text, PAT_CHECKPOINT_STRICT, &judged, NULL);
  /* Of another log, or spoilt: then nothing was judged. */
  bool ours = pat_is_ok(status) && pat_span_equal(judged.origin, pat_span_text(mirror->origin));
  if (ours) *ret_head = judged.head;
  return PAT_OK;
}

pat_status pat_mirror_put_judged(pat_mirror *mirror, const pat_tlog_head *head) {
  file_path path;
  PAT_TRY(path_in(mirror, "/judged", &path));
  char text[PAT_CHECKPOINT_TEXT_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, text, sizeof text);
  PAT_TRY(pat_checkpoint_format(pat_span_text(mirror->origin), head, &builder));
  pat_span bytes;
  PAT_TRY(pat_builder_finish(&builder, &bytes));
  return write_unsynced(mirror, path.text, bytes);
}

/* --- how far statements were judged ---------------------------------------------------------- */

/* origin's hash, size, root, list, done, unknown, statements; then the hash of all that. */
enum { PROGRESS_BYTES = 3 * PAT_HASH_BYTES + 4 * 8, PROGRESS_FILE_BYTES = PROGRESS_BYTES + 32 };

static pat_hash hash_of_origin(const pat_mirror *mirror) {
  return pat_hash_of(pat_span_text(mirror->origin));
}

static pat_status read_hash(pat_reader *reader, pat_hash *ret_hash) {
  pat_span bytes;
  PAT_TRY(pat_reader_take(reader, PAT_HASH_BYTES, &bytes));
  pat_span_copy(ret_hash->bytes, PAT_HASH_BYTES, bytes);
  return PAT_OK;
}

static pat_status decode_progress(const pat_mirror *mirror, pat_span file,
                                  pat_mirror_progress *ret_progress) {
  PAT_REQUIRE(file.size == PROGRESS_FILE_BYTES, FILE_IO);
  pat_hash sum = pat_hash_of(pat_span_slice(file, 0, PROGRESS_BYTES));
  pat_hash origin = hash_of_origin(mirror);
  bool ours =
      pat_span_starts_with(file, pat_hash_span(&origin)) &&
      pat_span_equal(pat_span_slice(file, PROGRESS_BYTES, PAT_HASH_BYTES), pat_hash_span(&sum));
  PAT_REQUIRE(ours, FILE_IO);
  pat_mirror_progress progress;
  pat_reader reader;
  pat_reader_init(&reader, pat_span_slice(file, PAT_HASH_BYTES, PROGRESS_BYTES - PAT_HASH_BYTES));
  PAT_TRY(pat_reader_u64be(&reader, &progress.head.size));
  PAT_TRY(read_hash(&reader, &progress.head.root));
  PAT_TRY(read_hash(&reader, &progress.list));
  PAT_TRY(pat_reader_u64be(&reader, &progress.done));
  PAT_TRY(pat_reader_u64be(&reader, &progress.unknown));
  PAT_TRY(pat_reader_u64be(&reader, &progress.statements));
  PAT_TRY(pat_reader_finish(&reader));
  *ret_progress = progress;
  return PAT_OK;
}

pat_status pat_mirror_progress_read(pat_mirror *mirror, pat_mirror_progress *ret_progress) {
  *ret_progress = (pat_mirror_progress){.done = 0};
  file_path path;
  PAT_TRY(path_in(mirror, "/statements", &path));
  if (!pat_files_exists(path.text)) return PAT_OK;
  pat_span file;
  PAT_TRY(pat_files_read(&mirror->cli->arena, path.text, PAT_CLI_FILE_BYTES_MAX, &file,
                         &mirror->cli->error));
  pat_mirror_progress progress;
  if (pat_is_ok(decode_progress(mirror, file, &progress))) *ret_progress = progress;
  return PAT_OK;
}

pat_status pat_mirror_progress_write(pat_mirror *mirror, const pat_mirror_progress *progress) {
  file_path path;
  PAT_TRY(path_in(mirror, "/statements", &path));
  uint8_t bytes[PROGRESS_FILE_BYTES];
  pat_hash origin = hash_of_origin(mirror);
  pat_builder builder;
  pat_builder_init(&builder, bytes, sizeof bytes);
  pat_builder_span(&builder, pat_hash_span(&origin));
  pat_builder_u64be(&builder, progress->head.size);
  pat_builder_span(&builder, pat_hash_span(&progress->head.root));
  pat_builder_span(&builder, pat_hash_span(&progress->list));
  pat_builder_u64be(&builder, progress->done);
  pat_builder_u64be(&builder, progress->unknown);
  pat_builder_u64be(&builder, progress->statements);
  pat_hash sum = pat_hash_of(pat_span_make(bytes, PROGRESS_BYTES));
  pat_builder_span(&builder, pat_hash_span(&sum));
  pat_span file;
  PAT_TRY(pat_builder_finish(&builder, &file));
  return write_unsynced(mirror, path.text, file);
}
