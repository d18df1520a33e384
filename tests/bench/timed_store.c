#include "tests/bench/timed_store.h"

#include "tests/bench/meter.h"

static pat_status timed_get(pat_store *store, const pat_store_snapshot *snapshot, pat_store_key key,
                            pat_blob *ret_value) {
  timed_store *self = (timed_store *)store;
  return self->inner->engine->get(self->inner, snapshot, key, ret_value);
}

static pat_status timed_get_many(pat_store *store, const pat_store_snapshot *snapshot,
                                 const pat_store_key *keys, size_t count, pat_blob *ret_values) {
  timed_store *self = (timed_store *)store;
  const uint64_t start = meter_now_ns();
  const pat_status status =
      self->inner->engine->get_many(self->inner, snapshot, keys, count, ret_values);
  atomic_fetch_add(&self->read_ns, meter_now_ns() - start);
  return status;
}

static pat_status timed_write(pat_store *store, const pat_write_set *set, bool durable) {
  timed_store *self = (timed_store *)store;
  const uint64_t start = meter_now_ns();
  const pat_status status = self->inner->engine->write(self->inner, set, durable);
  atomic_fetch_add(&self->write_ns, meter_now_ns() - start);
  atomic_fetch_add(&self->written_bytes, pat_write_set_bytes(set));
  return status;
}

static pat_status timed_snapshot_open(pat_store *store, pat_store_snapshot **ret_snapshot) {
  pat_store *inner = ((timed_store *)store)->inner;
  return inner->engine->snapshot_open(inner, ret_snapshot);
}

static void timed_snapshot_close(pat_store *store, pat_store_snapshot *snapshot) {
  pat_store *inner = ((timed_store *)store)->inner;
  inner->engine->snapshot_close(inner, snapshot);
}

static pat_status timed_cursor_open(pat_store *store, const pat_store_snapshot *snapshot,
                                    pat_store_range range, pat_store_cursor **ret_cursor) {
  pat_store *inner = ((timed_store *)store)->inner;
  return inner->engine->cursor_open(inner, snapshot, range, ret_cursor);
}

static pat_status timed_cursor_next(pat_store *store, pat_store_cursor *cursor, pat_span *ret_key,
                                    pat_span *ret_value) {
  pat_store *inner = ((timed_store *)store)->inner;
  return inner->engine->cursor_next(inner, cursor, ret_key, ret_value);
}

static void timed_cursor_close(pat_store *store, pat_store_cursor *cursor) {
  pat_store *inner = ((timed_store *)store)->inner;
  inner->engine->cursor_close(inner, cursor);
}

static const pat_store_engine timed_engine = {
    .version = PAT_STORE_ENGINE_VERSION,
    .name = "timed",
    .get = timed_get,
    .get_many = timed_get_many,
    .write = timed_write,
    .snapshot_open = timed_snapshot_open,
    .snapshot_close = timed_snapshot_close,
    .cursor_open = timed_cursor_open,
    .cursor_next = timed_cursor_next,
    .cursor_close = timed_cursor_close,
};

void timed_store_init(timed_store *timed, pat_store *inner) {
  timed->inner = inner;
  atomic_init(&timed->read_ns, 0);
  atomic_init(&timed->write_ns, 0);
  atomic_init(&timed->written_bytes, 0);
  pat_store_init_base(&timed->base, &timed_engine);
}

void timed_store_clear(timed_store *timed) { pat_store_clear_base(&timed->base); }

uint64_t timed_store_take(atomic_uint_fast64_t *sum) { return atomic_exchange(sum, 0); }
