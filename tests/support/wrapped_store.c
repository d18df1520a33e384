#include "tests/support/wrapped_store.h"

#include <stdatomic.h>

#include "server/store/engine.h"
#include "server/sys/mem.h"

typedef struct {
  pat_store base;
  pat_store *inner;
  wrapped_failure failure;
  atomic_size_t counts[WRAPPED_OPERATION_COUNT];
  atomic_size_t keys;
} wrapped_store;

static wrapped_store *store_of(pat_store *store) { return (wrapped_store *)store; }

/* True where this very call is to fail. */
static bool count(wrapped_store *self, wrapped_operation operation) {
  size_t calls = atomic_fetch_add(&self->counts[operation], 1) + 1;
  return self->failure.operation == operation && self->failure.at == calls;
}

static bool is_before(const wrapped_store *self) { return self->failure.moment == WRAPPED_BEFORE; }

/* What the caller is told after the inner store has answered. */
static pat_status told(const wrapped_store *self, bool fails, pat_status inner) {
  return fails && pat_is_ok(inner) ? pat_refuse(self->failure.rule) : inner;
}

static pat_status wrapped_get(pat_store *store, const pat_store_snapshot *snapshot,
                              pat_store_key key, pat_blob *ret_value) {
  wrapped_store *self = store_of(store);
  atomic_fetch_add(&self->keys, 1);
  if (count(self, WRAPPED_GET)) return pat_refuse(self->failure.rule);
  return self->inner->engine->get(self->inner, snapshot, key, ret_value);
}

static pat_status wrapped_get_many(pat_store *store, const pat_store_snapshot *snapshot,
                                   const pat_store_key *keys, size_t key_count,
                                   pat_blob *ret_values) {
  wrapped_store *self = store_of(store);
  atomic_fetch_add(&self->keys, key_count);
  bool fails = count(self, WRAPPED_GET_MANY);
  if (fails && is_before(self)) return pat_refuse(self->failure.rule);
  return told(self, fails,
              self->inner->engine->get_many(self->inner, snapshot, keys, key_count, ret_values));
}

static pat_status wrapped_write(pat_store *store, const pat_write_set *set, bool durable) {
  wrapped_store *self = store_of(store);
  bool fails = count(self, WRAPPED_WRITE);
  if (fails && is_before(self)) return pat_refuse(self->failure.rule);
  return told(self, fails, self->inner->engine->write(self->inner, set, durable));
}

static pat_status wrapped_snapshot_open(pat_store *store, pat_store_snapshot **ret_snapshot) {
  wrapped_store *self = store_of(store);
  if (count(self, WRAPPED_SNAPSHOT_OPEN)) return pat_refuse(self->failure.rule);
  return self->inner->engine->snapshot_open(self->inner, ret_snapshot);
}

static void wrapped_snapshot_close(pat_store *store, pat_store_snapshot *snapshot) {
  wrapped_store *self = store_of(store);
  self->inner->engine->snapshot_close(self->inner, snapshot);
}

static pat_status wrapped_cursor_open(pat_store *store, const pat_store_snapshot *snapshot,
                                      pat_store_range range, pat_store_cursor **ret_cursor) {
  wrapped_store *self = store_of(store);
  if (count(self, WRAPPED_CURSOR_OPEN)) return pat_refuse(self->failure.rule);
  return self->inner->engine->cursor_open(self->inner, snapshot, range, ret_cursor);
}

static pat_status wrapped_cursor_next(pat_store *store, pat_store_cursor *cursor, pat_span *ret_key,
                                      pat_span *ret_value) {
  wrapped_store *self = store_of(store);
  if (count(self, WRAPPED_CURSOR_NEXT)) return pat_refuse(self->failure.rule);
  return self->inner->engine->cursor_next(self->inner, cursor, ret_key, ret_value);
}

static void wrapped_cursor_close(pat_store *store, pat_store_cursor *cursor) {
  wrapped_store *self = store_of(store);
  self->inner->engine->cursor_close(self->inner, cursor);
}

static pat_status wrapped_sync(pat_store *store) {
  wrapped_store *self = store_of(store);
  bool fails = count(self, WRAPPED_SYNC);
  if (fails && is_before(self)) return pat_refuse(self->failure.rule);
  return told(self, fails, self->inner->engine->sync(self->inner));
}

static pat_status wrapped_check_room(pat_store *store, uint64_t bytes) {
  wrapped_store *self = store_of(store);
  if (count(self, WRAPPED_CHECK_ROOM)) return pat_refuse(self->failure.rule);
  return pat_store_check_room(self->inner, bytes);
}

static void wrapped_close(pat_store *store) {
  pat_store_clear_base(store);
  pat_mem_free(store);
}

static const pat_store_engine wrapped_engine = {
    .version = PAT_STORE_ENGINE_VERSION,
    .name = "wrapped",
    .get = wrapped_get,
    .get_many = wrapped_get_many,
    .write = wrapped_write,
    .snapshot_open = wrapped_snapshot_open,
    .snapshot_close = wrapped_snapshot_close,
    .cursor_open = wrapped_cursor_open,
    .cursor_next = wrapped_cursor_next,
    .cursor_close = wrapped_cursor_close,
    .sync = wrapped_sync,
    .check_room = wrapped_check_room,
    .close = wrapped_close,
};

pat_store *wrapped_store_new(pat_store *inner) {
  wrapped_store *self = pat_mem_new(sizeof *self);
  if (self == NULL) return NULL;
  pat_store_init_base(&self->base, &wrapped_engine);
  self->inner = inner;
  return &self->base;
}

void wrapped_store_fail(pat_store *store, wrapped_failure failure) {
  wrapped_store *self = store_of(store);
  self->failure = failure;
  for (size_t i = 0; i < WRAPPED_OPERATION_COUNT; i++)
    atomic_store(&self->counts[i], 0);
  atomic_store(&self->keys, 0);
}

size_t wrapped_store_count(pat_store *store, wrapped_operation operation) {
  return atomic_load(&store_of(store)->counts[operation]);
}

size_t wrapped_store_keys(pat_store *store) { return atomic_load(&store_of(store)->keys); }
