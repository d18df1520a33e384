/* Every message descriptor of proto/; defined by a file that list_descriptors.cmake writes. */
#ifndef PAT_TESTS_CORE_BYTES_ALL_DESCRIPTORS_H
#define PAT_TESTS_CORE_BYTES_ALL_DESCRIPTORS_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

extern const ProtobufCMessageDescriptor *const all_descriptors[];
extern const size_t all_descriptors_count;

#endif
