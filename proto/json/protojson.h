/* The ProtoJSON view of our messages: JSON text of a struct, and a struct from JSON text.
 *
 * JSON is how browsers and scripts read and write; it is never what is hashed or signed. Writing
 * gives one text per message: fields in the order of their numbers, lowerCamelCase names, no white
 * space, 64-bit numbers as strings, bytes in base 64, enum values by name, defaults left out but
 * for the set member of a oneof. Reading accepts what ProtoJSON accepts (either name of a field,
 * null for absent, 64-bit numbers with or without quotes, enums by number, base 64 in either
 * alphabet, 1.0 for 1), and refuses whatever could be read in two ways. So for every message
 * decode(encode(m)) = m, and its canonical bytes come back with pat_protobuf_encode.
 *
 * Works over the generated descriptors that core/bytes supports: no maps, groups, floats, and no
 * well-known types. No recursion. Thread-safe on distinct objects. jansson takes memory from the
 * process's heap while decoding, and gives it back; the message itself lives in the arena. */
#ifndef PAT_PROTO_JSON_PROTOJSON_H
#define PAT_PROTO_JSON_PROTOJSON_H

#include <protobuf-c/protobuf-c.h>

#include "core/base/arena.h"
#include "core/base/attributes.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"

/* Appends the JSON text of a struct.
 * in    message      the generated struct's `base`. A NULL string counts as empty, a NULL singular
 *                    message as absent; strings are UTF-8 as the codec of core/bytes has checked
 *       builder      appended to; in counting mode it counts
 * fails BYTES_FULL   no room, or the builder failed before
 *       JSON_ENUM    an enum value that the schema does not have
 *       JSON_DEPTH   nested deeper than PAT_JSON_DEPTH_MAX
 * After JSON_ENUM and JSON_DEPTH the builder holds a part of the text.
 * time  O(size of the text + fields of every message met); no allocation */
pat_status pat_protojson_encode(const ProtobufCMessage *message,
                                pat_builder *builder) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads one JSON text as a message.
 * in    descriptor   generated; with 128 fields at the most
 *       text         the whole text, borrowed for the call
 *       arena        gives all memory of the message; left as it was on failure
 * out   ret_message  in the arena: cast it to the generated struct; unchanged on failure
 *       reterr       rule; offset of a syntax error in bytes; otherwise the JSON pointer (RFC 6901)
 *                    of the value at fault in place; may be NULL
 * fails JSON_SYNTAX         not one JSON text in UTF-8 (NaN, comments, trailing bytes and the like)
 *       JSON_DEPTH          nested deeper than PAT_JSON_DEPTH_MAX
 *       JSON_VALUES         more than PAT_JSON_VALUES_MAX values
 *       JSON_DUPLICATE_KEY  a key stands twice, or a field under both its names
 *       JSON_UNKNOWN_FIELD  a key that the message does not have
 *       JSON_TYPE           another sort of JSON value than the field takes; null inside a list
 *       JSON_INTEGER        a number with a fraction, not in plain digits, or a number without
 *                           quotes that is too large to be exact
 *       JSON_RANGE          an integer that the field cannot hold
 *       JSON_ENUM           a name or number that the list of values does not have
 *       JSON_BASE64         not base 64, mixed alphabets, or unused bits that are set
 *       JSON_TEXT           a text with U+0000
 *       JSON_ONEOF_TWICE    two members of one oneof
 *       LIMIT_MEMORY        the arena is full, or the heap
 * time  O(text.size + fields of every message met) */
pat_status pat_protojson_decode(const ProtobufCMessageDescriptor *descriptor, pat_span text,
                                pat_arena *arena, ProtobufCMessage **ret_message, pat_err *reterr)
    PAT_NONNULL(1, 3, 4) PAT_MUST_USE;

#endif
