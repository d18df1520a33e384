/* kill -9 at random moments under load, and with it the loss of all that was not synced: what was
 * acknowledged stays, once, with its proof, and no checkpoint is ever taken back. A server that
 * leaves out any of its syncs is found out. PATINA_ROUNDS: how often; the short run is part of
 * ./check. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fault/ground.h"

enum { ROUNDS_DEFAULT = 5, ROUNDS_MAX = 100000, DELAY_US_MIN = 20000, DELAY_US_MORE = 300000 };

static int rounds_wanted(void) {
  const char *text = getenv("PATINA_ROUNDS");
  long rounds = text == NULL ? ROUNDS_DEFAULT : strtol(text, NULL, 10);
  assert_in_range(rounds, 1, ROUNDS_MAX);
  return (int)rounds;
}

static void sleep_a_while(test_random *random) {
  (void)usleep((useconds_t)(DELAY_US_MIN + test_random_below(random, DELAY_US_MORE)));
}

/* Runs it under load, and kills it. */
static disk_lost run_and_kill(ground *here, disk_loss loss) {
  ground_load(here);
  sleep_a_while(&here->random);
  server_process_kill(&here->live->process);
  ground_unload(here);
  return ground_crash(here, loss);
}

static void start_fresh(ground *here) {
  virtual_disk_attach(&here->disk);
  assert_true(ground_start(here));
}

static void test_durability__what_was_acknowledged_survives_kill_and_loss(void **state) {
  ground *here = *state;
  int rounds = rounds_wanted();
  disk_lost lost = {.bytes = 0};
  start_fresh(here);
  for (int round = 0; round < rounds; round++) {
    disk_lost now = run_and_kill(here, (disk_loss)(round % 3));
    lost.bytes += now.bytes;
    lost.files += now.files;
    lost.names += now.names;
    assert_true(ground_examine(here));
    if (witness_complaints(&here->seen.figures) > 0) break;
  }
  (void)ground_crash(here, DISK_LOSE_NOTHING);
  print_message("kills=%d unsynced_bytes_lost=%zu files_cut=%zu names_lost=%zu\n", rounds,
                lost.bytes, lost.files, lost.names);
  witness_print(&here->seen.figures);
  assert_int_equal(witness_complaints(&here->seen.figures), 0);
  assert_true(here->seen.figures.acknowledged > (size_t)rounds);
}

/* Also while it starts and recovers: the n-th sync since then is never made. */
static void test_durability__a_death_at_any_sync_of_a_start_loses_nothing(void **state) {
  enum { SYNCS = 12 };
  ground *here = *state;
  for (uint64_t n = 1; n <= SYNCS; n++) {
    virtual_disk_attach(&here->disk);
    virtual_disk_die_at_sync(&here->disk, n);
    if (ground_start(here)) {
      ground_load(here);
      sleep_a_while(&here->random);
      ground_unload(here);
    }
    assert_true(here->disk.journal->syncs >= n);
    (void)ground_crash(here, DISK_LOSE_ALL);
    assert_true(ground_examine(here));
    (void)ground_crash(here, DISK_LOSE_NOTHING);
  }
  witness_print(&here->seen.figures);
  assert_int_equal(witness_complaints(&here->seen.figures), 0);
}

/* --- an older copy --------------------------------------------------------------------------- */

static void copy_directory(const char *from, const char *to) {
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    (void)execlp("cp", "cp", "-a", "--", from, to, (char *)NULL);
    _exit(127);
  }
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

static void grow_log(ground *here) {
  start_fresh(here);
  (void)run_and_kill(here, DISK_LOSE_NOTHING);
  assert_true(ground_examine(here));
  (void)ground_crash(here, DISK_LOSE_NOTHING);
}

static void test_durability__an_older_copy_of_the_store_is_never_continued(void **state) {
  ground *here = *state;
  char store[TEMP_DIRECTORY_PATH_MAX + 16];
  char older[TEMP_DIRECTORY_PATH_MAX + 16];
  char newest[TEMP_DIRECTORY_PATH_MAX + 16];
  const char *directory = here->live->files->directory.path;
  (void)snprintf(store, sizeof store, "%s/store", here->live->files->ledger);
  (void)snprintf(older, sizeof older, "%s/older", directory);
  (void)snprintf(newest, sizeof newest, "%s/newest", directory);
  grow_log(here);
  copy_directory(store, older);
  grow_log(here);
  assert_int_equal(rename(store, newest), 0);
  assert_int_equal(rename(older, store), 0);
  server_process process = {.pid = 0};
  int code = 0;
  const char *log = main_path(directory, "behind");
  assert_false(server_process_start(&process, here->live->files->ledger, log, &code));
  assert_int_equal(code, 1);
  assert_true(ground_file_says(main_path(directory, "behind"), "rule sequencer.behind"));
  /* The newest copy still goes on. */
  assert_int_equal(rename(store, older), 0);
  assert_int_equal(rename(newest, store), 0);
  grow_log(here);
  assert_int_equal(witness_complaints(&here->seen.figures), 0);
}

/* --- servers that forget a sync -------------------------------------------------------------- */

/* Complaints about a server on this disk, in at most a few rounds of its own ledger. */
static size_t complaints_where_forgotten(disk_forget forget, const char *part) {
  enum { ROUNDS = 3 };
  void *state = NULL;
  assert_int_equal(ground_setup(&state), 0);
  ground *here = state;
  bool goes_on = true;
  for (int round = 0; goes_on && round < ROUNDS; round++) {
    virtual_disk_attach(&here->disk);
    virtual_disk_forget(&here->disk, forget, part);
    assert_true(ground_start(here));
    (void)run_and_kill(here, DISK_LOSE_ALL);
    goes_on = ground_examine(here);
    (void)ground_crash(here, DISK_LOSE_NOTHING);
    goes_on = goes_on && witness_complaints(&here->seen.figures) == 0;
  }
  size_t complaints = witness_complaints(&here->seen.figures);
  witness_print(&here->seen.figures);
  assert_int_equal(ground_teardown(&state), 0);
  return complaints;
}

static void test_durability__a_forgotten_sync_of_all_files_is_found(void **state) {
  (void)state;
  assert_true(complaints_where_forgotten(DISK_FORGET_FILES, "") > 0);
}

static void test_durability__a_forgotten_sync_of_the_stores_log_is_found(void **state) {
  (void)state;
  assert_true(complaints_where_forgotten(DISK_FORGET_FILES, ".log") > 0);
}

static void test_durability__a_forgotten_sync_of_the_checkpoint_is_found(void **state) {
  (void)state;
  assert_true(complaints_where_forgotten(DISK_FORGET_FILES, "/checkpoint") > 0);
}

static void test_durability__a_forgotten_sync_of_directories_is_found(void **state) {
  (void)state;
  assert_true(complaints_where_forgotten(DISK_FORGET_DIRECTORIES, "") > 0);
}

int main(void) {
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_durability__a_forgotten_sync_of_all_files_is_found),
      cmocka_unit_test(test_durability__a_forgotten_sync_of_the_stores_log_is_found),
      cmocka_unit_test(test_durability__a_forgotten_sync_of_the_checkpoint_is_found),
      cmocka_unit_test(test_durability__a_forgotten_sync_of_directories_is_found),
      cmocka_unit_test_setup_teardown(
          test_durability__an_older_copy_of_the_store_is_never_continued, ground_setup,
          ground_teardown),
      cmocka_unit_test_setup_teardown(test_durability__a_death_at_any_sync_of_a_start_loses_nothing,
                                      ground_setup, ground_teardown),
      cmocka_unit_test_setup_teardown(test_durability__what_was_acknowledged_survives_kill_and_loss,
                                      ground_setup, ground_teardown),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  curl_global_cleanup();
  return failed;
}
