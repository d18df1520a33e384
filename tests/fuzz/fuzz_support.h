/* What the targets over messages share: one arena for each input, and the round trip. */
#ifndef PAT_TESTS_FUZZ_FUZZ_SUPPORT_H
#define PAT_TESTS_FUZZ_FUZZ_SUPPORT_H

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/protobuf.h"

/* The arena of this input, emptied; there is one only. 64 MiB, touched on demand. */
pat_arena *fuzz_arena(void);
/* Decodes without flags; NULL where the bytes are refused. */
ProtobufCMessage *fuzz_decode(const ProtobufCMessageDescriptor *descriptor, pat_span bytes,
                              pat_arena *arena);
/* The canonical bytes, in the arena; traps where the message cannot be encoded. */
pat_span fuzz_encode(const ProtobufCMessage *message, pat_arena *arena);
/* Traps unless the message encodes to exactly these bytes. */
void fuzz_check_encoding(const ProtobufCMessage *message, pat_span bytes, pat_arena *arena);
/* Traps unless a refusal names its rule twice alike, and a place that ends. */
void fuzz_check_refusal(pat_status status, const pat_err *err);
/* Zeroed memory of the arena's; traps where it is full. */
void *fuzz_take(pat_arena *arena, size_t size);
/* A copy that may be written to. */
ProtobufCBinaryData fuzz_copy(pat_arena *arena, pat_span bytes);
pat_span fuzz_span(ProtobufCBinaryData field);

#endif
