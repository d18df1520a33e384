/* Memory of the server and the command line: the only caller of malloc and free.
 *
 * Everything goes through one replaceable table, so that a test can make the n-th allocation fail.
 * core/ never allocates; it works in what is given to it. */
#ifndef PAT_SERVER_SYS_MEM_H
#define PAT_SERVER_SYS_MEM_H

#include <stddef.h>

#include "core/base/attributes.h"

/* Where memory comes from. Both functions may be called from any thread. */
typedef struct {
  /* As realloc: block NULL asks for a new one, aligned for any type. size is at least 1. NULL where
   * there is none; block then stays as it was. */
  void *(*resize)(void *context, void *block, size_t size);
  /* As calloc, of one block: may be left out, then it is resize and zeroes. The system's does not
   * touch large blocks, so that memory is only used where it is written. */
  void *(*zeroed)(void *context, size_t size);
  /* As free; block is never NULL. */
  void (*release)(void *context, void *block);
  void *context; /* borrowed until the hooks are replaced */
} pat_mem_hooks;

/* Replaces the source of memory; hooks is copied. NULL brings the system's back. For tests, while
 * no other thread runs and no block of another source is alive. */
void pat_mem_set_hooks(const pat_mem_hooks *hooks);

/* Takes size zeroed bytes, aligned for any type; a size of 0 gives a valid pointer. A large block
 * costs memory only where it is written.
 * NULL where there is no memory (the caller refuses with LIMIT_MEMORY).
 * owns  the caller frees with pat_mem_free */
void *pat_mem_new(size_t size) PAT_MUST_USE;

/* As pat_mem_new for count items of item_size bytes; NULL too where the product overflows. */
void *pat_mem_new_array(size_t count, size_t item_size) PAT_MUST_USE;

/* Makes block (NULL: none yet) hold count items of item_size bytes, keeping what fits. Bytes gained
 * are not zeroed. NULL where there is no memory or the product overflows: block then stays valid.
 */
void *pat_mem_resize(void *block, size_t count, size_t item_size) PAT_MUST_USE;

/* Gives a block back. NULL is accepted. */
void pat_mem_free(void *block);

/* For PAT_CLEANUP(pat_mem_free_at) on any pointer variable: frees what the variable points to.
 * pointer_variable is the variable's address. */
void pat_mem_free_at(void *pointer_variable) PAT_NONNULL_ALL;

/* Moves a pointer out of a variable that has a cleanup: returns its value and leaves NULL in it. */
void *pat_mem_take(void *pointer_variable) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
