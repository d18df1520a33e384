#include "server/sys/thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "server/sys/env.h"
#include "tests/server/sys/sys_support.h"
#include "tests/support/failing_mem.h"
#include "tests/support/fake_env.h"

typedef struct {
  pat_mutex mutex;
  pat_condition changed;
  unsigned count;
  bool blocks_signals;
} shared;

static int set_up(void **state) {
  static shared only;
  only = (shared){.count = 0};
  pat_mutex_init(&only.mutex);
  pat_condition_init(&only.changed);
  *state = &only;
  return 0;
}

static int tear_down(void **state) {
  shared *all = *state;
  pat_condition_clear(&all->changed);
  pat_mutex_clear(&all->mutex);
  return 0;
}

enum { ADDITIONS = 1000, THREADS = 4 };

static void add_many(void *context) {
  shared *all = context;
  for (unsigned i = 0; i < ADDITIONS; i++) {
    PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&all->mutex);
    all->count++;
    pat_condition_signal(&all->changed);
  }
}

/* The linker sends the calls of pat_thread_start here (--wrap): the system refuses on demand. */
int __real_pthread_create(pthread_t *ret_handle, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *ret_handle, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);

static bool no_more_threads;

int __wrap_pthread_create(pthread_t *ret_handle, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument) {
  if (no_more_threads) return EAGAIN;
  return __real_pthread_create(ret_handle, attributes, run, argument);
}

static void test_thread__refuses_where_the_system_gives_no_more_threads(void **state) {
  pat_thread thread = {0};
  no_more_threads = true;
  assert_refused(pat_thread_start("adder", add_many, *state, &thread), SYS_THREAD);
  no_more_threads = false;
  assert_false(thread.started);
  pat_thread_join(&thread);
}

static void test_thread__refuses_to_start_without_memory(void **state) {
  pat_thread thread = {0};
  failing_mem_start(1, false);
  assert_refused(pat_thread_start("adder", add_many, *state, &thread), LIMIT_MEMORY);
  failing_mem_stop();
  assert_false(thread.started);
  pat_thread_join(&thread);
}

static void test_thread__a_wait_ends_when_its_time_is_over(void **state) {
  shared *all = *state;
  const pat_env *env = pat_env_system();
  PAT_CLEANUP(pat_mutex_release) pat_mutex *held PAT_UNUSED = pat_mutex_hold(&all->mutex);
  uint64_t before = pat_env_monotonic_ms(env);
  while (pat_condition_wait_ms(&all->changed, &all->mutex, 20)) {
  }
  assert_true(pat_env_monotonic_ms(env) - before >= 19);
}

static void test_thread__a_mutex_keeps_a_count_whole(void **state) {
  shared *all = *state;
  pat_thread threads[THREADS] = {{.started = false}};
  for (size_t i = 0; i < THREADS; i++) {
    assert_ok(pat_thread_start("adder", add_many, all, &threads[i]));
  }
  pat_mutex_lock(&all->mutex);
  while (all->count < THREADS * ADDITIONS)
    pat_condition_wait(&all->changed, &all->mutex);
  pat_mutex_unlock(&all->mutex);
  for (size_t i = 0; i < THREADS; i++)
    pat_thread_join(&threads[i]);
  assert_int_equal(all->count, THREADS * ADDITIONS);
}

static void look_at_signals(void *context) {
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, NULL, &blocked);
  ((shared *)context)->blocks_signals = sigismember(&blocked, SIGTERM) == 1;
}

static void test_thread__signals_stay_with_the_starter(void **state) {
  shared *all = *state;
  pat_thread thread = {0};
  assert_ok(pat_thread_start("looker", look_at_signals, all, &thread));
  pat_thread_join(&thread);
  assert_true(all->blocks_signals);
  sigset_t mine;
  pthread_sigmask(SIG_SETMASK, NULL, &mine);
  assert_int_equal(sigismember(&mine, SIGTERM), 0);
}

static void test_env__the_system_tells_a_time_of_this_century_and_new_bytes(void **state) {
  (void)state;
  const pat_env *env = pat_env_system();
  assert_true(pat_env_now_ms(env) > 1700000000000U);
  uint64_t first = pat_env_monotonic_ms(env);
  assert_true(pat_env_monotonic_ms(env) >= first);
  uint8_t a[300] = {0};
  uint8_t b[300] = {0};
  pat_env_random_bytes(env, a, sizeof a);
  pat_env_random_bytes(env, b, sizeof b);
  assert_memory_not_equal(a, b, sizeof a);
  assert_memory_not_equal(a + 268, b + 268, 32);
  pat_env_random_bytes(env, NULL, 0);
}

static void test_fake_env__repeats_itself_and_moves_when_told(void **state) {
  (void)state;
  fake_env one;
  fake_env two;
  fake_env_init(&one, 7, 1000);
  fake_env_init(&two, 7, 1000);
  uint8_t a[16];
  uint8_t b[16];
  pat_env_random_bytes(&one.env, a, sizeof a);
  pat_env_random_bytes(&two.env, b, sizeof b);
  assert_memory_equal(a, b, sizeof a);
  fake_env_advance(&one, 5);
  assert_int_equal(pat_env_now_ms(&one.env), 1005);
  one.now_ms = 10;
  assert_int_equal(pat_env_now_ms(&one.env), 10);
  assert_int_equal(pat_env_monotonic_ms(&one.env), 1005);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_thread__refuses_where_the_system_gives_no_more_threads),
      CASE(test_thread__refuses_to_start_without_memory),
      CASE(test_thread__a_wait_ends_when_its_time_is_over),
      CASE(test_thread__a_mutex_keeps_a_count_whole),
      CASE(test_thread__signals_stay_with_the_starter),
      cmocka_unit_test(test_env__the_system_tells_a_time_of_this_century_and_new_bytes),
      cmocka_unit_test(test_fake_env__repeats_itself_and_moves_when_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
