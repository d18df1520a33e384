/* The engine in memory: one immutable tree per table. A write makes the next trees and swaps them
 * in; a reader holds the trees of its moment. */
#include <stdatomic.h>

#include "core/base/assert.h"
#include "server/store/engine.h"
#include "server/store/memory_tree.h"
#include "server/sys/mem.h"

/* All tables at one moment; freed with its last reference. */
typedef struct {
  atomic_size_t references;
  const pat_memory_tree *tables[PAT_TABLE_COUNT];
} moment;

typedef struct {
  pat_store base;
  pat_mutex mutex; /* guards present, the pointer */
  moment *present;
} memory_store;

typedef struct {
  pat_store_snapshot base;
  moment *at;
} memory_snapshot;

typedef struct {
  pat_store_cursor base;
  moment *at;
  pat_table table;
  bool started;
  pat_span last; /* borrowed from at, once started */
  pat_blob from; /* until started */
  pat_blob to;   /* absent: to the end */
} memory_cursor;

static memory_store *store_of(pat_store *store) { return (memory_store *)store; }

/* --- moments --------------------------------------------------------------------------------- */

static void moment_release(moment **held) {
  moment *at = *held;
  *held = NULL;
  if (at == NULL || atomic_fetch_sub(&at->references, 1) != 1) return;
  for (size_t i = 0; i < PAT_TABLE_COUNT; i++)
    pat_memory_tree_release(at->tables[i]);
  pat_mem_free(at);
}

static moment *moment_take(moment **held) {
  moment *taken = *held;
  *held = NULL;
  return taken;
}

/* One reference to what a reader sees: its snapshot or, where that is NULL, the present. */
static moment *moment_hold(pat_store *store, const pat_store_snapshot *snapshot) {
  memory_store *self = store_of(store);
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&self->mutex);
  moment *at = snapshot == NULL ? self->present : ((const memory_snapshot *)snapshot)->at;
  atomic_fetch_add(&at->references, 1);
  return at;
}

static moment *moment_copy(const moment *source) {
  moment *copy = pat_mem_new(sizeof *copy);
  if (copy == NULL) return NULL;
  atomic_init(&copy->references, 1);
  for (size_t i = 0; source != NULL && i < PAT_TABLE_COUNT; i++) {
    copy->tables[i] = pat_memory_tree_retain(source->tables[i]);
  }
  return copy;
}

static pat_status moment_apply(moment *next, pat_write write) {
  const pat_memory_tree **table = &next->tables[write.table];
  const pat_memory_tree *changed = NULL;
  if (write.kind == PAT_WRITE_PUT) {
    PAT_TRY(pat_memory_tree_put(*table, write.key, write.value, &changed));
  } else {
    PAT_TRY(pat_memory_tree_remove(*table, write.key, &changed));
  }
  pat_memory_tree_release(*table);
  *table = changed;
  return PAT_OK;
}

/* --- operations ------------------------------------------------------------------------------ */

static pat_status memory_get(pat_store *store, const pat_store_snapshot *snapshot,
                             pat_store_key key, pat_blob *ret_value) {
  PAT_CLEANUP(moment_release) moment *at = moment_hold(store, snapshot);
  pat_span value;
  bool found = pat_memory_tree_find(at->tables[key.table], key.bytes, &value);
  PAT_REQUIRE(found, STORE_NOT_FOUND);
  return pat_blob_copy(value, ret_value);
}

static pat_status memory_get_many(pat_store *store, const pat_store_snapshot *snapshot,
                                  const pat_store_key *keys, size_t count, pat_blob *ret_values) {
  PAT_CLEANUP(moment_release) moment *at = moment_hold(store, snapshot);
  for (size_t i = 0; i < count; i++) {
    pat_span value;
    if (!pat_memory_tree_find(at->tables[keys[i].table], keys[i].bytes, &value)) continue;
    PAT_TRY(pat_blob_copy(value, &ret_values[i]));
  }
  return PAT_OK;
}

static pat_status memory_write(pat_store *store, const pat_write_set *set, bool durable) {
  (void)durable;
  memory_store *self = store_of(store);
  PAT_CLEANUP(moment_release) moment *next = moment_copy(self->present);
  PAT_REQUIRE(next != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < pat_write_set_count(set); i++) {
    PAT_TRY(moment_apply(next, pat_write_set_at(set, i)));
  }
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&self->mutex);
  moment *before = self->present;
  self->present = next;
  next = before; /* released at the end of the scope */
  return PAT_OK;
}

static pat_status memory_snapshot_open(pat_store *store, pat_store_snapshot **ret_snapshot) {
  memory_snapshot *snapshot = pat_mem_new(sizeof *snapshot);
  PAT_REQUIRE(snapshot != NULL, LIMIT_MEMORY);
  snapshot->at = moment_hold(store, NULL);
  *ret_snapshot = &snapshot->base;
  return PAT_OK;
}

static void memory_snapshot_close(pat_store *store, pat_store_snapshot *snapshot) {
  (void)store;
  moment_release(&((memory_snapshot *)snapshot)->at);
  pat_mem_free(snapshot);
}

static void memory_cursor_close(pat_store *store, pat_store_cursor *cursor) {
  (void)store;
  memory_cursor *self = (memory_cursor *)cursor;
  pat_blob_clear(&self->from);
  pat_blob_clear(&self->to);
  moment_release(&self->at);
  pat_mem_free(self);
}

static pat_status memory_cursor_open(pat_store *store, const pat_store_snapshot *snapshot,
                                     pat_store_range range, pat_store_cursor **ret_cursor) {
  PAT_CLEANUP(pat_blob_clear) pat_blob from = {0};
  PAT_CLEANUP(pat_blob_clear) pat_blob to = {0};
  PAT_TRY(pat_blob_copy(range.from, &from));
  if (range.to.size > 0) PAT_TRY(pat_blob_copy(range.to, &to));
  memory_cursor *cursor = pat_mem_new(sizeof *cursor);
  PAT_REQUIRE(cursor != NULL, LIMIT_MEMORY);
  PAT_CLEANUP(moment_release) moment *at = moment_hold(store, snapshot);
  *cursor = (memory_cursor){.at = moment_take(&at),
                            .table = range.table,
                            .from = pat_blob_take(&from),
                            .to = pat_blob_take(&to)};
  *ret_cursor = &cursor->base;
  return PAT_OK;
}

static pat_status memory_cursor_next(pat_store *store, pat_store_cursor *cursor, pat_span *ret_key,
                                     pat_span *ret_value) {
  (void)store;
  memory_cursor *self = (memory_cursor *)cursor;
  pat_span bound = self->started ? self->last : pat_blob_span(self->from);
  pat_span key;
  pat_span value;
  const pat_memory_tree *tree = self->at->tables[self->table];
  PAT_REQUIRE(pat_memory_tree_seek(tree, bound, self->started, &key, &value), STORE_END);
  bool within = !pat_blob_is_set(self->to) || pat_span_compare(key, pat_blob_span(self->to)) < 0;
  PAT_REQUIRE(within, STORE_END);
  self->started = true;
  self->last = key;
  *ret_key = key;
  *ret_value = value;
  return PAT_OK;
}

static pat_status memory_sync(pat_store *store) {
  (void)store;
  return PAT_OK;
}

static void memory_close(pat_store *store) {
  memory_store *self = store_of(store);
  moment_release(&self->present);
  pat_mutex_clear(&self->mutex);
  pat_store_clear_base(store);
  pat_mem_free(self);
}

static const pat_store_engine memory_engine = {
    .version = PAT_STORE_ENGINE_VERSION,
    .name = "memory",
    .get = memory_get,
    .get_many = memory_get_many,
    .write = memory_write,
    .snapshot_open = memory_snapshot_open,
    .snapshot_close = memory_snapshot_close,
    .cursor_open = memory_cursor_open,
    .cursor_next = memory_cursor_next,
    .cursor_close = memory_cursor_close,
    .sync = memory_sync,
    .close = memory_close,
};

static memory_store *memory_new(void) {
  PAT_CLEANUP(moment_release) moment *nothing = moment_copy(NULL);
  memory_store *self = nothing == NULL ? NULL : pat_mem_new(sizeof *self);
  if (self == NULL) return NULL;
  pat_store_init_base(&self->base, &memory_engine);
  pat_mutex_init(&self->mutex);
  self->present = moment_take(&nothing);
  return self;
}

pat_status pat_store_memory_open(pat_store **ret_store) {
  memory_store *self = memory_new();
  PAT_REQUIRE(self != NULL, LIMIT_MEMORY);
  PAT_CLEANUP(pat_store_close_at) pat_store *store = &self->base;
  PAT_TRY(pat_store_check_format(store, PAT_STORE_FORMAT));
  *ret_store = store;
  store = NULL;
  return PAT_OK;
}
