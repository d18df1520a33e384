/* Threads, mutexes and conditions over pthreads. Misuse (locking twice, unlocking what is not held)
 * stops the process; there is nothing to handle. Waits use the monotonic clock. */
#ifndef PAT_SERVER_SYS_THREAD_H
#define PAT_SERVER_SYS_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"

typedef struct {
  pthread_mutex_t handle;
} pat_mutex;

void pat_mutex_init(pat_mutex *mutex) PAT_NONNULL_ALL;
/* The mutex must not be held. */
void pat_mutex_clear(pat_mutex *mutex) PAT_NONNULL_ALL;
void pat_mutex_lock(pat_mutex *mutex) PAT_NONNULL_ALL;
void pat_mutex_unlock(pat_mutex *mutex) PAT_NONNULL_ALL;

/* Holds the mutex until the end of the scope:
 *   PAT_CLEANUP(pat_mutex_release) pat_mutex *held = pat_mutex_hold(&queue->mutex); */
pat_mutex *pat_mutex_hold(pat_mutex *mutex) PAT_NONNULL_ALL PAT_MUST_USE;
void pat_mutex_release(pat_mutex **held) PAT_NONNULL_ALL;

typedef struct {
  pthread_cond_t handle;
} pat_condition;

void pat_condition_init(pat_condition *condition) PAT_NONNULL_ALL;
void pat_condition_clear(pat_condition *condition) PAT_NONNULL_ALL;
/* Waits for a signal; may also wake for none, so the caller checks its condition in a loop. The
 * mutex is held by the caller before and after. */
void pat_condition_wait(pat_condition *condition, pat_mutex *mutex) PAT_NONNULL_ALL;
/* As pat_condition_wait, for at most wait_ms. False where the time is over. */
bool pat_condition_wait_ms(pat_condition *condition, pat_mutex *mutex,
                           uint64_t wait_ms) PAT_NONNULL_ALL;
void pat_condition_signal(pat_condition *condition) PAT_NONNULL_ALL;
void pat_condition_broadcast(pat_condition *condition) PAT_NONNULL_ALL;

typedef void pat_thread_main(void *context);

/* Zero-initialise. */
typedef struct {
  pthread_t handle;
  bool started;
} pat_thread;

/* Starts a thread that runs thread_main(context), with all signals blocked.
 * in    name     at most 15 bytes, shown by system tools
 * out   ret_thread  written on success; join it with pat_thread_join
 * fails SYS_THREAD  the system gives no more threads; LIMIT_MEMORY */
pat_status pat_thread_start(const char *name, pat_thread_main *thread_main, void *context,
                            pat_thread *ret_thread) PAT_NONNULL(1, 2, 4) PAT_MUST_USE;

/* Waits until the thread has ended. A thread that was never started is accepted. */
void pat_thread_join(pat_thread *thread) PAT_NONNULL_ALL;

#endif
