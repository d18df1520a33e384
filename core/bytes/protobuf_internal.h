/* What the decoder and the encoder share: the look of one field in the struct and on the wire.
 *
 * "Raw" is a scalar as the wire's unsigned integer: what a varint carries, or the bits of a
 * fixed-size number. Struct members are read and written bytewise, because a descriptor gives
 * their offset but not their C type (an enum, a pointer to some generated struct). For this
 * folder only. */
#ifndef PAT_CORE_BYTES_PROTOBUF_INTERNAL_H
#define PAT_CORE_BYTES_PROTOBUF_INTERNAL_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/status.h"

/* Protobuf's wire types that we accept; 3 and 4 are groups, 6 and 7 do not exist. */
typedef enum {
  PAT_PROTOBUF__WIRE_VARINT = 0,
  PAT_PROTOBUF__WIRE_64 = 1,
  PAT_PROTOBUF__WIRE_LENGTH = 2,
  PAT_PROTOBUF__WIRE_32 = 5
} pat_protobuf__wire;

#define PAT_PROTOBUF__NUMBER_MAX     ((1u << 29) - 1) /* protobuf's largest field number */
#define PAT_PROTOBUF__WIRE_TYPE_BITS 3                /* of a tag; the rest is the field number */

/* The wire type of one value (not of a packed list) of this type. time O(1) */
pat_protobuf__wire pat_protobuf__wire_of(ProtobufCType type);

/* True where the type is a number, bool or enum: what a repeated field packs. time O(1) */
bool pat_protobuf__is_scalar(ProtobufCType type);

/* Bytes of one value of this type in a struct, or in the array of a repeated field. time O(1) */
size_t pat_protobuf__value_size(ProtobufCType type);

/* True where the field is a member of a oneof: its quantifier is then the case. time O(1) */
bool pat_protobuf__in_oneof(const ProtobufCFieldDescriptor *field) PAT_NONNULL_ALL;

/* The tag that stands in front of the field's value, or of its packed list. time O(1) */
uint64_t pat_protobuf__tag_of(const ProtobufCFieldDescriptor *field) PAT_NONNULL_ALL;

/* The field of this number, or NULL. time O(log fields) */
const ProtobufCFieldDescriptor *pat_protobuf__find(const ProtobufCMessageDescriptor *descriptor,
                                                   uint32_t number) PAT_NONNULL_ALL;

/* Judges a raw scalar against its field.
 * fails BYTES_PROTOBUF_RANGE, BYTES_PROTOBUF_BOOL, BYTES_PROTOBUF_ENUM
 * time  O(log enum values) */
pat_status pat_protobuf__check_raw(const ProtobufCFieldDescriptor *field,
                                   uint64_t raw) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads and writes a scalar in a struct; raw has passed the check. value: value_size bytes. O(1) */
uint64_t pat_protobuf__load_raw(ProtobufCType type, const void *value) PAT_NONNULL_ALL;
void pat_protobuf__store_raw(ProtobufCType type, void *value, uint64_t raw) PAT_NONNULL_ALL;

/* Reads and writes a quantifier: the case of a oneof, the count of a repeated field. time O(1) */
uint32_t pat_protobuf__load_case(const void *quantifier) PAT_NONNULL_ALL;
void pat_protobuf__store_case(void *quantifier, uint32_t number) PAT_NONNULL_ALL;
size_t pat_protobuf__load_count(const void *quantifier) PAT_NONNULL_ALL;
void pat_protobuf__store_count(void *quantifier, size_t count) PAT_NONNULL_ALL;

/* Reads and writes a pointer, NULL or to a string, a message or an array. time O(1) */
void *pat_protobuf__load_pointer(const void *value) PAT_NONNULL_ALL;
void pat_protobuf__store_pointer(void *value, const void *pointer) PAT_NONNULL(1);

/* Where the descriptor's offset points to in the struct. time O(1) */
static inline void *pat_protobuf__at(ProtobufCMessage *message, size_t offset) {
  return (uint8_t *)message + offset;
}
static inline const void *pat_protobuf__at_const(const ProtobufCMessage *message, size_t offset) {
  return (const uint8_t *)message + offset;
}

#endif
