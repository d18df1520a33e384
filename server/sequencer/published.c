#include "server/sequencer/published.h"

#include "core/base/assert.h"
#include "server/sys/env.h"

void pat_published_init(pat_published *published) {
  *published = (pat_published){.stopping = false};
  pat_mutex_init(&published->mutex);
  pat_condition_init(&published->changed);
}

void pat_published_clear(pat_published *published) {
  pat_condition_clear(&published->changed);
  pat_mutex_clear(&published->mutex);
}

void pat_published_set(pat_published *published, pat_published_head head,
                       const pat_frontier *frontier) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&published->mutex);
  PAT_ASSERT(head.size >= published->head.size);
  PAT_ASSERT(frontier->size == head.size);
  published->head = head;
  published->frontier = *frontier;
  pat_condition_broadcast(&published->changed);
}

pat_published_head pat_published_get(pat_published *published) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&published->mutex);
  return published->head;
}

pat_published_head pat_published_edge(pat_published *published, pat_frontier *ret_frontier) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&published->mutex);
  *ret_frontier = published->frontier;
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
