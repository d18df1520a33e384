#include "clients/cli/audit/workers.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/base/assert.h"

enum {
  THREADS_MAX = 64,
  BATCHES_MAX = 2 * THREADS_MAX,
  BATCH_BYTES = PAT_TLOG_TILE_WIDTH * PAT_CLAIM_BYTES_MAX,
};

/* Batches go round in a ring: [taken, begun) are being verified or done, [begun, given) wait.
 * Invariant: taken <= begun <= given <= taken + batch_count. */
struct pat_workers {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  pthread_t threads[THREADS_MAX];
  size_t thread_count;
  pat_batch_of_claims *batches;
  bool *done;
  size_t batch_count;
  uint64_t taken;
  uint64_t begun;
  uint64_t given;
  bool ending;
};

static pat_batch_of_claims *batch_at(pat_workers *workers, uint64_t number) {
  return &workers->batches[number % workers->batch_count];
}

static void verify(pat_batch_of_claims *batch) {
  batch->status = PAT_OK;
  for (size_t i = 0; i < batch->count && pat_is_ok(batch->status); i++) {
    batch->status = pat_claim_verify(&batch->claims[i]);
    batch->bad_index = batch->claims[i].index;
  }
}

static void *work(void *context) {
  pat_workers *workers = context;
  pthread_mutex_lock(&workers->mutex);
  while (!workers->ending) {
    if (workers->begun == workers->given) {
      pthread_cond_wait(&workers->changed, &workers->mutex);
      continue;
    }
    uint64_t number = workers->begun++;
    pthread_mutex_unlock(&workers->mutex);
    verify(batch_at(workers, number));
    pthread_mutex_lock(&workers->mutex);
    workers->done[number % workers->batch_count] = true;
    pthread_cond_broadcast(&workers->changed);
  }
  pthread_mutex_unlock(&workers->mutex);
  return NULL;
}

/* --- opening and closing --------------------------------------------------------------------- */

static pat_status make_batches(pat_workers *workers) {
  workers->batches = calloc(workers->batch_count, sizeof *workers->batches);
  workers->done = calloc(workers->batch_count, sizeof *workers->done);
  PAT_REQUIRE(workers->batches != NULL && workers->done != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < workers->batch_count; i++) {
    void *memory = malloc(BATCH_BYTES);
    PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
    pat_arena_init(&workers->batches[i].arena, memory, BATCH_BYTES);
  }
  return PAT_OK;
}

pat_status pat_workers_open(size_t threads, pat_workers **ret_workers) {
  PAT_CLEANUP(pat_workers_close) pat_workers *workers = calloc(1, sizeof *workers);
  PAT_REQUIRE(workers != NULL, LIMIT_MEMORY);
  pthread_mutex_init(&workers->mutex, NULL);
  pthread_cond_init(&workers->changed, NULL);
  if (threads > THREADS_MAX) threads = THREADS_MAX;
  workers->batch_count = 2 * threads + 2 > BATCHES_MAX ? BATCHES_MAX : 2 * threads + 2;
  PAT_TRY(make_batches(workers));
  while (workers->thread_count < threads) {
    pthread_t *thread = &workers->threads[workers->thread_count];
    PAT_REQUIRE(pthread_create(thread, NULL, work, workers) == 0, LIMIT_MEMORY);
    workers->thread_count++;
  }
  *ret_workers = workers;
  workers = NULL;
  return PAT_OK;
}

static void end_threads(pat_workers *workers) {
  pthread_mutex_lock(&workers->mutex);
  workers->ending = true;
  pthread_cond_broadcast(&workers->changed);
  pthread_mutex_unlock(&workers->mutex);
  for (size_t i = 0; i < workers->thread_count; i++)
    pthread_join(workers->threads[i], NULL);
}

void pat_workers_close(pat_workers **workers) {
  pat_workers *closed = *workers;
  *workers = NULL;
  if (closed == NULL) return;
  end_threads(closed);
  for (size_t i = 0; closed->batches != NULL && i < closed->batch_count; i++)
    free(closed->batches[i].arena.base);
  pthread_cond_destroy(&closed->changed);
  pthread_mutex_destroy(&closed->mutex);
  free(closed->batches);
  free(closed->done);
  free(closed);
}

/* --- batches --------------------------------------------------------------------------------- */

pat_batch_of_claims *pat_workers_empty(pat_workers *workers) {
  if (workers->given == workers->taken + workers->batch_count) return NULL;
  pat_batch_of_claims *batch = batch_at(workers, workers->given);
  pat_arena_reset_to(&batch->arena, 0);
  batch->count = 0;
  return batch;
}

void pat_workers_give(pat_workers *workers) {
  pthread_mutex_lock(&workers->mutex);
  PAT_ASSERT(workers->given < workers->taken + workers->batch_count);
  workers->done[workers->given % workers->batch_count] = false;
  workers->given++;
  pthread_cond_broadcast(&workers->changed);
  pthread_mutex_unlock(&workers->mutex);
}

const pat_batch_of_claims *pat_workers_take(pat_workers *workers) {
  if (workers->taken == workers->given) return NULL;
  pthread_mutex_lock(&workers->mutex);
  while (!workers->done[workers->taken % workers->batch_count])
    pthread_cond_wait(&workers->changed, &workers->mutex);
  pthread_mutex_unlock(&workers->mutex);
  return batch_at(workers, workers->taken++);
}
