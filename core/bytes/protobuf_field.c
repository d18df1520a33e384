#include "core/base/assert.h"
#include "core/bytes/protobuf_internal.h"

/* The raw forms of the lowest and highest int32 are 64-bit sign-extended: adding 2^31 maps exactly
 * the int32 range onto 0 .. 2^32 - 1. */
#define INT32_BIAS ((uint64_t)1 << 31)

PAT_STATIC_ASSERT(sizeof(protobuf_c_boolean) == sizeof(uint32_t), "a bool is stored as 32 bits");
PAT_STATIC_ASSERT(sizeof(enum {SAMPLE_OF_ENUM = 1}) == sizeof(uint32_t), "so is an enum");

pat_protobuf__wire pat_protobuf__wire_of(ProtobufCType type) {
  switch (type) {
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
      return PAT_PROTOBUF__WIRE_32;
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
      return PAT_PROTOBUF__WIRE_64;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
      return PAT_PROTOBUF__WIRE_LENGTH;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
      return PAT_PROTOBUF__WIRE_VARINT;
  }
  PAT_ASSERT(false);
  return PAT_PROTOBUF__WIRE_VARINT;
}

bool pat_protobuf__is_scalar(ProtobufCType type) {
  return pat_protobuf__wire_of(type) != PAT_PROTOBUF__WIRE_LENGTH;
}

static bool is_64_bit(ProtobufCType type) {
  return type == PROTOBUF_C_TYPE_INT64 || type == PROTOBUF_C_TYPE_SINT64 ||
         type == PROTOBUF_C_TYPE_UINT64 || pat_protobuf__wire_of(type) == PAT_PROTOBUF__WIRE_64;
}

size_t pat_protobuf__value_size(ProtobufCType type) {
  if (type == PROTOBUF_C_TYPE_BYTES) return sizeof(ProtobufCBinaryData);
  if (!pat_protobuf__is_scalar(type)) return sizeof(void *);
  return is_64_bit(type) ? sizeof(uint64_t) : sizeof(uint32_t);
}

bool pat_protobuf__in_oneof(const ProtobufCFieldDescriptor *field) {
  return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

uint64_t pat_protobuf__tag_of(const ProtobufCFieldDescriptor *field) {
  PAT_ASSERT(field->id >= 1);
  PAT_ASSERT(field->id <= PAT_PROTOBUF__NUMBER_MAX);
  bool packed = field->label == PROTOBUF_C_LABEL_REPEATED;
  pat_protobuf__wire wire = packed ? PAT_PROTOBUF__WIRE_LENGTH : pat_protobuf__wire_of(field->type);
  return (uint64_t)field->id << PAT_PROTOBUF__WIRE_TYPE_BITS | wire;
}

const ProtobufCFieldDescriptor *pat_protobuf__find(const ProtobufCMessageDescriptor *descriptor,
                                                   uint32_t number) {
  unsigned low = 0;
  unsigned high = descriptor->n_fields;
  while (low < high) {
    unsigned middle = low + (high - low) / 2;
    const ProtobufCFieldDescriptor *field = &descriptor->fields[middle];
    if (field->id == number) return field;
    if (field->id < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return NULL;
}

static bool enum_has(const ProtobufCEnumDescriptor *descriptor, int32_t value) {
  PAT_ASSERT(descriptor->magic == PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC);
  unsigned low = 0;
  unsigned high = descriptor->n_values;
  while (low < high) {
    unsigned middle = low + (high - low) / 2;
    if (descriptor->values[middle].value == value) return true;
    if (descriptor->values[middle].value < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

pat_status pat_protobuf__check_raw(const ProtobufCFieldDescriptor *field, uint64_t raw) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
      PAT_REQUIRE(raw <= 1, BYTES_PROTOBUF_BOOL);
      return PAT_OK;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
      PAT_REQUIRE(raw + INT32_BIAS <= UINT32_MAX, BYTES_PROTOBUF_RANGE);
      PAT_REQUIRE(field->type != PROTOBUF_C_TYPE_ENUM || enum_has(field->descriptor, (int32_t)raw),
                  BYTES_PROTOBUF_ENUM);
      return PAT_OK;
    default:
      PAT_ASSERT(pat_protobuf__is_scalar(field->type));
      PAT_REQUIRE(is_64_bit(field->type) || raw <= UINT32_MAX, BYTES_PROTOBUF_RANGE);
      return PAT_OK;
  }
}

static uint32_t load_u32(const void *value) {
  uint32_t bits = 0;
  pat_span_copy(&bits, sizeof(bits), pat_span_make(value, sizeof(bits)));
  return bits;
}

static uint64_t load_u64(const void *value) {
  uint64_t bits = 0;
  pat_span_copy(&bits, sizeof(bits), pat_span_make(value, sizeof(bits)));
  return bits;
}

static void store_u32(void *value, uint32_t bits) {
  pat_span_copy(value, sizeof(bits), pat_span_make(&bits, sizeof(bits)));
}

static void store_u64(void *value, uint64_t bits) {
  pat_span_copy(value, sizeof(bits), pat_span_make(&bits, sizeof(bits)));
}

/* Zigzag puts the sign in the lowest bit: 0, -1, 1, -2 ... become 0, 1, 2, 3 ... */
static uint64_t zigzag(uint64_t bits, unsigned sign_bit) {
  uint64_t sign = bits >> sign_bit & 1;
  return bits << 1 ^ (0 - sign);
}

static uint64_t unzigzag(uint64_t raw) { return raw >> 1 ^ (0 - (raw & 1)); }

uint64_t pat_protobuf__load_raw(ProtobufCType type, const void *value) {
  PAT_ASSERT(pat_protobuf__is_scalar(type));
  if (type == PROTOBUF_C_TYPE_SINT64) return zigzag(load_u64(value), 63);
  if (is_64_bit(type)) return load_u64(value);
  uint32_t bits = load_u32(value);
  if (type == PROTOBUF_C_TYPE_SINT32) return (uint32_t)zigzag(bits, 31);
  bool is_signed = type == PROTOBUF_C_TYPE_INT32 || type == PROTOBUF_C_TYPE_ENUM;
  return is_signed ? (uint64_t)(int64_t)(int32_t)bits : bits;
}

void pat_protobuf__store_raw(ProtobufCType type, void *value, uint64_t raw) {
  PAT_ASSERT(pat_protobuf__is_scalar(type));
  bool zigzagged = type == PROTOBUF_C_TYPE_SINT64 || type == PROTOBUF_C_TYPE_SINT32;
  uint64_t bits = zigzagged ? unzigzag(raw) : raw;
  if (is_64_bit(type)) {
    store_u64(value, bits);
  } else {
    store_u32(value, (uint32_t)bits);
  }
}

uint32_t pat_protobuf__load_case(const void *quantifier) { return load_u32(quantifier); }

void pat_protobuf__store_case(void *quantifier, uint32_t number) { store_u32(quantifier, number); }

size_t pat_protobuf__load_count(const void *quantifier) {
  size_t count = 0;
  pat_span_copy(&count, sizeof(count), pat_span_make(quantifier, sizeof(count)));
  return count;
}

void pat_protobuf__store_count(void *quantifier, size_t count) {
  pat_span_copy(quantifier, sizeof(count), pat_span_make(&count, sizeof(count)));
}

void *pat_protobuf__load_pointer(const void *value) {
  void *pointer = NULL;
  pat_span_copy(&pointer, sizeof(pointer), pat_span_make(value, sizeof(pointer)));
  return pointer;
}

void pat_protobuf__store_pointer(void *value, const void *pointer) {
  pat_span_copy(value, sizeof(pointer), pat_span_make(&pointer, sizeof(pointer)));
}
