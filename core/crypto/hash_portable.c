/* SHA-256 in plain C after FIPS 180-4, for machines without OpenSSL (the WebAssembly build). A
 * program links this file or hash.c, never both; a test holds the two to the same digests. */
#include "core/crypto/hash.h"

#include "core/base/assert.h"

#define HASH_BLOCK_BYTES  64
#define HASH_ROUNDS       64
#define HASH_LENGTH_BYTES 8 /* the message's bit count closes the last block */

PAT_STATIC_ASSERT(HASH_BLOCK_BYTES == sizeof(((pat_hash_state *)0)->portable.block),
                  "one block size");

/* FIPS 180-4 section 4.2.2: the fractions of the cube roots of the first 64 primes. */
static const uint32_t hash_constants[HASH_ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t hash_rotate(uint32_t word, unsigned bits) {
  return (word >> bits) | (word << (32 - bits));
}

static uint32_t hash_load(const uint8_t bytes[4]) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void hash_schedule(const uint8_t block[HASH_BLOCK_BYTES], uint32_t words[HASH_ROUNDS]) {
  for (size_t t = 0; t < 16; t++)
    words[t] = hash_load(block + 4 * t);
  for (size_t t = 16; t < HASH_ROUNDS; t++) {
    uint32_t near = words[t - 2];
    uint32_t far = words[t - 15];
    uint32_t sigma1 = hash_rotate(near, 17) ^ hash_rotate(near, 19) ^ (near >> 10);
    uint32_t sigma0 = hash_rotate(far, 7) ^ hash_rotate(far, 18) ^ (far >> 3);
    words[t] = sigma1 + words[t - 7] + sigma0 + words[t - 16];
  }
}

/* One round over the working variables a..h in v[0..7] (FIPS 180-4 section 6.2.2 step 3). */
static void hash_round(uint32_t v[8], uint32_t input) {
  uint32_t sum1 = hash_rotate(v[4], 6) ^ hash_rotate(v[4], 11) ^ hash_rotate(v[4], 25);
  uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
  uint32_t sum0 = hash_rotate(v[0], 2) ^ hash_rotate(v[0], 13) ^ hash_rotate(v[0], 22);
  uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
  uint32_t first = v[7] + sum1 + choice + input;
  for (size_t i = 7; i > 0; i--)
    v[i] = v[i - 1];
  v[4] += first;
  v[0] = first + sum0 + majority;
}

static void hash_compress(uint32_t chain[8], const uint8_t block[HASH_BLOCK_BYTES]) {
  uint32_t words[HASH_ROUNDS];
  uint32_t v[8];
  hash_schedule(block, words);
  for (size_t i = 0; i < 8; i++)
    v[i] = chain[i];
  for (size_t t = 0; t < HASH_ROUNDS; t++)
    hash_round(v, hash_constants[t] + words[t]);
  for (size_t i = 0; i < 8; i++)
    chain[i] += v[i];
}

static size_t hash_filled(const pat_hash_state *state) {
  return (size_t)(state->portable.total_bytes % HASH_BLOCK_BYTES);
}

void pat_hash_init(pat_hash_state *state) {
  /* FIPS 180-4 section 5.3.3: the fractions of the square roots of the first 8 primes. */
  static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  *state = (pat_hash_state){{0}};
  for (size_t i = 0; i < 8; i++)
    state->portable.chain[i] = start[i];
}

void pat_hash_update(pat_hash_state *state, pat_span bytes) {
  PAT_ASSERT(pat_span_valid(bytes));
  PAT_ASSERT(bytes.size <= UINT64_MAX / 8 - state->portable.total_bytes);
  while (bytes.size > 0) {
    size_t filled = hash_filled(state);
    size_t room = HASH_BLOCK_BYTES - filled;
    size_t taken = bytes.size < room ? bytes.size : room;
    pat_span_copy(state->portable.block + filled, room, pat_span_slice(bytes, 0, taken));
    state->portable.total_bytes += taken;
    bytes = pat_span_slice(bytes, taken, bytes.size - taken);
    if (taken == room) hash_compress(state->portable.chain, state->portable.block);
  }
}

/* Section 5.1.1: one set bit, zeros up to the length field of a block, the message's length in
 * bits. */
static void hash_pad(pat_hash_state *state) {
  static const uint8_t padding[HASH_BLOCK_BYTES] = {0x80};
  uint64_t bits = state->portable.total_bytes * 8;
  size_t filled = hash_filled(state);
  size_t end = HASH_BLOCK_BYTES - HASH_LENGTH_BYTES;
  size_t size = filled < end ? end - filled : end + HASH_BLOCK_BYTES - filled;
  pat_hash_update(state, pat_span_make(padding, size));
  uint8_t length[HASH_LENGTH_BYTES];
  for (size_t i = 0; i < sizeof length; i++)
    length[i] = (uint8_t)(bits >> (56 - 8 * i));
  pat_hash_update(state, PAT_SPAN_OF(length));
  PAT_ASSERT(hash_filled(state) == 0);
}

pat_hash pat_hash_final(pat_hash_state *state) {
  pat_hash hash;
  hash_pad(state);
  for (size_t i = 0; i < PAT_HASH_BYTES; i++) {
    hash.bytes[i] = (uint8_t)(state->portable.chain[i / 4] >> (24 - 8 * (i % 4)));
  }
  return hash;
}
