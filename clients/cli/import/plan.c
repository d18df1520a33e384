#include "clients/cli/import/plan.h"

#include <string.h>

#include "clients/cli/import/words.h"
#include "core/bytes/builder.h"
#include "core/model/identifier.h"

enum { KEY_NAME_BYTES_MAX = 120, STEP_FIELDS_MAX = 16 };

/* A row while it is planned. */
typedef struct {
  const pat_plan_rules *rules;
  const json_t *row;
  pat_arena *arena;
  pat_plan_row *plan;
  pat_err *reterr;
} row_planner;

/* --- key ------------------------------------------------------------------------------------- */

static pat_status plan_key(row_planner *planner) {
  const pat_map *map = planner->rules->map;
  pat_hash_state state;
  pat_hash_init(&state);
  pat_hash_update(&state, PAT_SPAN_LITERAL("patina/import-key/v1\0"));
  pat_hash_update(&state, pat_span_make(map->name, strlen(map->name) + 1));
  char *name = pat_arena_take(planner->arena, KEY_NAME_BYTES_MAX + 1);
  PAT_REQUIRE(name != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, name, KEY_NAME_BYTES_MAX);
  for (size_t i = 0; i < map->key_count; i++) {
    pat_span words;
    PAT_TRY(pat_import_words(planner->row, map->key[i], planner->arena, &words));
    PAT_REQUIRE_AT(words.size > 0, IMPORT_KEY, planner->reterr, 0, map->key[i]);
    pat_hash_update(&state, pat_span_make(words.data, words.size + 1));
    if (i > 0) pat_builder_char(&builder, ' ');
    pat_builder_span(&builder, words);
  }
  planner->plan->key = pat_hash_final(&state);
  planner->plan->name = name;
  return PAT_OK;
}

/* --- attributes and identifiers -------------------------------------------------------------- */

static pat_status plan_attributes(row_planner *planner, const pat_map_rules *rules, char kind,
                                  pat_plan_attribute **ret_attributes, size_t *ret_count) {
  pat_plan_attribute *attributes =
      pat_arena_take_array(planner->arena, rules->count, sizeof *attributes);
  PAT_REQUIRE(attributes != NULL, LIMIT_MEMORY);
  size_t count = 0;
  for (size_t i = 0; i < rules->count; i++) {
    pat_plan_attribute *attribute = &attributes[count];
    PAT_TRY(pat_import_fact_read(&rules->items[i], planner->row, planner->arena, &attribute->fact,
                                 planner->reterr));
    if (attribute->fact.count == 0) continue;
    PAT_TRY(pat_import__item(kind, attribute->fact.definition->name, attribute->fact.values,
                             attribute->fact.count, planner->arena, &attribute->item));
    PAT_TRY(pat_import__item('h', attribute->fact.definition->name, NULL, 0, planner->arena,
                             &attribute->withheld));
    count++;
  }
  *ret_attributes = attributes;
  *ret_count = count;
  return PAT_OK;
}

static pat_status plan_identifier(row_planner *planner, size_t i) {
  const pat_map_identifier *said = &planner->rules->map->identifiers[i];
  const Patina__IdentifierScheme *scheme = planner->rules->schemes[i];
  pat_span value;
  pat_span scope = pat_span_text(said->scope != NULL ? said->scope : "");
  PAT_TRY(pat_import_words(planner->row, said->column, planner->arena, &value));
  if (said->scope_column != NULL) {
    PAT_TRY(pat_import_words(planner->row, said->scope_column, planner->arena, &scope));
  }
  if (value.size == 0 && said->optional) return PAT_OK;
  PAT_REQUIRE_AT(value.size > 0, IMPORT_VALUE, planner->reterr, 0, said->column);
  pat_identifier normalised;
  pat_status status = pat_identifier_normalise(scheme, value, &normalised, NULL);
  const char *scope_text = (const char *)scope.data;
  if (pat_is_ok(status)) status = pat_identifier_scope_check(scheme, scope_text, NULL);
  if (!pat_is_ok(status)) {
    return pat_refuse_at((pat_rule)status.rule, planner->reterr, 0, said->column);
  }
  pat_plan_identifier *identifier = &planner->plan->identifiers[planner->plan->identifier_count++];
  *identifier = (pat_plan_identifier){.scheme = scheme,
                                      .scope = scope_text,
                                      .value = (const char *)value.data,
                                      .identifies = said->identifies};
  identifier->item = pat_import__identifier_item(scheme->name, scope_text, identifier->value);
  return PAT_OK;
}

static pat_status plan_identifiers(row_planner *planner) {
  size_t count = planner->rules->map->identifier_count;
  planner->plan->identifiers =
      pat_arena_take_array(planner->arena, count, sizeof(pat_plan_identifier));
  PAT_REQUIRE(planner->plan->identifiers != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++)
    PAT_TRY(plan_identifier(planner, i));
  return PAT_OK;
}

/* --- attestations ---------------------------------------------------------------------------- */

static pat_status name_attestation(row_planner *planner, pat_plan_attestation *attestation) {
  PAT_TRY(pat_import__attestation_item(attestation, PATINA__VISIBILITY__VISIBILITY_RESTRICTED,
                                       planner->arena, &attestation->item));
  return pat_import__attestation_item(attestation, PATINA__VISIBILITY__VISIBILITY_PUBLIC,
                                      planner->arena, &attestation->visible);
}

static pat_status plan_plain(row_planner *planner, const pat_map_statement *said) {
  pat_plan_attestation attestation = {.claim = said->definition, .occurred = ""};
  attestation.fields =
      pat_arena_take_array(planner->arena, said->fields.count, sizeof *attestation.fields);
  PAT_REQUIRE(attestation.fields != NULL, LIMIT_MEMORY);
  if (said->has_occurred) {
    pat_status status = pat_import_occurred_read(&said->occurred, planner->row, planner->arena,
                                                 &attestation.occurred);
    if (!pat_is_ok(status)) {
      return pat_refuse_at((pat_rule)status.rule, planner->reterr, 0, "occurred");
    }
  }
  for (size_t i = 0; i < said->fields.count; i++) {
    pat_import_fact *field = &attestation.fields[attestation.field_count];
    PAT_TRY(pat_import_fact_read(&said->fields.items[i], planner->row, planner->arena, field,
                                 planner->reterr));
    if (field->count > 0) attestation.field_count++;
  }
  PAT_TRY(name_attestation(planner, &attestation));
  planner->plan->attestations[planner->plan->attestation_count++] = attestation;
  return PAT_OK;
}

/* Fields of one step, in the order of the claim's definitions. */
typedef struct {
  row_planner *planner;
  pat_plan_attestation *attestation;
} step_writer;

/* Adds a field where the claim has it. The claim's fields are ascending, and so are the calls. */
static pat_status add_field(step_writer *writer, const char *name, Patina__Value *value) {
  const Patina__ClaimDefinition *claim = writer->attestation->claim;
  for (size_t i = 0; i < claim->n_fields; i++) {
    if (strcmp(claim->fields[i]->name, name) != 0) continue;
    Patina__Value **values = pat_arena_take_array(writer->planner->arena, 1, sizeof *values);
    PAT_REQUIRE(values != NULL, LIMIT_MEMORY);
    values[0] = value;
    writer->attestation->fields[writer->attestation->field_count++] =
        (pat_import_fact){.definition = claim->fields[i], .values = values, .count = 1};
  }
  return PAT_OK;
}

static pat_status add_text(step_writer *writer, const char *name, pat_span text) {
  if (text.size == 0) return PAT_OK;
  Patina__Value *value = NULL;
  pat_span tidy;
  PAT_TRY(pat_words_tidy(writer->planner->arena, text, &tidy));
  PAT_REQUIRE_AT(tidy.size <= PAT_TEXT_BYTES_MAX, IMPORT_STEPS, writer->planner->reterr, 0, name);
  if (tidy.size == 0) return PAT_OK;
  PAT_TRY(pat_import_make_text(writer->planner->arena, tidy, &value));
  return add_field(writer, name, value);
}

static pat_status add_code(step_writer *writer, const char *name, const char *system,
                           const char *code) {
  if (code == NULL) return PAT_OK;
  Patina__Value *value = NULL;
  PAT_TRY(pat_import_make_code(writer->planner->arena, system, code, &value));
  return add_field(writer, name, value);
}

static pat_status add_dealer(step_writer *writer) {
  Patina__Value *value = pat_arena_take(writer->planner->arena, sizeof *value);
  PAT_REQUIRE(value != NULL, LIMIT_MEMORY);
  patina__value__init(value);
  value->value_case = PATINA__VALUE__VALUE_FLAG;
  value->flag = 1;
  return add_field(writer, "dealer", value);
}

static pat_status write_step(step_writer *writer, const pat_import_provenance *provenance,
                             size_t number) {
  static const char *const directness[] = {
      [PAT_DIRECTNESS_UNKNOWN] = "unknown",
      [PAT_DIRECTNESS_DIRECT] = "direct",
      [PAT_DIRECTNESS_NOT_DIRECT] = "not_direct",
  };
  const pat_import_step *step = &provenance->steps[number];
  pat_arena *arena = writer->planner->arena;
  pat_span note;
  Patina__Value *count = NULL;
  PAT_TRY(pat_import_provenance_note(arena, provenance, number, &note));
  PAT_TRY(pat_import_make_number(arena, (int64_t)number + 1, 0, "C62", &count));
  PAT_TRY(add_code(writer, "certainty", "patina-certainty", step->certainty));
  if (step->dealer) PAT_TRY(add_dealer(writer));
  PAT_TRY(add_code(writer, "directness", "patina-directness", directness[step->directness]));
  PAT_TRY(add_text(writer, "holder", step->holder));
  PAT_TRY(add_text(writer, "place", step->place));
  PAT_TRY(add_text(writer, "source_note", note));
  PAT_TRY(add_field(writer, "step", count));
  PAT_TRY(add_text(writer, "text", step->text));
  return add_code(writer, "transfer", "patina-transfer", step->transfer);
}

static pat_status plan_step(row_planner *planner, const pat_map_statement *said,
                            const pat_import_provenance *provenance, size_t number) {
  pat_plan_attestation attestation = {.claim = said->definition, .occurred = ""};
  attestation.fields =
      pat_arena_take_array(planner->arena, STEP_FIELDS_MAX, sizeof *attestation.fields);
  PAT_REQUIRE(attestation.fields != NULL, LIMIT_MEMORY);
  const pat_import_step *step = &provenance->steps[number];
  if (step->has_date) {
    PAT_TRY(pat_words_copy(planner->arena, pat_span_text(step->date.edtf), &attestation.occurred));
  }
  step_writer writer = {planner, &attestation};
  PAT_TRY(write_step(&writer, provenance, number));
  PAT_TRY(name_attestation(planner, &attestation));
  planner->plan->attestations[planner->plan->attestation_count++] = attestation;
  return PAT_OK;
}

/* True where the row says what the statement depends on. */
static pat_status is_wanted(const row_planner *planner, const pat_map_statement *said,
                            bool *ret_wanted) {
  *ret_wanted = true;
  if (said->when == NULL) return PAT_OK;
  pat_span words;
  PAT_TRY(pat_import_words(planner->row, said->when, planner->arena, &words));
  *ret_wanted = words.size > 0;
  return PAT_OK;
}

static pat_status read_steps(const row_planner *planner, const pat_map_statement *said) {
  pat_span text;
  PAT_TRY(pat_import_text(planner->row, said->column, planner->arena, &text));
  pat_status status =
      pat_import_provenance_read(planner->arena, text, said->newest_first, planner->rules->scratch);
  if (pat_is_ok(status)) return PAT_OK;
  return pat_refuse_at((pat_rule)status.rule, planner->reterr, 0, said->column);
}

static pat_status plan_steps(row_planner *planner, const pat_map_statement *said) {
  PAT_TRY(read_steps(planner, said));
  for (size_t i = 0; i < planner->rules->scratch->count; i++) {
    PAT_TRY(plan_step(planner, said, planner->rules->scratch, i));
  }
  return PAT_OK;
}

/* How many attestations the row asks for: texts are cut once more, to spare memory. */
static pat_status count_attestations(const row_planner *planner, size_t *ret_count) {
  const pat_map *map = planner->rules->map;
  *ret_count = 0;
  for (size_t i = 0; i < map->statement_count; i++) {
    if (map->statements[i].split) PAT_TRY(read_steps(planner, &map->statements[i]));
    *ret_count += map->statements[i].split ? planner->rules->scratch->count : 1;
  }
  return PAT_OK;
}

static pat_status plan_attestations(row_planner *planner) {
  const pat_map *map = planner->rules->map;
  size_t capacity = 0;
  PAT_TRY(count_attestations(planner, &capacity));
  planner->plan->attestations =
      pat_arena_take_array(planner->arena, capacity, sizeof(pat_plan_attestation));
  PAT_REQUIRE(planner->plan->attestations != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < map->statement_count; i++) {
    const pat_map_statement *said = &map->statements[i];
    bool wanted = false;
    PAT_TRY(is_wanted(planner, said, &wanted));
    if (!wanted) continue;
    PAT_TRY(said->split ? plan_steps(planner, said) : plan_plain(planner, said));
  }
  return PAT_OK;
}

pat_status pat_import_plan(const pat_plan_rules *rules, const json_t *row, pat_arena *arena,
                           pat_plan_row *ret_plan, pat_err *reterr) {
  *ret_plan = (pat_plan_row){.name = ""};
  row_planner planner = {rules, row, arena, ret_plan, reterr};
  PAT_TRY(plan_key(&planner));
  PAT_TRY(plan_identifiers(&planner));
  PAT_TRY(plan_attributes(&planner, &rules->map->attributes, 'm', &ret_plan->attributes,
                          &ret_plan->attribute_count));
  PAT_TRY(plan_attributes(&planner, &rules->map->consumer, 'c', &ret_plan->consumer,
                          &ret_plan->consumer_count));
  return plan_attestations(&planner);
}
