/* The strict, canonical protobuf codec over protobuf-c's generated descriptors.
 *
 * For each message there is exactly one accepted encoding: fields in ascending number order,
 * shortest varints, no defaults written (except the set member of a oneof and elements of a
 * repeated field), no unknown or repeated singular fields, one member per oneof, closed enums, bool
 * 0 or 1, 32-bit ranges, repeated scalars packed and never empty, valid UTF-8 without U+0000, at
 * most PAT_PROTOBUF_DEPTH_MAX nested messages counting the outermost. So encode(decode(x)) = x for
 * every accepted x, and bytes may be hashed and signed as they were received.
 *
 * Not supported, and never used by our schemas: maps, groups, float, double, required and optional
 * labels, field defaults (pat_protobuf_descriptor_supported tells). Explicit presence of a scalar
 * is a one-member oneof. No recursion; no allocation but from the arena; thread-safe on distinct
 * objects. Format: proto/SPEC.md, section "Bytes". */
#ifndef PAT_CORE_BYTES_PROTOBUF_H
#define PAT_CORE_BYTES_PROTOBUF_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"

/* The outermost message may get new members in later versions of the format (Statement, LogEntry):
 * where its bytes are canonical but for length-delimited fields that the descriptor does not know,
 * the answer is BYTES_NEWER_FORMAT ("could not check") in place of BYTES_PROTOBUF_UNKNOWN_FIELD.
 * Inside nested messages, and for other wire types, unknown fields stay refused. */
#define PAT_PROTOBUF_OPEN_TOP 1u

/* Decodes the one canonical encoding of a message.
 * in    descriptor   generated; supported (see below); its message_init starts every struct
 *       bytes        0 or more bytes, borrowed for the life of the message
 *       arena        gives all memory of the message; left as it was on failure. Strings are copied
 *                    there (with a NUL); `bytes` fields point into the input, through
 *                    ProtobufCBinaryData.data, which is not const but must not be written through.
 *                    At worst a nested message costs its struct (and 8 bytes in a repeated field)
 *                    per 2 bytes of input, a packed number 8 bytes per byte of input
 *       flags        0 or PAT_PROTOBUF_OPEN_TOP
 * out   ret_message  in the arena: cast it to the generated struct; never pass it to protobuf-c's
 *                    free; unchanged on failure
 *       reterr       rule, byte offset and field path ("body.fields[3].name"), truncated to fit;
 *                    written on failure only; may be NULL
 * fails BYTES_TRUNCATED                 the bytes end inside a tag or a number
 *       BYTES_VARINT_OVERLONG           a varint is not in its shortest form
 *       BYTES_VARINT_RANGE              a varint needs more than 64 bits
 *       BYTES_PROTOBUF_TAG              field number 0 or above 2^29 - 1, or a wire type that is
 *                                       none of 0, 1, 2, 5
 *       BYTES_PROTOBUF_ORDER            a lower field number follows a higher one
 *       BYTES_PROTOBUF_REPEATED_FIELD   a singular or packed field stands twice
 *       BYTES_PROTOBUF_UNKNOWN_FIELD    a field number that the message does not have
 *       BYTES_PROTOBUF_WIRE_TYPE        a known field with another wire type
 *       BYTES_PROTOBUF_UNPACKED         a repeated scalar that is not packed
 *       BYTES_PROTOBUF_EMPTY_PACKED     a packed field without elements
 *       BYTES_PROTOBUF_LENGTH           a length that runs past the end of its message, or cuts
 *                                       the last element of a packed field
 *       BYTES_PROTOBUF_DEFAULT_WRITTEN  a zero, or an empty text or bytes, outside a oneof
 *       BYTES_PROTOBUF_ONEOF_TWICE      two members of one oneof
 *       BYTES_PROTOBUF_RANGE            a 32-bit field whose value needs more
 *       BYTES_PROTOBUF_BOOL             a bool that is neither 0 nor 1
 *       BYTES_PROTOBUF_ENUM             an enum value that the schema does not have
 *       BYTES_PROTOBUF_UTF8             a string that is not UTF-8, or holds U+0000
 *       BYTES_PROTOBUF_DEPTH            nested deeper than PAT_PROTOBUF_DEPTH_MAX
 *       BYTES_NEWER_FORMAT              see PAT_PROTOBUF_OPEN_TOP
 *       LIMIT_MEMORY                    the arena is full
 * time  O(bytes.size + the structs' sizes) */
pat_status pat_protobuf_decode(const ProtobufCMessageDescriptor *descriptor, pat_span bytes,
                               pat_arena *arena, unsigned flags, ProtobufCMessage **ret_message,
                               pat_err *reterr) PAT_NONNULL(1, 3, 5) PAT_MUST_USE;

/* Appends the canonical encoding of a struct.
 * in    message      the generated struct's `base`. A NULL string counts as empty, a NULL singular
 *                    message as absent. Asserted: a message that is a oneof's set member or an
 *                    element of a repeated field is not NULL, and a oneof's case is 0 or the number
 *                    of one of its members
 *       builder      appended to; in counting mode it counts. On any failure but BYTES_FULL it is
 *                    left as it was
 * fails BYTES_FULL                    no room, or the builder failed before
 *       BYTES_PROTOBUF_UTF8           a string that is not UTF-8
 *       BYTES_PROTOBUF_ENUM           an enum value that the schema does not have
 *       BYTES_PROTOBUF_BOOL           a bool that is neither 0 nor 1
 *       BYTES_PROTOBUF_UNKNOWN_FIELD  the struct carries protobuf-c's unknown fields
 *       BYTES_PROTOBUF_DEPTH          nested deeper than PAT_PROTOBUF_DEPTH_MAX
 * time  O(size * depth) */
pat_status pat_protobuf_encode(const ProtobufCMessage *message,
                               pat_builder *builder) PAT_NONNULL_ALL PAT_MUST_USE;

/* The size of what pat_protobuf_encode would write.
 * out   ret_size     bytes; unchanged on failure
 * fails as pat_protobuf_encode, but for BYTES_FULL
 * time  O(size) */
pat_status pat_protobuf_size(const ProtobufCMessage *message,
                             size_t *ret_size) PAT_NONNULL_ALL PAT_MUST_USE;

/* True where this codec can carry the message and all messages within it: supported types and
 * labels only, field numbers ascending, and no nesting deeper than PAT_PROTOBUF_DEPTH_MAX (so no
 * recursive message either). For a test over all descriptors. time O(all paths through the
 * descriptors) */
bool pat_protobuf_descriptor_supported(const ProtobufCMessageDescriptor *descriptor)
    PAT_NONNULL_ALL;

#endif
