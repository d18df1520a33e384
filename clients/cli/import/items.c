/* Names of what was said, for the rows and for what the log holds. */
#include <string.h>

#include "clients/cli/draft.h"
#include "clients/cli/import/plan.h"

static const char domain[] = "patina/import-item/v1";

static pat_item_id shorten(const pat_hash *hash) {
  pat_item_id item;
  pat_span_copy(item.bytes, sizeof item.bytes, pat_span_make(hash->bytes, sizeof item.bytes));
  item.bytes[0] = 1;
  return item;
}

/* Texts go with their NUL, so that their borders count. */
static void add_text(pat_hash_state *state, const char *text) {
  pat_hash_update(state, pat_span_make(text, strlen(text) + 1));
}

static void begin(pat_hash_state *state, char kind, const char *name) {
  const char kind_text[] = {kind, '\0'};
  pat_hash_init(state);
  add_text(state, domain);
  add_text(state, kind_text);
  add_text(state, name);
}

static void add_size(pat_hash_state *state, size_t size) {
  const uint8_t bytes[] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8),
                           (uint8_t)size};
  pat_hash_update(state, PAT_SPAN_OF(bytes));
}

static pat_status add_values(pat_hash_state *state, Patina__Value *const *values, size_t count,
                             pat_arena *arena) {
  add_size(state, count);
  for (size_t i = 0; i < count; i++) {
    size_t mark = pat_arena_mark(arena);
    pat_span bytes;
    PAT_TRY(pat_draft_encode(arena, &values[i]->base, &bytes));
    add_size(state, bytes.size);
    pat_hash_update(state, bytes);
    pat_arena_reset_to(arena, mark);
  }
  return PAT_OK;
}

bool pat_item_same_attribute(const pat_item_id *a, const pat_item_id *b) {
  return a->bytes[0] == 0 && pat_span_equal(pat_span_make(a->bytes, PAT_IMPORT_FAMILY_BYTES),
                                            pat_span_make(b->bytes, PAT_IMPORT_FAMILY_BYTES));
}

bool pat_item_equal(const pat_item_id *a, const pat_item_id *b) {
  return pat_span_equal(PAT_SPAN_OF(a->bytes), PAT_SPAN_OF(b->bytes));
}

pat_status pat_import__item(char kind, const char *name, Patina__Value *const *values, size_t count,
                            pat_arena *arena, pat_item_id *ret_item) {
  pat_hash_state state;
  begin(&state, kind, name);
  pat_hash_state named = state;
  pat_hash family = pat_hash_final(&named);
  PAT_TRY(add_values(&state, values, count, arena));
  pat_hash hash = pat_hash_final(&state);
  pat_item_id item = shorten(&hash);
  if (kind != 'h') {
    family.bytes[0] = 0;
    pat_span_copy(item.bytes, sizeof item.bytes,
                  pat_span_make(family.bytes, PAT_IMPORT_FAMILY_BYTES));
  }
  *ret_item = item;
  return PAT_OK;
}

pat_item_id pat_import__identifier_item(const char *scheme, const char *scope, const char *value) {
  pat_hash_state state;
  begin(&state, 'i', scheme);
  add_text(&state, scope);
  add_text(&state, value);
  pat_hash hash = pat_hash_final(&state);
  return shorten(&hash);
}

pat_status pat_import__attestation_item(const pat_plan_attestation *attestation,
                                        Patina__Visibility most, pat_arena *arena,
                                        pat_item_id *ret_item) {
  pat_hash_state state;
  begin(&state, most < PATINA__VISIBILITY__VISIBILITY_RESTRICTED ? 'v' : 'a',
        attestation->claim->name);
  add_text(&state, attestation->occurred);
  for (size_t i = 0; i < attestation->field_count; i++) {
    const pat_import_fact *field = &attestation->fields[i];
    if (field->count == 0 || field->definition->visibility > most) continue;
    add_text(&state, field->definition->name);
    PAT_TRY(add_values(&state, field->values, field->count, arena));
  }
  pat_hash hash = pat_hash_final(&state);
  *ret_item = shorten(&hash);
  return PAT_OK;
}

/* --- of a recorded state --------------------------------------------------------------------- */

typedef struct {
  const Patina__AssetClass *schema;
  pat_arena *arena;
  pat_item_id *items;
  size_t count;
} item_list;

/* A corrected attribute counts as said both ways. */
static pat_status add_facts(item_list *list, char kind, Patina__Fact *const *facts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (facts[i]->state == PATINA__FACT_STATE__FACT_STATE_CANNOT_TELL) {
      PAT_TRY(
          pat_import__item('h', facts[i]->name, NULL, 0, list->arena, &list->items[list->count++]));
    } else if (facts[i]->n_values > 0) {
      PAT_TRY(pat_import__item(kind, facts[i]->name, facts[i]->values, facts[i]->n_values,
                               list->arena, &list->items[list->count++]));
    }
    for (size_t j = 0; j < facts[i]->n_corrections; j++) {
      const Patina__Correction *correction = facts[i]->corrections[j];
      PAT_TRY(pat_import__item(kind, facts[i]->name, correction->values, correction->n_values,
                               list->arena, &list->items[list->count++]));
    }
  }
  return PAT_OK;
}

static const Patina__ClaimDefinition *find_claim(const Patina__AssetClass *schema,
                                                 const char *name) {
  for (size_t i = 0; i < schema->n_claims; i++) {
    if (strcmp(schema->claims[i]->name, name) == 0) return schema->claims[i];
  }
  return NULL;
}

static const Patina__AttributeDefinition *find_field(const Patina__ClaimDefinition *claim,
                                                     const char *name) {
  for (size_t i = 0; i < claim->n_fields; i++) {
    if (strcmp(claim->fields[i]->name, name) == 0) return claim->fields[i];
  }
  return NULL;
}

static pat_status add_record(item_list *list, const Patina__Record *record) {
  const Patina__ClaimDefinition *claim = find_claim(list->schema, record->claim);
  if (claim == NULL) return PAT_OK; /* readings of a device */
  pat_plan_attestation said = {.claim = claim, .occurred = record->occurred};
  said.fields = pat_arena_take_array(list->arena, record->n_fields, sizeof *said.fields);
  PAT_REQUIRE(said.fields != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < record->n_fields; i++) {
    const Patina__AttributeDefinition *field = find_field(claim, record->fields[i]->name);
    if (field == NULL) continue;
    said.fields[said.field_count++] = (pat_import_fact){
        .definition = field,
        .values = record->fields[i]->values,
        .count = record->fields[i]->n_values,
    };
  }
  return pat_import__attestation_item(&said, PATINA__VISIBILITY__VISIBILITY_PUBLIC, list->arena,
                                      &list->items[list->count++]);
}

static size_t count_facts(Patina__Fact *const *facts, size_t count) {
  size_t items = count;
  for (size_t i = 0; i < count; i++)
    items += facts[i]->n_corrections;
  return items;
}

pat_status pat_import_items_of(const Patina__AssetState *state, const Patina__AssetClass *schema,
                               pat_arena *arena, pat_item_id **ret_items, size_t *ret_count) {
  size_t capacity = count_facts(state->manufacturer, state->n_manufacturer) +
                    count_facts(state->consumer, state->n_consumer) + state->n_identifiers +
                    state->n_records;
  item_list list = {.schema = schema, .arena = arena};
  list.items = pat_arena_take_array(arena, capacity, sizeof *list.items);
  PAT_REQUIRE(list.items != NULL, LIMIT_MEMORY);
  PAT_TRY(add_facts(&list, 'm', state->manufacturer, state->n_manufacturer));
  PAT_TRY(add_facts(&list, 'c', state->consumer, state->n_consumer));
  for (size_t i = 0; i < state->n_identifiers; i++) {
    const Patina__IdentifierSpan *span = state->identifiers[i];
    list.items[list.count++] = pat_import__identifier_item(span->scheme, span->scope, span->value);
  }
  for (size_t i = 0; i < state->n_records; i++)
    PAT_TRY(add_record(&list, state->records[i]));
  *ret_items = list.items;
  *ret_count = list.count;
  return PAT_OK;
}
