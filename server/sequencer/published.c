#include "server/sequencer/published.h"

#include "core/base/assert.h"

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
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held = pat_mutex_hold(&published->mutex);
  PAT_ASSERT(held != NULL);
  PAT_ASSERT(head.size >= published->head.size);
  PAT_ASSERT(frontier->size == head.size);
  published->head = head;
  published->frontier = *frontier;
  pat_condition_broadcast(&published->changed);
}

pat_published_head pat_published_get(pat_published *published) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held = pat_mutex_hold(&published->mutex);
  PAT_ASSERT(held != NULL);
  return published->head;
}

pat_published_head pat_published_edge(pat_published *published, pat_frontier *ret_frontier) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held = pat_mutex_hold(&published->mutex);
  PAT_ASSERT(held != NULL);
  *ret_frontier = published->frontier;
  return published->head;
}

pat_published_head pat_published_wait(pat_published *published, uint64_t size, uint64_t wait_ms) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held = pat_mutex_hold(&published->mutex);
  PAT_ASSERT(held != NULL);
  bool in_time = true;
  while (in_time && !published->stopping && published->head.size <= size) {
    in_time = pat_condition_wait_ms(&published->changed, &published->mutex, wait_ms);
  }
  return published->head;
}

void pat_published_stop(pat_published *published) {
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held = pat_mutex_hold(&published->mutex);
  PAT_ASSERT(held != NULL);
  published->stopping = true;
  pat_condition_broadcast(&published->changed);
}
