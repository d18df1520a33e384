#include "server/sequencer/published.h"

#include <stdatomic.h>

#include "core/base/assert.h"
#include "server/sys/env.h"
#include "server/sys/mem.h"

/* --- moments --------------------------------------------------------------------------------- */

struct pat_moment {
  atomic_size_t holders;
  pat_published_head head;
  pat_store *store;
  pat_store_snapshot *snapshot; /* NULL until it is sealed */
  pat_frontier frontier;
};

pat_status pat_moment_new(const pat_frontier *frontier, pat_moment **ret_moment) {
  /* Not zeroed, where all of it is copied over. */
  pat_moment *moment = pat_mem_resize(NULL, sizeof *moment, 1);
  PAT_REQUIRE(moment != NULL, LIMIT_MEMORY);
  atomic_init(&moment->holders, 1);
  moment->head = (pat_published_head){.size = 0};
  moment->store = NULL;
  moment->snapshot = NULL;
  if (frontier == NULL) {
    moment->frontier = (pat_frontier){.size = 0};
  } else {
    moment->frontier = *frontier;
  }
  *ret_moment = moment;
  return PAT_OK;
}

pat_frontier *pat_moment_frontier(pat_moment *moment) { return &moment->frontier; }

pat_status pat_moment_seal(pat_moment *moment, pat_store *store, pat_published_head head) {
  PAT_ASSERT(moment->snapshot == NULL);
  PAT_ASSERT(moment->frontier.size == head.size);
  PAT_TRY(pat_store_snapshot_open(store, &moment->snapshot));
  moment->store = store;
  moment->head = head;
  return PAT_OK;
}

pat_moment *pat_moment_retain(pat_moment *moment) {
  if (moment != NULL) atomic_fetch_add(&moment->holders, 1);
  return moment;
}

void pat_moment_release(pat_moment *moment) {
  if (moment == NULL || atomic_fetch_sub(&moment->holders, 1) != 1) return;
  if (moment->snapshot != NULL) pat_store_snapshot_close(moment->store, moment->snapshot);
  pat_mem_free(moment);
}

void pat_moment_release_at(pat_moment **moment) {
  pat_moment_release(*moment);
  *moment = NULL;
}

/* --- what is published ----------------------------------------------------------------------- */

void pat_published_init(pat_published *published) {
  *published = (pat_published){.stopping = false};
  pat_mutex_init(&published->mutex);
  pat_condition_init(&published->changed);
}

void pat_published_clear(pat_published *published) {
  pat_moment_release_at(&published->moment);
  pat_condition_clear(&published->changed);
  pat_mutex_clear(&published->mutex);
}

/* Gives the moment that is published no longer, to be given up without the lock. */
static pat_moment *replace(pat_published *published, pat_moment *moment, pat_index_store *index) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&published->mutex);
  PAT_ASSERT(moment->head.size >= published->head.size);
  pat_moment *before = published->moment;
  pat_index_store_apply(index);
  published->head = moment->head;
  published->moment = pat_moment_retain(moment);
  published->index = index;
  pat_condition_broadcast(&published->changed);
  return before;
}

void pat_published_set(pat_published *published, pat_moment *moment, pat_index_store *index) {
  PAT_ASSERT(moment->snapshot != NULL);
  pat_moment_release(replace(published, moment, index));
}

void pat_published_withdraw(pat_published *published) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&published->mutex);
  published->index = NULL;
}

pat_published_head pat_published_get(pat_published *published) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&published->mutex);
  return published->head;
}

pat_published_head pat_published_edge(pat_published *published, pat_frontier *ret_frontier) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&published->mutex);
  if (published->moment == NULL) {
    *ret_frontier = (pat_frontier){.size = 0};
  } else {
    *ret_frontier = published->moment->frontier;
  }
  return published->head;
}

pat_published_head pat_published_wait(pat_published *published, uint64_t size, uint64_t wait_ms) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&published->mutex);
  const pat_env *env = pat_env_system(); /* conditions wait by the system's clock */
  uint64_t start = pat_env_monotonic_ms(env);
  while (!published->stopping && published->head.size <= size) {
    uint64_t waited = pat_env_monotonic_ms(env) - start;
    if (waited >= wait_ms) break;
    (void)pat_condition_wait_ms(&published->changed, &published->mutex, wait_ms - waited);
  }
  return published->head;
}

void pat_published_stop(pat_published *published) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&published->mutex);
  published->stopping = true;
  pat_condition_broadcast(&published->changed);
}

/* --- views ----------------------------------------------------------------------------------- */

struct pat_published_key {
  pat_hash key;
  pat_index_path path;
};

/* Under the lock: what is of one moment. False: there is none. */
static bool take_moment(pat_published *published, pat_published_view *view) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&published->mutex);
  if (published->moment == NULL || published->index == NULL) return false;
  const pat_index_top *top = pat_index_store_top(published->index);
  view->moment = pat_moment_retain(published->moment);
  view->index = pat_index_store_state(published->index);
  view->index_depth = top->depth;
  for (size_t i = 0; i < view->key_count; i++)
    pat_index_top_find(top, &view->keys[i].key, &view->keys[i].path);
  return true;
}

pat_status pat_published_view_take(pat_published *published, const pat_hash *keys, size_t count,
                                   pat_published_view *ret_view) {
  PAT_ASSERT(keys != NULL || count == 0);
  PAT_CLEANUP(pat_published_view_clear) pat_published_view view = {.key_count = count};
  if (count > 0) {
    view.keys = pat_mem_new_array(count, sizeof *view.keys);
    PAT_REQUIRE(view.keys != NULL, LIMIT_MEMORY);
  }
  for (size_t i = 0; i < count; i++)
    view.keys[i].key = keys[i];
  PAT_REQUIRE(take_moment(published, &view), SEQUENCER_STOPPED);
  view.head = view.moment->head;
  view.store = view.moment->store;
  view.snapshot = view.moment->snapshot;
  view.frontier = &view.moment->frontier;
  *ret_view = view;
  view = (pat_published_view){.key_count = 0};
  return PAT_OK;
}

pat_status pat_published_view_prove(const pat_published_view *view, size_t i, pat_builder *out,
                                    bool *ret_present, pat_index_value *ret_value) {
  PAT_ASSERT(i < view->key_count);
  const pat_index_reader reader = {view->store, view->snapshot, view->index_depth};
  const pat_published_key *key = &view->keys[i];
  return pat_index_reader_prove(&reader, &key->key, &key->path, out, ret_present, ret_value);
}

void pat_published_view_clear(pat_published_view *view) {
  pat_mem_free(view->keys);
  pat_moment_release(view->moment);
  *view = (pat_published_view){.key_count = 0};
}
