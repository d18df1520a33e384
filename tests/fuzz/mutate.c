#include "tests/fuzz/mutate.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "proto/catalog.pb-c.h"
#include "proto/log.pb-c.h"
#include "proto/state.pb-c.h"
#include "proto/statement.pb-c.h"
#include "proto/value.pb-c.h"
#include "tests/support/test_random.h"

/* The engine's; absent in programs without one, which never mutate. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max);

enum { ARENA_BYTES = 64 * 1024 * 1024, GROWTH_BYTES = 64, WALK_STEPS_MAX = 32, NUMBERS = 10 };

typedef struct {
  test_random random;
  pat_arena arena;
  unsigned nesting; /* of messages that stand as bytes in others */
} mutation;

static void change_message(mutation *mutation, ProtobufCMessage *message);

static size_t below(mutation *mutation, size_t bound) {
  return (size_t)test_random_below(&mutation->random, bound);
}

static void *take(mutation *mutation, size_t size) {
  void *memory = pat_arena_take(&mutation->arena, size);
  PAT_ASSERT(memory != NULL);
  return memory;
}

static void *at(const void *message, unsigned offset) {
  return (uint8_t *)(uintptr_t)message + offset;
}

/* --- what stands as bytes in other messages -------------------------------------------------- */

static const struct {
  const ProtobufCMessageDescriptor *outer;
  const char *field;
  const ProtobufCMessageDescriptor *inner;
} inner_messages[] = {
    {&patina__signed_statement__descriptor, "statement", &patina__statement__descriptor},
    {&patina__signed_statement__descriptor, "disclosures", &patina__disclosure__descriptor},
    {&patina__history_entry__descriptor, "statement", &patina__statement__descriptor},
    {&patina__slot_disclosure__descriptor, "disclosure", &patina__disclosure__descriptor},
    {&patina__entry__descriptor, "statement", &patina__statement__descriptor},
    {&patina__signed_promise__descriptor, "promise", &patina__promise__descriptor},
};

static const ProtobufCMessageDescriptor *inner_of(const ProtobufCMessageDescriptor *outer,
                                                  const char *field) {
  for (size_t i = 0; i < sizeof inner_messages / sizeof inner_messages[0]; i++) {
    if (inner_messages[i].outer != outer) continue;
    if (strcmp(inner_messages[i].field, field) == 0) return inner_messages[i].inner;
  }
  return NULL;
}

static bool change_inner(mutation *mutation, const ProtobufCMessageDescriptor *descriptor,
                         ProtobufCBinaryData *field) {
  ProtobufCMessage *message = NULL;
  pat_status status = pat_protobuf_decode(descriptor, pat_span_make(field->data, field->len),
                                          &mutation->arena, 0, &message, NULL);
  if (!pat_is_ok(status)) return false;
  change_message(mutation, message);
  size_t size = 0;
  if (!pat_is_ok(pat_protobuf_size(message, &size))) return false;
  pat_builder builder;
  uint8_t *bytes = take(mutation, size);
  pat_builder_init(&builder, bytes, size);
  if (!pat_is_ok(pat_protobuf_encode(message, &builder))) return false;
  *field = (ProtobufCBinaryData){size, bytes};
  return true;
}

/* --- single values --------------------------------------------------------------------------- */

static void change_bytes(mutation *mutation, ProtobufCBinaryData *field) {
  static const size_t sizes[] = {0, 1, 16, 31, 32, 33, 64, 80};
  uint8_t *bytes = take(mutation, field->len + GROWTH_BYTES);
  pat_span_copy(bytes, field->len, pat_span_make(field->data, field->len));
  size_t choice = below(mutation, 6);
  if (choice < 3 && field->len > 0) {
    bytes[below(mutation, field->len)] ^= (uint8_t)(1u << below(mutation, 8));
  } else if (choice == 3 && field->len > 0) {
    field->len--;
  } else if (choice == 4) {
    bytes[field->len++] = (uint8_t)below(mutation, 256);
  } else {
    field->len = sizes[below(mutation, sizeof sizes / sizeof sizes[0])];
    bytes = take(mutation, field->len);
    test_random_bytes(&mutation->random, bytes, field->len);
  }
  field->data = bytes;
}

static const char *some_word(mutation *mutation) {
  static const char *const words[] = {"",           "a",          "vehicle",
                                      "painting",   "make",       "colour",
                                      "tags",       "options",    "odometer",
                                      "speed",      "tax_band",   "result",
                                      "inspection", "story",      "vin",
                                      "chassis",    "engine",     "registrar",
                                      "inspector",  "installer",  "root",
                                      "KMT",        "SMI",        "KMH",
                                      "EUR",        "text/x",     "value",
                                      "name",       "note",       "readings",
                                      "serial",     "2020-02-29", "2021?",
                                      "1950~/..",   "195X",       "obd_a6",
                                      "displayed",  "-1000-01",   "1M8GDM9AXKP042788"};
  return words[below(mutation, sizeof words / sizeof words[0])];
}

/* As long as a limit, or one byte longer: what grows a byte at a time never gets there. */
static char *lengthen(mutation *mutation, const char *text) {
  static const size_t sizes[] = {PAT_NAME_BYTES_MAX, PAT_CODE_BYTES_MAX, PAT_SCOPE_BYTES_MAX,
                                 PAT_ORIGIN_PREFIX_BYTES_MAX, PAT_MEDIA_TYPE_BYTES_MAX};
  size_t size = sizes[below(mutation, sizeof sizes / sizeof sizes[0])] + below(mutation, 2);
  char *longer = take(mutation, size + 1);
  size_t given = strlen(text);
  for (size_t i = 0; i < size; i++)
    longer[i] = i < given ? text[i] : 'a';
  return longer;
}

static char *change_text(mutation *mutation, const char *text) {
  size_t size = strlen(text);
  if (below(mutation, 8) == 0) return lengthen(mutation, text);
  char *copy = take(mutation, size + GROWTH_BYTES);
  size_t choice = below(mutation, 5);
  if (choice == 0 || size == 0) {
    (void)strncpy(copy, some_word(mutation), GROWTH_BYTES - 1);
    return copy;
  }
  size_t place = below(mutation, size);
  memcpy(copy, text, size + 1);
  if (choice == 1) memmove(copy + place, copy + place + 1, size - place);
  if (choice == 2) memmove(copy + place + 1, copy + place, size - place + 1);
  if (choice == 3) copy[place] = (char)(0x20 + below(mutation, 0x5f));
  if (choice == 4) (void)strncat(copy, some_word(mutation), GROWTH_BYTES - 1);
  return copy;
}

static uint64_t some_number(mutation *mutation, uint64_t old) {
  const uint64_t numbers[NUMBERS] = {0,
                                     1,
                                     old + 1,
                                     old - 1,
                                     old ^ UINT64_C(1) << below(mutation, 64),
                                     ~old + 1,
                                     UINT64_MAX >> below(mutation, 64),
                                     UINT64_C(1) << below(mutation, 64),
                                     below(mutation, 64),
                                     old * 10};
  return numbers[below(mutation, NUMBERS)];
}

static void change_number(mutation *mutation, const ProtobufCFieldDescriptor *field, void *place,
                          size_t size) {
  uint64_t number = 0;
  memcpy(&number, place, size); /* little-endian */
  number = some_number(mutation, number);
  if (field->type == PROTOBUF_C_TYPE_BOOL) number &= 1;
  if (field->type == PROTOBUF_C_TYPE_ENUM) {
    const ProtobufCEnumDescriptor *type = field->descriptor;
    number = (uint64_t)type->values[below(mutation, type->n_values)].value;
  }
  memcpy(place, &number, size);
}

static size_t size_of(const ProtobufCFieldDescriptor *field) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
      return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_BYTES:
      return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
      return sizeof(void *);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
      return sizeof(uint32_t);
  }
  __builtin_trap();
}

static ProtobufCMessage *new_message(mutation *mutation, const ProtobufCFieldDescriptor *field) {
  const ProtobufCMessageDescriptor *descriptor = field->descriptor;
  ProtobufCMessage *message = take(mutation, descriptor->sizeof_message);
  descriptor->message_init(message);
  return message;
}

/* A value of its own for a place that holds nothing yet. */
static void fill_value(mutation *mutation, const ProtobufCFieldDescriptor *field, void *place) {
  static char empty[] = "";
  memset(place, 0, size_of(field));
  if (field->type == PROTOBUF_C_TYPE_STRING) memcpy(place, &(char *){empty}, sizeof(char *));
  if (field->type != PROTOBUF_C_TYPE_MESSAGE) return;
  ProtobufCMessage *message = new_message(mutation, field);
  memcpy(place, &message, sizeof message);
}

/* Changes the value at place. Gives the message that stands there where the walk should go on in
 * it. */
static ProtobufCMessage *change_value(mutation *mutation, const ProtobufCMessageDescriptor *outer,
                                      const ProtobufCFieldDescriptor *field, void *place) {
  ProtobufCBinaryData *bytes = place;
  char **text = place;
  ProtobufCMessage **message = place;
  if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
    if (*message == NULL) *message = new_message(mutation, field);
    return *message;
  }
  if (field->type == PROTOBUF_C_TYPE_BYTES) {
    const ProtobufCMessageDescriptor *inner = inner_of(outer, field->name);
    bool go_in = inner != NULL && mutation->nesting < 2 && below(mutation, 16) > 0;
    mutation->nesting++;
    if (!go_in || !change_inner(mutation, inner, bytes)) change_bytes(mutation, bytes);
    mutation->nesting--;
  } else if (field->type == PROTOBUF_C_TYPE_STRING) {
    *text = change_text(mutation, *text);
  } else {
    change_number(mutation, field, place, size_of(field));
  }
  return NULL;
}

/* --- lists ----------------------------------------------------------------------------------- */

static void insert_element(mutation *mutation, const ProtobufCFieldDescriptor *field, void *message,
                           size_t from) {
  size_t *count = at(message, field->quantifier_offset);
  uint8_t **items = at(message, field->offset);
  size_t size = size_of(field);
  uint8_t *longer = take(mutation, (*count + 1) * size);
  if (*count > 0) memcpy(longer, *items, *count * size);
  if (*count > 0 && below(mutation, 4) > 0) {
    memcpy(longer + *count * size, *items + from * size, size);
  } else {
    fill_value(mutation, field, longer + *count * size);
  }
  *items = longer;
  ++*count;
}

static void remove_element(const ProtobufCFieldDescriptor *field, void *message, size_t from) {
  size_t *count = at(message, field->quantifier_offset);
  uint8_t **items = at(message, field->offset);
  size_t size = size_of(field);
  memmove(*items + from * size, *items + (from + 1) * size, (*count - from - 1) * size);
  --*count;
}

static void swap_elements(const ProtobufCFieldDescriptor *field, void *message, size_t a,
                          size_t b) {
  uint8_t **items = at(message, field->offset);
  uint8_t kept[sizeof(ProtobufCBinaryData)];
  size_t size = size_of(field);
  memcpy(kept, *items + a * size, size);
  memmove(*items + a * size, *items + b * size, size);
  memcpy(*items + b * size, kept, size);
}

static ProtobufCMessage *change_list(mutation *mutation, const ProtobufCFieldDescriptor *field,
                                     ProtobufCMessage *message) {
  size_t count = *(size_t *)at(message, field->quantifier_offset);
  uint8_t **items = at(message, field->offset);
  size_t choice = below(mutation, 8);
  if (count == 0 || choice == 0) {
    insert_element(mutation, field, message, count == 0 ? 0 : below(mutation, count));
    return NULL;
  }
  if (choice == 1) {
    remove_element(field, message, below(mutation, count));
    return NULL;
  }
  if (choice == 2) {
    swap_elements(field, message, below(mutation, count), below(mutation, count));
    return NULL;
  }
  uint8_t *place = *items + below(mutation, count) * size_of(field);
  return change_value(mutation, message->descriptor, field, place);
}

/* --- messages -------------------------------------------------------------------------------- */

static ProtobufCMessage *change_choice(mutation *mutation, const ProtobufCFieldDescriptor *field,
                                       ProtobufCMessage *message) {
  uint32_t *choice = at(message, field->quantifier_offset);
  void *place = at(message, field->offset);
  if (*choice != field->id) {
    if (below(mutation, 16) > 0) return NULL; /* most changes are to be within what is there */
    *choice = field->id;
    fill_value(mutation, field, place);
  } else if (below(mutation, 32) == 0) {
    *choice = 0;
    return NULL;
  }
  return change_value(mutation, message->descriptor, field, place);
}

/* Where the rules are: a message within bytes, and the member that a oneof holds. */
static bool is_dear(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
  if (inner_of(message->descriptor, field->name) != NULL) return true;
  if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0) return false;
  return *(const uint32_t *)at(message, field->quantifier_offset) == field->id;
}

static const ProtobufCFieldDescriptor *choose_field(mutation *mutation,
                                                    const ProtobufCMessage *message) {
  const ProtobufCMessageDescriptor *descriptor = message->descriptor;
  size_t from = below(mutation, descriptor->n_fields);
  if (below(mutation, 3) == 0) return &descriptor->fields[from];
  for (size_t i = 0; i < descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &descriptor->fields[(from + i) % descriptor->n_fields];
    if (is_dear(message, field)) return field;
  }
  return &descriptor->fields[from];
}

/* One step of the walk: gives the message to go on in, or NULL. */
static ProtobufCMessage *change_field(mutation *mutation, ProtobufCMessage *message,
                                      bool *ret_changed) {
  const ProtobufCMessageDescriptor *descriptor = message->descriptor;
  const ProtobufCFieldDescriptor *field = choose_field(mutation, message);
  *ret_changed = true;
  if (field->label == PROTOBUF_C_LABEL_REPEATED) return change_list(mutation, field, message);
  void *place = at(message, field->offset);
  if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
    *ret_changed = *(uint32_t *)at(message, field->quantifier_offset) == field->id;
    return change_choice(mutation, field, message);
  }
  if (field->type == PROTOBUF_C_TYPE_MESSAGE && below(mutation, 32) == 0) {
    memset(place, 0, sizeof(void *));
    return NULL;
  }
  return change_value(mutation, descriptor, field, place);
}

static void change_message(mutation *mutation, ProtobufCMessage *message) {
  for (unsigned step = 0; step < WALK_STEPS_MAX; step++) {
    if (message->descriptor->n_fields == 0) return;
    bool changed = false;
    ProtobufCMessage *next = change_field(mutation, message, &changed);
    if (next != NULL) message = next;
    if (next == NULL && changed) return;
  }
}

/* --- the call -------------------------------------------------------------------------------- */

static size_t mutate_once(mutation *mutation, const ProtobufCMessageDescriptor *descriptor,
                          uint8_t *data, size_t size, size_t size_max) {
  ProtobufCMessage *message = NULL;
  pat_status status = pat_protobuf_decode(descriptor, pat_span_make(data, size), &mutation->arena,
                                          0, &message, NULL);
  if (!pat_is_ok(status)) return 0;
  for (size_t left = 1 + below(mutation, 3); left > 0; left--)
    change_message(mutation, message);
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  uint8_t *room = take(mutation, size_max);
  pat_builder_init(&builder, room, size_max);
  if (!pat_is_ok(pat_protobuf_encode(message, &builder))) return 0;
  if (!pat_is_ok(pat_builder_finish(&builder, &bytes))) return 0;
  pat_span_copy(data, size_max, bytes);
  return bytes.size;
}

size_t mutate_message(const ProtobufCMessageDescriptor *descriptor, uint8_t *data, size_t size,
                      size_t size_max, unsigned seed) {
  static void *memory;
  if (memory == NULL) memory = malloc(ARENA_BYTES);
  PAT_ASSERT(memory != NULL);
  mutation mutation = {.random = test_random_make(seed)};
  pat_arena_init(&mutation.arena, memory, ARENA_BYTES);
  if (below(&mutation, 3) > 0) {
    size_t mutated = mutate_once(&mutation, descriptor, data, size, size_max);
    if (mutated > 0) return mutated;
  }
  return LLVMFuzzerMutate(data, size, size_max);
}
