/* A store around another one that counts what it is asked for and fails on demand. The inner store
 * stays the test's: closing the wrapper is a crash or a stop, wrapping again is opening again. */
#ifndef PAT_TESTS_SUPPORT_WRAPPED_STORE_H
#define PAT_TESTS_SUPPORT_WRAPPED_STORE_H

#include "server/store/store.h"

typedef enum {
  WRAPPED_GET = 0,
  WRAPPED_GET_MANY,
  WRAPPED_WRITE,
  WRAPPED_SNAPSHOT_OPEN,
  WRAPPED_CURSOR_OPEN,
  WRAPPED_CURSOR_NEXT,
  WRAPPED_SYNC,
  WRAPPED_CHECK_ROOM,
  WRAPPED_OPERATION_COUNT
} wrapped_operation;

typedef enum {
  WRAPPED_BEFORE = 0, /* the inner store is not asked: nothing is done */
  WRAPPED_AFTER,      /* the inner store did it, and yet a failure is told */
} wrapped_moment;

/* What to fail: the at-th (from 1) call of operation; 0: none. */
typedef struct {
  wrapped_operation operation;
  size_t at;
  wrapped_moment moment;
  pat_rule rule; /* what the caller is told */
} wrapped_failure;

/* Makes a store around inner (borrowed). Close it with pat_store_close. NULL: out of memory. */
pat_store *wrapped_store_new(pat_store *inner);
/* Fails as told from now on; counts begin again at 0. */
void wrapped_store_fail(pat_store *store, wrapped_failure failure);
/* Calls of an operation, and keys asked for by get and get_many, since the wrapper was made or last
 * told to fail. */
size_t wrapped_store_count(pat_store *store, wrapped_operation operation);
size_t wrapped_store_keys(pat_store *store);

#endif
