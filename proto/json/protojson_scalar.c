/* One JSON value -> one number, flag, enum, text or bytes of a message. */
#include <math.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/bytes/text.h"
#include "proto/json/protojson_internal.h"

/* An integer of any of our types: its magnitude, and whether it is below zero. */
typedef struct {
  uint64_t magnitude;
  bool negative;
} integer;

/* Doubles up to here hold every integer; beyond, a number that was written may have been changed by
 * reading it. */
static const double exact_max = 9007199254740991.0;

static pat_span text_of(const json_t *value) {
  return pat_span_make(json_string_value(value), json_string_length(value));
}

static pat_status integer_from_text(pat_span text, integer *ret_integer) {
  bool negative = pat_span_starts_with(text, PAT_SPAN_LITERAL("-"));
  integer result = {.negative = negative};
  pat_span digits = negative ? pat_span_slice(text, 1, text.size - 1) : text;
  pat_status status = pat_text_u64(digits, &result.magnitude);
  PAT_REQUIRE(!pat_is_rule(status, PAT_RULE_BYTES_TEXT_RANGE), JSON_RANGE);
  PAT_REQUIRE(pat_is_ok(status), JSON_INTEGER);
  *ret_integer = result;
  return PAT_OK;
}

static pat_status integer_from_real(double real, integer *ret_integer) {
  PAT_REQUIRE(real == trunc(real), JSON_INTEGER);
  PAT_REQUIRE(fabs(real) <= exact_max, JSON_INTEGER);
  *ret_integer = (integer){.magnitude = (uint64_t)fabs(real), .negative = real < 0};
  return PAT_OK;
}

static pat_status integer_from(const json_t *value, integer *ret_integer) {
  if (json_is_string(value)) return integer_from_text(text_of(value), ret_integer);
  if (json_is_real(value)) return integer_from_real(json_real_value(value), ret_integer);
  PAT_REQUIRE(json_is_integer(value), JSON_TYPE);
  json_int_t number = json_integer_value(value);
  *ret_integer = (integer){
      .magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number,
      .negative = number < 0,
  };
  return PAT_OK;
}

static pat_status read_signed(const json_t *value, int64_t max, int64_t *ret_number) {
  integer read = {0};
  PAT_TRY(integer_from(value, &read));
  if (read.negative) {
    PAT_REQUIRE(read.magnitude <= (uint64_t)max + 1, JSON_RANGE);
    *ret_number = (int64_t)(0 - read.magnitude);
    return PAT_OK;
  }
  PAT_REQUIRE(read.magnitude <= (uint64_t)max, JSON_RANGE);
  *ret_number = (int64_t)read.magnitude;
  return PAT_OK;
}

static pat_status read_unsigned(const json_t *value, uint64_t max, uint64_t *ret_number) {
  integer read = {0};
  PAT_TRY(integer_from(value, &read));
  PAT_REQUIRE(!read.negative || read.magnitude == 0, JSON_RANGE);
  PAT_REQUIRE(read.magnitude <= max, JSON_RANGE);
  *ret_number = read.magnitude;
  return PAT_OK;
}

static pat_status read_int32(const json_t *value, int32_t *ret_number) {
  int64_t number = 0;
  PAT_TRY(read_signed(value, INT32_MAX, &number));
  *ret_number = (int32_t)number;
  return PAT_OK;
}

static pat_status read_uint32(const json_t *value, uint32_t *ret_number) {
  uint64_t number = 0;
  PAT_TRY(read_unsigned(value, UINT32_MAX, &number));
  *ret_number = (uint32_t)number;
  return PAT_OK;
}

static pat_status read_bool(const json_t *value, protobuf_c_boolean *ret_flag) {
  PAT_REQUIRE(json_is_boolean(value), JSON_TYPE);
  *ret_flag = json_is_true(value);
  return PAT_OK;
}

static pat_status read_enum_name(const ProtobufCEnumDescriptor *descriptor, const json_t *value,
                                 int *ret_value) {
  PAT_REQUIRE(strlen(json_string_value(value)) == json_string_length(value), JSON_ENUM);
  const ProtobufCEnumValue *found =
      protobuf_c_enum_descriptor_get_value_by_name(descriptor, json_string_value(value));
  PAT_REQUIRE(found != NULL, JSON_ENUM);
  *ret_value = found->value;
  return PAT_OK;
}

static pat_status read_enum(const ProtobufCEnumDescriptor *descriptor, const json_t *value,
                            int *ret_value) {
  if (json_is_string(value)) return read_enum_name(descriptor, value, ret_value);
  int32_t number = 0;
  PAT_TRY(read_int32(value, &number));
  PAT_REQUIRE(protobuf_c_enum_descriptor_get_value(descriptor, number) != NULL, JSON_ENUM);
  *ret_value = number;
  return PAT_OK;
}

static pat_status read_string(const json_t *value, pat_arena *arena, char **ret_text) {
  PAT_REQUIRE(json_is_string(value), JSON_TYPE);
  pat_span text = text_of(value);
  PAT_REQUIRE(strlen(json_string_value(value)) == text.size, JSON_TEXT);
  char *copy = pat_arena_take(arena, text.size + 1);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, text.size, text);
  *ret_text = copy;
  return PAT_OK;
}

static pat_status read_bytes(const json_t *value, pat_arena *arena,
                             ProtobufCBinaryData *ret_bytes) {
  PAT_REQUIRE(json_is_string(value), JSON_TYPE);
  return pat_protojson__base64_decode(text_of(value), arena, ret_bytes);
}

pat_status pat_protojson__scalar(const ProtobufCFieldDescriptor *field, const json_t *value,
                                 pat_arena *arena, void *ret_element) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
      return read_int32(value, ret_element);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
      return read_uint32(value, ret_element);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
      return read_signed(value, INT64_MAX, ret_element);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
      return read_unsigned(value, UINT64_MAX, ret_element);
    case PROTOBUF_C_TYPE_BOOL:
      return read_bool(value, ret_element);
    case PROTOBUF_C_TYPE_ENUM:
      return read_enum(field->descriptor, value, ret_element);
    case PROTOBUF_C_TYPE_STRING:
      return read_string(value, arena, ret_element);
    case PROTOBUF_C_TYPE_BYTES:
      return read_bytes(value, arena, ret_element);
    case PROTOBUF_C_TYPE_MESSAGE:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
      break;
  }
  PAT_ASSERT(false); /* messages are pushed; floats are not in our schemas */
  return pat_refuse(PAT_RULE_INTERNAL);
}
