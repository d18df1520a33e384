/* Syncs that fail, a disk that fills up, and one that is nearly full: the server says so, takes
 * nothing that it cannot keep, and after a restart of what was unknown all or nothing is there.
 * PATINA_FAULTS: how far the sweeps go; the short ones are part of ./check. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes/protobuf.h"
#include "tests/fault/ground.h"

enum { SWEEP_DEFAULT = 4, SWEEP_MAX = 1000 };

static uint64_t sweep_wanted(void) {
  const char *text = getenv("PATINA_FAULTS");
  long sweep = text == NULL ? SWEEP_DEFAULT : strtol(text, NULL, 10);
  assert_in_range(sweep, 1, SWEEP_MAX);
  return (uint64_t)sweep;
}

static void start_fresh(ground *here) {
  virtual_disk_attach(&here->disk);
  assert_true(ground_start(here));
}

static bool is_taken(long status) { return status == 200 || status == 201; }

static bool request_says(const load_request *request, const char *rule) {
  const pat_blob *body = &request->answer;
  return pat_blob_is_set(*body) && memmem(body->data, body->size, rule, strlen(rule)) != NULL;
}

/* The admin listener's /readyz is of this status, and names the rule. */
static void assert_ready(ground *here, long status, const char *rule) {
  live_answer answer = live_ask(here->live, (live_request){.path = "/readyz", .admin = true});
  assert_int_equal(answer.status, status);
  if (rule != NULL) assert_true(live_body_has(&answer, rule, strlen(rule)));
  live_answer_clear(&answer);
}

/* The status is as expected; else the answer is shown. */
static void assert_answered(const ground *here, long status, long expected) {
  if (status == expected) return;
  const pat_blob *body = &ground_sent(here)->answer;
  fail_msg("status %ld: %.*s", status, (int)body->size,
           body->data == NULL ? "" : (const char *)body->data);
}

static void assert_reads_work(ground *here) {
  live_answer answer = live_ask(here->live, (live_request){.path = "/checkpoint"});
  assert_int_equal(answer.status, 200);
  assert_true(live_checkpoint(here->live, (const char *)answer.body.data).size > 0);
  live_answer_clear(&answer);
}

/* The engine ends the process at once, or a moment after it told of the failure. */
static bool is_alive(ground *here) {
  live_answer answer = live_ask(here->live, (live_request){.path = "/readyz", .admin = true});
  bool alive = answer.status != 0;
  if (alive) assert_int_equal(answer.status, 503);
  live_answer_clear(&answer);
  return alive;
}

/* Sends until something is not taken any more; gives that status. */
static long send_until_refused(ground *here) {
  long status = ground_send(here);
  while (is_taken(status))
    status = ground_send(here);
  return status;
}

/* After the fault: the crash, the restart, the whole truth; and then it works again. */
static void assert_recovers(ground *here, disk_loss loss) {
  ground_unload(here);
  (void)ground_crash(here, loss);
  assert_true(ground_examine(here));
  ground_prepare(here);
  assert_true(is_taken(ground_send(here)));
  assert_true(is_taken(ground_send(here)));
  assert_ready(here, 200, NULL);
  ground_unload(here);
  (void)ground_crash(here, DISK_LOSE_NOTHING);
  assert_true(ground_examine(here));
  (void)ground_crash(here, DISK_LOSE_NOTHING);
  assert_int_equal(witness_complaints(&here->seen.figures), 0);
}

/* --- syncs that fail ------------------------------------------------------------------------- */

static void fail_one_sync(ground *here, uint64_t n, disk_loss loss) {
  start_fresh(here);
  ground_prepare(here);
  assert_true(is_taken(ground_send(here)));
  virtual_disk_fail_sync(&here->disk, n);
  assert_answered(here, send_until_refused(here), 503);
  bool named = request_says(ground_sent(here), "store.commit-unknown") ||
               request_says(ground_sent(here), "file.io");
  assert_true(named);
  assert_int_equal(ground_send(here), 503);
  assert_true(request_says(ground_sent(here), "sequencer.stopped"));
  assert_ready(here, 503, "sequencer.stopped");
  assert_reads_work(here);
  assert_recovers(here, loss);
}

static void test_faults__a_sync_that_fails_stops_writes_and_loses_nothing(void **state) {
  ground *here = *state;
  uint64_t sweep = sweep_wanted();
  for (uint64_t n = 1; n <= sweep; n++)
    fail_one_sync(here, n, (disk_loss)(n % 3));
  print_message("failed_syncs=%u\n", (unsigned)sweep);
  witness_print(&here->seen.figures);
}

/* Every sync of a start, until one makes fewer. Where it goes on all the same, what it acknowledges
 * then must be as durable as ever. */
static void test_faults__a_sync_that_fails_during_a_start_is_told(void **state) {
  enum { SYNCS_MAX = 100 };
  ground *here = *state;
  size_t refused = 0;
  uint64_t n = 1;
  for (bool failed = true; failed && n < SYNCS_MAX; n++) {
    virtual_disk_attach(&here->disk);
    virtual_disk_fail_sync(&here->disk, n);
    bool started = ground_start(here);
    failed = here->disk.journal->syncs >= n;
    refused += !started;
    ground_prepare(here);
    for (int i = 0; started && i < 3; i++)
      (void)ground_send(here);
    ground_unload(here);
    (void)ground_crash(here, DISK_LOSE_ALL);
    assert_true(ground_examine(here));
    (void)ground_crash(here, DISK_LOSE_NOTHING);
  }
  print_message("failed_syncs_of_starts=%u refused_to_start=%zu\n", (unsigned)(n - 2), refused);
  assert_true(refused > 0);
  assert_int_equal(witness_complaints(&here->seen.figures), 0);
}

/* --- no space left --------------------------------------------------------------------------- */

/* Somebody else takes all but so many bytes, between the server's look at the free space and its
 * write. The engine may end the process. */
static bool fill_up(ground *here, uint64_t room, disk_loss loss) {
  start_fresh(here);
  ground_prepare(here);
  assert_true(is_taken(ground_send(here)));
  here->disk.journal->room = room;
  long status = send_until_refused(here);
  assert_true(here->disk.journal->full > 0);
  if (status != 0) assert_answered(here, status, 503);
  bool died = !is_alive(here);
  ground_unload(here);
  (void)ground_crash(here, loss);
  /* While the disk is full, a start says so, and touches nothing. */
  virtual_disk_attach(&here->disk);
  here->disk.journal->room = 0;
  here->disk.journal->free_told = 0;
  server_process process = {.pid = 0};
  int code = 0;
  const char *directory = here->live->files->directory.path;
  assert_false(server_process_start(&process, here->live->files->ledger,
                                    main_path(directory, "full"), &code));
  virtual_disk_detach();
  assert_int_equal(code, 1);
  assert_true(ground_file_says(main_path(directory, "full"), "rule store.space-low"));
  assert_int_equal(here->disk.journal->full, 0);
  assert_recovers(here, DISK_LOSE_NOTHING);
  return died;
}

static void test_faults__a_disk_that_fills_up_loses_nothing(void **state) {
  static const uint64_t rooms[] = {0, 1, 700, 5000, 30000, 100000, 200000, 300000};
  enum { ROOMS = sizeof rooms / sizeof rooms[0] };
  ground *here = *state;
  uint64_t sweep = sweep_wanted();
  size_t died = 0;
  for (uint64_t i = 0; i < sweep; i++) {
    uint64_t more = i < ROOMS ? 0 : test_random_below(&here->random, 50000);
    died += fill_up(here, rooms[i % ROOMS] + more, (disk_loss)(i % 3));
  }
  print_message("full_disks=%u died=%zu\n", (unsigned)sweep, died);
  witness_print(&here->seen.figures);
}

/* --- the reserve ----------------------------------------------------------------------------- */

static void test_faults__below_the_reserve_writes_are_refused_and_come_back(void **state) {
  enum { RESERVE_MIB = 64 };
  static const uint64_t mebibyte = 1024 * 1024;
  ground *here = *state;
  ground_configure(here, "free_space_mib_min", "64");
  start_fresh(here);
  ground_prepare(here);
  assert_true(is_taken(ground_send(here)));
  assert_ready(here, 200, NULL);
  here->disk.journal->free_told = RESERVE_MIB * mebibyte - mebibyte;
  (void)ground_send(here);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(ground_send_again(here), 503);
    assert_true(request_says(ground_sent(here), "store.space-low"));
  }
  assert_ready(here, 503, "store.space-low");
  assert_reads_work(here);
  assert_int_equal(here->disk.journal->full, 0);
  /* A start below the reserve serves what is there. */
  ground_unload(here);
  (void)ground_crash(here, DISK_LOSE_ALL);
  virtual_disk_attach(&here->disk);
  here->disk.journal->free_told = RESERVE_MIB * mebibyte - mebibyte;
  assert_true(ground_start(here));
  assert_reads_work(here);
  assert_int_equal(ground_send_again(here), 503);
  /* With space again it goes on, without a restart. */
  here->disk.journal->free_told = DISK_UNLIMITED;
  assert_ready(here, 200, NULL);
  assert_true(is_taken(ground_send_again(here)));
  assert_recovers(here, DISK_LOSE_ALL);
}

int main(void) {
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_faults__below_the_reserve_writes_are_refused_and_come_back),
      cmocka_unit_test(test_faults__a_sync_that_fails_stops_writes_and_loses_nothing),
      cmocka_unit_test(test_faults__a_sync_that_fails_during_a_start_is_told),
      cmocka_unit_test(test_faults__a_disk_that_fills_up_loses_nothing),
  };
  int failed = cmocka_run_group_tests(tests, ground_setup, ground_teardown);
  curl_global_cleanup();
  return failed;
}
