/* Names of fields, and where a field lives in its struct. */
#include "core/base/assert.h"
#include "proto/json/protojson_internal.h"

static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

char pat_protojson__next_camel(const char **cursor) {
  bool capital = false;
  while (**cursor == '_') {
    capital = true;
    (*cursor)++;
  }
  char c = **cursor;
  if (c != '\0') (*cursor)++;
  return capital ? upper(c) : c;
}

static bool is_camel(const char *name, const char *key) {
  const char *cursor = name;
  for (;;) {
    char wanted = pat_protojson__next_camel(&cursor);
    if (*key != wanted) return false;
    if (wanted == '\0') return true;
    key++;
  }
}

bool pat_protojson__is_name(const ProtobufCFieldDescriptor *field, const char *key) {
  if (is_camel(field->name, key)) return true;
  return pat_span_equal(pat_span_text(field->name), pat_span_text(key));
}

static void *at_offset(const ProtobufCMessage *message, size_t offset) {
  PAT_ASSERT(offset < message->descriptor->sizeof_message);
  return (char *)(uintptr_t)message + offset;
}

void *pat_protojson__member(const ProtobufCMessage *message,
                            const ProtobufCFieldDescriptor *field) {
  return at_offset(message, field->offset);
}

size_t *pat_protojson__count(const ProtobufCMessage *message,
                             const ProtobufCFieldDescriptor *field) {
  PAT_ASSERT(field->label == PROTOBUF_C_LABEL_REPEATED);
  return at_offset(message, field->quantifier_offset);
}

uint32_t *pat_protojson__case(const ProtobufCMessage *message,
                              const ProtobufCFieldDescriptor *field) {
  PAT_ASSERT(pat_protojson__is_oneof(field));
  return at_offset(message, field->quantifier_offset);
}

bool pat_protojson__is_oneof(const ProtobufCFieldDescriptor *field) {
  return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

size_t pat_protojson__element_size(const ProtobufCFieldDescriptor *field) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
      return sizeof(int32_t);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
      return sizeof(uint32_t);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
      return sizeof(int64_t);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
      return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_BOOL:
      return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_ENUM:
      return sizeof(int);
    case PROTOBUF_C_TYPE_STRING:
      return sizeof(char *);
    case PROTOBUF_C_TYPE_BYTES:
      return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_MESSAGE:
      return sizeof(ProtobufCMessage *);
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
      break;
  }
  PAT_ASSERT(false); /* floats are not in our schemas */
  return 0;
}
