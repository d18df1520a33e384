#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/bytes/protobuf_internal.h"
#include "core/bytes/text.h"

/* One message that is being written. */
typedef struct {
  const ProtobufCMessage *message;
  unsigned field_index;
  size_t element; /* of that field, where it is a message */
  size_t opened;  /* where the message's bytes begin; not used by the outermost */
} frame;

/* The bytes of a string or bytes value; a NULL string is empty. */
static pat_span load_delimited(ProtobufCType type, const void *value) {
  if (type == PROTOBUF_C_TYPE_STRING) {
    const char *text = pat_protobuf__load_pointer(value);
    return text == NULL ? PAT_SPAN_EMPTY : pat_span_text(text);
  }
  PAT_ASSERT(type == PROTOBUF_C_TYPE_BYTES);
  ProtobufCBinaryData data = {0};
  pat_span_copy(&data, sizeof(data), pat_span_make(value, sizeof(data)));
  return pat_span_make(data.data, data.len);
}

/* How many values of the field the struct holds: 0 or 1, or the length of a repeated field. */
static size_t count_values(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
  const void *quantifier = pat_protobuf__at_const(message, field->quantifier_offset);
  if (field->label == PROTOBUF_C_LABEL_REPEATED) return pat_protobuf__load_count(quantifier);
  if (pat_protobuf__in_oneof(field)) return pat_protobuf__load_case(quantifier) == field->id;
  const void *value = pat_protobuf__at_const(message, field->offset);
  if (pat_protobuf__is_scalar(field->type)) return pat_protobuf__load_raw(field->type, value) != 0;
  if (field->type == PROTOBUF_C_TYPE_BYTES) return load_delimited(field->type, value).size > 0;
  const char *pointer = pat_protobuf__load_pointer(value);
  if (field->type == PROTOBUF_C_TYPE_MESSAGE) return pointer != NULL;
  return pointer != NULL && pointer[0] != '\0';
}

static const void *value_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                            size_t element) {
  const void *value = pat_protobuf__at_const(message, field->offset);
  if (field->label != PROTOBUF_C_LABEL_REPEATED) return value;
  const uint8_t *array = pat_protobuf__load_pointer(value);
  PAT_ASSERT(array != NULL);
  return array + element * pat_protobuf__value_size(field->type);
}

static void write_little_endian(pat_builder *builder, uint64_t value, size_t size) {
  uint8_t bytes[sizeof(value)];
  PAT_ASSERT(size <= sizeof(bytes));
  for (size_t i = 0; i < size; i++) {
    bytes[i] = (uint8_t)(value >> (8 * i));
  }
  pat_builder_span(builder, pat_span_make(bytes, size));
}

static pat_status write_scalar(pat_builder *builder, const ProtobufCFieldDescriptor *field,
                               const void *value) {
  uint64_t raw = pat_protobuf__load_raw(field->type, value);
  PAT_TRY(pat_protobuf__check_raw(field, raw));
  if (pat_protobuf__wire_of(field->type) == PAT_PROTOBUF__WIRE_VARINT) {
    pat_builder_uvarint(builder, raw);
  } else {
    write_little_endian(builder, raw, pat_protobuf__value_size(field->type));
  }
  return PAT_OK;
}

static pat_status write_delimited(pat_builder *builder, const ProtobufCFieldDescriptor *field,
                                  const void *value) {
  pat_span bytes = load_delimited(field->type, value);
  bool is_text = field->type == PROTOBUF_C_TYPE_STRING;
  PAT_REQUIRE(!is_text || pat_utf8_valid_no_nul(bytes), BYTES_PROTOBUF_UTF8);
  pat_builder_uvarint(builder, bytes.size);
  pat_builder_span(builder, bytes);
  return PAT_OK;
}

static pat_status write_elements(pat_builder *builder, const ProtobufCMessage *message,
                                 const ProtobufCFieldDescriptor *field, size_t count) {
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(write_scalar(builder, field, value_at(message, field, i)));
  }
  return builder->status;
}

static pat_status write_packed(pat_builder *builder, const ProtobufCMessage *message,
                               const ProtobufCFieldDescriptor *field, size_t count) {
  pat_builder_uvarint(builder, pat_protobuf__tag_of(field));
  size_t opened = pat_builder_open(builder);
  PAT_TRY(write_elements(builder, message, field, count));
  pat_builder_close(builder, opened);
  return builder->status;
}

/* Writes all values of a field that is not a message. */
static pat_status write_field(pat_builder *builder, const ProtobufCMessage *message,
                              const ProtobufCFieldDescriptor *field) {
  size_t count = count_values(message, field);
  bool is_scalar = pat_protobuf__is_scalar(field->type);
  bool packed = is_scalar && field->label == PROTOBUF_C_LABEL_REPEATED;
  if (packed && count > 0) return write_packed(builder, message, field, count);
  for (size_t i = 0; i < count; i++) {
    const void *value = value_at(message, field, i);
    pat_builder_uvarint(builder, pat_protobuf__tag_of(field));
    if (is_scalar) {
      PAT_TRY(write_scalar(builder, field, value));
    } else {
      PAT_TRY(write_delimited(builder, field, value));
    }
  }
  return builder->status;
}

/* The case of a oneof names one of its members, or is 0. */
static bool oneof_valid(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
  uint32_t number =
      pat_protobuf__load_case(pat_protobuf__at_const(message, field->quantifier_offset));
  if (number == 0 || number == field->id) return true;
  const ProtobufCFieldDescriptor *member = pat_protobuf__find(message->descriptor, number);
  if (member == NULL) return false;
  return pat_protobuf__in_oneof(member) && member->quantifier_offset == field->quantifier_offset;
}

/* Puts a message, whose bytes begin at opened, on the stack of PAT_PROTOBUF_DEPTH_MAX frames. */
static pat_status push(frame *frames, size_t *depth, const ProtobufCMessage *message,
                       size_t opened) {
  PAT_ASSERT(message != NULL);
  PAT_ASSERT(message->descriptor->magic == PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC);
  PAT_REQUIRE(*depth < PAT_PROTOBUF_DEPTH_MAX, BYTES_PROTOBUF_DEPTH);
  PAT_REQUIRE(message->n_unknown_fields == 0, BYTES_PROTOBUF_UNKNOWN_FIELD);
  for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
    if (pat_protobuf__in_oneof(field)) PAT_ASSERT(oneof_valid(message, field));
  }
  frames[*depth] = (frame){.message = message, .opened = opened};
  *depth += 1;
  return PAT_OK;
}

/* The field that the frame stands at; NULL after the last. */
static const ProtobufCFieldDescriptor *field_of(const frame *top) {
  PAT_ASSERT(top->message != NULL);
  const ProtobufCMessageDescriptor *descriptor = top->message->descriptor;
  if (top->field_index == descriptor->n_fields) return NULL;
  return &descriptor->fields[top->field_index];
}

/* Writes the fields of the frame from where it stands up to its next nested message, which it
 * gives and steps over; NULL at the end of the frame's message. */
static pat_status write_up_to_message(frame *top, pat_builder *builder,
                                      const ProtobufCMessage **ret_nested) {
  const ProtobufCFieldDescriptor *field = NULL;
  while ((field = field_of(top)) != NULL) {
    bool is_message = field->type == PROTOBUF_C_TYPE_MESSAGE;
    if (is_message && top->element < count_values(top->message, field)) {
      *ret_nested = pat_protobuf__load_pointer(value_at(top->message, field, top->element));
      PAT_ASSERT(*ret_nested != NULL);
      top->element++;
      return PAT_OK;
    }
    if (!is_message) PAT_TRY(write_field(builder, top->message, field));
    top->field_index++;
    top->element = 0;
  }
  *ret_nested = NULL;
  return builder->status;
}

/* One pass: the length of a nested message is put in front of it when its end is known. */
static pat_status encode(const ProtobufCMessage *message, pat_builder *builder) {
  frame frames[PAT_PROTOBUF_DEPTH_MAX]; /* those below depth are set */
  size_t depth = 0;
  PAT_TRY(push(frames, &depth, message, 0));
  while (true) {
    frame *top = &frames[depth - 1];
    const ProtobufCMessage *nested = NULL;
    PAT_TRY(write_up_to_message(top, builder, &nested));
    if (nested != NULL) {
      pat_builder_uvarint(builder, pat_protobuf__tag_of(field_of(top)));
      PAT_TRY(push(frames, &depth, nested, pat_builder_open(builder)));
      continue;
    }
    depth--;
    if (depth == 0) return builder->status;
    pat_builder_close(builder, top->opened);
  }
}

pat_status pat_protobuf_encode(const ProtobufCMessage *message, pat_builder *builder) {
  PAT_ASSERT(pat_builder_valid(builder));
  PAT_TRY(builder->status);
  size_t start = pat_builder_size(builder);
  pat_status status = encode(message, builder);
  bool refused = !pat_is_ok(status) && pat_is_ok(builder->status);
  if (refused) builder->size = start;
  return status;
}

pat_status pat_protobuf_size(const ProtobufCMessage *message, size_t *ret_size) {
  pat_builder counter;
  pat_builder_init(&counter, NULL, SIZE_MAX);
  PAT_TRY(encode(message, &counter));
  *ret_size = pat_builder_size(&counter);
  return PAT_OK;
}
