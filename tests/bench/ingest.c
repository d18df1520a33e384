/* Durable signed statements per second over HTTP, and what of the server's CPU time is the one
 * thing that cannot be spared: verifying a signature per statement. usage: see below. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/client.h"
#include "tests/bench/meter.h"
#include "tests/bench/profile.h"

static const char usage[] =
    "usage: ingest [--scale=PERCENT] [--only=STATEMENTSxCLIENTS] [--profile=FILE] [--smoke]\n"
    "  --scale    of the full load, 1 to 1000 (default 100: some three minutes)\n"
    "  --only     one line of the table, for instance 1000x8\n"
    "  --profile  keeps the samples of perf in FILE\n"
    "  --smoke    a tiny load, without perf: does it run at all?\n";

enum { LINES_MAX = 16, TARGET_STATEMENTS = 1000, TARGET_CLIENTS = 8, SMOKE_ASSETS = 8 };
#define TARGET_RATIO 0.7

/* One line of the table. */
typedef struct {
  size_t statements; /* of one request */
  size_t clients;
  size_t requests; /* of all clients */
} bench_case;

static const bench_case full_load[] = {
    {1, 1, 3000},   {1, 8, 10000}, {1, 64, 12000}, {100, 1, 200},  {100, 8, 400},
    {100, 64, 512}, {1000, 1, 20}, {1000, 8, 64},  {1000, 64, 64},
};
static const bench_case smoke_load[] = {{1, 2, 8}, {20, 2, 4}};

typedef struct {
  const bench_case *cases;
  size_t case_count;
  size_t scale; /* percent */
  size_t only_statements;
  size_t only_clients;
  const char *profile_path; /* NULL: beside the ledger, removed with it */
  bool smoke;
} bench_options;

/* What one case gave. */
typedef struct {
  client_run run;
  uint64_t accepted;
  double cpu_us;    /* of the server, for one accepted statement */
  double verify_us; /* of one verification, in the same seconds */
} bench_result;

typedef struct {
  bench_options options;
  live_ledger *live;
  bench_author author;
  double target_ratio; /* 0: not measured */
} bench;

/* --- the server ------------------------------------------------------------------------------ */

static void read_admin_port(live_ledger *live) {
  FILE *stream = fopen(live->process.log, "r");
  assert_non_null(stream);
  char line[4096];
  while (fgets(line, sizeof line, stream) != NULL) {
    const char *found = strstr(line, "admin_port=");
    if (found != NULL) {
      live->process.admin_port = (unsigned)strtoul(found + strlen("admin_port="), NULL, 10);
    }
  }
  (void)fclose(stream);
}

/* Starts it again as users run it: with its own defaults, but on a free port. */
static void restart_server(live_ledger *live) {
  char config[TEMP_DIRECTORY_PATH_MAX + 32];
  (void)snprintf(config, sizeof config, "--config=%s/patina.conf", live->files->ledger);
  assert_int_equal(server_process_stop(&live->process), 0);
  int pipes[2];
  assert_int_equal(pipe(pipes), 0);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)dup2(pipes[1], STDOUT_FILENO);
    if (freopen(live->process.log, "a", stderr) == NULL) _exit(126);
    (void)close(pipes[0]);
    (void)execl(PATINAD_PATH, PATINAD_PATH, "run", config, "--port=0", "--admin-port=0",
                (char *)NULL);
    _exit(127);
  }
  (void)close(pipes[1]);
  FILE *stream = fdopen(pipes[0], "r");
  assert_non_null(stream);
  char line[256] = {0};
  assert_non_null(fgets(line, sizeof line, stream));
  (void)fclose(stream);
  live->process.pid = pid;
  live->process.port = (unsigned)strtoul(strrchr(line, ':') + 1, NULL, 10);
  read_admin_port(live);
}

static uint64_t count_accepted(const live_ledger *live) {
  live_answer answer = live_ask(live, (live_request){.path = "/metrics", .admin = true});
  assert_int_equal(answer.status, 200);
  const char *row = "\npatina_statements_accepted_total ";
  const char *found = strstr((const char *)answer.body.data, row);
  assert_non_null(found);
  uint64_t accepted = strtoull(found + strlen(row), NULL, 10);
  live_answer_clear(&answer);
  return accepted;
}

/* Of what was measured; 0 where the clock of the process, which ticks each 10 ms, told nothing. */
static double ratio_of(const bench_result *result) {
  return result->cpu_us > 0 ? result->verify_us / result->cpu_us : 0;
}

/* --- one case -------------------------------------------------------------------------------- */

static size_t scaled(const bench *running, const bench_case *one) {
  size_t requests = one->requests * running->options.scale / 100;
  return requests < one->clients ? one->clients : requests;
}

static bench_result measure(bench *running, const bench_case *one) {
  enum { SETTLE_US = 200000 };
  live_ledger *live = running->live;
  size_t count = scaled(running, one);
  bench_request *requests = prepare_requests(&running->author, count, one->statements);
  uint64_t accepted = count_accepted(live);
  uint64_t cpu_ns = meter_process_cpu_ns(live->process.pid);
  meter_verifier verifier;
  meter_verifier_start(&verifier);
  bench_result result = {.run = client_send(live->process.port, requests, count, one->clients)};
  /* What the store still has to do in the background belongs to these statements, too. */
  (void)usleep(SETTLE_US);
  double verify_ns = meter_verifier_stop(&verifier);
  cpu_ns = meter_process_cpu_ns(live->process.pid) - cpu_ns;
  result.accepted = count_accepted(live) - accepted;
  prepare_free(requests, count);
  if (result.run.failed > 0) fail_msg("%zu clients were not answered", result.run.failed);
  assert_int_equal(result.accepted, count * one->statements);
  result.cpu_us = (double)cpu_ns / 1e3 / (double)result.accepted;
  result.verify_us = verify_ns / 1e3;
  return result;
}

static void print_head(void) {
  (void)printf("%9s %8s %10s %12s %8s %8s %10s %10s %6s %5s\n", "batch", "clients", "statements",
               "statements/s", "p50 ms", "p99 ms", "server us", "verify us", "ratio", "busy");
}

static void print_result(const bench_case *one, const bench_result *result) {
  double per_second = (double)result->accepted * 1e9 / (double)result->run.elapsed_ns;
  (void)printf("%9zu %8zu %10llu %12.0f %8.2f %8.2f %10.1f %10.1f %6.2f %5zu\n", one->statements,
               one->clients, (unsigned long long)result->accepted, per_second,
               (double)result->run.p50_ns / 1e6, (double)result->run.p99_ns / 1e6, result->cpu_us,
               result->verify_us, ratio_of(result), result->run.busy);
  (void)fflush(stdout);
}

static bool is_wanted(const bench_options *options, const bench_case *one) {
  if (one->requests == 0) return false;
  if (options->only_clients == 0) return true;
  return one->statements == options->only_statements && one->clients == options->only_clients;
}

static void run_cases(bench *running) {
  print_head();
  for (size_t i = 0; i < running->options.case_count; i++) {
    const bench_case *one = &running->options.cases[i];
    if (!is_wanted(&running->options, one)) continue;
    bench_result result = measure(running, one);
    print_result(one, &result);
    if (one->statements != TARGET_STATEMENTS || one->clients != TARGET_CLIENTS) continue;
    running->target_ratio = ratio_of(&result);
  }
}

/* --- where the time goes --------------------------------------------------------------------- */

/* The target's case once more, under perf: what it costs does not enter the table. */
static void run_profiled(bench *running) {
  const bench_case one = {TARGET_STATEMENTS, TARGET_CLIENTS, 40};
  const char *path = running->options.profile_path;
  profile looking = {.pid = 0};
  bench_result result;
  profile_split split;
  if (path == NULL) path = main_path(running->live->files->directory.path, "perf.data");
  profile_start(&looking, running->live->process.pid, path);
  result = measure(running, &one);
  if (!profile_stop(&looking, &split)) {
    (void)printf("split: unknown, as perf is not installed or may not look\n");
    return;
  }
  double us = result.cpu_us / 100;
  (void)printf(
      "split of %.1f us (1000 statements, 8 clients, perf cpu-clock): verification %.1f, "
      "hashing %.1f, store %.1f, http %.1f, rest %.1f\n",
      result.cpu_us, split.verification * us, split.hashing * us, split.store * us, split.http * us,
      split.rest * us);
}

/* --- all ------------------------------------------------------------------------------------- */

static bool read_number(const char *text, size_t least, size_t most, char end, size_t *ret_number) {
  char *rest = NULL;
  unsigned long number = strtoul(text, &rest, 10);
  if (rest == text || *rest != end || number < least || number > most) return false;
  *ret_number = number;
  return true;
}

static bool read_option(const char *word, bench_options *options) {
  if (strncmp(word, "--scale=", 8) == 0) {
    return read_number(word + 8, 1, 1000, '\0', &options->scale);
  }
  if (strncmp(word, "--only=", 7) == 0) {
    const char *clients = strchr(word, 'x');
    return clients != NULL && read_number(word + 7, 1, 1000, 'x', &options->only_statements) &&
           read_number(clients + 1, 1, CLIENTS_MAX, '\0', &options->only_clients);
  }
  if (strncmp(word, "--profile=", 10) == 0) {
    options->profile_path = word + 10;
    return true;
  }
  options->smoke = strcmp(word, "--smoke") == 0;
  return options->smoke;
}

static bool read_options(int count, char **words, bench_options *ret_options) {
  *ret_options = (bench_options){
      .cases = full_load, .case_count = sizeof full_load / sizeof full_load[0], .scale = 100};
  for (int i = 1; i < count; i++) {
    if (!read_option(words[i], ret_options)) return false;
  }
  if (!ret_options->smoke) return true;
  ret_options->cases = smoke_load;
  ret_options->case_count = sizeof smoke_load / sizeof smoke_load[0];
  return true;
}

static void print_verdict(double ratio) {
  if (ratio == 0) return;
  (void)printf("target %s ratio=%.2f\n", ratio >= TARGET_RATIO ? "met" : "missed", ratio);
}

int main(int count, char **words) {
  bench running = {.target_ratio = 0};
  if (!read_options(count, words, &running.options)) {
    (void)fputs(usage, stderr);
    return 2;
  }
  void *state = NULL;
  (void)live_setup(&state);
  running.live = state;
  if (!running.options.smoke) restart_server(running.live);
  prepare_ledger(&running.author, running.live,
                 running.options.smoke ? SMOKE_ASSETS : PREPARE_ASSETS);
  (void)printf("build %s, %ld cores, %u assets, rocksdb under %s\n", BUILD_TYPE,
               sysconf(_SC_NPROCESSORS_ONLN), running.author.assets, running.live->files->ledger);
  run_cases(&running);
  if (!running.options.smoke) run_profiled(&running);
  (void)live_teardown(&state);
  print_verdict(running.target_ratio);
  return 0;
}
