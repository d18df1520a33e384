#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/bytes/protobuf_internal.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"

/* One message that is being read. */
typedef struct {
  const ProtobufCMessageDescriptor *descriptor;
  ProtobufCMessage *message;
  pat_reader reader;   /* over this message's bytes alone */
  size_t base;         /* where they begin in the whole input */
  unsigned next_field; /* index of the first field that may still come */
  uint32_t last_number;
  const ProtobufCFieldDescriptor *field; /* of the record being read; NULL: not known (yet) */
  size_t element;                        /* which element of field, from 0 */
} frame;

/* The explicit stack: frames[depth - 1] is the message being read, below it stand its parents. */
typedef struct {
  pat_arena *arena;
  unsigned flags;
  size_t at; /* where in the whole input the tag or value being read begins */
  bool newer;
  size_t newer_at; /* where the first field from a newer format begins */
  size_t depth;
  frame frames[PAT_PROTOBUF_DEPTH_MAX];
} decoder;

typedef struct {
  uint32_t number;
  uint32_t wire;
} tag;

static void decoder_init(decoder *self, pat_arena *arena, unsigned flags) {
  self->arena = arena;
  self->flags = flags;
  self->at = 0;
  self->newer = false;
  self->newer_at = 0;
  self->depth = 0;
}

static frame *top_of(decoder *self) {
  PAT_ASSERT(self->depth >= 1);
  PAT_ASSERT(self->depth <= PAT_PROTOBUF_DEPTH_MAX);
  return &self->frames[self->depth - 1];
}

/* Remembers that what comes next in the message is what a refusal is about. */
static void mark_here(decoder *self) {
  const frame *top = top_of(self);
  self->at = top->base + pat_reader_offset(&top->reader);
}

static pat_status read_tag(pat_reader *reader, tag *ret_tag) {
  uint64_t raw = 0;
  PAT_TRY(pat_reader_uvarint(reader, &raw));
  uint64_t number = raw >> PAT_PROTOBUF__WIRE_TYPE_BITS;
  uint32_t wire = (uint32_t)(raw & ((1u << PAT_PROTOBUF__WIRE_TYPE_BITS) - 1));
  PAT_REQUIRE(number >= 1 && number <= PAT_PROTOBUF__NUMBER_MAX, BYTES_PROTOBUF_TAG);
  PAT_REQUIRE(wire == PAT_PROTOBUF__WIRE_VARINT || wire == PAT_PROTOBUF__WIRE_64 ||
                  wire == PAT_PROTOBUF__WIRE_LENGTH || wire == PAT_PROTOBUF__WIRE_32,
              BYTES_PROTOBUF_TAG);
  *ret_tag = (tag){(uint32_t)number, wire};
  return PAT_OK;
}

static pat_status read_delimited(pat_reader *reader, pat_span *ret_bytes) {
  uint64_t size = 0;
  PAT_TRY(pat_reader_uvarint(reader, &size));
  PAT_REQUIRE(size <= pat_reader_left(reader), BYTES_PROTOBUF_LENGTH);
  return pat_reader_take(reader, (size_t)size, ret_bytes);
}

static pat_status read_little_endian(pat_reader *reader, size_t size, uint64_t *ret_value) {
  pat_span bytes = PAT_SPAN_EMPTY;
  PAT_TRY(pat_reader_take(reader, size, &bytes));
  uint64_t value = 0;
  for (size_t i = size; i > 0; i--) {
    value = value << 8 | bytes.data[i - 1];
  }
  *ret_value = value;
  return PAT_OK;
}

static pat_status read_raw(pat_reader *reader, ProtobufCType type, uint64_t *ret_raw) {
  pat_protobuf__wire wire = pat_protobuf__wire_of(type);
  if (wire == PAT_PROTOBUF__WIRE_32) return read_little_endian(reader, sizeof(uint32_t), ret_raw);
  if (wire == PAT_PROTOBUF__WIRE_64) return read_little_endian(reader, sizeof(uint64_t), ret_raw);
  PAT_ASSERT(wire == PAT_PROTOBUF__WIRE_VARINT);
  return pat_reader_uvarint(reader, ret_raw);
}

/* Puts a message that begins at base of the whole input on the stack, with a fresh struct. */
static pat_status push(decoder *self, const ProtobufCMessageDescriptor *descriptor, pat_span bytes,
                       size_t base) {
  PAT_ASSERT(descriptor->magic == PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC);
  PAT_REQUIRE(self->depth < PAT_PROTOBUF_DEPTH_MAX, BYTES_PROTOBUF_DEPTH);
  ProtobufCMessage *message = pat_arena_take(self->arena, descriptor->sizeof_message);
  PAT_REQUIRE(message != NULL, LIMIT_MEMORY);
  descriptor->message_init(message);
  PAT_ASSERT(message->descriptor == descriptor);
  frame *pushed = &self->frames[self->depth++];
  *pushed = (frame){.descriptor = descriptor, .message = message, .base = base};
  pat_reader_init(&pushed->reader, bytes);
  return PAT_OK;
}

static pat_status store_string(decoder *self, pat_span text, void *value) {
  PAT_REQUIRE(pat_utf8_valid_no_nul(text), BYTES_PROTOBUF_UTF8);
  char *copy = pat_arena_take_array(self->arena, text.size + 1, sizeof(char));
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, text.size, text);
  copy[text.size] = '\0';
  pat_protobuf__store_pointer(value, copy);
  return PAT_OK;
}

/* protobuf-c's struct lacks the const that borrowing from the input calls for: the pointer
 * itself is copied instead of casting the const away. */
static void store_bytes(pat_span bytes, void *value) {
  ProtobufCBinaryData data = {.len = bytes.size, .data = NULL};
  pat_protobuf__store_pointer(&data.data, bytes.data);
  pat_span_copy(value, sizeof(data), pat_span_make(&data, sizeof(data)));
}

/* Stores a length-delimited value that ends where the reader of the top frame stands. */
static pat_status store_delimited(decoder *self, pat_span bytes, void *value) {
  const frame *top = top_of(self);
  const ProtobufCFieldDescriptor *field = top->field;
  if (field->type == PROTOBUF_C_TYPE_STRING) return store_string(self, bytes, value);
  if (field->type == PROTOBUF_C_TYPE_BYTES) {
    store_bytes(bytes, value);
    return PAT_OK;
  }
  PAT_ASSERT(field->type == PROTOBUF_C_TYPE_MESSAGE);
  size_t base = top->base + pat_reader_offset(&top->reader) - bytes.size;
  PAT_TRY(push(self, field->descriptor, bytes, base));
  pat_protobuf__store_pointer(value, top_of(self)->message);
  return PAT_OK;
}

static pat_status claim_oneof(const frame *top) {
  void *quantifier = pat_protobuf__at(top->message, top->field->quantifier_offset);
  PAT_REQUIRE(pat_protobuf__load_case(quantifier) == 0, BYTES_PROTOBUF_ONEOF_TWICE);
  pat_protobuf__store_case(quantifier, top->field->id);
  return PAT_OK;
}

static pat_status read_singular(decoder *self) {
  frame *top = top_of(self);
  const ProtobufCFieldDescriptor *field = top->field;
  bool explicit_presence = pat_protobuf__in_oneof(field);
  if (explicit_presence) PAT_TRY(claim_oneof(top));
  void *value = pat_protobuf__at(top->message, field->offset);
  if (pat_protobuf__is_scalar(field->type)) {
    uint64_t raw = 0;
    PAT_TRY(read_raw(&top->reader, field->type, &raw));
    PAT_REQUIRE(raw != 0 || explicit_presence, BYTES_PROTOBUF_DEFAULT_WRITTEN);
    PAT_TRY(pat_protobuf__check_raw(field, raw));
    pat_protobuf__store_raw(field->type, value, raw);
    return PAT_OK;
  }
  pat_span bytes = PAT_SPAN_EMPTY;
  PAT_TRY(read_delimited(&top->reader, &bytes));
  bool may_be_empty = explicit_presence || field->type == PROTOBUF_C_TYPE_MESSAGE;
  PAT_REQUIRE(bytes.size > 0 || may_be_empty, BYTES_PROTOBUF_DEFAULT_WRITTEN);
  return store_delimited(self, bytes, value);
}

/* Gives the field of the top frame an array for count elements. */
static pat_status store_array(decoder *self, size_t count, uint8_t **ret_array) {
  const frame *top = top_of(self);
  size_t size = pat_protobuf__value_size(top->field->type);
  uint8_t *array = pat_arena_take_array(self->arena, count, size);
  PAT_REQUIRE(array != NULL, LIMIT_MEMORY);
  pat_protobuf__store_count(pat_protobuf__at(top->message, top->field->quantifier_offset), count);
  pat_protobuf__store_pointer(pat_protobuf__at(top->message, top->field->offset), array);
  *ret_array = array;
  return PAT_OK;
}

/* How many well-formed elements with this tag stand next to each other from here on; works on a
 * copy of the reader. Where they end in something malformed, the main loop will refuse that. */
static size_t count_elements(pat_reader copy, uint64_t wanted_tag) {
  size_t count = 0;
  uint64_t found_tag = 0;
  pat_span ignored = PAT_SPAN_EMPTY;
  while (pat_is_ok(pat_reader_uvarint(&copy, &found_tag)) && found_tag == wanted_tag &&
         pat_is_ok(read_delimited(&copy, &ignored))) {
    count++;
  }
  return count;
}

static pat_status read_element(decoder *self) {
  frame *top = top_of(self);
  const ProtobufCFieldDescriptor *field = top->field;
  pat_span bytes = PAT_SPAN_EMPTY;
  PAT_TRY(read_delimited(&top->reader, &bytes));
  uint8_t *array = NULL;
  if (top->element == 0) {
    size_t count = 1 + count_elements(top->reader, pat_protobuf__tag_of(field));
    PAT_TRY(store_array(self, count, &array));
  }
  array = pat_protobuf__load_pointer(pat_protobuf__at(top->message, field->offset));
  const void *quantifier = pat_protobuf__at(top->message, field->quantifier_offset);
  PAT_ASSERT(top->element < pat_protobuf__load_count(quantifier));
  return store_delimited(self, bytes, array + top->element * pat_protobuf__value_size(field->type));
}

/* How many elements a packed list of this size holds; refuses one whose last element is cut. */
static pat_status count_packed(ProtobufCType type, pat_span list, size_t *ret_count) {
  PAT_ASSERT(list.size > 0);
  if (pat_protobuf__wire_of(type) != PAT_PROTOBUF__WIRE_VARINT) {
    size_t size = pat_protobuf__value_size(type);
    PAT_REQUIRE(list.size % size == 0, BYTES_PROTOBUF_LENGTH);
    *ret_count = list.size / size;
    return PAT_OK;
  }
  PAT_REQUIRE(list.data[list.size - 1] < 0x80, BYTES_PROTOBUF_LENGTH);
  size_t count = 0;
  for (size_t i = 0; i < list.size; i++) {
    count += list.data[i] < 0x80;
  }
  *ret_count = count;
  return PAT_OK;
}

static pat_status read_packed(decoder *self) {
  frame *top = top_of(self);
  ProtobufCType type = top->field->type;
  pat_span list = PAT_SPAN_EMPTY;
  PAT_TRY(read_delimited(&top->reader, &list));
  PAT_REQUIRE(list.size > 0, BYTES_PROTOBUF_EMPTY_PACKED);
  size_t count = 0;
  PAT_TRY(count_packed(type, list, &count));
  uint8_t *array = NULL;
  PAT_TRY(store_array(self, count, &array));
  size_t base = top->base + pat_reader_offset(&top->reader) - list.size;
  pat_reader reader = {0};
  pat_reader_init(&reader, list);
  for (size_t i = 0; i < count; i++) {
    self->at = base + pat_reader_offset(&reader);
    top->element = i;
    uint64_t raw = 0;
    PAT_TRY(read_raw(&reader, type, &raw));
    PAT_TRY(pat_protobuf__check_raw(top->field, raw));
    pat_protobuf__store_raw(type, array + i * pat_protobuf__value_size(type), raw);
  }
  return pat_reader_finish(&reader);
}

/* A field that the descriptor does not have: skipped and remembered where the top is open. */
static pat_status read_unknown(decoder *self, tag found) {
  frame *top = top_of(self);
  bool open = (self->flags & PAT_PROTOBUF_OPEN_TOP) != 0 && self->depth == 1;
  PAT_REQUIRE(open, BYTES_PROTOBUF_UNKNOWN_FIELD);
  PAT_REQUIRE(found.wire == PAT_PROTOBUF__WIRE_LENGTH, BYTES_PROTOBUF_UNKNOWN_FIELD);
  if (!self->newer) self->newer_at = self->at;
  self->newer = true;
  pat_span ignored = PAT_SPAN_EMPTY;
  return read_delimited(&top->reader, &ignored);
}

/* The field of this number at or after the frame's place in the descriptor; NULL where none is. */
static const ProtobufCFieldDescriptor *advance_to(frame *top, uint32_t number) {
  const ProtobufCMessageDescriptor *descriptor = top->descriptor;
  while (top->next_field < descriptor->n_fields &&
         descriptor->fields[top->next_field].id < number) {
    top->next_field++;
  }
  if (top->next_field == descriptor->n_fields) return NULL;
  const ProtobufCFieldDescriptor *field = &descriptor->fields[top->next_field];
  return field->id == number ? field : NULL;
}

static pat_status check_wire(const ProtobufCFieldDescriptor *field, uint32_t wire) {
  pat_protobuf__wire own = pat_protobuf__wire_of(field->type);
  bool packed = field->label == PROTOBUF_C_LABEL_REPEATED && own != PAT_PROTOBUF__WIRE_LENGTH;
  PAT_REQUIRE(!packed || wire != own, BYTES_PROTOBUF_UNPACKED);
  PAT_REQUIRE(wire == (packed ? PAT_PROTOBUF__WIRE_LENGTH : own), BYTES_PROTOBUF_WIRE_TYPE);
  return PAT_OK;
}

/* Makes the field that the tag names the frame's current one, or leaves it NULL where unknown. */
static pat_status select_field(frame *top, tag found) {
  bool again = found.number == top->last_number;
  PAT_REQUIRE(found.number >= top->last_number, BYTES_PROTOBUF_ORDER);
  top->last_number = found.number;
  top->field = advance_to(top, found.number);
  if (top->field == NULL) return PAT_OK;
  top->element = again ? top->element + 1 : 0;
  bool list_of_records =
      top->field->label == PROTOBUF_C_LABEL_REPEATED && !pat_protobuf__is_scalar(top->field->type);
  PAT_REQUIRE(!again || list_of_records, BYTES_PROTOBUF_REPEATED_FIELD);
  return check_wire(top->field, found.wire);
}

static pat_status read_record(decoder *self) {
  frame *top = top_of(self);
  top->field = NULL;
  mark_here(self);
  tag found = {0, 0};
  PAT_TRY(read_tag(&top->reader, &found));
  PAT_TRY(select_field(top, found));
  if (top->field == NULL) return read_unknown(self, found);
  mark_here(self);
  if (top->field->label != PROTOBUF_C_LABEL_REPEATED) return read_singular(self);
  return pat_protobuf__is_scalar(top->field->type) ? read_packed(self) : read_element(self);
}

static pat_status read_all(decoder *self) {
  while (self->depth > 0) {
    if (pat_reader_left(&top_of(self)->reader) == 0) {
      self->depth--;
    } else {
      PAT_TRY(read_record(self));
    }
  }
  return PAT_OK;
}

static pat_status report(const decoder *self, pat_status status, pat_err *reterr) {
  char path[sizeof(reterr->place)] = {0};
  pat_builder builder = {0};
  pat_builder_init(&builder, path, sizeof(path) - 1);
  for (size_t i = 0; i < self->depth && self->frames[i].field != NULL; i++) {
    const ProtobufCFieldDescriptor *field = self->frames[i].field;
    if (i > 0) pat_builder_char(&builder, '.');
    pat_builder_text(&builder, field->name);
    if (field->label != PROTOBUF_C_LABEL_REPEATED) continue;
    pat_builder_char(&builder, '[');
    pat_builder_decimal(&builder, self->frames[i].element);
    pat_builder_char(&builder, ']');
  }
  return pat_refuse_at((pat_rule)status.rule, reterr, self->at, path);
}

static pat_status decode(decoder *self, const ProtobufCMessageDescriptor *descriptor,
                         pat_span bytes, ProtobufCMessage **ret_message) {
  PAT_TRY(push(self, descriptor, bytes, 0));
  ProtobufCMessage *message = top_of(self)->message;
  PAT_TRY(read_all(self));
  if (self->newer) self->at = self->newer_at;
  PAT_REQUIRE(!self->newer, BYTES_NEWER_FORMAT);
  *ret_message = message;
  return PAT_OK;
}

pat_status pat_protobuf_decode(const ProtobufCMessageDescriptor *descriptor, pat_span bytes,
                               pat_arena *arena, unsigned flags, ProtobufCMessage **ret_message,
                               pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(bytes));
  PAT_ASSERT((flags & ~PAT_PROTOBUF_OPEN_TOP) == 0);
  size_t mark = pat_arena_mark(arena);
  decoder self; /* its frames are set when they are pushed: not all that memory at each call */
  decoder_init(&self, arena, flags);
  pat_status status = decode(&self, descriptor, bytes, ret_message);
  if (pat_is_ok(status)) return PAT_OK;
  pat_arena_reset_to(arena, mark);
  return report(&self, status, reterr);
}
