/* What the tests of the codec share: a decoder call in one line, and random messages. */
#ifndef PAT_TESTS_CORE_BYTES_CODEC_SUPPORT_H
#define PAT_TESTS_CORE_BYTES_CODEC_SUPPORT_H

#include "core/bytes/protobuf.h"
#include "tests/core/bytes/codec_test.pb-c.h"

/* Bytes of a string literal, NULs and all. */
#define B(literal) PAT_SPAN_LITERAL(literal)

/* Fails the test where the status is not by this rule (PAT_RULE_NONE: success). */
void assert_rule(pat_status status, pat_rule rule);

/* An empty arena over one static memory of 4 MiB: each call gives up what the one before held. */
pat_arena codec_fresh_arena(void);

/* Decodes in a fresh arena; fails the test where that is refused. */
ProtobufCMessage *codec_decode(const ProtobufCMessageDescriptor *descriptor, pat_span bytes);

/* Fails the test where the bytes are not refused by this rule, at this offset and place, with the
 * arena and the message left alone. */
void codec_refuses(const ProtobufCMessageDescriptor *descriptor, pat_span bytes, pat_rule rule,
                   size_t offset, const char *place);

/* A small generator of pseudo-random numbers (xorshift64*); the state is never 0. */
typedef struct {
  uint64_t state;
} codec_random;

/* Seeds from the environment variable PATINA_SEED, or from a fixed seed; prints which. */
codec_random codec_random_seeded(void);

/* A number below limit, which is above 0. */
uint32_t codec_random_below(codec_random *random, uint32_t limit);

/* A random message in the arena, nested at most depth more levels. plain: oneof strings are not
 * empty, so that protobuf-c, which leaves those out, writes the same bytes. */
ProtobufCMessage *codec_random_message(codec_random *random,
                                       const ProtobufCMessageDescriptor *descriptor,
                                       pat_arena *arena, unsigned depth, bool plain);

#endif
