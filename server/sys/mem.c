#include "server/sys/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/base/span.h"

static void *system_resize(void *context, void *block, size_t size) {
  (void)context;
  return realloc(block, size);
}

static void *system_zeroed(void *context, size_t size) {
  (void)context;
  return calloc(size, 1);
}

static void system_release(void *context, void *block) {
  (void)context;
  free(block);
}

#define SYSTEM_HOOKS \
  { .resize = system_resize, .zeroed = system_zeroed, .release = system_release, .context = NULL }
static const pat_mem_hooks system_hooks = SYSTEM_HOOKS;
static pat_mem_hooks active_hooks = SYSTEM_HOOKS;

void pat_mem_set_hooks(const pat_mem_hooks *hooks) {
  active_hooks = hooks == NULL ? system_hooks : *hooks;
  PAT_ASSERT(active_hooks.resize != NULL);
  PAT_ASSERT(active_hooks.release != NULL);
}

void *pat_mem_new(size_t size) {
  if (active_hooks.zeroed != NULL)
    return active_hooks.zeroed(active_hooks.context, size == 0 ? 1 : size);
  void *block = pat_mem_resize(NULL, size, 1);
  if (block != NULL) memset(block, 0, size);
  return block;
}

void *pat_mem_new_array(size_t count, size_t item_size) {
  if (item_size != 0 && count > SIZE_MAX / item_size) return NULL;
  return pat_mem_new(count * item_size);
}

void *pat_mem_resize(void *block, size_t count, size_t item_size) {
  if (item_size != 0 && count > SIZE_MAX / item_size) return NULL;
  size_t size = count * item_size;
  return active_hooks.resize(active_hooks.context, block, size == 0 ? 1 : size);
}

void pat_mem_free(void *block) {
  if (block != NULL) active_hooks.release(active_hooks.context, block);
}

void pat_mem_free_at(void *pointer_variable) { pat_mem_free(pat_mem_take(pointer_variable)); }

void *pat_mem_take(void *pointer_variable) {
  void *taken = NULL;
  void *none = NULL;
  /* Copied as bytes, because the variable may be a pointer to any type. */
  pat_span_copy(&taken, sizeof taken, pat_span_make(pointer_variable, sizeof taken));
  pat_span_copy(pointer_variable, sizeof none, pat_span_make(&none, sizeof none));
  return taken;
}
