/* JSON text -> struct: jansson's tree is walked with a stack of our own, one frame per message. */
#include <string.h>

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "proto/json/protojson.h"
#include "proto/json/protojson_internal.h"

enum { FIELDS_MAX = 128, NO_ELEMENT = -1 };

/* A JSON object that is being read into a message. */
typedef struct {
  json_t *object;
  void *entry; /* the next key and value; NULL at the end */
  ProtobufCMessage *message;
  uint64_t seen[FIELDS_MAX / 64];
  const char *key; /* where we are, for the JSON pointer; NULL before the first */
  ptrdiff_t element;
  json_t *list; /* a list of messages that is being read; NULL: none */
  const ProtobufCFieldDescriptor *list_field;
} frame;

typedef struct {
  frame frames[PAT_JSON_DEPTH_MAX];
  size_t depth;
  pat_arena *arena;
} walk;

static void free_json(json_t **json) { json_decref(*json); }

static pat_rule syntax_rule(const json_error_t *error) {
  switch (json_error_code(error)) {
    case json_error_duplicate_key:
      return PAT_RULE_JSON_DUPLICATE_KEY;
    case json_error_numeric_overflow:
      return PAT_RULE_JSON_INTEGER;
    case json_error_out_of_memory:
      return PAT_RULE_LIMIT_MEMORY;
    case json_error_stack_overflow:
      return PAT_RULE_JSON_DEPTH;
    default:
      return PAT_RULE_JSON_SYNTAX;
  }
}

static pat_status load(pat_span text, json_t **ret_root, pat_err *reterr) {
  PAT_TRY(pat_protojson__scan(text, reterr));
  PAT_REQUIRE_AT(text.size > 0, JSON_SYNTAX, reterr, 0, "");
  json_error_t error = {0};
  json_t *root = json_loadb((const char *)text.data, text.size,
                            JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
  if (root == NULL) {
    size_t offset = error.position > 0 ? (size_t)error.position : 0;
    return pat_refuse_at(syntax_rule(&error), reterr, offset, "");
  }
  *ret_root = root;
  return PAT_OK;
}

static void point_at(pat_builder *pointer, const char *key) {
  pat_builder_char(pointer, '/');
  for (; *key != '\0'; key++) {
    if (*key == '~') pat_builder_text(pointer, "~0");
    if (*key == '/') pat_builder_text(pointer, "~1");
    if (*key != '~' && *key != '/') pat_builder_char(pointer, *key);
  }
}

/* Refuses with the JSON pointer of where the walk stands, cut off where it is too long. */
static pat_status refuse_here(const walk *w, pat_status status, pat_err *reterr) {
  char place[sizeof(reterr->place)] = {0};
  pat_builder pointer;
  pat_builder_init(&pointer, place, sizeof(place) - 1);
  for (size_t i = 0; i < w->depth; i++) {
    const frame *f = &w->frames[i];
    if (f->key == NULL) break;
    point_at(&pointer, f->key);
    if (f->element == NO_ELEMENT) continue;
    pat_builder_char(&pointer, '/');
    pat_builder_decimal(&pointer, (uint64_t)f->element);
  }
  return pat_refuse_at((pat_rule)status.rule, reterr, 0, place);
}

static pat_status push(walk *w, json_t *object, ProtobufCMessage *message) {
  PAT_REQUIRE(json_is_object(object), JSON_TYPE);
  PAT_ASSERT(w->depth < PAT_JSON_DEPTH_MAX); /* the scan has bounded the nesting */
  PAT_ASSERT(message->descriptor->n_fields <= FIELDS_MAX);
  w->frames[w->depth++] = (frame){
      .object = object,
      .entry = json_object_iter(object),
      .message = message,
      .element = NO_ELEMENT,
  };
  return PAT_OK;
}

static pat_status new_message(pat_arena *arena, const ProtobufCMessageDescriptor *descriptor,
                              ProtobufCMessage **ret_message) {
  ProtobufCMessage *message = pat_arena_take(arena, descriptor->sizeof_message);
  PAT_REQUIRE(message != NULL, LIMIT_MEMORY);
  protobuf_c_message_init(descriptor, message);
  *ret_message = message;
  return PAT_OK;
}

static pat_status find_field(const ProtobufCMessageDescriptor *descriptor, const char *key,
                             unsigned *ret_index) {
  for (unsigned i = 0; i < descriptor->n_fields; i++) {
    if (!pat_protojson__is_name(&descriptor->fields[i], key)) continue;
    *ret_index = i;
    return PAT_OK;
  }
  return pat_refuse(PAT_RULE_JSON_UNKNOWN_FIELD);
}

static pat_status mark_seen(frame *top, unsigned index) {
  uint64_t bit = (uint64_t)1 << index % 64;
  PAT_REQUIRE((top->seen[index / 64] & bit) == 0, JSON_DUPLICATE_KEY);
  top->seen[index / 64] |= bit;
  return PAT_OK;
}

/* Reads an element into its place; a message is pushed, and its fields follow in later steps. */
static pat_status read_element(walk *w, const ProtobufCFieldDescriptor *field, json_t *value,
                               void *place) {
  if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
    return pat_protojson__scalar(field, value, w->arena, place);
  }
  PAT_REQUIRE(json_is_object(value), JSON_TYPE);
  ProtobufCMessage **message = place;
  PAT_TRY(new_message(w->arena, field->descriptor, message));
  return push(w, value, *message);
}

static void *list_place(const frame *top, const ProtobufCFieldDescriptor *field, size_t element) {
  char *list = *(char **)pat_protojson__member(top->message, field);
  return list + element * pat_protojson__element_size(field);
}

static pat_status read_list(walk *w, frame *top, const ProtobufCFieldDescriptor *field,
                            json_t *list) {
  PAT_REQUIRE(json_is_array(list), JSON_TYPE);
  size_t count = json_array_size(list);
  if (count == 0) return PAT_OK;
  void *elements = pat_arena_take_array(w->arena, count, pat_protojson__element_size(field));
  PAT_REQUIRE(elements != NULL, LIMIT_MEMORY);
  *(void **)pat_protojson__member(top->message, field) = elements;
  *pat_protojson__count(top->message, field) = count;
  top->list = list;
  top->list_field = field;
  return PAT_OK;
}

static pat_status step_list(walk *w, frame *top) {
  size_t element = (size_t)(top->element + 1);
  if (element == json_array_size(top->list)) {
    top->list = NULL;
    top->element = NO_ELEMENT;
    return PAT_OK;
  }
  top->element++;
  return read_element(w, top->list_field, json_array_get(top->list, element),
                      list_place(top, top->list_field, element));
}

static pat_status read_field(walk *w, frame *top, json_t *value) {
  unsigned index = 0;
  PAT_TRY(find_field(top->message->descriptor, top->key, &index));
  PAT_TRY(mark_seen(top, index));
  if (json_is_null(value)) return PAT_OK;
  const ProtobufCFieldDescriptor *field = &top->message->descriptor->fields[index];
  if (field->label == PROTOBUF_C_LABEL_REPEATED) return read_list(w, top, field, value);
  if (pat_protojson__is_oneof(field)) {
    uint32_t *set = pat_protojson__case(top->message, field);
    PAT_REQUIRE(*set == 0, JSON_ONEOF_TWICE);
    *set = field->id;
  }
  return read_element(w, field, value, pat_protojson__member(top->message, field));
}

static pat_status step(walk *w, frame *top) {
  if (top->list != NULL) return step_list(w, top);
  if (top->entry == NULL) {
    w->depth--;
    return PAT_OK;
  }
  json_t *value = json_object_iter_value(top->entry);
  top->key = json_object_iter_key(top->entry);
  top->entry = json_object_iter_next(top->object, top->entry);
  return read_field(w, top, value);
}

static pat_status read_tree(const ProtobufCMessageDescriptor *descriptor, json_t *root,
                            pat_arena *arena, ProtobufCMessage **ret_message, pat_err *reterr) {
  walk w = {.arena = arena};
  ProtobufCMessage *message = NULL;
  pat_status status = new_message(arena, descriptor, &message);
  if (pat_is_ok(status)) status = push(&w, root, message);
  while (pat_is_ok(status) && w.depth > 0)
    status = step(&w, &w.frames[w.depth - 1]);
  if (!pat_is_ok(status)) return refuse_here(&w, status, reterr);
  *ret_message = message;
  return PAT_OK;
}

pat_status pat_protojson_decode(const ProtobufCMessageDescriptor *descriptor, pat_span text,
                                pat_arena *arena, ProtobufCMessage **ret_message, pat_err *reterr) {
  PAT_CLEANUP(free_json) json_t *root = NULL;
  PAT_TRY(load(text, &root, reterr));
  size_t mark = pat_arena_mark(arena);
  pat_status status = read_tree(descriptor, root, arena, ret_message, reterr);
  if (!pat_is_ok(status)) pat_arena_reset_to(arena, mark);
  return status;
}
