/* Identifiers: the spans in which each was assigned to the asset. */
#include "core/base/assert.h"
#include "core/model/fold_internal.h"

/* The text as read off the thing; "" where it is withheld. */
static void read_value(const pat_fold_entry *entry, Patina__IdentifierSpan *span) {
  PAT_ASSERT(entry->statement.slot_count >= 1);
  const Patina__Disclosure *disclosure = entry->disclosures[0];
  bool told = disclosure != NULL && disclosure->value->value_case == PATINA__VALUE__VALUE_TEXT;
  span->state = told ? PAT_FACT_RECORDED : PAT_FACT_CANNOT_TELL;
  if (told) span->value = disclosure->value->text;
}

static void set_release(Patina__IdentifierSpan *span, uint64_t index) {
  span->release_case = PATINA__IDENTIFIER_SPAN__RELEASE_RELEASED_INDEX;
  span->released_index = index;
}

/* The release stands in this history, or, where another asset's history ended the span, in the
 * identifier's alone. */
static void read_release(const pat_fold_entry *entry, Patina__IdentifierSpan *span) {
  if (entry->release != NULL) {
    set_release(span, entry->release->entry->index);
    span->released_on = entry->release->statement.message->occurred;
  } else if (entry->span != NULL &&
             entry->span->release_case == PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX) {
    set_release(span, entry->span->released_index);
  }
}

static pat_status span_new(pat_fold_work *work, const pat_fold_entry *entry,
                           Patina__IdentifierSpan **ret_span) {
  Patina__IdentifierSpan *span = pat_arena_take(work->arena, sizeof *span);
  PAT_REQUIRE(span != NULL, LIMIT_MEMORY);
  patina__identifier_span__init(span);
  const Patina__IdentifierAssigned *body = entry->statement.message->identifier_assigned;
  if (entry->identifier != NULL) span->key = entry->identifier->key;
  span->scheme = body->scheme;
  span->scheme_version = body->scheme_version;
  span->scope = body->scope;
  read_value(entry, span);
  span->assigned_index = entry->entry->index;
  span->assignment =
      (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)entry->statement.sha256.bytes};
  span->assigned_on = entry->statement.message->occurred;
  read_release(entry, span);
  span->sources = entry->entry->sources;
  span->n_sources = entry->entry->n_sources;
  span->self_declared = !entry->entitled;
  *ret_span = span;
  return PAT_OK;
}

static bool is_assignment(const pat_fold_entry *entry) {
  return entry->statement.kind->number == PAT_KIND_IDENTIFIER_ASSIGNED;
}

pat_status pat_fold__identifiers(pat_fold_work *work) {
  Patina__AssetState *state = work->state;
  size_t count = 0;
  for (size_t i = 0; i < work->entry_count; i++)
    count += is_assignment(&work->entries[i]);
  state->identifiers = pat_arena_take_array(work->arena, count, sizeof *state->identifiers);
  PAT_REQUIRE(state->identifiers != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < work->entry_count; i++) {
    if (!is_assignment(&work->entries[i])) continue;
    PAT_TRY(span_new(work, &work->entries[i], &state->identifiers[state->n_identifiers]));
    state->n_identifiers++;
  }
  return PAT_OK;
}
