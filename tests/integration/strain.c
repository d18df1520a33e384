#include "tests/integration/strain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

strain_figures strain_seen;

/* --- figures --------------------------------------------------------------------------------- */

void strain_count_refusal(const char *id) {
  for (size_t i = 0; i < PAT_RULE_COUNT; i++) {
    if (strcmp(pat_rule_id((pat_rule)i), id) == 0) strain_seen.refusals[i]++;
  }
}

void strain_print_figures(void) {
  size_t rules = 0;
  size_t refusals = 0;
  for (size_t i = 0; i < PAT_RULE_COUNT; i++) {
    if (strain_seen.refusals[i] == 0) continue;
    rules++;
    refusals += strain_seen.refusals[i];
    print_message("refused %s=%zu\n", pat_rule_id((pat_rule)i), strain_seen.refusals[i]);
  }
  print_message(
      "idle_held=%zu answered=%zu slowest_ms=%llu vmhwm_before_kib=%llu "
      "vmhwm_after_kib=%llu refusals=%zu rules=%zu\n",
      strain_seen.idle_held, strain_seen.answered, (unsigned long long)strain_seen.slowest_ms,
      (unsigned long long)strain_seen.memory_before_kib,
      (unsigned long long)strain_seen.memory_after_kib, refusals, rules);
}

uint64_t strain_memory_peak_kib(const live_ledger *live) {
  char path[64];
  char line[256];
  uint64_t peak = 0;
  (void)snprintf(path, sizeof path, "/proc/%d/status", (int)live->process.pid);
  FILE *stream = fopen(path, "r");
  assert_non_null(stream);
  while (fgets(line, sizeof line, stream) != NULL) {
    if (strncmp(line, "VmHWM:", 6) == 0) peak = strtoull(line + 6, NULL, 10);
  }
  (void)fclose(stream);
  assert_true(peak > 0);
  return peak;
}

/* --- the server ------------------------------------------------------------------------------ */

size_t strain_idle_count(void) {
  const char *text = getenv("PATINA_IDLE");
  size_t count = text == NULL ? STRAIN_IDLE_DEFAULT : strtoul(text, NULL, 10);
  assert_true(count >= 10 && count <= STRAIN_IDLE_MAX);
  return count;
}

size_t strain_thread_count(void) { return strain_idle_count() * 6 / 5; }
size_t strain_waiting_max(void) { return strain_thread_count() / 4; }

void strain_restart(live_ledger *live, const char *const *flags) {
  static char threads[40];
  static char waiting[40];
  (void)snprintf(threads, sizeof threads, "--http-threads=%zu", strain_thread_count());
  (void)snprintf(waiting, sizeof waiting, "--http-waiting-max=%zu", strain_waiting_max());
  assert_int_equal(server_process_stop(&live->process), 0);
  memset(live->process.flags, 0, sizeof live->process.flags);
  live->process.flags[0] = threads;
  live->process.flags[1] = waiting;
  for (size_t i = 0; flags != NULL && flags[i] != NULL; i++)
    live->process.flags[2 + i] = flags[i];
  live_start(live);
}

Patina__SignedStatement *strain_vehicle(live_ledger *live) {
  static uint32_t number = 0;
  ledger_world *world = live->world;
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  Patina__AssetRegistered *body = ledger_register(&draft, 0xee, LEDGER_SAID(said));
  number++;
  memcpy(body->asset.data, &number, sizeof number);
  return ledger_seal(&draft, NULL);
}

void strain_assert_accepts(live_ledger *live) {
  Patina__SignedStatement *envelope = strain_vehicle(live);
  (void)live_verify_receipt(live, live_submit(live, &envelope, 1, 201)->results[0]);
}

uint64_t strain_log_size(live_ledger *live) {
  live_answer answer = live_ask(live, (live_request){.path = "/checkpoint"});
  assert_int_equal(answer.status, 200);
  uint64_t size = live_checkpoint(live, (const char *)answer.body.data).size;
  live_answer_clear(&answer);
  return size;
}

/* --- refusals -------------------------------------------------------------------------------- */

void strain_assert_has(const raw_answer *answer, const char *part) {
  if (strstr(answer->text, part) == NULL) fail_msg("no %s in: %.600s", part, answer->text);
}

void strain_assert_problem(const raw_answer *answer, int status, const char *rule) {
  char wanted[128];
  if (answer->status != status) fail_msg("not %d %s: %.600s", status, rule, answer->text);
  strain_assert_has(answer, "\r\nContent-Type: application/problem+json\r\n");
  (void)snprintf(wanted, sizeof wanted, "\"rule\":\"%s\"", rule);
  strain_assert_has(answer, wanted);
  (void)snprintf(wanted, sizeof wanted, "\"status\":%d", status);
  strain_assert_has(answer, wanted);
  strain_count_refusal(rule);
}
