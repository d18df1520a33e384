#include "clients/cli/import/map.h"

#include <stdio.h>
#include <string.h>

#include "core/base/assert.h"

/* Where in the map the reading is. */
typedef struct {
  pat_arena *arena;
  pat_err *reterr;
  char path[64];
} map_reader;

static pat_status refuse(const map_reader *reader, const char *member) {
  char place[sizeof((pat_err){0}).place];
  const char *dot = reader->path[0] != '\0' && member[0] != '\0' ? "." : "";
  snprintf(place, sizeof place, "%s%s%s", reader->path, dot, member);
  return pat_refuse_at(PAT_RULE_IMPORT_MAP, reader->reterr, 0, place);
}

static map_reader at_item(const map_reader *reader, const char *list, size_t i) {
  map_reader item = {.arena = reader->arena, .reterr = reader->reterr};
  const char *dot = reader->path[0] != '\0' ? "." : "";
  snprintf(item.path, sizeof item.path, "%.40s%s%.12s[%u]", reader->path, dot, list,
           (unsigned)(i % 10000));
  return item;
}

/* Refuses members that are not listed. The list ends with NULL. */
static pat_status check_members(const map_reader *reader, const json_t *object,
                                const char *const *known) {
  if (!json_is_object(object)) return refuse(reader, "");
  const char *member = NULL;
  json_t *value = NULL;
  json_object_foreach((json_t *)object, member, value) {
    size_t i = 0;
    while (known[i] != NULL && strcmp(known[i], member) != 0)
      i++;
    if (known[i] == NULL) return refuse(reader, member);
  }
  return PAT_OK;
}

/* A text member: NULL where it is absent and not required. An empty one is refused. */
static pat_status take_text(const map_reader *reader, const json_t *object, const char *member,
                            bool required, const char **ret_text) {
  const json_t *value = json_object_get(object, member);
  if (value == NULL && !required) return PAT_OK;
  if (!json_is_string(value) || json_string_length(value) == 0) return refuse(reader, member);
  *ret_text = json_string_value(value);
  return PAT_OK;
}

static pat_status take_flag(const map_reader *reader, const json_t *object, const char *member,
                            bool *ret_flag) {
  const json_t *value = json_object_get(object, member);
  if (value == NULL) return PAT_OK;
  if (!json_is_boolean(value)) return refuse(reader, member);
  *ret_flag = json_is_true(value);
  return PAT_OK;
}

/* One of some words; gives its number. */
static pat_status take_word(const map_reader *reader, const json_t *object, const char *member,
                            const char *const *words, size_t *ret_number) {
  const char *text = NULL;
  PAT_TRY(take_text(reader, object, member, false, &text));
  if (text == NULL) return PAT_OK;
  for (size_t i = 0; words[i] != NULL; i++) {
    if (strcmp(words[i], text) != 0) continue;
    *ret_number = i;
    return PAT_OK;
  }
  return refuse(reader, member);
}

static pat_status take_texts(const map_reader *reader, const json_t *object, const char *member,
                             const char **ret_texts, size_t *ret_count) {
  const json_t *list = json_object_get(object, member);
  size_t count = json_array_size(list);
  if (!json_is_array(list) || count == 0 || count > PAT_MAP_COLUMNS_MAX) {
    return refuse(reader, member);
  }
  for (size_t i = 0; i < count; i++) {
    const json_t *text = json_array_get(list, i);
    if (!json_is_string(text) || json_string_length(text) == 0) return refuse(reader, member);
    ret_texts[i] = json_string_value(text);
  }
  *ret_count = count;
  return PAT_OK;
}

/* A table of words to words. */
static pat_status take_table(const map_reader *reader, const json_t *object, const char *member,
                             const json_t **ret_table) {
  json_t *table = json_object_get(object, member);
  if (table == NULL) return PAT_OK;
  if (!json_is_object(table) || json_object_size(table) == 0) return refuse(reader, member);
  const char *word = NULL;
  json_t *value = NULL;
  json_object_foreach(table, word, value) {
    if (!json_is_string(value)) return refuse(reader, member);
  }
  *ret_table = table;
  return PAT_OK;
}

static pat_status take_skip(const map_reader *reader, const json_t *object, pat_map_rule *rule) {
  const json_t *list = json_object_get(object, "skip");
  if (list == NULL) return PAT_OK;
  if (!json_is_array(list)) return refuse(reader, "skip");
  for (size_t i = 0; i < json_array_size(list); i++) {
    if (!json_is_string(json_array_get(list, i))) return refuse(reader, "skip");
  }
  rule->skip = list;
  return PAT_OK;
}

static pat_status take_columns(const map_reader *reader, const json_t *object, pat_map_rule *rule) {
  bool one = json_object_get(object, "column") != NULL;
  bool several = json_object_get(object, "columns") != NULL;
  PAT_TRY(take_text(reader, object, "value", false, &rule->constant));
  if (one + several + (rule->constant != NULL) != 1) return refuse(reader, "column");
  if (several) {
    return take_texts(reader, object, "columns", rule->columns, &rule->column_count);
  }
  rule->column_count = one ? 1 : 0;
  return take_text(reader, object, "column", one, &rule->columns[0]);
}

/* What a rule's members ask of one another. */
static pat_status check_rule(const map_reader *reader, const pat_map_rule *rule) {
  bool dimension = rule->form == PAT_MAP_DIMENSION;
  if (dimension != (rule->side != NULL)) return refuse(reader, "side");
  if ((rule->unit_column != NULL) != (rule->units != NULL)) return refuse(reader, "units");
  if (rule->unit != NULL && rule->units != NULL) return refuse(reader, "unit");
  bool parts = rule->form == PAT_MAP_DATE_PARTS;
  if (parts && rule->column_count != 3) return refuse(reader, "columns");
  return PAT_OK;
}

static pat_status read_rule(const map_reader *reader, const json_t *object, bool named,
                            pat_map_rule *ret_rule) {
  static const char *const members[] = {
      "name", "column",      "columns", "value", "join", "prefix", "table",     "skip",
      "unit", "unit_column", "units",   "as",    "side", "if_bad", "otherwise", NULL};
  static const char *const forms[] = {"value", "dimension", "date_parts", "date_words", NULL};
  static const char *const ways[] = {"refuse", "omit", NULL};
  pat_map_rule rule = {.form = PAT_MAP_PLAIN};
  PAT_TRY(check_members(reader, object, members));
  PAT_TRY(take_text(reader, object, "name", named, &rule.name));
  if (!named && rule.name != NULL) return refuse(reader, "name");
  PAT_TRY(take_columns(reader, object, &rule));
  PAT_TRY(take_text(reader, object, "join", false, &rule.join));
  PAT_TRY(take_text(reader, object, "prefix", false, &rule.prefix));
  PAT_TRY(take_text(reader, object, "otherwise", false, &rule.otherwise));
  PAT_TRY(take_table(reader, object, "table", &rule.table));
  PAT_TRY(take_skip(reader, object, &rule));
  PAT_TRY(take_text(reader, object, "unit", false, &rule.unit));
  PAT_TRY(take_text(reader, object, "unit_column", false, &rule.unit_column));
  PAT_TRY(take_table(reader, object, "units", &rule.units));
  PAT_TRY(take_text(reader, object, "side", false, &rule.side));
  size_t form = PAT_MAP_PLAIN;
  size_t way = 0;
  PAT_TRY(take_word(reader, object, "as", forms, &form));
  PAT_TRY(take_word(reader, object, "if_bad", ways, &way));
  rule.form = (pat_map_form)form;
  rule.omit_bad = way == 1;
  PAT_TRY(check_rule(reader, &rule));
  *ret_rule = rule;
  return PAT_OK;
}

static pat_status take_rules(const map_reader *reader, const json_t *object, const char *member,
                             pat_map_rules *ret_rules) {
  const json_t *list = json_object_get(object, member);
  if (list == NULL) return PAT_OK;
  size_t count = json_array_size(list);
  if (!json_is_array(list) || count > PAT_IMPORT_RULES_MAX) return refuse(reader, member);
  pat_map_rules rules = {pat_arena_take_array(reader->arena, count, sizeof(pat_map_rule)), count};
  PAT_REQUIRE(rules.items != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    map_reader item = at_item(reader, member, i);
    PAT_TRY(read_rule(&item, json_array_get(list, i), true, &rules.items[i]));
  }
  *ret_rules = rules;
  return PAT_OK;
}

static pat_status read_identifier(const map_reader *reader, const json_t *object,
                                  pat_map_identifier *ret_identifier) {
  static const char *const members[] = {"scheme",   "scope", "scope_column", "column", "identifies",
                                        "optional", NULL};
  pat_map_identifier identifier = {.identifies = false};
  PAT_TRY(check_members(reader, object, members));
  PAT_TRY(take_text(reader, object, "scheme", true, &identifier.scheme));
  PAT_TRY(take_text(reader, object, "scope", false, &identifier.scope));
  PAT_TRY(take_text(reader, object, "scope_column", false, &identifier.scope_column));
  PAT_TRY(take_text(reader, object, "column", true, &identifier.column));
  PAT_TRY(take_flag(reader, object, "identifies", &identifier.identifies));
  PAT_TRY(take_flag(reader, object, "optional", &identifier.optional));
  if (identifier.scope != NULL && identifier.scope_column != NULL) return refuse(reader, "scope");
  *ret_identifier = identifier;
  return PAT_OK;
}

static pat_status take_identifiers(const map_reader *reader, const json_t *object, pat_map *map) {
  const json_t *list = json_object_get(object, "identifiers");
  if (list == NULL) return PAT_OK;
  size_t count = json_array_size(list);
  if (!json_is_array(list) || count > PAT_MAP_COLUMNS_MAX) return refuse(reader, "identifiers");
  for (size_t i = 0; i < count; i++) {
    map_reader item = at_item(reader, "identifiers", i);
    PAT_TRY(read_identifier(&item, json_array_get(list, i), &map->identifiers[i]));
  }
  map->identifier_count = count;
  return PAT_OK;
}

static pat_status read_statement(const map_reader *reader, const json_t *object,
                                 pat_map_statement *ret_statement) {
  static const char *const members[] = {"claim",    "split",  "column", "order",
                                        "occurred", "fields", "when",   NULL};
  static const char *const splitters[] = {"provenance-aam", NULL};
  static const char *const orders[] = {"oldest_first", "newest_first", NULL};
  pat_map_statement statement = {.split = json_object_get(object, "split") != NULL};
  size_t splitter = 0;
  size_t order = 0;
  PAT_TRY(check_members(reader, object, members));
  PAT_TRY(take_text(reader, object, "claim", true, &statement.claim));
  PAT_TRY(take_text(reader, object, "when", false, &statement.when));
  PAT_TRY(take_word(reader, object, "split", splitters, &splitter));
  PAT_TRY(take_text(reader, object, "column", statement.split, &statement.column));
  PAT_TRY(take_word(reader, object, "order", orders, &order));
  PAT_TRY(take_rules(reader, object, "fields", &statement.fields));
  const json_t *occurred = json_object_get(object, "occurred");
  statement.newest_first = order == 1;
  statement.has_occurred = occurred != NULL;
  if (statement.split && (occurred != NULL || statement.fields.count > 0)) {
    return refuse(reader, "split");
  }
  if (!statement.split && statement.column != NULL) return refuse(reader, "column");
  if (occurred != NULL) {
    map_reader item = at_item(reader, "occurred", 0);
    PAT_TRY(read_rule(&item, occurred, false, &statement.occurred));
  }
  *ret_statement = statement;
  return PAT_OK;
}

static pat_status take_statements(const map_reader *reader, const json_t *object, pat_map *map) {
  const json_t *list = json_object_get(object, "statements");
  if (list == NULL) return PAT_OK;
  size_t count = json_array_size(list);
  if (!json_is_array(list) || count > PAT_MAP_STATEMENTS_MAX) return refuse(reader, "statements");
  for (size_t i = 0; i < count; i++) {
    map_reader item = at_item(reader, "statements", i);
    PAT_TRY(read_statement(&item, json_array_get(list, i), &map->statements[i]));
  }
  map->statement_count = count;
  return PAT_OK;
}

static pat_status take_source(const map_reader *reader, const json_t *object, pat_map *map) {
  static const char *const members[] = {"type", "delimiter", "encoding", NULL};
  static const char *const types[] = {"csv", "json", NULL};
  static const char *const delimiters[] = {",", ";", "\t", "|", NULL};
  static const char *const encodings[] = {"utf-8", "cp1252", NULL};
  map_reader item = at_item(reader, "source", 0);
  const json_t *source = json_object_get(object, "source");
  size_t type = SIZE_MAX;
  size_t delimiter = 0;
  size_t encoding = 0;
  PAT_TRY(check_members(&item, source, members));
  PAT_TRY(take_word(&item, source, "type", types, &type));
  if (type == SIZE_MAX) return refuse(&item, "type");
  PAT_TRY(take_word(&item, source, "delimiter", delimiters, &delimiter));
  PAT_TRY(take_word(&item, source, "encoding", encodings, &encoding));
  if (type == 1 && encoding != 0) return refuse(&item, "encoding");
  map->format =
      (pat_rows_format){.json = type == 1, .csv = {delimiters[delimiter][0], encoding == 1}};
  return PAT_OK;
}

static pat_status read_map(const map_reader *reader, pat_map *map) {
  static const char *const members[] = {"format",   "name",       "about",      "source",
                                        "class",    "key",        "attributes", "identifiers",
                                        "consumer", "statements", NULL};
  const char *format = NULL;
  const char *about = NULL;
  PAT_TRY(check_members(reader, map->json, members));
  PAT_TRY(take_text(reader, map->json, "format", true, &format));
  if (strcmp(format, "patina-import-map-v1") != 0) return refuse(reader, "format");
  PAT_TRY(take_text(reader, map->json, "name", true, &map->name));
  PAT_TRY(take_text(reader, map->json, "about", false, &about));
  PAT_TRY(take_source(reader, map->json, map));
  PAT_TRY(take_text(reader, map->json, "class", true, &map->class_name));
  PAT_TRY(take_texts(reader, map->json, "key", map->key, &map->key_count));
  PAT_TRY(take_rules(reader, map->json, "attributes", &map->attributes));
  PAT_TRY(take_rules(reader, map->json, "consumer", &map->consumer));
  PAT_TRY(take_identifiers(reader, map->json, map));
  return take_statements(reader, map->json, map);
}

pat_status pat_map_read(pat_span text, pat_arena *arena, pat_map *ret_map, pat_err *reterr) {
  json_error_t error;
  *ret_map = (pat_map){
      .json = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &error)};
  if (ret_map->json == NULL) {
    return pat_refuse_at(PAT_RULE_IMPORT_MAP, reterr, (size_t)error.position, error.text);
  }
  map_reader reader = {.arena = arena, .reterr = reterr};
  pat_status status = read_map(&reader, ret_map);
  if (!pat_is_ok(status)) pat_map_clear(ret_map);
  return status;
}

void pat_map_clear(pat_map *map) {
  json_decref(map->json);
  *map = (pat_map){.json = NULL};
}
