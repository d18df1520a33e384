/* kill -9 in the middle of the work, again and again: every acknowledged statement stays, at its
 * place, and no published checkpoint is taken back. */
#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes/protobuf.h"
#include "core/tlog/hash.h"
#include "core/tlog/range.h"
#include "core/tlog/tile.h"
#include "server/sys/file.h"
#include "server/sys/mem.h"
#include "server/sys/thread.h"
#include "tests/integration/live_ledger.h"
#include "tests/support/test_random.h"

enum { ROUNDS = 10, CALLERS = 3, PREPARED = 400 };

/* What one caller is going to say, and what it was told. Bytes are made before the threads start,
 * as the world belongs to one thread. */
typedef struct {
  live_ledger *live;
  pat_span bodies[PREPARED];
  pat_blob answers[PREPARED]; /* of 201 */
  size_t next;
  atomic_bool stop;
  pat_thread thread;
} caller;

static Patina__SignedStatement *vehicle(live_ledger *live, uint32_t number) {
  ledger_world *world = live->world;
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  Patina__AssetRegistered *body = ledger_register(&draft, 0xee, LEDGER_SAID(said));
  memcpy(body->asset.data, &number, sizeof number);
  return ledger_seal(&draft, NULL);
}

static live_request post_of(pat_span body) {
  return (live_request){
      .path = "/v1/statements", .accept = LIVE_PROTOBUF, .type = LIVE_PROTOBUF, .body = body};
}

static void call_main(void *context) {
  caller *mine = context;
  while (!atomic_load(&mine->stop) && mine->next < PREPARED) {
    live_answer answer = live_ask(mine->live, post_of(mine->bodies[mine->next]));
    if (answer.status == 201) mine->answers[mine->next] = pat_blob_take(&answer.body);
    live_answer_clear(&answer);
    if (answer.status == 0) break; /* the server is gone */
    mine->next++;
  }
}

static Patina__SubmitResult *result_of(live_ledger *live, pat_span body) {
  ProtobufCMessage *message = NULL;
  assert_ok(pat_protobuf_decode(&patina__submit_response__descriptor, body, &live->world->memory, 0,
                                &message, NULL));
  return ((Patina__SubmitResponse *)message)->results[0];
}

/* --- the whole log, read from its tiles ------------------------------------------------------ */

typedef struct {
  pat_hash *leaves;
  uint64_t size;
} whole_log;

static pat_tlog_head served_head(live_ledger *live) {
  live_answer answer = live_ask(live, (live_request){.path = "/checkpoint"});
  assert_int_equal(answer.status, 200);
  pat_tlog_head head = live_checkpoint(live, (const char *)answer.body.data);
  live_answer_clear(&answer);
  return head;
}

static void read_bundle(live_ledger *live, whole_log *log, uint64_t index, uint16_t width) {
  pat_tlog_tile tile = {.kind = PAT_TLOG_TILE_ENTRIES, .index = index, .width = width};
  char path[PAT_TLOG_TILE_PATH_BYTES_MAX + 2] = "/";
  pat_builder builder;
  pat_builder_init(&builder, path + 1, sizeof path - 2);
  pat_tlog_tile_path(&tile, &builder);
  live_answer answer = live_ask(live, (live_request){.path = path});
  assert_int_equal(answer.status, 200);
  pat_span entries[PAT_TLOG_TILE_WIDTH];
  assert_ok(pat_tlog_bundle_decode(pat_blob_span(answer.body), width, entries, NULL));
  for (uint16_t i = 0; i < width; i++)
    log->leaves[index * PAT_TLOG_TILE_WIDTH + i] = pat_tlog_leaf_hash(entries[i]);
  live_answer_clear(&answer);
}

static whole_log read_log(live_ledger *live) {
  pat_tlog_head head = served_head(live);
  whole_log log = {.leaves = pat_mem_new_array((size_t)head.size, sizeof(pat_hash)),
                   .size = head.size};
  for (uint64_t index = 0; index * PAT_TLOG_TILE_WIDTH < head.size; index++)
    read_bundle(live, &log, index, pat_tlog_tile_width(head.size, 0, index));
  return log;
}

static void assert_prefix(const whole_log *log, pat_tlog_head head) {
  assert_true(head.size <= log->size);
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  for (uint64_t i = 0; i < head.size; i++)
    assert_ok(pat_tlog_range_append(&range, &log->leaves[i]));
  pat_hash root = pat_tlog_range_root(&range);
  assert_memory_equal(root.bytes, head.root.bytes, PAT_HASH_BYTES);
}

/* --- rounds ---------------------------------------------------------------------------------- */

static size_t check_acknowledged(live_ledger *live, caller *mine, const whole_log *log) {
  size_t acknowledged = 0;
  for (size_t i = 0; i < PREPARED; i++) {
    if (!pat_blob_is_set(mine->answers[i])) continue;
    size_t mark = pat_arena_mark(&live->world->memory);
    const Patina__SubmitResult *told = result_of(live, pat_blob_span(mine->answers[i]));
    assert_prefix(log, live_verify_receipt(live, told));
    live_answer again = live_ask(live, post_of(mine->bodies[i]));
    assert_int_equal(again.status, 200);
    const Patina__SubmitResult *replay = result_of(live, pat_blob_span(again.body));
    assert_int_equal(replay->outcome, PATINA__OUTCOME__OUTCOME_REPLAYED);
    assert_int_equal(replay->index, told->index);
    assert_memory_equal(replay->leaf.data, told->leaf.data, told->leaf.len);
    live_answer_clear(&again);
    pat_arena_reset_to(&live->world->memory, mark);
    acknowledged++;
  }
  return acknowledged;
}

static void start_callers(live_ledger *live, caller callers[CALLERS], uint32_t round) {
  for (uint32_t i = 0; i < CALLERS; i++) {
    callers[i] = (caller){.live = live};
    for (uint32_t k = 0; k < PREPARED; k++) {
      Patina__SignedStatement *envelope = vehicle(live, round * 100000 + i * 1000 + k);
      callers[i].bodies[k] = live_submission(live, &envelope, 1);
    }
  }
  for (uint32_t i = 0; i < CALLERS; i++)
    assert_ok(pat_thread_start("caller", call_main, &callers[i], &callers[i].thread));
}

static size_t run_round(live_ledger *live, caller callers[CALLERS], uint32_t round) {
  size_t mark = pat_arena_mark(&live->world->memory);
  start_callers(live, callers, round);
  test_random random = test_random_make(round);
  (void)usleep((useconds_t)(50000 + test_random_below(&random, 250000)));
  pat_tlog_head seen = served_head(live);
  server_process_kill(&live->process);
  for (uint32_t i = 0; i < CALLERS; i++) {
    atomic_store(&callers[i].stop, true);
    pat_thread_join(&callers[i].thread);
  }
  live_start(live);
  whole_log log = read_log(live);
  assert_prefix(&log, seen);
  assert_prefix(&log, served_head(live));
  size_t acknowledged = 0;
  for (uint32_t i = 0; i < CALLERS; i++) {
    acknowledged += check_acknowledged(live, &callers[i], &log);
    for (size_t k = 0; k < PREPARED; k++)
      pat_blob_clear(&callers[i].answers[k]);
  }
  pat_mem_free(log.leaves);
  pat_arena_reset_to(&live->world->memory, mark);
  return acknowledged;
}

static void test_kill__what_was_acknowledged_is_never_lost(void **state) {
  live_ledger *live = *state;
  caller *callers = pat_mem_new_array(CALLERS, sizeof *callers);
  size_t acknowledged = 0;
  for (uint32_t round = 1; round <= ROUNDS; round++)
    acknowledged += run_round(live, callers, round);
  print_message("%zu statements acknowledged in %d rounds\n", acknowledged, ROUNDS);
  assert_true(acknowledged > ROUNDS);
  pat_mem_free(callers);
}

static void test_kill__an_older_copy_of_the_store_is_never_served(void **state) {
  live_ledger *live = *state;
  assert_int_equal(server_process_stop(&live->process), 0);
  char moved[TEMP_DIRECTORY_PATH_MAX];
  (void)temp_directory_join(&live->files->directory, "moved", moved);
  assert_int_equal(rename(main_path(live->files->ledger, "store"), moved), 0);
  server_process process = {.pid = 0};
  int code = 0;
  const char *log = main_path(live->files->directory.path, "older");
  assert_false(server_process_start(&process, live->files->ledger, log, &code));
  assert_int_equal(code, 1);
  pat_blob text = {0};
  assert_ok(pat_file_read(main_path(live->files->directory.path, "older"), 64 * 1024, &text, NULL));
  assert_non_null(strstr((const char *)text.data, "sequencer.behind"));
  pat_blob_clear(&text);
}

int main(void) {
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kill__what_was_acknowledged_is_never_lost),
      cmocka_unit_test(test_kill__an_older_copy_of_the_store_is_never_served),
  };
  int failed = cmocka_run_group_tests(tests, live_setup, live_teardown);
  curl_global_cleanup();
  return failed;
}
