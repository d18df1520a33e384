#include "tests/support/crash_store.h"

#include "core/base/assert.h"
#include "server/store/engine.h"
#include "server/sys/mem.h"

/* Writes that may still be lost; with more, the oldest is taken for durable. */
enum { PENDING_MAX = 64 };

/* Invariant: pending[i] undoes the i-th write that is not durable, oldest first, so the inner store
 * minus all of them is what is durable. */
struct crash_disk {
  test_random random;
  crash_mutation mutation;
  pat_store *inner;
  pat_write_set pending[PENDING_MAX];
  size_t pending_count;
  pat_blob file;     /* as it is read */
  pat_blob old_file; /* as it may still turn out to be, where undecided */
  bool file_undecided;
  crash_plan plan;
  bool dead;
  bool power_was_cut;
  bool struck;
  size_t steps;
  size_t failing_reads;
};

typedef struct {
  pat_store base;
  crash_disk *disk;
} crash_store;

static crash_disk *disk_of(pat_store *store) { return ((crash_store *)store)->disk; }

static void must(pat_status status) { PAT_ASSERT(pat_is_ok(status)); }

/* --- writes that may be lost ----------------------------------------------------------------- */

static void forget_oldest(crash_disk *disk) {
  pat_write_set_clear(&disk->pending[0]);
  for (size_t i = 1; i < disk->pending_count; i++)
    disk->pending[i - 1] = disk->pending[i];
  disk->pending_count--;
}

static void settle(crash_disk *disk) {
  while (disk->pending_count > 0)
    pat_write_set_clear(&disk->pending[--disk->pending_count]);
}

static void undo_newest(crash_disk *disk) {
  disk->pending_count--;
  must(pat_store_write(disk->inner, &disk->pending[disk->pending_count], true));
  pat_write_set_clear(&disk->pending[disk->pending_count]);
}

static pat_status add_undo(crash_disk *disk, pat_write write, pat_write_set *undo) {
  PAT_CLEANUP(pat_blob_clear) pat_blob before = {0};
  pat_status status =
      pat_store_get(disk->inner, NULL, (pat_store_key){write.table, write.key}, &before);
  if (pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND)) {
    return pat_write_set_delete(undo, write.table, write.key);
  }
  PAT_TRY(status);
  return pat_write_set_put(undo, write.table, write.key, pat_blob_span(before));
}

/* What puts things back as they are now, after set is written. fails LIMIT_MEMORY: nothing noted */
static pat_status note_undo(crash_disk *disk, const pat_write_set *set) {
  if (disk->pending_count == PENDING_MAX) forget_oldest(disk);
  pat_write_set *undo = &disk->pending[disk->pending_count];
  pat_write_set_init(undo);
  for (size_t i = 0; i < pat_write_set_count(set); i++) {
    pat_status status = add_undo(disk, pat_write_set_at(set, i), undo);
    if (pat_is_ok(status)) continue;
    pat_write_set_clear(undo);
    return status;
  }
  disk->pending_count++;
  return PAT_OK;
}

/* --- steps ----------------------------------------------------------------------------------- */

static void end(crash_disk *disk, crash_kind kind) {
  disk->struck = true;
  if (kind == CRASH_FAULT) return;
  disk->dead = true;
  if (kind == CRASH_POWER) disk->power_was_cut = true;
}

/* Whether this step goes wrong; then *ret_done says whether it is done nevertheless, and *ret_sure
 * whether it is so for good. */
static bool strikes(crash_disk *disk, bool *ret_done, bool *ret_sure) {
  disk->steps++;
  *ret_done = true;
  *ret_sure = true;
  if (disk->plan.at == 0 || --disk->plan.at > 0) return false;
  *ret_done = disk->plan.moment != CRASH_BEFORE;
  *ret_sure = disk->plan.moment == CRASH_AFTER;
  if (disk->plan.moment == CRASH_INSIDE) *ret_done = test_random_below(&disk->random, 2) == 0;
  end(disk, disk->plan.kind);
  return true;
}

/* fails LIMIT_MEMORY: nothing was done */
static pat_status apply(crash_disk *disk, const pat_write_set *set, bool durable) {
  if (!durable) PAT_TRY(note_undo(disk, set));
  pat_status status = pat_store_write(disk->inner, set, true);
  if (!pat_is_ok(status)) {
    if (!durable) pat_write_set_clear(&disk->pending[--disk->pending_count]);
    return status;
  }
  if (durable) settle(disk);
  return PAT_OK;
}

/* --- the store ------------------------------------------------------------------------------- */

static bool is_hidden(const crash_disk *disk, pat_store_key key) {
  return disk->mutation.hidden[key.table];
}

static pat_status crash_get(pat_store *store, const pat_store_snapshot *snapshot, pat_store_key key,
                            pat_blob *ret_value) {
  crash_disk *disk = disk_of(store);
  PAT_REQUIRE(!disk->dead, STORE_IO);
  PAT_REQUIRE(!is_hidden(disk, key), STORE_NOT_FOUND);
  return disk->inner->engine->get(disk->inner, snapshot, key, ret_value);
}

static pat_status crash_get_many(pat_store *store, const pat_store_snapshot *snapshot,
                                 const pat_store_key *keys, size_t count, pat_blob *ret_values) {
  crash_disk *disk = disk_of(store);
  PAT_REQUIRE(!disk->dead, STORE_IO);
  if (disk->failing_reads > 0) {
    disk->failing_reads--;
    return pat_refuse(PAT_RULE_STORE_IO);
  }
  PAT_TRY(disk->inner->engine->get_many(disk->inner, snapshot, keys, count, ret_values));
  for (size_t i = 0; i < count; i++) {
    if (is_hidden(disk, keys[i])) pat_blob_clear(&ret_values[i]);
  }
  return PAT_OK;
}

static pat_status crash_write(pat_store *store, const pat_write_set *set, bool durable) {
  crash_disk *disk = disk_of(store);
  PAT_REQUIRE(!disk->dead, STORE_COMMIT_UNKNOWN);
  if (disk->mutation.before_write != NULL) {
    disk->mutation.before_write(disk->mutation.context, set);
    PAT_REQUIRE(!disk->dead, STORE_COMMIT_UNKNOWN);
  }
  bool done = false;
  bool sure = false;
  bool struck = strikes(disk, &done, &sure);
  if (done) PAT_TRY(apply(disk, set, durable && sure && !disk->mutation.store_sync_dropped));
  return struck ? pat_refuse(PAT_RULE_STORE_COMMIT_UNKNOWN) : PAT_OK;
}

static pat_status crash_sync(pat_store *store) {
  crash_disk *disk = disk_of(store);
  PAT_REQUIRE(!disk->dead, STORE_COMMIT_UNKNOWN);
  bool done = false;
  bool sure = false;
  bool struck = strikes(disk, &done, &sure);
  if (done && sure && !disk->mutation.store_sync_dropped) settle(disk);
  return struck ? pat_refuse(PAT_RULE_STORE_COMMIT_UNKNOWN) : PAT_OK;
}

static pat_status crash_snapshot_open(pat_store *store, pat_store_snapshot **ret_snapshot) {
  crash_disk *disk = disk_of(store);
  PAT_REQUIRE(!disk->dead, STORE_IO);
  return disk->inner->engine->snapshot_open(disk->inner, ret_snapshot);
}

static void crash_snapshot_close(pat_store *store, pat_store_snapshot *snapshot) {
  pat_store *inner = disk_of(store)->inner;
  inner->engine->snapshot_close(inner, snapshot);
}

static pat_status crash_cursor_open(pat_store *store, const pat_store_snapshot *snapshot,
                                    pat_store_range range, pat_store_cursor **ret_cursor) {
  crash_disk *disk = disk_of(store);
  PAT_REQUIRE(!disk->dead, STORE_IO);
  return disk->inner->engine->cursor_open(disk->inner, snapshot, range, ret_cursor);
}

static pat_status crash_cursor_next(pat_store *store, pat_store_cursor *cursor, pat_span *ret_key,
                                    pat_span *ret_value) {
  pat_store *inner = disk_of(store)->inner;
  return inner->engine->cursor_next(inner, cursor, ret_key, ret_value);
}

static void crash_cursor_close(pat_store *store, pat_store_cursor *cursor) {
  pat_store *inner = disk_of(store)->inner;
  inner->engine->cursor_close(inner, cursor);
}

static void crash_close(pat_store *store) {
  pat_store_clear_base(store);
  pat_mem_free(store);
}

static const pat_store_engine crash_engine = {
    .version = PAT_STORE_ENGINE_VERSION,
    .name = "crash",
    .get = crash_get,
    .get_many = crash_get_many,
    .write = crash_write,
    .snapshot_open = crash_snapshot_open,
    .snapshot_close = crash_snapshot_close,
    .cursor_open = crash_cursor_open,
    .cursor_next = crash_cursor_next,
    .cursor_close = crash_cursor_close,
    .sync = crash_sync,
    .close = crash_close,
};

pat_store *crash_store_open(crash_disk *disk) {
  PAT_ASSERT(!disk->dead);
  crash_store *store = pat_mem_new(sizeof *store);
  if (store == NULL) return NULL;
  pat_store_init_base(&store->base, &crash_engine);
  store->disk = disk;
  if (!disk->mutation.store_sync_dropped) settle(disk);
  return &store->base;
}

/* --- the file -------------------------------------------------------------------------------- */

/* The one before may still come back unless this one is known to be durable. Between two that are
 * undecided the first stays the old one: it is what was durable. */
static pat_status replace_file(crash_disk *disk, pat_span note, bool durable) {
  pat_blob next = {0};
  PAT_TRY(pat_blob_copy(note, &next));
  if (disk->file_undecided) {
    pat_blob_clear(&disk->file);
  } else {
    pat_blob_clear(&disk->old_file);
    disk->old_file = pat_blob_take(&disk->file);
  }
  disk->file = next;
  disk->file_undecided = !durable;
  return PAT_OK;
}

pat_status crash_file_write(void *context, pat_span note) {
  crash_disk *disk = context;
  PAT_REQUIRE(!disk->dead, FILE_IO);
  bool done = false;
  bool sure = false;
  bool struck = strikes(disk, &done, &sure);
  if (done) PAT_TRY(replace_file(disk, note, sure && !disk->mutation.file_sync_dropped));
  return struck ? pat_refuse(PAT_RULE_FILE_IO) : PAT_OK;
}

pat_status crash_file_read(void *context, pat_blob *ret_note, pat_err *reterr) {
  crash_disk *disk = context;
  PAT_REQUIRE(!disk->dead, FILE_IO);
  PAT_REQUIRE_AT(pat_blob_is_set(disk->file), FILE_MISSING, reterr, 0, "checkpoint");
  return pat_blob_copy(pat_blob_span(disk->file), ret_note);
}

/* --- the disk -------------------------------------------------------------------------------- */

crash_disk *crash_disk_new(uint64_t seed, crash_mutation mutation) {
  crash_disk *disk = pat_mem_new(sizeof *disk);
  if (disk == NULL) return NULL;
  disk->random = test_random_make(seed);
  disk->mutation = mutation;
  if (pat_is_ok(pat_store_memory_open(&disk->inner))) return disk;
  pat_mem_free(disk);
  return NULL;
}

void crash_disk_free(crash_disk *disk) {
  if (disk == NULL) return;
  settle(disk);
  pat_blob_clear(&disk->file);
  pat_blob_clear(&disk->old_file);
  pat_store_close(disk->inner);
  pat_mem_free(disk);
}

void crash_disk_plan(crash_disk *disk, crash_plan plan) { disk->plan = plan; }

void crash_disk_crash(crash_disk *disk, crash_kind kind) {
  PAT_ASSERT(kind != CRASH_FAULT);
  end(disk, kind);
}

bool crash_disk_is_dead(const crash_disk *disk) { return disk->dead; }

bool crash_disk_has_struck(const crash_disk *disk) { return disk->struck; }

size_t crash_disk_steps(const crash_disk *disk) { return disk->steps; }

void crash_disk_fail_reads(crash_disk *disk, size_t count) { disk->failing_reads = count; }

static void lose_tail(crash_disk *disk) {
  size_t kept = (size_t)test_random_below(&disk->random, disk->pending_count + 1);
  while (disk->pending_count > kept)
    undo_newest(disk);
  settle(disk);
}

static void decide_file(crash_disk *disk) {
  if (!disk->file_undecided) return;
  disk->file_undecided = false;
  if (test_random_below(&disk->random, 2) == 0) return;
  pat_blob_clear(&disk->file);
  disk->file = pat_blob_take(&disk->old_file);
}

void crash_disk_restart(crash_disk *disk) {
  if (disk->power_was_cut) {
    lose_tail(disk);
    decide_file(disk);
  }
  disk->dead = false;
  disk->power_was_cut = false;
  disk->struck = false;
  disk->failing_reads = 0;
}

/* --- copies ---------------------------------------------------------------------------------- */

static pat_status export_table(pat_store *store, pat_table table, pat_write_set *set) {
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  PAT_TRY(pat_store_cursor_open(store, NULL, (pat_store_range){.table = table}, &cursor));
  for (;;) {
    pat_span key;
    pat_span value;
    pat_status status = pat_store_cursor_next(cursor, &key, &value);
    if (pat_is_rule(status, PAT_RULE_STORE_END)) return PAT_OK;
    PAT_TRY(status);
    PAT_TRY(pat_write_set_put(set, table, key, value));
  }
}

pat_status crash_disk_export(crash_disk *disk, pat_write_set *set) {
  for (int table = 0; table < PAT_TABLE_COUNT; table++)
    PAT_TRY(export_table(disk->inner, (pat_table)table, set));
  return PAT_OK;
}

void crash_disk_import(crash_disk *disk, const pat_write_set *set) {
  settle(disk);
  pat_store_close(disk->inner);
  must(pat_store_memory_open(&disk->inner));
  must(pat_store_write(disk->inner, set, true));
}
