/* The only file that may use these functions: OpenSSL deprecates them in favour of contexts on its
 * heap, but only they hash on the caller's stack, without locks, and five times faster for a tree's
 * nodes. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/crypto/hash.h"

#include <openssl/sha.h>

#include "core/base/assert.h"

PAT_STATIC_ASSERT(sizeof(SHA256_CTX) <= sizeof(pat_hash_state),
                  "the caller's room holds OpenSSL's");
PAT_STATIC_ASSERT(_Alignof(SHA256_CTX) <= _Alignof(pat_hash_state), "and is aligned for it");
PAT_STATIC_ASSERT(SHA256_DIGEST_LENGTH == PAT_HASH_BYTES, "one digest size");

static SHA256_CTX *hash_context(pat_hash_state *state) { return (SHA256_CTX *)(void *)state; }

void pat_hash_init(pat_hash_state *state) {
  int done = SHA256_Init(hash_context(state));
  PAT_ASSERT(done == 1);
}

void pat_hash_update(pat_hash_state *state, pat_span bytes) {
  PAT_ASSERT(pat_span_valid(bytes));
  if (bytes.size == 0) return; /* data may be NULL */
  int done = SHA256_Update(hash_context(state), bytes.data, bytes.size);
  PAT_ASSERT(done == 1);
}

pat_hash pat_hash_final(pat_hash_state *state) {
  pat_hash hash;
  int done = SHA256_Final(hash.bytes, hash_context(state));
  PAT_ASSERT(done == 1);
  return hash;
}
