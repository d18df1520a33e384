#include "clients/cli/build_value.h"

#include <string.h>

#include "core/bytes/text.h"
#include "core/crypto/base32.h"
#include "core/model/value.h"

/* A NUL-terminated copy; NULL where the arena is full. */
static char *copy(pat_arena *arena, pat_span text) {
  char *bytes = pat_arena_take(arena, text.size + 1);
  if (bytes != NULL) pat_span_copy(bytes, text.size, text);
  return bytes;
}

/* The part before the first `mark`, and the rest behind it; false where there is no mark. */
static bool split(pat_span text, char mark, pat_span *ret_before, pat_span *ret_after) {
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] != (uint8_t)mark) continue;
    *ret_before = pat_span_slice(text, 0, i);
    *ret_after = pat_span_slice(text, i + 1, text.size - i - 1);
    return true;
  }
  return false;
}

pat_status pat_build_decimal(pat_span text, int64_t *ret_mantissa, int32_t *ret_exponent) {
  char digits[32];
  size_t count = 0;
  size_t behind_point = 0;
  bool point = false;
  PAT_REQUIRE(text.size > 0 && text.size < sizeof digits, CLI_VALUE);
  for (size_t i = 0; i < text.size; i++) {
    char c = (char)text.data[i];
    bool digit = c >= '0' && c <= '9';
    if (c == '.' && !point && i + 1 < text.size && count > 0 && digits[count - 1] != '-') {
      point = true;
      continue;
    }
    PAT_REQUIRE(digit || (c == '-' && i == 0), CLI_VALUE);
    if (point) behind_point++;
    digits[count++] = c;
  }
  /* "0.5" leaves "05": zeros in front carry nothing. */
  size_t from = digits[0] == '-' ? 1 : 0;
  size_t zeros = 0;
  while (from + zeros + 1 < count && digits[from + zeros] == '0') {
    zeros++;
  }
  PAT_REQUIRE(from < count, CLI_VALUE);
  if (from == 1 && zeros > 0) digits[zeros] = '-';
  pat_span plain = pat_span_make(digits + zeros, count - zeros);
  if (pat_span_equal(plain, PAT_SPAN_LITERAL("-0"))) plain = PAT_SPAN_LITERAL("0");
  PAT_REQUIRE(behind_point <= (size_t)-PAT_NUMBER_EXPONENT_MIN, NUMBER_EXPONENT);
  PAT_REQUIRE(pat_is_ok(pat_text_i64(plain, ret_mantissa)), CLI_VALUE);
  *ret_exponent = -(int32_t)behind_point;
  return PAT_OK;
}

static pat_status build_number(const Patina__AttributeDefinition *definition, pat_span text,
                               pat_arena *arena, Patina__Value *value) {
  Patina__Number *number = pat_arena_take(arena, sizeof *number);
  PAT_REQUIRE(number != NULL, LIMIT_MEMORY);
  patina__number__init(number);
  pat_span digits = text;
  pat_span unit = PAT_SPAN_EMPTY;
  bool has_unit = split(text, ' ', &digits, &unit);
  PAT_REQUIRE(has_unit == (definition->unit[0] != '\0'), VALUE_UNIT);
  PAT_TRY(pat_build_decimal(digits, &number->mantissa, &number->exponent));
  number->unit = copy(arena, unit);
  PAT_REQUIRE(number->unit != NULL, LIMIT_MEMORY);
  value->value_case = PATINA__VALUE__VALUE_NUMBER;
  value->number = number;
  return PAT_OK;
}

static pat_status build_flag(pat_span text, Patina__Value *value) {
  bool yes = pat_span_equal(text, PAT_SPAN_LITERAL("yes")) ||
             pat_span_equal(text, PAT_SPAN_LITERAL("true"));
  bool no = pat_span_equal(text, PAT_SPAN_LITERAL("no")) ||
            pat_span_equal(text, PAT_SPAN_LITERAL("false"));
  PAT_REQUIRE(yes || no, CLI_VALUE);
  value->value_case = PATINA__VALUE__VALUE_FLAG;
  value->flag = yes;
  return PAT_OK;
}

static pat_status build_code(const Patina__AttributeDefinition *definition, pat_span text,
                             pat_arena *arena, Patina__Value *value) {
  Patina__Code *code = pat_arena_take(arena, sizeof *code);
  PAT_REQUIRE(code != NULL, LIMIT_MEMORY);
  patina__code__init(code);
  code->system = definition->code_system;
  code->code = copy(arena, text);
  PAT_REQUIRE(code->code != NULL, LIMIT_MEMORY);
  value->value_case = PATINA__VALUE__VALUE_CODE;
  value->code = code;
  return PAT_OK;
}

static pat_status build_asset(pat_span text, pat_arena *arena, Patina__Value *value) {
  uint8_t *id = pat_arena_take(arena, PAT_ASSET_ID_BYTES);
  PAT_REQUIRE(id != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_base32_asset_decode(text, id, NULL));
  value->value_case = PATINA__VALUE__VALUE_ASSET;
  value->asset = (ProtobufCBinaryData){PAT_ASSET_ID_BYTES, id};
  return PAT_OK;
}

static pat_status build_evidence(pat_span text, pat_arena *arena, Patina__Value *value) {
  static const char prefix[] = "sha256:";
  Patina__Evidence *evidence = pat_arena_take(arena, sizeof *evidence);
  uint8_t *hash = pat_arena_take(arena, PAT_HASH_BYTES);
  PAT_REQUIRE(evidence != NULL && hash != NULL, LIMIT_MEMORY);
  patina__evidence__init(evidence);
  pat_span digest;
  pat_span media;
  pat_span size = PAT_SPAN_EMPTY;
  PAT_REQUIRE(pat_span_starts_with(text, PAT_SPAN_LITERAL("sha256:")), CLI_VALUE);
  text = pat_span_slice(text, sizeof prefix - 1, text.size - (sizeof prefix - 1));
  PAT_REQUIRE(split(text, ';', &digest, &media), CLI_VALUE);
  if (split(media, ';', &media, &size)) {
    PAT_REQUIRE(pat_is_ok(pat_text_u64(size, &evidence->size)), CLI_VALUE);
  }
  PAT_REQUIRE(pat_is_ok(pat_hex_decode(digest, hash, PAT_HASH_BYTES)), CLI_VALUE);
  evidence->sha256 = (ProtobufCBinaryData){PAT_HASH_BYTES, hash};
  evidence->media_type = copy(arena, media);
  PAT_REQUIRE(evidence->media_type != NULL, LIMIT_MEMORY);
  value->value_case = PATINA__VALUE__VALUE_EVIDENCE;
  value->evidence = evidence;
  return PAT_OK;
}

static pat_status build_text(pat_span text, pat_arena *arena, bool is_date, Patina__Value *value) {
  char *bytes = copy(arena, text);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  if (is_date) {
    value->value_case = PATINA__VALUE__VALUE_DATE;
    value->date = bytes;
  } else {
    value->value_case = PATINA__VALUE__VALUE_TEXT;
    value->text = bytes;
  }
  return PAT_OK;
}

static pat_status build_by_type(const Patina__AttributeDefinition *definition, pat_span text,
                                pat_arena *arena, Patina__Value *value) {
  switch (definition->type) {
    case PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER:
      return build_number(definition, text, arena, value);
    case PATINA__VALUE_TYPE__VALUE_TYPE_DATE:
      return build_text(text, arena, true, value);
    case PATINA__VALUE_TYPE__VALUE_TYPE_FLAG:
      return build_flag(text, value);
    case PATINA__VALUE_TYPE__VALUE_TYPE_CODE:
      return build_code(definition, text, arena, value);
    case PATINA__VALUE_TYPE__VALUE_TYPE_ASSET:
      return build_asset(text, arena, value);
    case PATINA__VALUE_TYPE__VALUE_TYPE_EVIDENCE:
      return build_evidence(text, arena, value);
    case PATINA__VALUE_TYPE__VALUE_TYPE_TEXT:
      return build_text(text, arena, false, value);
    default:
      return pat_refuse(PAT_RULE_CLI_VALUE);
  }
}

pat_status pat_build_value(const Patina__AttributeDefinition *definition, const char *text,
                           pat_arena *arena, Patina__Value *ret_value, pat_err *reterr) {
  Patina__Value value = PATINA__VALUE__INIT;
  pat_status status = build_by_type(definition, pat_span_text(text), arena, &value);
  if (pat_is_ok(status)) status = pat_value_check(&value, reterr);
  if (pat_is_ok(status)) status = pat_value_fits(&value, definition, reterr);
  if (!pat_is_ok(status)) {
    return pat_refuse_at((pat_rule)status.rule, reterr, 0, definition->name);
  }
  *ret_value = value;
  return PAT_OK;
}

static const Patina__AttributeDefinition *find(const pat_build_definitions *definitions,
                                               pat_span name) {
  for (size_t i = 0; i < definitions->count; i++) {
    const Patina__AttributeDefinition *definition = definitions->definitions[i];
    if (!pat_span_equal(pat_span_text(definition->name), name)) continue;
    bool fits = definitions->bundle == PATINA__BUNDLE__BUNDLE_UNSPECIFIED ||
                definition->bundle == definitions->bundle;
    return fits ? definition : NULL;
  }
  return NULL;
}

/* One typed attribute on its way. */
typedef struct {
  const Patina__AttributeDefinition *definition;
  const char *text; /* NULL: cleared */
} typed_item;

static pat_status read_items(const pat_build_definitions *definitions, const pat_build_input *input,
                             typed_item *items, pat_err *reterr) {
  for (size_t i = 0; i < input->pair_count; i++) {
    pat_span name;
    pat_span value;
    bool pair = split(pat_span_text(input->pairs[i]), '=', &name, &value);
    PAT_REQUIRE_AT(pair, CLI_VALUE, reterr, i, input->pairs[i]);
    items[i].definition = find(definitions, name);
    PAT_REQUIRE_AT(items[i].definition != NULL, CLI_ATTRIBUTE, reterr, i, input->pairs[i]);
    items[i].text = (const char *)value.data;
  }
  for (size_t i = 0; i < input->cleared_count; i++) {
    typed_item *cleared = &items[input->pair_count + i];
    cleared->definition = find(definitions, pat_span_text(input->cleared[i]));
    PAT_REQUIRE_AT(cleared->definition != NULL, CLI_ATTRIBUTE, reterr, i, input->cleared[i]);
    cleared->text = NULL;
  }
  return PAT_OK;
}

/* Stable: a list's elements keep their order. */
static pat_status sort_items(typed_item *items, size_t count, pat_err *reterr) {
  for (size_t i = 1; i < count; i++) {
    typed_item moved = items[i];
    size_t at = i;
    while (at > 0 && strcmp(items[at - 1].definition->name, moved.definition->name) > 0) {
      items[at] = items[at - 1];
      at--;
    }
    items[at] = moved;
  }
  for (size_t i = 1; i < count; i++) {
    if (items[i].definition != items[i - 1].definition) continue;
    bool list = items[i].definition->list && items[i].text != NULL && items[i - 1].text != NULL;
    PAT_REQUIRE_AT(list, CLI_ATTRIBUTE, reterr, i, items[i].definition->name);
  }
  return PAT_OK;
}

static pat_status build_one(pat_draft *draft, const typed_item *item, Patina__Attribute *attribute,
                            pat_err *reterr) {
  patina__attribute__init(attribute);
  attribute->name = item->definition->name;
  if (item->text == NULL) {
    attribute->content_case = PATINA__ATTRIBUTE__CONTENT_CLEARED;
    attribute->cleared = true;
    return PAT_OK;
  }
  Patina__Value *value = pat_arena_take(draft->arena, sizeof *value);
  PAT_REQUIRE(value != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_build_value(item->definition, item->text, draft->arena, value, reterr));
  if (item->definition->visibility == PATINA__VISIBILITY__VISIBILITY_OPEN) {
    attribute->content_case = PATINA__ATTRIBUTE__CONTENT_OPEN;
    attribute->open = value;
    return PAT_OK;
  }
  attribute->content_case = PATINA__ATTRIBUTE__CONTENT_SLOT;
  return pat_draft_disclose(draft, attribute->name, value, &attribute->slot, reterr);
}

pat_status pat_build_attributes(pat_draft *draft, const pat_build_definitions *definitions,
                                const pat_build_input *input, Patina__Attribute ***ret_attributes,
                                size_t *ret_count, pat_err *reterr) {
  size_t count = input->pair_count + input->cleared_count;
  typed_item *items = pat_arena_take_array(draft->arena, count, sizeof *items);
  Patina__Attribute *attributes = pat_arena_take_array(draft->arena, count, sizeof *attributes);
  Patina__Attribute **pointers = pat_arena_take_array(draft->arena, count, sizeof *pointers);
  PAT_REQUIRE(items != NULL && attributes != NULL && pointers != NULL, LIMIT_MEMORY);
  PAT_TRY(read_items(definitions, input, items, reterr));
  PAT_TRY(sort_items(items, count, reterr));
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(build_one(draft, &items[i], &attributes[i], reterr));
    pointers[i] = &attributes[i];
  }
  *ret_attributes = pointers;
  *ret_count = count;
  return PAT_OK;
}
