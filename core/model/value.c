#include "core/model/value.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/model/catalog.h"
#include "core/model/edtf.h"
#include "core/model/number.h"

/* --- well-formed by itself ------------------------------------------------------------------- */

static bool size_within(const char *text, size_t max) {
  size_t size = pat_span_text(text).size;
  return size >= 1 && size <= max;
}

static pat_status check_date(const char *date, pat_err *reterr) {
  pat_edtf unused;
  return pat_edtf_parse(pat_span_text(date), &unused, reterr);
}

static pat_status check_code(const Patina__Code *code, pat_err *reterr) {
  PAT_REQUIRE_AT(size_within(code->system, PAT_CODE_BYTES_MAX), VALUE_CODE_FORM, reterr, 0,
                 "code.system");
  PAT_REQUIRE_AT(size_within(code->code, PAT_CODE_BYTES_MAX), VALUE_CODE_FORM, reterr, 0,
                 "code.code");
  return PAT_OK;
}

/* Printable ASCII without spaces, with one slash inside: "image/jpeg". */
static bool media_type_valid(const char *media_type) {
  pat_span text = pat_span_text(media_type);
  size_t slashes = 0;
  if (text.size < 3 || text.size > PAT_MEDIA_TYPE_BYTES_MAX) return false;
  if (text.data[0] == '/' || text.data[text.size - 1] == '/') return false;
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] <= ' ' || text.data[i] > '~') return false;
    slashes += text.data[i] == '/' ? 1 : 0;
  }
  return slashes == 1;
}

static pat_status check_evidence(const Patina__Evidence *evidence, pat_err *reterr) {
  PAT_REQUIRE_AT(evidence->sha256.len == PAT_HASH_BYTES, VALUE_EVIDENCE, reterr, 0,
                 "evidence.sha256");
  PAT_REQUIRE_AT(media_type_valid(evidence->media_type), VALUE_EVIDENCE, reterr, 0,
                 "evidence.media_type");
  return PAT_OK;
}

static bool reading_complete(const Patina__Reading *reading) {
  switch (reading->reading_case) {
    case PATINA__READING__READING_MANTISSA:
      return true;
    case PATINA__READING__READING_STATUS:
      return reading->status == PATINA__READING_STATUS__READING_STATUS_UNREADABLE ||
             reading->status == PATINA__READING_STATUS__READING_STATUS_NOT_AVAILABLE;
    case PATINA__READING__READING__NOT_SET:
    case _PATINA__READING__READING__CASE_IS_INT_SIZE:
      break;
  }
  return false;
}

static pat_status check_readings(const Patina__Readings *readings, pat_err *reterr) {
  PAT_REQUIRE_AT(readings->n_readings >= 1, VALUE_READINGS_COUNT, reterr, 0, "readings");
  PAT_REQUIRE_AT(readings->n_readings <= PAT_READINGS_MAX, VALUE_READINGS_COUNT, reterr, 0,
                 "readings");
  uint32_t offset_ms = 0;
  for (size_t i = 0; i < readings->n_readings; i++) {
    const Patina__Reading *reading = readings->readings[i];
    PAT_REQUIRE_AT(reading_complete(reading), VALUE_READING, reterr, i, "readings");
    PAT_REQUIRE_AT(reading->offset_ms >= offset_ms, VALUE_READINGS_ORDER, reterr, i, "readings");
    offset_ms = reading->offset_ms;
  }
  return PAT_OK;
}

static pat_status check_text(const char *text, pat_err *reterr) {
  PAT_REQUIRE_AT(size_within(text, PAT_TEXT_BYTES_MAX), VALUE_TEXT, reterr, 0, "text");
  return PAT_OK;
}

static pat_status check_asset(const ProtobufCBinaryData *asset, pat_err *reterr) {
  PAT_REQUIRE_AT(asset->len == PAT_ASSET_ID_BYTES, VALUE_ASSET, reterr, 0, "asset");
  return PAT_OK;
}

pat_status pat_value_check(const Patina__Value *value, pat_err *reterr) {
  switch (value->value_case) {
    case PATINA__VALUE__VALUE_TEXT:
      return check_text(value->text, reterr);
    case PATINA__VALUE__VALUE_NUMBER:
      return pat_number_check(value->number, reterr);
    case PATINA__VALUE__VALUE_DATE:
      return check_date(value->date, reterr);
    case PATINA__VALUE__VALUE_FLAG:
      return PAT_OK;
    case PATINA__VALUE__VALUE_CODE:
      return check_code(value->code, reterr);
    case PATINA__VALUE__VALUE_ASSET:
      return check_asset(&value->asset, reterr);
    case PATINA__VALUE__VALUE_EVIDENCE:
      return check_evidence(value->evidence, reterr);
    case PATINA__VALUE__VALUE_READINGS:
      return check_readings(value->readings, reterr);
    case PATINA__VALUE__VALUE__NOT_SET:
    case _PATINA__VALUE__VALUE__CASE_IS_INT_SIZE:
      break;
  }
  return pat_refuse_at(PAT_RULE_VALUE_MISSING, reterr, 0, "value");
}

/* --- against its definition ------------------------------------------------------------------ */

/* The type of value that a definition asks for; UNSPECIFIED for what no definition can ask for. */
static Patina__ValueType type_of(const Patina__Value *value) {
  switch (value->value_case) {
    case PATINA__VALUE__VALUE_TEXT:
      return PATINA__VALUE_TYPE__VALUE_TYPE_TEXT;
    case PATINA__VALUE__VALUE_NUMBER:
      return PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER;
    case PATINA__VALUE__VALUE_DATE:
      return PATINA__VALUE_TYPE__VALUE_TYPE_DATE;
    case PATINA__VALUE__VALUE_FLAG:
      return PATINA__VALUE_TYPE__VALUE_TYPE_FLAG;
    case PATINA__VALUE__VALUE_CODE:
      return PATINA__VALUE_TYPE__VALUE_TYPE_CODE;
    case PATINA__VALUE__VALUE_ASSET:
      return PATINA__VALUE_TYPE__VALUE_TYPE_ASSET;
    case PATINA__VALUE__VALUE_EVIDENCE:
      return PATINA__VALUE_TYPE__VALUE_TYPE_EVIDENCE;
    case PATINA__VALUE__VALUE_READINGS:
    case PATINA__VALUE__VALUE__NOT_SET:
    case _PATINA__VALUE__VALUE__CASE_IS_INT_SIZE:
      break;
  }
  return PATINA__VALUE_TYPE__VALUE_TYPE_UNSPECIFIED;
}

/* Money fits wherever money is asked for: which currency was paid is a fact of its own. */
static bool unit_fits(const char *unit, const char *wanted) {
  if (pat_unit_is_currency(wanted)) return pat_unit_is_currency(unit);
  return pat_unit_comparable(unit, wanted);
}

static bool text_equal(const char *a, const char *b) {
  return pat_span_equal(pat_span_text(a), pat_span_text(b));
}

static bool code_fits(const Patina__Code *code, const Patina__AttributeDefinition *definition) {
  if (!text_equal(code->system, definition->code_system)) return false;
  return definition->n_codes == 0 ||
         pat_roles_contain(definition->codes, definition->n_codes, code->code);
}

pat_status pat_value_fits(const Patina__Value *value, const Patina__AttributeDefinition *definition,
                          pat_err *reterr) {
  Patina__ValueType type = type_of(value);
  const char *name = definition->name;
  PAT_ASSERT(definition->type != PATINA__VALUE_TYPE__VALUE_TYPE_UNSPECIFIED);
  PAT_REQUIRE_AT(type == definition->type, VALUE_TYPE, reterr, 0, name);
  if (type == PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER) {
    PAT_REQUIRE_AT(unit_fits(value->number->unit, definition->unit), VALUE_UNIT, reterr, 0, name);
  }
  if (type == PATINA__VALUE_TYPE__VALUE_TYPE_CODE) {
    PAT_REQUIRE_AT(code_fits(value->code, definition), VALUE_CODE, reterr, 0, name);
  }
  return PAT_OK;
}

/* --- the same value -------------------------------------------------------------------------- */

static bool bytes_equal(const ProtobufCBinaryData *a, const ProtobufCBinaryData *b) {
  return pat_span_equal(pat_span_make(a->data, a->len), pat_span_make(b->data, b->len));
}

static bool number_equal(const Patina__Number *a, const Patina__Number *b) {
  int order = 0;
  return pat_is_ok(pat_number_compare(a, b, &order)) && order == 0;
}

static bool reading_equal(const Patina__Reading *a, const Patina__Reading *b) {
  if (a->signal != b->signal || a->offset_ms != b->offset_ms) return false;
  if (a->reading_case != b->reading_case) return false;
  return a->reading_case == PATINA__READING__READING_MANTISSA ? a->mantissa == b->mantissa
                                                              : a->status == b->status;
}

static bool readings_equal(const Patina__Readings *a, const Patina__Readings *b) {
  if (a->n_readings != b->n_readings) return false;
  for (size_t i = 0; i < a->n_readings; i++) {
    if (!reading_equal(a->readings[i], b->readings[i])) return false;
  }
  return true;
}

static bool evidence_equal(const Patina__Evidence *a, const Patina__Evidence *b) {
  return bytes_equal(&a->sha256, &b->sha256) && text_equal(a->media_type, b->media_type) &&
         a->size == b->size;
}

static bool code_equal(const Patina__Code *a, const Patina__Code *b) {
  return text_equal(a->system, b->system) && text_equal(a->code, b->code);
}

bool pat_value_equal(const Patina__Value *a, const Patina__Value *b) {
  if (a->value_case != b->value_case) return false;
  switch (a->value_case) {
    case PATINA__VALUE__VALUE_TEXT:
      return text_equal(a->text, b->text);
    case PATINA__VALUE__VALUE_NUMBER:
      return number_equal(a->number, b->number);
    case PATINA__VALUE__VALUE_DATE:
      return text_equal(a->date, b->date);
    case PATINA__VALUE__VALUE_FLAG:
      return (a->flag != 0) == (b->flag != 0);
    case PATINA__VALUE__VALUE_CODE:
      return code_equal(a->code, b->code);
    case PATINA__VALUE__VALUE_ASSET:
      return bytes_equal(&a->asset, &b->asset);
    case PATINA__VALUE__VALUE_EVIDENCE:
      return evidence_equal(a->evidence, b->evidence);
    case PATINA__VALUE__VALUE_READINGS:
      return readings_equal(a->readings, b->readings);
    case PATINA__VALUE__VALUE__NOT_SET:
    case _PATINA__VALUE__VALUE__CASE_IS_INT_SIZE:
      break;
  }
  return false;
}

/* --- attributes of a statement --------------------------------------------------------------- */

static pat_status check_content(const Patina__Attribute *attribute, bool allow_cleared,
                                pat_err *reterr) {
  switch (attribute->content_case) {
    case PATINA__ATTRIBUTE__CONTENT_OPEN:
      return pat_value_check(attribute->open, reterr);
    case PATINA__ATTRIBUTE__CONTENT_SLOT:
      PAT_REQUIRE_AT(attribute->slot.len == PAT_HASH_BYTES, ATTRIBUTES_SLOT, reterr, 0,
                     attribute->name);
      return PAT_OK;
    case PATINA__ATTRIBUTE__CONTENT_CLEARED:
      PAT_REQUIRE_AT(allow_cleared && attribute->cleared, ATTRIBUTES_CLEARED, reterr, 0,
                     attribute->name);
      return PAT_OK;
    case PATINA__ATTRIBUTE__CONTENT__NOT_SET:
    case _PATINA__ATTRIBUTE__CONTENT__CASE_IS_INT_SIZE:
      break;
  }
  return pat_refuse_at(PAT_RULE_ATTRIBUTES_CONTENT, reterr, 0, attribute->name);
}

static bool is_cleared(const Patina__Attribute *attribute) {
  return attribute->content_case == PATINA__ATTRIBUTE__CONTENT_CLEARED;
}

/* Only the elements of a list share a name, and what is cleared is not an element. */
static pat_status check_neighbours(const Patina__Attribute *before, const Patina__Attribute *after,
                                   pat_err *reterr) {
  int order = pat_span_compare(pat_span_text(before->name), pat_span_text(after->name));
  PAT_REQUIRE_AT(order <= 0, ATTRIBUTES_ORDER, reterr, 0, after->name);
  bool both_values = !is_cleared(before) && !is_cleared(after);
  PAT_REQUIRE_AT(order != 0 || both_values, ATTRIBUTES_CLEARED, reterr, 0, after->name);
  return PAT_OK;
}

pat_status pat_attributes_check(Patina__Attribute *const *attributes, size_t count,
                                bool allow_cleared, pat_err *reterr) {
  PAT_ASSERT(attributes != NULL || count == 0);
  PAT_REQUIRE_AT(count <= PAT_STATEMENT_ATTRIBUTES_MAX, ATTRIBUTES_COUNT, reterr, 0, "attributes");
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(pat_name_check(attributes[i]->name, "attributes", reterr));
    PAT_TRY(check_content(attributes[i], allow_cleared, reterr));
    if (i > 0) PAT_TRY(check_neighbours(attributes[i - 1], attributes[i], reterr));
  }
  return PAT_OK;
}
