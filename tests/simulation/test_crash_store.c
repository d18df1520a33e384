/* The crashing disk itself: what it keeps, what it may lose, and that it loses nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka wants those above first. */
#include <cmocka.h>

#include "server/sys/log.h"
#include "tests/support/crash_store.h"

enum { SEEDS = 64, WRITES = 6 };

#define assert_ok(call) assert_string_equal(pat_rule_id((pat_rule)(call).rule), "ok")
#define assert_refused(call, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(call).rule), pat_rule_id(PAT_RULE_##symbol))

static pat_status put(pat_store *store, uint8_t key, bool durable) {
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  const uint8_t both[] = {key, (uint8_t)(key + 100)};
  for (size_t i = 0; i < 2; i++) /* two keys, so that a torn write would show */
    PAT_TRY(pat_write_set_put(&set, PAT_TABLE_LEAF, pat_span_make(&both[i], 1), PAT_SPAN_OF(both)));
  return pat_store_write(store, &set, durable);
}

static bool has_one(pat_store *store, uint8_t key) {
  PAT_CLEANUP(pat_blob_clear) pat_blob value = {0};
  pat_store_key at = {PAT_TABLE_LEAF, pat_span_make(&key, 1)};
  return pat_is_ok(pat_store_get(store, NULL, at, &value));
}

/* Fails the test where a write is there in part. */
static bool has(pat_store *store, uint8_t key) {
  bool whole = has_one(store, key);
  assert_int_equal(has_one(store, (uint8_t)(key + 100)), whole);
  return whole;
}

static pat_store *start_again(crash_disk *disk, pat_store *store, crash_kind kind) {
  if (!crash_disk_is_dead(disk)) crash_disk_crash(disk, kind);
  pat_store_close(store);
  crash_disk_restart(disk);
  return crash_store_open(disk);
}

/* --- writes ---------------------------------------------------------------------------------- */

static void test_crash_store__a_power_cut_keeps_what_was_durable(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    crash_disk *disk = crash_disk_new(seed, (crash_mutation){.context = NULL});
    pat_store *store = crash_store_open(disk);
    assert_ok(put(store, 1, false));
    assert_ok(put(store, 2, true));
    store = start_again(disk, store, CRASH_POWER);
    assert_true(has(store, 1));
    assert_true(has(store, 2));
    pat_store_close(store);
    crash_disk_free(disk);
  }
}

static void test_crash_store__a_power_cut_loses_a_tail_of_every_length(void **state) {
  (void)state;
  bool seen[WRITES + 1] = {false};
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    crash_disk *disk = crash_disk_new(seed, (crash_mutation){.context = NULL});
    pat_store *store = crash_store_open(disk);
    for (int i = 0; i < WRITES; i++)
      assert_ok(put(store, (uint8_t)i, false));
    store = start_again(disk, store, CRASH_POWER);
    int kept = 0;
    while (kept < WRITES && has(store, (uint8_t)kept))
      kept++;
    for (int i = kept; i < WRITES; i++)
      assert_false(has(store, (uint8_t)i));
    seen[kept] = true;
    pat_store_close(store);
    crash_disk_free(disk);
  }
  for (size_t kept = 0; kept <= WRITES; kept++)
    assert_true(seen[kept]);
}

static void test_crash_store__a_killed_process_loses_nothing(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    crash_disk *disk = crash_disk_new(seed, (crash_mutation){.context = NULL});
    pat_store *store = crash_store_open(disk);
    assert_ok(put(store, 1, false));
    store = start_again(disk, store, CRASH_KILL);
    assert_true(has(store, 1));
    /* What was shown at an opening has been made durable by it. */
    store = start_again(disk, store, CRASH_POWER);
    assert_true(has(store, 1));
    pat_store_close(store);
    crash_disk_free(disk);
  }
}

/* How often a durable write is there after a crash at one moment of it. */
static size_t count_kept(crash_moment moment, crash_kind kind) {
  size_t kept = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    crash_disk *disk = crash_disk_new(seed, (crash_mutation){.context = NULL});
    pat_store *store = crash_store_open(disk);
    crash_disk_plan(disk, (crash_plan){1, moment, kind});
    assert_refused(put(store, 1, true), STORE_COMMIT_UNKNOWN);
    assert_true(crash_disk_has_struck(disk));
    assert_int_equal(crash_disk_is_dead(disk), kind != CRASH_FAULT);
    assert_true(pat_store_needs_reopen(store));
    store = start_again(disk, store, kind == CRASH_FAULT ? CRASH_KILL : kind);
    kept += has(store, 1) ? 1 : 0;
    pat_store_close(store);
    crash_disk_free(disk);
  }
  return kept;
}

static void test_crash_store__a_write_that_crashes_is_whole_or_not_there(void **state) {
  (void)state;
  for (int kind = 0; kind < CRASH_KIND_COUNT; kind++) {
    assert_int_equal(count_kept(CRASH_BEFORE, (crash_kind)kind), 0);
    assert_int_equal(count_kept(CRASH_AFTER, (crash_kind)kind), SEEDS);
    assert_in_range(count_kept(CRASH_INSIDE, (crash_kind)kind), 1, SEEDS - 1);
  }
}

static void test_crash_store__a_dead_process_does_nothing(void **state) {
  (void)state;
  crash_disk *disk = crash_disk_new(1, (crash_mutation){.context = NULL});
  pat_store *store = crash_store_open(disk);
  assert_ok(put(store, 1, true));
  crash_disk_crash(disk, CRASH_POWER);
  assert_refused(put(store, 2, true), STORE_COMMIT_UNKNOWN);
  assert_refused(pat_store_sync(store), STORE_NEEDS_REOPEN);
  assert_refused(crash_file_write(disk, PAT_SPAN_LITERAL("note")), FILE_IO);
  assert_false(has(store, 1));
  store = start_again(disk, store, CRASH_POWER);
  assert_true(has(store, 1));
  assert_false(has(store, 2));
  pat_store_close(store);
  crash_disk_free(disk);
}

static void test_crash_store__a_dropped_sync_loses_what_was_called_durable(void **state) {
  (void)state;
  size_t kept = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    crash_disk *disk = crash_disk_new(seed, (crash_mutation){.store_sync_dropped = true});
    pat_store *store = crash_store_open(disk);
    assert_ok(put(store, 1, true));
    store = start_again(disk, store, CRASH_POWER);
    kept += has(store, 1) ? 1 : 0;
    pat_store_close(store);
    crash_disk_free(disk);
  }
  assert_in_range(kept, 1, SEEDS - 1);
}

static void test_crash_store__an_import_replaces_everything(void **state) {
  (void)state;
  crash_disk *disk = crash_disk_new(1, (crash_mutation){.context = NULL});
  pat_store *store = crash_store_open(disk);
  assert_ok(put(store, 1, true));
  PAT_CLEANUP(pat_write_set_clear) pat_write_set copy;
  pat_write_set_init(&copy);
  assert_ok(crash_disk_export(disk, &copy));
  assert_ok(put(store, 2, true));
  pat_store_close(store);
  crash_disk_import(disk, &copy);
  store = crash_store_open(disk);
  assert_true(has(store, 1));
  assert_false(has(store, 2));
  pat_store_close(store);
  crash_disk_free(disk);
}

/* --- the file -------------------------------------------------------------------------------- */

/* The file's first byte; 0 where there is none. */
static uint8_t read_file(crash_disk *disk) {
  PAT_CLEANUP(pat_blob_clear) pat_blob note = {0};
  pat_status status = crash_file_read(disk, &note, NULL);
  return pat_is_ok(status) ? note.data[0] : 0;
}

static void restart(crash_disk *disk, crash_kind kind) {
  if (!crash_disk_is_dead(disk)) crash_disk_crash(disk, kind);
  crash_disk_restart(disk);
}

static void test_crash_store__a_file_is_the_old_or_the_new_one(void **state) {
  (void)state;
  size_t fresh = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    crash_disk *disk = crash_disk_new(seed, (crash_mutation){.context = NULL});
    assert_refused(crash_file_read(disk, &(pat_blob){0}, NULL), FILE_MISSING);
    assert_ok(crash_file_write(disk, PAT_SPAN_LITERAL("1")));
    crash_disk_plan(disk, (crash_plan){1, CRASH_INSIDE, CRASH_POWER});
    assert_refused(crash_file_write(disk, PAT_SPAN_LITERAL("2")), FILE_IO);
    restart(disk, CRASH_POWER);
    uint8_t found = read_file(disk);
    assert_true(found == '1' || found == '2');
    fresh += found == '2' ? 1 : 0;
    crash_disk_free(disk);
  }
  assert_in_range(fresh, 1, SEEDS - 1);
}

static void test_crash_store__a_file_cut_off_is_undecided_until_the_next(void **state) {
  (void)state;
  size_t reverted = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    crash_disk *disk = crash_disk_new(seed, (crash_mutation){.context = NULL});
    assert_ok(crash_file_write(disk, PAT_SPAN_LITERAL("1")));
    crash_disk_plan(disk, (crash_plan){1, CRASH_INSIDE, CRASH_KILL});
    assert_refused(crash_file_write(disk, PAT_SPAN_LITERAL("2")), FILE_IO);
    restart(disk, CRASH_KILL);
    uint8_t read = read_file(disk);
    restart(disk, CRASH_POWER);
    reverted += read == '2' && read_file(disk) == '1' ? 1 : 0;
    assert_ok(crash_file_write(disk, PAT_SPAN_LITERAL("3")));
    restart(disk, CRASH_POWER);
    assert_int_equal(read_file(disk), '3');
    crash_disk_free(disk);
  }
  assert_in_range(reverted, 1, SEEDS - 1);
}

static void drop_line(void *context, pat_log_level level, const char *line, size_t size) {
  (void)context;
  (void)level;
  (void)line;
  (void)size;
}

int main(void) {
  pat_log_set_sink(&(pat_log_sink){.write = drop_line});
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_crash_store__a_power_cut_keeps_what_was_durable),
      cmocka_unit_test(test_crash_store__a_power_cut_loses_a_tail_of_every_length),
      cmocka_unit_test(test_crash_store__a_killed_process_loses_nothing),
      cmocka_unit_test(test_crash_store__a_write_that_crashes_is_whole_or_not_there),
      cmocka_unit_test(test_crash_store__a_dead_process_does_nothing),
      cmocka_unit_test(test_crash_store__a_dropped_sync_loses_what_was_called_durable),
      cmocka_unit_test(test_crash_store__an_import_replaces_everything),
      cmocka_unit_test(test_crash_store__a_file_is_the_old_or_the_new_one),
      cmocka_unit_test(test_crash_store__a_file_cut_off_is_undecided_until_the_next),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
