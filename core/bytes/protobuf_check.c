#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/bytes/protobuf_internal.h"

/* A place on the path that is being walked: the message, and the next field to look at. */
typedef struct {
  const ProtobufCMessageDescriptor *descriptor;
  unsigned next_field;
} place;

static bool field_supported(const ProtobufCFieldDescriptor *field, uint32_t previous_number) {
  if (field->type == PROTOBUF_C_TYPE_FLOAT || field->type == PROTOBUF_C_TYPE_DOUBLE) return false;
  if (field->label != PROTOBUF_C_LABEL_NONE && field->label != PROTOBUF_C_LABEL_REPEATED)
    return false;
  /* Every string's default is protobuf-c's empty string. */
  if (field->default_value != NULL && field->type != PROTOBUF_C_TYPE_STRING) return false;
  bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
  if (repeated && pat_protobuf__in_oneof(field)) return false;
  bool typed = field->type == PROTOBUF_C_TYPE_MESSAGE || field->type == PROTOBUF_C_TYPE_ENUM;
  if (typed && field->descriptor == NULL) return false;
  return field->id > previous_number && field->id <= PAT_PROTOBUF__NUMBER_MAX;
}

static bool descriptor_flat_supported(const ProtobufCMessageDescriptor *descriptor) {
  if (descriptor->magic != PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC) return false;
  if (descriptor->message_init == NULL) return false;
  uint32_t previous_number = 0;
  for (unsigned i = 0; i < descriptor->n_fields; i++) {
    if (!field_supported(&descriptor->fields[i], previous_number)) return false;
    previous_number = descriptor->fields[i].id;
  }
  return true;
}

/* The next field of the place that is a message, or NULL after its last field. */
static const ProtobufCFieldDescriptor *next_message_field(place *at) {
  while (at->next_field < at->descriptor->n_fields) {
    const ProtobufCFieldDescriptor *field = &at->descriptor->fields[at->next_field++];
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) return field;
  }
  return NULL;
}

bool pat_protobuf_descriptor_supported(const ProtobufCMessageDescriptor *descriptor) {
  place path[PAT_PROTOBUF_DEPTH_MAX] = {{descriptor, 0}};
  size_t depth = 1;
  if (!descriptor_flat_supported(descriptor)) return false;
  while (depth > 0) {
    const ProtobufCFieldDescriptor *field = next_message_field(&path[depth - 1]);
    if (field == NULL) {
      depth--;
      continue;
    }
    if (depth == PAT_PROTOBUF_DEPTH_MAX) return false;
    if (!descriptor_flat_supported(field->descriptor)) return false;
    path[depth++] = (place){field->descriptor, 0};
  }
  return true;
}
