/* Facts: what statements say about a name, and the corrections beside it. */
#include <string.h>

#include "core/base/assert.h"
#include "core/model/catalog.h"
#include "core/model/fold_internal.h"
#include "core/model/standing.h"

/* --- what a statement says ------------------------------------------------------------------- */

pat_fold_cursor pat_fold__cursor(Patina__Attribute *const *attributes, size_t count) {
  PAT_ASSERT(attributes != NULL || count == 0);
  return (pat_fold_cursor){.attributes = attributes, .count = count};
}

static bool is_slot(const Patina__Attribute *attribute) {
  return attribute->content_case == PATINA__ATTRIBUTE__CONTENT_SLOT;
}

bool pat_fold__next(pat_fold_cursor *cursor, pat_fold_said *ret_said) {
  PAT_ASSERT(cursor->at <= cursor->count);
  if (cursor->at == cursor->count) return false;
  Patina__Attribute *const *elements = cursor->attributes + cursor->at;
  pat_fold_said said = {.name = elements[0]->name, .elements = elements, .slot = cursor->slot};
  while (cursor->at < cursor->count &&
         strcmp(cursor->attributes[cursor->at]->name, said.name) == 0) {
    if (is_slot(cursor->attributes[cursor->at])) cursor->slot++;
    cursor->at++;
    said.count++;
  }
  *ret_said = said;
  return true;
}

typedef struct {
  Patina__FactState state;
  Patina__Value **items;
  size_t count;
} fact_values;

static Patina__Value *disclosed_value(const pat_fold_entry *entry, const Patina__Attribute *element,
                                      size_t slot) {
  PAT_ASSERT(slot < entry->statement.slot_count);
  PAT_ASSERT(entry->statement.slots[slot].digest.data == element->slot.data);
  return entry->disclosures[slot] == NULL ? NULL : entry->disclosures[slot]->value;
}

static pat_status collect_values(pat_fold_work *work, const pat_fold_entry *entry,
                                 const pat_fold_said *said, fact_values *ret_values) {
  fact_values values = {.state = PAT_FACT_RECORDED};
  values.items = pat_arena_take_array(work->arena, said->count, sizeof(Patina__Value *));
  PAT_REQUIRE(values.items != NULL, LIMIT_MEMORY);
  size_t slot = said->slot;
  for (size_t i = 0; i < said->count; i++) {
    const Patina__Attribute *element = said->elements[i];
    if (element->content_case == PATINA__ATTRIBUTE__CONTENT_CLEARED) {
      values.state = PAT_FACT_NOTHING;
      continue;
    }
    Patina__Value *value =
        is_slot(element) ? disclosed_value(entry, element, slot++) : element->open;
    if (value == NULL) {
      values.state = PAT_FACT_CANNOT_TELL;
    } else {
      values.items[values.count++] = value;
    }
  }
  *ret_values = values;
  return PAT_OK;
}

/* --- facts ----------------------------------------------------------------------------------- */

static ProtobufCBinaryData hash_of(const pat_fold_entry *entry) {
  return (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)entry->statement.sha256.bytes};
}

static bool self_declared(const pat_fold_entry *entry,
                          const Patina__AttributeDefinition *definition) {
  if (!entry->entitled) return true;
  if (definition == NULL) return false;
  return !pat_standing_for_roles(definition->roles, definition->n_roles, entry->entry->sources,
                                 entry->entry->n_sources);
}

pat_status pat_fold__fact_new(pat_fold_work *work, char *name, Patina__Fact **ret_fact) {
  Patina__Fact *fact = pat_arena_take(work->arena, sizeof *fact);
  PAT_REQUIRE(fact != NULL, LIMIT_MEMORY);
  patina__fact__init(fact);
  fact->name = name;
  fact->state = PAT_FACT_NOTHING;
  *ret_fact = fact;
  return PAT_OK;
}

pat_status pat_fold__fact_say(pat_fold_work *work, const pat_fold_entry *entry,
                              const pat_fold_said *said,
                              const Patina__AttributeDefinition *definition, Patina__Fact *fact) {
  PAT_ASSERT(strcmp(fact->name, said->name) == 0);
  fact_values values = {.count = 0};
  PAT_TRY(collect_values(work, entry, said, &values));
  fact->state = values.state;
  fact->values = values.items;
  fact->n_values = values.count;
  fact->index = entry->entry->index;
  fact->statement = hash_of(entry);
  fact->version = entry->version;
  fact->sources = entry->entry->sources;
  fact->n_sources = entry->entry->n_sources;
  fact->self_declared = self_declared(entry, definition);
  return PAT_OK;
}

Patina__Fact *pat_fold__fact_find(pat_fold_facts facts, const char *name) {
  size_t low = 0;
  size_t high = facts.count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(facts.items[middle]->name, name);
    if (order == 0) return facts.items[middle];
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return NULL;
}

/* --- corrections ----------------------------------------------------------------------------- */

static const Patina__AttributeDefinition *corrected_definition(const pat_fold_work *work,
                                                               const pat_fold_entry *target,
                                                               const char *name) {
  if (target->statement.kind->number != PAT_KIND_ATTESTED) {
    return pat_class_attribute(work->schema, name);
  }
  const Patina__ClaimDefinition *claim =
      pat_class_claim(work->schema, target->statement.message->attested->claim);
  return claim == NULL ? NULL : pat_claim_field(claim, name);
}

/* A correction has standing where its signers could have made the claim that it corrects. */
static bool claim_admits(const pat_fold_work *work, const pat_fold_entry *correction) {
  const pat_fold_entry *target = correction->target;
  if (target->statement.kind->number != PAT_KIND_ATTESTED) return true;
  const Patina__ClaimDefinition *claim =
      pat_class_claim(work->schema, target->statement.message->attested->claim);
  if (claim == NULL) return false;
  return pat_standing_for_roles(claim->roles, claim->n_roles, correction->entry->sources,
                                correction->entry->n_sources);
}

static pat_status correction_new(pat_fold_work *work, const pat_fold_entry *entry,
                                 const pat_fold_said *said, Patina__Correction **ret_correction) {
  fact_values values = {.count = 0};
  PAT_TRY(collect_values(work, entry, said, &values));
  Patina__Correction *correction = pat_arena_take(work->arena, sizeof *correction);
  PAT_REQUIRE(correction != NULL, LIMIT_MEMORY);
  patina__correction__init(correction);
  correction->index = entry->entry->index;
  correction->statement = hash_of(entry);
  correction->reason = entry->statement.message->corrected->reason;
  correction->state = values.state;
  correction->values = values.items;
  correction->n_values = values.count;
  correction->sources = entry->entry->sources;
  correction->n_sources = entry->entry->n_sources;
  correction->self_declared =
      self_declared(entry, corrected_definition(work, entry->target, said->name)) ||
      !claim_admits(work, entry);
  *ret_correction = correction;
  return PAT_OK;
}

/* The fact that stands to be corrected: of the target's statement, or one of which nothing is
 * recorded, so that a correction may add what was left out. */
static Patina__Fact *fact_to_correct(pat_fold_facts facts, const pat_fold_entry *target,
                                     const char *name) {
  Patina__Fact *fact = pat_fold__fact_find(facts, name);
  if (fact == NULL) return NULL;
  if (fact->statement.len == 0) return target->retraction == NULL ? fact : NULL;
  bool same = pat_span_equal(pat_span_make(fact->statement.data, fact->statement.len),
                             PAT_SPAN_OF(target->statement.sha256.bytes));
  return same ? fact : NULL;
}

static pat_fold_cursor corrected_cursor(const pat_fold_entry *entry) {
  const Patina__Corrected *body = entry->statement.message->corrected;
  return pat_fold__cursor(body->attributes, body->n_attributes);
}

static pat_status correct_with(pat_fold_work *work, pat_fold_facts facts,
                               const pat_fold_entry *entry, bool counting) {
  pat_fold_cursor cursor = corrected_cursor(entry);
  for (pat_fold_said said; pat_fold__next(&cursor, &said);) {
    Patina__Fact *fact = fact_to_correct(facts, entry->target, said.name);
    if (fact == NULL) continue;
    size_t at = fact->n_corrections++;
    if (!counting) PAT_TRY(correction_new(work, entry, &said, &fact->corrections[at]));
  }
  return PAT_OK;
}

static pat_status make_room(pat_fold_work *work, pat_fold_facts facts) {
  for (size_t i = 0; i < facts.count; i++) {
    Patina__Fact *fact = facts.items[i];
    if (fact->n_corrections == 0) continue;
    fact->corrections =
        pat_arena_take_array(work->arena, fact->n_corrections, sizeof *fact->corrections);
    PAT_REQUIRE(fact->corrections != NULL, LIMIT_MEMORY);
    fact->n_corrections = 0;
  }
  return PAT_OK;
}

pat_status pat_fold__correct(pat_fold_work *work, pat_fold_facts facts, pat_kind_number kind,
                             const void **corrections, size_t correction_count) {
  for (int counting = 1; counting >= 0; counting--) {
    for (size_t i = 0; i < correction_count; i++) {
      const pat_fold_entry *entry = (const pat_fold_entry *)corrections[i];
      if (entry->target->statement.kind->number != kind) continue;
      PAT_TRY(correct_with(work, facts, entry, counting == 1));
    }
    if (counting == 1) PAT_TRY(make_room(work, facts));
  }
  return PAT_OK;
}
