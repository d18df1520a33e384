/* What the files of this folder share: field names, storage of a field, and base 64. */
#ifndef PAT_PROTO_JSON_PROTOJSON_INTERNAL_H
#define PAT_PROTO_JSON_PROTOJSON_INTERNAL_H

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"

/* Walks the lowerCamelCase form of a snake_case name: the next character, '\0' at the end.
 * in    cursor   points into the name; moved on */
char pat_protojson__next_camel(const char **cursor);

/* True where key is the field's name in lowerCamelCase or as written in the schema. */
bool pat_protojson__is_name(const ProtobufCFieldDescriptor *field, const char *key);

/* The field's storage in the struct, and its quantifier (element count, or the oneof's case). */
void *pat_protojson__member(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
size_t *pat_protojson__count(const ProtobufCMessage *message,
                             const ProtobufCFieldDescriptor *field);
uint32_t *pat_protojson__case(const ProtobufCMessage *message,
                              const ProtobufCFieldDescriptor *field);
bool pat_protojson__is_oneof(const ProtobufCFieldDescriptor *field);

/* Bytes of one element of the field in its struct or list. */
size_t pat_protojson__element_size(const ProtobufCFieldDescriptor *field);

/* Appends bytes as base 64: standard alphabet, with padding. */
void pat_protojson__base64_encode(pat_builder *builder, pat_span bytes);

/* Reads base 64 in either alphabet (not both), with or without padding.
 * out   ret_bytes   in the arena; unchanged on failure
 * fails JSON_BASE64, LIMIT_MEMORY */
pat_status pat_protojson__base64_decode(pat_span text, pat_arena *arena,
                                        ProtobufCBinaryData *ret_bytes) PAT_MUST_USE;

/* Looks over text before anything is allocated for it: nesting and number of values.
 * fails JSON_DEPTH, JSON_VALUES */
pat_status pat_protojson__scan(pat_span text, pat_err *reterr) PAT_MUST_USE;

/* Reads one JSON value, not null, as one element of a field that is not a message.
 * out   ret_element   room of pat_protojson__element_size bytes; unchanged on failure
 * fails JSON_TYPE, JSON_INTEGER, JSON_RANGE, JSON_ENUM, JSON_BASE64, JSON_TEXT, LIMIT_MEMORY */
pat_status pat_protojson__scalar(const ProtobufCFieldDescriptor *field, const json_t *value,
                                 pat_arena *arena, void *ret_element) PAT_MUST_USE;

#endif
