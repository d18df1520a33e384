#include "tests/core/base/base_support.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

bool base_support_traps(void (*action)(void)) {
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    /* The default action, so that neither cmocka nor a sanitizer answers; and no core file. */
    signal(SIGILL, SIG_DFL);
    signal(SIGTRAP, SIG_DFL);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    action();
    _exit(0);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) && (WTERMSIG(status) == SIGILL || WTERMSIG(status) == SIGTRAP);
}
