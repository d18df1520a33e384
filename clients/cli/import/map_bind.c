/* Maps and classes: every name of the map must be one of the class. */
#include <stdio.h>
#include <string.h>

#include "clients/cli/import/map.h"
#include "core/base/assert.h"

static pat_status refuse(pat_err *reterr, const char *list, const char *name) {
  char place[sizeof((pat_err){0}).place];
  snprintf(place, sizeof place, "%.30s.%.60s", list, name);
  return pat_refuse_at(PAT_RULE_IMPORT_MAP, reterr, 0, place);
}

static const Patina__AttributeDefinition *find(Patina__AttributeDefinition *const *definitions,
                                               size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(definitions[i]->name, name) == 0) return definitions[i];
  }
  return NULL;
}

static bool fits(const pat_map_rule *rule, const Patina__AttributeDefinition *definition) {
  Patina__ValueType type = definition->type;
  switch (rule->form) {
    case PAT_MAP_DIMENSION:
      return type == PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER;
    case PAT_MAP_DATE_PARTS:
      return type == PATINA__VALUE_TYPE__VALUE_TYPE_DATE;
    case PAT_MAP_DATE_WORDS:
      return type == PATINA__VALUE_TYPE__VALUE_TYPE_TEXT;
    case PAT_MAP_PLAIN:
      break;
  }
  if (type == PATINA__VALUE_TYPE__VALUE_TYPE_FLAG) return rule->table != NULL;
  return type == PATINA__VALUE_TYPE__VALUE_TYPE_TEXT ||
         type == PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER ||
         type == PATINA__VALUE_TYPE__VALUE_TYPE_DATE || type == PATINA__VALUE_TYPE__VALUE_TYPE_CODE;
}

static void sort(pat_map_rules *rules) {
  for (size_t i = 1; i < rules->count; i++) {
    for (size_t j = i; j > 0 && strcmp(rules->items[j].name, rules->items[j - 1].name) < 0; j--) {
      pat_map_rule rule = rules->items[j];
      rules->items[j] = rules->items[j - 1];
      rules->items[j - 1] = rule;
    }
  }
}

/* The definitions that a list of rules speaks of. */
typedef struct {
  Patina__AttributeDefinition *const *items;
  size_t count;
  Patina__Bundle bundle;
  const char *list; /* for refusals */
} scope;

static pat_status bind_rules(pat_map_rules *rules, const scope *definitions, pat_err *reterr) {
  for (size_t i = 0; i < rules->count; i++) {
    pat_map_rule *rule = &rules->items[i];
    rule->definition = find(definitions->items, definitions->count, rule->name);
    bool known = rule->definition != NULL && rule->definition->bundle == definitions->bundle;
    if (!known || !fits(rule, rule->definition)) {
      return refuse(reterr, definitions->list, rule->name);
    }
  }
  sort(rules);
  for (size_t i = 1; i < rules->count; i++) {
    bool twice = strcmp(rules->items[i].name, rules->items[i - 1].name) == 0;
    if (twice) return refuse(reterr, definitions->list, rules->items[i].name);
  }
  return PAT_OK;
}

static pat_status check_required(const pat_map_rules *rules, const scope *definitions,
                                 pat_err *reterr) {
  for (size_t i = 0; i < definitions->count; i++) {
    const Patina__AttributeDefinition *definition = definitions->items[i];
    if (!definition->required || definition->bundle != definitions->bundle) continue;
    size_t j = 0;
    while (j < rules->count && rules->items[j].definition != definition)
      j++;
    if (j == rules->count) return refuse(reterr, definitions->list, definition->name);
  }
  return PAT_OK;
}

static pat_status bind_statement(pat_map_statement *statement, const Patina__AssetClass *schema,
                                 pat_err *reterr) {
  for (size_t i = 0; i < schema->n_claims; i++) {
    if (strcmp(schema->claims[i]->name, statement->claim) != 0) continue;
    statement->definition = schema->claims[i];
  }
  if (statement->definition == NULL) return refuse(reterr, "statements", statement->claim);
  const scope fields = {statement->definition->fields, statement->definition->n_fields,
                        PATINA__BUNDLE__BUNDLE_UNSPECIFIED, statement->claim};
  PAT_TRY(bind_rules(&statement->fields, &fields, reterr));
  if (!statement->split) return check_required(&statement->fields, &fields, reterr);
  bool steps = find(fields.items, fields.count, "step") != NULL &&
               find(fields.items, fields.count, "text") != NULL;
  return steps ? PAT_OK : refuse(reterr, "statements", "split");
}

pat_status pat_map_bind(pat_map *map, const Patina__AssetClass *schema, pat_err *reterr) {
  if (strcmp(schema->name, map->class_name) != 0) return refuse(reterr, "class", map->class_name);
  const scope manufacturer = {schema->attributes, schema->n_attributes,
                              PATINA__BUNDLE__BUNDLE_MANUFACTURER, "attributes"};
  const scope consumer = {schema->attributes, schema->n_attributes, PATINA__BUNDLE__BUNDLE_CONSUMER,
                          "consumer"};
  PAT_TRY(bind_rules(&map->attributes, &manufacturer, reterr));
  PAT_TRY(bind_rules(&map->consumer, &consumer, reterr));
  PAT_TRY(check_required(&map->attributes, &manufacturer, reterr));
  for (size_t i = 0; i < map->statement_count; i++) {
    PAT_TRY(bind_statement(&map->statements[i], schema, reterr));
  }
  return PAT_OK;
}

/* The first name of a path into nested objects, or the whole name. */
static pat_status check_column(const char *column, const json_t *row, pat_err *reterr) {
  if (column == NULL || json_object_get(row, column) != NULL) return PAT_OK;
  char name[sizeof reterr->place];
  size_t size = strcspn(column, ".");
  snprintf(name, sizeof name, "%.*s", (int)size, column);
  if (column[size] == '.' && json_object_get(row, name) != NULL) return PAT_OK;
  return pat_refuse_at(PAT_RULE_IMPORT_COLUMN, reterr, 0, column);
}

static pat_status check_rule(const pat_map_rule *rule, const json_t *row, pat_err *reterr) {
  for (size_t i = 0; i < rule->column_count; i++) {
    PAT_TRY(check_column(rule->columns[i], row, reterr));
  }
  return check_column(rule->unit_column, row, reterr);
}

static pat_status check_rules(const pat_map_rules *rules, const json_t *row, pat_err *reterr) {
  for (size_t i = 0; i < rules->count; i++)
    PAT_TRY(check_rule(&rules->items[i], row, reterr));
  return PAT_OK;
}

pat_status pat_map_check_columns(const pat_map *map, const json_t *row, pat_err *reterr) {
  for (size_t i = 0; i < map->key_count; i++)
    PAT_TRY(check_column(map->key[i], row, reterr));
  PAT_TRY(check_rules(&map->attributes, row, reterr));
  PAT_TRY(check_rules(&map->consumer, row, reterr));
  for (size_t i = 0; i < map->identifier_count; i++) {
    PAT_TRY(check_column(map->identifiers[i].column, row, reterr));
    PAT_TRY(check_column(map->identifiers[i].scope_column, row, reterr));
  }
  for (size_t i = 0; i < map->statement_count; i++) {
    PAT_TRY(check_column(map->statements[i].column, row, reterr));
    PAT_TRY(check_column(map->statements[i].when, row, reterr));
    PAT_TRY(check_rule(&map->statements[i].occurred, row, reterr));
    PAT_TRY(check_rules(&map->statements[i].fields, row, reterr));
  }
  return PAT_OK;
}
