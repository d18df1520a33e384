#include "core/model/fold.h"

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/model/catalog.h"
#include "core/model/fold_internal.h"

static pat_status check_catalog(const Patina__AssetHistory *history, pat_err *reterr) {
  PAT_REQUIRE_AT(history->schema != NULL, HISTORY_SCHEMA, reterr, 0, "schema");
  PAT_REQUIRE_AT(history->policy != NULL, HISTORY_POLICY, reterr, 0, "policy");
  PAT_REQUIRE_AT(pat_is_ok(pat_class_check(history->schema, NULL)), HISTORY_SCHEMA, reterr, 0,
                 "schema");
  PAT_REQUIRE_AT(pat_is_ok(pat_policy_check(history->policy, NULL)), HISTORY_POLICY, reterr, 0,
                 "policy");
  return PAT_OK;
}

static pat_status check_compromised(const Patina__AssetHistory *history, pat_err *reterr) {
  for (size_t i = 1; i < history->n_compromised; i++) {
    ProtobufCBinaryData before = history->compromised[i - 1]->signer;
    ProtobufCBinaryData signer = history->compromised[i]->signer;
    int order = pat_span_compare(pat_span_make(before.data, before.len),
                                 pat_span_make(signer.data, signer.len));
    PAT_REQUIRE_AT(order < 0, HISTORY_ORDER, reterr, 0, "compromised");
  }
  return PAT_OK;
}

/* What the history says about the asset as a whole. */
static void summarise(pat_fold_work *work) {
  PAT_ASSERT(work->entry_count > 0);
  Patina__AssetState *state = work->state;
  const pat_fold_entry *first = &work->entries[0];
  const pat_fold_entry *last = &work->entries[work->entry_count - 1];
  state->asset = work->history->asset;
  state->class_name = work->schema->name;
  state->class_version = work->schema->version;
  state->registered_index = first->entry->index;
  state->self_declared = !first->entitled;
  state->entries = work->entry_count;
  state->last_index = last->entry->index;
}

pat_status pat_fold(const Patina__AssetHistory *history, pat_arena *arena,
                    Patina__AssetState **ret_state, pat_err *reterr) {
  PAT_TRY(check_catalog(history, reterr));
  PAT_TRY(check_compromised(history, reterr));
  Patina__AssetState *state = pat_arena_take(arena, sizeof *state);
  PAT_REQUIRE(state != NULL, LIMIT_MEMORY);
  patina__asset_state__init(state);
  pat_fold_work work = {.history = history,
                        .schema = history->schema,
                        .policy = history->policy,
                        .arena = arena,
                        .reterr = reterr,
                        .state = state};
  PAT_TRY(pat_fold__entries(&work));
  summarise(&work);
  PAT_TRY(pat_fold__attributes(&work));
  PAT_TRY(pat_fold__records(&work));
  PAT_TRY(pat_fold__identifiers(&work));
  PAT_TRY(pat_fold__streams(&work));
  PAT_TRY(pat_fold__readings(&work));
  PAT_TRY(pat_fold__findings(&work));
  PAT_TRY(pat_fold__telemetry(&work));
  *ret_state = state;
  return PAT_OK;
}

pat_status pat_fold_bytes(pat_span history, pat_arena *arena, pat_builder *builder,
                          pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(history));
  ProtobufCMessage *decoded = NULL;
  PAT_TRY(
      pat_protobuf_decode(&patina__asset_history__descriptor, history, arena, 0, &decoded, reterr));
  Patina__AssetState *state = NULL;
  PAT_TRY(pat_fold((const Patina__AssetHistory *)decoded, arena, &state, reterr));
  return pat_protobuf_encode(&state->base, builder);
}
