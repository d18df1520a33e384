#include "tests/proto/json/random_message.h"

#include <stdlib.h>
#include <string.h>

#include "proto/api.pb-c.h"
#include "proto/ledger.pb-c.h"

const ProtobufCMessageDescriptor *const random_message_types[] = {
    &patina__submit_request__descriptor,   &patina__submit_response__descriptor,
    &patina__asset_view__descriptor,       &patina__history_page__descriptor,
    &patina__telemetry_page__descriptor,   &patina__findings_view__descriptor,
    &patina__lookup_request__descriptor,   &patina__lookup_response__descriptor,
    &patina__principal_view__descriptor,   &patina__class_view__descriptor,
    &patina__scheme_view__descriptor,      &patina__entry_view__descriptor,
    &patina__checkpoint_event__descriptor, &patina__statement__descriptor,
    &patina__signed_statement__descriptor, &patina__disclosure__descriptor,
    &patina__log_entry__descriptor,        &patina__promise__descriptor,
    &patina__policy__descriptor,           &patina__asset_history__descriptor,
    &patina__head_record__descriptor,      &patina__value__descriptor,
};
const size_t random_message_type_count =
    sizeof(random_message_types) / sizeof(random_message_types[0]);

enum { DEPTH_DENSE = 2, LIST_MAX = 3 };

uint64_t random_next(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static uint64_t below(uint64_t *state, uint64_t bound) { return random_next(state) % bound; }

static void *take(pat_arena *arena, size_t size) {
  void *taken = pat_arena_take(arena, size);
  if (taken == NULL) abort();
  return taken;
}

/* Small numbers, the edges of the ranges, and anything. */
static uint64_t random_number(uint64_t *state) {
  static const uint64_t edges[] = {0,
                                   1,
                                   0x7f,
                                   0x80,
                                   INT32_MAX,
                                   (uint64_t)INT32_MAX + 1,
                                   UINT32_MAX,
                                   (uint64_t)1 << 53,
                                   ((uint64_t)1 << 53) + 1,
                                   INT64_MAX,
                                   (uint64_t)INT64_MAX + 1,
                                   UINT64_MAX};
  switch (below(state, 3)) {
    case 0:
      return below(state, 1000);
    case 1:
      return edges[below(state, sizeof(edges) / sizeof(edges[0]))];
    default:
      return random_next(state) >> below(state, 64);
  }
}

static char *random_text(uint64_t *state, pat_arena *arena) {
  static const char *const pieces[] = {"a",
                                       "Z9",
                                       " ",
                                       "\"",
                                       "\\",
                                       "/",
                                       "\n",
                                       "\t",
                                       "\x01",
                                       "\x1f",
                                       "\x7f",
                                       "\xc3\xa9",
                                       "\xe2\x82\xac",
                                       "\xe2\x80\xa8",
                                       "\xf0\x9f\x9a\x97",
                                       "\xef\xbf\xbf",
                                       "\b",
                                       "\f",
                                       "\r",
                                       "<"};
  size_t count = below(state, 8);
  char *text = take(arena, count * 4 + 1);
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    const char *piece = pieces[below(state, sizeof(pieces) / sizeof(pieces[0]))];
    memcpy(text + used, piece, strlen(piece));
    used += strlen(piece);
  }
  return text;
}

static ProtobufCBinaryData random_bytes(uint64_t *state, pat_arena *arena) {
  size_t size = below(state, 40);
  if (size == 0) return (ProtobufCBinaryData){0};
  uint8_t *data = take(arena, size);
  for (size_t i = 0; i < size; i++)
    data[i] = (uint8_t)random_next(state);
  return (ProtobufCBinaryData){.len = size, .data = data};
}

static int random_enum(const ProtobufCEnumDescriptor *descriptor, uint64_t *state) {
  return descriptor->values[below(state, descriptor->n_values)].value;
}

static ProtobufCMessage *random_at(const ProtobufCMessageDescriptor *descriptor, uint64_t *state,
                                   pat_arena *arena, unsigned depth);

static size_t element_size(const ProtobufCFieldDescriptor *field) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
      return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
      return sizeof(uint32_t);
    case PROTOBUF_C_TYPE_BYTES:
      return sizeof(ProtobufCBinaryData);
    default:
      return sizeof(uint64_t);
  }
}

static void fill(const ProtobufCFieldDescriptor *field, void *place, uint64_t *state,
                 pat_arena *arena, unsigned depth) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
      *(protobuf_c_boolean *)place = (protobuf_c_boolean)below(state, 2);
      break;
    case PROTOBUF_C_TYPE_ENUM:
      *(int *)place = random_enum(field->descriptor, state);
      break;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
      *(uint32_t *)place = (uint32_t)random_number(state);
      break;
    case PROTOBUF_C_TYPE_STRING:
      *(char **)place = random_text(state, arena);
      break;
    case PROTOBUF_C_TYPE_BYTES:
      *(ProtobufCBinaryData *)place = random_bytes(state, arena);
      break;
    case PROTOBUF_C_TYPE_MESSAGE:
      *(ProtobufCMessage **)place = random_at(field->descriptor, state, arena, depth + 1);
      break;
    default:
      *(uint64_t *)place = random_number(state);
      break;
  }
}

static void fill_list(const ProtobufCFieldDescriptor *field, char *message, uint64_t *state,
                      pat_arena *arena, unsigned depth) {
  size_t count = below(state, LIST_MAX + 1);
  if (count == 0) return;
  char *list = take(arena, count * element_size(field));
  for (size_t i = 0; i < count; i++) {
    fill(field, list + i * element_size(field), state, arena, depth);
  }
  *(void **)(void *)(message + field->offset) = list;
  *(size_t *)(void *)(message + field->quantifier_offset) = count;
}

static ProtobufCMessage *random_at(const ProtobufCMessageDescriptor *descriptor, uint64_t *state,
                                   pat_arena *arena, unsigned depth) {
  char *message = take(arena, descriptor->sizeof_message);
  protobuf_c_message_init(descriptor, message);
  for (unsigned i = 0; i < descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
    uint64_t skip = depth < DEPTH_DENSE ? 3 : 2 + depth;
    if (below(state, skip + 1) > 2) continue;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
      fill_list(field, message, state, arena, depth);
      continue;
    }
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
      uint32_t *set = (uint32_t *)(void *)(message + field->quantifier_offset);
      if (*set != 0 || below(state, 3) == 0) continue;
      *set = field->id;
    }
    fill(field, message + field->offset, state, arena, depth);
  }
  return (ProtobufCMessage *)(void *)message;
}

ProtobufCMessage *random_message_new(const ProtobufCMessageDescriptor *descriptor, uint64_t *state,
                                     pat_arena *arena) {
  return random_at(descriptor, state, arena, 0);
}
