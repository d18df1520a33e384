/* The program: makes the process safe to write from, then runs one command line. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "clients/cli/cli.h"

/* Files are replaced as one, so there is nothing to undo. */
static void on_interrupt(int signal_number) {
  (void)signal_number;
  _exit(PAT_EXIT_INTERRUPTED);
}

/* A file opened later must not get the number of a standard stream that was closed. */
static void keep_standard_streams(void) {
  for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
    if (fcntl(number, F_GETFD) != -1) continue;
    /* Opened the wrong way round on purpose: what is written to a closed stream fails, and is
     * reported. */
    int opened = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened != number) _exit(PAT_EXIT_INTERNAL);
  }
}

int main(int argc, char **argv) {
  keep_standard_streams();
  signal(SIGPIPE, SIG_IGN);
  signal(SIGINT, on_interrupt);
  size_t count = argc > 1 ? (size_t)argc - 1 : 0;
  return pat_cli_run((const char *const *)(argv + (argc > 0 ? 1 : 0)), count, stdout, stderr);
}
