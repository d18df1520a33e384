/* Random messages over generated descriptors, and the list of our message types: for the tests that
 * compare two encodings of the same message. */
#ifndef PAT_TESTS_PROTO_JSON_RANDOM_MESSAGE_H
#define PAT_TESTS_PROTO_JSON_RANDOM_MESSAGE_H

#include <protobuf-c/protobuf-c.h>

#include "core/base/arena.h"

/* The next number of the sequence that *state stands in (splitmix64). */
uint64_t random_next(uint64_t *state);

/* Types of the interface, of the log and of the store. */
extern const ProtobufCMessageDescriptor *const random_message_types[];
extern const size_t random_message_type_count;

/* A canonical message of this type with random members; the arena must be large enough. */
ProtobufCMessage *random_message_new(const ProtobufCMessageDescriptor *descriptor, uint64_t *state,
                                     pat_arena *arena);

#endif
