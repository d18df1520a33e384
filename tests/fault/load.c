#include "tests/fault/load.h"

#include <string.h>
#include <unistd.h>

#include "core/model/statement.h"

/* --- statements ------------------------------------------------------------------------------ */

typedef struct {
  live_ledger *live;
  test_random *random;
  uint32_t round;
  uint32_t caller;
  uint32_t assets; /* made by this caller in this round */
  bool changed;    /* the last of them, once: a second change would have to know of the first */
} author;

static void name_asset(ProtobufCBinaryData asset, const author *by, uint32_t number) {
  memset(asset.data, 0xfa, asset.len);
  memcpy(asset.data, &by->round, sizeof by->round);
  memcpy(asset.data + 4, &by->caller, sizeof by->caller);
  memcpy(asset.data + 8, &number, sizeof number);
}

static Patina__SignedStatement *say_register(author *by) {
  ledger_world *world = by->live->world;
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  Patina__AssetRegistered *body = ledger_register(&draft, 1, LEDGER_SAID(said));
  name_asset(body->asset, by, by->assets++);
  by->changed = false;
  return ledger_seal(&draft, NULL);
}

static Patina__SignedStatement *say_change(author *by) {
  ledger_world *world = by->live->world;
  ledger_said said[] = {{"colour", SAID_SLOT, ledger_text(world, "green")},
                        {"tags", SAID_SLOT, ledger_text(world, "one owner")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  Patina__AttributesChanged *body = ledger_change(&draft, 1, LEDGER_SAID(said));
  name_asset(body->asset, by, by->assets - 1);
  by->changed = true;
  return ledger_seal(&draft, NULL);
}

static Patina__SignedStatement *say_inspected(author *by) {
  ledger_world *world = by->live->world;
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, "good")}};
  ledger_draft draft = ledger_by(world, INSPECTOR);
  Patina__Attested *body = ledger_attest(&draft, 1, LEDGER_SAID(said));
  name_asset(body->asset, by, by->assets - 1);
  return ledger_seal(&draft, NULL);
}

static Patina__SignedStatement *say_anything(author *by) {
  if (by->assets == 0) return say_register(by);
  switch (test_random_below(by->random, 3)) {
    case 0:
      return say_register(by);
    case 1:
      return by->changed ? say_inspected(by) : say_change(by);
    default:
      return say_inspected(by);
  }
}

static void prepare_request(author *by, load_request *request, bool is_batch) {
  Patina__SignedStatement *envelopes[LOAD_BATCH_MAX];
  request->count = is_batch ? 2 + (size_t)test_random_below(by->random, LOAD_BATCH_MAX - 1) : 1;
  for (size_t i = 0; i < request->count; i++)
    envelopes[i] = say_anything(by);
  request->body = live_submission(by->live, envelopes, request->count);
}

void load_prepare(load *made, live_ledger *live, uint32_t round, test_random *random) {
  made->live = live;
  made->mark = pat_arena_mark(&live->world->memory);
  /* What a server accepts lies in its past, also where the run takes long. */
  live->world->now_ms = pat_env_now_ms(pat_env_system());
  for (uint32_t i = 0; i < LOAD_CALLERS; i++) {
    author by = {.live = live, .random = random, .round = round, .caller = i};
    made->callers[i].live = live;
    for (size_t k = 0; k < LOAD_REQUESTS; k++)
      prepare_request(&by, &made->callers[i].requests[k], k % 2 == 1);
  }
  made->reader.live = live;
}

/* --- threads --------------------------------------------------------------------------------- */

void load_send(live_ledger *live, load_request *request) {
  live_request post = {.path = "/v1/statements",
                       .accept = LIVE_PROTOBUF,
                       .type = LIVE_PROTOBUF,
                       .body = request->body};
  request->sent = true;
  live_answer answer = live_ask(live, post);
  pat_blob_clear(&request->answer);
  request->status = answer.status;
  request->answer = pat_blob_take(&answer.body);
  live_answer_clear(&answer);
}

static void call_main(void *context) {
  load_caller *mine = context;
  for (size_t i = 0; i < LOAD_REQUESTS && !atomic_load(&mine->stop); i++) {
    load_send(mine->live, &mine->requests[i]);
    if (mine->requests[i].status == 0) return;
  }
}

static void read_main(void *context) {
  enum { PAUSE_US = 2000 };
  load_reader *mine = context;
  while (!atomic_load(&mine->stop) && mine->count < LOAD_NOTES_MAX) {
    live_answer answer = live_ask(mine->live, (live_request){.path = "/checkpoint"});
    if (answer.status == 200) mine->notes[mine->count++] = pat_blob_take(&answer.body);
    bool gone = answer.status == 0;
    live_answer_clear(&answer);
    if (gone) return;
    (void)usleep(PAUSE_US);
  }
}

void load_start(load *running) {
  for (size_t i = 0; i < LOAD_CALLERS; i++) {
    load_caller *caller = &running->callers[i];
    assert_ok(pat_thread_start("caller", call_main, caller, &caller->thread));
  }
  load_reader *reader = &running->reader;
  assert_ok(pat_thread_start("reader", read_main, reader, &reader->thread));
}

void load_stop(load *running) {
  for (size_t i = 0; i < LOAD_CALLERS; i++)
    atomic_store(&running->callers[i].stop, true);
  atomic_store(&running->reader.stop, true);
  for (size_t i = 0; i < LOAD_CALLERS; i++)
    pat_thread_join(&running->callers[i].thread);
  pat_thread_join(&running->reader.thread);
}

void load_clear(load *done) {
  for (size_t i = 0; i < LOAD_CALLERS; i++) {
    for (size_t k = 0; k < LOAD_REQUESTS; k++)
      pat_blob_clear(&done->callers[i].requests[k].answer);
  }
  for (size_t i = 0; i < done->reader.count; i++)
    pat_blob_clear(&done->reader.notes[i]);
  pat_arena_reset_to(&done->live->world->memory, done->mark);
}
