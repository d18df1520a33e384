#include "clients/cli/audit/difference.h"

#include <stdio.h>
#include <string.h>

#include "core/bytes/builder.h"
#include "core/verify/history.h"

/* A field of a message in memory. */
typedef struct {
  const ProtobufCFieldDescriptor *row;
  const uint8_t *at;    /* the member itself; of a list: where its pointer stands */
  const uint8_t *count; /* the list's length, or the case of a oneof */
} member;

static member member_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *row) {
  const uint8_t *base = (const uint8_t *)message;
  return (member){row, base + row->offset, base + row->quantifier_offset};
}

static size_t item_size(ProtobufCType type) {
  switch (type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
      return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_BOOL:
      return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
      return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
      return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM:
      break;
  }
  return sizeof(uint32_t);
}

static const ProtobufCMessage *message_at(const uint8_t *item) {
  return *(const ProtobufCMessage *const *)(const void *)item;
}

static pat_span bytes_at(const uint8_t *item) {
  const ProtobufCBinaryData *bytes = (const ProtobufCBinaryData *)(const void *)item;
  return pat_span_make(bytes->data, bytes->len);
}

static bool same_item(ProtobufCType type, const uint8_t *left, const uint8_t *right,
                      pat_arena *arena) {
  if (type == PROTOBUF_C_TYPE_MESSAGE) {
    return pat_verify_same(message_at(left), message_at(right), arena);
  }
  if (type == PROTOBUF_C_TYPE_BYTES) return pat_span_equal(bytes_at(left), bytes_at(right));
  if (type == PROTOBUF_C_TYPE_STRING) {
    const char *const *a = (const char *const *)(const void *)left;
    const char *const *b = (const char *const *)(const void *)right;
    return strcmp(*a, *b) == 0;
  }
  size_t size = item_size(type);
  return pat_span_equal(pat_span_make(left, size), pat_span_make(right, size));
}

/* Where the comparison stands. */
typedef struct {
  const ProtobufCMessage *left;
  const ProtobufCMessage *right;
  pat_arena *arena;
  pat_builder path;
  pat_difference *difference;
} way_down;

static void name_field(way_down *way, const ProtobufCFieldDescriptor *row) {
  if (pat_builder_size(&way->path) > 0) pat_builder_char(&way->path, '.');
  pat_builder_text(&way->path, row->name);
}

/* The two items differ: goes into them where they are messages, else ends the way. */
static bool enter(way_down *way, ProtobufCType type, const uint8_t *left, const uint8_t *right) {
  bool inside =
      type == PROTOBUF_C_TYPE_MESSAGE && message_at(left) != NULL && message_at(right) != NULL;
  way->left = inside ? message_at(left) : NULL;
  way->right = inside ? message_at(right) : NULL;
  return true;
}

static const uint8_t *list_of(const member *field) {
  return *(const uint8_t *const *)(const void *)field->at;
}

/* Goes to the first item of a list that differs; true where there is one. */
static bool enter_list(way_down *way, const member *left, const member *right) {
  size_t left_count = *(const size_t *)(const void *)left->count;
  size_t right_count = *(const size_t *)(const void *)right->count;
  size_t both = left_count < right_count ? left_count : right_count;
  size_t size = item_size(left->row->type);
  size_t i = 0;
  while (i < both && same_item(left->row->type, list_of(left) + i * size, list_of(right) + i * size,
                               way->arena))
    i++;
  if (i == both && left_count == right_count) return false;
  name_field(way, left->row);
  pat_builder_char(&way->path, '[');
  pat_builder_decimal(&way->path, i);
  pat_builder_char(&way->path, ']');
  if (i < both) {
    return enter(way, left->row->type, list_of(left) + i * size, list_of(right) + i * size);
  }
  way->left = NULL;
  return true;
}

static bool enter_field(way_down *way, const ProtobufCFieldDescriptor *row) {
  member left = member_of(way->left, row);
  member right = member_of(way->right, row);
  if (row->label == PROTOBUF_C_LABEL_REPEATED) return enter_list(way, &left, &right);
  if ((row->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
    uint32_t left_case = *(const uint32_t *)(const void *)left.count;
    uint32_t right_case = *(const uint32_t *)(const void *)right.count;
    if (left_case != row->id && right_case != row->id) return false;
    if (left_case != right_case) {
      name_field(way, row);
      way->left = NULL;
      return true;
    }
  }
  if (same_item(row->type, left.at, right.at, way->arena)) return false;
  name_field(way, row);
  return enter(way, row->type, left.at, right.at);
}

/* Many messages of a state say which statement they rest on. */
static void note_statement(way_down *way) {
  const ProtobufCFieldDescriptor *row =
      protobuf_c_message_descriptor_get_field_by_name(way->left->descriptor, "statement");
  if (row == NULL || row->type != PROTOBUF_C_TYPE_BYTES) return;
  pat_span statement = bytes_at(member_of(way->left, row).at);
  if (statement.size > 0) way->difference->statement = statement;
}

static bool descend(way_down *way) {
  const ProtobufCMessageDescriptor *type = way->left->descriptor;
  note_statement(way);
  for (unsigned i = 0; i < type->n_fields; i++) {
    if (enter_field(way, &type->fields[i])) return true;
  }
  return false;
}

bool pat_difference_find(const ProtobufCMessage *left, const ProtobufCMessage *right,
                         pat_arena *arena, pat_difference *ret_difference) {
  if (pat_verify_same(left, right, arena)) return false;
  *ret_difference = (pat_difference){.statement = PAT_SPAN_EMPTY};
  way_down way = {.left = left, .right = right, .arena = arena, .difference = ret_difference};
  /* A path that is too long ends where the room does. */
  pat_builder_init(&way.path, ret_difference->field, sizeof ret_difference->field - 1);
  while (way.left != NULL && descend(&way)) {
  }
  return true;
}
