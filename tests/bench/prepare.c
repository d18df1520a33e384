#include "tests/bench/prepare.h"

#include <stdio.h>
#include <string.h>

#include "server/sys/mem.h"

enum { REGISTERED_AT_ONCE = 100 };

static void name_asset(ProtobufCBinaryData asset, uint32_t number) {
  memset(asset.data, 0xbe, asset.len);
  memcpy(asset.data, &number, sizeof number);
}

static void must_accept(live_ledger *live, Patina__SignedStatement *const *envelopes,
                        size_t count) {
  Patina__SubmitResponse *response = live_submit(live, envelopes, count, count == 1 ? 201 : 200);
  for (size_t i = 0; i < count; i++) {
    const Patina__SubmitResult *result = response->results[i];
    if (result->outcome == PATINA__OUTCOME__OUTCOME_ACCEPTED) continue;
    fail_msg("statement %zu: %s", i, result->problem == NULL ? "?" : result->problem->rule);
  }
}

static void enrol_second_registrar(live_ledger *live) {
  ledger_draft grants[2] = {ledger_by_root(live->world), ledger_by_root(live->world)};
  (void)ledger_grant(&grants[0], REGISTRAR_2, "inspector", NULL);
  (void)ledger_grant(&grants[1], KEEPER, "inspector", NULL);
  Patina__SignedStatement *envelopes[2] = {ledger_seal(&grants[0], NULL),
                                           ledger_seal(&grants[1], NULL)};
  must_accept(live, envelopes, 2);
}

static Patina__SignedStatement *say_registered(live_ledger *live, uint32_t number) {
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(live->world, "Saab")}};
  ledger_draft draft = ledger_by(live->world, REGISTRAR);
  Patina__AssetRegistered *body = ledger_register(&draft, 1, LEDGER_SAID(said));
  name_asset(body->asset, number);
  return ledger_seal(&draft, NULL);
}

void prepare_ledger(bench_author *author, live_ledger *live, uint32_t assets) {
  *author = (bench_author){.live = live, .assets = assets};
  size_t mark = pat_arena_mark(&live->world->memory);
  live->world->now_ms = pat_env_now_ms(pat_env_system());
  enrol_second_registrar(live);
  for (uint32_t from = 0; from < assets; from += REGISTERED_AT_ONCE) {
    Patina__SignedStatement *envelopes[REGISTERED_AT_ONCE];
    uint32_t count = assets - from < REGISTERED_AT_ONCE ? assets - from : REGISTERED_AT_ONCE;
    for (uint32_t i = 0; i < count; i++)
      envelopes[i] = say_registered(live, from + i);
    must_accept(live, envelopes, count);
  }
  pat_arena_reset_to(&live->world->memory, mark);
}

static Patina__SignedStatement *say_inspected(bench_author *author) {
  static const ledger_actor_id signers[] = {INSPECTOR, REGISTRAR_2, KEEPER};
  ledger_world *world = author->live->world;
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, "good")}};
  ledger_draft draft = ledger_by(world, signers[author->said % 3]);
  Patina__Attested *body = ledger_attest(&draft, 1, LEDGER_SAID(said));
  name_asset(body->asset, author->said % author->assets);
  author->said++;
  return ledger_seal(&draft, NULL);
}

static void put_request(bench_request *request, pat_span body) {
  enum { HEAD_BYTES_MAX = 256 };
  request->bytes = pat_mem_resize(NULL, body.size + HEAD_BYTES_MAX, 1);
  assert_non_null(request->bytes);
  int head = snprintf((char *)request->bytes, HEAD_BYTES_MAX,
                      "POST /v1/statements HTTP/1.1\r\nHost: localhost\r\n"
                      "Content-Type: application/x-protobuf\r\nAccept: application/x-protobuf\r\n"
                      "Content-Length: %zu\r\n\r\n",
                      body.size);
  assert_in_range(head, 1, HEAD_BYTES_MAX - 1);
  memcpy(request->bytes + head, body.data, body.size);
  request->size = (size_t)head + body.size;
}

bench_request *prepare_requests(bench_author *author, size_t count, size_t statements) {
  live_ledger *live = author->live;
  bench_request *requests = pat_mem_new_array(count, sizeof *requests);
  Patina__SignedStatement **envelopes = pat_mem_new_array(statements, sizeof *envelopes);
  assert_non_null(requests);
  assert_non_null(envelopes);
  live->world->now_ms = pat_env_now_ms(pat_env_system());
  size_t mark = pat_arena_mark(&live->world->memory);
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < statements; k++)
      envelopes[k] = say_inspected(author);
    put_request(&requests[i], live_submission(live, envelopes, statements));
    requests[i].statements = statements;
    pat_arena_reset_to(&live->world->memory, mark);
  }
  pat_mem_free(envelopes);
  return requests;
}

void prepare_free(bench_request *requests, size_t count) {
  for (size_t i = 0; i < count; i++)
    pat_mem_free(requests[i].bytes);
  pat_mem_free(requests);
}
