/* Arrays that the caller owns and enlarges while an audit goes on: how core can keep what grows
 * with the log and yet never allocates. Items are named by their number, never by a pointer that
 * lives longer than a call, so the caller may move an array between two calls. */
#ifndef PAT_CORE_AUDIT_POOL_H
#define PAT_CORE_AUDIT_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/assert.h"
#include "core/base/attributes.h"

/* Zero-initialised it is empty, without room. Invariant: count <= capacity. */
typedef struct {
  void *items;       /* borrowed from the caller; NULL where capacity is 0 */
  uint32_t count;    /* items in use */
  uint32_t capacity; /* items that there is room for */
} pat_pool;

/* Takes the next `count` items, whose content is unspecified. The room was made before (asserted).
 * gives the number of the first one */
static inline PAT_NONNULL_ALL PAT_MUST_USE uint32_t pat_pool_take(pat_pool *pool, uint32_t count) {
  PAT_ASSERT(count <= pool->capacity - pool->count);
  uint32_t first = pool->count;
  pool->count += count;
  return first;
}

/* True where that many items more have room. */
static inline PAT_NONNULL_ALL PAT_MUST_USE bool pat_pool_has_room(const pat_pool *pool,
                                                                  uint32_t count) {
  return pool->capacity - pool->count >= count;
}

#endif
