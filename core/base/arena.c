#include "core/base/arena.h"

#include <stdalign.h>
#include <string.h>

#include "core/base/assert.h"

enum { ALIGNMENT = alignof(max_align_t) };

void pat_arena_init(pat_arena *arena, void *memory, size_t capacity) {
  PAT_ASSERT(memory != NULL || capacity == 0);
  PAT_ASSERT((uintptr_t)memory % ALIGNMENT == 0);
  *arena = (pat_arena){.base = memory, .capacity = capacity, .used = 0};
}

void *pat_arena_take(pat_arena *arena, size_t size) {
  PAT_ASSERT(arena->used <= arena->capacity);
  size_t wanted = size == 0 ? 1 : size;
  if (wanted > SIZE_MAX - ALIGNMENT) return NULL;
  size_t rounded = (wanted + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (rounded > arena->capacity - arena->used) return NULL;
  void *taken = arena->base + arena->used;
  arena->used += rounded;
  memset(taken, 0, rounded);
  return taken;
}

void *pat_arena_take_array(pat_arena *arena, size_t count, size_t item_size) {
  if (item_size != 0 && count > SIZE_MAX / item_size) return NULL;
  return pat_arena_take(arena, count * item_size);
}

size_t pat_arena_mark(const pat_arena *arena) { return arena->used; }

void pat_arena_reset_to(pat_arena *arena, size_t mark) {
  PAT_ASSERT(mark <= arena->used);
  arena->used = mark;
}
