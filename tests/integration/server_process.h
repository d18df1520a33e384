/* A real patinad in a process of its own, on free ports of the loopback. */
#ifndef PAT_TESTS_INTEGRATION_SERVER_PROCESS_H
#define PAT_TESTS_INTEGRATION_SERVER_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "tests/support/temp_directory.h"

/* Zero-initialise. */
typedef struct {
  pid_t pid; /* 0: none runs */
  unsigned port;
  unsigned admin_port;
  char log[TEMP_DIRECTORY_PATH_MAX]; /* its standard error */
  const char *flags[8]; /* more of them, the last ones NULL; each wins over the usual ones */
} server_process;

/* Runs patinad with these arguments (NULL-terminated, without the program's name) to its end, with
 * its output in the file at log. Gives its exit code; fails the test where it was killed. */
int server_process_run(char *const *arguments, const char *log);

/* Starts "patinad run" on a ledger's directory, with log as its standard error, and waits for its
 * ready line. Gives false where it ended before; *ret_exit_code then says how. */
bool server_process_start(server_process *process, const char *directory, const char *log,
                          int *ret_exit_code);
/* SIGTERM; waits for its end and gives its exit code. */
int server_process_stop(server_process *process);
/* SIGKILL; waits until it is gone. Nothing happens where none runs. */
void server_process_kill(server_process *process);

#endif
