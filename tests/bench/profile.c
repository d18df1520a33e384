#include "tests/bench/profile.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void silence(void) {
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere < 0) return;
  (void)dup2(nowhere, STDOUT_FILENO);
  (void)dup2(nowhere, STDERR_FILENO);
}

void profile_start(profile *running, pid_t pid, const char *path) {
  enum { SETTLE_US = 300000 };
  char target[16];
  (void)snprintf(running->path, sizeof running->path, "%s", path);
  (void)snprintf(target, sizeof target, "%d", (int)pid);
  running->pid = fork();
  assert_true(running->pid >= 0);
  if (running->pid == 0) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    silence();
    (void)execlp("perf", "perf", "record", "-q", "-e", "cpu-clock", "-F", "999", "-p", target, "-o",
                 path, (char *)NULL);
    _exit(127);
  }
  (void)usleep(SETTLE_US);
}

static bool has(const char *text, const char *part) { return strstr(text, part) != NULL; }

/* One line: percent;thread;library */
static void add_line(char *line, profile_split *split) {
  char *rest = NULL;
  double share = strtod(line, &rest);
  char *thread = strchr(line, ';');
  char *library = thread == NULL ? NULL : strchr(thread + 1, ';');
  if (library == NULL) return;
  *library++ = '\0';
  bool serves = has(thread, "civetweb");
  bool in_kernel = has(library, "kernel");
  double *sum = &split->rest;
  if (has(library, "libsodium")) sum = &split->verification;
  if (has(library, "libcrypto")) sum = &split->hashing;
  if (has(library, "librocksdb") || has(thread, "rocksdb")) sum = &split->store;
  if (has(library, "libcivetweb")) sum = &split->http;
  if (in_kernel) sum = serves ? &split->http : &split->store;
  *sum += share;
}

static bool read_report(const char *path, profile_split *ret_split) {
  char command[640];
  (void)snprintf(command, sizeof command,
                 "perf report -i '%s' --stdio -q --sort comm,dso -t ';' 2>/dev/null", path);
  /* A fixed command over a file of our own: no text of a stranger reaches the shell. */
  FILE *report = popen(command, "r"); /* NOLINT(cert-env33-c) */
  if (report == NULL) return false;
  profile_split split = {0};
  char line[1024];
  while (fgets(line, sizeof line, report) != NULL)
    add_line(line, &split);
  (void)pclose(report);
  if (split.verification + split.rest + split.store + split.http + split.hashing < 1) return false;
  *ret_split = split;
  return true;
}

bool profile_stop(profile *running, profile_split *ret_split) {
  if (running->pid == 0) return false;
  int status = 0;
  bool runs = waitpid(running->pid, &status, WNOHANG) == 0;
  if (!runs) return false;
  (void)kill(running->pid, SIGINT);
  assert_int_equal(waitpid(running->pid, &status, 0), running->pid);
  running->pid = 0;
  return read_report(running->path, ret_split);
}
