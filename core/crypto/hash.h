/* SHA-256, the one hash of the formats, on the caller's stack.
 *
 * Two implementations stand behind this header and a program links exactly one: hash.c (OpenSSL,
 * uses the processor's SHA instructions) and hash_portable.c (plain C, for WebAssembly). Nothing
 * here can fail, and a digest's bytes do not depend on how the input was cut into pieces. */
#ifndef PAT_CORE_CRYPTO_HASH_H
#define PAT_CORE_CRYPTO_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"
#include "core/base/limits.h"
#include "core/base/span.h"

/* A SHA-256 digest. A struct, so that it is copied and returned by value. */
typedef struct {
  uint8_t bytes[PAT_HASH_BYTES];
} pat_hash;

/* A hash under way. Callers only give it room: the content belongs to the implementation. It may be
 * copied by assignment to continue one prefix in two ways. */
typedef union {
  uint64_t opaque[16];
  struct {
    uint32_t chain[8];
    uint64_t total_bytes;
    uint8_t block[64];
  } portable;
} pat_hash_state;

/* Starts a new hash.
 * out   state  ready for pat_hash_update; whatever it held is given up
 * time  O(1); no allocation */
void pat_hash_init(pat_hash_state *state) PAT_NONNULL_ALL;

/* Adds bytes to the hash.
 * in    state  between pat_hash_init and pat_hash_final
 *       bytes  borrowed for the call; may be empty
 * time  O(bytes.size); no allocation */
void pat_hash_update(pat_hash_state *state, pat_span bytes) PAT_NONNULL_ALL;

/* Ends the hash and gives the digest of all bytes added.
 * in    state  left unusable until the next pat_hash_init; not wiped: who hashes a secret wipes it
 * time  O(1); no allocation */
pat_hash pat_hash_final(pat_hash_state *state) PAT_NONNULL_ALL PAT_MUST_USE;

/* The digest of one run of bytes (borrowed for the call; may be empty). */
static inline PAT_MUST_USE pat_hash pat_hash_of(pat_span bytes) {
  pat_hash_state state;
  pat_hash_init(&state);
  pat_hash_update(&state, bytes);
  return pat_hash_final(&state);
}

/* The digest of count runs of bytes, one after the other with nothing between them. The caller
 * separates domains: parts of changing length need a prefix that fixes their borders.
 * in    parts  count spans, borrowed for the call; may be NULL where count is 0
 * time  O(sum of sizes); no allocation */
static inline PAT_MUST_USE pat_hash pat_hash_of_parts(const pat_span *parts, size_t count) {
  pat_hash_state state;
  pat_hash_init(&state);
  for (size_t i = 0; i < count; i++)
    pat_hash_update(&state, parts[i]);
  return pat_hash_final(&state);
}

/* True where both digests are the same. Takes the same time wherever they differ, so it may compare
 * digests of secrets. */
static inline PAT_NONNULL_ALL PAT_MUST_USE bool pat_hash_equal(const pat_hash *a,
                                                               const pat_hash *b) {
  const volatile uint8_t *left = a->bytes; /* volatile: the compiler must not leave early */
  const volatile uint8_t *right = b->bytes;
  unsigned difference = 0;
  for (size_t i = 0; i < PAT_HASH_BYTES; i++)
    difference |= (unsigned)(left[i] ^ right[i]);
  return difference == 0;
}

/* The digest's 32 bytes as a span, borrowed from hash. */
static inline PAT_NONNULL_ALL pat_span pat_hash_span(const pat_hash *hash) {
  return pat_span_make(hash->bytes, PAT_HASH_BYTES);
}

#endif
