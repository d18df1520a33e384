/* Prints random messages, one per line: type, canonical bytes in base 16, our JSON. For the
 * comparison with protobuf-es. usage: protojson_cross <seed> <count> */
#include <stdio.h>
#include <stdlib.h>

#include "core/bytes/protobuf.h"
#include "proto/json/protojson.h"
#include "tests/proto/json/random_message.h"

enum { ROOM_BYTES = 8 * 1024 * 1024 };

static pat_span finished(pat_builder *builder, pat_status status) {
  pat_span written = PAT_SPAN_EMPTY;
  if (pat_is_ok(status)) status = pat_builder_finish(builder, &written);
  if (!pat_is_ok(status)) abort();
  return written;
}

static void print_message(const ProtobufCMessageDescriptor *type, uint64_t *random,
                          pat_arena *arena) {
  static uint8_t room[ROOM_BYTES];
  pat_arena_reset_to(arena, 0);
  ProtobufCMessage *message = random_message_new(type, random, arena);
  pat_builder builder;
  pat_builder_init(&builder, room, sizeof(room));
  pat_span bytes = finished(&builder, pat_protobuf_encode(message, &builder));
  printf("%s\t", type->name);
  for (size_t i = 0; i < bytes.size; i++)
    printf("%02x", bytes.data[i]);
  pat_builder_init(&builder, room, sizeof(room));
  pat_span text = finished(&builder, pat_protojson_encode(message, &builder));
  printf("\t%.*s\n", (int)text.size, (const char *)text.data);
}

int main(int count, char **words) {
  if (count != 3) return 2;
  uint64_t random = strtoull(words[1], NULL, 10);
  unsigned long wanted = strtoul(words[2], NULL, 10);
  void *memory = malloc(ROOM_BYTES);
  if (memory == NULL) return 1;
  pat_arena arena;
  pat_arena_init(&arena, memory, ROOM_BYTES);
  for (size_t i = 0; i < wanted; i++) {
    print_message(random_message_types[i % random_message_type_count], &random, &arena);
  }
  free(memory);
  return 0;
}
