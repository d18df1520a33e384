#include "tests/support/lying_live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/crypto/base32.h"

#define BUNDLE_TYPE "application/vnd.patina.bundle.v1+protobuf"

enum { MEMORY_BYTES = 512 * 1024 * 1024 }; /* reserved, touched on demand */

int served_setup(void **state) {
  void *live = NULL;
  if (live_setup(&live) != 0) return -1;
  served_log *log = calloc(1, sizeof *log);
  PAT_ASSERT(log != NULL);
  log->live = live;
  pat_arena_init(&log->memory, malloc(MEMORY_BYTES), MEMORY_BYTES);
  PAT_ASSERT(log->memory.base != NULL);
  log->evidence = lying_evidence_open(pat_blob_span(log->live->policy_text));
  *state = log;
  return 0;
}

int served_teardown(void **state) {
  served_log *log = *state;
  if (log == NULL) return 0;
  void *live = log->live;
  lying_evidence_close(&log->evidence);
  free(log->memory.base);
  free(log);
  return live_teardown(&live);
}

static uint8_t *take(served_log *log, size_t size) {
  uint8_t *memory = pat_arena_take(&log->memory, size);
  PAT_ASSERT(memory != NULL);
  return memory;
}

/* --- asking ---------------------------------------------------------------------------------- */

/* The body of an answer that must be 200. */
static pat_span ask(served_log *log, live_request request) {
  live_answer answer = live_ask(log->live, request);
  assert_int_equal(answer.status, 200);
  uint8_t *copy = take(log, answer.body.size);
  memcpy(copy, answer.body.data, answer.body.size);
  pat_span body = pat_span_make(copy, answer.body.size);
  live_answer_clear(&answer);
  return body;
}

pat_span served_asset(served_log *log, uint8_t asset, uint64_t since) {
  uint8_t id[PAT_ASSET_ID_BYTES];
  char text[PAT_BASE32_TEXT_BYTES_MAX + 1];
  char path[256];
  memset(id, asset, sizeof id);
  pat_base32_asset_encode(id, text);
  int size = snprintf(path, sizeof path, "/v1/assets/%s/bundle", text);
  if (since > 0) {
    (void)snprintf(path + size, sizeof path - (size_t)size, "?since=%llu",
                   (unsigned long long)since);
  }
  return ask(log, (live_request){.path = path, .accept = BUNDLE_TYPE});
}

pat_span served_lookup(served_log *log, const char *scheme, const char *value) {
  Patina__LookupRequest message = PATINA__LOOKUP_REQUEST__INIT;
  message.scheme = (char *)(uintptr_t)scheme;
  message.value = (char *)(uintptr_t)value;
  pat_span body = ask(log, (live_request){.path = "/v1/lookup",
                                          .accept = LIVE_PROTOBUF,
                                          .type = LIVE_PROTOBUF,
                                          .body = live_encode(log->live, &message.base)});
  ProtobufCMessage *answer = NULL;
  PAT_ASSERT(pat_is_ok(pat_protobuf_decode(&patina__lookup_response__descriptor, body, &log->memory,
                                           0, &answer, NULL)));
  const Patina__LookupResponse *found = (const Patina__LookupResponse *)answer;
  assert_non_null(found->proof);
  return live_encode(log->live, &found->proof->base);
}

/* --- reading --------------------------------------------------------------------------------- */

pat_bundle_report served_read(served_log *log, const char *name, pat_span bundle,
                              const pat_tlog_head *earlier) {
  const pat_bundle_question question = {.policy = &log->live->policy, .earlier = earlier};
  pat_bundle_report report;
  pat_status status = pat_bundle_verify(bundle, &question, &log->memory, &report);
  PAT_ASSERT(status.rule == report.status.rule);
  if (name != NULL) lying_evidence_bundle(&log->evidence, name, bundle, earlier, &report);
  return report;
}

Patina__ProofBundle *served_open(served_log *log, pat_span bundle) {
  uint8_t *copy = take(log, bundle.size);
  memcpy(copy, bundle.data, bundle.size);
  ProtobufCMessage *message = NULL;
  PAT_ASSERT(pat_is_ok(pat_protobuf_decode(&patina__proof_bundle__descriptor,
                                           pat_span_make(copy, bundle.size), &log->memory, 0,
                                           &message, NULL)));
  return (Patina__ProofBundle *)message;
}

pat_tlog_head served_head(const pat_bundle_report *report) {
  PAT_ASSERT(report->has_checkpoint);
  return report->verdict.checkpoint.head;
}

/* --- submitting ------------------------------------------------------------------------------ */

void served_register(served_log *log, uint8_t asset) {
  ledger_world *world = log->live->world;
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, asset, LEDGER_SAID(said));
  (void)live_accept(log->live, &draft);
}

void served_assign(served_log *log, uint8_t asset, const char *vin) {
  ledger_draft draft = ledger_by(log->live->world, REGISTRAR);
  (void)ledger_assign(&draft, asset, (ledger_serial){"vin", 1, "", vin});
  (void)live_accept(log->live, &draft);
}

void served_inspect(served_log *log, uint8_t asset, const char *result) {
  ledger_world *world = log->live->world;
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, result)}};
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_attest(&draft, asset, LEDGER_SAID(said));
  (void)live_accept(log->live, &draft);
}
