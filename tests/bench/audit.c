/* How fast a whole log is audited, and in how much memory: a log of many entries is made by a
 * committer in this process, served by a real patinad, and audited by the program. usage: below. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/main/ledger_open.h"
#include "server/sys/mem.h"
#include "tests/bench/meter.h"
#include "tests/integration/live_ledger.h"

static const char usage[] =
    "usage: audit [--entries=NUMBER] [--mirror=DIR] [--smoke]\n"
    "  --entries  of the log, commits among them (default: 1000000; some five minutes)\n"
    "  --mirror   keeps the mirror and the ledger's policy there\n"
    "  --smoke    a small log: does it run at all?\n";

enum {
  ENTRIES = 1000000,
  SMOKE_ENTRIES = 2000,
  BATCH = 500,
  TELL_EVERY = 100000,
  TARGET_MIB = 512,
};

typedef struct {
  uint64_t entries;
  const char *mirror;
} bench_options;

typedef struct {
  bench_options options;
  live_ledger *live;
  pat_open_ledger ledger;
  uint64_t said;  /* statements so far: what the next one says follows from it */
  uint32_t asset; /* numbers of assets that are registered */
} bench;

/* --- statements ------------------------------------------------------------------------------ */

static void name_asset(ProtobufCBinaryData asset, uint32_t number) {
  memset(asset.data, 0xad, asset.len);
  memcpy(asset.data, &number, sizeof number);
}

/* Of each asset: a registration, its number, two inspections (every fifth by two), a change. */
enum { SAID_OF_EACH = 5 };

static Patina__SignedStatement *say_next(bench *running) {
  ledger_world *world = running->live->world;
  uint64_t turn = running->said++ % SAID_OF_EACH;
  if (turn == 0) running->asset++;
  ledger_said make[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_said colour[] = {{"colour", SAID_SLOT, ledger_text(world, "midnight blue")}};
  ledger_said result[] = {{"result", SAID_OPEN, ledger_text(world, "good")}};
  ledger_draft draft = ledger_by(world, turn < 2 ? REGISTRAR : INSPECTOR);
  if (turn == 0) {
    name_asset(ledger_register(&draft, 1, LEDGER_SAID(make))->asset, running->asset);
  } else if (turn == 1) {
    char number[16];
    (void)snprintf(number, sizeof number, "E%09u", running->asset);
    const ledger_serial serial = {"chassis", 1, "saab", number};
    name_asset(ledger_assign(&draft, 1, serial)->asset, running->asset);
  } else if (turn == 2) {
    draft = ledger_by(world, REGISTRAR);
    name_asset(ledger_change(&draft, 1, LEDGER_SAID(colour))->asset, running->asset);
  } else {
    if (running->asset % SAID_OF_EACH == 0) draft = ledger_by_two(world, INSPECTOR, REGISTRAR_2);
    name_asset(ledger_attest(&draft, 1, LEDGER_SAID(result))->asset, running->asset);
  }
  return ledger_seal(&draft, NULL);
}

/* What checking would give, without verifying signatures that were made a moment ago. */
static const pat_submission *trust(bench *running, const Patina__SignedStatement *envelope) {
  ledger_world *world = running->live->world;
  pat_submission *submission = ledger_take(world, sizeof *submission);
  pat_statement *statement = &submission->statement;
  assert_ok(pat_statement_decode(pat_span_make(envelope->statement.data, envelope->statement.len),
                                 &world->memory, statement, NULL));
  submission->signer_count = envelope->n_signatures;
  for (size_t i = 0; i < envelope->n_signatures; i++) {
    const Patina__Signature *signature = envelope->signatures[i];
    submission->public_keys[i] =
        pat_span_make(signature->public_key.data, signature->public_key.len);
    submission->signatures[i] = pat_span_make(signature->signature.data, signature->signature.len);
    memcpy(submission->principals[i].bytes, signature->principal.data, PAT_HASH_BYTES);
  }
  pat_statement_subjects(statement, submission->principals, &submission->subjects);
  size_t count = envelope->n_disclosures;
  Patina__Disclosure **disclosures = ledger_take(world, (count + 1) * sizeof *disclosures);
  pat_span *bytes = ledger_take(world, (count + 1) * sizeof *bytes);
  for (size_t slot = 0; slot < count; slot++) {
    bytes[slot] = pat_span_make(envelope->disclosures[slot].data, envelope->disclosures[slot].len);
    assert_ok(pat_disclosure_decode(statement, slot, bytes[slot], &world->memory,
                                    &disclosures[slot], NULL));
  }
  submission->disclosures = disclosures;
  submission->disclosure_bytes = bytes;
  return submission;
}

/* --- the log --------------------------------------------------------------------------------- */

static uint64_t commit_batch(bench *running) {
  ledger_world *world = running->live->world;
  size_t mark = pat_arena_mark(&world->memory);
  world->now_ms = pat_env_now_ms(pat_env_system());
  const pat_submission **submissions = ledger_take(world, BATCH * sizeof *submissions);
  for (size_t i = 0; i < BATCH; i++)
    submissions[i] = trust(running, say_next(running));
  pat_batch batch = {.now_ms = world->now_ms,
                     .submissions = submissions,
                     .memos = ledger_take(world, BATCH * sizeof(pat_plan_memo)),
                     .decisions = ledger_take(world, BATCH * sizeof(pat_decision)),
                     .count = BATCH};
  uint64_t size = 0;
  assert_ok(pat_committer_decide(running->ledger.committer, &batch));
  for (size_t i = 0; i < BATCH; i++) {
    if (batch.decisions[i].outcome == PAT_DECISION_ACCEPTED) continue;
    fail_msg("%s at %s", pat_rule_id((pat_rule)batch.decisions[i].status.rule),
             batch.decisions[i].err.place);
  }
  assert_ok(pat_committer_commit(running->ledger.committer, &batch, false, &size));
  pat_arena_reset_to(&world->memory, mark);
  return size;
}

static void make_log(bench *running) {
  live_ledger *live = running->live;
  assert_int_equal(server_process_stop(&live->process), 0);
  pat_err err = {.offset = 0};
  assert_ok(pat_ledger_open_committer(&live->files->config, &running->ledger, &err));
  uint64_t start = meter_now_ns();
  uint64_t size = 0;
  uint64_t told = 0;
  while (size < running->options.entries) {
    size = commit_batch(running);
    if (size / TELL_EVERY == told) continue;
    told = size / TELL_EVERY;
    (void)fprintf(stderr, "made %llu entries\n", (unsigned long long)size);
  }
  double seconds = (double)(meter_now_ns() - start) / 1e9;
  (void)printf("a log of %llu entries was made in %.1f s\n", (unsigned long long)size, seconds);
  pat_ledger_close_all(&running->ledger);
  live_start(live);
}

/* --- auditing -------------------------------------------------------------------------------- */

/* What a program's run took. */
typedef struct {
  double seconds;
  double cpu_seconds;
  double peak_mib;
  int code;
} spent;

static double seconds_of(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static spent run_program(char *const *words, const char *output) {
  (void)fflush(stdout);
  uint64_t start = meter_now_ns();
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    if (freopen(output, "w", stdout) == NULL) _exit(126);
    (void)execv(words[0], words);
    _exit(127);
  }
  int status = 0;
  struct rusage usage_of_it;
  assert_int_equal(wait4(pid, &status, 0, &usage_of_it), pid);
  return (spent){
      .seconds = (double)(meter_now_ns() - start) / 1e9,
      .cpu_seconds = seconds_of(usage_of_it.ru_utime) + seconds_of(usage_of_it.ru_stime),
      .peak_mib = (double)usage_of_it.ru_maxrss / 1024,
      .code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
  };
}

static void print_file(const char *path) {
  char line[1024];
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file) != NULL)
    (void)printf("    %s", line);
  (void)fclose(file);
}

static spent audit(const bench *running, const char *what) {
  const live_ledger *live = running->live;
  char policy[1024];
  char home[1024];
  char mirror[1024];
  char server[64];
  char output[1024];
  (void)snprintf(policy, sizeof policy, "%s/policy.txt", live->files->ledger);
  (void)snprintf(home, sizeof home, "%s/home", live->files->directory.path);
  (void)snprintf(mirror, sizeof mirror, "%s/mirror", live->files->directory.path);
  (void)snprintf(server, sizeof server, "http://127.0.0.1:%u", live->process.port);
  (void)snprintf(output, sizeof output, "%s/audit", live->files->directory.path);
  const char *kept = running->options.mirror != NULL ? running->options.mirror : mirror;
  const char *const words[] = {PATINA_PATH, "log",     "audit",    "--policy", policy,
                               "--home",    home,      "--server", server,     "--mirror",
                               kept,        "--quiet", NULL};
  spent took = run_program((char *const *)(uintptr_t)words, output);
  print_file(output);
  (void)printf("%s: %.1f s, %.1f s of CPU, VmHWM %.0f MiB, exit %d\n", what, took.seconds,
               took.cpu_seconds, took.peak_mib, took.code);
  (void)fflush(stdout);
  return took;
}

static spent check_store(const bench *running) {
  char output[1024];
  (void)snprintf(output, sizeof output, "%s/fsck", running->live->files->directory.path);
  const char *const words[] = {PATINAD_PATH, "fsck", "--directory", running->live->files->ledger,
                               NULL};
  spent took = run_program((char *const *)(uintptr_t)words, output);
  print_file(output);
  (void)printf("fsck: %.1f s, %.1f s of CPU, VmHWM %.0f MiB, exit %d\n", took.seconds,
               took.cpu_seconds, took.peak_mib, took.code);
  return took;
}

/* --- all ------------------------------------------------------------------------------------- */

static bool read_options(int count, char **words, bench_options *ret_options) {
  *ret_options = (bench_options){.entries = ENTRIES};
  for (int i = 1; i < count; i++) {
    if (strncmp(words[i], "--entries=", 10) == 0) {
      ret_options->entries = strtoull(words[i] + 10, NULL, 10);
    } else if (strncmp(words[i], "--mirror=", 9) == 0) {
      ret_options->mirror = words[i] + 9;
    } else if (strcmp(words[i], "--smoke") == 0) {
      ret_options->entries = SMOKE_ENTRIES;
    } else {
      return false;
    }
  }
  return ret_options->entries > 0;
}

int main(int count, char **words) {
  bench running = {.said = 0};
  if (!read_options(count, words, &running.options)) {
    (void)fputs(usage, stderr);
    return 2;
  }
  void *state = NULL;
  (void)live_setup(&state);
  running.live = state;
  (void)printf("build %s, %ld cores\n", BUILD_TYPE, sysconf(_SC_NPROCESSORS_ONLN));
  make_log(&running);
  spent first = audit(&running, "audit");
  spent again = audit(&running, "audit of what was judged");
  assert_int_equal(server_process_stop(&running.live->process), 0);
  spent store = check_store(&running);
  live_start(running.live);
  (void)live_teardown(&state);
  bool met = first.code == 0 && again.code == 0 && store.code == 0 && first.peak_mib < TARGET_MIB;
  (void)printf("target %s entries=%llu leaves_per_s=%.0f seconds=%.1f VmHWM=%.0fMiB\n",
               met ? "met" : "missed", (unsigned long long)running.options.entries,
               (double)running.options.entries / first.seconds, first.seconds, first.peak_mib);
  return first.code == 0 && again.code == 0 && store.code == 0 ? 0 : 1;
}
