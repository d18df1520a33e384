#include "clients/cli/trust.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/policy_file.h"
#include "core/verify/log.h"

static pat_status path_of(pat_trust *trust, const char *name, const char **ret_path) {
  const char *parts[] = {trust->folder, "/", name};
  return pat_files_path(&trust->cli->arena, parts, 3, ret_path);
}

static pat_status find_folders(pat_trust *trust) {
  pat_cli *cli = trust->cli;
  trust->home = pat_cli_option(cli, PAT_OPTION_HOME);
  if (trust->home == NULL) {
    PAT_TRY(pat_policy_file_folder(cli, "XDG_STATE_HOME", ".local/state", &trust->home));
  }
  /* A log's name has slashes; its hash has none. */
  pat_hash hash = pat_hash_of(pat_span_text(trust->origin));
  const char *parts[] = {trust->home, "/logs/", pat_output_hex(cli, pat_hash_span(&hash))};
  PAT_TRY(pat_files_path(&cli->arena, parts, 3, &trust->folder));
  return pat_files_make_directory(trust->folder, &cli->error);
}

static pat_status judge(pat_trust *trust, pat_span note, pat_seen *ret_seen) {
  pat_policy_verdict verdict;
  PAT_TRY(
      pat_policy_judge(trust->policy, note, PAT_CHECKPOINT_STRICT, &verdict, &trust->cli->error));
  bool own = pat_span_equal(verdict.checkpoint.origin, pat_span_text(trust->origin));
  PAT_REQUIRE_AT(own, POLICY_LOG, &trust->cli->error, 0, "origin");
  *ret_seen =
      (pat_seen){note, verdict.checkpoint.head, verdict.witness_count, verdict.seconds_last};
  return PAT_OK;
}

static pat_status read_stored(pat_trust *trust, bool *ret_found, pat_seen *ret_seen) {
  const char *path = NULL;
  PAT_TRY(path_of(trust, "checkpoint", &path));
  *ret_found = pat_files_exists(path);
  if (!*ret_found) return PAT_OK;
  pat_span note;
  PAT_TRY(pat_files_read(&trust->cli->arena, path, PAT_NOTE_BYTES_MAX, &note, &trust->cli->error));
  pat_status status = judge(trust, note, ret_seen);
  if (pat_is_ok(status)) return status;
  pat_cli_explain(trust->cli, pat_exit_of_evidence(status),
                  "the checkpoint that was seen before is not one by this policy: %s", path);
  return status;
}

pat_status pat_trust_open(pat_cli *cli, pat_fetch *fetch, const pat_policy *policy,
                          const char *origin, pat_trust *ret_trust) {
  *ret_trust = (pat_trust){.cli = cli, .fetch = fetch, .policy = policy, .origin = origin};
  PAT_TRY(find_folders(ret_trust));
  PAT_TRY(read_stored(ret_trust, &ret_trust->has_start, &ret_trust->start));
  ret_trust->has_newest = ret_trust->has_start;
  ret_trust->newest = ret_trust->start;
  return PAT_OK;
}

pat_status pat_trust_open_evidence(pat_cli *cli, const char *origin, pat_trust *ret_trust) {
  *ret_trust = (pat_trust){.cli = cli, .origin = origin};
  return find_folders(ret_trust);
}

/* --- proofs from tiles ----------------------------------------------------------------------- */

static pat_status fetch_tile(pat_trust *trust, const pat_tlog_tile *tile, pat_span *ret_bytes) {
  char path[PAT_TLOG_TILE_PATH_BYTES_MAX + 2] = "/";
  pat_builder builder;
  pat_builder_init(&builder, path + 1, sizeof path - 2);
  pat_tlog_tile_path(tile, &builder);
  path[1 + pat_builder_size(&builder)] = '\0';
  for (size_t i = 0; i < trust->tile_count; i++) {
    if (strcmp(trust->tile_paths[i], path) != 0) continue;
    *ret_bytes = trust->tiles[i];
    return PAT_OK;
  }
  PAT_TRY(pat_fetch_get(trust->fetch, path, PAT_TLOG_TILE_WIDTH * PAT_HASH_BYTES, ret_bytes));
  if (trust->tile_count == PAT_CLI_TILES_MAX) return PAT_OK;
  PAT_TRY(
      pat_policy_file_copy(trust->cli, pat_span_text(path), &trust->tile_paths[trust->tile_count]));
  trust->tiles[trust->tile_count] = *ret_bytes;
  trust->tile_count++;
  return PAT_OK;
}

typedef struct {
  pat_trust *trust;
  uint64_t size; /* of the tree whose tiles are served */
} tile_reader;

static pat_status read_node(void *context, pat_tlog_position at, pat_hash *ret_hash) {
  const tile_reader *reader = context;
  pat_tlog_place place = pat_tlog_tile_find(at);
  const pat_tlog_tile tile = {
      .kind = PAT_TLOG_TILE_HASHES,
      .level = place.tile_level,
      .width = pat_tlog_tile_width(reader->size, place.tile_level, place.tile_index),
      .index = place.tile_index,
  };
  pat_span bytes;
  PAT_TRY(fetch_tile(reader->trust, &tile, &bytes));
  return pat_verify_tile_node(bytes, &place, ret_hash);
}

static pat_status prove(pat_trust *trust, const pat_tlog_head *older, const pat_tlog_head *newer) {
  pat_tlog_proof proof = {.count = 0};
  if (older->size > 0 && older->size < newer->size) {
    pat_tlog_plan plan;
    PAT_TRY(pat_tlog_consistency_nodes(older->size, newer->size, &plan));
    tile_reader reader = {trust, newer->size};
    const pat_tlog_source source = {&reader, read_node};
    PAT_TRY(pat_tlog_proof_build(&plan, &source, &proof));
  }
  return pat_verify_advance(older, newer, pat_tlog_proof_hashes(&proof));
}

/* --- evidence -------------------------------------------------------------------------------- */

static pat_status write_evidence(pat_trust *trust, const char *what, const pat_span *parts,
                                 size_t part_count, const char **ret_path) {
  pat_cli *cli = trust->cli;
  const char *folder = NULL;
  const char *folder_parts[] = {trust->home, "/evidence"};
  PAT_TRY(pat_files_path(&cli->arena, folder_parts, 2, &folder));
  PAT_TRY(pat_files_make_directory(folder, &cli->error));
  size_t size = 0;
  for (size_t i = 0; i < part_count; i++) {
    size += parts[i].size + 1;
  }
  uint8_t *bytes = pat_arena_take(&cli->arena, size);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, bytes, size);
  for (size_t i = 0; i < part_count; i++) {
    pat_builder_span(&builder, parts[i]);
    if (i + 1 < part_count) pat_builder_char(&builder, '\n');
  }
  char name[64];
  snprintf(name, sizeof name, "/%llu-%ld-", (unsigned long long)pat_cli_now_ms(), (long)getpid());
  const char *path_parts[] = {folder, name, what};
  PAT_TRY(pat_files_path(&cli->arena, path_parts, 3, ret_path));
  return pat_files_create(*ret_path, 0600, pat_span_make(bytes, pat_builder_size(&builder)),
                          &cli->error);
}

void pat_trust_keep_evidence(pat_trust *trust, const char *what, const pat_span *parts,
                             size_t part_count) {
  const char *path = NULL;
  if (pat_is_ok(write_evidence(trust, what, parts, part_count, &path))) {
    pat_output_warning(trust->cli, "EVIDENCE against this log was kept in %s", path);
    pat_output_text(trust->cli, "evidence", path);
  } else {
    pat_output_warning(trust->cli, "the evidence could not be kept under %s", trust->home);
  }
}

/* True where the two signed checkpoints themselves show that something is wrong. */
static bool is_contradiction(pat_status status) { return status.category == PAT_CATEGORY_CORRUPT; }

static pat_status relate(pat_trust *trust, const pat_seen *older, const pat_seen *newer) {
  pat_status status = prove(trust, &older->head, &newer->head);
  if (!is_contradiction(status)) return status;
  const pat_span parts[] = {older->note, newer->note};
  pat_trust_keep_evidence(trust, "checkpoints", parts, 2);
  return pat_cli_evidence(trust->cli, status);
}

/* --- accepting ------------------------------------------------------------------------------- */

static void lock_clear(const int *lock) {
  if (*lock >= 0) close(*lock);
}

/* Another run may have kept a newer one meanwhile: then that one stays. */
static pat_status store(pat_trust *trust, const pat_seen *seen) {
  const char *lock_path = NULL;
  const char *path = NULL;
  PAT_TRY(path_of(trust, "lock", &lock_path));
  PAT_TRY(path_of(trust, "checkpoint", &path));
  PAT_CLEANUP(lock_clear) int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  PAT_REQUIRE_AT(lock >= 0 && flock(lock, LOCK_EX) == 0, FILE_IO, &trust->cli->error, 0, lock_path);
  bool found = false;
  pat_seen stored;
  PAT_TRY(read_stored(trust, &found, &stored));
  if (found && stored.head.size >= seen->head.size) return PAT_OK;
  return pat_files_write(path, seen->note, &trust->cli->error);
}

static pat_status accept_older(pat_trust *trust, const pat_seen *seen, bool is_newest) {
  bool rolled_back = is_newest || (trust->has_start && seen->head.size < trust->start.head.size);
  if (rolled_back) return relate(trust, &trust->newest, seen);
  return relate(trust, seen, &trust->newest);
}

pat_status pat_trust_accept(pat_trust *trust, pat_span note, bool is_newest, pat_seen *ret_seen) {
  pat_seen seen;
  PAT_TRY(pat_cli_evidence(trust->cli, judge(trust, note, &seen)));
  if (trust->has_newest && seen.head.size < trust->newest.head.size) {
    PAT_TRY(accept_older(trust, &seen, is_newest));
  } else {
    if (trust->has_newest) PAT_TRY(relate(trust, &trust->newest, &seen));
    bool grown = !trust->has_newest || seen.head.size > trust->newest.head.size;
    if (grown) PAT_TRY(store(trust, &seen));
    trust->newest = seen;
    trust->has_newest = true;
  }
  *ret_seen = seen;
  return PAT_OK;
}

pat_status pat_trust_accept_handed(pat_trust *trust, pat_span note, pat_seen *ret_seen) {
  pat_seen seen;
  PAT_TRY(pat_cli_evidence(trust->cli, judge(trust, note, &seen)));
  bool older = trust->has_newest && seen.head.size < trust->newest.head.size;
  if (!older) return pat_trust_accept(trust, note, false, ret_seen);
  PAT_TRY(relate(trust, &seen, &trust->newest));
  *ret_seen = seen;
  return PAT_OK;
}

/* --- runs without an end --------------------------------------------------------------------- */

pat_status pat_trust_mark_take(pat_trust *trust, pat_trust_mark *ret_mark) {
  pat_arena *arena = &trust->cli->arena;
  uint8_t *note = pat_arena_take(arena, PAT_NOTE_BYTES_MAX);
  PAT_REQUIRE(note != NULL, LIMIT_MEMORY);
  *ret_mark = (pat_trust_mark){pat_arena_mark(arena), trust->tile_count, note};
  return PAT_OK;
}

void pat_trust_reset_to(pat_trust *trust, const pat_trust_mark *mark) {
  pat_span *note = &trust->newest.note;
  if (note->data != mark->note) {
    pat_span_copy(mark->note, PAT_NOTE_BYTES_MAX, *note);
    *note = pat_span_make(mark->note, note->size);
  }
  trust->tile_count = mark->tile_count;
  pat_arena_reset_to(&trust->cli->arena, mark->arena_mark);
}
