/* Struct -> JSON text, straight into the builder. */
#include <string.h>

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "proto/json/protojson.h"
#include "proto/json/protojson_internal.h"

/* A message that is being written. */
typedef struct {
  const ProtobufCMessage *message;
  unsigned field;  /* the next field to write; or the list being written, where in_list */
  size_t element;  /* next element of that list */
  bool in_list;    /* its '[' is written */
  bool has_fields; /* a ',' goes before the next */
} frame;

typedef struct {
  frame frames[PAT_JSON_DEPTH_MAX];
  size_t depth;
  pat_builder *builder;
} writer;

static void write_escaped(pat_builder *builder, char c) {
  static const char digits[] = "0123456789abcdef";
  static const char shorts[] = "\bb\ff\nn\rr\tt\"\"\\\\";
  for (size_t i = 0; i + 1 < sizeof(shorts); i += 2) {
    if (shorts[i] != c) continue;
    pat_builder_char(builder, '\\');
    pat_builder_char(builder, shorts[i + 1]);
    return;
  }
  pat_builder_text(builder, "\\u00");
  pat_builder_char(builder, digits[(uint8_t)c >> 4]);
  pat_builder_char(builder, digits[(uint8_t)c & 15]);
}

static bool is_plain(char c) { return (uint8_t)c >= 0x20 && c != '"' && c != '\\'; }

static void write_string(pat_builder *builder, const char *text) {
  pat_builder_char(builder, '"');
  while (*text != '\0') {
    size_t run = 0;
    while (text[run] != '\0' && is_plain(text[run]))
      run++;
    pat_builder_span(builder, pat_span_make(text, run));
    text += run;
    if (*text != '\0') write_escaped(builder, *text++);
  }
  pat_builder_char(builder, '"');
}

static void write_name(pat_builder *builder, const char *name) {
  pat_builder_char(builder, '"');
  const char *cursor = name;
  for (char c = pat_protojson__next_camel(&cursor); c != '\0';
       c = pat_protojson__next_camel(&cursor)) {
    pat_builder_char(builder, c);
  }
  pat_builder_text(builder, "\":");
}

/* 32-bit numbers stand alone, 64-bit ones in quotes: a JSON reader may hold numbers as doubles. */
static void write_signed(pat_builder *builder, int64_t value) {
  if (value < 0) pat_builder_char(builder, '-');
  pat_builder_decimal(builder, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static void write_quoted_signed(pat_builder *builder, int64_t value) {
  pat_builder_char(builder, '"');
  write_signed(builder, value);
  pat_builder_char(builder, '"');
}

static void write_quoted(pat_builder *builder, uint64_t value) {
  pat_builder_char(builder, '"');
  pat_builder_decimal(builder, value);
  pat_builder_char(builder, '"');
}

static pat_status write_enum(pat_builder *builder, const ProtobufCEnumDescriptor *descriptor,
                             int value) {
  const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(descriptor, value);
  PAT_REQUIRE(found != NULL, JSON_ENUM);
  pat_builder_char(builder, '"');
  pat_builder_text(builder, found->name);
  pat_builder_char(builder, '"');
  return PAT_OK;
}

static void write_bytes(pat_builder *builder, ProtobufCBinaryData bytes) {
  pat_builder_char(builder, '"');
  pat_protojson__base64_encode(builder, pat_span_make(bytes.data, bytes.len));
  pat_builder_char(builder, '"');
}

static void write_text(pat_builder *builder, const char *text) {
  write_string(builder, text == NULL ? "" : text);
}

static pat_status write_scalar(pat_builder *builder, const ProtobufCFieldDescriptor *field,
                               const void *element) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
      write_signed(builder, *(const int32_t *)element);
      break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
      pat_builder_decimal(builder, *(const uint32_t *)element);
      break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
      write_quoted_signed(builder, *(const int64_t *)element);
      break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
      write_quoted(builder, *(const uint64_t *)element);
      break;
    case PROTOBUF_C_TYPE_BOOL:
      pat_builder_text(builder, *(const protobuf_c_boolean *)element ? "true" : "false");
      break;
    case PROTOBUF_C_TYPE_ENUM:
      return write_enum(builder, field->descriptor, *(const int *)element);
    case PROTOBUF_C_TYPE_STRING:
      write_text(builder, *(char *const *)element);
      break;
    case PROTOBUF_C_TYPE_BYTES:
      write_bytes(builder, *(const ProtobufCBinaryData *)element);
      break;
    case PROTOBUF_C_TYPE_MESSAGE:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
      PAT_ASSERT(false); /* messages are pushed; floats are not in our schemas */
      break;
  }
  return PAT_OK;
}

static bool is_zero(const void *member, size_t size) {
  const uint8_t *bytes = member;
  for (size_t i = 0; i < size; i++) {
    if (bytes[i] != 0) return false;
  }
  return true;
}

static bool is_default(const ProtobufCFieldDescriptor *field, const void *member) {
  if (field->type == PROTOBUF_C_TYPE_STRING) {
    const char *text = *(char *const *)member;
    return text == NULL || *text == '\0';
  }
  if (field->type == PROTOBUF_C_TYPE_BYTES) return ((const ProtobufCBinaryData *)member)->len == 0;
  return is_zero(member, pat_protojson__element_size(field));
}

static bool is_present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
  if (field->label == PROTOBUF_C_LABEL_REPEATED) return *pat_protojson__count(message, field) > 0;
  if (pat_protojson__is_oneof(field)) return *pat_protojson__case(message, field) == field->id;
  return !is_default(field, pat_protojson__member(message, field));
}

static pat_status push(writer *w, const ProtobufCMessage *message) {
  PAT_ASSERT(message != NULL);
  PAT_REQUIRE(w->depth < PAT_JSON_DEPTH_MAX, JSON_DEPTH);
  w->frames[w->depth++] = (frame){.message = message};
  pat_builder_char(w->builder, '{');
  return PAT_OK;
}

static pat_status write_element(writer *w, const ProtobufCFieldDescriptor *field,
                                const void *element) {
  if (field->type != PROTOBUF_C_TYPE_MESSAGE) return write_scalar(w->builder, field, element);
  return push(w, *(ProtobufCMessage *const *)element);
}

/* Writes the next element of the list that the frame is in, or closes the list. */
static pat_status step_list(writer *w, frame *top) {
  const ProtobufCFieldDescriptor *field = &top->message->descriptor->fields[top->field];
  if (top->element == *pat_protojson__count(top->message, field)) {
    pat_builder_char(w->builder, ']');
    top->in_list = false;
    top->field++;
    return PAT_OK;
  }
  if (top->element > 0) pat_builder_char(w->builder, ',');
  const char *list = *(char *const *)pat_protojson__member(top->message, field);
  const char *element = list + top->element * pat_protojson__element_size(field);
  top->element++;
  return write_element(w, field, element);
}

/* Writes the next field of the message, or closes it. */
static pat_status step_field(writer *w, frame *top) {
  if (top->field == top->message->descriptor->n_fields) {
    pat_builder_char(w->builder, '}');
    w->depth--;
    return PAT_OK;
  }
  const ProtobufCFieldDescriptor *field = &top->message->descriptor->fields[top->field];
  bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
  if (!repeated) top->field++;
  if (!is_present(top->message, field)) {
    if (repeated) top->field++;
    return PAT_OK;
  }
  if (top->has_fields) pat_builder_char(w->builder, ',');
  top->has_fields = true;
  write_name(w->builder, field->name);
  if (!repeated) return write_element(w, field, pat_protojson__member(top->message, field));
  pat_builder_char(w->builder, '[');
  top->in_list = true;
  top->element = 0;
  return PAT_OK;
}

pat_status pat_protojson_encode(const ProtobufCMessage *message, pat_builder *builder) {
  writer w = {.builder = builder};
  PAT_TRY(push(&w, message));
  while (w.depth > 0) {
    frame *top = &w.frames[w.depth - 1];
    PAT_TRY(top->in_list ? step_list(&w, top) : step_field(&w, top));
  }
  pat_span written = PAT_SPAN_EMPTY;
  return pat_builder_finish(builder, &written);
}
