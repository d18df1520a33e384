/* patina log audit of a real server's log, killed again and again on its way. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/live_ledger.h"

enum { KILLS = 25, BATCHES = 6, STATEMENTS = 60 };

static void fill(live_ledger *live) {
  ledger_world *world = live->world;
  live_register_secret(live);
  for (size_t round = 0; round < BATCHES; round++) {
    Patina__SignedStatement *batch[STATEMENTS];
    for (size_t i = 0; i < STATEMENTS; i++) {
      const ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, "good")}};
      ledger_draft draft = ledger_by(world, INSPECTOR);
      (void)ledger_attest(&draft, 1, LEDGER_SAID(said));
      batch[i] = ledger_seal(&draft, NULL);
    }
    (void)live_submit(live, batch, STATEMENTS, 200);
  }
}

/* Starts the program; its answer goes to the file at `answer`. */
static pid_t start_audit(const live_ledger *live, const char *answer) {
  char policy[1024];
  char home[1024];
  char server[64];
  (void)snprintf(policy, sizeof policy, "%s/policy.txt", live->files->ledger);
  (void)snprintf(home, sizeof home, "%s/home", live->files->directory.path);
  (void)snprintf(server, sizeof server, "http://127.0.0.1:%u", live->process.port);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid > 0) return pid;
  if (freopen(answer, "w", stdout) == NULL) _exit(126);
  (void)execl(PATINA_PATH, PATINA_PATH, "log", "audit", "--policy", policy, "--home", home,
              "--server", server, "--json", "--quiet", (char *)NULL);
  _exit(127);
}

static int wait_for(pid_t pid) {
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void assert_answer(const char *path, const char *part) {
  char text[8192];
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  (void)fclose(file);
  if (strstr(text, part) == NULL) fail_msg("%s is not in %s", part, text);
}

static void test_audit_live__goes_on_after_every_kill(void **state) {
  live_ledger *live = *state;
  char answer[1024];
  (void)snprintf(answer, sizeof answer, "%s/answer", live->files->directory.path);
  fill(live);
  size_t killed = 0;
  for (unsigned i = 0; i < KILLS; i++) {
    pid_t pid = start_audit(live, answer);
    (void)usleep(i * 4000);
    (void)kill(pid, SIGKILL);
    int code = wait_for(pid);
    assert_true(code <= 0);
    killed += code < 0 ? 1 : 0;
  }
  assert_true(killed > 0);
  assert_int_equal(wait_for(start_audit(live, answer)), 0);
  assert_answer(answer, "\"verdict\":\"matches\"");
  assert_answer(answer, "\"privateStatements\":\"36");
}

/* The same log once more, from its store. */
static void test_audit_live__the_store_says_the_same(void **state) {
  live_ledger *live = *state;
  fill(live);
  char *const words[] = {(char *)"fsck", (char *)"--directory", live->files->ledger, NULL};
  char log[1024];
  (void)snprintf(log, sizeof log, "%s/fsck", live->files->directory.path);
  assert_int_equal(server_process_run(words, log), 1); /* it is served */
  assert_answer(log, "file.locked");
  assert_int_equal(server_process_stop(&live->process), 0);
  assert_int_equal(server_process_run(words, log), 0);
  assert_answer(log, "the store holds what the log says");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_audit_live__goes_on_after_every_kill, live_setup,
                                      live_teardown),
      cmocka_unit_test_setup_teardown(test_audit_live__the_store_says_the_same, live_setup,
                                      live_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
