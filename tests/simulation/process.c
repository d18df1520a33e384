#include "tests/simulation/process.h"

#include <string.h>

#include "core/base/assert.h"

/* Small, so that opening is cheap; groups are small too. */
enum { BATCH_BYTES = 640 * 1024, FIRST_INDEX_DEPTH = 4 };

const char *sim_break_name(sim_break how) {
  static const char *const names[SIM_BREAK_COUNT] = {
      [SIM_HONEST] = "honest",
      [SIM_NO_FSYNC] = "no-fsync",
      [SIM_FILE_NOT_SYNCED] = "checkpoint-file-not-synced",
      [SIM_FILE_FIRST] = "checkpoint-file-before-commit",
      [SIM_PUBLISH_FIRST] = "publish-before-commit",
      [SIM_ACKNOWLEDGE_FIRST] = "acknowledge-before-commit",
      [SIM_NO_REPLAY_CHECK] = "no-replay-check",
  };
  return names[how];
}

/* --- breaking promises ----------------------------------------------------------------------- */

/* The note of the checkpoint in a batch's write set. */
static bool find_note(const pat_write_set *set, pat_span *ret_note) {
  const pat_span prefix = PAT_SPAN_LITERAL("note");
  for (size_t i = 0; i < pat_write_set_count(set); i++) {
    pat_write write = pat_write_set_at(set, i);
    if (write.table != PAT_TABLE_META || write.key.size <= prefix.size) continue;
    if (memcmp(write.key.data, prefix.data, prefix.size) != 0) continue;
    *ret_note = write.value;
    return true;
  }
  return false;
}

static void before_write(void *context, const pat_write_set *set) {
  sim_process *process = context;
  pat_span note;
  if (!find_note(set, &note)) return;
  if (process->how == SIM_FILE_FIRST) {
    pat_status status = crash_file_write(process->disk, note);
    (void)status; /* a crash here shows by itself */
  } else {
    process->handed_out(process->context, note);
  }
}

static crash_mutation mutation_of(sim_process *process) {
  crash_mutation mutation = {
      .store_sync_dropped = process->how == SIM_NO_FSYNC,
      .file_sync_dropped = process->how == SIM_FILE_NOT_SYNCED,
      .context = process,
  };
  mutation.hidden[PAT_TABLE_STATEMENT] = process->how == SIM_NO_REPLAY_CHECK;
  bool early = process->how == SIM_FILE_FIRST || process->how == SIM_PUBLISH_FIRST;
  if (early) mutation.before_write = before_write;
  return mutation;
}

/* --- the process ----------------------------------------------------------------------------- */

void sim_process_init(sim_process *process, const sim_pool *pool, sim_break how, uint64_t seed) {
  memset(process, 0, sizeof *process);
  process->how = how;
  process->pool = pool;
  process->index_depth = FIRST_INDEX_DEPTH;
  process->disk = crash_disk_new(seed, mutation_of(process));
  PAT_ASSERT(process->disk != NULL);
}

static void end(sim_process *process) {
  if (process->store == NULL) return;
  pat_committer_close(process->committer);
  pat_published_clear(&process->published);
  pat_store_close(process->store);
  process->committer = NULL;
  process->store = NULL;
}

void sim_process_clear(sim_process *process) {
  end(process);
  crash_disk_free(process->disk);
  process->disk = NULL;
}

void sim_process_stop(sim_process *process) {
  end(process);
  crash_disk_restart(process->disk);
}

pat_status sim_process_start(sim_process *process) {
  PAT_ASSERT(process->store == NULL);
  process->store = crash_store_open(process->disk);
  PAT_ASSERT(process->store != NULL);
  pat_published_init(&process->published);
  pat_committer_options options = {
      .store = process->store,
      .place = {crash_file_write, crash_file_read, process->disk},
      .origin = process->pool->world->origin.text,
      .keys = &process->pool->keys,
      .published = &process->published,
      .batch_bytes = BATCH_BYTES,
      .index_depth = process->index_depth,
  };
  pat_status status = pat_committer_open(&options, &process->committer, NULL);
  if (!pat_is_ok(status)) end(process);
  return status;
}
