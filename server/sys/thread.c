#include "server/sys/thread.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "core/base/assert.h"
#include "server/sys/mem.h"

/* Linux shows 15 bytes of a thread's name. */
enum { NAME_BYTES_MAX = 15 };

/* Every call below fails only by misuse or, at init, without memory: both stop the process. */
#define MUST(call)                \
  do {                            \
    int must_error_ = (call);     \
    PAT_ASSERT(must_error_ == 0); \
  } while (0)

void pat_mutex_init(pat_mutex *mutex) {
  pthread_mutexattr_t attributes;
  MUST(pthread_mutexattr_init(&attributes));
  MUST(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK));
  MUST(pthread_mutex_init(&mutex->handle, &attributes));
  MUST(pthread_mutexattr_destroy(&attributes));
}

void pat_mutex_clear(pat_mutex *mutex) { MUST(pthread_mutex_destroy(&mutex->handle)); }

void pat_mutex_lock(pat_mutex *mutex) { MUST(pthread_mutex_lock(&mutex->handle)); }

void pat_mutex_unlock(pat_mutex *mutex) { MUST(pthread_mutex_unlock(&mutex->handle)); }

pat_mutex *pat_mutex_hold(pat_mutex *mutex) {
  pat_mutex_lock(mutex);
  return mutex;
}

void pat_mutex_release(pat_mutex **held) {
  if (*held == NULL) return;
  pat_mutex_unlock(*held);
  *held = NULL;
}

void pat_condition_init(pat_condition *condition) {
  pthread_condattr_t attributes;
  MUST(pthread_condattr_init(&attributes));
  MUST(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
  MUST(pthread_cond_init(&condition->handle, &attributes));
  MUST(pthread_condattr_destroy(&attributes));
}

void pat_condition_clear(pat_condition *condition) {
  MUST(pthread_cond_destroy(&condition->handle));
}

void pat_condition_wait(pat_condition *condition, pat_mutex *mutex) {
  MUST(pthread_cond_wait(&condition->handle, &mutex->handle));
}

bool pat_condition_wait_ms(pat_condition *condition, pat_mutex *mutex, uint64_t wait_ms) {
  struct timespec until = {0};
  MUST(clock_gettime(CLOCK_MONOTONIC, &until));
  uint64_t nanoseconds = (uint64_t)until.tv_nsec + wait_ms % 1000 * 1000000;
  until.tv_sec += (time_t)(wait_ms / 1000 + nanoseconds / 1000000000);
  until.tv_nsec = (long)(nanoseconds % 1000000000);
  int error = pthread_cond_timedwait(&condition->handle, &mutex->handle, &until);
  if (error == ETIMEDOUT) return false;
  PAT_ASSERT(error == 0);
  return true;
}

void pat_condition_signal(pat_condition *condition) {
  MUST(pthread_cond_signal(&condition->handle));
}

void pat_condition_broadcast(pat_condition *condition) {
  MUST(pthread_cond_broadcast(&condition->handle));
}

struct start {
  pat_thread_main *thread_main;
  void *context;
};

static void *run(void *argument) {
  struct start start = *(struct start *)argument;
  pat_mem_free(argument);
  start.thread_main(start.context);
  return NULL;
}

/* Signals are for the main thread alone, so a new thread inherits a full mask. */
static int create_masked(pthread_t *ret_handle, struct start *start) {
  sigset_t all;
  sigset_t before;
  MUST(sigfillset(&all));
  MUST(pthread_sigmask(SIG_SETMASK, &all, &before));
  int error = pthread_create(ret_handle, NULL, run, start);
  MUST(pthread_sigmask(SIG_SETMASK, &before, NULL));
  return error;
}

pat_status pat_thread_start(const char *name, pat_thread_main *thread_main, void *context,
                            pat_thread *ret_thread) {
  PAT_ASSERT(strlen(name) <= NAME_BYTES_MAX);
  struct start *start = pat_mem_new(sizeof *start);
  PAT_REQUIRE(start != NULL, LIMIT_MEMORY);
  *start = (struct start){.thread_main = thread_main, .context = context};
  pat_thread thread = {.started = true};
  if (create_masked(&thread.handle, start) != 0) {
    pat_mem_free(start);
    return pat_refuse(PAT_RULE_SYS_THREAD);
  }
  /* Only a label: where the thread has already ended there is nothing to name. */
  (void)pthread_setname_np(thread.handle, name);
  *ret_thread = thread;
  return PAT_OK;
}

void pat_thread_join(pat_thread *thread) {
  if (!thread->started) return;
  MUST(pthread_join(thread->handle, NULL));
  *thread = (pat_thread){0};
}
