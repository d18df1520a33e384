/* A store around another one that adds up the time of its reads of many keys and of its writes. */
#ifndef PAT_TESTS_BENCH_TIMED_STORE_H
#define PAT_TESTS_BENCH_TIMED_STORE_H

#include "server/store/engine.h"

typedef struct {
  pat_store base;
  pat_store *inner;             /* borrowed */
  atomic_uint_fast64_t read_ns; /* of all threads together */
  atomic_uint_fast64_t write_ns;
  atomic_uint_fast64_t written_bytes;
} timed_store;

/* Makes one around inner, with its sums at 0; hand &timed->base to the product. Cleared, not
 * closed. */
void timed_store_init(timed_store *timed, pat_store *inner);
/* Gives a sum and begins it anew. */
uint64_t timed_store_take(atomic_uint_fast64_t *sum);
void timed_store_clear(timed_store *timed);

#endif
