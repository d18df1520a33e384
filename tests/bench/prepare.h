/* Requests made before the clock runs: statements that nobody has said yet, signed and encoded. */
#ifndef PAT_TESTS_BENCH_PREPARE_H
#define PAT_TESTS_BENCH_PREPARE_H

#include "tests/integration/live_ledger.h"

enum { PREPARE_ASSETS = 400 };

/* One HTTP request, head and body, as it goes over the wire. */
typedef struct {
  uint8_t *bytes; /* freed with prepare_free */
  size_t size;
  size_t statements;
} bench_request;

typedef struct {
  live_ledger *live;
  uint32_t assets; /* registered */
  uint32_t said;   /* attestations so far: the next one's asset and signer follow from it */
} bench_author;

/* Grants standing to two principals more, so that four may speak, and registers the assets. */
void prepare_ledger(bench_author *author, live_ledger *live, uint32_t assets);
/* Requests of so many statements each. Gives an array of count, freed with prepare_free. */
bench_request *prepare_requests(bench_author *author, size_t count, size_t statements);
void prepare_free(bench_request *requests, size_t count);

#endif
