#include "tests/core/audit/audit_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/envelope/entry.h"

int audit_setup(void **state) {
  if (!pat_is_ok(pat_crypto_init())) return -1;
  audit_log *log = test_malloc(sizeof *log);
  audit_log_take(log, audit_world_new());
  *state = log;
  return 0;
}

int audit_teardown(void **state) {
  audit_log *log = *state;
  ledger_world_close(log->world);
  test_free(log);
  return 0;
}

void audit_expect(audit_log *log, size_t index, pat_rule rule) {
  audit_log_seal(log);
  audit_run run;
  audit_run_open(&run, log->world->origin.text, log->count);
  pat_status status = audit_run_all(&run, log);
  if (!pat_is_rule(status, rule)) {
    fail_msg("%s at %zu (%s), not %s at %zu", pat_rule_id((pat_rule)status.rule), run.index,
             run.err.place, pat_rule_id(rule), index);
  }
  assert_int_equal(run.index, index);
  audit_run_close(&run);
}

void audit_expect_lie(audit_log *log, size_t at, audit_lie lie, pat_rule rule) {
  log->lie = lie;
  log->lie_at = at;
  audit_expect(log, at, rule);
}

void audit_flip(ProtobufCBinaryData *field) { field->data[field->len / 2] ^= 0x10; }

ProtobufCBinaryData audit_own(audit_log *log, ProtobufCBinaryData field) {
  uint8_t *bytes = ledger_take(log->world, field.len + 1);
  memcpy(bytes, field.data, field.len);
  return (ProtobufCBinaryData){field.len, bytes};
}

Patina__LogEntry *audit_leaf_of(audit_log *log, ledger_draft *draft) {
  ledger_world *world = log->world;
  const pat_submission *submission = ledger_check(world, ledger_seal(draft, NULL));
  pat_subject_link links[PAT_ENTRY_SUBJECTS_MAX] = {{.seq = 0}};
  size_t count = submission->subjects.count;
  for (size_t i = 0; i < count; i++)
    links[i].key = submission->subjects.keys[i];
  for (size_t i = 0; i < submission->statement.kind->identifier_count; i++)
    memset(links[count++].key.bytes, 0x77, PAT_HASH_BYTES);
  uint8_t *buffer = ledger_take(world, PAT_LEAF_BYTES_MAX);
  pat_builder builder;
  pat_builder_init(&builder, buffer, PAT_LEAF_BYTES_MAX);
  pat_span bytes;
  assert_true(pat_is_ok(pat_entry_build(submission, world->now_ms, links, count, &builder)));
  assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  Patina__LogEntry *leaf = NULL;
  assert_true(pat_is_ok(pat_entry_decode(bytes, &world->memory, &leaf, NULL)));
  return leaf;
}

void audit_expect_logged(audit_log *log, ledger_draft *draft, pat_rule rule) {
  size_t at = log->count - 1;
  audit_log_insert(log, at, audit_leaf_of(log, draft));
  audit_expect(log, at, rule);
}
