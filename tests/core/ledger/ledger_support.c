#include "tests/core/ledger/ledger_support.h"

#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/ledger/record.h"

int ledger_setup(void **state) {
  *state = ledger_world_new((ledger_options){0});
  return 0;
}

int ledger_teardown(void **state) {
  ledger_world_close(*state);
  return 0;
}

ledger_draft draft_vehicle(ledger_world *world, uint8_t asset, ledger_actor_id by) {
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, by);
  (void)ledger_register(&draft, asset, LEDGER_SAID(said));
  return draft;
}

pat_hash register_vehicle(ledger_world *world, uint8_t asset) {
  ledger_draft draft = draft_vehicle(world, asset, REGISTRAR);
  return ledger_accept(&draft);
}

ledger_draft draft_inspection(ledger_world *world, uint8_t asset, ledger_actor_id by) {
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, "good")}};
  ledger_draft draft = ledger_by(world, by);
  (void)ledger_attest(&draft, asset, LEDGER_SAID(said));
  return draft;
}

pat_hash enrol(ledger_world *world, ledger_actor_id who) {
  ledger_draft draft = ledger_by(world, who);
  (void)ledger_enrol(&draft, who);
  return ledger_accept(&draft);
}

pat_hash grant(ledger_world *world, ledger_actor_id who, const char *role, const char *class_name) {
  ledger_draft draft = ledger_by_root(world);
  (void)ledger_grant(&draft, who, role, class_name);
  return ledger_accept(&draft);
}

static ProtobufCMessage *decode(ledger_world *world, pat_ledger_key key,
                                const ProtobufCMessageDescriptor *descriptor) {
  pat_span value;
  if (!ledger_store_get(&world->store, key, &value)) return NULL;
  uint8_t *copy = ledger_take(world, value.size);
  if (value.size > 0) memcpy(copy, value.data, value.size);
  ProtobufCMessage *message = NULL;
  assert_ok(pat_protobuf_decode(descriptor, pat_span_make(copy, value.size), &world->memory, 0,
                                &message, NULL));
  return message;
}

ProtobufCMessage *stored_state(ledger_world *world, char prefix, pat_span id,
                               const ProtobufCMessageDescriptor *descriptor) {
  pat_state_key key = pat_state_key_of((pat_state_prefix)prefix, id);
  return decode(world, pat_state_ledger_key(&key), descriptor);
}

void store_state(ledger_world *world, char prefix, pat_span id, const ProtobufCMessage *message) {
  size_t size = 0;
  assert_ok(pat_protobuf_size(message, &size));
  pat_builder builder;
  pat_builder_init(&builder, ledger_take(world, size), size);
  assert_ok(pat_protobuf_encode(message, &builder));
  pat_span bytes;
  assert_ok(pat_builder_finish(&builder, &bytes));
  pat_state_key key = pat_state_key_of((pat_state_prefix)prefix, id);
  ledger_store_put(&world->store, pat_state_ledger_key(&key), bytes);
}

const Patina__StatementRecord *stored_statement(ledger_world *world, const pat_hash *sha256) {
  pat_ledger_key key = {PAT_LEDGER_STATEMENT, pat_hash_span(sha256)};
  ProtobufCMessage *message = decode(world, key, &patina__statement_record__descriptor);
  assert_non_null(message);
  return (const Patina__StatementRecord *)message;
}

void assert_decision(const pat_decision *decision, pat_rule rule) {
  assert_int_equal(decision->outcome, PAT_DECISION_REFUSED);
  assert_string_equal(pat_rule_id((pat_rule)decision->status.rule), pat_rule_id(rule));
}
