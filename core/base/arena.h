/* A bump allocator over memory that the caller owns: how core gets memory without allocating. */
#ifndef PAT_CORE_BASE_ARENA_H
#define PAT_CORE_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"

/* Zero-initialise or use pat_arena_init. Invariant: used <= capacity. */
typedef struct {
  uint8_t *base; /* borrowed from the caller for the arena's life */
  size_t capacity;
  size_t used;
} pat_arena;

/* Sets the arena up over capacity bytes at memory (borrowed; aligned for any type, as malloc's is).
 */
void pat_arena_init(pat_arena *arena, void *memory, size_t capacity);

/* Takes size zeroed bytes, aligned for any type. NULL where the arena is full (the caller refuses
 * with LIMIT_MEMORY); a size of 0 gives a valid pointer. */
void *pat_arena_take(pat_arena *arena, size_t size) PAT_NONNULL_ALL PAT_MUST_USE;

/* As pat_arena_take for count items of item_size bytes each; NULL too where the product overflows.
 */
void *pat_arena_take_array(pat_arena *arena, size_t count,
                           size_t item_size) PAT_NONNULL_ALL PAT_MUST_USE;

/* A mark to come back to: everything taken after it is given up by pat_arena_reset_to. */
size_t pat_arena_mark(const pat_arena *arena) PAT_NONNULL_ALL;
void pat_arena_reset_to(pat_arena *arena, size_t mark) PAT_NONNULL_ALL;

#endif
