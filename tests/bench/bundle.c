/* Makes a report of a vehicle with 200 entries: said to a real patinad, fetched by the command
 * line. bundle_times.mjs has it verified. usage: bundle FOLDER: writes long.patina and policy. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/crypto/base32.h"
#include "tests/integration/live_ledger.h"

enum { ENTRIES = 200, REGISTERED = 4 /* by live_register_secret */, AT_ONCE = 49 };

static void inspect(live_ledger *live, size_t count) {
  Patina__SignedStatement *envelopes[AT_ONCE];
  const size_t mark = pat_arena_mark(&live->world->memory);
  for (size_t i = 0; i < count; i++) {
    const ledger_said said[] = {{"result", SAID_OPEN, ledger_text(live->world, "good")}};
    ledger_draft draft = ledger_by(live->world, INSPECTOR);
    (void)ledger_attest(&draft, 1, LEDGER_SAID(said));
    envelopes[i] = ledger_seal(&draft, NULL);
  }
  const Patina__SubmitResponse *response = live_submit(live, envelopes, count, 200);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(response->results[i]->outcome, PATINA__OUTCOME__OUTCOME_ACCEPTED);
  pat_arena_reset_to(&live->world->memory, mark);
}

static void fetch(const live_ledger *live, const char *policy, const char *bundle) {
  uint8_t asset[PAT_ASSET_ID_BYTES];
  char id[PAT_BASE32_ASSET_TEXT_BYTES];
  char server[64];
  memset(asset, 1, sizeof asset);
  pat_base32_asset_encode(asset, id);
  (void)snprintf(server, sizeof server, "http://127.0.0.1:%u", live->process.port);
  const char *const words[] = {PATINA_PATH, "bundle", "get",      id,
                               "-o",        bundle,   "--policy", policy,
                               "--server",  server,   "--home",   live->files->directory.path,
                               NULL};
  const pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    (void)execv(words[0], (char *const *)(uintptr_t)words);
    _exit(127);
  }
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

static void write_policy(const live_ledger *live, const char *path) {
  FILE *stream = fopen(path, "w");
  assert_non_null(stream);
  const size_t size = live->policy_text.size;
  assert_int_equal(fwrite(live->policy_text.data, 1, size, stream), size);
  assert_int_equal(fclose(stream), 0);
}

int main(int count, char **words) {
  PAT_STATIC_ASSERT((ENTRIES - REGISTERED) % AT_ONCE == 0, "entries come in equal requests");
  if (count != 2) {
    (void)fputs("usage: bundle FOLDER\n", stderr);
    return 2;
  }
  char policy[TEMP_DIRECTORY_PATH_MAX];
  char bundle[TEMP_DIRECTORY_PATH_MAX];
  (void)snprintf(policy, sizeof policy, "%s/policy", words[1]);
  (void)snprintf(bundle, sizeof bundle, "%s/long.patina", words[1]);
  void *state = NULL;
  (void)live_setup(&state);
  live_ledger *live = state;
  live_register_secret(live);
  for (size_t done = REGISTERED; done < ENTRIES; done += AT_ONCE)
    inspect(live, AT_ONCE);
  write_policy(live, policy);
  fetch(live, policy, bundle);
  return live_teardown(&state);
}
