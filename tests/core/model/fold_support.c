#include "tests/core/model/fold_support.h"

#include "core/bytes/protobuf.h"
#include "core/model/fold.h"

Patina__AssetState *fold(history *self) {
  Patina__AssetState *state = NULL;
  pat_err err = {.rule = PAT_RULE_NONE};
  pat_status status = pat_fold(self->message, &self->arena, &state, &err);
  if (!pat_is_ok(status)) fail_msg("%s at %s", pat_rule_id((pat_rule)status.rule), err.place);
  assert_non_null(state);
  return state;
}

const char *fold_refusal(history *self) {
  Patina__AssetState *state = NULL;
  pat_status status = pat_fold(self->message, &self->arena, &state, NULL);
  assert_true(pat_is_ok(status) || state == NULL);
  return pat_rule_id((pat_rule)status.rule);
}

pat_span state_bytes(history *self, const Patina__AssetState *state) {
  size_t size = 0;
  assert_true(pat_is_ok(pat_protobuf_size(&state->base, &size)));
  pat_builder builder;
  pat_builder_init(&builder, pat_arena_take(&self->arena, size), size);
  assert_true(pat_is_ok(pat_protobuf_encode(&state->base, &builder)));
  pat_span bytes;
  assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

static const Patina__Fact *find(Patina__Fact *const *facts, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(facts[i]->name, name) == 0) return facts[i];
  }
  return NULL;
}

const Patina__Fact *fact_named(const Patina__AssetState *state, const char *name) {
  const Patina__Fact *fact = find(state->manufacturer, state->n_manufacturer, name);
  if (fact == NULL) fact = find(state->consumer, state->n_consumer, name);
  if (fact == NULL) fact = find(state->telemetry, state->n_telemetry, name);
  if (fact == NULL) fail_msg("no fact %s", name);
  return fact;
}

const Patina__Fact *field_named(const Patina__Record *record, const char *name) {
  const Patina__Fact *fact = find(record->fields, record->n_fields, name);
  if (fact == NULL) fail_msg("no field %s", name);
  return fact;
}

size_t finding_count(const Patina__AssetState *state, const char *id) {
  size_t count = 0;
  for (size_t i = 0; i < state->n_findings; i++)
    count += strcmp(state->findings[i]->id, id) == 0;
  return count;
}

const Patina__Finding *finding_first(const Patina__AssetState *state, const char *id) {
  for (size_t i = 0; i < state->n_findings; i++) {
    if (strcmp(state->findings[i]->id, id) == 0) return state->findings[i];
  }
  return NULL;
}

void assert_finding(const Patina__AssetState *state, const char *id, const char *name,
                    uint64_t first, uint64_t second) {
  assert_int_equal(finding_count(state, id), 1);
  const Patina__Finding *finding = finding_first(state, id);
  assert_string_equal(finding->name, name);
  assert_int_equal(finding->n_indexes, 2);
  assert_int_equal(finding->indexes[0], first);
  assert_int_equal(finding->indexes[1], second);
}

history *history_registered(void) {
  history *self = history_new();
  history_by(self, REGISTRAR);
  const said attributes[] = {{"make", SAY_OPEN, text(self, "Volvo")},
                             {"mass", SAY_SLOT, number(self, 1200, 0, "KGM")},
                             {"materials", SAY_SLOT, text(self, "steel")},
                             {"materials", SAY_SLOT, text(self, "glass")}};
  history_register(self, attributes, 4);
  return self;
}
