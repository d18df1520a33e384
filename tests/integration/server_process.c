#include "tests/integration/server_process.h"

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

enum { ARGUMENTS_MAX = 32 };

/* In the child: becomes patinad. out -1: output goes to the log too. */
static void become(char *const *arguments, const char *log, int out) {
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  int error = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (error < 0 || dup2(error, STDERR_FILENO) < 0) _exit(126);
  if (dup2(out < 0 ? error : out, STDOUT_FILENO) < 0) _exit(126);
  char *words[ARGUMENTS_MAX] = {(char *)(uintptr_t)PATINAD_PATH};
  for (size_t i = 0; arguments[i] != NULL && i + 2 < ARGUMENTS_MAX; i++)
    words[i + 1] = arguments[i];
  (void)execv(PATINAD_PATH, words);
  _exit(127);
}

static int wait_for(pid_t pid) {
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  if (!WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

int server_process_run(char *const *arguments, const char *log) {
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) become(arguments, log, -1);
  int code = wait_for(pid);
  assert_int_not_equal(code, -1);
  return code;
}

/* Reads the ready line; false where the output ended before. */
static bool read_ready(int out, unsigned *ret_port) {
  FILE *stream = fdopen(out, "r");
  assert_non_null(stream);
  char line[256] = {0};
  bool ready = fgets(line, sizeof line, stream) != NULL;
  (void)fclose(stream);
  if (!ready) return false;
  const char prefix[] = "ready http://127.0.0.1:";
  assert_memory_equal(line, prefix, sizeof prefix - 1);
  *ret_port = (unsigned)strtoul(line + sizeof prefix - 1, NULL, 10);
  return *ret_port != 0;
}

/* The admin port stands in the log, in the last line that tells one. */
static unsigned read_admin_port(const char *log) {
  FILE *stream = fopen(log, "r");
  assert_non_null(stream);
  char line[4096];
  unsigned port = 0;
  while (fgets(line, sizeof line, stream) != NULL) {
    const char *found = strstr(line, "admin_port=");
    if (found != NULL) port = (unsigned)strtoul(found + strlen("admin_port="), NULL, 10);
  }
  (void)fclose(stream);
  return port;
}

bool server_process_start(server_process *process, const char *directory, const char *log,
                          int *ret_exit_code) {
  char config[TEMP_DIRECTORY_PATH_MAX + 32];
  (void)snprintf(config, sizeof config, "--config=%s/patina.conf", directory);
  char *arguments[ARGUMENTS_MAX] = {(char *)"run", config, (char *)"--port=0",
                                    (char *)"--admin-port=0", (char *)"--http-threads=32"};
  for (size_t i = 0; process->flags[i] != NULL; i++)
    arguments[5 + i] = (char *)(uintptr_t)process->flags[i];
  int pipes[2];
  assert_int_equal(pipe(pipes), 0);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    (void)close(pipes[0]);
    become(arguments, log, pipes[1]);
  }
  (void)close(pipes[1]);
  if (!read_ready(pipes[0], &process->port)) {
    *ret_exit_code = wait_for(pid);
    return false;
  }
  process->pid = pid;
  process->admin_port = read_admin_port(log);
  (void)snprintf(process->log, sizeof process->log, "%s", log);
  return true;
}

int server_process_stop(server_process *process) {
  assert_int_not_equal(process->pid, 0);
  assert_int_equal(kill(process->pid, SIGTERM), 0);
  int code = wait_for(process->pid);
  process->pid = 0;
  return code;
}

void server_process_kill(server_process *process) {
  if (process->pid == 0) return;
  (void)kill(process->pid, SIGKILL);
  (void)wait_for(process->pid);
  process->pid = 0;
}
