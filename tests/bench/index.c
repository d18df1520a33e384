/* How fast the verifiable index takes changed subjects, and what its proofs cost: the index and the
 * store alone, without statements. usage: see below. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/index/proof.h"
#include "server/sequencer/index_rebuild.h"
#include "server/sequencer/published.h"
#include "server/sys/log.h"
#include "server/sys/mem.h"
#include "tests/bench/meter.h"
#include "tests/bench/timed_store.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_random.h"

/* cmocka wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char usage[] =
    "usage: index [--keys=NUMBER] [--changes=NUMBER] [--epochs=PERCENT] [--smoke]\n"
    "  --keys    of the index at first (default: 1000000, then 10000000)\n"
    "  --changes of an epoch: 240, 1000 or 20000 (default: each of them)\n"
    "  --epochs  of the full load, 1 to 1000 (default 100)\n"
    "  --smoke   a tiny load: does it run at all?\n";

enum {
  TARGET_KEYS = 10000000,
  TARGET_BATCH = 20000,
  BATCH_MAX = 20000,
  NEW_PERCENT = 20,
  PROOFS = 4000,
  WARM_EPOCHS = 5,
};
#define TARGET_UPDATES    50000.0 /* a second */
#define TARGET_PROOF_SIZE 850.0   /* bytes, on average */

/* Epochs of so many changed subjects. 60 statements name about 240. */
typedef struct {
  size_t batch;
  size_t epochs;
} bench_load;
static const bench_load full_loads[] = {{240, 300}, {1000, 150}, {20000, 60}};
static const bench_load smoke_loads[] = {{240, 3}, {1000, 3}};

typedef struct {
  size_t keys[2];
  size_t keys_count;
  const bench_load *loads;
  size_t load_count;
  size_t percent;
  size_t only_batch; /* 0: all loads */
} bench_options;

/* --- keys ------------------------------------------------------------------------------------ */

/* As random as a digest: of number n, one for each purpose. */
static pat_hash digest_of(uint64_t n, uint64_t purpose) {
  pat_hash digest;
  test_random seed = test_random_make(n * UINT64_C(0x9e3779b97f4a7c15) + purpose);
  test_random random = test_random_make(test_random_u64(&seed));
  test_random_bytes(&random, digest.bytes, sizeof digest.bytes);
  return digest;
}

static pat_hash key_of(uint64_t n) { return digest_of(n, 0); }

/* A leaf of it; count grows from epoch to epoch. */
static pat_index_leaf leaf_of(uint64_t n, uint64_t count) {
  const pat_hash key = key_of(n);
  const pat_index_value value = {.count = count, .root = digest_of(n, count)};
  return pat_index_leaf_make(&key, &value);
}

typedef struct {
  uint64_t first; /* bytes of the key, as a number */
  uint64_t n;
} place;

static int compare_places(const void *a, const void *b) {
  const place *left = a;
  const place *right = b;
  return left->first < right->first ? -1 : left->first > right->first;
}

static place place_of(uint64_t n) {
  const pat_hash key = key_of(n);
  uint64_t first = 0;
  for (size_t i = 0; i < 8; i++)
    first = first << 8 | key.bytes[i];
  return (place){first, n};
}

/* --- one index ------------------------------------------------------------------------------- */

typedef struct {
  temp_directory directory;
  pat_store *store;
  timed_store timed;
  pat_index_store *index;
  pat_published published;
  test_random random;
  uint64_t keys;  /* numbers below are in it */
  uint64_t epoch; /* counts of changed leaves */
  pat_index_leaf *leaves;
  pat_write_set writes;
} bench;

static void check(pat_status status) {
  if (!pat_is_ok(status)) fail_msg("%s", pat_rule_id((pat_rule)status.rule));
}

static pat_status open_rocksdb(bench *running) {
  const pat_store_rocksdb_options options = {.directory = running->directory.path};
  return pat_store_rocksdb_open(&options, &running->store, NULL);
}

/* Writes the buckets of keys 0 to count - 1 straight, in their order. */
static void fill(bench *running, size_t count) {
  place *places = pat_mem_new_array(count, sizeof *places);
  assert_non_null(places);
  for (size_t n = 0; n < count; n++)
    places[n] = place_of(n);
  qsort(places, count, sizeof *places, compare_places);
  pat_index_writer writer;
  pat_index_writer_start(&writer, running->store, pat_index_store_depth(count));
  for (size_t i = 0; i < count; i++) {
    const pat_index_leaf leaf = leaf_of(places[i].n, 1);
    check(pat_index_writer_add(&writer, &leaf));
  }
  check(pat_index_writer_finish(&writer));
  pat_index_writer_clear(&writer);
  pat_mem_free(places);
  running->keys = count;
}

static void start(bench *running, size_t keys) {
  *running = (bench){.directory = temp_directory_make(), .random = test_random_make(keys)};
  check(open_rocksdb(running));
  const uint64_t before = meter_now_ns();
  fill(running, keys);
  const uint64_t filled = meter_now_ns();
  /* As a start of the server finds it: read from the disk, nothing in its caches. */
  pat_store_close(running->store);
  check(open_rocksdb(running));
  timed_store_init(&running->timed, running->store);
  const uint64_t opened = meter_now_ns();
  check(pat_index_store_open(&running->timed.base, 0, keys, &running->index));
  (void)printf("%zu keys, depth %u: written in %.1f s, opened in %.1f s\n", keys,
               pat_index_store_depth(keys), (double)(filled - before) / 1e9,
               (double)(meter_now_ns() - opened) / 1e9);
  pat_published_init(&running->published);
  pat_write_set_init(&running->writes);
  running->epoch = 1;
  running->leaves = pat_mem_new_array(BATCH_MAX, sizeof *running->leaves);
  assert_non_null(running->leaves);
}

static void end(bench *running) {
  pat_published_clear(&running->published);
  pat_index_store_close(running->index);
  timed_store_clear(&running->timed);
  pat_store_close(running->store);
  temp_directory_remove(&running->directory);
  pat_write_set_clear(&running->writes);
  pat_mem_free(running->leaves);
}

/* --- epochs ---------------------------------------------------------------------------------- */

/* What some epochs of one size took. */
typedef struct {
  size_t updates;
  size_t epochs;
  uint64_t all_ns;
  uint64_t cpu_ns; /* of all threads, RocksDB's among them: what it costs on a quiet machine */
  uint64_t slowest_ns;
  uint64_t read_ns;  /* waiting for the store */
  uint64_t write_ns; /* with its sync */
  uint64_t top_ns;   /* working out the changed nodes of the top, and applying them */
  uint64_t written_bytes;
} epoch_times;

/* Changed subjects of one epoch: the fifth that is new, and others, each once. */
static void choose(bench *running, size_t batch) {
  const size_t fresh = batch * NEW_PERCENT / 100;
  const size_t old = batch - fresh;
  running->epoch++;
  /* One of each run of numbers, so that none is chosen twice. */
  const uint64_t run = running->keys / old;
  for (size_t i = 0; i < old; i++) {
    const uint64_t n = i * run + test_random_below(&running->random, run);
    running->leaves[i] = leaf_of(n, running->epoch);
  }
  for (size_t i = 0; i < fresh; i++)
    running->leaves[old + i] = leaf_of(running->keys++, 1);
}

static uint64_t cpu_now_ns(void) {
  struct timespec now;
  assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void publish(bench *running) {
  pat_moment *moment = NULL;
  check(pat_moment_new(NULL, &moment));
  pat_moment_frontier(moment)->size = running->epoch;
  const pat_published_head head = {.size = running->epoch, .epoch = running->epoch};
  check(pat_moment_seal(moment, &running->timed.base, head));
  pat_published_set(&running->published, moment, running->index);
  pat_moment_release(moment);
}

/* How long the top of these changed buckets takes to be worked out: done once more, as it is only
 * one part of an update. */
static uint64_t measure_plan(const bench *running, size_t batch) {
  const pat_index_top *top = pat_index_store_top(running->index);
  pat_index_top_change *changes =
      pat_mem_new_array(PAT_INDEX_TOP_CHANGES(batch, top->depth), sizeof *changes);
  assert_non_null(changes);
  size_t count = 0;
  for (size_t i = 0; i < batch; i++) { /* the update has sorted them */
    const uint32_t number = pat_index_bucket_number(&running->leaves[i].key, top->depth);
    if (count > 0 && changes[count - 1].node == number) continue;
    changes[count].node = number;
    assert_true(pat_index_top_bucket(top, number, &changes[count++].hash));
  }
  const uint64_t start = meter_now_ns();
  (void)pat_index_top_plan(top, changes, count);
  const uint64_t took = meter_now_ns() - start;
  pat_mem_free(changes);
  return took;
}

static void run_epoch(bench *running, size_t batch, epoch_times *times) {
  pat_index_state next;
  choose(running, batch);
  timed_store *timed = &running->timed;
  const uint64_t cpu = cpu_now_ns();
  const uint64_t start = meter_now_ns();
  pat_write_set_reset(&running->writes);
  check(pat_index_store_update(running->index, running->leaves, batch, &running->writes, &next));
  check(pat_store_write(&timed->base, &running->writes, true));
  const uint64_t durable = meter_now_ns();
  publish(running);
  const uint64_t end = meter_now_ns();
  assert_int_equal(next.key_count, running->keys);
  times->updates += batch;
  times->epochs++;
  times->all_ns += end - start;
  times->cpu_ns += cpu_now_ns() - cpu;
  if (end - start > times->slowest_ns) times->slowest_ns = end - start;
  times->read_ns += timed_store_take(&timed->read_ns);
  times->write_ns += timed_store_take(&timed->write_ns);
  times->written_bytes += timed_store_take(&timed->written_bytes);
  times->top_ns += end - durable + measure_plan(running, batch);
}

static double updates_per_second(const epoch_times *times) {
  return (double)times->updates * 1e9 / (double)times->all_ns;
}

static double ms_each(const epoch_times *times, uint64_t ns) {
  return (double)ns / 1e6 / (double)times->epochs;
}

static void print_epochs(size_t batch, const epoch_times *times) {
  const uint64_t bucket_ns = times->all_ns - times->write_ns - times->top_ns;
  (void)printf("%8zu %6zu %9.0f %8.2f %8.2f %7.2f %7.2f %7.2f %7.2f %7.2f %6.2f\n", batch,
               times->epochs, updates_per_second(times), ms_each(times, times->all_ns),
               (double)times->slowest_ns / 1e6, ms_each(times, times->cpu_ns),
               ms_each(times, bucket_ns), ms_each(times, times->read_ns),
               ms_each(times, times->write_ns), ms_each(times, times->top_ns),
               (double)times->written_bytes / 1e6 / (double)times->epochs);
  (void)fflush(stdout);
}

/* --- proofs ---------------------------------------------------------------------------------- */

typedef struct {
  size_t count;
  size_t bytes;
  size_t largest;
  uint64_t take_ns;
  uint64_t prove_ns;
} proof_figures;

/* Half of the keys are in it, half are not. */
static void prove_all(bench *running, proof_figures *presence, proof_figures *absence) {
  pat_hash *keys = pat_mem_new_array(PROOFS, sizeof *keys);
  assert_non_null(keys);
  for (size_t i = 0; i < PROOFS; i++) {
    const uint64_t n = test_random_below(&running->random, running->keys);
    keys[i] = key_of(i % 2 == 0 ? n : running->keys + 1 + n);
  }
  PAT_CLEANUP(pat_published_view_clear) pat_published_view view = {.key_count = 0};
  uint64_t start = meter_now_ns();
  check(pat_published_view_take(&running->published, keys, PROOFS, &view));
  presence->take_ns = meter_now_ns() - start;
  for (size_t i = 0; i < PROOFS; i++) {
    uint8_t bytes[PAT_INDEX_PROOF_BYTES_MAX];
    pat_builder builder;
    pat_index_value value;
    bool present = false;
    pat_builder_init(&builder, bytes, sizeof bytes);
    start = meter_now_ns();
    check(pat_published_view_prove(&view, i, &builder, &present, &value));
    proof_figures *figures = i % 2 == 0 ? presence : absence;
    const size_t size = pat_builder_size(&builder);
    figures->prove_ns += meter_now_ns() - start;
    figures->count++;
    figures->bytes += size;
    if (size > figures->largest) figures->largest = size;
    assert_int_equal(present, i % 2 == 0);
    const pat_span proof = pat_span_make(bytes, size);
    check(present ? pat_index_presence_verify(&view.index.root, &keys[i], &value, proof)
                  : pat_index_absence_verify(&view.index.root, &keys[i], proof));
  }
  pat_mem_free(keys);
}

static double mean_bytes(const proof_figures *figures) {
  return (double)figures->bytes / (double)figures->count;
}

static void print_proofs(const char *what, const proof_figures *figures) {
  (void)printf("%s: %.0f bytes on average, %zu at most, %.1f us to make one\n", what,
               mean_bytes(figures), figures->largest,
               (double)figures->prove_ns / 1e3 / (double)figures->count);
}

/* --- memory ---------------------------------------------------------------------------------- */

/* A line of /proc/self/status, in MB. */
static double read_status_mb(const char *name) {
  char line[256];
  double mb = 0;
  FILE *stream = fopen("/proc/self/status", "r");
  assert_non_null(stream);
  while (fgets(line, sizeof line, stream) != NULL) {
    if (strncmp(line, name, strlen(name)) == 0) mb = strtod(line + strlen(name) + 1, NULL) / 1024;
  }
  (void)fclose(stream);
  return mb;
}

/* What filling took at most does not count. */
static void forget_peak(void) {
  FILE *stream = fopen("/proc/self/clear_refs", "w");
  if (stream == NULL) return;
  (void)fputs("5", stream);
  (void)fclose(stream);
}

/* --- all ------------------------------------------------------------------------------------- */

/* What the verdict is about. */
typedef struct {
  bool measured;
  double updates;
  double proof_bytes;
} bench_verdict;

static void run_loads(bench *running, const bench_options *options, bench_verdict *verdict) {
  (void)printf("%8s %6s %9s %8s %8s %7s %7s %7s %7s %7s %6s\n", "changes", "epochs", "changes/s",
               "ms/epoch", "slowest", "cpu", "buckets", "read", "write", "top", "MB");
  for (size_t i = 0; i < options->load_count; i++) {
    const bench_load *load = &options->loads[i];
    if (options->only_batch != 0 && options->only_batch != load->batch) continue;
    epoch_times warm = {.updates = 0};
    epoch_times times = {.updates = 0};
    const size_t epochs = load->epochs * options->percent / 100 + 1;
    for (size_t n = 0; n < WARM_EPOCHS; n++)
      run_epoch(running, load->batch, &warm);
    for (size_t n = 0; n < epochs; n++)
      run_epoch(running, load->batch, &times);
    print_epochs(load->batch, &times);
    if (load->batch == TARGET_BATCH) verdict->updates = updates_per_second(&times);
  }
}

static void run_size(const bench_options *options, size_t keys, bench_verdict *verdict) {
  bench running;
  proof_figures presence = {.count = 0};
  proof_figures absence = {.count = 0};
  start(&running, keys);
  forget_peak();
  run_loads(&running, options, verdict);
  prove_all(&running, &presence, &absence);
  print_proofs("presence", &presence);
  print_proofs("absence", &absence);
  (void)printf("a view of %d keys is taken in %.2f ms; resident %.0f MB now, %.0f MB at most\n\n",
               (int)PROOFS, (double)presence.take_ns / 1e6, read_status_mb("VmRSS"),
               read_status_mb("VmHWM"));
  verdict->measured = keys == TARGET_KEYS && verdict->updates > 0;
  verdict->proof_bytes = mean_bytes(&presence);
  end(&running);
}

static bool read_options(int count, char **words, bench_options *ret_options) {
  *ret_options = (bench_options){.keys = {1000000, TARGET_KEYS},
                                 .keys_count = 2,
                                 .loads = full_loads,
                                 .load_count = sizeof full_loads / sizeof full_loads[0],
                                 .percent = 100};
  for (int i = 1; i < count; i++) {
    if (strncmp(words[i], "--keys=", 7) == 0) {
      ret_options->keys[0] = strtoul(words[i] + 7, NULL, 10);
      ret_options->keys_count = 1;
    } else if (strncmp(words[i], "--changes=", 10) == 0) {
      ret_options->only_batch = strtoul(words[i] + 10, NULL, 10);
    } else if (strncmp(words[i], "--epochs=", 9) == 0) {
      ret_options->percent = strtoul(words[i] + 9, NULL, 10);
    } else if (strcmp(words[i], "--smoke") == 0) {
      ret_options->keys[0] = BATCH_MAX;
      ret_options->keys_count = 1;
      ret_options->loads = smoke_loads;
      ret_options->load_count = sizeof smoke_loads / sizeof smoke_loads[0];
    } else {
      return false;
    }
  }
  const bool percent = ret_options->percent >= 1 && ret_options->percent <= 1000;
  return percent && ret_options->keys[0] >= BATCH_MAX && ret_options->keys[0] <= 200000000;
}

int main(int count, char **words) {
  bench_options options;
  bench_verdict verdict = {.measured = false};
  if (!read_options(count, words, &options)) {
    (void)fputs(usage, stderr);
    return 2;
  }
  pat_log_set_level(PAT_LOG_ERROR);
  (void)printf("build %s, %ld cores, RocksDB under %s\n", BUILD_TYPE, sysconf(_SC_NPROCESSORS_ONLN),
               getenv("TMPDIR") == NULL ? "/tmp" : getenv("TMPDIR"));
  for (size_t i = 0; i < options.keys_count; i++)
    run_size(&options, options.keys[i], &verdict);
  if (!verdict.measured) return 0;
  const bool met = verdict.updates >= TARGET_UPDATES && verdict.proof_bytes < TARGET_PROOF_SIZE;
  (void)printf("target %s changes_per_s=%.0f proof_bytes=%.0f\n", met ? "met" : "missed",
               verdict.updates, verdict.proof_bytes);
  return 0;
}
