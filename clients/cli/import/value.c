#include "clients/cli/import/value.h"

#include <stdio.h>
#include <string.h>

#include "clients/cli/import/date.h"
#include "clients/cli/import/words.h"
#include "core/bytes/builder.h"
#include "core/model/value.h"

enum { PATH_NAME_BYTES_MAX = 128, JSON_NUMBER_BYTES = 40 };

/* --- words of a column ----------------------------------------------------------------------- */

/* Walks a path of names and numbers: the member itself where it has that name. */
static const json_t *member_of(const json_t *row, const char *path) {
  const json_t *value = json_object_get(row, path);
  if (value != NULL) return value;
  value = row;
  while (value != NULL && *path != '\0') {
    char name[PATH_NAME_BYTES_MAX];
    size_t size = strcspn(path, ".");
    if (size >= sizeof name) return NULL;
    snprintf(name, sizeof name, "%.*s", (int)size, path);
    bool number = size == 1 && pat_words_is_digit((uint8_t)name[0]);
    value = number ? json_array_get(value, (size_t)(name[0] - '0')) : json_object_get(value, name);
    path += path[size] == '.' ? size + 1 : size;
  }
  return value;
}

static pat_status scalar_text(const json_t *value, pat_arena *arena, pat_span *ret_text) {
  *ret_text = PAT_SPAN_EMPTY;
  if (value == NULL || json_is_null(value)) return PAT_OK;
  if (json_is_string(value)) {
    *ret_text = pat_span_make(json_string_value(value), json_string_length(value));
    return PAT_OK;
  }
  if (json_is_boolean(value)) {
    *ret_text = json_is_true(value) ? PAT_SPAN_LITERAL("true") : PAT_SPAN_LITERAL("false");
    return PAT_OK;
  }
  PAT_REQUIRE(json_is_number(value), IMPORT_VALUE);
  char *text = pat_arena_take(arena, JSON_NUMBER_BYTES);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  int size = json_is_integer(value)
                 ? snprintf(text, JSON_NUMBER_BYTES, "%lld", (long long)json_integer_value(value))
                 : snprintf(text, JSON_NUMBER_BYTES, "%.15g", json_real_value(value));
  *ret_text = pat_span_make(text, (size_t)size);
  return PAT_OK;
}

pat_status pat_import_text(const json_t *row, const char *column, pat_arena *arena,
                           pat_span *ret_text) {
  return scalar_text(member_of(row, column), arena, ret_text);
}

pat_status pat_import_words(const json_t *row, const char *column, pat_arena *arena,
                            pat_span *ret_text) {
  pat_span text;
  PAT_TRY(pat_import_text(row, column, arena, &text));
  return pat_words_tidy(arena, text, ret_text);
}

/* --- values ---------------------------------------------------------------------------------- */

static Patina__Value *new_value(pat_arena *arena) {
  Patina__Value *value = pat_arena_take(arena, sizeof *value);
  if (value != NULL) patina__value__init(value);
  return value;
}

pat_status pat_import_make_text(pat_arena *arena, pat_span text, Patina__Value **ret_value) {
  const char *copy = NULL;
  Patina__Value *value = new_value(arena);
  PAT_REQUIRE(value != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_words_copy(arena, text, &copy));
  value->value_case = PATINA__VALUE__VALUE_TEXT;
  value->text = (char *)(uintptr_t)copy;
  *ret_value = value;
  return PAT_OK;
}

pat_status pat_import_make_number(pat_arena *arena, int64_t mantissa, int32_t exponent,
                                  const char *unit, Patina__Value **ret_value) {
  Patina__Number *number = pat_arena_take(arena, sizeof *number);
  Patina__Value *value = new_value(arena);
  PAT_REQUIRE(number != NULL && value != NULL, LIMIT_MEMORY);
  patina__number__init(number);
  number->mantissa = mantissa;
  number->exponent = exponent;
  number->unit = (char *)(uintptr_t)unit;
  value->value_case = PATINA__VALUE__VALUE_NUMBER;
  value->number = number;
  *ret_value = value;
  return PAT_OK;
}

pat_status pat_import_make_code(pat_arena *arena, const char *system, const char *code,
                                Patina__Value **ret_value) {
  Patina__Code *made = pat_arena_take(arena, sizeof *made);
  Patina__Value *value = new_value(arena);
  PAT_REQUIRE(made != NULL && value != NULL, LIMIT_MEMORY);
  patina__code__init(made);
  made->system = (char *)(uintptr_t)system;
  made->code = (char *)(uintptr_t)code;
  value->value_case = PATINA__VALUE__VALUE_CODE;
  value->code = made;
  *ret_value = value;
  return PAT_OK;
}

static pat_status make_date(pat_arena *arena, const char *edtf, Patina__Value **ret_value) {
  PAT_TRY(pat_import_make_text(arena, pat_span_text(edtf), ret_value));
  (*ret_value)->value_case = PATINA__VALUE__VALUE_DATE;
  (*ret_value)->date = (*ret_value)->text;
  return PAT_OK;
}

/* One value in the making. */
typedef struct {
  const pat_map_rule *rule;
  const json_t *row;
  pat_arena *arena;
  pat_import_fact *fact;
} value_maker;

static pat_status find_unit(const value_maker *maker, const char **ret_unit) {
  const pat_map_rule *rule = maker->rule;
  *ret_unit = rule->unit != NULL ? rule->unit : maker->rule->definition->unit;
  if (rule->unit_column == NULL) return PAT_OK;
  pat_span words;
  PAT_TRY(pat_import_words(maker->row, rule->unit_column, maker->arena, &words));
  *ret_unit = json_string_value(json_object_get(rule->units, (const char *)words.data));
  PAT_REQUIRE(*ret_unit != NULL, IMPORT_VALUE);
  return PAT_OK;
}

static pat_status make_number(const value_maker *maker, pat_span words, Patina__Value **ret_value) {
  int64_t mantissa = 0;
  int32_t exponent = 0;
  const char *unit = NULL;
  if (maker->rule->form == PAT_MAP_DIMENSION) {
    PAT_TRY(pat_import_dimension_read(words, maker->rule->side, &mantissa, &exponent, &unit));
  } else {
    PAT_TRY(pat_import_number_read(words, &mantissa, &exponent));
    PAT_TRY(find_unit(maker, &unit));
  }
  return pat_import_make_number(maker->arena, mantissa, exponent, unit, ret_value);
}

static pat_status make_code(const value_maker *maker, pat_span words, Patina__Value **ret_value) {
  const char *code = (const char *)words.data;
  if (maker->rule->table != NULL) {
    code = json_string_value(json_object_get(maker->rule->table, code));
    PAT_REQUIRE(code != NULL, IMPORT_VALUE);
  }
  return pat_import_make_code(maker->arena, maker->rule->definition->code_system, code, ret_value);
}

static pat_status make_flag(const value_maker *maker, pat_span words, Patina__Value **ret_value) {
  const char *flag =
      json_string_value(json_object_get(maker->rule->table, (const char *)words.data));
  Patina__Value *value = new_value(maker->arena);
  PAT_REQUIRE(value != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(flag != NULL, IMPORT_VALUE);
  bool yes = strcmp(flag, "true") == 0;
  PAT_REQUIRE(yes || strcmp(flag, "false") == 0, IMPORT_VALUE);
  value->value_case = PATINA__VALUE__VALUE_FLAG;
  value->flag = yes;
  *ret_value = value;
  return PAT_OK;
}

/* Text, and the words of a date that EDTF cannot hold: none where it can. */
static pat_status make_text(const value_maker *maker, pat_span words, Patina__Value **ret_value) {
  const pat_map_rule *rule = maker->rule;
  if (rule->form == PAT_MAP_DATE_WORDS) {
    pat_import_date date;
    bool said = pat_is_ok(pat_import_date_read(maker->arena, words, &date)) && date.exact;
    if (said) return PAT_OK;
  }
  if (rule->table != NULL) {
    const json_t *other = json_object_get(rule->table, (const char *)words.data);
    if (other != NULL) words = pat_span_text(json_string_value(other));
  }
  if (rule->prefix == NULL) return pat_import_make_text(maker->arena, words, ret_value);
  size_t size = strlen(rule->prefix) + words.size;
  char *text = pat_arena_take(maker->arena, size);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, text, size);
  pat_builder_text(&builder, rule->prefix);
  pat_builder_span(&builder, words);
  return pat_import_make_text(maker->arena, pat_span_make(text, size), ret_value);
}

static pat_status make_value(const value_maker *maker, pat_span words, Patina__Value **ret_value) {
  pat_import_date date;
  switch (maker->rule->definition->type) {
    case PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER:
      return make_number(maker, words, ret_value);
    case PATINA__VALUE_TYPE__VALUE_TYPE_CODE:
      return make_code(maker, words, ret_value);
    case PATINA__VALUE_TYPE__VALUE_TYPE_FLAG:
      return make_flag(maker, words, ret_value);
    case PATINA__VALUE_TYPE__VALUE_TYPE_DATE:
      PAT_TRY(pat_import_date_read(maker->arena, words, &date));
      return make_date(maker->arena, date.edtf, ret_value);
    default:
      return make_text(maker, words, ret_value);
  }
}

static bool is_skipped(const pat_map_rule *rule, pat_span words) {
  for (size_t i = 0; i < json_array_size(rule->skip); i++) {
    if (pat_words_equal(words, json_string_value(json_array_get(rule->skip, i)))) return true;
  }
  return words.size == 0;
}

/* Adds the value of these words: checked by itself and against the definition. */
static pat_status add_value(value_maker *maker, pat_span words) {
  if (is_skipped(maker->rule, words)) return PAT_OK;
  Patina__Value *value = NULL;
  pat_status made = make_value(maker, words, &value);
  if (pat_is_ok(made) && value != NULL) made = pat_value_check(value, NULL);
  if (pat_is_ok(made) && value != NULL) {
    made = pat_value_fits(value, maker->rule->definition, NULL);
  }
  bool bad = !pat_is_ok(made) && !pat_is_rule(made, PAT_RULE_LIMIT_MEMORY);
  if (bad && maker->rule->omit_bad) return PAT_OK;
  PAT_TRY(made);
  if (value == NULL) return PAT_OK;
  PAT_REQUIRE(maker->fact->count < PAT_IMPORT_VALUES_MAX, IMPORT_VALUE);
  maker->fact->values[maker->fact->count++] = value;
  return PAT_OK;
}

/* --- rules ----------------------------------------------------------------------------------- */

/* The words of all columns of a rule, those of "*" one by one. */
typedef struct {
  pat_span items[PAT_IMPORT_VALUES_MAX];
  size_t count;
} word_list;

static pat_status add_words(word_list *list, pat_span words) {
  PAT_REQUIRE(list->count < PAT_IMPORT_VALUES_MAX, IMPORT_VALUE);
  list->items[list->count++] = words;
  return PAT_OK;
}

static pat_status collect_star(const value_maker *maker, const char *column, const char *star,
                               word_list *list) {
  char head[PATH_NAME_BYTES_MAX];
  snprintf(head, sizeof head, "%.*s", (int)(star - column), column);
  const json_t *elements = json_object_get(maker->row, head);
  for (size_t i = 0; i < json_array_size(elements); i++) {
    const json_t *element = json_array_get(elements, i);
    const json_t *member = star[2] == '\0' ? element : member_of(element, star + 3);
    pat_span text;
    pat_span words;
    PAT_TRY(scalar_text(member, maker->arena, &text));
    PAT_TRY(pat_words_tidy(maker->arena, text, &words));
    if (!is_skipped(maker->rule, words)) PAT_TRY(add_words(list, words));
  }
  return PAT_OK;
}

static pat_status collect(const value_maker *maker, word_list *list) {
  const pat_map_rule *rule = maker->rule;
  if (rule->constant != NULL) return add_words(list, pat_span_text(rule->constant));
  for (size_t i = 0; i < rule->column_count; i++) {
    const char *star = strstr(rule->columns[i], ".*");
    if (star != NULL) {
      PAT_TRY(collect_star(maker, rule->columns[i], star, list));
      continue;
    }
    pat_span words;
    PAT_TRY(pat_import_words(maker->row, rule->columns[i], maker->arena, &words));
    bool parts = rule->form == PAT_MAP_DATE_PARTS;
    if (parts || !is_skipped(rule, words)) PAT_TRY(add_words(list, words));
  }
  if (list->count > 0 || rule->otherwise == NULL) return PAT_OK;
  return add_words(list, pat_span_text(rule->otherwise));
}

static pat_status join(const value_maker *maker, const word_list *list, pat_span *ret_words) {
  const char *between = maker->rule->join != NULL ? maker->rule->join : ", ";
  size_t capacity = 1;
  for (size_t i = 0; i < list->count; i++)
    capacity += list->items[i].size + strlen(between);
  char *text = pat_arena_take(maker->arena, capacity);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, text, capacity - 1);
  for (size_t i = 0; i < list->count; i++) {
    if (i > 0) pat_builder_text(&builder, between);
    pat_builder_span(&builder, list->items[i]);
  }
  return pat_builder_finish(&builder, ret_words);
}

static pat_status read_parts(const value_maker *maker, const word_list *list,
                             const char **ret_edtf) {
  pat_import_date date;
  *ret_edtf = "";
  if (list->items[0].size == 0 || is_skipped(maker->rule, list->items[0])) return PAT_OK;
  PAT_TRY(pat_import_date_parts(list->items[0], list->items[1], list->items[2], &date));
  return pat_words_copy(maker->arena, pat_span_text(date.edtf), ret_edtf);
}

static pat_status add_all(value_maker *maker, const word_list *list) {
  if (maker->rule->definition->list) {
    for (size_t i = 0; i < list->count; i++)
      PAT_TRY(add_value(maker, list->items[i]));
    return PAT_OK;
  }
  pat_span words;
  PAT_TRY(join(maker, list, &words));
  return add_value(maker, words);
}

static pat_status add_parts(value_maker *maker, const word_list *list) {
  const char *edtf = "";
  pat_status read = read_parts(maker, list, &edtf);
  bool bad = pat_is_rule(read, PAT_RULE_IMPORT_DATE);
  if (bad && maker->rule->omit_bad) return PAT_OK;
  PAT_TRY(read);
  if (edtf[0] == '\0') return PAT_OK;
  PAT_TRY(make_date(maker->arena, edtf, &maker->fact->values[0]));
  maker->fact->count = 1;
  return PAT_OK;
}

static pat_status read_fact(value_maker *maker) {
  word_list list = {.count = 0};
  PAT_TRY(collect(maker, &list));
  return maker->rule->form == PAT_MAP_DATE_PARTS ? add_parts(maker, &list) : add_all(maker, &list);
}

pat_status pat_import_fact_read(const pat_map_rule *rule, const json_t *row, pat_arena *arena,
                                pat_import_fact *ret_fact, pat_err *reterr) {
  pat_import_fact fact = {
      .definition = rule->definition,
      .values = pat_arena_take_array(arena, PAT_IMPORT_VALUES_MAX, sizeof *fact.values)};
  PAT_REQUIRE(fact.values != NULL, LIMIT_MEMORY);
  value_maker maker = {.rule = rule, .row = row, .arena = arena, .fact = &fact};
  pat_status status = read_fact(&maker);
  if (pat_is_ok(status) && rule->definition->required && fact.count == 0) {
    status = pat_refuse(PAT_RULE_IMPORT_VALUE);
  }
  if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, reterr, 0, rule->name);
  *ret_fact = fact;
  return PAT_OK;
}

pat_status pat_import_occurred_read(const pat_map_rule *rule, const json_t *row, pat_arena *arena,
                                    const char **ret_edtf) {
  const value_maker maker = {.rule = rule, .row = row, .arena = arena};
  word_list list = {.count = 0};
  pat_span words = PAT_SPAN_EMPTY;
  pat_import_date date = {.exact = false};
  PAT_TRY(collect(&maker, &list));
  pat_status status = PAT_OK;
  if (rule->form == PAT_MAP_DATE_PARTS) {
    status = read_parts(&maker, &list, ret_edtf);
  } else {
    PAT_TRY(join(&maker, &list, &words));
    if (words.size > 0) status = pat_import_date_read(arena, words, &date);
    if (pat_is_ok(status)) status = pat_words_copy(arena, pat_span_text(date.edtf), ret_edtf);
  }
  bool bad = pat_is_rule(status, PAT_RULE_IMPORT_DATE);
  if (!bad || !rule->omit_bad) return status;
  *ret_edtf = "";
  return PAT_OK;
}
