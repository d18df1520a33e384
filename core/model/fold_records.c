/* Records: attestations and readings of bindings, as lines of the history. */
#include <string.h>

#include "core/base/assert.h"
#include "core/model/catalog.h"
#include "core/model/fold_internal.h"
#include "core/model/sort.h"

static pat_fold_cursor stated_fields(const pat_fold_entry *entry) {
  const Patina__Statement *message = entry->statement.message;
  if (entry->statement.kind->number == PAT_KIND_ATTESTED) {
    return pat_fold__cursor(message->attested->fields, message->attested->n_fields);
  }
  PAT_ASSERT(entry->statement.kind->number == PAT_KIND_DEVICE_BOUND);
  return pat_fold__cursor(message->device_bound->readings, message->device_bound->n_readings);
}

static bool is_record(const pat_fold_entry *entry) {
  if (entry->statement.kind->number == PAT_KIND_ATTESTED) return true;
  return entry->statement.kind->number == PAT_KIND_DEVICE_BOUND &&
         entry->statement.message->device_bound->n_readings > 0;
}

static const Patina__AttributeDefinition *field_definition(const pat_fold_work *work,
                                                           const pat_fold_entry *entry,
                                                           const char *name) {
  if (entry->statement.kind->number == PAT_KIND_DEVICE_BOUND) {
    return pat_class_attribute(work->schema, name);
  }
  const Patina__ClaimDefinition *claim =
      pat_class_claim(work->schema, entry->statement.message->attested->claim);
  return claim == NULL ? NULL : pat_claim_field(claim, name);
}

static size_t count_names(pat_fold_cursor cursor) {
  size_t count = 0;
  for (pat_fold_said said; pat_fold__next(&cursor, &said);)
    count++;
  return count;
}

static pat_fold_cursor correction_cursor(const pat_fold_work *work, const pat_fold_entry *entry,
                                         size_t i) {
  PAT_ASSERT(i < entry->correction_count);
  const pat_fold_entry *correction =
      (const pat_fold_entry *)work->corrections_by_target[entry->correction_first + i];
  const Patina__Corrected *body = correction->statement.message->corrected;
  return pat_fold__cursor(body->attributes, body->n_attributes);
}

static int compare_fact_name(const void *a, const void *b) {
  return strcmp(((const Patina__Fact *)a)->name, ((const Patina__Fact *)b)->name);
}

/* A name that only corrections give becomes a field too, with nothing recorded by the statement. */
static pat_status add_corrected_names(pat_fold_work *work, const pat_fold_entry *entry,
                                      pat_fold_facts *stated) {
  size_t room = stated->count;
  for (size_t i = 0; i < entry->correction_count; i++)
    room += count_names(correction_cursor(work, entry, i));
  const void **all = pat_arena_take_array(work->arena, room, sizeof *all);
  Patina__Fact **items = pat_arena_take_array(work->arena, room, sizeof(Patina__Fact *));
  PAT_REQUIRE(all != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(items != NULL, LIMIT_MEMORY);
  size_t count = 0;
  for (; count < stated->count; count++)
    all[count] = items[count] = stated->items[count];
  for (size_t i = 0; i < entry->correction_count; i++) {
    pat_fold_cursor cursor = correction_cursor(work, entry, i);
    for (pat_fold_said said; pat_fold__next(&cursor, &said);) {
      if (pat_fold__fact_find(*stated, said.name) != NULL) continue;
      PAT_TRY(pat_fold__fact_new(work, said.name, &items[count]));
      all[count] = items[count];
      count++;
    }
  }
  pat_sort_pointers(all, count, compare_fact_name);
  pat_fold_facts facts = {.items = items};
  for (size_t i = 0; i < count; i++) {
    Patina__Fact *fact = (Patina__Fact *)all[i];
    if (facts.count > 0 && strcmp(facts.items[facts.count - 1]->name, fact->name) == 0) continue;
    facts.items[facts.count++] = fact;
  }
  *stated = facts;
  return PAT_OK;
}

static pat_status record_fields(pat_fold_work *work, const pat_fold_entry *entry,
                                pat_fold_facts *ret_facts) {
  pat_fold_cursor cursor = stated_fields(entry);
  pat_fold_facts facts = {.count = 0};
  facts.items = pat_arena_take_array(work->arena, count_names(cursor), sizeof(Patina__Fact *));
  PAT_REQUIRE(facts.items != NULL, LIMIT_MEMORY);
  for (pat_fold_said said; pat_fold__next(&cursor, &said);) {
    Patina__Fact **fact = &facts.items[facts.count++];
    PAT_TRY(pat_fold__fact_new(work, said.name, fact));
    PAT_TRY(
        pat_fold__fact_say(work, entry, &said, field_definition(work, entry, said.name), *fact));
  }
  if (entry->correction_count > 0) PAT_TRY(add_corrected_names(work, entry, &facts));
  PAT_TRY(pat_fold__correct(work, facts, entry->statement.kind->number,
                            work->corrections_by_target + entry->correction_first,
                            entry->correction_count));
  *ret_facts = facts;
  return PAT_OK;
}

static pat_status record_new(pat_fold_work *work, const pat_fold_entry *entry,
                             Patina__Record **ret_record) {
  pat_fold_facts facts = {.count = 0};
  PAT_TRY(record_fields(work, entry, &facts));
  Patina__Record *record = pat_arena_take(work->arena, sizeof *record);
  PAT_REQUIRE(record != NULL, LIMIT_MEMORY);
  patina__record__init(record);
  const Patina__Statement *message = entry->statement.message;
  record->index = entry->entry->index;
  record->logged_at_ms = entry->entry->logged_at_ms;
  record->statement =
      (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)entry->statement.sha256.bytes};
  if (entry->statement.kind->number == PAT_KIND_ATTESTED) record->claim = message->attested->claim;
  record->occurred = message->occurred;
  record->issued_at_ms = message->issued_at_ms;
  record->fields = facts.items;
  record->n_fields = facts.count;
  record->sources = entry->entry->sources;
  record->n_sources = entry->entry->n_sources;
  record->self_declared = !entry->entitled;
  record->late = entry->late;
  if (entry->retraction != NULL) {
    record->retraction_case = PATINA__RECORD__RETRACTION_RETRACTED_INDEX;
    record->retracted_index = entry->retraction->entry->index;
  }
  *ret_record = record;
  return PAT_OK;
}

pat_status pat_fold__records(pat_fold_work *work) {
  Patina__AssetState *state = work->state;
  size_t count = 0;
  for (size_t i = 0; i < work->entry_count; i++)
    count += is_record(&work->entries[i]);
  state->records = pat_arena_take_array(work->arena, count, sizeof *state->records);
  PAT_REQUIRE(state->records != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < work->entry_count; i++) {
    if (!is_record(&work->entries[i])) continue;
    PAT_TRY(record_new(work, &work->entries[i], &state->records[state->n_records]));
    work->entries[i].record = state->records[state->n_records++];
  }
  return PAT_OK;
}
