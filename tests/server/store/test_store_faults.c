/* Failed writes, failed memory, damaged and foreign directories. */
#include <dirent.h>
#include <fcntl.h>
#include <rocksdb/c.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/store/memory_tree.h"
#include "server/store/rocksdb_directory.h"
#include "server/sys/file.h"
#include "server/sys/log.h"
#include "tests/server/store/store_support.h"
#include "tests/support/failing_mem.h"
#include "tests/support/test_random.h"
#include "tests/support/wrapped_store.h"

/* --- a failed write is unknown --------------------------------------------------------------- */

static pat_status write_one(pat_store *store, const char *key) {
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  PAT_TRY(pat_write_set_put(&set, PAT_TABLE_LEAF, pat_span_text(key), PAT_SPAN_LITERAL("v")));
  return pat_store_write(store, &set, true);
}

static void check_unknown(store_fixture *at, wrapped_moment moment, const char *stored) {
  wrapped_store_fail(at->store,
                     (wrapped_failure){WRAPPED_WRITE, 2, moment, PAT_RULE_STORE_COMMIT_UNKNOWN});
  assert_ok(write_one(at->store, "a"));
  assert_refused(write_one(at->store, "b"), STORE_COMMIT_UNKNOWN);
  assert_true(pat_store_needs_reopen(at->store));
  assert_refused(write_one(at->store, "c"), STORE_NEEDS_REOPEN);
  assert_refused(pat_store_sync(at->store), STORE_NEEDS_REOPEN);
  assert_int_equal(wrapped_store_count(at->store, WRAPPED_WRITE), 2);
  assert_int_equal(wrapped_store_count(at->store, WRAPPED_SYNC), 0);
  store_support_expect_keys(at->store, NULL, (pat_store_range){.table = PAT_TABLE_LEAF}, stored);
  pat_store_close(at->store);
  at->store = wrapped_store_new(at->inner);
  assert_false(pat_store_needs_reopen(at->store));
  assert_ok(write_one(at->store, "d"));
}

static void test_store__refuses_writes_after_one_that_was_not_done(void **state) {
  check_unknown(*state, WRAPPED_BEFORE, "a");
}

static void test_store__refuses_writes_after_one_that_was_done_unseen(void **state) {
  check_unknown(*state, WRAPPED_AFTER, "a b");
}

static void test_store__a_failed_sync_is_unknown_too(void **state) {
  store_fixture *at = *state;
  wrapped_store_fail(
      at->store, (wrapped_failure){WRAPPED_SYNC, 1, WRAPPED_BEFORE, PAT_RULE_STORE_COMMIT_UNKNOWN});
  assert_refused(pat_store_sync(at->store), STORE_COMMIT_UNKNOWN);
  assert_refused(write_one(at->store, "a"), STORE_NEEDS_REOPEN);
}

static void test_store__a_refusal_that_did_nothing_does_not_stop_it(void **state) {
  store_fixture *at = *state;
  wrapped_store_fail(at->store,
                     (wrapped_failure){WRAPPED_WRITE, 1, WRAPPED_BEFORE, PAT_RULE_STORE_SPACE_LOW});
  assert_refused(write_one(at->store, "a"), STORE_SPACE_LOW);
  assert_false(pat_store_needs_reopen(at->store));
  assert_ok(write_one(at->store, "a"));
}

static void test_wrapped_store__counts_calls_and_keys_and_fails_reads(void **state) {
  store_fixture *at = *state;
  pat_store *store = at->store;
  assert_ok(write_one(store, "a"));
  wrapped_store_fail(store, (wrapped_failure){WRAPPED_GET, 2, WRAPPED_BEFORE, PAT_RULE_STORE_IO});
  pat_store_key key = store_support_key(PAT_TABLE_LEAF, "a");
  pat_blob value = {0};
  assert_ok(pat_store_get(store, NULL, key, &value));
  pat_blob_clear(&value);
  assert_refused(pat_store_get(store, NULL, key, &value), STORE_IO);
  assert_int_equal(wrapped_store_count(store, WRAPPED_GET), 2);
  assert_int_equal(wrapped_store_keys(store), 2);
  /* What get_many had already copied is freed when it fails after all. */
  wrapped_store_fail(store,
                     (wrapped_failure){WRAPPED_GET_MANY, 1, WRAPPED_AFTER, PAT_RULE_STORE_CORRUPT});
  assert_refused(pat_store_get_many(store, NULL, &key, 1, &value), STORE_CORRUPT);
  assert_false(pat_blob_is_set(value));
}

/* --- failed memory --------------------------------------------------------------------------- */

/* One of everything; true where all of it worked. */
static pat_status use_everything(pat_store *store) {
  PAT_TRY(write_one(store, "a"));
  PAT_CLEANUP(pat_blob_clear) pat_blob value = {0};
  PAT_TRY(pat_store_get(store, NULL, store_support_key(PAT_TABLE_LEAF, "a"), &value));
  pat_store_key keys[] = {store_support_key(PAT_TABLE_LEAF, "a"),
                          store_support_key(PAT_TABLE_META, PAT_STORE_FORMAT_KEY)};
  pat_blob values[2];
  PAT_TRY(pat_store_get_many(store, NULL, keys, 2, values));
  for (size_t i = 0; i < 2; i++)
    pat_blob_clear(&values[i]);
  pat_store_snapshot *snapshot = NULL;
  PAT_TRY(pat_store_snapshot_open(store, &snapshot));
  pat_store_snapshot_close(store, snapshot);
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  pat_store_range range = {PAT_TABLE_LEAF, PAT_SPAN_LITERAL("a"), PAT_SPAN_LITERAL("b")};
  PAT_TRY(pat_store_cursor_open(store, NULL, range, &cursor));
  pat_span span;
  return pat_store_cursor_next(cursor, &span, &span);
}

static bool use_memory_store(void *context) {
  (void)context;
  PAT_CLEANUP(pat_store_close_at) pat_store *store = NULL;
  if (!pat_is_ok(pat_store_memory_open(&store))) return false;
  pat_status status = use_everything(store);
  /* Memory that ran out says surely that nothing was done. */
  if (pat_store_needs_reopen(store)) return true;
  return pat_is_ok(status);
}

static void test_store_memory__survives_every_failed_allocation(void **state) {
  (void)state;
  assert_true(failing_mem_torture(use_memory_store, NULL) > 20);
}

static bool use_rocksdb_store(void *context) {
  PAT_CLEANUP(pat_store_close_at) pat_store *store = NULL;
  if (!pat_is_ok(store_support_open_rocksdb(context, &store))) return false;
  pat_status status = use_everything(store);
  if (pat_store_needs_reopen(store)) return true;
  return pat_is_ok(status);
}

static void test_store_rocksdb__survives_every_failed_allocation(void **state) {
  (void)state;
  PAT_CLEANUP(temp_directory_remove) temp_directory directory = temp_directory_make();
  assert_true(failing_mem_torture(use_rocksdb_store, directory.path) > 8);
}

static void test_store_memory__a_write_without_memory_leaves_all_tables_as_they_were(void **state) {
  store_fixture *at = *state;
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  for (int table = 1; table < PAT_TABLE_COUNT; table++) {
    pat_span key = PAT_SPAN_LITERAL("k");
    assert_ok(pat_write_set_put(&set, (pat_table)table, key, key));
  }
  for (size_t fail_at = 1;; fail_at++) {
    failing_mem_start(fail_at, true);
    pat_status status = pat_store_write(at->store, &set, true);
    failing_mem_stop();
    if (pat_is_ok(status)) break;
    assert_refused(status, LIMIT_MEMORY);
    for (int table = 1; table < PAT_TABLE_COUNT; table++) {
      store_support_expect(at->store, NULL, (pat_table)table, "k", NULL);
    }
  }
  store_support_expect(at->store, NULL, PAT_TABLE_COMMIT, "k", "k");
}

static void test_memory_tree__stays_balanced_under_random_changes(void **state) {
  (void)state;
  test_random random = test_random_announced(__func__, 0xA71);
  const pat_memory_tree *tree = NULL;
  for (size_t i = 0; i < 4000; i++) {
    /* Ascending keys in between are the worst case of an unbalanced tree. */
    uint16_t number = (uint16_t)(i % 2 == 0 ? i : test_random_below(&random, 500));
    uint8_t bytes[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    const pat_memory_tree *next = NULL;
    if (test_random_below(&random, 3) == 0) {
      assert_ok(pat_memory_tree_remove(tree, PAT_SPAN_OF(bytes), &next));
    } else {
      assert_ok(pat_memory_tree_put(tree, PAT_SPAN_OF(bytes), PAT_SPAN_EMPTY, &next));
    }
    pat_memory_tree_release(tree);
    tree = next;
    if (i % 16 == 0) assert_true(pat_memory_tree_valid(tree));
  }
  pat_memory_tree_release(tree);
}

/* --- directories that RocksDB must not open -------------------------------------------------- */

/* Calls visit for each file of the directory whose name ends in suffix; gives their number. */
static size_t each_file(const char *path, const char *suffix, void (*visit)(const char *file)) {
  DIR *directory = opendir(path);
  assert_non_null(directory);
  size_t count = 0;
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    size_t size = strlen(entry->d_name);
    if (size < strlen(suffix)) continue;
    if (strcmp(entry->d_name + size - strlen(suffix), suffix) != 0) continue;
    char file[TEMP_DIRECTORY_PATH_MAX];
    assert_ok(pat_file_join(path, entry->d_name, file, sizeof file));
    visit(file);
    count++;
  }
  closedir(directory);
  return count;
}

static void change_a_byte_in_the_middle(const char *file) {
  struct stat facts;
  assert_int_equal(stat(file, &facts), 0);
  if (facts.st_size < 64) return;
  int descriptor = open(file, O_RDWR);
  assert_true(descriptor >= 0);
  uint8_t byte = 0;
  assert_int_equal(pread(descriptor, &byte, 1, facts.st_size / 2), 1);
  byte ^= 0x40;
  assert_int_equal(pwrite(descriptor, &byte, 1, facts.st_size / 2), 1);
  close(descriptor);
}

static void cut_the_last_byte(const char *file) {
  struct stat facts;
  assert_int_equal(stat(file, &facts), 0);
  if (facts.st_size > 0) assert_int_equal(truncate(file, facts.st_size - 1), 0);
}

static void write_many(pat_store *store, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char key[32];
    (void)snprintf(key, sizeof key, "%04zu", i);
    assert_ok(write_one(store, key));
  }
}

/* Closes the fixture's store, so that its directory can be changed. */
static const char *close_store(store_fixture *at) {
  pat_store_close(at->store);
  at->store = NULL;
  return at->directory.path;
}

static void test_store_rocksdb__refuses_a_log_damaged_in_the_middle(void **state) {
  store_fixture *at = *state;
  write_many(at->store, 100);
  const char *path = close_store(at);
  assert_true(each_file(path, ".log", change_a_byte_in_the_middle) > 0);
  assert_refused(store_support_open_rocksdb(path, &at->store), STORE_CORRUPT);
  assert_null(at->store);
}

static void test_store_rocksdb__drops_only_the_record_that_a_crash_cut_off(void **state) {
  store_fixture *at = *state;
  write_many(at->store, 3);
  const char *path = close_store(at);
  assert_true(each_file(path, ".log", cut_the_last_byte) > 0);
  assert_ok(store_support_open_rocksdb(path, &at->store));
  store_support_expect_keys(at->store, NULL, (pat_store_range){.table = PAT_TABLE_LEAF},
                            "0000 0001");
}

static void test_store_rocksdb__refuses_records_that_nothing_names(void **state) {
  store_fixture *at = *state;
  write_many(at->store, 3);
  const char *path = close_store(at);
  char current[TEMP_DIRECTORY_PATH_MAX];
  assert_int_equal(unlink(temp_directory_join(&at->directory, "CURRENT", current)), 0);
  assert_refused(store_support_open_rocksdb(path, &at->store), STORE_CORRUPT);
}

static void test_store_rocksdb__begins_no_new_store_beside_old_tables(void **state) {
  (void)state;
  PAT_CLEANUP(temp_directory_remove) temp_directory directory = temp_directory_make();
  char path[TEMP_DIRECTORY_PATH_MAX];
  temp_directory_join(&directory, "000009.sst", path);
  assert_ok(pat_file_replace(path, 0600, PAT_SPAN_LITERAL("records"), NULL));
  pat_store *store = NULL;
  assert_refused(store_support_open_rocksdb(directory.path, &store), STORE_CORRUPT);
  bool exists = true;
  pat_err err = {0};
  assert_refused(pat_rocksdb_directory_look(directory.path, &exists, &err), STORE_CORRUPT);
  assert_string_equal(err.place, "CURRENT is missing");
  assert_int_equal(unlink(path), 0);
  assert_ok(pat_rocksdb_directory_look(directory.path, &exists, &err));
  assert_false(exists);
}

static void test_store_rocksdb__refuses_tables_of_a_newer_program(void **state) {
  store_fixture *at = *state;
  const char *path = close_store(at);
  char *error = NULL;
  size_t count = 0;
  rocksdb_options_t *options = rocksdb_options_create();
  char **names = rocksdb_list_column_families(options, path, &count, &error);
  assert_null(error);
  assert_int_equal(count, 1 + PAT_TABLE_COUNT);
  const rocksdb_options_t *each[1 + PAT_TABLE_COUNT];
  rocksdb_column_family_handle_t *families[1 + PAT_TABLE_COUNT];
  for (size_t i = 0; i < count; i++)
    each[i] = options;
  rocksdb_t *db = rocksdb_open_column_families(options, path, (int)count,
                                               (const char *const *)names, each, families, &error);
  assert_null(error);
  rocksdb_column_family_handle_t *added =
      rocksdb_create_column_family(db, options, "future", &error);
  assert_null(error);
  rocksdb_column_family_handle_destroy(added);
  for (size_t i = 0; i < count; i++)
    rocksdb_column_family_handle_destroy(families[i]);
  rocksdb_list_column_families_destroy(names, count);
  rocksdb_close(db);
  rocksdb_options_destroy(options);
  assert_refused(store_support_open_rocksdb(path, &at->store), STORE_FORMAT_NEWER);
}

static void test_store_rocksdb__refuses_a_newer_format_and_a_used_directory(void **state) {
  store_fixture *at = *state;
  pat_store *second = NULL;
  assert_refused(store_support_open_rocksdb(at->directory.path, &second), FILE_LOCKED);
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  assert_ok(pat_write_set_put(&set, PAT_TABLE_META, PAT_SPAN_LITERAL(PAT_STORE_FORMAT_KEY),
                              PAT_SPAN_LITERAL("\0\0\0\3")));
  assert_ok(pat_store_write(at->store, &set, true));
  const char *path = close_store(at);
  assert_refused(store_support_open_rocksdb(path, &second), STORE_FORMAT_NEWER);
  assert_null(second);
}

static void test_store_rocksdb__refuses_paths_that_cannot_hold_it(void **state) {
  (void)state;
  PAT_CLEANUP(temp_directory_remove) temp_directory directory = temp_directory_make();
  char path[TEMP_DIRECTORY_PATH_MAX];
  temp_directory_join(&directory, "file", path);
  assert_ok(pat_file_replace(path, 0600, PAT_SPAN_EMPTY, NULL));
  pat_store *store = NULL;
  assert_refused(store_support_open_rocksdb(path, &store), FILE_NOT_DIRECTORY);
  assert_refused(store_support_open_rocksdb("", &store), FILE_PATH);
}

static void test_store_rocksdb__refuses_to_write_when_space_is_low(void **state) {
  (void)state;
  PAT_CLEANUP(temp_directory_remove) temp_directory directory = temp_directory_make();
  pat_store *store = NULL;
  pat_store_rocksdb_options options = {.directory = directory.path,
                                       .free_space_bytes_min = UINT64_MAX / 2};
  /* A new store marks its format, which is a write too. */
  assert_refused(pat_store_rocksdb_open(&options, &store, NULL), STORE_SPACE_LOW);
  assert_ok(store_support_open_rocksdb(directory.path, &store));
  assert_ok(write_one(store, "a"));
  pat_store_close(store);
  store = NULL;
  assert_ok(pat_store_rocksdb_open(&options, &store, NULL));
  assert_refused(write_one(store, "b"), STORE_SPACE_LOW);
  assert_false(pat_store_needs_reopen(store));
  store_support_expect(store, NULL, PAT_TABLE_LEAF, "a", "v");
  pat_store_close(store);
}

static void test_rocksdb_directory__keeps_its_reserve_and_room_for_three_copies(void **state) {
  (void)state;
  assert_false(pat_rocksdb_directory_has_space(99, 100, 0));
  assert_true(pat_rocksdb_directory_has_space(100, 100, 0));
  assert_false(pat_rocksdb_directory_has_space(129, 100, 10));
  assert_true(pat_rocksdb_directory_has_space(130, 100, 10));
  assert_true(pat_rocksdb_directory_has_space(131, 100, 10));
  assert_false(pat_rocksdb_directory_has_space(UINT64_MAX, 1, UINT64_MAX));
}

static void test_rocksdb_directory__counts_the_logs_alone(void **state) {
  (void)state;
  PAT_CLEANUP(temp_directory_remove) temp_directory directory = temp_directory_make();
  uint64_t bytes = 1;
  assert_refused(pat_rocksdb_directory_log_bytes("/nowhere/at/all", &bytes, NULL), STORE_IO);
  assert_int_equal(bytes, 1);
  assert_ok(pat_rocksdb_directory_log_bytes(directory.path, &bytes, NULL));
  assert_int_equal(bytes, 0);
  static const char *const names[] = {"000004.log", "000007.log", "000005.sst", "LOG"};
  for (size_t i = 0; i < 4; i++) {
    char path[TEMP_DIRECTORY_PATH_MAX];
    temp_directory_join(&directory, names[i], path);
    assert_ok(pat_file_replace(path, 0600, PAT_SPAN_LITERAL("twelve bytes"), NULL));
  }
  assert_ok(pat_rocksdb_directory_log_bytes(directory.path, &bytes, NULL));
  assert_int_equal(bytes, 24);
}

/* --- what survives --------------------------------------------------------------------------- */

static void test_store_rocksdb__a_killed_process_loses_nothing_durable(void **state) {
  (void)state;
  PAT_CLEANUP(temp_directory_remove) temp_directory directory = temp_directory_make();
  pid_t child = fork();
  if (child == 0) {
    pat_store *mine = NULL;
    if (!pat_is_ok(store_support_open_rocksdb(directory.path, &mine))) _exit(1);
    if (!pat_is_ok(write_one(mine, "a"))) _exit(1);
    if (!pat_is_ok(write_one(mine, "b"))) _exit(1);
    _exit(0); /* without closing: no destructor runs, nothing is flushed */
  }
  int status = 1;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  PAT_CLEANUP(pat_store_close_at) pat_store *store = NULL;
  assert_ok(store_support_open_rocksdb(directory.path, &store));
  store_support_expect_keys(store, NULL, (pat_store_range){.table = PAT_TABLE_LEAF}, "a b");
}

static void ignore_line(void *context, pat_log_level level, const char *line, size_t size) {
  (void)context;
  (void)level;
  (void)line;
  (void)size;
}

#define CASE(name, engine) \
  cmocka_unit_test_setup_teardown(name, store_support_##engine, store_support_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      /* First, while this process has no threads that a fork would lose. */
      cmocka_unit_test(test_store_rocksdb__a_killed_process_loses_nothing_durable),
      CASE(test_store__refuses_writes_after_one_that_was_not_done, wrapped),
      CASE(test_store__refuses_writes_after_one_that_was_done_unseen, wrapped),
      CASE(test_store__a_failed_sync_is_unknown_too, wrapped),
      CASE(test_store__a_refusal_that_did_nothing_does_not_stop_it, wrapped),
      CASE(test_wrapped_store__counts_calls_and_keys_and_fails_reads, wrapped),
      cmocka_unit_test(test_store_memory__survives_every_failed_allocation),
      cmocka_unit_test(test_store_rocksdb__survives_every_failed_allocation),
      CASE(test_store_memory__a_write_without_memory_leaves_all_tables_as_they_were, memory),
      cmocka_unit_test(test_memory_tree__stays_balanced_under_random_changes),
      CASE(test_store_rocksdb__refuses_a_log_damaged_in_the_middle, rocksdb),
      CASE(test_store_rocksdb__drops_only_the_record_that_a_crash_cut_off, rocksdb),
      CASE(test_store_rocksdb__refuses_records_that_nothing_names, rocksdb),
      cmocka_unit_test(test_store_rocksdb__begins_no_new_store_beside_old_tables),
      CASE(test_store_rocksdb__refuses_tables_of_a_newer_program, rocksdb),
      CASE(test_store_rocksdb__refuses_a_newer_format_and_a_used_directory, rocksdb),
      cmocka_unit_test(test_rocksdb_directory__counts_the_logs_alone),
      cmocka_unit_test(test_rocksdb_directory__keeps_its_reserve_and_room_for_three_copies),
      cmocka_unit_test(test_store_rocksdb__refuses_paths_that_cannot_hold_it),
      cmocka_unit_test(test_store_rocksdb__refuses_to_write_when_space_is_low),
  };
  pat_log_set_sink(&(pat_log_sink){.write = ignore_line});
  return cmocka_run_group_tests(tests, NULL, NULL);
}
