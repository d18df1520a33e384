/* Changes a message while it stays canonical, so that the engine gets past the codec to the rules
 * behind it: a field, an element, a oneof's choice at a time, also within messages that stand as
 * bytes in others (a statement in its envelope). Every third time the bytes are changed blindly. */
#ifndef PAT_TESTS_FUZZ_MUTATE_H
#define PAT_TESTS_FUZZ_MUTATE_H

#include "core/bytes/protobuf.h"
#include "tests/fuzz/fuzz_target.h"

/* For LLVMFuzzerCustomMutator: the input is a message of this type. */
size_t mutate_message(const ProtobufCMessageDescriptor *descriptor, uint8_t *data, size_t size,
                      size_t size_max, unsigned seed);

#endif
